"""Time formats: for each, the pattern of a time and the SQL expression of its instant.

Apache's `%{format}t` has the format of strftime, which DuckDB's strptime accepts with few differences. A time
without an offset is in the zone of its site. In the hour that occurs twice when clocks go back, the later
instant is used; in the hour that is skipped, the instant one hour later.
"""

import re
from typing import NamedTuple

from logstats.errors import UsageError
from logstats.store import statements

CLF = "[%d/%b/%Y:%H:%M:%S %z]"
EPOCHS = {
    # Apache's unit of a count since 1970: its length in microseconds
    "sec": 1_000_000,
    "msec": 1_000,
    "usec": 1,
}
FRACTIONS = {"msec_frac": "%g", "usec_frac": "%f"}
COMPOSED = {"%F": "%Y-%m-%d", "%T": "%H:%M:%S", "%R": "%H:%M", "%h": "%b"}
PATTERNS = {
    # strptime's directive: its pattern
    "%d": "[0-9]{2}",
    "%-d": "[0-9]{1,2}",
    "%j": "[0-9]{3}",
    "%m": "[0-9]{2}",
    "%-m": "[0-9]{1,2}",
    "%b": "[A-Za-z]{3}",
    "%B": "[A-Za-z]{3,9}",
    "%a": "[A-Za-z]{3}",
    "%A": "[A-Za-z]{6,9}",
    "%Y": "[0-9]{4}",
    "%H": "[0-9]{2}",
    "%-H": "[0-9]{1,2}",
    "%I": "[0-9]{2}",
    "%-I": "[0-9]{1,2}",
    "%p": "[AP]M",
    "%M": "[0-9]{2}",
    "%S": "[0-9]{2}",
    "%g": "[0-9]{3}",
    "%f": "[0-9]{1,6}",
    "%z": r"(?:[+-][0-9]{2}:?[0-9]{2}|Z)",
    "%%": "%",
}
REFUSED = {
    # strftime's directive: why it is refused
    "%y": "a year of two digits may be in any century; log %Y",
    "%C": "a century is not a year; log %Y",
    "%c": "it is written in the server's own language; log %d/%b/%Y:%H:%M:%S %z",
    "%x": "it is written in the server's own language; log %Y-%m-%d",
    "%X": "it is written in the server's own language; log %H:%M:%S",
    "%D": "a year of two digits may be in any century; log %Y-%m-%d",
    "%Z": "a zone's name is not its offset; log %z",
    "%U": "a week is not a day; log %Y-%m-%d",
    "%W": "a week is not a day; log %Y-%m-%d",
    "%e": "a day that begins with a space is two words; log %d",
    "%k": "log %H",
    "%l": "log %I",
    "%s": "log %{sec}t",
}
FAULTS = (
    # the pattern of a time that can't be parsed: why
    (
        r"\[?[0-9]{1,2}/[^/ ]{1,12}/[0-9]{2}[:, ]",
        "a year of two digits may be in any century; log one of four",
    ),
    (r"[^, ]+/[0-9]{2}, ", "a year of two digits may be in any century; log one of four"),
    (
        r"\[?[0-9]{1,2}/(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/)[^/ ]+/[0-9]{4}:",
        "its month is not in English; start the server with LC_TIME=C",
    ),
)
DATE = ("%Y", "%H", "%M")  # required
LONGEST = 100  # characters of a time
_INSTANT = re.compile(
    r"(?=.*(?<![0-9])(?:[0-9]{4}(?![0-9])|[0-9]{2}-[A-Za-z]{3}-[0-9]{2} )).*[0-9]:[0-9]{2}.*"
    r"|[0-9]{8}T?[0-9]{6}.*"
)
_COUNT = re.compile(
    r"(?:[1-9][0-9]{9}|[1-9][0-9]{12}|[1-9][0-9]{15}|[1-9][0-9]{18}|9[0-9]{8})(?:[.,][0-9]*)?"
    r"|[1-9](?:\.[0-9]+)?[eE]\+?(?:0?9|1[0-8])"
)
_DIRECTIVE = re.compile(r"%-?[A-Za-z%]")
# a number with more digits has no instant; what is after the microseconds is cut off
_EPOCH_SQL = "make_timestamp(try_cast(floor(try_cast({text} AS DECIMAL(27, 9)) * {micros}) AS BIGINT))"


