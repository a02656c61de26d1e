"""The commands: parse, call one function, print. stdout is data, everything else is stderr."""

import os
import sys
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from logstats import (
    about,
    box,
    catalog,
    config,
    counter,
    ingest,
    keeping,
    options,
    output,
    publish,
    reports,
    sources,
    start,
    stop,
    update,
    values,
)
from logstats.app import App, not_for_a_terminal, put
from logstats.catalog import Query
from logstats.config import CounterFile, Settings
from logstats.counter import Baseline
from logstats.errors import LogstatsError, UsageError, together
from logstats.ingest import Order
from logstats.model import IngestSummary
from logstats.question import AT_LAST, AT_NOW, WITHOUT_SUSPECTS, Question

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
DEMO_STORE = Path("logstats-demo.duckdb")
STDOUT = Path("-")
RUNNING = "another run is at this store; it will be done by that one"


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


@logstats.command("init", short_help="Write a commented logstats.toml")
@click.pass_obj
def init_command(app: App) -> None:
    """Write a commented logstats.toml that fits this machine, and print the two commands that come next.

    It is written to this folder, or where --config says; a file that is there stays as it is.
    """
    path = app.settings.path or Path(config.CONFIG_NAME)
    start.write(path, app.db)
    app.say(0, f"{path}: written; look through it, read its logs once, and each minute from a crontab:")
    click.echo("\n".join(start.next_commands(path)))


@logstats.command("ingest", short_help="Read what is new in logs")
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
    "--host", default="", metavar="NAME", help="The machine the logs are of, where there are several."
)
@click.option("--stream", metavar="NAME", help="What standard input is a log of.")
@click.pass_obj
@stop.heeded()
def ingest_command(app: App, /, logs: tuple[str, ...], timezone: str | None, **values: Any) -> None:
    """Read what is new in LOG: files, folders, patterns, or - for stdin; plain, gzip, bzip2, xz or zstd.

    Reading a log again, under any name, adds nothing.
    """
    if values["stream"] and sources.STDIN not in logs:
        raise UsageError("--stream names what is piped in: give - as the LOG")
    order = app.order(sources.expand(logs), asked=sources.asked(logs), **values)
    _ingest(app, replace(order, settings=app.settings.in_zone(timezone)))


def _ingest(app: App, order: Order) -> None:
    with app.progress("reading", lambda: sources.size(order.logs)) as advance:
        summary = ingest.ingest(order, advance)
    if summary is None:
        app.say(1, RUNNING)
        return
    counter.follow_settings(app.db, app.settings, app.wait)
    _tell(app, summary, order.asked)
    ingest.require_read(summary, order.asked)


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
        for site, client in summary.crowds
    ]


@logstats.command("update", short_help="What cron runs: read what is new, write counter files")
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


@logstats.command("counters", short_help="The box: online, today, this week, all time")
@options.all_of([options.AT, options.SITE, options.TIMEZONE, options.WITHOUT_SUSPECTS, options.LANG])
@options.format_option(*box.BOXES)
@options.all_of([options.OUTPUT, options.TEMPLATE, options.INTO, options.ALLOW_DECREASE])
@click.pass_obj
def counters_command(app: App, /, *, allow_decrease: bool, **values: Any) -> None:
    """Visits online, today, this week and in all: the box in the portal's sidebar."""
    file = _counter_file(values)
    if file.path != STDOUT:
        _count_everybody(values)
    question = app.question(values)
    figures, notes = counter.asked(question)
    if not figures:
        raise LogstatsError(f"{app.db}: no site yet; `logstats ingest LOG` reads one in")
    app.note(notes)
    if question.at not in (None, AT_LAST, AT_NOW):
        app.note(reports.notes(catalog.load("counter/counters"), question))
    if question.values[WITHOUT_SUSPECTS] and app.settings.leaves_out_suspects:
        app.note(["without suspects, as logstats.toml has it; counter files count everybody"])
    if file.path == STDOUT:
        put(publish.shown(figures, file))
        return
    changed = publish.publish(file, figures, lambda: counter.figures(question), allow_decrease=allow_decrease)
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
        return CounterFile(page, is_page=True)
    if template:
        _refuse_with("--template", {"--format": name})
        return CounterFile(target or STDOUT, template=template)
    to_terminal = target is None and sys.stdout.isatty()
    fallback = box.format_of(target) if target else "text" if to_terminal else output.DEFAULT_IN_PIPE
    if to_terminal and name in output.BINARY:
        raise not_for_a_terminal(name)
    return CounterFile(target or STDOUT, format=name or fallback, lang=lang)


def _refuse_with(option: str, others: dict[str, Any]) -> None:
    for other, value in others.items():
        if value is not None:
            raise UsageError(f"{option} and {other}: write one or the other")


@logstats.command("baseline", short_help="Start all time from what the old counter said")
@click.argument("site")
@click.argument("visits", type=click.IntRange(0, values.LARGEST_COUNT))
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
    app.say(0, f"{site}: all time starts from {visits:,}")


@logstats.command("sql", short_help="Run a read-only SQL query")
@click.argument("statement")
@options.all_of([options.AT, options.SITE, options.TIMEZONE, options.format_option()])
@click.pass_obj
def sql_command(app: App, /, statement: str, format_name: str | None, **values: Any) -> None:
    """Run a read-only SQL query over the views: hits, page_views, visits, articles, day_totals, ….

    `logstats sql "SHOW TABLES"` lists them; $at and $site may stand in the query.
    """
    app.report(reports.ask(statement, app.question(values)), format_name)


@logstats.command(
    "report",
    short_help="Run a report by name, or one of your own",
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


@logstats.command("demo", short_help="The sample portal's box, and its ten most read articles")
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
    app.print(articles.only("article", "views", "readings", "visitors"), "table")
    demo.say(0, f"\nMore: logstats --db {keep} --config {samples / config.CONFIG_NAME} visits")


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
        app.report(reports.run(query, app.question(values)), format_name)

    return command


for _command in (*map(_report_command, _reports().values()), *keeping.COMMANDS, *about.COMMANDS):
    logstats.add_command(_command)


def _told(summary: IngestSummary) -> str:
    if not summary.lines:
        return "nothing new"
    headers = f" ({summary.headers:,} header lines)" if summary.headers else ""
    return (
        f"{summary.lines:,} lines, {summary.hits:,} hits, {summary.rejects:,} rejects{headers}, "
        f"{summary.bots:,} bots, {summary.page_views:,} page views, {summary.seconds:.1f} s"
    )
