"""What a run is told of logs before it begins, and what it finds."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from logstats.errors import LogError
from logstats.sources.files import Stat
from logstats.sources.fingerprint import Identity

READ, COPY, EMPTY = "read", "copy", "empty"  # nothing in it is left to be read
WAITING, BROKEN = "waiting", "broken"  # an archive that is not whole: a young one, an old one
CUT = "cut"  # an archive without its end, of which the whole lines are read
FOREIGN = "other host"  # a log that another host has too
SETTLED = (READ, COPY, EMPTY, WAITING, BROKEN, CUT)
UNSETTLED = (WAITING, BROKEN, CUT, FOREIGN)  # something may still come of it; what stands there is shown


class FileState(NamedTuple):
    """What became of a file: its state, and the source whose content it has up to `position`."""

    path: str
    stat: Stat
    state: str
    source_id: int | None = None
    position: int = 0
    note: str = ""


class Known(NamedTuple):
    """What a store knows of logs.

    `find` gives the sources that have one of some hashes among their heads; `seen` are the files that
    are settled as long as their stat is the same; `unfinished` are the sources not read to their end.
    """

    key: bytes
    find: Callable[[Collection[int]], Sequence[Identity]]
    seen: Sequence[FileState] = ()
    unfinished: Sequence[Identity] = ()


@dataclass
class Findings:
    """What a run met beside new lines.

    `copies`: (path, name under which it was read); `waiting`: (path, why); `unread`: errors;
    `warnings`: to be told once. The rest is for the store: files that were settled (by path), how far sources
    stand that no chunk told of (id, size that was seen, whether all of it was read), sources whose rest
    is gone, names of files that are no more.
    """

    copies: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    unread: list[LogError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seen: dict[str, FileState] = field(default_factory=dict)
    ends: list[tuple[int, int, bool]] = field(default_factory=list)
    gaps: list[Identity] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
