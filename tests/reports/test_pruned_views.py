"""Reports of views have the stored ones of days whose hits are pruned; without suspects these are unknown."""

from pathlib import Path

import pytest
from support.surface import copied, month_store, run

AT = "2026-11-21T10:00:00+07:00"
BORDER = "2026-11-11"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The month's store, and a copy of which the hits of the first days are pruned."""
    month = month_store(tmp_path_factory.getbasetemp())
    pruned = tmp_path_factory.mktemp("pruned") / "pruned.duckdb"
    copied(month, pruned)
    ran = run("--db", pruned, "prune", "--keep", "10d", "--at", AT)
    assert ran.code == 0, ran.err
    return month, pruned


def rows(store: Path, *options: str) -> list[list[str]]:
    ran = run("--db", store, *options, "--at", AT, "--since", "2026-11-01", "-f", "tsv")
    assert ran.code == 0, ran.err
    return [line.split("\t") for line in ran.out.splitlines()[1:]]


def test_articles_by_day_have_the_same_views(stores: tuple[Path, Path]) -> None:
    month, pruned = (rows(store, "article-days") for store in stores)
    assert [row[:-1] for row in pruned] == [row[:-1] for row in month]
    assert {row[-1] == "" for row in pruned if row[4] < BORDER} == {True}
    assert [row for row in pruned if row[4] >= BORDER] == [row for row in month if row[4] >= BORDER]


def test_sections_have_the_same_views_and_unknown_visitors(stores: tuple[Path, Path]) -> None:
    month, pruned = (rows(store, "sections", "--compare", "none") for store in stores)
    assert [row[:3] for row in pruned] == [row[:3] for row in month]
    assert {(readings, visitors) for *_, readings, visitors in pruned} == {("", "")}
    month, pruned = (rows(store, "sections", "--by", "day") for store in stores)
    assert pruned == month


def test_a_period_that_begins_in_a_pruned_day_does_not_have_that_day(stores: tuple[Path, Path]) -> None:
    _, pruned = stores
    ran = run("--db", pruned, "article-days", "--since", "2026-11-05T12:00", "--at", AT, "-f", "tsv")
    assert min(line.split("\t")[4] for line in ran.out.splitlines()[1:]) == "2026-11-06"


def test_a_note_says_what_is_known(stores: tuple[Path, Path]) -> None:
    _, pruned = stores
    ran = run("--db", pruned, "-v", "sections", "--since", "2026-11-01", "--at", AT)
    assert f"hits before {BORDER} have been pruned; of earlier days only the views are known" in ran.err
    ran = run("--db", pruned, "sections", "--without-suspects", "--since", "2026-11-01", "--at", AT)
    assert ran.code != 0
    assert "suspects are found in raw hits" in ran.err
