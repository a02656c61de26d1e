"""What a figure is made of: the shares add up and end with what `counters` shows."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.surface import AT, assert_in_words, copied, month_store, run

from logstats.rules import explain
from logstats.store import Session

FIGURES = ("online", "today", "week", "month", "all")


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month_store(tmp_path_factory.getbasetemp())


def explained(store: Path, figure: str, *options: str) -> list[dict[str, Any]]:
    ran = run("--db", store, "explain", figure, "--at", AT, "-f", "json", *options)
    assert (ran.code, ran.err) == (0, "")
    rows: list[dict[str, Any]] = json.loads(ran.out)
    return rows


def test_the_sample_portals_all_time_from_its_lines_on(month: Path) -> None:
    rows = explained(month, "all")
    assert list(rows[0]) == ["site", "step", "count", "sum", "note"]
    steps = {row["step"]: (row["count"], row["sum"]) for row in rows}
    assert steps["lines"] == (97_636, 97_636)
    assert steps["rejects"] == (-8, 97_628)
    assert steps["page views"] == (None, 23_423)
    assert steps["visits"] == (None, 10_911)
    assert steps["baseline"] == (1_594_322, 1_605_233)
    assert [row["sum"] for row in explained(month, "all_time")] == [row["sum"] for row in rows]


@pytest.mark.parametrize("figure", FIGURES)
def test_the_last_sum_is_what_counters_shows(month: Path, figure: str) -> None:
    (shown,) = json.loads(run("--db", month, "counters", "--at", AT, "-f", "json").out)
    assert explained(month, figure)[-1]["sum"] == shown[explain.FIGURES[figure]]


def test_a_store_whose_totals_were_altered_does_not_add_up(month: Path, tmp_path: Path) -> None:
    store = copied(month, tmp_path / "altered.duckdb")
    with Session() as session, session.writing(store, 10):
        session.execute("UPDATE store.day_total SET visits = visits + 1 WHERE day = DATE '2026-11-19'")
    ran = run("--db", store, "explain", "week", "--at", AT)
    assert_in_words(ran.err)
    assert ran.code == 5
    assert "the steps add up to 3,716, the figure is 3,717" in ran.err


def test_an_instant_whose_hits_are_pruned_is_refused(month: Path, tmp_path: Path) -> None:
    store = copied(month, tmp_path / "pruned.duckdb")
    assert run("--db", store, "prune", "--at", AT, "--keep", "10d").code == 0
    ran = run("--db", store, "explain", "today", "--at", "2026-11-10T10:00")
    assert_in_words(ran.err)
    assert (ran.code, ran.out) == (1, "")
    assert "use a day from 2026-11-11 on" in ran.err
