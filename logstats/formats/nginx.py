"""Translate nginx's log_format to an equivalent Apache LogFormat or to JSON keys.

The text may be the whole directive, a part of it, an ingress's `log-format-upstream:`, or the bare template.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from logstats.errors import UsageError
from logstats.formats.nginx_lexer import Word, error_at, quoted, words

VARIABLES = {
    # variable: the equivalent directive
    "remote_addr": "%h",
    "proxy_protocol_addr": "%a",  # the client, where $remote_addr is a load balancer
    "the_real_ip": "%a",  # the same, in older ingresses
    "realip_remote_addr": "%{c}a",  # the proxy, where $remote_addr is what it forwards
    "remote_user": "%u",
    "remote_port": "%{remote}p",
    "time_local": "%{%d/%b/%Y:%H:%M:%S %z}t",  # with brackets around it, it is %t
    "time_iso8601": "%{%Y-%m-%dT%H:%M:%S%z}t",
    "msec": "%{sec}t.%{msec_frac}t",
    "request": "%r",
    "request_method": "%m",
    "request_uri": "%U%q",  # one variable: the path and the query
    "uri": "%U",
    "document_uri": "%U",
    "args": "%q",  # Apache writes a ? before it
    "query_string": "%q",
    "server_protocol": "%H",
    "status": "%>s",
    "body_bytes_sent": "%b",
    "bytes_sent": "%O",
    "request_length": "%I",
    "request_time": "%T",  # seconds with milliseconds, where Apache's are whole
    "host": "%v",  # the host that the visitor requested; Apache's %v is the site's name
    "http_host": "%v",
    "server_name": "%v",
    "server_port": "%p",
    "server_addr": "%A",
    "request_filename": "%f",
    "pid": "%P",
    "content_type": "%{Content-Type}i",
    "content_length": "%{Content-Length}i",
    "proxy_add_x_forwarded_for": "%{X-Forwarded-For}i",  # that header, followed by $remote_addr
}
PREFIXES = {
    # prefix of a variable: the letter of the directive whose argument is the rest
    "http_": "i",
    "sent_http_": "o",
    "cookie_": "C",
}
COMBINED = {
    # several pieces: the directive that is equivalent to all of them
    "[$time_local]": "%t",
    "$is_args$args": "%q",  # both begin with ? when there is a query
    "$is_args$query_string": "%q",
}
EQUAL = {
    # pieces: the equivalent variable; a row may use the result of an earlier one
    "$uri$is_args$args": "$request_uri",
    "$uri$is_args$query_string": "$request_uri",
    "$request_method $request_uri $server_protocol": "$request",
}
ESCAPES = ("default", "json", "none")

_NAME = r"\$(?:(?P<plain>\w+)|\{(?P<braced>\w+)\})"
_VARIABLE = re.compile(_NAME, re.ASCII)
_LONE_DOLLAR = re.compile(r"\$(?!\w|\{\w+\})", re.ASCII)


def _pieces(table: Mapping[str, str]) -> str:
    return "|".join(rf"{re.escape(spelled)}(?!\w)" for spelled in table)


_TRANSLATED = re.compile(rf"(?P<combined>{_pieces(COMBINED)})|{_NAME}|[%\\]", re.ASCII)
_OF_INGRESS = re.compile(r"\s*log-format-\w+\s*:\s*(?:[>|][+-]?\s)?\s*")
_OF_DIRECTIVE = re.compile(
    r"""
    (?:\s|\#[^\n]*\n)*
    (?: log_format\s
      | (?:[A-Za-z][\w-]*\s+)? escape=
      | (?:[A-Za-z][\w-]*\s+)? '
      | (?:[A-Za-z][\w-]*\s+)? " .* ; \s* $        # a template may begin with a quote, but ends in no ;
      | " (?: [^"\\] | \\. )* " \s* $
    )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_OBJECT = re.compile(r'\s*\{\s*["}]')
_JSON_TOKEN = re.compile(rf'"(?:[^"\\]|\\.)*"|{_NAME}', re.ASCII | re.DOTALL)


class NginxFormat(NamedTuple):
    """A log_format: `log_format` (Apache's language) where its lines are text, `keys` where they are JSON.

    `template` is its parts joined; `name` is empty where none was given. A key is a path with dots; a part
    that contains a dot is in double quotes. Its value is the name of a variable or, where the text has more
    than one variable, a template with $.
    """

    name: str
    escape: str
    template: str
    log_format: str | None
    keys: Mapping[str, str] | None

    @property
    def definition(self) -> str:
        """The whole directive on one line; `translate` accepts it."""
        return directive(self.name or "unnamed", self.escape, (self.template,))


def translate(text: str) -> NginxFormat:
    """Translate a log_format; raise UsageError with the position of a fault."""
    prefix = _OF_INGRESS.match(text)
    text = text[prefix.end() :] if prefix else text
    if not _OF_DIRECTIVE.match(text):
        return _translate_template("", "default", _bare(text, 0, len(text)))
    name, escape, parts = _read_directive(text)
    if len(parts) > 1 and parts[0].kind == "bare":  # nginx would join them, which is hardly intended
        return _translate_template(name, escape, _bare(text, parts[0].start, parts[-1].end))
    return _translate_template(name, escape, _joined(text, parts))


def directive(name: str, escape: str, parts: Sequence[str]) -> str:
    """Return a log_format directive on one line."""
    how = "" if escape == "default" else f"escape={escape} "
    return f"log_format {name} {how}{quoted(join(_all_pieces(parts)))};"


class Variable(NamedTuple):
    """A variable in a template."""

    name: str


