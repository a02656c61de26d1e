"""A position in a text, marked for the user: its line, and a caret under the column."""

import re
from bisect import bisect_left
from collections.abc import Callable

_AROUND = 60  # characters that are shown on either side


def with_caret(text: str, offset: int) -> str:
    """Return two indented lines: the line of `text` that holds the offset, and the caret."""
    begin = text.rfind("\n", 0, offset) + 1
    line = text[begin:].partition("\n")[0]
    column = offset - begin
    first, last = max(0, column - _AROUND), min(len(line), column + _AROUND)
    before, after = "…" if first else "", "…" if last < len(line) else ""
    excerpt = "".join(sign if sign.isprintable() else " " for sign in line[first:last])
    return f"  {before}{excerpt}{after}\n  {' ' * (len(before) + column - first)}^"


def line_numbers(text: str) -> Callable[[int], int]:
    """Return a function that returns the line number (from 1) of an offset in the text."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    return lambda offset: bisect_left(breaks, offset) + 1
