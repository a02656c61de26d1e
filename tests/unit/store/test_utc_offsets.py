"""Local times by offsets are those of DuckDB's zones, at any instant of a day that a site has hits of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random

import pytest

from logstats.store import Session

FIRST, LAST = date(1970, 1, 1), date(2099, 12, 31)
STORE = """
    CREATE TEMP TABLE zone AS
    SELECT row_number() OVER (ORDER BY name) AS site_id, name AS timezone
    FROM (SELECT DISTINCT name FROM pg_timezone_names());
    ATTACH ':memory:' AS store;
    CREATE TABLE store.site AS SELECT * FROM zone WHERE site_id % 7 = {seventh};
    CREATE TABLE store.day_total AS
    SELECT site_id, unnest([DATE '{first}', DATE '{last}']) AS day FROM store.site
"""
WRONG = """
    SELECT site.timezone, probe.at
    FROM store.site AS site
    CROSS JOIN (SELECT unnest($instants) AS at) AS probe
    LEFT JOIN utc_offsets
        ON utc_offsets.site_id = site.site_id
        AND probe.at >= utc_offsets.from_at
        AND probe.at < utc_offsets.until_at
    WHERE probe.at + utc_offsets.utc_offset
        IS DISTINCT FROM probe.at AT TIME ZONE 'UTC' AT TIME ZONE site.timezone
"""
CHANGES = """
    SELECT DISTINCT unnest([from_at - INTERVAL 1 MICROSECOND, from_at, from_at - INTERVAL 1 SECOND]) AS at
    FROM utc_offsets
    WHERE from_at > TIMESTAMP '1970-01-01'
"""


@contextmanager
def made(seventh: int, first: date = FIRST, last: date = LAST) -> Iterator[Session]:
    """Make the offsets of a seventh of all zones, for sites with hits from a day to another one."""
    with Session() as session:
        for statement in STORE.format(seventh=seventh, first=first, last=last).split(";"):
            session.execute(statement)
        session.run("store/utc_offsets")
        yield session


@pytest.mark.parametrize("seventh", range(7))
def test_each_zone_has_its_offsets_from_1970_to_2099(seventh: int) -> None:
    chance = Random(seventh)
    days = (LAST - FIRST).days
    instants = [
        datetime(1970, 1, 1) + timedelta(days=chance.randrange(days), seconds=chance.randrange(86_400))
        for _ in range(2_000)
    ]
    with made(seventh) as session:
        instants += [row[0] for row in session.execute(CHANGES).rows]
        assert session.execute(WRONG, {"instants": instants}).rows == ()


@pytest.mark.parametrize("seventh", range(7))
def test_the_first_and_the_last_day_with_hits_have_their_changes(seventh: int) -> None:
    first, last = date(2026, 3, 29), date(2026, 10, 25)  # clocks change in Europe
    around = [datetime(2026, 3, 28), datetime(2026, 10, 24)]
    instants = [day + timedelta(minutes=minute) for day in around for minute in range(0, 2 * 1440, 7)]
    with made(seventh, first, last) as session:
        assert session.execute(WRONG, {"instants": instants}).rows == ()


def test_a_site_without_hits_has_an_offset_for_all_time() -> None:
    with made(0) as session:
        session.execute("DELETE FROM store.day_total")
        session.run("store/utc_offsets")
        sites = session.execute("SELECT count(*) FROM store.site").value()
        bounds = session.execute(
            "SELECT count(DISTINCT site_id), min(from_at), max(until_at) FROM utc_offsets"
        )
    assert bounds.rows == ((sites, datetime(1, 1, 1), datetime(9999, 12, 31)),)
