"""The logs of one run: opened together, compared with the known sources, and read one by one.

A file is skipped without being read if its stat is that of its settled state. Times are used for nothing
else: new content is found by comparing content.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from logstats.errors import IncompleteArchiveError, LogChangedError, LogError
from logstats.sources import files, fingerprint
from logstats.sources.chunks import LogReader, Origin
from logstats.sources.files import LONG_S, LogFile, Stat, changed_error
from logstats.sources.fingerprint import Fingerprint, Identity, Match, is_record
from logstats.sources.outcome import (
    BROKEN,
    COPY,
    EMPTY,
    FOREIGN,
    READ,
    SETTLED,
    TRUNCATED,
    UNSETTLED,
    WAITING,
    FileState,
    Findings,
    Known,
    SourceEnd,
)
from logstats.sources.paths import STDIN, printable

MOST_OPEN = 256  # files; others are closed, and opened again when they are read
TRUSTED_S = 2.0  # a file that changed later may change again within one tick of its clock (2 s on FAT)
QUIET_S = 600.0  # a rotated log that was idle for that long has no writer in the middle of a line
RECORD_BYTES = 64 << 10  # read at a time to find the first record
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
        self._stdin = f"{STDIN}:{stream}" if stream else STDIN
        self._hashed = fingerprint.hasher(known.key)
        self._states = {state.path: state for state in known.file_states}
        self._names: set[str] = set()
        self._youngest = 0
        self._found_again: set[int] = set()
        self._waiting: set[str] = set()
        self._is_certain = True
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
        for log in self._pending:
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
                state = FileState(
                    log.name, _stat_to_keep(log), BROKEN if log.is_old else WAITING, note=error.reason
                )
                self._note_incomplete(log.path, state)
            except LogError as error:
                self._unread(log.path, error)
            finally:
                log.close()
                del self._pending[log]
                self._compared.pop(log, None)
        self._find_gaps()
        self._find_vanished()

    def drop(self, reader: LogReader, error: LogError) -> None:
        """Note that a log could not be read to its end; the next run continues it."""
        self._unread(reader.path, error)
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
        by_file = {state.stat.file: state for state in self._known.file_states}
        for path in logs:
            name = self._stdin if path == STDIN else printable(path)
            try:
                found = self._open(path, name, opened, by_file)
            except LogError as error:
                self._unread(path, error)
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
            return state if state.state in SETTLED and not is_due else None
        state = by_file.get(found.file)
        if not (state and state.state in SETTLED and state.path != name and state.stat.ctime_ns):
            return None
        is_same = state.stat.renamed == found.renamed
        return self._record(state._replace(path=name, stat=found)) if is_same else None

    def _skip(self, path: str, state: FileState) -> None:
        if state.source_id is not None:
            self._mark_found(state.source_id, is_final=state.stat.age_s > LONG_S)
        if state.state == COPY:
            self.findings.copies.append((path, state.note))
        if state.state in (WAITING, BROKEN):
            self._note_incomplete(path, state)
        if state.state == TRUNCATED:
            self._warn_of_truncated(path, state.path)

    def _add(self, log: LogFile) -> None:
        if len(self._pending) >= MOST_OPEN and not log.is_stream:
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

    def _add_source(self, source: Identity) -> None:
        self._sources[source.source_id] = source
        for head_hash in source.head_hashes:
            self._source_ids_by_hash[head_hash].add(source.source_id)

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
        if log.packing or log.is_stream:
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
            if reader.is_done and not source.complete and reader.size >= source.size:
                self.findings.ends.append(SourceEnd(source.source_id, reader.size, complete=True))
        if log.packing and reader.is_done:
            # only archives: a plain log may grow, and the first run that finds it unchanged notes its state
            state = FileState(log.name, log.stat, EMPTY)
            if source:
                state = state._replace(state=READ, source_id=source.source_id, position=source.position)
            self._note(state, log)

    def _note_nothing_new(self, log: LogFile, source: Identity, size: int) -> None:
        """Note that a log has no new content."""
        self._mark_found(source.source_id, is_final=self._is_final(log))
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

    def _note(self, state: FileState, log: LogFile) -> None:
        """Record the state of a file if any change of the file will change its stat."""
        if log.is_truncated:
            self._warn_of_truncated(log.path, log.name)
            state = state._replace(stat=_stat_to_keep(log), state=TRUNCATED, note=TRUNCATED_NOTE)
        if not log.is_stream and (log.is_truncated or _is_trusted(log)):
            self._record(state)

    def _record(self, state: FileState) -> FileState:
        self.findings.file_states[state.path] = state
        return state

    def _find_gaps(self) -> None:
        """Find the sources that were not read to their end and that no log contains any more."""
        if not self._is_certain:
            return
        for source in self._known.unfinished:
            is_elsewhere = source.path not in self._names and Path(source.path).exists()
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
        gone = (
            self._states.keys() - self._names if self.findings.file_states or done else waiting - self._names
        )
        self.findings.vanished += sorted(done | {path for path in gone if not Path(path).exists()})


def _is_trusted(log: LogFile) -> bool:
    """Whether the stat shows every change since the log was opened, even with coarse times."""
    return max(log.stat.mtime_ns, log.stat.ctime_ns) / 1e9 < log.opened_at - TRUSTED_S


def _stat_to_keep(log: LogFile) -> Stat:
    """Return the stat to record for a log; one that matches no file where its own might miss a change."""
    return log.stat if _is_trusted(log) else log.stat._replace(ctime_ns=0)
