"""Apache LogFormat strings, compiled into a pattern of a whole line and, where possible, a faster split."""

import re
from collections.abc import Sequence

from logstats.errors import UsageError
from logstats.formats import directives, times
from logstats.formats.directives import Directive
from logstats.formats.fields import DIRECTIVES_OF, FIELDS, UNIT_OF_DIRECTIVE, WITHOUT_UNIT
from logstats.formats.log_format import REQUIRED, LogFormat
from logstats.formats.text import (
    IDENT,
    NO_FAST_SPLIT,
    NUMBERS,
    PIECES,
    QUOTED,
    FastSplit,
    TextFormat,
    compile_text,
)
from logstats.formats.times import TimeFormat

UNQUOTED = r"[^ ]+"
HOST = r"(?:\[[^\] ]*\]|[^ :\[]+)(?::[0-9]+)??"  # a colon and the port may follow
KINDS = {
    # beginning of a directive's name that is no field: its kind
    "server_port": "port",
    "remote_logname": "ident",
}
PATTERN_OF_KIND = {
    "port": "(?:[0-9]+|-)",  # a colon before other texts belongs to an IP
    "ident": IDENT,
}
PATTERN_OF_FIELD = {
    # field: its pattern outside quotes, where that is not one word
    "client": r"(?:[^ \t]*[,;] )*[^ \t]+",  # a client or, with proxies, several
    "user": PIECES["user"],
    "vhost": HOST,
    "query": "[^ ]*",
    "forwarded": r"[^ ,]+(?:, ?[^ ,]+)*",
}
PATTERN_IN_QUOTES = {
    # field: its pattern inside quotes that contain more than the field
    "method": r'[^ "]*',
    "path": r'(?:[^"\\?]|\\.)*',
    "query": QUOTED,
    "protocol": r'[^ "]*',
    "status": "[0-9-]+",
}
SEVERAL = r"[^ ]+(?:(?:,| :) [^ ]+)*"  # a value of nginx for each of several upstreams
SEPARATORS = "\t|;,^~"  # values between two of these may contain spaces
REQUEST_IN_PARTS = ("method", "path")


def unquoted(text: str) -> str:
    r"""Return the format string of a directive from httpd.conf: `LogFormat "…" name`, with \" in it."""
    line = re.match(r'^\s*LogFormat\s+"(?P<format>(?:[^"\\]|\\.)*)"(?:\s+\S+)?\s*$', text)
    log_format = line["format"] if line else text
    if line or r"\"" in log_format:
        log_format = log_format.replace(r"\"", '"').replace(r"\t", "\t").replace(r"\\", "\\")
    return log_format


def compile_format(log_format: str, name: str = "", definition: str = "") -> LogFormat:
    """Return the format of a LogFormat string; raise UsageError where a required field is missing."""
    literals, found = directives.split(log_format)
    groups = _groups(found)
    require(log_format, groups)
    time = _time(found)
    text = TextFormat(
        pieces=_pieces(literals, found, groups, time),
        groups=groups,
        time=time,
        fast_split=_fast_split(literals, groups, time),
        duration_unit=next(
            (UNIT_OF_DIRECTIVE[each.name] for each in found if each.field == "duration"), WITHOUT_UNIT
        ),
    )
    compiled = compile_text(name or log_format, definition or log_format, text)
    return compiled._replace(has_forwarded_client=_client(found) in DIRECTIVES_OF["forwarded"])


def require(log_format: str, groups: Sequence[str]) -> None:
    """Raise UsageError where a format lacks a required field."""
    present = set(groups) | ({"request"} if {*REQUEST_IN_PARTS} <= {*groups} else set())
    missing = [field for field in REQUIRED if field not in present]
    if missing:
        raise UsageError(
            f"the log format '{log_format}' has no {' and no '.join(missing)}; "
            '%h, %t, "%r" and %>s are required'
        )


def _time(found: Sequence[Directive]) -> TimeFormat:
    text = next(directive.time for directive in found if directive.field == "time")
    return times.strftime(text) if text else times.clf()


def _groups(found: Sequence[Directive]) -> tuple[str, ...]:
    """Return a group's name for each directive: the field's for the first directive that logs it."""
    groups: list[str] = []
    client = _client(found)
    for index, directive in enumerate(found):
        field = "" if directive.field == "client" else directive.field
        field = "client" if directive.name == client else field
        kind = next((kind for start, kind in KINDS.items() if directive.name.startswith(start)), "other")
        groups.append(field if field and field not in groups else f"{kind}_{index}")
    return tuple(groups)


