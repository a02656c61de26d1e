"""The store: one DuckDB file, and the only folder that imports DuckDB.

file            whether a path can be a store, and whether an ingest is at it
creation        a new store
session         an in-memory DuckDB to which the store is attached, to read or for one transaction
statements      the .sql files of queries/, header and statement
as_of           the time, site and zone that a report is for
invariants      what must hold before a transaction commits
locks           who may open the store: readers together, a writer alone, in turn
maintenance     the store's file: snapshot, compact, repair
duckdb_errors   DuckDB's errors in words for the user
"""

from logstats.clock import utc_now
from logstats.store.creation import ensure
from logstats.store.file import no_ingest, require
from logstats.store.session import Params, Session, newest_version, parquet

__all__ = ["Params", "Session", "ensure", "newest_version", "no_ingest", "parquet", "require", "utc_now"]
