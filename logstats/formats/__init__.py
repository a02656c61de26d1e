"""The log formats: what they are called, how they are written down, and which one a log is in.

shape        what a format is to the rest of the program
known/       the formats that have a name, one file each; `known` reads them
directives, logformat, nginx   Apache's LogFormat, and nginx's log_format by way of it
text, times  lines read by a pattern, and the times in them
jsonlines, w3c   lines of objects, and lines under a header
detection    which format a log is in, and why it is in none
"""

import re

from logstats.errors import UsageError
from logstats.formats import jsonlines, known, logformat, w3c
from logstats.formats.detection import detect, fits, require_fit
from logstats.formats.shape import LineShape

FORMATS = tuple(known.files())

__all__ = ["FORMATS", "LineShape", "detect", "fits", "named", "others", "require_fit"]


def named(written: str) -> LineShape:
    """Return the shape of a format's name, or of a format that is written down."""
    text = written.strip()
    if text in FORMATS:
        return known.load(text).shape
    if re.match(r"json\s+\S", text):
        return jsonlines.parse(text)
    if re.match(r"w3c\s+\S", text):
        return w3c.shape(text.partition(" ")[2])
    if "$" in text or text.startswith("log_format"):
        return _of_nginx(text)
    if "%" in text:
        return logformat.compile_shape(logformat.verbatim(text))
    raise UsageError(
        f"no log format «{written}»; there are {', '.join(FORMATS)}, or give an Apache LogFormat, "
        "an nginx log_format, or «json time=KEY client=KEY …»"
    )


def _of_nginx(text: str) -> LineShape:
    from logstats.formats import nginx  # noqa: PLC0415 - 30 ms, only where one is given

    translated = nginx.translate(text)
    if translated.keys is not None:
        return jsonlines.of_variables(translated.keys)
    return logformat.compile_shape(translated.log_format or "")


def others(shape: LineShape) -> tuple[LineShape, ...]:
    """Return the shapes that a line may be of which does not fit the one that its log began with."""
    shapes = (known.load(name).shape for name in FORMATS)
    return tuple(other for other in shapes if other.is_one and other.name != shape.name)
