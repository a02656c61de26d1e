"""The steps of an ingest: scan the logs, parse each chunk with the store closed, commit it.

A log of one chunk, the usual case in a cron run, is processed in the main thread. In a longer log the next
chunk is read and parsed while the previous one is committed.
"""

import itertools
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import NamedTuple

from logstats import store
from logstats.errors import LogError, LogstatsError, together
from logstats.ingest import commit, log_registry, parse
from logstats.ingest.request import IngestRequest
from logstats.model import Chunk, IngestSummary, SourceId
from logstats.rules import ruleset
from logstats.sources import LogReader, Scan, Spool
from logstats.store import Session, locks

WORKERS = 2  # chunks in progress at a time, each in its own session

Worker = Callable[[Chunk, Callable[[], "_Committed"]], "_Committed"]
Advance = Callable[[int], None]  # called with the number of bytes that were read since the last call


class _Committed(NamedTuple):
    """The state after a chunk of a log: its source with the position, and the counts of this run."""

    source: SourceId | None
    summary: IngestSummary


def ingest(request: IngestRequest, advance: Advance = lambda _: None) -> IngestSummary | None:
    """Read new lines of the requested logs into the store; return None where another ingest is running.

    A log that can't be read does not stop the others; its error is in the summary's `unread`.
    """
    with Session() as session:
        return ingest_in(session, request, advance)


def ingest_in(
    session: Session, request: IngestRequest, advance: Advance = lambda _: None
) -> IngestSummary | None:
    """Ingest in an open session."""
    started = time.monotonic()
    with locks.ingest_lock(request.store) as is_ours:
        if not is_ours:
            return None
        ruleset.require(request.settings, session.complaint)
        store.ensure(request.store)
        with session.for_ingest(WORKERS) as sessions:
            summary = _read_logs(sessions, request, advance)
            if request.settings.keeps_pseudonyms():
                _pseudonyms().delete_expired(session, request.store, request.wait)
    return replace(summary, seconds=time.monotonic() - started)


def _read_logs(sessions: Sequence[Session], request: IngestRequest, advance: Advance) -> IngestSummary:
    """Read new lines of each log, and store the findings about the logs."""
    summary = IngestSummary()
    known = log_registry.read(sessions[0], request.store, request.wait)
    with Scan(
        request.logs,
        known,
        machine=request.machine,
        stream=request.stream,
        named_explicitly=request.named_explicitly,
    ) as scan:
        for log in scan.readers():
            counted, error = _read_log(sessions, request, log, known.key.hex(), advance)
            summary += counted
            if error:
                scan.drop(log, error)
    log_registry.write(sessions[0], request.store, request.wait, scan.findings)
    return replace(
        summary,
        dominant_clients=tuple(dict.fromkeys(summary.dominant_clients)),
        copies=tuple(scan.findings.copies),
        waiting=tuple(scan.findings.waiting),
        warnings=tuple(scan.findings.warnings),
        unread=tuple(scan.findings.unread),
    )


def require_read(summary: IngestSummary, named_explicitly: Collection[str] = ()) -> None:
    """Raise an error where a log could not be read, or where one that was named explicitly is incomplete."""
    waiting = [LogError(message) for path, message in summary.waiting if path in named_explicitly]
    unread = [error for error in summary.unread if isinstance(error, LogstatsError)]
    if errors := [*unread, *waiting]:
        raise together(errors)


def _read_log(
    sessions: Sequence[Session], request: IngestRequest, log: LogReader, key: str, advance: Advance
) -> tuple[IngestSummary, LogError | None]:
    """Read new lines of one log; return the counts of the committed lines, and the error that ended it."""
    try:
        if log.identity is None and not log.sample(parse.SAMPLE_BYTES).strip():
            return IngestSummary(), None
        plan = parse.plan(log, request.settings, request.site, request.log_format)
    except LogError as error:
        return IngestSummary(), error
    job = commit.Job(request=request, plan=plan, rules=ruleset.build(request.settings), key=key)
    committed, failure = _read_chunks(sessions, job, log, advance)
    if failure is not None and not isinstance(failure, LogError):
        raise failure
    return replace(committed.summary, sources=1 if committed.summary.lines else 0), failure


def _read_chunks(
    sessions: Sequence[Session], job: commit.Job, log: LogReader, advance: Advance
) -> tuple[_Committed, BaseException | None]:
    """Parse and commit the chunks of a log, in order; return the last state and the first error."""
    known = log.identity
    initial = _Committed(SourceId(known.source_id, known.position) if known else None, IngestSummary())
    with ExitStack() as stack:
        # a spool is free when its chunk is committed; at most one chunk per session is in progress
        spools = [stack.enter_context(closing(Spool())) for _ in sessions]
        chunks = _reported(log, log.chunks(itertools.cycle(spools), parse.fits(job.plan)), advance)
        workers = [partial(_process, job, log, session) for session in sessions]
        try:
            first = next(chunks, None)
        except LogError as error:
            return initial, error
        if first is None:
            return initial, None
        if first.complete:
            return _run_straight(itertools.chain([first], chunks), initial, workers[0])
        sessions[0].keep_memory()
        sessions[0].run("ingest/dimensions/known_create")
        from logstats.ingest.worker_pool import run_in_order  # noqa: PLC0415 - 8 ms, only in a long run

        return run_in_order(itertools.chain([first], chunks), initial, workers)


def _run_straight(
    chunks: Iterator[Chunk],
    state: _Committed,
    worker: Callable[[Chunk, Callable[[], _Committed]], _Committed],
) -> tuple[_Committed, LogError | None]:
    """Process the chunks one after the other; return the last state and the first error of the log."""
    try:
        for chunk in chunks:
            state = worker(chunk, partial(_value, state))
    except LogError as error:
        return state, error
    return state, None


def _value(state: _Committed) -> _Committed:
    return state


def _reported(log: LogReader, chunks: Iterator[Chunk], advance: Advance) -> Iterator[Chunk]:
    """Yield the chunks, and call `advance` with the bytes that were read for each."""
    reported = 0
    for chunk in chunks:
        advance(log.bytes_read - reported)
        reported = log.bytes_read
        yield chunk


def _process(
    job: commit.Job, log: LogReader, session: Session, chunk: Chunk, previous: Callable[[], _Committed]
) -> _Committed:
    """Parse a chunk, wait with `previous` until the chunk before it is committed, and commit it."""
    parsed = commit.parse_chunk(job, session, chunk)
    source, summary = previous()
    source, counted = commit.commit_chunk(job, parsed, source)
    log.committed(source.source_id, chunk)
    return _Committed(source, summary + counted)


def _pseudonyms() -> ModuleType:
    from logstats.rules import pseudonyms  # noqa: PLC0415 - only sites that keep pseudonyms pay for it

    return pseudonyms
