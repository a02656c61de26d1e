"""The figures of lists are those of the report `articles` for the same days, and the oracle's."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.lines import Line, examples, read_in

from logstats import config
from logstats.config import Settings
from logstats.lists.most_read import article_views, most_read, views
from logstats.lists.request import ListRequest, ViewsRequest
from logstats.render.embeds import PERIODS
from logstats.render.links import link
from logstats.render.most_read import MostRead
from logstats.reports import runner
from logstats.store import Session, statements
from logstats.store.as_of import ReportRequest
from logstats.totals import prune
from properties.test_article_figures import DAY, MIDNIGHT, STEPS, line, walks

ZONE = "Asia/Ho_Chi_Minh"
EVERYTHING = ListRequest("https://portal", top=1000, untitled=True, with_readings=True)


def lists(store: Path, at: datetime) -> dict[str, MostRead]:
    request = ReportRequest(store, f"{at.isoformat()}+00:00", site="portal")
    with Session() as session, session.reading(store, 10, views=views()):
        return {period: most_read(session, request, EVERYTHING._replace(period=period)) for period in PERIODS}


def first_day(site: oracle.Site, at: datetime, period: str) -> date:
    day = site.day(at)
    return {"today": day, "week": site.week(day), "month": day.replace(day=1)}[period]


def of_report(store: Path, since: date, at: datetime) -> dict[str, tuple[int, int, int | None]]:
    request = ReportRequest(
        store, f"{at.isoformat()}+00:00", site="portal", since=since.isoformat(), values={"limit": 1000}
    )
    rows = runner.run_report(statements.load("reports/articles"), request).records()
    return {row["article"]: (row["views"], row["readings"], row["change"]) for row in rows}


def counted(hits: list[oracle.Hit], at: datetime) -> Counter[str]:
    return Counter(str(hit.article) for hit in hits if hit.is_page_view and hit.at <= at)


@settings(max_examples=examples(4))
@given(
    found=st.lists(walks(), min_size=2, max_size=8),
    week_start=st.sampled_from(["monday", "sunday"]),
    shift=st.sampled_from([0, *STEPS, *(-step for step in STEPS)]),
    back=st.integers(0, 9),
    is_pruned=st.booleans(),
)
def test_the_figures_of_a_list_are_those_of_the_report(
    found: list[list[oracle.Hit]], week_start: str, shift: int, back: int, is_pruned: bool
) -> None:
    site = oracle.Site(ZONE, week_start)
    hits = [hit._replace(at=hit.at - back * index * DAY) for index, walk in enumerate(found) for hit in walk]
    at = MIDNIGHT + timedelta(seconds=shift)
    own = Settings(sites=(config.Site("portal", ZONE, week_start=week_start),))
    with TemporaryDirectory() as name:
        log, store = Path(name) / "access.log", Path(name) / "store.duckdb"
        log.write_bytes(b"".join(line(hit, number) for number, hit in enumerate(hits)))
        read_in(store, log, settings=own, site="portal")
        before = lists(store, at)
        home = {"/"}
        for period in PERIODS[:-1]:
            expected = of_report(store, first_day(site, at, period), at)
            shown = {each.url: (each.views, each.readings, each.change) for each in before[period].articles}
            assert shown == {url: row for url, row in expected.items() if url not in home}, period
        totals = {each.url: each.views for each in before["all"].articles}
        assert totals == {url: views for url, views in counted(hits, at).items() if url not in home}
        assert {(each.readings, each.change) for each in before["all"].articles} <= {(None, None)}
        for listed in before.values():
            order = [(-each.views, each.url) for each in listed.articles]
            assert order == sorted(order)
        request = ReportRequest(store, f"{at.isoformat()}+00:00", site="portal")
        if is_pruned:
            prune.prune(ReportRequest(store, f"{(at + DAY).isoformat()}+00:00"), 1)
            after = lists(store, at)["all"]
            assert {each.url: each.views for each in after.articles} == totals
        with Session() as session, session.reading(store, 10, views=views()):
            everything = article_views(session, request, ViewsRequest("all", 1, 1000))
            several = article_views(session, request, ViewsRequest("all", 3, 1000))
        assert everything.views == counted(hits, at)
        assert several.views == {url: number for url, number in everything.views.items() if number >= 3}


TARGETS = st.text(
    st.sampled_from("aé/?&=%.+;~@:'()<>`\\{}|^,!$*#\u202e\u2028 ")
    | st.sampled_from("0123456789ABCDEFabcdef"),
    max_size=10,
)
HOSTILE = (
    "//evil.example/x",
    "http://evil.example/x",
    "/javascript:alert(1)",
    "/%3Fa",
    "/%FF",
    "/a%2541",
    "/%",
)


@settings(max_examples=examples(10))
@given(st.lists(TARGETS.map(lambda text: f"/{text}") | st.sampled_from(HOSTILE), min_size=1, max_size=60))
def test_each_link_is_a_request_for_its_article(targets: list[str]) -> None:
    """The links of a list, requested, are the same articles; and none is of another site."""
    with TemporaryDirectory() as name:
        first = listed_of(Path(name), "first", targets)
        links = [link("", url) for url in first]
        assert all(each.startswith("/") and each.isascii() for each in links)
        again = listed_of(Path(name), "again", links)
    # a text that looks like an escape, and was written with an escaped %, is taken for the escape
    assert {url for url in again if "%" not in url} == {url for url in first if "%" not in url}


def listed_of(folder: Path, name: str, targets: list[str]) -> list[str]:
    log, store = folder / f"{name}.log", folder / f"{name}.duckdb"
    at = datetime(2024, 11, 24, 5, tzinfo=UTC).replace(tzinfo=None)
    log.write_bytes(
        b"".join(
            Line(at=at, request=f"GET {target.replace(' ', '%20')} HTTP/1.1", size=str(number)).combined()
            for number, target in enumerate(targets)
        )
        + Line(at=at, request="GET / HTTP/1.1").combined()
    )
    read_in(store, log, settings=Settings(sites=(config.Site("portal", ZONE),)), site="portal")
    return [each.url for each in lists(store, at)["all"].articles]
