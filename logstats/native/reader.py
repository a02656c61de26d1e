"""Lines cut, typed and encoded by C, as tables that DuckDB can read.

The reader gives each text a code, and hands back all lines that are not written in the usual way; `_lines.c`
says what that is.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from mmap import ACCESS_READ, ALLOCATIONGRANULARITY, mmap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from logstats.native._lines import LineReader, Table

WINDOW_BYTES = 8 << 20  # of a file that is mapped at a time
PIECE_BYTES = 1 << 20  # read at a time, so that lines are still in the cache when their texts are looked up
MOST_TEXTS, MOST_BYTES = 300_000, 64 << 20  # in a dictionary; then it begins anew, and another part


class Vhost(IntEnum):
    """What is before the client: nothing, or a host with its port, which is a part of the host or is not."""

    NONE = 0
    WITH_PORT = 1
    BEFORE_PORT = 2


class Rest(IntEnum):
    """What is after the fields: nothing, nothing or any words, or always some."""

    NONE = 0
    OPTIONAL = 1
    SOME = 2


class Layout(NamedTuple):
    """Where a format has its fields. With `has_agent`, a referrer and an agent follow the size."""

    vhost: Vhost = Vhost.NONE
    has_agent: bool = True
    rest: Rest = Rest.NONE


LAYOUTS = {
    # name of a format: its layout
    "combined": Layout(),
    "combined_more": Layout(rest=Rest.SOME),
    "common": Layout(has_agent=False),
    "common_more": Layout(has_agent=False, rest=Rest.SOME),
    "vhost_combined": Layout(Vhost.WITH_PORT),
    "vhost_more": Layout(Vhost.BEFORE_PORT, rest=Rest.OPTIONAL),
    "vhost_common": Layout(Vhost.BEFORE_PORT, has_agent=False, rest=Rest.OPTIONAL),
}


class Part(NamedTuple):
    """Consecutive lines: `rows` has one row for each, with the codes of its texts.

    Texts are in the tables of the part in which they occur first. A client that is no IPv4 address has a
    negative `client_number`, from which `-1 - client_number` is its code in the part's `clients`. The rows at
    the indexes in `odd_rows` have no values: they are the lines in `odd_lines`, in order. The first line
    starts at byte `start` of the file.
    """

    start: int
    odd_lines: bytes
    rows: "Table"
    odd_rows: "Table"
    requests: "Table"
    referrers: "Table"
    agents: "Table"
    clients: "Table"


def line_reader(
    layout: Layout, most_texts: int = MOST_TEXTS, most_bytes: int = MOST_BYTES, first_code: int = 0
) -> "LineReader":
    """Return a reader of lines."""
    from logstats.native._lines import LineReader  # noqa: PLC0415 - only where it is used

    return LineReader(
        seed=int.from_bytes(os.urandom(8)),
        vhost=layout.vhost,
        has_agent=layout.has_agent,
        rest=layout.rest,
        most_texts=most_texts,
        most_bytes=most_bytes,
        first_code=first_code,
    )


def parts(path: str, lines: "LineReader") -> Iterator[Part]:
    """Yield the lines of a file in parts, each as long as the reader's dictionaries allow.

    The last line of the file has its newline, and no line is longer than a piece.
    """
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - the same, without an import
        size = os.fstat(file.fileno()).st_size
        offset = start = 0
        while offset < size:
            with _mapped(file.fileno(), offset, size) as window:
                read = _fed(lines, window)
            offset += read
            if read == 0 and offset == start:
                raise ValueError(f"{path}: a line at byte {offset} has no end")
            if read == 0:
                yield part_of(lines, start)
                start = offset
        if offset > start:
            yield part_of(lines, start)


@contextmanager
def _mapped(file: int, offset: int, size: int) -> Iterator[memoryview]:
    """Yield the bytes of a file from an offset on, as many as a window has.

    To read them would copy them, which takes a tenth of the time. All of a chunk in one mapping would be
    memory of the process.
    """
    start = offset - offset % ALLOCATIONGRANULARITY
    length = min(WINDOW_BYTES, size - start)
    with (
        mmap(file, length, access=ACCESS_READ, offset=start) as content,
        memoryview(content) as window,
        window[offset - start :] as rest,
    ):
        yield rest


def _fed(lines: "LineReader", window: memoryview) -> int:
    """Let the reader read a window, piece by piece; return the number of bytes that it has read."""
    offset = 0
    while offset < len(window) and (read := lines.feed(window[offset : offset + PIECE_BYTES])):
        offset += read
    return offset


def part_of(lines: "LineReader", start: int = 0) -> Part:
    """Return what was read since the last part, which began at a byte of its file."""
    odd_lines, tables = lines.take()
    return Part(start, odd_lines, *tables)
