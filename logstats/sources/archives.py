"""Archives of several logs: tar, plain or compressed, and zip. Each member is a log of its own.

An archive is read from its beginning to its end before any of its members is used, so that an incomplete one
waits as a whole. A member is copied to a file without a name while it is read: nothing is written to a path
that an archive names, and memory does not depend on sizes.
"""

import lzma
import os
import stat
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from logstats import signals
from logstats.errors import FormatError, IncompleteArchiveError
from logstats.sources.compression import TAR_BLOCK, ZIP, is_tar_header
from logstats.sources.files import BUFFER_BYTES, Flow, LogFile, Stat, open_log
from logstats.sources.paths import printable, unreadable

LONGEST_HEADER = 1 << 20  # of a tar's extended header; pax stores a name of any length there

ENDS_EARLY = "it ends in the middle"
UNPACK = "unpack it first"
ENCRYPTED = f"is encrypted; {UNPACK}"
SPARSE = f"is stored as a sparse file; {UNPACK}"
_ZIP_METHODS = {  # which zipfile can't read, by their numbers in PKWARE's APPNOTE, 4.4.5
    1: "shrink", 2: "reduce", 3: "reduce", 4: "reduce", 5: "reduce", 6: "implode", 9: "deflate64",
    10: "implode", 93: "zstd", 95: "xz", 98: "ppmd", 99: "AES",
}  # fmt: skip
CONTINUED = f"is a part of a file in several volumes; {UNPACK}"


class Member(NamedTuple):
    """A file in an archive: its name, its size unpacked, and its position.

    The position is the offset of its data in a tar, and its number in a zip. `refusal` is the reason why it
    can't be read.
    """

    name: str
    size: int
    position: int
    refusal: str = ""


class _Container(Protocol):
    """Reads the members of one archive."""

    def members(self) -> Iterator[Member]:
        """Yield the regular files that are not hidden, in order; check the archive up to its end."""

    def content(self, member: Member) -> Iterator[bytes]:
        """Yield the content of a member."""


class Archive:
    """An archive of several logs, and the logs in it. `refused` are the members that can't be read.

    `is_void`: it has no regular file that is not hidden.
    """

    def __init__(self, log: LogFile, keep: Callable[[int], bool]) -> None:
        """Open the logs in an open archive; raise IncompleteArchiveError where it is not whole.

        `keep` returns whether the copy of a member of a size is kept until the member is read.
        """
        self.log = log
        self.logs: list[MemberLog] = []
        self.refused: list[tuple[str, str]] = []
        self.is_void = True
        self.unpacked_size = 0
        self._keep = keep
        self._container: _Container = _Zip(log) if log.archive == ZIP else _Tar(log)
        try:
            self._open_members()
        except BaseException as error:
            self.close()
            if isinstance(error, IncompleteArchiveError):
                error.path = log.path
            raise

    def close(self) -> None:
        """Close the logs in the archive. A member is copied again when it is needed."""
        for log in self.logs:
            log.close()
        self.rest()

    def rest(self) -> None:
        """Close the archive's file until it is needed again."""
        if not self.log.is_stream:
            self.log.rest()

    def copy(self, member: Member) -> int:
        """Copy a member to a file without a name; return the open file."""
        size = 0
        try:
            with tempfile.TemporaryFile(prefix="logstats-") as file:
                for part in self._container.content(member):
                    file.write(part)
                    size += len(part)
                file.flush()
                descriptor = os.dup(file.fileno())
        except OSError as error:
            raise unreadable(self.log.path, error, "can't be unpacked") from error
        if size != member.size:
            os.close(descriptor)
            raise IncompleteArchiveError(f"it is damaged: {member.name} has another size than stored")
        return descriptor

    def _open_members(self) -> None:
        names: Counter[str] = Counter()
        for member in self._container.members():
            self.is_void = False
            names[member.name] += 1
            again = f" ({names[member.name]})" if names[member.name] > 1 else ""
            if member.refusal:
                self.refused.append((f"{member.name}{again}", member.refusal))
            elif member.size:
                self._open_member(f"{member.name}{again}", member)

    def _open_member(self, name: str, member: Member) -> None:
        try:
            log = MemberLog(self, name, member)
        except FormatError as error:
            self.refused.append((name, error.reason))
            return
        if log.archive:
            log.close()
            self.refused.append((name, f"is an archive itself ({log.archive}); {UNPACK}"))
            return
        self.unpacked_size += member.size
        if not self._keep(member.size):
            log.close()
        self.logs.append(log)


