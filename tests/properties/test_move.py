"""After `move ID… SITE` the store is as if the logs had been ingested for SITE from the start.

`move` back and `rename --undo` give the store as it was, with all that was read since.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import examples, require_verified

from logstats.config import Settings, Site
from logstats.reports.counters import Baseline, set_baselines
from logstats.store import Session
from logstats.titles.store import TitlesRequest, store_titles
from logstats.totals.move import move, rename_back
from logstats.totals.rename import rename
from properties.test_rename import NEW, OLD, RULED, SETTINGS, Step, figures, lived

OLD_RULED = RULED._replace(name=OLD, internal=(), timezone="UTC", visit_gap_s=1800)
RULES = SETTINGS | {"both": Settings(sites=(RULED, OLD_RULED), unlisted=Site(timezone="UTC"))}

logs = st.lists(
    st.tuples(st.just("ingest"), st.sampled_from([OLD, NEW]), st.integers(0, 5)),
    min_size=1,
    max_size=5,
    unique_by=lambda step: step[2],
).filter(lambda steps: steps[0][1] == OLD)


def same(site: str) -> str:
    return site


def worlds(name: str, steps: list[Step], rules: Settings, *more: Callable[[str], str]) -> list[Path]:
    """Return a store after the steps for each function from a step's site to its site."""
    stores = []
    for number, site_of in enumerate((same, *more)):
        folder = Path(name) / str(number)
        folder.mkdir()
        stores.append(lived(folder, steps, rules, site_of))
    return stores


def with_titles(store: Path, rules: Settings) -> None:
    """Give each site that is there titles of the same URLs, dates of some, and a baseline."""
    with Session() as session, session.reading(store, 10):
        sites = [site for (site,) in session.execute("SELECT site FROM sites ORDER BY site DESC").rows]
    for number, site in enumerate(sites):
        file = store.parent / "titles.csv"
        dated = f"/tin/a,A {site},2026-11-0{number + 1}\n/tin/{number},B,2026-11-09\n"
        file.write_text(f"url,title,published\n{dated}/tin/c,C\n")
        store_titles(TitlesRequest(store, (str(file),), rules, site))
        set_baselines(store, [Baseline(site, 7 + number)], 10)


def baselines(store: Path) -> object:
    with Session() as session, session.reading(store, 10):
        return session.execute(
            "SELECT site, visits FROM baselines JOIN sites USING (site_id) ORDER BY ALL"
        ).rows


@pytest.mark.parametrize("rules", ["none", "both"])
@settings(max_examples=examples(3), deadline=None)
@given(steps=logs, chosen=st.sets(st.integers(0, 4), min_size=1))
def test_moved_logs_are_as_if_ingested_for_the_other(steps: list[Step], chosen: set[int], rules: str) -> None:
    given = RULES[rules]
    moving = {number for index, (_, site, number) in enumerate(steps) if index in chosen and site == OLD}
    moving = moving or {steps[0][2]}
    with tempfile.TemporaryDirectory() as name:
        expected_steps = [(what, NEW if number in moving else site, number) for what, site, number in steps]
        mixed, untouched = worlds(name, steps, given, same)
        (folder := Path(name) / "expected").mkdir()
        expected = lived(folder, expected_steps, given, same)
        ids = [index + 1 for index, (_, _, number) in enumerate(steps) if number in moving]
        moved = move(mixed, ids, NEW, given, 10)
        require_verified(mixed)
        assert (moved.old, moved.logs) == (OLD, len(ids))
        assert figures(mixed) == figures(expected)
        move(mixed, ids, OLD, given, 10)
        require_verified(mixed)
        assert figures(mixed) == figures(untouched)


