"""The logs of one run: opened together, compared with what is known, given one after another to be read.

A file is skipped without a look at it where its stat is that of a file that was settled. Times decide
nothing else: what is new is decided by content alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from logstats.errors import LogError
from logstats.sources import files, fingerprint
from logstats.sources.chunks import LogReader
from logstats.sources.compression import UnwholeError
from logstats.sources.files import LONG_S, LogFile, MovedError, Stat
from logstats.sources.fingerprint import Fingerprint, Identity, Match, is_record
from logstats.sources.outcome import (
    BROKEN,
    COPY,
    CUT,
    EMPTY,
    FOREIGN,
    READ,
    SETTLED,
    UNSETTLED,
    WAITING,
    FileState,
    Findings,
    Known,
)
from logstats.sources.paths import STDIN, printable

MOST_OPEN = 256  # files; others are opened again when it is their turn
TRUSTED_S = 2.0  # a file written to since then may change again without its times telling (FAT counts by 2 s)
REST_S = 600.0  # a rotated log that nobody wrote to for so long has no writer in the middle of a line
RECORD_BYTES = 64 << 10  # looked through at a time for a first record
CUT_NOTE = "ends in the middle: its whole lines are read, and the rest of it from a whole copy, if one comes"


class Scan:
    """The logs of one run. Use as a context manager; go through `readers` once, then ask `findings`.

    `asked` are those that somebody named one by one: of an archive that is cut they get what there is.
    """

    def __init__(
        self,
        logs: Sequence[str],
        past: Known,
        host: str = "",
        stream: str | None = None,
        asked: Collection[str] = (),
    ) -> None:
        self.findings = Findings()
        self._past = past
        self._host = host
        self._asked = asked
        self._stdin = f"{STDIN}:{stream}" if stream else STDIN
        self._hashed = fingerprint.hasher(past.key)
        self._seen = {seen.path: seen for seen in past.seen}
        self._names: set[str] = set()
        self._youngest = 0
        self._met: set[int] = set()
        self._waiting: set[str] = set()
        self._is_certain = True
        self._pending: dict[LogFile, dict[int, int]] = {}  # with the heads of each
        self._logs_with: defaultdict[int, list[LogFile]] = defaultdict(list)  # by heads
        self._known: dict[int, Identity] = {}
        self._sources_with: defaultdict[int, set[int]] = defaultdict(set)  # ids, by heads
        try:
            self._open_all(logs)
            self._find_known()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Scan":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every file."""
        for log in self._pending:
            log.close()

    def readers(self) -> Iterator[LogReader]:
        """Give each log that holds something new, where it is to be read on, one after the other.

        A log whose reader is not done when the next is asked for is looked at again by the next run.
        """
        while self._pending:
            log = self._next()
            try:
                yield from self._deal(log)
            except UnwholeError as error:
                state = BROKEN if log.is_old else WAITING
                self._wait(log.path, FileState(log.name, _told_stat(log), state, note=str(error)))
            except LogError as error:
                self._unread(log.path, error)
            finally:
                log.close()
                del self._pending[log]
        self._find_gaps()
        self._find_vanished()

    def drop(self, reader: LogReader, error: LogError) -> None:
        """Note that a log could not be read to its end: a next run reads what it holds then."""
        self._unread(reader.path, error)
        if reader.identity and reader.size > reader.identity.position:
            self.findings.ends.append((reader.identity.source_id, reader.size, False))

    def _unread(self, path: str, error: LogError) -> None:
        """Note that a log could not be read; one that was changed meanwhile only has to wait."""
        self._is_certain = False
        if isinstance(error, MovedError | UnwholeError):
            self.findings.waiting.append((path, str(error)))
        else:
            self.findings.unread.append(error)

    # --- Opening

    def _open_all(self, logs: Sequence[str]) -> None:
        met: set[tuple[int, int]] = set()
        by_file = {seen.stat.file: seen for seen in self._past.seen}
        for path in logs:
            name = self._stdin if path == STDIN else printable(path)
            try:
                found = self._open(path, name, met, by_file)
            except LogError as error:
                self._unread(path, error)
            else:
                met.add(found.file)
                self._names.add(name)
                self._youngest = max(self._youngest, found.mtime_ns)

    def _open(
        self, path: str, name: str, met: set[tuple[int, int]], by_file: dict[tuple[int, int], FileState]
    ) -> Stat:
        """Open a log, unless the file was opened under another name or needs no look; return its stat."""
        if path != STDIN:
            found = files.stat_of(path)
            settled = self._settled(path, name, found, by_file)
            if settled and found.file not in met:
                self._skip(path, settled)
            if settled or found.file in met:
                return found
        log = LogFile(path, name, is_asked=path in self._asked)
        self._add(log)
        return log.stat

    def _settled(
        self, path: str, name: str, found: Stat, by_file: dict[tuple[int, int], FileState]
    ) -> FileState | None:
        """Return what became of a file, where it is as it was then; a renamed one has another ctime.

        An archive has waited enough when it is old, or asked for: then it is to be looked at once more.
        """
        seen = self._seen.get(name)
        if seen and seen.stat == found:
            is_due = seen.state == WAITING and (path in self._asked or found.age_s > LONG_S)
            return seen if seen.state in SETTLED and not is_due else None
        seen = by_file.get(found.file)
        if not (seen and seen.state in SETTLED and seen.path != name and seen.stat.ctime_ns):
            return None
        is_same = seen.stat.renamed == found.renamed
        return self._record(seen._replace(path=name, stat=found)) if is_same else None

    def _skip(self, path: str, seen: FileState) -> None:
        if seen.source_id is not None:
            self._meet(seen.source_id, is_final=seen.stat.age_s > LONG_S)
        if seen.state == COPY:
            self.findings.copies.append((path, seen.note))
        if seen.state in (WAITING, BROKEN):
            self._wait(path, seen)
        if seen.state == CUT:
            self._tell_of_cut(path, seen.path)

    def _add(self, log: LogFile) -> None:
        if len(self._pending) >= MOST_OPEN and not log.is_stream:
            log.close()
        self._pending[log] = fingerprint.heads_of(log.head, self._hashed)
        for told in self._pending[log].values():
            self._logs_with[told].append(log)

    def _find_known(self) -> None:
        """Learn of the sources that begin like one of the logs."""
        hashes = set(self._logs_with)
        for log in self._pending:
            hashes.update(fingerprint.halves_of(log.head, (), self._hashed).values())
        for source in self._past.find(hashes) if self._pending else ():
            self._learn(source)

    def _learn(self, source: Identity) -> None:
        self._known[source.source_id] = source
        for told in source.head_hashes:
            self._sources_with[told].add(source.source_id)

    # --- Deciding

    def _next(self) -> LogFile:
        """Return the log that is next: the first one, or one that begins like it and is longer.

        A source so goes on in the longest file that continues it, and of two new logs of which one is
        a copy of the other's beginning the whole one is read. An archive's length is not known.
        """
        first, head_hashes = next(iter(self._pending.items()))
        alike = self._logs_with[head_hashes[max(head_hashes)]] if head_hashes else []
        longer = [
            log
            for log in alike
            if log in self._pending and log.size is not None and (first.size is None or log.size > first.size)
        ]
        return max(longer, key=lambda log: log.size or 0, default=first)

    def _deal(self, log: LogFile) -> Iterator[LogReader]:
        """Give a reader of the log if it holds something new; note what became of it."""
        stand, source, size = self._judged(log)
        if source and self._is_foreign(source):
            self._hold_back(log, source)
        elif stand is Match.HELD and source:
            self._settle(log, source, size)
        elif stand is Match.OTHER and not self._has_record(log):
            self._note(FileState(log.name, log.stat, EMPTY), log)
        else:
            reader = LogReader(log, size, source, self._hashed, is_final=self._is_final(log))
            yield reader
            self._read(log, reader)

    def _judged(self, log: LogFile) -> tuple[Match, Identity | None, int]:
        """Say how the log stands to the sources, and how long its content is."""
        head_hashes = self._pending[log]
        halves = fingerprint.halves_of(log.head, self._known.values(), self._hashed)
        ids = {
            known for told in (*head_hashes.values(), *halves.values()) for known in self._sources_with[told]
        }
        alike = [self._known[source_id] for source_id in sorted(ids)]
        size, before = log.survey(fingerprint.places_of(alike, log.size), self._hashed)
        shown = Fingerprint(size, head_hashes, before, halves)
        own = [source for source in alike if not self._is_foreign(source)]
        stand, source = fingerprint.judge(shown, own)
        if source is None:
            stand, source = fingerprint.judge(shown, [source for source in alike if source not in own])
        if not log.is_unchanged(size if log.size is not None else 0):
            raise MovedError(f"{log.path}: was changed while it was being read; run again")
        return stand, source, size

    def _is_foreign(self, source: Identity) -> bool:
        return bool(self._host and source.host and source.host != self._host)

    def _is_final(self, log: LogFile) -> bool:
        """Whether nobody is writing to the log any more, so that its last line needs no newline."""
        if log.packing or log.is_stream:
            return not log.is_cut
        is_youngest = log.stat.mtime_ns >= self._youngest
        return log.stat.age_s > (LONG_S if is_youngest else REST_S)

    @staticmethod
    def _has_record(log: LogFile) -> bool:
        """Whether the log has a line that is neither blank nor a header; a whole one, if it is cut."""
        flow, line = log.flow(0), b""
        while piece := flow.take(RECORD_BYTES):
            whole = piece[: piece.rfind(b"\n") + 1] if log.is_cut else piece
            if whole and is_record(line + whole):
                return True
            line = (piece[piece.rfind(b"\n") + 1 :] if b"\n" in piece else line + piece).lstrip()[:1]
        return False

    # --- What became of each

    def _read(self, log: LogFile, reader: LogReader) -> None:
        source = reader.identity
        if source:
            self._met.add(source.source_id)
            self._learn(source)
            if reader.is_done and not source.complete and reader.size >= source.size:
                self.findings.ends.append((source.source_id, reader.size, True))
        if log.packing and reader.is_done:
            # a plain log grows: it is noted by the first run that finds it as it was
            known = (READ, source.source_id, source.position) if source else (EMPTY,)
            self._note(FileState(log.name, log.stat, *known), log)

    def _settle(self, log: LogFile, source: Identity, size: int) -> None:
        """Note that a log holds nothing that was not read."""
        self._meet(source.source_id, is_final=self._is_final(log))
        if size == source.position and size >= source.size and not source.complete:
            self.findings.ends.append((source.source_id, size, True))
        state = READ if source.path == log.name else COPY
        if state == COPY:
            self.findings.copies.append((log.path, source.path))
        seen = FileState(log.name, log.stat, state, source.source_id, source.position, source.path)
        self._note(seen, log)

    def _meet(self, source_id: int, *, is_final: bool) -> None:
        """Note that a log holds a source as far as it was read, but for the rest that will not come."""
        if not (is_final and any(source.source_id == source_id for source in self._past.unfinished)):
            self._met.add(source_id)

    def _hold_back(self, log: LogFile, source: Identity) -> None:
        told = (
            f"{log.path}: begins like {source.path} of {source.host}: is one log listed for two hosts? "
            "Nothing of it is read until they differ"
        )
        self._waiting.add(log.name)
        known = self._seen.get(log.name)
        if known and known.state == FOREIGN:
            self.findings.waiting.append((log.path, told))
            return
        self.findings.warnings.append(told)
        self._record(FileState(log.name, log.stat, FOREIGN, source.source_id, 0, source.path))

    def _wait(self, path: str, seen: FileState) -> None:
        """Note that an archive is not whole; after a day of that, when it is broken, warn once."""
        self._waiting.add(seen.path)
        known = self._seen.get(seen.path)
        is_old = seen.state == BROKEN
        told = (
            f"{path}: the archive is damaged or still being written ({seen.note}); "
            "nothing of it is read until it is whole"
        )
        self.findings.waiting.append((path, told))
        self._is_certain = self._is_certain and is_old
        if is_old and not (known and known.state == BROKEN):
            self.findings.warnings.append(told)
        if not (known and known.state == seen.state and known.stat == seen.stat):
            self._record(seen)

    def _tell_of_cut(self, path: str, name: str) -> None:
        """Warn of an archive without its end once, and whenever it is asked for."""
        self._waiting.add(name)
        known = self._seen.get(name)
        if path in self._asked or not (known and known.state == CUT):
            self.findings.warnings.append(f"{path}: the archive {CUT_NOTE}")

    def _note(self, seen: FileState, log: LogFile) -> None:
        """Keep what became of a file, if its stat can be trusted to change when the file does."""
        if log.is_cut:
            self._tell_of_cut(log.path, log.name)
            seen = seen._replace(stat=_told_stat(log), state=CUT, note=CUT_NOTE)
        if not log.is_stream and (log.is_cut or _is_trusted(log)):
            self._record(seen)

    def _record(self, seen: FileState) -> FileState:
        self.findings.seen[seen.path] = seen
        return seen

    def _find_gaps(self) -> None:
        """Find the sources that were not read to their end and are in none of the logs any more."""
        if not self._is_certain:
            return
        for source in self._past.unfinished:
            is_elsewhere = source.path not in self._names and Path(source.path).exists()
            is_ours = not self._is_foreign(source) and not source.path.startswith(STDIN)
            is_met = is_elsewhere or source.source_id in self._met
            if is_ours and not is_met and source.size > source.position:
                self.findings.gaps.append(source)
                self.findings.warnings.append(
                    f"{source.path}: is gone before it was read to its end: of {source.size:,} bytes "
                    f"{source.position:,} were read"
                )

    def _find_vanished(self) -> None:
        """Find the files that wait no more, and settled ones that are no more if others are written down."""
        waited = {path for path, seen in self._seen.items() if seen.state in UNSETTLED}
        over = waited & self._names - self._waiting
        gone = self._seen.keys() - self._names if self.findings.seen or over else waited - self._names
        self.findings.vanished += sorted(over | {path for path in gone if not Path(path).exists()})


def _is_trusted(log: LogFile) -> bool:
    """Whether a change since the log was opened must show in its stat, however coarse its times are."""
    return max(log.stat.mtime_ns, log.stat.ctime_ns) / 1e9 < log.opened_at - TRUSTED_S


def _told_stat(log: LogFile) -> Stat:
    """Return a log's stat to write down; where it is not to be trusted, one that is no file's."""
    return log.stat if _is_trusted(log) else log.stat._replace(ctime_ns=0)
