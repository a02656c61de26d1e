"""Apache LogFormat strings as the shape of a line: where each field stands, and a whole pattern."""

import re
from collections.abc import Sequence

from logstats.errors import UsageError
from logstats.formats import directives, times
from logstats.formats.directives import Directive
from logstats.formats.log_format import FIELDS, REQUIRED, LogFormat
from logstats.formats.text import UNCUT, FastSplit, TextFormat, text_shape
from logstats.formats.times import TimeFormat

QUOTED = r'(?:[^"\\]|\\.)*'
UNQUOTED = r"[^ ]+"
PATTERN_OF_FIELD = {
    # field: its pattern outside quotes, where that is not one word
    "client": r"[^ \t]+",
    # a name may hold spaces, but does not begin like the missing one of a line that lost its place
    "user": r'(?:-|""|(?:[^ "\[-]|-[^ "\[])[^"\[]*?|)',
    "vhost": r"[^ ]+?",  # the port may follow behind a colon
    "query": "[^ ]*",
    "forwarded": r"[^ ,]+(?:, ?[^ ,]+)*",
}
PATTERN_IN_QUOTES = {
    # field: its pattern where a quote holds more than it
    "method": r'[^ "]*',
    "path": r'(?:[^"\\?]|\\.)*',
    "query": QUOTED,
    "protocol": r'[^ "]*',
    "status": "[0-9-]+",
}
SEVERAL = r"[^ ]+(?:(?:,| :) [^ ]+)*"  # what nginx says of upstreams, of which there may be some
SEPARATORS = "\t|;,^~"  # where one of these parts values, they may hold spaces
LITERALS_OF_REQUEST = ("method", "path")


def verbatim(text: str) -> str:
    r"""Return a LogFormat bare, as it may stand in httpd.conf: within `LogFormat "…" name`, with \"."""
    line = re.match(r'^\s*LogFormat\s+"(?P<format>(?:[^"\\]|\\.)*)"(?:\s+\S+)?\s*$', text)
    bare = line["format"] if line else text
    if line or r"\"" in bare:
        bare = bare.replace(r"\"", '"').replace(r"\t", "\t").replace(r"\\", "\\")
    return bare


def compile_shape(log_format: str, name: str = "", definition: str = "") -> LogFormat:
    """Return the shape of a LogFormat string; raise UsageError where a hit's field is missing."""
    literals, found = directives.split(log_format)
    groups = _groups(found)
    require(log_format, groups)
    time = _time(found)
    text = TextFormat(_pieces(literals, found, groups, time), groups, time, _cut(literals, groups, time))
    return text_shape(name or log_format, definition or log_format, text)


def require(log_format: str, groups: Sequence[str]) -> None:
    """Raise UsageError where a format lacks what a visit needs."""
    told = set(groups) | ({"request"} if {*LITERALS_OF_REQUEST} <= {*groups} else set())
    missing = [field for field in REQUIRED if field not in told]
    if missing:
        raise UsageError(
            f"the log format «{log_format}» has no {' and no '.join(missing)}; "
            'a visit needs %h, %t, "%r" and %>s'
        )


def _time(found: Sequence[Directive]) -> TimeFormat:
    text = next(directive.time for directive in found if directive.field == "time")
    return times.strftime(text) if text else times.clf()


def _groups(found: Sequence[Directive]) -> tuple[str, ...]:
    """Return a name for each directive, the field's for the first one that tells it."""
    groups: list[str] = []
    has_ip = any(directive.name == "remote_ip" for directive in found)
    for place, directive in enumerate(found):
        # where both are told, %h may be the balancer's
        field = "" if has_ip and directive.name == "remote_host" else directive.field
        groups.append(field if field and field not in groups else f"other_{place}")
    return tuple(groups)


def _pieces(
    literals: Sequence[str], found: Sequence[Directive], groups: Sequence[str], time: TimeFormat
) -> tuple[str, ...]:
    pieces, quoted = [], False
    for place, literal in enumerate(literals):
        quoted ^= literal.count('"') % 2 == 1
        is_alone = literal.endswith('"') and literals[min(place + 1, len(literals) - 1)].startswith('"')
        pieces.append(re.escape(literal).replace("\\ ", " ").replace('\\"', '"').replace("\\\t", r"\t"))
        if place < len(found):
            pattern = _pattern(found[place], groups[place], time, quoted=quoted, is_alone=is_alone)
            sign = (literals[place + 1] or literal)[:1]
            if not quoted and sign and sign in SEPARATORS and groups[place] != "time":
                pattern = rf"[^ \t{sign}]+" if groups[place] == "client" else f"[^{sign}]*"
            pieces.append(f"({pattern})")
    return tuple(pieces)


