"""A folder of logs in which a writer, logrotate and an admin are at work, and a store in memory.

`World` knows which lines must be counted. Each of its events takes a source of chance, so that Hypothesis
and a plain seed can drive the same histories.
"""

import bz2
import gzip
import io
import itertools
import lzma
import os
import random
import re
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from backports import zstd

from logstats.config import Settings
from logstats.errors import LogError
from logstats.ingest import commit, repetitions
from logstats.ingest.pipeline import ingest
from logstats.ingest.request import IngestRequest
from logstats.model import Chunk
from logstats.sources import (
    FileState,
    Findings,
    Identity,
    Known,
    LogReader,
    Scan,
    Spool,
    compression,
    files,
    fingerprint,
    members,
    pending,
)
from logstats.store import Session
from support.lines import chunks_of

KEY = b"k" * 32


def _zstd(data: bytes) -> bytes:
    """Pack as zstd(1) does, with a checksum."""
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": _zstd,
}


def _unpacked(decompressor: Callable[[], Any], magic: bytes, data: bytes) -> bytes:
    """Return what streams hold; each must be whole. Python's modules ignore a second one that is not."""
    parts = list[bytes]()
    while not parts or data.startswith(magic):
        stream = decompressor()
        parts.append(stream.decompress(data))
        if not stream.eof:
            raise EOFError
        data = stream.unused_data.lstrip(b"\0")  # what a tape pads archives with
    return b"".join(parts)


UNPACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.decompress,
    ".bz2": partial(_unpacked, bz2.BZ2Decompressor, b"BZh"),
    ".xz": partial(_unpacked, lzma.LZMADecompressor, b"\xfd7zXZ\0"),
    ".zst": zstd.decompress,
}
BEGINNINGS: dict[str, Callable[[], Any]] = {
    ".gz": lambda: zlib.decompressobj(wbits=31),
    ".bz2": bz2.BZ2Decompressor,
    ".xz": lzma.LZMADecompressor,
    ".zst": zstd.ZstdDecompressor,
}
UNPACK_ERRORS = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zstd.ZstdError)
TRAILING = b"\xfe"  # of bytes after an archive's end, which begin no member


