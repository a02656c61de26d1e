"""Numbers as pictures of characters: a bar in a table, and a sparkline of the days of a period."""

from collections.abc import Sequence

_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_FULL = "█"
_LEVELS = "▁▂▃▄▅▆▇█"
_ASCII_FULL = "#"
_ASCII_LEVELS = "_.:-=+*#"


def bar(value: float, largest: float, columns: int, *, is_utf8: bool) -> str:
    """Return a bar that is `columns` long for `largest`; a value above 0 has at least the shortest one."""
    if value <= 0 or largest <= 0:
        return ""
    length = columns * min(value / largest, 1)
    if not is_utf8:
        return _ASCII_FULL * max(round(length), 1)
    full, eighths = divmod(max(round(length * 8), 1), 8)
    return _FULL * full + _EIGHTHS[eighths]


def sparkline(values: Sequence[float], largest: float, *, is_utf8: bool) -> str:
    """Return a character for each value: the lowest for 0, the highest for `largest`."""
    levels = _LEVELS if is_utf8 else _ASCII_LEVELS
    top = len(levels) - 1
    return "".join(
        levels[max(min(round(top * value / largest), top), 1)] if value > 0 and largest > 0 else levels[0]
        for value in values
    )


def condensed(values: Sequence[float], columns: int) -> Sequence[float]:
    """Return at most that many values: the mean of each few, the last of which end with the last value."""
    each = -(-len(values) // max(columns, 1)) or 1
    first = len(values) % each
    groups = ([values[:first]] if first else []) + [
        values[at : at + each] for at in range(first, len(values), each)
    ]
    return values if each == 1 else [sum(group) / len(group) for group in groups]
