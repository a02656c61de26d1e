"""The logs of one run: opened together, compared with the known sources, and read one by one.

A file is skipped without being read if its stat is that of its settled state. Times are used for nothing
else: new content is found by comparing content.
"""

import itertools
import resource
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from logstats.clock import utc_now
from logstats.errors import (
    FormatError,
    IncompleteArchiveError,
    LogChangedError,
    LogError,
    RefusedLinesError,
    of_log,
)
from logstats.sources import files, fingerprint
from logstats.sources.chunks import LogReader, Origin
from logstats.sources.files import LONG_S, NO_STAT, LogFile, Stat, changed_error
from logstats.sources.fingerprint import Fingerprint, Identity, Match, is_record
from logstats.sources.outcome import (
    ARCHIVE,
    BROKEN,
    COPY,
    EMPTY,
    FOREIGN,
    INCOMPLETE,
    MISSING,
    READ,
    REFUSED,
    REPORTED,
    SETTLED,
    SKIPPED,
    TRUNCATED,
    UNREADABLE,
    UNSETTLED,
    WAITING,
    FileState,
    Findings,
    Known,
    SourceEnd,
)
from logstats.sources.paths import STDIN, printable

if TYPE_CHECKING:
    from logstats.sources.archives import Archive

MOST_OPEN = 256  # files, or a quarter of what the process may open; others are closed until they are read
TRUSTED_S = 2.0  # a file that changed later may change again within one tick of its clock (2 s on FAT)
QUIET_S = 600.0  # a rotated log that was idle for that long has no writer in the middle of a line
RECORD_BYTES = 64 << 10  # read at a time to find the first record
KEPT_BYTES = 64 << 20  # of members of archives that are not copied a second time when they are read
REPORT_AGAIN = timedelta(days=1)  # after which a fault that lasts is reported again
MOST_NAMED = 20  # members of one archive that are not read
TRUNCATED_NOTE = "ends in the middle: its whole lines are read, the rest when a whole copy is there"


