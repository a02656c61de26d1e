"""One bucket of a run: the pieces of its visits, of all shards, merged by the statement of ingest."""

import os
from pathlib import Path
from typing import NamedTuple

from logstats import atomic
from logstats.errors import LogstatsError
from logstats.shards import manifest
from logstats.store import Session, schema
from logstats.store.statements import load, sql_text
from logstats.totals import exports
from logstats.totals.exports import IN_BUCKETS

MERGED = "merged"  # the shard that merged files are of
# The stage, in the order of its statements.
VISITS = ("shards/site_insert", "shards/interval", "ingest/visits/merged")


class MergeJob(NamedTuple):
    """A bucket of a run, and the files of all its shards, relative to the folder."""

    key: str
    into: Path
    bucket: int
    visits: tuple[str, ...]
    sites: tuple[str, ...]


class MergeResult(NamedTuple):
    """The file of a bucket with its size, or the text of an error."""

    bucket: int
    file: str
    size: int
    error: str
    cpu_s: float


def merge_bucket(job: MergeJob) -> MergeResult:
    """Merge the visits of a bucket, and write them as a file of a new attempt."""
    started, error, path, size = _cpu_s(), "", "", 0
    try:
        with atomic.private(), Session() as session:
            path = _merge(session, job)
            size = (job.into / path).stat().st_size
    except LogstatsError as failure:
        error = str(failure)
    return MergeResult(job.bucket, path, size, error, _cpu_s() - started)


def _merge(session: Session, job: MergeJob) -> str:
    session.side_by_side(1)
    session.execute("ATTACH ':memory:' AS store")
    schema.migrate(session)
    slots = {"sites": _files(job, job.sites), "visits": _files(job, job.visits)}
    session.run_all(VISITS, slots=slots)
    path = exports.part_path(IN_BUCKETS, job.bucket, manifest.new_attempt(job.key, MERGED))
    exports.copy(session, load("shards/visit").sql, job.into / path)
    return path


def _files(job: MergeJob, paths: tuple[str, ...]) -> str:
    return f"[{', '.join(sql_text(str(job.into / path)) for path in paths)}]"


def _cpu_s() -> float:
    used = os.times()
    return used.user + used.system
