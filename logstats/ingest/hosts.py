"""The hosts that lines name: which of them are sites, or become new ones. Lines of the others are rejects.

Anybody can send a request with an invented host. So there are no sites beside those that logstats.toml lists,
unless it says so; where it lists none, a run adds so many sites at most.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from logstats.config import Settings
from logstats.model import Chunk
from logstats.store import Session, statements

MOST_NEW = 1000  # sites that a run adds
NO_SITE = "a host that is no site"
TOO_MANY = f"a host after {MOST_NEW:,} new ones"
REASONS = frozenset({NO_SITE, TOO_MANY})  # of rejects that are no fault of the log
SHOWN = 3  # hosts that a warning names, those with most lines
WARNED_FROM = 20  # lines of such hosts in a log: fewer are a scanner's
FULL = (
    f"{MOST_NEW:,} hosts became new sites, and lines of further new hosts were rejected: anybody can invent "
    "hosts. List the sites as [[site]] in logstats.toml, and there will be no others"
)


class Sites:
    """The sites that lines of a run may name. `is_full`: there were more new ones than a run adds."""

    def __init__(self, settings: Settings, stored: Collection[str]) -> None:
        """Start with the sites of the settings, and those of the store."""
        self.is_full = False
        self._names = {*(site.name for site in settings.sites), *stored}
        self._may_grow = settings.new_sites or not (settings.sites or settings.is_kept_list)
        self._left = MOST_NEW

    def refused(self, names: Iterable[str]) -> list[str]:
        """Return the names that are no site; before that, add the first ones where there may be new sites."""
        unknown = [name for name in names if name not in self._names]
        added = unknown[: self._left] if self._may_grow else []
        self._left -= len(added)
        self._names |= {*added}
        self.is_full = self.is_full or (self._may_grow and len(added) < len(unknown))
        return unknown[len(added) :]

    @property
    def reason(self) -> str:
        """The reason of a line whose host is refused."""
        return TOO_MANY if self._may_grow else NO_SITE


class Refused(NamedTuple):
    """The lines of a chunk whose hosts are no site: their number, the reason, and some of the hosts."""

    lines: int
    reason: str
    hosts: tuple[str, ...]


def refused(session: Session, sites: Sites, slots: Mapping[str, str]) -> dict[str, int]:
    """Return the hosts of a chunk that are no site, with the number of their lines.

    `slots` say which site a host is of, and whether a line names a host.
    """
    named = {name: int(lines) for name, lines in session.run("ingest/hosts/site_name", slots=slots).rows}
    return {name: named[name] for name in sites.refused(named)}


def reject_lines(
    session: Session, lines: Mapping[str, int], reason: str, slots: Mapping[str, str], chunk: Chunk
) -> Refused:
    """Make the lines of hosts that are no site rejects; return what was refused."""
    params = {"names": [*lines], "reason": reason, "chunk": chunk.path}
    text_line = statements.load("formats/text_line").sql
    session.run("ingest/hosts/line_reject", params, {**slots, "text_line": text_line})
    return Refused(sum(lines.values()), reason, tuple(lines)[:SHOWN])


def warning(session: Session, refused: Refused, path: str, source_id: int) -> list[str]:
    """Return a warning when the rejects of a log reach WARNED_FROM, so once for each log.

    The rejects of the chunk must be stored.
    """
    if refused.reason != NO_SITE:
        return []
    params = {"source_id": source_id, "reason": NO_SITE}
    stored = session.run("ingest/hosts/reject_count", params).value()
    if not stored - refused.lines < WARNED_FROM <= stored:
        return []
    why = f"lines of hosts that are no site are rejected, such as {', '.join(refused.hosts)}"
    return [f"{path}: {why}; if they are of the portal, add them to `hosts` of its [[site]]"]
