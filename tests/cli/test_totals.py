"""`undo`, `prune`, `rebuild` and `verify` over a small store: which figures move, and which stay."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.lines import FIGURES, GOOGLEBOT, IN_UTC, START, Line, contents, read_in
from support.surface import run

from logstats.store import Session

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 24)
FIRST = [
    Line("192.0.2.1", request="GET /tin/a HTTP/1.1"),
    Line("192.0.2.1", at=START + timedelta(minutes=50), request="GET /tin/b HTTP/1.1"),
    Line("192.0.2.2", at=MIDNIGHT - timedelta(seconds=1)),
    Line("192.0.2.2", at=MIDNIGHT, agent=GOOGLEBOT),
]
LATER = [
    # a view that joins the first two visits, and a new day
    Line("192.0.2.1", at=START + timedelta(minutes=25), request="GET /tin/a HTTP/1.1"),
    Line("192.0.2.3", at=START + 2 * DAY, request="GET /tin/c HTTP/1.1"),
]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Give a store of two ingests."""
    log, path = tmp_path / "access.log", tmp_path / "store.duckdb"
    for lines in (FIRST, LATER):
        with log.open("ab") as file:
            file.write(b"".join(line.combined() for line in lines))
        read_in(path, log, settings=IN_UTC)
    return path


def well(store: Path, *arguments: str) -> None:
    """Run a command that must succeed, and verify the store."""
    for words in (arguments, ("verify",)):
        ran = run("--db", store, *words)
        assert ran.code == 0, ran


def test_undo_takes_off_what_the_ingest_added(store: Path, tmp_path: Path) -> None:
    other, log = tmp_path / "other.duckdb", tmp_path / "first.log"
    log.write_bytes(b"".join(line.combined() for line in FIRST))
    read_in(other, log, settings=IN_UTC)
    well(store, "undo", "2")
    assert contents(store, *FIGURES) == contents(other, *FIGURES)


def test_what_was_undone_is_read_again(store: Path, tmp_path: Path) -> None:
    before = contents(store, *FIGURES)
    well(store, "undo", "2")
    assert contents(store, *FIGURES) != before
    read_in(store, tmp_path / "access.log", settings=IN_UTC, verify=True)
    assert contents(store, *FIGURES) == before


def test_prune_forgets_hits_before_its_first_day_and_moves_no_figure(store: Path) -> None:
    before = contents(store, "hits", "visits", "day_totals", "article_days")
    well(store, "prune", "--keep", "1d", "--at", "2026-11-25T12:00")
    after = contents(store, "hits", "visits", "day_totals", "article_days")
    assert [hit[1] for hit in after.pop("hits")] == [MIDNIGHT, START + 2 * DAY]
    assert len(before.pop("hits")) == 6
    assert after == before


def test_rebuild_by_the_same_rules_changes_nothing(store: Path) -> None:
    before = contents(store)
    well(store, "rebuild")
    assert contents(store) == before


def test_verify_names_a_total_that_was_altered(store: Path) -> None:
    assert run("--db", store, "verify").code == 0
    with Session() as session, session.writing(store, 10):
        session.execute("UPDATE store.article_day SET views = views + 1")
    assert run("--db", store, "verify").code == 5
