"""The commands that read logs: `ingest` reads the given ones, `update` those of logstats.toml."""

import os
import sys

import click

from logstats import signals, sources
from logstats.cli import options
from logstats.cli.context import App, count, without_agent
from logstats.errors import UsageError, together, was_reported
from logstats.ingest import pipeline
from logstats.ingest.request import IngestRequest
from logstats.model import IngestSummary, LeftOut
from logstats.reports.counters import follow_settings
from logstats.update.run import Outcome, UpdateRequest, update

RUNNING = "another run is using this store and reads the new lines"


@click.command("ingest", short_help="Read new lines of logs")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option(
    "--log-format",
    default="auto",
    show_default=True,
    metavar="FORMAT",
    help="A name in `logstats formats`, Apache's LogFormat, nginx's log_format, or 'json time=KEY …'.",
)
@click.option("--site", metavar="NAME", help="The site of logs whose lines do not name one.")
@click.option("--timezone", metavar="ZONE", help="The time zone of a new site  [default: the system's].")
@click.option(
    "--host", default="", metavar="NAME", help="The machine that wrote the logs, if there are several."
)
@click.option("--stream", metavar="NAME", help="A name for the log on standard input.")
@click.pass_obj
@signals.deferred()
def ingest_command(  # noqa: PLR0913 - one parameter an option
    app: App,
    *,
    logs: tuple[str, ...],
    log_format: str,
    site: str | None,
    timezone: str | None,
    host: str,
    stream: str | None,
) -> None:
    """Read the new lines of LOG: files, folders, patterns, or - for stdin; plain, gzip, bzip2, xz or zstd.

    Reading a log again, under any name, adds nothing.
    """
    if stream and sources.STDIN not in logs:
        raise UsageError("--stream names the log on standard input; give - as LOG")
    request = IngestRequest(
        store=app.db,
        logs=tuple(sources.expand(logs)),
        settings=app.settings.in_zone(timezone),
        site=None if site is None else app.settings.listed_name(site),
        log_format=log_format,
        wait=app.wait,
        machine=host,
        stream=stream,
        named_explicitly=sources.named_explicitly(logs),
    )
    run_ingest(app, request)


def run_ingest(app: App, request: IngestRequest) -> None:
    """Ingest logs and print a summary; raise an error for logs that could not be read."""
    with app.progress("reading", lambda: sources.size(request.logs)) as advance:
        summary = pipeline.ingest(request, advance)
    if summary is None:
        app.say(1, RUNNING)
        return
    follow_settings(app.db, app.settings, app.wait)
    app = app._replace(names=tuple(request.logs))
    for text in _left_out(summary):
        app.say(0 if sys.stderr.isatty() else 1, text)
    _print_summary(app, summary, request.named_explicitly)
    for path in sources.empty(request.named_explicitly):
        app.say(0, f"{path}: this file is empty")
    pipeline.require_read(summary, request.named_explicitly)


def _print_summary(app: App, summary: IngestSummary, named_explicitly: frozenset[str]) -> None:
    """Print the counts of a run, with more detail on logs that were named one by one."""
    errors = {why for path, why in summary.waiting if path in named_explicitly}
    if summary.lines or not (errors or summary.unread):
        app.say(0, _in_words(summary))
    if summary.late:
        hits = count(summary.late, "hit")
        app.say(0, f"{hits} logged on days whose hits have been pruned; counted on those days")
    for note in (
        *_notes(summary),
        *_dominant_clients(summary),
        *_read_before(summary),
        *_without_agent(summary),
    ):
        app.say(0, note)
    for path, name in summary.copies:
        if os.path.realpath(path) != os.path.realpath(name):
            app.say(0 if path in named_explicitly else 1, f"{path}: was read as {name}; nothing new in it")
    for warning in (warning for warning in summary.warnings if warning not in errors):
        app.say(-1, warning)
    for why in (why for _, why in summary.waiting if why not in {*errors, *summary.warnings}):
        app.say(1, why)


def _names(summary: IngestSummary) -> tuple[str, ...]:
    """Return the names of the logs of which something is said."""
    pairs = (*summary.copies, *summary.waiting, *summary.notes, *summary.without_agent)
    return tuple(path for path, _ in pairs)


def _left_out(summary: IngestSummary) -> list[str]:
    """Return a line for each log with rejects: their number and the last one, for each reason."""
    logs: dict[str, dict[str, LeftOut]] = {}
    for left in summary.left_out:
        reasons = logs.setdefault(left.path, {})
        lines = left.lines + (reasons[left.reason].lines if left.reason in reasons else 0)
        reasons[left.reason] = left._replace(lines=lines)
    return [
        f"{path}: left out "
        + ", ".join(
            f"{count(left.lines, 'line')} ({left.reason}; the last one is line {left.line_number:,})"
            for left in reasons.values()
        )
        for path, reasons in logs.items()
    ]


