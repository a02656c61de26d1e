"""What the directives of an Apache LogFormat tell, by the names that apache-log-parser has for them.

Its own pattern for a line is not used: it matches a prefix only and leaves a quoted field at the first
quote, escaped or not. Taking it in costs 60 ms, so the names of common directives stand here too (a test
holds the two equal), and so do those of directives that it does not know or falls over.
"""

import re
from functools import cache
from typing import NamedTuple

from logstats.errors import UsageError

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
    # what apache-log-parser does not know: a name like those it has
    "%S": "bytes_combined",
    "%L": "log_id",
    "%a{c}": "peer_ip",
    "%h{c}": "peer_host",
    "%T{us}": "time_us",
    "%T{ms}": "time_ms",
    "%T{s}": "time_s",
}
FIELD_OF_NAME = {
    # name: the field of a hit that it gives; where two give the same, the first one in the format does
    "server_name": "vhost",
    "server_name2": "vhost",
    "request_header_host": "vhost",
    "remote_host": "client",
    "remote_ip": "client",
    "time_received": "time",
    "remote_user": "user",
    "request_first_line": "request",
    "method": "method",
    "url_path": "path",
    "query_string": "query",
    "protocol": "protocol",
    "status": "status",
    "response_bytes": "bytes",
    "response_bytes_clf": "bytes",
    "bytes_tx": "bytes",
    "request_header_referer": "referrer",
    "request_header_user_agent": "agent",
    "request_header_x_forwarded_for": "forwarded",
    "request_header_cf_connecting_ip": "forwarded",
    "request_header_x_real_ip": "forwarded",
    "request_header_true_client_ip": "forwarded",
}
_DIRECTIVE = re.compile(r"(%!?(?:\d{3}(?:,\d{3})*)?[<>]?(?:\{[^}]+\})?(?:\^[A-Z]{2}|[a-zA-Z]))")
_PARTS = re.compile(r"^%[!\d,<>]*(?:\{(?P<argument>[^}]+)\})?(?P<letter>\^[A-Z]{2}|[a-zA-Z])$")
_PERCENT = "\0"  # stands for %% meanwhile


class Directive(NamedTuple):
    """One directive: the field of a hit that it gives ('' for none), and the text of its own time format."""

    name: str
    field: str
    time: str = ""


def split(log_format: str) -> tuple[list[str], list[Directive]]:
    """Cut a LogFormat at its directives: the literals around them, one more than directives, and these.

    Directives that write one time together are one. Raise UsageError where one is no directive.
    """
    parts = _DIRECTIVE.split(log_format.replace("%%", _PERCENT))
    literals = [literal.replace(_PERCENT, "%") for literal in parts[::2]]
    if stray := next((literal for literal in parts[::2] if "%" in literal), None):
        raise UsageError(f"the log format «{log_format}» has no directive of Apache's in «{stray.strip()}»")
    if not parts[1::2]:
        raise UsageError(f"the log format «{log_format}» has no directive")
    if log_format.count('"') % 2:
        raise UsageError(f"the log format «{log_format}» has a quote without its partner")
    return _joined(literals, [_directive(text) for text in parts[1::2]])


def _directive(text: str) -> Directive:
    match = _PARTS.match(text)
    if match is None:
        raise UsageError(f"«{text}» is no directive of Apache's LogFormat")
    argument, letter = match["argument"], match["letter"]
    if letter == "t" and argument:
        return Directive("time_received", "time", argument)
    name = _name(argument, letter)
    return Directive(name, FIELD_OF_NAME.get(name, ""))


def _name(argument: str | None, letter: str) -> str:
    if argument is None:
        return NAMES.get(f"%{letter}") or UNKNOWN_TO_PARSER.get(f"%{letter}") or ask_parser(f"%{letter}")
    told = UNKNOWN_TO_PARSER.get(f"%{letter}{{{argument}}}")
    if told is None and letter in PREFIXES:
        told = PREFIXES[letter] + argument.strip().lower().replace("-", "_")
    return told or ask_parser(f"%{{{argument}}}{letter}")


@cache
def ask_parser(directive: str) -> str:
    """Return apache-log-parser's name for a directive; raise UsageError where it has none."""
    from apache_log_parser import Parser  # noqa: PLC0415 - costs 60 ms, only for one's own format

    if directive.startswith("%^"):  # trailers, which it does not know
        return f"trailer_{directive[2:].lower()}"
    names = tuple(Parser(directive).names)
    if len(names) != 1:
        raise UsageError(f"«{directive}» is no directive of Apache's LogFormat")
    return str(names[0])


def _joined(literals: list[str], directives: list[Directive]) -> tuple[list[str], list[Directive]]:
    """Make one of the directives that write parts of one time, with what stands between them."""
    kept, around = [directives[0]], [literals[0]]
    for between, directive in zip(literals[1:-1], directives[1:], strict=True):
        before = kept[-1]
        if before.time and directive.time and "%Y" not in directive.time and '"' not in between:
            kept[-1] = Directive(before.name, "time", before.time + between + directive.time)
        else:
            kept.append(directive)
            around.append(between)
    return [*around, literals[-1]], kept
