"""Read the new lines of every log that logstats.toml lists, then write its counter files.

After an error with a log, the counter files of its site are not changed; the logs and counter files of other
sites are not affected.
"""

import fnmatch
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from logstats import sources
from logstats.config import CounterFile, MachineLogs, Settings
from logstats.config.settings import Where
from logstats.errors import (
    ConfigError,
    ExitCode,
    LogError,
    LogstatsError,
    LongRunError,
    StoreError,
    UsageError,
    of_log,
    together,
    was_reported,
)
from logstats.ingest import pipeline
from logstats.ingest.request import AUTO, IngestRequest
from logstats.model import OBJECT_SCHEMES, Counters, IngestSummary
from logstats.reports.counters import current_counters
from logstats.sources import LogNames
from logstats.store import Session, locks, runs, utc_now
from logstats.store.as_of import AT_LAST
from logstats.update import counter_files, idle

_WILDCARDS = "*?["
_ROTATED = (
    ".",
    "-",
    "_",
    "/",
)  # the characters after a log's name in the name of a rotated log, or of a file in a folder


Publish = Callable[[CounterFile, Sequence[Counters]], bool]
PublishText = Callable[[Path, bytes], bool]


class UpdateRequest(NamedTuple):
    """A request to update a store and its counter files according to the settings.

    `publish` is called for each counter file in place of writing it (None: it is written), `publish_text` for
    each file with a list or with views of articles.
    """

    store: Path
    settings: Settings
    wait: float = 10.0
    allow_decrease: bool = False
    publish: Publish | None = None
    publish_text: PublishText | None = None


class Outcome(NamedTuple):
    """The summary of the ingests, the counter files that changed, those that were kept, and the errors.

    `strays` are errors of files that are no logs: counter files are written without them, and those that were
    reported before are not in `errors`.
    """

    read: IngestSummary
    changed: Sequence[Path]
    kept: Sequence[Path]
    errors: Sequence[LogstatsError]
    strays: Sequence[LogstatsError] = ()


class _Stream(NamedTuple):
    """The logs of one machine for one site (None: each line names its site).

    `table` is the place in logstats.toml of the table with the logs.
    """

    site: str | None
    log_format: str
    logs: MachineLogs
    table: Where = ()


class _UpdateState:
    """An update in progress, in one session. `stale` are the sites with a log that could not be read.

    `lists` and `titles` are those of `runs.Finished`; `before` is the state of the store's file at the start,
    None once titles were read. `logs_read` are the names of the logs with a hit in the store, None until they
    are needed. `inputs` are what an idle update depends on, as they were at the start.
    """

    def __init__(self, request: UpdateRequest, session: Session) -> None:
        self.request = request
        self.session = session
        self.read = IngestSummary()
        self.errors: list[LogstatsError] = []
        self.strays: list[LogstatsError] = []
        self.stale: set[str | None] = set()
        self.logs_read: tuple[str, ...] | None = None
        self.changed: list[Path] = []
        self.kept: list[Path] = []
        self.lists = self.titles = ""
        self.before: tuple[int, ...] | None = None
        self.inputs: idle.Inputs | None = None
        self.figures: dict[str, Counters] = {}


def update(request: UpdateRequest) -> Outcome | None:
    """Read new lines and write the counter files; return None if another update is running."""
    streams = _streams(request.settings)
    if not streams:
        raise ConfigError("lists no logs; write logs = […] under each [[site]]", path=request.settings.path)
    started = runs.now()
    with locks.ingest_lock(request.store, "update") as is_ours, Session() as session:
        state = _UpdateState(request, session)
        state.inputs = _inputs(request)
        if _has_lists(request.settings):
            from logstats.update import list_files  # noqa: PLC0415 - only for sites with lists

            state.before = list_files.state_of(request.store)
        try:
            if not is_ours or not _read(state, streams):
                return None
            _publish(state)
            inputs = _inputs_of_idle(state, started)
        except StoreError as error:  # without the store the update can't continue
            state.errors.append(error)
            inputs = ""
        runs.note(request.store, _finished(state, started, inputs))
    return Outcome(
        read=state.read, changed=state.changed, kept=state.kept, errors=state.errors, strays=state.strays
    )


