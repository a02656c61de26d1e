"""Local times by offsets are those of DuckDB's zones, at any instant of a day that a site has hits of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random

import pytest

from logstats.store import Session

FIRST, LAST = date(1973, 1, 1), date(2099, 12, 31)
STORE = """
    CREATE TEMP TABLE zone AS
    SELECT row_number() OVER (ORDER BY name) AS site_id, name AS timezone
    FROM (SELECT DISTINCT name FROM pg_timezone_names());
    ATTACH ':memory:' AS store;
    CREATE TABLE store.site AS SELECT * FROM zone WHERE site_id % 7 = {seventh};
    CREATE TABLE store.day_total AS
    SELECT site_id, CAST(unnest(days) AS DATE) AS day
    FROM store.site, (SELECT generate_series(DATE '{first}', DATE '{last}', INTERVAL 1 DAY) AS days)
"""
WRONG = """
    SELECT site.timezone, probe.at
    FROM store.site AS site
    CROSS JOIN (SELECT unnest($instants) AS at) AS probe
    LEFT JOIN utc_offsets
        ON utc_offsets.site_id = site.site_id
        AND utc_offsets.utc_day = CAST(probe.at AS DATE)
        AND probe.at >= utc_offsets.from_at
        AND probe.at < utc_offsets.until_at
    WHERE probe.at + utc_offsets.utc_offset
        IS DISTINCT FROM probe.at AT TIME ZONE 'UTC' AT TIME ZONE site.timezone
"""
CHANGES = """
    SELECT DISTINCT unnest([from_at - INTERVAL 1 MICROSECOND, from_at, from_at - INTERVAL 1 SECOND]) AS at
    FROM utc_offsets
    WHERE from_at <> CAST(utc_day AS TIMESTAMP)
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
def test_each_zone_has_its_offsets_from_1973_to_2099(seventh: int) -> None:
    chance = Random(seventh)
    days = (LAST - FIRST).days
    instants = [
        datetime(1973, 1, 1) + timedelta(days=chance.randrange(days), seconds=chance.randrange(86_400))
        for _ in range(2_000)
    ]
    with made(seventh) as session:
        changes = [row[0] for row in session.execute(CHANGES).rows]
        assert changes
        instants += changes
        assert session.execute(WRONG, {"instants": instants}).rows == ()


def test_a_single_day_has_the_change_within_it() -> None:
    day = date(2026, 3, 29)  # clocks change in Europe
    instants = [datetime(2026, 3, 28, 10) + timedelta(minutes=minute) for minute in range(0, 50 * 60, 7)]
    for seventh in range(7):
        with made(seventh, day, day) as session:
            assert session.execute(WRONG, {"instants": instants}).rows == ()


def test_a_line_of_a_far_day_adds_days_and_not_the_years_between() -> None:
    with made(0, date(2026, 3, 28), date(2026, 3, 28)) as session:
        session.execute("INSERT INTO store.day_total SELECT site_id, DATE '9998-12-30' FROM store.site")
        session.run("store/utc_offsets")
        days = session.execute("SELECT count(DISTINCT utc_day) FROM utc_offsets").value()
    assert days == 6
