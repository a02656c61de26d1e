"""Immutable values that several modules use."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

OBJECT_SCHEMES = ("s3://", "gs://", "az://")  # of the URLs of logs in object storage
DOMINANT_FROM = 500  # page views of a site, from which a client with over half of them is reported


class ChunkFile(Protocol):
    """The file of a chunk's lines. `is_read`: they were read natively while they were added."""

    is_read: bool

    @property
    def path(self) -> str:
        """The file's path."""

    def mark_blank(self) -> None:
        """Mark its empty lines."""


class Chunk(NamedTuple):
    """Whole lines of one source: the spool file at `path` has the log's content from `start` up to `end`.

    `start`, `end` and `size` count decompressed bytes of the log's content. Each line in the file has one
    newline, and no bytes that a line reader would misread. `complete`: the log, of `size` bytes, was read to
    its end. `ends_mid_line`: that end is in the middle of a line. `head_hashes`, `tail_hash` and
    `block_hashes` (only those of this chunk) identify the log once the chunk is committed. `header` and
    `header_after` are the header lines in force at `start` and at `end`. `has_backslash`: so has a line.
    """

    file: ChunkFile
    lines: int
    start: int
    end: int
    complete: bool
    head_hashes: tuple[int, ...]
    tail_hash: int
    block_hashes: tuple[int, ...] = ()
    ends_mid_line: bool = False
    size: int = 0
    header: str = ""
    header_after: str = ""
    has_backslash: bool = True

    @property
    def path(self) -> str:
        """The path of the file, which may be written only now."""
        return self.file.path


class SourceId(NamedTuple):
    """A source's id in the store, its position, and the id of this run's ingest (None: not stored yet).

    `is_refused`: most of its last lines were rejected. `was_refused`: so it was before this run.
    """

    source_id: int
    position: int
    ingest_id: int | None = None
    is_refused: bool = False
    was_refused: bool | None = None


class LeftOut(NamedTuple):
    """Lines of a log that were rejected for one reason; `line_number` and `line` are of the last one."""

    path: str
    reason: str
    lines: int
    line_number: int
    line: str


class IngestSummary(NamedTuple):
    """The counts of a run, and its findings about the logs.

    `repeated` lines were read before in other logs and are neither hits nor rejects; `read_in` are (log,
    name of such another log, number of lines).
    `headers` are the rejects that are header lines, which are no fault. `late` are the hits of days whose
    hits were pruned. `copies` are (log, name under which its content was read), of logs without new content.
    `waiting` are (log, reason), of logs that can't be read yet. `warnings` are reported once. `notes` are
    (log, note), of logs that were read for the first time: which keys of their lines are which fields.
    `dominant_clients` are (site, client IP), of clients that made over half of the site's page views ('' for
    a pseudonym). `without_agent` are (log, format), of logs with lines without a user agent. `unread` are
    the errors of logs that could not be read, or of which most lines were rejected.
    `left_out` are the rejects that are no header lines, by log, reason and chunk. `unsettled`: see Scan.
    """

    lines: int = 0
    hits: int = 0
    rejects: int = 0
    repeated: int = 0
    bots: int = 0
    page_views: int = 0
    late: int = 0
    headers: int = 0
    sources: int = 0
    seconds: float = 0.0
    copies: tuple[tuple[str, str], ...] = ()
    read_in: tuple[tuple[str, str, int], ...] = ()
    waiting: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    dominant_clients: tuple[tuple[str, str], ...] = ()
    without_agent: tuple[tuple[str, str], ...] = ()
    unread: tuple[Exception, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    unsettled: int = 0

    def plus(self, later: "IngestSummary") -> "IngestSummary":
        """Return the summary of two consecutive runs."""
        both: Iterable[tuple[Any, Any]] = zip(self, later, strict=True)
        return IngestSummary(*(one + other for one, other in both))


class Display(NamedTuple):
    """What a terminal shows with a table, in addition to its columns.

    `period` is that of the report, as text. `bar` is the column beside which bars are drawn ('': none).
    `total` has the totals of columns whose values add up. `found` is the number of all rows, of which the
    result has the first (None: it has all).
    """

    period: str = ""
    bar: str = ""
    total: Mapping[str, Any] = MappingProxyType({})
    found: int | None = None


class Result(NamedTuple):
    """A table: its column names, its rows of values in the same order, notes on them, and how to show it."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]] = ()
    notes: tuple[str, ...] = ()
    display: Display = Display()

    def value(self) -> Any:
        """Return the only value of a result of one row and one column."""
        ((value,),) = self.rows
        return value

    def only(self, *names: str) -> "Result":
        """Return the same rows with only these columns."""
        if names == self.columns:
            return self
        indexes = [self.columns.index(name) for name in names]
        rows = [tuple(row[index] for index in indexes) for row in self.rows]
        return self._replace(columns=names, rows=rows)

    def records(self) -> list[dict[str, Any]]:
        """Return the rows as dicts, the form of the JSON contract."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Counters(NamedTuple):
    """The four figures of one site, in visits, at an instant (on the site's clock).

    `online` is None for an instant whose hits are pruned.
    """

    site: str
    at: datetime
    online: int | None
    online_window_s: int
    today: int
    week: int
    month: int
    all_time: int
    logged_until: datetime | None
    stale: bool
