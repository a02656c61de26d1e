"""Recognise archives by their first bytes, and unpack them as a stream in constant memory.

Unpackers are incremental, so that the end and the checksum of each member are checked: an archive that stops
in the middle of a member is incomplete, even if all of its bytes can be unpacked. A truncated archive unpacks
to the beginning of its content. The content of a damaged archive is not valid; unpacking may run past the end
of its data, so that the archive looks truncated.
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol, cast

from logstats.errors import IncompleteArchiveError, TruncatedArchiveError
from logstats.sources import encodings

PACKED_BYTES = 64 << 10  # read from an archive at a time
UNPACKED_BYTES = 256 << 10  # unpacked at a time, at any compression ratio
LENGTH_BYTES = 4  # at the end of an archive that stores its content's length
_ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
NEAR_BYTES = 4096  # damage changes the unpacked length by less: by 512 at most in 100,000 trials


class Unpacker(Protocol):
    """Unpacks one member of an archive."""

    @property
    def eof(self) -> bool:
        """Whether the member was unpacked to its end, with the right checksum."""

    @property
    def unused_data(self) -> bytes:
        """The input after the end of the member."""

    @property
    def needs_input(self) -> bool:
        """Whether the unpacker has consumed its input."""

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        """Unpack `data`; return at most `max_length` bytes."""


Faults = tuple[type[Exception], ...]


class _Member:
    """One member of a gzip file, with the interface of the other unpackers."""

    def __init__(self, unpacker: Any) -> None:
        self._unpacker = unpacker

    @property
    def eof(self) -> bool:
        return bool(self._unpacker.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._unpacker.unused_data)

    @property
    def needs_input(self) -> bool:
        return not self._unpacker.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        return bytes(self._unpacker.decompress(self._unpacker.unconsumed_tail + data, max_length))


def _gzip() -> tuple[Unpacker, Faults]:
    """Return an unpacker of ISA-L where that is installed: it is twice as fast as zlib."""
    try:
        from isal import isal_zlib  # noqa: PLC0415 - only where an archive is read
    except ImportError:
        return _Member(zlib.decompressobj(wbits=31)), (zlib.error,)
    fault = cast("type[Exception]", isal_zlib.error)
    return _Member(isal_zlib.decompressobj(wbits=31)), (fault,)


def _bzip2() -> tuple[Unpacker, Faults]:
    import bz2  # noqa: PLC0415 - only where such an archive is read

    return bz2.BZ2Decompressor(), (OSError, ValueError)


def _xz() -> tuple[Unpacker, Faults]:
    import lzma  # noqa: PLC0415 - only where such an archive is read

    return lzma.LZMADecompressor(lzma.FORMAT_XZ), (lzma.LZMAError,)


def _zstd() -> tuple[Unpacker, Faults]:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415 - only where such an archive is read
    else:
        from backports import zstd  # noqa: PLC0415 - only where such an archive is read
    return zstd.ZstdDecompressor(), (zstd.ZstdError,)


def _zstd_checksum(member: bytes) -> int:
    """Return the length of a checksum after a frame without the flag (RFC 8878, 3.1.1.1.1), else 0."""
    has_flag = int.from_bytes(member[4:5]) & 4
    return 4 if member.startswith(_ZSTD_FRAME) and not has_flag else 0


def _text() -> tuple[Unpacker, Faults]:
    raise NotImplementedError("a text is converted by encodings.as_utf8")


class Packing(NamedTuple):
    """A kind of archive: the first bytes of its members, its unpacker, and the padding between two members.

    After the last member, padding of a multiple of `padding_unit` bytes is part of the archive.
    `stores_length`: a member ends with the length of its content, in LENGTH_BYTES. `has_end`: a member's end
    shows in it; a text has none, may grow, and is not unpacked. `unannounced`
    returns how many bytes after a member are its checksum, if damage has cleared the flag that announces one
    in its first bytes.
    """

    name: str
    magics: tuple[bytes, ...]
    unpacker: Callable[[], tuple[Unpacker, Faults]]
    padding: bytes = b""
    padding_unit: int = sys.maxsize
    stores_length: bool = False
    has_end: bool = True
    unannounced: Callable[[bytes], int] = lambda _: 0

    def may_begin(self, data: bytes) -> bool:
        """Whether a member begins with these bytes, or would with more of them."""
        return any(data.startswith(magic[: len(data)]) for magic in self.magics)


PACKINGS = (
    # gzip(1) ignores NULs after a member too
    Packing("gzip", (b"\x1f\x8b",), _gzip, padding=b"\0", stores_length=True),
    Packing("bzip2", (b"BZh",), _bzip2),
    Packing("xz", (b"\xfd7zXZ\0",), _xz, padding=b"\0", padding_unit=4),
    # the others begin skippable frames (RFC 8878, 3.1.2), which pzstd writes before each frame
    Packing(
        "zstd",
        (_ZSTD_FRAME, *(bytes((first, 0x2A, 0x4D, 0x18)) for first in range(0x50, 0x60))),
        _zstd,
        unannounced=_zstd_checksum,
    ),
    # text, which is converted as an archive is unpacked, so that positions are those in UTF-8
    *(Packing(encodings.NAME, (mark,), _text, has_end=False) for mark in encodings.UTF_16),
)
MAGIC_BYTES = max(len(magic) for packing in PACKINGS for magic in packing.magics)


def packing_of(start: bytes) -> Packing | None:
    """Return the kind of the archive that begins with these bytes, None if they are not an archive's."""
    found = next((packing for packing in PACKINGS if start.startswith(packing.magics)), None)
    return None if found and not found.has_end and not encodings.is_text(start) else found


