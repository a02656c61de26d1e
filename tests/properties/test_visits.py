"""Visits, totals and figures do not depend on how the log was cut up: they are the oracle's."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.lines import (
    CHROME,
    FIREFOX,
    GOOGLEBOT,
    Line,
    chunks_of,
    contents,
    examples,
    read_in,
    require_verified,
)

from logstats import config
from logstats.config import Settings
from logstats.reports import runner
from logstats.reports.counters import read_counters
from logstats.sources import chunks
from logstats.store import statements
from logstats.store.as_of import ReportRequest
from logstats.totals import recompute

PORTALS = {
    # the rules of each portal of the random logs
    "hcm.example": oracle.Site("Asia/Ho_Chi_Minh"),
    "sunday.example": oracle.Site("Asia/Ho_Chi_Minh", "sunday"),
    "utc.example": oracle.Site("UTC", window=timedelta(minutes=30)),
    "berlin.example": oracle.Site("Europe/Berlin", gap=timedelta(minutes=10), window=timedelta(minutes=5)),
    "newfoundland.example": oracle.Site("America/St_Johns", gap=timedelta(hours=3)),
    "cuba.example": oracle.Site("America/Havana", "sunday"),  # its clocks turn at midnight
    "apia.example": oracle.Site("Pacific/Apia"),  # has skipped a day
}
SETTINGS = Settings(
    sites=tuple(
        config.Site(
            name=name,
            timezone=site.timezone,
            week_start=site.week_start,
            visit_gap_s=round(site.gap.total_seconds()),
            online_window_s=round(site.window.total_seconds()),
        )
        for name, site in PORTALS.items()
    )
)
# Years that are over. The oracle knows the zones from Python's zone database and the program from DuckDB's;
# of years to come two releases of it may have different rules, and both would be right.
ANCHORS = (
    datetime(2024, 11, 24, 17),  # Monday, 00:00, in Ho Chi Minh City
    datetime(2024, 11, 23, 17),  # Sunday, the same
    datetime(2023, 12, 31, 17),  # New Year, the same
    datetime(2024, 1, 1),  # New Year in UTC
    datetime(2024, 3, 31, 1),  # clocks go forward in Berlin
    datetime(2024, 10, 26, 22),  # midnight in Berlin, and in three hours they go back
    datetime(2024, 11, 3, 5),  # 01:00 in Havana, and again 00:00
    datetime(2024, 3, 10, 5),  # midnight in Havana, which is 01:00
    datetime(2011, 12, 30, 10),  # from the 29th to the 31st in Apia
    datetime(2024, 11, 3, 4, 30),  # clocks go back in Newfoundland
    datetime(1996, 2, 29),
    datetime(2015, 6, 15, 12),
)
STEPS = (
    0,
    1,
    29,
    30,
    31,
    299,
    300,
    301,
    599,
    600,
    601,
    1799,
    1800,
    1801,
    7200,
    10_800,
    10_801,
    43_200,
    86_400,
)
ARTICLE_OF = {
    # a request target: its article
    "/tin/lu-quet": "/tin/lu-quet",
    "/tin/lu-quet?utm_source=zalo&fbclid=1": "/tin/lu-quet",
    "/xem?id=2": "/xem?id=2",
    "/anh/cong.jpg": None,
}
KINDS = (*[("GET", 200)] * 5, ("GET", 304), ("GET", 404), ("POST", 200))
CLIENTS = ("192.0.2.1", "2001:db8::1")
AGENTS = (FIREFOX, FIREFOX, CHROME, GOOGLEBOT)
OFFSETS = tuple(timedelta(minutes=minutes) for minutes in (0, 420, 330, -210))


class Entry(NamedTuple):
    """One hit of a random log, with its target, its part of the log and the UTC offset of its time."""

    portal: str
    hit: oracle.Hit
    target: str
    part: int
    offset: timedelta


Log = list[Entry]


@st.composite
def walks(draw: st.DrawFn) -> Log:
    """One visitor on one portal: page after page, near one of the moments that are hard to count."""
    portal = draw(st.sampled_from(tuple(PORTALS)))
    client, agent = draw(st.sampled_from(CLIENTS)), draw(st.sampled_from(AGENTS))
    start = draw(st.sampled_from(ANCHORS)) - timedelta(seconds=draw(st.sampled_from(STEPS)))
    step = st.tuples(
        st.sampled_from(STEPS),
        st.sampled_from(tuple(ARTICLE_OF)),
        st.sampled_from(KINDS),
        st.integers(0, 3),
        st.sampled_from(OFFSETS),
    )
    steps = draw(st.lists(step, min_size=1, max_size=8))
    seconds = accumulate((step[0] for step in steps[1:]), initial=0)
    times = [start + timedelta(seconds=second) for second in seconds]
    return [
        Entry(
            portal,
            oracle.Hit(client, agent, at, ARTICLE_OF[target], *kind, is_bot=agent == GOOGLEBOT),
            target,
            part,
            offset,
        )
        for at, (_, target, kind, part, offset) in zip(times, steps, strict=True)
    ]


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """Several visitors' hits in any order; the part says with which ingest each is read."""
    entries = [entry for walk in draw(st.lists(walks(), min_size=1, max_size=9)) for entry in walk]
    return draw(st.permutations(entries))


