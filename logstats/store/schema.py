"""The schema of a store: the files of queries/schema, each a migration, in the order of their numbers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from logstats.clock import utc_now
from logstats.errors import StoreError
from logstats.model import Result
from logstats.store import statements


class Runner(Protocol):
    """What runs statements on an attached store: a Session."""

    def run(self, name: str) -> Result:
        """Run `queries/{name}.sql`."""
        ...

    def execute(self, sql: str, params: dict[str, object] | None = None) -> Result:
        """Run one statement."""
        ...


def newest_version() -> int:
    """Return the schema version that this program writes."""
    return _number(statements.names("schema")[-1])


def migrate(session: Runner) -> None:
    """Apply the schema files that the attached store does not have yet, in the open transaction."""
    files = statements.names("schema")
    session.run(files[0])
    done = {version for (version,) in session.execute("SELECT version FROM store.migration").rows}
    for name in files[1:]:
        version = _number(name)
        if version not in done:
            session.run(name)
            row: dict[str, object] = {"version": version, "name": name, "at": utc_now()}
            session.execute("INSERT INTO store.migration VALUES ($version, $name, $at)", row)


def checked_version(path: Path, migrations: Sequence[tuple[Any, ...]]) -> int:
    """Return the newest version of a store's migrations; raise StoreError if it is newer than ours.

    There is no row if the file at `path` is no store.
    """
    if not migrations:
        raise StoreError(f"{path}: is a DuckDB file, but not a logstats store")
    version, name = max(migrations)
    if version <= newest_version() and name not in statements.names("schema"):
        raise StoreError(
            f"{path}: was written by a development version of logstats; ingest the logs into a new store"
        )
    if version > newest_version():
        raise StoreError(
            f"{path}: was written by a newer logstats (schema {version}, this one knows "
            f"{newest_version()}); upgrade logstats"
        )
    return int(version)


def _number(file: str) -> int:
    """Return the number at the start of a schema file's name."""
    return int(Path(file).name.partition("_")[0])
