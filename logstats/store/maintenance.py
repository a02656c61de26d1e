"""What an admin does to the store's file: take a copy, make it smaller, mend its log.

DuckDB keeps what was committed last in a write-ahead log beside the store, until it is in the file.
A power cut can tear that log; without what is torn off, the store is whole and older. Positions go
back with the hits, so the next ingest reads again what is missing.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from logstats import atomic
from logstats.errors import LogstatsError, StoreBusyError, StoreError, TornLogError, UsageError
from logstats.model import Result
from logstats.store import Session, locks, no_ingest, require, statements, utc_now


class Repaired(NamedTuple):
    """What a repair did: where the torn log is kept (None: it was whole), and how far each log was read."""

    kept: Path | None
    sources: Result


class Compacted(NamedTuple):
    """A store's size in bytes, before and after."""

    before: int
    after: int


def snapshot(store: Path, target: Path, wait: float) -> int:
    """Write a copy of the store as it is now to a file, in one step; return its size in bytes.

    Readers go on meanwhile, and writers wait.
    """
    require(store)
    if target.exists() and (target.samefile(store) or not target.is_file()):
        raise UsageError(f"{target}: a snapshot goes to a file of its own")
    if _log_of(target).exists():
        raise UsageError(f"{target}: is a store that has not been closed, {_log_of(target)} is beside it")
    target = target.resolve()
    with _told(target), atomic.fresh(target) as fresh, Session() as session:
        with session.reading(store, wait):
            _copy(session, fresh)
        atomic.put(fresh, target, like=store)
    return target.stat().st_size


def compact(store: Path, wait: float) -> Compacted:
    """Write the store anew without the room of what was deleted, and put that in its place.

    Readers go on meanwhile, writers wait, and an ingest leaves at once.
    """
    real = store.resolve()
    with no_ingest(store), _told(store), atomic.fresh(real) as fresh, Session() as session:
        with session.writing(store, wait):
            before = real.stat().st_size
        with session.reading(store, wait):
            if _log_of(real).exists():
                raise StoreBusyError(f"{store}: was written to meanwhile; try again")
            _copy(session, fresh)
            atomic.put(fresh, real, like=real)
    return Compacted(before, real.stat().st_size)


def repair(store: Path, wait: float) -> Repaired:
    """Make a store that can't be opened for its torn log whole again, and keep the old log.

    Then read all that is in the store, so that damage elsewhere comes to light: StoreError.
    """
    kept = None
    with no_ingest(store), _told(store), Session() as session:
        with locks.held(store, time.monotonic() + wait, alone=True):
            try:
                session.look(store, wait)
            except TornLogError as torn:
                kept = _mend(session, store, torn, wait)
        with session.reading(store, wait):
            _read_all(session)
            return Repaired(kept, session.run("store/maintenance/read_until"))


def _mend(session: Session, store: Path, torn: TornLogError, wait: float) -> Path:
    """Cut the log where it is torn, or where that does not help do without; return where it is kept."""
    log = _log_of(store.resolve())
    kept = log.with_name(f"{log.name}.torn-{utc_now():%Y%m%dT%H%M%SZ}")
    log.rename(kept)
    if torn.byte:
        cut = kept.with_suffix(".cut")
        shutil.copy(kept, cut)
        os.truncate(cut, torn.byte)
        atomic.put(cut, log, like=kept)
        try:
            session.look(store, wait)
        except StoreError:
            log.unlink()
        else:
            return kept
    session.look(store, wait)
    return kept


def _copy(session: Session, path: Path) -> None:
    """Write what the attached store holds into a new file, without the room of what was deleted."""
    session.execute(f"ATTACH {statements.sql_text(str(path))} AS fresh (STORAGE_VERSION 'latest')")
    session.execute("COPY FROM DATABASE store TO fresh")
    for table in _tables(session):
        kept, copied = session.run("store/maintenance/count_both", slots={"table": table}).rows[0]
        if kept != copied:
            raise LogstatsError(f"of {kept} rows of {table} the copy has {copied}; it was not kept")
    session.execute("DETACH fresh")


def _read_all(session: Session) -> None:
    """Read everything in the attached store; raise StoreError where a byte of it is damaged."""
    for table in _tables(session):
        session.run("store/maintenance/read_table", slots={"table": table})


def _tables(session: Session) -> list[str]:
    return [name for (name,) in session.run("store/maintenance/tables").rows]


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{target}: can't be written: {error.strerror}") from error


def _log_of(store: Path) -> Path:
    return store.with_name(f"{store.name}.wal")
