"""The earlier period that a report compares its own with: the same weekdays, until the same time of day."""

from datetime import datetime, timedelta
from typing import NamedTuple

from logstats.clock import Clock, local_times, parse_instant

PREVIOUS, YEAR, NONE = "previous", "year", "none"
COMPARE = "compare"  # the parameter of a report that compares
_STEP_DAYS = {
    # a value of --compare: the period is moved back by a multiple of so many days
    PREVIOUS: 7,  # an article is read at other hours on another weekday
    YEAR: 364,  # the same weekday a year ago
}


class Compared(NamedTuple):
    """The earlier period: its start and end (UTC), and by how many local days it is earlier.

    A report that does not compare, or whose own period has no start, has a period without an instant.
    """

    before: datetime = datetime.min
    before_until: datetime = datetime.min
    before_days: int = 0


def compared(since: datetime, until: datetime, clock: Clock, compare: str) -> Compared:
    """Return the period that one from `since` to `until` (UTC) is compared with, by the value of --compare.

    Both ends are moved back by the same number of days on the clock, so a period that ends at 10:00 is
    compared with one that ends at 10:00. It is the smallest that is not less than the length in whole days:
    a span such as 7d, which begins at midnight and ends now, is compared with that of a week ago.
    """
    if compare not in _STEP_DAYS or since == datetime.min or until <= since:
        return Compared()
    local = local_times([since, until], clock)
    length = local[until].replace(tzinfo=None) - local[since].replace(tzinfo=None)
    days = days_back(length.days, compare)
    try:
        before, before_until = (_moved(local[at], days, clock) for at in (since, until))
    except OverflowError:
        return Compared()
    return Compared(before, before_until, days)


def days_back(length: int, compare: str) -> int:
    """Return by how many days a period of `length` whole days is moved back, by a value that compares."""
    step = _STEP_DAYS[compare]
    return max(1, -(-length // step)) * step


def _moved(at: datetime, days: int, clock: Clock) -> datetime:
    """Return the instant at which the clock showed the same time that many days earlier."""
    earlier = at.replace(tzinfo=None) - timedelta(days=days)
    return parse_instant(earlier.isoformat(), clock, earlier)