def _inputs(request: UpdateRequest) -> idle.Inputs | None:
    """Return what an idle update depends on, None where the last one has read lines or has failed."""
    last = runs.last(request.store)
    if request.publish or last is None or last.lines or last.exit_code:
        return None
    return idle.inputs(request.store, request.settings)


def _inputs_of_idle(state: _UpdateState, started: float) -> str:
    """Return the digest of the inputs if the next update has nothing to do while they are the same, or ''."""
    at, figures = state.request.settings.at, state.figures
    is_idle = (
        state.inputs is not None
        and idle.are_certain(state.inputs, started)
        and idle.is_without_result(state.read)
        and not (state.errors or state.strays or state.kept or state.changed)
        and (at == AT_LAST or all(map(idle.is_silent, figures.values())))
        and (at == AT_LAST or not any(_shows_time(*each) for each in _counter_files(state)))
        and not _has_future_lines(state)
    )
    return state.inputs.digest if state.inputs and is_idle else ""


def _shows_time(file: CounterFile, rows: Sequence[Counters]) -> bool:
    """Whether a counter file shows the time of its figures."""
    return counter_files.render(rows, file) != counter_files.render(idle.later(rows), file)


def _has_future_lines(state: _UpdateState) -> bool:
    """Whether the store has lines of later than now, which count as the time goes on."""
    with state.session.reading(state.request.store, state.request.wait, views=()):
        newest = state.session.execute("SELECT max(logged_until) AS newest FROM store.site").value()
    return newest is None or newest > utc_now()


def _finished(state: _UpdateState, started: float, inputs: str) -> runs.Finished:
    code = together(state.errors).exit_code if state.errors else ExitCode.DONE
    read, kept = state.read, tuple(map(str, state.kept))
    return runs.Finished(
        started,
        runs.now(),
        int(code),
        read.lines,
        read.rejects - read.headers,
        kept,
        state.lists,
        state.titles,
        inputs,
        idle.until(started) if inputs else 0.0,
    )


def _streams(settings: Settings) -> list[_Stream]:
    of_sites = [
        _Stream(site.name, site.log_format, logs, ("site", number))
        for number, site in enumerate(settings.sites)
        for logs in site.logs
    ]
    return [*of_sites, *(_Stream(None, AUTO, logs) for logs in settings.logs)]


def _read(state: _UpdateState, streams: Sequence[_Stream]) -> bool:
    """Ingest the new lines of each stream; return False if another ingest is running."""
    request = state.request
    found, names = _all_logs(state, streams)
    for stream, logs in found:
        if not logs:
            continue
        ingest = IngestRequest(
            store=request.store,
            logs=logs,
            settings=request.settings,
            site=stream.site,
            log_format=stream.log_format,
            wait=request.wait,
            machine=stream.logs.machine,
            names=names,
        )
        try:
            summary = pipeline.ingest_in(state.session, ingest)
        except Exception as error:  # noqa: BLE001 - whatever it is, the logs of other sites are read
            _fail(state, stream, _of_setting(state, stream, error))
            continue
        if summary is None:
            return False
        state.read = state.read.plus(summary)
        for unread in summary.unread:
            if isinstance(unread, LogstatsError):
                _take(state, stream, logs, unread)
    return True


def _take(state: _UpdateState, stream: _Stream, logs: Sequence[str], error: LogstatsError) -> None:
    """Record the error of one log: the counter files of its site are kept, unless it is a stray file."""
    from logstats.update import strays  # noqa: PLC0415 - only for an error

    if state.logs_read is None:
        state.logs_read = strays.logs_read(state.session, state.request.store, state.request.wait)
    if not strays.is_stray(error, stream.logs.paths, logs, state.logs_read):
        _fail(state, stream, error)
        return
    state.strays.append(error)
    if not was_reported(error):
        _record(state, error)


def _of_setting(state: _UpdateState, stream: _Stream, error: Exception) -> Exception:
    """Return the error with its line of logstats.toml where the format of the stream is none."""
    if isinstance(error, UsageError) and not isinstance(error, ConfigError) and stream.log_format != AUTO:
        from logstats import formats  # noqa: PLC0415 - only for an error

        try:
            formats.format_of(stream.log_format)
        except UsageError:
            return state.request.settings.error(str(error), (*stream.table, "format"))
    return error


