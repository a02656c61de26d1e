"""The two header slots of a DuckDB file, of which each checkpoint writes the older one.

A header is 4 KiB, and a disk writes 512 bytes at a time: a power cut can tear the one that is being written.
DuckDB then refuses the file, although the other slot is whole and has the state before the checkpoint, whose
blocks are still in the file. A slot is a checksum of 8 bytes, the number of the checkpoint and the roots of
the file's contents.
"""

import os
import struct
from pathlib import Path
from typing import BinaryIO

SLOTS = (4096, 8192)  # bytes from the start of the file
SLOT_BYTES = 4096
CHECKSUM_BYTES = 8
_SEED, _FACTOR, _MASK = 5381, 0xBF58476D1CE4E5B9, (1 << 64) - 1  # of DuckDB's checksum of a block


def torn_slot(path: Path) -> int | None:
    """Return the offset of the slot that is torn; None unless exactly one of the two is."""
    with path.open("rb") as file:
        torn = [offset for offset in SLOTS if not _is_whole(_slot(file, offset))]
    return torn[0] if len(torn) == 1 else None


def restore(path: Path) -> None:
    """Replace the torn slot by the whole one; the file must have exactly one torn slot."""
    torn = torn_slot(path)
    (whole,) = (offset for offset in SLOTS if offset != torn)
    with path.open("r+b") as file:
        slot = _slot(file, whole)
        file.seek(whole ^ SLOTS[0] ^ SLOTS[1])
        file.write(slot)
        file.flush()
        os.fsync(file.fileno())


def _slot(file: BinaryIO, offset: int) -> bytes:
    file.seek(offset)
    return file.read(SLOT_BYTES)


def _is_whole(slot: bytes) -> bool:
    if len(slot) < SLOT_BYTES:
        return False
    checksum = _SEED
    for (word,) in struct.iter_unpack("<Q", slot[CHECKSUM_BYTES:]):
        checksum ^= word * _FACTOR & _MASK
    return checksum == int.from_bytes(slot[:CHECKSUM_BYTES], "little")
