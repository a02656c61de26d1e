"""Logs as files: opened, and their content read, plain or unpacked.

A log's content is its bytes, unpacked, from the first byte that is not NUL: a log that was truncated while
its writer had it open begins with a hole. The content ends where the file ended when it was opened, so that
later writes do not affect the run.
"""

import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple, Protocol

from logstats import signals
from logstats.errors import (
    FormatError,
    IncompleteArchiveError,
    LogChangedError,
    LogError,
    TruncatedArchiveError,
    UsageError,
)
from logstats.model import OBJECT_SCHEMES
from logstats.sources import fingerprint, paths
from logstats.sources.compression import (
    MAGIC_BYTES,
    PACKED_BYTES,
    TAR_BLOCK,
    ZIP,
    Packing,
    archive_of,
    packing_of,
    unpacked,
    unreadable_kind,
)
from logstats.sources.encodings import as_utf8
from logstats.sources.fingerprint import Hash
from logstats.sources.paths import STDIN

LONG_S = 86400.0  # the longest time in which an archive is written, or the youngest log is idle
BUFFER_BYTES = 256 << 10  # processed at a time: it fits into the processor's cache


class Stat(NamedTuple):
    """A file's identity, size and times (in ns), which show that it is unchanged without reading it."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @property
    def file(self) -> tuple[int, int]:
        """The identity of the file, independent of its name."""
        return self.device, self.inode

    @property
    def renamed(self) -> tuple[int, int, int, int]:
        """The fields that do not change when the file is renamed."""
        return self.device, self.inode, self.size, self.mtime_ns

    @property
    def age_s(self) -> float:
        """The time since the file was last written to, in seconds."""
        return now() - self.mtime_ns / 1e9


NO_STAT = Stat(0, 0, 0, 0, 0)  # of a file that can't be looked at


class Flow(Protocol):
    """Content that is read in order from an offset on."""

    offset: int

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only at the content's end."""


def now() -> float:
    """Return the current time in seconds since 1970."""
    return time.time()


def read_at(descriptor: int, size: int, offset: int) -> bytes:
    """Return up to `size` bytes of an open file. All reads of logs use this function."""
    return os.pread(descriptor, size, offset)


def stat_of(path: str) -> Stat:
    """Return the stat of a log by its name; raise LogError where it can't be looked up."""
    if path.startswith(OBJECT_SCHEMES):
        from logstats.sources import objects  # noqa: PLC0415 - only where such a log is named

        return objects.stat_of(path)
    try:
        return _stat(os.stat(path))  # noqa: PTH116 - of each of hundreds of archives, each minute
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str, error: OSError) -> LogError:
    if isinstance(error, FileNotFoundError):
        return LogChangedError(f"can't be read: {error.strerror}", path=path)
    return paths.unreadable(path, error)


def changed_error(path: str) -> LogChangedError:
    """Return the error for a log whose content was replaced during the run."""
    return LogChangedError("was changed while it was being read", path=path, advice="run again")


def _stat(found: os.stat_result) -> Stat:
    return Stat(
        device=found.st_dev,
        inode=found.st_ino,
        size=found.st_size,
        mtime_ns=found.st_mtime_ns,
        ctime_ns=found.st_ctime_ns,
    )


