r"""Prefixes: what syslog, containers and tools write before the line of an access log.

A definition begins with the names of its prefixes: `syslog combined`, `compose timestamp common`. In such a
log a line has these prefixes, or another one that is certain, or none, and what follows is parsed by the
format. A wrapper is a JSON object in which one key has the line.

Patterns are valid in RE2 and in `re`, so that DuckDB and the detection recognize the same prefixes.
"""

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from logstats.formats.log_format import LogFormat
from logstats.store import statements

_ISO = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?"
    r" ?(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_BSD = (
    r"(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ 0-9]?[0-9](?: [0-9]{4})? [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?: [0-9]{4})?"
)
_JOURNAL = r"[A-Z][a-z]{2} [0-9-]{10} [0-9:]{8}(?:\.[0-9]{6})? (?:[A-Z]{3,5}|[+-][0-9]{2,4})"
_EPOCH = r"[0-9]{10}\.[0-9]{6}|\[ *[0-9]+\.[0-9]{6}\]"
_PRIORITY = r"<[0-9]{1,3}>"
_TAG = r'[A-Za-z_(/][^ :\[\]"]*(?:\[[^\] ]*\])?: '  # a colon is followed by a space, unlike in an IPv6 client
_HOST = r'(?:[^ \[\]"|]+ )?'
_NAME_OF_HOST = r'[A-Za-z][^ :\[\]"]*'
_SEVERITY = r"(?:[a-z]+[0-9]?\.[a-z]+ )?"  # busybox and OpenWrt
_COLOUR = r"(?:\x1b\[[0-9;]*m)*"
_BOM = "\ufeff"
_STRUCTURED = r'(?:\[[^ \]="]+(?: [^ \]="]+="(?:[^"\\]|\\.)*")*\])+'
_NAME_OF_FILE = r'(?:\(standard input\)|[^ :"{\[]*[g-zG-Z_/\\][^ :"{\[]*)'


class Prefix(NamedTuple):
    """One kind of prefix: its name in definitions, what writes it, and its pattern.

    `before_ip` is the pattern of a prefix that is recognized only before an IP or an object, `before_text` of
    one after which nothing may follow that would make it a part of an IPv6 client. `key` is the key of a
    wrapper. `is_certain`: such a prefix can't be the beginning of an access line, so it is passed over
    in any log that has prefixes.
    """

    name: str
    about: str
    source: str
    pattern: str = ""
    before_ip: str = ""
    before_text: str = ""
    key: str = ""
    is_certain: bool = True


