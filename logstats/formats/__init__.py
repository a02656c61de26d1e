"""Log formats: their names and definitions, and the detection of a log's format.

log_format       a format as data, for the rest of the program
fields           the fields of a line, and their names in each family of formats
named            the formats with a name, one file each in named_formats/
directives, apache   Apache's LogFormat
nginx, nginx_lexer   nginx's log_format, translated to Apache's or to JSON keys
text, times      lines of text that match a pattern, and the times in them
jsonlines, ltsv, w3c   lines of JSON objects, of labelled values, and lines under a header
json_keys, json_sample, json_messages   the keys of JSON lines, how they are found, and what is said of them
detection        the format of a log from its first lines, or the reason why it is unknown
server_configs, conf_parser   the formats that a server's configuration defines
prefixes         what syslog, containers and tools write before a line of any of them
caret            an error's position in a text, marked for the user
lazy             the modules of this folder that are imported on first use
"""

import re
from collections.abc import Sequence
from functools import cache

from logstats import similar
from logstats.errors import Excerpt, UsageError
from logstats.formats import apache, fields, lazy, named
from logstats.formats.log_format import LogFormat

FORMATS = tuple(named.files())
FIELD_SLOTS = {"fault": "CAST(NULL AS VARCHAR)"}
typed_columns = fields.typed_columns

__all__ = [
    "FIELD_SLOTS",
    "FORMATS",
    "LogFormat",
    "bare_lines",
    "described",
    "detect",
    "excerpt",
    "fits",
    "format_of",
    "has_agent",
    "names_host",
    "others",
    "prefix_params",
    "require_fit",
    "typed_columns",
    "unfit_reasons",
]


MOST_PREFIXES = 10  # more than any chain of programs writes before a line


def format_of(definition: str) -> LogFormat:
    """Return the format of a name or a definition; raise UsageError for any other text."""
    text = definition.strip()
    if text in FORMATS:
        return named.load(text).log_format
    names, rest = lazy.prefixes.split(text)
    if len(names) > MOST_PREFIXES:
        raise UsageError(
            f"a log format can't begin with {len(names):,} names of prefixes; write {MOST_PREFIXES} at most"
        )
    if names:
        return lazy.prefixes.added(names, format_of(rest))
    if match := re.match(r"(json|ltsv|w3c)\s+\S", text):
        if match[1] == "w3c":
            return lazy.w3c.compile_fields(text.partition(" ")[2])
        return lazy.jsonlines.parse(text) if match[1] == "json" else lazy.ltsv.parse(text)
    if "$" in text or text.startswith("log_format"):
        return _of_nginx(text)
    if "%" in text:
        return apache.compile_format(apache.unquoted(text))
    suggested = similar.suggestion(text, (*FORMATS, "auto", *lazy.prefixes.BY_NAME))
    there_are = "There are" if suggested else "there are"
    raise UsageError(
        f"no log format '{definition}'; {suggested}{there_are}: {', '.join(FORMATS)}, "
        "or give an Apache LogFormat, an nginx log_format, or 'json time=KEY client=KEY …'"
    )


def _of_nginx(text: str) -> LogFormat:
    translated = lazy.nginx.translate(text)
    if translated.keys is not None:
        return lazy.jsonlines.of_variables(translated.keys)
    return apache.compile_format(translated.log_format or "")


def detect(sample: bytes, path: str) -> LogFormat:
    """Return the most specific format that most lines of a sample match, or raise FormatError."""
    return lazy.detection.detect(sample, path)


def require_fit(log_format: LogFormat, sample: bytes, path: str) -> None:
    """Raise FormatError where no line of a sample matches the format that was given."""
    lazy.detection.require_fit(log_format, sample, path)


def described(log_format: LogFormat) -> list[str]:
    """Return which key of a JSON line is which field, and which fields have none; else nothing."""
    return lazy.json_messages.described(log_format) if log_format.keys else []


def fits(log_format: LogFormat, line: str, header: str = "") -> bool:
    """Whether a line, as a whole, matches the format; `header` are the header lines above it."""
    if header and log_format.has_header:
        return lazy.w3c.has_all(line, header)
    return lazy.detection.fits(log_format, line)


def excerpt(log_format: LogFormat, line: str, *, is_marked: bool) -> Excerpt:
    """Return a line for a message; `is_marked`: with a mark where it stops matching the format."""
    return lazy.detection.excerpt(log_format, line, is_marked=is_marked)


def has_agent(log_format: LogFormat, lines: Sequence[str] = ()) -> bool:
    """Whether all lines of a format have a user agent; `lines` are those of a log, or only its headers."""
    if log_format.fragment == "formats/w3c" and (headers := lazy.w3c.headers([*lines])):
        return all(map(lazy.w3c.names_agent, headers))
    if "agent" in log_format.optional:
        pattern, group = "^" + "".join(log_format.pieces), log_format.groups.index("agent") + 1
        return all(match[group] is not None for line in lines if (match := re.match(pattern, line)))
    return log_format.has("agent")


def names_host(log_format: LogFormat, header: str) -> bool:
    """Whether a header line of a W3C log, or the format's own fields, has a field for the host."""
    fields = lazy.w3c.headers([*header.splitlines(), log_format.header])
    return any(lazy.w3c.names_host(names) for names in fields)


def others(log_format: LogFormat) -> tuple[LogFormat, ...]:
    """Return the formats to try for a line that does not match its log's format.

    The first is that format itself, for a line without its prefix; it has no prefix here.
    """
    own = format_of(lazy.prefixes.split(log_format.definition)[1]) if log_format.prefixes else log_format
    return own, *(other for other in _all() if other.is_one and other.name != own.name)


def bare_lines(logged_line: str, names: tuple[str, ...] = ()) -> str:
    """Return the SQL of the lines of a query without prefixes: those with these names, or any certain one."""
    return lazy.prefixes.line_sql(names, logged_line)


def prefix_params(names: tuple[str, ...] = ()) -> dict[str, str | int]:
    """Return the parameters of the SQL of `bare_lines`."""
    return lazy.prefixes.params(names)


def unfit_reasons() -> str:
    """Return the WHEN clauses of exact reasons of lines that fit no format."""
    return lazy.prefixes.reasons_sql()


@cache
def _all() -> tuple[LogFormat, ...]:
    return tuple(named.load(name).log_format for name in FORMATS)
