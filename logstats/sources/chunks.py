"""The new content of a log as chunks of whole lines, each with the hashes that identify the log."""

import itertools
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from logstats.model import Chunk
from logstats.sources import files, fingerprint
from logstats.sources.contents import LONGEST_LINE, finder
from logstats.sources.files import Flow, LogFile, changed_error
from logstats.sources.fingerprint import Hash, Identity, is_record
from logstats.sources.log_hashes import LogHashes
from logstats.sources.spool import ChunkSpool, Spool, header_in_force, sanitize

CHUNK_BYTES = 172 << 20  # some 600,000 lines: the statements of a chunk take 0.1 s even for a few lines
EARLY_CHUNK_BYTES, EARLY_BYTES = 232 << 20, 400 << 20  # of a log's beginning, when few texts take memory
SHORT_BYTES = 96 << 20  # of a log that is one chunk: two workers gain less than the second chunk costs
FIRST_BYTES = 40 << 20  # the first chunk is small: storing, which takes longest, begins when it is parsed
LAST_SHARE = 1.25  # of a chunk's bytes: where no more are left, they are one last chunk
SAMPLE_LINES, SAMPLE_BYTES = 20, 16 << 20  # of a sample, where its lines are long
SAMPLE_LINE = 8 << 10  # bytes
LONG_LINES = (
    # bytes of an average line, and of a chunk of such lines: their texts take more memory and time than usual
    (4 << 10, 8 << 20),
    (512, 50 << 20),
)
MOST_LINES = 1_000_000  # of a chunk: a row takes as much memory where lines are short
HALF_FULL = 0.5  # of a chunk, from which on it ends with the last group of lines that fits into it
GROUP_LINES = 122_880  # DuckDB stores hits in groups of this size and does not rewrite full ones

Fits = Callable[[bytes, str], bool]  # of a line without its newline, and the header lines above it


class _Buffer(NamedTuple):
    """Whole lines of the log, unchanged: `size` bytes, of which `tail` are the last."""

    lines: bytes
    size: int
    tail: bytes
    is_last: bool
    ends_mid_line: bool = False


