"""After `rename OLD NEW` the store is as if the logs of OLD had been ingested for NEW from the start."""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import (
    CHROME,
    FIGURES,
    FIREFOX,
    GOOGLEBOT,
    START,
    Line,
    contents,
    examples,
    read_in,
    require_verified,
)

from logstats.config import Settings, Site
from logstats.config.article_presets import ArticleRule
from logstats.store import Session
from logstats.store.as_of import ReportRequest
from logstats.totals.prune import prune
from logstats.totals.rename import rename

OLD, NEW = "old.example", "new.example"
RULED = Site(
    NEW,
    "Asia/Ho_Chi_Minh",
    internal=("192.0.2.2/32", "2001:db8::/64"),
    articles=(ArticleRule(r"^/tin/(?P<id>\w+)", key="{id}"),),
    visit_gap_s=900,
)
SETTINGS = {
    "none": Settings(unlisted=Site(timezone="UTC")),
    "ruled": Settings(sites=(RULED,), unlisted=Site(timezone="UTC")),
}


def lines(host: str) -> list[bytes]:
    """Visitors and a bot over three days; many page views are minutes apart, and some visits span logs."""
    targets = ("/", "/tin/a", "/tin/a?fbclid=1", "/anh/b.png", host + "/tin/b?id=2", "/tin//b?id=2")
    return [
        Line(
            client=f"192.0.2.{number // 10 % 3 + 1}" if number % 17 else "2001:db8::9",
            at=START + timedelta(minutes=13 * number + number % 4),
            request=f"{'POST' if number % 11 == 3 else 'GET'} {targets[number % 6]} HTTP/1.1",
            status="404" if number % 13 == 5 else "200",
            size=str(number),
            agent=GOOGLEBOT if number % 7 == 4 else (FIREFOX, CHROME)[number // 50 % 2],
        ).combined()
        for number in range(240)
    ]


LINES = {False: lines(f"http://{NEW}"), True: lines("")}  # whether hits are pruned
Step = tuple[str, str, int]  # what, for which site, and which part of the lines


def lived(
    folder: Path,
    steps: list[Step],
    given: Settings,
    site_of: Callable[[str], str],
    *,
    is_pruned: bool = False,
) -> Path:
    """Return a store after some steps, each for the site that `site_of` gives."""
    store = folder / "store.duckdb"
    for what, name, number in steps:
        site = site_of(name)
        if what == "ingest":
            log = folder / f"{number}.log"
            log.write_bytes(b"".join(LINES[is_pruned][number::8]) + b"bad %d\n" % number)
            read_in(store, log, settings=given, site=site)
        elif not store.exists():
            continue
        elif what == "prune":
            prune(ReportRequest(store=store, at="2026-11-25T12:00", settings=given), days=1)
    return store


def figures(store: Path) -> dict[str, Any]:
    with Session() as session, session.reading(store, wait=10):
        titles = session.execute(
            "SELECT site.name, url, title, published "
            "FROM store.title JOIN store.site USING (site_id) ORDER BY ALL"
        ).rows
    found = contents(store, *FIGURES, "sources", "rejects") | {"titles": titles}
    return found | {"rejects": [row[2:] for row in found["rejects"]]}


logs = st.lists(
    st.tuples(st.just("ingest"), st.sampled_from([OLD, NEW]), st.integers(0, 5)),
    min_size=1,
    max_size=5,
    unique_by=lambda step: step[2],
).filter(lambda steps: any(name == OLD for _, name, _ in steps))


@pytest.mark.parametrize(("rules", "is_pruned"), [("none", True), ("none", False), ("ruled", False)])
@settings(max_examples=examples(3), deadline=None)
@given(steps=logs)
def test_a_renamed_site_is_as_if_ingested_for_the_other(
    steps: list[Step], is_pruned: bool, rules: str
) -> None:
    given = SETTINGS[rules]
    if is_pruned:
        steps = (
            [*steps[:-1], ("prune", NEW, 0), *steps[-1:]] if len(steps) > 1 else [*steps, ("prune", NEW, 0)]
        )
    with tempfile.TemporaryDirectory() as name:
        for folder in (folders := [Path(name) / "mixed", Path(name) / "one"]):
            folder.mkdir()
        mixed = lived(folders[0], steps, given, lambda site: site, is_pruned=is_pruned)
        one = lived(folders[1], steps, given, lambda _: NEW, is_pruned=is_pruned)
        rename(mixed, OLD, NEW, given, 10)
        require_verified(mixed)
        assert figures(mixed) == figures(one)
        later = ("ingest", NEW, next(number for number in range(6, 8)))
        for folder in folders:
            lived(folder, [later], given, lambda _: NEW, is_pruned=is_pruned)
        assert figures(mixed) == figures(one)
