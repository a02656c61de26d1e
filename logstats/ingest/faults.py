"""An unexpected exception while a chunk is parsed or committed: find the line that raises it.

The lines of the chunk are parsed again in halves, with the store closed. Where only a commit raises the
exception, they are committed to an empty store in a temporary folder.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

from logstats import signals, store
from logstats.errors import LogChangedError, LogError, LogFaultError, LogstatsError, StoreError
from logstats.ingest import commit
from logstats.ingest.job import Job
from logstats.model import Chunk
from logstats.sources import Spool
from logstats.store import Session

LONGEST_S = 10.0  # a search: the next run may find the same fault, and search again
HEADER_LINE = b"#\n"  # a line that is neither a hit nor depends on what raises exceptions

Attempt = Callable[[Job, Session, Chunk], object]


def raise_of_parse(error: Exception, job: Job, session: Session, chunk: Chunk) -> NoReturn:
    """Raise the error for an exception that was raised while a chunk was parsed, with the store closed."""
    if isinstance(error, StoreError):  # DuckDB has no memory left, or no space for temporary files
        raise LogError(error.message, path=job.plan.path) from error
    _raise_located(error, job, session, chunk, commit.parse_chunk)


def raise_of_commit(error: Exception, job: Job, session: Session, chunk: Chunk) -> NoReturn:
    """Raise the error for an exception that was raised while a chunk was committed."""
    with tempfile.TemporaryDirectory(prefix="logstats-") as folder:
        empty = Path(folder) / "store.duckdb"

        def commit_lines(job: Job, session: Session, lines: Chunk) -> None:
            store.ensure(empty)
            here = job._replace(request=job.request._replace(store=empty))
            parsed = commit.reject_hosts(here, commit.parse_chunk(here, session, lines))
            commit.commit_chunk(here, parsed, None)
            empty.unlink()

        _raise_located(error, job, session, chunk, commit_lines)


def _raise_located(error: Exception, job: Job, session: Session, chunk: Chunk, attempt: Attempt) -> NoReturn:
    """Raise a LogFaultError whose `line`, or `lines`, count from the beginning of the chunk."""
    if isinstance(error, LogstatsError):
        raise error
    search = _Search(type(error), job._replace(texts=None), session, chunk, attempt)
    line = None
    if session.is_usable():
        with suppress(LogChangedError):  # its lines can't be read once more
            line = _line(search)
    lines = None if line else (1, chunk.lines)
    raise LogFaultError(error, path=job.plan.path, line=line, lines=lines) from error


class _Search(NamedTuple):
    """A search for the line of a chunk for which `attempt` raises an exception of a class."""

    fault: type[Exception]
    job: Job
    session: Session
    chunk: Chunk
    attempt: Attempt


def _line(search: _Search) -> int | None:
    """Return the number of a line that raises the exception, None if no single line does so."""
    until = time.monotonic() + LONGEST_S
    lines = Path(search.chunk.path).read_bytes().splitlines(keepends=True)
    first, end = 0, len(lines)  # the line is one of lines[first:end]
    with closing(Spool()) as spool:
        if _raises(search, spool, [HEADER_LINE]):
            return None
        while end - first > 1 and time.monotonic() < until:
            middle = (first + end) // 2
            if _raises(search, spool, _with_header(search, lines, first, middle)):
                end = middle
            else:
                first = middle
        is_found = end - first == 1 and _raises(search, spool, _with_header(search, lines, first, end))
    return end if is_found else None


def _with_header(search: _Search, lines: Sequence[bytes], first: int, end: int) -> Sequence[bytes]:
    """Return a part of the lines, with those before it where they may be header lines that are in force."""
    return lines[: end if search.job.plan.log_format.has_header else 0] or lines[first:end]


def _raises(search: _Search, spool: Spool, lines: Sequence[bytes]) -> bool:
    signals.check()
    spool.empty()
    spool.write(b"".join(lines))
    spool.finish()
    part = search.chunk._replace(
        file=spool,
        lines=len(lines),
        start=search.job.plan.start,  # no text of the run is known there
        complete=True,
        has_backslash=spool.has_backslash,
    )
    try:
        search.attempt(search.job, search.session, part)
    except search.fault:
        return True
    except Exception:  # noqa: BLE001 - another fault, of fewer lines
        return False
    return False
