"""Create a store: it is written under another name with its schema, then linked to its own name."""

import contextlib
import os
from pathlib import Path

from logstats import atomic
from logstats.errors import StoreError
from logstats.store.session import Session


def ensure(path: Path) -> None:
    """Create an empty store if there is none."""
    if not path.exists():
        _create(path)


def _create(path: Path) -> None:
    """Create an empty store under another name and link it to its own, so that it is never incomplete."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic.fresh(path) as fresh, Session() as session:
            session.make(fresh)
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
        atomic.sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"{path}: can't be made: {error.strerror}") from error
