"""Identify a log by hashes of its content, never by its name, inode or times. This module reads no file.

A log's `head_hashes` are keyed hashes of its beginning, one for each end of a line within HEAD_BYTES, from
its first record on. Its `tail_hash` is the hash of the TAIL_BYTES before the position. Its `block_hashes` are
the hashes of the TAIL_BYTES before each multiple of BLOCK_BYTES. All of them are hashes of decompressed bytes
that were consumed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

try:  # hashlib loads OpenSSL, which would be 1 % of a cron run
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

HEAD_BYTES = 4096
TAIL_BYTES = 1024
BLOCK_BYTES = 1 << 20

# a line that is neither blank nor a W3C header, before which may be a byte order mark
_RECORD = re.compile(rb"(?m)^[ \t\0]*(?!\xef\xbb\xbf[#\s])[^#\s\0]")

Hash = Callable[[bytes], int]


class Identity(NamedTuple):
    """A stored source: the hashes that identify it, and its position.

    `ends_mid_line`: the position is in the middle of a line, which was counted without its rest. `path` is
    the name under which the source was last read, `size` its length at that time, in bytes. `complete`: all
    of it was read. `header`: the header lines in force at `position`. `site` is the site of all its lines,
    None where each line names its host. `is_refused`: most of its last lines were rejected.
    """

    source_id: int
    position: int
    head_hashes: frozenset[int]
    tail_hash: int
    block_hashes: tuple[int, ...] = ()
    ends_mid_line: bool = False
    path: str = ""
    machine: str = ""
    log_format: str = ""
    header: str = ""
    size: int = 0
    complete: bool = True
    is_refused: bool = False
    site: str | None = None


class Fingerprint(NamedTuple):
    """A file's fingerprint: its size, hashes of its first lines, and hashes before given offsets.

    `head_hashes` are the hashes of its first lines by end offset. `hashes_before` has, by offset, the hash of
    the TAIL_BYTES before each requested offset in the file. `partial_hashes` are hashes of its beginning, by
    end offset, at offsets where no line ends: the positions of sources that end in the middle of a line. For
    a file that is one line without its newline, the hash of that line with a newline is included.
    """

    size: int
    head_hashes: Mapping[int, int]
    hashes_before: Mapping[int, int] = MappingProxyType({})
    partial_hashes: Mapping[int, int] = MappingProxyType({})


class Match(Enum):
    """The result of comparing a log with a source."""

    OTHER = "is another log"
    HELD = "holds nothing that was not read"
    CONTINUES = "continues after the source's position"


def hasher(key: bytes) -> Hash:
    """Return the keyed hash function of a store: 64 bits, useless without the key."""

    def hashed(data: bytes) -> int:
        return int.from_bytes(blake2b(data, key=key, digest_size=8).digest(), "big", signed=True)

    return hashed


def is_record(lines: bytes) -> bool:
    """Whether one of the lines is neither blank nor a header."""
    return _RECORD.search(lines) is not None


def hash_heads(start: bytes, hashed: Hash) -> dict[int, int]:
    """Return the hashes of a log's beginning by end offset: at the end of each line, and at HEAD_BYTES.

    A beginning that has only headers and blank lines is not hashed, because many logs share it.
    """
    start = start[:HEAD_BYTES]
    record = _RECORD.search(start)
    ends = [match.end() for match in re.finditer(rb"\n", start) if record and match.end() > record.end()]
    if len(start) == HEAD_BYTES and ends[-1:] != [HEAD_BYTES]:
        ends.append(HEAD_BYTES)
    return {end: hashed(start[:end]) for end in ends}


def hash_partial_lines(start: bytes, sources: Iterable[Identity], hashed: Hash) -> dict[int, int]:
    """Return the hashes of a log's beginning, by end offset, where no line ends; see Fingerprint."""
    ends = {source.position for source in sources if source.ends_mid_line and source.position <= len(start)}
    hashes = {end: hashed(start[:end]) for end in ends}
    if start and not hash_heads(start, hashed) and len(start) < HEAD_BYTES:
        hashes[len(start) + 1] = hashed(start + b"\n")
    return hashes


def offsets_to_hash(sources: Iterable[Identity], size: int | None) -> set[int]:
    """Return the offsets before which a log must be hashed to compare it with the sources.

    For a log of known size that reaches a source's position, one offset is enough for that source.
    """
    offsets: set[int] = set()
    for source in sources:
        offsets.add(source.position)
        if size is None or size < source.position:
            offsets.update(BLOCK_BYTES * number for number in range(1, len(source.block_hashes) + 1))
    return offsets


def common_beginning(log: Fingerprint, source: Identity) -> int:
    """Return the length in bytes of the beginning that is proved to be the source's; 0 if they differ."""
    if log.size >= source.position:
        end = min(source.position, HEAD_BYTES)
    else:
        end = max(log.head_hashes, default=log.size + 1)
    head_hash = log.head_hashes.get(end, log.partial_hashes.get(end))
    return min(end, log.size) if head_hash in source.head_hashes else 0


def equal_lines(log: Fingerprint, source: Identity) -> int:
    """Return the end of the last line at the beginning of both a log and a source, 0 if there is none."""
    return max((end for end, hashed in log.head_hashes.items() if hashed in source.head_hashes), default=0)


def compare(log: Fingerprint, source: Identity) -> tuple[Match, int]:
    """Return how a log compares with a source, and the offset up to which that is proved."""
    proof = common_beginning(log, source)
    if not proof:
        return Match.OTHER, 0
    if log.size >= source.position:
        if log.hashes_before.get(source.position) != source.tail_hash:
            return Match.OTHER, 0
        return (Match.HELD if log.size == source.position else Match.CONTINUES), source.position
    for number, block_hash in enumerate(source.block_hashes, start=1):
        offset = BLOCK_BYTES * number
        if offset <= log.size:
            if log.hashes_before.get(offset) != block_hash:
                return Match.OTHER, 0
            proof = max(proof, offset)
    return Match.HELD, proof


def best_match(log: Fingerprint, sources: Iterable[Identity]) -> tuple[Match, Identity | None]:
    """Return the source that a log matches, and whether the log continues after the source's position.

    Of several matching sources, the one with the longest proved beginning is returned; of several of these,
    one that has all of the log. A log that is shorter than a source and begins like it is a copy, or is being
    copied; it is never read from the beginning again.
    """
    matches = []
    for source in sources:
        match, proof = compare(log, source)
        if match is not Match.OTHER:
            matches.append((proof, match is Match.HELD, source.source_id, match, source))
    if not matches:
        return Match.OTHER, None
    *_, match, best = max(matches, key=lambda ranked: ranked[:3])
    return match, best
