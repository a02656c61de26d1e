"""Cubes: the rows of a report with their figures by day, from which the page cuts any period."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
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


class _Collected(NamedTuple):
    """The figures of a row by day, while its rows are read."""

    figures: list[list[int]]
    clock: list[int]
    texts: list[Counter[Any]]


def cube(panel: Panel, result: Result, calendar: Calendar, starts: Sequence[int]) -> Cube:
    """Return the cube of a panel from the rows of its report by day."""
    in_bin = bin_of(starts, calendar.last + 1)
    collected: dict[tuple[Any, ...], _Collected] = {}
    for row in result.records():
        number = calendar.number(row["day"])
        if not 0 <= number <= calendar.last:
            continue
        key = tuple("" if row[name] is None else row[name] for name in panel.keys)
        if key not in collected:
            collected[key] = _Collected(
                [[0] * len(starts) for _ in panel.measures],
                [0] * (calendar.last + 1) if panel.clock else [],
                [Counter() for _ in panel.texts],
            )
        _add(collected[key], panel, row, number, in_bin[number])
    rows = [
        Row((*key, *map(_usual, one.texts)), one.figures, every_week(one.clock))
        for key, one in collected.items()
        if any(map(any, one.figures))
    ]
    kept = _most(rows, calendar, in_bin, panel.limit)
    firsts = [one.figures[0] for one in collected.values()]
    return Cube(
        columns=(*panel.keys, *panel.texts),
        measures=tuple(panel.measures),
        rows=kept,
        left=len(rows) - len(kept),
        totals=[sum(column) for column in zip(*firsts, strict=True)],
    )


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


def _add(one: _Collected, panel: Panel, row: Record, number: int, index: int) -> None:
    total = 0
    for figures, measure in zip(one.figures, panel.measures.values(), strict=True):
        count = _of_row(row, measure)
        figures[index] += count
        total += count
    if panel.clock:
        one.clock[number] = row[panel.clock] or 0
    for texts, measure in zip(one.texts, panel.texts.values(), strict=True):
        if text := _of_row(row, measure):
            texts[text] += total


def _of_row(row: Record, measure: Measure) -> Any:
    return row[measure] if isinstance(measure, str) else measure(row)


def _usual(texts: Counter[Any]) -> Any:
    """Return the most frequent text, the first of several by alphabet; None without one."""
    return min(texts, key=lambda text: (-texts[text], text), default=None)


def _most(rows: Sequence[Row], calendar: Calendar, in_bin: Sequence[int], limit: int) -> list[Row]:
    """Return the rows that are most frequent in a ready period, then in one of the last days or months."""
    if not limit or len(rows) <= limit:
        return sorted(rows, key=lambda row: (_order([*map(sum, row.figures)]), str(row.labels)))
    until = {row.labels: [[0, *accumulate(figures)] for figures in row.figures] for row in rows}

    def top(period: Range) -> list[tuple[Any, ...]]:
        first, last = in_bin[period.first], in_bin[period.last] + 1
        found = {labels: [each[last] - each[first] for each in of_row] for labels, of_row in until.items()}
        return sorted(
            (one for one in found if any(found[one])), key=lambda one: (_order(found[one]), str(one))
        )

    recent = [Range(day, day) for day in range(calendar.last, max(-1, calendar.last - DAYS_BY_DAY), -1)]
    presets = [top(period) for period in calendar.presets().values()]
    others = [top(period) for period in (*recent, *calendar.months().values())]
    names = dict.fromkeys([*_ranks(presets, DEPTH), *_ranks(others, DEPTH_OF_DAYS)])
    kept = set([*names][:limit])
    return [row for row in rows if row.labels in kept]


def _order(figures: Sequence[int]) -> tuple[int, ...]:
    """Return the key that puts the largest first figure first, then the largest second one."""
    return tuple(-count for count in figures)


def _ranks(tops: Sequence[Sequence[tuple[Any, ...]]], depth: int) -> Iterator[tuple[Any, ...]]:
    """Yield the first of each list, then the second of each, and so on until the one at `depth`."""
    for rank in range(depth):
        yield from (names[rank] for names in tops if rank < len(names))


def every_week(figures: Sequence[int]) -> list[int]:
    """Return the figures of 7, 14, … days before the last one, without the zeros at the end."""
    found = list(figures[-8::-7])
    while found and not found[-1]:
        found.pop()
    return found
