"""Log formats: their names and definitions, and the detection of a log's format.

log_format       a format as data, for the rest of the program
fields           the fields of a line, and their names in each family of formats
named            the formats with a name, one file each in named_formats/
directives, apache   Apache's LogFormat
nginx, nginx_lexer   nginx's log_format, translated to Apache's or to JSON keys
text, times      lines of text that match a pattern, and the times in them
jsonlines, w3c   lines of JSON objects, and lines under a header
detection        the format of a log from its first lines, or the reason why it is unknown
server_configs, conf_parser   the formats that a server's configuration defines
caret            an error's position in a text, marked for the user
lazy             the modules of this folder that are imported on first use
"""

import re
from collections.abc import Sequence
from functools import cache

from logstats.errors import UsageError
from logstats.formats import apache, fields, lazy, named
from logstats.formats.log_format import LogFormat

FORMATS = tuple(named.files())
FIELD_SLOTS = {"typed_columns": fields.typed_columns()}

__all__ = [
    "FIELD_SLOTS",
    "FORMATS",
    "LogFormat",
    "detect",
    "fits",
    "format_of",
    "has_agent",
    "others",
    "require_fit",
]


def format_of(definition: str) -> LogFormat:
    """Return the format of a name or a definition; raise UsageError for any other text."""
    text = definition.strip()
    if text in FORMATS:
        return named.load(text).log_format
    if match := re.match(r"(json|w3c)\s+\S", text):
        is_json = match[1] == "json"
        return lazy.jsonlines.parse(text) if is_json else lazy.w3c.compile_fields(text.partition(" ")[2])
    if "$" in text or text.startswith("log_format"):
        return _of_nginx(text)
    if "%" in text:
        return apache.compile_format(apache.unquoted(text))
    raise UsageError(
        f"no log format '{definition}'; there are: {', '.join(FORMATS)}, or give an Apache LogFormat, "
        "an nginx log_format, or 'json time=KEY client=KEY …'"
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


def fits(log_format: LogFormat, line: str) -> bool:
    """Whether a line, as a whole, matches the format."""
    return lazy.detection.fits(log_format, line)


def has_agent(log_format: LogFormat, lines: Sequence[str] = ()) -> bool:
    """Whether all lines of a format have a user agent; `lines` are those of a log, or only its headers."""
    if log_format.fragment == "formats/w3c" and (headers := lazy.w3c.headers([*lines])):
        return all(map(lazy.w3c.names_agent, headers))
    if "agent" in log_format.optional:
        pattern, group = "^" + "".join(log_format.pieces), log_format.groups.index("agent") + 1
        return all(match[group] is not None for line in lines if (match := re.match(pattern, line)))
    return log_format.has("agent")


def others(log_format: LogFormat) -> tuple[LogFormat, ...]:
    """Return the formats to try for a line that does not match its log's format."""
    return tuple(other for other in _all() if other.is_one and other.name != log_format.name)


@cache
def _all() -> tuple[LogFormat, ...]:
    return tuple(named.load(name).log_format for name in FORMATS)
