"""Which format a log is in, told by its first lines; and why it is in none, shown at one of them."""

import re
from functools import cache

from logstats.errors import FormatError
from logstats.formats import jsonlines, named, times, w3c
from logstats.formats.caret import pointed
from logstats.formats.log_format import LogFormat

NO_ACCESS_LOGS = (
    # a pattern that most lines of something else match: what it is
    (r"^\[[A-Z][a-z]{2} [A-Z][a-z]{2} .{5,40}\] \[[\w:]*\]", "an Apache error log"),
    (r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[\w+\] \d+#", "an nginx error log"),
    (r"^<", "XML or HTML"),
    (r"^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [^ ]+ ", "a system log"),
    (r"^.*[^\x09\x20-\x7e\x80-\U0010ffff]", "no text"),
)
SHOWN = 160  # characters of a line that an error shows
NEAREST = 2
ONE_IN = 10  # lines of a log must be of its format: a server may write its errors among them, or tear them


def detect(sample: bytes, path: str) -> LogFormat:
    """Return the most specific format that most of the sample's lines fit, or most of those that fit any.

    Raise FormatError, with a line that fits none and how far the nearest formats fit it, where there is
    none, or where the times in its lines can't be read.
    """
    lines = _lines(sample)
    records = [line for line in lines if not line.startswith("#")]
    shape = (
        _of_header(lines, path) or _known(records) or jsonlines.of_sample(records) or w3c.of_sample(records)
    )
    if shape is None:
        raise FormatError(_not_understood(records or lines, path))
    _require_times(shape, records, path)
    return shape


def require_fit(shape: LogFormat, sample: bytes, path: str) -> None:
    """Raise FormatError where none of the sample's lines fits a format that was asked for.

    Lines that were refused count as read: with a wrong format they would be lost to the right one.
    """
    lines = [line for line in _lines(sample) if not line.startswith("#")]
    if lines and not any(fits(shape, line) for line in lines):
        shown = pointed(lines[0], _reach(shape, lines[0]))
        raise FormatError(
            f"{path}: no line of its beginning fits the format {shape.name}. One of them:\n{shown}"
        )
    _require_times(shape, lines, path)


def fits(shape: LogFormat, line: str) -> bool:
    """Whether a whole line is one of the shape; of W3C's, by its words alone."""
    if shape.pieces:
        return re.match(shape.pattern, line) is not None
    if shape.needed:
        return jsonlines.fits(shape, line)
    return not line.startswith("#") and len(line.split()) > 1


def _of_header(lines: list[str], path: str) -> LogFormat | None:
    """Return the shape of lines under a W3C header; raise FormatError where no visit comes of them."""
    headers = w3c.headers(lines)
    if not headers:
        return None
    lacking = [w3c.lacking(fields) for fields in headers]
    if all(lacking):
        raise FormatError(
            f"{path}: its header has no {' and no '.join(lacking[0])}, without which there are no visits:\n"
            f"  #Fields: {headers[0][:SHOWN]}\n"
            "It is a log of something else, or the server can be told to log these fields too."
        )
    if told := w3c.other_protocol(lines):
        raise FormatError(f"{path}: logs methods such as «{told}», so it is no log of a web server")
    return _of_fields(" ".join(headers).lower())


def _of_fields(fields: str) -> LogFormat:
    """Return the named format that the fields of a header tell, else that of any."""
    told = (named.load(name) for name in named.files() if named.load(name).written.startswith("w3c"))
    return next(
        (each.shape for each in told if each.tells and re.search(each.tells, fields)),
        w3c.shape(name=w3c.NAME),
    )


def _known(lines: list[str]) -> LogFormat | None:
    """Return the first format that most lines fit; else the most frequent one, if lines enough fit any.

    A log may hold lines of several formats, errors and torn lines. The lines of a format that come
    second are read as well: what counts is that this is an access log.
    """
    counts: dict[str, int] = {}
    for name in named.files():
        shape, tells = named.load(name).shape, named.load(name).tells
        if not (shape.pieces or shape.needed):
            continue
        counts[name] = sum(1 for line in lines if fits(shape, line) and re.search(tells, line))
        if 2 * counts[name] > len(lines):
            return shape
    best = max(counts, key=lambda name: counts[name])
    is_enough = counts[best] > 0 and ONE_IN * sum(counts.values()) >= len(lines)
    return named.load(best).shape if is_enough else None


def _require_times(shape: LogFormat, lines: list[str], path: str) -> None:
    """Raise FormatError where most lines fit, but tell their times in a way that can't be read."""
    if not shape.pieces or "time" not in shape.groups:
        return
    group = shape.groups.index("time") + 1
    found = [match[group] for line in lines if (match := re.match(shape.pattern, line))]
    faults = [(fault, text) for text in found if (fault := times.fault(text))]
    if 2 * len(faults) > len(found):
        fault, text = faults[0]
        raise FormatError(f"{path}: its times can't be read, such as «{text}»: {fault}")


def _lines(sample: bytes) -> list[str]:
    return [line for line in sample.decode("utf-8", "backslashreplace").split("\n") if line.strip()]


def _not_understood(lines: list[str], path: str) -> str:
    if told := next((told for pattern, told in NO_ACCESS_LOGS if _is_most(pattern, lines)), None):
        return f"{path}: looks like {told}, not like an access log:\n  {_printable(lines[0][:SHOWN])}"
    if not lines:
        return f"{path}: has no line to tell its format by"
    if keys := jsonlines.keys_of(lines):
        return (
            f"{path}: is JSON lines, but no known keys tell time, client, request and status. It has\n"
            f"  {keys[: 4 * SHOWN]}\n"
            "Say which they are: --log-format 'json time=KEY client=KEY request=KEY status=KEY'."
        )
    line = max(lines, key=lambda text: max(reach for reach, _ in _nearest(text)))
    (reach, first), *more = _nearest(line)
    also = "".join(f", then {_told(name)}" for _, name in more)
    return (
        f"{path}: the log's format is none that is known. One of its lines, and where the nearest format "
        f"stops fitting:\n{pointed(line, reach)}\n"
        f"The nearest is {_told(first)}{also}. Give the log's own format with --log-format, "
        "as Apache's LogFormat or nginx's log_format; `logstats formats` lists those that are known."
    )


def _told(name: str) -> str:
    written = named.load(name).written
    return f"{name} ({written})" if "%" in written else name


def _is_most(pattern: str, lines: list[str]) -> bool:
    return 2 * sum(1 for line in lines if re.match(pattern, line)) > len(lines) > 0


def _nearest(line: str) -> list[tuple[int, str]]:
    """Return the formats that fit the longest beginnings of a line, each with how long that is."""
    shapes = ((name, named.load(name).shape) for name in named.files())
    reaches = [(_reach(shape, line), name) for name, shape in shapes if shape.pieces]
    return sorted(reaches, key=lambda reached: (-reached[0], len(named.load(reached[1]).shape.pieces)))[
        :NEAREST
    ]


def _reach(shape: LogFormat, line: str) -> int:
    """Return how many characters of a line its format's first pieces fit."""
    return max(
        (match.end() for pattern in _beginnings(shape.pieces) if (match := pattern.match(line))), default=0
    )


@cache
def _beginnings(pieces: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile("".join(pieces[:count])) for count in range(1, len(pieces) + 1))


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "·" for sign in text)
