"""Cubes: the rows of a report with their figures by day, from which the page cuts any period."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from operator import add, itemgetter
from typing import Any, NamedTuple

from logstats.dashboard.periods import Calendar, Range, bin_of
from logstats.model import Result

DEPTH = 50  # rows that a table shows
DEPTH_OF_DAYS = 20  # rows that are kept for each of the last days and months
DAYS_BY_DAY = 31  # the last days, each of which has its most frequent rows

Record = Mapping[str, Any]
Measure = str | Callable[[Record], Any]  # a column, or a function of a row


class Panel(NamedTuple):
    """A report whose rows become a cube.

    `keys` are the columns that name a row of the cube, `texts` describe it. `measures` are the figures that
    add up: a column, or a function of a row. `clock` is the column of the first measure until the time of day
    of the report. Of more than `limit` rows the most frequent ones are kept. With `days`, the report is run
    for so many days only: it reads hits, or joins each visit with its page views.
    """

    report: str
    keys: tuple[str, ...]
    measures: Mapping[str, Measure]
    texts: Mapping[str, Measure] = {}
    clock: str = ""
    limit: int = 0
    days: int = 0


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
Cells = dict[int, list[int]]  # the figures of a row by bin, only of bins that have some


class _Collected(NamedTuple):
    """The figures of a row by bin, while its rows are read; `clock` has those of a panel's clock by day."""

    figures: Cells
    clock: dict[int, int]
    texts: list[Counter[Any]]


def cube(panel: Panel, result: Result, calendar: Calendar, starts: Sequence[int]) -> Cube:
    """Return the cube of a panel from the rows of its report by day."""
    in_bin = bin_of(starts, calendar.last + 1)
    collected = _collect(panel, result, calendar, in_bin)
    totals = [0] * len(starts)
    for one in collected.values():
        for index, figures in one.figures.items():
            totals[index] += figures[0]
    found = {key: one.figures for key, one in collected.items() if any(map(any, one.figures.values()))}
    kept = set(_most(found, calendar, in_bin, panel.limit))
    rows = [_row(panel, key, collected[key], calendar, len(starts)) for key in found if key in kept]
    if len(rows) == len(found):
        rows.sort(key=lambda row: (_order([*map(sum, row.figures)]), str(row.labels)))
    return Cube(
        columns=(*panel.keys, *panel.texts),
        measures=tuple(panel.measures),
        rows=rows,
        left=len(found) - len(rows),
        totals=totals,
    )


def _collect(
    panel: Panel, result: Result, calendar: Calendar, in_bin: Sequence[int]
) -> dict[Key, _Collected]:
    """Return the figures of each row of the cube. A report of a year has millions of rows."""
    keys = [result.columns.index(name) for name in panel.keys]
    measures = [_reader(measure, result.columns) for measure in panel.measures.values()]
    texts = [_reader(measure, result.columns) for measure in panel.texts.values()]
    day_of, clock_of = result.columns.index("day"), _reader(panel.clock or "day", result.columns)
    collected: dict[Key, _Collected] = {}
    for row in result.rows:
        number = calendar.number(row[day_of])
        if not 0 <= number <= calendar.last:
            continue
        key = tuple(["" if row[index] is None else row[index] for index in keys])
        one = collected.get(key)
        if one is None:
            one = collected[key] = _Collected({}, {}, [Counter() for _ in texts])
        counts = [read(row) for read in measures]
        index = in_bin[number]
        known = one.figures.get(index)
        one.figures[index] = counts if known is None else list(map(add, known, counts))
        if panel.clock:
            one.clock[number] = clock_of(row) or 0
        for found, read in zip(one.texts, texts, strict=True):
            if text := read(row):
                found[text] += sum(counts)
    return collected


def _reader(measure: Measure, columns: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    """Return the function that returns a measure of a row of a report."""
    if isinstance(measure, str):
        return itemgetter(columns.index(measure))
    return lambda row: measure(dict(zip(columns, row, strict=True)))


def _row(panel: Panel, key: Key, one: _Collected, calendar: Calendar, bins: int) -> Row:
    figures = [[0] * bins for _ in panel.measures]
    for index, counts in one.figures.items():
        for column, count in zip(figures, counts, strict=True):
            column[index] = count
    clock = [one.clock.get(number, 0) for number in range(calendar.last + 1)] if panel.clock else []
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


def _most(found: Mapping[Key, Cells], calendar: Calendar, in_bin: Sequence[int], limit: int) -> Iterable[Key]:
    """Return the rows that are most frequent in a ready period, then in one of the last days or months."""
    if not limit or len(found) <= limit:
        return found
    of_bin: dict[int, list[tuple[Key, list[int]]]] = {}
    for key, cells in found.items():
        for index, figures in cells.items():
            of_bin.setdefault(index, []).append((key, figures))

    def top(period: Range, depth: int) -> list[Key]:
        figures_of: dict[Key, list[int]] = {}
        for index in range(in_bin[period.first], in_bin[period.last] + 1):
            for key, figures in of_bin.get(index, ()):
                figures_of[key] = list(map(add, figures_of[key], figures)) if key in figures_of else figures
        counted = (key for key, figures in figures_of.items() if any(figures))
        return nsmallest(depth, counted, key=lambda key: (_order(figures_of[key]), str(key)))

    recent = [Range(day, day) for day in range(calendar.last, max(-1, calendar.last - DAYS_BY_DAY), -1)]
    presets = [top(period, DEPTH) for period in calendar.presets().values()]
    others = [top(period, DEPTH_OF_DAYS) for period in (*recent, *calendar.months().values())]
    names = dict.fromkeys([*_ranks(presets, DEPTH), *_ranks(others, DEPTH_OF_DAYS)])
    return [*names][:limit]


def _order(figures: Sequence[int]) -> tuple[int, ...]:
    """Return the key that puts the largest first figure first, then the largest second one."""
    return tuple(-count for count in figures)


def _ranks(tops: Sequence[Sequence[Key]], depth: int) -> Iterator[Key]:
    """Yield the first of each list, then the second of each, and so on until the one at `depth`."""
    for rank in range(depth):
        yield from (names[rank] for names in tops if rank < len(names))


def every_week(figures: Sequence[int]) -> list[int]:
    """Return the figures of 7, 14, … days before the last one, without the zeros at the end."""
    found = list(figures[-8::-7])
    while found and not found[-1]:
        found.pop()
    return found
