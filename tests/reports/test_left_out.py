"""A report of people says which bots it leaves out, and opens the views that it reads and no others."""

import shlex
from pathlib import Path
from unittest.mock import patch

import pytest
from support.surface import month_store, options_for, run

from logstats.store import Session, statements

AT = "2026-11-21T10:00:00+07:00"


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month_store(tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("report", ["pages", "referrers", "referrers --by address"])
def test_a_report_that_reads_hits_says_how_many_by_bots_it_leaves_out(month: Path, report: str) -> None:
    period = ("--since", "2026-11-15", "--at", AT)
    visits = run("--db", month, "-v", "visits", *period).err
    hits, option = visits.rstrip("\n").split("; ")
    assert option == "--with-bots shows them"
    assert run("--db", month, "-v", *shlex.split(report), *period).err == f"{hits}\n"
    assert run("--db", month, *shlex.split(report), *period).err == ""


@pytest.mark.parametrize("report", statements.names("reports"))
def test_a_report_creates_the_views_that_it_reads(month: Path, report: str, tmp_path: Path) -> None:
    query, name = statements.load(report), statements.command_of(report)
    config = options_for(name, tmp_path)
    made: list[str] = []
    session_run = Session.run

    def recorded(session: Session, name: str, *rest: object, **named: object) -> object:
        made.extend(statements.load(name).makes)
        return session_run(session, name, *rest, **named)  # type: ignore[arg-type]

    with patch.object(Session, "run", recorded):
        ran = run("--db", month, *config, name, "--at", AT, "-f", "tsv")
    assert ran.code == 0, ran.err
    is_empty = ran.out.count("\n") == 1
    without_rows = (
        {"classified_hits", "day_totals", "hit_agents"} if is_empty else set[str]()
    )  # for the note on that
    needed = {
        made for name in statements.closure(query.tables, "views") for made in statements.load(name).makes
    }
    assert (
        set(made) - without_rows
        == (needed | {"sites"} | {*query.tables} & {"client_country", "utc_offsets"}) - without_rows
    )
    assert is_empty or len(made) == len(set(made))


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        (
            "SELECT count(*) > 0 AS n FROM visits JOIN sites USING (site_id) WHERE site = $site OR true",
            "true",
        ),
        ("SELECT name FROM (SHOW TABLES) WHERE name = 'waiting'", "waiting"),
        ("SELECT count(*) > 0 AS n FROM suspects WHERE day <= $at", "true"),
    ],
)
def test_a_query_of_ones_own_finds_the_views_that_it_reads(month: Path, statement: str, rows: str) -> None:
    ran = run("--db", month, "sql", statement, "-f", "tsv", "--at", AT)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[1:] == [rows]


def test_a_query_of_an_unknown_table_is_refused_with_those_that_there_are(month: Path) -> None:
    ran = run("--db", month, "sql", "SELECT * FROM hit")
    assert (ran.code, ran.out) == (2, "")
    assert "no table 'hit'; there are: agents, article_days, " in ran.err
    assert "waiting" in ran.err
