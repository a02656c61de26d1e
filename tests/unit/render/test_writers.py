"""Every output format: a golden file each, and what programs may rely on.

A new format needs its golden file; `python tests/unit/render/test_writers.py` rewrites all of them. Then read
the difference: a golden file is right because somebody looked at it.
"""

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import tabulate

from logstats import store
from logstats.model import Result
from logstats.render import writers

GOLDEN = Path(__file__).parent / "golden"
HANOI = timezone(timedelta(hours=7))
COLUMNS = ("article", "views", "big", "is_page", "day", "at", "note")
TEN = datetime(2026, 11, 21, 10, tzinfo=HANOI)
LATE = datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)
DAY = date(2026, 11, 21)
PLAIN: list[tuple[Any, ...]] = [
    ("Lễ hội xuống đồng", 1605233, 2**53 + 1, True, DAY, TEN, None),
    ("<b>\"một\"</b> & 'hai'", 0, -1, False, date(1, 1, 1), LATE, "007"),
    ("/du-lịch/y-tý\\n", -5, 0, True, DAY, TEN, "1e5"),
]
AWKWARD: list[tuple[Any, ...]] = [
    ("tab\tđây, dòng\nhai\r\nba", 1, 2, True, DAY, TEN, ""),
    ("một|hai|ba", 1, 2, False, DAY, TEN, "\\"),
]
FROM_A_STRANGER = ("/a\x1b[2J\x1b[31mđỏ\x07\x08\x9b2J\u2028", *AWKWARD[0][1:])
FOR_PROGRAMS = ("csv", "tsv", "json", "jsonl")  # what a program reads: any text comes through
MARKDOWN = ("markdown", "github", "pipe")


def example(name: str) -> Result:
    return Result(COLUMNS, PLAIN + AWKWARD if name in FOR_PROGRAMS else PLAIN)


def one(value: Any) -> Result:
    return Result(("value",), [(value,)])


def written(name: str, result: Result) -> str:
    return writers.WRITERS[name](result)


@pytest.mark.parametrize("name", writers.WRITERS)
def test_a_format_writes_its_golden_file(name: str) -> None:
    golden = GOLDEN / f"{name}.txt"
    assert golden.is_file(), "write it with `python tests/unit/render/test_writers.py`, and read it"
    assert written(name, example(name)) == golden.read_bytes().decode()


def test_each_golden_file_is_of_a_format() -> None:
    assert {golden.stem for golden in GOLDEN.iterdir()} == set(writers.WRITERS)


def test_every_format_of_tabulate_is_there() -> None:
    assert set(tabulate.tabulate_formats) - set(writers.UNSAFE_STYLES) <= set(writers.FORMATS)


@pytest.mark.parametrize("name", writers.WRITERS)
@pytest.mark.parametrize("rows", [PLAIN, []], ids=["rows", "none"])
def test_a_text_ends_with_one_newline(name: str, rows: list[tuple[Any, ...]]) -> None:
    text = written(name, Result(COLUMNS, rows))
    assert text.endswith("\n") or (name, rows) == ("jsonl", [])
    assert not text.endswith("\n\n")


def as_json(row: Iterable[Any]) -> list[Any]:
    return [value.isoformat() if isinstance(value, date) else value for value in row]


@pytest.mark.parametrize("rows", [PLAIN + AWKWARD, []], ids=["rows", "none"])
def test_json_is_a_list_of_records(rows: list[tuple[Any, ...]]) -> None:
    records = json.loads(written("json", Result(COLUMNS, rows)))
    assert [list(record) for record in records] == [list(COLUMNS)] * len(rows)
    assert [list(record.values()) for record in records] == [as_json(row) for row in rows]


def test_jsonl_is_one_record_a_line() -> None:
    lines = written("jsonl", example("jsonl")).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == json.loads(written("json", example("json")))
    assert list(json.loads(lines[0])) == list(COLUMNS)


