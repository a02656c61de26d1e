"""By what a log is known again: its content, never its name, its inode or its times. Pure: reads nothing.

A log's `head_hashes` are keyed hashes of its beginning, one at each line's end within HEAD_BYTES, from its first
record on; its `tail_hash` is the hash of the bytes before the position; its `block_hashes` are the hashes of the
bytes before each whole BLOCK_BYTES. All are of content: decompressed bytes that were really consumed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

try:  # hashlib brings OpenSSL along, which would be 1 % of a cron run
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

HEAD_BYTES = 4096
ANCHOR_BYTES = 1024
BLOCK_BYTES = 1 << 20

_RECORD = re.compile(rb"(?m)^[ \t\0]*[^#\s\0]")  # where a line begins that is not blank, and no W3C header

Hash = Callable[[bytes], int]


class Identity(NamedTuple):
    """A stored source: by what it is known again, and how far it was read.

    `ends_mid_line`: what was read of it ends in the middle of a line, which counted as it stood. `path`: the name
    it was last read under; `size`: how long it was then; `complete`: all of it was read; `header`: the
    header lines in force there.
    """

    source_id: int
    position: int
    head_hashes: frozenset[int]
    tail_hash: int
    block_hashes: tuple[int, ...] = ()
    ends_mid_line: bool = False
    path: str = ""
    host: str = ""
    log_format: str = ""
    header: str = ""
    size: int = 0
    complete: bool = True


class Fingerprint(NamedTuple):
    """What a log shows of itself: its size, `head_hashes` by where they end, and what stands before places.

    `before` has the hash of the ANCHOR_BYTES before each place that was asked for and is in the log.
    `halves` are further hashes of its beginning, up to where half a line was once taken; of a log that is
    but half a line, one is of the line with its newline.
    """

    size: int
    head_hashes: Mapping[int, int]
    before: Mapping[int, int] = MappingProxyType({})
    halves: Mapping[int, int] = MappingProxyType({})


class Match(Enum):
    """How a log stands to a source."""

    OTHER = "is another log"
    HELD = "holds nothing that was not read"
    CONTINUES = "goes on behind what was read"


def hasher(key: bytes) -> Hash:
    """Return the hash of a store: 64 bits, of no use without its key."""

    def hashed(data: bytes) -> int:
        return int.from_bytes(blake2b(data, key=key, digest_size=8).digest(), "big", signed=True)

    return hashed


def is_record(lines: bytes) -> bool:
    """Whether among lines there is one that is neither blank nor a header."""
    return _RECORD.search(lines) is not None


def heads_of(start: bytes, hashed: Hash) -> dict[int, int]:
    """Return the hashes of a log's beginning, by where they end: at each line's end, and at HEAD_BYTES.

    A beginning of nothing but headers and blank lines has none: many logs have it.
    """
    start = start[:HEAD_BYTES]
    record = _RECORD.search(start)
    ends = [match.end() for match in re.finditer(rb"\n", start) if record and match.end() > record.end()]
    if len(start) == HEAD_BYTES and ends[-1:] != [HEAD_BYTES]:
        ends.append(HEAD_BYTES)
    return {end: hashed(start[:end]) for end in ends}


def halves_of(start: bytes, sources: Iterable[Identity], hashed: Hash) -> dict[int, int]:
    """Return the hashes of a log's beginning where no line ends, by where they end: see Shown."""
    ends = {source.position for source in sources if source.ends_mid_line and source.position <= len(start)}
    halves = {end: hashed(start[:end]) for end in ends}
    if start and not heads_of(start, hashed) and len(start) < HEAD_BYTES:
        halves[len(start) + 1] = hashed(start + b"\n")
    return halves


def places_of(sources: Iterable[Identity], size: int | None) -> set[int]:
    """Return the places before which a log must be hashed to be compared with the sources.

    Where a log is known to be as long as what was read of a source, that is one: however long that was.
    """
    places: set[int] = set()
    for source in sources:
        places.add(source.position)
        if size is None or size < source.position:
            places.update(BLOCK_BYTES * number for number in range(1, len(source.block_hashes) + 1))
    return places


def begins_like(shown: Fingerprint, source: Identity) -> int:
    """Return up to where a log's beginning is known to be the source's; 0 where it is not."""
    if shown.size >= source.position:
        end = min(source.position, HEAD_BYTES)
    else:
        end = max(shown.head_hashes, default=shown.size + 1)
    told = shown.head_hashes.get(end, shown.halves.get(end))
    return min(end, shown.size) if told in source.head_hashes else 0


def compare(shown: Fingerprint, source: Identity) -> tuple[Match, int]:
    """Say how a log stands to a source, and up to where that is proved."""
    proof = begins_like(shown, source)
    if not proof:
        return Match.OTHER, 0
    if shown.size >= source.position:
        if shown.before.get(source.position) != source.tail_hash:
            return Match.OTHER, 0
        return (Match.HELD if shown.size == source.position else Match.CONTINUES), source.position
    for number, block in enumerate(source.block_hashes, start=1):
        place = BLOCK_BYTES * number
        if place <= shown.size:
            if shown.before.get(place) != block:
                return Match.OTHER, 0
            proof = max(proof, place)
    return Match.HELD, proof


def judge(shown: Fingerprint, sources: Iterable[Identity]) -> tuple[Match, Identity | None]:
    """Say which source a log is, and whether it goes on behind what was read of it.

    Of several that fit, the one with the longest proof; with the same proof, one that holds it all. A log
    that is shorter than a source and begins like it is a copy, or is being copied: it never starts again.
    """
    fitting = []
    for source in sources:
        stand, proof = compare(shown, source)
        if stand is not Match.OTHER:
            fitting.append((proof, stand is Match.HELD, source.source_id, stand, source))
    if not fitting:
        return Match.OTHER, None
    *_, stand, best = max(fitting, key=lambda fit: fit[:3])
    return stand, best
