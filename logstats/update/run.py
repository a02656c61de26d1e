"""What cron runs: what is new in every log that logstats.toml lists, then its counter files.

What goes wrong with one log leaves the counter files of its site as they are, and keeps no other
site from being read and shown.
"""

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from logstats import sources
from logstats.config import CounterFile, MachineLogs, Settings
from logstats.errors import ConfigError, FormatError, LogError, LogstatsError, StoreError, UsageError
from logstats.ingest import pipeline
from logstats.ingest.request import AUTO, IngestRequest
from logstats.model import Counters, IngestSummary
from logstats.reports.counters import current_counters
from logstats.store import Session, locks
from logstats.update import counter_files

_WILD = "*?["
OF_ONE = (LogError.exit_code, UsageError.exit_code, FormatError.exit_code)
_ROTATED = (".", "-", "_", "/")  # how a rotated log's name, or a file's in a folder, goes on


class UpdateRequest(NamedTuple):
    """What to bring up to date, and by which settings."""

    store: Path
    settings: Settings
    wait: float = 10.0
    allow_decrease: bool = False


class Outcome(NamedTuple):
    """What was read, which counter files changed, which had to stay as they were, and what went wrong."""

    read: IngestSummary
    changed: Sequence[Path]
    kept: Sequence[Path]
    errors: Sequence[LogstatsError]


class _Stream(NamedTuple):
    """The logs of one machine for one site (None: each line names its site)."""

    site: str | None
    log_format: str
    logs: MachineLogs


@dataclass
class _Run:
    """An update under way, in one session. `stale` are the sites of which something could not be read."""

    update: UpdateRequest
    session: Session
    read: IngestSummary = field(default_factory=IngestSummary)
    errors: list[LogstatsError] = field(default_factory=list)
    stale: set[str | None] = field(default_factory=set)
    changed: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)


def update(order: UpdateRequest) -> Outcome | None:
    """Read what is new and write the counter files; None where another run is at it already."""
    streams = _streams(order.settings)
    if not streams:
        raise ConfigError(f"{order.settings.path}: lists no logs; write logs = […] under each [[site]]")
    with locks.ingest_lock(order.store, "update") as is_ours, Session() as session:
        run = _Run(order, session)
        try:
            if not is_ours or not _read(run, streams):
                return None
            _publish(run)
        except StoreError as error:  # nothing goes on without the store
            run.errors.append(error)
    return Outcome(run.read, run.changed, run.kept, run.errors)


def _streams(settings: Settings) -> list[_Stream]:
    of_sites = [_Stream(site.name, site.log_format, logs) for site in settings.sites for logs in site.logs]
    return [*of_sites, *(_Stream(None, AUTO, logs) for logs in settings.logs)]


def _read(run: _Run, streams: Sequence[_Stream]) -> bool:
    """Ingest what is new of each stream; False where another ingest is running."""
    told = run.update
    for stream in streams:
        logs = _found(run, stream)
        if not logs:
            continue
        order = IngestRequest(
            store=told.store,
            logs=logs,
            settings=told.settings,
            site=stream.site,
            log_format=stream.log_format,
            wait=told.wait,
            machine=stream.logs.machine,
        )
        try:
            summary = pipeline.ingest_in(run.session, order)
        except LogstatsError as error:
            _fail(run, stream, error)
            continue
        if summary is None:
            return False
        run.read += summary
        for unread in summary.unread:
            if isinstance(unread, LogstatsError):
                _fail(run, stream, unread)
    return True


def _fail(run: _Run, stream: _Stream, error: LogstatsError) -> None:
    _record(run, error)
    run.stale.add(stream.site)


def _record(run: _Run, error: LogstatsError) -> None:
    """Keep an error that is one log's or file's; raise one that nothing goes on after."""
    if error.exit_code not in OF_ONE:
        raise error
    run.errors.append(error)


def _found(run: _Run, stream: _Stream) -> tuple[str, ...]:
    """Return the files that a stream lists; a name that finds none fails where it must be wrong."""
    found: dict[str, None] = {}  # the same file under two names is told by its content
    missing = []
    for name in stream.logs.paths:
        try:
            found |= dict.fromkeys(sources.expand((name,)))
        except UsageError:
            missing.append(name)
        except LogError as error:
            _fail(run, stream, error)
    for name in missing:
        if not (found and _is_for_later(name)) and not _was_read(run, name):
            told = f"{name}: no such log, nor was there ever; is it right in {run.update.settings.path}?"
            _fail(run, stream, LogError(told))
    return tuple(found)


def _is_for_later(name: str) -> bool:
    """Whether a name is a pattern in a folder that is there: of rotated logs, before there are any."""
    wild = min((name.find(sign) for sign in _WILD if sign in name), default=-1)
    return wild >= 0 and Path(name[:wild] + "x").parent.is_dir()


def _was_read(run: _Run, name: str) -> bool:
    """Whether a log of that name was read some time, as one that is just being rotated was."""
    told = run.update
    if not told.store.exists():
        return False
    with run.session.reading(told.store, told.wait, views=("sources",)):
        known = [path for (path,) in run.session.execute("SELECT DISTINCT path FROM sources").rows]
    start = sources.printable(name)
    longer = tuple(start + sign for sign in _ROTATED)
    return any(path == start or path.startswith(longer) or fnmatch.fnmatchcase(path, start) for path in known)


def _publish(run: _Run) -> None:
    """Write the counter files of each site, and those of all; where a log failed they stay as they are."""
    told = run.update
    if not told.store.exists():
        return
    figures = _figures(run)
    files = [(file, [site.name]) for site in told.settings.sites for file in site.counters]
    files += [(file, sorted(figures)) for file in told.settings.counters]
    for file, sites in files:
        if run.stale & {*sites, None} or (run.stale and file in told.settings.counters):
            run.kept.append(file.path)
        elif sites and figures.keys() >= set(sites):
            _write(run, file, sites, figures)


def _write(run: _Run, file: CounterFile, sites: Sequence[str], figures: Mapping[str, Counters]) -> None:
    def ask() -> list[Counters]:
        now = _figures(run)
        return [now[site] for site in sites]

    try:
        rows = [figures[site] for site in sites]
        if counter_files.publish(file, rows, ask, allow_decrease=run.update.allow_decrease):
            run.changed.append(file.path)
    except LogstatsError as error:
        _record(run, error)


def _figures(run: _Run) -> dict[str, Counters]:
    told = run.update
    return current_counters(run.session, told.store, told.settings, told.wait)