def _fail(state: _UpdateState, stream: _Stream, error: Exception) -> None:
    if not isinstance(error, LogstatsError):
        error = of_log(error, ", ".join(stream.logs.paths))
    _record(state, error)
    state.stale.add(stream.site)


def _record(state: _UpdateState, error: LogstatsError) -> None:
    """Record an error of one log or file; raise an error that affects all of them."""
    if isinstance(error, StoreError | LongRunError):
        raise error
    state.errors.append(error)


def _all_logs(
    state: _UpdateState, streams: Sequence[_Stream]
) -> tuple[list[tuple[_Stream, tuple[str, ...]]], LogNames]:
    """Return the files of each stream, and the names in logstats.toml; record the errors of wrong ones."""
    found = []
    wrong: dict[str, tuple[_Stream, LogError]] = {}
    for stream in streams:
        logs, errors = _log_files(state, stream)
        found.append((stream, logs))
        wrong |= {name: (stream, error) for name, error in errors.items()}
    every = {sources.printable(name) for stream in streams for name in stream.logs.paths}
    request = state.request
    if wrong and request.store.exists():
        from logstats.ingest import log_registry  # noqa: PLC0415 - only for an error

        errors = {name: error for name, (_, error) in wrong.items()}
        log_registry.report_names(state.session, request.store, request.wait, errors)
    for stream, error in wrong.values():
        _fail(state, stream, error)
    return found, sources.LogNames(frozenset(every - wrong.keys()), frozenset(wrong))


def _log_files(state: _UpdateState, stream: _Stream) -> tuple[tuple[str, ...], dict[str, LogError]]:
    """Return the files of a stream, and an error for each name that must be wrong."""
    files: dict[str, None] = {}  # a file with two names is recognised later, by its content
    missing: list[str] = []
    errors: dict[str, LogError] = {}
    for name in stream.logs.paths:
        try:
            files |= dict.fromkeys(sources.expand((name,)))
        except UsageError:
            missing.append(name)
        except LogError as error:
            errors[sources.printable(name)] = error
    for name in missing:
        if not (files and _is_for_later(name)) and not _was_read(state, name):
            why = _never_read(state.request.settings, stream)
            errors[sources.printable(name)] = LogError(why, path=name)
    return tuple(files), errors


def _never_read(settings: Settings, stream: _Stream) -> str:
    line = settings.line_of((*stream.table, "logs"))
    where = f"{settings.path}{f', line {line}' if line else ''}"
    return f"no such file, and it has never been read; check the path in {where}"


def _is_for_later(name: str) -> bool:
    """Whether a name is a pattern in an existing folder: the logs may come later, as rotated ones do."""
    wildcard = min((name.find(char) for char in _WILDCARDS if char in name), default=-1)
    if name.startswith(OBJECT_SCHEMES):  # its bucket was listed
        return wildcard >= 0
    return wildcard >= 0 and Path(name[:wildcard] + "x").parent.is_dir()


def _was_read(state: _UpdateState, name: str) -> bool:
    """Whether a log of that name was read before; while it is rotated, it may be missing for an instant."""
    request = state.request
    if not request.store.exists():
        return False
    with state.session.reading(request.store, request.wait, views=("sources",)):
        paths = [path for (path,) in state.session.execute("SELECT DISTINCT path FROM sources").rows]
    start = sources.printable(name).removesuffix("/")
    longer = tuple(start + char for char in _ROTATED)
    return any(path == start or path.startswith(longer) or fnmatch.fnmatchcase(path, start) for path in paths)


def _publish(state: _UpdateState) -> None:
    """Write the counter files of each site and of all sites, except those with a stale site."""
    request = state.request
    if not request.store.exists():
        return
    state.figures = figures = _figures(state)
    for file, sites in _sites_of_counter_files(state):
        if state.stale & {*sites, None} or (state.stale and file in request.settings.counters):
            state.kept.append(file.path)
        elif sites and figures.keys() >= set(sites):
            _write(state, file, sites, figures)
    if any(site.titles for site in request.settings.sites):
        _read_titles(state, figures)
    if _has_lists(request.settings):
        _publish_lists(state, figures)
    if any(site.pages for site in request.settings.sites):
        _publish_pages(state, figures)