def tar_of(members: Iterable[tuple[str, bytes]], tar_format: int = tarfile.GNU_FORMAT) -> bytes:
    """Return a tar of files by name."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tar_format) as opened:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            opened.addfile(info, io.BytesIO(data))
    return file.getvalue()


def zip_of(members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of files by name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as opened:
        for name, data in members:
            opened.writestr(name, data)
    return file.getvalue()


BUNDLERS: dict[str, Callable[[Iterable[tuple[str, bytes]]], bytes]] = {
    ".tar": tar_of,
    ".tgz": lambda members: gzip.compress(tar_of(members), mtime=0),
    ".zip": zip_of,
}
ARCHIVES = (*PACKERS, *BUNDLERS)
NAMED_EXPLICITLY = 0.1  # how likely a log is named explicitly
START = 2e9  # the world's clock, in seconds; the same for each history
SHM = "/dev/shm"  # in memory, where the system has such a folder


RECORD = re.compile(rb"<(\d{4})-\d*-\d{4}>")  # which log it was written into, and its number
BARE_FRAME = (b"", b"")  # the bytes of a line before and after its record
HIT_FRAME = (b'192.0.2.1 [23/Nov/2026:01:00:00 +0000] "GET /', b' HTTP/1.1" 200')
HIT_FORMAT = '%h %t "%r" %>s'


class KilledError(BaseException):
    """The run was killed here; what continues after an error does not catch it."""


class Memory:
    """Keeps what a store keeps of logs, and counts the committed lines.

    With `recognizes` it leaves out lines that it has counted, wherever they are, as a store does.
    """

    frame = BARE_FRAME

    def __init__(self, *, recognizes: bool = False) -> None:
        self.recognizes = recognizes
        self.at_end: dict[int, int] = {}  # of each source: how many known lines are at its end
        self.known: dict[int, Identity] = {}
        self.file_states: dict[str, FileState] = {}
        self.gaps: list[tuple[int, int]] = []
        self.lines: Counter[bytes] = Counter()
        self.logs: defaultdict[int, set[bytes]] = defaultdict(set)  # of each source: what wrote its lines

    def known_logs(self) -> Known:
        """Return what a run gets to know of logs before it begins."""
        positions = {source.source_id: source.position for source in self.known.values()}
        return Known(
            KEY,
            self._find,
            [
                state
                for state in self.file_states.values()
                if state.source_id is None or positions.get(state.source_id, -1) >= state.position
            ],
            [
                source
                for source in self.known.values()
                if not source.complete and (source.source_id, source.position) not in self.gaps
            ],
        )

    def _find(self, head_hashes: Collection[int]) -> Sequence[Identity]:
        hashes = set(head_hashes)
        return [
            source
            for source in self.known.values()
            if source.head_hashes & hashes or (source.ends_mid_line and len(source.head_hashes) == 1)
        ]

    def read(
        self,
        *paths: Path | str,
        machine: str = "",
        stream: str | None = None,
        kill_after: int | None = None,
        fits: Callable[[bytes, str], bool] = lambda *_: False,
        named_explicitly: Collection[str] = (),
    ) -> Findings:
        """Read what is new in logs, as a run would; `kill_after` so many chunks it ends."""
        logs = [str(path) for path in paths]
        with Scan(
            logs, self.known_logs(), machine=machine, stream=stream, named_explicitly=named_explicitly
        ) as scanned:
            for reader in scanned.readers():
                if reader.origin.is_doubtful:
                    reader.is_copy = self._has_all(reader, fits)
                    if reader.is_copy:
                        continue
                with closing(Spool()) as one, closing(Spool()) as other:
                    try:
                        for chunk in reader.chunks(cycle([one, other]), fits):
                            if kill_after == 0:
                                raise KilledError
                            kill_after = None if kill_after is None else kill_after - 1
                            self._take(reader, Path(chunk.path).read_bytes(), chunk, machine)
                    except LogError as error:
                        scanned.drop(reader, error)
        self._keep(scanned.findings)
        return scanned.findings

    def _has_all(self, reader: LogReader, fits: Callable[[bytes, str], bool]) -> bool:
        """Whether a log that begins like a longer one has no other lines than those that were counted."""
        if not self.recognizes:
            return True
        with closing(Spool()) as spool:
            read = (Path(chunk.path).read_bytes() for chunk in reader.doubtful_chunks(spool, fits))
            return all(self.lines[line] for data in read for line in data.split(b"\n")[:-1])

    def _new_lines(
        self, lines: list[bytes], chunk: Chunk, source: Identity | None
    ) -> tuple[list[bytes], int]:
        """Return the lines of a chunk that were not counted before, and how many at its end were."""
        runs = [
            repetitions.Stretch(numbers[0], numbers[-1], len(numbers))
            for is_known, group in itertools.groupby(
                range(len(lines)), key=lambda number: self.lines[lines[number]] > 0
            )
            if is_known and (numbers := list(group))
        ]
        evidence = self.at_end[source.source_id] if source else 0
        found, at_end = repetitions.repetitions(runs, len(lines), evidence, is_open=not chunk.complete)
        known = {number for run in found for number in range(run.first, run.last + 1)}
        return [line for number, line in enumerate(lines) if number not in known], at_end

    def _take(self, reader: LogReader, data: bytes, chunk: Chunk, machine: str) -> None:
        before = reader.identity
        assert data.count(b"\n") == chunk.lines
        assert chunk.start == (before.position if before else 0) < chunk.end
        if before:
            assert self.known[before.source_id].position == chunk.start, "it was read meanwhile"
        lines, at_end = data.split(b"\n")[:-1], 0
        if self.recognizes:
            lines, at_end = self._new_lines(lines, chunk, before)
        self.lines.update(lines)
        reader.committed(before.source_id if before else len(self.known) + 1, chunk)
        assert reader.identity
        source = reader.identity
        self.at_end[source.source_id] = at_end
        self.logs[source.source_id] |= {record[1] for record in RECORD.finditer(data)}
        self.known[source.source_id] = source._replace(machine=machine or source.machine)

    def _keep(self, found: Findings) -> None:
        for path in found.vanished:
            self.file_states.pop(path, None)
        self.file_states |= found.file_states
        for end in found.ends:
            source = self.known[end.source_id]
            self.known[end.source_id] = source._replace(size=end.size, complete=end.complete)
        self.gaps += [(gap.source_id, gap.position) for gap in found.gaps]


class Store:
    """The real store, for which the world's lines are hits."""

    frame = HIT_FRAME

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: Counter[bytes] = Counter()
        self.logs: defaultdict[int, set[bytes]] = defaultdict(set)

    def read(
        self,
        *paths: Path,
        kill_after: int | None = None,
        fits: Callable[[bytes, str], bool] = lambda *_: False,
        named_explicitly: Collection[str] = (),
    ) -> None:
        """Ingest logs; `kill_after` so many chunks the run ends."""
        left = itertools.count(-1 if kill_after is None else kill_after, -1)

        def progress(_: int) -> None:
            if next(left) == 0:
                raise KilledError

        logs = tuple(map(str, paths))
        order = IngestRequest(
            self.path, logs, Settings(), log_format=HIT_FORMAT, named_explicitly=frozenset(named_explicitly)
        )
        try:
            ingest(order, progress)
        finally:
            self._look()

    def _look(self) -> None:
        with Session() as session, session.reading(self.path, wait=10):
            hits = session.execute(HITS).rows
            rejects = session.execute("SELECT line FROM store.reject").rows
        self.lines = Counter(target.removeprefix("/").encode().join(self.frame) for _, target in hits)
        self.lines.update(line.encode() for (line,) in rejects)
        for source_id, target in hits:
            self.logs[source_id] |= {record[1] for record in RECORD.finditer(target.encode())}


