"""The contestants: the commands of logstats, of its peers and of the floors, and where they are installed."""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from measure import Contestant, environment
from traffic import HOST

HERE = Path(__file__).resolve().parent
STORE = "store.duckdb"
AWSTATS_LINES = 200_000

AWSTATS_CONF = """\
LogFile="{log}"
LogType=W
LogFormat=1
SiteDomain="{host}"
DirData="{folder}"
DNSLookup=0
"""


@dataclass(frozen=True)
class Logs:
    """The logs of one benchmark: generated on first use and kept between runs."""

    folder: Path
    seed: int = 1

    def plain(self, lines: int) -> Path:
        """Return a log of `lines` lines; its name changes when the generator does."""
        sources = b"".join((HERE / name).read_bytes() for name in ("make_log.py", "traffic.py"))
        mark = hashlib.sha256(sources).hexdigest()[:8]
        path = self.folder / f"log-{lines}-{self.seed}-{mark}.log"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            for stale in self.folder.glob(f"log-{lines}-{self.seed}-*"):
                stale.unlink()
            part = path.with_suffix(".part")
            made = [sys.executable, str(HERE / "make_log.py"), "--out", str(part)]
            subprocess.run([*made, "--lines", str(lines), "--seed", str(self.seed)], check=True, text=True)
            part.replace(path)
        return path

    def unseen(self, lines: int) -> Path:
        """Return a log in which each client, URL, referrer and agent is new."""
        path = self.folder / f"unseen-{lines}.log"
        if not path.exists():
            part = path.with_suffix(".part")
            made = [sys.executable, str(HERE / "unseen_log.py"), "--out", str(part), "--lines", str(lines)]
            subprocess.run(made, check=True, text=True)
            part.replace(path)
        return path

    def small_archives(self, count: int, lines: int) -> Path:
        """Return a folder with consecutive parts of a log, of so many lines each, as archives."""
        folder = self.folder / f"small-{count}-{lines}"
        if not folder.exists():
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            with self.plain(count * lines).open("rb") as source:
                for number in range(count, 0, -1):
                    packed = gzip.compress(b"".join(islice(source, lines)), mtime=0)
                    (part / f"access.log.{number}.gz").write_bytes(packed)
            part.replace(folder)
        return folder

    def gzipped(self, lines: int) -> Path:
        """Return the same log, compressed as logrotate does it."""
        plain = self.plain(lines)
        path = plain.with_suffix(".log.gz")
        if not path.exists():
            part = path.with_suffix(".part")
            with plain.open("rb") as source, gzip.open(part, "wb", compresslevel=6) as target:
                shutil.copyfileobj(source, target, 1 << 20)
            part.replace(path)
        return path

    def head(self, lines: int, first: int) -> Path:
        """Return a log with the first lines of a longer one."""
        plain = self.plain(lines)
        path = plain.with_suffix(f".{first}.log")
        if not path.exists():
            part = path.with_suffix(".part")
            with plain.open("rb") as source, part.open("wb") as target:
                target.writelines(islice(source, first))
            part.replace(path)
        return path


# --- installed programs --------------------------------------------------------------------


@cache
def program(name: str) -> str | None:
    """Return the path of a program: beside the running interpreter, else on PATH; None without one."""
    beside = Path(sys.executable).parent / name
    return str(beside) if os.access(beside, os.X_OK) else shutil.which(name)


@cache
def says(*command: str) -> str:
    """Return the output of a command, '' where it can't be run."""
    try:
        output = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            env=environment(),
        )
    except OSError:
        return ""
    return output.stdout + output.stderr


def has_module(name: str) -> bool:
    """Whether the running interpreter can import a module."""
    return importlib.util.find_spec(name) is not None