def _sites_of_counter_files(state: _UpdateState) -> list[tuple[CounterFile, list[str]]]:
    settings = state.request.settings
    files = [(file, [site.name]) for site in settings.sites for file in site.counters]
    return files + [(file, sorted(state.figures)) for file in settings.counters]


def _counter_files(state: _UpdateState) -> list[tuple[CounterFile, list[Counters]]]:
    """Return each counter file with its figures."""
    return [
        (file, [state.figures[site] for site in sites])
        for file, sites in _sites_of_counter_files(state)
        if state.figures.keys() >= set(sites)
    ]


def _has_lists(settings: Settings) -> bool:
    return any(site.lists or site.article_views for site in settings.sites)


def _write(
    state: _UpdateState, file: CounterFile, sites: Sequence[str], figures: Mapping[str, Counters]
) -> None:
    def read_again() -> list[Counters]:
        newer = _figures(state)
        return [newer[site] for site in sites]

    rows, request = [figures[site] for site in sites], state.request
    try:
        if request.publish:
            is_changed = request.publish(file, rows)
        else:
            is_changed = counter_files.publish(file, rows, read_again, allow_decrease=request.allow_decrease)
        state.changed += [file.path] if is_changed else []
    except Exception as error:  # noqa: BLE001 - whatever it is, the other files are written
        _record(state, error if isinstance(error, LogstatsError) else of_log(error, str(file.path)))


def _read_titles(state: _UpdateState, figures: Mapping[str, Counters]) -> None:
    """Read the titles of each site; an error of such a file is reported once, and no file waits for it."""
    from logstats.update import title_files  # noqa: PLC0415 - only for sites with such files

    request = state.request
    previous = runs.last(request.store)
    sites = [site for site in request.settings.sites if site.titles]
    known = [site for site in sites if site.name in figures]
    state.titles, errors = title_files.read(
        request.store, request.settings, request.wait, known, previous.titles if previous else ""
    )
    state.titles = state.titles if known == sites else ""
    if previous is None or state.titles != previous.titles:
        state.before = None
    for error in errors:
        _record(state, error)


def _publish_lists(state: _UpdateState, figures: Mapping[str, Counters]) -> None:
    """Write the lists and the views of articles of each site, except those of a stale site."""
    from logstats.update import list_files  # noqa: PLC0415 - only for sites with lists

    request = state.request
    kept = [site for site in request.settings.sites if state.stale & {site.name, None}]
    state.kept += [path for site in kept for path in list_files.paths_of(site)]
    sites = [site for site in request.settings.sites if site not in kept and site.name in figures]
    previous = runs.last(request.store)
    written = list_files.publish(
        list_files.Publication(
            session=state.session,
            store=request.store,
            settings=request.settings,
            wait=request.wait,
            write=request.publish_text or list_files.replace,
            before=None if state.read.lines else state.before,
        ),
        {site.name: figures[site.name] for site in sites},
        previous.lists if previous else "",
    )
    state.changed += written.changed
    state.lists = written.state
    for error in written.errors:
        _record(state, error)


def _publish_pages(state: _UpdateState, figures: Mapping[str, Counters]) -> None:
    """Write the pages of each site that are due, except those of a stale site."""
    from logstats.update import page_files  # noqa: PLC0415 - only for sites with pages: it imports Jinja2

    request = state.request
    kept = [site for site in request.settings.sites if state.stale & {site.name, None}]
    state.kept += [page.path for site in kept for page in site.pages]
    names = {site.name for site in kept}
    written = page_files.publish(
        page_files.Publication(
            session=state.session,
            store=request.store,
            settings=request.settings,
            wait=request.wait,
            write=request.publish_text or page_files.replace,
        ),
        {name: row for name, row in figures.items() if name not in names},
    )
    state.changed += written.changed
    for error in written.errors:
        _record(state, error)


def _figures(state: _UpdateState) -> dict[str, Counters]:
    request = state.request
    return current_counters(state.session, request.store, request.settings, request.wait)
