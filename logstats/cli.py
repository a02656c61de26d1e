"""The commands: parse, call one function, print. stdout is data, everything else is stderr."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from logstats import (
    books,
    box,
    catalog,
    config,
    counter,
    ingest,
    options,
    output,
    publish,
    reports,
    sources,
    start,
    stop,
    store,
    update,
    upkeep,
)
from logstats.catalog import Query
from logstats.config import CounterFile, Settings
from logstats.counter import Baseline
from logstats.errors import LogstatsError, MismatchError, UsageError, together
from logstats.ingest import Order
from logstats.model import IngestSummary, Result
from logstats.prune import prune
from logstats.question import AT_LAST, AT_NOW, Question
from logstats.undo import undo

EPILOG = """\b
Exit codes:
  0  done, also when there was nothing new
  1  failed
  2  the command, an option or a setting is wrong
  3  a log was not understood
  4  the store is busy or can't be opened
  5  verify found a difference
  130  stopped by Ctrl-C (143: by SIGTERM)
"""
HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
CONTEXT: dict[str, Any] = {
    **HELP,
    "max_content_width": 100,
    "auto_envvar_prefix": "LOGSTATS",
}
SIZE_STAYS = "the file keeps its size; `logstats compact` makes it smaller"
DEMO_STORE = Path("logstats-demo.duckdb")
ASKED = ("at", "site", "timezone", "since", "until")
STDOUT = Path("-")
RUNNING = "another run is at this store; it will be done by that one"


@dataclass(frozen=True)
class App:
    """What stands before the command."""

    db: Path
    settings: Settings
    wait: float
    verbosity: int

    def question(self, values: dict[str, Any]) -> Question:
        """Return what a command's options ask of the store."""
        asked = {name: values.pop(name, None) for name in ASKED}
        asked["at"] = asked["at"] or self.settings.at
        return Question(store=self.db, values=values, wait=self.wait, **asked)

    def order(self, logs: Sequence[str], **values: Any) -> Order:
        """Return what a command's options order to ingest."""
        return Order(self.db, tuple(logs), self.settings, wait=self.wait, **values)


@click.group(epilog=EPILOG, context_settings=CONTEXT)
@click.version_option(package_name="logstats")
@click.option("--db", type=options.PATH, metavar="FILE", help="The store, one DuckDB file.")
@click.option(
    "--config",
    "config_path",
    envvar="LOGSTATS_CONFIG",
    type=options.PATH,
    metavar="FILE",
    help="Settings [default: ./logstats.toml].",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="For a busy store.",
)
@click.option("--verbose", "-v", is_flag=True, help="Say more on stderr.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but errors.")
@click.pass_context
def logstats(context: click.Context, /, db: Path | None, config_path: Path | None, **values: Any) -> None:
    """Who is online, today's visits and the all-time counter of a portal, from its own access logs."""
    is_start = context.invoked_subcommand == "init"  # which is about settings that are not there as yet
    settings = Settings(path=config_path) if is_start else config.load(config_path)
    verbosity = int(values["verbose"]) - int(values["quiet"])
    context.obj = App(db or config.database_path(settings), settings, values["wait"], verbosity)


@logstats.command("init")
@click.pass_obj
def init_command(app: App) -> None:
    """Write a commented logstats.toml that fits this machine, and print the two commands that come next.

    It is written to this folder, or where --config says; a file that is there stays as it is.
    """
    path = app.settings.path or Path(config.CONFIG_NAME)
    start.write(path, app.db)
    _say(app, 0, f"{path}: written; look through it, read its logs once, and each minute from a crontab:")
    click.echo("\n".join(start.next_commands(path)))


