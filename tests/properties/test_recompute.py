"""`verify` reports each altered figure and no other, and `rebuild` recomputes them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from support import oracle
from support.lines import CHROME, FIGURES, FIREFOX, GOOGLEBOT, START, Contents, Line, contents, read_in

from logstats import config
from logstats.config import Bots, Settings
from logstats.config.article_presets import ArticleRule
from logstats.errors import LogstatsError
from logstats.store import Session
from logstats.totals import recompute

PORTAL = config.Site("portal.example", "Asia/Ho_Chi_Minh")
MUSEUM = config.Site("museum.example", "Europe/Berlin", week_start="sunday")
SETTINGS = Settings(sites=(PORTAL, MUSEUM))


def lines() -> Iterator[Line]:
    """Two portals, some visitors and a bot, over two midnights; many page views are minutes apart."""
    targets = ("/", "/tin/a", "/tin/a?fbclid=1", "/anh/b.png", "/tin/b?id=2")
    for number in range(220):
        yield Line(
            client=f"192.0.2.{number // 10 % 3}" if number % 17 else "2001:db8:0:1::9",
            at=START + timedelta(minutes=7 * number + number % 4),
            request=f"{'POST' if number % 11 == 3 else 'GET'} {targets[number % 5]} HTTP/1.1",
            status="404" if number % 13 == 5 else "200",
            size=str(number),
            agent=GOOGLEBOT if number % 7 == 4 else (FIREFOX, CHROME)[number // 50 % 2],
            host=(PORTAL, MUSEUM)[number // 35 % 2].name,
        )


def fresh(folder: Path, settings: Settings = SETTINGS) -> Path:
    """Return a new store of those lines, in two logs, with a reject in each."""
    written = [line.vhost_combined() for line in lines()]
    logs = [folder / "access.log.1", folder / "access.log"]
    logs[0].write_bytes(b"".join(written[::2]) + b"bad\n")
    logs[1].write_bytes(b"worse\n" + b"".join(written[1::2]))
    read_in(folder / "store.duckdb", *logs, settings=settings, log_format="vhost_combined")
    return folder / "store.duckdb"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store that was not altered."""
    return fresh(tmp_path_factory.mktemp("original"))


@pytest.fixture
def store(original: Path, tmp_path: Path) -> Path:
    """Give a copy of that store, to alter."""
    return Path(shutil.copy(original, tmp_path / "store.duckdb"))


