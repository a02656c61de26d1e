"""What a worker does with a shard: ingest its logs into a store of its own, export that, and remove it."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from logstats import atomic, store
from logstats.config import Settings
from logstats.errors import LogstatsError, RefusedLinesError
from logstats.ingest import pipeline
from logstats.ingest.request import IngestRequest
from logstats.model import IngestSummary
from logstats.shards import exchange, manifest, pieces, usage
from logstats.shards.folders import Folder
from logstats.shards.manifest import KeyFigures
from logstats.shards.work import Shard
from logstats.store import Session
from logstats.totals import exports
from logstats.totals.exports import ExportRequest

KEY_UPDATE = "UPDATE store.setting SET value = $value WHERE name = 'identity_key'"


class RunSettings(NamedTuple):
    """What all workers of a run have in common.

    `identity_key` is that of the store which the figures are for, so that logs are known there.
    """

    key: str
    into: Folder
    settings: Settings
    identity_key: str
    buckets: int
    hits_since: datetime | None = None
    site: str | None = None
    log_format: str = "auto"
    machine: str = ""


class ShardJob(NamedTuple):
    """A shard of a run. The names of its logs in the figures begin with `logs`, if the shard is a piece."""

    run: RunSettings
    shard: Shard
    logs: str = ""


class ShardResult(NamedTuple):
    """What a worker has written for a shard, or the text of its error.

    `cpu_s` and `memory_mb` are of the worker's process for this shard. A piece without both is doubtful: its
    log is to be read whole.
    """

    shard: str
    figures: KeyFigures | None
    versions: Mapping[str, str]
    error: str
    cpu_s: float
    memory_mb: int


def read_shard(job: ShardJob) -> ShardResult:
    """Write the figures of a shard's logs as files of a new attempt."""
    started = usage.cpu_s()
    figures, error = None, ""
    found: dict[str, str] = {}
    try:
        with atomic.private(), atomic.fresh(Path(tempfile.gettempdir(), "logstats-shard")) as fresh:
            fresh.mkdir()  # a store locks the folder that it is made in
            figures, found = _figures(job, fresh / "store.duckdb")
    except LogstatsError as failure:  # as a text: an error's class may not be known where it is reported
        error = str(failure)
    cpu_s = usage.cpu_s() - started
    return ShardResult(job.shard.name, figures, found, error, cpu_s, usage.memory_mb())


def _figures(job: ShardJob, path: Path) -> tuple[KeyFigures | None, dict[str, str]]:
    """Return the figures of a shard, None for a doubtful piece, and the versions that computed them."""
    run, piece = job.run, job.shard.piece
    store.ensure(path)
    with Session() as session, session.writing(path, 10):
        session.execute(KEY_UPDATE, {"value": run.identity_key})
        if piece:
            pieces.begin(session, piece)
    summary = pipeline.ingest(_request(job, path))
    if piece and _is_refused(summary):
        return None, {}
    if summary is not None:
        pipeline.require_read(summary, job.shard.logs)
    with Session() as session:
        session.side_by_side(1)
        with session.reading(path, 10, views=()):
            if piece and not pieces.is_read(session, piece):
                return None, {}
            return _written(session, job), exchange.versions(session)


def _written(session: Session, job: ShardJob) -> KeyFigures:
    """Write the figures of the attached store of a worker into the folder of its run; return them."""
    run = job.run
    attempt = manifest.new_attempt(run.key, job.shard.name)
    with run.into.written() as into:
        request = ExportRequest(into, attempt, run.hits_since, run.buckets, job.logs)
        return exchange.figures_of(session, into, exports.write(session, request))


def _request(job: ShardJob, path: Path) -> IngestRequest:
    run, piece = job.run, job.shard.piece
    return IngestRequest(
        store=path,
        logs=job.shard.logs,
        settings=run.settings,
        site=run.site,
        log_format=run.log_format,
        machine=run.machine,
        named_explicitly=frozenset(job.shard.logs),
        until=piece.until if piece else None,
    )


def _is_refused(summary: IngestSummary | None) -> bool:
    """Whether most lines of a piece were rejected, which may be few lines of the whole log."""
    return summary is not None and any(isinstance(error, RefusedLinesError) for error in summary.unread)
