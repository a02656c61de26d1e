"""What every command has at hand: the store, the settings, and how it talks to the user.

stdout is data, everything else is stderr.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click

from logstats import store
from logstats.config import Settings
from logstats.errors import UsageError
from logstats.model import Result
from logstats.render import writers
from logstats.store.as_of import WITHOUT_SUSPECTS, ReportRequest

ASKED = ("at", "site", "timezone", "since", "until")


class App(NamedTuple):
    """What stands before the command."""

    db: Path
    settings: Settings
    wait: float
    verbosity: int

    def request(self, values: dict[str, Any]) -> ReportRequest:
        """Return what a command's options ask of the store."""
        asked = {name: values.pop(name, None) for name in ASKED}
        asked["at"] = asked["at"] or self.settings.at
        if values.get(WITHOUT_SUSPECTS, ...) is None:
            values = {**values, WITHOUT_SUSPECTS: self.settings.leaves_out_suspects}
        tells = self.verbosity > 0 or (self.verbosity == 0 and sys.stdout.isatty())
        return ReportRequest(
            store=self.db, values=values, wait=self.wait, tell_left_out=tells, settings=self.settings, **asked
        )

    def say(self, verbosity: int, text: str) -> None:
        """Say something on stderr, if so much is to be said."""
        if self.verbosity >= verbosity:
            click.echo(text, err=True)

    def note(self, notes: Sequence[str]) -> None:
        """Say what must be known of a result."""
        for note in notes:
            self.say(0, f"note: {note}")

    def report(self, result: Result, format_name: str | None) -> None:
        """Print a result, and say what must be known of it."""
        self.print(result, format_name)
        self.note(result.notes)

    def print(self, result: Result, format_name: str | None) -> None:
        """Print a result in a format, by default a table on a terminal and tsv elsewhere."""
        to_terminal = sys.stdout.isatty()
        name = format_name or (writers.DEFAULT_ON_TERMINAL if to_terminal else writers.DEFAULT_IN_PIPE)
        put(_written(result, name, to_terminal=to_terminal))

    @contextmanager
    def progress(self, label: str, length: Callable[[], int]) -> Iterator[Callable[[int], None]]:
        """Give a function that moves a bar of that length on; no bar unless stderr is a terminal."""
        if self.verbosity < 0 or not sys.stderr.isatty():
            yield lambda _: None
            return
        with click.progressbar(length=length(), file=sys.stderr, label=label) as bar:
            yield bar.update


def put(data: bytes) -> None:
    """Write data to stdout."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def not_for_a_terminal(name: str) -> UsageError:
    """Return the error for a binary format that would go to a terminal."""
    return UsageError(f"{name} is not for a terminal; write it to a file: … --format {name} > FILE")


def _written(result: Result, name: str, *, to_terminal: bool) -> bytes:
    if name in writers.WRITERS:
        return writers.WRITERS[name](result).encode("utf-8", "backslashreplace")
    if to_terminal:
        raise not_for_a_terminal(name)
    return store.parquet(result)
