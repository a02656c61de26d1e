"""A spool that reads its lines natively while they are added, so that a file of them is rarely needed.

The lines are read from the log once more where the file is needed: for the text of rejects that are found
later, or where an exception is searched for. From then on they are written to the file as well, because an
archive is unpacked from its beginning. So are those of a log that is no file, from the first one on.
"""

from collections.abc import Iterator

from logstats import native
from logstats.ingest import native_layout
from logstats.ingest.log_texts import LogLines
from logstats.native import reader
from logstats.native.reader import Layout, Part
from logstats.sources import LogReader, Spool
from logstats.sources.contents import Contents, contents_of
from logstats.sources.files import changed_error

NEW_BYTES = 64 << 20  # of a chunk most of whose texts are new: they take memory


class NativeSpool:
    """A spool for one chunk of a log at a time.

    `is_full`: the chunk should end, since a part of it is full. `is_read`: its lines were read; later chunks
    have codes from `first_codes` on. `is_unusual`: they are not, since too many of the first ones are odd.
    """

    def __init__(self, log: LogReader, layout: Layout, lines: LogLines) -> None:
        self._log, self._layout, self._lines = log, layout, lines
        self._file = Spool()
        self.empty()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def empty(self) -> None:
        """Start a new chunk at the log's position."""
        self._file.empty()
        self._start = self._end = self._log.position
        self._parts: list[Part] = []
        self.first_codes = (0, 0, 0)
        self._part_start = self._count = self.size = 0
        self.is_read = self.is_unusual = self.is_full = self.has_backslash = self._is_marked = False
        self._is_written = True

    def write(self, lines: bytes, found: Contents | None = None) -> int:
        """Add whole lines, whose contents may be known, and return their number."""
        found = found or contents_of(lines)
        if lines and not self.size:
            self._begin(lines)
        if self.is_read:
            self._read(lines)
        if self._is_written:
            self._file.write(lines, found)
        self.size += len(lines)
        self.is_full = self.is_full or (not self._lines.is_ahead and self.size >= NEW_BYTES)
        self._count += found.lines
        self.has_backslash = self.has_backslash or found.has_backslashes
        return found.lines

    def finish(self) -> None:
        """End the chunk at the log's position."""
        self._end = self._log.position
        if self._is_written:
            self._file.finish()
        if self.is_read:
            self._take_part(self.size)
            self.first_codes = self._lines.reader(self._layout).first_codes()

    def parts(self) -> Iterator[Part]:
        """Yield what was read, which is not kept."""
        while self._parts:
            yield self._parts.pop(0)

    @property
    def path(self) -> str:
        """The path of the file; raise LogChangedError where its lines can't be read once more."""
        if not self._is_written:
            self._write_again()
        return self._file.path

    def mark_blank(self) -> None:
        """Mark empty lines in the file."""
        self._is_marked = True
        if self._is_written:
            self._file.mark_blank()

    def _begin(self, lines: bytes) -> None:
        """Decide by the first lines whether they are read natively."""
        left = self._log.size - self._start
        may_read = self._lines.is_ahead and native.is_used(left)
        self.is_read = may_read and native_layout.is_usual(self._layout, lines)
        self.is_unusual = may_read and not self.is_read
        self._is_written = not self.is_read or self._lines.are_written or not self._log.can_read_again

    def _read(self, lines: bytes) -> None:
        """Let the reader read lines; it reads on in another part where one is full."""
        own, offset = self._lines.reader(self._layout), 0
        with memoryview(lines) as view:
            while offset < len(view):
                with view[offset:] as rest:
                    size = own.feed(rest)
                offset += size
                if size == 0:
                    self._take_part(self.size + offset)
        if self._parts and not self.is_full:
            self.is_full = True
            self._lines.part_is_full(self.size)

    def _take_part(self, end: int) -> None:
        """Take what was read up to a byte of the chunk, and begin another part."""
        if end == self._part_start:
            raise ValueError(f"{self._log.path}: a line of the chunk has no end")
        self._parts.append(reader.part_of(self._lines.reader(self._layout), self._part_start))
        self._part_start = end

    def _write_again(self) -> None:
        """Write the lines to the file; raise LogChangedError where they are not the same any more."""
        self._lines.are_written = True
        self._file.empty()
        lines = sum([self._file.write(part) for part in self._log.lines_again(self._start, self._end)])
        self._file.finish()
        if (lines, self._file.size) != (self._count, self.size):
            raise changed_error(self._log.path)
        self._is_written = True
        if self._is_marked:
            self._file.mark_blank()