def versions(goaccess: str | None = None) -> dict[str, str]:
    """Return the version of each contestant and of the libraries it uses, by name.

    `goaccess` is the path of one that was built; an installed one is that of a package.
    """
    arguments_of: dict[str, tuple[str, ...]] = {
        "logstats": ("--version",),
        "goaccess": ("--version",),
        "awstats": (),
        "webalizer": ("-V",),
        "zcat": ("--version",),
    }
    found = {"python": sys.version.split()[0], "duckdb": "not installed"}
    if has_module("duckdb"):
        found["duckdb"] = importlib.metadata.version("duckdb")
    if has_module("chdb"):
        found["chdb"] = importlib.metadata.version("chdb")
    for name, options in arguments_of.items():
        path = (goaccess if name == "goaccess" else None) or program(name)
        output = says(path, *options) if path else "not installed"
        found[name] = next((line.strip(" -") for line in output.splitlines() if line.strip()), "?")
    found["goaccess"] += " built from source" if goaccess else " as packaged" if program("goaccess") else ""
    return found


# --- logstats ------------------------------------------------------------------------------


def logstats_command(folder: Path, *arguments: str) -> list[str]:
    """Return a logstats command that uses the store in a folder."""
    return [program("logstats") or "logstats", "--db", str(folder / STORE), *arguments]


def _ingest(folder: Path, log: Path) -> list[str]:
    return logstats_command(folder, "ingest", str(log))


def _store_facts(folder: Path) -> Mapping[str, float]:
    """Return the size of the store in bytes, and the number of lines that it has read."""
    facts = {"store_bytes": float(sum(f.stat().st_size for f in folder.glob(f"{STORE}*")))}
    try:
        rows = json.loads(says(*logstats_command(folder, "sources", "--format", "json")))
        facts["lines"] = float(sum(row["lines"] for row in rows))
    except (ValueError, TypeError, KeyError):
        pass  # the column `counted` stays empty
    return facts


def logstats_ingest(log: Path, lines: int, name: str = "logstats") -> Contestant:
    """Return the contestant that ingests one log, or a folder of logs, into a new store."""
    return Contestant(
        name,
        lambda folder: [_ingest(folder, log)],
        lines,
        facts=_store_facts,
        present=program("logstats") is not None,
    )


def classification(log: Path, lines: int) -> Contestant:
    """Return the same contestant, with the classification of agents and URLs timed."""
    return Contestant(
        "logstats, classification timed",
        lambda folder: [[sys.executable, str(HERE / "classification.py"), *_ingest(folder, log)[1:]]],
        lines,
        facts=lambda folder: json.loads((folder / "stdout").read_text()),
        present=program("logstats") is not None,
    )


# --- peers ---------------------------------------------------------------------------------


def _goaccess_facts(folder: Path) -> Mapping[str, float]:
    """Return the number of lines that GoAccess reports as valid."""
    output = json.loads((folder / "out.json").read_bytes())
    return {"lines": float(output["general"]["valid_requests"])}


def built_goaccess(source: Path, folder: Path) -> str:
    """Return the path of GoAccess, built in a folder from its source there."""
    made = folder / f"goaccess-{hashlib.sha256(str(source.resolve()).encode()).hexdigest()[:8]}"
    if not (made / "goaccess").exists():
        shutil.rmtree(made, ignore_errors=True)
        shutil.copytree(source, made)
        for step in (["sh", "./configure", "--enable-utf8"], ["make", "-j2"]):
            subprocess.run(step, cwd=made, check=True, capture_output=True, text=True)
    return str(made / "goaccess")


def has_jobs(path: str | None = None) -> bool:
    """Whether GoAccess, at this path or the installed one, has threads."""
    path = path or program("goaccess")
    return path is not None and "--jobs" in says(path, "--help")