@pytest.mark.parametrize("rules", ["none", "ruled", "both"])
@settings(max_examples=examples(3), deadline=None)
@given(steps=logs, later=st.booleans())
def test_an_undone_rename_leaves_nothing(steps: list[Step], later: bool, rules: str) -> None:
    given = RULES[rules]
    with tempfile.TemporaryDirectory() as name:
        renamed, untouched = worlds(name, steps, given, same)
        for store in (renamed, untouched):
            with_titles(store, given)
        before = figures(renamed)
        assert before == figures(untouched)
        rename(renamed, OLD, NEW, given, 10, is_final=False)
        if later:
            lived(renamed.parent, [("ingest", NEW, 6)], given, same)
            has_new = any(site == NEW for _, site, _ in steps)
            lived(untouched.parent, [("ingest", NEW if has_new else OLD, 6)], given, same)
        rename_back(renamed, OLD, NEW, given, 10)
        require_verified(renamed)
        assert figures(renamed) == figures(untouched)
        assert baselines(renamed) == baselines(untouched)


Days = dict[str, int | None]
MERGED: list[tuple[str, str, Days, tuple[Days, Days]]] = [
    # the titles of the new site and of the old one, the days of URLs when they are one site, and of each site
    # after that is taken back: a date that is known of a URL is not lost
    ("/a,New,2026-11-01", "/b,Old,2026-11-02", {"/a": 1, "/b": 2}, ({"/a": 1}, {"/b": 2})),
    ("/a,New,2026-11-01", "/a,Old,2026-11-02", {"/a": 2}, ({"/a": 1}, {"/a": 2})),
    ("/a,New,2026-11-01", "/a,Old", {"/a": 1}, ({"/a": 1}, {"/a": 1})),
    ("/a,New", "/a,Old,2026-11-02", {"/a": 2}, ({"/a": None}, {"/a": 2})),
]


@pytest.mark.parametrize(("of_new", "of_old", "merged", "parted"), MERGED)
def test_dates_survive_a_rename_and_its_undo(
    of_new: str, of_old: str, merged: Days, parted: tuple[Days, Days], tmp_path: Path
) -> None:
    rules = SETTINGS["none"]
    store = lived(tmp_path, [("ingest", OLD, 0), ("ingest", NEW, 1)], rules, same)
    for site, text in ((NEW, of_new), (OLD, of_old)):
        file = tmp_path / "titles.csv"
        file.write_text(f"{text}\n")
        store_titles(TitlesRequest(store, (str(file),), rules, site))
    rename(store, OLD, NEW, rules, 10, is_final=False)
    assert days(store, NEW) == merged
    rename_back(store, OLD, NEW, rules, 10)
    assert (days(store, NEW), days(store, OLD)) == parted


LATER: list[tuple[str, str, tuple[Days, Days]]] = [
    # a title of the old site, one given after the rename, and the days of both sites after its undo
    ("/a,Old", "/a,Old,2026-11-03", ({}, {"/a": 3})),
    ("/a,Old,2026-11-02", "/a,Old,2026-11-03", ({}, {"/a": 3})),
    ("/a,Old,2026-11-02", "/a,Other", ({"/a": 2}, {"/a": 2})),
    ("/a,Old,2026-11-02", "/a,Other,2026-11-03", ({"/a": 3}, {"/a": 2})),
]


@pytest.mark.parametrize(("before", "later", "parted"), LATER)
def test_dates_that_are_given_after_a_rename_are_kept_by_its_undo(
    before: str, later: str, parted: tuple[Days, Days], tmp_path: Path
) -> None:
    rules, file = SETTINGS["none"], tmp_path / "titles.csv"
    store = lived(tmp_path, [("ingest", OLD, 0), ("ingest", NEW, 1)], rules, same)
    file.write_text(f"{before}\n")
    store_titles(TitlesRequest(store, (str(file),), rules, OLD))
    rename(store, OLD, NEW, rules, 10, is_final=False)
    file.write_text(f"{later}\n")
    store_titles(TitlesRequest(store, (str(file),), rules, NEW))
    rename_back(store, OLD, NEW, rules, 10)
    assert (days(store, NEW), days(store, OLD)) == parted


def days(store: Path, site: str) -> Days:
    """Return the day of the month of each title of a site."""
    query = "SELECT url, day(published) FROM store.title JOIN store.site USING (site_id) WHERE name = $site"
    with Session() as session, session.reading(store, 10):
        return dict(session.execute(query, {"site": site}).rows)
