"""Check a store's file before it is opened: whether it can be a store, and whether an ingest is running."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from logstats.errors import StoreBusyError, StoreError
from logstats.store import locks


def require(path: Path) -> None:
    """Raise StoreError if there is no file that can be a store."""
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise StoreError(f"{path}: no such store; `logstats ingest LOG` creates it") from error
    except OSError as error:
        raise StoreError(f"{path}: can't be opened: {error.strerror}") from error
    if size == 0:
        raise StoreError(
            f"{path}: is an empty file, not a store; remove it, and `logstats ingest LOG` creates one"
        )


@contextlib.contextmanager
def no_ingest(path: Path) -> Iterator[None]:
    """Hold the ingest lock of an existing store; raise StoreBusyError if an ingest is running."""
    require(path)
    with locks.ingest_lock(path) as is_ours:
        if not is_ours:
            raise StoreBusyError(f"{path}: an ingest is running; try again when it is done")
        yield