HITS = """
    SELECT ingest.source_id, page.target
    FROM store.hit AS hit
    JOIN store.ingest AS ingest ON ingest.ingest_id = hit.ingest_id
    JOIN store.page AS page ON page.page_id = hit.page_id"""


BARE = len(b"<0000--0000>")
HEADER = b"#Version: 1.0\n#Fields: x\n"


class Writer:
    """A process that has a log open; `ends_mid_line` is what it has still to write of a line."""

    def __init__(self, path: Path, log: int, *, appends: bool) -> None:
        self.log = log
        self.descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if appends else 0))
        os.lseek(self.descriptor, 0, os.SEEK_END)
        self.ends_mid_line = b""

    def write(self, data: bytes) -> None:
        """Write on, where it stands."""
        os.write(self.descriptor, data)


def _is_whole(archive: Path, *, with_trailing: bool = True) -> bool:
    """Whether an archive has content, all of which can be unpacked; it may have bytes after its end."""
    data = archive.read_bytes()
    try:
        return bool(UNPACKERS[archive.suffix](data.rstrip(TRAILING) if with_trailing else data))
    except UNPACK_ERRORS:
        return False


def _looks_truncated(data: bytes, suffix: str) -> bool:
    """Whether nothing is wrong in an archive but that it ends before a stream does."""
    try:
        while data.strip(b"\0"):
            stream = BEGINNINGS[suffix]()
            stream.decompress(data)
            if not stream.eof:
                return True
            data = stream.unused_data
    except UNPACK_ERRORS:
        return False
    return False


MOST_EVENTS = 40  # while logs are read: each may make files, whose reading lets more events happen
HOSTILE_ODDS = 0.1
HOSTILE = (
    # lines, each with a number of its own; short ones, since all sizes in a world are small
    b'192.0.2.1 - - [31/Dec/9999:23:59:59 -1400] "GET /%d HTTP/1.1" 200 5 "-" "-"',
    b'192.0.2.1 - - [01/Jan/0001:00:00:00 +1400] "GET /%d HTTP/1.1" 200 5 "-" "-"',
    b'192.0.2.1 - - [23/Nov/2026:01:00:00 +0000] "GET /%d HTTP/1.1" 200 ' + b"9" * 40 + b' "-" "-"',
    b"%d " + b"[" * 90,
    b'{"a%d":' + b'{"a":' * 20,
    b"\x1b]0;%d\x07",
    b"%d" + b'"' * 90,
)


