"""Who may have the store: a fair lock beside it, and the one right to ingest.

DuckDB lets one process write or many read, and turns whoever comes too early away at once; under a
stream of readers a writer would try in vain for seconds. So there are two files beside the store.
Everyone takes `gate` alone for an instant, and while holding it takes `lock`: readers together, a
writer alone. Whoever has to wait for `lock` keeps the gate meanwhile, so that nobody who came later
goes before. A lock dies with its process. Where no lock file can be had (a folder that is not ours,
a file system that knows no locks) there is none, and DuckDB's own lock is all there is.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from logstats import signals
from logstats.errors import StoreBusyError, StoreError

RETRY_S = 0.005
GATE_S = 0.05  # others pass the gate in an instant: whoever waits for nothing waits for that
TOLD_OF_COMMAND = 120  # characters

_MAY_READ = 0o666
_LOCK_TABLE = Path("/proc/locks")  # Linux; elsewhere nobody can say who holds a lock


@contextlib.contextmanager
def held(store: Path, until: float, *, alone: bool) -> Iterator[None]:
    """Have the store, alone or with other readers; raise StoreBusyError at `until` (time.monotonic)."""
    until = max(until, time.monotonic() + GATE_S)
    with contextlib.ExitStack() as opened:
        gate, lock = (_open(store, kind) for kind in ("gate", "lock"))
        for file in (gate, lock):
            if file is not None:
                opened.callback(os.close, file)
        if gate is not None and lock is not None:
            _take(gate, fcntl.LOCK_EX, until, store, lock)
            _take(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH, until, store, lock)
            fcntl.flock(gate, fcntl.LOCK_UN)
        yield


@contextlib.contextmanager
def ingest_lock(store: Path, work: str = "ingest") -> Iterator[bool]:
    """Hold the one right to a work on a store; give False at once where another run has it."""
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{store}: can't be made: {error.strerror}") from error
    file = _open(store, work)
    if file is None:
        raise StoreError(f"{store}: can't be made or written: this user may not write into its folder")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(file)


def process(number: int) -> str:
    """Return how a process is named to the user: its command, where the system tells it, and its pid."""
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:
        words = []
    command = " ".join(b" ".join(words).decode("utf-8", "replace").split())[:TOLD_OF_COMMAND]
    return f"«{command}» (PID {number})" if command else f"PID {number}"


def _beside(store: Path, kind: str) -> Path:
    real = store.resolve()
    return real.with_name(f"{real.name}.{kind}")


def _open(store: Path, kind: str) -> int | None:
    """Open a lock file, made with the store's mode and owner: whoever may read that may lock it."""
    path = _beside(store, kind)
    try:
        return os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        pass
    except OSError:
        return None
    with contextlib.suppress(OSError):
        file = os.open(path, os.O_RDONLY | os.O_CREAT, _MAY_READ)
        with contextlib.suppress(OSError):
            like = store.stat()
            os.fchmod(file, like.st_mode & _MAY_READ)
            os.fchown(file, like.st_uid, like.st_gid)
        return file
    return None


def _take(file: int, how: int, until: float, store: Path, lock: int) -> None:
    while True:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            signals.check()
            if time.monotonic() >= until:
                raise busy(store, _holders(lock)) from None
            time.sleep(RETRY_S)
        except OSError:
            return
        else:
            return


def busy(store: Path, holder: str) -> StoreBusyError:
    """Return the error that tells who has the store."""
    return StoreBusyError(f"{store}: busy, held by {holder}; try again, or --wait longer")


def _holders(lock: int) -> str:
    """Name the processes that hold a lock file."""
    inode = os.fstat(lock).st_ino
    with contextlib.suppress(OSError):
        # 1: FLOCK  ADVISORY  WRITE 4711 fe:00:2531332 0 EOF; one that waits has -> before FLOCK
        rows = [line.split() for line in _LOCK_TABLE.read_text().splitlines()]
        pids = {int(row[4]) for row in rows if row[1] == "FLOCK" and row[5].endswith(f":{inode}")}
        if told := ", ".join(process(pid) for pid in sorted(pids - {os.getpid()})):
            return told
    return "another process"
