"""The earlier period of a report: the same weekdays and the same times on the clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logstats.clock import UTC_CLOCK, Clock, local_times
from logstats.reports.compared import Compared, compared

DAY = timedelta(days=1)


instant = datetime.fromisoformat


def clock(zone: str) -> Clock:
    def ahead(instants: Sequence[datetime]) -> list[timedelta]:
        return [
            at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for at in instants
        ]

    return Clock(zone, ahead)


@pytest.mark.parametrize(
    ("since", "until", "compare", "before", "before_until"),
    [
        ("2026-11-21", "2026-11-22", "previous", "2026-11-14", "2026-11-15"),
        ("2026-11-21", "2026-11-21T10:00", "previous", "2026-11-14", "2026-11-14T10:00"),
        ("2026-11-15", "2026-11-21T10:00", "previous", "2026-11-08", "2026-11-14T10:00"),
        ("2026-11-15", "2026-11-22", "previous", "2026-11-08", "2026-11-15"),
        ("2026-11-14", "2026-11-21T10:00", "previous", "2026-11-07", "2026-11-14T10:00"),
        ("2026-11-13", "2026-11-21T10:00", "previous", "2026-10-30", "2026-11-07T10:00"),
        ("2026-11-01", "2026-11-22", "previous", "2026-10-11", "2026-11-01"),
        ("2026-11-21T09:00", "2026-11-21T10:00", "previous", "2026-11-14T09:00", "2026-11-14T10:00"),
        ("2026-11-21", "2026-11-22", "year", "2025-11-22", "2025-11-23"),
        ("2025-11-01", "2026-11-01", "year", "2023-11-04", "2024-11-03"),
    ],
)
def test_the_earlier_period(since: str, until: str, compare: str, before: str, before_until: str) -> None:
    found = compared(instant(since), instant(until), UTC_CLOCK, compare)
    assert (found.before, found.before_until) == (instant(before), instant(before_until))


@pytest.mark.parametrize(
    ("since", "until", "compare"),
    [
        (datetime(2026, 11, 20), datetime(2026, 11, 21), "none"),
        (datetime.min, datetime(2026, 11, 21), "previous"),
        (datetime(2026, 11, 20), datetime(2026, 11, 20), "previous"),
        (datetime(1, 1, 3), datetime(1, 1, 4), "previous"),
    ],
)
def test_there_is_none(since: datetime, until: datetime, compare: str) -> None:
    assert compared(since, until, UTC_CLOCK, compare) == Compared()


@given(
    since=st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1)),
    length=st.timedeltas(timedelta(minutes=1), 500 * DAY),
    compare=st.sampled_from(["previous", "year"]),
)
@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/Santiago"])
def test_it_has_the_same_weekdays_and_times(
    zone: str, since: datetime, length: timedelta, compare: str
) -> None:
    """Also where the clock is put back or forward in between; a time that it skips is the next one."""
    until = since + length
    found = compared(since, until, clock(zone), compare)
    assert found.before < found.before_until < since + DAY
    local = local_times([since, until, found.before, found.before_until], clock(zone))
    shown = local[until].replace(tzinfo=None) - local[since].replace(tzinfo=None)
    assert found.before_days >= shown.days
    for at, earlier in ((since, found.before), (until, found.before_until)):
        moved = local[at].replace(tzinfo=None) - local[earlier].replace(tzinfo=None)
        assert abs(moved - found.before_days * DAY) <= timedelta(hours=1)
        assert local[at].weekday() == local[earlier].weekday()
    assert found.before_days % 7 == 0
