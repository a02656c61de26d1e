"""privacy = "hash": the figures are those of full client IPs, though only hashes are stored."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories.test_privacy import CUT, REFUSED, stored, texts
from support import oracle
from support.lines import CHROME, FIREFOX, IN_UTC, Line, chunks_of, contents, examples, read_in
from support.surface import run

from logstats import store
from logstats.clients import canonical
from logstats.config import Settings, Site
from logstats.errors import RefusedLinesError
from logstats.reports.counters import read_counters
from logstats.store import maintenance
from logstats.totals import prune, recompute, undo
from properties.test_visits import (
    CLIENTS,
    CUTS,
    SETTINGS,
    Cut,
    Entry,
    Log,
    feed,
    instants,
    report,
    request_at,
)

MIDNIGHT = datetime(2026, 11, 20)
DAILY = Site(privacy="hash")
MONTHLY = DAILY._replace(hash_key="monthly")
KEYS = "SELECT period, key FROM store.pseudonym_key ORDER BY period"


def hashed(period: str) -> Settings:
    """Return the settings of test_visits, with pseudonyms."""
    sites = (site._replace(privacy="hash", hash_key=period) for site in SETTINGS.sites)
    return SETTINGS._replace(sites=tuple(sites))


def figures_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the visits, without whose they are, and the totals of a store."""
    held = contents(path, "visits", "day_totals", "article_days")
    visits = sorted((site, *rest) for site, _, *rest in held.pop("visits"))
    return {**held, "visits": visits}


TURNS = {
    # a portal, and where its clock turns to another day and to another month
    "hcm.example": (datetime(2024, 11, 24, 17), datetime(2023, 12, 31, 17)),
    "berlin.example": (datetime(2024, 10, 26, 22), datetime(2024, 10, 31, 23)),
    "cuba.example": (datetime(2024, 3, 10, 5), datetime(2024, 11, 1, 4)),
    "newfoundland.example": (datetime(2024, 11, 3, 2, 30), datetime(2024, 11, 1, 2, 30)),
}
SECONDS = (0, 1, 60, 599, 600, 601, 1799, 1800, 1801, 10_800, 10_801, 82_000)
KINDS = (*[("/tin", 200)] * 6, ("/tin", 404), ("/anh/b.png", 200))


@st.composite
def readers(draw: st.DrawFn) -> Log:
    """Visitors who read on over one turn after another, in any order; the part says with which ingest."""
    entries = []
    for number in range(draw(st.integers(2, 5))):
        portal = draw(st.sampled_from(tuple(TURNS)))
        at = draw(st.sampled_from(TURNS[portal])) - timedelta(seconds=draw(st.sampled_from(SECONDS)))
        for seconds in draw(st.lists(st.sampled_from(SECONDS), min_size=2, max_size=7)):
            target, status = draw(st.sampled_from(KINDS))
            article = target if target == "/tin" else None
            hit = oracle.Hit(
                CLIENTS[number % 2], (FIREFOX, CHROME)[number % 3 == 0], at, article, status=status
            )
            entries.append(Entry(portal, hit, target, draw(st.integers(0, 2)), timedelta(0)))
            at += timedelta(seconds=seconds)
    return draw(st.permutations(entries))


@settings(max_examples=examples(4))
@given(
    log=readers(),
    cut=st.sampled_from(tuple(CUTS)),
    period=st.sampled_from(["daily", "monthly"]),
    moments=st.data(),
)
def test_however_a_log_is_cut_figures_with_pseudonyms_are_those_with_client_ips(
    log: Log, cut: str, period: str, moments: st.DataObject
) -> None:
    with TemporaryDirectory() as name, chunks_of(CUTS[cut].chunk_bytes):
        full, kept = Path(name) / "full.duckdb", Path(name) / "hash.duckdb"
        list(feed(Path(name), full, log, Cut(growing=True, at_once=True)))
        Path(name, "access.log").unlink()
        with patch("properties.test_visits.SETTINGS", hashed(period)):
            list(feed(Path(name), kept, log, CUTS[cut]))
        assert figures_of(kept) == figures_of(full)
        for at in moments.draw(instants(log))[:1]:
            assert read_counters(request_at(kept, at)) == read_counters(request_at(full, at))
            for reported in ("online", "visits"):
                of_days = {"since": "1990-01-01", "values": {"by": "day"} if reported == "visits" else {}}
                assert report(reported, request_at(kept, at, **of_days)) == report(
                    reported, request_at(full, at, **of_days)
                )
        recompute.rebuild(kept, hashed(period), 10)
        assert figures_of(kept) == figures_of(full)
        assert not {client for (client,) in stored(kept, "SELECT client FROM store.hit")} & set(CLIENTS)