class LogFile:
    """One log as it was when it was opened.

    `head` is the beginning of its content. `size` is the length of its content, None for an archive until
    `survey` has measured it. `is_old`: it was last written to more than LONG_S ago, so its writer is done.
    `is_truncated`, which `survey` sets: it is an archive that ends in the middle, and its content is read up
    to there. Only an old archive, or one that `is_named_explicitly`, is treated in this way. `trailing`, set
    by `survey` too, is the number of bytes after an archive's end, which are ignored. `archive` is its
    kind if it holds several logs, which archives.py reads; `is_member`: it is a log in such an archive.
    `has_e_tag`: it is an object, or in one, so it is whole, and its stat shows each change of it.
    """

    is_member = False
    has_e_tag = False

    def __init__(
        self, path: str, name: str, *, is_named_explicitly: bool = False, may_wait: bool = True
    ) -> None:
        """Open the log at `path`, called `name` in the store; raise LogError where it can't be read.

        A FIFO is read to its end, as standard input is, unless the caller says that it may not wait.
        """
        self.path = path
        self.name = name
        self.is_named_explicitly = is_named_explicitly
        self.may_wait = may_wait
        self.is_truncated = False
        self.trailing = 0
        self._descriptor: int | None
        self._descriptor, self.is_stream = self._open()
        self.opened_at = now()
        try:
            self.stat = self._stat_of(self._descriptor)
            self.is_old = self.is_member or self.opened_at - self.stat.mtime_ns / 1e9 > LONG_S
            self._base = 0
            self._start = self._read(max(fingerprint.HEAD_BYTES, MAGIC_BYTES, TAR_BLOCK), 0)
            self.packing = packing_of(self._start)
            start = self._first_packed() if self.packing else self._first_plain()
            self.head = start[: fingerprint.HEAD_BYTES]
            self.archive = archive_of(start)
            self._require_readable(start)
        except LogError:
            self.close()
            raise
        self.size = None if self.packing else self.stat.size - self._base

    def _require_readable(self, start: bytes) -> None:
        """Raise FormatError where the content can't be a log; `start` is its beginning."""
        if kind := unreadable_kind(start):
            raise FormatError(
                f"this is {kind}, which can't be read", path=self.path, advice="unpack it first"
            )
        if self.archive == ZIP and self.packing:
            what = f"this is a zip archive that is packed by {self.packing.name}"
            raise FormatError(what, path=self.path, advice="unpack it first")

    def end_at(self, end: int) -> None:
        """Let the content of a plain log end at an offset, as if the file were no longer."""
        self.stat = self.stat._replace(size=min(self.stat.size, self._base + end))
        self.size = self.stat.size - self._base
        self.head = self.head[:end]

    def close(self) -> None:
        """Close the file. One that has a name is opened again when it is needed."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None

    def rest(self) -> None:
        """Close the file until it is needed again."""
        self.close()

    @property
    def is_file(self) -> bool:
        """Whether the content is that of a file which can be read again, plain or unpacked."""
        return not (self.is_stream or self.is_member or self.has_e_tag)

    def is_unchanged(self, end: int) -> bool:
        """Whether the file still has the same beginning, and content up to `end`.

        Call this after content was read and before it is used.
        """
        try:
            now = _stat(os.fstat(self._opened()))
            if self.packing or self.archive:
                is_same = (now.size, now.mtime_ns) == (self.stat.size, self.stat.mtime_ns)
                return is_same and self._read(len(self._start), 0) == self._start
            is_same = now.size >= self._base + end and self._read(len(self.head), self._base) == self.head
            return is_same and (not self._base or self._read(1, 0) == b"\0")
        except LogChangedError:
            return False

    def flow(self, position: int) -> Flow:
        """Return the content from a position on."""
        if self.packing:
            return _PackedFlow(self._unpack(self.packing), position)
        return _PlainFlow(self._read, self._base + position)

    def survey(self, offsets: set[int], hashed: Hash) -> tuple[int, dict[int, int]]:
        """Return the content's length, and by offset the hash of the TAIL_BYTES before each offset in it.

        Raise IncompleteArchiveError for an archive that does not unpack to its end with its checksum right,
        except for a truncated one that is read as far as it goes.
        """
        if self.packing:
            return _survey(self._unpack(self.packing), offsets, hashed)
        size = self.stat.size - self._base
        hashes = {}
        for end in (end for end in offsets if end <= size):
            start = max(0, end - fingerprint.TAIL_BYTES)
            hashes[end] = hashed(self._read(end - start, self._base + start))
        return size, hashes

    def sample(self, size: int) -> bytes:
        """Return the content's first `size` bytes."""
        return self.flow(0).read(size)

    def reopened(self) -> IO[bytes]:
        """Return the file itself, packed or not, for a reader of another kind."""
        file = os.fdopen(os.dup(self._opened()), "rb")
        file.seek(0)
        return file

    def progress(self, offset: int) -> int:
        """Return how much of the file was read up to an offset of a flow, for a progress bar."""
        return offset

    def _open(self) -> tuple[int, bool]:
        """Return the open file, and whether it is a stream, which can't be opened again."""
        return _open(self.path, may_wait=self.may_wait)

    def _stat_of(self, descriptor: int) -> Stat:
        return _stat(os.fstat(descriptor))

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor, _ = self._open()
            if self._stat_of(self._descriptor).file != self.stat.file:
                raise LogChangedError("is another file than before", path=self.path, advice="run again")
        return self._descriptor

    def _read(self, size: int, offset: int) -> bytes:
        """Return `size` bytes, fewer only where the file ended when it was opened."""
        parts = []
        size = min(size, self.stat.size - offset)
        try:
            while size > 0 and (part := self._part(size, offset)):
                parts.append(part)
                size -= len(part)
                offset += len(part)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        if size > 0:
            raise LogChangedError(
                "became shorter while it was being read", path=self.path, advice="run again"
            )
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _part(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes, at least one before the end."""
        return read_at(self._opened(), size, offset)

    def _unpack(self, packing: Packing) -> "Iterator[tuple[bytes, int]]":
        """Yield an archive's content in parts, each with the number of bytes of the file read so far."""
        offset = 0

        def read() -> bytes:
            nonlocal offset
            data = self._read(PACKED_BYTES, offset)
            offset += len(data)
            return data

        def trailing(size: int) -> None:
            self.trailing = size + self.stat.size - offset

        has_content = False
        try:
            parts = unpacked(packing, read, trailing) if packing.has_end else iter(read, b"")
            for part in as_utf8(parts):
                signals.check()
                content = part if has_content else part.lstrip(b"\0")
                has_content = has_content or bool(content)
                yield content, offset
        except IncompleteArchiveError as error:
            if isinstance(error, TruncatedArchiveError) and (self.is_old or self.is_named_explicitly):
                self.is_truncated = True
                return
            error.path = self.path
            raise

    def _first_packed(self) -> bytes:
        assert self.packing is not None  # noqa: S101 - for the type checker
        try:
            return _PackedFlow(self._unpack(self.packing), 0).read(max(fingerprint.HEAD_BYTES, TAR_BLOCK))
        except IncompleteArchiveError:
            return b""

    def _first_plain(self) -> bytes:
        if self._start.startswith(b"\0"):
            self._base = self._end_of_hole()
            self._start = self._read(fingerprint.HEAD_BYTES, self._base)
        return self._start

    def _end_of_hole(self) -> int:
        """Return the offset of the first byte that is not NUL, or the file's end."""
        offset = 0
        while offset < self.stat.size:
            signals.check()
            try:
                offset = self._data_from(offset)
            except OSError:  # the rest of the file is a hole
                return self.stat.size
            if offset < self.stat.size:
                data = self._read(BUFFER_BYTES, offset)
                offset += len(data)
                if content := data.lstrip(b"\0"):
                    return offset - len(content)
        return self.stat.size

    def _data_from(self, offset: int) -> int:
        """Return the offset of the first byte that is in no hole; raise OSError where the rest is a hole."""
        return os.lseek(self._opened(), offset, os.SEEK_DATA)


def open_log(path: str, name: str, *, is_named_explicitly: bool = False) -> LogFile:
    """Open a log, a file or an object, called `name` in the store; raise LogError where it can't be read."""
    if path.startswith(OBJECT_SCHEMES):
        from logstats.sources.objects import open_object  # noqa: PLC0415 - only where such a log is named

        return open_object(path, name, is_named_explicitly=is_named_explicitly)
    return LogFile(path, name, is_named_explicitly=is_named_explicitly)


class _PlainFlow:
    def __init__(self, read: Callable[[int, int], bytes], start: int) -> None:
        self._read = read
        self.offset = start

    def read(self, size: int) -> bytes:
        signals.check()
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

    def read(self, size: int) -> bytes:
        parts = [self._left[:size]]
        self._left = self._left[size:]
        size -= len(parts[0])
        while size and (part := self._next()):
            parts.append(part[:size])
            self._left = part[size:]
            size -= len(parts[-1])
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _next(self) -> bytes:
        for part, offset in self._parts:
            self.offset = offset
            if part:
                return part
        return b""


def _survey(
    parts: "Iterator[tuple[bytes, int]]", offsets: set[int], hashed: Hash
) -> tuple[int, dict[int, int]]:
    size, before, hashes = 0, b"", {}
    left = sorted(offsets, reverse=True)
    for part, _ in parts:
        while left and left[-1] <= size + len(part):
            offset = left.pop()
            end = offset - size
            start = end - fingerprint.TAIL_BYTES
            window = part[start:end] if start >= 0 else before[start:] + part[:end]
            hashes[offset] = hashed(window)
        size += len(part)
        before = (before + part[-fingerprint.TAIL_BYTES :])[-fingerprint.TAIL_BYTES :]
    return size, hashes


def _open(path: str, *, may_wait: bool) -> tuple[int, bool]:
    """Open a log; the data of a pipe is first written to a file without a name, if this run may wait for it.

    Return the open file, and whether it is a stream, which can't be opened again.
    """
    try:
        # without O_NONBLOCK, a FIFO is not opened before a program writes to it, and no signal ends the wait
        descriptor = _stdin() if path == STDIN else os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISREG(mode):
            return descriptor, path == STDIN
        with os.fdopen(descriptor, "rb") as pipe:
            if stat.S_ISBLK(mode) or (stat.S_ISCHR(mode) and path != STDIN):
                raise LogError("this is a device, not a log", path=path)
            if path != STDIN and not may_wait:  # cron's next runs would wait too, each in silence
                raise LogError("this is a FIFO or a socket, not a regular file", path=path)
            return _buffered(pipe), True
    except OSError as error:
        raise _unreadable(path, error) from error


def _stdin() -> int:
    if sys.stdin is None:
        raise UsageError("-: standard input is closed")
    return os.dup(sys.stdin.fileno())


def _buffered(pipe: IO[bytes]) -> int:
    import tempfile  # noqa: PLC0415 - 2 ms, only for a pipe

    with tempfile.TemporaryFile() as file:
        while data := _next_input(pipe):
            file.write(data)
        file.flush()
        return os.dup(file.fileno())


def _next_input(pipe: IO[bytes]) -> bytes:
    signals.wait_readable(pipe.fileno())
    return os.read(pipe.fileno(), BUFFER_BYTES)
