"""What would go wrong: settings, logs, counter files, store and locks, each tried with the code that uses it.

Nothing is written but temporary files. Logs are read into a store in the temporary folder.
"""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from logstats import sources
from logstats.config import CounterFile, Settings
from logstats.errors import FormatError, LogError, LogstatsError, StoreError, UsageError, of_log
from logstats.ingest import pipeline
from logstats.ingest.request import AUTO, IngestRequest
from logstats.model import OBJECT_SCHEMES, Counters, Result
from logstats.reports.countries import countries_of
from logstats.rules import ruleset
from logstats.store import Session, inspection, locks, newest_version, runs
from logstats.titles import store as title_store
from logstats.update import counter_files, strays

OK, WARNING, PROBLEM = "ok", "warning", "problem"
COLUMNS = ("what", "name", "state", "found")
SAMPLE_LINES = 1000  # of each log
SAMPLE_BYTES = 1 << 20  # in which these lines are looked for
LONGEST_NAME = 60  # characters of a log's name that the name of its sample begins with
LEAST_FREE = 200 << 20  # bytes of disk space, below which there is a warning
EXAMPLE = Counters("", datetime(2026, 1, 1), 0, 600, 0, 0, 0, 0, None, False)  # noqa: FBT003 - a row
NO_CLIENT = "192.0.2.1"  # an address of documents, which is no client's


class Row(NamedTuple):
    """What was tried, its name, the state, and what was found, with what to do."""

    what: str
    name: str
    state: str
    found: str


class _Stream(NamedTuple):
    """The logs of one machine for one site (None: each line names its site)."""

    site: str | None
    log_format: str
    names: tuple[str, ...]
    machine: str


def check(store: Path, settings: Settings, wait: float) -> list[Row]:
    """Return a row for each thing that an update uses."""
    opened, known = _opened(store, wait)
    rows = [*_settings(settings)]
    for stream in _streams(settings):
        rows += _logs(stream, settings, known)
    sites = [(file, [site.name]) for site in settings.sites for file in site.counters]
    of_all = [(file, [site.name for site in settings.sites]) for file in settings.counters]
    rows += [_counter_file(file, names) for file, names in (*sites, *of_all)]
    for site in settings.sites:
        rows += [_list_file("list", file.path, f"{file.format}, {file.period}") for file in site.lists]
        rows += [_list_file("article views", file.path, file.period) for file in site.article_views]
        rows += [_list_file("dashboard", file.path, file.period) for file in site.pages]
        rows += [_titles(path) for path in site.titles]
    rows += [_countries(path) for path in (settings.geo.database,) if path]
    return [*rows, *_store(store), *opened, *_locks(store), *_programs()]


def as_result(rows: Sequence[Row]) -> Result:
    """Return the rows of a check."""
    return Result(COLUMNS, rows)


# --- Settings


def _settings(settings: Settings) -> Iterator[Row]:
    name = str(settings.path or "logstats.toml")
    if settings.path is None:
        found = "there is no file; `logstats init` writes one for `logstats update`"
        yield Row("settings", name, WARNING, found)
        return
    if why := _wrong_setting(settings):
        yield Row("settings", name, PROBLEM, why)
        return
    counters = len(settings.counters) + sum(len(site.counters) for site in settings.sites)
    sites = ", ".join(f"{site.name} ({site.timezone})" for site in settings.sites) or "no [[site]]"
    yield Row("settings", name, OK, f"{sites}; counter files: {counters}")
    for site in settings.sites:
        if not any(network.startswith(("127.", "0.0.0.0/0")) for network in site.internal):
            found = "internal lacks this machine, so its own requests count; add 127.0.0.0/8 and ::1/128"
            yield Row("settings", site.name, WARNING, found)


def _wrong_setting(settings: Settings) -> str:
    """Return what only a run finds to be wrong in logstats.toml, '' if nothing is."""
    try:
        with Session() as session:
            ruleset.require(settings, session.complaint)
        for number, site in enumerate(settings.sites):
            _require_format(settings, ("site", number, "format"), site.log_format)
    except UsageError as error:
        return _without_path(error, str(settings.path))
    has_logs = any(one.paths for one in settings.all_logs())
    return "" if has_logs else "it lists no logs; write logs = […] under each [[site]]"


