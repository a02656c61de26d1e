"""Apache LogFormat strings as the shape of a line: where each field stands, and a whole pattern.

apache-log-parser takes a LogFormat apart and names its fields. Its own pattern for a line is not
used: it matches a prefix only and leaves a quoted field at the first quote, escaped or not. Taking
it in costs 60 ms, so the named formats bring their names along (a test holds the two equal).
"""

import re
from dataclasses import dataclass

from logstats.errors import UsageError

NAMED: dict[str, tuple[str, tuple[str, ...]]] = {
    # name: (LogFormat, apache-log-parser's names for its directives), the most specific first
    "vhost_combined": (
        '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
        (
            "server_name",
            "server_port",
            "remote_host",
            "remote_logname",
            "remote_user",
            "time_received",
            "request_first_line",
            "status",
            "bytes_tx",
            "request_header_referer",
            "request_header_user_agent",
        ),
    ),
    "combined": (
        '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
        (
            "remote_host",
            "remote_logname",
            "remote_user",
            "time_received",
            "request_first_line",
            "status",
            "response_bytes_clf",
            "request_header_referer",
            "request_header_user_agent",
        ),
    ),
    "common": (
        '%h %l %u %t "%r" %>s %b',
        (
            "remote_host",
            "remote_logname",
            "remote_user",
            "time_received",
            "request_first_line",
            "status",
            "response_bytes_clf",
        ),
    ),
}

FIELD_OF_NAME = {
    # apache-log-parser's name: the field of a hit that it gives
    "server_name": "vhost",
    "server_name2": "vhost",
    "remote_host": "client",
    "remote_ip": "client",
    "time_received": "time",
    "remote_user": "user",
    "request_first_line": "request",
    "status": "status",
    "response_bytes": "bytes",
    "response_bytes_clf": "bytes",
    "bytes_tx": "bytes",
    "request_header_referer": "referrer",
    "request_header_user_agent": "agent",
}
DEFAULTS = {"vhost": "''", "bytes": "'-'", "referrer": "''", "agent": "''"}
REQUIRED = ("client", "time", "request", "status")
FIELDS = ("vhost", "client", "time", "request", "status", "bytes", "referrer", "agent")

QUOTED = r'((?:[^"\\]|\\.)*)'
UNQUOTED = r"([^ ]+)"
PATTERN_OF_NAME = {
    # name: its pattern outside quotes, where that is not one word
    "time_received": r'(\[[^ "]* [^ "]*\])',
    # a name may hold spaces, but does not begin like the missing one of a line that lost its place
    "remote_user": r'(-|(?:[^ "\[-]|-[^ "\[])[^"\[]*?|)',
    "server_name": r"([^ :]+)",  # the port may follow behind a colon
}


@dataclass(frozen=True)
class LineShape:
    """How to read a line of one format. SQL texts are the slots of queries/ingest/10_line.sql.

    `pattern` is RE2 (and valid in `re`) for the whole line, one group a directive, named `groups`.
    `words`, `places` and `is_clean`: how a line is cut, where its fields then stand, and whether they do.
    """

    name: str
    log_format: str
    pattern: str
    groups: tuple[str, ...]
    words: str
    places: str
    is_clean: str
    fields: str

    def has(self, field: str) -> bool:
        """Whether a line of this format tells the field."""
        return field in self.groups


def named_shape(name: str) -> LineShape:
    """Return the shape of a named format (a key of NAMED)."""
    log_format, names = NAMED[name]
    return _shape(name, log_format, names)


def compile_shape(log_format: str) -> LineShape:
    """Return the shape of any LogFormat string; raise UsageError where a hit's field is missing."""
    from apache_log_parser import Parser  # noqa: PLC0415 - costs 60 ms, only for one's own format

    names = tuple(Parser(log_format).names)
    missing = [field for field in REQUIRED if field not in _groups(names)]
    if missing:
        raise UsageError(
            f"the log format «{log_format}» has no {' and no '.join(missing)}; "
            'a visit needs %h, %t, "%r" and %>s'
        )
    return _shape(log_format, log_format, names)


def tokens(log_format: str, count: int) -> list[str]:
    """Cut a LogFormat at its directives: literal, directive, literal, …, literal.

    `count` is the number of directives there must be.
    """
    parts = re.split(r"(%[<>]?(?:\{[^}]+\})?[a-zA-Z])", log_format)
    if log_format.count('"') % 2:
        raise UsageError(f"the log format «{log_format}» has a quote without its partner")
    if len(parts) != 2 * count + 1 or not count:
        raise UsageError(f"the log format «{log_format}» has a directive that Apache has not")
    return parts


def _shape(name: str, log_format: str, names: tuple[str, ...]) -> LineShape:
    parts = tokens(log_format, len(names))
    groups = _groups(names)
    places = _places(parts, groups)
    return LineShape(
        name=name,
        log_format=log_format,
        pattern=_pattern(parts, names),
        groups=groups,
        words="".join(f", {word}" for word in places.words),
        places=", ".join(f"{places.text_of.get(field, DEFAULTS.get(field))} AS {field}" for field in FIELDS),
        is_clean=" AND ".join(places.checks),
        fields=", ".join(_field(field, groups) for field in FIELDS),
    )


def _groups(names: tuple[str, ...]) -> tuple[str, ...]:
    groups: list[str] = []
    for place, name in enumerate(names):
        field = FIELD_OF_NAME.get(name, "")
        groups.append(field if field and field not in groups else f"other_{place}")
    return tuple(groups)


def _pattern(parts: list[str], names: tuple[str, ...]) -> str:
    pattern, quoted = "^", False
    for literal, name in zip(parts[::2], (*names, None), strict=True):
        pattern += re.escape(literal).replace("\\ ", " ").replace('\\"', '"')
        quoted ^= literal.count('"') % 2 == 1
        if name is not None:
            pattern += QUOTED if quoted else PATTERN_OF_NAME.get(name, UNQUOTED)
    return pattern + r"\s*$"


