"""Bytes in: a log as chunks of whole lines, and by which it is known again. Knows no format.

A log is known by its content, never by its name, inode or times: by hashes of its beginning
(`heads`) and of the bytes before the position that was reached (`anchor`), both of decompressed
bytes that were really read. A position is always at the end of a line.
"""

import gzip
import hashlib
import io
import itertools
import json
import os
import re
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from logstats import stop
from logstats.errors import LogError, UsageError
from logstats.model import Chunk

CHUNK_BYTES = 80 << 20  # some 300,000 lines: each statement costs milliseconds however few they are
FIRST_BYTES = (12 << 20, 12 << 20)  # the first ones are small: what they hold is known to the big ones
PIECE_BYTES = 256 << 10  # what is looked through at a time, while it is in the processor's cache
HEAD_BYTES = 4096
ANCHOR_BYTES = 1024
LONGEST_LINE = 128 << 10  # Apache's own limits keep a line below 100 KiB
REST_S = 600  # a log that nobody wrote to for so long has no writer in the middle of a line
STDIN = "-"

_GZIP_MAGIC = b"\x1f\x8b"
_CONTROL = re.compile(rb"[\x00-\x02]")
_LEADING_NULS = re.compile(rb"(?m)^\0+")  # a log that was emptied under its writer begins with them
_BLANK_LINE = b"\x02\n"  # how a blank line reaches the line reader, which would skip an empty one


@dataclass(frozen=True)
class Identity:
    """What a stored source is known by: (n, hash of its first n bytes), and its anchor."""

    source_id: int
    heads: tuple[tuple[int, str], ...]
    anchor: str
    position: int


@dataclass(frozen=True)
class _Piece:
    """Whole lines as they were read: `size` bytes of the log, of which `tail` are the last."""

    lines: bytes
    size: int
    tail: bytes
    is_last: bool