def visit(*minutes: float, client: str = "192.0.2.1") -> list[bytes]:
    """Return page views so many minutes from midnight."""
    times = [MIDNIGHT + timedelta(minutes=minute) for minute in minutes]
    return [Line(client, at, size=f"{at:%s}").combined() for at in times]


@contextmanager
def clock(at: datetime) -> Iterator[None]:
    """Stop the machine's clock at an instant."""
    with patch.object(store, "utc_now", lambda: at):
        yield


class Portal:
    """A store with pseudonyms, and the logs that are read into it at times of their own."""

    def __init__(self, folder: Path, site: Site = DAILY) -> None:
        self.folder, self.store, self.settings = folder, folder / "store.duckdb", Settings(unlisted=site)
        self.read = 0

    def ingest(self, lines: list[bytes], at: datetime) -> None:
        """Read lines as a log, when the clock says so."""
        self.read += 1
        log = self.folder / f"access.log.{self.read}"
        log.write_bytes(b"".join(lines))
        with clock(at):
            read_in(self.store, log, settings=self.settings)

    def visits(self) -> list[tuple[Any, ...]]:
        """Return first page view, how many minutes later the last was, and page views, of each visit."""
        rows = stored(self.store, "SELECT first_at, last_at, page_views FROM store.visit ORDER BY ALL")
        return [(first - MIDNIGHT, (last - first).seconds // 60, views) for first, last, views in rows]  # type: ignore[operator]

    def clients(self) -> list[object]:
        """Return who has each hit, in their order."""
        return [client for (client,) in stored(self.store, "SELECT client FROM store.hit ORDER BY logged_at")]


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return Portal(tmp_path)


ORDERS = ([[-20, 5, 30]], [[-20], [5], [30]], [[5], [30], [-20]], [[30], [-20], [5]])


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_a_visit_across_key_rotation_is_one_in_whatever_order_its_lines_come(
    order: list[list[float]], portal: Portal
) -> None:
    for number, minutes in enumerate(order):
        portal.ingest(visit(*minutes, 600), MIDNIGHT + timedelta(hours=11, minutes=number))
    assert [views for *_, views in portal.visits()] == [3, len(order)]
    assert len(set(portal.clients())) == 1  # a visit across the rotation keeps its first pseudonym


def test_a_visitor_who_pauses_across_key_rotation_has_another_pseudonym(portal: Portal) -> None:
    portal.ingest(visit(-60, 60), MIDNIGHT + timedelta(hours=2))
    assert len(set(portal.clients())) == 2


def test_a_visit_longer_than_the_life_of_its_key_is_one(portal: Portal) -> None:
    minutes = range(-30, 3 * 24 * 60, 30)
    for day in range(-1, 3):
        of_day = [minute for minute in minutes if minute // 1440 == day]
        portal.ingest(visit(*of_day), MIDNIGHT + timedelta(days=day + 1))
    assert [views for *_, views in portal.visits()] == [len(minutes)]
    assert len(stored(portal.store, KEYS)) == 2  # of the last two days; the visit needs none


def test_a_key_is_forgotten_two_days_after_its_period(portal: Portal) -> None:
    portal.ingest(visit(-20, 5), MIDNIGHT + timedelta(hours=1))
    ((day, key), (_, other)) = stored(portal.store, KEYS)
    portal.ingest(visit(2900), MIDNIGHT + timedelta(days=2, hours=1))
    assert (day, key) not in stored(portal.store, KEYS)
    assert other in [kept for _, kept in stored(portal.store, KEYS)]
    maintenance.compact(portal.store, 10)
    data = portal.store.read_bytes()
    assert str(key).encode() not in data
    assert str(other).encode() in data


def test_a_key_is_forgotten_where_nothing_new_is_logged_and_by_prune(portal: Portal, tmp_path: Path) -> None:
    portal.ingest(visit(-20), MIDNIGHT)
    with clock(MIDNIGHT + timedelta(days=3)):
        read_in(portal.store, tmp_path / "access.log.1", settings=IN_UTC)  # the site's own are kept
    assert stored(portal.store, KEYS) == []
    portal.ingest(visit(-10), MIDNIGHT + timedelta(days=3))
    with clock(MIDNIGHT + timedelta(days=6)):
        prune.prune(request_at(portal.store, MIDNIGHT), 1)
    assert stored(portal.store, KEYS) == []


def test_what_comes_when_the_key_is_forgotten_counts_and_is_nobodys_we_know(portal: Portal) -> None:
    portal.ingest(visit(-20), MIDNIGHT)
    portal.ingest(visit(3000), MIDNIGHT + timedelta(days=3))
    portal.ingest(visit(-10), MIDNIGHT + timedelta(days=3, hours=1))
    assert [views for *_, views in portal.visits()] == [1, 1, 1]
    assert len(set(portal.clients())) == 3


def test_archives_of_long_ago_are_joined_where_they_are_read_within_two_days(portal: Portal) -> None:
    portal.ingest(visit(-20), MIDNIGHT + timedelta(days=400))
    portal.ingest(visit(5), MIDNIGHT + timedelta(days=401))
    assert [views for *_, views in portal.visits()] == [2]


def test_an_ingest_that_joined_a_visit_across_key_rotation_can_be_undone(portal: Portal) -> None:
    portal.ingest(visit(-20), MIDNIGHT)
    portal.ingest(visit(25, 40), MIDNIGHT)
    before = portal.visits()
    portal.ingest(visit(0), MIDNIGHT)
    assert [views for *_, views in portal.visits()] == [4]
    undo.undo(portal.store, 3, 10)
    assert portal.visits() == before
    portal.ingest(visit(1), MIDNIGHT)
    assert [views for *_, views in portal.visits()] == [4]
    assert [check.claim for check in recompute.verify(portal.store, 10) if check.differences.rows] == []


def test_pruned_hits_of_before_key_rotation_are_joined_too(portal: Portal) -> None:
    portal.ingest(visit(10, 20), MIDNIGHT + timedelta(hours=1))
    with clock(MIDNIGHT + timedelta(hours=2)):
        prune.prune(request_at(portal.store, MIDNIGHT + timedelta(days=2, hours=1)), 1)
    assert portal.clients() == []
    portal.ingest(visit(-15), MIDNIGHT + timedelta(hours=2))
    assert [views for *_, views in portal.visits()] == [3]


def test_a_month_has_one_key(tmp_path: Path) -> None:
    portal = Portal(tmp_path, MONTHLY)
    day = 24 * 60
    portal.ingest(visit(0, 3 * day, 10 * day, 11 * day, 20 * day), MIDNIGHT)
    assert len(set(portal.clients())) == 2
    assert [str(period) for period, _ in stored(portal.store, KEYS)] == ["2026-11-01", "2026-12-01"]


def test_no_part_of_a_client_ip_is_in_the_store(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(portal.folder)
    hosts = ["may-12.example.net - - [20/Nov", "2001:db8::5 cut"]
    bad = [Line(client, status="999999").combined() for client in CUT]
    refused = [f"{line}\n".encode() for line in (*(line for line, _ in REFUSED), *hosts)]
    with pytest.raises(RefusedLinesError, match="were rejected"):
        portal.ingest([*(Line(client).combined() for client in CUT), *bad, *refused], MIDNIGHT)
    clients = portal.clients()
    assert all(len(str(client)) == 32 for client in clients)
    assert len(set(clients)) == len({canonical(client) for client in CUT})
    shown = texts(
        run(
            "--db", portal.store, "rejects", "--by", "line", "--show-addresses", "-f", "csv", "--limit", "99"
        ).out
    )
    assert len(shown) == len(bad) + len(refused)
    for part in ("192.0.2", "2001:db8", "fe80", "example.net"):
        assert not any(part in text for text in shown), shown
    assert all("(address)" in text for text in shown)


def test_each_site_stores_client_ips_by_its_own_setting(tmp_path: Path) -> None:
    sites = tuple(Site(privacy, privacy=privacy) for privacy in ("full", "truncate", "hash"))
    log, path = tmp_path / "access.log", tmp_path / "store.duckdb"
    log.write_bytes(b"".join(Line("192.0.2.7", host=site.name).vhost_combined() for site in sites))
    read_in(path, log, settings=Settings(sites=sites), log_format="vhost_combined")
    rows = stored(path, "SELECT name, client FROM store.hit JOIN store.site USING (site_id)")
    client_of = {str(site): str(client) for site, client in rows}
    assert (client_of["full"], client_of["truncate"], len(client_of["hash"])) == (
        "192.0.2.7",
        "192.0.2.0",
        32,
    )


def test_two_stores_and_two_days_have_nothing_in_common(tmp_path: Path) -> None:
    found = Counter[object]()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        portal = Portal(tmp_path / name)
        portal.ingest(visit(-600, 600), MIDNIGHT)
        found.update(portal.clients())
    assert max(found.values()) == 1
    assert len(found) == 4
