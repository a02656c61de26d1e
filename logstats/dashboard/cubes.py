"""Cubes: the rows of a report with their figures by day, from which the page cuts any period."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import add
from typing import Any, NamedTuple

from logstats.dashboard.periods import Calendar, Range, bin_of
from logstats.store import Session

DAY = "day"  # a column of each report
DEPTH = 50  # rows that a table shows
DEPTH_OF_DAYS = 20  # rows that are kept for each of the last days and months
DAYS_BY_DAY = 31  # the last days, each of which has its most frequent rows

Record = Mapping[str, Any]
Measure = str | Callable[[Record], Any]  # a column, or a function of a row
ROW, TOTAL, COUNT, KEPT = (f"dashboard/panel_{name}" for name in ("row", "total", "count", "kept"))


class Panel(NamedTuple):
    """A report whose rows become a cube.

    `keys` are the columns that name a row of the cube, `texts` describe it. `measures` are the figures that
    add up. A text and a measure are an expression over the report's columns. `clock` is the column of the
    first measure until the time of day of the report. Of more than `limit` rows the most frequent ones are
    kept. With `days`, the report is run for so many days only: it reads hits, or joins each visit with its
    page views.
    """

    report: str
    keys: tuple[str, ...]
    measures: Mapping[str, str]
    texts: Mapping[str, str] = {}
    clock: str = "NULL"
    limit: int = 0
    days: int = 0

    def columns(self, known: Iterable[str]) -> list[str]:
        """Return those of the report's known columns that the panel reads, and the day."""
        read = (*self.keys, *self.measures.values(), *self.texts.values(), self.clock, DAY)
        named = set(re.findall(r"\w+", " ".join(read)))
        return [column for column in known if column in named]


class Ready(NamedTuple):
    """A report whose rows are those of the period that a page opens with: they are not known by day.

    `label` is the column that names a row, `measures` are as in a `Panel`, `values` the report's parameters.
    Rows without a label or without the first measure are left out.
    """

    report: str
    label: str
    measures: Mapping[str, Measure]
    values: Mapping[str, Any] = {}


class Row(NamedTuple):
    """A row of a cube: what names it, and each figure by bin; `clock` has those of 7, 14, … days ago."""

    labels: tuple[Any, ...]
    figures: Sequence[Sequence[int]]
    clock: Sequence[int] = ()


class Cube(NamedTuple):
    """The rows of a panel.

    `left` is the number of rows that were left out; `totals` are the sums of the first measure by bin, with
    theirs. `since` is the first day that the cube has. A cube with a `period` has one bin: these days.
    """

    columns: tuple[str, ...]
    measures: tuple[str, ...]
    rows: Sequence[Row]
    left: int = 0
    totals: Sequence[int] = ()
    since: int = 0
    period: Range | None = None


Key = tuple[Any, ...]


class _Collected(NamedTuple):
    """The figures of a row by bin, of bins that have some; `clock` has those of a panel's clock by day."""

    figures: dict[int, list[int]]
    clock: dict[int, int]
    texts: list[Counter[Any]]


def cube(session: Session, panel: Panel, calendar: Calendar, starts: Sequence[int]) -> Cube:
    """Return the cube of a panel from the rows of its report by day, which are in report_row."""
    in_bin = bin_of(starts, calendar.last + 1)
    params = {"first_day": calendar.first, "last_number": calendar.last}
    session.run(ROW, params, slots=_slots(panel))
    count: int = session.run(COUNT).value()
    limit = panel.limit if 0 < panel.limit < count else None
    found = _collect(session, calendar, limit, in_bin)
    rows = [_row(panel, key, one, calendar, len(starts)) for key, one in found.items()]
    rows = [row for row in rows if any(map(any, row.figures))]
    rows.sort(key=lambda row: ([-sum(figures) for figures in row.figures], str(row.labels)))
    totals = [0] * len(starts)
    for day, total in session.run(TOTAL).rows:
        totals[in_bin[day]] += total
    return Cube(
        columns=(*panel.keys, *panel.texts),
        measures=tuple(panel.measures),
        rows=rows,
        left=count - len(rows),
        totals=totals,
    )


def _slots(panel: Panel) -> dict[str, str]:
    """Return what the statement of a panel's rows takes from its report."""
    return {
        "labels": ", ".join(panel.keys),
        "label_texts": ", ".join(f"coalesce(CAST({key} AS VARCHAR), '')" for key in panel.keys),
        "figures": ", ".join(panel.measures.values()),
        "texts": ", ".join(panel.texts.values()),
        "clock": panel.clock,
    }


def _collect(
    session: Session, calendar: Calendar, limit: int | None, in_bin: Sequence[int]
) -> dict[Key, _Collected]:
    """Return the figures of the rows that are kept."""
    periods = [(days, DEPTH) for days in calendar.presets().values()]
    periods += [(days, DEPTH_OF_DAYS) for days in (*_last_days(calendar), *calendar.months().values())]
    params = {
        "firsts": [days.first for days, _ in periods],
        "lasts": [days.last for days, _ in periods],
        "depths": [depth for _, depth in periods],
        "limit": limit,
    }
    collected: dict[Key, _Collected] = {}
    for labels, day, counts, texts, by_clock in session.run(KEPT, params).rows:
        key = tuple("" if label is None else label for label in labels)
        one = collected.get(key)
        if one is None:
            one = collected[key] = _Collected({}, {}, [Counter() for _ in texts])
        known = one.figures.get(in_bin[day])
        one.figures[in_bin[day]] = counts if known is None else list(map(add, known, counts))
        one.clock[day] = one.clock.get(day, 0) + (by_clock or 0)
        for of_text, text in zip(one.texts, texts, strict=True):
            if text:
                of_text[text] += sum(counts)
    return collected


def _row(panel: Panel, key: Key, one: _Collected, calendar: Calendar, bins: int) -> Row:
    figures = [[0] * bins for _ in panel.measures]
    for index, counts in one.figures.items():
        for column, count in zip(figures, counts, strict=True):
            column[index] = count
    clock = [one.clock.get(number, 0) for number in range(calendar.last + 1)]
    return Row((*key, *map(_usual, one.texts)), figures, every_week(clock))


def ready_cube(ready: Ready, records: Iterable[Record], period: Range) -> Cube:
    """Return the cube of the rows of a report for one period."""
    rows = [
        Row((row[ready.label],), [[int(_of_row(row, measure))] for measure in ready.measures.values()])
        for row in records
        if row[ready.label] is not None
    ]
    rows = [row for row in rows if row.figures[0][0]]
    return Cube(
        columns=(ready.label,),
        measures=tuple(ready.measures),
        rows=rows[:DEPTH],
        left=len(rows[DEPTH:]),
        totals=[sum(row.figures[0][0] for row in rows)],
        period=period,
    )


def _of_row(row: Record, measure: Measure) -> Any:
    return row[measure] if isinstance(measure, str) else measure(row)


def _usual(texts: Counter[Any]) -> Any:
    """Return the most frequent text, the first of several by alphabet; None without one."""
    return min(texts, key=lambda text: (-texts[text], text), default=None)


def _last_days(calendar: Calendar) -> list[Range]:
    return [Range(day, day) for day in range(calendar.last, max(-1, calendar.last - DAYS_BY_DAY), -1)]


def every_week(figures: Sequence[int]) -> list[int]:
    """Return the figures of 7, 14, … days before the last one, without the zeros at the end."""
    found = list(figures[-8::-7])
    while found and not found[-1]:
        found.pop()
    return found
