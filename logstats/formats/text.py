"""Lines of text as a shape: read by a pattern, or cut where a format lets a line be cut."""

from typing import NamedTuple

from logstats.formats.log_format import FIELDS, LogFormat
from logstats.formats.times import TimeFormat

NO_HOST = "CASE WHEN {text} IN ('', '-') THEN $vhost ELSE {text} END"  # a client need not name one
DEFAULTS = {"vhost": "$vhost", "forwarded": "''", "bytes": "'-'", "referrer": "''", "agent": "''"}
NO_TAB = r"NOT contains(client, E'\t')"  # tables on a terminal would lose their columns
PARTS = ("method", "path", "query", "protocol")  # of a request that is not told in one
NUMBERS = ("status", "bytes")  # in any other field Apache puts a backslash before quotes and backslashes


class FastSplit(NamedTuple):
    """SQL: what a line is cut into, what holds of one that is cut right, and each field's text in it."""

    words: list[str]
    checks: list[str]
    text_of: dict[str, str]


UNCUT = FastSplit([], ["false"], {})


class TextFormat(NamedTuple):
    """How lines of text are read: a pattern in pieces, its groups' names, how time is written, how to cut."""

    pieces: tuple[str, ...]
    groups: tuple[str, ...]
    time: TimeFormat
    cut: FastSplit = UNCUT


def text_shape(name: str, definition: str, text: TextFormat) -> LogFormat:
    """Return the shape of lines that a pattern reads, or that are cut where they can be."""
    groups, time, cut = text.groups, text.time, text.cut.text_of
    told = [field for field in (*FIELDS, *PARTS) if field in groups]
    texts = {field: _text(field, is_cut=field in cut) for field in told}
    return LogFormat(
        name=name,
        definition=definition,
        reading="formats/text",
        slots={
            "words": "".join(f", {word}" for word in text.cut.words),
            "places": ", ".join(f"{cut[field]} AS {field}" for field in [*told, "time"] if field in cut)
            or "NULL",
            "is_clean": " AND ".join([*text.cut.checks, NO_TAB] if cut else text.cut.checks),
            "placed_at": _instant(time, "time") if "time" in cut else "CAST(NULL AS TIMESTAMP)",
            "matched_at": _instant(time, "x.time"),
            "groups": str(list(groups)),
            "fields": ", ".join(f"{_whole(field, texts)} AS {field}" for field in FIELDS),
        },
        fields=frozenset(groups) | ({"request"} if "path" in groups else frozenset()),
        pieces=text.pieces,
        groups=groups,
    )


def _instant(time: TimeFormat, text: str) -> str:
    return time.sql.replace("{text}", text)


def _text(field: str, *, is_cut: bool) -> str:
    """Return a field's text: as it was cut where the line is clean, else from the pattern."""
    matched = f"x.{field}"
    if field not in NUMBERS:
        unescaped = rf"""regexp_replace({matched}, '\\(["\\])', '\1', 'g')"""
        matched = f"CASE WHEN contains({matched}, '\\') THEN {unescaped} ELSE {matched} END"
    return f"CASE WHEN is_clean THEN {field} ELSE {matched} END" if is_cut else matched


def _whole(field: str, texts: dict[str, str]) -> str:
    """Return a field's expression; a request that is told in parts is put together, whatever its protocol."""
    if field == "request" and field not in texts:
        query = texts.get("query", "''")
        asked = f"CASE WHEN {query} IN ('', '-') OR starts_with({query}, '?') THEN '' ELSE '?' END"
        told = f"concat({texts['method']}, ' ', {texts['path']}, {asked}, nullif({query}, '-'), ' HTTP/1.1')"
        return f"CASE WHEN {texts['method']} IN ('', '-') THEN {texts['path']} ELSE {told} END"
    if field == "vhost" and field in texts:
        return NO_HOST.replace("{text}", texts[field])
    return texts.get(field, DEFAULTS.get(field, "''"))
