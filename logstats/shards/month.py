"""A whole store, with hits, of the logs that a folder of figures has of a site's month.

The figures say which logs those are. One worker reads them with logstats' own ingest, so the store is as one
ingest of these logs makes it; their lines of other sites and days are in it too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from logstats import atomic, signals, store
from logstats.config import Settings
from logstats.errors import LogError, LogstatsError, UnknownSiteError, UsageError
from logstats.ingest import pipeline
from logstats.ingest.request import IngestRequest
from logstats.rules import ruleset
from logstats.shards import cluster, exchange, manifest, work
from logstats.shards.cluster import Each
from logstats.shards.folders import Folder
from logstats.shards.manifest import KeyFigures, Manifest
from logstats.shards.worker import KEY_UPDATE
from logstats.store import Session, maintenance
from logstats.store.statements import sql_text
from logstats.totals import imports

SOURCES = "source"  # the part with the logs
PARTS = {"sites": "site", "visits": "visit", "days": "day", "hits": "hit", "sources": SOURCES}  # slot: part


class MonthRequest(NamedTuple):
    """A site and the first day of a month, of a folder's figures for the store `store`, and a new file."""

    store: Path
    settings: Settings
    wait: float
    folder: Folder
    site: str
    first_day: date
    output: Path


class LogsRead(NamedTuple):
    """Logs, or archives of several, that a run has read in the same way: for a site, in a format."""

    paths: tuple[str, ...]
    site: str | None
    log_format: str


class MonthLogs(NamedTuple):
    """The logs of a month, with their names in the figures, and the files with their sources."""

    logs: tuple[LogsRead, ...]
    names: tuple[str, ...]
    sources: Mapping[str, int]


class StoreJob(NamedTuple):
    """A store to make of logs."""

    request: MonthRequest
    identity_key: str
    month: MonthLogs


class StoreResult(NamedTuple):
    """The counts of a store, or the text of an error."""

    logs: int
    lines: int
    hits: int
    error: str


def make(request: MonthRequest, each: Each) -> StoreResult:
    """Make the store on an engine, in place of the store that is at its path, if one is."""
    store.require(request.store)
    output = request.output.absolute()
    settings = cluster.settings_of(request.store, request.settings, request.site, request.wait)
    maintenance.require_replaceable(output, request.store, request.wait, "the store of a month")
    request = request._replace(output=output, settings=settings)
    identity_key, known = _known(request)
    job = StoreJob(request, identity_key, _logs(request, known))
    result: StoreResult
    (result,) = each(make_store, [job])
    if result.error:
        raise LogstatsError(result.error)
    return result


def make_store(job: StoreJob) -> StoreResult:
    """Read the logs into a new store, and give it its name once it is whole."""
    output = job.request.output
    try:
        with atomic.fresh(output, signals.check) as fresh:
            fresh.mkdir()  # a store locks the folder that it is made in
            result = _read(job, fresh / "store.duckdb")
            atomic.replace(fresh / "store.duckdb", output, like=fresh / "store.duckdb")
    except OSError as error:
        return StoreResult(0, 0, 0, f"{output}: can't be written: {error.strerror}")
    except LogstatsError as failure:  # as a text: an error's class may not be known where it is reported
        return StoreResult(0, 0, 0, str(failure))
    return result


def _known(request: MonthRequest) -> tuple[str, Manifest]:
    """Return the key of the store's hashes, and the manifest of its folder; raise where they do not fit."""
    known = manifest.read(request.folder)
    if known is None:
        raise UsageError(exchange.NO_MANIFEST.format(folder=request.folder))
    with Session() as session, session.reading(request.store, request.wait, views=()):
        manifest.require_fit(request.folder, known, exchange.own_manifest(session))
        identity_key = imports.identity_key(session)
    sites = {site for figures in known.keys.values() for site in figures.sites}
    if request.site not in sites:
        raise UnknownSiteError(request.site, sorted(sites), str(request.folder))
    return identity_key, known


