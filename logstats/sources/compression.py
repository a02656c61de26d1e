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


def _text() -> tuple[Unpacker, Faults]:
    raise NotImplementedError("a text is converted by encodings.as_utf8")


class Packing(NamedTuple):
    """A kind of archive: its first bytes, its unpacker, and the padding between two members.

    `stores_length`: a member ends with the length of its content, in LENGTH_BYTES. `has_end`: a member's end
    shows in it; a text has none, may grow, and is not unpacked.
    """

    name: str
    magic: bytes
    unpacker: Callable[[], tuple[Unpacker, Faults]]
    padding: bytes = b""
    stores_length: bool = False
    has_end: bool = True


PACKINGS = (
    # gzip(1) ignores NULs after a member too
    Packing("gzip", b"\x1f\x8b", _gzip, padding=b"\0", stores_length=True),
    Packing("bzip2", b"BZh", _bzip2),
    Packing("xz", b"\xfd7zXZ\0", _xz, padding=b"\0"),
    Packing("zstd", b"\x28\xb5\x2f\xfd", _zstd),
    # text, which is converted as an archive is unpacked, so that positions are those in UTF-8
    *(Packing(encodings.NAME, mark, _text, has_end=False) for mark in encodings.UTF_16),
)
MAGIC_BYTES = max(len(packing.magic) for packing in PACKINGS)


def packing_of(start: bytes) -> Packing | None:
    """Return the kind of the archive that begins with these bytes, None if they are not an archive's."""
    return next((packing for packing in PACKINGS if start.startswith(packing.magic)), None)


def unpacked(packing: Packing, read: Callable[[], bytes]) -> Iterator[bytes]:
    """Yield the content of an archive; `read` returns its next bytes, b"" at the end.

    After the content that could be unpacked, raise IncompleteArchiveError if the archive is incomplete, or
    TruncatedArchiveError if, as far as can be known, the content is the beginning of the archive's content.
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
            if not data and unpacker.needs_input and not unpacker.eof:
                raise _missing_end(packing, tail, size)
        data = unpacker.unused_data.lstrip(packing.padding)
        while not data and (data := more()):
            data = data.lstrip(packing.padding)


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
