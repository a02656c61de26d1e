"""The period of a report in words, as a terminal shows it above the table."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from logstats.clock import local_times
from logstats.store.as_of import AsOf
from logstats.store.statements import Query

_MOMENT = timedelta(microseconds=1)


def in_words(query: Query, params: Mapping[str, Any], as_of: AsOf) -> str:
    """Return the local days of a report's period, such as `15 to 21 Nov 2026`; times, where it is of hours.

    A report of one instant has that instant, and one that is of no time ''.
    """
    if "since" not in {param.name for param in query.params}:
        return f"{_time(_local(as_of.at, as_of))}" if "$at" in query.reads else ""
    first, until = params["since"], params["until"]
    last = _local(min(until - _MOMENT, as_of.at), as_of)
    if first == datetime.min:
        return f"up to {_day(last.date())}"
    begin = _local(first, as_of)
    is_of_days = begin.time() == time() and (until > as_of.at or _local(until, as_of).time() == time())
    return days(begin.date(), last.date()) if is_of_days else f"{_time(begin)} to {_time(last)}"


def days(first: date, last: date) -> str:
    """Return a period of days, with the month and the year once where both days have them."""
    if first == last:
        return _day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {_day(last)}"
    begin = f"{first.day} {first:%b}" if first.year == last.year else _day(first)
    return f"{begin} to {_day(last)}"


def _local(at: datetime, as_of: AsOf) -> datetime:
    return local_times([at], as_of.clock)[at]


def _day(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"


def _time(at: datetime) -> str:
    return f"{_day(at.date())} {at:%H:%M}"
