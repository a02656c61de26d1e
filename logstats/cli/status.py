"""The command `status`, for people and for monitoring."""

import click

from logstats.cli import options
from logstats.cli.context import App, write_stdout
from logstats.config import converters
from logstats.errors import LogstatsError
from logstats.render import prometheus, writers
from logstats.render.prometheus import Metric
from logstats.reports import status
from logstats.reports.status import Fact, Limits

PROMETHEUS = "prom"
METRICS = {
    # a fact: its metric, with the label that says of what it is, and the help
    "store_readable": ("store_readable", "", "Whether the store could be opened and read."),
    "last_update_exit_code": ("last_update_exit_code", "", "Exit code of the last finished update."),
    "last_update_lines": ("last_update_lines", "", "Lines that the last finished update read."),
    "last_update_rejects": ("last_update_rejects", "", "Lines that the last finished update rejected."),
    "stale_counter_files": ("stale_counter_files", "", "Counter files that the last update did not write."),
    "running": ("running_seconds", "work", "For how long an update or ingest has been running."),
    "refused": ("site_refused", "site", "Whether most of the last lines of a site were rejected."),
    "waiting": ("waiting_bytes", "", "Bytes at the end of known logs that were not read."),
    "files_not_read": ("files_not_read", "state", "Files among the logs that were not read, by state."),
    "store_size": ("store_size_bytes", "", "Size of the store's file."),
    "disk_free": ("disk_free_bytes", "", "Free space in the folder of the store."),
}
INSTANTS = {
    # an age: the metric of the instant, from which a server computes the age at any time
    "last_update_age": ("last_update_timestamp_seconds", "", "When the last update finished."),
    "newest_line_age": ("newest_line_timestamp_seconds", "site", "Time of the newest line of a site."),
}
DEFAULT_AGE = "15m"


def _span(_context: click.Context, _param: click.Parameter, text: str | None) -> int | None:
    if text is None or text == "none":
        return None
    try:
        return int(converters.SPAN.convert(text))
    except (ValueError, converters.WrongKindError) as error:
        raise click.BadParameter(str(error)) from error


@click.command("status", short_help="Whether updates run and logs are read (for monitoring)")
@click.option(
    "--max-age",
    callback=_span,
    metavar="SPAN",
    default=DEFAULT_AGE,
    show_default=True,
    help="How long ago the last update may have ended, or a running one begun; `none`: any time.",
)
@click.option(
    "--max-silence",
    callback=_span,
    metavar="SPAN",
    help="How old the newest line of a site may be, e.g. 12h; a small site has none for hours at night.",
)
@click.option(
    "--max-waiting",
    type=options.Whole(min=0),
    metavar="BYTES",
    help="How many bytes of known logs may be unread.",
)
@click.option(
    "--max-rejects",
    type=options.Decimal(min=0, max=100),
    metavar="PERCENT",
    help=f"Which share of the last update's lines may be rejects, if it read {status.ENOUGH_LINES} or more.",
)
@click.option(
    "--format",
    "-f",
    "format_name",
    type=click.Choice((*writers.FORMATS, PROMETHEUS)),
    metavar="FORMAT",
    help=f"{writers.format_help()} Also {PROMETHEUS}, metrics for Prometheus.",
)
@options.WIDE_TABLE
@click.pass_obj
def status_command(  # noqa: PLR0913 - one parameter an option
    app: App,
    *,
    max_age: int | None,
    max_silence: int | None,
    max_waiting: int | None,
    max_rejects: float | None,
    format_name: str | None,
) -> None:
    """Show when `update` last ran and how it ended, the newest line of each site, and what is not read.

    For monitoring: the exit code is 0 if all is well and 1 if something is not, which stderr names. That is a
    last update that failed, is too old or never was, one that hangs, counter files that it did not write, a
    site whose log is refused, a store that can't be read, and what exceeds a limit. Nothing is written.
    """
    is_expected = app.settings.path is not None  # without settings there is no update, only ingest by hand
    found = status.facts(
        app.db, app.wait, Limits(max_age if is_expected else None, max_silence, max_waiting, max_rejects)
    )
    problems = [fact for fact in found if fact.problem]
    if format_name == PROMETHEUS:
        write_stdout(prometheus.text(_metrics(found, len(problems))).encode())
    else:
        app.print(status.as_result(found), format_name)
    if problems:
        raise LogstatsError("\n".join(_in_a_line(fact) for fact in problems))


def _in_a_line(fact: Fact) -> str:
    return f"{fact.what}{f' of {fact.of}' if fact.of else ''}: {fact.problem}"


def _metrics(found: list[Fact], problems: int) -> list[Metric]:
    metrics = [Metric("problems", "Number of things that `logstats status` finds wrong.", (({}, problems),))]
    for what, (name, label, about) in (METRICS | INSTANTS).items():
        samples = tuple(
            ({label: fact.of} if label else {}, value)
            for fact in found
            if fact.what == what and (value := fact.at if what in INSTANTS else fact.value) is not None
        )
        metrics.append(Metric(name, about, samples))
    return metrics