def split(template: str) -> tuple[str | Variable, ...]:
    """Split a template into its literals and its variables."""
    pieces: list[str | Variable] = []
    end = 0
    for match in _VARIABLE.finditer(template):
        pieces += [template[end : match.start()], Variable(_name(match))]
        end = match.end()
    return tuple(piece for piece in (*pieces, template[end:]) if piece)


def join(pieces: Sequence[str | Variable]) -> str:
    """Return the template of these pieces; a name is in braces where the next literal would extend it."""
    text = ""
    for piece in reversed(pieces):
        if isinstance(piece, str):
            text = piece + text
        else:
            text = (f"${{{piece.name}}}" if re.match(r"\w", text, re.ASCII) else f"${piece.name}") + text
    return text


def _read_directive(text: str) -> tuple[str, str, list[Word]]:
    """Return a directive's name, its escape, and the words of its template."""
    rest = _until_semicolon(text)
    whole = rest[0].text == "log_format"
    rest = rest[whole:]
    name, escape = "", "default"
    if rest and (whole or rest[0].kind == "bare") and not re.match(r"escape=|.*\$", rest[0].text):
        name = rest.pop(0).text
    if rest and rest[0].text.startswith("escape="):
        escape = rest[0].text.removeprefix("escape=")
        if escape not in ESCAPES:
            raise error_at(f"escape= must be one of {', '.join(ESCAPES)}", text, rest[0].start)
        rest.pop(0)
    if not whole:  # for example from YAML, where lines may be folded
        rest = [word._replace(text=_folded(word.text)) for word in rest]
    return name, escape, rest


def _until_semicolon(text: str) -> list[Word]:
    found: list[Word] = []
    for word in words(text):
        if word.is_sign("{}"):
            raise error_at("this brace is outside of quotes; put the format in quotes", text, word.start)
        if found and found[-1].is_sign(";"):
            raise error_at("give one log_format at a time; this follows it", text, word.start)
        found.append(word)
    return [word for word in found if word.kind != "sign"]


def _joined(text: str, parts: list[Word]) -> str:
    """Return the template of a directive's parts, joined. A variable's name ends with its part."""
    for part in parts:
        _refuse_lone_dollar(text, part.start, part.end)
        if "\n" in part.text:
            raise error_at(
                "there is a line break in these quotes: each record would be several lines of the log, which "
                "can't be parsed; put each line of the format in quotes of its own",
                text,
                part.start,
            )
    return join(_all_pieces([part.text for part in parts]))


def _bare(text: str, begin: int, end: int) -> str:
    """Return a bare template; a single semicolon at its end belongs to the directive and is removed."""
    _refuse_lone_dollar(text, begin, end)
    template = _folded(text[begin:end]).rstrip()
    if template.count(";") == 1:
        template = template.removesuffix(";")
    return join(split(template))


def _folded(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text).strip() if "\n" in text else text


def _all_pieces(parts: Sequence[str]) -> list[str | Variable]:
    return [piece for part in parts for piece in split(part)]


def _refuse_lone_dollar(text: str, begin: int, end: int) -> None:
    lone = _LONE_DOLLAR.search(text, begin, end)
    if lone:
        raise error_at("this $ has no variable's name after it; write $name or ${name}", text, lone.start())


def _translate_template(name: str, escape: str, template: str) -> NginxFormat:
    if not _VARIABLE.search(template):
        raise UsageError(
            f"the nginx format '{template}' has no variable; "
            'write it as in log_format, like $remote_addr [$time_local] "$request" $status'
        )
    simple = template
    for spelled, same in EQUAL.items():
        simple = re.sub(rf"{re.escape(spelled)}(?!\w)", same, simple, flags=re.ASCII)
    if _OBJECT.match(template):
        return NginxFormat(name=name, escape=escape, template=template, log_format=None, keys=_keys(simple))
    log_format = _TRANSLATED.sub(_directive_of, simple)
    return NginxFormat(name=name, escape=escape, template=template, log_format=log_format, keys=None)


def _directive_of(match: re.Match[str]) -> str:
    if match["combined"]:
        return COMBINED[match["combined"]]
    name = _name(match)
    if not name:
        return match[0] * 2  # in a LogFormat it begins a directive or an escape
    if name in VARIABLES:
        return VARIABLES[name]
    for prefix, letter in PREFIXES.items():
        if name.startswith(prefix):
            rest = name.removeprefix(prefix)
            return f"%{{{rest if letter == 'C' else rest.title().replace('_', '-')}}}{letter}"
    return f"%{{{name}}}e"


def _keys(template: str) -> dict[str, str]:
    """Return the variable or template of each key of a JSON template; bare values are quoted first."""
    quoted_at: list[int] = []

    def in_quotes(match: re.Match[str]) -> str:
        if not _name(match):
            return match[0]
        quoted_at.append(match.start())
        return f'"{match[0]}"'

    text = _JSON_TOKEN.sub(in_quotes, template)
    try:
        values = [*_flat(json.loads(text, strict=False))]
    except RecursionError:
        raise error_at("the format begins like JSON, but is nested too deeply", template, 0) from None
    except ValueError as error:
        offset = getattr(error, "pos", 0)
        offset -= sum(2 for index, begin in enumerate(quoted_at) if begin + 2 * index < offset)
        what = getattr(error, "msg", str(error))
        raise error_at(f"the format begins like JSON, but is not valid: {what}", template, offset) from None
    return {path: _name(match) if (match := _VARIABLE.fullmatch(value)) else value for path, value in values}


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each value that contains a variable."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, (*path, f'"{key}"' if "." in key else key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flat(inner, (*path, str(index)))
    elif isinstance(value, str) and "$" in value:
        yield ".".join(path), value


def _name(match: re.Match[str]) -> str:
    return match["plain"] or match["braced"] or ""