class _Part:
    """The next bytes of a flow, so many of them."""

    def __init__(self, flow: Flow, size: int) -> None:
        self._flow, self._left = flow, size
        self.offset = flow.offset

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only at the end."""
        data = self._flow.read(min(size, self._left))
        self._left -= len(data)
        self.offset = self._flow.offset
        return data


class Origin(NamedTuple):
    """What is known of a new log: the source that it begins like, and up to which byte that is proved.

    `is_doubtful`: the log is shorter than that source, so it may be a copy of the source's beginning.
    `elsewhere` returns the sources that other logs of the run continue or may continue.
    """

    alike: Identity | None = None
    proof: int = 0
    is_doubtful: bool = False
    elsewhere: Callable[[], Collection[int]] = frozenset

    @property
    def is_known(self) -> bool:
        """Whether the log has so much of the beginning of another one that this is no chance."""
        return self.alike is not None and self.proof >= fingerprint.HEAD_BYTES


class LogReader:
    """Reads the new content of one log: from its source's position on, or all of a new log.

    `is_final`: no program writes to the log any more, so the last line needs no newline. `is_done`: `chunks`
    has reached the end of the log; `rest` is the number of bytes of an incomplete line there. `is_copy` is
    set where a log of doubtful origin has no new line.
    """

    def __init__(
        self, log: LogFile, size: int, known: Identity | None, hashed: Hash, *, is_final: bool
    ) -> None:
        """Open the log, whose content is `size` bytes long, at the position of its source."""
        self.origin = Origin()
        self.is_copy = False
        self.log = log
        self.size = size
        self.identity = known
        self.is_final = is_final
        self.is_done = False
        self.rest = 0
        self._hashed = hashed
        self._known_size = (
            known.size if known and not known.complete else 0
        )  # the log may be a copy of a part of the source
        self._position = known.position if known else 0
        start = max(0, self._position - fingerprint.TAIL_BYTES)
        self._flow = log.flow(start)
        self._tail = self._flow.read(self._position - start)
        if known and hashed(self._tail) != known.tail_hash:
            raise changed_error(log.path)
        self._hashes = LogHashes(head=log.head, tail=self._tail, position=self._position, hashed=hashed)
        self._ahead = b""
        self._header = ""  # in force after the lines that were yielded

    @property
    def path(self) -> str:
        """The log's name in messages."""
        return self.log.path

    @property
    def name(self) -> str:
        """The log's name in the store."""
        return self.log.name

    @property
    def position(self) -> int:
        """The byte after the lines that were added to spools."""
        return self._position

    @property
    def bytes_read(self) -> int:
        """The number of bytes read from the file (packed ones of an archive), for a progress bar."""
        return self.log.progress(self._flow.offset)

    @property
    def can_read_again(self) -> bool:
        """Whether lines can be read once more, from the beginning of one of them on."""
        return self.log.is_file and not (self.identity and self.identity.ends_mid_line)

    def lines_again(self, start: int, end: int) -> Iterator[bytes]:
        """Yield lines that were added to a spool once more: those from one byte up to another.

        Raise LogChangedError where the log was changed meanwhile.
        """
        lines = self._from(start, "", is_final=True)
        lines._flow = _Part(lines._flow, end - start)
        for buffer in lines._buffers(lambda *_: True):
            yield sanitize(buffer.lines)
        if not self._is_unchanged():
            raise changed_error(self.path)

    def doubtful_chunks(self, spool: Spool, fits: Fits) -> Iterator[Chunk]:
        """Yield the lines after the bytes that are proved to be those of a longer log, in chunks.

        A last line without its newline that is a whole one is a chunk of its own. For `fits` see `chunks`.
        """
        lines = self.as_copy()
        yield from lines.chunks(itertools.repeat(spool))
        if self.is_final and lines.rest:
            last = self._from(self.size - lines.rest, lines._header, is_final=True)
            yield from last.chunks(itertools.repeat(spool), fits)

    def as_copy(self) -> "LogReader":
        """Return a reader of the lines that are not proved, as of the log that this one begins like."""
        assert self.origin.alike is not None  # noqa: S101 - for the type checker
        start = self._line_start(self.origin.proof)
        return self._from(start, self.origin.alike.header if start else "", is_final=False)

    def _from(self, start: int, header: str, *, is_final: bool) -> "LogReader":
        """Return a reader of the log's lines from an offset on, below header lines."""
        length = min(start, fingerprint.TAIL_BYTES)
        before = self.log.flow(start - length).read(length)
        alike = self.origin.alike or Identity(0, 0, frozenset(), 0)
        known = alike._replace(
            position=start, tail_hash=self._hashed(before), ends_mid_line=False, header=header
        )
        return LogReader(self.log, self.size, known, self._hashed, is_final=is_final)

    def _line_start(self, offset: int) -> int:
        """Return the offset at which the line of a byte starts, 0 where the line is very long."""
        start = max(0, offset - fingerprint.TAIL_BYTES)
        end = self.log.flow(start).read(offset - start).rfind(b"\n") + 1
        return start + end if end else 0

    def sample(self, size: int) -> bytes:
        """Return the whole lines of the log's first `size` bytes, or of more where these are few lines.

        Lines that are much longer than usual are left out: anybody can make a server log some.
        """
        flow = self.log.flow(0)
        data = part = flow.read(size)
        left = SAMPLE_BYTES
        while len(part) == size and data.count(b"\n") < SAMPLE_LINES and left > 0:
            part = flow.read(size)
            left -= size
            is_long = b"\n" not in data and len(data) > LONGEST_LINE
            data = (data[:1] if is_long else data) + part  # of a line that is too long a byte is enough
        is_whole = self.is_final and len(part) < size
        lines = (data if is_whole else data[: data.rfind(b"\n") + 1]).splitlines(keepends=True)
        return b"".join([line for line in lines if len(line) <= SAMPLE_LINE] or lines)

    def committed(self, source_id: int, chunk: Chunk) -> None:
        """Advance to the end of a chunk that was committed to a source."""
        known = self.identity or Identity(source_id, 0, frozenset(), 0)
        self.identity = known._replace(
            source_id=source_id,
            position=chunk.end,
            head_hashes=frozenset(chunk.head_hashes),
            tail_hash=chunk.tail_hash,
            block_hashes=(*known.block_hashes, *chunk.block_hashes),
            ends_mid_line=chunk.ends_mid_line,
            path=self.name,
            size=chunk.size,
            complete=chunk.complete,
            header=chunk.header_after,
        )

    def chunks(self, spools: Iterator[ChunkSpool], fits: Fits = lambda *_: False) -> Iterator[Chunk]:
        """Yield the new content in chunks of whole lines, each in the next of the spools.

        `fits` returns whether a last line without its newline is a whole line. Raise LogChangedError where
        the log was changed meanwhile; content that was read after the change is not yielded.
        """
        sizes, contents = self._chunk_sizes(), finder(self.size - self._position)
        start, lines, spool, size = self._position, 0, next(spools), next(sizes)
        header = self._header = self.identity.header if self.identity else ""
        is_log = self.identity is not None
        spool.empty()
        for buffer in self._buffers(fits):
            self._tail = (self._tail + buffer.tail)[-fingerprint.TAIL_BYTES :]
            self._position += buffer.size
            found = contents(buffer.lines)
            sanitized = sanitize(buffer.lines, found)
            if sanitized is not buffer.lines:
                found = contents(sanitized)
            is_log = is_log or is_record(sanitized)
            lines += spool.write(sanitized, found)
            if found.has_marks:
                self._header = header_in_force(self._header, sanitized)
            share = max(spool.size / size, lines / MOST_LINES)
            is_full = share >= 1 or (share >= HALF_FULL and _ends_last_group(lines, found.lines, share))
            is_full = is_full or any(spool.size >= max(most, lines * length) for length, most in LONG_LINES)
            is_full = is_full or spool.is_full
            if spool.size and is_log and (is_full or buffer.is_last):
                spool.finish()
                chunk = self._chunk(spool, lines, start, buffer)
                yield chunk._replace(header=header, header_after=self._header)
                header = self._header
                start, lines, spool, size = self._position, 0, next(spools), next(sizes)
                spool.empty()
        self.is_done = self._is_unchanged() and self._position + self.rest == self.size

    def _chunk_sizes(self) -> Iterator[int]:
        start = self._position
        is_short = self.size - start <= SHORT_BYTES
        yield CHUNK_BYTES if is_short else min(FIRST_BYTES, CHUNK_BYTES)
        while True:
            left = self.size - self._position
            most = EARLY_CHUNK_BYTES if self._position - start < EARLY_BYTES else CHUNK_BYTES
            yield left if most < left < LAST_SHARE * most else most

    def _chunk(self, spool: ChunkSpool, lines: int, start: int, buffer: _Buffer) -> Chunk:
        if not self._is_unchanged():
            raise changed_error(self.path)
        return Chunk(
            file=spool,
            lines=lines,
            start=start,
            end=self._position,
            complete=buffer.is_last and self.size >= self._known_size,
            has_backslash=spool.has_backslash,
            head_hashes=tuple(self._hashes.head_hashes(self._position)),
            tail_hash=self._hashed(self._tail),
            block_hashes=tuple(self._hashes.block_hashes(self._position)),
            ends_mid_line=buffer.ends_mid_line,
            size=max(self.size, self._known_size),
        )

    def _is_unchanged(self) -> bool:
        """Whether the consumed bytes are of one log and are still in it. Call this after reading."""
        return self._hashes.begins_with(self.log.head) and self.log.is_unchanged(self._position)

    def _buffers(self, fits: Fits) -> Iterator[_Buffer]:
        """Yield the lines in buffers. The last buffer is marked, and may be empty."""
        rest, is_last = b"", False
        if self.identity and self.identity.ends_mid_line:
            yield from self._rest_of_line()
        while not is_last:
            data = rest + self._read(files.BUFFER_BYTES - len(rest))
            is_last = not self._has_more()
            end = data.rfind(b"\n") + 1
            ends_mid_line = is_last and self._is_whole(data[:end], data[end:], fits)
            end = len(data) if ends_mid_line else end
            if end or is_last:
                lines, rest = data[:end], data[end:]
                lines += b"\n" if ends_mid_line else b""
                yield _Buffer(
                    lines=lines,
                    size=end,
                    tail=data[max(0, end - fingerprint.TAIL_BYTES) : end],
                    is_last=is_last,
                    ends_mid_line=ends_mid_line,
                )
            else:
                buffer, rest = self._overlong_line(data, fits)
                is_last = buffer.is_last
                yield buffer
        self.rest = self.rest or len(rest)

    def _is_whole(self, before: bytes, line: bytes, fits: Fits) -> bool:
        """Whether a last line without its newline is whole: the log is final, and the line can be parsed.

        `before` are the lines of the same buffer.
        """
        if not (self.is_final and line.strip(b"\0\r\n\t ")):
            return False
        header = header_in_force(self._header, sanitize(before))
        return fits(sanitize(line + b"\n").rstrip(b"\n"), header)

    def _rest_of_line(self) -> Iterator[_Buffer]:
        """Skip the rest of a line that was counted without its newline."""
        size, tail, end = 0, b"", 0
        while not end and (data := self._read(files.BUFFER_BYTES)):
            end = data.find(b"\n") + 1
            part = data[:end] if end else data
            size, tail = size + len(part), (tail + part)[-fingerprint.TAIL_BYTES :]
        if end:
            self._ahead = data[end:] + self._ahead
            yield _Buffer(b"", size, tail, is_last=False)
        else:
            self.rest = size

    def _overlong_line(self, start: bytes, fits: Fits) -> tuple[_Buffer, bytes]:
        """Read to the end of a line that is longer than a buffer; keep LONGEST_LINE bytes of it."""
        line, size, before, data, end = start, len(start), b"", start, 0
        while not end:
            before, data = (before + data)[-fingerprint.TAIL_BYTES :], self._read(files.BUFFER_BYTES)
            end = data.find(b"\n") + 1 if data else -1
            part = data[:end] if end else data
            size += len(part)
            line += part[: max(0, LONGEST_LINE - len(line))]
        if end < 0 and not (size <= LONGEST_LINE and self._is_whole(b"", line, fits)):
            self.rest = size
            return _Buffer(b"", 0, b"", is_last=True), b""
        ends_mid_line = end < 0
        tail = before if ends_mid_line else (before + data[:end])[-fingerprint.TAIL_BYTES :]
        buffer = _Buffer(
            lines=line.removesuffix(b"\n") + b"\n",
            size=size,
            tail=tail,
            is_last=ends_mid_line,
            ends_mid_line=ends_mid_line,
        )
        return buffer, b"" if ends_mid_line else data[end:]

    def _has_more(self) -> bool:
        self._ahead = self._ahead or self._consume(1)
        return bool(self._ahead)

    def _read(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only at the end."""
        ahead, self._ahead = self._ahead[:size], self._ahead[size:]
        return ahead + self._consume(size - len(ahead)) if len(ahead) < size else ahead

    def _consume(self, size: int) -> bytes:
        data = self._flow.read(size)
        self._hashes.feed(data)
        return data


def _ends_last_group(lines: int, added: int, share: float) -> bool:
    """Whether so many lines, a share of a chunk, end the last group of hits that fits into the chunk.

    They do where as many as were `added` last would begin another group.
    """
    ends_group = (lines + added) // GROUP_LINES > lines // GROUP_LINES
    return ends_group and share * (lines + GROUP_LINES) > lines
