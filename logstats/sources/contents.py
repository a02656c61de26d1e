"""What the lines of a buffer contain that needs care, found in one pass where the native reader is used."""

from collections.abc import Callable
from typing import NamedTuple

from logstats import native

LONGEST_LINE = 128 << 10  # Apache's own limits keep a line below 100 KiB


class Contents(NamedTuple):
    """The number of lines of a buffer, and whether some of them have such bytes.

    `has_controls`: NULs, or the two bytes that the line reader uses as separators. `has_marks`: `#`, with
    which header lines begin. `is_overlong`: there may be a line of over LONGEST_LINE bytes.
    """

    lines: int
    is_ascii: bool
    has_controls: bool
    has_returns: bool
    has_backslashes: bool
    has_marks: bool
    is_overlong: bool


def contents_of(lines: bytes) -> Contents:
    """Return the contents of whole lines."""
    return Contents(
        lines=len(lines) - len(lines.replace(b"\n", b"")),  # faster than count()
        is_ascii=lines.isascii(),
        has_controls=any(control in lines for control in (b"\0", b"\1", b"\2")),
        has_returns=b"\r" in lines,
        has_backslashes=b"\\" in lines,
        has_marks=b"#" in lines,
        is_overlong=is_overlong(lines),
    )


def finder(size: int) -> Callable[[bytes], Contents]:
    """Return the function that finds the contents of buffers of so many bytes together."""
    if not native.is_used(size):
        return contents_of
    from logstats.native._lines import contents  # noqa: PLC0415 - only in a long run

    return lambda lines: Contents(*contents(lines, LONGEST_LINE))


def is_overlong(lines: bytes) -> bool:
    """Whether one of the lines may be too long."""
    start = 0
    while len(lines) - start > LONGEST_LINE:
        start = lines.rfind(b"\n", start, start + LONGEST_LINE) + 1
        if start == 0:
            return True
    return False
