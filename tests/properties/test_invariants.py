"""Nothing is committed unless the invariants hold: a broken one is an error, and changes nothing."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.lines import CHROME, FIREFOX, GOOGLEBOT, START, Line, contents, read_in
from support.surface import assert_in_words, run

from logstats.store import Session, invariants

STEPS = (0, 5, 20, 55, 60, 61, 1500, 1505)  # minutes: some visits, over a midnight
LINES = [
    replace(Line(), at=START + timedelta(minutes=minutes), size=str(index), agent=agent)
    for index, minutes in enumerate(STEPS)
    for agent in (CHROME, FIREFOX, GOOGLEBOT)
]
FIRST = b"".join(line.combined() for line in LINES[:-6]) + b"bad\n"
MORE = b"".join(replace(line, at=line.at + timedelta(seconds=7)).combined() for line in LINES) + b"worse\n"

DAMAGES = {
    # what goes wrong in the transaction: what does it, and a word of what is said then
    "a day gets a hit too many": ("UPDATE store.day_total SET hits = hits + 1", "hits of 2026-11-2"),
    "a day gets a bot too few": ("UPDATE store.day_total SET bot_hits = bot_hits - 1", "bots of 2026-11-2"),
    "a day gets a page view too many": (
        "UPDATE store.day_total SET page_views = page_views + 1",
        "page_views of 2026-11-2",
    ),
    "a day gets a visit too many": ("UPDATE store.day_total SET visits = visits + 1", "visits of 2026-11-2"),
    "a day is lost": (
        "DELETE FROM store.day_total WHERE day = (SELECT max(day) FROM store.day_total)",
        "hits of 2026-11-24: 0",
    ),
    "a day is there twice": (
        "INSERT INTO store.day_total SELECT * FROM store.day_total",
        "hits of 2026-11-2",
    ),
    "one day's hits are another's": (
        "UPDATE store.day_total SET hits = hits + CASE rowid WHEN 0 THEN 1 ELSE -1 END",
        "hits of 2026-11-2",
    ),
    "a visit is there twice": (
        "INSERT INTO store.visit SELECT * FROM store.visit LIMIT 1",
        "visits of the visits",
    ),
    "a visit is lost": (
        "DELETE FROM store.visit WHERE rowid = (SELECT max(rowid) FROM store.visit)",
        "visits of the visits",
    ),
    "a visit loses a page view": (
        "UPDATE store.visit SET page_views = page_views - 1",
        "page_views of the visits",
    ),
    "not every hit is counted": ("UPDATE chunk_day_change SET hits = hits - 1", "hits of its days"),
    "a bot is not counted": ("UPDATE chunk_day_change SET bot_hits = bot_hits - 1", "bots of its days"),
    "a page view is not counted": (
        "UPDATE chunk_day_change SET page_views = page_views - 1",
        "page_views of its days",
    ),
    "a line is neither hit nor reject": (
        "UPDATE store.source SET hits = hits - 1",
        "hits, rejects and repeated lines of the log",
    ),
    "a line is not counted": (
        "UPDATE store.source SET lines = lines - 1, hits = hits - 1",
        "lines of the log",
    ),
    "a log goes back": ("UPDATE store.source SET position = 0", "byte the log was read to: 0"),
}


@pytest.fixture
def damage(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give a list of statements that are run in the transaction, before the invariants are checked."""
    statements: list[str] = []
    check = invariants.check

    def damaged(session: Session, path: str, params: Mapping[str, Any]) -> int:
        for statement in statements:
            session.execute(statement)
        return check(session, path, params)

    monkeypatch.setattr(invariants, "check", damaged)
    return statements


@pytest.fixture(scope="module")
def initial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a log, and a store of its first lines."""
    folder = tmp_path_factory.mktemp("initial")
    (folder / "access.log").write_bytes(FIRST)
    read_in(folder / "store.duckdb", folder / "access.log")
    return folder


def committed(store: Path) -> dict[str, Any]:
    """Return the contents of a store, but not whether its logs are read to their end."""
    found = contents(store)
    return {**found, "sources": [row[:-1] for row in found["sources"]]}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_broken_invariant_is_reported_and_nothing_is_committed(
    name: str, initial: Path, tmp_path: Path, damage: list[str]
) -> None:
    statement, message = DAMAGES[name]
    store, log = tmp_path / "store.duckdb", tmp_path / "access.log"
    shutil.copy(initial / "store.duckdb", store)
    log.write_bytes(FIRST + MORE)
    before = committed(store)
    damage.append(statement)
    ran = run("--db", store, "ingest", log)
    assert_in_words(ran.err.replace("logstats is: report it", ""))
    assert (ran.code, ran.out) == (1, "")
    assert str(log) in ran.err
    assert message in ran.err
    assert committed(store) == before
    damage.clear()
    assert read_in(store, log).lines == MORE.count(b"\n")


def test_a_broken_invariant_leaves_a_new_store_empty(tmp_path: Path, damage: list[str]) -> None:
    log, store = tmp_path / "access.log", tmp_path / "store.duckdb"
    log.write_bytes(FIRST)
    damage.append("UPDATE store.day_total SET visits = visits + 1")
    assert run("--db", store, "ingest", log).code == 1
    assert not any(contents(store).values())
