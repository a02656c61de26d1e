"""The last finished update of a store: one line of JSON in the file that `update` locks.

A run with nothing new does not open the store to write, so it can't be noted there. The file is written with
one call, of some 300 bytes, and is not synced: after a power cut the note of the last runs may be lost.
"""

import contextlib
import fcntl
import json
import os
import stat
import time
from pathlib import Path
from typing import NamedTuple

from logstats.store import locks

LONGEST = 4096  # bytes of the note
MOST_FILES = 20  # counter files that the note names
KIND = "update"
_OTHERS_WRITE = 0o022
_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Finished(NamedTuple):
    """A finished update: when it began and ended (seconds since 1970), its exit code, and its counts.

    `kept` are the counter files that were not written because a log could not be read. `lists` and `titles`
    identify what the lists were written from and the files of titles that were read, '' where they must be
    looked at again. `inputs` identify what an update without anything to do depends on, until
    `idle_until`, '' where the next one must look at all again (update/idle).
    """

    started: float
    finished: float
    exit_code: int
    lines: int = 0
    rejects: int = 0
    kept: tuple[str, ...] = ()
    lists: str = ""
    titles: str = ""
    inputs: str = ""
    idle_until: float = 0.0


class Running(NamedTuple):
    """A process that holds the lock of an update or ingest, and for how many seconds it has been running."""

    work: str
    process: str
    seconds: float


def note(store: Path, run: Finished) -> None:
    """Store the note of a finished update; its lock must be held. Where that is impossible, do nothing."""
    kept = run.kept[:MOST_FILES]
    while len(text := f"{json.dumps(run._replace(kept=kept)._asdict())}\n".encode()) > LONGEST:
        kept = kept[:-1]
    with contextlib.suppress(OSError):
        file = os.open(_path(store, KIND), os.O_WRONLY | _FLAGS)
        try:
            if _is_ours(os.fstat(file)):
                size = os.pwrite(file, text, 0)
                os.ftruncate(file, size)
        finally:
            os.close(file)


def _is_ours(status: os.stat_result) -> bool:
    """Whether a file may be written to: not a FIFO, nor another file that was linked to this name."""
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and status.st_uid == os.geteuid()


def last(store: Path, *, of_this_user: bool = False) -> Finished | None:
    """Return the last finished update, None where none is noted.

    `of_this_user`: only where no other user can have written the note, nor can write it.
    """
    try:
        file = os.open(_path(store, KIND), os.O_RDONLY | _FLAGS)
        try:
            status = os.fstat(file)
            if of_this_user and not (_is_ours(status) and not status.st_mode & _OTHERS_WRITE):
                return None
            values = json.loads(os.read(file, LONGEST))
        finally:
            os.close(file)
        return Finished(**values | {"kept": tuple(values["kept"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def running(store: Path) -> list[Running]:
    """Return the runs that are in progress; a lock file that is not there is not made."""
    return [found for work in (KIND, "ingest") if (found := _running(store, work))]


def _running(store: Path, work: str) -> Running | None:
    try:
        file = os.open(_path(store, work), os.O_RDONLY | _FLAGS)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        pids = locks.holding(file)
        names = ", ".join(map(locks.process, pids)) or "another process"
        return Running(work, names, max(map(locks.age_s, pids), default=0.0))
    except OSError:
        return None
    finally:
        os.close(file)
    return None


def now() -> float:
    """Return the current time in seconds since 1970."""
    return time.time()


def _path(store: Path, work: str) -> Path:
    return locks.beside(store, work)
