"""What people write for an instant: dates, times and spans, on a clock that may jump."""

import contextlib
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import examples

from logstats.clock import (
    UTC_CLOCK,
    Clock,
    is_elapsed_time,
    local_time,
    local_times,
    parse_instant,
    valid_zone,
)
from logstats.errors import UnknownZoneError, UsageError
from logstats.printable import escaped
from logstats.store import Session

AT = datetime(2026, 11, 21, 3)  # 10:00 on Saturday, 21 November, in Việt Nam
HANOI, PARIS, HAVANA, APIA = "Asia/Ho_Chi_Minh", "Europe/Paris", "America/Havana", "Pacific/Apia"

GOOD = [
    # what is written, where, what it means in UTC; jumps are of years that are over, whose rules stay
    ("2026-11-23", HANOI, "2026-11-22 17:00"),
    ("2026-11-23", "UTC", "2026-11-23 00:00"),
    ("2026-11-23T10:00", HANOI, "2026-11-23 03:00"),
    ("2026-11-23 10:00:30", HANOI, "2026-11-23 03:00:30"),
    ("2026-11-23T10:00Z", HANOI, "2026-11-23 10:00"),
    ("2026-11-23T10:00+05:30", HANOI, "2026-11-23 04:30"),
    ("90min", HANOI, "2026-11-21 01:30"),
    ("today", HANOI, "2026-11-20 17:00"),
    ("yesterday", HANOI, "2026-11-19 17:00"),
    ("1mo", HANOI, "2026-10-20 17:00"),
    ("9 mo", HANOI, "2026-02-20 17:00"),
    ("1y", HANOI, "2025-11-20 17:00"),
    ("12h", HANOI, "2026-11-20 15:00"),
    ("0d", HANOI, "2026-11-20 17:00"),  # today's first moment
    ("7d", HANOI, "2026-11-13 17:00"),
    ("7 d", HANOI, "2026-11-13 17:00"),
    ("1w", HANOI, "2026-11-13 17:00"),
    ("30d", "UTC", "2026-10-22 00:00"),
    ("2024-03-31T01:59:59.999999", PARIS, "2024-03-31 00:59:59.999999"),
    ("2024-03-31T02:30", PARIS, "2024-03-31 01:30"),  # was never shown: as if winter had gone on
    ("2024-03-31T03:00", PARIS, "2024-03-31 01:00"),
    ("2024-10-27T01:59", PARIS, "2024-10-26 23:59"),
    ("2024-10-27T02:30", PARIS, "2024-10-27 00:30"),  # was shown twice: the first
    ("2024-10-27T03:00", PARIS, "2024-10-27 02:00"),
    ("2011-12-30T23:00", APIA, "2011-12-31 09:00"),  # late on the day that was left out
]
MOVING = {"90min", "12h"}  # of those above: what another time of the day means another instant by
DAYS = [
    # a day, where, the first moment of it, the first moment of the next one
    ("2026-11-23", HANOI, "2026-11-22 17:00", "2026-11-23 17:00"),
    ("2026-12-31", HANOI, "2026-12-30 17:00", "2026-12-31 17:00"),
    ("2024-03-31", PARIS, "2024-03-30 23:00", "2024-03-31 22:00"),  # 23 hours: forward at 2
    ("2024-10-27", PARIS, "2024-10-26 22:00", "2024-10-27 23:00"),  # 25 hours: back at 3
    ("2024-03-09", HAVANA, "2024-03-09 05:00", "2024-03-10 05:00"),
    ("2024-03-10", HAVANA, "2024-03-10 05:00", "2024-03-11 04:00"),  # begins at 1: no midnight
    ("2024-11-02", HAVANA, "2024-11-02 04:00", "2024-11-03 04:00"),
    ("2024-11-03", HAVANA, "2024-11-03 04:00", "2024-11-04 05:00"),  # has midnight twice
    ("2018-11-04", "America/Sao_Paulo", "2018-11-04 03:00", "2018-11-05 02:00"),  # begins at 1
    ("2018-02-17", "America/Sao_Paulo", "2018-02-17 02:00", "2018-02-18 03:00"),  # its 23rd hour twice
    ("2010-11-07", "America/St_Johns", "2010-11-07 02:30", "2010-11-08 03:30"),  # back at 0:01
    ("2024-04-07", "Australia/Lord_Howe", "2024-04-06 13:00", "2024-04-07 13:30"),  # half an hour back
    ("2018-05-04", "Asia/Pyongyang", "2018-05-03 15:30", "2018-05-04 15:00"),  # from 23:30 to midnight
    ("2011-12-29", APIA, "2011-12-29 10:00", "2011-12-30 10:00"),
    ("2011-12-30", APIA, "2011-12-30 10:00", "2011-12-30 10:00"),  # was left out
    ("2011-12-31", APIA, "2011-12-30 10:00", "2011-12-31 10:00"),
]
UNTIL = [
    # at the end of a period anything but a date means what it means at its beginning
    ("2026-11-23T10:00", HANOI, "2026-11-23 03:00"),
    ("7d", HANOI, "2026-11-13 17:00"),
    ("yesterday", HANOI, "2026-11-20 17:00"),
    ("today", HANOI, "2026-11-21 17:00"),
]
SHORTER = [
    # a day in UTC, months back, the first moment of the day then
    ("2026-03-31", "1mo", "2026-02-28"),
    ("2024-03-31", "1mo", "2024-02-29"),
    ("2024-02-29", "1y", "2023-02-28"),
    ("2026-01-31", "2mo", "2025-11-30"),
    ("2026-12-31", "12mo", "2025-12-31"),
]
BAD = [
    "", " ", "tomorrow", "Today", "7", "d", "-7d", "7 days", "1.5h", "7a", "10:00", "2026", "2026-11",
    "2026-11-31", "2026-13-01", "2026-02-29", "23/11/2026", "2026-11-23T25:00",
    "2026-11-23T10:00 Asia/Tokyo",
]  # fmt: skip
EXTREME = [
    "99999y",
    "999999999999mo",
    "99999999d",
    "99999999999999999999w",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59-01:00",
]


