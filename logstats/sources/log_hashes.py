"""The hashes of a log while it is read: of its head, and of blocks of it."""

from logstats.sources import fingerprint
from logstats.sources.fingerprint import Hash


class LogHashes:
    """The hashes of a log, computed while its bytes are consumed in order."""

    def __init__(self, *, head: bytes, tail: bytes, position: int, hashed: Hash) -> None:
        """Start at a position; `head` is the content's beginning, `tail` the bytes before the position."""
        self._head = head[:position]
        self._tail = tail
        self._position = position
        self._hashed = hashed
        self._block_hashes: list[tuple[int, int]] = []

    def feed(self, data: bytes) -> None:
        """Add the next bytes."""
        end = self._position + len(data)
        offset = (self._position // fingerprint.BLOCK_BYTES + 1) * fingerprint.BLOCK_BYTES
        while offset <= end:
            until = offset - self._position
            start = until - fingerprint.TAIL_BYTES
            window = data[start:until] if start >= 0 else self._tail[start:] + data[:until]
            self._block_hashes.append((offset, self._hashed(window)))
            offset += fingerprint.BLOCK_BYTES
        if len(self._head) == self._position < fingerprint.HEAD_BYTES:
            self._head += data[: fingerprint.HEAD_BYTES - len(self._head)]
        self._tail = (self._tail + data[-fingerprint.TAIL_BYTES :])[-fingerprint.TAIL_BYTES :]
        self._position = end

    def head_hashes(self, position: int) -> list[int]:
        """Return the head hashes up to a consumed position."""
        hashes = fingerprint.hash_heads(self._head[:position], self._hashed)
        if position < fingerprint.HEAD_BYTES:
            hashes[position] = self._hashed(self._head[:position])
        return list(hashes.values())

    def block_hashes(self, position: int) -> list[int]:
        """Return the block hashes up to a position, without those of earlier calls."""
        passed = [block_hash for offset, block_hash in self._block_hashes if offset <= position]
        self._block_hashes = self._block_hashes[len(passed) :]
        return passed

    def begins_with(self, head: bytes) -> bool:
        """Whether the consumed bytes begin like `head`, which was read at another time."""
        length = min(len(head), len(self._head))
        return self._head[:length] == head[:length]
