"""Who runs what: the commands of logstats, its peers and the floors, and where they are found."""

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
import time
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
NEW_LINES = 1_000
ARCHIVED = 50  # lines an archive
SETTLED_S = 3
ARCHIVES, ARCHIVED_LINES, ARCHIVED_AT = 400, 250, 1_790_000_000

TICK_TOML = """\
at = "last"

[[site]]
name = "{host}"
timezone = "Asia/Ho_Chi_Minh"
logs = ["access.log*"]
baseline = 1594322

[[site.counter]]
file = "counter.html"
"""

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
    """The logs of one benchmark, made when first asked for and kept between runs."""

    folder: Path
    seed: int = 1

    def plain(self, lines: int) -> Path:
        """Return a log of so many lines; its name changes when the generator does."""
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

    def gzipped(self, lines: int) -> Path:
        """Return the same, compressed as logrotate does it."""
        plain = self.plain(lines)
        path = plain.with_suffix(".log.gz")
        if not path.exists():
            part = path.with_suffix(".part")
            with plain.open("rb") as source, gzip.open(part, "wb", compresslevel=6) as target:
                shutil.copyfileobj(source, target, 1 << 20)
            part.replace(path)
        return path

    def head(self, lines: int, first: int) -> Path:
        """Return the first lines of a log."""
        plain = self.plain(lines)
        path = plain.with_suffix(f".{first}.log")
        if not path.exists():
            part = path.with_suffix(".part")
            with plain.open("rb") as source, part.open("wb") as target:
                target.writelines(islice(source, first))
            part.replace(path)
        return path


# --- where they are ------------------------------------------------------------------------


@cache
def program(name: str) -> str | None:
    """Find the program beside the running interpreter, else on PATH."""
    beside = Path(sys.executable).parent / name
    return str(beside) if os.access(beside, os.X_OK) else shutil.which(name)


@cache
def says(*command: str) -> str:
    """Return what a command prints, or nothing when it cannot be run."""
    try:
        told = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            env=environment(),
        )
    except OSError:
        return ""
    return told.stdout + told.stderr


def has_module(name: str) -> bool:
    """Whether the running interpreter could import it."""
    return importlib.util.find_spec(name) is not None


def versions() -> dict[str, str]:
    """Of everything that takes part."""
    asked: dict[str, tuple[str, ...]] = {
        "logstats": ("--version",),
        "goaccess": ("--version",),
        "awstats": (),
        "webalizer": ("-V",),
        "zcat": ("--version",),
    }
    found = {"python": sys.version.split()[0], "duckdb": "not installed"}
    if has_module("duckdb"):
        found["duckdb"] = importlib.metadata.version("duckdb")
    for name, options in asked.items():
        path = program(name)
        told = says(path, *options) if path else "not installed"
        found[name] = next((line.strip(" -") for line in told.splitlines() if line.strip()), "?")
    return found


# --- logstats ------------------------------------------------------------------------------


def _logstats(folder: Path, *arguments: str) -> list[str]:
    """Return a logstats command on the store of this folder."""
    return [program("logstats") or "logstats", "--db", str(folder / STORE), *arguments]


def _ingest(folder: Path, log: Path) -> list[str]:
    return _logstats(folder, "ingest", str(log))


def _store_facts(folder: Path) -> Mapping[str, float]:
    """How big the store is, and how many lines it says it read."""
    facts = {"store_bytes": float(sum(f.stat().st_size for f in folder.glob(f"{STORE}*")))}
    try:
        rows = json.loads(says(*_logstats(folder, "sources", "--format", "json")))
        facts["lines"] = float(sum(row["lines"] for row in rows))
    except (ValueError, TypeError, KeyError):
        pass  # the column «counted» stays empty
    return facts


def logstats_ingest(log: Path, lines: int, name: str = "logstats") -> Contestant:
    """Make a new store from one log."""
    return Contestant(
        name,
        lambda folder: [_ingest(folder, log)],
        lines,
        facts=_store_facts,
        present=program("logstats") is not None,
    )


def judging(log: Path, lines: int) -> Contestant:
    """Make a new store from one log, with what judges agents and addresses timed."""
    return Contestant(
        "logstats, judging timed",
        lambda folder: [[sys.executable, str(HERE / "judging.py"), *_ingest(folder, log)[1:]]],
        lines,
        facts=lambda folder: json.loads((folder / "stdout").read_text()),
        present=program("logstats") is not None,
    )