@dataclass(frozen=True)
class Cut:
    """A way to feed the parts of a log: by files or one that grows, by runs or all in one, by chunks."""

    growing: bool = False
    at_once: bool = False
    chunk_bytes: int = chunks.CHUNK_BYTES


CUTS = {
    "a file each": Cut(),
    "a growing file": Cut(growing=True),
    "several files in one run": Cut(at_once=True),
    "chunks of a few lines": Cut(growing=True, at_once=True, chunk_bytes=1200),
}


def feed(folder: Path, store: Path, log: Log, cut: Cut) -> Iterator[Log]:
    """Ingest a log part by part; yield the entries read so far after each run."""
    parts = [[entry for entry in log if entry.part == number] for number in range(4)]
    files: list[Path] = []
    so_far: Log = []
    for number, part in enumerate(part for part in parts if part):
        file = folder / ("access.log" if cut.growing else f"access.log.{number}")
        with file.open("ab") as opened:
            opened.writelines(line(entry, len(so_far) + index) for index, entry in enumerate(part))
        files = [*files, file] if file not in files else files
        so_far = [*so_far, *part]
        if not cut.at_once:
            read_in(store, file, settings=SETTINGS, log_format="vhost_combined")
            yield so_far
    if cut.at_once:
        read_in(store, *files, settings=SETTINGS, log_format="vhost_combined")
        yield so_far
    require_verified(store)


def line(entry: Entry, number: int) -> bytes:
    """Return the entry's log line; no two are the same, so that no file begins as another does."""
    hit = entry.hit
    return Line(
        hit.client,
        hit.at,
        f"{hit.method} {entry.target} HTTP/1.1",
        str(hit.status),
        str(number),
        agent=hit.agent,
        host=entry.portal,
        offset=entry.offset,
    ).vhost_combined()


def hits_of(log: Log) -> dict[str, list[oracle.Hit]]:
    """Return the hits of each portal of the log."""
    portals = dict.fromkeys(entry.portal for entry in log)
    return {portal: [entry.hit for entry in log if entry.portal == portal] for portal in portals}


def differences(store: Path) -> list[tuple[Any, ...]]:
    """Return what `verify` finds wrong."""
    return [(check.claim, *row) for check in recompute.verify(store, 10) for row in check.differences.rows]


def expected_contents(log: Log) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of visits and totals that the oracle makes of a log."""
    rows: dict[str, list[tuple[Any, ...]]] = {"visits": [], "day_totals": [], "article_days": []}
    for portal, hits in hits_of(log).items():
        site = PORTALS[portal]
        for visit in oracle.visits(hits, site.gap):
            rows["visits"].append((portal, *visit[:4], site.day(visit.first), visit.page_views))
        rows["day_totals"] += [(portal, day, *row) for day, row in oracle.day_totals(hits, site).items()]
        for (article, day), views in oracle.article_days(hits, site).items():
            rows["article_days"].append((portal, article, day, views))
    return {name: sorted(found, key=repr) for name, found in rows.items()}


def request_at(store: Path, at: datetime, **fields: Any) -> ReportRequest:
    """Return a request for an instant in UTC."""
    return ReportRequest(store, at=f"{at.isoformat()}+00:00", timezone="UTC", **fields)


def report(name: str, request: ReportRequest) -> list[dict[str, Any]]:
    """Return a report's rows."""
    return runner.run_report(statements.load(f"reports/{name}"), request).records()


