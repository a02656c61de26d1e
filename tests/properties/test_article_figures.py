"""Entries, exits, visits and the change of an article in a period are those of the oracle."""

from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.lines import CHROME, FIREFOX, GOOGLEBOT, Line, examples, read_in

from logstats import config
from logstats.config import Settings
from logstats.reports import runner
from logstats.store import statements
from logstats.store.as_of import ReportRequest
from logstats.totals import prune

PORTAL = oracle.Site("Asia/Ho_Chi_Minh")
RULES = Settings(sites=(config.Site("portal", PORTAL.timezone),))
MIDNIGHT = datetime(2024, 11, 24, 17)  # of the portal's
STEPS = (0, 0, 1, 30, 31, 600, 1799, 1800, 1801, 7200, 43_200, 86_400)
ARTICLES = ("/", "/tin/a", "/tin/b", "/lien-he")
VISITORS = (("192.0.2.1", FIREFOX), ("192.0.2.1", CHROME), ("192.0.2.2", FIREFOX), ("192.0.2.3", GOOGLEBOT))
DAY = timedelta(days=1)


@st.composite
def walks(draw: st.DrawFn) -> list[oracle.Hit]:
    """One visitor's way from page to page, somewhere around midnight."""
    client, agent = draw(st.sampled_from(VISITORS))
    start = MIDNIGHT - timedelta(seconds=draw(st.sampled_from(STEPS)))
    steps = draw(
        st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(ARTICLES)), min_size=1, max_size=12)
    )
    times = [start + timedelta(seconds=second) for second in accumulate(step for step, _ in steps)]
    return [
        oracle.Hit(client, agent, at, article, is_bot=agent == GOOGLEBOT)
        for at, (_, article) in zip(times, steps, strict=True)
    ]


class Moments(NamedTuple):
    """A period from one instant to another, reported at a third; with or without bots."""

    since: datetime
    until: datetime
    at: datetime
    with_bots: bool


def moments_of(hits: list[oracle.Hit]) -> st.SearchStrategy[list[Moments]]:
    """Periods that begin and end on a hit, or a little before or after one."""
    shift = st.sampled_from([0, *STEPS, *(-step for step in STEPS)])
    times = st.sampled_from(sorted({hit.at for hit in hits}))
    instant = st.builds(lambda at, by: at + timedelta(seconds=by), times, shift)
    moments = st.builds(Moments, instant, instant, instant, st.booleans())
    return st.lists(moments.filter(lambda moment: moment.since < moment.until), min_size=2, max_size=2)


def articles_in(store: Path, moments: Moments, **values: Any) -> list[dict[str, Any]]:
    """Return the rows of the report, its times written in UTC."""
    since, until, at = (f"{moment.isoformat()}+00:00" for moment in moments[:3])
    values |= {"limit": 100, "with_bots": moments.with_bots}
    request = ReportRequest(store, at, timezone="UTC", since=since, until=until, values=values)
    return runner.run_report(statements.load("reports/articles"), request).records()


@settings(max_examples=examples(6))
@given(found=st.lists(walks(), min_size=4, max_size=10), is_pruned=st.booleans(), draw=st.data())
def test_an_articles_figures_are_those_of_the_oracle(
    found: list[list[oracle.Hit]], is_pruned: bool, draw: st.DataObject
) -> None:
    hits = [hit for walk in found for hit in walk]
    with TemporaryDirectory() as name:
        log, store = Path(name) / "access.log", Path(name) / "store.duckdb"
        log.write_bytes(b"".join(line(hit, number) for number, hit in enumerate(hits)))
        read_in(store, log, settings=RULES, site="portal", verify=True)
        kept_from = date.min
        if is_pruned:
            at = MIDNIGHT + DAY
            prune.prune(ReportRequest(store, f"{at.isoformat()}+00:00"), 1)
            kept_from = PORTAL.day(at - DAY)
        known_from = max(kept_from, min(PORTAL.day(hit.at) for hit in hits))
        for one in draw.draw(moments_of(hits)):
            moments = one._replace(since=max(one.since, MIDNIGHT) if is_pruned else one.since)
            period = oracle.Period(*moments[:3], known_from)
            expected = oracle.articles(hits, PORTAL, period, with_bots=moments.with_bots)
            assert by_article(articles_in(store, moments, detail=True)) == expected, moments
        rising = articles_in(store, moments, detail=True, rising=True)
        assert by_article(rising) == {name: row for name, row in expected.items() if (row.change or 0) > 0}
        assert [-row["change"] for row in rising] == sorted(-row["change"] for row in rising)


def line(hit: oracle.Hit, number: int) -> bytes:
    """Return the hit's log line."""
    return Line(
        hit.client, hit.at, f"GET {hit.article} HTTP/1.1", size=str(number), agent=hit.agent
    ).combined()


def by_article(rows: list[dict[str, Any]]) -> dict[str, oracle.Article]:
    return {
        row["article"]: oracle.Article(**{name: row[name] for name in oracle.Article._fields}) for row in rows
    }
