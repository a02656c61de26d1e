"""Every error that a user can see, each with its exit code.

LogstatsError                        1  it failed
├── UsageError                       2  the command, an option or a setting is wrong
│   ├── ConfigError                  2  logstats.toml is wrong
│   └── SyntaxFaultError             2  a log format or a server's configuration is malformed
├── FileError                        1  a file can't be used
│   ├── LogError                     1  a log can't be read
│   │   ├── FormatError              3  a log's format is unknown
│   │   ├── LogChangedError          1  a log was changed while it was being read
│   │   └── IncompleteArchiveError   1  an archive is damaged, or is still being written
│   │       └── TruncatedArchiveError  1  an archive ends in the middle
│   └── TitlesError                  1  a file has no usable titles
├── StoreError                       4  the store can't be opened
│   ├── StoreBusyError               4  another process holds it
│   └── TornLogError                 4  its write-ahead log is damaged
└── MismatchError                    5  verify found a figure that does not fit

StoppedError                       130  stopped by Ctrl-C (143: by SIGTERM)

They are raised anywhere, and printed in one place, `__main__`. A message says what, why and what to do.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class LogstatsError(Exception):
    """Something failed; the message is for the user as it stands."""

    exit_code = 1


class UsageError(LogstatsError):
    """What was asked for can't be done as it was asked."""

    exit_code = 2


class ConfigError(UsageError):
    """logstats.toml is wrong: `what`, in the file at `path`, of the setting `key` where known."""

    def __init__(self, what: str, *, path: Path | None = None, key: str | None = None) -> None:
        super().__init__(f"{path}: {what}" if path else what)
        self.path = path
        self.key = key


class SyntaxFaultError(UsageError):
    """A log format or a server's configuration is malformed at `offset`, in `line` (from 1) of file `path`.

    `path` is empty for a format that was given as an option. `excerpt` are two lines: the text, and a caret.
    """

    def __init__(self, reason: str, *, excerpt: str, offset: int, line: int, path: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.excerpt = excerpt
        self.offset = offset
        self.line = line
        self.path = path

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}: " if self.path else ""
        return f"{where}{self.reason}\n{self.excerpt}"


class FileError(LogstatsError):
    """A file can't be used: `path: reason; advice`, each part as an attribute.

    `path` is empty where the error is not of one file, `advice` where there is nothing to do about it.
    """

    def __init__(self, reason: str, *, path: str = "", advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path
        self.advice = advice

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.reason}; {self.advice}" if self.advice else f"{where}{self.reason}"


class LogError(FileError):
    """A log can't be read; others may be."""


class LogChangedError(LogError):
    """A log was changed while it was being read, so what was read of it can't be trusted. Read it again."""


class IncompleteArchiveError(LogError):
    """An archive is damaged or ends too early: it may still be being written."""


class TruncatedArchiveError(IncompleteArchiveError):
    """An archive ends in the middle: what it unpacks to is the beginning of its content."""


class Excerpt(NamedTuple):
    """A line of a log as a message shows it: `text`. A format matches the line up to `column`."""

    line: str
    text: str
    column: int | None = None


class FormatError(LogError):
    """A log's lines match no known format, or not the one that was given.

    The message shows `excerpt` on lines of its own; `closest` is the format that matches most of it.
    """

    exit_code = 3

    def __init__(
        self,
        reason: str,
        *,
        path: str = "",
        advice: str = "",
        excerpt: Excerpt | None = None,
        closest: str = "",
    ) -> None:
        super().__init__(reason, path=path, advice=advice)
        self.excerpt = excerpt
        self.closest = closest

    def __str__(self) -> str:
        if self.excerpt is None:
            return super().__str__()
        message = f"{self.path}: {self.reason}:\n{self.excerpt.text}"
        return f"{message}\n{self.advice}" if self.advice else message


class TitlesError(FileError):
    """A file of titles can't be parsed, or has no usable title; others may be fine."""


class StoreError(LogstatsError):
    """The store can't be opened, read or written."""

    exit_code = 4


class StoreBusyError(StoreError):
    """Another process holds the store."""


class TornLogError(StoreError):
    """What was written last can't be read; `byte` is where the log is damaged, if that is known."""

    def __init__(self, message: str, byte: int | None = None) -> None:
        super().__init__(message)
        self.byte = byte


class MismatchError(LogstatsError):
    """Stored figures differ from recomputed ones."""

    exit_code = 5


class StoppedError(BaseException):
    """The run was told to stop by a signal, and did so between two steps; nothing is said of it.

    It is nobody's to handle on the way to `__main__`: what goes on after other errors ends with it.
    """

    exit_code = 130

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by signal {number}")
        self.exit_code = 128 + number


def together(errors: Sequence[LogstatsError]) -> LogstatsError:
    """Return one error that says them all, of their own kind where they are of one."""
    kinds = {type(error) for error in errors}
    kind = kinds.pop() if len(kinds) == 1 else LogstatsError
    return kind("\n".join(str(error) for error in errors))
