"""The store: one DuckDB file, and the only folder that imports DuckDB.

file            checks before a store is opened
creation        creates a new store
session         an in-memory DuckDB to which the store is attached, to read or for one transaction
statements      the .sql files of queries/, header and statement
as_of           the time, site and zone of a report
invariants      checks before a transaction commits
checksums       the checksums of the store's file
locks           locks on the store: shared for readers, exclusive for a writer, first come, first served
maintenance     snapshot, compact and repair the store's file
duckdb_errors   DuckDB's errors as errors that the user can act on
"""

from logstats.clock import utc_now
from logstats.store.creation import ensure
from logstats.store.file import no_ingest, require
from logstats.store.session import Params, Session, newest_version, parquet

__all__ = ["Params", "Session", "ensure", "newest_version", "no_ingest", "parquet", "require", "utc_now"]
