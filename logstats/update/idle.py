"""Whether an update has nothing to do, decided without DuckDB, from the note of the last one (store/runs).

An update that found nothing new, wrote nothing and reported nothing would find the same again as long as what
it depends on is the same: the settings and the program, the store, the logs, the files that it writes, and
the time. It notes a digest of all that, taken before it began, and the time until which the clock alone
changes nothing. The next update compares. The note is a hint: where anything differs or is not known, the
update is done in full.

Days begin at a quarter of an hour of UTC in every zone, so that is how long a note is valid. Where figures
are of the present, it also needs that nothing was logged for longer than the online window, or visitors would
go offline meanwhile. Whatever else depends on the time, such as lists, pages and pseudonyms, leaves no note.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from logstats.config import Settings
from logstats.errors import LogstatsError
from logstats.model import OBJECT_SCHEMES, Counters
from logstats.sources import paths
from logstats.store import locks, runs
from logstats.store.file import DUCKDB_FILES

if TYPE_CHECKING:
    from logstats.model import IngestSummary

try:  # hashlib loads OpenSSL too
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

VERSION = 1  # of what is in the digest
QUARTER_S = 900
COARSE_S = 2.0  # a file that changed later may change again within one tick of its clock (2 s on FAT)
TIMES = (None, "now", "last")  # of the settings: the present, or the newest line

_PACKAGE = Path(__file__).parents[1]


class Inputs(NamedTuple):
    """What an update depends on: a digest, and the newest time at which one of the files changed."""

    digest: str
    changed: float


def is_idle(store: Path, settings: Settings) -> bool:
    """Whether an update has nothing to do; if so, it is noted as finished."""
    try:
        with locks.ingest_lock(store, runs.KIND) as is_ours:
            return is_ours and _is_idle(store, settings)
    except (LogstatsError, OSError):  # the full update reports it
        return False


def _is_idle(store: Path, settings: Settings) -> bool:
    last, started = runs.last(store, of_this_user=True), runs.now()
    if last is None or not last.inputs or not last.started <= started < last.idle_until:
        return False
    with locks.ingest_lock(store) as is_free:
        found = inputs(store, settings) if is_free else None
    if found is None or found.digest != last.inputs:
        return False
    runs.note(store, last._replace(started=started, finished=runs.now()))
    return True


def inputs(store: Path, settings: Settings) -> Inputs | None:
    """Return what an update depends on, None where it depends on more than can be looked up."""
    if settings.at not in TIMES or settings.path is None or settings.keeps_pseudonyms():
        return None
    if any(site.lists or site.article_views or site.pages or site.titles for site in settings.sites):
        return None
    if any(name.startswith(OBJECT_SCHEMES) for logs in settings.all_logs() for name in logs.paths):
        return None  # only a listing shows whether an object is new
    hashed, changed = blake2b(digest_size=20), 0.0
    try:
        parts = [VERSION, os.getcwd(), os.environ.get("HOME"), str(store), settings.unlisted.timezone]  # noqa: PTH109 - as text
        parts += [settings.path.read_bytes()]
        for name, found in _files(store, settings):
            parts += [name, *_identity(found)]
            changed = max(changed, found.st_mtime, found.st_ctime)
        parts += [(kind, _kind_of(locks.beside(store, kind))) for kind in locks.KINDS]
    except (LogstatsError, OSError, RuntimeError):
        return None
    hashed.update(repr(parts).encode("utf-8", "surrogateescape"))
    return Inputs(hashed.hexdigest(), changed)


def _files(store: Path, settings: Settings) -> Iterator[tuple[str, os.stat_result]]:
    """Yield each file that counts, with its stat; raise OSError or LogstatsError without one."""
    yield from _program()
    if settings.path:
        yield str(settings.path), settings.path.stat()
    yield from _store(store.resolve())
    for logs in settings.all_logs():
        for name in logs.paths:
            yield from paths.files(name)
    for file in (*settings.counters, *(file for site in settings.sites for file in site.counters)):
        yield str(file.path), _regular(file.path.lstat())
        if file.template:
            yield str(file.template), file.template.stat()


def _program() -> Iterator[tuple[str, os.stat_result]]:
    """Yield the folders of the package: an installation changes them."""
    yield "", _PACKAGE.stat()
    with os.scandir(_PACKAGE) as entries:
        folders = [entry for entry in entries if entry.is_dir() and entry.name != "__pycache__"]
    yield from ((entry.name, entry.stat()) for entry in sorted(folders, key=lambda entry: entry.name))


def _store(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the store's file; raise OSError where DuckDB has left another one beside it."""
    yield str(path), _regular(path.lstat())
    for ending in DUCKDB_FILES:
        if os.path.lexists(f"{path}{ending}"):
            raise FileExistsError(f"{path}{ending}")


def _regular(found: os.stat_result) -> os.stat_result:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(None, "is not a regular file")
    return found


def _identity(found: os.stat_result) -> tuple[int, ...]:
    owner = (found.st_mode, found.st_uid, found.st_gid)
    return (*owner, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _kind_of(path: Path) -> tuple[int, ...]:
    """Return what a lock file is; its times change in each run."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return ()
    return (found.st_mode, found.st_uid, found.st_gid, found.st_nlink)


def until(started: float) -> float:
    """Return the end of the quarter of an hour in which an update began."""
    return (started // QUARTER_S + 1) * QUARTER_S


def are_certain(before: Inputs | None, started: float) -> bool:
    """Whether any change of a file since the start of an update shows in the inputs at its start."""
    return before is not None and before.changed < started - COARSE_S


def is_without_result(read: "IngestSummary") -> bool:
    """Whether nothing was read or found that the next update might find in another way."""
    return not any(read._replace(seconds=0, copies=()))


def is_silent(row: Counters) -> bool:
    """Whether nobody is online, and nothing was logged for longer than the online window."""
    longest = timedelta(seconds=row.online_window_s)
    return not row.online and (row.logged_until is None or row.logged_until < row.at - longest)


def later(rows: Sequence[Counters]) -> list[Counters]:
    """Return the same figures as of a later time."""
    return [row._replace(at=row.at + timedelta(seconds=QUARTER_S)) for row in rows]
