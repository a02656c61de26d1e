"""The checksums of a DuckDB file: those of its two header slots and of its blocks.

A checkpoint writes the blocks of the new state, syncs them, then writes the older of the two headers, which
has the roots of the new state. Header slots have 4 KiB and a disk writes 512 bytes at a time, so a power cut
can tear the slot that is being written; the other one is whole and has the state before, whose blocks are
still in the file.

Blocks of metadata have parts of both states, and are written in place: a power cut can leave some sectors of
the old block and some of the new one. The parts of the old state are the same bytes in both, so only the
checksum is wrong. It is computed anew while a write-ahead log shows that a checkpoint was interrupted.
"""

import os
import struct
from pathlib import Path
from typing import BinaryIO

SLOTS = (4096, 8192)  # bytes from the start of the file
SLOT_BYTES = 4096
BLOCK_BYTES_AT = 40  # in a slot: the size of blocks, after checksum, checkpoint number, two roots and a count
_CHECKSUM_BYTES = 8
_SEED, _FACTOR, _MASK = 5381, 0xBF58476D1CE4E5B9, (1 << 64) - 1


def torn_slot(path: Path) -> int | None:
    """Return the offset of the slot that is torn; None unless exactly one of the two is."""
    with path.open("rb") as file:
        torn = [offset for offset in SLOTS if not _is_whole(_read(file, offset, SLOT_BYTES))]
    return torn[0] if len(torn) == 1 else None


def restore_slot(path: Path) -> None:
    """Replace the torn slot by the whole one; the file must have exactly one torn slot."""
    torn = torn_slot(path)
    (whole,) = (offset for offset in SLOTS if offset != torn)
    with path.open("r+b") as file:
        slot = _read(file, whole, SLOT_BYTES)
        _write(file, SLOTS[0] + SLOTS[1] - whole, slot)


def renew_block(path: Path, offset: int) -> None:
    """Compute the checksum of the block at an offset from the block's bytes."""
    with path.open("r+b") as file:
        slot = _read(file, SLOTS[0], SLOT_BYTES)
        size = int.from_bytes(slot[BLOCK_BYTES_AT : BLOCK_BYTES_AT + 8], "little")
        block = _read(file, offset, size)
        _write(file, offset, _checksum(block).to_bytes(_CHECKSUM_BYTES, "little"))


def _read(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)


def _write(file: BinaryIO, offset: int, data: bytes) -> None:
    file.seek(offset)
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _is_whole(slot: bytes) -> bool:
    return len(slot) == SLOT_BYTES and _checksum(slot) == int.from_bytes(slot[:_CHECKSUM_BYTES], "little")


def _checksum(data: bytes) -> int:
    """Return DuckDB's checksum of a header or a block, which begins with its checksum."""
    checksum = _SEED
    for (word,) in struct.iter_unpack("<Q", data[_CHECKSUM_BYTES:]):
        checksum ^= word * _FACTOR & _MASK
    return checksum