TAR, ZIP = "tar", "zip"  # archives of several files, see archives.py
TAR_BLOCK = 512
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")  # a member, none, one of several volumes


def archive_of(start: bytes) -> str:
    """Return TAR or ZIP where an archive of several files begins with these bytes (a TAR_BLOCK), else ''."""
    if start.startswith(_ZIP_MAGICS):
        return ZIP
    return TAR if b"\0" in start[:TAR_BLOCK] and is_tar_header(start[:TAR_BLOCK]) else ""


def is_tar_header(block: bytes) -> bool:
    """Whether a block is the header of a member of a tar, by its checksum: V7 has no magic number."""
    digits = block[148:156].split(b"\0")[0].strip()
    if len(block) < TAR_BLOCK or not digits.isdigit():
        return False
    others = block[:148] + b" " * 8 + block[156:]
    signed = sum(others) - 256 * sum(1 for byte in others if byte > 127)  # noqa: PLR2004 - of some early tars
    return digits.lstrip(b"0") in {b"%o" % total for total in (sum(others), max(0, signed))}


# What logstats can't read: the first bytes of such files. None begins like a line of an access log.
UNREADABLE = {
    "a 7z archive": (b"7z\xbc\xaf\x27\x1c",),
    "a rar archive": (b"Rar!\x1a\x07",),
    "packed by lz4": (b"\x04\x22\x4d\x18", b"\x02\x21\x4c\x18"),
    "packed by lzop (lzo)": (b"\x89LZO\0\r\n\x1a\n",),
    "packed by compress (.Z)": (b"\x1f\x9d",),
    "packed by pack (.z)": (b"\x1f\x1e",),
    "packed by lzh": (b"\x1f\xa0",),
    "packed by lzip": (b"LZIP\1", b"LZIP\0"),
    "packed by lrzip": (b"LRZI\0",),
    "packed by lzma": (b"\x5d\0\0",),
    "packed by snappy": (b"\xff\x06\0\0sNaPpY",),
    "a cab archive": (b"MSCF\0\0\0\0",),
    "an arj archive": (b"\x60\xea",),
    "a zpaq archive": (b"7kSt\xa0\x31\x83\xd3", b"zPQ\1", b"zPQ\2"),
    "a xar archive": (b"xar!\0",),
    "a cpio archive": (b"\xc7\x71", b"\x71\xc7", b"0707010", b"0707020", b"0707070"),
    "encrypted by openssl": (b"Salted__",),
    "encrypted by age": (b"age-encryption.org/",),
    "encrypted by gpg": (b"-----BEGIN PGP MESSAGE", b"\x85\1", b"\x85\2", b"\x8c\x0d"),
}


