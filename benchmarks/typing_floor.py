"""The floor: the time in which DuckDB reads a combined log into typed columns and stores nothing.

    python benchmarks/typing_floor.py big.log

No program that parses each line with DuckDB's reader can be faster. The file must have no malformed lines
(make_log.py without --odd), because a CSV reader relies on the quotes.
"""

from __future__ import annotations

import json
import sys

import duckdb

COLUMNS = {
    "client": "VARCHAR",
    "identity": "VARCHAR",
    "person": "VARCHAR",
    "time": "TIMESTAMP",
    "zone": "VARCHAR",
    "request": "VARCHAR",
    "status": "USMALLINT",
    "size": "UBIGINT",
    "referrer": "VARCHAR",
    "agent": "VARCHAR",
}
READ = """
    SELECT count(*), max(time), sum(status), sum(size), sum(strlen(client)), sum(strlen(identity)),
           sum(strlen(person)), sum(strlen(zone)), sum(strlen(request)), sum(strlen(referrer)),
           sum(strlen(agent))
    FROM read_csv($path, delim = ' ', quote = '"', header = false, auto_detect = false,
                  nullstr = '-', timestampformat = '[%d/%b/%Y:%H:%M:%S', columns = {columns})
"""


def main() -> None:
    """Read the file named on the command line and print its number of lines and bytes."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute("SET preserve_insertion_order = false")
        row = connection.execute(READ.replace("{columns}", str(COLUMNS)), {"path": sys.argv[1]})
        lines, last, _, size, *_ = row.fetchone() or (0, None, 0, 0)
    print(json.dumps({"lines": lines, "last": str(last), "bytes": size}))


if __name__ == "__main__":
    main()