def printable(path: str) -> str:
    r"""Return a path as text: bytes of it that are not UTF-8 become `\xhh`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def expand(names: tuple[str, ...]) -> list[str]:
    """Return the logs of files, folders, globs and `-`, oldest first, each once."""
    logs: list[str] = []
    for name in names:
        logs += [name] if name == STDIN else [str(path) for path in _files(name)]
    first: dict[str, str] = {}
    for log in logs:
        first.setdefault(log if log == STDIN else os.path.realpath(log), log)
    return list(first.values())


def _files(name: str) -> list[Path]:
    try:
        path = Path(name).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{name}: {error}") from error
    if path.exists() and not path.is_dir():
        return [path]
    start = path if path.is_dir() else Path(path.anchor)
    pattern = "*" if path.is_dir() else str(path.relative_to(path.anchor))
    is_hidden = path.name.startswith(".") and not path.is_dir()
    found = [
        file
        for file in start.glob(pattern)
        if file.is_file() and (is_hidden or not file.name.startswith("."))
    ]
    if not found:
        raise UsageError(f"{name}: no such log; give a file, a folder, a pattern, or - for stdin")
    return sorted(found, key=lambda file: (file.stat().st_mtime_ns, file.name))


@contextmanager
def opened(path: str, key: bytes, known: list[Identity]) -> Iterator[tuple["Log", Identity | None]]:
    """Open a log where it is to be read on: behind what was read of the source that it continues.

    Give the log and that source, or None where the log is a new one and stands at its beginning. A
    log that ends before a source was read to, and begins like it, is one being copied or restored:
    it `is_read`, until it is longer.
    """
    candidates, is_shorter = list(known), False
    while True:
        with Log(path, key) as log:
            identity = log.find(candidates)
            if identity is None:
                log.is_read = is_shorter
                yield log, None
                return
            if log.resume(identity) and not log.is_read:
                yield log, identity
                return
            if path == STDIN and not log.is_read:
                raise LogError("standard input begins like a log that was read, but goes on otherwise")
            if path == STDIN:
                yield log, identity
                return
            is_shorter = is_shorter or log.is_read
            candidates.remove(identity)


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
        return lines.count(b"\n")

    def finish(self) -> None:
        """End the file here: nothing of an earlier, longer chunk is left behind it."""
        self._file.truncate(self.size)


class Log:
    """One log, plain or gzip, read forward from its beginning. Use as a context manager."""

    def __init__(self, path: str, key: bytes) -> None:
        self.path = path
        self._key = key
        try:
            self._file = _open(path)
            is_packed = self._file.peek(2)[:2] == _GZIP_MAGIC
        except OSError as error:
            raise LogError(f"{path}: can't be read: {error.strerror}") from error
        self._bytes: io.BufferedIOBase = gzip.GzipFile(fileobj=self._file) if is_packed else self._file
        self._can_seek = not is_packed and path != STDIN and self._file.seekable()
        self._is_final = is_packed or path == STDIN or _is_at_rest(Path(path))
        self._ahead = b""
        self._before = b""
        self._position = 0
        self.is_read = False
        self._head = self._ahead = self._take(HEAD_BYTES)

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, *_: object) -> None:
        if self.path != STDIN:
            self._file.close()

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file itself were read, for a progress bar."""
        return self._file.tell() if self.path != STDIN else 0

    def sample(self, size: int) -> bytes:
        """Return the whole lines of the next `size` bytes, without moving on."""
        taken = self._take(size)
        self._ahead = taken + self._ahead
        is_whole = self._is_final and len(taken) < size
        return taken if is_whole else taken[: taken.rfind(b"\n") + 1]

    def find(self, known: list[Identity]) -> Identity | None:
        """Return the stored source that begins as this log does, if there is one."""
        for identity in known:
            size = max((end for end in self._head_ends() if end <= identity.position), default=0)
            if size and dict(identity.heads).get(size) == self._hash(self._head[:size]):
                return identity
        return None

    def heads(self) -> str:
        """Return the hashes of the log's first bytes at each line's end, as JSON for the store."""
        return json.dumps([(end, self._hash(self._head[:end])) for end in self._head_ends()])

    def _head_ends(self) -> list[int]:
        ends = {match.end() for match in re.finditer(rb"\n", self._head)}
        if len(self._head) == HEAD_BYTES or self._is_final:
            ends.add(len(self._head))
        return sorted(ends)

    def resume(self, identity: Identity) -> bool:
        """Move on to where a source was read to; False where what stands before is not what was.

        A log that ends earlier is a source still being copied or restored: `is_read` is then set.
        """
        left = identity.position
        if self._can_seek and identity.position > HEAD_BYTES:
            if Path(self.path).stat().st_size < identity.position:
                self.is_read = True
                return True
            self._ahead = b""
            left = ANCHOR_BYTES
            self._file.seek(identity.position - left)
        while left and (piece := self._take(min(left, PIECE_BYTES))):
            self._before = (self._before + piece)[-ANCHOR_BYTES:]
            left -= len(piece)
        self.is_read = left > 0
        self._position = identity.position
        return self.is_read or self._hash(self._before) == identity.anchor

    def chunks(self, spools: Iterator[Spool]) -> Iterator[Chunk]:
        """Yield what follows where the log stands, in chunks of whole lines, a spool for each."""
        first = (min(size, CHUNK_BYTES) for size in FIRST_BYTES)
        sizes = itertools.chain(first, itertools.repeat(CHUNK_BYTES))
        start, lines, spool, size = self._position, 0, next(spools), next(sizes)
        spool.empty()
        for piece in self._pieces():
            self._before = (self._before + piece.tail)[-ANCHOR_BYTES:]
            self._position += piece.size
            lines += spool.write(wash(piece.lines))
            if spool.size and (spool.size >= size or piece.is_last):
                spool.finish()
                yield Chunk(
                    path=spool.path,
                    lines=lines,
                    start=start,
                    end=self._position,
                    anchor=self._hash(self._before),
                    heads=self.heads(),
                    complete=piece.is_last,
                )
                start, lines, spool, size = self._position, 0, next(spools), next(sizes)
                spool.empty()

    def _pieces(self) -> Iterator[_Piece]:
        """Yield the lines in pieces; the last one is told, and may hold no line."""
        rest, is_last = b"", False
        while not is_last:
            data = rest + self._take(PIECE_BYTES - len(rest))
            is_last = not self._has_more()
            cut = len(data) if is_last and self._is_final else data.rfind(b"\n") + 1
            if cut or is_last:
                lines, rest = data[:cut], data[cut:]
                if lines and not lines.endswith(b"\n"):
                    lines += b"\n"
                yield _Piece(lines, cut, data[max(0, cut - ANCHOR_BYTES) : cut], is_last)
            else:
                piece, rest = self._endless_line(data)
                is_last = piece.is_last
                yield piece

    def _endless_line(self, start: bytes) -> tuple[_Piece, bytes]:
        """Read on to the end of a line longer than a piece; keep LONGEST_LINE bytes of it."""
        line, size, before, data, cut = start, len(start), b"", start, 0
        while not cut:
            before, data = (before + data)[-ANCHOR_BYTES:], self._take(PIECE_BYTES)
            cut = data.find(b"\n") + 1 if data else -1
            part = data[:cut] if cut else data
            size += len(part)
            line += part[: max(0, LONGEST_LINE - len(line))]
        if cut < 0 and not self._is_final:
            return _Piece(b"", 0, b"", is_last=True), b""
        tail = (before + data[:cut])[-ANCHOR_BYTES:]
        return _Piece(line.removesuffix(b"\n") + b"\n", size, tail, is_last=cut < 0), data[cut:]

    def _has_more(self) -> bool:
        self._ahead = self._ahead or self._take(1)
        return bool(self._ahead)

    def _take(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only at the end."""
        parts = [self._ahead[:size]]
        self._ahead = self._ahead[size:]
        left = size - len(parts[0])
        try:
            while left and (part := self._bytes.read(left)):
                parts.append(part)
                left -= len(part)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise LogError(
                f"{self.path}: the archive is damaged or still being written ({error}); "
                "run again when it is whole, what was read counts once"
            ) from error
        except OSError as error:
            raise LogError(f"{self.path}: can't be read: {error.strerror}") from error
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _hash(self, data: bytes) -> str:
        return hashlib.blake2b(data, key=self._key, digest_size=16).hexdigest()


def _open(path: str) -> io.BufferedReader:
    if path != STDIN:
        return Path(path).open("rb")
    if sys.stdin is None:
        raise UsageError("-: standard input is closed")
    return io.BufferedReader(_Stdin(sys.stdin.fileno(), closefd=False))


class _Stdin(io.FileIO):
    """Standard input, that can be waited for in any thread and yet be stopped."""

    def readinto(self, buffer: Any, /) -> int | None:
        stop.wait_readable(self.fileno())
        return super().readinto(buffer)


def wash(lines: bytes) -> bytes:
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


def _is_at_rest(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > REST_S
