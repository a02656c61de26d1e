"""A result as a table that is no wider than the terminal.

What all rows have in common is said above the table, and what is left out below it. Each row is shown. Where
no table is narrow enough, and where a single row is too wide, each value has a line of its own.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from logstats.model import Result
from logstats.render import chart
from logstats.render.columns import Column, Kind, columns_of, is_number, one_line, plain
from logstats.render.layout import GAP, Layout, laid_out
from logstats.render.screen import Screen
from logstats.render.text_width import continued, cut_end, cut_middle, padded, width

NARROWEST = 40  # columns; a narrower terminal is treated as this wide
SITE = "site"  # its value needs no name before it
EMPTY = "empty"
MOST_LINES = 12  # of one text
INDENT = 4


def fit(result: Result, screen: Screen) -> str:
    """Return a result as text of which no line is wider than the screen.

    The escapes of the colours have no width.
    """
    screen = screen._replace(columns=max(screen.columns, NARROWEST))
    said, result = _facts(result)
    columns = columns_of(result)
    layout = laid_out(columns, screen.columns, is_single=len(result.rows) == 1)
    if layout is None:
        body = _records(columns, len(result.rows), screen)
    else:
        body = _table(layout, len(result.rows), screen)
    hidden = [column.name for column in columns if layout and column.name in layout.hidden]
    above = [screen.dim(line) for line in _joined(said, screen)]
    below = [screen.dim(line) for fact in _footer(result, hidden) for line in continued(fact, screen.columns)]
    return "".join(f"{line}\n" for line in (*above, *body, *below))


def _joined(said: Sequence[str], screen: Screen) -> list[str]:
    """Return facts as lines, with commas between them; one that is too long is cut in its middle."""
    lines: list[str] = []
    for fact, following in zip(said, [*said[1:], ""], strict=False):
        sign = ";" if following.startswith(EMPTY) else "," if following else ""
        text = cut_middle(fact, screen.columns - len(sign), screen.mark) + sign
        if lines and width(lines[-1]) + 1 + width(text) <= screen.columns:
            lines[-1] += f" {text}"
        else:
            lines.append(text)
    return lines


def _footer(result: Result, hidden: Sequence[str]) -> Iterator[str]:
    found = result.display.found
    if found is not None and found > len(result.rows):
        yield f"{len(result.rows):,} of {found:,}; --limit 0 for all"
    if hidden:
        yield f"--wide shows {', '.join(hidden)}"


def _facts(result: Result) -> tuple[list[str], Result]:
    """Return what all rows have in common, and the result without these columns.

    The columns of a single row stay, and so do counts that happen to be equal, unless they are 0.
    """
    period = [result.display.period] if result.display.period else []
    if len(result.rows) <= 1:
        return period, result
    same: dict[int, Any] = {}
    for index, name in enumerate(result.columns):
        first, *others = (row[index] for row in result.rows)
        is_count = is_number(first) and first != 0
        if name != result.display.bar and not is_count and all(other == first for other in others):
            same[index] = first
    kept = [index for index in range(len(result.columns)) if index not in same]
    if not kept:
        return period, result
    texts = {result.columns[index]: plain(value) for index, value in same.items()}
    sites = [text for name, text in texts.items() if name == SITE and text]
    others = [f"{one_line(name)} {text}" for name, text in texts.items() if name != SITE and text]
    empty = [name for name, text in texts.items() if not text]
    said = [*sites, *period, *others, *([f"{EMPTY}: {', '.join(map(one_line, empty))}"] if empty else [])]
    rows = [tuple(row[index] for index in kept) for row in result.rows]
    return said, result._replace(columns=tuple(result.columns[index] for index in kept), rows=rows)


def _table(layout: Layout, rows: int, screen: Screen) -> Iterator[str]:
    """Yield the lines of a table: headings, a rule, the rows, and the total below another rule."""
    headings = [continued(column.name, column.width) for column in layout.columns]
    yield from map(screen.bold, _lines(layout, _at_bottom(headings)))
    if layout.below:
        yield screen.bold(" " * INDENT + layout.below.name)
    rule = [["-" * column.width] for column in layout.columns]
    yield from _lines(layout, rule)
    for number in range(rows):
        yield from _row(layout, number, screen)
    if len(layout.columns[0].cells) > rows:
        yield from _lines(layout, rule)
        yield from _row(layout, rows, screen)


def _at_bottom(headings: Sequence[list[str]]) -> list[list[str]]:
    height = max(map(len, headings), default=0)
    return [[""] * (height - len(lines)) + lines for lines in headings]


def _row(layout: Layout, number: int, screen: Screen) -> Iterator[str]:
    cells = [_cell(column, number, screen) for column in layout.columns]
    yield from _lines(layout, cells, _bar_of(layout, number, screen))
    if layout.below and layout.below.cells[number]:
        for line in _continued(layout.below.cells[number], screen.columns - INDENT, screen):
            yield " " * INDENT + line


def _cell(column: Column, number: int, screen: Screen) -> list[str]:
    """Return the lines of a cell."""
    text = column.cells[number]
    if column.kind is Kind.TREND:
        return [_sparkline(column.values[number], column.width, screen)]
    if column.kind is Kind.PROSE:
        return _continued(text, column.width, screen)
    return [_cut(text, column.width, screen)]


def _cut(text: str, columns: int, screen: Screen) -> str:
    """Return a text cut in its middle if it is a URL, a path or one word, else at its end."""
    is_name = " " not in text or text.startswith(("/", "http://", "https://"))
    return (cut_middle if is_name else cut_end)(text, columns, screen.mark)


def _continued(text: str, columns: int, screen: Screen) -> list[str]:
    """Return a text as lines, cut where these would be too many."""
    lines = continued(text, columns)
    if len(lines) > MOST_LINES:
        lines = continued(_cut(text, columns * MOST_LINES * 3 // 4, screen), columns)
    if len(lines) > MOST_LINES:  # of words that leave much of their lines empty
        last = padded(lines[MOST_LINES - 1], columns + 1)
        lines = [*lines[: MOST_LINES - 1], cut_end(last, columns, screen.mark)]
    return lines


def _sparkline(values: Any, columns: int, screen: Screen) -> str:
    shown = chart.condensed(values or (), columns)
    return chart.sparkline(shown, max(shown, default=0), is_utf8=screen.is_utf8)


def _bar_of(layout: Layout, number: int, screen: Screen) -> str:
    """Return the bar of a row; a total row has none."""
    values = next((column.values for column in layout.columns if column.is_main), ())
    if not layout.bar or number >= len(values):
        return ""
    largest = max(value or 0 for value in values)
    return chart.bar(values[number] or 0, largest, layout.bar, is_utf8=screen.is_utf8)


def _lines(layout: Layout, cells: Sequence[list[str]], bar: str = "") -> Iterator[str]:
    """Yield the lines of a row whose cells may have several; the bar follows the main number."""
    for number in range(max(map(len, cells), default=0)):
        parts: list[str] = []
        for column, lines in zip(layout.columns, cells, strict=True):
            text = lines[number] if number < len(lines) else ""
            parts.append(padded(text, column.width, to_right=column.is_number))
            if layout.bar and column.is_main:
                parts.append(padded(bar if number == 0 else "", layout.bar))
        yield (" " * layout.gap).join(parts).rstrip()


def _records(columns: Sequence[Column], rows: int, screen: Screen) -> Iterator[str]:
    """Yield the lines of rows of which each value has a line, or several, after its name."""
    widest = max((width(column.name) for column in columns), default=0)
    names = min(widest, screen.columns // 3)
    for number in range(rows):
        if number:
            yield ""
        for column in columns:
            yield from _record(column, number, names, screen)


def _record(column: Column, number: int, names: int, screen: Screen) -> Iterator[str]:
    room = screen.columns - names - GAP
    if column.kind is Kind.TREND:
        lines = [_sparkline(column.values[number], room, screen)]
    elif column.is_number:
        lines = continued(column.cells[number], room)
    else:
        lines = _continued(column.cells[number], room, screen)
    name = _cut(column.name, names, screen)
    for index, line in enumerate(lines):
        label = screen.bold(padded(name if index == 0 else "", names))
        yield f"{label}{' ' * GAP}{line}".rstrip()
