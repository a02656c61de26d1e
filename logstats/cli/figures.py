"""Run `counters` with the options that were parsed: cron's way, which imports no click."""

import sys
from collections.abc import Sequence
from pathlib import Path

from logstats import config
from logstats.cli.context import (
    App,
    not_for_a_terminal,
    not_for_spreadsheets,
    spreadsheet_options,
    write_stdout,
)
from logstats.config import CounterFile
from logstats.errors import LogstatsError, UsageError
from logstats.model import Counters
from logstats.render import box, writers
from logstats.reports.counters import as_result, read_counters, read_counters_with_notes
from logstats.store import statements
from logstats.store.as_of import AT_LAST, AT_NOW, WITHOUT_SUSPECTS
from logstats.update import counter_files

STDOUT = Path("-")


def run_counters(  # noqa: PLR0913 - one parameter an option
    app: App,
    *,
    at: str | None = None,
    site: str | None = None,
    timezone: str | None = None,
    without_suspects: bool | None = None,
    lang: str | None = None,
    format_name: str | None = None,
    target: Path | None = None,
    template: Path | None = None,
    into: Path | None = None,
    allow_decrease: bool = False,
) -> None:
    """Print the four figures, or write them into a file."""
    file = _counter_file(target, template, into, format_name, lang)
    if file.path != STDOUT:
        app.require_output(file.path)
        without_suspects = _count_everybody(without_suspects)
        if given := spreadsheet_options():
            raise UsageError(f"{given[0]} is for printing only; a counter file is for programs")
    request = app.request(at=at, site=site, timezone=timezone, values={WITHOUT_SUSPECTS: without_suspects})
    figures, notes = read_counters_with_notes(request)
    if not figures:
        raise LogstatsError("there is no site yet; run `logstats ingest LOG` first", path=app.db)
    if file.path == STDOUT:
        _print(app, figures, file)
    app.note(notes)
    if request.at not in (None, AT_LAST, AT_NOW):
        from logstats.reports import runner  # noqa: PLC0415 - only for a time in the past

        app.note(runner.report_notes(statements.load("counters/counters"), request))
    if request.values[WITHOUT_SUSPECTS] and app.settings.leaves_out_suspects:
        app.note(["suspects are left out, as set in logstats.toml; counter files count everybody"])
    if file.path == STDOUT:
        return
    changed = counter_files.publish(
        file, figures, lambda: read_counters(request), allow_decrease=allow_decrease
    )
    app.say(1, f"{file.path}: {'written' if changed else 'not changed'}")


def _print(app: App, figures: Sequence[Counters], file: CounterFile) -> None:
    if file.template is None and file.format not in box.BOXES:
        app.print(as_result(figures), file.format)
        return
    if given := spreadsheet_options():
        raise not_for_spreadsheets(given[0])
    write_stdout(counter_files.render(figures, file))


def _count_everybody(without_suspects: bool | None) -> bool:  # noqa: FBT001 - the option as typed
    """Return False, regardless of logstats.toml; raise UsageError for --without-suspects."""
    if without_suspects:
        raise UsageError(
            "--without-suspects is for printing only: in a counter file the all-time count would drop each "
            "time that a suspect is found"
        )
    return False


def _counter_file(
    target: Path | None, template: Path | None, into: Path | None, format_name: str | None, lang: str | None
) -> CounterFile:
    """Return the counter file that the options describe; its path is STDOUT where it is to be printed."""
    typed = {"file": target, "template": template, "into": into, "format": format_name, "lang": lang}
    given = {key: value for key, value in typed.items() if value is not None}
    if target is None and into is None:
        given["file"] = STDOUT
        if template is None:
            given.setdefault("format", "text" if sys.stdout.isatty() else writers.DEFAULT_IN_PIPE)
    if format_name in writers.BINARY and target is None and sys.stdout.isatty():
        raise not_for_a_terminal(str(format_name))
    return config.counter_file(given, _option)


def _option(key: str) -> str:
    """Return the option for a key of a counter file in logstats.toml."""
    return "--output" if key == "file" else f"--{key}"
