"""Which columns of a table a terminal has room for, and how wide they are.

`laid_out` tries layouts, the most complete first, until one is narrow enough: with a bar beside the main
number; with short times and long texts cut; with explanations below their rows; with titles in place of URLs;
without the least important columns. Numbers are never cut.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from logstats.render.columns import Column, Kind, plain
from logstats.render.text_width import width

GAP = 2
BARS = (12, 6)  # widths of bars, the preferred one first
TITLE, URL = "title", "article"  # where both do not fit, the first is shown in place of the second
LEAST = 24  # columns for a cut text by which rows can still be distinguished
LEAST_OF_PAIR = {"title": 40, "article": 40, "page": 40}  # of columns that name the same, to show both
LEAST_AT_ALL = 10
LEAST_OF_PROSE = 40
LEAST_OF_TREND = 7
LEAST_OF_HEADING = 8
LESS_IMPORTANT = {
    # a column: why it is left out before those that follow, and before those that are not here
    "complete": "`state` says it too",
    "host": "the machine is in the path, or all logs are of one",
    "listed": "`settings` is empty where it is false",
    "set_at": "`on_day` says when a baseline begins",
    "where": "a line of a configuration; `log` names the log",
    "last_read": "`state` says whether anything is left",
    "settings": "the same file for most sites",
    "started": "`id` has the same order",
    "first_seen": "`last_seen` says whether it still happens",
    "format": "mostly one for all logs of a site",
    "timezone": "mostly one for all sites",
    "network": "a part of a visitor's client IP",
    "path": "`source` has the log's id",
    "article": "mostly the same as `page`",
    "class": "a bot's name says more",
}


class Layout(NamedTuple):
    """Columns with their final widths, the width of the bar (0: none), and the column of explanations.

    `below` is shown below each row (None: there is none). `hidden` are the names of columns left out.
    """

    columns: tuple[Column, ...]
    gap: int = GAP
    bar: int = 0
    below: Column | None = None
    hidden: tuple[str, ...] = ()

    def without(self, left_out: Column) -> "Layout":
        """Return the layout without a column."""
        kept = tuple(column for column in self.columns if column is not left_out)
        return self._replace(columns=kept, hidden=(*self.hidden, left_out.name))


def laid_out(columns: tuple[Column, ...], room: int, *, is_single: bool) -> Layout | None:
    """Return the first layout that is at most `room` columns wide, None where no table is.

    A single row is shown with all its columns uncut, or not as a table.
    """
    for candidate in _candidates(Layout(columns), is_single=is_single):
        layout = _filled(candidate, room)
        if layout:
            return layout
    return None


def _candidates(layout: Layout, *, is_single: bool) -> Iterator[Layout]:
    """Yield layouts of all columns, then of less; the least width of a column is what is allowed to it."""
    has_trend = any(column.kind is Kind.TREND for column in layout.columns)
    has_bars = any(column.is_main and len({*column.values}) > 1 for column in layout.columns)
    bars = BARS if has_bars and not has_trend else ()
    yield from (_uncut(layout)._replace(bar=bar) for bar in (*bars, 0))
    if is_single:
        return
    less = layout
    for less in _narrower(layout):
        yield from (_uncut(less)._replace(bar=bar) for bar in bars)
        yield from (less._replace(bar=bar) for bar in (*bars[-1:], 0))
    yield from _narrowest(less)


def _uncut(layout: Layout) -> Layout:
    return layout._replace(columns=tuple(column._replace(least=column.width) for column in layout.columns))


def _narrower(layout: Layout) -> Iterator[Layout]:
    """Yield layouts with cut texts, each narrower than the one before, without the less important columns."""
    layout = _with_limits(layout._replace(columns=tuple(map(_with_short_times, layout.columns))))
    yield layout
    layout = layout._replace(columns=tuple(map(_with_short_heading, layout.columns)))
    yield layout
    prose = [column for column in layout.columns if column.kind is Kind.PROSE]
    if prose and len(layout.columns) > 1:
        layout = layout.without(prose[-1])._replace(below=prose[-1], hidden=())
        yield layout
    names = {column.name for column in layout.columns if column.kind is Kind.TEXT}
    if {TITLE, URL} <= names:
        layout = _with_titles(_with_least(layout, LEAST))
        yield layout
    for name in LESS_IMPORTANT:
        found = [column for column in layout.columns if column.name == name]
        if found and len(_dispensable(layout)) > 1:
            layout = _with_least(layout.without(found[0]), LEAST)
            yield layout
    layout = _with_least(layout, LEAST)
    yield layout


def _with_limits(layout: Layout) -> Layout:
    """Return a layout in which texts may be cut, but each still says what it is."""
    columns = (column._replace(least=min(column.least, _limit(column))) for column in layout.columns)
    return layout._replace(columns=tuple(columns))


def _limit(column: Column) -> int:
    of_kind = {Kind.TEXT: LEAST_OF_PAIR.get(column.name, LEAST), Kind.PROSE: LEAST_OF_PROSE}
    return of_kind.get(column.kind, column.least)


def _dispensable(layout: Layout) -> list[Column]:
    return [column for column in layout.columns if column.kind in (Kind.TEXT, Kind.PROSE, Kind.FIXED)]


def _with_least(layout: Layout, least: int) -> Layout:
    """Return a layout in which texts may be cut to that many columns, and trends be drawn shorter."""
    limits = {Kind.TEXT: least, Kind.PROSE: least, Kind.TREND: LEAST_OF_TREND}
    columns = (
        column._replace(least=min(column.least, limits.get(column.kind, column.least)))
        for column in layout.columns
    )
    return layout._replace(columns=tuple(columns))


def _narrowest(layout: Layout) -> Iterator[Layout]:
    """Yield layouts with shorter texts, a narrower gap, and without more columns, the rightmost first."""
    layout = _with_least(layout, LEAST_AT_ALL)
    yield layout
    layout = layout._replace(gap=1)
    yield layout
    while len(texts := _dispensable(layout)) > 1:
        layout = layout.without(texts[-1])
        yield layout
    while numbers := [column for column in layout.columns if column.is_number and not column.is_main]:
        if len(layout.columns) == 1:
            return
        layout = layout.without(numbers[-1])
        yield layout


def _with_short_times(column: Column) -> Column:
    """Return a column of times without seconds, and with the offset only where it is not the same in all."""
    times = [value for value in column.values if isinstance(value, datetime)]
    if column.kind is not Kind.FIXED or not times:
        return column
    offsets = {value.utcoffset() for value in times}
    short = [_short_time(value, has_offset=len(offsets) > 1) for value in column.values]
    cells = (*short, *column.cells[len(short) :])  # the total too
    return _sized(column._replace(cells=cells), max(map(width, cells)))


def _short_time(value: Any, *, has_offset: bool) -> str:
    if not isinstance(value, datetime):
        return plain(value)
    return f"{value:%Y-%m-%d %H:%M}{f'{value:%z}' if has_offset else ''}"


def _with_short_heading(column: Column) -> Column:
    """Return a column of numbers or dates whose heading may have several lines."""
    if column.kind not in (Kind.NUMBER, Kind.FIXED):
        return column
    parts = column.name.replace("_", "_ ").split()
    heading = min(max(map(width, parts), default=0), LEAST_OF_HEADING)
    return _sized(column, max(heading, *map(width, column.cells)))


def _sized(column: Column, columns: int) -> Column:
    return column._replace(width=columns, least=columns)


def _with_titles(layout: Layout) -> Layout:
    """Return a layout without URLs, but for those without a title, or with one that others have too."""
    by_name = {column.name: column for column in layout.columns}
    titles, urls = by_name[TITLE], by_name[URL]
    pairs = [*zip(titles.cells, urls.cells, strict=True)]
    titled = Counter(title for title, _ in set(pairs))  # the number of URLs of each title
    cells = tuple(title if title and titled[title] == 1 else url for title, url in pairs)
    widest = max(map(width, (TITLE, *cells)))
    merged = titles._replace(cells=cells, width=widest, least=min(widest, LEAST))
    columns = tuple(merged if column is titles else column for column in layout.columns)
    return layout._replace(columns=columns).without(urls)


def _filled(layout: Layout, room: int) -> Layout | None:
    """Return the layout with widths that fit, the widest column shortened first; None if it is too wide."""
    gaps = layout.gap * (len(layout.columns) - 1 + bool(layout.bar))
    for_columns = room - gaps - layout.bar
    if sum(column.least for column in layout.columns) > for_columns:
        return None
    widths = [min(column.width, room) for column in layout.columns]
    while sum(widths) > for_columns:
        index = max(
            (index for index, column in enumerate(layout.columns) if widths[index] > column.least),
            key=lambda index: widths[index],
        )
        widths[index] -= 1
    sized = zip(layout.columns, widths, strict=True)
    return layout._replace(columns=tuple(column._replace(width=columns) for column, columns in sized))
