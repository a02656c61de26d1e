"""The fields of IIS rows that have no #Fields line: IIS writes the selected fields in one order.

That order, and what is in a column, tell which field it is. A column that may be several fields is not read.
Where the client or the status is not certain, the log is refused.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

ROW = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \S")
NOT_READ = "x-unknown"  # a field of no name
IP = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)(?:%\d+)?"
METHOD = r"[A-Z][A-Z_-]*"
SURE_METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PROPFIND"))
BEFORE = {
    # the columns between the time and the method, as i(p) or w(ord): their fields
    "": "",
    "i": "s-ip",
    "w": "s-sitename",
    "wi": "s-sitename s-ip",
    "ww": "s-sitename s-computername",
    "wwi": "s-sitename s-computername s-ip",
}
NUMBERS = {
    # the number of columns of digits at the end: their fields, where that number is those fields
    1: "sc-status",
    3: "sc-status sc-substatus sc-win32-status",
    4: f"sc-status sc-substatus sc-win32-status {NOT_READ}",  # time-taken in the default fields
    6: "sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken",
}
MIDDLE = {
    # a field between the client and the status, in IIS's order: a value that only that field has
    "cs-version": r"HTTP/\d(?:\.\d)?",
    "cs(User-Agent)": r"[A-Za-z][^=;:]*/\d.*|Mozilla/.*",
    "cs(Cookie)": r"[^=/:+( ]+=.*",
    "cs(Referer)": r"[a-z][a-z-]*://.*",
    "cs-host": r"(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]+(?::\d+)?|\[[0-9a-f:]+\](?::\d+)?|localhost(?::\d+)?",
}
DEFAULTS = (
    # IIS's default fields between the client and the status, where all values may be -
    ("cs(User-Agent)", "cs(Referer)"),  # IIS 8 and later
    ("cs(User-Agent)",),  # IIS 6 and 7
)

Column = tuple[str, ...]


class Rows(NamedTuple):
    """Rows of IIS: their fields as in a #Fields line, or why those are not certain."""

    fields: str
    doubt: str = ""


def of_lines(lines: Sequence[str]) -> Rows | None:
    """Return the fields of rows without a #Fields line, None if most lines are no such rows."""
    rows = [line.rstrip().split(" ") for line in lines if ROW.match(line)]
    if 2 * len(rows) <= len(lines):
        return None
    ((width, _),) = Counter(map(len, rows)).most_common(1)
    columns = [*zip(*(row for row in rows if len(row) == width), strict=True)]
    method = next((index for index in range(2, width - 1) if _is_method(columns, index)), None)
    if method is None:
        return None
    before = "".join("i" if _most(IP, column) else "w" for column in columns[2:method])
    client = next((index for index in range(method + 2, width) if _most(IP, columns[index])), None)
    between = None if client is None else _between(columns[method + 2 : client])
    if before not in BEFORE or client is None or between is None:
        return Rows("", "which column is the client")
    numbers = _numbers(columns[client + 1 :])
    if numbers is None:
        return Rows("", "which column is the status")
    middle = _middle(columns[client + 1 : width - len(numbers)])
    if middle is None:
        return Rows("", "which column is the user agent")
    parts = ("date time", BEFORE[before], "cs-method cs-uri-stem", *between, "c-ip", *middle, *numbers)
    return Rows(" ".join(part for part in parts if part))


def _is_method(columns: Sequence[Column], index: int) -> bool:
    """Whether a column has methods, and the next one paths."""
    methods = columns[index]
    is_path = _most(r"[/*-].*", columns[index + 1])
    return _most(METHOD, methods) and is_path and not SURE_METHODS.isdisjoint(methods)


def _between(columns: Sequence[Column]) -> tuple[str, ...] | None:
    """Return the fields between the path and the client; None where they are not certain."""
    is_port = [_most(r"\d{1,5}", column) for column in columns]
    if is_port in ([], [False, True, False], [True, False], [True], [False, True]):
        return {
            0: (),
            1: ("s-port",),
            2: ("s-port", "cs-username") if is_port[:1] == [True] else ("cs-uri-query", "s-port"),
            3: ("cs-uri-query", "s-port", "cs-username"),
        }[len(columns)]
    if len(columns) <= len(("cs-uri-query", "cs-username")) and any("=" in value for value in columns[0]):
        return ("cs-uri-query", "cs-username")[: len(columns)]
    return None


def _numbers(columns: Sequence[Column]) -> tuple[str, ...] | None:
    """Return the fields of the columns of digits at the end, of which the first is the status."""
    count = next(
        (index for index, column in enumerate(reversed(columns)) if not _most(r"\d+", column)), len(columns)
    )
    if not count or not _most(r"0|[1-9]\d\d", columns[-count]):
        return None
    return tuple(NUMBERS.get(count, f"sc-status{f' {NOT_READ}' * (count - 1)}").split(" "))


def _middle(columns: Sequence[Column]) -> tuple[str, ...] | None:
    """Return the fields of the columns between the client and the status, None where they are not certain."""
    if len(columns) > len(MIDDLE):
        return None
    found = [_field(column) for column in columns]
    if None in found:
        return None
    has_version = found[:1] == ["cs-version"]
    for default in DEFAULTS:
        if len(default) == len(found) and all(
            name in (expected, NOT_READ) for name, expected in zip(found, default, strict=True)
        ):
            return default
    if len(found) - has_version == len(MIDDLE) - 1:  # all of them
        return tuple(MIDDLE)[not has_version :]
    order = [[*MIDDLE].index(str(name)) for name in found if name != NOT_READ]
    return tuple(map(str, found)) if order == sorted(set(order)) and "cs(User-Agent)" in found else None


def _field(column: Column) -> str | None:
    """Return the field that has such values, NOT_READ for values that are all -, None for others."""
    values = {*column} - {"-"}
    if not values:
        return NOT_READ
    for field, pattern in MIDDLE.items():
        shown = sum(1 for value in values if re.fullmatch(pattern, value))
        if 2 * shown > len(values):
            return field
    return None


def _most(pattern: str, column: Column) -> bool:
    """Whether three of four values match a pattern; the others may be of torn rows, which are rejected."""
    return 4 * sum(1 for value in column if re.fullmatch(pattern, value)) >= 3 * len(column)