def _client(found: Sequence[Directive]) -> str:
    """Return the name of the directive that logs the client: the first in the table of fields.

    Without any, it is the first header of a proxy in the format.
    """
    names = [directive.name for directive in found]
    own = next((name for name in DIRECTIVES_OF["client"] if name in names), "")
    return own or next((name for name in names if name in DIRECTIVES_OF["forwarded"]), "")


def _pieces(
    literals: Sequence[str], found: Sequence[Directive], groups: Sequence[str], time: TimeFormat
) -> tuple[str, ...]:
    pieces, quoted, is_piece = [], False, False
    for index, literal in enumerate(literals):
        quoted ^= literal.count('"') % 2 == 1
        is_alone = literal.endswith('"') and literals[min(index + 1, len(literals) - 1)].startswith('"')
        written = literal.removeprefix('"') if is_piece else literal
        is_piece = quoted and is_alone and index < len(found) and groups[index] in PIECES
        written = written.removesuffix('"') if is_piece else written
        spaces = " +" if _may_be_wide(written, found[max(0, index - 1) : index + 1]) else " "
        pieces.append(re.escape(written).replace("\\ ", spaces).replace('\\"', '"').replace("\\\t", r"\t"))
        if index < len(found):
            pattern = _pattern(found[index], groups[index], time, quoted=quoted, is_alone=is_alone)
            separator = (literals[index + 1] or literal)[:1]
            if not quoted and separator and separator in SEPARATORS and groups[index] != "time":
                pattern = _client_before(separator) if groups[index] == "client" else f"[^{separator}]*"
            pieces.append(f'(?:"({pattern})"|-)' if is_piece else f"({pattern})")
    return tuple(pieces)


def _client_before(separator: str) -> str:
    """Return the pattern of a client, or of several, before a separator of values."""
    if separator in ",;":
        return rf"[^ \t{separator}]+"
    return rf"(?:[^ \t{separator}]*[,;] )*[^ \t{separator}]+"


def _may_be_wide(literal: str, around: Sequence[Directive]) -> bool:
    """Whether a space may be several: Jetty writes two around the words of a user."""
    names = {directive.name for directive in around}
    return literal == " " and bool(names & {"remote_logname", "remote_user"})


def _pattern(directive: Directive, group: str, time: TimeFormat, *, quoted: bool, is_alone: bool) -> str:
    if group == "time":
        return time.pattern
    if quoted:
        return QUOTED if is_alone else PATTERN_IN_QUOTES.get(directive.field, QUOTED + "?")
    if kind := PATTERN_OF_KIND.get(group.partition("_")[0]):
        return kind
    if directive.name.startswith("env_") and group not in FIELDS:
        return SEVERAL if directive.name.startswith("env_upstream") else "[^ ]*"
    return PATTERN_OF_FIELD.get("client" if group == "client" else directive.field, UNQUOTED)


_LONE = re.compile(r"^\0[^\0]+\0$")  # one directive and nothing else
_WORD = re.compile(r"^(?:\0[^\0]+\0(?::\0[^\0]+\0)?)?$")  # one directive, a host with its port, or nothing
_WORD_OF = {
    # field: the pattern of its word, where not every word is valid
    "status": "[0-9]{3}",
    "bytes": "(?:-|[0-9]{1,18})",
    "user": r"[^ \[]+",  # a [ begins the time
    "client": r"[^ \t]+",
    "vhost": HOST,
}
_STATUS_LENGTH = len("200")


