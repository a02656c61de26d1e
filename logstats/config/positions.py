"""The lines of logstats.toml on which its keys and tables are, for messages: tomllib gives no positions."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from logstats.config.settings import Where

LONGEST_SHOWN = 80  # characters of a line that a message shows

_STRING = r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
_TOKEN = re.compile(rf"(?P<string>{_STRING})|(?P<comment>\#[^\n]*)|(?P<sign>[\[\]{{}}=\n])|[^\n]", re.DOTALL)
_HEADER = re.compile(rf"[ \t]*(?P<open>\[\[?)(?P<name>(?:{_STRING}|[^\]\n#])*)\]", re.DOTALL)
_SYNTAX = re.compile(r"(?P<reason>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)")


def line_of(path: Path, where: Where) -> int | None:
    """Return the line of a key in a file, None where the file can't be read any more."""
    try:
        return lines(path.read_text(encoding="utf-8-sig")).get(where)
    except (OSError, ValueError):
        return None


def nearest(text: str, *keys: Where) -> int | None:
    """Return the line of the first of some keys of a table that there is, or else of the table.

    Without a table around them, it is None.
    """
    known = lines(text)
    table = keys[0][:-1]
    around = (table[:end] for end in range(len(table), 0, -1))
    return next((known[where] for where in (*keys, *around) if where in known), None)


def lines(text: str) -> Mapping[Where, int]:
    """Return the line of each key and table of a valid file; a [[table]] has its number, from 0, too."""
    found: dict[Where, int] = {}
    table: Where = ()
    numbers: dict[Where, int] = {}
    for line, statement in _statements(text):
        if header := _HEADER.match(statement):
            table = _table(header["open"], _names(header["name"]), numbers)
            where = table
        else:
            where = (*table, *_names(statement))
        for end in range(len(where), 0, -1):
            found.setdefault(where[:end], line)
    return found


def syntax(text: str, error: tomllib.TOMLDecodeError) -> tuple[str, int]:
    """Return what is wrong with a file that is not TOML, with the column and the text there, and the line."""
    match = _SYNTAX.fullmatch(str(error))
    rows = text.rstrip().split("\n")
    if match is None or match["line"] is None:
        line, column, reason = len(rows), len(rows[-1]) + 1, match["reason"] if match else str(error)
    else:
        line, column, reason = int(match["line"]), int(match["column"]), match["reason"]
    row = rows[min(line, len(rows)) - 1].strip()
    shown = "".join(char if char.isprintable() else "·" for char in row[:LONGEST_SHOWN])
    reason = reason.replace("'\\n'", "end of line")
    return f"column {column}: {reason[:1].lower()}{reason[1:]}: {shown}{_hint(reason, row)}", line


def _hint(reason: str, row: str) -> str:
    """Return what to do about the commonest mistakes; '' for any other."""
    key, _, value = (part.strip() for part in row.partition("="))
    if reason == "Invalid value":
        return "; write a text in quotes" if re.match(r"[A-Za-z/~.*]", value) else ""
    if reason.startswith("Cannot overwrite"):
        return f"; {key} is given twice, so remove one of the two" if key else ""
    if "end of line" in reason:
        return "; close the quotes"
    return "; close the brackets" if reason.startswith("Unclosed") else ""


def _table(brackets: str, names: Where, numbers: dict[Where, int]) -> Where:
    """Return the table of a header; the last [[table]] of each name around it is the one that it is in."""
    where: Where = ()
    for name in names[:-1]:
        where = (*where, name)
        where = (*where, numbers[where]) if where in numbers else where
    where = (*where, *names[-1:])
    if brackets == "[":
        return where
    numbers[where] = numbers.get(where, -1) + 1
    return (*where, numbers[where])


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each header, and of each key up to its value."""
    line, depth = 1, 0
    first, start, is_key = 1, 0, True
    for token in _TOKEN.finditer(text + "\n"):
        sign, at = token["sign"], token.start()
        if is_key and depth == 0 and sign in ("=", "\n"):
            if text[start:at].strip():
                yield first, text[start:at].strip()
            is_key = False
        if token["comment"] and is_key and not text[start:at].strip():
            is_key = False
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(sign or "", 0)
        line += token[0].count("\n")
        if sign == "\n" and depth == 0:
            first, start, is_key = line, token.end(), True


def _names(key: str) -> Where:
    """Return the parts of a dotted key."""
    parts: list[str] = []
    table: Any = tomllib.loads(f"{key.strip()} = 0")
    while isinstance(table, dict):
        ((name, table),) = table.items()
        parts.append(name)
    return tuple(parts)
