"""Locks on a store: shared for readers, exclusive for a writer, in order of arrival.

DuckDB lets one process write or many read, and refuses others at once; while readers come and go, a writer
could fail for seconds. So there are two lock files beside the store. Each process locks `gate` for an
instant, and while it has the gate it locks `lock`: shared to read, exclusively to write. A process that waits
for `lock` keeps the gate, so that no later process overtakes it. A lock ends with its process. Where a lock
file is impossible (a folder of another user, a file system without locks), only DuckDB's own lock is used.

Whoever may read a lock file may lock it, so it is for those who may read the store. Another user who may
write to the folder can put something else at its name: that is an error, never followed and never waited for.
"""

import contextlib
import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from logstats import signals
from logstats.errors import LongRunError, StoreBusyError, StoreError

RETRY_S = 0.005
GATE_S = 0.05  # a shorter wait is too short for the gate, which each process has for an instant
LONG_RUN_S = 3600.0
LONGEST_COMMAND = 120  # characters of a command line that a message shows

_PRIVATE = 0o600
_MAY_READ = 0o666
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
KINDS = ("gate", "lock", "ingest", "update")  # the endings of the lock files' names
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
            with contextlib.suppress(OSError):  # the file system has no locks
                fcntl.flock(gate, fcntl.LOCK_UN)
        yield


@contextlib.contextmanager
def ingest_lock(store: Path, work: str = "ingest") -> Iterator[bool]:
    """Lock the store for one kind of work; yield False at once if another run has that lock.

    Raise LongRunError if that run is an hour old: a usual run takes seconds, so it hangs.
    """
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"can't be made: {error.strerror}", path=store) from error
    file = _open(store, work)
    if file is None:
        raise StoreError("can't be made or written: this user may not write to its folder", path=store)
    try:
        is_free = _is_free(file)
        if not is_free:
            _require_young(file, store, work)
        yield is_free
    finally:
        os.close(file)


def _is_free(file: int) -> bool:
    """Lock a file unless another process has it; where the file system has no locks, it is free."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _require_young(file: int, store: Path, work: str) -> None:
    """Raise LongRunError if a process that holds the lock was started an hour ago."""
    for pid in holding(file):
        if (age := age_s(pid)) >= LONG_RUN_S:
            raise LongRunError(store, process(pid), work, age)


def age_s(pid: int) -> float:
    """Return for how many seconds a process has been running, 0 where the system does not say."""
    try:
        # 4711 (logstats (1)) S …; the 22nd field is the start in clock ticks since the machine's start
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0


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


def beside(store: Path, kind: str) -> Path:
    """Return the path of a store's lock file of one of KINDS."""
    real = store.resolve()
    return real.with_name(f"{real.name}.{kind}")


def share(store: Path) -> None:
    """Give the lock files the mode and owner of a store that was made after them."""
    for kind in KINDS:
        with contextlib.suppress(FileNotFoundError, PermissionError):
            file = os.open(beside(store, kind), _FLAGS)
            try:
                _share(file, store)
            finally:
                os.close(file)


def _open(store: Path, kind: str) -> int | None:
    """Open a lock file, and create it where there is none; return None where neither is possible."""
    path = beside(store, kind)
    try:
        file = os.open(path, _FLAGS)
    except FileNotFoundError:
        return _create(store, path)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # a symbolic link, a socket
            raise _not_ours(path) from error
        return None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise _not_ours(path)
    return file


def _create(store: Path, path: Path) -> int | None:
    try:
        file = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, _PRIVATE)
    except FileExistsError:  # another run has just made it
        return _open(store, path.name.rpartition(".")[2])
    except OSError:
        return None
    with contextlib.suppress(OSError):
        _share(file, store)
    return file


def _share(file: int, store: Path) -> None:
    like = store.stat()
    os.fchmod(file, like.st_mode & _MAY_READ)
    os.fchown(file, like.st_uid, like.st_gid)


def _not_ours(path: Path) -> StoreError:
    return StoreError("is not a regular file, so it can't be this store's lock file; remove it", path=path)


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
    return ", ".join(process(pid) for pid in holding(lock)) or "another process"


def holding(lock: int) -> list[int]:
    """Return the PIDs of the other processes that hold a lock file, [] where the system does not say."""
    inode = os.fstat(lock).st_ino
    with contextlib.suppress(OSError):
        # 1: FLOCK  ADVISORY  WRITE 4711 fe:00:2531332 0 EOF; one that waits has -> before FLOCK
        rows = [line.split() for line in _LOCK_TABLE.read_text().splitlines()]
        pids = {int(row[4]) for row in rows if row[1] == "FLOCK" and row[5].endswith(f":{inode}")}
        return sorted(pids - {os.getpid()})
    return []
