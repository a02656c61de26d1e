"""The object that every command receives: the store's path, the settings, and functions that print.

Data is written to stdout, everything else to stderr.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from logstats import config, printable, store
from logstats.clock import INSTANT_FORMS
from logstats.config import Settings, patterns
from logstats.errors import ConfigError, UnknownZoneError, UsageError
from logstats.model import Result
from logstats.render import writers
from logstats.render.screen import Screen
from logstats.store import zones
from logstats.store.as_of import WITHOUT_SUSPECTS, ReportRequest, Value

SAFE_CSV, BOM = SPREADSHEET_OPTIONS = ("--safe-csv", "--bom")
WIDE = "--wide"
ASCII = ("C", "POSIX")  # of LC_ALL: a terminal without UTF-8
WAIT_S = 60.0  # cron can wait as long as the slowest reader of a machine that is starved
WAIT_ON_TERMINAL_S = 10.0  # a person wants to know who has the store
NO_VALUES: Mapping[str, Value] = MappingProxyType({})


class App(NamedTuple):
    """The options before the command.

    `config_error` is that of the settings, for a command that shows it. `names` are those of files that
    messages may hold.
    """

    db: Path
    settings: Settings
    wait: float
    verbosity: int
    config_error: ConfigError | None = None
    names: tuple[str, ...] = ()

    def require_output(self, path: Path) -> None:
        """Raise UsageError where a command would replace a file that logstats reads or keeps."""
        if what := config.input_at(path, self.settings, self.db):
            raise UsageError(f"is {what}, which it would replace; name another file", path=path)

    def request(  # noqa: PLR0913 - one parameter an option
        self,
        *,
        at: str | None = None,
        site: str | None = None,
        timezone: str | None = None,
        since: str | None = None,
        until: str | None = None,
        values: Mapping[str, Value] = NO_VALUES,
    ) -> ReportRequest:
        """Return a request for a report; options that were not given come from the settings."""
        if "" in (at, since, until):
            raise UsageError(f"'' is not a date or time; use {INSTANT_FORMS}")
        if timezone == "":
            raise UnknownZoneError(timezone)
        if values.get(WITHOUT_SUSPECTS, ...) is None:
            values = {**values, WITHOUT_SUSPECTS: self.settings.leaves_out_suspects}
        return ReportRequest(
            store=self.db,
            at=self.settings.at if at is None else at,
            site=site,
            timezone=timezone,
            since=since,
            until=until,
            values=values,
            wait=self.wait,
            tell_left_out=self.verbosity > 0 or (self.verbosity == 0 and sys.stdout.isatty()),
            on_terminal=sys.stdout.isatty(),
            settings=self.settings,
        )

    def say(self, verbosity: int, text: str) -> None:
        """Print a message on stderr if the user's verbosity is at least `verbosity`."""
        if self.verbosity >= verbosity:
            sys.stderr.write(f"{printable.message(text, (*sys.argv[1:], *self.names))}\n")
            sys.stderr.flush()

    def note(self, notes: Sequence[str]) -> None:
        """Print notes on a result."""
        for note in notes:
            self.say(0, f"note: {note}")

    def report(self, result: Result, format_name: str | None) -> None:
        """Print a result and its notes."""
        self.print(result, format_name)
        self.note(result.notes)
        found = result.display.found
        if found is not None and not _is_fitted(_format(format_name)):
            self.note([f"{len(result.rows):,} of {found:,} rows; --limit 0 shows all"])

    def print(self, result: Result, format_name: str | None) -> None:
        """Print a result in a format, by default a table on a terminal and tsv elsewhere."""
        write_stdout(_written(result, _format(format_name)))

    @contextmanager
    def progress(self, label: str, length: Callable[[], int]) -> Iterator[Callable[[int], None]]:
        """Yield a function that advances a progress bar; there is no bar unless stderr is a terminal."""
        if self.verbosity < 0 or not sys.stderr.isatty():
            yield lambda _: None
            return
        import click  # noqa: PLC0415 - only on a terminal

        with click.progressbar(length=length(), file=sys.stderr, label=label) as bar:
            yield bar.update


class GlobalOptions(NamedTuple):
    """The options before a command, as typed: None where one was not given."""

    db: Path | None = None
    config_path: Path | None = None
    wait: float | None = None
    verbose: bool = False
    quiet: bool = False


