"""A file of one chunk at a time, with lines that were made safe for a line reader."""

import io
import os
import re
from codecs import BOM_UTF8
from pathlib import Path
from typing import IO, Protocol

from logstats.model import ChunkFile
from logstats.sources.contents import LONGEST_LINE, Contents, contents_of, is_overlong

_CONTROL = re.compile(rb"[\x00-\x02]")
_LEADING_NULS = re.compile(rb"(?m)^\0+")  # a log that was truncated while its writer had it open
_HEADER = re.compile(rb"(?m)^#(?:Fields|Date|Start-Date):.*$")
_MARK = re.compile(b"(?m)^" + BOM_UTF8)  # of a file in UTF-8, also of one that was added to another
_BLANK_LINE = b"\x02\n"  # replaces an empty line, which the line reader would skip


class ChunkSpool(ChunkFile, Protocol):
    """Where the lines of a chunk go, buffer by buffer. One that `is_full` ends the chunk."""

    size: int
    has_backslash: bool
    is_full: bool

    def empty(self) -> None:
        """Start a new chunk."""

    def write(self, lines: bytes, found: Contents | None = None) -> int:
        """Add whole lines, whose contents may be known, and return their number."""

    def finish(self) -> None:
        """End the chunk."""

    def close(self) -> None:
        """Close the file."""


class Spool:
    """A reusable file for one chunk at a time, in memory where the system supports that.

    `has_backslash`: so has one of its lines. `is_read` and `is_full` are of spools that read their lines.
    """

    is_read = False
    is_full = False

    def __init__(self) -> None:
        if hasattr(os, "memfd_create"):
            self._file: IO[bytes] = io.FileIO(os.memfd_create("logstats"), "w")
            self.path = f"/proc/self/fd/{self._file.fileno()}"
        else:
            import tempfile  # noqa: PLC0415 - 2 ms, only for such a system

            number, self.path = tempfile.mkstemp(prefix="logstats-")
            self._file = io.FileIO(number, "w")
        self.size = 0
        self.has_backslash = False

    def close(self) -> None:
        """Close the file, and remove it where it has a name."""
        self._file.close()
        if not self.path.startswith("/proc/"):
            Path(self.path).unlink()

    def empty(self) -> None:
        """Start a new chunk, which overwrites the previous one."""
        self._file.seek(0)
        self.size = 0
        self.has_backslash = False

    def write(self, lines: bytes, found: Contents | None = None) -> int:
        """Add whole lines, whose contents may be known, and return their number."""
        found = found or contents_of(lines)
        self._file.write(lines)
        self.size += len(lines)
        self.has_backslash = self.has_backslash or found.has_backslashes
        return found.lines

    def finish(self) -> None:
        """Truncate the file at the end of the chunk: the rest of a longer, earlier chunk may follow."""
        self._file.truncate(self.size)

    def mark_blank(self) -> None:
        """Replace each empty line of the chunk by a marker, so that the line reader does not skip it."""
        with Path(self.path).open("r+b") as file:
            lines = (b"\n" + file.read()).replace(b"\n\n", b"\n" + _BLANK_LINE)
            file.seek(0)
            file.write(lines.replace(b"\n\n", b"\n" + _BLANK_LINE)[1:])


def sanitize(lines: bytes, found: Contents | None = None) -> bytes:
    r"""Return the same number of lines, without bytes that a line reader would misread.

    Bytes that are not UTF-8, NULs, carriage returns and the two bytes that the line reader uses as separators
    become `\xhh`, as in Apache's logs. A carriage return before a newline is removed, and so are NULs and a
    byte order mark at the beginning of a line. A line is truncated to LONGEST_LINE bytes. Lines with none of
    these are returned as they are. `found` are the contents of the lines, where they are known.
    """
    found, written = found or contents_of(lines), lines
    if not found.is_ascii:
        lines = lines.decode("utf-8", "backslashreplace").encode()
        lines = _MARK.sub(b"", lines) if BOM_UTF8 in lines else lines
    if found.has_controls:
        lines = _CONTROL.sub(lambda match: b"\\x%02x" % ord(match[0]), _LEADING_NULS.sub(b"", lines))
    if found.has_returns:
        lines = lines.replace(b"\r\n", b"\n").replace(b"\r", rb"\x0d")
    if found.is_overlong if lines is written else is_overlong(lines):
        lines = b"".join(_shortened(line) for line in lines.splitlines(keepends=True))
    return lines


def header_in_force(header: str, lines: bytes) -> str:
    """Return the header lines (`#Fields:` and `#Date:` of W3C logs) in force after `lines`."""
    if b"#" not in lines or not (found := _HEADER.findall(lines)):
        return header
    last = {
        line.partition(":")[0]: line
        for line in [*header.splitlines(), *(row.decode() for row in found)]
        if line
    }
    return "\n".join(last.values())


def _shortened(line: bytes) -> bytes:
    if len(line) <= LONGEST_LINE:
        return line
    return line[:LONGEST_LINE].decode("utf-8", "ignore").encode() + b"\n"