_LONE = re.compile(r"^\0[^\0]+\0$")  # one directive and nothing else
_WORD = re.compile(r"^(?:\0[^\0]+\0(?::\0[^\0]+\0)?)?$")  # the same, or a host with its port, or nothing
_WORD_OF = {
    # field: what its word looks like, where that is not just any word
    "status": "[0-9]{3}",
    "bytes": "(?:-|[0-9]{1,18})",
    "user": r"[^ \[]+",  # a [ begins the time
}
_TIME_LENGTH = len("[23/Nov/2026:10:00:00 +0700]")
_STATUS_LENGTH = len("200")


@dataclass(frozen=True)
class _Places:
    """SQL: what a line is cut into, what holds of one that is cut right, and each field's text in it."""

    words: list[str]
    checks: list[str]
    text_of: dict[str, str]


def _places(parts: list[str], groups: tuple[str, ...]) -> _Places:
    """Find where each field stands when a line's quotes and words are where the format has them.

    The LogFormat, with each directive replaced by its group's name, is cut the way a line is: at
    its quotes into q[1], q[2], …, and what is outside of quotes into its words.
    """
    marked = "".join(
        literal + (f"\0{group}\0" if group else "")
        for literal, group in zip(parts[::2], (*groups, ""), strict=True)
    )
    segments = marked.split('"')
    places = _Places([], [f"len(q) = {len(segments)}", "NOT contains(line, '\\')"], {})
    for number, segment in enumerate(segments, start=1):
        if not (_LONE.match(segment) if number % 2 == 0 else all(map(_WORD.match, segment.split(" ")))):
            return _Places([], ["false"], dict.fromkeys(groups, "CAST(NULL AS VARCHAR)"))
        if number % 2 == 0:
            places.text_of[segment.strip("\0")] = f"q[{number}]"
        elif segment.strip() == "":
            places.checks.append(f"q[{number}] = '{segment}'")
        else:
            cut = _one_then_time(segment, number) or _status_then_one(segment, number)
            cut = cut or _split(segment, number)
            places.words.extend(cut.words)
            places.checks.extend(cut.checks)
            places.text_of.update(cut.text_of)
    return places


def _one_then_time(segment: str, number: int) -> _Places | None:
    """Cut `client - - [time] `: a time is as long as any other, and what is before it is mostly - -.

    None where more than the first word and the time is told there.
    """
    first, *between, last = segment.replace("\0", "").split(" ")
    if last or between[-1:] != ["time"] or first not in FIELDS or set(between[:-1]) & {*FIELDS}:
        return None
    text, space = f"s{number}", f"p{number}"
    usual = "".join(" -" for _ in between[:-1]) + " "
    pattern = "".join(f" {_WORD_OF.get(word, '[^ ]+')}" for word in between[:-1]) + " "
    middle = f"substr({text}, {space}, length({text}) - {_TIME_LENGTH} - {space})"
    return _Places(
        words=[f"q[{number}] AS {text}", f"instr({text}, ' ') AS {space}"],
        checks=[
            f"{space} > 1",
            f"ends_with({text}, ' ')",
            f"CASE WHEN {middle} = '{usual}' THEN true ELSE regexp_full_match({middle}, '{pattern}') END",
        ],
        text_of={
            first: f"substr({text}, 1, {space} - 1)",
            "time": f"substr({text}, length({text}) - {_TIME_LENGTH}, {_TIME_LENGTH})",
        },
    )


def _status_then_one(segment: str, number: int) -> _Places | None:
    """Cut ` 200 1234 `: a status has three digits, and another word is what is left; else None."""
    match = re.match("^ \0status\0 \0([^\0]+)\0( ?)$", segment)
    if match is None:
        return None
    text, start = f"s{number}", len(" ") + _STATUS_LENGTH + len(" ") + 1
    around = start - 1 + len(match[2])
    return _Places(
        words=[f"q[{number}] AS {text}"],
        checks=[f"regexp_full_match({text}, '{_pattern_of_words(segment)}')"],
        text_of={
            "status": f"substr({text}, 2, {_STATUS_LENGTH})",
            match[1]: f"substr({text}, {start}, length({text}) - {around})",
        },
    )


def _split(segment: str, number: int) -> _Places:
    """Cut any words at their spaces."""
    array, text_of, place = f"w{number}", {}, 0
    for word in segment.split(" "):
        place += 1
        group = word.split("\0")[1] if word else ""
        if group == "time":  # Apache's time has a space before its offset
            text_of[group] = f"concat({array}[{place}], ' ', {array}[{place + 1}])"
            place += 1
        elif group:
            text_of[group] = f"{array}[{place}]"
    return _Places(
        words=[f"string_split(q[{number}], ' ') AS {array}"],
        checks=[f"regexp_full_match(q[{number}], '{_pattern_of_words(segment)}')"],
        text_of=text_of,
    )


def _pattern_of_words(segment: str) -> str:
    def pattern(match: re.Match[str]) -> str:
        return r"\[[^ ]+ [^ ]+\]" if match[1] == "time" else _WORD_OF.get(match[1], "[^ ]+")

    return re.sub(r"\0([^\0]+)\0", pattern, segment)


def _field(field: str, groups: tuple[str, ...]) -> str:
    """Return a field's select item: as it was cut when its line is clean, else from the pattern."""
    if field not in groups:
        return field
    unescaped = rf"""regexp_replace(x.{field}, '\\(["\\])', '\1', 'g')"""
    return f"CASE WHEN is_clean THEN {field} ELSE {unescaped} END AS {field}"
