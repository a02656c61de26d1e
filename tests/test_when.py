"""What people write for an instant: dates, times and spans, on a clock that may jump."""

import contextlib
from datetime import datetime, timedelta

import pytest

from logstats import when
from logstats.errors import UsageError

AT = datetime(2026, 11, 21, 3)  # 10:00 on Saturday, 21 November, in Việt Nam
HANOI, PARIS = "Asia/Ho_Chi_Minh", "Europe/Paris"

GOOD = [
    # what is written, where, what it means in UTC
    ("2026-11-23", HANOI, "2026-11-22 17:00"),
    ("2026-11-23", "UTC", "2026-11-23 00:00"),
    ("2026-11-23T10:00", HANOI, "2026-11-23 03:00"),
    ("2026-11-23 10:00:30", HANOI, "2026-11-23 03:00:30"),
    ("2026-11-23T10:00Z", HANOI, "2026-11-23 10:00"),
    ("2026-11-23T10:00+05:30", HANOI, "2026-11-23 04:30"),
    ("90m", HANOI, "2026-11-21 01:30"),
    ("12h", HANOI, "2026-11-20 15:00"),
    ("0d", HANOI, "2026-11-20 17:00"),  # today's first moment
    ("7d", HANOI, "2026-11-13 17:00"),
    ("7 d", HANOI, "2026-11-13 17:00"),
    ("1w", HANOI, "2026-11-13 17:00"),
    ("30d", "UTC", "2026-10-22 00:00"),
    ("2026-03-29", PARIS, "2026-03-28 23:00"),  # summer begins at 2 that night
    ("2026-03-30", PARIS, "2026-03-29 22:00"),
    ("2026-03-29T02:30", PARIS, "2026-03-29 01:30"),  # was never shown: as if winter had gone on
    ("2026-10-25T02:30", PARIS, "2026-10-25 00:30"),  # was shown twice: the first
    ("2018-11-04", "America/Sao_Paulo", "2018-11-04 03:00"),  # that day began at 1
    ("2026-11-01", "America/Havana", "2026-11-01 04:00"),  # midnight was shown twice: the first
]
UNTIL = [
    # the same at the end of a period: a date includes its day, anything else is as before
    ("2026-11-23", HANOI, "2026-11-23 17:00"),
    ("2026-11-23T10:00", HANOI, "2026-11-23 03:00"),
    ("7d", HANOI, "2026-11-13 17:00"),
    ("2026-03-29", PARIS, "2026-03-29 22:00"),  # a day of 23 hours
    ("2026-10-25", PARIS, "2026-10-25 23:00"),  # and one of 25
    ("2026-12-31", HANOI, "2026-12-31 17:00"),
]
BAD = [
    "", " ", "yesterday", "7", "d", "-7d", "7 days", "1.5h", "7y", "10:00", "2026", "2026-11", "2026-11-31",
    "2026-13-01", "2026-02-29", "23/11/2026", "2026-11-23T25:00", "2026-11-23T10:00 Asia/Tokyo",
]  # fmt: skip
EXTREME = ["99999999d", "99999999999999999999w", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-01:00"]


@pytest.mark.parametrize(("text", "zone", "utc"), GOOD)
def test_an_instant(text: str, zone: str, utc: str) -> None:
    assert when.instant(text, when.zone(zone), AT) == datetime.fromisoformat(utc)


@pytest.mark.parametrize(("text", "zone", "utc"), UNTIL)
def test_an_instant_at_the_end_of_a_period(text: str, zone: str, utc: str) -> None:
    assert when.instant(text, when.zone(zone), AT, end_of_day=True) == datetime.fromisoformat(utc)


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_instant_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        when.instant(text, when.zone(HANOI), AT)
    assert f"«{text}»" in str(refused.value)
    assert all(form in str(refused.value) for form in ("2026-11-23", "2026-11-23T10:00", "7d", "12h"))


@pytest.mark.parametrize("text", EXTREME)
def test_an_instant_beyond_the_calendar_is_refused_or_the_calendars_end(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert when.instant(text, when.zone(HANOI), AT, end_of_day=True).year in (1, 9999)


@pytest.mark.parametrize("hour", [0, 1, 12, 23])
def test_days_back_are_days_on_the_clock_also_over_a_change_of_it(hour: int) -> None:
    """At any hour of 30 March seven days back is 23 March, though the 29th had only 23 hours."""
    at = datetime(2026, 3, 29, 22) + timedelta(hours=hour)
    assert when.local(at, when.zone(PARIS)).hour == hour
    assert when.instant("7d", when.zone(PARIS), at) == datetime(2026, 3, 22, 23)


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Olympus", "Asia", "asia/nowhere", "+07:00", "../../etc/passwd", "/etc/localtime", "a\0b"],
)
def test_what_is_no_zone_is_refused_with_what_to_write(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        when.zone(name)
    assert f"«{name}»" in str(refused.value)
    assert "Asia/Ho_Chi_Minh" in str(refused.value)


def test_an_instant_on_a_zones_clock_has_its_offset() -> None:
    assert when.local(AT, when.zone(HANOI)).isoformat() == "2026-11-21T10:00:00+07:00"
    assert when.local(datetime(2026, 7, 1), when.zone(PARIS)).isoformat() == "2026-07-01T02:00:00+02:00"
