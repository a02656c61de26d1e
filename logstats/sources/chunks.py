"""What is new in a log, as chunks of whole lines, each with the marks by which the log is known then."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from logstats.model import Chunk
from logstats.sources import files, fingerprint
from logstats.sources.files import LogFile, MovedError
from logstats.sources.fingerprint import Hash, Identity, is_record
from logstats.sources.spool import LONGEST_LINE, Spool, follow, sanitize

CHUNK_BYTES = 100 << 20  # some 370,000 lines: each statement costs milliseconds however few they are
FIRST_BYTES = (4 << 20, 20 << 20)  # the first ones are small: what they hold is known to the big ones
LAST_BYTES = 40 << 20  # so are the last ones: while the very last is stored there is nothing else to do
GROUP_LINES = 122_880  # hits are kept in groups of so many: of chunks that fill theirs none is written twice

Fits = Callable[[bytes], bool]


class _Piece(NamedTuple):
    """Whole lines as they were read: `size` bytes of the log, of which `tail` are the last."""

    lines: bytes
    size: int
    tail: bytes
    is_last: bool
    ends_mid_line: bool = False


class _Marks:
    """The marks of a log that is read forward, taken from the bytes as they are consumed."""

    def __init__(self, head: bytes, before: bytes, position: int, hashed: Hash) -> None:
        """Begin at a position, with the content's beginning and what stands before the position."""
        self._head = head[:position]
        self._before = before
        self._position = position
        self._hashed = hashed
        self._blocks: list[tuple[int, int]] = []

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        end = self._position + len(data)
        place = (self._position // fingerprint.BLOCK_BYTES + 1) * fingerprint.BLOCK_BYTES
        while place <= end:
            until = place - self._position
            start = until - fingerprint.ANCHOR_BYTES
            window = data[start:until] if start >= 0 else self._before[start:] + data[:until]
            self._blocks.append((place, self._hashed(window)))
            place += fingerprint.BLOCK_BYTES
        if len(self._head) == self._position < fingerprint.HEAD_BYTES:
            self._head += data[: fingerprint.HEAD_BYTES - len(self._head)]
        self._before = (self._before + data[-fingerprint.ANCHOR_BYTES :])[-fingerprint.ANCHOR_BYTES :]
        self._position = end

    def head_hashes(self, position: int) -> list[int]:
        """Return the hashes of the beginning, up to a position that was consumed."""
        head_hashes = fingerprint.heads_of(self._head[:position], self._hashed)
        if position < fingerprint.HEAD_BYTES:
            head_hashes[position] = self._hashed(self._head[:position])
        return list(head_hashes.values())

    def block_hashes(self, position: int) -> list[int]:
        """Return the blocks up to a position that were not returned before."""
        done = [block for place, block in self._blocks if place <= position]
        self._blocks = self._blocks[len(done) :]
        return done

    def begins_with(self, head: bytes) -> bool:
        """Whether the bytes that were consumed are those of a beginning that was read before."""
        both = min(len(head), len(self._head))
        return self._head[:both] == head[:both]


class LogReader:
    """What is new in one log: what stands behind its source's position, or all of a new log.

    `is_final`: nobody is writing to it, so that a last line needs no newline. `is_done`: `chunks` has
    come to the log's end; `rest` says how many bytes of half a line are left there.
    """

    def __init__(
        self, log: LogFile, size: int, known: Identity | None, hashed: Hash, *, is_final: bool
    ) -> None:
        """Stand where the log, whose content is `size` bytes long, is to be read on."""
        self.log = log
        self.size = size
        self.identity = known
        self.is_final = is_final
        self.is_done = False
        self.rest = 0
        self._hashed = hashed
        self._known_size = known.size if known and not known.complete else 0  # of it, this may be a part
        self._position = known.position if known else 0
        start = max(0, self._position - fingerprint.ANCHOR_BYTES)
        self._flow = log.flow(start)
        self._before = self._flow.take(self._position - start)
        if known and hashed(self._before) != known.tail_hash:
            raise MovedError(f"{log.path}: was changed while it was being read; run again")
        self._marks = _Marks(log.head, self._before, self._position, hashed)
        self._ahead = b""

    @property
    def path(self) -> str:
        """The log's name, to tell of it."""
        return self.log.path

    @property
    def name(self) -> str:
        """What the store calls the log."""
        return self.log.name

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file itself were read, for a progress bar."""
        return self._flow.offset

    def sample(self, size: int) -> bytes:
        """Return the whole lines of the log's first `size` bytes."""
        taken = self.log.sample(size)
        is_whole = self.is_final and len(taken) < size
        return taken if is_whole else taken[: taken.rfind(b"\n") + 1]

    def committed(self, source_id: int, chunk: Chunk) -> None:
        """Note that a chunk of the log is in the store, under a source."""
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

    def chunks(self, spools: Iterator[Spool], fits: Fits = lambda _: False) -> Iterator[Chunk]:
        """Yield what is new in chunks of whole lines, a spool for each.

        `fits` says of a last line without its newline whether it is whole. Raise MovedError where the
        log was changed meanwhile: what was read then is not yielded.
        """
        sizes = self._chunk_sizes()
        start, lines, spool, size = self._position, 0, next(spools), next(sizes)
        header = after = self.identity.header if self.identity else ""
        is_log = self.identity is not None
        spool.empty()
        for piece in self._pieces(fits):
            self._before = (self._before + piece.tail)[-fingerprint.ANCHOR_BYTES :]
            self._position += piece.size
            washed = sanitize(piece.lines)
            is_log = is_log or is_record(washed)
            added = spool.write(washed)
            lines += added
            after = follow(after, washed)
            is_full = spool.size >= size or (spool.size >= size * 2 // 3 and _ends_group(lines, added))
            if spool.size and is_log and (is_full or piece.is_last):
                spool.finish()
                chunk = self._chunk(spool, lines, start, piece)
                yield chunk._replace(header=header, header_after=after)
                header = after
                start, lines, spool, size = self._position, 0, next(spools), next(sizes)
                spool.empty()
        self.is_done = self._is_unchanged() and self._position + self.rest == self.size

    def _chunk_sizes(self) -> Iterator[int]:
        yield from (min(size, CHUNK_BYTES) for size in FIRST_BYTES)
        while True:
            left = self.size - self._position
            yield min(CHUNK_BYTES, left if left < 1.5 * LAST_BYTES else max(LAST_BYTES, left // 2))

    def _chunk(self, spool: Spool, lines: int, start: int, piece: _Piece) -> Chunk:
        if not self._is_unchanged():
            raise MovedError(f"{self.path}: was changed while it was being read; run again")
        return Chunk(
            path=spool.path,
            lines=lines,
            start=start,
            end=self._position,
            complete=piece.is_last and self.size >= self._known_size,
            head_hashes=tuple(self._marks.head_hashes(self._position)),
            tail_hash=self._hashed(self._before),
            block_hashes=tuple(self._marks.block_hashes(self._position)),
            ends_mid_line=piece.ends_mid_line,
            size=max(self.size, self._known_size),
        )

    def _is_unchanged(self) -> bool:
        """Whether what was consumed is one log's, and still stands there. To be asked after reading."""
        return self._marks.begins_with(self.log.head) and self.log.is_unchanged(self._position)

    def _pieces(self, fits: Fits) -> Iterator[_Piece]:
        """Yield the lines in pieces; the last one is told, and may hold no line."""
        rest, is_last = b"", False
        if self.identity and self.identity.ends_mid_line:
            yield from self._rest_of_half()
        while not is_last:
            data = rest + self._take(files.PIECE_BYTES - len(rest))
            is_last = not self._has_more()
            cut = data.rfind(b"\n") + 1
            ends_mid_line = is_last and self._is_whole(data[cut:], fits)
            cut = len(data) if ends_mid_line else cut
            if cut or is_last:
                lines, rest = data[:cut], data[cut:]
                lines += b"\n" if ends_mid_line else b""
                yield _Piece(
                    lines, cut, data[max(0, cut - fingerprint.ANCHOR_BYTES) : cut], is_last, ends_mid_line
                )
            else:
                piece, rest = self._endless_line(data, fits)
                is_last = piece.is_last
                yield piece
        self.rest = self.rest or len(rest)

    def _is_whole(self, line: bytes, fits: Fits) -> bool:
        """Whether a last line without its newline is taken: nobody writes on in it, and it parses."""
        return bool(self.is_final and line.strip(b"\0\r\n\t ") and fits(sanitize(line).rstrip(b"\n")))

    def _rest_of_half(self) -> Iterator[_Piece]:
        """Pass over what came later of a line that counted before its newline was there."""
        size, tail, cut = 0, b"", 0
        while not cut and (data := self._take(files.PIECE_BYTES)):
            cut = data.find(b"\n") + 1
            part = data[:cut] if cut else data
            size, tail = size + len(part), (tail + part)[-fingerprint.ANCHOR_BYTES :]
        if cut:
            self._ahead = data[cut:] + self._ahead
            yield _Piece(b"", size, tail, is_last=False)
        else:
            self.rest = size

    def _endless_line(self, start: bytes, fits: Fits) -> tuple[_Piece, bytes]:
        """Read on to the end of a line longer than a piece; keep LONGEST_LINE bytes of it."""
        line, size, before, data, cut = start, len(start), b"", start, 0
        while not cut:
            before, data = (before + data)[-fingerprint.ANCHOR_BYTES :], self._take(files.PIECE_BYTES)
            cut = data.find(b"\n") + 1 if data else -1
            part = data[:cut] if cut else data
            size += len(part)
            line += part[: max(0, LONGEST_LINE - len(line))]
        if cut < 0 and not (size <= LONGEST_LINE and self._is_whole(line, fits)):
            self.rest = size
            return _Piece(b"", 0, b"", is_last=True), b""
        ends_mid_line = cut < 0
        tail = before if ends_mid_line else (before + data[:cut])[-fingerprint.ANCHOR_BYTES :]
        lines = line.removesuffix(b"\n") + b"\n"
        return _Piece(
            lines, size, tail, is_last=ends_mid_line, ends_mid_line=ends_mid_line
        ), b"" if ends_mid_line else data[cut:]

    def _has_more(self) -> bool:
        self._ahead = self._ahead or self._consume(1)
        return bool(self._ahead)

    def _take(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only at the end."""
        ahead, self._ahead = self._ahead[:size], self._ahead[size:]
        return ahead + self._consume(size - len(ahead)) if len(ahead) < size else ahead

    def _consume(self, size: int) -> bytes:
        data = self._flow.take(size)
        self._marks.feed(data)
        return data


def _ends_group(lines: int, added: int) -> bool:
    """Whether as many lines as were just added would begin another group of the chunk's hits."""
    return (lines + added) // GROUP_LINES > lines // GROUP_LINES