def _notes(summary: IngestSummary) -> list[str]:
    """Return what is said of logs that are new, once where it is true of several."""
    paths: dict[str, list[str]] = {}
    for path, note in summary.notes:
        paths.setdefault(note, []).append(path)
    others = {note: count(len(of_note) - 1, "other log") for note, of_note in paths.items()}
    return [
        f"{first} and {others[note]}: {note}" if more else f"{first}: {note}"
        for note, (first, *more) in paths.items()
    ]


def _read_before(summary: IngestSummary) -> list[str]:
    """Return a note for each log of which lines were read before, with the logs that they were read in."""
    found: dict[str, dict[str, int]] = {}
    for path, name, lines in summary.read_in:
        of_log = found.setdefault(path, {})
        of_log[name] = of_log.get(name, 0) + lines
    return [
        f"{path}: {count(sum(of_log.values()), 'line')} read before "
        f"({'; '.join(f'{lines:,} in {_earlier(name, path)}' for name, lines in of_log.items())}); "
        "they do not count again"
        for path, of_log in found.items()
    ]


def _earlier(name: str, path: str) -> str:
    return "an earlier state of it" if name == path else name


def _dominant_clients(summary: IngestSummary) -> list[str]:
    return [
        f"{site}: over half of the page views come from {client or 'one client'}, most likely a proxy; "
        "name it in trusted_proxies, and log the X-Forwarded-For header"
        for site, client in summary.dominant_clients
    ]


def _without_agent(summary: IngestSummary) -> list[str]:
    """Return a note for each format without a user agent, which names its logs."""
    logs: dict[str, list[str]] = {}
    for path, name in summary.without_agent:
        logs.setdefault(name, []).append(path)
    notes = []
    for name, (first, *others) in logs.items():
        named = f"{first} and {count(len(others), 'other log')}" if others else first
        notes.append(f"{named}: {without_agent(name)}")
    return notes


@click.command("update", short_help="Read new lines and write counter files (for cron)")
@options.all_of([options.ALLOW_DECREASE, options.DRY_RUN, options.format_option()])
@click.pass_obj
@signals.deferred()
def update_command(app: App, *, allow_decrease: bool, dry_run: bool, format_name: str | None) -> None:
    """Read the new lines of the logs in logstats.toml, and write its counter files.

    For cron, each minute: it prints nothing unless something is wrong; with -v one line. That a log is
    refused or can't be read is printed once, once a day while it lasts, and when it is over; the exit code
    says it in each run. A file that never was a log stops nothing, and its exit code is that of the runs that
    print it.

    --dry-run lists the logs with new lines and the counter files that would change, with their lines before
    and after; it tries the update on a copy of the store in the temporary folder, and changes nothing.
    """
    if app.settings.path is None:
        raise UsageError("no logstats.toml here; `logstats init` writes one, --config names another")
    request = UpdateRequest(store=app.db, settings=app.settings, wait=app.wait, allow_decrease=allow_decrease)
    if dry_run:
        from logstats.update.dry_run import dry_run as try_out  # noqa: PLC0415 - not on cron's way

        outcome, result = try_out(request)
        app.print(result, format_name)
    else:
        outcome = update(request)
    if outcome is None:
        app.say(1, RUNNING)
        return
    app = app._replace(names=_names(outcome.read))
    changed = f"; changed: {', '.join(map(str, outcome.changed))}" if outcome.changed else ""
    app.say(1, _in_words(outcome.read) + changed)
    for warning in outcome.read.warnings:
        app.say(0, warning)
    new = [error for error in outcome.errors if not was_reported(error)]
    _print_strays(app, outcome)
    for note in (
        *_notes(outcome.read),
        *_dominant_clients(outcome.read),
        *_read_before(outcome.read),
        *_without_agent(outcome.read),
    ):
        app.say(1, note)
    if outcome.kept:
        files = ", ".join(map(str, outcome.kept))
        why = "counter files left unchanged because a log could not be read"
        app.say(0 if new else 1, f"{why}: {files}")
    if outcome.errors:
        raise together(outcome.errors, shown=outcome.errors if app.verbosity > 0 else new)


def _print_strays(app: App, outcome: Outcome) -> None:
    """Print what is done about stray files; of those that were reported before, all with -v."""
    if not outcome.strays:
        return
    from logstats.update import strays  # noqa: PLC0415 - only where there is one

    new = [error for error in outcome.strays if not was_reported(error)]
    for error in outcome.strays:
        if error not in new:
            app.say(1, str(error))
    app.say(0 if new else 1, strays.advice(new or outcome.strays))


def _in_words(summary: IngestSummary) -> str:
    if not summary.lines:
        return "nothing new"
    of_rejects = [count(summary.headers, "header line")] if summary.headers else []
    of_rejects += ["see `logstats rejects`"] if summary.rejects > summary.headers else []
    rejects = count(summary.rejects, "reject") + (f" ({'; '.join(of_rejects)})" if of_rejects else "")
    repeated = f"{summary.repeated:,} read before, " if summary.repeated else ""
    return (
        f"{count(summary.lines, 'line')}, {repeated}{count(summary.hits, 'hit')}, {rejects}, "
        f"{count(summary.bots, 'bot')}, {count(summary.page_views, 'page view')}, {summary.seconds:.1f} s"
    )