def _require_format(settings: Settings, where: tuple[str | int, ...], definition: str) -> None:
    from logstats import formats  # noqa: PLC0415 - only for a format that is given

    if definition == AUTO:
        return
    try:
        formats.format_of(definition)
    except UsageError as error:
        raise settings.error(str(error), where) from error


# --- Logs


def _streams(settings: Settings) -> list[_Stream]:
    of_sites = [
        _Stream(site.name, site.log_format, logs.paths, logs.machine)
        for site in settings.sites
        for logs in site.logs
    ]
    return [*of_sites, *(_Stream(None, AUTO, logs.paths, logs.machine) for logs in settings.logs)]


def _logs(stream: _Stream, settings: Settings, known: Sequence[str]) -> list[Row]:
    """Return a row for each name in logstats.toml without a log, and for each log."""
    rows: list[Row] = []
    files: dict[str, None] = {}
    for name in stream.names:
        try:
            files |= dict.fromkeys(sources.expand((name,)))
        except (LogError, UsageError) as error:
            rows.append(Row("log", name, PROBLEM, _without_path(error, name)))
    unfit = {path: why for path in files if (why := _unfit(path))}
    found = [Row("log", path, PROBLEM, why) for path, why in unfit.items()]
    found += _samples(stream, settings, [path for path in files if path not in unfit])
    return [*rows, *_with_strays(stream, found, known)]


def _with_strays(stream: _Stream, rows: Sequence[Row], known: Sequence[str]) -> list[Row]:
    """Return the rows of logs; the problem of a stray file, for which no update waits, is a warning."""
    families = {strays.family(path) for path in known} | {
        strays.family(sources.printable(row.name)) for row in rows if row.state == OK
    }
    are_there = any(strays.family(sources.printable(row.name)) in families for row in rows)

    def is_stray(row: Row) -> bool:
        is_known = strays.family(sources.printable(row.name)) in families
        return row.state == PROBLEM and row.name not in stream.names and not is_known and are_there

    return [
        row._replace(state=WARNING, found=f"a stray file, for which no update waits: {row.found}")
        if is_stray(row)
        else row
        for row in rows
    ]


def _unfit(path: str) -> str:
    """Return why a log can't be read, '' if it can. An object shows that only where it is read."""
    if path.startswith(OBJECT_SCHEMES):
        return ""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - as it is named
    except OSError as error:
        return str(sources.unreadable(path, error).message)
    if stat.S_ISREG(mode):
        return ""
    kind = {
        stat.S_IFIFO: "a FIFO",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
        stat.S_IFSOCK: "a socket",
    }
    return f"this is {kind.get(stat.S_IFMT(mode), 'no regular file')}, not a file; name the server's log file"


