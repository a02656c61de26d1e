"""DuckDB reads the native reader's tables, with its Python package and without it."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest

from logstats import native
from logstats.store import arrow_streams

TESTS = Path(__file__).parents[2]
READ = """
import sys
import _duckdb
from logstats.native import reader
from logstats.store import arrow_streams
from support.lines import Line

own = reader.line_reader(reader.LAYOUTS["combined"])
for status in (200, 200, 404, 304):
    own.feed(Line(status=str(status), client=f"192.0.2.{status % 7}").combined())
rows = reader.part_of(own).rows
connection = _duckdb.connect()


def count(where):
    return connection.execute(f"SELECT count(*) FROM rows WHERE {where}").fetchall()[0][0]


def read():
    connection.register("rows", rows)
    found = [
        count(where)
        for where in (
            "true", "status = 200", "status > 200 AND line < 3", "status IN (304, 404)", "NOT status = 200",
            "status BETWEEN 300 AND 403", "client IS NULL", "client = '192.0.2.4' OR bytes IS NOT NULL",
            "client LIKE '%.4'", "logged_at > '2026-01-01'",
            "status IN (SELECT status FROM rows WHERE line = 0)",
        )
    ]
    connection.execute("CREATE OR REPLACE TEMP VIEW few AS SELECT line, client FROM rows WHERE status < 400")
    found += connection.execute("SELECT line FROM few WHERE line > 0 ORDER BY line").fetchall()
    connection.unregister("rows")
    return found


arrow_streams.prepare(_duckdb)
arrow_streams.prepare(_duckdb)
without = read()
assert "duckdb" not in sys.modules
import duckdb

assert read() == without
print(*without)
"""


@pytest.mark.skipif(not native.is_built(), reason="the native reader was not built")
def test_tables_are_read_without_the_package() -> None:
    ran = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=False, cwd=TESTS)
    assert ran.stderr == ""
    assert ran.stdout == "4 2 1 2 2 1 0 4 2 4 2 (1,) (3,)\n"


@pytest.mark.parametrize("release", ["2.1.0", "3.0.0", "1.9"])
def test_the_package_reads_them_in_another_release(release: str) -> None:
    module = ModuleType("_duckdb")
    module.__version__ = release  # type: ignore[attr-defined]
    without = {name: module for name, module in sys.modules.items() if name != arrow_streams.PACKAGE}
    with (
        patch.dict(sys.modules, without, clear=True),
        patch.object(arrow_streams, "import_module") as imported,
    ):
        arrow_streams.prepare(module)
    imported.assert_called_once_with(arrow_streams.PACKAGE)
