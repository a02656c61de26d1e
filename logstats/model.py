"""The frozen values that pass from one room to another."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple


class Chunk(NamedTuple):
    """Whole lines of one source: the spool file at `path` holds the log's content from `start` up to `end`.

    `start`, `end` and `size` count bytes of the log's content, decompressed. The file has one newline a line
    and no bytes that a line reader would misread. `complete`: the log, of `size` bytes, was read to its end.
    `ends_mid_line`: that end is in the middle of a line. `head_hashes`, `tail_hash` and `block_hashes` (only
    those of this chunk) recognise the log after it. `header` and `header_after`: the header lines in force at
    `start` and at `end`.
    """

    path: str
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


class SourceId(NamedTuple):
    """A source's row in the store, how far it was read, and the row of this run's ingest if there is one."""

    source_id: int
    position: int
    ingest_id: int | None = None


@dataclass(frozen=True)
class IngestSummary:
    """What a run read: whole lines, and what they counted as.

    `headers` are those of the rejects that are header lines: no fault.
    `late` are those of the hits that are of days whose hits were pruned. `copies` are logs that hold
    nothing new, each with the name under which it was read; `waiting` are logs that can't be read yet,
    each with why; `warnings` are told once; `dominant_clients` are addresses that made over half of a
    site's page views, each with the site ('' where it has a pseudonym); `unread` are the errors.
    """

    lines: int = 0
    hits: int = 0
    rejects: int = 0
    bots: int = 0
    page_views: int = 0
    late: int = 0
    headers: int = 0
    sources: int = 0
    seconds: float = 0.0
    copies: tuple[tuple[str, str], ...] = ()
    waiting: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    dominant_clients: tuple[tuple[str, str], ...] = ()
    unread: tuple[Exception, ...] = ()

    def __add__(self, other: "IngestSummary") -> "IngestSummary":
        """Return what two runs read, one after the other."""
        return IngestSummary(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


class Result(NamedTuple):
    """A table: column names, rows of plain values in the same order, and what must be said of them."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]] = ()
    notes: tuple[str, ...] = ()

    def value(self) -> Any:
        """Return the only value of a result of one row and one column."""
        ((value,),) = self.rows
        return value

    def only(self, *names: str) -> "Result":
        """Return the same rows with only these columns."""
        indexes = [self.columns.index(name) for name in names]
        return Result(names, [tuple(row[index] for index in indexes) for row in self.rows], self.notes)

    def records(self) -> list[dict[str, Any]]:
        """Return the rows as dicts, the form of the JSON contract."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Counters(NamedTuple):
    """The four figures of one site at an instant (local to the site); counts are visits."""

    site: str
    at: datetime
    online: int
    online_window_s: int
    today: int
    week: int
    month: int
    all_time: int
    logged_until: datetime | None
    stale: bool