@logstats.command("ingest")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option(
    "--log-format", default="auto", show_default=True, metavar="FORMAT", help="A name or an Apache LogFormat."
)
@click.option("--site", metavar="NAME", help="The site the logs are of, where their lines do not say.")
@click.option(
    "--timezone", metavar="ZONE", help="The zone a new site's days are cut in  [default: the system's]."
)
@click.option(
    "--host", default="", metavar="NAME", help="The machine the logs are of, where there are several."
)
@click.option("--stream", metavar="NAME", help="What standard input is a log of.")
@click.pass_obj
@stop.heeded()
def ingest_command(app: App, /, logs: tuple[str, ...], timezone: str | None, **values: Any) -> None:
    """Read what is new in LOG: files, folders, patterns, or - for stdin; plain, gzip, bzip2, xz or zstd.

    Reading a log again, under any name, adds nothing.
    """
    order = app.order(sources.expand(logs), **values)
    _ingest(app, replace(order, settings=app.settings.in_zone(timezone)), named=logs)


def _ingest(app: App, order: Order, named: Sequence[str] = ()) -> None:
    with _progress(app, order.logs) as advance:
        summary = ingest.ingest(order, advance)
    if summary is None:
        _say(app, 1, RUNNING)
        return
    counter.follow_settings(app.db, app.settings, app.wait)
    _tell(app, summary, named)
    ingest.require_read(summary, named)


def _tell(app: App, summary: IngestSummary, named: Sequence[str]) -> None:
    """Say what a run read and met; of logs that were `named` more than of those in a folder."""
    errors = {told for path, told in summary.waiting if path in named}
    if summary.lines or not (errors or summary.unread):
        _say(app, 0, _told(summary))
    if summary.late:
        _say(app, 0, f"{summary.late:,} hits are of days whose hits are pruned; they count on these days")
    for path, name in summary.copies:
        if os.path.realpath(path) != os.path.realpath(name):
            _say(app, 0 if path in named else 1, f"{path}: was read as {name}; nothing new in it")
    for told in (told for told in summary.warnings if told not in errors):
        _say(app, -1, told)
    for told in (told for _, told in summary.waiting if told not in {*errors, *summary.warnings}):
        _say(app, 1, told)


@logstats.command("update")
@options.ALLOW_DECREASE
@click.pass_obj
@stop.heeded()
def update_command(app: App, *, allow_decrease: bool) -> None:
    """Do what is due each minute: read what is new in the logs of logstats.toml, write its counter files.

    For cron: it says nothing unless something is wrong; with -v one line.
    """
    if app.settings.path is None:
        raise UsageError("no logstats.toml here; `logstats init` writes one, --config names another")
    outcome = update.update(update.Update(app.db, app.settings, app.wait, allow_decrease))
    if outcome is None:
        _say(app, 1, RUNNING)
        return
    changed = f"; changed: {', '.join(map(str, outcome.changed))}" if outcome.changed else ""
    _say(app, 1, _told(outcome.read) + changed)
    for told in outcome.read.warnings:
        _say(app, 0, told)
    if outcome.kept:
        _say(app, 0, f"as they were, until every log can be read: {', '.join(map(str, outcome.kept))}")
    if outcome.errors:
        raise together(outcome.errors)


@logstats.command("counters")
@options.all_of([options.AT, options.SITE, options.TIMEZONE, options.LANG])
@options.format_option(*box.BOXES)
@options.all_of([options.OUTPUT, options.TEMPLATE, options.INTO, options.ALLOW_DECREASE])
@click.pass_obj
def counters_command(app: App, /, *, allow_decrease: bool, **values: Any) -> None:
    """Visits online, today, this week and in all: the box in the portal's sidebar."""
    file = _counter_file(values)
    question = app.question(values)
    figures = counter.figures(question)
    if not figures:
        raise LogstatsError(f"{app.db}: no site yet; `logstats ingest LOG` reads one in")
    if question.at not in (None, AT_LAST, AT_NOW):
        _note(app, reports.notes(catalog.load("counter/counters"), question))
    if file.path == STDOUT:
        _put(publish.shown(figures, file))
        return
    changed = publish.publish(file, figures, lambda: counter.figures(question), allow_decrease=allow_decrease)
    _say(app, 1, f"{file.path}: {'written' if changed else 'as it was'}")


