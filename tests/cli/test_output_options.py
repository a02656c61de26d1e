"""How many rows a report prints, and what csv and tsv do for spreadsheets (case 46)."""

import codecs
import re
from pathlib import Path

import pytest
from support.surface import AT, Ran, month_store, on_terminal, run


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month_store(tmp_path_factory.getbasetemp())


@pytest.mark.parametrize(
    "command",
    ["articles", "pages --since 2026-11-20", "bots", "articles --rising --since 7d --detail"],
)
def test_a_pipe_gets_all_rows_and_a_terminal_the_first_with_a_note(command: str, month: Path) -> None:
    words = ("--db", str(month), *command.split(), "--at", AT)
    everything = run(*words, "-f", "csv").out.splitlines()
    found = len(everything) - 1
    assert found > 20
    assert run(*words, "-f", "csv", "--limit", "0").out.splitlines() == everything
    shown = on_terminal(*words, "-f", "csv", stream="stdout")
    assert shown.data.decode().splitlines() == everything[:21]
    assert f"note: 20 of {found:,} rows; --limit 0 shows all\n" in shown.err
    whole = on_terminal(*words, "-f", "csv", "--limit", "0", stream="stdout")
    assert whole.data.decode().splitlines() == everything
    assert "--limit 0" not in whole.err
    three = on_terminal(*words, "-f", "csv", "--limit", "3", stream="stdout")
    assert three.data.decode().splitlines() == everything[:4]
    assert "--limit 0" not in three.err
    assert "--limit 0" not in on_terminal("-q", *words, stream="stdout").err


@pytest.mark.parametrize(
    "command", ["visits", "online", "sources", "articles --since 2026-11-30 --until 2026-12-01"]
)
def test_a_report_that_has_no_more_rows_says_nothing_of_them(command: str, month: Path) -> None:
    ran = on_terminal("--db", str(month), *command.split(), "--at", AT, stream="stdout")
    assert ran.code == 0
    assert "--limit 0" not in ran.err


def test_a_report_of_ones_own_has_the_rows_of_its_header(month: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.sql"
    path.write_text(
        "-- title: Mine\n-- params: limit integer = 2\n-- columns: site, n\n"
        "SELECT site, range FROM sites, range(9) LIMIT $limit\n",
        encoding="utf-8",
    )
    assert len(run("--db", month, "report", path).out.splitlines()) == 3
    assert len(run("--db", month, "report", path, "--limit", "0").out.splitlines()) == 10


FORMULAS = "SELECT unnest(['=1', '+1', '-1', '@a', chr(9) || 'b', '/=', 'Bát']) AS \"=c\", -1 AS n"


@pytest.mark.parametrize(("name", "separator"), [("csv", ","), ("tsv", "\t")])
def test_case_46_safe_csv_writes_no_formula(name: str, separator: str, month: Path) -> None:
    safe = run("--db", month, "sql", FORMULAS, "-f", name, "--safe-csv")
    assert (safe.code, safe.err) == (0, "")
    cells = [
        re.sub(r'^"|"$', "", line.split(separator)[0]) for line in safe.out.replace("'\t", "'").splitlines()
    ]
    assert cells[:5] == ["'=c", "'=1", "'+1", "'-1", "'@a"]
    assert cells[6:] == ["/=", "Bát"]
    assert {line.rpartition(separator)[2] for line in safe.out.splitlines()[1:]} == {"-1"}
    exact = run("--db", month, "sql", FORMULAS, "-f", name)
    assert exact.out.startswith(f"=c{separator}n\n=1{separator}-1\n")


@pytest.mark.parametrize(
    "command", ["sql 'x'", "visits", "articles --limit 3", "counters --at last", "explain /a", "sources"]
)
@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_a_byte_order_mark_is_for_excel(command: str, name: str, month: Path) -> None:
    words = ["sql", "SELECT 'Bát Xát' AS a"] if command.startswith("sql") else command.split()
    plain = run("--db", month, *words, "-f", name)
    assert not plain.data.startswith(codecs.BOM_UTF8)
    marked = run("--db", month, *words, "-f", name, "--bom")
    assert marked == Ran(0, codecs.BOM_UTF8 + plain.data, "")


@pytest.mark.parametrize("option", ["--bom", "--safe-csv"])
@pytest.mark.parametrize(
    "command",
    ["visits -f json", "visits -f table", "visits -f parquet", "counters -f html", "counters -f json"],
)
def test_an_option_for_spreadsheets_is_refused_elsewhere(option: str, command: str, month: Path) -> None:
    ran = run("--db", month, *command.split(), option)
    assert ran == Ran(2, b"", f"logstats: {option} is for the formats csv and tsv\n")


def test_a_counter_file_has_no_byte_order_mark(month: Path, tmp_path: Path) -> None:
    ran = run("--db", month, "counters", "-o", tmp_path / "box.csv", "--bom")
    assert ran == Ran(2, b"", "logstats: --bom is for printing only; a counter file is for programs\n")


@pytest.mark.parametrize("name", ["csv", "tsv", "json", "table", "markdown", "html"])
def test_instants_are_iso_8601(name: str, month: Path) -> None:
    for command in (("counters", "--at", AT), ("sources",), ("sql", "SELECT logged_until FROM sites")):
        out = run("--db", month, *command, "-f", name).out
        if (command[0], name) == ("counters", "html"):
            continue  # the box has no times
        assert re.search(r"\b2026-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+07:00\b", out)
        assert not re.search(r"\d\d:\d\d(?::\d\d)?[+-]\d{4}\b", out)


@pytest.mark.parametrize("name", ["csv", "json", "table"])
def test_a_month_is_a_month(name: str, month: Path) -> None:
    out = run("--db", month, "visits", "--by", "month", "--at", AT, "-f", name).out
    assert re.search(r"\b2026-11\b(?!-)", out)
    assert "2026-11-01" not in out


def test_pretty_tables_have_separators_of_thousands(month: Path) -> None:
    ran = run("--db", month, "sql", "SELECT 1605233 AS n, 0.5 AS half, '1605233' AS t", "-f", "pretty")
    assert "| 1,605,233 | 0.5  | 1605233 |" in ran.out