@settings(max_examples=examples(7))
@given(log=logs(), cut=st.sampled_from(tuple(CUTS)), moments=st.data())
def test_any_cutting_of_any_log_gives_what_the_oracle_gives_of_the_whole(
    log: Log, cut: str, moments: st.DataObject
) -> None:
    with TemporaryDirectory() as name, chunks_of(CUTS[cut].chunk_bytes):
        store = Path(name) / "store.duckdb"
        for so_far in feed(Path(name), store, log, CUTS[cut]):
            assert contents(store, "visits", "day_totals", "article_days") == expected_contents(so_far)
            assert differences(store) == []
        for at in moments.draw(instants(log)):
            assert_figures(store, log, at)


def instants(log: Log) -> st.SearchStrategy[list[datetime]]:
    """Instants for reports: on a hit, a little before or after one, at midnight."""
    times = sorted({entry.hit.at for entry in log} | set(ANCHORS[:4]))
    shift = st.sampled_from([0, *STEPS, *(-step for step in STEPS)])
    instant = st.builds(lambda at, by: at + timedelta(seconds=by), st.sampled_from(times), shift)
    return st.lists(instant, min_size=2, max_size=2)


def assert_figures(store: Path, log: Log, at: datetime) -> None:
    """Compare every figure at an instant with the oracle's."""
    rows = {row.site: row for row in read_counters(request_at(store, at))}
    assert set(rows) == set(hits_of(log))
    online = report("online", request_at(store, at))
    articles = report("articles", request_at(store, at, since="1990-01-01", values={"limit": 1000}))
    for portal, hits in hits_of(log).items():
        site, row = PORTALS[portal], rows[portal]
        expected = oracle.figures(hits, site, at)
        assert (row.online, row.today, row.week, row.month, row.all_time) == expected, (portal, at)
        assert sum(row["online"] for row in online if row["site"] == portal) == expected.online
        assert {
            row["article"]: (row["views"], row["readings"], row["visitors"])
            for row in articles
            if row["site"] == portal
        } == {article: row[:3] for article, row in oracle.articles(hits, site, ever(at)).items()}


def ever(at: datetime) -> oracle.Period:
    """Return the period of all that was logged up to an instant."""
    return oracle.Period(datetime(1990, 1, 1), datetime.max, at, date(1990, 1, 1))


@settings(max_examples=examples(5))
@given(log=logs(), moments=st.data(), by=st.sampled_from(["day", "week", "month"]))
def test_the_report_of_visits_gives_each_period_what_the_oracle_gives(
    log: Log, moments: st.DataObject, by: str
) -> None:
    with TemporaryDirectory() as name:
        store = Path(name) / "store.duckdb"
        list(feed(Path(name), store, log, Cut(growing=True, at_once=True)))
        for at in moments.draw(instants(log)):
            for portal, hits in hits_of(log).items():
                # a day is the site's, so each report is in the site's own zone
                request = ReportRequest(
                    store, f"{at.isoformat()}+00:00", portal, since="1990-01-01", values={"by": by}
                )
                rows = {row.pop(by): row for row in report("visits", request)}
                found = {
                    day: (row["visits"], row["visitors"], row["page_views"]) for day, row in rows.items()
                }
                expected = oracle.periods(hits, PORTALS[portal], at, by)
                assert without_empty(found) == without_empty(expected), (portal, at)


def without_empty(rows: Mapping[date, tuple[int, ...]]) -> dict[date, tuple[int, ...]]:
    """Leave out empty periods: whether they have a row is not tested here."""
    return {day: row for day, row in rows.items() if any(row)}


