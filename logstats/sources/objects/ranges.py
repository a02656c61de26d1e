"""The content of an object, read by ranges: small ones at first, larger ones where it is read in order.

The next large range is requested while one is processed, so that at most two are in memory.
"""

from collections.abc import Callable

from logstats.sources.objects.bucket import Request

FIRST_BYTES = 64 << 10  # of a range at a new offset: a log is compared by a few kilobytes of it
GROWTH = 4
LARGEST_BYTES = 4 << 20
KEPT_BYTES = 1 << 20  # of the beginning, which is read several times: for a sample, for hashes, for lines


class Ranges:
    """The ranges of an object of `size` bytes; `get` returns the bytes from a start to an end."""

    def __init__(self, get: Callable[[int, int], bytes], size: int) -> None:
        self._get = get
        self._size = size
        self._beginning = b""
        self._start = 0
        self._data = b""
        self._ahead: Request[bytes] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all of the object is in memory, and stays there."""
        return len(self._beginning) == self._size

    def read(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes at an offset, fewer also where a range ends."""
        if offset < len(self._beginning):
            return self._beginning[offset : offset + size]
        if not self._start <= offset < self._start + len(self._data):
            self._move(offset)
        position = offset - self._start
        return self._data[position : position + size]

    def _move(self, offset: int) -> None:
        """Request the range that begins at an offset."""
        is_next = offset == self._start + len(self._data)
        before = len(self._data) if is_next else len(self._beginning) * (offset == len(self._beginning))
        length = min(max(before * GROWTH, FIRST_BYTES), LARGEST_BYTES)
        ahead, self._ahead = self._ahead, None
        if not (ahead and is_next):
            ahead = self._request(offset, length)
        self._data = ahead.result()
        self._start = offset
        end = offset + len(self._data)
        if is_next and length == LARGEST_BYTES and end < self._size:
            self._ahead = self._request(end, LARGEST_BYTES)
        if offset == len(self._beginning) and end <= KEPT_BYTES:
            self._beginning += self._data

    def _request(self, start: int, length: int) -> Request[bytes]:
        end = min(start + length, self._size)
        return Request(lambda: self._get(start, end))