def _counter_file(values: dict[str, Any]) -> CounterFile:
    """Take from the options what is to be written, and where."""
    names = ("format_name", "lang", "target", "template", "into")
    name, lang, target, template, page = (values.pop(name) for name in names)
    if page:
        _refuse_with("--into", {"--output": target, "--template": template, "--format": name})
        return CounterFile(page, is_page=True)
    if template:
        _refuse_with("--template", {"--format": name})
        return CounterFile(target or STDOUT, template=template)
    to_terminal = target is None and sys.stdout.isatty()
    fallback = box.format_of(target) if target else "text" if to_terminal else output.DEFAULT_IN_PIPE
    if to_terminal and name in output.BINARY:
        raise _not_for_a_terminal(name)
    return CounterFile(target or STDOUT, format=name or fallback, lang=lang)


def _refuse_with(option: str, others: dict[str, Any]) -> None:
    for other, value in others.items():
        if value is not None:
            raise UsageError(f"{option} and {other}: write one or the other")


@logstats.command("verify")
@options.format_option()
@click.pass_obj
def verify_command(app: App, format_name: str | None) -> None:
    """Recompute every figure from the kept hits and say whether each stored one fits.

    Prints each figure that differs; exits 5 when there is one.
    """
    _verify(app, format_name)


def _verify(app: App, format_name: str | None) -> None:
    checks = books.verify(app.db, app.wait)
    wrong = [(check.claim, *row) for check in checks for row in check.differences.rows]
    if wrong:
        _print(Result(("claim", "what", "stored", "recomputed"), wrong), format_name)
        raise MismatchError(f"{app.db}: {len(wrong)} figures do not fit; `logstats rebuild` makes them anew")
    for check in checks:
        _say(app, 0, f"fits: {check.claim}")


@logstats.command("rebuild")
@click.pass_obj
@stop.heeded()
def rebuild_command(app: App) -> None:
    """Make every visit and total anew from the kept hits, by the rules as they are now."""
    books.rebuild(app.db, app.settings, app.wait)
    _say(app, 0, f"{app.db}: rebuilt")


@logstats.command("undo")
@click.argument("ingest_id", type=click.IntRange(min=1), metavar="ID")
@options.all_of([options.DRY_RUN, options.format_option()])
@click.pass_obj
@stop.heeded()
def undo_command(app: App, /, ingest_id: int, format_name: str | None, **values: Any) -> None:
    """Take one ingest back: the figures are then as if it had never been.

    `logstats ingests` shows the IDs. Ingesting the log again counts it again.
    """
    dry_run = values["dry_run"]
    undone = undo(app.db, ingest_id, app.wait, dry_run=dry_run)
    if dry_run:
        _print(undone.days, format_name)
    told = "would be" if dry_run else "is"
    _say(
        app,
        0,
        f"ingest {ingest_id} {told} undone: {undone.lines:,} lines, {undone.hits:,} hits, "
        f"{undone.rejects:,} rejects of {undone.path}, from byte {undone.position:,} on",
    )


@logstats.command("prune")
@options.all_of([options.KEEP, options.DRY_RUN, options.AT, options.TIMEZONE, options.format_option()])
@click.pass_obj
@stop.heeded()
def prune_command(app: App, /, keep: int | None, format_name: str | None, **values: Any) -> None:
    """Forget raw hits that are older than so many days; no figure moves, now or later.

    Visits and the totals of days stay for ever. Rejects that were read before go too, and pages,
    referrers and agents that nothing refers to any more. The file keeps its size.
    """
    dry_run = values.pop("dry_run")
    result = prune(app.question(values), keep or app.settings.keep_hits, dry_run=dry_run)
    if dry_run:
        _print(result, format_name)
        return
    gone = [row for row in result.records() if row["forgotten"]]
    for row in gone:
        of_site = f" of {row['site']}" if row["site"] else ""
        before = f" before {row['before']}" if row["before"] else ""
        _say(app, 0, f"{row['forgotten']:,} {row['what']}{of_site}{before} forgotten, {row['kept']:,} kept")
    _say(app, 0, SIZE_STAYS if gone else "nothing to forget")