PREFIXES = (
    Prefix(
        "rfc5424",
        "syslog by RFC 5424, with structured data or without it as of Heroku's logplex",
        "RFC 5424, section 6; RFC 6587, section 3.4.1 (the length before it)",
        rf"(?:[0-9]+ )?{_PRIORITY}[0-9]{{1,2}} (?:-|{_ISO}) [^ ]+ [^ ]+ [^ ]+ [^ ]+ "
        rf"(?:(?:-|{_STRUCTURED}) )?{_BOM}?",
    ),
    Prefix(
        "cri",
        "containerd and CRI-O: the time, the stream, and F for a whole line",
        "kubernetes/design-proposals-archive, kubelet-cri-logging.md",
        rf"{_ISO} (?:stdout|stderr) F(?::[^ ]*)? ",
    ),
    Prefix(
        "kubectl",
        "kubectl logs --prefix",
        "kubernetes/kubectl, pkg/cmd/logs/logs.go (addPrefixIfNeeded)",
        rf"{_COLOUR}\[pod/[^\] ]+\]{_COLOUR} ",
    ),
    Prefix(
        "compose",
        "docker compose, docker service logs, foreman, honcho, pm2: a name and a bar",
        "docker/compose, cmd/formatter/logs.go; ddollar/foreman, lib/foreman/engine/cli.rb",
        rf"{_COLOUR}(?:[0-9:]{{8}} )?(?:[0-9]+\|)?[A-Za-z][A-Za-z0-9_.@-]* *{_COLOUR} ?\|"
        rf"{_COLOUR} {_COLOUR}",
    ),
    Prefix(
        "heroku",
        "heroku logs, fly logs: the time and app[dyno]",
        "devcenter.heroku.com/articles/logging#log-format; fly.io/docs/flyctl/logs",
        rf"{_ISO} (?:app|heroku)\[[A-Za-z0-9_.-]+\](?:: ?| [a-z]{{3}} \[[a-z]+\] ?)",
    ),
    Prefix(
        "syslog",
        "syslog files, journalctl, busybox: the time, the host and the program",
        "RFC 3164; rsyslog's RSYSLOG_TraditionalFileFormat and RSYSLOG_FileFormat; systemd, journalctl(1), "
        "--output; busybox, sysklogd/syslogd.c; nginx, ngx_syslog.c",
        rf"(?:{_PRIORITY})?(?:{_BSD}|{_ISO}|{_JOURNAL}|{_EPOCH}) {_HOST}{_SEVERITY}{_TAG} ?"
        rf"|(?:{_PRIORITY})?{_BSD} {_NAME_OF_HOST} ",
        before_ip=rf"{_ISO} {_NAME_OF_HOST} ",
    ),
    Prefix(
        "docker",
        "docker's json-file: a line in the key `log`",
        "docs.docker.com/engine/logging/drivers/json-file",
        key="log",
    ),
    Prefix(
        "journald",
        "journalctl -o json: a line in the key `MESSAGE`",
        "systemd, journalctl(1), --output=json; systemd.journal-fields(7)",
        key="MESSAGE",
    ),
    Prefix(
        "message",
        "Filebeat, Vector and others: a line in the key `message`",
        "elastic.co/docs/reference/ecs/ecs-base#field-message; vector.dev, log_schema.message_key",
        key="message",
        is_certain=False,
    ),
    Prefix(
        "text_payload",
        "Google Cloud's exported logs: a line in the key `textPayload`",
        "cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry",
        key="textPayload",
        is_certain=False,
    ),
    Prefix(
        "tag",
        "a program's name, or a priority, without a time: logger -s, systemd",
        "util-linux, logger(1); systemd, sd-daemon(3)",
        rf"{_PRIORITY}(?:{_TAG} ?)?|{_TAG} ?",
        is_certain=False,
    ),
    Prefix(
        "timestamp",
        "kubectl logs --timestamps, docker logs --timestamps: a time",
        "kubernetes/kubectl, pkg/cmd/logs/logs.go; docs.docker.com/reference/cli/docker/container/logs",
        rf"{_ISO} ",
        is_certain=False,
    ),
    Prefix(
        "number",
        "grep -n without a file's name, cat -n: the line's number",
        "GNU grep(1), -n; GNU coreutils, cat(1), -n",
        r" *[0-9]+\t",
        before_text="[0-9]+:",
        before_ip="[0-9]+-",
        is_certain=False,
    ),
    Prefix(
        "grep",
        "grep -H, and grep of several files: the file's name, and its line's number with -n",
        "GNU grep(1), -H, -n, --no-filename",
        before_text=rf"{_NAME_OF_FILE}:(?:[0-9]+:)?",
        before_ip=rf"{_NAME_OF_FILE}-(?:[0-9]+-)?",  # a line of context: -A, -B, -C
        is_certain=False,
    ),
    Prefix(
        "stern",
        "stern: the pod and the container, or the namespace before them",
        "stern/stern, cmd/cmd.go (default template)",
        before_ip=rf"(?:{_COLOUR}[a-z0-9-]*[a-z][a-z0-9-]*{_COLOUR} ){{2,3}}",
        is_certain=False,
    ),
)
BY_NAME = {prefix.name: prefix for prefix in PREFIXES}
CERTAIN = tuple(prefix for prefix in PREFIXES if prefix.is_certain)
DEEPEST = 3  # prefixes of a line, one after the other: grep, compose, timestamp
PARTIAL_BYTES = 16 << 10  # docker divides a longer line
# what follows a prefix that is recognized only there: an IP that a client can have, or an object
_IP = (
    r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}[ ,:]|::[0-9a-fA-F:.]*[ ,]|[23][0-9a-fA-F]{3}:[0-9a-fA-F:.]+[ ,]"
    r"|f[cde][0-9a-f]{2}:[0-9a-f:]+ |\{\""
)
# what follows `before_text`: also a name or a quote, but no second group of an IPv6 client
_TEXT = rf"{_IP}|::|[^0-9a-fA-F: .]|[0-9a-fA-F]{{5}}|[0-9a-fA-F]+[^0-9a-fA-F: ]"
_PARTIAL_CRI = rf"{_ISO} (?:stdout|stderr) P(?::[^ ]*)? "

