"""A very long plain log in pieces, each for one worker, which together are as if one worker had read it.

A piece is read as `ingest` reads a log that goes on: the worker's store has the log as a source that was read
up to the border. So a piece has the line ends, hashes and format of the whole log. What depends on the lines
before is not cut: a log whose header lines say what its columns are. Where a worker finds that it is so after
all, the piece is doubtful, and one worker reads the log whole.
"""

from collections.abc import Iterator
from typing import NamedTuple

from logstats.config import Settings
from logstats.errors import LogstatsError
from logstats.ingest import parse_plan
from logstats.sources import Identity, LogReader, fingerprint
from logstats.sources.files import LogFile
from logstats.store import Session, utc_now

CUT_BYTES = 1 << 30  # a log that is no longer is read by one worker
PIECE_BYTES = 256 << 20  # a million lines: three seconds, beside the half a second that a shard costs
LINE_BYTES = 256 << 10  # in which the border of a piece and the line after it end


class CutRequest(NamedTuple):
    """How the logs of a run are read, as of an IngestRequest."""

    settings: Settings
    site: str | None = None
    log_format: str = "auto"
    machine: str = ""


class Piece(NamedTuple):
    """A piece of a log, from the position of `source` up to the byte `until`, None for the log's end.

    `source` is what is known of the log where all before the piece was read; None for the first piece.
    """

    source: Identity | None
    until: int | None


def of_log(reader: LogReader, hashed: fingerprint.Hash, request: CutRequest) -> tuple[Piece, ...]:
    """Return the pieces of a new log, none where one worker is to read it."""
    log = reader.log
    is_plain = log.is_file and not (log.packing or log.archive)
    if not is_plain or reader.size <= CUT_BYTES or not fingerprint.hash_heads(log.head, hashed):
        return ()
    known = _known(reader, request)
    borders = list(_borders(log, reader.size)) if known else []
    if known is None or not borders:
        return ()
    _, tail_hashes = log.survey(set(borders), hashed)
    starts = [
        known._replace(
            position=border,
            size=border,
            head_hashes=_head_hashes(log, border, hashed),
            tail_hash=tail_hashes[border],
        )
        for border in borders
    ]
    return tuple(map(Piece, [None, *starts], [*borders, None]))


def _known(reader: LogReader, request: CutRequest) -> Identity | None:
    """Return the source of a log of which nothing is read, None where lines depend on those before them."""
    try:
        plan = parse_plan.of_log(reader, request.settings, request.site, request.log_format)
    except LogstatsError:  # the worker that reads the log has the same error, and it is reported
        return None
    if plan.log_format.has_header:
        return None
    return Identity(
        source_id=1,
        position=0,
        head_hashes=frozenset(),
        tail_hash=0,
        path=reader.name,
        machine=request.machine,
        log_format=plan.log_format.definition,
        complete=False,
        site=plan.source_site,
    )


def _borders(log: LogFile, size: int) -> Iterator[int]:
    """Yield the offsets at which the pieces of a log end, each after a line's newline.

    There is a whole line after each, so that a worker that has read nothing shows that the log was changed.
    Where lines are so long that this is not found near an offset, there is no border.
    """
    last = 0
    for offset in range(PIECE_BYTES, size - PIECE_BYTES // 2, PIECE_BYTES):
        lines = log.flow(offset).read(LINE_BYTES)
        end = lines.find(b"\n") + 1
        if end and b"\n" in lines[end:] and offset + end > last:
            last = offset + end
            yield last


def _head_hashes(log: LogFile, border: int, hashed: fingerprint.Hash) -> frozenset[int]:
    """Return the hashes of a log's beginning that its source has at a position."""
    start = log.head[:border]
    return frozenset({*fingerprint.hash_heads(start, hashed).values(), hashed(start)})


def begin(session: Session, piece: Piece) -> None:
    """Insert the log of a piece, read up to the piece, into the attached store of a worker."""
    if known := piece.source:
        row = {"path": known.path, "machine": known.machine, "site": known.site, "format": known.log_format}
        session.run("ingest/hits/source_insert", {**row, "read_at": utc_now()})
        hashes = {"head_hashes": sorted(known.head_hashes), "tail_hash": known.tail_hash}
        session.run("shards/source_update", {**hashes, "position": known.position})


def is_read(session: Session, piece: Piece) -> bool:
    """Whether the attached store of a worker has its piece, all of it, and nothing that lines after it need.

    A log that was changed since it was cut is another source, or is shorter. Header lines would be in force
    for the next piece.
    """
    rows = session.execute("SELECT position, header FROM store.source").rows
    if len(rows) != 1:
        return False
    ((position, header),) = rows
    if piece.until is None:
        return piece.source is None or bool(position > piece.source.position)
    return bool(position == piece.until and not header)