def unreadable_kind(start: bytes) -> str:
    """Return what a file is that begins with these bytes and can't be read, '' where it may be a log."""
    return next((kind for kind, magics in UNREADABLE.items() if start.startswith(magics)), "")


def unpacked(
    packing: Packing, read: Callable[[], bytes], trailing: Callable[[int], None] = lambda _: None
) -> Iterator[bytes]:
    """Yield the content of an archive; `read` returns its next bytes, b"" at the end.

    After the content that could be unpacked, raise IncompleteArchiveError if the archive is incomplete, or
    TruncatedArchiveError if, as far as can be known, the content is the beginning of the archive's content.
    Bytes after a member that do not begin another one are not part of the archive: `trailing` is called with
    the number of those that were read, and no more is read.
    """
    tail = b""

    def more() -> bytes:
        nonlocal tail
        data = read()
        tail = (tail + data)[-LENGTH_BYTES:]
        return data

    data = more()
    while data:
        unpacker, faults = packing.unpacker()
        unannounced = packing.unannounced(data)
        size = 0
        while not unpacker.eof:
            try:
                part = unpacker.decompress(data, UNPACKED_BYTES)
            except faults as error:
                raise IncompleteArchiveError(f"it is damaged: {error}") from error
            if part:
                size += len(part)
                yield part
            data = more() if unpacker.needs_input and not unpacker.eof else b""
            # zlib may have more to return after a part that is as long as was allowed, without any input
            if not data and not part and unpacker.needs_input and not unpacker.eof:
                raise _missing_end(packing, tail, size)
        data, ignored = _next_member(packing, unpacker.unused_data, more, unannounced)
        if ignored:
            trailing(ignored)


def _next_member(
    packing: Packing, data: bytes, more: Callable[[], bytes], unannounced: int
) -> tuple[bytes, int]:
    """Return the first bytes of the next member; without one, the number of bytes after the archive's end.

    `data` are the bytes after a member; padding before a member is part of the archive. So many of them may
    be a checksum that the member does not announce, because of damage.
    """
    member = data.lstrip(packing.padding)
    padding = len(data) - len(member)
    while len(member) < MAGIC_BYTES and (added := more()):
        data = member + added
        member = data.lstrip(packing.padding)
        padding += len(data) - len(member)
    if member and packing.may_begin(member):
        return member, 0
    checksum, rest = member[:unannounced], member[unannounced:]
    is_lost = 0 < len(checksum) == unannounced
    if is_lost and (not rest or packing.may_begin(rest)):
        raise IncompleteArchiveError("it is damaged: a checksum follows a part that announces none")
    return b"", padding + len(member) if member or padding % packing.padding_unit else 0


def _missing_end(packing: Packing, tail: bytes, size: int) -> IncompleteArchiveError:
    """Return the error for a member without an end, which unpacked to `size` bytes.

    If the last bytes of the archive, `tail`, are NULs, the machine went down before it had written the data,
    and gzip unpacks NULs to arbitrary bytes. If they are the length of the content, the archive has its end,
    and was read past it because of damage.
    """
    if not any(tail):
        return IncompleteArchiveError("it ends in NULs")
    if packing.stores_length and abs(int.from_bytes(tail, "little") - size % (1 << 32)) < NEAR_BYTES:
        return IncompleteArchiveError("it is damaged: its end was not found")
    return TruncatedArchiveError("it ends in the middle")