def _samples(stream: _Stream, settings: Settings, paths: Sequence[str]) -> list[Row]:
    """Return a row for each log, of which a sample is read into a store of its own."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="logstats-") as folder, Session() as session:
        copies: dict[str, str] = {}
        for number, path in enumerate(paths):
            try:
                copies[_sample(path, Path(folder, str(number)))] = path
            except LogError as error:
                rows.append(Row("log", path, PROBLEM, _without_path(error, path)))
        if not copies:
            return rows
        request = IngestRequest(
            store=Path(folder, "store.duckdb"),
            logs=tuple(copies),
            settings=settings,
            site=stream.site,
            log_format=stream.log_format,
            machine=stream.machine,
        )
        try:
            summary = pipeline.ingest_in(session, request)
        except LogstatsError as error:
            return [*rows, *(Row("log", path, PROBLEM, _without_path(error, path)) for path in paths)]
        if summary is None:
            return rows
        errors = {str(error.path): error for error in summary.unread if isinstance(error, LogstatsError)}
        held = {copy: copies.get(original, original) for copy, original in summary.copies}
        with session.reading(request.store, request.wait, views=()):
            counts = {row["path"]: row for row in session.run("store/sample_count").records()}
    for copy, path in copies.items():
        if copy in held:
            rows.append(Row("log", path, OK, f"has the lines of {held[copy]}"))
        else:
            rows.append(_row(path, counts.get(copy), errors.get(copy), stream))
    return rows


def _sample(path: str, folder: Path) -> str:
    """Write the last lines of a log (of an archive, the first ones) to a file; return its path."""
    folder.mkdir()
    log = sources.open_log(path, path)
    try:
        if log.archive:
            raise LogError(
                "an archive of several logs; `logstats formats` shows the format of each", path=path
            )
        head = log.sample(SAMPLE_BYTES)
        headers = b"".join(line for line in head.splitlines(keepends=True)[:20] if line.startswith(b"#"))
        if log.size is None or log.size <= SAMPLE_BYTES:
            lines = head.splitlines(keepends=True)
            lines = lines[:SAMPLE_LINES] if log.packing else lines[-SAMPLE_LINES:]
        else:
            tail = log.flow(log.size - SAMPLE_BYTES).read(SAMPLE_BYTES)
            lines = tail.splitlines(keepends=True)[1:][-SAMPLE_LINES:]
    finally:
        log.close()
    copy = folder / f"{Path(path).name[:LONGEST_NAME] or 'log'}.sample"
    whole = [line for line in lines if line.endswith(b"\n")]
    copy.write_bytes((b"" if whole[:1] and whole[0].startswith(b"#") else headers) + b"".join(whole))
    return str(copy)


def _row(path: str, counts: dict[str, Any] | None, error: LogstatsError | None, stream: _Stream) -> Row:
    if error is not None and not (isinstance(error, FormatError) and counts and counts["hits"]):
        return Row("log", path, PROBLEM, _without_path(error, str(error.path)))
    if counts is None:
        return Row(
            "log", path, OK, "it is empty" if not sources.stat_of(path).size else "it has no whole line yet"
        )
    of = stream.site or counts["site"] or "the hosts that its lines name"
    lines, hits = _count(counts["lines"], "line"), _count(counts["hits"], "hit")
    rejects, repeated = _count(counts["rejects"], "reject"), _count(counts["repeated"], "line")
    found = (
        f"{counts['format']}, for {of}: of {lines} {hits}, {counts['bots']:,} of them by bots, and {rejects}"
        + (f"; {repeated} in another log too" if counts["repeated"] else "")
    )
    if 2 * counts["rejects"] >= counts["lines"]:
        return Row("log", path, PROBLEM, f"{found}; most lines are rejected, see `logstats formats {path}`")
    return Row("log", path, OK, found)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _without_path(error: LogstatsError, path: str) -> str:
    """Return the message of an error on one line, without the path that the row names."""
    if isinstance(error, FormatError) and error.excerpt is not None:
        return f"{error.reason.partition('. ')[0]}; `logstats formats FILE` shows one of its lines"
    return " ".join(str(error).removeprefix(f"{path}: ").split())


# --- Counter files


def _counter_file(file: CounterFile, sites: Sequence[str]) -> Row:
    name = str(file.path)
    try:
        counter_files.require_replaceable(file.path)
        counter_files.render([EXAMPLE._replace(site=site) for site in sites], file)
    except LogstatsError as error:
        return Row("counter file", name, PROBLEM, _without_path(error, name))
    except OSError as error:
        return Row("counter file", name, PROBLEM, f"can't be read: {error.strerror}")
    if why := _unwritable(file.path.parent):
        return Row("counter file", name, PROBLEM, why)
    what = "markers found" if file.has_markers else "template filled" if file.template else file.format
    return Row(
        "counter file", name, OK, f"{what}; {'it is there' if file.path.exists() else 'it will be made'}"
    )


def _list_file(what: str, path: Path, found: str) -> Row:
    try:
        counter_files.require_replaceable(path)
    except LogstatsError as error:
        return Row(what, str(path), PROBLEM, _without_path(error, str(path)))
    if why := _unwritable(path.parent):
        return Row(what, str(path), PROBLEM, why)
    return Row(what, str(path), OK, f"{found}; {'it is there' if path.exists() else 'it will be made'}")


def _unwritable(folder: Path) -> str:
    """Return why files in a folder can't be replaced, '' if they can."""
    if not folder.is_dir():
        return f"there is no folder {folder}; make it"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"this user may not write to {folder}; each file is replaced by a new one there"
    return ""