REASONS = (
    # SQL of a line that does not fit the format, valid for the line as logged: the reason of its reject
    (f"regexp_matches(line, '{_PARTIAL_CRI}')", "a part of a line (CRI, tag P)"),
    (
        f"""starts_with(line, '{{"log":') AND strlen(line) >= {PARTIAL_BYTES} AND json_valid(line)
            AND NOT ends_with(json_extract_string(line, '$.log'), chr(10))""",
        "a part of a line (docker divides lines of over 16 KiB)",
    ),
    (
        r"regexp_matches(line, 'message repeated [0-9]+ times')",
        "a message that syslog repeats",
    ),
    ("line = '--'", "a separator of grep"),
    ("regexp_full_match(line, '==> .* <==')", "a header of tail"),
)


class Patterns(NamedTuple):
    """The patterns that remove prefixes before a wrapper and inside it, and the text of a match to keep."""

    before: str
    kept: str
    inside: str
    kept_inside: str
    keys: tuple[str, ...]


def split(definition: str) -> tuple[tuple[str, ...], str]:
    """Split a definition into the names of its prefixes and the format after them."""
    names: list[str] = []
    rest = definition
    while (word := rest.partition(" ")[0]) in BY_NAME and " " in rest:
        names.append(word)
        rest = rest.partition(" ")[2].lstrip()
    return tuple(names), rest


def added(names: Sequence[str], log_format: LogFormat) -> LogFormat:
    """Return a format whose lines have these prefixes."""
    written = " ".join(names)
    return log_format._replace(
        name=f"{written} {log_format.name}",
        definition=f"{written} {log_format.definition}",
        prefixes=tuple(names),
    )


@cache
def patterns(names: tuple[str, ...]) -> Patterns:
    """Return the patterns of a log with these prefixes; without names, of the prefixes that are certain."""
    index = next((index for index, name in enumerate(names) if BY_NAME[name].key), len(names))
    keys = dict.fromkeys([*(BY_NAME[name].key for name in names), *(prefix.key for prefix in CERTAIN)])
    outside, inside = _removal(names[:index]), _removal(names[index + 1 :])
    return Patterns(*outside, *inside, tuple(key for key in keys if key))


def bare(line: str, names: tuple[str, ...]) -> str:
    """Return a line without its prefixes, '' for a part of a line. The statements do the same."""
    known = patterns(names)
    if _compiled(_PARTIAL_CRI).search(line):
        return ""
    line = _compiled(known.before).sub(known.kept, line, count=1)
    inner = _unwrapped(line, known.keys) if line.startswith("{") else None
    return line if inner is None else _compiled(known.inside).sub(known.kept_inside, inner, count=1)


def params(names: tuple[str, ...]) -> dict[str, str | int]:
    """Return the parameters of `formats/bare_line` for a log with these prefixes."""
    known = patterns(names)
    return {
        "before": known.before,
        "kept": known.kept,
        "inside": known.inside,
        "kept_inside": known.kept_inside,
        "partial": _PARTIAL_CRI,
        "longest_part": PARTIAL_BYTES,
    }


def line_sql(names: tuple[str, ...], logged_line: str) -> str:
    """Return the SQL of the lines of a query without their prefixes."""
    fields = ", ".join(f"json_extract_string(wrapper, '$.\"{key}\"')" for key in patterns(names).keys)
    return statements.load("formats/bare_line").fill(logged_line=logged_line, wrapped=f"coalesce({fields})")


