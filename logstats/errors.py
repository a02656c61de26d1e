"""Every error that a user can see, with its exit code.

LogstatsError                          1  something failed
├── UsageError                         2  the command, an option or a setting is wrong
│   ├── ConfigError                    2  logstats.toml is wrong
│   ├── NoSiteError                    2  the site of a log is unknown
│   ├── SyntaxFaultError               2  a log format or a server's configuration is malformed
│   ├── UnknownSiteError               2  there is no site of that name
│   └── UnknownZoneError               2  there is no time zone of that name
├── FileError                          1  a file can't be used
│   ├── LogError                       1  a log can't be read
│   │   ├── FormatError                3  a log's format is unknown
│   │   │   └── RefusedLinesError      3  most lines of a log were rejected
│   │   ├── LogSiteError               2  the site of a log that logstats.toml lists is unknown
│   │   ├── LogFaultError              1  an unexpected exception while a log was read
│   │   ├── LogChangedError            1  a log was changed while it was being read
│   │   └── IncompleteArchiveError     1  an archive is damaged, or is still being written
│   │       └── TruncatedArchiveError  1  an archive ends in the middle
│   └── TitlesError                    1  a file has no usable titles
├── CounterDecreaseError               1  an all-time count would drop
├── LongRunError                       1  a run that another one waits for has been going on for an hour
├── SeveralErrors                         the exit code of its errors, 1 where they differ
├── StoreError                         4  the store can't be opened, read or written
│   ├── StoreBusyError                 4  another process has it open
│   ├── DamagedStoreError              4  a part of its file is damaged
│   └── TornLogError                   4  its write-ahead log is damaged
└── MismatchError                      5  verify found a figure that differs

StoppedError                         130  stopped by Ctrl-C (143: by SIGTERM)

An error keeps its data as attributes and composes its text from them: WHAT: WHY; WHAT TO DO. Any module
may raise one; `__main__` alone prints it.
"""

import signal
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from logstats import similar
from logstats.printable import escaped


