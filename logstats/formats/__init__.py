"""The log formats: what they are called, and which one a log is in."""

import re

from logstats.errors import FormatError, UsageError
from logstats.formats.apache import NAMED, LineShape, compile_shape, named_shape

FORMATS = tuple(NAMED)

__all__ = ["FORMATS", "LineShape", "detect", "named", "require_fit"]


def named(log_format: str) -> LineShape:
    """Return the shape of a format's name, or of an Apache LogFormat string."""
    if log_format in NAMED:
        return named_shape(log_format)
    if "%" not in log_format:
        raise UsageError(
            f"no log format «{log_format}»; there are {', '.join(FORMATS)}, or give an Apache LogFormat"
        )
    return compile_shape(log_format)


def require_fit(shape: LineShape, sample: bytes, path: str) -> None:
    """Raise FormatError where none of the sample's lines fits a format that was asked for.

    Lines that were refused count as read: with a wrong format they would be lost to the right one.
    """
    lines = _lines(sample)
    fit = re.compile(shape.pattern)
    if lines and not any(fit.match(line) for line in lines):
        raise FormatError(
            f"{path}: no line of its beginning fits the format {shape.name}. One of them:\n{_shown(lines)}"
        )


def detect(sample: bytes, path: str) -> LineShape:
    """Return the most specific format that most of the sample's lines fit.

    Raise FormatError, with a line that fits none, when no format fits most of them.
    """
    lines = _lines(sample)
    for name in FORMATS:
        shape = named_shape(name)
        fit = re.compile(shape.pattern)
        if 2 * sum(1 for line in lines if fit.match(line)) > len(lines):
            return shape
    raise FormatError(_not_understood(lines, path))


def _lines(sample: bytes) -> list[str]:
    return [line for line in sample.decode("utf-8", "backslashreplace").split("\n") if line.strip()]


def _shown(lines: list[str]) -> str:
    return "  " + "".join(sign if sign.isprintable() else "·" for sign in lines[0][:200])


def _not_understood(lines: list[str], path: str) -> str:
    return (
        f"{path}: the log's format is none of {', '.join(FORMATS)}. A line of it:\n"
        f"{_shown(lines)}\n"
        "Give its format with --log-format, a name or an Apache LogFormat string."
    )