class TimeFormat(NamedTuple):
    """A time format: its pattern, and SQL (with {text}) for the UTC TIMESTAMP, NULL where there is none.

    `length` is the number of characters where it is fixed, else None. `spaces` of them are spaces, the
    first at `space_at` (from 1).
    """

    pattern: str
    sql: str
    spaces: int = 0
    length: int | None = None
    space_at: int = 0


def clf() -> TimeFormat:
    """Return Apache's own time format, in brackets."""
    instant = f"try_strptime({{text}}, '{CLF}')"
    leap_second = instant.replace("{text}", "replace({text}, ':60 ', ':59 ')")
    sql = f"make_timestamp(epoch_us(coalesce({instant}, {leap_second})))"
    example = "[23/Nov/2026:10:00:00 +0700]"
    return TimeFormat(
        pattern=r'\[[^ "]* [^ "]*\]',
        sql=sql,
        spaces=1,
        length=len(example),
        space_at=example.index(" ") + 1,
    )


def any_time() -> TimeFormat:
    """Return a format of any usual time: ISO 8601, Apache's, or a count of seconds or fractions of them."""
    return TimeFormat(r'[^ "]+(?: [^ "]+)?', any_time_of("{text}"))


def any_time_of(text: str) -> str:
    """Return the SQL of the instant of `text`, an SQL expression, in any of these formats."""
    return statements.load("formats/any_time").sql.replace("{text}", text)


def strftime(text: str) -> TimeFormat:
    """Return the format of times logged by Apache's `%{text}t`; several of these may be joined in one text.

    Raise UsageError where such times do not determine an instant.
    """
    text = text.removeprefix("begin:").removeprefix("end:")
    unit = text.split(".")[0]
    if unit in EPOCHS:
        has_fraction = "." in text
        return TimeFormat(
            r"[0-9]+\.[0-9]+" if has_fraction else "[0-9]+",
            _EPOCH_SQL.replace("{micros}", str(EPOCHS[unit])),
        )
    for short, long in (*COMPOSED.items(), *FRACTIONS.items()):
        text = text.replace(short, long)
    directives = _DIRECTIVE.findall(text)
    if refused := next((f"{name}: {REFUSED[name]}" for name in directives if name in REFUSED), None):
        raise UsageError(f"the time format '{text}' can't be read ({refused})")
    unknown = [name for name in directives if name not in PATTERNS]
    present = {name.replace("-", "").replace("%I", "%H") for name in directives}
    missing = [name for name in DATE if name not in present]
    if unknown or missing:
        fault = f"it has {', '.join(unknown)}" if unknown else f"it lacks {', '.join(missing)}"
        raise UsageError(f"the time format '{text}' can't be read ({fault})")
    pattern = re.sub(r"%-?[A-Za-z%]|.", lambda match: _pattern(match[0]), text)
    return TimeFormat(pattern, _strptime(text, has_offset="%z" in directives), spaces=text.count(" "))


def is_instant(text: str) -> bool:
    """Whether a text looks like a date with a time, or like a count of seconds or fractions since 2000."""
    is_short = len(text) <= LONGEST
    return is_short and bool(_INSTANT.fullmatch(text) or _COUNT.fullmatch(text))


def fault(text: str) -> str:
    """Return why a time that matches its pattern can't be parsed; '' where no reason is known."""
    return next((reason for pattern, reason in FAULTS if re.match(pattern, text)), "")


def _pattern(part: str) -> str:
    return PATTERNS.get(part, re.escape(part).replace("\\ ", " "))


def _strptime(text: str, *, has_offset: bool) -> str:
    quoted = text.replace("'", "''")
    if has_offset:  # strptime does not accept Z
        offset = (
            r"regexp_replace({text}, 'Z(\]?)$', '+0000\1')" if quoted.rstrip("]").endswith("%z") else "{text}"
        )
        return f"make_timestamp(epoch_us(try_strptime({offset}, '{quoted}')))"
    return f"make_timestamp(epoch_us(try_strptime({{text}}, '{quoted}') AT TIME ZONE $zone))"
