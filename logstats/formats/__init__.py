"""The log formats: what they are called, how they are written down, and which one a log is in.

log_format      what a format is to the rest of the program
named_formats/   the formats that have a name, one file each; `named` reads them
directives, apache, nginx   Apache's LogFormat, and nginx's log_format by way of it
text, times  lines read by a pattern, and the times in them
jsonlines, w3c   lines of objects, and lines under a header
detection    which format a log is in, and why it is in none
"""

import re
from functools import cache

from logstats.errors import UsageError
from logstats.formats import apache, named
from logstats.formats.log_format import LogFormat

FORMATS = tuple(named.files())

__all__ = ["FORMATS", "LogFormat", "detect", "fits", "format_of", "others", "require_fit"]


def format_of(written: str) -> LogFormat:
    """Return the shape of a format's name, or of a format that is written down."""
    text = written.strip()
    if text in FORMATS:
        return named.load(text).shape
    if match := re.match(r"(json|w3c)\s+\S", text):
        return _of_keys(text) if match[1] == "json" else _under_header(text.partition(" ")[2])
    if "$" in text or text.startswith("log_format"):
        return _of_nginx(text)
    if "%" in text:
        return apache.compile_shape(apache.verbatim(text))
    raise UsageError(
        f"no log format «{written}»; there are {', '.join(FORMATS)}, or give an Apache LogFormat, "
        "an nginx log_format, or «json time=KEY client=KEY …»"
    )


def _of_keys(text: str) -> LogFormat:
    from logstats.formats import jsonlines  # noqa: PLC0415 - 10 ms, only for such a log

    return jsonlines.parse(text)


def _under_header(fields: str) -> LogFormat:
    from logstats.formats import w3c  # noqa: PLC0415 - the same

    return w3c.shape(fields)


def _of_nginx(text: str) -> LogFormat:
    from logstats.formats import nginx  # noqa: PLC0415 - 30 ms, only where one is given

    translated = nginx.translate(text)
    if translated.keys is not None:
        from logstats.formats import jsonlines  # noqa: PLC0415

        return jsonlines.of_variables(translated.keys)
    return apache.compile_shape(translated.log_format or "")


def detect(sample: bytes, path: str) -> LogFormat:
    """Return the most specific format that most lines of a sample fit; raise FormatError where none does."""
    from logstats.formats import detection  # noqa: PLC0415 - 20 ms, only for a log that is new

    return detection.detect(sample, path)


def require_fit(shape: LogFormat, sample: bytes, path: str) -> None:
    """Raise FormatError where none of a sample's lines fits a format that was asked for."""
    from logstats.formats import detection  # noqa: PLC0415

    detection.require_fit(shape, sample, path)


def fits(shape: LogFormat, line: str) -> bool:
    """Whether a whole line is one of the shape."""
    from logstats.formats import detection  # noqa: PLC0415

    return detection.fits(shape, line)


def others(shape: LogFormat) -> tuple[LogFormat, ...]:
    """Return the shapes that a line may be of which does not fit the one that its log began with."""
    return tuple(other for other in _all() if other.is_one and other.name != shape.name)


@cache
def _all() -> tuple[LogFormat, ...]:
    return tuple(named.load(name).shape for name in FORMATS)