@logstats.command("snapshot")
@click.argument("target", metavar="FILE", type=options.PATH)
@click.pass_obj
@stop.heeded()
def snapshot_command(app: App, target: Path) -> None:
    """Write a copy of the store to FILE in one step: the backup. It is a store itself.

    Reports go on meanwhile, and ingest waits.
    """
    size = upkeep.snapshot(app.db, target, app.wait)
    _say(app, 0, f"{target}: {size:,} bytes")


@logstats.command("compact")
@click.pass_obj
@stop.heeded()
def compact_command(app: App) -> None:
    """Give back the room of what was deleted from the store.

    Takes as much free disk again as the store will be long. Reports go on meanwhile.
    """
    done = upkeep.compact(app.db, app.wait)
    _say(app, 0, f"{app.db}: {done.before:,} bytes before, {done.after:,} now")


@logstats.command("repair")
@options.format_option()
@click.pass_obj
@stop.heeded()
def repair_command(app: App, format_name: str | None) -> None:
    """Mend a store that can't be opened since a power cut tore its log; then verify.

    The old log is kept. What was in its torn part is read again by the next ingest: the logs are
    listed with the byte up to which the store holds them. Nothing else is changed.
    """
    done = upkeep.repair(app.db, app.wait)
    if done.kept is None:
        _say(app, 0, f"{app.db}: its log is whole, nothing to repair")
    else:
        _say(app, 0, f"{app.db}: the torn log is kept as {done.kept.name}; ingest these logs again:")
        _print(done.sources, format_name)
    _verify(app, format_name)


@logstats.command("baseline")
@click.argument("site")
@click.argument("visits", type=click.IntRange(0, config.LARGEST_COUNT))
@click.option(
    "--on", "on_day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day logstats took over."
)
@click.option("--note", help="Where the number comes from.")
@click.pass_obj
@stop.heeded()
def baseline_command(app: App, site: str, visits: int, on_day: Any, note: str | None) -> None:
    """Start SITE's all-time figure from VISITS, what the old counter said.

    Every visit since DATE is added to it, or every visit in the store where no DATE is given.
    """
    day = on_day.date() if on_day else date.min
    counter.set_baselines(app.db, [Baseline(site, visits, day, note)], app.wait)
    _say(app, 0, f"{site}: all time starts from {visits:,}")


@logstats.command("sql")
@click.argument("statement")
@options.all_of([options.AT, options.SITE, options.TIMEZONE, options.format_option()])
@click.pass_obj
def sql_command(app: App, /, statement: str, format_name: str | None, **values: Any) -> None:
    """Run a read-only SQL query over the views: hits, page_views, visits, articles, day_totals, ….

    `logstats sql "SHOW TABLES"` lists them; $at and $site may stand in the query.
    """
    _report(app, reports.ask(statement, app.question(values)), format_name)


@logstats.command(
    "report",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
)
@click.argument("name")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def report_command(context: click.Context, name: str, arguments: tuple[str, ...]) -> None:
    """Run a report by NAME, or one of your own from a .sql file with the same header.

    `logstats report my.sql --help` shows the options that its header gives it.
    """
    if name in CONTEXT["help_option_names"]:
        click.echo(context.get_help())
        return
    path = Path(name)
    if path.suffix == ".sql":
        if not path.is_file():
            raise UsageError(f"{name}: no such file")
        query = catalog.read(path, path.stem)
    else:
        query = _reports().get(name) or _no_report(name)
    command = _report_command(query)
    command.main(list(arguments), prog_name=f"logstats report {name}", standalone_mode=False, obj=context.obj)


