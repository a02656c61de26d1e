"""nginx's log_format, as people paste it: as an Apache LogFormat that says the same, or as JSON keys.

It may be the whole directive, some of it, an ingress's `log-format-upstream:`, or its bare template.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from logstats.errors import UsageError
from logstats.formats.nginx_lexer import Word, at_fault, quoted, words

VARIABLES = {
    # variable: the directive that says the same
    "remote_addr": "%h",
    "proxy_protocol_addr": "%a",  # the client, where $remote_addr is the balancer before it
    "the_real_ip": "%a",  # the same, in an older ingress
    "remote_user": "%u",
    "remote_port": "%{remote}p",
    "time_local": "%{%d/%b/%Y:%H:%M:%S %z}t",  # in brackets it is %t
    "time_iso8601": "%{%Y-%m-%dT%H:%M:%S%z}t",
    "msec": "%{sec}t.%{msec_frac}t",
    "request": "%r",
    "request_method": "%m",
    "request_uri": "%U%q",  # one variable: the path and what is asked of it
    "uri": "%U",
    "document_uri": "%U",
    "args": "%q",  # without the ? that Apache puts before it
    "query_string": "%q",
    "server_protocol": "%H",
    "status": "%>s",
    "body_bytes_sent": "%b",
    "bytes_sent": "%O",
    "request_length": "%I",
    "request_time": "%T",  # seconds with milliseconds, where Apache's are whole
    "host": "%v",  # what the visitor asked for; Apache's %v is the site's name, a portal's either way
    "http_host": "%v",
    "server_name": "%v",
    "server_port": "%p",
    "server_addr": "%A",
    "request_filename": "%f",
    "pid": "%P",
    "content_type": "%{Content-Type}i",
    "content_length": "%{Content-Length}i",
    "proxy_add_x_forwarded_for": "%{X-Forwarded-For}i",  # that header, and $remote_addr behind it
}
PREFIXES = {
    # how a variable begins: the letter of the directive that takes the rest as a name
    "http_": "i",
    "sent_http_": "o",
    "cookie_": "C",
}
TOGETHER = {
    # several pieces: the directive that says them at once
    "[$time_local]": "%t",
    "$is_args$args": "%q",  # both have the ? when there is something to ask
    "$is_args$query_string": "%q",
}
SAME = {
    # a variable written in pieces: itself; each may hold the one before
    "$uri$is_args$args": "$request_uri",
    "$uri$is_args$query_string": "$request_uri",
    "$request_method $request_uri $server_protocol": "$request",
}
ESCAPES = ("default", "json", "none")

_NAME = r"\$(?:(?P<plain>\w+)|\{(?P<braced>\w+)\})"
_VARIABLE = re.compile(_NAME, re.ASCII)
_LONE_DOLLAR = re.compile(r"\$(?!\w|\{\w+\})", re.ASCII)


def _pieces(table: Mapping[str, str]) -> str:
    return "|".join(rf"{re.escape(said)}(?!\w)" for said in table)


_TRANSLATED = re.compile(rf"(?P<together>{_pieces(TOGETHER)})|{_NAME}|[%\\]", re.ASCII)
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
    """A log_format: `log_format` (Apache's language) when its lines are text, `keys` when they are JSON.

    `template` is what its parts say together, `name` is empty where none was given. A key is a
    path with dots (a part that has a dot itself is in double quotes); its value is a variable's name
    or, where it holds more than that, a template with $.
    """

    name: str
    escape: str
    template: str
    log_format: str | None
    keys: Mapping[str, str] | None

    @property
    def definition(self) -> str:
        """The whole directive on one line, which `translate` takes."""
        return directive(self.name or "unnamed", self.escape, (self.template,))


def is_nginx(text: str) -> bool:
    """Whether a format is in nginx's language, well written or not."""
    return bool(_VARIABLE.search(text) or re.match(r"\s*log_format\s", text))


def translate(text: str) -> NginxFormat:
    """Return what a pasted log_format says; raise UsageError that shows where it is wrong."""
    prefix = _OF_INGRESS.match(text)
    text = text[prefix.end() :] if prefix else text
    if not _OF_DIRECTIVE.match(text):
        return _translated("", "default", _bare(text, 0, len(text)))
    name, escape, parts = _read_directive(text)
    if len(parts) > 1 and parts[0].kind == "bare":  # nginx would join them; no one logs that
        return _translated(name, escape, _bare(text, parts[0].start, parts[-1].end))
    return _translated(name, escape, _joined(text, parts))


def directive(name: str, escape: str, parts: Sequence[str]) -> str:
    """Return a log_format directive on one line."""
    how = "" if escape == "default" else f"escape={escape} "
    return f"log_format {name} {how}{quoted(join(_all_pieces(parts)))};"


class Variable(NamedTuple):
    """A variable in a template."""

    name: str


def split(template: str) -> tuple[str | Variable, ...]:
    """Cut a template into its literals and its variables."""
    pieces: list[str | Variable] = []
    end = 0
    for match in _VARIABLE.finditer(template):
        pieces += [template[end : match.start()], Variable(_name(match))]
        end = match.end()
    return tuple(piece for piece in (*pieces, template[end:]) if piece)


def join(pieces: Sequence[str | Variable]) -> str:
    """Return the template of these pieces; a name is in braces where more of it would follow."""
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
            raise at_fault(f"escape= is one of {', '.join(ESCAPES)}", text, rest[0].start)
        rest.pop(0)
    if not whole:  # it has been through YAML or the like, where a line may be folded
        rest = [word._replace(text=_folded(word.text)) for word in rest]
    return name, escape, rest


def _until_semicolon(text: str) -> list[Word]:
    found: list[Word] = []
    for word in words(text):
        if word.is_sign("{}"):
            raise at_fault("a brace outside of quotes; put the format in quotes", text, word.start)
        if found and found[-1].is_sign(";"):
            raise at_fault("one log_format at a time; this follows it", text, word.start)
        found.append(word)
    return [word for word in found if word.kind != "sign"]


def _joined(text: str, parts: list[Word]) -> str:
    """Return the template that the parts of a directive make; a variable ends where its part does."""
    for part in parts:
        _refuse_lone_dollar(text, part.start, part.end)
        if "\n" in part.text:
            raise at_fault(
                "a line break in the quotes: each record would be several lines of the log, and one line "
                "is what can be read; put each line of the format in quotes of its own",
                text,
                part.start,
            )
    return join(_all_pieces([part.text for part in parts]))


def _bare(text: str, begin: int, end: int) -> str:
    """Return the template that stands there as it is; a lone semicolon at its end is the directive's."""
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
        raise at_fault("a $ with no variable's name after it, as $name or ${name}", text, lone.start())


def _translated(name: str, escape: str, template: str) -> NginxFormat:
    if not _VARIABLE.search(template):
        raise UsageError(
            f"the nginx format «{template}» has no variable; "
            'give it as log_format has it, like $remote_addr [$time_local] "$request" $status'
        )
    simple = template
    for said, same in SAME.items():
        simple = re.sub(rf"{re.escape(said)}(?!\w)", same, simple, flags=re.ASCII)
    if _OBJECT.match(template):
        return NginxFormat(name, escape, template, None, _keys(simple))
    return NginxFormat(name, escape, template, _TRANSLATED.sub(_directive_of, simple), None)


def _directive_of(match: re.Match[str]) -> str:
    if match["together"]:
        return TOGETHER[match["together"]]
    name = _name(match)
    if not name:
        return match[0] * 2  # a sign that begins something in Apache's language
    if name in VARIABLES:
        return VARIABLES[name]
    for prefix, letter in PREFIXES.items():
        if name.startswith(prefix):
            rest = name.removeprefix(prefix)
            return f"%{{{rest if letter == 'C' else rest.title().replace('_', '-')}}}{letter}"
    return f"%{{{name}}}e"


def _keys(template: str) -> dict[str, str]:
    """Return what each key of a JSON template holds; where a value is a bare $name, it is put in quotes."""
    put: list[int] = []

    def in_quotes(match: re.Match[str]) -> str:
        if not _name(match):
            return match[0]
        put.append(match.start())
        return f'"{match[0]}"'

    text = _JSON_TOKEN.sub(in_quotes, template)
    try:
        record = json.loads(text, strict=False)
    except ValueError as error:
        at = getattr(error, "pos", 0)
        at -= sum(2 for place, begin in enumerate(put) if begin + 2 * place < at)
        what = getattr(error, "msg", str(error))
        raise at_fault(f"the format begins like JSON, but is none: {what}", template, at) from None
    return {
        path: _name(match) if (match := _VARIABLE.fullmatch(value)) else value
        for path, value in _flat(record)
    }


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each value that holds a variable."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, (*path, f'"{key}"' if "." in key else key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _flat(inner, (*path, str(place)))
    elif isinstance(value, str) and "$" in value:
        yield ".".join(path), value


def _name(match: re.Match[str]) -> str:
    return match["plain"] or match["braced"] or ""
