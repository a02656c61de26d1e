"""Locks on a store: shared for readers, exclusive for a writer, in order of arrival.

DuckDB lets one process write or many read, and refuses others at once; while readers come and go, a writer
could fail for seconds. So there are two lock files beside the store. Each process locks `gate` for an
instant, and while it has the gate it locks `lock`: shared to read, exclusively to write. A process that waits
for `lock` keeps the gate, so that no later process overtakes it. A lock ends with its process. Where a lock
file is impossible (a folder of another user, a file system without locks), only DuckDB's own lock is used.
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
GATE_S = 0.05  # a shorter wait is too short for the gate, which each process has for an instant
LONGEST_COMMAND = 120  # characters of a command line that a message shows

_MAY_READ = 0o666
_LOCK_TABLE = Path("/proc/locks")  # on Linux; elsewhere the holder of a lock is not known


@contextlib.contextmanager
def held(store: Path, until: float, *, alone: bool) -> Iterator[None]:
    """Lock the store, exclusively or shared; raise StoreBusyError at `until` (time.monotonic)."""
    until = max(until, time.monotonic() + GATE_S)
    with contextlib.ExitStack() as stack:
        gate, lock = (_open(store, kind) for kind in ("gate", "lock"))
        for file in (gate, lock):
            if file is not None:
                stack.callback(os.close, file)
        if gate is not None and lock is not None:
            _lock(gate, fcntl.LOCK_EX, until, store, lock)
            _lock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH, until, store, lock)
            fcntl.flock(gate, fcntl.LOCK_UN)
        yield


@contextlib.contextmanager
def ingest_lock(store: Path, work: str = "ingest") -> Iterator[bool]:
    """Lock the store for one kind of work; yield False at once if another run has that lock."""
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"can't be made: {error.strerror}", path=store) from error
    file = _open(store, work)
    if file is None:
        raise StoreError("can't be made or written: this user may not write to its folder", path=store)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(file)


def process(number: int) -> str:
    """Return a process as messages name it: its command line, where the system gives it, and its PID."""
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:
        words = []
    command = " ".join(b" ".join(words).decode("utf-8", "replace").split())[:LONGEST_COMMAND]
    return f"'{command}' (PID {number})" if command else f"PID {number}"


def busy(store: Path, holder: str) -> StoreBusyError:
    """Return the error that names the process which has the store open."""
    return StoreBusyError(f"busy, held by {holder}; try again, or wait longer with --wait", path=store)


def _beside(store: Path, kind: str) -> Path:
    real = store.resolve()
    return real.with_name(f"{real.name}.{kind}")


def _open(store: Path, kind: str) -> int | None:
    """Open a lock file; create it with the store's mode and owner: a user who may read that may lock it."""
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


def _lock(file: int, operation: int, until: float, store: Path, lock: int) -> None:
    """Lock an open file (the gate or `lock` itself); where the file system has no locks, do nothing."""
    while True:
        try:
            fcntl.flock(file, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            signals.check()
            if time.monotonic() >= until:
                raise busy(store, _holders(lock)) from None
            time.sleep(RETRY_S)
        except OSError:
            return
        else:
            return


def _holders(lock: int) -> str:
    """Return the names of the processes that hold a lock file."""
    inode = os.fstat(lock).st_ino
    with contextlib.suppress(OSError):
        # 1: FLOCK  ADVISORY  WRITE 4711 fe:00:2531332 0 EOF; one that waits has -> before FLOCK
        rows = [line.split() for line in _LOCK_TABLE.read_text().splitlines()]
        pids = {int(row[4]) for row in rows if row[1] == "FLOCK" and row[5].endswith(f":{inode}")}
        if holders := ", ".join(process(pid) for pid in sorted(pids - {os.getpid()})):
            return holders
    return "another process"