@pytest.mark.parametrize("text", dict.fromkeys(row[0] for row in GOOD))
def test_only_hours_and_minutes_move_with_the_time_of_day(text: str) -> None:
    instants = {parse_instant(text, UTC_CLOCK, AT.replace(hour=hour)) for hour in (3, 9)}
    assert (len(instants) > 1) == is_elapsed_time(text) == (text in MOVING)


@pytest.mark.parametrize(("text", "zone", "utc"), GOOD)
def test_an_instant(text: str, zone: str, utc: str, session: Session) -> None:
    assert parse_instant(text, session.clock(zone), AT) == datetime.fromisoformat(utc)


@pytest.mark.parametrize(("day", "zone", "first", "after"), DAYS)
def test_a_day_is_from_its_first_moment_to_the_next_days(
    day: str, zone: str, first: str, after: str, session: Session
) -> None:
    clock = session.clock(zone)
    assert parse_instant(day, clock, AT) == datetime.fromisoformat(first)
    assert parse_instant(day, clock, AT, end_of_day=True) == datetime.fromisoformat(after)


@pytest.mark.parametrize(("text", "zone", "utc"), UNTIL)
def test_an_instant_at_the_end_of_a_period(text: str, zone: str, utc: str, session: Session) -> None:
    assert parse_instant(text, session.clock(zone), AT, end_of_day=True) == datetime.fromisoformat(utc)


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_instant_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_instant(text, UTC_CLOCK, AT)
    assert f"'{text}' is not a date or time" in str(refused.value)
    assert all(form in str(refused.value) for form in ("2026-11-23", "2026-11-23T10:00", "7d", "12h"))


@pytest.mark.parametrize(("day", "span", "expected"), SHORTER)
def test_a_month_back_is_the_same_day_or_the_last_one(day: str, span: str, expected: str) -> None:
    assert parse_instant(span, UTC_CLOCK, datetime.fromisoformat(f"{day}T10:00")) == datetime.fromisoformat(
        expected
    )


