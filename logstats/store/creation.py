"""Create a store: it is written under another name with its schema, then renamed."""

import os
from pathlib import Path

from logstats import atomic, signals
from logstats.errors import StoreError
from logstats.store import locks, schema
from logstats.store.file import require_text
from logstats.store.session import Session

_PRIVATE, _GROUP = 0o600, 0o060


def ensure(path: Path, *, group_access: bool = False) -> None:
    """Create an empty store if there is none, for its owner alone or, as the umask allows, for the group."""
    require_text(path)
    if not path.exists():
        _create(path, _PRIVATE | (_GROUP if group_access else 0))


def _create(path: Path, mode: int) -> None:
    """Create an empty store under another name and rename it, so that it is never incomplete."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic.fresh(path, signals.check) as fresh, Session() as session:
            _write_empty(session, fresh)
            fresh.chmod(mode & ~atomic.umask())
            atomic.create(fresh, path, signals.check)
    except OSError as error:
        raise StoreError(f"{path}: can't be made: {error.strerror}") from error
    locks.share(path)


def _write_empty(session: Session, path: Path) -> None:
    """Write an empty store to a new file."""
    session.attach_new(path, "store")
    session.execute("BEGIN")
    schema.migrate(session)
    key = {"value": os.urandom(32).hex()}
    session.execute("INSERT INTO store.setting VALUES ('identity_key', $value)", key)
    session.execute("COMMIT")
    session.execute("DETACH store")
