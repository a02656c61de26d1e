"""Check a store's file before it is opened: whether it can be a store, and whether an ingest is running."""

import contextlib
import stat
from collections.abc import Iterator
from pathlib import Path

from logstats.errors import StoreBusyError, StoreError
from logstats.store import locks

MAGIC = slice(8, 12)  # where a DuckDB file has its mark,
MARK = b"DUCK"
DUCKDB_FILES = (".wal", ".wal.checkpoint", ".wal.recovery")  # that DuckDB reads or writes beside a store


def require(path: Path) -> None:
    """Raise StoreError if there is no file that can be a store, or if something else is beside it."""
    require_text(path)
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise StoreError(f"{path}: no such store; `logstats ingest LOG` creates it") from error
    except OSError as error:
        raise StoreError(f"{path}: can't be opened: {error.strerror}") from error
    if not stat.S_ISREG(status.st_mode):
        raise StoreError("is not a regular file, so it can't be a store", path=path)
    if status.st_size == 0:
        raise StoreError(
            f"{path}: is an empty file, not a store; remove it, and `logstats ingest LOG` creates one"
        )

    real = path.resolve()
    for ending in DUCKDB_FILES:
        beside = real.with_name(real.name + ending)
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISREG(beside.lstat().st_mode):
                raise StoreError(
                    "is not a regular file; DuckDB keeps its own at this name: remove it", path=beside
                )


def require_text(path: Path) -> None:
    """Raise StoreError for a path that is not UTF-8, which DuckDB can't open."""
    try:
        str(path.resolve()).encode()
    except UnicodeEncodeError as error:
        raise StoreError(
            "can't be a store: its path is not UTF-8 text; give it another name", path=path
        ) from error


@contextlib.contextmanager
def no_ingest(path: Path) -> Iterator[None]:
    """Hold the ingest lock of an existing store; raise StoreBusyError if an ingest is running."""
    require(path)
    with locks.ingest_lock(path) as is_ours:
        if not is_ours:
            raise StoreBusyError(f"{path}: an ingest is running; try again when it is done")
        yield
