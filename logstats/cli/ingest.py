"""The commands that read logs: `ingest` reads the given ones, `update` those of logstats.toml."""

import os
import sys

import click

from logstats import signals, sources
from logstats.cli import options
from logstats.cli import summary as words
from logstats.cli.context import App, count
from logstats.cli.update import RUNNING, run_update
from logstats.errors import UsageError
from logstats.ingest import pipeline
from logstats.ingest.request import IngestRequest
from logstats.model import IngestSummary, LeftOut
from logstats.reports.counters import follow_settings


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

    LOG may also be a URL in object storage, of an object, a prefix or a pattern: s3://BUCKET/PREFIX/, gs://…
    or az://…; credentials are those of the environment.

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
        app.say(0, words.in_words(summary))
    if summary.late:
        hits = count(summary.late, "hit")
        app.say(0, f"{hits} logged on days whose hits have been pruned; counted on those days")
    for note in (
        *words.notes(summary),
        *words.dominant_clients(summary),
        *words.read_before(summary),
        *words.without_agent(summary),
    ):
        app.say(0, note)
    for path, name in summary.copies:
        if os.path.realpath(path) != os.path.realpath(name):
            app.say(0 if path in named_explicitly else 1, f"{path}: was read as {name}; nothing new in it")
    for warning in (warning for warning in summary.warnings if warning not in errors):
        app.say(-1, warning)
    for why in (why for _, why in summary.waiting if why not in {*errors, *summary.warnings}):
        app.say(1, why)


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


@click.command("update", short_help="Read new lines and write counter files (for cron)")
@options.all_of([options.ALLOW_DECREASE, options.DRY_RUN, options.format_option()])
@click.pass_obj
def update_command(app: App, *, allow_decrease: bool, dry_run: bool, format_name: str | None) -> None:
    """Read the new lines of the logs in logstats.toml, and write its counter files.

    For cron, each minute: it prints nothing unless something is wrong; with -v one line. That a log is
    refused or can't be read is printed once, once a day while it lasts, and when it is over; the exit code
    says it in each run. A file that never was a log stops nothing, and its exit code is that of the runs that
    print it.

    --dry-run lists the logs with new lines and the counter files that would change, with their lines before
    and after; it tries the update on a copy of the store in the temporary folder, and changes nothing.
    """
    run_update(app, allow_decrease=allow_decrease, dry_run=dry_run, format_name=format_name)
