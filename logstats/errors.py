"""Every error a user can meet, each with its exit code.

LogstatsError           1  it failed
├── UsageError          2  the command, an option or a setting is wrong
│   └── ConfigError     2  logstats.toml is wrong
├── LogError            1  a log can't be read
│   └── FormatError     3  a log was not understood
├── TitlesError         1  a file tells no titles
├── StoreError          4  the store can't be opened
│   ├── StoreBusyError  4  another process holds it
│   └── TornLogError    4  its write-ahead log is damaged
└── MismatchError       5  verify found a figure that does not fit

StoppedError          130  it was told to stop, by Ctrl-C (143: by SIGTERM)

They are raised anywhere and met by the user in one place, `__main__`. A message says what, where,
and what to do.
"""

from collections.abc import Sequence
from pathlib import Path


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


class LogError(LogstatsError):
    """A log can't be read; others may be."""


class FormatError(LogError):
    """A log's lines fit no known format."""

    exit_code = 3


class TitlesError(LogstatsError):
    """A file of titles can't be understood; others may be."""


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