def _logs(request: MonthRequest, known: Manifest) -> MonthLogs:
    """Return the logs that have lines of the site in the month, or near it, so that its visits are whole."""
    of_runs = {key: figures for key, figures in known.keys.items() if figures.read}
    found = _found(request, of_runs.values()) if of_runs else []
    if not any(is_of_month for *_, is_of_month in found):
        raise UsageError(
            f"no log that `logstats cluster ingest` has read into {request.folder} has lines of "
            f"{request.site} in {request.first_day:%Y-%m}"
        )
    files = {key: frozenset(figures.read) for key, figures in of_runs.items()}
    by_way: dict[tuple[str | None, str], dict[str, None]] = defaultdict(dict)
    for key, name, _ in found:
        way = of_runs[key].site, of_runs[key].log_format
        by_way[way][work.file_of(name, files[key]) or name] = None
    return MonthLogs(
        tuple(LogsRead(tuple(paths), *way) for way, paths in by_way.items()),
        tuple(name for _, name, _ in found),
        manifest.sizes(of_runs.values(), SOURCES),
    )


def _found(request: MonthRequest, figures: Collection[KeyFigures]) -> list[tuple[str, str, bool]]:
    """Return the key and the name of each of the logs, and whether it has lines of the month itself."""
    parts = {slot: manifest.sizes(figures, part) for slot, part in PARTS.items()}
    first_day = request.first_day
    next_month = (first_day + timedelta(days=31)).replace(day=1)
    days = {"site": request.site, "first_day": first_day, "next_month": next_month}
    with request.folder.copied(manifest.sizes(figures, *PARTS.values())) as path, Session() as session:
        slots = {slot: _files(path, names) for slot, names in parts.items()}
        session.side_by_side(1)
        _require_rules(session, request, slots)
        session.run("shards/month/span", days, slots)
        return [
            (str(key), str(path), bool(own))
            for key, path, own in session.run("shards/month/log", days, slots).rows
        ]


def _require_rules(session: Session, request: MonthRequest, slots: Mapping[str, str]) -> None:
    """Raise LogstatsError where the figures of the site are by other settings than its store would be."""
    settings, site = request.settings, request.site
    for row in session.run("shards/month/rules", {"site": site}, slots).records():
        differing = [*ruleset.changed(row, settings, site)]
        differing += ["privacy"] if row["privacy"] != settings.site(site).privacy else []
        if differing:
            raise LogstatsError(
                f"{request.folder}: the figures of {site} were computed with a different "
                f"{', '.join(differing)}; use the same, or run its keys again"
            )


def _read(job: StoreJob, path: Path) -> StoreResult:
    """Read the logs into a new store; raise LogstatsError where one can't be read or is another one now."""
    settings = job.request.settings
    store.ensure(path, group_access=settings.group_access)
    with Session() as session, session.writing(path, 10):
        session.execute(KEY_UPDATE, {"value": job.identity_key})
    for logs in job.month.logs:
        summary = pipeline.ingest(
            IngestRequest(
                store=path,
                logs=logs.paths,
                settings=settings,
                site=logs.site,
                log_format=logs.log_format,
                named_explicitly=frozenset(logs.paths),
            )
        )
        if summary is not None:
            pipeline.require_read(summary, logs.paths)
    with Session() as session, session.reading(path, 10, views=()):
        _require_same(session, job)
        (counts,) = session.run("totals/export/count").records()
    return StoreResult(counts["logs"], counts["lines"], counts["hits"], "")


def _require_same(session: Session, job: StoreJob) -> None:
    """Raise LogError where the store has not the content that a log had when the figures were computed."""
    with job.request.folder.copied(job.month.sources) as folder:
        slots = {"part": "month_source", "files": _files(folder, job.month.sources)}
        session.run("totals/import/part", slots=slots)
        changed = session.run("shards/month/unread", {"paths": list(job.month.names)}).rows
    for (path,) in changed:
        raise LogError(
            f"is not the log any more that {job.request.folder} has the figures of",
            path=path,
            advice="put it back, or run its key again",
        )


def _files(folder: Path, names: Iterable[str]) -> str:
    return f"[{', '.join(sql_text(str(folder / name)) for name in names)}]"
