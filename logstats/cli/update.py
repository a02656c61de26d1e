"""Run `update` with the options that were parsed: cron's way, which imports no click."""

from typing import TYPE_CHECKING

from logstats import signals
from logstats.cli import summary
from logstats.cli.context import App
from logstats.cli.summary import NOTHING_NEW
from logstats.errors import UsageError, together, was_reported
from logstats.update import idle

if TYPE_CHECKING:
    from logstats.update.run import Outcome

RUNNING = "another run is using this store and reads the new lines"


@signals.deferred()
def run_update(app: App, *, allow_decrease: bool, dry_run: bool, format_name: str | None) -> None:
    """Update the store and the counter files, or try it out; print what is wrong."""
    if app.settings.path is None:
        raise UsageError("no logstats.toml here; `logstats init` writes one, --config names another")
    if not (dry_run or allow_decrease) and idle.is_idle(app.db, app.settings):
        app.say(1, NOTHING_NEW)
        return
    outcome = _outcome(app, allow_decrease=allow_decrease, dry_run=dry_run, format_name=format_name)
    if outcome is None:
        app.say(1, RUNNING)
        return
    app = app._replace(names=summary.names(outcome.read))
    changed = f"; changed: {', '.join(map(str, outcome.changed))}" if outcome.changed else ""
    app.say(1, summary.in_words(outcome.read) + changed)
    for warning in outcome.read.warnings:
        app.say(0, warning)
    new = [error for error in outcome.errors if not was_reported(error)]
    _print_strays(app, outcome)
    for note in (
        *summary.notes(outcome.read),
        *summary.dominant_clients(outcome.read),
        *summary.read_before(outcome.read),
        *summary.without_agent(outcome.read),
    ):
        app.say(1, note)
    if outcome.kept:
        files = ", ".join(map(str, outcome.kept))
        why = "counter files left unchanged because a log could not be read"
        app.say(0 if new else 1, f"{why}: {files}")
    if outcome.errors:
        raise together(outcome.errors, shown=outcome.errors if app.verbosity > 0 else new)


def _outcome(app: App, *, allow_decrease: bool, dry_run: bool, format_name: str | None) -> "Outcome | None":
    from logstats.update.run import UpdateRequest, update  # noqa: PLC0415 - it imports DuckDB

    request = UpdateRequest(store=app.db, settings=app.settings, wait=app.wait, allow_decrease=allow_decrease)
    if not dry_run:
        return update(request)
    from logstats.update.dry_run import dry_run as try_out  # noqa: PLC0415 - not on cron's way

    outcome, result = try_out(request)
    app.print(result, format_name)
    return outcome


def _print_strays(app: App, outcome: "Outcome") -> None:
    """Print what is done about stray files; of those that were reported before, all with -v."""
    if not outcome.strays:
        return
    from logstats.update import strays  # noqa: PLC0415 - only where there is one

    new = [error for error in outcome.strays if not was_reported(error)]
    for error in outcome.strays:
        if error not in new:
            app.say(1, str(error))
    app.say(0 if new else 1, strays.advice(new or outcome.strays))
