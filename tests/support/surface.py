"""What the tests of the program's surface share: ways to run it, and a store of the sample month."""

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from inspect import signature
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import pytest
from click.testing import CliRunner

from logstats.__main__ import run as run_here
from logstats.config import documents
from logstats.store import statements
from support import mmdb

T = TypeVar("T")
SAMPLES = statements.samples_dir()
PORTAL = SAMPLES / "portal"
CONFIG = PORTAL / "logstats.toml"
SITE = "batxat.laocai.gov.vn"
AT = "2026-11-21T10:00"  # the moment for which the sample's figures are promised
LIVE = ("access.log.1", "access.log")  # the logs that hold all of the 21st, and the evening before
PORTAL_ZONE = timezone(timedelta(hours=7))
APART: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
RUNNER = CliRunner(**APART)  # click 8.1 mixes stderr into stdout unless it is told not to
PROGRAM = (sys.executable, "-m", "logstats")
LAST_WORD = b"\x00end of the test\x00"
ALL_KEYS = {key for table in documents.TABLES for key in table.rows()}
AGENTS = {
    "phone": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/147.0.0.0 Mobile Safari/537.36",
    "desktop": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "crawler": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "phone crawler": "Mozilla/5.0 (Linux; Android 6) (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "preview": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "library": "curl/8.5.0",
    "reader": "python-requests/2.31.0",
}


@dataclass(frozen=True)
class Ran:
    """What a run gave: its exit code, and what it wrote where."""

    code: int
    data: bytes
    err: str

    @property
    def out(self) -> str:
        return self.data.decode()


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str | None]:
    """The variables of a run (None: unset), without those that this machine's user may have set."""
    ours = {name: None for name in os.environ if name.startswith("LOGSTATS_")}
    nowhere = f"{tempfile.gettempdir()}/no-logstats-{os.getpid()}"
    return {
        **ours,
        "NO_COLOR": None,
        "PYTHONUNBUFFERED": None,
        "TZ": "UTC",
        "XDG_DATA_HOME": nowhere,
        **(extra or {}),
    }


