"""The kinds of values in logstats.toml: how each is checked, converted and named in messages.

A setting is one row: a field of a NamedTuple whose type is `Annotated` with a `Setting`. The parser, the
documents and `logstats init` read these rows with `settings_of`.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from logstats import clients, home
from logstats.clock import UTC_CLOCK, parse_instant, valid_zone
from logstats.config import patterns
from logstats.errors import UsageError

REBUILD = "Run `logstats rebuild`."
REBUILD_ALL = f"{REBUILD} It can't change once `logstats prune` has deleted hits of the site."
IMMEDIATE = "Nothing; each command reads the file."
NEXT_UPDATE = "Nothing; the next `logstats update` applies it."
NEW_LINES = "Nothing; it applies to lines that are read afterwards. Hits in the store stay as they are."
LONGEST_SPAN_S = 7 * 86400
LARGEST_COUNT = 10**15  # sums of such counts still fit into 64 bits
LONGEST_KEPT = 36_500  # days
_SPAN = re.compile(r"([0-9]+)\s*([smhd])")
_ORIGIN = re.compile(r"https?://[\w.-]+(?::[0-9]+)?|https?://\[[0-9A-Fa-f:.]+\](?::[0-9]+)?")
_URL = re.compile(r"https?://[\w.:\[\]-]+/[!#-;=?-\[\]_a-z~]*")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class WrongKindError(Exception):
    """The value is not of the converter's kind; the loader composes the message from `kind`."""


class Converter(NamedTuple):
    """One kind of value.

    `kind` completes "KEY must be …". `convert` returns the typed value; it raises WrongKindError, or
    ValueError with "WHAT; WHAT TO DO". `locate` resolves paths, given the folder of logstats.toml. `to_toml`
    is the inverse of `convert`, where the file has another value than the typed one. `choices` are the
    strings that are possible, where they are few.
    """

    kind: str
    convert: Callable[[Any], Any]
    locate: Callable[[Any, Path], Any] | None = None
    to_toml: Callable[[Any], str] | None = None
    choices: tuple[str, ...] = ()


class Setting(NamedTuple):
    """One key of logstats.toml.

    `doc` begins with a short sentence, the key's comment in the README's example. `after` says what to do
    after a change. `key` is the name in the file where the field has another name. `example` is a value in
    TOML ('': the default), `alternative` are lines of TOML that can replace the key's own. `default` is the
    default in words, where TOML can't express it. A `rare` key is commented out in the README's example.
    """

    converter: Converter
    doc: str
    after: str
    key: str = ""
    example: str = ""
    alternative: str = ""
    default: str = ""
    rare: bool = False


class Row(NamedTuple):
    """A setting, with the field that holds it and the field's default (None without one)."""

    field: str
    default: Any
    setting: Setting


@cache
def settings_of(fields: type) -> dict[str, Row]:
    """Return the settings of a NamedTuple's fields by their keys, in the order of the fields."""
    defaults: dict[str, Any] = fields._field_defaults  # type: ignore[attr-defined]
    rows: dict[str, Row] = {}
    for field, hint in fields.__annotations__.items():
        (setting,) = getattr(hint, "__metadata__", (None,))
        if setting is not None:
            rows[setting.key or field] = Row(field, defaults.get(field), setting)
    return rows


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongKindError
    if not value:
        raise ValueError("the string is empty; write a value or remove the line")
    if "\0" in value:
        raise ValueError("the string has a NUL (\\u0000); leave it out")
    return value


def _file_name(value: Any) -> str:
    if not Path(text := _text(value)).name:
        raise ValueError(f"'{text}' is a folder; write the name of a file")
    return text


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise WrongKindError
    return tuple(_text(item) for item in value)


def _instant(value: Any) -> str:
    forms = 'use 2026-11-23, 2026-11-23T10:00, "yesterday", a span back (7d, 12h), "now" or "last"'
    return text if (text := _text_of_time(value)) in ("now", "last") else _readable_time(text, forms)


def _past(value: Any) -> str:
    forms = 'use a span back (30d, 12h), "yesterday", 2026-11-23 or 2026-11-23T10:00'
    return _readable_time(_text_of_time(value), forms)