def _fast_split(literals: Sequence[str], groups: tuple[str, ...], time: TimeFormat) -> FastSplit:
    """Return the fast split of a format, for lines whose quotes and words are where the format has them.

    The LogFormat, with each directive replaced by its group's name, is split like a line: at its quotes into
    q[1], q[2], …, and the parts outside of quotes into words. Return NO_FAST_SPLIT where that is impossible.
    """
    marked = "".join(
        literal + (f"\0{group}\0" if group else "")
        for literal, group in zip(literals, (*groups, ""), strict=True)
    )
    segments = marked.split('"')
    split_line = FastSplit(
        words=[], checks=[f"len(q) = {len(segments)}", "NOT contains(line, '\\')"], text_of={}
    )
    for number, segment in enumerate(segments, start=1):
        if not (_LONE.match(segment) if number % 2 == 0 else all(map(_WORD.match, segment.split(" ")))):
            return NO_FAST_SPLIT
        if number % 2 == 0:
            group = segment.strip("\0")
            split_line.text_of[group] = f"q[{number}]"
            if group in NUMBERS:
                split_line.checks.append(f"regexp_full_match(q[{number}], '{_WORD_OF[group]}')")
        elif segment.strip() == "":
            split_line.checks.append(f"q[{number}] = '{segment}'")
        else:
            split = _one_then_time(segment, number, time) or _status_then_one(segment, number)
            split = split or _split(segment, number, time)
            split_line.words.extend(split.words)
            split_line.checks.extend(split.checks)
            split_line.text_of.update(split.text_of)
    return split_line


def _one_then_time(segment: str, number: int, time: TimeFormat) -> FastSplit | None:
    """Split `client - - [time] `: the time has a fixed length, and the words before it are usually - -.

    Return None where the segment has fields other than the first word and the time.
    """
    if " " not in segment:
        return None
    first, *between, last = segment.replace("\0", "").split(" ")
    is_usual = not last and between[-1:] == ["time"] and first in FIELDS and not {*FIELDS} & {*between}
    if not is_usual or time.length is None:
        return None
    text, space = f"s{number}", f"p{number}"
    usual = "".join(" -" for _ in between[:-1]) + " "
    pattern = "".join(f" {_pattern_of_word(word)}" for word in between[:-1]) + " "
    middle = f"substr({text}, {space}, length({text}) - {time.length} - {space})"
    time_text = f"substr({text}, length({text}) - {time.length}, {time.length})"
    return FastSplit(
        words=[f"q[{number}] AS {text}", f"instr({text}, ' ') AS {space}"],
        checks=[
            f"{space} > 1",
            f"ends_with({text}, ' ')",
            f"instr({time_text}, ' ') = {time.space_at}",  # strptime also accepts a tab, and several spaces
            f"CASE WHEN {middle} = '{usual}' THEN true ELSE regexp_full_match({middle}, '{pattern}') END",
        ],
        text_of={
            first: f"substr({text}, 1, {space} - 1)",
            "time": time_text,
        },
    )


def _status_then_one(segment: str, number: int) -> FastSplit | None:
    """Split ` 200 1234 `: three digits of a status, then the other word; return None for other segments."""
    match = re.match("^ \0status\0 \0([^\0]+)\0( ?)$", segment)
    if match is None:
        return None
    text, start = f"s{number}", len(" ") + _STATUS_LENGTH + len(" ") + 1
    around = start - 1 + len(match[2])
    return FastSplit(
        words=[f"q[{number}] AS {text}"],
        checks=[f"regexp_full_match({text}, '{_pattern_of_words(segment, '')}')"],
        text_of={
            "status": f"substr({text}, 2, {_STATUS_LENGTH})",
            match[1]: f"substr({text}, {start}, length({text}) - {around})",
        },
    )


def _split(segment: str, number: int, time: TimeFormat) -> FastSplit:
    """Split a segment into words at its spaces."""
    array, text_of, index = f"w{number}", {}, 0
    for word in segment.split(" "):
        index += 1
        group = word.split("\0")[1] if word else ""
        if group == "time":
            text_of[group] = " || ' ' || ".join(f"{array}[{index + more}]" for more in range(time.spaces + 1))
            index += time.spaces
        elif group:
            text_of[group] = f"{array}[{index}]"
    return FastSplit(
        words=[f"string_split(q[{number}], ' ') AS {array}"],
        checks=[f"regexp_full_match(q[{number}], '{_pattern_of_words(segment, time.pattern)}')"],
        text_of=text_of,
    )


def _pattern_of_word(group: str) -> str:
    return PATTERN_OF_KIND.get(group.partition("_")[0]) or _WORD_OF.get(group, "[^ ]+")


def _pattern_of_words(segment: str, time: str) -> str:
    def pattern(match: re.Match[str]) -> str:
        return time if match[1] == "time" else _pattern_of_word(match[1])

    return re.sub(r"\0([^\0]+)\0", pattern, segment)
