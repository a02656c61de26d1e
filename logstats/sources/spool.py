"""Lines made ready for a line reader, in a file that holds one chunk at a time."""

import io
import os
import re
import tempfile
from pathlib import Path
from typing import IO

LONGEST_LINE = 128 << 10  # Apache's own limits keep a line below 100 KiB

_CONTROL = re.compile(rb"[\x00-\x02]")
_LEADING_NULS = re.compile(rb"(?m)^\0+")  # a log that was emptied under its writer begins with them
_HEADER = re.compile(rb"(?m)^#(?:Fields|Date|Start-Date):.*$")
_BLANK_LINE = b"\x02\n"  # how a blank line reaches the line reader, which would skip an empty one


class Spool:
    """A file for one chunk at a time, in memory where the system can, used again and again."""

    def __init__(self) -> None:
        if hasattr(os, "memfd_create"):
            self._file: IO[bytes] = io.FileIO(os.memfd_create("logstats"), "w")
            self.path = f"/proc/self/fd/{self._file.fileno()}"
        else:
            number, self.path = tempfile.mkstemp(prefix="logstats-")
            self._file = io.FileIO(number, "w")
        self.size = 0

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        if not self.path.startswith("/proc/"):
            Path(self.path).unlink()

    def empty(self) -> None:
        """Begin again; what the last chunk took is written over."""
        self._file.seek(0)
        self.size = 0

    def write(self, lines: bytes) -> int:
        """Add whole lines and return how many they are."""
        self._file.write(lines)
        self.size += len(lines)
        return len(lines) - len(lines.replace(b"\n", b""))  # looks for the next one, count() at each byte

    def finish(self) -> None:
        """End the file here: nothing of an earlier, longer chunk is left behind it."""
        self._file.truncate(self.size)


def sanitize(lines: bytes) -> bytes:
    r"""Return the lines, as many as before, with no byte that a line reader could trip over.

    Bytes that are not UTF-8, NULs, carriage returns and the two bytes that the line reader parts at
    become `\xhh`, as Apache itself writes them. A carriage return before a newline goes, and so do
    NULs at a line's beginning; a line is cut to LONGEST_LINE bytes.
    """
    if not lines.isascii():
        lines = lines.decode("utf-8", "backslashreplace").encode()
    if any(control in lines for control in (b"\0", b"\1", b"\2")):
        lines = _CONTROL.sub(lambda match: b"\\x%02x" % ord(match[0]), _LEADING_NULS.sub(b"", lines))
    if b"\r" in lines:
        lines = lines.replace(b"\r\n", b"\n").replace(b"\r", rb"\x0d")
    if _has_endless(lines):
        lines = b"".join(_cut(line) for line in lines.splitlines(keepends=True))
    return lines


def follow(header: str, lines: bytes) -> str:
    """Return the header lines (`#Fields:` and `#Date:` of W3C logs) that are in force behind some lines."""
    if b"#" not in lines or not (found := _HEADER.findall(lines)):
        return header
    last = {
        line.partition(":")[0]: line
        for line in [*header.splitlines(), *(row.decode() for row in found)]
        if line
    }
    return "\n".join(last.values())


def mark_blank(path: str) -> None:
    """Mark each empty line of a chunk, so that a line reader does not pass it over."""
    with Path(path).open("r+b") as file:
        lines = (b"\n" + file.read()).replace(b"\n\n", b"\n" + _BLANK_LINE)
        file.seek(0)
        file.write(lines.replace(b"\n\n", b"\n" + _BLANK_LINE)[1:])


def _has_endless(lines: bytes) -> bool:
    start = 0
    while len(lines) - start > LONGEST_LINE:
        start = lines.rfind(b"\n", start, start + LONGEST_LINE) + 1
        if start == 0:
            return True
    return False


def _cut(line: bytes) -> bytes:
    if len(line) <= LONGEST_LINE:
        return line
    return line[:LONGEST_LINE].decode("utf-8", "ignore").encode() + b"\n"