class Scan:
    """The logs of one run. It is a context manager: iterate over `readers` once, then use `findings`.

    `machine` is the machine that wrote the logs, '' where there is only one; `stream` is the name of the log
    on standard input. A truncated archive in `named_explicitly` is read up to its cut, even if it is young.
    """

    def __init__(
        self,
        logs: Sequence[str],
        known: Known,
        *,
        machine: str = "",
        stream: str | None = None,
        named_explicitly: Collection[str] = (),
    ) -> None:
        self.findings = Findings()
        self._known = known
        self._machine = machine
        self._named_explicitly = named_explicitly
        self._of_other_site: set[int] = set()
        self._stdin = f"{STDIN}:{stream}" if stream else STDIN
        self._hashed = fingerprint.hasher(known.key)
        self._states = {state.path: state for state in known.file_states}
        self._names: set[str] = set()
        self._youngest = 0
        self._found_again: set[int] = set()
        self._without_news: dict[int, tuple[str, int]] = {}  # by source: its path, and when it was written to
        self._waiting: set[str] = set()
        self._is_certain = True
        self._archives: list[Archive] = []
        self._members: defaultdict[str, list[FileState]] = defaultdict(list)  # known states, by archive
        self._no_logs: dict[LogFile, FormatError] = {}  # logs in archives that are no access logs
        self._kept_bytes = self._kept_copies = 0
        self._most_open = _most_open()
        self._dropped: set[str] = set()
        self._pending: dict[LogFile, dict[int, int]] = {}  # with the head hashes of each
        self._logs_by_hash: defaultdict[int, list[LogFile]] = defaultdict(list)  # by head hash
        self._sources: dict[int, Identity] = {}
        self._source_ids_by_hash: defaultdict[int, set[int]] = defaultdict(set)  # by head hash
        self._compared: dict[LogFile, Fingerprint] = {}
        try:
            self._open_all(logs)
            self._load_sources()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Scan":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every file."""
        for log in (*self._pending, *(archive.log for archive in self._archives)):
            log.close()

    def readers(self) -> Iterator[LogReader]:
        """Yield a reader of each log with new content, one after the other.

        If a reader is not done when the next one is requested, the next run continues its log.
        """
        while self._pending:
            log = self._next()
            try:
                yield from self._reader_of(log)
            except IncompleteArchiveError as error:
                self._note_fault(log, error)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other logs are read
                failure = of_log(error, log.path)
                self._note_unreadable(log.name, failure)
                self._unread(log.path, failure)
            finally:
                log.close()
                del self._pending[log]
                self._compared.pop(log, None)
        self._find_refused()
        for archive in self._archives:
            self._settle_archive(archive)
        self._find_gaps()
        self._find_vanished()

    def drop(self, reader: LogReader, error: LogError) -> None:
        """Note that a log is refused, or could not be read to its end, where the next run continues."""
        if isinstance(error, RefusedLinesError):
            self.findings.unread.append(error)
            return
        if reader.log.is_member and isinstance(error, FormatError):
            self._no_logs[reader.log] = error
            return
        if isinstance(error, FormatError):
            self._note_refused(reader.log, error)
        else:
            self._note_unreadable(reader.name, error)
        self._unread(reader.path, error)
        self._dropped.add(reader.name)
        if reader.identity and reader.size > reader.identity.position:
            self.findings.ends.append(SourceEnd(reader.identity.source_id, reader.size, complete=False))

    def _unread(self, path: str, error: LogError) -> None:
        """Note that a log could not be read. A changed or incomplete one is left for the next run."""
        self._is_certain = False
        if isinstance(error, LogChangedError | IncompleteArchiveError):
            self.findings.waiting.append((path, str(error)))
        else:
            self.findings.unread.append(error)

    # --- Opening

    def _open_all(self, logs: Sequence[str]) -> None:
        opened: set[tuple[int, int]] = set()
        by_file = {
            state.stat.file: state
            for state in self._known.file_states
            if state.state not in (ARCHIVE, SKIPPED)
        }
        for path in logs:
            name = self._stdin if path == STDIN else printable(path)
            try:
                found = self._open(path, name, opened, by_file)
            except Exception as error:  # noqa: BLE001 - as above
                failure = of_log(error, path)
                self._note_unreadable(name, failure)
                self._unread(path, failure)
            else:
                opened.add(found.file)
                self._names.add(name)
                self._youngest = max(self._youngest, found.mtime_ns)

    def _open(
        self, path: str, name: str, opened: set[tuple[int, int]], by_file: dict[tuple[int, int], FileState]
    ) -> Stat:
        """Open a log that is not open under another name and not settled; return its stat."""
        if path != STDIN:
            found = files.stat_of(path)
            settled = self._settled(path, name, found, by_file)
            if settled and found.file not in opened:
                self._skip(path, settled)
            if settled or found.file in opened:
                return found
        log = LogFile(path, name, is_named_explicitly=path in self._named_explicitly)
        if log.archive:
            self._open_archive(log)
        else:
            self._add(log)
        return log.stat

    def _settled(
        self, path: str, name: str, found: Stat, by_file: dict[tuple[int, int], FileState]
    ) -> FileState | None:
        """Return the settled state of an unchanged file, under this name or renamed; None where it changed.

        An incomplete archive is opened again when it is old or named explicitly.
        """
        state = self._states.get(name)
        if state and state.stat == found:
            is_due = state.state == WAITING and (path in self._named_explicitly or found.age_s > LONG_S)
            if state.state == ARCHIVE:
                is_due = self._is_archive_due(path, state)
            return state if state.state in SETTLED and not is_due else None
        state = by_file.get(found.file)
        if not (state and state.state in SETTLED and state.path != name and state.stat.ctime_ns):
            return None
        is_same = state.stat.renamed == found.renamed
        return self._record(state._replace(path=name, stat=found)) if is_same else None

    def _skip(self, path: str, state: FileState) -> None:
        if state.source_id is not None:
            self._mark_found(state.source_id, is_final=state.stat.age_s > LONG_S)
            self._without_news[state.source_id] = (path, state.stat.mtime_ns)
            if self._known.is_other_site(state.site):
                self.findings.others[path] = state.source_id
                return
        if state.state == COPY:
            self.findings.copies.append((path, state.note))
        if state.state in (WAITING, BROKEN):
            self._note_incomplete(path, state)
        if state.state == TRUNCATED:
            self._warn_of_truncated(path, state.path)
        if state.state == SKIPPED:
            self._waiting.add(state.path)
        for member in self._members[state.path] if state.state == ARCHIVE else ():
            self._names.add(member.path)
            self._skip(member.path, member)

    def _add(self, log: LogFile) -> None:
        if len(self._pending) >= self._most_open and not log.is_stream:
            log.close()
        self._pending[log] = fingerprint.hash_heads(log.head, self._hashed)
        for head_hash in self._pending[log].values():
            self._logs_by_hash[head_hash].append(log)

    def _load_sources(self) -> None:
        """Load the known sources that begin like one of the logs."""
        hashes = set(self._logs_by_hash)
        for log in self._pending:
            hashes.update(fingerprint.hash_partial_lines(log.head, (), self._hashed).values())
        for source in self._known.find(hashes) if self._pending else ():
            self._add_source(source)
            if self._known.is_other_site(source.site):
                self._of_other_site.add(source.source_id)

    def _add_source(self, source: Identity) -> None:
        self._sources[source.source_id] = source
        for head_hash in source.head_hashes:
            self._source_ids_by_hash[head_hash].add(source.source_id)

    # --- Archives of several logs

    def _open_archive(self, log: LogFile) -> None:
        """Open the logs in an archive; note an archive that is not whole."""
        from logstats.sources.archives import Archive  # noqa: PLC0415 - 15 ms, only where there is one

        try:
            archive = Archive(log, self._keeps_copy)
        except IncompleteArchiveError as error:
            self._note_fault(log, error)
            log.close()
            return
        except BaseException:
            log.close()
            raise
        self._archives.append(archive)
        if log.trailing:
            self._warn_of_trailing(log)
        if archive.is_void:
            self.findings.warnings.append(f"{log.path}: has no file that could be a log")
        for member in archive.logs:
            self._names.add(member.name)
            self._add(member)

    def _keeps_copy(self, size: int) -> bool:
        """Whether the copy of a member of a size stays on disk until the member is read."""
        keeps = not self._kept_bytes or self._kept_bytes + size <= KEPT_BYTES
        keeps = keeps and self._kept_copies < self._most_open
        self._kept_bytes += size if keeps else 0
        self._kept_copies += keeps
        return keeps

    def _is_archive_due(self, path: str, state: FileState) -> bool:
        """Whether an unchanged archive is opened again: where a state of a log in it is not valid any more.

        An archive that is named explicitly is opened again where a member was skipped.
        """
        if not self._members:
            archives = {each.path for each in self._states.values() if each.state == ARCHIVE}
            for each in self._states.values():
                parents = itertools.accumulate(each.path.split("/")[:-1], "{}/{}".format)
                for parent in archives.intersection(parents):
                    self._members[parent].append(each)
        is_skipped = any(each.state == SKIPPED for each in self._members[state.path])
        is_valid = len(self._members[state.path]) == state.position
        return not is_valid or (is_skipped and path in self._named_explicitly)

    def _settle_archive(self, archive: "Archive") -> None:
        """Note the members that are no logs; record the archive if each of its logs has a settled state."""
        log = archive.log
        others = {f"{log.path}/{name}": why for name, why in archive.refused}
        others |= {one.path: _in_a_line(self._no_logs[one]) for one in archive.logs if one in self._no_logs}
        if others and not any(one not in self._no_logs for one in archive.logs):
            self._unread(log.path, self._no_log_in(archive, others))
            return
        if archive.refused and log.is_named_explicitly:
            for name, why in archive.refused[:MOST_NAMED]:
                self._unread(log.path, FormatError(why, path=f"{log.path}/{name}"))
            return
        states = [self._skipped(log, path, why) for path, why in [*others.items()][:MOST_NAMED]]
        self._warn_of_skipped(log, others, states)
        logs = [one for one in archive.logs if one not in self._no_logs]
        of_logs = [self.findings.file_states.get(one.name, self._states.get(one.name)) for one in logs]
        is_settled = all(
            state and state.state in SETTLED and state.stat == one.stat
            for state, one in zip(of_logs, logs, strict=True)
        )
        if log.is_stream:
            return
        for state in states:
            self._record(state)
        if is_settled and _is_trusted(log):
            self._record(FileState(log.name, log.stat, ARCHIVE, position=len(states) + len(logs)))

    def _skipped(self, log: LogFile, path: str, why: str) -> FileState:
        name = f"{log.name}{path.removeprefix(log.path)}"
        self._names.add(name)
        self._waiting.add(name)
        return FileState(name, _stat_to_keep(log)._replace(device=0, inode=0), SKIPPED, note=why)

    def _warn_of_skipped(self, log: LogFile, others: Mapping[str, str], states: Sequence[FileState]) -> None:
        """Name members that are not read: once, and each time that the archive is named explicitly."""
        is_known = all(state.path in self._states for state in states)
        if is_known and not log.is_named_explicitly:
            return
        named = [*others.items()][:MOST_NAMED]
        self.findings.warnings += [f"{path}: is not read: {why}" for path, why in named]
        if len(others) > len(named):
            self.findings.warnings.append(
                f"{log.path}: {len(others) - len(named):,} more of its members are not read"
            )

    def _no_log_in(self, archive: "Archive", others: Mapping[str, str]) -> LogError:
        """Return the error for an archive without any log: that of its only member, or of the first."""
        errors = [self._no_logs[one] for one in archive.logs if one in self._no_logs]
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

    # --- Comparing

    def _next(self) -> LogFile:
        """Return the first log, or the longest one with the same beginning. An archive's length is unknown.

        So a source is continued in its longest file, and if one of two new logs is a copy of the beginning of
        the other, the longer one is read.
        """
        first, head_hashes = next(iter(self._pending.items()))
        alike = self._logs_by_hash[head_hashes[max(head_hashes)]] if head_hashes else []
        longer = [
            log
            for log in alike
            if log in self._pending and log.size is not None and (first.size is None or log.size > first.size)
        ]
        return max(longer, key=lambda log: log.size or 0, default=first)

    def _reader_of(self, log: LogFile) -> Iterator[LogReader]:
        """Yield a reader of the log if it has new content, then note the log's state."""
        match, source, size = self._compare(log)
        if source and self._is_foreign(source):
            self._skip_foreign(log, source)
            return
        if source and source.source_id in self._of_other_site:
            self._found_again.add(source.source_id)
            self.findings.others[log.path] = source.source_id
            return
        origin = self._origin(log, source) if match is not Match.CONTINUES else Origin()
        if match is Match.HELD and source and not origin.is_doubtful:
            self._note_nothing_new(log, source, size)
        elif match is Match.OTHER and not self._has_record(log):
            self._note(FileState(log.name, log.stat, EMPTY), log)
        else:
            known = source if match is Match.CONTINUES else None
            reader = LogReader(log, size, known, self._hashed, is_final=self._is_final(log))
            reader.origin = origin._replace(elsewhere=lambda: self._elsewhere(log))
            yield reader
            if reader.is_copy and source:
                self._note_nothing_new(log, source, size)
            else:
                self._read(log, reader)

    def _origin(self, log: LogFile, held_by: Identity | None) -> Origin:
        """Return the source that a log begins like.

        `held_by` is the source that is known to have the log's beginning. Of what is after the log's last
        block only the lines can tell whether the source has them too.
        """
        shown = self._compared[log]
        if held_by:
            proof = fingerprint.compare(shown, held_by)[1]
            is_proved = shown.size == held_by.position or b"\n" not in self._after(log, proof)
            return Origin(held_by, proof, is_doubtful=not is_proved)
        ids = {id_ for hash_ in shown.head_hashes.values() for id_ in self._source_ids_by_hash[hash_]}
        alike = [self._sources[id_] for id_ in sorted(ids) if not self._is_foreign(self._sources[id_])]
        proofs = [fingerprint.equal_lines(shown, source) for source in alike]
        best = max(range(len(alike)), key=proofs.__getitem__, default=None)
        return Origin() if best is None else Origin(alike[best], proofs[best])

    @staticmethod
    def _after(log: LogFile, offset: int) -> bytes:
        """Return the content from an offset on, at most up to the next block."""
        return log.flow(offset).read(fingerprint.BLOCK_BYTES)

    def _elsewhere(self, log: LogFile) -> set[int]:
        """Return the sources that other logs of the run continue or copy, or may do so."""
        hashes = (
            hash_
            for other, head_hashes in self._pending.items()
            if other is not log
            for hash_ in head_hashes.values()
        )
        return self._found_again.union(*(self._source_ids_by_hash[hash_] for hash_ in hashes))

    def _compare(self, log: LogFile) -> tuple[Match, Identity | None, int]:
        """Return how the log matches a source, that source, and the length of the log's content."""
        head_hashes = self._pending[log]
        partial_hashes = fingerprint.hash_partial_lines(log.head, self._sources.values(), self._hashed)
        hashes = (*head_hashes.values(), *partial_hashes.values())
        ids = {source_id for hash_ in hashes for source_id in self._source_ids_by_hash[hash_]}
        alike = [self._sources[source_id] for source_id in sorted(ids)]
        size, hashes_before = log.survey(fingerprint.offsets_to_hash(alike, log.size), self._hashed)
        log_fingerprint = Fingerprint(size, head_hashes, hashes_before, partial_hashes)
        self._compared[log] = log_fingerprint
        own = [source for source in alike if not self._is_foreign(source)]
        match, source = fingerprint.best_match(log_fingerprint, own)
        if source is None:
            foreign = [source for source in alike if source not in own]
            match, source = fingerprint.best_match(log_fingerprint, foreign)
        if not log.is_unchanged(size if log.size is not None else 0):
            raise changed_error(log.path)
        return match, source, size

    def _is_foreign(self, source: Identity) -> bool:
        return bool(self._machine and source.machine and source.machine != self._machine)

    def _is_final(self, log: LogFile) -> bool:
        """Whether no program writes to the log any more, so that its last line needs no newline."""
        if (log.packing and log.packing.has_end) or log.is_stream or log.is_member:
            return not log.is_truncated
        is_youngest = log.stat.mtime_ns >= self._youngest
        return log.stat.age_s > (LONG_S if is_youngest else QUIET_S)

    @staticmethod
    def _has_record(log: LogFile) -> bool:
        """Whether the log has a line (a whole one, if it is truncated) that is neither blank nor a header."""
        flow, line = log.flow(0), b""
        while data := flow.read(RECORD_BYTES):
            whole = data[: data.rfind(b"\n") + 1] if log.is_truncated else data
            if whole and is_record(line + whole):
                return True
            line = (data[data.rfind(b"\n") + 1 :] if b"\n" in data else line + data).lstrip()[:1]
        return False

    # --- The state of each log

    def _read(self, log: LogFile, reader: LogReader) -> None:
        source = reader.identity
        if source:
            self._found_again.add(source.source_id)
            self._add_source(source)
            is_new = not source.complete or reader.size != source.size
            if reader.is_done and is_new and reader.size >= source.size:
                self.findings.ends.append(SourceEnd(source.source_id, reader.size, complete=True))
        elif log.name not in self._dropped and not log.packing:
            self._note_incomplete_line(log)
        is_packed = log.packing is not None and log.packing.has_end
        is_at_rest = is_packed or log.is_member or (source and reader.is_final and reader.rest)
        if is_at_rest and reader.is_done:
            # a plain log may grow, and the first run that finds it unchanged notes its state; one at rest
            # whose last line matches no format would be opened in each run
            state = FileState(log.name, log.stat, EMPTY)
            if source:
                state = state._replace(state=READ, source_id=source.source_id, position=source.position)
            self._note(state, log)

    def _note_incomplete_line(self, log: LogFile) -> None:
        """Note a log that has no whole line yet."""
        self._waiting.add(log.name)
        known = self._states.get(log.name)
        state = FileState(log.name, _stat_to_keep(log), INCOMPLETE, note="it has no whole line yet")
        is_known = known is not None and known.state == INCOMPLETE and known.stat.size == log.stat.size
        if not (is_known or log.is_stream):
            self._record(state)

    def _note_nothing_new(self, log: LogFile, source: Identity, size: int) -> None:
        """Note that a log has no new content."""
        self._mark_found(source.source_id, is_final=self._is_final(log))
        self._without_news[source.source_id] = (log.path, log.stat.mtime_ns)
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
        self._note(state, log)

    def _mark_found(self, source_id: int, *, is_final: bool) -> None:
        """Note that a source's log still exists, unless the rest of its content is lost."""
        if not (is_final and any(source.source_id == source_id for source in self._known.unfinished)):
            self._found_again.add(source_id)

    def _skip_foreign(self, log: LogFile, source: Identity) -> None:
        message = (
            f"{log.path}: begins like {source.path} of {source.machine}, so nothing of it is read; "
            "check that no log is listed for two machines"
        )
        self._waiting.add(log.name)
        known = self._states.get(log.name)
        if known and known.state == FOREIGN:
            self.findings.waiting.append((log.path, message))
            return
        self.findings.warnings.append(message)
        state = FileState(log.name, log.stat, FOREIGN, source_id=source.source_id, note=source.path)
        self._record(state)

    def _note_refused(self, log: LogFile, error: FormatError) -> None:
        """Note that a log's format is unknown, and whether an earlier run has reported that."""
        self._waiting.add(log.name)
        if not log.is_stream:
            self._report_once(FileState(log.name, log.stat, REFUSED, note=error.reason), error)

    def _note_unreadable(self, name: str, error: LogError) -> None:
        """Note that a log can't be read, and whether an earlier run has reported that."""
        if not (isinstance(error, LogChangedError | IncompleteArchiveError) or name.startswith(STDIN)):
            self._waiting.add(name)
            self._report_once(FileState(name, NO_STAT, UNREADABLE, note=error.reason), error)

    def _report_once(self, state: FileState, error: LogError) -> None:
        """Record a state, unless an error that is the same was reported within a day."""
        error.was_reported = is_reported(self._states.get(state.path), state)
        if not error.was_reported:
            self._record(state)

    def _find_refused(self) -> None:
        """Find the log of which most lines were rejected in an earlier run, and that has no new line since.

        Only the youngest log counts: an older one is not written to any more.
        """
        for source in self._known.unfinished:
            path, written_at = self._without_news.get(source.source_id, ("", -1))
            if source.is_refused and written_at >= self._youngest:
                self.findings.unread.append(RefusedLinesError.of_earlier_run(path))

    def _note_fault(self, log: LogFile, error: IncompleteArchiveError) -> None:
        state = FileState(log.name, _stat_to_keep(log), BROKEN if log.is_old else WAITING, note=error.reason)
        self._note_incomplete(log.path, state)

    def _note_incomplete(self, path: str, state: FileState) -> None:
        """Note that an archive is incomplete; warn once when it has been so for a day."""
        self._waiting.add(state.path)
        known = self._states.get(state.path)
        is_old = state.state == BROKEN
        message = (
            f"{path}: the archive is damaged or still being written ({state.note}); "
            "it is not read until it is complete"
        )
        self.findings.waiting.append((path, message))
        self._is_certain = self._is_certain and is_old
        if is_old and not (known and known.state == BROKEN):
            self.findings.warnings.append(message)
        if not (known and known.state == state.state and known.stat == state.stat):
            self._record(state)

    def _warn_of_truncated(self, path: str, name: str) -> None:
        """Warn of an archive without its end: once, and each time that it is named explicitly."""
        self._waiting.add(name)
        known = self._states.get(name)
        if path in self._named_explicitly or not (known and known.state == TRUNCATED):
            self.findings.warnings.append(f"{path}: the archive {TRUNCATED_NOTE}")

    def _warn_of_trailing(self, log: LogFile) -> None:
        """Warn of bytes after the end of an archive: once, and each time that it is named explicitly."""
        known = self._states.get(log.name)
        if log.path in self._named_explicitly or not (known and known.stat.size == log.stat.size):
            ignored = f"{log.trailing:,} {'byte' if log.trailing == 1 else 'bytes'}"
            self.findings.warnings.append(
                f"{log.path}: the archive ends before the file does: its content is read, and the {ignored} "
                "after its end are ignored"
            )

    def _note(self, state: FileState, log: LogFile) -> None:
        """Record the state of a file if any change of the file will change its stat."""
        if log.trailing:
            self._warn_of_trailing(log)
            state = state._replace(stat=_stat_to_keep(log))
        if log.is_truncated:
            self._warn_of_truncated(log.path, log.name)
            state = state._replace(stat=_stat_to_keep(log), state=TRUNCATED, note=TRUNCATED_NOTE)
        if not log.is_stream and (log.is_truncated or log.trailing or _is_trusted(log)):
            self._record(state)

    def _record(self, state: FileState) -> FileState:
        self.findings.file_states[state.path] = state
        return state

    def _find_gaps(self) -> None:
        """Find the sources that were not read to their end and that no log contains any more."""
        if not self._is_certain:
            return
        for source in self._known.unfinished:
            is_elsewhere = source.path not in self._names and _exists(source.path)
            is_ours = not self._is_foreign(source) and not source.path.startswith(STDIN)
            is_there = is_elsewhere or source.source_id in self._found_again
            if is_ours and not is_there and source.size > source.position:
                self.findings.gaps.append(source)
                self.findings.warnings.append(
                    f"{source.path}: is gone before it was read to its end: {source.position:,} of "
                    f"{source.size:,} bytes were read"
                )

    def _find_vanished(self) -> None:
        """Find the states to delete: of files that are not waiting any more or do not exist any more.

        The states of settled files that are gone are deleted only in a run that writes states anyway.
        """
        waiting = {path for path, state in self._states.items() if state.state in UNSETTLED}
        done = waiting & self._names - self._waiting
        files = {path for path, state in self._states.items() if state.state != MISSING}
        gone = (files if self.findings.file_states or done else waiting) - self._names
        self.findings.vanished += sorted(done | {path for path in gone if not _exists(path)})
        for path in self.findings.vanished:
            if self._states[path].state in REPORTED:
                now = "can be read now" if path in done else "is gone, so it is not reported any more"
                self.findings.warnings.append(f"{path}: {now}")
        self._find_names()

    def _find_names(self) -> None:
        """Find the names in logstats.toml that were reported and do not fail any more, or are not in it."""
        missing = {path for path, state in self._states.items() if state.state == MISSING}
        if not missing or self._known.names is None:
            return
        over = sorted(missing - self._known.names.failing)
        self.findings.vanished += over
        self.findings.warnings += [
            f"{path}: is found now" for path in over if path in self._known.names.found
        ]


