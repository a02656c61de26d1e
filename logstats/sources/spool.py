"""A file of one chunk at a time, with lines that were made safe for a line reader."""

import io
import os
import re
from codecs import BOM_UTF8
from pathlib import Path
from typing import IO

LONGEST_LINE = 128 << 10  # Apache's own limits keep a line below 100 KiB

_CONTROL = re.compile(rb"[\x00-\x02]")
_LEADING_NULS = re.compile(rb"(?m)^\0+")  # a log that was truncated while its writer had it open
_HEADER = re.compile(rb"(?m)^#(?:Fields|Date|Start-Date):.*$")
_MARK = re.compile(b"(?m)^" + BOM_UTF8)  # of a file in UTF-8, also of one that was added to another
_BLANK_LINE = b"\x02\n"  # replaces an empty line, which the line reader would skip


class Spool:
    """A reusable file for one chunk at a time, in memory where the system supports that.

    `has_backslash`: so has one of its lines.
    """

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

    def write(self, lines: bytes) -> int:
        """Add whole lines and return their number."""
        self._file.write(lines)
        self.size += len(lines)
        self.has_backslash = self.has_backslash or b"\\" in lines
        return len(lines) - len(lines.replace(b"\n", b""))  # faster than count()

    def finish(self) -> None:
        """Truncate the file at the end of the chunk: the rest of a longer, earlier chunk may follow."""
        self._file.truncate(self.size)


def sanitize(lines: bytes) -> bytes:
    r"""Return the same number of lines, without bytes that a line reader would misread.

    Bytes that are not UTF-8, NULs, carriage returns and the two bytes that the line reader uses as separators
    become `\xhh`, as in Apache's logs. A carriage return before a newline is removed, and so are NULs and a
    byte order mark at the beginning of a line. A line is truncated to LONGEST_LINE bytes.
    """
    if not lines.isascii():
        lines = lines.decode("utf-8", "backslashreplace").encode()
        lines = _MARK.sub(b"", lines) if BOM_UTF8 in lines else lines
    if any(control in lines for control in (b"\0", b"\1", b"\2")):
        lines = _CONTROL.sub(lambda match: b"\\x%02x" % ord(match[0]), _LEADING_NULS.sub(b"", lines))
    if b"\r" in lines:
        lines = lines.replace(b"\r\n", b"\n").replace(b"\r", rb"\x0d")
    if _has_overlong(lines):
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


def mark_blank(path: str) -> None:
    """Replace each empty line of a chunk by a marker, so that the line reader does not skip it."""
    with Path(path).open("r+b") as file:
        lines = (b"\n" + file.read()).replace(b"\n\n", b"\n" + _BLANK_LINE)
        file.seek(0)
        file.write(lines.replace(b"\n\n", b"\n" + _BLANK_LINE)[1:])


def _has_overlong(lines: bytes) -> bool:
    start = 0
    while len(lines) - start > LONGEST_LINE:
        start = lines.rfind(b"\n", start, start + LONGEST_LINE) + 1
        if start == 0:
            return True
    return False


def _shortened(line: bytes) -> bytes:
    if len(line) <= LONGEST_LINE:
        return line
    return line[:LONGEST_LINE].decode("utf-8", "ignore").encode() + b"\n"
