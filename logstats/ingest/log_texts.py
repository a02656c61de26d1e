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

KINDS = (
    # the statements that restore, forget and remember texts of a kind, in the order of `first_codes`
    (
        "ingest/native/unused_request_restore",
        "ingest/native/known_request_forget",
        "ingest/native/known_request_insert",
    ),
    (
        "ingest/native/unused_referrer_restore",
        "ingest/native/known_referrer_forget",
        "ingest/native/known_referrer_insert",
    ),
    (
        "ingest/native/unused_agent_restore",
        "ingest/native/known_agent_forget",
        "ingest/native/known_agent_insert",
    ),
)


class LogTexts:
    """The reader of a log of several chunks, and the tables of its codes, which all sessions see."""

    def __init__(self, start: int) -> None:
        """Begin without texts. `start` is where the first chunk starts."""
        self._lines: LineReader | None = None
        self._next = start  # the start of the chunk that may be read
        self._passed: dict[int, int] = {}
        self._changed = Condition()
        self._first_codes = (0, 0, 0)
        self._has_unused = False

    @contextmanager
    def lines(self, session: Session, layout: Layout, chunk: Chunk) -> Iterator["LineReader"]:
        """Yield the reader when all chunks before have passed it: a text is known to those after them."""
        with self._changed:
            self._changed.wait_for(lambda: self._next >= chunk.start)
        try:
            if self._lines is None:
                session.run("ingest/native/known_create")
                self._lines = reader.line_reader(layout, reader.MOST_TEXTS, reader.MOST_BYTES)
            yield self._lines
        finally:
            self.passed(chunk)

    def passed(self, chunk: Chunk) -> None:
        """Let later chunks be read: this one was, or will not be; a second call does nothing."""
        with self._changed:
            self._passed[chunk.start] = chunk.end
            while self._next in self._passed:
                self._next = self._passed.pop(self._next)
            self._changed.notify_all()

    def restore(self, session: Session) -> bool:
        """Add texts that earlier chunks had in no hit to those of a chunk; return whether there are any.

        The chunks before must be committed.
        """
        if not self._has_unused:
            return False
        return sum([written_rows(session.run(restore)) for restore, _, _ in KINDS]) > 0

    def remember(self, session: Session, first_codes: tuple[int, int, int]) -> None:
        """Keep the ids of a committed chunk's codes, and the texts of those without one.

        Later chunks have codes from `first_codes` on.
        """
        for (_, forget, insert), first, before in zip(KINDS, first_codes, self._first_codes, strict=True):
            if first != before:
                session.run(forget)
            session.run(insert, slots={"first": str(first)})
        self._first_codes = first_codes
        self._has_unused = bool(session.run("ingest/native/unused_count").value())
