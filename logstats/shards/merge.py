"""One bucket of a run: the pieces of its visits, of all shards, merged by the statement of ingest."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from logstats import atomic
from logstats.errors import LogstatsError
from logstats.shards import manifest, usage
from logstats.shards.folders import Folder
from logstats.store import Session, schema
from logstats.store.statements import load, sql_text
from logstats.totals import exports
from logstats.totals.exports import IN_BUCKETS

MERGED = "merged"  # the shard that merged files are of
# The stage, in the order of its statements.
VISITS = ("shards/site_insert", "shards/interval", "ingest/visits/merged")


class MergeJob(NamedTuple):
    """A bucket of a run, and the files of all its shards, relative to the folder, with their sizes."""

    key: str
    into: Folder
    bucket: int
    visits: tuple[str, ...]
    sites: tuple[str, ...]
    sizes: Mapping[str, int]


class MergeResult(NamedTuple):
    """The file of a bucket with its size, or the text of an error."""

    bucket: int
    file: str
    size: int
    error: str
    cpu_s: float


def merge_bucket(job: MergeJob) -> MergeResult:
    """Merge the visits of a bucket, and write them as a file of a new attempt."""
    started, error, path, size = usage.cpu_s(), "", "", 0
    try:
        with atomic.private(), job.into.written() as into:
            path = _merge(job, into)
            size = (into / path).stat().st_size
    except LogstatsError as failure:
        error = str(failure)
    return MergeResult(job.bucket, path, size, error, usage.cpu_s() - started)


def _merge(job: MergeJob, into: Path) -> str:
    """Write the merged visits below a path; return the name of their file."""
    with job.into.copied(job.sizes) as found, Session() as session:
        session.side_by_side(1)
        session.execute("ATTACH ':memory:' AS store")
        schema.migrate(session)
        session.run_all(
            VISITS, slots={"sites": _files(found, job.sites), "visits": _files(found, job.visits)}
        )
        path = exports.part_path(IN_BUCKETS, job.bucket, manifest.new_attempt(job.key, MERGED))
        exports.copy(session, load("shards/visit").sql, into / path)
    return path


def _files(folder: Path, names: tuple[str, ...]) -> str:
    return f"[{', '.join(sql_text(str(folder / name)) for name in names)}]"