@logstats.command("demo")
@click.option(
    "--keep",
    type=options.PATH,
    default=DEMO_STORE,
    show_default=True,
    metavar="FILE",
    help="The demo's store.",
)
@click.pass_obj
@stop.heeded()
def demo_command(app: App, keep: Path) -> None:
    """Read the sample month of a made-up portal, and show its box and its ten most read articles."""
    samples = catalog.samples_dir() / "portal"
    settings = config.load(samples / config.CONFIG_NAME)
    demo = App(keep, settings, app.wait, app.verbosity)
    site = settings.sites[0]
    if keep.exists():
        _require_demo(keep, site.name, app.wait)
    logs = sources.expand(tuple(name for one in site.logs for name in one.names))
    _ingest(demo, demo.order(logs, site=site.name, log_format=site.log_format))
    figures = counter.figures(demo.question({}))
    click.echo("\n" + box.text_box(figures, box.DEFAULT_LANG))
    articles = reports.run(catalog.load("reports/articles"), demo.question({"limit": 10}))
    _print(articles.only("article", "views", "readings", "visitors"), "table")
    _say(demo, 0, f"\nMore: logstats --db {keep} --config {samples / config.CONFIG_NAME} visits")


def _require_demo(keep: Path, sample: str, wait: float) -> None:
    sites = reports.ask("SELECT site FROM sites", Question(keep, wait=wait)).rows
    if any(site != sample for (site,) in sites):
        raise UsageError(f"{keep}: is a store of other sites; give the demo another file with --keep")


def _reports() -> dict[str, Query]:
    queries = (catalog.load(name) for name in catalog.names("reports"))
    return {Path(query.name).name: query for query in queries}


def _no_report(name: str) -> Query:
    raise UsageError(f"no report «{name}»; there are {', '.join(_reports())}, or give a .sql file")


def _report_command(query: Query) -> click.Command:
    @click.command(Path(query.name).name, help=query.about, short_help=query.title, context_settings=HELP)
    @options.of_report(query.params)
    @click.pass_obj
    def command(app: App, /, format_name: str | None, **values: Any) -> None:
        _report(app, reports.run(query, app.question(values)), format_name)

    return command


for _query in _reports().values():
    logstats.add_command(_report_command(_query))


def _report(app: App, result: Result, format_name: str | None) -> None:
    _note(app, result.notes)
    _print(result, format_name)


def _note(app: App, notes: Sequence[str]) -> None:
    for note in notes:
        _say(app, 0, f"note: {note}")


def _print(result: Result, format_name: str | None) -> None:
    to_terminal = sys.stdout.isatty()
    name = format_name or (output.DEFAULT_ON_TERMINAL if to_terminal else output.DEFAULT_IN_PIPE)
    _put(_written(result, name, to_terminal=to_terminal))


def _written(result: Result, name: str, *, to_terminal: bool) -> bytes:
    if name in output.WRITERS:
        return output.WRITERS[name](result).encode("utf-8", "backslashreplace")
    if to_terminal:
        raise _not_for_a_terminal(name)
    return store.parquet(result)


def _not_for_a_terminal(name: str) -> UsageError:
    return UsageError(f"{name} is not for a terminal; write it to a file: … --format {name} > FILE")


def _put(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _say(app: App, verbosity: int, text: str) -> None:
    if app.verbosity >= verbosity:
        click.echo(text, err=True)


def _told(summary: IngestSummary) -> str:
    if not summary.lines:
        return "nothing new"
    return (
        f"{summary.lines:,} lines, {summary.hits:,} hits, {summary.rejects:,} rejects, "
        f"{summary.bots:,} bots, {summary.page_views:,} page views, {summary.seconds:.1f} s"
    )


@contextmanager
def _progress(app: App, logs: Sequence[str]) -> Iterator[Callable[[int], None]]:
    """Give a function that moves a bar on by bytes of the logs; no bar unless stderr is a terminal."""
    if app.verbosity < 0 or not sys.stderr.isatty():
        yield lambda _: None
        return
    size = sum(Path(log).stat().st_size for log in logs if log != sources.STDIN)
    with click.progressbar(length=size, file=sys.stderr, label="reading") as bar:
        yield bar.update
