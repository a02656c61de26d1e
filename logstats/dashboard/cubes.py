"""Cubes: the rows of a report with their figures by day, from which the page cuts any period."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from operator import add
from typing import Any, NamedTuple

from logstats.dashboard.periods import Calendar, Range, bin_of
from logstats.store import Session

DEPTH = 50  # rows that a table shows
DEPTH_OF_DAYS = 20  # rows that are kept for each of the last days and months
DAYS_BY_DAY = 31  # the last days, each of which has its most frequent rows

Record = Mapping[str, Any]
Measure = str | Callable[[Record], Any]  # a column, or a function of a row
ROW, TOTAL, COUNT, FREQUENT = (f"dashboard/panel_{name}" for name in ("row", "total", "count", "frequent"))


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


class Period(NamedTuple):
    """Days of which so many rows are kept."""

    days: Range
    depth: int


Key = tuple[Any, ...]
Cells = dict[int, list[int]]  # the figures of a row by bin, only of bins that have some


class _Collected(NamedTuple):
    """The figures of a row by bin, while its rows are read; `clock` has those of a panel's clock by day."""

    figures: Cells
    clock: dict[int, int]
    texts: list[Counter[Any]]


def cube(session: Session, panel: Panel, calendar: Calendar, starts: Sequence[int]) -> Cube:
    """Return the cube of a panel from the rows of its report by day, which are in report_row."""
    in_bin = bin_of(starts, calendar.last + 1)
    params = {"first_day": calendar.first, "last_number": calendar.last}
    session.run(ROW, params, slots=_slots(panel))
    count: int = session.run(COUNT).value()
    is_cut = bool(panel.limit) and count > panel.limit
    found = _collect(session, _periods(calendar) if is_cut else (), in_bin)
    cells = {key: one.figures for key, one in found.items() if any(map(any, one.figures.values()))}
    kept = set(_most(cells, calendar, in_bin, panel.limit)) if is_cut else {*cells}
    rows = [_row(panel, key, found[key], calendar, len(starts)) for key in cells if key in kept]
    if not is_cut:
        rows.sort(key=lambda row: (_order([*map(sum, row.figures)]), str(row.labels)))
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


def _collect(session: Session, periods: Sequence[Period], in_bin: Sequence[int]) -> dict[Key, _Collected]:
    """Return the figures of the rows that are frequent in a period, without periods of all."""
    params = {
        "firsts": [period.days.first for period in periods],
        "lasts": [period.days.last for period in periods],
        "depths": [period.depth for period in periods],
    }
    collected: dict[Key, _Collected] = {}
    for labels, day, counts, texts, by_clock in session.run(FREQUENT, params).rows:
        key = tuple("" if label is None else label for label in labels)
        one = collected.get(key)
        if one is None:
            one = collected[key] = _Collected({}, {}, [Counter() for _ in texts])
        known = one.figures.get(in_bin[day])
        one.figures[in_bin[day]] = counts if known is None else list(map(add, known, counts))
        one.clock[day] = by_clock or 0
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


def _periods(calendar: Calendar) -> list[Period]:
    """Return the periods of which the most frequent rows are kept: ready ones, the last days, the months."""
    recent = [Range(day, day) for day in range(calendar.last, max(-1, calendar.last - DAYS_BY_DAY), -1)]
    presets = [Period(days, DEPTH) for days in calendar.presets().values()]
    return presets + [Period(days, DEPTH_OF_DAYS) for days in (*recent, *calendar.months().values())]


def _most(found: Mapping[Key, Cells], calendar: Calendar, in_bin: Sequence[int], limit: int) -> Iterable[Key]:
    """Return the rows that are most frequent in a ready period, then in one of the last days or months."""
    of_bin: dict[int, list[tuple[Key, list[int]]]] = {}
    for key, cells in found.items():
        for index, figures in cells.items():
            of_bin.setdefault(index, []).append((key, figures))

    def top(period: Period) -> list[Key]:
        figures_of: dict[Key, list[int]] = {}
        for index in range(in_bin[period.days.first], in_bin[period.days.last] + 1):
            for key, figures in of_bin.get(index, ()):
                figures_of[key] = list(map(add, figures_of[key], figures)) if key in figures_of else figures
        counted = (key for key, figures in figures_of.items() if any(figures))
        return nsmallest(period.depth, counted, key=lambda key: (_order(figures_of[key]), [*map(str, key)]))

    tops: dict[int, list[list[Key]]] = {depth: [] for depth in (DEPTH, DEPTH_OF_DAYS)}
    for period in _periods(calendar):
        tops[period.depth].append(top(period))
    return [*dict.fromkeys(name for depth, lists in tops.items() for name in _ranks(lists, depth))][:limit]


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
