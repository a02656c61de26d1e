"""Maintenance of the store's file: copy it, compact it, repair its header or its write-ahead log.

DuckDB keeps the last commits in a write-ahead log beside the store until they are in the file. A power cut
can tear that log, or a header or block that a checkpoint is writing. Without the torn part the store is
consistent and older. Positions in the logs are older too, so the next ingest reads the missing lines again.
"""

import contextlib
import itertools
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from logstats import atomic, signals
from logstats.clock import utc_now
from logstats.errors import (
    DamagedStoreError,
    LogstatsError,
    StoreBusyError,
    StoreError,
    TornLogError,
    UsageError,
)
from logstats.model import Result
from logstats.store import Session, checksums, locks, no_ingest, require

MOST_TORN = 16  # blocks and headers that one checkpoint can be writing


class Repaired(NamedTuple):
    """The paths of what was torn and is kept, and up to which byte each access log was read.

    `file` is the store as it was (None: it was whole), `log` its old write-ahead log.
    """

    file: Path | None
    log: Path | None
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
    require_replaceable(target, store, wait)
    with (
        _writing(target),
        atomic.fresh(target, signals.check) as fresh,
        Session() as session,
    ):
        with session.reading(store, wait):
            _copy(session, fresh)
        atomic.replace(fresh, target, like=store.resolve())
    return target.stat().st_size


def require_replaceable(target: Path, store: Path, wait: float, what: str = "a snapshot") -> None:
    """Raise UsageError unless the target is free or has another store, which `what` may replace."""
    if not target.name:
        raise UsageError(f"is a folder, and {what} needs a file; name one", path=target)
    if target.is_symlink():
        raise UsageError("is a symbolic link, which is not followed; choose another name", path=target)
    if _log_of(target).exists():
        raise UsageError(
            f"this is a store that was not closed, for it has a log, {_log_of(target)}; choose another name",
            path=target,
        )
    if not target.exists():
        return
    if not target.is_file() or target.samefile(store):
        raise UsageError(f"{what} needs a file of its own; choose another name", path=target)
    try:
        require(target)
        with Session() as session, session.opened(target, wait, read_only=True):
            pass
    except StoreBusyError:
        raise
    except StoreError as error:
        raise UsageError(
            f"is not a store of logstats, so {what} does not replace it; choose another name or remove it",
            path=target,
        ) from error


def compact(store: Path, wait: float) -> Compacted:
    """Replace the store by a copy without the space of deleted rows.

    Readers go on during the copy, writers wait, and an ingest ends at once.
    """
    real = store.resolve()
    with (
        no_ingest(store),
        _writing(store),
        atomic.fresh(real, signals.check) as fresh,
        Session() as session,
    ):
        with session.writing(store, wait):
            before = real.stat().st_size
        with session.reading(store, wait):
            if _log_of(real).exists():
                raise StoreBusyError("was written to during the copy; try again", path=store)
            _copy(session, fresh)
            atomic.replace(fresh, real, like=real)
    return Compacted(before, real.stat().st_size)


def repair(store: Path, wait: float) -> Repaired:
    """Repair a store whose header or log is torn, and keep what was torn.

    Then read everything in the store; raise StoreError if any of it is damaged. A store of an older logstats,
    such as one whose migration was cut short, is migrated.
    """
    file = log = None
    with no_ingest(store), _writing(store), Session() as session:
        with locks.held(store, time.monotonic() + wait, alone=True):
            for target in (store.resolve(), _log_of(store.resolve())):
                atomic.remove_leftovers(target, signals.check)
            file = _repair_file(session, store.resolve(), wait)
            try:
                _test(session, store, wait)
            except TornLogError as torn:
                log = _cut_log(session, store, torn, wait)
        with session.opened(store, wait, read_only=True):
            read_all(session)
        with session.reading(store, wait, migrate=True):
            return Repaired(file, log, session.run("store/maintenance/read_until"))


def _test(session: Session, store: Path, wait: float) -> None:
    with session.opened(store, wait):
        pass


def _repair_file(session: Session, real: Path, wait: float) -> Path | None:
    """Repair the file of a store that can't be opened; return the old file, None if nothing was torn."""
    try:
        _test(session, real, wait)
    except DamagedStoreError as damaged:
        if not _is_torn(real, real, damaged):
            raise
        return _replace_torn(session, real, wait)
    except TornLogError:
        return None
    return None


def _replace_torn(session: Session, real: Path, wait: float) -> Path:
    """Replace the store by a copy without its torn parts if all of that can be read; return the old file."""
    with atomic.fresh(real, signals.check) as fresh:
        shutil.copyfile(real, fresh)
        for _ in range(MOST_TORN):
            try:
                with session.opened(fresh, wait, read_only=True):
                    break
            except DamagedStoreError as damaged:
                _repair_part(real, fresh, damaged)
        with session.opened(fresh, wait, read_only=True):
            read_all(session)
        kept = _kept(real)
        _keep(real, kept)
        atomic.replace(fresh, real, like=real)
    return kept


def _is_torn(real: Path, file: Path, damaged: DamagedStoreError) -> bool:
    """Whether a power cut during a checkpoint explains a damage of the store or its copy `file`.

    A block is torn only while the write-ahead log is there, which is deleted after the checkpoint.
    """
    is_block = damaged.offset is not None and damaged.offset not in checksums.SLOTS
    return checksums.torn_slot(file) is not None or (is_block and _log_of(real).exists())


def _repair_part(real: Path, file: Path, damaged: DamagedStoreError) -> None:
    if not _is_torn(real, file, damaged):
        raise damaged
    if checksums.torn_slot(file) is not None:
        checksums.restore_slot(file)
    elif damaged.offset is not None:
        checksums.renew_block(file, damaged.offset)


def _keep(file: Path, kept: Path) -> None:
    """Give a file a second name, or copy it where the file system has no links."""
    try:
        os.link(file, kept)
    except OSError:
        with file.open("rb") as source, kept.open("xb") as copy:
            shutil.copyfileobj(source, copy)


def _cut_log(session: Session, store: Path, torn: TornLogError, wait: float) -> Path:
    """Cut the log at the damaged entry, or remove it if that does not help; return the old log's path."""
    log = _log_of(store.resolve())
    kept = _kept(log)
    log.rename(kept)
    if torn.offset:
        with atomic.fresh(log, signals.check) as cut:
            shutil.copyfile(kept, cut)
            os.truncate(cut, torn.offset)
            atomic.replace(cut, log, like=kept)
        try:
            _test(session, store, wait)
        except StoreError:
            log.unlink()
        else:
            return kept
    _test(session, store, wait)
    return kept


def _kept(file: Path) -> Path:
    """Return a free name beside a file under which it is kept."""
    name = f"{file.name}.torn-{utc_now():%Y%m%dT%H%M%SZ}"
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(path for path in map(file.with_name, names) if not os.path.lexists(path))


def _copy(session: Session, path: Path) -> None:
    """Copy the attached store into a new file, without the space of deleted rows."""
    session.attach_new(path, "fresh")
    session.execute("COPY FROM DATABASE store TO fresh")
    for table in _tables(session):
        stored, copied = session.run("store/maintenance/count_both", slots={"table": table}).rows[0]
        if stored != copied:
            raise LogstatsError(f"the copy has {copied} of {stored} rows of {table}; it was not kept")
    session.execute("DETACH fresh")


def read_all(session: Session) -> None:
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
