"""Detect a log's format from its first lines, or report why it is unknown, with one of the lines."""

import re
from functools import cache

from logstats.errors import Excerpt, FormatError
from logstats.formats import jsonlines, named, times, w3c
from logstats.formats.caret import with_caret
from logstats.formats.log_format import LogFormat

NO_ACCESS_LOGS = (
    # a pattern that most lines of another kind of file match: the name of that kind
    (r"^\[[A-Z][a-z]{2} [A-Z][a-z]{2} .{5,40}\] \[[\w:]*\]", "an Apache error log"),
    (r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[\w+\] \d+#", "an nginx error log"),
    (r"^<", "XML or HTML"),
    (r"^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [^ ]+ ", "a system log"),
    (r"^.*[^\x09\x20-\x7e\x80-\U0010ffff]", "a binary file"),
)
BYTE_ORDER_MARK = "\ufeff"
EXCERPT = 160  # characters of a line that an error shows
CLOSEST = 2  # formats that an error names
ONE_IN = 10  # of a log's lines must match its format; the others may be errors or torn lines


def detect(sample: bytes, path: str) -> LogFormat:
    """Return the most specific format that most lines of the sample match, or else the most frequent one.

    Raise FormatError where too few lines match any format, or where the times in the lines can't be parsed.
    """
    _require_text(sample, path)
    lines = _lines(sample)
    records = [line for line in lines if not line.startswith("#")]
    log_format = (
        _of_header(lines, path)
        or _known(records)
        or jsonlines.of_sample(records)
        or w3c.of_sample(records, path)
    )
    if log_format is None:
        raise _unknown_format(records or lines, path)
    _require_times(log_format, records, path)
    return log_format


def require_fit(log_format: LogFormat, sample: bytes, path: str) -> None:
    """Raise FormatError where no line of the sample matches the format that was given.

    Rejected lines are not read again, so lines that were read with a wrong format would be lost.
    """
    _require_text(sample, path)
    lines = [line for line in _lines(sample) if not line.startswith("#")]
    if lines and not any(fits(log_format, line) for line in lines):
        raise FormatError(
            f"none of the first lines match the format `{log_format.name}`; the first one stops at the mark",
            path=path,
            excerpt=_marked(lines[0], _reach(log_format, lines[0])),
            closest=log_format.name,
        )
    _require_times(log_format, lines, path)
    if log_format.has_header:
        _require_http(_lines(sample), path)


def fits(log_format: LogFormat, line: str) -> bool:
    """Whether a line, as a whole, matches the format; of a line of a W3C log only the words are counted."""
    if log_format.pieces:
        return re.match(log_format.pattern, line) is not None
    if log_format.needed:
        return jsonlines.fits(log_format, line)
    return not line.startswith("#") and len(line.split()) > 1


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
    _require_http(lines, path)
    return _of_fields(" ".join(headers).lower())


def _require_http(lines: list[str], path: str) -> None:
    """Raise FormatError where most lines under a W3C header are of FTP or another protocol."""
    if method := w3c.other_protocol(lines):
        raise FormatError(f"this is not a web server's log: it has methods such as '{method}'", path=path)


def _of_fields(fields: str) -> LogFormat:
    """Return the named format with the fields of a header, else the general W3C format."""
    of_w3c = (named.load(name) for name in named.files() if named.load(name).spec.startswith("w3c"))
    return next(
        (one.log_format for one in of_w3c if one.also_matches and re.search(one.also_matches, fields)),
        w3c.compile_fields(name=w3c.NAME),
    )


def _known(lines: list[str]) -> LogFormat | None:
    """Return the first format that most lines match; else the most frequent one, if enough lines match any.

    A log may contain lines of several formats, errors and torn lines. Lines of other formats are read too, so
    it is enough that the log is an access log.
    """
    counts: dict[str, int] = {}
    for name in named.files():
        log_format, also_matches = named.load(name).log_format, named.load(name).also_matches
        if not (log_format.pieces or log_format.needed):
            continue
        counts[name] = sum(1 for line in lines if fits(log_format, line) and re.search(also_matches, line))
        if 2 * counts[name] > len(lines):
            return log_format
    best = max(counts, key=lambda name: counts[name])
    is_enough = counts[best] > 0 and ONE_IN * sum(counts.values()) >= len(lines)
    return named.load(best).log_format if is_enough else None


def _require_times(log_format: LogFormat, lines: list[str], path: str) -> None:
    """Raise FormatError where most lines match, but their times can't be parsed."""
    if not log_format.pieces or "time" not in log_format.groups:
        return
    group = log_format.groups.index("time") + 1
    found = [match[group] for line in lines if (match := re.match(log_format.pattern, line))]
    faults = [(fault, text) for text in found if (fault := times.fault(text))]
    if 2 * len(faults) > len(found):
        fault, text = faults[0]
        raise FormatError(f"times such as '{text}' can't be parsed: {fault}", path=path)


def _lines(sample: bytes) -> list[str]:
    lines = sample.decode("utf-8", "backslashreplace").split("\n")
    return [line for line in (line.removeprefix(BYTE_ORDER_MARK) for line in lines) if line.strip()]


def _require_text(sample: bytes, path: str) -> None:
    """Raise FormatError for text in UTF-16 without a byte order mark, in which every second byte is NUL."""
    if 3 * sample.count(b"\0") > len(sample) > 0:
        raise FormatError(
            "this is UTF-16 text without a byte order mark, or not a text",
            path=path,
            advice="convert a text: iconv -f UTF-16LE -t UTF-8 LOG > NEW, or with UTF-16BE.",
        )


def _unknown_format(lines: list[str], path: str) -> FormatError:
    """Return the error for a log in an unknown format, with the most likely reason."""
    if kind := next((kind for pattern, kind in NO_ACCESS_LOGS if _is_most(pattern, lines)), None):
        excerpt = Excerpt(line=lines[0], text=f"  {_printable(lines[0][:EXCERPT])}")
        return FormatError(f"this is {kind}, not an access log", path=path, excerpt=excerpt)
    if not lines:
        return FormatError("there is no line to detect the format from", path=path)
    if keys := jsonlines.keys_of(lines):
        return FormatError(
            "these are JSON lines, but the keys of time, client, request and status are unknown; there are",
            path=path,
            advice="Give them: --log-format 'json time=KEY client=KEY request=KEY status=KEY'.",
            excerpt=Excerpt(line=lines[0], text=f"  {keys[: 4 * EXCERPT]}"),
        )
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


def _marked(line: str, column: int) -> Excerpt:
    return Excerpt(line=line, text=with_caret(line, column), column=column)


def _described(name: str) -> str:
    spec = named.load(name).spec
    return f"`{name}` ({spec})" if "%" in spec else f"`{name}`"


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
    """Return the number of characters that the first pieces of a format's pattern match in a line."""
    return max(
        (match.end() for pattern in _beginnings(log_format.pieces) if (match := pattern.match(line))),
        default=0,
    )


@cache
def _beginnings(pieces: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile("".join(pieces[:count])) for count in range(1, len(pieces) + 1))


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "·" for sign in text)
