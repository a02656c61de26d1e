"""One log: its new lines are read in chunks, which are parsed and committed in order.

A log of one chunk, the usual case in a cron run, is processed in the main thread. In a longer log the next
chunk is read and parsed while the previous one is committed.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from logstats import native
from logstats.errors import LogError, LogFaultError, LogSiteError, NoSiteError, of_log
from logstats.ingest import commit, parse_plan
from logstats.ingest.hosts import Sites
from logstats.ingest.job import Job, LastRules
from logstats.ingest.request import Advance, IngestRequest
from logstats.model import Chunk, IngestSummary, SourceId
from logstats.rules import ruleset
from logstats.sources import LogReader, Spool
from logstats.sources.spool import ChunkSpool
from logstats.store import Session

if TYPE_CHECKING:
    from logstats.ingest.log_texts import LogLines


class _Committed(NamedTuple):
    """The state after a chunk of a log: its source with the position, and the counts of this run."""

    source: SourceId | None
    summary: IngestSummary


Worker = Callable[[Chunk, Callable[[], _Committed]], _Committed]


def read_log(  # noqa: PLR0913 - what a run has, and one of its logs
    sessions: Sequence[Session],
    request: IngestRequest,
    log: LogReader,
    *,
    key: str,
    sites: Sites,
    advance: Advance,
) -> tuple[IngestSummary, LogError | None]:
    """Read new lines of one log; return the counts of the committed lines, and its error.

    The error is the one that ended reading, or that most lines were rejected.
    """
    try:
        if log.identity is None and not log.sample(parse_plan.SAMPLE_BYTES).strip():
            return IngestSummary(), None
        planned = partial(_job, request, log, key, sites)
        log.is_copy = log.origin.is_doubtful and _is_copy(sessions[0], planned(log.as_copy()))
        if log.is_copy:
            return IngestSummary(), None
        job = planned(log)
    except NoSiteError as error:
        if request.names is None:  # a log of the command line, which --site is for
            raise
        return IngestSummary(), LogSiteError(error.reason, path=log.path, advice=error.advice)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other logs are read
        return IngestSummary(), of_log(error, log.path)
    is_new = log.identity is None
    notes = () if log.identity else parse_plan.notes(job.plan)
    committed, failed = _read_chunks(sessions, job, log, advance)
    failure = None if failed is None else _of_log(failed, log, committed.source, sessions, request)
    summary = committed.summary
    if summary.lines:
        summary = summary._replace(sources=1, notes=notes)
    if failure is None and committed.source and (summary.left_out or committed.source.is_refused):
        from logstats.ingest import refusal  # noqa: PLC0415 - only where lines are rejected

        failure = refusal.refusal(job, committed.source, summary, is_new=is_new)
    return summary, failure


def _of_log(
    error: BaseException,
    log: LogReader,
    source: SourceId | None,
    sessions: Sequence[Session],
    request: IngestRequest,
) -> LogError:
    """Return the log's error for an exception, its lines counted from the beginning of the log.

    Raise an exception that concerns more than this log.
    """
    if not isinstance(error, Exception):
        raise error
    found = of_log(error, log.path)
    if isinstance(found, LogFaultError) and source and sessions[0].is_usable():
        with sessions[0].reading(request.store, request.wait, views=()):
            (known,) = sessions[0].run("store/invariants/source", {"source_id": source.source_id}).records()
        return found.after(known["lines"])
    return found


def _job(request: IngestRequest, log: LogReader, key: str, sites: Sites, read_as: LogReader) -> Job:
    """Return the job of a log, which is read as what it is or as a copy of another one."""
    plan = parse_plan.of_log(
        read_as, request.settings, request.site, request.log_format, request.stored_sites
    )
    rules = ruleset.build(request.settings)
    return Job(request=request, log=log, plan=plan, rules=rules, key=key, sites=sites, last_rules=LastRules())


def _is_copy(session: Session, job: Job) -> bool:
    """Whether a log that is shorter than one that it begins like has only lines that were read before."""
    with closing(Spool()) as spool:
        for chunk in job.log.doubtful_chunks(spool, parse_plan.fits(job.plan)):
            here = job._replace(plan=job.plan._replace(start=chunk.start))
            parsed = commit.reject_hosts(here, commit.parse_chunk(here, session, chunk))
            if not commit.holds_only_known(here, parsed):
                return False
    return True


def _read_chunks(
    sessions: Sequence[Session], job: Job, log: LogReader, advance: Advance
) -> tuple[_Committed, BaseException | None]:
    """Parse and commit the chunks of a log, in order; return the last state and the first error."""
    known = log.identity
    initial = _Committed(SourceId(known.source_id, known.position) if known else None, IngestSummary())
    with ExitStack() as stack:
        # a spool is free when its chunk is committed; at most one chunk per session is in progress
        spools, lines = _spools(job, log, len(sessions))
        for spool in spools:
            stack.enter_context(closing(spool))
        chunks = _reported(log, log.chunks(itertools.cycle(spools), parse_plan.fits(job.plan)), advance)
        try:
            first = next(chunks, None)
        except Exception as error:  # noqa: BLE001 - returned, as the errors of later chunks are
            return initial, error
        if first is None:
            return initial, None
        if first.complete:
            worker = partial(_process, job, log, sessions[0])
            return _run_straight(itertools.chain([first], chunks), initial, worker)
        sessions[0].keep_memory()
        sessions[0].run("ingest/dimensions/known_create")
        sessions[0].run("ingest/native/known_create")
        from logstats.ingest.log_texts import LogLines, LogTexts  # noqa: PLC0415 - only in a long run
        from logstats.ingest.worker_pool import run_in_order  # noqa: PLC0415 - 8 ms, only in a long run

        job = job._replace(texts=LogTexts(first.start, lines or LogLines()))
        workers = [partial(_process, job, log, session) for session in sessions]
        return run_in_order(itertools.chain([first], chunks), initial, workers)


def _spools(job: Job, log: LogReader, count: int) -> tuple[Sequence[ChunkSpool], "LogLines | None"]:
    """Return so many spools for chunks of the log, and the native reader of its lines where that is used."""
    if native.is_used(log.size - log.position):
        from logstats.ingest import native_layout  # noqa: PLC0415 - only in a long run

        if layout := native_layout.of_format(job.plan.log_format):
            from logstats.ingest.log_texts import LogLines  # noqa: PLC0415 - the same
            from logstats.ingest.native_spool import NativeSpool  # noqa: PLC0415 - the same

            lines = LogLines()
            return [NativeSpool(log, layout, lines) for _ in range(count)], lines
    return [Spool() for _ in range(count)], None


def _run_straight(
    chunks: Iterator[Chunk],
    state: _Committed,
    worker: Worker,
) -> tuple[_Committed, Exception | None]:
    """Process the chunks one after the other; return the last state and the first error."""
    try:
        for chunk in chunks:
            state = worker(chunk, partial(_value, state))
    except Exception as error:  # noqa: BLE001 - returned, with the state of what is committed
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
    job: Job, log: LogReader, session: Session, chunk: Chunk, previous: Callable[[], _Committed]
) -> _Committed:
    """Parse a chunk, wait with `previous` until the chunk before it is committed, and commit it."""
    try:
        parsed = commit.parse_chunk(job, session, chunk)
    except Exception as error:  # noqa: BLE001 - it is raised again, with the line
        from logstats.ingest import faults  # noqa: PLC0415 - few runs have an error

        faults.raise_of_parse(error, job, session, chunk)
    source, summary = previous()
    try:
        parsed = commit.reject_hosts(job, commit.restore_texts(job, parsed))
        source, counted = commit.commit_chunk(job, parsed, source)
    except Exception as error:  # noqa: BLE001 - it is raised again, with the line
        from logstats.ingest import faults  # noqa: PLC0415 - few runs have an error

        faults.raise_of_commit(error, job, session, chunk)
    log.committed(source.source_id, chunk)
    return _Committed(source, summary.plus(counted))
