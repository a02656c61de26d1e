"""The commands of the box: the four figures, and what they start from."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from logstats import signals
from logstats.cli import options
from logstats.cli.context import App, not_for_a_terminal, put
from logstats.config import CounterFile, converters
from logstats.errors import LogstatsError, UsageError
from logstats.render import box, writers
from logstats.reports import runner
from logstats.reports.counters import Baseline, read_counters, read_counters_with_notes, set_baselines
from logstats.store import statements
from logstats.store.as_of import AT_LAST, AT_NOW, WITHOUT_SUSPECTS
from logstats.update import counter_files

STDOUT = Path("-")


@click.command("counters", short_help="The box: online, today, this week, all time")
@options.all_of([options.AT, options.SITE, options.TIMEZONE, options.WITHOUT_SUSPECTS, options.LANG])
@options.format_option(*box.BOXES)
@options.all_of([options.OUTPUT, options.TEMPLATE, options.INTO, options.ALLOW_DECREASE])
@click.pass_obj
def counters_command(app: App, /, *, allow_decrease: bool, **values: Any) -> None:
    """Visits online, today, this week and in all: the box in the portal's sidebar."""
    file = _counter_file(values)
    if file.path != STDOUT:
        _count_everybody(values)
    request = app.request(values)
    figures, notes = read_counters_with_notes(request)
    if not figures:
        raise LogstatsError(f"{app.db}: no site yet; `logstats ingest LOG` reads one in")
    app.note(notes)
    if request.at not in (None, AT_LAST, AT_NOW):
        app.note(runner.report_notes(statements.load("counters/counters"), request))
    if request.values[WITHOUT_SUSPECTS] and app.settings.leaves_out_suspects:
        app.note(["without suspects, as logstats.toml has it; counter files count everybody"])
    if file.path == STDOUT:
        put(counter_files.shown(figures, file))
        return
    changed = counter_files.publish(
        file, figures, lambda: read_counters(request), allow_decrease=allow_decrease
    )
    app.say(1, f"{file.path}: {'written' if changed else 'as it was'}")


def _count_everybody(values: dict[str, Any]) -> None:
    """Let a counter file show everybody, whatever logstats.toml says; refuse to leave suspects out of it."""
    if values[WITHOUT_SUSPECTS]:
        raise UsageError(
            "--without-suspects is for what is printed: in a counter file all time would go down each time "
            "that somebody is found out"
        )
    values[WITHOUT_SUSPECTS] = False


def _counter_file(values: dict[str, Any]) -> CounterFile:
    """Take from the options what is to be written, and where."""
    names = ("format_name", "lang", "target", "template", "into")
    name, lang, target, template, page = (values.pop(name) for name in names)
    if page:
        _refuse_with("--into", {"--output": target, "--template": template, "--format": name})
        return CounterFile(page, has_markers=True)
    if template:
        _refuse_with("--template", {"--format": name})
        return CounterFile(target or STDOUT, template=template)
    to_terminal = target is None and sys.stdout.isatty()
    fallback = box.format_of(target) if target else "text" if to_terminal else writers.DEFAULT_IN_PIPE
    if to_terminal and name in writers.BINARY:
        raise not_for_a_terminal(name)
    return CounterFile(target or STDOUT, format=name or fallback, lang=lang)


def _refuse_with(option: str, others: dict[str, Any]) -> None:
    for other, value in others.items():
        if value is not None:
            raise UsageError(f"{option} and {other}: write one or the other")


@click.command("baseline", short_help="Start all time from what the old counter said")
@click.argument("site")
@click.argument("visits", type=click.IntRange(0, converters.LARGEST_COUNT))
@click.option(
    "--on", "on_day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day logstats took over."
)
@click.option("--note", help="Where the number comes from.")
@click.pass_obj
@signals.deferred()
def baseline_command(app: App, site: str, visits: int, on_day: Any, note: str | None) -> None:
    """Start SITE's all-time figure from VISITS, what the old counter said.

    Every visit since DATE is added to it, or every visit in the store where no DATE is given.
    """
    day = on_day.date() if on_day else date.min
    set_baselines(app.db, [Baseline(site, visits, day, note)], app.wait)
    app.say(0, f"{site}: all time starts from {visits:,}")
