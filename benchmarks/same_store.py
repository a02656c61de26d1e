"""Compare the stores of the same logs, row by row: read by the statements, natively, and by another checkout.

    python benchmarks/same_store.py [--before CHECKOUT] LOG...

CHECKOUT is a folder with another commit of logstats, which is run with this Python. Compared are the rows of
tests/support/lines.CONTENTS, in which texts take the place of ids, with the store that the statements make.
Rows that only one of two stores has are printed, and the exit code is then 1.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import duckdb

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from support.lines import CONTENTS

from logstats.native import VARIABLE

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 5
BY_SQL = "by_sql"


class Program(NamedTuple):
    """A program that reads the logs: its folder, and the value of LOGSTATS_NATIVE."""

    checkout: Path
    native: str


def main() -> int:
    """Read the logs into a store by each reader, and compare these with the first."""
    parser = argparse.ArgumentParser(description="Compare stores of the same logs.")
    parser.add_argument("--before", type=Path, metavar="CHECKOUT")
    parser.add_argument("logs", nargs="+", type=Path)
    given = parser.parse_args()
    readers = {BY_SQL: Program(ROOT, "0"), "natively": Program(ROOT, "1")}
    if given.before:
        readers["before"] = Program(given.before.resolve(), "0")
    logs = [str(path.resolve()) for path in given.logs]
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        for name, reader in readers.items():
            store = f"{folder}/{name}.duckdb"
            read(reader, store, logs, folder)
            connection.execute(f"ATTACH '{store}' AS {name} (READ_ONLY)")
        others = [name for name in readers if name != BY_SQL]
        found = [difference(connection, table, other) for other in others for table in CONTENTS]
    return int(any(found))


def read(reader: Program, store: str, logs: list[str], folder: str) -> None:
    """Read logs into a new store."""
    command = [sys.executable, "-m", "logstats", "--db", store, "--quiet", "ingest", "--site", "a", *logs]
    env = {**os.environ, VARIABLE: reader.native, "PYTHONPATH": str(reader.checkout)}
    subprocess.run(command, check=False, cwd=folder, env=env)


def difference(connection: duckdb.DuckDBPyConnection, table: str, other: str) -> int:
    """Print how many rows of a table are equal and different; return the number of different ones."""
    first, second = (CONTENTS[table].replace("store.", f"{name}.") for name in (BY_SQL, other))
    (rows,) = connection.execute(f"SELECT count(*) FROM ({first})").fetchall()[0]
    different = [
        *connection.execute(f"({first}) EXCEPT ALL ({second})").fetchall(),
        *connection.execute(f"({second}) EXCEPT ALL ({first})").fetchall(),
    ]
    print(f"{table}: {rows:,} rows, {len(different):,} different {other}")
    for row in different[:SHOWN]:
        print(f"    {row}")
    return len(different)


if __name__ == "__main__":
    sys.exit(main())
