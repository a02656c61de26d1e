"""The store: one DuckDB file, and the only folder that imports DuckDB.

file            checks before a store is opened
creation        creates a new store
session         an in-memory DuckDB to which the store is attached, to read or for one transaction
schema          the migrations of a store, and the version that this program writes
statements      the .sql files of queries/, header and statement
user_query      a user's own statement: it reads views, and nothing else
user_views      the views as such a statement sees them, with local times
as_of           the time, site and zone of a report
invariants      checks before a transaction commits
checksums       the checksums of the store's file
locks           locks on the store: shared for readers, exclusive for a writer, first come, first served
parquet         a result as a Parquet file
inspection      opens a store without making a file
runs            the last finished update, and the runs in progress
zones           whether the time zones of the settings exist
copies          copies a store for a dry run
maintenance     snapshot, compact and repair the store's file
duckdb_errors   DuckDB's errors as errors that the user can act on
"""

from typing import TYPE_CHECKING

from logstats import lazy

_MODULES = {
    # a name of this folder: its module, imported when the name is first used, as most import DuckDB
    "Params": "store.session",
    "Session": "store.session",
    "ensure": "store.creation",
    "newest_version": "store.schema",
    "no_ingest": "store.file",
    "parquet": "store.parquet",
    "require": "store.file",
    "utc_now": "clock",
}

if TYPE_CHECKING:
    from logstats.clock import utc_now
    from logstats.store.creation import ensure
    from logstats.store.file import no_ingest, require
    from logstats.store.parquet import parquet
    from logstats.store.schema import newest_version
    from logstats.store.session import Params, Session
else:
    __getattr__ = lazy.names(__name__, {name: f"logstats.{module}" for name, module in _MODULES.items()})

__all__ = ["Params", "Session", "ensure", "newest_version", "no_ingest", "parquet", "require", "utc_now"]