class MemberLog(LogFile):
    """A log in an archive. Nobody writes to it, since the archive is whole."""

    is_member = True

    def __init__(self, archive: Archive, name: str, member: Member) -> None:
        self._archive = archive
        self._member = member
        self.has_e_tag = archive.log.has_e_tag
        super().__init__(
            f"{archive.log.path}/{name}",
            f"{archive.log.name}/{name}",
            is_named_explicitly=archive.log.is_named_explicitly,
        )

    def close(self) -> None:
        """Close the copy, and the archive too if it can be opened again."""
        super().close()
        self._archive.rest()

    def is_unchanged(self, end: int) -> bool:  # noqa: ARG002 - the archive is unchanged as a whole
        """Whether the archive is the same file with the same content."""
        return self._archive.log.is_unchanged(0)

    def progress(self, offset: int) -> int:
        """Return the share of the archive's size that an offset in the member stands for."""
        return offset * self._archive.log.stat.size // max(1, self._archive.unpacked_size)

    def _open(self) -> tuple[int, bool]:
        return self._archive.copy(self._member), self._archive.log.is_stream

    def _stat_of(self, descriptor: int) -> Stat:
        """Return the size of the member with the times of the archive; it has no inode."""
        times = self._archive.log.stat
        return times._replace(device=0, inode=0, size=os.fstat(descriptor).st_size)


def logs_in(path: str) -> Iterator[LogFile]:
    """Yield the logs of a file, one or those in an archive, each open until the next is requested.

    Raise FormatError for a member that can't be read.
    """
    log = open_log(path, path, is_named_explicitly=True)
    try:
        if not log.archive:
            yield log
            return
        archive = Archive(log, lambda _: False)
        for member in archive.logs:
            yield member
            member.close()
        for name, why in archive.refused:
            raise FormatError(why, path=f"{path}/{name}")
    finally:
        log.close()


class _Tar:
    """Reads a tar: ustar, pax, GNU or V7. Archives that were concatenated are one."""

    def __init__(self, log: LogFile) -> None:
        self._log = log
        self._flow: Flow = log.flow(0)
        self._offset = 0

    def members(self) -> Iterator[Member]:
        has_end, extended, data_end = False, _Extended(), 0
        while block := self._block(data_end):
            if not any(block):
                has_end, data_end = True, self._offset
                continue
            if not is_tar_header(block):
                self._require_end(block, has_end=has_end)
                break
            header, has_end = _Header(block), False
            self._skip_sparse_map(header, block)
            header = header.with_extended(extended)
            start = self._offset
            data_end = start + header.stored_size
            data_end += -data_end % TAR_BLOCK
            if header.is_extended:
                extended = extended.with_record(header.kind, self._header_data(header.size))
                continue
            extended = _Extended()
            if (name := header.file_name) is not None:
                yield Member(name, header.size, start, header.refusal)
        is_complete = has_end or self._log.is_old or self._log.is_named_explicitly
        if self._log.is_truncated or not is_complete:
            raise IncompleteArchiveError(ENDS_EARLY)

    def content(self, member: Member) -> Iterator[bytes]:
        self._go_to(member.position)
        left = member.size
        while left:
            part = self._read(min(left, BUFFER_BYTES))
            left -= len(part)
            yield part

    def _block(self, offset: int) -> bytes:
        """Return the block at an offset, b"" at the end."""
        self._go_to(offset)
        block = self._flow.read(TAR_BLOCK)
        self._offset += len(block)
        return block

    def _go_to(self, offset: int) -> None:
        if offset < self._offset:
            self._flow = self._log.flow(0)
            self._offset = 0
        if not self._log.packing and offset > self._offset:
            if offset > self._log.stat.size:
                raise IncompleteArchiveError(ENDS_EARLY)
            self._flow = self._log.flow(offset)
            self._offset = offset
        while self._offset < offset:
            self._read(min(offset - self._offset, BUFFER_BYTES))

    def _read(self, size: int) -> bytes:
        signals.check()
        data = self._flow.read(size)
        self._offset += len(data)
        if len(data) < size:
            raise IncompleteArchiveError(ENDS_EARLY)
        return data

    def _require_end(self, block: bytes, *, has_end: bool) -> None:
        """Read the bytes after the end of the archive; raise an error where it is no end, but damage."""
        if not has_end:
            at = self._offset - len(block)
            is_whole = len(block) == TAR_BLOCK
            raise IncompleteArchiveError(
                f"it is damaged: no member begins at byte {at:,}" if is_whole else ENDS_EARLY
            )
        size = len(block)
        while data := self._flow.read(BUFFER_BYTES):
            signals.check()
            size += len(data)
        self._log.trailing += size

    def _skip_sparse_map(self, header: "_Header", block: bytes) -> None:
        """Skip the blocks that continue the map of GNU's sparse files."""
        has_more = header.kind == b"S" and block[482] != 0
        while has_more:
            has_more = self._read(TAR_BLOCK)[504] != 0

    def _header_data(self, size: int) -> bytes:
        if size > LONGEST_HEADER:
            raise IncompleteArchiveError(f"it is damaged: an extended header of {size:,} bytes")
        return self._read(size)


class _Extended(NamedTuple):
    """What extended headers say of the next member."""

    name: bytes | None = None
    size: int | None = None
    is_sparse: bool = False

    def with_record(self, kind: bytes, data: bytes) -> "_Extended":
        """Add an extended header: GNU's long name (L), or the records of pax (x)."""
        if kind == b"L":
            return self._replace(name=data.rstrip(b"\0"))
        records = dict(_pax_records(data)) if kind == b"x" else {}
        try:
            size = int(records[b"size"]) if b"size" in records else self.size
        except ValueError as error:
            raise IncompleteArchiveError("it is damaged: a size in an extended header") from error
        is_sparse = self.is_sparse or any(key.startswith(b"GNU.sparse.") for key in records)
        return _Extended(records.get(b"path", self.name), size, is_sparse)