class World:
    """A folder of logs and what happens to it. Every method that takes a `chance` is an event."""

    def __init__(
        self, folder: Path, memory: "Memory | Store", *, has_headers: bool = False, appends: bool = True
    ) -> None:
        self.folder = folder
        self.live = folder / "access.log"
        self.memory = memory
        self.has_headers = has_headers
        self.appends = appends
        self.clock = START
        self.numbers = itertools.count()
        self.written = {b"#Version: 1.0", b"#Fields: x"}  # every line that may ever be read
        self.writers: list[Writer] = []  # the last one is that of the live log
        self.coming: dict[Path, bytes] = {}  # the rest of files that are being written by an admin
        self.originals: dict[Path, Path] = {}  # what an archive is made of
        self.is_edited = False  # lines were moved to other logs, so a source may have lines of several
        self.create(random.Random(0))

    def close(self) -> None:
        """End the writers."""
        for writer in self.writers:
            os.close(writer.descriptor)

    # --- Events

    def write(self, chance: random.Random) -> None:
        """Write lines into the live log, or into one that was it; of the last line some may be left."""
        if not self.writers:
            return
        writer = self.writers[-1] if chance.random() < 0.8 else chance.choice(self.writers)
        count = chance.choice((1, 1, 2, 3, 8))
        lines = [self._line(writer, chance.choice((1, 9, 60, 130))) for _ in range(count)]
        if self.memory.frame == HIT_FRAME and chance.random() < HOSTILE_ODDS:
            lines.insert(chance.randrange(count), self._hostile(chance))
        data = writer.ends_mid_line + b"".join(lines)
        left = min(chance.choice((0, 0, 0, 1, 7, 12)), len(lines[-1]) - 1)
        writer.ends_mid_line = data[len(data) - left :]
        writer.write(data[: len(data) - left])
        self._touch(writer.descriptor)

    def create(self, chance: random.Random) -> None:
        """Make a new live log where there is none; the old one's writer may go on for a while."""
        if self.live.exists():
            return
        self.writers.append(Writer(self.live, next(self.numbers), appends=self.appends))
        if self.has_headers:
            self.writers[-1].write(HEADER)
        self._touch(self.writers[-1].descriptor)

    def rename(self, chance: random.Random) -> None:
        """Rotate by name: each rotated log moves on by one, or the new name holds a date."""
        if not self.live.exists():
            return
        if chance.random() < 0.5:
            self.live.rename(self._new_name(chance))
        else:
            for number in range(9, 0, -1):
                if (path := self.folder / f"access.log.{number}").exists():
                    self._move(path, self.folder / f"access.log.{number + 1}")
            self._move(self.live, self.folder / "access.log.1")
        if chance.random() < 0.7:
            self.create(chance)

    def end_writer(self, chance: random.Random) -> None:
        """End a writer of a log that was renamed."""
        if len(self.writers) > 1:
            os.close(self.writers.pop(0).descriptor)

    def copytruncate(self, chance: random.Random) -> None:
        """Rotate by a copy; what is written between the copy and the emptying is lost."""
        if not self.live.exists():
            return
        copy = self._new_name(chance)
        shutil.copyfile(self.live, copy)
        self._touch(copy)
        if chance.random() < 0.3:
            self.write(chance)
        self.truncate(chance)

    def truncate(self, chance: random.Random) -> None:
        """Empty the live log under its writer, who may write on at once; it is another log from then on."""
        if not self.live.exists():
            return
        os.truncate(self.live, 0)
        self._touch(self.live)
        for writer in self.writers:
            if os.path.samestat(os.fstat(writer.descriptor), self.live.stat()):
                writer.log = next(self.numbers)
                writer.ends_mid_line = writer.ends_mid_line.removeprefix(
                    b"\n"
                )  # or else a blank line would be meant
                self.written.add(writer.ends_mid_line.removesuffix(b"\n") or b"#Fields: x")
        if chance.random() < 0.5:
            self.write(chance)
            self.write(chance)

    def rewrite(self, chance: random.Random) -> None:
        """Empty the live log and write lines of just the same lengths: its size is as it was."""
        content = self.live.read_bytes() if self.live.exists() else b""
        lines = content.split(b"\n")[:-1]
        writer = self.writers[-1] if self.writers else None
        is_live = (
            writer and self.live.exists() and os.path.samestat(os.fstat(writer.descriptor), self.live.stat())
        )
        if not writer or not is_live or writer.ends_mid_line or not all(map(self.is_record, lines)):
            return
        os.truncate(self.live, 0)
        os.lseek(writer.descriptor, 0, os.SEEK_SET)
        writer.log = next(self.numbers)
        writer.write(
            b"".join(
                self._line(writer, len(line) - BARE - len(b"".join(self.memory.frame))) for line in lines
            )
        )
        self._touch(writer.descriptor)

    def pack(self, chance: random.Random) -> None:
        """Begin to make an archive of a log that nobody writes to."""
        if not (logs := self._resting()):
            return
        log = chance.choice(logs)
        ending = chance.choice(tuple(PACKERS))
        archive = log.with_name(log.name + ending)
        if archive.exists():
            return
        content = log.read_bytes()
        middle = chance.randrange(len(content) + 1) if chance.random() < 0.2 else 0
        data = b"".join(
            PACKERS[ending](part) for part in (content[:middle], content[middle:]) if part or not middle
        )
        self._begin(archive, data, chance)
        self.originals[archive] = log
        if chance.random() < 0.4:
            self.go_on(chance)

    def bundle(self, chance: random.Random) -> None:
        """Begin to make an archive of several logs that nobody writes to; some are packed themselves."""
        if not (logs := self._resting()):
            return
        members = []
        for log in chance.sample(logs, min(len(logs), chance.choice((1, 2, 3)))):
            ending = chance.choice(("", "", *PACKERS))
            members.append((log.name + ending, PACKERS.get(ending, bytes)(log.read_bytes())))
        ending = chance.choice(tuple(BUNDLERS))
        self._begin(Path(f"{self._new_name(chance)}{ending}"), BUNDLERS[ending](members), chance)
        if chance.random() < 0.4:
            self.go_on(chance)

    def trail(self, chance: random.Random) -> None:
        """Write bytes after the end of an archive that is whole.

        Damaged ones are left out: one that is unpacked past its end looks truncated, if its length is not at
        its end.
        """
        archives = [path for path in self._files() if path.suffix in PACKERS and path not in self.coming]
        archives = [path for path in archives if _is_whole(path)]
        if archives:
            archive = chance.choice(archives)
            with archive.open("ab") as file:
                file.write(TRAILING * chance.choice((1, 11, 100)))
            self._touch(archive)

    def damage(self, chance: random.Random) -> None:
        """Copy complete archives, each with one bit changed after the magic number.

        Truncated ones are left out: without a checksum the damage cannot be detected. So are those that the
        change makes look truncated (a length that is too large), and those with bytes after their end, see
        `trail`.
        """
        archives = [path for path in self._files() if path.suffix in PACKERS and path not in self.coming]
        archives = [path for path in archives if _is_whole(path, with_trailing=False)]
        for archive in chance.sample(archives, min(3, len(archives))):
            data = bytearray(archive.read_bytes())
            data[chance.randrange(8, len(data))] ^= 1 << chance.randrange(8)
            if _looks_truncated(bytes(data), archive.suffix):
                continue
            damaged = Path(f"{self._new_name(chance)}{archive.suffix}")
            damaged.write_bytes(data)
            self._touch(damaged)

    def go_on(self, chance: random.Random) -> None:
        """Write more of, or the rest of, a file that an admin is writing; then its original may go."""
        if not self.coming:
            return
        path = chance.choice(sorted(self.coming))
        data = self.coming.pop(path)
        now = len(data) if chance.random() < 0.6 else chance.randrange(len(data) + 1)
        with path.open("ab") as file:
            file.write(data[:now])
        self._touch(path)
        if data[now:]:
            self.coming[path] = data[now:]
        elif path in self.originals and chance.random() < 0.9:
            self._remove(self.originals.pop(path))

    def copy(self, chance: random.Random) -> None:
        """Copy a log, whole or its beginning, or give it a second name."""
        path = chance.choice(self._plain())
        other = self._new_name(chance)
        way = chance.choice(("whole", "beginning", "coming", "hard link", "symbolic link"))
        if way == "hard link":
            other.hardlink_to(path)
        elif way == "symbolic link":
            other.symlink_to(path)
        else:
            data = path.read_bytes()
            end = len(data) if way == "whole" else chance.randrange(len(data) + 1)
            if way == "coming":
                self._begin(other, data, chance)
            else:
                other.write_bytes(data[:end])
                self._touch(other)

    def restore(self, chance: random.Random) -> None:
        """Write a log that nobody writes to once more: in place, or under its name as another file."""
        if not (logs := self._resting()):
            return
        path = chance.choice(logs)
        data = path.read_bytes()
        if chance.random() < 0.5:
            path.unlink()
        self._begin(path, data, chance)

    def remove(self, chance: random.Random) -> None:
        """Remove a file that is not the live log."""
        files_ = [path for path in self._files() if path != self.live]
        if files_:
            self._remove(chance.choice(files_))

    def wait(self, chance: random.Random) -> None:
        """Let time go by."""
        self.clock += chance.choice((1, 5, 700, 90_000))

    # --- Stretches

    def run(self, chance: random.Random, events: float = 0.0, killed: float = 0.0) -> None:
        """Read all logs; `events`: how likely something happens before each read, `killed`: to the run."""
        paths = self._files()
        chance.shuffle(paths)
        is_quiet = True
        is_busy = False
        left = MOST_EVENTS

        def read_at(descriptor: int, size: int, offset: int) -> bytes:
            nonlocal is_busy, is_quiet, left
            if events and left and not is_busy and chance.random() < events:
                is_busy, is_quiet, left = True, False, left - 1
                chance.choice(SUDDEN)(self, chance)
                is_busy = False
            return os.pread(descriptor, size, offset)

        kill_after = chance.randrange(4) if killed and chance.random() < killed else None
        named = {str(path) for path in paths if chance.random() < NAMED_EXPLICITLY}
        with (
            patch.object(files, "read_at", read_at),
            patch.object(files, "_stat", _coarse),
            patch.object(files, "now", lambda: self.clock),
        ):
            try:
                self.memory.read(
                    *paths,
                    kill_after=kill_after,
                    fits=lambda line, _: self.is_record(line),
                    named_explicitly=named,
                )
            except KilledError:
                is_quiet = False
        self.require_nothing_wrong()
        if is_quiet:
            self.require_nothing_lost(named)

    def require_nothing_wrong(self) -> None:
        """No line is counted twice, ever; none that was not written; and a source is one log."""
        lines = self.memory.lines
        assert [line for line in lines if line not in self.written] == [], "was never written"
        assert [line for line, count in lines.items() if count > 1 and self.is_record(line)] == [], (
            "counted twice"
        )
        mixed = [logs for logs in self.memory.logs.values() if len(logs) > 1]
        assert self.is_edited or mixed == [], "two logs are one source"

    def require_nothing_lost(self, named_explicitly: Collection[str]) -> None:
        """Each complete line of a readable log is counted."""
        for path in self._files():
            if path.suffix in BUNDLERS:
                lost = [] if path in self.coming else [line for line in _lines_of(path) if self.is_lost(line)]
                assert lost == [], f"lost of {path.name}"
                continue
            is_cut = path.suffix in PACKERS and path in self.coming
            is_read = str(path) in named_explicitly or self.clock - path.stat().st_mtime > files.LONG_S
            content = (_beginning(path) if is_read else b"") if is_cut else _content(path)
            *lines, last = content.split(b"\n")
            # nobody writes on in the last line of an archive that is whole
            lines += [last] if path.suffix in PACKERS and not is_cut else []
            lost = [line for line in lines if self.is_lost(line)]
            assert lost == [], f"lost of {path.name}"

    # --- The folder

    def is_lost(self, line: bytes) -> bool:
        """Whether a line is a whole one that is not counted."""
        return self.is_record(line) and not self.memory.lines[line]

    def is_record(self, line: bytes) -> bool:
        """Whether a line is one that the writer meant, and whole."""
        before, after = self.memory.frame
        record = line.removeprefix(before).removesuffix(after)
        return line == record.join((before, after)) and RECORD.fullmatch(record) is not None

    def _line(self, writer: Writer, length: int) -> bytes:
        number = next(self.numbers)
        filling = b"%04d" % number * (length // 4 + 1)  # hashes of a few bytes must differ too
        record = b"<%04d-%b-%04d>" % (writer.log, filling[:length], number)
        line = record.join(self.memory.frame)
        self.written.add(line)
        return line + b"\n"

    def _hostile(self, chance: random.Random) -> bytes:
        """Return a line that no reader may stumble over; it is a reject, or a hit of another URL."""
        line = chance.choice(HOSTILE) % next(self.numbers)
        self.written.add(line[: commit.REJECT_LENGTH])
        return line + b"\n"

    def _files(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.is_file())

    def _plain(self) -> list[Path]:
        return [path for path in self._files() if path.suffix not in ARCHIVES] or [self._made_live()]

    def _made_live(self) -> Path:
        self.create(random.Random(0))
        return self.live

    def _resting(self) -> list[Path]:
        """Return the plain logs that no writer and no admin has open, and that are no links."""
        open_ = {(found.st_dev, found.st_ino) for found in (os.fstat(w.descriptor) for w in self.writers)}
        return [
            path
            for path in self._files()
            if path.suffix not in ARCHIVES
            and not path.is_symlink()
            and path not in self.coming
            and path not in self.originals.values()
            and path.stat().st_nlink == 1
            and (path.stat().st_dev, path.stat().st_ino) not in open_
        ]

    def _new_name(self, chance: random.Random) -> Path:
        return self.folder / f"access.log-{next(self.numbers)}"

    def _begin(self, path: Path, data: bytes, chance: random.Random) -> None:
        now = chance.randrange(len(data) + 1)
        path.write_bytes(data[:now])
        self._touch(path)
        self.coming[path] = data[now:]

    def _move(self, path: Path, target: Path) -> None:
        self._remove(target)
        path.rename(target)
        if path in self.coming:
            self.coming[target] = self.coming.pop(path)
        for archive, original in list(self.originals.items()):
            if original == path:
                self.originals[archive] = target

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self.coming.pop(path, None)
        self.originals.pop(path, None)
        for archive, original in list(self.originals.items()):
            if original == path:
                del self.originals[archive]

    def _touch(self, file: Path | int) -> None:
        """Advance the clock a little and set a file's times to it, in steps of two seconds."""
        self.clock += 0.3
        coarse = self.clock // 2 * 2
        os.utime(file, (coarse, coarse))


Event = Callable[[World, random.Random], None]
EVENTS: tuple[Event, ...] = (
    World.write,
    World.write,
    World.write,
    World.create,
    World.rename,
    World.end_writer,
    World.copytruncate,
    World.truncate,
    World.rewrite,
    World.pack,
    World.bundle,
    World.trail,
    World.damage,
    World.go_on,
    World.go_on,
    World.copy,
    World.restore,
    World.remove,
    World.wait,
)


SUDDEN: tuple[Event, ...] = (
    *EVENTS,
    World.write,
    World.truncate,
    World.truncate,
    World.copytruncate,
    World.restore,
    World.go_on,
)  # what happens while logs are read


def _coarse(found: os.stat_result) -> files.Stat:
    """Return a stat as a file system with coarse times returns it."""
    mtime = found.st_mtime_ns
    return files.Stat(
        device=found.st_dev, inode=found.st_ino, size=found.st_size, mtime_ns=mtime, ctime_ns=mtime
    )


def _content(path: Path) -> bytes:
    """Return what a log holds, nothing where it is an archive that is not whole."""
    data = path.read_bytes()
    unpack = UNPACKERS.get(path.suffix)
    if unpack:
        try:
            data = unpack(data.rstrip(TRAILING))
        except Exception:  # noqa: BLE001 - each library has errors of its own
            return b""
    return data.lstrip(b"\0")


def _lines_of(path: Path) -> list[bytes]:
    """Return the lines of all logs in an archive of several."""
    data = path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            members = [(name, opened.read(name)) for name in opened.namelist()]
    else:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            members = [(each.name, (tar.extractfile(each) or io.BytesIO()).read()) for each in tar]
    contents = [UNPACKERS.get(Path(name).suffix, bytes)(content).lstrip(b"\0") for name, content in members]
    return [line for content in contents for line in content.split(b"\n")]


def _beginning(path: Path) -> bytes:
    """Return what an archive without its end holds."""
    data = path.read_bytes()
    content = BEGINNINGS[path.suffix]().decompress(data) if data else b""
    return content if any(data[-4:]) else b""  # NULs at its end are none of it


@contextmanager
def small_sizes(chunk: int = 200) -> Iterator[None]:
    """Let a few lines be a long log: with many buffers, chunks and blocks."""
    with (
        chunks_of(chunk, buffer=64, head=100, tail=40),
        patch.object(fingerprint, "BLOCK_BYTES", 256),
        patch.object(pending, "MOST_OPEN", 3),
        patch.object(members, "KEPT_BYTES", 300),
        patch.object(files, "PACKED_BYTES", 48),
        patch.object(compression, "UNPACKED_BYTES", 48),
    ):
        yield


class Odds(NamedTuple):
    """How likely things are in a history.

    `events`: that something happens before each time that something is read, `killed`: that a run is killed,
    `edits`: that what happens between runs is an edit, after which lines are not where they were.
    """

    events: float = 0.0
    killed: float = 0.0
    edits: float = 0.0


@contextmanager
def every_line_is_known(odds: Odds) -> Iterator[None]:
    """Let a single line that was read be recognized: no two lines of a world are the same."""
    enough = 1 if odds.edits else repetitions.ENOUGH
    overlapping = 1 if odds.edits else commit.OVERLAPPING
    with patch.object(repetitions, "ENOUGH", enough), patch.object(commit, "OVERLAPPING", overlapping):
        yield


def live_through(
    seed: int, odds: Odds, *, edits: Sequence[Event] = (), steps: int = 40, is_real: bool = False
) -> World:
    """Live through one history: random events and runs, and a last run in which nothing happens."""
    chance = random.Random(seed)
    parent = SHM if Path(SHM).is_dir() else None
    with (
        small_sizes(1000 if is_real else 200),
        every_line_is_known(odds),
        tempfile.TemporaryDirectory(dir=parent) as name,
    ):
        folder = Path(name) / "logs"
        folder.mkdir()
        memory = Store(Path(name) / "store.duckdb") if is_real else Memory(recognizes=odds.edits > 0)
        has_headers, appends = chance.random() < 0.3, chance.random() < 0.7
        with closing(World(folder, memory, has_headers=has_headers, appends=appends)) as world:
            for _ in range(steps):
                if chance.random() < 0.25:
                    world.run(chance, odds.events, odds.killed)
                else:
                    is_edit = odds.edits and chance.random() < odds.edits
                    chance.choice(edits if is_edit else EVENTS)(world, chance)
            world.run(chance)
    return world