def app_of(options: GlobalOptions, command: str | None) -> App:
    """Read the settings that a command needs; return the object that it receives."""
    settings, config_error = Settings(path=options.config_path), None
    try:
        if command != "init":  # it writes the settings, so there may be none to read
            settings = config.load(options.config_path)
            zones.require(settings)
            _require_patterns(settings)
    except ConfigError as error:
        if command != "check":
            raise
        config_error = error
    db = options.db or config.database_path(settings)
    if not db.name and command != "init":
        raise UsageError(f"'{db}' is a folder, so it can't be the store; name a file with --db")
    return App(
        db=db,
        settings=settings,
        wait=_default_wait() if options.wait is None else options.wait,
        verbosity=int(options.verbose) - int(options.quiet),
        config_error=config_error,
    )


def _require_patterns(settings: Settings) -> None:
    """Raise ConfigError for a pattern that RE2 refuses, if Python's `re` does so, too.

    The others are checked by the commands that use them: DuckDB's start is not worth it for the rest.
    """
    if any(patterns.is_in_doubt(pattern) for _, pattern in settings.patterns()):
        from logstats.rules import ruleset  # noqa: PLC0415 - only for few patterns

        with store.Session() as session:
            ruleset.require(settings, session.complaint)


def _default_wait() -> float:
    return WAIT_ON_TERMINAL_S if sys.stderr.isatty() else WAIT_S


def write_stdout(data: bytes) -> None:
    """Write data to stdout."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def not_for_a_terminal(name: str) -> UsageError:
    """Return the error for a binary format that would go to a terminal."""
    return UsageError(f"{name} is binary; write it to a file: … --format {name} > FILE")


def without_agent(format_name: str) -> str:
    """Return the note on logs whose format has no user agent."""
    return (
        f"the format {format_name} has no user agent, so its hits count as people's, "
        "and each client counts as one visitor"
    )


def count(number: int, singular: str) -> str:
    """Return a number with its noun: 1 reject, 2 rejects."""
    return f"{number:,} {singular}{'' if number == 1 else 's'}"


def spreadsheet_options() -> list[str]:
    """Return those of the options for spreadsheets that were given."""
    return [name for name in SPREADSHEET_OPTIONS if _is_given(name)]


def _is_given(name: str) -> bool:
    """Return whether an option of printing was given (`options.format_option`), which only click parses."""
    if (click := sys.modules.get("click")) is None:
        return False
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(name))


def not_for_spreadsheets(option: str) -> UsageError:
    """Return the error for an option for spreadsheets with a format that is not for them."""
    return UsageError(f"{option} is for the formats {' and '.join(writers.FOR_SPREADSHEETS)}")


def _format(name: str | None) -> str:
    """Return the format of the option, or the default: a table on a terminal and tsv elsewhere."""
    return name or (writers.DEFAULT_ON_TERMINAL if sys.stdout.isatty() else writers.DEFAULT_IN_PIPE)


def _is_fitted(name: str) -> bool:
    """Return whether a format is laid out for the width of the terminal."""
    return name == writers.DEFAULT_ON_TERMINAL and sys.stdout.isatty() and not _is_given(WIDE)


def _screen() -> Screen:
    """Return what the terminal can show, by its size, COLUMNS, TERM, NO_COLOR, LC_ALL and its encoding."""
    import codecs  # noqa: PLC0415 - only for a terminal
    import shutil  # noqa: PLC0415 - as above

    is_dumb = os.environ.get("TERM", "dumb") == "dumb"
    is_utf8 = codecs.lookup(sys.stdout.encoding).name == "utf-8" and os.environ.get("LC_ALL") not in ASCII
    return Screen(
        columns=shutil.get_terminal_size().columns,
        is_utf8=is_utf8 and not is_dumb,
        has_colour=not is_dumb and not os.environ.get("NO_COLOR"),
    )


def _written(result: Result, name: str) -> bytes:
    write = writers.FORMATS[name].write
    given = spreadsheet_options()
    if given and name not in writers.FOR_SPREADSHEETS:
        raise not_for_spreadsheets(given[0])
    if _is_fitted(name):
        from logstats.render import terminal  # noqa: PLC0415 - 30 ms, only for a terminal

        return terminal.fit(result, _screen()).encode("utf-8", "backslashreplace")
    if write is not None:
        text = write(writers.without_formulas(result) if SAFE_CSV in given else result)
        return (writers.BOM * (BOM in given) + text).encode("utf-8", "backslashreplace")
    if sys.stdout.isatty():
        raise not_for_a_terminal(name)
    return store.parquet(result)
