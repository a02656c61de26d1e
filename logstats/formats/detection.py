"""Detect a log's format from its first lines, or report why it is unknown, with one of the lines."""

import re
from collections.abc import Callable, Sequence
from functools import cache, partial

from logstats import clients
from logstats.errors import Excerpt, FormatError
from logstats.formats import json_messages, jsonlines, ltsv, named, other_protocols, prefixes, times, w3c
from logstats.formats.caret import with_caret
from logstats.formats.log_format import LogFormat, pattern_of

_SYSLOG = rf"^(?:{prefixes.BY_NAME['syslog'].pattern}|{prefixes.BY_NAME['rfc5424'].pattern})"
NO_ACCESS_LOGS = (
    # a pattern that most lines of another kind of file match: the name of that kind
    (r"^\[[A-Z][a-z]{2} [A-Z][a-z]{2} .{5,40}\] \[[\w:]*\]", "an Apache error log"),
    (r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[\w+\] \d+#", "an nginx error log"),
    (r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: \([\w./-]+\.c\.\d+\)", "a lighttpd error log"),
    (r"^\[\d\d-[A-Z][a-z]{2}-\d{4} [\d:]{8}[^\]]*\] PHP ", "a PHP error log"),
    (r".* (?:postfix|sendmail|dovecot|opendkim|amavis)[\w/-]*(?:\[\d+\])?: ", "a mail log"),
    (r"^\d{4}-\d\d-\d\d [\d:]{8} \w{6}-\w{6,11}-\w{2,4} (?:<=|=>|->|\*\*|==|Completed)", "a mail log"),
    (
        r"^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4} (?:\[pid \d+\]|\d+ \S+ \d+ \S+ [ab] )",
        "an FTP log",
    ),
    (
        r"^.*haproxy\[\d+\]: \S+:\d+ \[[^\]]+\] \S+ \S+ [\d/+-]+ \+?\d+ \S\S [\d/+]+ [\d/]+$",
        "HAProxy's TCP log",
    ),
    (r"^.*haproxy\[\d+\]: Connect from \S+ to ", "HAProxy's log of connections"),
    (r"^<[A-Za-z!?/]", "XML or HTML"),
    (_SYSLOG, "a system log"),
    (r"^[^\r]*\r[^\r]*\r", "a text whose lines end in carriage returns"),
    (r"^.*[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", "a binary file"),
)
BYTE_ORDER_MARK = "\ufeff"
EXCERPT = 160  # characters of a line that an error shows
CLOSEST = 2  # formats that an error names
Detector = Callable[[list[str]], LogFormat | None]
ONE_IN = 10  # of a log's lines must match its format; the others may be errors or torn lines
SPREAD = 20  # lines, spread over a longer sample, that decide whether most lines match a format
FEW = 2  # of these lines may disagree; if more do, every line is matched
GOLDEN = 0.618_034  # multiples of it are spread over [0, 1) without a period


def detect(sample: bytes, path: str) -> LogFormat:
    """Return the most specific format that most lines of the sample match, or else the most frequent one.

    Where most lines match none, prefixes before them are looked for. Raise FormatError where too few lines
    match any format, or where the times in the lines can't be parsed.
    """
    _require_text(sample, path)
    lines = _lines(sample)
    records = [line for line in lines if not line.startswith("#")]
    most = partial(_of_most, path=path)
    log_format = (
        _of_header(lines, path)
        or _of_numbered(records, most)
        or most(records)
        or _with_prefixes(records, most)
        or _of_some(records)
        or _with_prefixes(records, _of_some)
    )
    if log_format is None:
        raise _unknown_format(records or lines, path, is_empty=not sample)
    some = _spread(records)
    _require_times(log_format, some, path)
    _require_http(_other_protocol(log_format, some), path)
    return log_format


def require_fit(log_format: LogFormat, sample: bytes, path: str) -> None:
    """Raise FormatError where no line of the sample matches the format that was given.

    Rejected lines are not read again, so lines that were read with a wrong format would be lost.
    """
    _require_text(sample, path)
    lines = [line for line in _lines(sample) if not line.startswith("#")]
    if lines and not any(_is_record(log_format, line) for line in lines):
        unmatched = f"none of the first lines match the format `{log_format.name}`; the first one"
        if lacking := json_messages.lacking(log_format, lines[0]):
            raise FormatError(
                f"{unmatched} has no {lacking}",
                path=path,
                excerpt=Excerpt(line=lines[0], text=f"  {_printable(lines[0][:EXCERPT])}"),
                closest=log_format.name,
            )
        raise FormatError(
            f"{unmatched} stops at the mark",
            path=path,
            advice=_prefix_advice(log_format, lines),
            excerpt=_marked(lines[0], _reach(log_format, lines[0])),
            closest=log_format.name,
        )
    _require_times(log_format, lines, path)
    if log_format.has_header:
        _require_http(w3c.other_protocol(_lines(sample)), path)


def excerpt(log_format: LogFormat, line: str, *, is_marked: bool) -> Excerpt:
    """Return a line for a message; `is_marked`: with a mark where it stops matching the format, if known."""
    if is_marked and log_format.pieces:
        return _marked(line, _reach(log_format, line))
    return Excerpt(line=line, text=f"  {_printable(line[:EXCERPT])}")


def fits(log_format: LogFormat, line: str) -> bool:
    """Whether a line, as a whole, matches the format; of a line of a W3C log only the words are counted."""
    if log_format.prefixes:
        line = prefixes.bare(line, log_format.prefixes)
    if log_format.pieces:
        return _matched(log_format, line) is not None
    if log_format.fragment == ltsv.FRAGMENT:
        return ltsv.fits(log_format, line)
    if log_format.needed:
        return jsonlines.fits(log_format, line)
    return not line.startswith("#") and len(line.split()) > 1


def _is_record(log_format: LogFormat, line: str) -> bool:
    """Whether a line matches the format, with a client where the format has it."""
    if not log_format.pieces:
        return fits(log_format, line)
    bare = prefixes.bare(line, log_format.prefixes) if log_format.prefixes else line
    match = _matched(log_format, bare)
    return match is not None and _wrong_client(log_format, match) is None


def _matched(log_format: LogFormat, line: str) -> re.Match[str] | None:
    return _compiled(log_format.pieces).match(line)


@cache
def _compiled(pieces: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(pattern_of(pieces))


def _wrong_client(log_format: LogFormat, match: re.Match[str]) -> int | None:
    """Return the offset of the client in a line that a pattern of the format matches, if it is no client."""
    index = log_format.groups.index("client") + 1
    is_reached = index <= match.re.groups and match[index] is not None
    return match.start(index) if is_reached and not clients.may_be(match[index]) else None


def _of_header(lines: list[str], path: str) -> LogFormat | None:
    """Return the format of lines under a W3C header; raise FormatError where it lacks required fields."""
    headers = w3c.headers(lines)
    if not headers:
        return None
    lacking = [w3c.lacking(fields) for fields in headers]
    if all(lacking):
        header = f"{w3c.HEADER} {headers[0]}"
        raise FormatError(
            f"the #Fields line lacks {', '.join(lacking[0])}; these are required",
            path=path,
            advice="It is not an access log, or the server must be configured to log these fields too.",
            excerpt=Excerpt(line=header, text=f"  {header[:EXCERPT]}"),
        )
    _require_http(w3c.other_protocol(lines), path)
    return _of_fields(" ".join(headers).lower())


def _require_http(command: str, path: str) -> None:
    """Raise FormatError where most lines have commands of FTP or another protocol, such as `command`."""
    if command:
        raise FormatError(f"this is not a web server's log: it has methods such as '{command}'", path=path)


def _of_fields(fields: str) -> LogFormat:
    """Return the named format with the fields of a header, else the general W3C format."""
    of_w3c = (named.load(name) for name in named.files() if named.load(name).spec.startswith("w3c"))
    return next(
        (one.log_format for one in of_w3c if one.also_matches and re.search(one.also_matches, fields)),
        w3c.compile_fields(name=w3c.NAME),
    )


def _of_most(lines: list[str], path: str) -> LogFormat | None:
    """Return the format of JSON keys or W3C fields, or the first with a name, that most lines match."""
    if of_keys := jsonlines.of_sample(lines):
        return of_keys
    for _, known in _candidates():
        if _is_of_most(known, lines):
            return known.log_format
    return w3c.of_sample(lines, path)


def _of_numbered(lines: list[str], detected: Detector) -> LogFormat | None:
    """Return the format of lines after their numbers, which before an IPv6 client look like a group of it."""
    is_numbered = len(lines) > 1 and prefixes.is_numbered(lines)
    return _with_prefixes(lines, detected) if is_numbered else None


def _of_some(lines: list[str]) -> LogFormat | None:
    """Return the most frequent format, if enough lines match any.

    A log may contain lines of several formats, errors and torn lines. Lines of other formats are read too, so
    it is enough that the log is an access log.
    """
    counts = {name: _count(known, lines) for name, known in _candidates()}
    best = max(counts, key=lambda name: counts[name])
    is_enough = counts[best] > 0 and ONE_IN * sum(counts.values()) >= len(lines)
    return named.load(best).log_format if is_enough else None


def _with_prefixes(lines: Sequence[str], detected: Detector) -> LogFormat | None:
    """Return the format of the lines after their prefixes, with the prefixes; None where they have none."""
    for names, bare in prefixes.candidates(lines):
        if log_format := detected(bare):
            return prefixes.added(names, log_format)
    return None


def _candidates() -> list[tuple[str, named.NamedFormat]]:
    known = ((name, named.load(name)) for name in named.files())
    return [(name, one) for name, one in known if one.log_format.pieces or one.log_format.needed]


def _is_of_most(known: named.NamedFormat, lines: list[str]) -> bool:
    """Whether most lines match; half of them decide it where all match, or none."""
    some = _spread(lines)
    if len(some) < len(lines) and not FEW < (matched := _count(known, some)) < len(some) - FEW:
        return matched > FEW
    matched = 0
    for number, line in enumerate(lines, start=1):
        matched += _matches(known, line)
        if 2 * matched > len(lines):
            return True
        if 2 * (matched + len(lines) - number) <= len(lines):
            return False
    return False


def _spread(lines: list[str]) -> list[str]:
    """Return SPREAD lines from all parts of a longer list, at uneven distances: some logs alternate."""
    if len(lines) <= 2 * SPREAD:
        return lines
    part = len(lines) / SPREAD
    return [lines[int((number + number * GOLDEN % 1) * part)] for number in range(SPREAD)]


def _count(known: named.NamedFormat, lines: list[str]) -> int:
    return sum(_matches(known, line) for line in lines)


def _matches(known: named.NamedFormat, line: str) -> bool:
    return _is_record(known.log_format, line) and re.search(known.also_matches, line) is not None


def _require_times(log_format: LogFormat, lines: list[str], path: str) -> None:
    """Raise FormatError where most lines match, but their times can't be parsed."""
    found = _texts(log_format, lines, "time") if log_format.pieces else []
    faults = [(fault, text) for text in found if (fault := times.fault(text))]
    if 2 * len(faults) > len(found):
        fault, text = faults[0]
        raise FormatError(f"times such as '{text}' can't be parsed: {fault}", path=path)


def _other_protocol(log_format: LogFormat, lines: list[str]) -> str:
    """Return a command of another protocol that most requests have; '' where they are HTTP."""
    methods = [request.partition(" ")[0] for request in _texts(log_format, lines, "request")]
    commands = [method for method in methods if other_protocols.is_command(method)]
    return commands[0] if 2 * len(commands) > len(methods) else ""


def _texts(log_format: LogFormat, lines: list[str], field: str) -> list[str]:
    """Return the texts of a field in the lines that match a pattern."""
    if field not in log_format.groups:
        return []
    group = log_format.groups.index(field) + 1
    bare = (prefixes.bare(line, log_format.prefixes) if log_format.prefixes else line for line in lines)
    return [match[group] for line in bare if (match := _matched(log_format, line))]


def _lines(sample: bytes) -> list[str]:
    lines = sample.decode("utf-8", "backslashreplace").split("\n")
    bare = (line.removeprefix(BYTE_ORDER_MARK).removesuffix("\r") for line in lines)
    return [line for line in bare if line.strip()]


def _require_text(sample: bytes, path: str) -> None:
    """Raise FormatError for text in UTF-16 without a byte order mark, in which every second byte is NUL."""
    parts = (sample[::2], sample[1::2])
    if any(4 * part.count(b"\0") > 3 * len(part) > 0 for part in parts) and not all(
        b"\0" in part for part in parts
    ):
        raise FormatError(
            "this is UTF-16 text without a byte order mark",
            path=path,
            advice="convert it: iconv -f UTF-16LE -t UTF-8 LOG > NEW, or with UTF-16BE.",
        )


def _unknown_format(lines: list[str], path: str, *, is_empty: bool) -> FormatError:
    """Return the error for a log in an unknown format, with the most likely reason."""
    if is_empty:
        return FormatError("the file is empty", path=path)
    if kind := next((kind for pattern, kind in NO_ACCESS_LOGS if _is_most(pattern, lines)), None):
        excerpt = Excerpt(line=lines[0], text=f"  {_printable(lines[0][:EXCERPT])}")
        return FormatError(f"this is {kind}, not an access log", path=path, excerpt=excerpt)
    if not lines:
        return FormatError("there is no line to detect the format from", path=path)
    if unfit := json_messages.unfit(lines):
        excerpt = Excerpt(line=lines[0], text=f"  {_printable(unfit.shown)}")
        return FormatError(unfit.reason, path=path, advice=unfit.advice, excerpt=excerpt)
    line = max(lines, key=lambda text: max(reach for reach, _ in _closest(text)))
    (reach, first), *more = _closest(line)
    others = "".join(f"; the next closest is {_described(name)}" for _, name in more)
    return FormatError(
        f"unknown log format. The closest one, `{first}`, stops matching at the mark",
        path=path,
        advice=(
            f"The closest is {_described(first)}{others}. Give the log's own format with --log-format, "
            "as Apache's LogFormat or nginx's log_format; `logstats formats` lists the known ones."
        ),
        excerpt=_marked(line, reach),
        closest=first,
    )


def _prefix_advice(log_format: LogFormat, lines: list[str]) -> str:
    """Return the format to give where the lines match after a prefix; '' where they do not."""
    for names, bare in prefixes.candidates(lines) if not log_format.prefixes else ():
        if any(fits(log_format, line) for line in bare):
            return f"Each line has a prefix: give --log-format '{' '.join(names)} {log_format.definition}'."
    return ""


def _marked(line: str, column: int) -> Excerpt:
    return Excerpt(line=line, text=with_caret(line, column), column=column)


def _described(name: str) -> str:
    """Return the name of a format, with what it is written as in a server's configuration."""
    known = named.load(name)
    is_written = "%" in known.spec and "(?P<" not in known.spec
    return f"`{name}` ({known.spec})" if is_written else f"`{name}`"


def _is_most(pattern: str, lines: list[str]) -> bool:
    return 2 * sum(1 for line in lines if re.match(pattern, line)) > len(lines) > 0


def _closest(line: str) -> list[tuple[int, str]]:
    """Return (length of the match, format) of the formats that match the longest beginnings of a line."""
    known = ((name, named.load(name).log_format) for name in named.files())
    reaches = [(_reach(log_format, line), name) for name, log_format in known if log_format.pieces]
    return sorted(reaches, key=lambda reached: (-reached[0], len(named.load(reached[1]).log_format.pieces)))[
        :CLOSEST
    ]


def _reach(log_format: LogFormat, line: str) -> int:
    """Return the number of characters that the first pieces of a format's pattern match in a line.

    A client that is none is where the line stops matching.
    """
    matches = [match for pattern in _beginnings(log_format.pieces) if (match := pattern.match(line))]
    if not matches:
        return 0
    wrong_client = _wrong_client(log_format, matches[-1])
    return matches[-1].end() if wrong_client is None else wrong_client


@cache
def _beginnings(pieces: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile("".join(pieces[:count])) for count in range(1, len(pieces) + 1))


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "·" for sign in text)
