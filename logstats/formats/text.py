"""Formats of lines of text, which are matched with a pattern or, where possible, split, which is faster."""

import re
from typing import NamedTuple

from logstats.formats.fields import FIELDS, PARTS, UNLOGGED, WITHOUT_UNIT, milliseconds
from logstats.formats.log_format import LogFormat
from logstats.formats.times import TimeFormat
from logstats.store import statements

# an agent that is empty is written as two quotes; without them, the line has no agent
OPTIONAL_AGENT = """CASE WHEN {text} <> '' OR contains(line, '""') THEN {text} END"""
NO_TAB = r"NOT contains(client, E'\t')"  # a tab would break the columns of tables on a terminal
QUOTED = r'(?:[^"\\]|\\.)*'
_WORD_OF_USER = r'(?:[^ "\[:-]|-[^ "\[:])[^ "\[:]*'
_IP = r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.%a-z]+\]?(?::[0-9]+)?)"
IDENT = "(?:-|[0-9]+|[^ :]*[^ 0-9.:][^ :]*)"
PIECES = {
    # name of a piece: its pattern. The formats of named_formats/ write it in braces
    # a name may have spaces, but no lone - and no colon between them: what is before a client has both
    "user": rf'(?:-|""|(?:[^ "\[-]|-[^ "\[])[^ "\[]*|{_WORD_OF_USER}(?: +{_WORD_OF_USER})+|)',
    # where a name would be taken for a host or a host for a name
    "ip": rf"(?P<client>{_IP}(?:, ?(?:{_IP}|unknown))*)",
    # a name or a number, but no IP: that is the client, after a host
    "ident": IDENT,
    # Traefik 1 writes - without quotes
    "referrer": rf'(?:"(?P<referrer>{QUOTED})"|-)',
    "agent": rf'(?:"(?P<agent>{QUOTED})"|-)',
}
NUMBERS = ("status", "bytes")  # in all other fields Apache escapes quotes and backslashes with a backslash
_ESCAPED = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]")  # what is no bracket of a group


class FastSplit(NamedTuple):
    """SQL that splits a line into `words`; `text_of` has each field's text, valid where all `checks` hold."""

    words: list[str]
    checks: list[str]
    text_of: dict[str, str]


NO_FAST_SPLIT = FastSplit(words=[], checks=["false"], text_of={})


class TextFormat(NamedTuple):
    """How lines of text are parsed: a pattern in pieces, its groups, the time format, and the fast split.

    `duration_unit` is a key of UNITS_MS, or WITHOUT_UNIT.
    """

    pieces: tuple[str, ...]
    groups: tuple[str, ...]
    time: TimeFormat
    fast_split: FastSplit = NO_FAST_SPLIT
    duration_unit: str = WITHOUT_UNIT


def compile_text(name: str, definition: str, text: TextFormat) -> LogFormat:
    """Return the format of lines that are matched with a pattern and, where possible, split."""
    groups, time, split = text.groups, text.time, text.fast_split.text_of
    present = [field for field in (*FIELDS, *PARTS) if field in groups]
    texts = {field: _text(field, is_split=field in split) for field in present}
    optional = frozenset({"agent"} if "agent" in texts and _is_optional(text, "agent") else ())
    if optional:
        texts["agent"] = OPTIONAL_AGENT.replace("{text}", texts["agent"])
    if "duration" in texts:
        texts["duration"] = milliseconds(texts["duration"], text.duration_unit)
    columns = [f"{split[field]} AS {field}" for field in [*present, "time"] if field in split]
    checks = [*text.fast_split.checks, NO_TAB] if split else text.fast_split.checks
    return LogFormat(
        name=name,
        definition=definition,
        fragment="formats/text",
        slots={
            "words": "".join(f", {word}" for word in text.fast_split.words),
            "columns": ", ".join(columns) or "NULL",
            "is_clean": " AND ".join(checks),
            "split_at": _instant(time, "time") if "time" in split else "CAST(NULL AS TIMESTAMP)",
            "matched_at": _instant(time, "x.time"),
            "groups": str(list(groups)),
            "fields": ", ".join(f"{_whole(field, texts)} AS {field}" for field in FIELDS),
        },
        fields=frozenset(groups) | ({"request"} if "path" in groups else frozenset()),
        pieces=text.pieces,
        groups=groups,
        optional=optional,
    )


def _is_optional(text: TextFormat, field: str) -> bool:
    """Whether a field's group is inside another one, as it is where lines may end before it.

    A - in place of a text in quotes is an empty one.
    """
    pattern = _ESCAPED.sub("", "".join(text.pieces)).replace('(?:"(', '"(').replace(')"|-)', ')"')
    starts = [match.start() for match in re.finditer(r"\((?!\?)", pattern)]
    before = pattern[: starts[text.groups.index(field)]]
    return before.count("(") > before.count(")")


def _instant(time: TimeFormat, text: str) -> str:
    return time.sql.replace("{text}", text)


def _text(field: str, *, is_split: bool) -> str:
    """Return the SQL of a field's text: from the split line if that is clean, else from the pattern."""
    matched = f"x.{field}"
    if field not in NUMBERS:
        matched = statements.load("formats/apache_escapes").fill(text=matched).strip()
    return f"CASE WHEN is_clean THEN {field} ELSE {matched} END" if is_split else matched


def _whole(field: str, texts: dict[str, str]) -> str:
    """Return a field's SQL expression; a request that is logged in parts is joined, with HTTP/1.1."""
    if field == "request" and field not in texts:
        query = texts.get("query", "''")
        mark = f"CASE WHEN {query} IN ('', '-') OR starts_with({query}, '?') THEN '' ELSE '?' END"
        method = texts.get("method", "'GET'")  # a few formats log no method
        joined = f"concat({method}, ' ', {texts['path']}, {mark}, nullif({query}, '-'), ' HTTP/1.1')"
        return f"CASE WHEN {method} IN ('', '-') THEN {texts['path']} ELSE {joined} END"
    return texts.get(field, UNLOGGED[field])
