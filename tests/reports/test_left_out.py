"""A report of people says which bots it leaves out, and opens the views that it reads and no others."""

import shlex
from pathlib import Path
from unittest.mock import patch

import pytest
from support.surface import month_store, run

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


@pytest.mark.parametrize("name", [Path(name).name for name in statements.names("reports")])
def test_a_report_creates_the_views_that_it_reads(month: Path, name: str) -> None:
    query = statements.load(f"reports/{name}")
    made: list[str] = []
    session_run = Session.run

    def recorded(session: Session, name: str, *rest: object, **named: object) -> object:
        made.extend(statements.load(name).makes)
        return session_run(session, name, *rest, **named)  # type: ignore[arg-type]

    with patch.object(Session, "run", recorded):
        assert run("--db", month, name, "--at", AT, "-f", "tsv").code == 0
    needed = {
        made for name in statements.closure(query.tables, "views") for made in statements.load(name).makes
    }
    assert set(made) == needed | {"sites"}
    assert len(made) == len(set(made))