@contextmanager
def opened(store: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a store with DuckDB itself, to alter it."""
    with duckdb.connect(str(store)) as connection:
        yield connection


def claims(store: Path) -> list[str]:
    """Return what does not hold by `verify`."""
    return [check.claim for check in recompute.verify(store, 10) if check.differences.rows]


def figures(store: Path) -> Contents:
    """Return what a store holds and what its figures are made from."""
    return contents(store, *FIGURES)


@dataclass(frozen=True)
class Alteration:
    """A statement that makes a figure wrong, a word of the claim that then fails, and if rebuild mends it."""

    sql: str
    claim: str
    is_mended: bool = True


VIEW = "rowid = (SELECT min(rowid) FROM hit WHERE hit_class = 'page view')"
ONE = "rowid = (SELECT min(rowid) FROM {})"
VISITS, DAYS, ARTICLES = "visits are those", "days' totals", "articles' views"
ALTERATIONS = {
    "a visit has a page view more": Alteration(
        "UPDATE visit SET page_views = page_views + 1 WHERE " + ONE.format("visit"), VISITS
    ),
    "a visit begins earlier": Alteration(
        "UPDATE visit SET first_at = first_at - INTERVAL 1 SECOND WHERE " + ONE.format("visit"), VISITS
    ),
    "a visit ends later": Alteration(
        "UPDATE visit SET last_at = last_at + INTERVAL 1 SECOND WHERE " + ONE.format("visit"), VISITS
    ),
    "a visit is another day's": Alteration(
        "UPDATE visit SET day = day - 1 WHERE " + ONE.format("visit"), VISITS
    ),
    "a visit is another client's": Alteration(
        "UPDATE visit SET client = '192.0.2.99' WHERE " + ONE.format("visit"), VISITS
    ),
    "a visit is another agent's": Alteration(
        "UPDATE visit SET agent_id = agent_id + 1000 WHERE " + ONE.format("visit"), VISITS
    ),
    "a visit is another site's": Alteration(
        "UPDATE visit SET site_id = 3 - site_id WHERE " + ONE.format("visit"), VISITS
    ),
    "a visit is gone": Alteration("DELETE FROM visit WHERE " + ONE.format("visit"), VISITS),
    "all visits are gone": Alteration("DELETE FROM visit", VISITS),
    "a visit is there twice": Alteration(
        "INSERT INTO visit SELECT * FROM visit WHERE " + ONE.format("visit"), VISITS
    ),
    "a day has a hit more": Alteration(
        "UPDATE day_total SET hits = hits + 1 WHERE " + ONE.format("day_total"), DAYS
    ),
    "a day has a bot less": Alteration(
        "UPDATE day_total SET bot_hits = bot_hits - 1 WHERE " + ONE.format("day_total"), DAYS
    ),
    "a day has a page view more": Alteration(
        "UPDATE day_total SET page_views = page_views + 1 WHERE " + ONE.format("day_total"), DAYS
    ),
    "a day has a visit less": Alteration(
        "UPDATE day_total SET visits = visits - 1 WHERE " + ONE.format("day_total"), DAYS
    ),
    "one day's visit is another's": Alteration(
        "UPDATE day_total SET visits = visits + CASE rowid WHEN 0 THEN 1 ELSE -1 END WHERE rowid < 2", DAYS
    ),
    "a day's figure is not known": Alteration(
        "UPDATE day_total SET day = day + 1000 WHERE " + ONE.format("day_total"), DAYS
    ),
    "a day is gone": Alteration("DELETE FROM day_total WHERE " + ONE.format("day_total"), DAYS),
    "a day is there twice": Alteration(
        "INSERT INTO day_total SELECT * FROM day_total WHERE " + ONE.format("day_total"), "hits"
    ),
    "a day is there that was not": Alteration(
        "INSERT INTO day_total VALUES (1, '2001-01-01', 0, 0, 0, 0)", DAYS
    ),
    "an article has a view more": Alteration(
        "UPDATE article_day SET views = views + 1 WHERE " + ONE.format("article_day"), ARTICLES
    ),
    "an article's day is gone": Alteration(
        "DELETE FROM article_day WHERE " + ONE.format("article_day"), ARTICLES
    ),
    "an article's day is another": Alteration(
        "UPDATE article_day SET day = day + 1000 WHERE " + ONE.format("article_day"), ARTICLES
    ),
    "an article's day is another site's": Alteration(
        "UPDATE article_day SET site_id = 3 - site_id WHERE " + ONE.format("article_day"), ARTICLES
    ),
    "an article's day is another article's": Alteration(
        "UPDATE article_day SET article_id = article_id + 1000 WHERE " + ONE.format("article_day"), ARTICLES
    ),
    "an article's day is there that was not": Alteration(
        "INSERT INTO article_day VALUES (1, '2001-01-01', 1, 5)", ARTICLES
    ),
    "an article's day is there twice": Alteration(
        "INSERT INTO article_day SELECT * FROM article_day WHERE " + ONE.format("article_day"), ARTICLES
    ),
    "a page is another article": Alteration(
        "UPDATE page SET article_id = article_id + 1 WHERE target = '/tin/a' AND site_id = 1", ARTICLES
    ),
    "a page view is taken for none": Alteration("UPDATE hit SET hit_class = 'method' WHERE " + VIEW, DAYS),
    "a bot is taken for a person": Alteration(
        "UPDATE hit SET hit_class = 'page view' WHERE hit_class = 'bot'", VISITS
    ),
    "a site's days are cut in another zone": Alteration(
        "UPDATE site SET timezone = 'America/New_York' WHERE site_id = 1", DAYS
    ),
    "a site's visits have another gap": Alteration(
        "UPDATE site SET visit_gap_s = 60 WHERE site_id = 1", VISITS
    ),
    "a hit is gone": Alteration(
        "DELETE FROM hit WHERE " + ONE.format("hit"), "hits are kept or", is_mended=False
    ),
    "a hit is there twice": Alteration(
        "INSERT INTO hit SELECT * FROM hit WHERE " + ONE.format("hit"), "hits are kept or", is_mended=False
    ),
    "a hit is of another day": Alteration(
        "UPDATE hit SET logged_at = logged_at - INTERVAL 40 DAY WHERE " + ONE.format("hit"),
        DAYS,
        is_mended=False,
    ),
    "a page view is another client's": Alteration(
        "UPDATE hit SET client = 'x' WHERE " + VIEW, VISITS, is_mended=False
    ),
    "a hit is another ingest's": Alteration(
        "UPDATE hit SET ingest_id = 99 WHERE " + ONE.format("hit"), "hits are kept or", is_mended=False
    ),
    "a reject is gone": Alteration(
        "DELETE FROM reject WHERE " + ONE.format("reject"), "rejects are kept or", is_mended=False
    ),
    "a source has a line more": Alteration(
        "UPDATE source SET lines = lines + 1 WHERE source_id = 1",
        "a hit, a reject or was read before",
        is_mended=False,
    ),
    "a source has hits for rejects": Alteration(
        "UPDATE source SET hits = hits + 1, rejects = rejects - 1 WHERE source_id = 1",
        "logs' hits",
        is_mended=False,
    ),
    "a source was read further": Alteration(
        "UPDATE source SET position = position + 100 WHERE source_id = 1",
        "matches its ingests",
        is_mended=False,
    ),
    "a source is gone": Alteration("DELETE FROM source WHERE source_id = 1", "logs' hits", is_mended=False),
    "an ingest has a hit less": Alteration(
        "UPDATE ingest SET hits = hits - 1 WHERE ingest_id = 1", "hits are kept or", is_mended=False
    ),
    "an ingest began elsewhere": Alteration(
        "UPDATE ingest SET from_position = from_position + 1 WHERE ingest_id = 1", "go back", is_mended=False
    ),
    "a log ends in other bytes": Alteration(
        "UPDATE source SET tail_hash = 1 + tail_hash",
        "matches its ingests",
        is_mended=False,
    ),
    "a reject is another line": Alteration(
        "UPDATE reject SET line_number = 0", "a line of its log", is_mended=False
    ),
    "a site is logged until earlier": Alteration(
        "UPDATE site SET logged_until = logged_until - INTERVAL 1 SECOND WHERE site_id = 1", "newest hit"
    ),
    "a page is not known": Alteration(
        "DELETE FROM page WHERE " + ONE.format("page"), "no dangling references", is_mended=False
    ),
    "an ingest is gone": Alteration(
        "DELETE FROM ingest WHERE ingest_id = 1", "matches its ingests", is_mended=False
    ),
}


def test_a_store_that_nobody_touched_fits(original: Path) -> None:
    assert claims(original) == []
    rows = contents(original)  # there must be something to fit
    assert len(rows["visits"]) > 20
    assert max(row[-1] for row in rows["visits"]) > 3
    assert len(rows["day_totals"]) == len({PORTAL, MUSEUM}) * 2


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_altered_figure_is_reported_and_rebuild_repairs_it(original: Path, store: Path, name: str) -> None:
    alteration = ALTERATIONS[name]
    with opened(store) as connection:
        (changed,) = connection.execute(alteration.sql).fetchone() or (0,)
    assert changed > 0
    assert [claim for claim in claims(store) if alteration.claim in claim] != []
    if alteration.is_mended:
        recompute.rebuild(store, SETTINGS, 10)
        assert claims(store) == []
        assert figures(store) == figures(original)


def test_page_views_of_the_same_second_are_of_the_same_visit(tmp_path: Path) -> None:
    """Many to the second, in any order, before and after the gap that ends a visit."""
    random, hits, store = Random(1), [], tmp_path / "store.duckdb"
    seconds = [300 * number for number in random.sample(range(400), 60)]
    for number in range(3):
        log = tmp_path / f"{number}.log"
        views = [(f"192.0.2.{random.randrange(3)}", random.choice(seconds)) for _ in range(250)]
        log.write_bytes(
            b"".join(
                Line(client, START + timedelta(seconds=second), size=str(index)).combined()
                for index, (client, second) in enumerate(views)
            )
        )
        hits += [oracle.Hit(client, FIREFOX, START + timedelta(seconds=second)) for client, second in views]
        read_in(store, log)
    found = [(row[1], *row[3:5], row[6]) for row in contents(store, "visits")["visits"]]
    visits = oracle.visits(hits, timedelta(minutes=30))
    assert sorted(found) == sorted((visit.client, *visit[2:]) for visit in visits)
    assert len(visits) > 50


def test_verifying_writes_nothing(store: Path) -> None:
    with opened(store) as connection:
        connection.execute("DELETE FROM visit")
    before = store.read_bytes()
    claims(store)
    assert store.read_bytes() == before


def test_a_difference_names_its_site_its_day_and_both_figures(store: Path) -> None:
    with opened(store) as connection:
        connection.execute("""
            UPDATE day_total SET visits = 777
            FROM site
            WHERE site.site_id = day_total.site_id AND name = 'portal.example' AND day = '2026-11-23'""")
    rows = [row for check in recompute.verify(store, 10) for row in check.differences.rows]
    assert len(rows) == 1
    what, stored, recomputed = rows[0]
    assert PORTAL.name in what
    assert "2026-11-23" in what
    assert "777" in stored
    assert "777" not in recomputed


def test_viewers_are_the_page_views_without_what_was_viewed(original: Path) -> None:
    with Session() as session, session.reading(original, 10, views=("page_views", "viewers")):
        viewed = session.execute("SELECT site_id, logged_at, client, agent_id FROM page_views").rows
        assert sorted(session.execute("FROM viewers").rows) == sorted(viewed) != []
        with pytest.raises(duckdb.CatalogException):
            session.execute("FROM visits")


# --- Rules that changed -------------------------------------------------------------------------------

OFFICE = ("192.0.2.1/32", "2001:db8:0:1::/64")
CHANGES: dict[str, Settings] = {
    "nothing": SETTINGS,
    "a longer gap": SETTINGS._replace(sites=(PORTAL._replace(visit_gap_s=7200), MUSEUM)),
    "a shorter gap": SETTINGS._replace(sites=(PORTAL, MUSEUM._replace(visit_gap_s=900, online_window_s=300))),
    "another zone": SETTINGS._replace(sites=(PORTAL._replace(timezone="America/Los_Angeles"), MUSEUM)),
    "another first day of the week": SETTINGS._replace(sites=(PORTAL._replace(week_start="sunday"), MUSEUM)),
    "our own addresses": SETTINGS._replace(
        sites=(PORTAL._replace(internal=OFFICE), MUSEUM._replace(internal=OFFICE))
    ),
    "one portal's own addresses": SETTINGS._replace(sites=(PORTAL._replace(internal=OFFICE), MUSEUM)),
    "no loopback": SETTINGS._replace(sites=(PORTAL._replace(internal=()), MUSEUM._replace(internal=()))),
    "more assets": SETTINGS._replace(assets=(r"/tin/a",)),
    "more bots": SETTINGS._replace(bots=Bots(added=("Android",))),
    "fewer bots": SETTINGS._replace(bots=Bots(excepted=("Googlebot",))),
    "rules for articles": SETTINGS._replace(
        sites=(PORTAL._replace(articles=(ArticleRule(r"/(tin)/", "{1}", "/bai/"),)), MUSEUM)
    ),
    "an alias, and ready rules": SETTINGS._replace(
        sites=(PORTAL._replace(aliases=(("/tin/b?id=2", "/tin/a"),)), MUSEUM._replace(rules=("query-id",))),
    ),
    "all of them": Settings(
        bots=Bots(added=("Firefox",), excepted=("Googlebot",)),
        assets=(r"/tin/.*",),
        sites=(
            PORTAL._replace(visit_gap_s=60, timezone="UTC", online_window_s=60, internal=OFFICE),
            MUSEUM._replace(internal=OFFICE, rules=("query-id",), fold_case=True),
        ),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_rebuilding_by_other_rules_gives_what_reading_by_them_gives(
    tmp_path: Path, store: Path, change: str
) -> None:
    (tmp_path / "anew").mkdir()
    recompute.rebuild(store, CHANGES[change], 10)
    assert figures(store) == figures(fresh(tmp_path / "anew", CHANGES[change]))
    assert claims(store) == []


def test_rebuilding_by_the_old_rules_again_leaves_no_trace(original: Path, store: Path) -> None:
    recompute.rebuild(store, CHANGES["all of them"], 10)
    recompute.rebuild(store, SETTINGS, 10)
    assert figures(store) == figures(original)


def test_a_log_goes_on_after_rebuilding(tmp_path: Path, original: Path) -> None:
    (tmp_path / "anew").mkdir()
    (tmp_path / "old").mkdir()
    changed = CHANGES["all of them"]
    more = b"".join(replace(line, at=line.at + timedelta(hours=18)).vhost_combined() for line in lines())
    stores = []
    for folder, first in ((tmp_path / "old", SETTINGS), (tmp_path / "anew", changed)):
        store = fresh(folder, first)
        recompute.rebuild(store, changed, 10)
        (folder / "more.log").write_bytes(more)
        read_in(store, folder / "more.log", settings=changed, log_format="vhost_combined")
        stores.append(store)
    assert figures(stores[0]) == figures(stores[1])
    assert claims(stores[0]) == []


def test_an_article_added_by_rebuild_is_found_by_later_ingests(tmp_path: Path) -> None:
    store, more = fresh(tmp_path, CHANGES["more assets"]), tmp_path / "more.log"
    recompute.rebuild(store, SETTINGS, 10)
    more.write_bytes(Line(request="GET /tin/a?utm_source=new HTTP/1.1", host=PORTAL.name).vhost_combined())
    read_in(store, more, settings=SETTINGS, log_format="vhost_combined")
    with opened(store) as connection:
        articles = connection.execute(
            "SELECT site_id, count(*) FROM article WHERE identity = '/tin/a' GROUP BY ALL"
        )
        assert sorted(articles.fetchall()) == [(1, 1), (2, 1)]


def test_a_site_that_the_settings_do_not_name_keeps_its_zone_and_gap(store: Path, original: Path) -> None:
    recompute.rebuild(
        store, Settings(unlisted=config.Site(timezone="America/Los_Angeles", visit_gap_s=60)), 10
    )
    assert figures(store) == figures(original)


def test_a_rebuild_that_fails_changes_nothing(store: Path, original: Path, monkeypatch: Any) -> None:
    replaced = list(recompute.REPLACED)
    monkeypatch.setattr(recompute, "REPLACED", [*replaced[:-1], "totals/there_is_no_such_statement"])
    with pytest.raises(LogstatsError):
        recompute.rebuild(store, CHANGES["all of them"], 10)
    assert figures(store) == figures(original)
