"""Dates, times and spans as users write them, and instants on a zone's clock.

An instant is a naive UTC datetime, as in the store. Offsets come only from DuckDB's zone database, by which
the statements divide time into days. With another database, such as that of Python's zoneinfo, a date could
begin an hour away from the stored day.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

from logstats.errors import UnknownZoneError, UsageError

_SPAN = re.compile(r"^([0-9]+)\s*(min|h|d|w|mo|y)\Z")
_DATE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_UNIT = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_ELAPSED = ("min", "h")  # units of elapsed time; the others are of local calendar days
_MONTHS = {"mo": 1, "y": 12}
_AMBIGUOUS = re.compile(
    r"^([0-9]+)\s*m\Z", re.IGNORECASE
)  # minutes elsewhere, months to who reads --by month
_WORDS = {"today": 0, "yesterday": 1}  # a local day: how many days back it is
_DAY = timedelta(days=1)
INSTANT_FORMS = (
    "a date (2026-11-23), a time (2026-11-23T10:00), today, yesterday or a span back (7d, 12h, 1mo)"
)

_ZONE_NAME = re.compile(r"(?!SystemV/)[A-Z][\w+-]*(?:/[A-Z][\w+-]*)*", re.ASCII)
_POSIX_ZONE = re.compile(r"[A-Z]+[+-]?\d")  # TZ=JST-9 and the like
_IANA_WITH_DIGITS = ("GMT0", "GMT+0", "GMT-0", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT")
_NOT_IANA = (
    # names that DuckDB accepts and the IANA database does not have: DuckDB's BST is Dhaka's time
    *("ACT", "AET", "AGT", "ART", "AST", "BET", "BST", "CAT", "CNT", "CST", "CTT", "EAT", "ECT", "IET"),
    *("IST", "JST", "MIT", "NET", "NST", "PLT", "PNT", "PRT", "PST", "SST", "VST"),
)


class Clock(NamedTuple):
    """A zone's clock: `ahead` returns its offset from UTC at each of the given instants."""

    zone: str
    ahead: Callable[[Sequence[datetime]], Sequence[timedelta]]


UTC_CLOCK = Clock("UTC", lambda instants: [timedelta(0)] * len(instants))


def parse_instant(text: str, clock: Clock, at: datetime, *, end_of_day: bool = False) -> datetime:
    """Return the instant of a text on a clock; spans count back from `at`.

    A date, `today` or `yesterday` is its first moment, with `end_of_day` the first moment of the next day. A
    span of days or longer goes back to the first moment of a local day. Raise UsageError for any other text.
    """
    if match := _AMBIGUOUS.match(text):
        number = match[1]
        raise UsageError(f"'{text}' can be minutes or months; write {number}min or {number}mo")
    try:
        if text in _WORDS:
            day = local_time(at, clock).date() - _DAY * _WORDS[text]
            return _day_start(day + timedelta(days=end_of_day), clock)
        if span := _SPAN.match(text):
            return _back(int(span[1]), span[2], clock, at)
        if not _DATE.match(text):
            return _parse_time(text, clock)
        return _day_start(date.fromisoformat(text) + timedelta(days=end_of_day), clock)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"'{text}' is not a date or time; use {INSTANT_FORMS}") from error


def is_elapsed_time(text: str) -> bool:
    """Whether the instant of a text moves with the time of day: a span of hours or minutes does."""
    span = _SPAN.match(text)
    return span is not None and span[2] in _ELAPSED


def valid_zone(name: str) -> str:
    """Return the name if it has the form of an IANA zone name; raise UnknownZoneError otherwise.

    DuckDB checks that the zone exists when a statement first uses it.
    """
    is_posix = _POSIX_ZONE.match(name) and name not in _IANA_WITH_DIGITS
    if _ZONE_NAME.fullmatch(name) and not is_posix and name not in _NOT_IANA:
        return name
    raise UnknownZoneError(name)


def utc_now() -> datetime:
    """Return the current instant as the store keeps instants: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def local_times(instants: Iterable[datetime], clock: Clock) -> dict[datetime, datetime]:
    """Return each instant as the clock shows it, with its offset; in UTC beyond the years 1 to 9999."""
    minute_of = {
        at: at.replace(second=0, microsecond=0) for at in instants
    }  # offsets change at whole minutes
    minutes = sorted(set(minute_of.values()))
    offsets = dict(zip(minutes, clock.ahead(minutes), strict=True)) if minutes else {}
    return {at: _with_offset(at, offsets[minute]) for at, minute in minute_of.items()}


def local_time(at: datetime, clock: Clock) -> datetime:
    """Return one instant as the clock shows it, with its offset."""
    return local_times([at], clock)[at]


def _with_offset(at: datetime, offset: timedelta) -> datetime:
    in_utc = at.replace(tzinfo=UTC)
    try:
        return in_utc.astimezone(timezone(offset))
    except OverflowError:
        return in_utc


def _back(count: int, unit: str, clock: Clock, at: datetime) -> datetime:
    """Return the instant a span before `at`; days are local calendar days, hours and minutes elapsed time."""
    if unit in _MONTHS:
        return _day_start(_months_before(local_time(at, clock).date(), count * _MONTHS[unit]), clock)
    span = timedelta(**{_UNIT[unit]: count})
    return _day_start(local_time(at, clock).date() - span, clock) if unit in "dw" else at - span


def _months_before(day: date, months: int) -> date:
    """Return the same day of an earlier month, or the last one of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    longest = (date(year, month + 2, 1) if month < 11 else date(year + 1, 1, 1)) - _DAY  # noqa: PLR2004
    return date(year, month + 1, min(day.day, longest.day))


def _parse_time(text: str, clock: Clock) -> datetime:
    parsed = datetime.fromisoformat(text)
    return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else _first(parsed, clock)


def _day_start(day: date, clock: Clock) -> datetime:
    return _first(datetime.combine(day, time.min), clock)


def _first(local: datetime, clock: Clock) -> datetime:
    """Return the first instant at which the clock shows a local time, or a later one if it skips that time.

    The offsets a day before and a day after give two candidates at most, since no clock changes twice within
    two days. The earlier one is right, unless the clock has not reached the local time at it.
    """
    around = (max(local, datetime.min + _DAY) - _DAY, min(local, datetime.max - _DAY) + _DAY)
    first, *others = sorted({local - offset for offset in clock.ahead(around)})
    if others and first + clock.ahead([first])[0] < local:
        return others[0]
    return first
