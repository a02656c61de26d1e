"""The commands that read logs: `ingest` reads the given ones, `update` those of logstats.toml."""

import os

import click

from logstats import signals, sources
from logstats.cli import options
from logstats.cli.context import App, count, without_agent
from logstats.errors import UsageError, together
from logstats.ingest import pipeline
from logstats.ingest.request import IngestRequest
from logstats.model import IngestSummary
from logstats.reports.counters import follow_settings
from logstats.update.run import UpdateRequest, update

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
        site=site,
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
    _print_summary(app, summary, request.named_explicitly)
    pipeline.require_read(summary, request.named_explicitly)


def _print_summary(app: App, summary: IngestSummary, named_explicitly: frozenset[str]) -> None:
    """Print the counts of a run, with more detail on logs that were named one by one."""
    errors = {why for path, why in summary.waiting if path in named_explicitly}
    if summary.lines or not (errors or summary.unread):
        app.say(0, _in_words(summary))
    if summary.late:
        hits = count(summary.late, "hit")
        app.say(0, f"{hits} logged on days whose hits have been pruned; counted on those days")
    for note in (*_dominant_clients(summary), *_without_agent(summary)):
        app.say(0, note)
    for path, name in summary.copies:
        if os.path.realpath(path) != os.path.realpath(name):
            app.say(0 if path in named_explicitly else 1, f"{path}: was read as {name}; nothing new in it")
    for warning in (warning for warning in summary.warnings if warning not in errors):
        app.say(-1, warning)
    for why in (why for _, why in summary.waiting if why not in {*errors, *summary.warnings}):
        app.say(1, why)


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
@options.ALLOW_DECREASE
@click.pass_obj
@signals.deferred()
def update_command(app: App, *, allow_decrease: bool) -> None:
    """Read the new lines of the logs in logstats.toml, and write its counter files.

    For cron, each minute: it prints nothing unless something is wrong; with -v one line.
    """
    if app.settings.path is None:
        raise UsageError("no logstats.toml here; `logstats init` writes one, --config names another")
    request = UpdateRequest(store=app.db, settings=app.settings, wait=app.wait, allow_decrease=allow_decrease)
    outcome = update(request)
    if outcome is None:
        app.say(1, RUNNING)
        return
    changed = f"; changed: {', '.join(map(str, outcome.changed))}" if outcome.changed else ""
    app.say(1, _in_words(outcome.read) + changed)
    for warning in outcome.read.warnings:
        app.say(0, warning)
    for note in (*_dominant_clients(outcome.read), *_without_agent(outcome.read)):
        app.say(1, note)
    if outcome.kept:
        files = ", ".join(map(str, outcome.kept))
        app.say(0, f"counter files left unchanged because a log could not be read: {files}")
    if outcome.errors:
        raise together(outcome.errors)


def _in_words(summary: IngestSummary) -> str:
    if not summary.lines:
        return "nothing new"
    of_rejects = [count(summary.headers, "header line")] if summary.headers else []
    of_rejects += ["see `logstats rejects`"] if summary.rejects > summary.headers else []
    rejects = count(summary.rejects, "reject") + (f" ({'; '.join(of_rejects)})" if of_rejects else "")
    return (
        f"{count(summary.lines, 'line')}, {count(summary.hits, 'hit')}, {rejects}, "
        f"{count(summary.bots, 'bot')}, {count(summary.page_views, 'page view')}, {summary.seconds:.1f} s"
    )