class ExitCode(IntEnum):
    """The exit codes of the program, each with its line in the help."""

    about: str

    def __new__(cls, value: int, about: str) -> "ExitCode":
        """Create a member from its number and its line in the help."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.about = about
        return member

    DONE = 0, "done, also when there was nothing new"
    FAILED = 1, "failed"
    USAGE = 2, "the command, an option or a setting is wrong"
    FORMAT = 3, "a log can't be parsed"
    STORE = 4, "the store is busy or can't be opened"
    MISMATCH = 5, "verify found a difference"
    INTERRUPTED = 130, "stopped by Ctrl-C"
    TERMINATED = 143, "stopped by SIGTERM"


class LogstatsError(Exception):
    """Something failed. `path` is the file concerned and `line` a line of it; both are optional."""

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, *, path: Path | str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        where = [] if self.path is None else [escaped(str(self.path))]
        where += [] if self.line is None else [f"line {self.line}"]
        return ": ".join([*where, self.message])


class UsageError(LogstatsError):
    """The command line or a setting is wrong."""

    exit_code = ExitCode.USAGE


class ConfigError(UsageError):
    """logstats.toml is wrong: the setting `key` in `line` of the file at `path`, where they are known."""

    def __init__(
        self, message: str, *, path: Path | None = None, key: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(message, path=path, line=line)
        self.key = key


class NoSiteError(UsageError):
    """The site of a log is unknown. `reason` and `advice` are for a log that logstats.toml lists."""

    def __init__(self, message: str, *, reason: str, advice: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.advice = advice


class SyntaxFaultError(UsageError):
    """A log format or a server's configuration is malformed at `offset`, in `line` (from 1) of file `path`.

    `path` is empty for a format that was given as an option. `excerpt` has two lines: the text and a caret.
    """

    def __init__(self, reason: str, *, excerpt: str, offset: int, line: int, path: str = "") -> None:
        super().__init__(reason, path=path, line=line)
        self.reason = reason
        self.excerpt = excerpt
        self.offset = offset

    def __str__(self) -> str:
        where = f"{escaped(str(self.path))}:{self.line}: " if self.path else ""
        return f"{where}{self.reason}\n{self.excerpt}"


class UnknownSiteError(UsageError):
    """There is no site `site` in the store, or in the file `where`."""

    def __init__(self, site: str, known: Sequence[str], where: str = "the store") -> None:
        super().__init__(f"no site '{site}' in {where}; {similar.offer(site, known, 'none yet')}")
        self.site = site
        self.known = tuple(known)


class UnknownZoneError(UsageError):
    """There is no time zone of that name."""

    def __init__(self, zone: str) -> None:
        super().__init__(f"no time zone '{escaped(zone)}'; {_zone_advice(zone)}")
        self.zone = zone


def _zone_advice(zone: str) -> str:
    from logstats import zone_names  # noqa: PLC0415 - only for an error

    return zone_names.advice(zone)


class FileError(LogstatsError):
    """A file can't be used: `path: reason; advice`, each part as an attribute.

    `path` is empty where the error does not concern one file, `advice` where the user can do nothing.
    """

    def __init__(self, reason: str, *, path: str = "", advice: str = "") -> None:
        super().__init__(f"{reason}; {advice}" if advice else reason, path=path or None)
        self.reason = reason
        self.advice = advice


class LogError(FileError):
    """A log can't be read; other logs are not affected.

    `was_reported`: an earlier run has reported the same fault of the same log, less than a day ago.
    """

    was_reported = False


class LogSiteError(LogError):
    """The site of a log that logstats.toml lists is unknown, so nothing of it is read."""

    exit_code = ExitCode.USAGE


class LogFaultError(LogError):
    """An unexpected exception, its `__cause__`, while a log was read. `line` is the line that raises it.

    Where that line was not found, `lines` are the first and the last of those that were read.
    """

    def __init__(
        self, cause: Exception, *, path: str, line: int | None = None, lines: tuple[int, int] | None = None
    ) -> None:
        super().__init__(_fault(cause, lines), path=path)
        self.__cause__ = cause
        self.line = line
        self.lines = lines

    @property
    def fault(self) -> str:
        """The fault without its lines, which are others where the log has grown."""
        cause = self.__cause__
        assert isinstance(cause, Exception)  # noqa: S101 - for the type checker
        return _fault(cause, None)

    def after(self, count: int) -> "LogFaultError":
        """Return the error for a log of which `count` lines are before those that are numbered here."""
        cause = self.__cause__
        assert isinstance(cause, Exception)  # noqa: S101 - for the type checker
        lines = self.lines and (self.lines[0] + count, self.lines[1] + count)
        return LogFaultError(
            cause, path=str(self.path), line=None if self.line is None else self.line + count, lines=lines
        )


class LogChangedError(LogError):
    """A log was changed while it was being read, so the bytes that were read are invalid. Read it again."""


class IncompleteArchiveError(LogError):
    """An archive is damaged or ends too early: it may still be being written."""


class TruncatedArchiveError(IncompleteArchiveError):
    """An archive ends in the middle; it unpacks to the beginning of its content."""


class Excerpt(NamedTuple):
    """A line of a log: `text`, as a message shows it, which a format matches up to `column`."""

    line: str
    text: str
    column: int | None = None


class FormatError(LogError):
    """A log's lines match no known format, or not the one that was given.

    The message shows `excerpt` on lines of its own; `closest` is the format that matches most of it.
    """

    exit_code = ExitCode.FORMAT

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
        message = f"{escaped(str(self.path))}: {self.reason}:\n{self.excerpt.text}"
        return f"{message}\n{self.advice}" if self.advice else message


class RefusedLinesError(FormatError):
    """Most lines of a log were rejected, from its beginning or since its format was changed."""

    @classmethod
    def of_earlier_run(cls, path: str) -> "RefusedLinesError":
        """Return the error for a log that was refused in an earlier run and has few new lines or none."""
        error = cls("most of its last lines were rejected", path=path, advice="`logstats rejects` shows them")
        error.was_reported = True
        return error


class TitlesError(FileError):
    """A file of titles can't be parsed, or has no usable title; others may be fine."""


class Decrease(NamedTuple):
    """An all-time count that would drop; `site` is '' in a file that shows one site."""

    site: str
    shown: int
    now: int


class CounterDecreaseError(LogstatsError):
    """All-time counts of a counter file would drop."""

    def __init__(self, path: Path, decreases: Sequence[Decrease]) -> None:
        drops = ", ".join(
            f"from {shown:,} to {now:,}" + (f" ({site})" if site else "") for site, shown, now in decreases
        )
        counts = " and ".join(f"{each.now:,}" for each in decreases)
        super().__init__(
            f"the all-time count would drop {drops}, so the file was not changed. "
            f"If {counts} {'is' if len(decreases) == 1 else 'are'} right, run once with --allow-decrease.",
            path=path,
        )
        self.decreases = tuple(decreases)