def reasons_sql() -> str:
    """Return the WHEN clauses of the reasons of lines that fit no format."""
    return " ".join(f"WHEN {condition} THEN '{reason}'" for condition, reason in REASONS)


def candidates(lines: Sequence[str]) -> Iterable[tuple[tuple[str, ...], list[str]]]:
    """Yield the prefixes that lines may have, the likeliest first, each with the lines without them."""
    names: tuple[str, ...] = ()
    left = list(lines)
    while len(names) < DEEPEST:
        counted = Counter(name for line in left if (name := _kind(line)))
        if "number" in counted and not _numbers([line for line in left if line != "--"]):
            del counted["number"]
        if not counted:
            return
        names = (*names, counted.most_common(1)[0][0])
        left = [bare(line, names) for line in lines]
        yield names, left


def _kind(line: str) -> str:
    """Return the name of the prefix that a line begins with; '' for none."""
    for prefix in PREFIXES:
        if prefix.key:
            if line.startswith("{") and _unwrapped(line, (prefix.key,)) is not None:
                return prefix.name
        elif _compiled(_removal((prefix.name,), only=True)[0]).match(line):
            return prefix.name
    return ""


def is_numbered(lines: Sequence[str]) -> bool:
    """Whether each line begins with a number that increases, which groups of IPv6 clients do not."""
    numbers = _numbers(lines)
    return bool(numbers) and all(before < after for before, after in itertools.pairwise(numbers))


def _numbers(lines: Sequence[str]) -> list[int]:
    """Return the number that each line begins with; nothing where a line has none."""
    found = [match for line in lines if (match := re.match(" *([0-9]+)[:\\t-]", line))]
    are_all = len(lines) == len(found) and all(bare(line, ("number",)) != line for line in lines)
    return [int(match[1]) for match in found] if are_all else []


def _removal(names: Sequence[str], *, only: bool = False) -> tuple[str, str]:
    """Return the pattern of these prefixes and of those that are certain, and the text to keep of a match.

    `only`: without the others. A prefix that is recognized by what follows it keeps that.
    """
    first = [BY_NAME[name] for name in names[:1]]
    others = () if only else tuple(prefix for prefix in CERTAIN if prefix not in first)
    guarded = [
        (pattern, text)
        for prefix in first
        for pattern, text in ((prefix.before_ip, _IP), (prefix.before_text, _TEXT))
        if pattern
    ]
    alternatives = [
        *([_chain(names)] if names[1:] else ()),
        *(f"{pattern}({text})" for pattern, text in guarded),
        *(prefix.pattern for prefix in (*first, *others) if prefix.pattern),
    ]
    kept = "".join(f"\\{number}" for number in range(1, len(guarded) + 1))
    return f"^(?:{'|'.join(alternatives)})", kept


def _chain(names: Sequence[str]) -> str:
    """Return the pattern of prefixes one after the other.

    The later ones may be absent, except after a prefix that is recognized by what follows it.
    """
    first, *more = names
    prefix = BY_NAME[first]
    own = [pattern for pattern in (prefix.pattern, more and prefix.before_text) if pattern]
    optional = "?" if prefix.pattern else ""
    return f"(?:{'|'.join(own or [prefix.before_ip])})" + (f"(?:{_chain(more)}){optional}" if more else "")


def _unwrapped(line: str, keys: tuple[str, ...]) -> str | None:
    """Return the line in a wrapper, '' for a part of a line, None where the line is no wrapper."""
    try:
        parsed = json.loads(line)
    except (ValueError, RecursionError):
        return None
    texts = (parsed.get(key) for key in keys) if isinstance(parsed, dict) else ()
    inner = next((text for text in texts if isinstance(text, str)), None)
    if inner is None:
        return None
    is_partial = len(inner.encode("utf-8", "replace")) >= PARTIAL_BYTES and not inner.endswith("\n")
    inner = inner.rstrip("\r\n")
    return "" if is_partial or "\n" in inner else re.sub("[\x00-\x08\x0b-\x1f\x7f]", " ", inner)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
