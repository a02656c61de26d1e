"""The commands of figures from several machines: export, import and cluster."""

import os
import platform
from datetime import datetime
from pathlib import Path

import click

from logstats import engines, signals, sources
from logstats.cli import options
from logstats.cli.context import App, count
from logstats.errors import UsageError
from logstats.model import Result
from logstats.shards import cluster, exchange, folders
from logstats.shards.cluster import ClusterRequest, ClusterSummary
from logstats.shards.folders import Folder
from logstats.shards.month import MonthRequest, make
from logstats.totals import imports
from logstats.totals.imports import Imported


def _folder(_ctx: click.Context, _param: click.Parameter, name: str | None) -> Folder | None:
    return None if name is None else folders.at(os.fsdecode(name))


NAME = click.Path(readable=False)  # a string, since as a Path a URL loses a slash
FOLDER = click.argument("folder", metavar="DIR", type=NAME, callback=_folder)
ENGINE = click.option(
    "--engine",
    "name",
    default="local",
    show_default=True,
    metavar="ENGINE",
    help="local, spark://HOST:PORT, spark:MASTER, sc://HOST:PORT, ray, ray://HOST:PORT, dask, dask://HOST:PORT.",
)
WITHOUT_HITS = "has figures and no hits, so `online` counts none of its visitors; see --keep-hits"
ALL = "all"  # the key of a run without one
KEY_COLUMNS = ("key", "written_at", "logs", "lines", "hits", "rejects", "left_out", "version")


@click.command("export", short_help="Write the figures for another machine's store")
@FOLDER
@click.option("--key", metavar="NAME", help="What DIR calls these figures  [default: this machine's name].")
@options.KEEP_HITS
@click.pass_obj
@signals.deferred()
def export_command(app: App, *, folder: Folder, key: str | None, keep_hits: int | None) -> None:
    """Write the figures of this store into DIR as Parquet, for `logstats import` on another machine.

    Visits that span the logs of both machines are one there. Without --keep-hits only figures are written,
    not the hits that `online` and other reports read. DIR may be a URL in object storage: s3://BUCKET/PREFIX.
    """
    key = key or platform.node()
    figures = exchange.export_store(app.db, folder, key, app.wait, keep_hits)
    counted = f"{count(figures.hits, 'hit')} of {count(figures.logs, 'log')}"
    app.say(0, f"{folder}: {key}: the figures of {counted}")


@click.command("import", short_help="Add the figures of other machines to this store")
@click.argument("folder", metavar="DIR", type=NAME, required=False, callback=_folder)
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--distinct-logs", is_flag=True, help="The other machine has read none of this store's logs.")
@click.option("--undo", "undone", metavar="KEY", help="Take the import of KEY back.")
@click.pass_obj
@signals.deferred()
def import_command(
    app: App, *, folder: Folder | None, keys: tuple[str, ...], distinct_logs: bool, undone: str | None
) -> None:
    """Add the figures in DIR to this store: those of each KEY, or of all that DIR has.

    A KEY that was imported before is replaced by what DIR has now, in one transaction. A log that this store
    has read itself counts once. DIR may be a URL in object storage: s3://BUCKET/PREFIX.
    """
    if undone is not None:
        _undo(app, undone, is_alone=folder is None and not keys and not distinct_logs)
        return
    if folder is None:
        raise UsageError("which figures? Give the folder that `logstats export` has written")
    order = exchange.ImportOrder(app.db, app.settings, app.wait, folder, keys, distinct_logs)
    for key, imported in exchange.import_keys(order):
        app.say(0, f"{key}: {_in_words(imported)}")
        if imported.hits and not imported.kept_hits:
            app.say(0, f"{key}: {WITHOUT_HITS}")
        _say_stale(app, imported.stale)


def _undo(app: App, key: str, *, is_alone: bool) -> None:
    if not is_alone:
        raise UsageError("--undo takes one import back; give it without a folder")
    stale = imports.take_back(app.db, key, app.wait)
    app.say(0, f"{key}: is taken back")
    _say_stale(app, stale)


def _say_stale(app: App, stale: tuple[str, ...]) -> None:
    for key in stale:
        app.say(-1, f"{key}: has left out logs that are gone now; import it again")


def _in_words(imported: Imported) -> str:
    if imported.was_there:
        return "nothing new"
    counts = ", ".join(
        (
            count(imported.logs, "log"),
            count(imported.lines, "line"),
            count(imported.hits, "hit"),
            count(imported.rejects, "reject"),
        )
    )
    left_out = f"; {count(imported.known, 'log')} left out, read here" if imported.known else ""
    return f"{'replaced: ' if imported.is_replaced else ''}{counts}{left_out}"