@pytest.mark.parametrize("text", ["1m", "90m", "3 M"])
def test_m_is_refused_because_it_can_be_minutes_or_months(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_instant(text, UTC_CLOCK, AT)
    number = text[:-1].strip()
    assert str(refused.value) == f"'{text}' can be minutes or months; write {number}min or {number}mo"


@pytest.mark.parametrize("text", EXTREME)
def test_an_instant_beyond_the_calendar_is_refused_or_the_calendars_end(text: str, session: Session) -> None:
    with contextlib.suppress(UsageError):
        assert parse_instant(text, session.clock(HANOI), AT, end_of_day=True).year in (1, 9999)


@pytest.mark.parametrize(("day", "zone"), [("0001-01-01", HAVANA), ("9999-12-31", HANOI)])
def test_the_calendars_first_and_last_day_are_days(day: str, zone: str, session: Session) -> None:
    clock = session.clock(zone)
    assert local_time(parse_instant(day, clock, AT), clock).isoformat()[:16] == f"{day}T00:00"


@pytest.mark.parametrize("hour", [0, 1, 12, 23])
def test_days_back_are_days_on_the_clock_also_over_a_change_of_it(hour: int, session: Session) -> None:
    """At any hour of 1 April seven days back is 25 March, though the 31st had only 23 hours."""
    at, paris = datetime(2024, 3, 31, 22) + timedelta(hours=hour), session.clock(PARIS)
    assert local_time(at, paris).hour == hour
    assert parse_instant("7d", paris, at) == datetime(2024, 3, 24, 23)


QUARTER = timedelta(minutes=15)
MONDAY = datetime(2024, 6, 3)


def made_up(offsets: Sequence[int], changes: Sequence[int]) -> Clock:
    """Return a clock with the first offset, and from each change on with the next (in quarter hours)."""
    instants = [MONDAY + quarters * QUARTER for quarters in changes]
    return Clock("Made/Up", lambda times: [QUARTER * offsets[bisect_right(instants, at)] for at in times])


@settings(max_examples=examples(300))
@given(
    offsets=st.lists(st.integers(-64, 64), min_size=3, max_size=3),
    changes=st.tuples(st.integers(0, 192), st.integers(400, 600)),
    near=st.integers(0, 1),
    away=st.integers(-130, 130),
    seconds=st.sampled_from([0, 1, 899]),
)
def test_on_any_clock_a_written_time_is_the_first_instant_that_shows_it(
    offsets: list[int], changes: tuple[int, int], near: int, away: int, seconds: int
) -> None:
    clock = made_up(offsets, changes)
    written = MONDAY + (changes[near] + away) * QUARTER + timedelta(seconds=seconds)
    instants = [written + quarters * QUARTER for quarters in range(-100, 101)]
    shown = [at + ahead for at, ahead in zip(instants, clock.ahead(instants), strict=True)]
    if written in shown:
        expected = instants[shown.index(written)]
    else:  # skipped: as if the clock had gone on as before
        before = max(index for index, local in enumerate(shown) if local < written)
        expected = written - (shown[before] - instants[before])
    assert parse_instant(written.isoformat(), clock, AT) == expected


@pytest.mark.parametrize(
    "name",
    ["", "asia/nowhere", "JST-9", "+07:00", "../../etc/passwd", "/etc/localtime", "a\0b",
     "localtime", "posixrules", "posix/Asia/Tokyo", "right/Asia/Tokyo"],
)  # fmt: skip
def test_what_is_no_zones_name_is_refused_with_what_to_write(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        valid_zone(name)
    assert f"no time zone '{escaped(name)}'" in str(refused.value)
    assert "Asia/Ho_Chi_Minh" in str(refused.value)


def test_each_name_of_the_zone_database_has_the_form_of_one() -> None:
    names = available_timezones() - {"localtime"}
    assert {valid_zone(name) for name in names} == names


@pytest.mark.parametrize("name", ["Mars/Olympus", "Asia"])
def test_a_zone_that_is_not_there_is_refused_by_the_store(name: str, session: Session) -> None:
    with pytest.raises(UnknownZoneError, match=f"no time zone '{name}'; use a name like Asia/Ho_Chi_Minh"):
        session.clock(valid_zone(name)).ahead([AT])


@pytest.mark.parametrize("name", ["BST", "VST", "GMT+7", "SystemV/PST8"])
def test_a_name_that_duckdb_alone_takes_is_refused(name: str, session: Session) -> None:
    """Some mean what nobody thinks of: to DuckDB BST is the time of Dhaka."""
    assert session.clock(name).ahead([AT])
    with pytest.raises(UsageError, match="no time zone"):
        valid_zone(name)


SHOWN = [
    # an instant, where, what the clock shows
    ("2026-11-21 03:00", HANOI, "2026-11-21T10:00:00+07:00"),
    ("2024-07-01", PARIS, "2024-07-01T02:00:00+02:00"),
    ("2024-10-27 00:59:59.999999", PARIS, "2024-10-27T02:59:59.999999+02:00"),
    ("2024-10-27 01:00", PARIS, "2024-10-27T02:00:00+01:00"),
    ("2024-11-03 05:00:07", HAVANA, "2024-11-03T00:00:07-05:00"),
    ("2011-12-30 09:59:59", APIA, "2011-12-29T23:59:59-10:00"),
    ("2011-12-30 10:00", APIA, "2011-12-31T00:00:00+14:00"),
    ("9999-12-31 23:00", HANOI, "9999-12-31T23:00:00+00:00"),  # 10000 is no year to Python
    ("0001-01-01 00:30", HAVANA, "0001-01-01T00:30:00+00:00"),
]


@pytest.mark.parametrize(("utc", "zone", "local"), SHOWN)
def test_an_instant_is_shown_on_a_zones_clock_with_its_offset(
    utc: str, zone: str, local: str, session: Session
) -> None:
    assert local_time(datetime.fromisoformat(utc), session.clock(zone)).isoformat() == local


def test_the_offsets_of_many_instants_take_one_call_and_one_lookup_a_minute(session: Session) -> None:
    lookups: list[Sequence[datetime]] = []
    paris = session.clock(PARIS)

    def ahead(instants: Sequence[datetime]) -> Sequence[timedelta]:
        lookups.append(instants)
        return paris.ahead(instants)

    clock = Clock(PARIS, ahead)
    instants = [datetime(2024, 3, 31) + timedelta(seconds=20 * number) for number in range(1000)]
    shown = local_times(instants, clock)
    assert [len(instants) for instants in lookups] == [334]
    assert shown == {at: local_time(at, paris) for at in instants}
    assert local_times([], clock) == {}
    assert len(lookups) == 1
