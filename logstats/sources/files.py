"""Logs as files: opened, looked at, and their content read, plain or packed.

A log's content is what it holds, unpacked, from its first byte that is no NUL: a log that was emptied
under its writer begins with a hole. It ends where the file ended when it was opened, whatever is
written meanwhile; that is what a run decides on.
"""

import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple, Protocol

from logstats import signals
from logstats.errors import LogError, UsageError
from logstats.sources import fingerprint
from logstats.sources.compression import (
    MAGIC_BYTES,
    PACKED_BYTES,
    CutError,
    Packing,
    UnwholeError,
    packing_of,
    unpacked,
)
from logstats.sources.fingerprint import Hash
from logstats.sources.paths import STDIN

LONG_S = 86400.0  # for so long an archive may be being written, and the youngest log be between two lines
PIECE_BYTES = 256 << 10  # looked through at a time, while it is in the processor's cache


class Stat(NamedTuple):
    """What tells, without reading, that a file is as it was. Times are nanoseconds since 1970."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @property
    def file(self) -> tuple[int, int]:
        """The file itself, whatever its name."""
        return self.device, self.inode

    @property
    def renamed(self) -> tuple[int, int, int, int]:
        """What a new name leaves as it was."""
        return self.device, self.inode, self.size, self.mtime_ns

    @property
    def age_s(self) -> float:
        """How long ago the file was written to, in seconds."""
        return now() - self.mtime_ns / 1e9


class MovedError(LogError):
    """A log was changed while it was being read: what was read of it is not to be trusted."""


class Flow(Protocol):
    """Content read forward from some place."""

    offset: int

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only at the content's end."""


def now() -> float:
    """Return this machine's clock, in seconds since 1970."""
    return time.time()


def read_at(descriptor: int, size: int, offset: int) -> bytes:
    """Return up to `size` bytes of an open file: the one way in which anything is read of a log."""
    return os.pread(descriptor, size, offset)


def stat_of(path: str) -> Stat:
    """Return the stat of a log by its name."""
    try:
        return _stat(os.stat(path))  # noqa: PTH116 - of each of hundreds of archives, each minute
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str, error: OSError) -> LogError:
    kind = MovedError if isinstance(error, FileNotFoundError) else LogError
    return kind(f"{path}: can't be read: {error.strerror}")