def _titles(path: str) -> Row:
    try:
        found = title_store.read_file(path)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the problem of this file
        return Row("titles", path, PROBLEM, _without_path(of_log(error, path), path))
    left_out = f", {found.skipped:,} without a URL or a title" if found.skipped else ""
    return Row("titles", path, OK, f"titles: {len(found.titles):,}{left_out}")


def _countries(path: Path) -> Row:
    try:
        countries_of([NO_CLIENT], path)
    except LogstatsError as error:
        return Row("countries", str(path), PROBLEM, _without_path(error, str(path)))
    return Row("countries", str(path), OK, "a database of countries")


# --- The store


def _store(store: Path) -> Iterator[Row]:
    name, folder = str(store), store.absolute().parent
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Row("store", name, PROBLEM, f"this user may not write to {folder}")
    if not store.exists():
        yield Row("store", name, OK, "there is none yet; the first update makes it")
    elif not os.access(store, os.W_OK):
        yield Row("store", name, PROBLEM, "this user may not write it")
    free = shutil.disk_usage(folder).free
    needed = max(LEAST_FREE, 2 * store.stat().st_size if store.exists() else 0)
    found = f"{free:,} bytes are free"
    more = "; `compact` and an upgrade need room for a copy of the store"
    yield Row(
        "disk", str(folder), WARNING if free < needed else OK, f"{found}{more if free < needed else ''}"
    )


def _opened(store: Path, wait: float) -> tuple[list[Row], tuple[str, ...]]:
    """Return the row of a store that is there, and the names of the logs that were read into it."""
    if not store.exists():
        return [], ()
    try:
        with Session() as session, inspection.reading(session, store, wait, ("sites", "sources")):
            sites = [name for (name,) in session.execute("SELECT site FROM sites ORDER BY site").rows]
            logs = session.execute("SELECT DISTINCT path FROM sources WHERE hits + repeated > 0").rows
    except StoreError as error:
        is_old = "older logstats" in str(error)
        return [
            Row("store", str(store), WARNING if is_old else PROBLEM, _without_path(error, str(store)))
        ], ()
    found = f"schema {newest_version()}, {store.stat().st_size:,} bytes; sites: {', '.join(sites) or 'none'}"
    return [Row("store", str(store), OK, found)], tuple(path for (path,) in logs)


def _locks(store: Path) -> Iterator[Row]:
    for one in runs.running(store):
        state = PROBLEM if one.seconds >= locks.LONG_RUN_S else WARNING
        yield Row("lock", one.work, state, f"held by {one.process} for {one.seconds:,.0f} s")
    run = runs.last(store)
    if run is None:
        yield Row("last update", "", WARNING, "none has finished yet; put `logstats update` into the crontab")
    else:
        age = runs.now() - run.finished
        state = PROBLEM if run.exit_code else OK
        yield Row("last update", "", state, f"{age:,.0f} s ago, exit code {run.exit_code}")


# --- Programs


def _programs() -> Iterator[Row]:
    yield Row("program", "python", OK, sys.version.split()[0])
    with Session() as session:
        yield Row("program", "duckdb engine", OK, str(session.execute("SELECT version()").value()))
    for requirement in metadata.requires("logstats") or []:
        if "extra ==" in requirement:
            continue
        name = requirement.partition(";")[0].strip()
        for sign in "<>=!~ [":
            name = name.partition(sign)[0]
        try:
            yield Row("program", name, OK, metadata.version(name))
        except metadata.PackageNotFoundError:
            if ";" not in requirement:  # one that only some systems need may be absent
                yield Row("program", name, PROBLEM, f"is not installed: pip install '{requirement}'")
