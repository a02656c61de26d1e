"""The columns of a table on a terminal: how their values are written, and how they may be shortened."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from typing import Any, NamedTuple

from logstats.model import Result
from logstats.printable import escaped
from logstats.render.text_width import normalized, width

TREND = "trend"
MOST_DECIMALS = 6
PROSE = {
    # a column: why its texts are continued on further lines, not cut
    "about": "what a log format is for",
    "value": "a log format's pattern and samples are to be copied",
    "result": "the answer of `explain`",
    "found": "what `check` finds wrong, and what to do",
    "note": "why a log was not read, or what a count is",
    "text": "a rejected line is read to its end to see what is wrong with it",
    "written": "a log format that is to be copied",
}


class Kind(Enum):
    """How the cells of a column are laid out."""

    NUMBER = auto()  # to the right, never cut
    FIXED = auto()  # a date or the like, never cut
    TEXT = auto()  # cut: at the end, or in the middle if it is a URL or a path
    PROSE = auto()  # continued on further lines
    TREND = auto()  # a sparkline, of as many characters as there is room for


class Column(NamedTuple):
    """A column: the texts of its cells, the width that they need, and the least width that is allowed.

    `values` are those of the rows; `cells` has one more where there is a total row. `is_main`: a bar shows
    its values, if there is room.
    """

    name: str
    kind: Kind
    cells: tuple[str, ...]
    values: tuple[Any, ...]
    width: int
    least: int
    is_main: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind is Kind.NUMBER


def columns_of(result: Result) -> tuple[Column, ...]:
    """Return the columns with their natural widths."""
    values = [tuple(row[index] for row in result.rows) for index in range(len(result.columns))]
    kinds = [_kind(name, column) for name, column in zip(result.columns, values, strict=True)]
    totals = _totals(result, kinds)
    columns = [_column(*each) for each in zip(result.columns, kinds, values, totals, strict=True)]
    named = (column for column in columns if column.is_number and column.name == result.display.bar)
    main = next(named, None)
    return tuple(column._replace(is_main=column is main) for column in columns)


def _totals(result: Result, kinds: Sequence[Kind]) -> list[tuple[Any, ...]]:
    """Return the total of each column, (None,) where it has none; () for all where there is no total row."""
    total = result.display.total
    if not any(name in total for name in result.columns):
        return [()] * len(kinds)
    label = next((index for index, kind in enumerate(kinds) if kind is not Kind.NUMBER), None)
    return [("total" if index == label else total.get(name),) for index, name in enumerate(result.columns)]


def _column(name: str, kind: Kind, values: tuple[Any, ...], total: tuple[Any, ...]) -> Column:
    shown = (*values, *total)
    cells = _numbers(shown) if kind is Kind.NUMBER else tuple(map(plain, shown))
    heading = one_line(name)
    widest = max(map(width, (heading, *cells)))
    if kind is Kind.TREND:
        widest = max(width(heading), *(len(series or ()) for series in values))
    return Column(heading, kind, cells, values, widest, widest)


def _kind(name: str, values: Sequence[Any]) -> Kind:
    given = [value for value in values if value is not None]
    if not given:
        return Kind.TEXT
    if all(map(is_number, given)):
        return Kind.NUMBER
    if name == TREND and all(map(_is_series, given)):
        return Kind.TREND
    if all(isinstance(value, date | bool) for value in given):
        return Kind.FIXED
    return Kind.PROSE if name in PROSE else Kind.TEXT


def is_number(value: Any) -> bool:
    """Return whether a value is a number; true and false are none."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _is_series(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_number, value))


def plain(value: Any) -> str:
    """Return a value as one line of text without what acts on a terminal."""
    if is_number(value):
        return _number(value, None)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return "" if value is None else one_line(str(value))


def one_line(text: str) -> str:
    """Return a text as one line without what acts on a terminal, in composed letters."""
    return normalized(escaped(text))


def _numbers(values: Sequence[Any]) -> tuple[str, ...]:
    """Return the numbers of a column with as many decimals as the one with the most."""
    decimals = max((_decimals(value) for value in values if isinstance(value, float)), default=None)
    return tuple("" if value is None else _number(value, decimals) for value in values)


def _decimals(value: float) -> int:
    _, _, after = repr(value).partition(".")
    return len(after) if after.isdecimal() and after != "0" else 0


def _number(value: Any, decimals: int | None) -> str:
    if not isinstance(value, float):
        return f"{value:,}"
    if "e" in repr(value) or "n" in repr(value):  # very small or large; inf and nan
        return f"{value:g}"
    places = _decimals(value) if decimals is None else decimals
    return f"{value:,.{min(places, MOST_DECIMALS)}f}"