@pytest.mark.parametrize("name", ["json", "jsonl"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_json_has_no_number_that_json_has_not(name: str, value: float) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    json.loads(written(name, one(value)), parse_constant=refuse)


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def texts(rows: Iterable[tuple[Any, ...]]) -> list[list[str]]:
    return [[as_text(value) for value in row] for row in rows]


def test_csv_reads_back_to_the_same_cells() -> None:
    text = written("csv", example("csv"))
    columns, *rows = csv.reader(io.StringIO(text, newline=""))
    assert columns == list(COLUMNS)
    assert rows == [[text.replace("\r", "\\x0d") for text in row] for row in texts(PLAIN + AWKWARD)]


def cell(text: str) -> str:
    r"""What a cell of tsv holds: \t, \n, \r and \\ stand for what would break the table."""
    return (
        text.replace("\\\\", "\0")
        .replace("\\t", "\t")
        .replace("\\n", "\n")
        .replace("\\r", "\r")
        .replace("\0", "\\")
    )


def test_tsv_is_one_row_a_line_and_reads_back_to_the_same_cells() -> None:
    lines = written("tsv", example("tsv")).split("\n")
    assert lines.pop() == ""
    columns, *rows = [line.split("\t") for line in lines]
    assert columns == list(COLUMNS)
    assert [[cell(text) for text in row] for row in rows] == texts(PLAIN + AWKWARD)


def test_a_table_is_one_row_a_line_and_sends_nothing_to_the_terminal_but_text() -> None:
    """A refused line may hold any byte; none of them is for the admin's terminal to obey."""
    text = written("table", Result(COLUMNS, [*AWKWARD, FROM_A_STRANGER]))
    assert len(text.splitlines()) == 2 + len(AWKWARD) + 1
    assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize("name", MARKDOWN)
def test_a_markdown_row_is_a_line_with_as_many_cells_as_columns(name: str) -> None:
    lines = written(name, Result(COLUMNS, AWKWARD)).splitlines()
    assert len(lines) == 2 + len(AWKWARD)
    assert {line.replace("\\|", "").count("|") for line in lines} == {len(COLUMNS) + 1}


def test_html_is_a_table_that_runs_nothing() -> None:
    text = written("html", Result(COLUMNS, [("<script>alert('x')</script>", *PLAIN[0][1:])]))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_a_table_sets_numbers_apart_and_leaves_texts_as_they_are() -> None:
    text = written("table", Result(("n", "text"), [(1605233, "007"), (None, "1605233"), (5, "1e5")]))
    assert text == (
        "        n  text\n---------  -------\n1,605,233  007\n           1605233\n        5  1e5\n"
    )


PARQUET = {
    "number": (2**53 + 1, "BIGINT"),
    "negative": (-5, "INTEGER"),
    "text": ('tab\t, dòng\nhai "ba" | <b>', "VARCHAR"),
    "nothing": (None, '"NULL"'),
    "truth": (True, "BOOLEAN"),
    "day": (date(2026, 11, 21), "DATE"),
    "hour": (time(10, 0), "TIME"),
    "instant": (datetime(2026, 11, 21, 10, tzinfo=HANOI), "TIMESTAMP WITH TIME ZONE"),
    "rate": (0.25, "DOUBLE"),
    "price": (Decimal("12.50"), "DECIMAL(4,2)"),
}


def read_parquet(data: bytes, folder: Path) -> duckdb.DuckDBPyRelation:
    (folder / "rows.parquet").write_bytes(data)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.read_parquet(str(folder / "rows.parquet"))


def test_parquet_reads_back_to_the_same_values(tmp_path: Path) -> None:
    values = tuple(value for value, _ in PARQUET.values())
    relation = read_parquet(store.parquet(Result(tuple(PARQUET), [values])), tmp_path)
    assert dict(zip(relation.columns, map(str, relation.types), strict=True)) == {
        k: v[1] for k, v in PARQUET.items()
    }
    # as text, for fetching an instant with its zone takes a package that nothing else here needs
    relation = relation.project("* REPLACE (CAST(instant AS VARCHAR) AS instant)")
    values = (*values[:7], "2026-11-21 03:00:00+00", *values[8:])
    assert relation.fetchall() == [values]


def test_parquet_keeps_rows_and_columns_in_order(tmp_path: Path) -> None:
    rows = [*PLAIN, *AWKWARD, *PLAIN]
    relation = read_parquet(store.parquet(Result(COLUMNS, rows)), tmp_path)
    assert relation.columns == list(COLUMNS)
    assert relation.project("article").fetchall() == [(row[0],) for row in rows]


@pytest.mark.parametrize("columns", [("a",), COLUMNS, ('says "a"', "b c", "đ")], ids=["one", "many", "odd"])
def test_parquet_of_no_rows_has_the_columns(columns: tuple[str, ...], tmp_path: Path) -> None:
    relation = read_parquet(store.parquet(Result(columns, [])), tmp_path)
    assert (relation.columns, relation.fetchall()) == (list(columns), [])


def write_golden() -> None:
    for name in writers.WRITERS:
        (GOLDEN / f"{name}.txt").write_bytes(written(name, example(name)).encode())


if __name__ == "__main__":
    write_golden()
