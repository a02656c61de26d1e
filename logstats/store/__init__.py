"""The store: one DuckDB file, and the only folder that imports DuckDB.

session         an in-memory DuckDB to which the store is attached, to read or for one transaction
statements      the .sql files of queries/, header and statement
as_of           the time, site and zone that a report is for
invariants      what must hold before a transaction commits
locks           who may open the store: readers together, a writer alone, in turn
maintenance     the store's file: snapshot, compact, repair
duckdb_errors   DuckDB's errors in words for the user
"""

from logstats.clock import utc_now
from logstats.store.session import (
    Params,
    Session,
    ensure,
    newest_version,
    no_ingest,
    parquet,
    require,
)

__all__ = ["Params", "Session", "ensure", "newest_version", "no_ingest", "parquet", "require", "utc_now"]