def _stat(found: os.stat_result) -> Stat:
    return Stat(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


class LogFile:
    """One log as it was when it was opened.

    `head` is its content's beginning; `size` its content's length, None for an archive, of which only
    `survey` tells it. `is_old`: it was last written to so long ago that nobody is at it. `is_cut`, once it
    was surveyed: it is an archive that ends in the middle, and its content is taken for what there is of
    it; so it is of an old one, and of one that `is_asked` for by its name.
    """

    def __init__(self, path: str, name: str, *, is_asked: bool = False) -> None:
        """Open the log at `path`, called `name` in the store; raise LogError where that can't be done."""
        self.path = path
        self.name = name
        self.is_asked = is_asked
        self.is_cut = False
        self._descriptor: int | None
        self._descriptor, self.is_stream = _open(path)
        self.opened_at = now()
        try:
            self.stat = _stat(os.fstat(self._descriptor))
            self.is_old = self.opened_at - self.stat.mtime_ns / 1e9 > LONG_S
            self._base = 0
            self._start = self._read(max(fingerprint.HEAD_BYTES, MAGIC_BYTES), 0)
            self.packing = packing_of(self._start)
            self.head = self._first_packed() if self.packing else self._first_plain()
        except LogError:
            self.close()
            raise
        self.size = None if self.packing else self.stat.size - self._base

    def close(self) -> None:
        """Let go of the file; one that has a name is opened again where it is needed."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None

    def is_unchanged(self, end: int) -> bool:
        """Whether the file still begins as it did, and still holds content up to `end`.

        To be asked after content was read, of everything that follows from it.
        """
        try:
            now = _stat(os.fstat(self._opened()))
            if self.packing:
                is_same = (now.size, now.mtime_ns) == (self.stat.size, self.stat.mtime_ns)
                return is_same and self._read(len(self._start), 0) == self._start
            is_same = now.size >= self._base + end and self._read(len(self.head), self._base) == self.head
            return is_same and (not self._base or self._read(1, 0) == b"\0")
        except MovedError:
            return False

    def flow(self, position: int) -> Flow:
        """Return the content from a position on."""
        if self.packing:
            return _PackedFlow(self._unpack(self.packing), position)
        return _PlainFlow(self._read, self._base + position)

    def survey(self, places: set[int], hashed: Hash) -> tuple[int, dict[int, int]]:
        """Return how long the content is, and the hash of what stands before each place in it.

        Raise UnwholeError for an archive that does not unpack to its end with its checksum right, unless it
        is cut and that is to be taken.
        """
        if self.packing:
            return _survey(self._unpack(self.packing), places, hashed)
        size = self.stat.size - self._base
        told = {}
        for place in (place for place in places if place <= size):
            start = max(0, place - fingerprint.ANCHOR_BYTES)
            told[place] = hashed(self._read(place - start, self._base + start))
        return size, told

    def sample(self, size: int) -> bytes:
        """Return the content's first `size` bytes."""
        return self.flow(0).take(size)

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor, _ = _open(self.path)
            if _stat(os.fstat(self._descriptor)).file != self.stat.file:
                raise MovedError(f"{self.path}: is another file than before; run again")
        return self._descriptor

    def _read(self, size: int, offset: int) -> bytes:
        """Return `size` bytes, fewer only where the file ended when it was opened."""
        parts = []
        size = min(size, self.stat.size - offset)
        try:
            while size > 0 and (part := read_at(self._opened(), size, offset)):
                parts.append(part)
                size -= len(part)
                offset += len(part)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        if size > 0:
            raise MovedError(f"{self.path}: became shorter while it was being read; run again")
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _unpack(self, packing: Packing) -> "Iterator[tuple[bytes, int]]":
        """Yield an archive's content in parts, each with how much of the file was read by then."""
        offset = 0

        def read() -> bytes:
            nonlocal offset
            data = self._read(PACKED_BYTES, offset)
            offset += len(data)
            return data

        is_begun = False
        try:
            for part in unpacked(packing, read):
                content = part if is_begun else part.lstrip(b"\0")
                is_begun = is_begun or bool(content)
                yield content, offset
        except CutError:
            if not (self.is_old or self.is_asked):
                raise
            self.is_cut = True

    def _first_packed(self) -> bytes:
        assert self.packing is not None  # noqa: S101 - for the type checker
        try:
            return _PackedFlow(self._unpack(self.packing), 0).take(fingerprint.HEAD_BYTES)
        except UnwholeError:
            return b""

    def _first_plain(self) -> bytes:
        if self._start.startswith(b"\0"):
            self._base = self._hole()
            self._start = self._read(fingerprint.HEAD_BYTES, self._base)
        return self._start[: fingerprint.HEAD_BYTES]

    def _hole(self) -> int:
        """Return where the first byte stands that is no NUL, or the file's end."""
        offset = 0
        while offset < self.stat.size:
            try:
                offset = os.lseek(self._opened(), offset, os.SEEK_DATA)
            except OSError:  # nothing but a hole is left
                return self.stat.size
            if offset < self.stat.size:
                data = self._read(PIECE_BYTES, offset)
                offset += len(data)
                if content := data.lstrip(b"\0"):
                    return offset - len(content)
        return self.stat.size


class _PlainFlow:
    def __init__(self, read: Callable[[int, int], bytes], start: int) -> None:
        self._read = read
        self.offset = start

    def take(self, size: int) -> bytes:
        data = self._read(size, self.offset)
        self.offset += len(data)
        return data


class _PackedFlow:
    def __init__(self, parts: "Iterator[tuple[bytes, int]]", position: int) -> None:
        self._parts = parts
        self._left = b""
        self.offset = 0
        while position > 0 and (part := self._next()):
            self._left = part[position:]
            position -= len(part)

    def take(self, size: int) -> bytes:
        taken = [self._left[:size]]
        self._left = self._left[size:]
        size -= len(taken[0])
        while size and (part := self._next()):
            taken.append(part[:size])
            self._left = part[size:]
            size -= len(taken[-1])
        return taken[0] if len(taken) == 1 else b"".join(taken)

    def _next(self) -> bytes:
        for part, offset in self._parts:
            self.offset = offset
            if part:
                return part
        return b""


def _survey(
    parts: "Iterator[tuple[bytes, int]]", places: set[int], hashed: Hash
) -> tuple[int, dict[int, int]]:
    size, before, told = 0, b"", {}
    left = sorted(places, reverse=True)
    for part, _ in parts:
        while left and left[-1] <= size + len(part):
            place = left.pop()
            end = place - size
            start = end - fingerprint.ANCHOR_BYTES
            window = part[start:end] if start >= 0 else before[start:] + part[:end]
            told[place] = hashed(window)
        size += len(part)
        before = (before + part[-fingerprint.ANCHOR_BYTES :])[-fingerprint.ANCHOR_BYTES :]
    return size, told


def _open(path: str) -> tuple[int, bool]:
    """Open a log; what is no file, such as a pipe, is first written into one that has no name.

    Return the open file, and whether it is a stream, which can't be opened again.
    """
    try:
        descriptor = _stdin() if path == STDIN else os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISREG(mode):
            return descriptor, path == STDIN
        with os.fdopen(descriptor, "rb") as pipe:
            return _spooled(pipe), True
    except OSError as error:
        raise _unreadable(path, error) from error


def _stdin() -> int:
    if sys.stdin is None:
        raise UsageError("-: standard input is closed")
    return os.dup(sys.stdin.fileno())


def _spooled(pipe: IO[bytes]) -> int:
    with tempfile.TemporaryFile() as file:
        while piece := _awaited(pipe):
            file.write(piece)
        file.flush()
        return os.dup(file.fileno())


def _awaited(pipe: IO[bytes]) -> bytes:
    signals.wait_readable(pipe.fileno())
    return os.read(pipe.fileno(), PIECE_BYTES)