@dataclass(frozen=True)
class Tick:
    """What cron does each minute: a store that holds some logs, and a few lines more in one of them."""

    logs: Logs
    stored: int

    @property
    def folder(self) -> Path:
        """Where the store that every run starts from is kept while the benchmark runs."""
        return self.logs.folder / f"tick-{self.stored}"

    @property
    def settings(self) -> Path:
        """The settings, which list the log that grows and the archives beside it."""
        return self.folder / "logstats.toml"

    def ready(self, folder: Path) -> None:
        """Put a store that holds the logs into the folder, ingesting them the first time."""
        first, whole = self._lines()
        if not (self.folder / STORE).exists():
            self._make(first)
        for file in self.folder.glob(f"{STORE}*"):
            shutil.copyfile(file, folder / file.name)
            _settle(folder / file.name)
        (self.folder / "counter.html").unlink(missing_ok=True)
        size = first.stat().st_size
        with whole.open("rb") as source, (self.folder / "access.log").open("r+b") as target:
            source.seek(size)
            target.truncate(size)
            target.seek(size)
            target.write(source.read())
        _settle(self.folder / "access.log")

    def _lines(self) -> tuple[Path, Path]:
        """Return what is in the log at first, and with the lines that come."""
        live = self.stored - ARCHIVES * ARCHIVED_LINES
        return self.logs.head(live + NEW_LINES, live), self.logs.plain(live + NEW_LINES)

    def _make(self, first: Path) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        shutil.copyfile(first, self.folder / "access.log")
        old = Logs(self.logs.folder, seed=self.logs.seed + 1).plain(ARCHIVES * ARCHIVED_LINES)
        with old.open("rb") as source:
            for number in range(ARCHIVES, 0, -1):
                packed = gzip.compress(b"".join(islice(source, ARCHIVED_LINES)), mtime=0)
                archive = self.folder / f"access.log.{number + 1}.gz"
                archive.write_bytes(packed)
                os.utime(archive, (0, ARCHIVED_AT - number * 86400))
        self.settings.write_text(TICK_TOML.format(host=HOST), encoding="utf-8")
        part = self.folder / "part"
        part.mkdir()
        made = [*_logstats(part, "--config", str(self.settings)), "update"]
        for _ in range(2):  # once to read them, once to have seen that none has changed since
            subprocess.run(made, cwd=part, env=environment(), check=True, capture_output=True, text=True)
        for file in part.glob(f"{STORE}*"):
            file.replace(self.folder / file.name)

    def contestant(self) -> Contestant:
        """Read what is new, and write the counter file."""
        return Contestant(
            f"logstats, {self.stored:,} lines stored",
            lambda folder: [_logstats(folder, "--config", str(self.settings), "update")],
            prepare=self.ready,
            present=program("logstats") is not None,
        )

    def counters(self) -> Contestant:
        """Work out the four figures alone."""
        return Contestant(
            f"logstats, {self.stored:,} lines stored",
            lambda folder: [_logstats(folder, "counters", "--at", "last", "--format", "json")],
            prepare=self.ready,
            present=program("logstats") is not None,
        )


@dataclass(frozen=True)
class Archives:
    """What cron does in a minute without a visitor: a folder of a log and its archives, all of it read."""

    logs: Logs
    count: int

    @property
    def folder(self) -> Path:
        """Where the log, its archives and the store that every run starts from are kept."""
        return self.logs.folder / f"archives-{self.count}"

    def ready(self, folder: Path) -> None:
        """Put a store that has read the folder's logs into `folder`, reading them the first time."""
        kept = self.folder / STORE
        if not kept.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            read = self.folder / "logs"
            read.mkdir(parents=True)
            self._write(read)
            for _ in range(2):  # a file that has only just been written is looked at again
                time.sleep(SETTLED_S)
                subprocess.run(
                    _logstats(self.folder, "ingest", str(read)),
                    cwd=self.folder,
                    env=environment(),
                    check=True,
                    capture_output=True,
                )
        for file in self.folder.glob(f"{STORE}*"):
            shutil.copyfile(file, folder / file.name)
            _settle(folder / file.name)

    def _write(self, folder: Path) -> None:
        lines = self.logs.plain(ARCHIVED * (self.count + 1)).read_bytes()
        parts = lines.splitlines(keepends=True)
        for number in range(self.count + 1):
            part = b"".join(parts[ARCHIVED * number : ARCHIVED * (number + 1)])
            name = f"access.log.{number}.gz" if number else "access.log"
            (folder / name).write_bytes(gzip.compress(part) if number else part)

    def contestant(self) -> Contestant:
        """Look whether there is anything new."""
        return Contestant(
            f"logstats, {self.count} archives beside the log",
            lambda folder: [_logstats(folder, "ingest", str(self.folder / "logs"))],
            prepare=self.ready,
            present=program("logstats") is not None,
        )


def _settle(path: Path) -> None:
    """Have the file on the disk, so that a run does not pay for writing our copy of it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


# --- peers ---------------------------------------------------------------------------------


def _goaccess_facts(folder: Path) -> Mapping[str, float]:
    """Return the lines GoAccess says it understood."""
    told = json.loads((folder / "out.json").read_bytes())
    return {"lines": float(told["general"]["valid_requests"])}


def goaccess(log: Path, lines: int, jobs: int, *, kept: bool = False) -> Contestant:
    """GoAccess to JSON, and with its figures kept for the next run if asked for.

    One that is too old for threads runs with one, and says so.
    """
    path = program("goaccess")
    threads = path is not None and "--jobs" in says(path, "--help")
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
    """Find the number of lines a program printed on its way out."""

    def facts(folder: Path) -> Mapping[str, float]:
        found = re.search(pattern, (folder / "stdout").read_text(errors="replace"))
        return {"lines": float(found[1])} if found else {}

    return facts


def webalizer(log: Path, lines: int) -> Contestant:
    """Webalizer with its own defaults, no look-ups of names, into a new folder."""
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
    """AWStats with its own defaults, no look-ups of names: slow, so once, on fewer lines."""
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


# --- floors --------------------------------------------------------------------------------


def typing_floor(log: Path, lines: int) -> Contestant:
    """DuckDB merely typing the log."""
    return Contestant(
        "floor: DuckDB typing it",
        lambda _: [[sys.executable, str(HERE / "typing_floor.py"), str(log)]],
        lines,
        facts=_said(r'"lines": (\d+)'),
        present=has_module("duckdb"),
    )


def zcat(log: Path, lines: int) -> Contestant:
    """Decompressing the log, for nothing."""
    return Contestant(
        "floor: zcat > /dev/null",
        lambda _: [["sh", "-c", 'exec zcat "$0" > /dev/null', str(log)]],
        lines,
        present=program("zcat") is not None,
    )


def importing() -> Contestant:
    """Pay what every process that uses DuckDB pays before its first query."""
    return Contestant(
        "floor: import duckdb",
        lambda _: [[sys.executable, "-c", "import duckdb"]],
        present=has_module("duckdb"),
    )
