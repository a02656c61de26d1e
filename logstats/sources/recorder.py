"""Record what a run finds out about its logs: their states, and what is reported of them."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from logstats.clock import utc_now
from logstats.errors import (
    FormatError,
    IncompleteArchiveError,
    LogChangedError,
    LogError,
    LogFaultError,
    LogSiteError,
)
from logstats.sources.files import NO_STAT, LogFile, Stat
from logstats.sources.fingerprint import Identity
from logstats.sources.outcome import (
    BROKEN,
    COPY,
    FOREIGN,
    INCOMPLETE,
    READ,
    REFUSED,
    TRUNCATED,
    UNREADABLE,
    WAITING,
    FileState,
    Findings,
    Known,
    SourceEnd,
)
from logstats.sources.paths import STDIN, printable

if TYPE_CHECKING:
    from logstats.sources.objects import Listing

TRUSTED_S = 2.0  # a file that changed later may change again within one tick of its clock (2 s on FAT)
REPORT_AGAIN = timedelta(days=1)  # after which a fault that lasts is reported again
TRUNCATED_NOTE = "ends in the middle: its whole lines are read, the rest when a whole copy is there"


class Recorder:
    """The findings of a run while it goes on, beside the store's records with which it started.

    `names` are the names of the logs that were looked at, `youngest` the time at which the last of them was
    written to. `found_again` are the sources that a log contains; `without_news` has, by source, the path of
    a log without new content, and when it was written to. `waiting` are the names of logs of which more may
    be read later. `is_certain`: what was not found in any log is in none. `listings` are those in which its
    objects were found.
    """

    def __init__(self, known: Known, machine: str, named_explicitly: Collection[str]) -> None:
        self.findings = Findings()
        self.known = known
        self.machine = machine
        self.named_explicitly = named_explicitly
        self.states = {state.path: state for state in known.file_states}
        self.names: set[str] = set()
        self.youngest = 0
        self.found_again: set[int] = set()
        self.without_news: dict[int, tuple[str, int]] = {}
        self.waiting: set[str] = set()
        self.is_certain = True
        self.listings: Sequence[Listing] = ()

    def is_foreign(self, source: Identity) -> bool:
        """Whether a source is a log of another machine."""
        return bool(self.machine and source.machine and source.machine != self.machine)

    def unread(self, path: str, error: LogError) -> None:
        """Note that a log could not be read. A changed or incomplete one is left for the next run."""
        self.is_certain = False
        if isinstance(error, LogChangedError | IncompleteArchiveError):
            self.findings.waiting.append((path, str(error)))
        else:
            self.findings.unread.append(error)

    def note_incomplete_line(self, log: LogFile) -> None:
        """Note a log that has no whole line yet."""
        self.waiting.add(log.name)
        known = self.states.get(log.name)
        state = FileState(log.name, stat_to_keep(log), INCOMPLETE, note="it has no whole line yet")
        is_known = known is not None and known.state == INCOMPLETE and known.stat.size == log.stat.size
        if not (is_known or log.is_stream):
            self.record(state)

    def note_nothing_new(self, log: LogFile, source: Identity, size: int, *, is_final: bool) -> None:
        """Note that a log has no new content. `is_final`: no program writes to it any more."""
        self.mark_found(source.source_id, is_final=is_final)
        self.without_news[source.source_id] = (log.path, log.stat.mtime_ns)
        if size == source.position and size >= source.size and not source.complete:
            self.findings.ends.append(SourceEnd(source.source_id, size, complete=True))
        is_copy = source.path != log.name
        if is_copy:
            self.findings.copies.append((log.path, source.path))
        state = FileState(
            path=log.name,
            stat=log.stat,
            state=COPY if is_copy else READ,
            source_id=source.source_id,
            position=source.position,
            note=source.path,
        )
        self.note(state, log)

    def mark_found(self, source_id: int, *, is_final: bool) -> None:
        """Note that a source's log still exists, unless the rest of its content is lost."""
        if not (is_final and any(source.source_id == source_id for source in self.known.unfinished)):
            self.found_again.add(source_id)

    def note_foreign(self, log: LogFile, source: Identity) -> None:
        """Note that a log begins like one of another machine; warn once."""
        message = (
            f"{printable(log.path)}: begins like {source.path} of {source.machine}, so nothing of it is "
            "read; check that no log is listed for two machines"
        )
        self.waiting.add(log.name)
        known = self.states.get(log.name)
        if known and known.state == FOREIGN:
            self.findings.waiting.append((log.path, message))
            return
        self.findings.warnings.append(message)
        state = FileState(log.name, log.stat, FOREIGN, source_id=source.source_id, note=source.path)
        self.record(state)

    def note_other_site(self, path: str, name: str, source_id: int) -> None:
        """Note that a log was read for another site."""
        self.findings.others[path] = source_id
        self.waiting.add(name)

    def note_refused_site(self, error: LogError) -> None:
        """Note that logs were read for another site, and whether an earlier run has reported that."""
        self._report_once(FileState(printable(str(error.path)), NO_STAT, REFUSED, note=error.reason), error)

    def note_refused(self, log: LogFile, error: FormatError | LogSiteError) -> None:
        """Note that a log's format or site is unknown, and whether an earlier run has reported that."""
        self.waiting.add(log.name)
        if not log.is_stream:
            self._report_once(FileState(log.name, log.stat, REFUSED, note=error.reason), error)

    def note_unreadable(self, name: str, error: LogError) -> None:
        """Note that a log can't be read, and whether an earlier run has reported that."""
        if not (isinstance(error, LogChangedError | IncompleteArchiveError) or name.startswith(STDIN)):
            self.waiting.add(name)
            note = error.fault if isinstance(error, LogFaultError) else error.reason
            self._report_once(FileState(name, NO_STAT, UNREADABLE, note=note), error)

    def _report_once(self, state: FileState, error: LogError) -> None:
        """Record a state, unless an error that is the same was reported within a day."""
        error.was_reported = is_reported(self.states.get(state.path), state)
        if not error.was_reported:
            self.record(state)

    def note_fault(self, log: LogFile, error: IncompleteArchiveError) -> None:
        """Note that an archive can't be unpacked to its end."""
        state = FileState(log.name, stat_to_keep(log), BROKEN if log.is_old else WAITING, note=error.reason)
        self.note_incomplete(log.path, state)

    def note_incomplete(self, path: str, state: FileState) -> None:
        """Note that an archive is incomplete; warn once when it has been so for a day."""
        self.waiting.add(state.path)
        known = self.states.get(state.path)
        is_old = state.state == BROKEN
        message = (
            f"{printable(path)}: the archive is damaged or still being written ({state.note}); "
            "it is not read until it is complete"
        )
        self.findings.waiting.append((path, message))
        self.is_certain = self.is_certain and is_old
        if is_old and not (known and known.state == BROKEN):
            self.findings.warnings.append(message)
        if not (known and known.state == state.state and known.stat == state.stat):
            self.record(state)

    def warn_of_truncated(self, path: str, name: str) -> None:
        """Warn of an archive without its end: once, and each time that it is named explicitly."""
        self.waiting.add(name)
        known = self.states.get(name)
        if path in self.named_explicitly or not (known and known.state == TRUNCATED):
            self.findings.warnings.append(f"{printable(path)}: the archive {TRUNCATED_NOTE}")

    def warn_of_trailing(self, log: LogFile) -> None:
        """Warn of bytes after the end of an archive: once, and each time that it is named explicitly."""
        known = self.states.get(log.name)
        if log.path in self.named_explicitly or not (known and known.stat.size == log.stat.size):
            ignored = f"{log.trailing:,} {'byte' if log.trailing == 1 else 'bytes'}"
            self.findings.warnings.append(
                f"{printable(log.path)}: the archive ends before the file does: its content is "
                f"read, and the {ignored} after its end are ignored"
            )

    def note(self, state: FileState, log: LogFile) -> None:
        """Record the state of a file if any change of the file will change its stat."""
        if log.trailing:
            self.warn_of_trailing(log)
            state = state._replace(stat=stat_to_keep(log))
        if log.is_truncated:
            self.warn_of_truncated(log.path, log.name)
            state = state._replace(stat=stat_to_keep(log), state=TRUNCATED, note=TRUNCATED_NOTE)
        if not log.is_stream and (log.is_truncated or log.trailing or is_trusted(log)):
            self.record(state)

    def record(self, state: FileState) -> FileState:
        """Record a state to be stored; return it."""
        self.findings.file_states[state.path] = state
        return state


def is_reported(known: FileState | None, state: FileState) -> bool:
    """Whether a state is that which an earlier run has reported within a day."""
    if known is None or known.seen_at is None or (known.state, known.note) != (state.state, state.note):
        return False
    return utc_now() - known.seen_at < REPORT_AGAIN


def is_trusted(log: LogFile) -> bool:
    """Whether the stat shows every change since the log was opened, even with coarse times."""
    return log.has_e_tag or max(log.stat.mtime_ns, log.stat.ctime_ns) / 1e9 < log.opened_at - TRUSTED_S


def stat_to_keep(log: LogFile) -> Stat:
    """Return the stat to record for a log; one that matches no file where its own might miss a change."""
    return log.stat if is_trusted(log) else log.stat._replace(ctime_ns=0)
