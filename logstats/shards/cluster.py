"""A run of a cluster: read the shards, merge the buckets, replace the manifest. The engine is a function."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from logstats import atomic, sources, store
from logstats.config import Settings
from logstats.errors import LogstatsError, together
from logstats.rules import kept, ruleset
from logstats.shards import exchange, join, manifest, work
from logstats.shards.folders import Folder
from logstats.shards.join import ShardRead
from logstats.shards.manifest import KeyFigures, Manifest
from logstats.shards.merge import MergeJob, MergeResult, merge_bucket
from logstats.shards.pieces import CutRequest
from logstats.shards.work import Work
from logstats.shards.worker import RunSettings, ShardJob, ShardResult, read_shard
from logstats.store import Session
from logstats.totals import exports, imports

MOST_BUCKETS = 16

Each = Callable[[Callable[[Any], Any], Sequence[Any]], Sequence[Any]]  # applies a function to jobs, somewhere


class ClusterRequest(NamedTuple):
    """Logs to read for a key of a folder; `store` is the store that the figures are for."""

    store: Path
    settings: Settings
    wait: float
    logs: tuple[str, ...]
    into: Folder
    key: str
    hits_since: datetime | None = None
    site: str | None = None
    log_format: str = "auto"
    machine: str = ""


class ClusterSummary(NamedTuple):
    """The counts of a run, the CPU seconds of its workers, and the largest memory of one in MB.

    `missed` are keys that have left out logs because of an earlier version of this key, which had them.
    """

    figures: KeyFigures
    shards: int
    read_cpu_s: float
    merge_cpu_s: float
    memory_mb: int
    missed: tuple[str, ...]


def run(request: ClusterRequest, each: Each) -> ClusterSummary:
    """Read logs on an engine, and let their figures count for a key, in place of what counted before."""
    manifest.require_key(request.key)
    into = request.into
    settings = settings_of(request.store, request.settings, request.site, request.wait)
    request = request._replace(settings=settings)
    with into.alone(request.key):
        manifest.sweep(into, request.key)
        initial = manifest.read(into)
        own, planned, common = _plan(request, initial)
        read = _read(common, planned, each)
        results = [shard.result for shard in read]
        _require(into, own, results)
        merged: Sequence[MergeResult] = each(merge_bucket, _merge_jobs(common, results)) if results else ()
        _raise([result.error for result in merged])
        figures = _figures(join.figures(common, read), merged, planned)
        figures = figures._replace(site=request.site, log_format=request.log_format)
        missed = _missed(initial, request.key, planned)
        with atomic.private():
            manifest.commit(into, own._replace(keys={request.key: figures}), initial)
    return ClusterSummary(
        figures,
        shards=len(results),
        read_cpu_s=sum(result.cpu_s for result in results),
        merge_cpu_s=sum(result.cpu_s for result in merged),
        memory_mb=max((result.memory_mb for result in results), default=0),
        missed=missed,
    )


def settings_of(path: Path, settings: Settings, site: str | None, wait: float) -> Settings:
    """Return the settings in force, as of an ingest into the store; raise LogstatsError for pseudonyms."""
    store.ensure(path, group_access=settings.group_access)
    with Session() as session, session.reading(path, wait, views=(), migrate=True):
        sites = kept.read(session)
        ruleset.require(settings, session.complaint)
    settings = kept.in_force(settings, sites, site, path)
    for each in (*settings.sites, *settings.kept, settings.unlisted):
        if each.is_hashed:
            raise LogstatsError(exports.HASHED.format(site=each.name or "logstats.toml"))
    return settings._replace(kept_as=dict(settings.kept_as))  # so that it can be sent to a worker


def _plan(request: ClusterRequest, known: Manifest | None) -> tuple[Manifest, Work, RunSettings]:
    sizes = _source_sizes(request, known)
    with (
        request.into.copied(sizes) as path,
        Session() as session,
        session.reading(request.store, request.wait, views=()),
    ):
        identity_key = imports.identity_key(session)
        origin = known.origin if known else ""
        own = exchange.own_manifest(session)._replace(origin=origin)
        if known:
            manifest.require_fit(request.into, known, own)
        logs = [
            *work.stored(session, origin),
            *work.exported(session, [path / name for name in sizes]),
        ]
    cut = CutRequest(request.settings, request.site, request.log_format, request.machine)
    planned = work.plan(request.logs, identity_key, logs, cut)
    common = RunSettings(
        key=request.key,
        into=request.into,
        settings=request.settings,
        identity_key=identity_key,
        buckets=max(1, min(MOST_BUCKETS, len(planned.shards))),
        hits_since=request.hits_since,
        site=request.site,
        log_format=request.log_format,
        machine=request.machine,
    )
    return own, planned, common


def _source_sizes(request: ClusterRequest, known: Manifest | None) -> dict[str, int]:
    """Return the files with the logs of the other keys."""
    keys = known.keys.items() if known else ()
    return manifest.sizes((figures for key, figures in keys if key != request.key), "source")


def _read(common: RunSettings, planned: Work, each: Each) -> list[ShardRead]:
    """Read the shards; where a piece of a log is doubtful, read the whole log in place of its pieces."""
    jobs = join.jobs(common, planned.shards)
    read = list(map(ShardRead, jobs, each(read_shard, jobs)))
    whole = join.doubtful(read)
    if not whole or any(shard.result.error for shard in read):
        return read
    again = [ShardJob(common, shard) for shard in whole.values()]
    exact = [shard for shard in read if shard.job.logs not in whole]
    return [*exact, *map(ShardRead, again, each(read_shard, again))]


def _require(into: Folder, own: Manifest, results: Sequence[ShardResult]) -> None:
    """Raise LogstatsError where a shard was not read, or by other versions or rules than another one."""
    _raise([result.error for result in results])
    sites: dict[str, str] = {}
    for result in results:
        manifest.require_same(into, result.versions, own.versions)
        for site, rules in result.figures.sites.items() if result.figures else ():
            if sites.setdefault(site, rules) != rules:
                raise LogstatsError(
                    f"{site}: the workers have other settings than each other; nothing was changed"
                )


def _raise(errors: Sequence[str]) -> None:
    if found := [LogstatsError(error) for error in dict.fromkeys(errors) if error]:
        raise together(found)


def _merge_jobs(common: RunSettings, results: Sequence[ShardResult]) -> list[MergeJob]:
    figures = [result.figures for result in results if result.figures]
    sites = tuple(path for each in figures for path in each.files["site"])
    sizes = {path: size for each in figures for path, size in each.sizes.items()}
    jobs = []
    for bucket in range(common.buckets):
        visits = tuple(each.files[exports.IN_BUCKETS][bucket] for each in figures)
        own = {path: sizes[path] for path in (*sites, *visits)}
        jobs.append(MergeJob(common.key, common.into, bucket, visits=visits, sites=sites, sizes=own))
    return jobs


def _figures(shards: Sequence[KeyFigures], merged: Sequence[MergeResult], planned: Work) -> KeyFigures:
    """Return what counts for the key: the files of one attempt at each shard, and the merged visits."""
    parts = dict.fromkeys(part for each in shards for part in each.files)
    files = {part: tuple(path for each in shards for path in each.files[part]) for part in parts}
    sizes = {path: each.sizes[path] for each in shards for path in each.sizes}
    files[exports.IN_BUCKETS] = tuple(result.file for result in merged)
    named = {path for paths in files.values() for path in paths}
    sizes |= {result.file: result.size for result in merged}
    sites: Mapping[str, str] = {site: rules for each in shards for site, rules in each.sites.items()}
    logs = dict.fromkeys(log for shard in planned.shards for log in shard.logs)
    return KeyFigures(
        version=os.urandom(12).hex(),
        written_at=exchange.now_text(),
        files=files,
        sizes={path: size for path, size in sizes.items() if path in named},
        sites=sites,
        logs=sum(each.logs for each in shards),
        lines=sum(each.lines for each in shards),
        hits=sum(each.hits for each in shards),
        rejects=sum(each.rejects for each in shards),
        is_merged=True,
        read=tuple(map(sources.printable, logs)),
        left_out=tuple(sorted(planned.left_out.items())),
    )


def _missed(known: Manifest | None, key: str, planned: Work) -> tuple[str, ...]:
    """Return the keys that have left out a log which this key had, and has not any more."""
    if known is None or key not in known.keys:
        return ()
    logs = {sources.printable(log) for shard in planned.shards for log in shard.logs}
    earlier = {name for name in known.keys[key].read if name not in logs}
    return tuple(
        other
        for other, figures in known.keys.items()
        if other != key and earlier & {*dict(figures.left_out).values()}
    )
