"""The instants that people write, and how they are shown: dates, times, `7d`, on a zone's clock.

An instant is a naive UTC datetime, as the store keeps it. What a clock shows the store alone says:
its statements cut days by their own zone database, and by another one a date that somebody writes
could begin an hour away from that day. Python's is asked for names only.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from logstats.errors import UsageError

_AGO = re.compile(r"^(\d+)\s*(m|h|d|w)$")
_DATE = re.compile(r"^\d{4}-\d\d-\d\d$")
_UNIT = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY = timedelta(days=1)
INSTANT_FORMS = "a date (2026-11-23), a time (2026-11-23T10:00) or a span back (7d, 12h)"

_ZONES = Path("/usr/share/zoneinfo")
_ZONE_MARK = b"TZif"
_NAME = re.compile(r"\w[\w+-]*(?:/\w[\w+-]*)*", re.ASCII)
# files among the zones of some machines that are no zone's name
_NO_NAME = re.compile(r"localtime$|posixrules$|(?:posix|right)/")


class Clock(NamedTuple):
    """A zone's clock: `ahead` tells how far it is ahead of UTC at each of some instants."""

    zone: str
    ahead: Callable[[Sequence[datetime]], Sequence[timedelta]]


UTC_CLOCK = Clock("UTC", lambda instants: [timedelta(0)] * len(instants))


def parse_instant(text: str, clock: Clock, at: datetime, *, end_of_day: bool = False) -> datetime:
    """Return the instant that a text means on a clock; spans count back from `at`.

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
        raise UsageError(f"«{text}» is no time; write {INSTANT_FORMS}") from error


def valid_zone(name: str) -> str:
    """Return the name of a zone, such as Asia/Ho_Chi_Minh; raise UsageError where there is none such.

    Python knows the names without a database at hand. One that it knows and the store's DuckDB does
    not is refused where its clock is first asked.
    """
    if not _NO_NAME.match(name) and (_is_here(name) or _is_known(name)):
        return name
    raise UsageError(f"no time zone «{name}»; write one like Asia/Ho_Chi_Minh")


def _is_here(name: str) -> bool:
    """Whether this machine has a file of the zone, as most have: to ask Python is 1 % of a cron run."""
    if not _NAME.fullmatch(name):
        return False
    try:
        with (_ZONES / name).open("rb") as file:
            return file.read(len(_ZONE_MARK)) == _ZONE_MARK
    except OSError:
        return False


def _is_known(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - see above

    try:
        return ZoneInfo(name).key == name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def local_times(instants: Iterable[datetime], clock: Clock) -> dict[datetime, datetime]:
    """Return each instant as the clock shows it, with its offset; as in UTC beyond the calendar's ends."""
    minute_of = {at: at.replace(second=0, microsecond=0) for at in instants}  # clocks turn at whole ones
    minutes = sorted(set(minute_of.values()))
    ahead = dict(zip(minutes, clock.ahead(minutes), strict=True)) if minutes else {}
    return {at: _shown(at, ahead[minute]) for at, minute in minute_of.items()}


def local_time(at: datetime, clock: Clock) -> datetime:
    """Return one instant as the clock shows it."""
    return local_times([at], clock)[at]


def _shown(at: datetime, ahead: timedelta) -> datetime:
    told = at.replace(tzinfo=UTC)
    try:
        return told.astimezone(timezone(ahead))
    except OverflowError:
        return told


def _back(span: timedelta, unit: str, clock: Clock, at: datetime) -> datetime:
    """Go back from `at`: days on the local calendar, hours and minutes as they pass."""
    return _day_start(local_time(at, clock).date() - span, clock) if unit in "dw" else at - span


def _time(text: str, clock: Clock) -> datetime:
    told = datetime.fromisoformat(text)
    return told.astimezone(UTC).replace(tzinfo=None) if told.tzinfo else _first(told, clock)


def _day_start(day: date, clock: Clock) -> datetime:
    return _first(datetime.combine(day, time.min), clock)


def _first(told: datetime, clock: Clock) -> datetime:
    """Return the first instant at which the clock shows a local time, or a later one where it skips that.

    The offsets of a day before and a day behind make two instants of it at most, since no clock turns
    twice within two days. The earlier one is right, unless the clock is still short of that time then.
    """
    around = (max(told, datetime.min + _DAY) - _DAY, min(told, datetime.max - _DAY) + _DAY)
    first, *others = sorted({told - ahead for ahead in clock.ahead(around)})
    if others and first + clock.ahead([first])[0] < told:
        return others[0]
    return first
