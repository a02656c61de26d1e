"""The store's records of logs, with which a run starts, and the run's findings."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from logstats.errors import LogError
from logstats.sources.files import Stat
from logstats.sources.fingerprint import Identity

READ, COPY, EMPTY = "read", "copy", "empty"  # a file without unread content
WAITING, BROKEN = "waiting", "broken"  # an incomplete archive: waiting while it is young, broken when old
TRUNCATED = "cut"  # an archive without its end, whose whole lines were read
FOREIGN = "other host"  # a log that begins like one of another machine
REFUSED = "refused"  # a log whose format is unknown
ARCHIVE = "archive"  # an archive of several logs, all of which have a state; `position` is their number
SKIPPED = "skipped"  # a log in such an archive that is not an access log, or that can't be read
UNREADABLE = "unreadable"  # a log that the system does not let us read
MISSING = "missing"  # a name in logstats.toml that names no log
REPORTED = (REFUSED, UNREADABLE, MISSING)  # reported once, once a day while it lasts, and when it is over
INCOMPLETE = "incomplete"  # a log that has no whole line yet
SETTLED = (
    READ,
    COPY,
    EMPTY,
    WAITING,
    BROKEN,
    TRUNCATED,
    ARCHIVE,
    SKIPPED,
)  # not looked at again while its stat is the same
CALM = (READ, COPY, EMPTY, ARCHIVE)  # settled whatever the time is
UNSETTLED = (
    WAITING,
    BROKEN,
    TRUNCATED,
    FOREIGN,
    REFUSED,
    UNREADABLE,
    SKIPPED,
    INCOMPLETE,
)  # more of it may be read later; its state is reported


class FileState(NamedTuple):
    """The state of a file after a run, and the source, of a site, whose content it has up to `position`.

    `seen_at` is the time (UTC) at which the state was stored, None for a new one.
    """

    path: str
    stat: Stat
    state: str
    source_id: int | None = None
    position: int = 0
    note: str = ""
    site: str | None = None
    seen_at: datetime | None = None


class LogNames(NamedTuple):
    """The files, folders and patterns that logstats.toml names: those with a log, and those that fail."""

    found: frozenset[str]
    failing: frozenset[str]


class Known(NamedTuple):
    """The store's records of logs.

    `find` returns the sources that have one of the given hashes among their head hashes. `file_states` are
    valid as long as the stat of the file is the same. `unfinished` are the sources that were not read to
    their end, and those of which most lines were rejected. `is_other_site`: whether the site of a source is
    not that of the logs; they are not read then. `names` are those in logstats.toml (None: the logs were
    named on the command line). Plain logs are read up to the byte `until` (None: to their end).
    """

    key: bytes
    find: Callable[[Collection[int]], Sequence[Identity]]
    file_states: Sequence[FileState] = ()
    unfinished: Sequence[Identity] = ()
    is_other_site: Callable[[str | None], bool] = lambda _: False
    names: LogNames | None = None
    until: int | None = None


class SourceEnd(NamedTuple):
    """The size of a source when it was last looked at, and whether all of it was read."""

    source_id: int
    size: int
    complete: bool


class Findings:
    """The findings of a run other than new lines.

    `others`: the source of each log that was read for another site, by path. `copies`: (path, name under
    which its content was read); `waiting`: (path, reason); `unread`: errors; `warnings`: reported once. The
    others are written to the store: the states of files by path, the ends of sources without a new chunk, the
    sources whose rest is lost, and the names of files that no longer exist.
    """

    def __init__(self, file_states: dict[str, FileState] | None = None) -> None:
        self.others: dict[str, int] = {}
        self.copies: list[tuple[str, str]] = []
        self.waiting: list[tuple[str, str]] = []
        self.unread: list[LogError] = []
        self.warnings: list[str] = []
        self.file_states = file_states or {}
        self.ends: list[SourceEnd] = []
        self.gaps: list[Identity] = []
        self.vanished: list[str] = []
