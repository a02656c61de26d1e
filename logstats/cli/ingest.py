"""The commands that read logs: what somebody names, and what cron does each minute."""

import os
from collections.abc import Collection, Sequence
from typing import Any

import click

from logstats import signals, sources
from logstats.cli import options
from logstats.cli.context import App
from logstats.errors import UsageError, together
from logstats.ingest import pipeline
from logstats.ingest.request import IngestRequest
from logstats.model import IngestSummary
from logstats.reports.counters import follow_settings
from logstats.update.run import UpdateRequest, update

RUNNING = "another run is at this store; it will be done by that one"


@click.command("ingest", short_help="Read what is new in logs")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option(
    "--log-format",
    default="auto",
    show_default=True,
    metavar="FORMAT",
    help="A name of `logstats formats`, Apache's LogFormat, nginx's log_format, or «json time=KEY …».",
)
@click.option("--site", metavar="NAME", help="The site the logs are of, where their lines do not say.")
@click.option(
    "--timezone", metavar="ZONE", help="The zone a new site's days are cut in  [default: the system's]."
)
@click.option(
    "--host",
    "machine",
    default="",
    metavar="NAME",
    help="The machine the logs are of, where there are several.",
)
@click.option("--stream", metavar="NAME", help="What standard input is a log of.")
@click.pass_obj
@signals.deferred()
def ingest_command(app: App, /, logs: tuple[str, ...], timezone: str | None, **values: Any) -> None:
    """Read what is new in LOG: files, folders, patterns, or - for stdin; plain, gzip, bzip2, xz or zstd.

    Reading a log again, under any name, adds nothing.
    """
    if values["stream"] and sources.STDIN not in logs:
        raise UsageError("--stream names what is piped in: give - as the LOG")
    order = ordered(app, sources.expand(logs), named_explicitly=sources.named_explicitly(logs), **values)
    take_in(app, order._replace(settings=app.settings.in_zone(timezone)))


def ordered(app: App, logs: Sequence[str], **values: Any) -> IngestRequest:
    """Return what a command's options order to ingest."""
    return IngestRequest(app.db, tuple(logs), app.settings, wait=app.wait, **values)


def take_in(app: App, order: IngestRequest) -> None:
    """Read what is new in the logs of an order, and say what was read and met."""
    with app.progress("reading", lambda: sources.size(order.logs)) as advance:
        summary = pipeline.ingest(order, advance)
    if summary is None:
        app.say(1, RUNNING)
        return
    follow_settings(app.db, app.settings, app.wait)
    _tell(app, summary, order.named_explicitly)
    pipeline.require_read(summary, order.named_explicitly)


def _tell(app: App, summary: IngestSummary, asked: Collection[str]) -> None:
    """Say what a run read and met; of logs that were `asked` for more than of those in a folder."""
    errors = {told for path, told in summary.waiting if path in asked}
    if summary.lines or not (errors or summary.unread):
        app.say(0, _told(summary))
    if summary.late:
        app.say(0, f"{summary.late:,} hits are of days whose hits are pruned; they count on these days")
    for told in _crowds(summary):
        app.say(0, told)
    for path, name in summary.copies:
        if os.path.realpath(path) != os.path.realpath(name):
            app.say(0 if path in asked else 1, f"{path}: was read as {name}; nothing new in it")
    for told in (told for told in summary.warnings if told not in errors):
        app.say(-1, told)
    for told in (told for _, told in summary.waiting if told not in {*errors, *summary.warnings}):
        app.say(1, told)


def _crowds(summary: IngestSummary) -> list[str]:
    return [
        f"{site}: over half of the page views are {client or 'one address'}'s, which is a proxy, most "
        "likely; name it in trusted_proxies, and log the X-Forwarded-For header"
        for site, client in summary.dominant_clients
    ]


@click.command("update", short_help="What cron runs: read what is new, write counter files")
@options.ALLOW_DECREASE
@click.pass_obj
@signals.deferred()
def update_command(app: App, *, allow_decrease: bool) -> None:
    """Do what is due each minute: read what is new in the logs of logstats.toml, write its counter files.

    For cron: it says nothing unless something is wrong; with -v one line.
    """
    if app.settings.path is None:
        raise UsageError("no logstats.toml here; `logstats init` writes one, --config names another")
    outcome = update(UpdateRequest(app.db, app.settings, app.wait, allow_decrease))
    if outcome is None:
        app.say(1, RUNNING)
        return
    changed = f"; changed: {', '.join(map(str, outcome.changed))}" if outcome.changed else ""
    app.say(1, _told(outcome.read) + changed)
    for told in outcome.read.warnings:
        app.say(0, told)
    for told in _crowds(outcome.read):
        app.say(1, told)
    if outcome.kept:
        app.say(0, f"as they were, until every log can be read: {', '.join(map(str, outcome.kept))}")
    if outcome.errors:
        raise together(outcome.errors)


def _told(summary: IngestSummary) -> str:
    if not summary.lines:
        return "nothing new"
    headers = f" ({summary.headers:,} header lines)" if summary.headers else ""
    return (
        f"{summary.lines:,} lines, {summary.hits:,} hits, {summary.rejects:,} rejects{headers}, "
        f"{summary.bots:,} bots, {summary.page_views:,} page views, {summary.seconds:.1f} s"
    )