def goaccess(log: Path, lines: int, jobs: int, *, kept: bool = False, path: str | None = None) -> Contestant:
    """Return GoAccess, writing JSON; with `kept` it also stores its figures for the next run.

    Without a path the installed one is used. A version without threads runs with one, and its name says so.
    """
    path = path or program("goaccess")
    threads = has_jobs(path)
    options = ["--no-global-config", "--log-format=COMBINED", "--no-progress"]
    options += [f"--jobs={jobs}"] if threads else []
    return Contestant(
        f"GoAccess, {jobs} job{'s' if jobs > 1 else ''}{', figures kept' if kept else ''}",
        lambda folder: [
            [path or "goaccess", str(log), *options, "-o", str(folder / "out.json")]
            + (["--persist", f"--db-path={folder}"] if kept else [])
        ],
        lines,
        facts=_goaccess_facts,
        present=path is not None and (threads or jobs == 1),
    )


def _said(pattern: str) -> Callable[[Path], Mapping[str, float]]:
    """Return a function that finds the number of lines in a program's output, by a pattern."""

    def facts(folder: Path) -> Mapping[str, float]:
        found = re.search(pattern, (folder / "stdout").read_text(errors="replace"))
        return {"lines": float(found[1])} if found else {}

    return facts


def webalizer(log: Path, lines: int) -> Contestant:
    """Return Webalizer with its default settings, without DNS look-ups, writing to a new folder."""
    path = program("webalizer")
    return Contestant(
        "Webalizer",
        lambda folder: [
            [path or "webalizer", "-c", "webalizer.conf", "-o", str(folder), "-n", HOST, str(log)]
        ],
        lines,
        prepare=lambda folder: (folder / "webalizer.conf").touch(),
        facts=_said(r"(\d+) records"),
        present=path is not None,
    )


def awstats(log: Path, lines: int) -> Contestant:
    """Return AWStats with its default settings, without DNS look-ups. It is slow: one run, on fewer lines."""
    path = program("awstats") or program("awstats.pl")

    def prepare(folder: Path) -> None:
        conf = AWSTATS_CONF.format(log=log, host=HOST, folder=folder)
        (folder / "awstats.bench.conf").write_text(conf)

    return Contestant(
        f"AWStats, first {lines:,} lines",
        lambda folder: [[path or "awstats", "-config=bench", f"-configdir={folder}", "-update"]],
        lines,
        prepare=prepare,
        facts=_said(r"Parsed lines in file: (\d+)"),
        runs=1,
        present=path is not None,
    )


def duckdb_script(log: Path, lines: int) -> Contestant:
    """Return the script that a data engineer would write instead: it stores nothing."""
    return _by_script("a script for DuckDB", "duckdb_script.py", log, lines)


def clickhouse_script(log: Path, lines: int) -> Contestant:
    """Return the same for ClickHouse."""
    is_present = has_module("chdb") or program("clickhouse") is not None
    return _by_script("a script for ClickHouse", "clickhouse_script.py", log, lines, present=is_present)


def _by_script(name: str, script: str, log: Path, lines: int, *, present: bool = True) -> Contestant:
    return Contestant(
        name,
        lambda _: [[sys.executable, str(HERE / script), str(log)]],
        lines,
        facts=_said(r'"lines": ?(\d+)'),
        present=present and has_module("duckdb"),
    )


# --- floors --------------------------------------------------------------------------------


def typing_floor(log: Path, lines: int) -> Contestant:
    """Return DuckDB reading the log into typed columns and storing nothing."""
    return _by_script("floor: DuckDB typing it", "typing_floor.py", log, lines)


def zcat(log: Path, lines: int) -> Contestant:
    """Return zcat, which only decompresses the log."""
    return Contestant(
        "floor: zcat > /dev/null",
        lambda _: [["sh", "-c", 'exec zcat "$0" > /dev/null', str(log)]],
        lines,
        present=program("zcat") is not None,
    )


def importing() -> Contestant:
    """Return a process that only imports DuckDB, as every program that uses it has to."""
    return Contestant(
        "floor: import duckdb",
        lambda _: [[sys.executable, "-c", "import duckdb"]],
        present=has_module("duckdb"),
    )
