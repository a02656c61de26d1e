"""Maintenance of the store's file: copy it, compact it, repair its write-ahead log.

DuckDB keeps the last commits in a write-ahead log beside the store until they are in the file. A power cut
can tear that log; without the torn part the store is consistent and older. Positions in the logs are older
too, so the next ingest reads the missing lines again.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from logstats import atomic
from logstats.clock import utc_now
from logstats.errors import LogstatsError, StoreBusyError, StoreError, TornLogError, UsageError
from logstats.model import Result
from logstats.store import Session, locks, no_ingest, require, statements


class Repaired(NamedTuple):
    """The path of the old log (None: it was whole), and up to which byte each access log was read."""

    kept: Path | None
    sources: Result


class Compacted(NamedTuple):
    """A store's size in bytes, before and after."""

    before: int
    after: int


def snapshot(store: Path, target: Path, wait: float) -> int:
    """Write a copy of the store to a file, in one step; return its size in bytes.

    Readers go on during the copy, writers wait.
    """
    require(store)
    if target.exists() and (target.samefile(store) or not target.is_file()):
        raise UsageError("a snapshot needs a file of its own; choose another name", path=target)
    if _log_of(target).exists():
        raise UsageError(
            f"this is a store that was not closed, for it has a log, {_log_of(target)}; choose another name",
            path=target,
        )
    target = target.resolve()
    with _writing(target), atomic.fresh(target) as fresh, Session() as session:
        with session.reading(store, wait):
            _copy(session, fresh)
        atomic.replace(fresh, target, like=store)
    return target.stat().st_size


def compact(store: Path, wait: float) -> Compacted:
    """Replace the store by a copy without the space of deleted rows.

    Readers go on during the copy, writers wait, and an ingest ends at once.
    """
    real = store.resolve()
    with no_ingest(store), _writing(store), atomic.fresh(real) as fresh, Session() as session:
        with session.writing(store, wait):
            before = real.stat().st_size
        with session.reading(store, wait):
            if _log_of(real).exists():
                raise StoreBusyError("was written to during the copy; try again", path=store)
            _copy(session, fresh)
            atomic.replace(fresh, real, like=real)
    return Compacted(before, real.stat().st_size)


def repair(store: Path, wait: float) -> Repaired:
    """Repair a store whose log is torn, and keep the old log; do nothing to a store that can be opened.

    Then read everything in the store; raise StoreError if any of it is damaged.
    """
    kept = None
    with no_ingest(store), _writing(store), Session() as session:
        with locks.held(store, time.monotonic() + wait, alone=True):
            try:
                session.look(store, wait)
            except TornLogError as torn:
                kept = _repair(session, store, torn, wait)
        with session.reading(store, wait):
            _read_all(session)
            return Repaired(kept, session.run("store/maintenance/read_until"))


def _repair(session: Session, store: Path, torn: TornLogError, wait: float) -> Path:
    """Cut the log at the damaged entry, or remove it if that does not help; return the old log's path."""
    log = _log_of(store.resolve())
    kept = log.with_name(f"{log.name}.torn-{utc_now():%Y%m%dT%H%M%SZ}")
    log.rename(kept)
    if torn.offset:
        cut = kept.with_suffix(".cut")
        shutil.copy(kept, cut)
        os.truncate(cut, torn.offset)
        atomic.replace(cut, log, like=kept)
        try:
            session.look(store, wait)
        except StoreError:
            log.unlink()
        else:
            return kept
    session.look(store, wait)
    return kept


def _copy(session: Session, path: Path) -> None:
    """Copy the attached store into a new file, without the space of deleted rows."""
    session.execute(f"ATTACH {statements.sql_text(str(path))} AS fresh (STORAGE_VERSION 'latest')")
    session.execute("COPY FROM DATABASE store TO fresh")
    for table in _tables(session):
        stored, copied = session.run("store/maintenance/count_both", slots={"table": table}).rows[0]
        if stored != copied:
            raise LogstatsError(f"the copy has {copied} of {stored} rows of {table}; it was not kept")
    session.execute("DETACH fresh")


def _read_all(session: Session) -> None:
    """Read everything in the attached store; raise StoreError if a byte of it is damaged."""
    for table in _tables(session):
        session.run("store/maintenance/read_table", slots={"table": table})


def _tables(session: Session) -> list[str]:
    return [name for (name,) in session.run("store/maintenance/tables").rows]


@contextlib.contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Name the file in an error of the system."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"can't be written: {error.strerror}", path=target) from error


def _log_of(store: Path) -> Path:
    return store.with_name(f"{store.name}.wal")
