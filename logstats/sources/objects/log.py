"""A log that is an object: whole when it is there, and another one when its e_tag changes.

A plain object is read by ranges. An archive is read twice, first to see that it is whole, so one that is
larger than what is kept in memory is copied to a file without a name while it is open.
"""

import os
import tempfile
from typing import IO

from logstats import signals
from logstats.sources.files import BUFFER_BYTES, LogFile, Stat
from logstats.sources.objects.ranges import KEPT_BYTES, Ranges
from logstats.sources.objects.url import ObjectUrl, stat_of
from logstats.sources.paths import unreadable

NO_DESCRIPTOR = -1


class ObjectLog(LogFile):
    """A log that is an object. Its stat is that of its listing, and so is what is read."""

    def __init__(self, url: ObjectUrl, name: str, *, is_named_explicitly: bool = False) -> None:
        self._url = url
        self._ranges: Ranges | None = None
        self._copy: IO[bytes] | None = None
        self._is_archive = False
        self.has_e_tag = bool(url.found.e_tag)
        super().__init__(url, name, is_named_explicitly=is_named_explicitly)
        is_packed = self.packing is not None and self.packing.has_end
        self._is_archive = is_packed or bool(self.archive)

    def close(self) -> None:
        """Forget what was read."""
        self._ranges = None
        if self._copy is not None:
            self._copy.close()
        self._copy = None

    def rest(self) -> None:
        """Forget what was read, except a small object, and the copy of an archive of several logs."""
        is_whole = self._ranges is not None and self._ranges.is_whole
        if not (is_whole and self._url.bucket.keeps(self.stat.size)):
            self._ranges = None

    def is_unchanged(self, end: int) -> bool:  # noqa: ARG002 - each range is of the object that was listed
        """Whether the object is the one that was listed: its e_tag shows that in each read."""
        return self.has_e_tag or self._url.bucket.look_up(self._url.found.key) == self._url.found

    def reopened(self) -> IO[bytes]:
        """Return a copy of the object as a file."""
        file = os.fdopen(os.dup(self._copied().fileno()), "rb")
        file.seek(0)
        return file

    def _open(self) -> tuple[int, bool]:
        return NO_DESCRIPTOR, False

    def _stat_of(self, descriptor: int) -> Stat:  # noqa: ARG002 - an object has none
        return stat_of(self._url)

    def _data_from(self, offset: int) -> int:
        return offset

    def _part(self, size: int, offset: int) -> bytes:
        if self._is_archive and self.stat.size > KEPT_BYTES:
            return os.pread(self._copied().fileno(), size, offset)
        return self._ranged(size, offset)

    def _ranged(self, size: int, offset: int) -> bytes:
        found, bucket = self._url.found, self._url.bucket
        if self._ranges is None:
            self._ranges = Ranges(lambda start, end: bucket.read(found, start, end), found.size)
        return self._ranges.read(size, offset)

    def _copied(self) -> IO[bytes]:
        """Return the copy of the object, which is made when it is first needed."""
        if self._copy is None:
            try:
                self._copy = self._copy_of_all()
            except OSError as error:
                raise unreadable(self.path, error, "can't be copied to the temporary folder") from error
        return self._copy

    def _copy_of_all(self) -> IO[bytes]:
        size = 0
        file = tempfile.TemporaryFile(prefix="logstats-")  # noqa: SIM115 - `close` closes it
        try:
            while size < self.stat.size:
                signals.check()
                size += file.write(self._ranged(BUFFER_BYTES, size))
            file.flush()
        except BaseException:
            file.close()
            raise
        self._ranges = None
        return file