class LongRunError(LogstatsError):
    """The process `holder` has been working on a store for `seconds`; this run must not start meanwhile."""

    def __init__(self, store: Path, holder: str, work: str, seconds: float) -> None:
        hours = int(seconds // 3600)
        super().__init__(
            f"an {work} has been running for {'an hour' if hours == 1 else f'{hours} hours'}: {holder}; "
            "end that process if it hangs: the next run continues where it stopped",
            path=store,
        )
        self.holder = holder
        self.seconds = seconds


class StoreError(LogstatsError):
    """The store can't be opened, read or written."""

    exit_code = ExitCode.STORE


class StoreBusyError(StoreError):
    """Another process has the store open."""


class DamagedStoreError(StoreError):
    """The store's file is damaged, in the block at byte `offset` if that is known."""

    def __init__(self, message: str, *, path: Path | None = None, offset: int | None = None) -> None:
        super().__init__(message, path=path)
        self.offset = offset


class TornLogError(StoreError):
    """The store's write-ahead log is damaged, from the byte `offset` on if that is known."""

    def __init__(self, message: str, *, path: Path | None = None, offset: int | None = None) -> None:
        super().__init__(message, path=path)
        self.offset = offset


class MismatchError(LogstatsError):
    """Stored figures differ from recomputed ones."""

    exit_code = ExitCode.MISMATCH


class SeveralErrors(LogstatsError):  # noqa: N818 - it has several
    """Several independent errors; the message has a line for each that is `shown`, by default all."""

    def __init__(
        self, errors: Sequence[LogstatsError], *, shown: Sequence[LogstatsError] | None = None
    ) -> None:
        super().__init__("\n".join(map(str, errors if shown is None else shown)))
        self.errors = tuple(errors)
        codes = {error.exit_code for error in errors}
        self.exit_code = codes.pop() if len(codes) == 1 else ExitCode.FAILED


class StoppedError(BaseException):
    """A signal stopped the run between two steps. No message is printed.

    It is a BaseException, so that code that continues after an error does not catch it.
    """

    exit_code = ExitCode.INTERRUPTED

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by signal {number}")
        if number == signal.SIGTERM:
            self.exit_code = ExitCode.TERMINATED


def of_log(error: Exception, path: str) -> LogError:
    """Return the error of the log at `path` for an exception that was raised while the log was read.

    Raise the exception where it is not of a log, but of the store, the command line or a setting.
    """
    if isinstance(error, LogError):
        return error
    if isinstance(error, StoreError | UsageError):
        raise error
    if isinstance(error, LogstatsError):
        return LogError(str(error))
    return LogFaultError(error, path=path)


def faults(error: BaseException) -> list[LogFaultError]:
    """Return the unexpected exceptions of logs that an error consists of."""
    errors = error.errors if isinstance(error, SeveralErrors) else (error,)
    return [each for each in errors if isinstance(each, LogFaultError)]


def _fault(cause: Exception, lines: tuple[int, int] | None) -> str:
    """Return the message of a LogFaultError."""
    where = f" in lines {lines[0]:,} to {lines[1]:,}" if lines else ""
    if isinstance(cause, MemoryError):
        return f"not enough memory{where}"
    if isinstance(cause, OSError) and cause.strerror:
        return f"can't be read{where}: {cause.strerror}"
    what = str(cause).strip().partition("\n")[0]
    return (
        f"{type(cause).__name__}{where}: {what}; this is a bug in logstats, please report it; "
        "LOGSTATS_TRACEBACK=1 shows where"
    )


def was_reported(error: LogstatsError) -> bool:
    """Whether an earlier run has reported the same fault."""
    return isinstance(error, LogError) and error.was_reported


def together(
    errors: Sequence[LogstatsError], *, shown: Sequence[LogstatsError] | None = None
) -> LogstatsError:
    """Return the only error, or a SeveralErrors of all; its message has those that are `shown`."""
    if len(errors) == 1 and shown != []:
        return errors[0]
    return SeveralErrors(errors, shown=shown)
