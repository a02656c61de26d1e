"""What a run knows of logs before it begins, from the store, and what it finds."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from logstats.errors import LogError
from logstats.sources.files import Stat
from logstats.sources.fingerprint import Identity

READ, COPY, EMPTY = "read", "copy", "empty"  # nothing in it is left to be read
WAITING, BROKEN = "waiting", "broken"  # an incomplete archive: a young one, an old one
TRUNCATED = "cut"  # an archive without its end, of which the whole lines are read
FOREIGN = "other host"  # a log that begins like one of another machine
SETTLED = (READ, COPY, EMPTY, WAITING, BROKEN, TRUNCATED)  # not looked at again while its stat is the same
UNSETTLED = (WAITING, BROKEN, TRUNCATED, FOREIGN)  # more of it may be read later; its state is reported


class FileState(NamedTuple):
    """The state of a file after a run, and the source whose content it has up to `position`."""

    path: str
    stat: Stat
    state: str
    source_id: int | None = None
    position: int = 0
    note: str = ""


class Known(NamedTuple):
    """What a store knows of logs.

    `find` returns the sources that have one of the given hashes among their head hashes. `file_states` hold
    as long as the stat of the file is the same. `unfinished` are the sources that were not read to their
    end.
    """

    key: bytes
    find: Callable[[Collection[int]], Sequence[Identity]]
    file_states: Sequence[FileState] = ()
    unfinished: Sequence[Identity] = ()


class SourceEnd(NamedTuple):
    """The size of a source when it was last looked at, and whether all of it was read."""

    source_id: int
    size: int
    complete: bool


@dataclass
class Findings:
    """What a run finds beside new lines.

    `copies`: (path, name under which it was read); `waiting`: (path, reason); `unread`: errors; `warnings`:
    reported once. The rest is for the store: the states of files by path, the ends of sources that no
    chunk carries, the sources whose rest is gone, and the names of files that no longer exist.
    """

    copies: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    unread: list[LogError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    file_states: dict[str, FileState] = field(default_factory=dict)
    ends: list[SourceEnd] = field(default_factory=list)
    gaps: list[Identity] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
