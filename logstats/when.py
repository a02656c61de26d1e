"""The instants that people write: dates, times, `7d`, `now`, `last`, in a zone.

An instant is a naive UTC datetime, as the store keeps it.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from logstats.errors import UsageError

_AGO = re.compile(r"^(\d+)\s*(m|h|d|w)$")
_UNIT = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
FORMS = "a date (2026-11-23), a time (2026-11-23T10:00) or a span back (7d, 12h)"


def instant(text: str, clock: ZoneInfo, at: datetime, *, end_of_day: bool = False) -> datetime:
    """Return the instant that a text means in a zone; spans count back from `at`.

    A date means its first moment, and with `end_of_day` the first moment of the day after. A span
    of days or weeks goes back to the first moment of a local day.
    """
    span = _AGO.match(text)
    if span:
        back = at - timedelta(**{_UNIT[span[2]]: int(span[1])})
        return _day_start(local(back, clock).date(), clock) if span[2] in "dw" else back
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _time(text, clock)
    return _day_start(day + timedelta(days=1) if end_of_day else day, clock)


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


def _time(text: str, clock: ZoneInfo) -> datetime:
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"«{text}» is no time; write {FORMS}") from error
    return _utc(told if told.tzinfo else told.replace(tzinfo=clock))


def _day_start(day: date, clock: ZoneInfo) -> datetime:
    return _utc(datetime.combine(day, time.min, clock))


def _utc(told: datetime) -> datetime:
    return told.astimezone(UTC).replace(tzinfo=None)