@click.group(
    "cluster", short_help="Read many logs on several cores or machines", context_settings=options.HELP
)
def cluster_command() -> None:
    """Read logs on an engine: on all cores of this machine, or on a cluster. `import` adds the figures."""


@cluster_command.command("ingest", short_help="Read logs into a folder of figures")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option(
    "--into", required=True, type=NAME, callback=_folder, metavar="DIR", help="The folder of the figures."
)
@ENGINE
@click.option(
    "--key", default=ALL, show_default=True, metavar="KEY", help="What DIR calls these figures: a day, say."
)
@options.KEEP_HITS
@click.option("--log-format", default="auto", show_default=True, metavar="FORMAT", help="As of `ingest`.")
@click.option("--site", metavar="NAME", help="The site of logs whose lines do not name one.")
@click.pass_obj
@signals.deferred()
def cluster_ingest(  # noqa: PLR0913 - one parameter an option
    app: App,
    *,
    logs: tuple[str, ...],
    into: Folder,
    name: str,
    key: str,
    keep_hits: int | None,
    log_format: str,
    site: str | None,
) -> None:
    """Read LOG in workers, and write the figures into DIR, for `logstats import DIR`.

    A worker reads some logs, or a piece of a plain log over 1 GB. A KEY that DIR has is replaced. Logs that
    the store or another key has are left out. The store itself is not changed. LOG and DIR may be URLs in
    object storage: s3://BUCKET/PREFIX, gs://… or az://…
    """
    each = engines.engine(name)
    request = ClusterRequest(
        store=app.db,
        settings=app.settings,
        wait=app.wait,
        logs=tuple(sources.expand(logs)),
        into=into,
        key=key,
        hits_since=exchange.since(keep_hits),
        site=None if site is None else app.settings.listed_name(site),
        log_format=log_format,
    )
    summary = cluster.run(request, each)
    app.say(0, f"{into}: {key}: {_run_in_words(summary)}")
    for path, known_as in summary.figures.left_out:
        app.say(1, f"{path}: was read as {known_as}; left out")
    for other in summary.missed:
        app.say(-1, f"{other}: has left out logs that {key} had and has no more; run {other} again")


@cluster_command.command("store", short_help="Make a whole store, with hits, of a site's month")
@click.argument("site", metavar="SITE")
@click.argument("month", metavar="YYYY-MM", type=click.DateTime(["%Y-%m"]))
@click.option(
    "--from",
    "folder",
    required=True,
    type=NAME,
    callback=_folder,
    metavar="DIR",
    help="The folder of the figures.",
)
@click.option("--output", "-o", required=True, type=options.PATH, metavar="FILE", help="The store to write.")
@ENGINE
@click.pass_obj
@signals.deferred()
def cluster_store(  # noqa: PLR0913 - one parameter an option
    app: App, *, site: str, month: datetime, folder: Folder, output: Path, name: str
) -> None:
    """Write a store to FILE, in one step, by reading the logs again that have lines of SITE in that month.

    It has hits, for the reports that DIR has no figures for: `logstats --db FILE pages`. The logs are those
    that `cluster ingest` has read into DIR, which may be a URL in object storage.
    """
    request = MonthRequest(
        store=app.db,
        settings=app.settings,
        wait=app.wait,
        folder=folder,
        site=app.settings.listed_name(site),
        first_day=month.date(),
        output=output,
    )
    made = make(request, engines.engine(name))
    counted = f"{count(made.lines, 'line')}, {count(made.hits, 'hit')} of {count(made.logs, 'log')}"
    app.say(0, f"{output}: {counted}")


@cluster_command.command("keys", short_help="The keys of a folder of figures")
@FOLDER
@options.format_option()
@click.pass_obj
def cluster_keys(app: App, *, folder: Folder, format_name: str | None) -> None:
    """List what counts in DIR, or at a URL in object storage: each key with the counts of its logs."""
    rows = [
        (
            key, figures.written_at, figures.logs, figures.lines, figures.hits, figures.rejects,
            len(figures.left_out), figures.version,
        )
        for key, figures in exchange.keys(folder)
    ]  # fmt: skip
    app.print(Result(KEY_COLUMNS, rows), format_name)


def _run_in_words(summary: ClusterSummary) -> str:
    figures = summary.figures
    counted = f"{count(figures.lines, 'line')}, {count(figures.hits, 'hit')} of {count(figures.logs, 'log')}"
    left_out = f", {count(len(figures.left_out), 'log')} left out" if figures.left_out else ""
    spent = f"{summary.read_cpu_s + summary.merge_cpu_s:.1f} s CPU, at most {summary.memory_mb} MB a worker"
    return f"{counted}{left_out}, {count(summary.shards, 'shard')}, {spent}"
