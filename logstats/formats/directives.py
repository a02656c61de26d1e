"""The directives of an Apache LogFormat, under the names of the library apache-log-parser.

The library's own pattern of a line is not used: it matches only a prefix, and ends a quoted field at the
first quote, even an escaped one. Importing it costs 60 ms, so the names of common directives are listed here
(a test compares them), with those of directives that it does not know or fails on.
"""

import re
from functools import cache
from typing import NamedTuple

from logstats.errors import UsageError
from logstats.formats.fields import FIELD_OF_DIRECTIVE

NAMES = {
    # directive, without its modifiers: apache-log-parser's name
    "%h": "remote_host",
    "%a": "remote_ip",
    "%l": "remote_logname",
    "%u": "remote_user",
    "%t": "time_received",
    "%r": "request_first_line",
    "%m": "method",
    "%U": "url_path",
    "%q": "query_string",
    "%H": "protocol",
    "%s": "status",
    "%b": "response_bytes_clf",
    "%B": "response_bytes",
    "%O": "bytes_tx",
    "%I": "bytes_rx",
    "%v": "server_name",
    "%V": "server_name2",
    "%p": "server_port",
    "%T": "time_s",
    "%D": "time_us",
    "%X": "conn_status",
}
PREFIXES = {
    # letter: how the name of `%{something}letter` begins
    "i": "request_header_",
    "o": "response_header_",
    "e": "env_",
    "C": "cookie_",
    "n": "note_",
    "x": "extension_",
    "p": "server_port_",
}
UNKNOWN_TO_PARSER = {
    # directives that apache-log-parser does not know, with names in its style
    "%S": "bytes_combined",
    "%L": "log_id",
    "%a{c}": "peer_ip",
    "%h{c}": "peer_host",
    "%T{us}": "time_us",
    "%T{ms}": "time_ms",
    "%T{s}": "time_s",
}
_DIRECTIVE = re.compile(r"(%!?(?:\d{3}(?:,\d{3})*)?[<>]?(?:\{[^}]+\})?(?:\^[A-Z]{2}|[a-zA-Z]))")
_PARTS = re.compile(r"^%[!\d,<>]*(?:\{(?P<argument>[^}]+)\})?(?P<letter>\^[A-Z]{2}|[a-zA-Z])$")
_PERCENT = "\0"  # stands for %% while the text is split


class Directive(NamedTuple):
    """One directive: its name, the field that it logs ('' for none), and the text of its time format."""

    name: str
    field: str
    time: str = ""


def split(log_format: str) -> tuple[list[str], list[Directive]]:
    """Split a LogFormat at its directives into literals, one more than directives, and the directives.

    Directives that log parts of one time become one. Raise UsageError where a % begins no directive.
    """
    parts = _DIRECTIVE.split(log_format.replace("%%", _PERCENT))
    literals = [literal.replace(_PERCENT, "%") for literal in parts[::2]]
    if stray := next((literal for literal in parts[::2] if "%" in literal), None):
        raise UsageError(f"the log format '{log_format}': '{stray.strip()}' is not a directive of Apache's")
    if not parts[1::2]:
        raise UsageError(f"the log format '{log_format}' has no directive")
    if log_format.count('"') % 2:
        raise UsageError(f"the log format '{log_format}' has a quote that is not closed")
    return _joined(literals, [_directive(text) for text in parts[1::2]])


def _directive(text: str) -> Directive:
    match = _PARTS.match(text)
    if match is None:
        raise UsageError(f"'{text}' is not a directive of Apache's LogFormat")
    argument, letter = match["argument"], match["letter"]
    if letter == "t" and argument:
        return Directive("time_received", "time", argument)
    name = _name(argument, letter)
    return Directive(name, FIELD_OF_DIRECTIVE.get(name, ""))


def _name(argument: str | None, letter: str) -> str:
    if argument is None:
        return NAMES.get(f"%{letter}") or UNKNOWN_TO_PARSER.get(f"%{letter}") or parsers_name(f"%{letter}")
    known = UNKNOWN_TO_PARSER.get(f"%{letter}{{{argument}}}")
    if known is None and letter in PREFIXES:
        known = PREFIXES[letter] + argument.strip().lower().replace("-", "_")
    return known or parsers_name(f"%{{{argument}}}{letter}")


@cache
def parsers_name(directive: str) -> str:
    """Return apache-log-parser's name for a directive; raise UsageError where it has none."""
    from apache_log_parser import Parser  # noqa: PLC0415 - costs 60 ms, only for a user's own format

    if directive.startswith("%^"):  # a trailer, which the library does not know
        return f"trailer_{directive[2:].lower()}"
    try:
        names = tuple(Parser(directive).names)
    except re.error:  # the library makes a pattern of what is between the braces
        names = ()
    if len(names) != 1:
        raise UsageError(f"'{directive}' is not a directive of Apache's LogFormat")
    return str(names[0])


def _joined(literals: list[str], directives: list[Directive]) -> tuple[list[str], list[Directive]]:
    """Join the directives that log parts of one time, with the literals between them."""
    kept, around = [directives[0]], [literals[0]]
    for between, directive in zip(literals[1:-1], directives[1:], strict=True):
        before = kept[-1]
        if before.time and directive.time and "%Y" not in directive.time and '"' not in between:
            kept[-1] = Directive(before.name, "time", before.time + between + directive.time)
        else:
            kept.append(directive)
            around.append(between)
    return [*around, literals[-1]], kept
