"""Open a store to look at it without making a file, not even its lock files."""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from logstats.errors import StoreError
from logstats.store import locks
from logstats.store.file import require
from logstats.store.schema import newest_version
from logstats.store.session import VIEWS, Session


def has_lock_files(store: Path) -> bool:
    """Whether the files are there that a reader locks."""
    return all(locks.beside(store, kind).is_file() for kind in ("gate", "lock"))


@contextlib.contextmanager
def reading(session: Session, store: Path, wait: float, views: Iterable[str]) -> Iterator[None]:
    """Attach a store read-only, as Session.reading does; without lock files, only by DuckDB's own lock."""
    if has_lock_files(store):
        with session.reading(store, wait, views=views):
            yield
        return
    require(store)
    with session.opened(store, wait, read_only=True) as version:
        if version != newest_version():
            raise StoreError("is of an older logstats; the next `logstats update` migrates it", path=store)
        session.create_views(views, VIEWS)
        yield
