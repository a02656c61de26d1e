"""The days of a page, its ready periods, and the period before each of them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from logstats.config.page_options import PERIODS
from logstats.reports.compared import PREVIOUS, YEAR, days_back

DAY_S = 86_400
COMPARES = (PREVIOUS, YEAR)


class Range(NamedTuple):
    """A period: the numbers of its first and its last day, from 0 for the page's first day."""

    first: int
    last: int

    def moved(self, days: int) -> "Range":
        """Return the range that many days earlier."""
        return Range(self.first - days, self.last - days)


class Calendar(NamedTuple):
    """The days of a page.

    `first` is the first one. The last one is that of `at` (on the site's clock), until then. `known` is the
    number of the first day with lines, from which on a comparison is complete.
    """

    first: date
    at: datetime
    week_start: str = "monday"
    known: int = 0

    @property
    def last(self) -> int:
        """The number of the last day."""
        return self.number(self.at.date())

    @property
    def seconds(self) -> int:
        """The seconds of the last day that the page includes."""
        return (self.at - datetime.combine(self.at.date(), time.min)) // timedelta(seconds=1) + 1

    @property
    def is_partial(self) -> bool:
        """Whether the last day is not over."""
        return self.seconds < DAY_S

    def number(self, day: date) -> int:
        """Return the number of a day."""
        return (day - self.first).days

    def day(self, number: int) -> date:
        """Return the day of a number."""
        return self.first + timedelta(days=number)

    def days_back(self, period: Range, compare: str) -> int:
        """Return by how many days a period is moved back, by the rule of the reports."""
        is_whole = not (self.is_partial and period.last == self.last)
        return days_back(period.last - period.first + is_whole, compare)

    def before(self, period: Range, compare: str) -> Range | None:
        """Return the period that another is compared with, None if its days are not all known."""
        if compare not in COMPARES:
            return None
        moved = period.moved(self.days_back(period, compare))
        return moved if moved.first >= self.known else None

    def ends_by_clock(self, period: Range) -> bool:
        """Whether the last day of the period before ends at the time of day of the report."""
        return self.is_partial and period.last == self.last

    def presets(self) -> dict[str, Range]:
        """Return the ready periods by name: those that are not longer than the page, and no two the same."""
        starts = dict(zip(PERIODS, self._starts(), strict=True))
        found: dict[str, Range] = {}
        for name, (start, end) in starts.items():
            period = Range(max(0, self.number(start)), self.last if end is None else self.number(end))
            is_known = self.number(start) >= 0 or name in ("week", "month")
            if is_known and period.first <= period.last and period not in found.values():
                found[name] = period
        return found or {"all": Range(0, self.last)}

    def _starts(self) -> Iterator[tuple[date, date | None]]:
        """Yield the first and the last day of each of PERIODS (None: the last day of the page)."""
        today = self.at.date()
        month = today.replace(day=1)
        shift = today.isoweekday() % 7 if self.week_start == "sunday" else today.weekday()
        yield today, None
        yield today - timedelta(days=shift), None
        yield today - timedelta(days=6), None
        yield month, None
        yield today - timedelta(days=29), None
        yield (month - timedelta(days=1)).replace(day=1), month - timedelta(days=1)
        yield today - timedelta(days=364), None
        yield self.first, None

    def months(self) -> dict[str, Range]:
        """Return the range of each month, the newest first."""
        found = {}
        end = self.last
        while end >= 0:
            start = self.number(self.day(end).replace(day=1))
            found[f"{self.day(end):%Y-%m}"] = Range(max(0, start), end)
            end = start - 1
        return found


def default_of(presets: Iterable[str], wanted: str) -> str:
    """Return the preset that is wanted, or the longest one where the page is too short for it."""
    names = list(presets)
    return wanted if wanted in names else names[-1]


def bins(calendar: Calendar, whole_days: int, recent_days: int) -> list[int]:
    """Return the first day of each bin of a cube.

    A bin is a day. On a page of more than `whole_days` days, those older than `recent_days` are weeks, cut
    where a month, a ready period or a period before one begins or ends, so that these are exact.
    """
    last = calendar.last
    if last < whole_days:
        return list(range(last + 1))
    old = range(max(0, last - recent_days + 1))
    cut = {number for number in old if calendar.day(number).weekday() == 0 or calendar.day(number).day == 1}
    cut |= {number for number in _edges(calendar) if 0 <= number < len(old)}
    return sorted({0, *cut, *range(len(old), last + 1)})


def _edges(calendar: Calendar) -> Iterator[int]:
    for period in calendar.presets().values():
        moved = [period.moved(calendar.days_back(period, compare)) for compare in COMPARES]
        for one in (period, *moved):
            yield from (one.first, one.last, one.last + 1)


def bin_of(starts: Sequence[int], count: int) -> list[int]:
    """Return the number of the bin of each of `count` days."""
    found, current = [], -1
    for number in range(count):
        if current + 1 < len(starts) and starts[current + 1] == number:
            current += 1
        found.append(current)
    return found
