"""The log formats: what they are called, and which one a log is in."""

import re

from logstats.errors import FormatError
from logstats.formats.apache import NAMED, LineShape, compile_shape, named_shape

FORMATS = tuple(NAMED)

__all__ = ["FORMATS", "LineShape", "detect", "named"]


def named(log_format: str) -> LineShape:
    """Return the shape of a format's name, or of an Apache LogFormat string."""
    return named_shape(log_format) if log_format in NAMED else compile_shape(log_format)


def detect(sample: bytes, path: str) -> LineShape:
    """Return the most specific format that most of the sample's lines fit.

    Raise FormatError, with a line that fits none, when no format fits most of them.
    """
    lines = [line for line in sample.decode("utf-8", "backslashreplace").split("\n") if line.strip()]
    if not lines:
        raise FormatError(f"{path}: no lines to tell the log's format from")
    for name in FORMATS:
        shape = named_shape(name)
        fit = re.compile(shape.pattern)
        if 2 * sum(1 for line in lines if fit.match(line)) > len(lines):
            return shape
    raise FormatError(_not_understood(lines, path))


def _not_understood(lines: list[str], path: str) -> str:
    return (
        f"{path}: the log's format is none of {', '.join(FORMATS)}. A line of it:\n"
        f"  {lines[0][:200]}\n"
        "Give its format with --log-format, a name or an Apache LogFormat string."
    )