class _Header(NamedTuple):
    """The header of a member of a tar."""

    block: bytes
    extended: _Extended = _Extended()

    @property
    def kind(self) -> bytes:
        return self.block[156:157]

    @property
    def is_extended(self) -> bool:
        """Whether it is not a member: an extended header of the next one, or of all (g)."""
        return self.kind in (b"x", b"g", b"X", b"L", b"K")

    @property
    def size(self) -> int:
        """The length of the member's content in the archive."""
        if self.extended.size is not None:
            return self.extended.size
        return _number(self.block[124:136])

    @property
    def stored_size(self) -> int:
        """The length of the data after the header; links, devices and folders have none."""
        return 0 if self.kind in (b"1", b"2", b"3", b"4", b"5", b"6") else self.size

    @property
    def file_name(self) -> str | None:
        """The name of a regular file that is not hidden, None for anything else."""
        name = self.extended.name or self._short_name()
        if self.kind not in (b"0", b"\0", b"7", b"S", b"M") or name.endswith(b"/"):
            return None
        return shown_name(printable(os.fsdecode(name)))

    @property
    def refusal(self) -> str:
        if self.kind == b"M":
            return CONTINUED
        return SPARSE if self.kind == b"S" or self.extended.is_sparse else ""

    def with_extended(self, extended: _Extended) -> "_Header":
        """Return the header with what extended headers say; these are not extended themselves."""
        return self if self.is_extended else self._replace(extended=extended)

    def _short_name(self) -> bytes:
        name = self.block[:100].split(b"\0")[0]
        prefix = self.block[345:500].split(b"\0")[0] if self.block[257:263] == b"ustar\0" else b""
        return prefix + b"/" + name if prefix else name


class _Zip:
    """Reads a zip. The checksum of each member is checked when its content is read."""

    def __init__(self, log: LogFile) -> None:
        self._log = log
        self._infos: list[zipfile.ZipInfo] = []
        self._shared: zipfile.ZipFile | None = None

    def members(self) -> Iterator[Member]:
        with _faults(), self._log.reopened() as file, zipfile.ZipFile(file) as opened:
            self._infos, self._shared = opened.infolist(), opened
            for index, info in enumerate(self._infos):
                name = shown_name(printable(info.filename))
                kind = stat.S_IFMT(info.external_attr >> 16)
                if name is not None and not info.is_dir() and kind in (0, stat.S_IFREG):
                    yield Member(name, info.file_size, index, _refusal(info))
            self._shared = None

    def content(self, member: Member) -> Iterator[bytes]:
        if self._shared:
            yield from self._content(self._shared, member)
        else:
            with _faults(), self._log.reopened() as file, zipfile.ZipFile(file) as opened:
                yield from self._content(opened, member)

    def _content(self, opened: zipfile.ZipFile, member: Member) -> Iterator[bytes]:
        with _faults(), opened.open(self._infos[member.position]) as file:
            while data := file.read(BUFFER_BYTES):
                signals.check()
                yield data


@contextmanager
def _faults() -> Iterator[None]:
    """Raise any fault of a zip as an IncompleteArchiveError. That of bzip2 is an OSError without a number."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error, ValueError) as error:
        raise IncompleteArchiveError(f"it is damaged: {error}") from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise IncompleteArchiveError(f"it is damaged: {error}") from error


def _refusal(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 1:
        return ENCRYPTED
    if info.compress_type not in _zip_methods():
        method = _ZIP_METHODS.get(info.compress_type, str(info.compress_type))
        return f"is packed by a method that can't be read ({method}); {UNPACK}"
    return ""


def _zip_methods() -> tuple[int, ...]:
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    return (*methods, zstandard) if (zstandard := getattr(zipfile, "ZIP_ZSTANDARD", 0)) else methods


def shown_name(name: str) -> str | None:
    """Return a member's name as it is shown, None where it or one of its folders is hidden."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts or any(part.startswith(".") and part != ".." for part in parts):
        return None
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in "/".join(parts))


def _number(field: bytes) -> int:
    """Return a number of a tar's header: octal digits, or binary with the first bit set."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.split(b"\0")[0].strip() or b"0", 8)
    except ValueError as error:
        raise IncompleteArchiveError("it is damaged: a number in a header") from error


def _pax_records(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the records of a pax header, each `LENGTH KEY=VALUE` and a newline."""
    while data.strip(b"\0"):
        length, _, rest = data.partition(b" ")
        size = int(length) - len(length) - 1 if length.isdigit() else 0
        if size <= 0 or size > len(rest):
            raise IncompleteArchiveError("it is damaged: an extended header")
        key, _, value = rest[: size - 1].partition(b"=")
        yield key, value
        data = rest[size:]
