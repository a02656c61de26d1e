"""The logs of one run: opened together, compared with the known sources, and read one by one.

A file is skipped without being read if its stat is that of its settled state. Times are used for nothing
else: new content is found by comparing content.
"""

from collections.abc import Collection, Iterator, Sequence

from logstats.errors import (
    FormatError,
    IncompleteArchiveError,
    LogError,
    LogSiteError,
    RefusedLinesError,
    of_log,
)
from logstats.model import OBJECT_SCHEMES
from logstats.sources import files, vanished
from logstats.sources.chunks import LogReader, Origin
from logstats.sources.files import LONG_S, LogFile, Stat
from logstats.sources.fingerprint import Match, is_record
from logstats.sources.members import Archives
from logstats.sources.outcome import (
    ARCHIVE,
    BROKEN,
    CALM,
    COPY,
    EMPTY,
    READ,
    SETTLED,
    SKIPPED,
    TRUNCATED,
    WAITING,
    FileState,
    Findings,
    Known,
    SourceEnd,
)
from logstats.sources.paths import STDIN, printable
from logstats.sources.pending import PendingLogs
from logstats.sources.recorder import Recorder

QUIET_S = 600.0  # a rotated log that was idle for that long has no writer in the middle of a line
RECORD_BYTES = 64 << 10  # read at a time to find the first record


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
        self._recorder = Recorder(known, machine, named_explicitly)
        self._pending = PendingLogs(self._recorder)
        self._archives = Archives(self._recorder, self._pending)
        self._stdin = f"{STDIN}:{stream}" if stream else STDIN
        self._dropped: set[str] = set()
        self._opened = 0
        if any(log.startswith(OBJECT_SCHEMES) for log in logs):
            from logstats.sources import objects  # noqa: PLC0415 - only where such a log is named

            self._recorder.listings = list(objects.listings_of(logs))
        try:
            self._open_all(logs)
            self._pending.load_sources()
        except BaseException:
            self.close()
            raise

    @property
    def findings(self) -> Findings:
        """What the run has found up to now, other than new lines."""
        return self._recorder.findings

    @property
    def unsettled(self) -> int:
        """The number of logs, states and findings for which the next run may differ though no file does."""
        known, found = self._recorder.known, self.findings
        states = sum(state.state not in CALM for state in known.file_states)
        results = (found.others, found.waiting, found.unread, found.warnings, found.file_states)
        others = (found.ends, found.gaps, found.vanished, known.unfinished)
        return self._opened + states + sum(map(len, (*results, *others)))

    @property
    def left(self) -> int:
        """The number of logs that are not read yet, with the one that is being read."""
        return len(self._pending.logs)

    def __enter__(self) -> "Scan":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every file."""
        for log in self._pending.logs:
            log.close()
        self._archives.close()

    def readers(self) -> Iterator[LogReader]:
        """Yield a reader of each log with new content, one after the other.

        If a reader is not done when the next one is requested, the next run continues its log.
        """
        while self._pending.logs:
            log = self._pending.next()
            try:
                yield from self._reader_of(log)
            except IncompleteArchiveError as error:
                self._recorder.note_fault(log, error)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other logs are read
                failure = of_log(error, log.path)
                self._recorder.note_unreadable(log.name, failure)
                self._recorder.unread(log.path, failure)
            finally:
                self._pending.remove(log)
        vanished.find_refused(self._recorder)
        self._archives.settle()
        vanished.find_gaps(self._recorder)
        vanished.find_vanished(self._recorder)

    def drop(self, reader: LogReader, error: LogError) -> None:
        """Note that a log is refused, or could not be read to its end, where the next run continues."""
        if isinstance(error, RefusedLinesError):
            self.findings.unread.append(error)
            return
        if reader.log.is_member and isinstance(error, FormatError):
            self._archives.no_logs[reader.log] = error
            return
        if isinstance(error, FormatError | LogSiteError):
            self._recorder.note_refused(reader.log, error)
        else:
            self._recorder.note_unreadable(reader.name, error)
        self._recorder.unread(reader.path, error)
        self._dropped.add(reader.name)
        if reader.identity and reader.size > reader.identity.position:
            self.findings.ends.append(SourceEnd(reader.identity.source_id, reader.size, complete=False))

    def refuse(self, error: LogError) -> None:
        """Note the error for the logs of another site, and whether an earlier run has reported it."""
        self._recorder.note_refused_site(error)

    def _open_all(self, logs: Sequence[str]) -> None:
        opened: set[tuple[int, int]] = set()
        by_file = {
            state.stat.file: state
            for state in self._recorder.known.file_states
            if state.state not in (ARCHIVE, SKIPPED)
        }
        for path in logs:
            name = self._stdin if path == STDIN else printable(path)
            try:
                found = self._open(path, name, opened, by_file)
            except Exception as error:  # noqa: BLE001 - as above
                failure = of_log(error, path)
                self._recorder.note_unreadable(name, failure)
                self._recorder.unread(path, failure)
            else:
                opened.add(found.file)
                self._recorder.names.add(name)
                self._recorder.youngest = max(self._recorder.youngest, found.mtime_ns)

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
        self._opened += 1
        log = files.open_log(path, name, is_named_explicitly=path in self._recorder.named_explicitly)
        if self._recorder.known.until is not None:
            log.end_at(self._recorder.known.until)
        if log.archive:
            self._archives.open(log)
        else:
            self._pending.add(log)
        return log.stat

    def _settled(
        self, path: str, name: str, found: Stat, by_file: dict[tuple[int, int], FileState]
    ) -> FileState | None:
        """Return the settled state of an unchanged file, under this name or renamed; None where it changed.

        An incomplete archive is opened again when it is old or named explicitly.
        """
        state = self._recorder.states.get(name)
        if state and state.stat == found:
            is_due = state.state == WAITING and (
                path in self._recorder.named_explicitly or found.age_s > LONG_S
            )
            if state.state == ARCHIVE:
                is_due = self._archives.is_due(path, state)
            return state if state.state in SETTLED and not is_due else None
        state = by_file.get(found.file)
        if not (state and state.state in SETTLED and state.path != name and state.stat.ctime_ns):
            return None
        is_same = state.stat.renamed == found.renamed
        return self._recorder.record(state._replace(path=name, stat=found)) if is_same else None

    def _skip(self, path: str, state: FileState) -> None:
        if state.source_id is not None:
            self._recorder.mark_found(state.source_id, is_final=state.stat.age_s > LONG_S)
            self._recorder.without_news[state.source_id] = (path, state.stat.mtime_ns)
            if self._recorder.known.is_other_site(state.site):
                self._recorder.note_other_site(path, state.path, state.source_id)
                return
        if state.state == COPY:
            self.findings.copies.append((path, state.note))
        if state.state in (WAITING, BROKEN):
            self._recorder.note_incomplete(path, state)
        if state.state == TRUNCATED:
            self._recorder.warn_of_truncated(path, state.path)
        if state.state == SKIPPED:
            self._recorder.waiting.add(state.path)
        for member in self._archives.known[state.path] if state.state == ARCHIVE else ():
            self._recorder.names.add(member.path)
            self._skip(member.path, member)

    def _reader_of(self, log: LogFile) -> Iterator[LogReader]:
        """Yield a reader of the log if it has new content, then note the log's state."""
        match, source, size = self._pending.compare(log)
        if source and self._recorder.is_foreign(source):
            self._recorder.note_foreign(log, source)
            return
        if source and source.source_id in self._pending.of_other_site:
            self._recorder.found_again.add(source.source_id)
            self._recorder.note_other_site(log.path, log.name, source.source_id)
            return
        origin = Origin()
        if match is not Match.CONTINUES:
            origin = self._pending.origin(log, source, is_final=self._is_final(log))
        if match is Match.HELD and source and not origin.is_doubtful:
            self._recorder.note_nothing_new(log, source, size, is_final=self._is_final(log))
        elif match is Match.OTHER and not self._has_record(log):
            self._recorder.note(FileState(log.name, log.stat, EMPTY), log)
        else:
            known = source if match is Match.CONTINUES else None
            reader = LogReader(log, size, known, self._pending.hashed, is_final=self._is_final(log))
            reader.origin = origin._replace(elsewhere=lambda: self._pending.elsewhere(log))
            yield reader
            if reader.is_copy and source:
                self._recorder.note_nothing_new(log, source, size, is_final=self._is_final(log))
            else:
                self._read(log, reader)

    def _is_final(self, log: LogFile) -> bool:
        """Whether no program writes to the log any more, so that its last line needs no newline."""
        if (log.packing and log.packing.has_end) or log.is_stream or log.is_member or log.has_e_tag:
            return not log.is_truncated
        is_youngest = log.stat.mtime_ns >= self._recorder.youngest
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

    def _read(self, log: LogFile, reader: LogReader) -> None:
        source = reader.identity
        if source:
            self._recorder.found_again.add(source.source_id)
            self._pending.add_source(source)
            is_new = not source.complete or reader.size != source.size
            if reader.is_done and is_new and reader.size >= source.size:
                self.findings.ends.append(SourceEnd(source.source_id, reader.size, complete=True))
        elif log.name not in self._dropped and not log.packing:
            self._recorder.note_incomplete_line(log)
        is_packed = log.packing is not None and log.packing.has_end
        is_whole = is_packed or log.is_member or log.has_e_tag
        is_at_rest = is_whole or (source and reader.is_final and reader.rest)
        if is_at_rest and reader.is_done:
            # a plain log may grow, and the first run that finds it unchanged notes its state; one at rest
            # whose last line matches no format would be opened in each run
            state = FileState(log.name, log.stat, EMPTY)
            if source:
                state = state._replace(state=READ, source_id=source.source_id, position=source.position)
            self._recorder.note(state, log)
