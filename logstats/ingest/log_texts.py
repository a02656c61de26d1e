"""What is kept of a log's texts from chunk to chunk, where its lines are read natively.

The reader gives a text one code for all chunks, and hands the text itself over in the first one only. When
that chunk is committed, the code has an id, which later chunks find by the code. It has none if no line with
it was a hit in the end, because its client or its host is none. Then the text is kept, and a later chunk
whose hit has it adds it to its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

from logstats.model import Chunk
from logstats.native import reader
from logstats.native.reader import Layout
from logstats.store import Session
from logstats.store.session import written_rows

if TYPE_CHECKING:
    from logstats.native._lines import LineReader

EARLY_BYTES = 64 << 20  # of a chunk: one that ends before, as its part is full, has texts that are new
MOST_EARLY = 2  # chunks in a row that end so, before the lines of the log are not read while they are added

# The statements of requests, referrers and agents, in the order of `first_codes`.
RESTORED = (
    "ingest/native/unused_request_restore",
    "ingest/native/unused_referrer_restore",
    "ingest/native/unused_agent_restore",
)
FORGOTTEN = (
    "ingest/native/known_request_forget",
    "ingest/native/known_referrer_forget",
    "ingest/native/known_agent_forget",
)
KEPT = (
    "ingest/native/known_request_insert",
    "ingest/native/known_referrer_insert",
    "ingest/native/known_agent_insert",
)


class LogLines:
    """The native reader of a log's lines, in the order of the log.

    `is_ahead`: the lines of a chunk are read while they are added to its spool. Where the texts of a part
    are not repeated, a chunk has many parts, which together would take too much memory. `are_written`: to the
    spool's file as well, since those of an earlier chunk were needed.
    """

    def __init__(self) -> None:
        """Begin without texts."""
        self.are_written = False
        self._reader: LineReader | None = None
        self._early = 0

    def reader(self, layout: Layout) -> "LineReader":
        """Return the reader, which knows the texts of the lines before."""
        if self._reader is None:
            self._reader = reader.line_reader(layout, reader.MOST_TEXTS, reader.MOST_BYTES)
        return self._reader

    @property
    def is_ahead(self) -> bool:
        """Whether lines are read while they are added."""
        return self._early < MOST_EARLY

    def part_is_full(self, size: int) -> None:
        """Take into account that a chunk ends after so many bytes, because its part is full."""
        self._early = self._early + 1 if size < EARLY_BYTES else 0


class LogTexts:
    """The reader of a log of several chunks, and what is known of the tables of its codes.

    All sessions see these tables. Earlier chunks have codes below `first_codes`, of requests, referrers and
    agents; `has_unused`: some of their texts have no id.
    """

    def __init__(self, start: int, lines: LogLines) -> None:
        """Begin without texts. `start` is where the first chunk starts."""
        self._lines = lines
        self._next = start  # the start of the chunk that may be read
        self._passed: dict[int, int] = {}
        self._changed = Condition()
        self.first_codes = (0, 0, 0)
        self.has_unused = False

    @contextmanager
    def lines(self, layout: Layout, chunk: Chunk) -> Iterator["LineReader"]:
        """Yield the reader when all chunks before have passed it: a text is known to those after them."""
        with self._changed:
            self._changed.wait_for(lambda: self._next >= chunk.start)
        try:
            yield self._lines.reader(layout)
        finally:
            self.passed(chunk)

    def passed(self, chunk: Chunk) -> None:
        """Let later chunks be read: this one was, or will not be; a second call does nothing."""
        with self._changed:
            self._passed[chunk.start] = chunk.end
            while self._next in self._passed:
                self._next = self._passed.pop(self._next)
            self._changed.notify_all()


def restore(texts: LogTexts, session: Session) -> bool:
    """Add texts that earlier chunks had in no hit to those of a chunk; return whether there are any.

    The chunks before must be committed.
    """
    if not texts.has_unused:
        return False
    return sum([written_rows(session.run(restored)) for restored in RESTORED]) > 0


def remember(texts: LogTexts, session: Session, first_codes: tuple[int, int, int]) -> None:
    """Keep the ids of a committed chunk's codes, and the texts of those without one.

    Later chunks have codes from `first_codes` on.
    """
    before = texts.first_codes
    for forgotten, kept, first, earlier in zip(FORGOTTEN, KEPT, first_codes, before, strict=True):
        if first != earlier:
            session.run(forgotten)
        session.run(kept, slots={"first": str(first)})
    texts.first_codes = first_codes
    texts.has_unused = bool(session.run("ingest/native/unused_count").value())
