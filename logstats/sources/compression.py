"""How logs are packed: recognised by their first bytes, unpacked as a stream in constant memory.

Every unpacker is an incremental one, so that the end of a member and its checksum are really met: an
archive that stops in the middle of a member is not whole, however well its bytes unpacked so far. One that
was merely cut there unpacks to the beginning of its content; of one that is damaged nothing is to be
believed, and a damaged one may run past its end and look as if it were cut.
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol, cast

from logstats.errors import LogError

PACKED_BYTES = 64 << 10  # read from an archive at a time
UNPACKED_BYTES = 256 << 10  # unpacked at a time, however well it is packed
LENGTH_BYTES = 4  # with which an archive that tells its content's length ends
NEAR_BYTES = 4096  # by how much damage moves the length of what is unpacked: by 512 at most in 100,000 trials


class UnwholeError(LogError):
    """An archive ends before its end, or is damaged: it may still be being written."""


class CutError(UnwholeError):
    """An archive ends in the middle: what it unpacked to is the beginning of its content."""


class Unpacker(Protocol):
    """What unpacks one member of an archive."""

    @property
    def eof(self) -> bool:
        """Whether the member is unpacked, and its checksum right."""

    @property
    def unused_data(self) -> bytes:
        """What was given of the bytes behind the member."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes of what was given."""

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        """Return what `data` unpacks to, at most `max_length` bytes of it."""


Faults = tuple[type[Exception], ...]


class _Member:
    """One member of a gzip file, with the names that the other unpackers have."""

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
    """ISA-L unpacks twice as fast as zlib, where it is to be had."""
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


class Packing(NamedTuple):
    """A way to pack: what an archive begins with, what unpacks a member, what may stand between two.

    `tells_length`: a member ends with the length of its content, in LENGTH_BYTES.
    """

    name: str
    magic: bytes
    unpacker: Callable[[], tuple[Unpacker, Faults]]
    padding: bytes = b""
    tells_length: bool = False


PACKINGS = (
    # gzip(1) passes over NULs behind a member too
    Packing("gzip", b"\x1f\x8b", _gzip, padding=b"\0", tells_length=True),
    Packing("bzip2", b"BZh", _bzip2),
    Packing("xz", b"\xfd7zXZ\0", _xz, padding=b"\0"),
    Packing("zstd", b"\x28\xb5\x2f\xfd", _zstd),
)
MAGIC_BYTES = max(len(packing.magic) for packing in PACKINGS)


def packing_of(start: bytes) -> Packing | None:
    """Return how a file that begins so is packed, None where it is not."""
    return next((packing for packing in PACKINGS if start.startswith(packing.magic)), None)


def unpacked(packing: Packing, read: Callable[[], bytes]) -> Iterator[bytes]:
    """Yield what an archive holds; `read` gives its next bytes, none at its end.

    Raise UnwholeError where the archive is not whole, after what came before was yielded; CutError where
    that is the beginning of its content, as far as an archive without its end can tell.
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
                raise UnwholeError(f"it is damaged: {error}") from error
            if part:
                size += len(part)
                yield part
            data = more() if unpacker.needs_input and not unpacker.eof else b""
            if not data and unpacker.needs_input and not unpacker.eof:
                raise _endless(packing, tail, size)
        data = unpacker.unused_data.lstrip(packing.padding)
        while not data and (data := more()):
            data = data.lstrip(packing.padding)


def _endless(packing: Packing, tail: bytes, size: int) -> UnwholeError:
    """Say why a member has no end, which unpacked to so many bytes; `tail` are the archive's last ones.

    Where those are NULs the machine went down before they were written, and gzip unpacks NULs to what it
    likes. Where they are the length of the content the archive has its end, and ran past it.
    """
    if not any(tail):
        return UnwholeError("it ends in NULs")
    if packing.tells_length and abs(int.from_bytes(tail, "little") - size % (1 << 32)) < NEAR_BYTES:
        return UnwholeError("it is damaged: its end was not found")
    return CutError("it ends in the middle")