def _pattern(directive: Directive, group: str, time: TimeFormat, *, quoted: bool, is_alone: bool) -> str:
    if group == "time":
        return time.pattern
    if quoted:
        return QUOTED if is_alone else PATTERN_IN_QUOTES.get(directive.field, QUOTED + "?")
    if directive.name.startswith("env_"):
        return SEVERAL if directive.name.startswith("env_upstream") else "[^ ]*"
    return PATTERN_OF_FIELD.get(directive.field, UNQUOTED)


_LONE = re.compile(r"^\0[^\0]+\0$")  # one directive and nothing else
_WORD = re.compile(r"^(?:\0[^\0]+\0(?::\0[^\0]+\0)?)?$")  # the same, or a host with its port, or nothing
_WORD_OF = {
    # field: what its word looks like, where that is not just any word
    "status": "[0-9]{3}",
    "bytes": "(?:-|[0-9]{1,18})",
    "user": r"[^ \[]+",  # a [ begins the time
    "client": r"[^ \t]+",
}
_STATUS_LENGTH = len("200")


def _cut(literals: Sequence[str], groups: tuple[str, ...], time: TimeFormat) -> FastSplit:
    """Find where each field stands when a line's quotes and words are where the format has them.

    The LogFormat, with each directive replaced by its group's name, is cut the way a line is: at
    its quotes into q[1], q[2], …, and what is outside of quotes into its words. A format that can't be
    cut so has no whole.
    """
    marked = "".join(
        literal + (f"\0{group}\0" if group else "")
        for literal, group in zip(literals, (*groups, ""), strict=True)
    )
    segments = marked.split('"')
    whole = FastSplit([], [f"len(q) = {len(segments)}", "NOT contains(line, '\\')"], {})
    for number, segment in enumerate(segments, start=1):
        if not (_LONE.match(segment) if number % 2 == 0 else all(map(_WORD.match, segment.split(" ")))):
            return UNCUT
        if number % 2 == 0:
            whole.text_of[segment.strip("\0")] = f"q[{number}]"
        elif segment.strip() == "":
            whole.checks.append(f"q[{number}] = '{segment}'")
        else:
            cut = _one_then_time(segment, number, time) or _status_then_one(segment, number)
            cut = cut or _split(segment, number, time)
            whole.words.extend(cut.words)
            whole.checks.extend(cut.checks)
            whole.text_of.update(cut.text_of)
    return whole


def _one_then_time(segment: str, number: int, time: TimeFormat) -> FastSplit | None:
    """Cut `client - - [time] `: a time is as long as any other, and what is before it is mostly - -.

    None where more than the first word and the time is told there.
    """
    first, *between, last = segment.replace("\0", "").split(" ")
    is_usual = not last and between[-1:] == ["time"] and first in FIELDS and not {*FIELDS} & {*between}
    if not is_usual or time.length is None:
        return None
    text, space = f"s{number}", f"p{number}"
    usual = "".join(" -" for _ in between[:-1]) + " "
    pattern = "".join(f" {_WORD_OF.get(word, '[^ ]+')}" for word in between[:-1]) + " "
    middle = f"substr({text}, {space}, length({text}) - {time.length} - {space})"
    written = f"substr({text}, length({text}) - {time.length}, {time.length})"
    return FastSplit(
        words=[f"q[{number}] AS {text}", f"instr({text}, ' ') AS {space}"],
        checks=[
            f"{space} > 1",
            f"ends_with({text}, ' ')",
            f"instr({written}, ' ') = {time.space_at}",  # strptime takes a tab as well, and more spaces
            f"CASE WHEN {middle} = '{usual}' THEN true ELSE regexp_full_match({middle}, '{pattern}') END",
        ],
        text_of={
            first: f"substr({text}, 1, {space} - 1)",
            "time": written,
        },
    )


def _status_then_one(segment: str, number: int) -> FastSplit | None:
    """Cut ` 200 1234 `: a status has three digits, and another word is what is left; else None."""
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
    """Cut any words at their spaces."""
    array, text_of, place = f"w{number}", {}, 0
    for word in segment.split(" "):
        place += 1
        group = word.split("\0")[1] if word else ""
        if group == "time":
            text_of[group] = " || ' ' || ".join(f"{array}[{place + more}]" for more in range(time.spaces + 1))
            place += time.spaces
        elif group:
            text_of[group] = f"{array}[{place}]"
    return FastSplit(
        words=[f"string_split(q[{number}], ' ') AS {array}"],
        checks=[f"regexp_full_match(q[{number}], '{_pattern_of_words(segment, time.pattern)}')"],
        text_of=text_of,
    )


def _pattern_of_words(segment: str, time: str) -> str:
    def pattern(match: re.Match[str]) -> str:
        return time if match[1] == "time" else _WORD_OF.get(match[1], "[^ ]+")

    return re.sub(r"\0([^\0]+)\0", pattern, segment)
