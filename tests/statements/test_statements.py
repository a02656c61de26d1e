"""Each case of this folder: fill the tables, run the statements, compare the tables. README.md says how."""

import csv
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from logstats.store import Session, schema, statements

FOLDER = Path(__file__).parent
CASES = sorted({path.parent for path in FOLDER.rglob("expect.*csv")})
ONE_SITE = [{"site_id": "1", "name": "portal.example", "timezone": "UTC", "visit_gap_s": "1800"}]
TYPES = {
    # columns of temporary tables that no table of the store has
    "minute": "TIMESTAMP",
    "hits_from": "TIMESTAMP",
    "reach_from": "TIMESTAMP",
    "reach_until": "TIMESTAMP",
    "visit_row": "BIGINT",
    "is_newest": "BOOLEAN",
    "hit_class": "VARCHAR",  # an enumeration in the store, which a temporary table cannot name
}
EMPTY = {
    "BOOLEAN": "false",
    "VARCHAR": "''",
    "TIMESTAMP": "TIMESTAMP '1970-01-01'",
    "DATE": "DATE '1970-01-01'",
}

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def shared() -> Iterator[Session]:
    """Give a session whose DuckDB uses one thread."""
    with Session() as opened:
        opened.execute("SET threads = 1")
        yield opened


@pytest.fixture
def store(shared: Session) -> Iterator[Session]:
    """Give a session with an empty store in memory, and no temporary table."""
    shared.execute("ATTACH ':memory:' AS store")
    schema.migrate(shared)
    yield shared
    for (name,) in shared.execute(
        "SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal"
    ).rows:
        shared.execute(f"DROP VIEW {name}")
    for (name,) in shared.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").rows:
        shared.execute(f"DROP TABLE {name}")
    shared.execute("DETACH store")


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.relative_to(FOLDER)))
def test_a_statement_does_what_its_case_shows(store: Session, case: Path) -> None:
    fill(store, case)
    settings = tomllib.loads(text) if (text := read(case / "params.toml")) else {}
    names = settings.get("statements", [str(case.parent.relative_to(FOLDER))])
    params: dict[str, Any] = settings.get("params", {})
    returned: Rows = []
    for name in names:
        used = {param: value for param, value in params.items() if f"${param}" in statements.load(name).sql}
        returned = store.run(name, used, settings.get("slots")).records()
        params = params | returned[0] if len(returned) == 1 else params
    for path in sorted(case.glob("expect.*csv")):
        columns, expected = expected_rows(store, path)
        if path.name == "expect.csv":
            found = [tuple(row[column] for column in columns) for row in returned]
        else:
            table = path.name.removeprefix("expect.").removesuffix(".csv")
            found = list(store.execute(f"SELECT {', '.join(columns)} FROM {table}").rows)
        assert sorted(map(shown, found)) == sorted(map(shown, expected)), path.name


def test_every_statement_that_has_cases_is_there() -> None:
    folders = {str(case.parent.relative_to(FOLDER)) for case in CASES}
    assert [
        name
        for name in folders
        if not (statements.queries_dir() / name).with_suffix("").exists()
        and not (statements.queries_dir() / f"{name}.sql").exists()
    ] == []
    assert len(CASES) >= 25


def fill(session: Session, case: Path) -> None:
    """Fill the tables that a case has files of."""
    rows_of = {path.stem: rows_in(path) for path in case.glob("*.csv") if not path.name.startswith("expect.")}
    for table, rows in ({"store.site": ONE_SITE} | rows_of).items():
        columns = (
            stored_columns(session, table.removeprefix("store.")) if table.startswith("store.") else None
        )
        if columns is None:
            header = header_of(case / f"{table}.csv")
            columns = {name: (type_of(session, name), True) for name in header}
            session.execute(
                f"CREATE TEMP TABLE {table} ({', '.join(f'{n} {t}' for n, (t, _) in columns.items())})"
            )
        for row in rows:
            assert not set(row) - set(columns), f"{table} has no column {set(row) - set(columns)}"
            values = ", ".join(value_of(row.get(name), *column) for name, column in columns.items())
            session.execute(f"INSERT INTO {table} VALUES ({values})")


def expected_rows(session: Session, path: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the columns of an expected table, and its rows as DuckDB's values."""
    columns = header_of(path)
    rows: list[tuple[Any, ...]] = []
    for row in rows_in(path):
        values = ", ".join(value_of(row[name], type_of(session, name), True) for name in columns)
        rows += session.execute(f"SELECT {values}").rows
    return columns, rows


def shown(row: tuple[Any, ...]) -> tuple[str, ...]:
    """Return a row as texts, to sort and to compare."""
    return tuple("" if value is None else str(value) for value in row)


def value_of(text: str | None, column_type: str, is_nullable: bool) -> str:
    """Return SQL of a cell; `text` is None where the file has no such column."""
    if text or (text == "" and not is_nullable and column_type == "VARCHAR"):
        return f"CAST({statements.sql_text(text)} AS {column_type})"
    if is_nullable:
        return "NULL"
    return "[]" if column_type.endswith("[]") else EMPTY.get(column_type, "0")


@cache
def stored_columns(session: Session, table: str) -> dict[str, tuple[str, bool]]:
    """Return type and nullability of a store table's columns, in order."""
    rows = session.execute(
        "SELECT column_name, data_type, is_nullable FROM duckdb_columns() "
        "WHERE database_name = 'store' AND table_name = $table ORDER BY column_index",
        {"table": table},
    ).rows
    assert rows, f"the store has no table {table}"
    enum = {"hit_class": "store.hit_class"}
    return {name: (enum.get(name, column_type), is_nullable) for name, column_type, is_nullable in rows}


def type_of(session: Session, column: str) -> str:
    """Return the type that a column of a temporary or an expected table has."""
    if column in TYPES:
        return TYPES[column]
    types = session.execute(
        "SELECT DISTINCT data_type FROM duckdb_columns() "
        "WHERE database_name = 'store' AND column_name = $column",
        {"column": column},
    ).rows
    assert types, f"no table of the store has a column {column}: name its type in TYPES"
    return str(max(types)[0])


def read(path: Path) -> str:
    """Return a file's text, '' where there is no file."""
    return path.read_text("utf-8") if path.exists() else ""


def header_of(path: Path) -> list[str]:
    """Return the names of a CSV file's columns."""
    return path.read_text("utf-8").splitlines()[0].split(",")


def rows_in(path: Path) -> Rows:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