def test_today_of_each_site_is_by_its_own_zone(tmp_path: Path) -> None:
    # 01:00 on Monday in Ho Chi Minh City, while it is Sunday in UTC
    at = datetime(2026, 11, 22, 18)
    entries = [entry_at(portal, at) for portal in ("hcm.example", "utc.example")]
    store = tmp_path / "store.duckdb"
    list(feed(tmp_path, store, entries, Cut(at_once=True)))
    rows = report("visits", ReportRequest(store, at="last"))
    assert [(row["site"], row["day"], row["visits"]) for row in rows] == [
        ("hcm.example", date(2026, 11, 23), 1),
        ("utc.example", date(2026, 11, 22), 1),
    ]


def entry_at(portal: str, at: datetime, client: str = "192.0.2.1", part: int = 0) -> Entry:
    """One page view."""
    return Entry(portal, oracle.Hit(client, FIREFOX, at), "/", part, OFFSETS[0])


GAPS = {
    # what is between one page view and the next of a visitor: how many visits that is
    ("29:59",): 1,
    ("30:00",): 1,
    ("30:01",): 2,
    ("00:00", "00:00"): 1,
    ("30:00", "30:00", "30:00"): 1,
    ("30:00", "30:01", "30:00"): 2,
    ("30:01", "00:01", "30:01"): 3,
}
ORDERS: dict[str, Callable[[int], list[int]]] = {
    # name: the order of n + 1 lines, given n, the index of the last
    "in order": lambda last: list(range(last + 1)),
    "the other way round": lambda last: list(range(last, -1, -1)),
    "the middle last": lambda last: sorted(range(last + 1), key=lambda index: 0 < index < last),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("runs", ["one run", "a run each"])
def test_a_gap_of_just_30_minutes_continues_a_visit(tmp_path: Path, order: str, runs: str) -> None:
    entries = []
    for visitor, gaps in enumerate(GAPS):
        seconds = accumulate((60 * int(gap[:2]) + int(gap[3:]) for gap in gaps), initial=0)
        times = [ANCHORS[0] + timedelta(seconds=second) for second in seconds]
        for part, index in enumerate(ORDERS[order](len(gaps))):
            entry = entry_at("hcm.example", times[index], client=f"192.0.2.{visitor}")
            entries.append(entry._replace(part=part if runs == "a run each" else 0))
    list(feed(tmp_path, tmp_path / "store.duckdb", entries, Cut()))
    clients = [row[1] for row in contents(tmp_path / "store.duckdb", "visits")["visits"]]
    counted = {gaps: clients.count(f"192.0.2.{visitor}") for visitor, gaps in enumerate(GAPS)}
    assert counted == GAPS


@pytest.mark.parametrize(
    ("portal", "times", "views"),
    [
        # 00:30 before the clocks go back in Havana, 00:30 after it, and 23:59 of the day before
        ("cuba.example", ["2024-11-03T03:59", "2024-11-03T04:30", "2024-11-03T05:30"], 2),
        # 01:00, when Havana's clocks go there from midnight, and 23:59 of the day before
        ("cuba.example", ["2024-03-10T04:59", "2024-03-10T05:00"], 1),
        ("apia.example", ["2011-12-30T09:59", "2011-12-30T10:00"], 1),  # the 29th, and the 31st
        (
            "berlin.example",
            ["2024-10-26T21:59", "2024-10-26T22:00", "2024-10-27T00:30", "2024-10-27T01:30"],
            3,
        ),
    ],
)
def test_the_day_of_the_report_begins_where_the_sites_clock_says(
    tmp_path: Path, portal: str, times: list[str], views: int
) -> None:
    instants = [datetime.fromisoformat(time) for time in times]
    store = tmp_path / "store.duckdb"
    list(feed(tmp_path, store, [entry_at(portal, at) for at in instants], Cut()))
    rows = report("visits", ReportRequest(store, "last", portal, since="2001-01-01"))
    assert rows[-1]["page_views"] == views
    assert rows[-1]["day"] == PORTALS[portal].day(instants[-1])


@pytest.mark.parametrize(
    ("first", "day", "monday", "sunday"),
    [
        # (the visit begins, in UTC), its day, and the first days of its weeks
        ("2026-11-22T16:59:59", "2026-11-22", "2026-11-16", "2026-11-22"),
        ("2026-11-22T17:00:00", "2026-11-23", "2026-11-23", "2026-11-22"),
        ("2026-11-21T16:59:59", "2026-11-21", "2026-11-16", "2026-11-15"),
        ("2026-11-21T17:00:00", "2026-11-22", "2026-11-16", "2026-11-22"),
        ("2026-12-31T16:59:59", "2026-12-31", "2026-12-28", "2026-12-27"),
        ("2026-12-31T17:00:00", "2027-01-01", "2026-12-28", "2026-12-27"),
    ],
)
def test_a_visit_belongs_to_the_local_day_and_week_of_its_first_page_view(
    tmp_path: Path, first: str, day: str, monday: str, sunday: str
) -> None:
    at = datetime.fromisoformat(first)
    store = tmp_path / "store.duckdb"
    entries = [
        entry_at(portal, at + timedelta(minutes=minutes))
        for portal in ("hcm.example", "sunday.example")
        for minutes in (0, 25, 50)
    ]
    list(feed(tmp_path, store, entries, Cut(at_once=True)))
    visits_of = {(row[0], str(row[1])): row[-1] for row in contents(store, "day_totals")["day_totals"]}
    request = ReportRequest(store, at="2027-02-01T00:00Z", since="2026-11-01", values={"by": "week"})
    weeks = report("visits", request)
    assert {key: visits for key, visits in visits_of.items() if visits} == {
        ("hcm.example", day): 1,
        ("sunday.example", day): 1,
    }
    assert [(row["site"], str(row["week"])) for row in weeks if row["visits"]] == [
        ("hcm.example", monday),
        ("sunday.example", sunday),
    ]


NOON = datetime(2024, 11, 27, 5)  # a Wednesday in Ho Chi Minh City
EDGES = {
    # when somebody looked at a page: is he online at noon; today's, the week's, the month's; in all
    "2024-11-27T12:00:01": (0, 0, 0, 0, 0),
    "2024-11-27T12:00:00": (1, 1, 1, 1, 1),
    "2024-11-27T11:50:00": (1, 1, 1, 1, 1),
    "2024-11-27T11:49:59": (0, 1, 1, 1, 1),
    "2024-11-27T00:00:00": (0, 1, 1, 1, 1),
    "2024-11-26T23:59:59": (0, 0, 1, 1, 1),
    "2024-11-25T00:00:00": (0, 0, 1, 1, 1),
    "2024-11-24T23:59:59": (0, 0, 0, 1, 1),
    "2024-11-01T00:00:00": (0, 0, 0, 1, 1),
    "2024-10-31T23:59:59": (0, 0, 0, 0, 1),
    "1999-12-31T00:00:00": (0, 0, 0, 0, 1),
}


def test_the_figures_hold_to_the_second(tmp_path: Path) -> None:
    # a portal for each row of the table
    clock = ZoneInfo("Asia/Ho_Chi_Minh")
    sites = {time: config.Site(f"p{index:02}.example", clock.key) for index, time in enumerate(EDGES)}
    at = {time: datetime.fromisoformat(time).replace(tzinfo=clock).astimezone(UTC) for time in EDGES}
    log, store = tmp_path / "access.log", tmp_path / "store.duckdb"
    log.write_bytes(
        b"".join(Line(at=at[time], host=site.name).vhost_combined() for time, site in sites.items())
    )
    read_in(store, log, settings=Settings(sites=tuple(sites.values())), log_format="vhost_combined")
    rows = {row.site: row for row in read_counters(request_at(store, NOON))}
    rows_at = {time: rows[site.name] for time, site in sites.items()}
    assert {
        time: (row.online, row.today, row.week, row.month, row.all_time) for time, row in rows_at.items()
    } == EDGES


def test_visits_of_two_visitors_never_join(tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    entries: Iterable[Entry] = (
        Entry(portal, oracle.Hit(client, agent, ANCHORS[0]), "/", 0, OFFSETS[0])
        for portal in ("hcm.example", "utc.example")
        for client in CLIENTS
        for agent in (FIREFOX, CHROME)
    )
    list(feed(tmp_path, store, list(entries), Cut()))
    assert len(contents(store, "visits")["visits"]) == 8
