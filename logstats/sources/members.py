"""The archives of several logs among the logs of a run, and the members that are no logs."""

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from logstats.errors import FormatError, IncompleteArchiveError, LogError
from logstats.sources.files import LogFile
from logstats.sources.outcome import ARCHIVE, SETTLED, SKIPPED, FileState
from logstats.sources.paths import printable
from logstats.sources.pending import PendingLogs
from logstats.sources.recorder import Recorder, is_trusted, stat_to_keep

if TYPE_CHECKING:
    from logstats.sources.archives import Archive

KEPT_BYTES = 64 << 20  # of members of archives that are not copied a second time when they are read
MOST_NAMED = 20  # members of one archive that are not read


class Archives:
    """The archives of a run. `known` are the states of their members in the store, by archive.

    `no_logs` are the members that are no access logs.
    """

    def __init__(self, recorder: Recorder, pending: PendingLogs) -> None:
        self._recorder = recorder
        self._pending = pending
        self._archives: list[Archive] = []
        self.known: defaultdict[str, list[FileState]] = defaultdict(list)
        self.no_logs: dict[LogFile, FormatError] = {}
        self._kept_bytes = self._kept_copies = 0

    def close(self) -> None:
        """Close the file of each archive."""
        for archive in self._archives:
            archive.log.close()

    def settle(self) -> None:
        """Note the members that are no logs, and the state of each archive."""
        for archive in self._archives:
            self._settle(archive)

    def open(self, log: LogFile) -> None:
        """Open the logs in an archive; note an archive that is not whole."""
        from logstats.sources.archives import Archive  # noqa: PLC0415 - 15 ms, only where there is one

        try:
            archive = Archive(log, self._keeps_copy)
        except IncompleteArchiveError as error:
            self._recorder.note_fault(log, error)
            log.close()
            return
        except BaseException:
            log.close()
            raise
        self._archives.append(archive)
        if log.trailing:
            self._recorder.warn_of_trailing(log)
        if archive.is_void:
            self._recorder.findings.warnings.append(f"{printable(log.path)}: has no file that could be a log")
        for member in archive.logs:
            self._recorder.names.add(member.name)
            self._pending.add(member)

    def is_due(self, path: str, state: FileState) -> bool:
        """Whether an unchanged archive is opened again: where a state of a log in it is not valid any more.

        An archive that is named explicitly is opened again where a member was skipped.
        """
        if not self.known:
            archives = {each.path for each in self._recorder.states.values() if each.state == ARCHIVE}
            for each in self._recorder.states.values():
                parents = itertools.accumulate(each.path.split("/")[:-1], "{}/{}".format)
                for parent in archives.intersection(parents):
                    self.known[parent].append(each)
        is_skipped = any(each.state == SKIPPED for each in self.known[state.path])
        is_valid = len(self.known[state.path]) == state.position
        return not is_valid or (is_skipped and path in self._recorder.named_explicitly)

    def _keeps_copy(self, size: int) -> bool:
        """Whether the copy of a member of a size stays on disk until the member is read."""
        keeps = not self._kept_bytes or self._kept_bytes + size <= KEPT_BYTES
        keeps = keeps and self._kept_copies < self._pending.most_open
        self._kept_bytes += size if keeps else 0
        self._kept_copies += keeps
        return keeps

    def _settle(self, archive: "Archive") -> None:
        """Note the members that are no logs; record the archive if each of its logs has a settled state."""
        log = archive.log
        others = {f"{log.path}/{name}": why for name, why in archive.refused}
        others |= {one.path: _in_a_line(self.no_logs[one]) for one in archive.logs if one in self.no_logs}
        if others and not any(one not in self.no_logs for one in archive.logs):
            self._recorder.unread(log.path, self._no_log_in(archive, others))
            return
        if archive.refused and log.is_named_explicitly:
            for name, why in archive.refused[:MOST_NAMED]:
                self._recorder.unread(log.path, FormatError(why, path=f"{log.path}/{name}"))
            return
        states = [self._skipped(log, path, why) for path, why in [*others.items()][:MOST_NAMED]]
        self._warn_of_skipped(log, others, states)
        logs = [one for one in archive.logs if one not in self.no_logs]
        of_logs = [
            self._recorder.findings.file_states.get(one.name, self._recorder.states.get(one.name))
            for one in logs
        ]
        is_settled = all(
            state and state.state in SETTLED and state.stat == one.stat
            for state, one in zip(of_logs, logs, strict=True)
        )
        if log.is_stream:
            return
        for state in states:
            self._recorder.record(state)
        if is_settled and is_trusted(log):
            self._recorder.record(FileState(log.name, log.stat, ARCHIVE, position=len(states) + len(logs)))

    def _skipped(self, log: LogFile, path: str, why: str) -> FileState:
        name = f"{log.name}{path.removeprefix(log.path)}"
        self._recorder.names.add(name)
        self._recorder.waiting.add(name)
        return FileState(name, stat_to_keep(log)._replace(device=0, inode=0), SKIPPED, note=why)

    def _warn_of_skipped(self, log: LogFile, others: Mapping[str, str], states: Sequence[FileState]) -> None:
        """Name members that are not read: once, and each time that the archive is named explicitly."""
        is_known = all(state.path in self._recorder.states for state in states)
        if is_known and not log.is_named_explicitly:
            return
        named = [*others.items()][:MOST_NAMED]
        self._recorder.findings.warnings += [f"{printable(path)}: is not read: {why}" for path, why in named]
        if len(others) > len(named):
            self._recorder.findings.warnings.append(
                f"{printable(log.path)}: {len(others) - len(named):,} more of its members are not read"
            )

    def _no_log_in(self, archive: "Archive", others: Mapping[str, str]) -> LogError:
        """Return the error for an archive without any log: that of its only member, or of the first."""
        errors = [self.no_logs[one] for one in archive.logs if one in self.no_logs]
        if len(errors) == len(others) == 1:
            return errors[0]
        path, why = next(iter(others.items()))
        if len(others) == 1:
            return FormatError(why, path=path)
        name = path.removeprefix(f"{archive.log.path}/")
        return FormatError(
            f"none of its {len(others):,} members can be read as an access log; the first, {name}: {why}",
            path=archive.log.path,
        )


def _in_a_line(error: FormatError) -> str:
    """Return the reason of an error without the lines that show where a log stops to match."""
    return error.reason if error.excerpt is None else "its lines match no known log format"