def _text_of_time(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else _text(value)


def _readable_time(text: str, forms: str) -> str:
    """Return a text if it is a date, a time or a span back; otherwise raise the error with `forms` to use."""
    try:
        parse_instant(text, UTC_CLOCK, datetime(2000, 1, 1))
    except UsageError as error:
        raise ValueError(f"'{text}' is not a date or time; {forms}") from error
    return text


def _network(text: str) -> str:
    try:
        return str(clients.network(text))
    except ValueError as error:
        raise ValueError(
            f"'{text}' is not a network; use 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32"
        ) from error


def _networks(value: Any) -> tuple[str, ...]:
    return tuple(_network(item) for item in _texts(value))


def _pattern(value: Any) -> str:
    """Return a pattern; `cli.context` and the statements that use it have it checked by RE2."""
    text = _text(value)
    return patterns.closed(text) if "\\Q" in text else text


def _patterns(value: Any) -> tuple[str, ...]:
    _texts(value)
    return tuple(_pattern(item) for item in value)


def _span(value: Any) -> int:
    """Return the seconds of a span."""
    match = _SPAN.fullmatch(_text(value))
    if match is None:
        raise ValueError(f'\'{value}\' is not a duration; use one like "30m", "45s" or "2h"')
    seconds = int(match[1]) * _SECONDS[match[2]]
    if not 0 < seconds <= LONGEST_SPAN_S:
        raise ValueError(f"'{value}' is out of range; use a duration from 1s to 7d")
    return seconds


def _span_to_toml(seconds: int) -> str:
    unit = next(unit for unit in ("d", "h", "m", "s") if seconds % _SECONDS[unit] == 0)
    return f'"{seconds // _SECONDS[unit]}{unit}"'


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_COUNT:
        raise WrongKindError
    return value


def _days(value: Any) -> int:
    if not 0 < _count(value) <= LONGEST_KEPT:
        raise WrongKindError
    return int(value)


def number(least: int, most: int) -> Converter:
    """Return a converter for a whole number in a range."""

    def convert(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise WrongKindError
        return value

    return Converter(f"a whole number from {least} to {most}", convert)


def short_text(most: int) -> Converter:
    """Return a converter for a text of a limited length."""

    def convert(value: Any) -> str:
        text = _text(value)
        if len(text) > most:
            raise ValueError(f"the string has {len(text)} characters; use {most} at most")
        return text

    return Converter(TEXT.kind, convert)


def _origin(value: Any) -> str:
    text = _text(value).removesuffix("/")
    if not _ORIGIN.fullmatch(text):
        raise ValueError(f"'{text}' is not the beginning of a URL; use one like \"https://portal.example\"")
    return text


def _url(value: Any) -> str:
    text = _text(value)
    if not _URL.fullmatch(text):
        raise ValueError(f"'{text}' is not a URL; use one like \"https://portal.example/most-read.xml\"")
    return text


def _day(value: Any) -> date:
    if type(value) is not date:  # a datetime is also an instance of date
        raise WrongKindError
    return value


def _zone(value: Any) -> str:
    return valid_zone(_text(value))


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongKindError
    return value


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise WrongKindError
    return tuple((_text(key), _text(item)) for key, item in value.items())


def in_folder(path: str, folder: Path) -> Path:
    """Return the absolute form of a path in logstats.toml; `folder` is the folder of that file."""
    return home.expanded(path, folder)


def _paths_in_folder(paths: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    return tuple(str(in_folder(path, folder.absolute())) for path in paths)


def choice(*choices: str) -> Converter:
    """Return a converter for one of a few strings."""

    def convert(value: Any) -> str:
        if value not in choices:
            raise WrongKindError
        return str(value)

    return Converter(f"one of {', '.join(choices)}", convert, choices=choices)


def one_or_more(*choices: str) -> Converter:
    """Return a converter for one of a few strings or a list of them, as a tuple."""
    one = choice(*choices)

    def convert(value: Any) -> tuple[str, ...]:
        return tuple(one.convert(item) for item in (value if isinstance(value, list) else [value]))

    return Converter(f"{one.kind}, or a list of them", convert, choices=choices)


TEXT = Converter("a string in quotes", _text)
TEXTS = Converter("a list of strings in brackets", _texts)
PATHS = Converter(TEXTS.kind, _texts, locate=_paths_in_folder)
ORIGIN = Converter("a string in quotes", _origin)
URL = Converter("a string in quotes", _url)
PATH = Converter("a string in quotes", _file_name, locate=in_folder)
INSTANT = Converter("a date or time", _instant)
PAST = Converter("a date, a time or a span back", _past)
NETWORKS = Converter("a list of networks in brackets", _networks)
PATTERN = Converter("a regular expression in quotes", _pattern)
PATTERNS = Converter("a list of regular expressions in brackets", _patterns)
SPAN = Converter('a duration in quotes, such as "30m"', _span, to_toml=_span_to_toml)
COUNT = Converter(f"a whole number from 0 to {LARGEST_COUNT}", _count)
DAYS = Converter(f"a number of days from 1 to {LONGEST_KEPT}", _days)
DAY = Converter("a date without quotes, such as 2026-11-01", _day)
ZONE = Converter("the name of a time zone in quotes", _zone)
FLAG = Converter("true or false", _flag)
PAIRS = Converter('a table of strings, such as {"/one" = "/other"}', _pairs)