def run(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Ran:
    """Run the program in this process, as `python -m logstats` would: quick, no terminal, no stdin."""
    argv = ["logstats", *map(str, arguments)]
    with RUNNER.isolation(env=environment(env)) as (out, err, *_), patch.object(sys, "argv", argv):
        code = _code_of_main()
        sys.stdout.flush()
        sys.stderr.flush()
        return Ran(code, out.getvalue(), err.getvalue().decode())


def run_on_terminal(*arguments: str | Path, columns: int, env: Mapping[str, str] | None = None) -> Ran:
    """Run the program in this process, with its stdout on a terminal of so many columns."""
    argv = ["logstats", *map(str, arguments)]
    variables = environment({"TERM": "xterm", "COLUMNS": str(columns), **(env or {})})

    def program(terminal: int) -> tuple[int, str]:
        with (
            RUNNER.isolation(env=variables) as (_, err, *_),
            os.fdopen(os.dup(terminal), "w", encoding="utf-8") as stdout,
            patch.object(sys, "argv", argv),
            patch.object(sys, "stdout", stdout),
        ):
            code = _code_of_main()
            sys.stderr.flush()
            return code, err.getvalue().decode()

    (code, err), shown = with_terminal(program)
    return Ran(code, shown, err)


def _code_of_main() -> int:
    try:
        return run_here()
    except Exception:  # noqa: BLE001 - what Python does with what nobody caught
        traceback.print_exc()
        return 1


def assert_in_words(err: str) -> None:
    """What is wrong is said to the user, and is not a fault of the program's own."""
    assert "Traceback" not in err
    assert "bug in logstats" not in err


def process(*arguments: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
    """Run the program as a process of its own."""
    ran = subprocess.run(
        [*PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, env=process_env(env), check=False
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr.decode())


def unprivileged(*arguments: str | Path) -> Ran:
    """Run the program in a process that file modes bind, without the capabilities that root has."""
    dropped: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root may write everywhere, and there is no setpriv (util-linux) to prevent that")
        dropped = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    ran = subprocess.run(
        [*dropped, *PROGRAM, *map(str, arguments)], capture_output=True, env=process_env(), check=False
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr.decode())


def process_env(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of a process: this one's, changed as for `run`."""
    changed = environment({"PYTHONPATH": str(Path(statements.__file__).parents[2]), **(extra or {})})
    return {name: value for name, value in {**os.environ, **changed}.items() if value is not None}


def on_terminal(*arguments: str | Path, stream: str, env: Mapping[str, str] | None = None) -> Ran:
    """Run the program with its stdout or its stderr (`stream`) on a terminal, the other in a pipe."""

    def started(terminal: int) -> tuple[int, bytes]:
        into = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: terminal}
        with subprocess.Popen(
            [*PROGRAM, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=into["stdout"],
            stderr=into["stderr"],
            env=process_env({"TERM": "xterm", **(env or {})}),
        ) as running:
            piped = running.stdout or running.stderr
            assert piped is not None
            read = piped.read()
        return running.returncode, read

    (code, read), shown = with_terminal(started)
    out, err = (shown, read) if stream == "stdout" else (read, shown)
    return Ran(code, out, err.decode())


def on_terminal_shell(command: str, folder: Path, env: Mapping[str, str]) -> Ran:
    """Run a line of shell in a folder with stdout and stderr on one terminal."""

    def run_shell(terminal: int) -> int:
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
            env=process_env({"TERM": "xterm", **env}),
            check=False,
        )
        return ran.returncode

    code, shown = with_terminal(run_shell)
    return Ran(code, shown, "")


def with_terminal(program: Callable[[int], T], columns: int = 0) -> tuple[T, bytes]:
    """Call a function with a terminal; return what it returns, and what was written to the terminal.

    We write last, and read up to that: Linux can drop what is written just before a terminal is closed.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50 if columns else 0, columns, 0, 0))
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_read_until, ours, LAST_WORD)
        try:
            returned = program(theirs)
        finally:
            os.write(theirs, LAST_WORD)
        shown = reading.result()
    os.close(theirs)
    os.close(ours)
    return returned, shown.removesuffix(LAST_WORD).replace(b"\r\n", b"\n")


def _read_until(terminal: int, end: bytes) -> bytes:
    parts = bytearray()
    while not parts.endswith(end):
        parts += os.read(terminal, 65536)
    return bytes(parts)


def geo_settings(folder: Path) -> Path:
    """Write settings with a small database of countries, for the report that needs one."""
    mmdb.write(
        folder / "countries.mmdb", {"203.113.128.0/18": "VN", "8.8.8.0/24": "US", "2405:4800::/32": "VN"}
    )
    settings = folder / "geo.toml"
    settings.write_text('[geo]\ndatabase = "countries.mmdb"\n', encoding="utf-8")
    return settings


def options_for(report: str, folder: Path) -> list[str]:
    """Return the options that a report needs before it: settings with a database of countries."""
    return ["--config", str(geo_settings(folder))] if report == "countries" else []


def log_line(hit: Mapping[str, str]) -> str:
    """Return the line a server would have written; tests/queries/README.md lists the columns."""
    if not hit["time"]:
        return hit.get("line") or ""
    time = datetime.fromisoformat(hit["time"])
    at = (time if time.tzinfo else time.replace(tzinfo=PORTAL_ZONE)).strftime("%d/%b/%Y:%H:%M:%S %z")
    method, _, target = hit["request"].rpartition(" ")
    name, status = hit.get("agent") or "phone", hit.get("status") or "200"
    agent, referrer = AGENTS[name] if "/" not in name else name, hit.get("referrer") or "-"
    sent = hit.get("bytes") or "5"
    host = f"{hit['site']}:443 " if "site" in hit else ""
    request = f'"{method or "GET"} {target} HTTP/1.1"'
    return f'{host}{hit["client"]} - - [{at}] {request} {status} {sent} "{referrer}" "{agent}"'


def ingest(store: Path, *logs: Path, config: Path = CONFIG) -> None:
    """Read logs into a store with the portal's settings."""
    ran = run("--db", store, "--config", config, "ingest", *logs)
    assert (ran.code, ran.out) == (0, ""), ran


@cache
def archive_store(base: Path) -> Path:
    """Return the store of the month before the LIVE logs; all test processes share it."""
    archive = (log for log in sorted(PORTAL.glob("access.log*")) if log.name not in LIVE)
    return _made_once(shared_folder(base) / "archive.duckdb", lambda store: ingest(store, *archive))


@cache
def month_store(base: Path) -> Path:
    """Return the store of the whole month, to be read only; a test that writes takes `copied`."""

    def make(store: Path) -> None:
        copied(archive_store(base), store)
        ingest(store, *(PORTAL / name for name in LIVE))

    return _made_once(shared_folder(base) / "month.duckdb", make)


def shared_folder(base: Path) -> Path:
    """Return the folder that all processes of a test run have in common, of a process's own folder."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _made_once(path: Path, make: Callable[[Path], object]) -> Path:
    """Return a file, made by the first process that needs it."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = path.with_name(f"{path.stem}-unfinished.duckdb")
            make(unfinished)
            unfinished.rename(path)
    return path


def copied(store: Path, target: Path) -> Path:
    """Copy a store that nobody has open."""
    shutil.copyfile(store, target)
    return target
