"""The instants that people write: dates, times, `7d`, `now`, `last`, in a zone.

An instant is a naive UTC datetime, as the store keeps it.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from logstats.errors import UsageError

_AGO = re.compile(r"^(\d+)\s*(m|h|d|w)$")
_DATE = re.compile(r"^\d{4}-\d\d-\d\d$")
_UNIT = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
FORMS = "a date (2026-11-23), a time (2026-11-23T10:00) or a span back (7d, 12h)"


def instant(text: str, clock: ZoneInfo, at: datetime, *, end_of_day: bool = False) -> datetime:
    """Return the instant that a text means in a zone; spans count back from `at`.

    A date means its first moment, and with `end_of_day` the first moment of the day after. A span
    of days or weeks goes back to the first moment of a local day.
    """
    try:
        span = _AGO.match(text)
        if span:
            return _back(timedelta(**{_UNIT[span[2]]: int(span[1])}), span[2], clock, at)
        if not _DATE.match(text):
            return _time(text, clock)
        return _day_start(date.fromisoformat(text) + timedelta(days=end_of_day), clock)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"«{text}» is no time; write {FORMS}") from error


@cache
def zone(name: str) -> ZoneInfo:
    """Return a time zone by its name, such as Asia/Ho_Chi_Minh; raise UsageError for no such one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"no time zone «{name}»; write one like Asia/Ho_Chi_Minh") from error


def local(at: datetime, clock: ZoneInfo) -> datetime:
    """Return an instant as the zone's clock shows it, with its offset."""
    return at.replace(tzinfo=UTC).astimezone(clock)


def _back(span: timedelta, unit: str, clock: ZoneInfo, at: datetime) -> datetime:
    """Go back from `at`: days on the local calendar, hours and minutes as they pass."""
    return _day_start(local(at, clock).date() - span, clock) if unit in "dw" else at - span


def _time(text: str, clock: ZoneInfo) -> datetime:
    told = datetime.fromisoformat(text)
    return _utc(told if told.tzinfo else told.replace(tzinfo=clock))


def _day_start(day: date, clock: ZoneInfo) -> datetime:
    return _utc(datetime.combine(day, time.min, clock))


def _utc(told: datetime) -> datetime:
    return told.astimezone(UTC).replace(tzinfo=None)
