"""Compare the stores of the same logs, read by the statements and by the native reader, row by row.

    python benchmarks/same_store.py LOG...

Compared are the rows of tests/support/lines.CONTENTS, in which texts take the place of ids. Rows that
only one of the stores has are printed, and the exit code is then 1.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from support.lines import CONTENTS

from logstats.native import VARIABLE

SHOWN = 5
READERS = {
    # a store's name: the value of LOGSTATS_NATIVE with which its logs are read
    "by_sql": "0",
    "natively": "1",
}


def main() -> int:
    """Read the logs into two stores and compare these."""
    parser = argparse.ArgumentParser(description="Compare stores that were filled by both readers of lines.")
    parser.add_argument("logs", nargs="+", type=Path)
    logs = [str(path.resolve()) for path in parser.parse_args().logs]
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        for name, choice in READERS.items():
            store = f"{folder}/{name}.duckdb"
            command = [
                sys.executable,
                "-m",
                "logstats",
                "--db",
                store,
                "--quiet",
                "ingest",
                "--site",
                "a",
                *logs,
            ]
            subprocess.run(command, check=False, cwd=folder, env={**os.environ, VARIABLE: choice})
            connection.execute(f"ATTACH '{store}' AS {name} (READ_ONLY)")
        return max(map(bool, [difference(connection, table) for table in CONTENTS]))


def difference(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Print how many rows of a table are equal and different; return the number of different ones."""
    sql = {name: CONTENTS[table].replace("store.", f"{name}.") for name in READERS}
    first, second = sql.values()
    (rows,) = connection.execute(f"SELECT count(*) FROM ({first})").fetchall()[0]
    different = [
        *connection.execute(f"({first}) EXCEPT ALL ({second})").fetchall(),
        *connection.execute(f"({second}) EXCEPT ALL ({first})").fetchall(),
    ]
    print(f"{table}: {rows:,} rows, {len(different):,} different")
    for row in different[:SHOWN]:
        print(f"    {row}")
    return len(different)


if __name__ == "__main__":
    sys.exit(main())