def is_reported(known: FileState | None, state: FileState) -> bool:
    """Whether a state is that which an earlier run has reported within a day."""
    if known is None or known.seen_at is None or (known.state, known.note) != (state.state, state.note):
        return False
    return utc_now() - known.seen_at < REPORT_AGAIN


def _most_open() -> int:
    """Return how many logs are kept open at a time."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_OPEN if limit == resource.RLIM_INFINITY else min(MOST_OPEN, limit // 4)


def _exists(path: str) -> bool:
    """Whether there is a file of that name, or an archive that may have it as a member.

    What can't be looked up, in a folder that this user may not enter, is taken to be there.
    """
    try:
        return Path(path).exists() or any(parent.is_file() for parent in Path(path).parents)
    except OSError:
        return True


def _in_a_line(error: FormatError) -> str:
    """Return the reason of an error without the lines that show where a log stops to match."""
    return error.reason if error.excerpt is None else "its lines match no known log format"


def _is_trusted(log: LogFile) -> bool:
    """Whether the stat shows every change since the log was opened, even with coarse times."""
    return max(log.stat.mtime_ns, log.stat.ctime_ns) / 1e9 < log.opened_at - TRUSTED_S


def _stat_to_keep(log: LogFile) -> Stat:
    """Return the stat to record for a log; one that matches no file where its own might miss a change."""
    return log.stat if _is_trusted(log) else log.stat._replace(ctime_ns=0)
