"""The commands to start with: a logstats.toml for this machine, and a demo with a fictional portal."""

from pathlib import Path

import click

from logstats import config, signals, sources
from logstats.cli import options
from logstats.cli.context import App
from logstats.cli.ingest import run_ingest
from logstats.config import starter
from logstats.errors import UsageError
from logstats.ingest.request import IngestRequest
from logstats.printable import escaped
from logstats.render import box
from logstats.reports import own, runner
from logstats.reports.counters import read_counters
from logstats.store import statements
from logstats.store.as_of import ReportRequest
from logstats.titles import discovery
from logstats.titles.store import TitlesRequest, store_titles

DEMO_STORE = Path("logstats-demo.duckdb")


@click.command("init", short_help="Write a commented logstats.toml")
@click.pass_obj
def init_command(app: App) -> None:
    """Write a commented logstats.toml that fits this machine, and print the two commands to run next.

    A feed or news sitemap in a folder of pages, as the web server's configuration names them, becomes its
    `titles`. It is written to this folder, or to the path of --config. An existing file is not changed.
    """
    path = app.settings.path or Path(config.CONFIG_NAME)
    if escaped(str(path.absolute())) != str(path.absolute()):  # a crontab and a shell could not have it
        raise UsageError("its path has control characters; choose another folder", path=path)
    titles = discovery.title_files(starter.web_folders(), starter.logs())
    starter.write(path, app.db, titles=titles)
    app.say(
        0, f"{path}: written; check it, run the first command once, and add the second line to a crontab:"
    )
    click.echo("\n".join(starter.next_commands(path)))


@click.command("demo", short_help="The sample portal's box, and its ten most read articles")
@click.option(
    "--keep",
    type=options.PATH,
    default=DEMO_STORE,
    show_default=True,
    metavar="FILE",
    help="The demo's store.",
)
@click.pass_obj
@signals.deferred()
def demo_command(app: App, keep: Path) -> None:
    """Read the sample month of a made-up portal, and show its box and its ten most read articles."""
    titles = statements.samples_dir() / "titles.csv"
    samples = statements.samples_dir() / "portal"
    settings = config.load(samples / config.CONFIG_NAME)
    demo = App(keep, settings, app.wait, app.verbosity)
    site = settings.sites[0]
    if keep.exists():
        _require_demo(keep, site.name, app.wait)
    logs = sources.expand(tuple(name for machine in site.logs for name in machine.paths))
    request = IngestRequest(
        store=keep,
        logs=tuple(logs),
        settings=settings,
        site=site.name,
        log_format=site.log_format,
        wait=app.wait,
    )
    run_ingest(demo, request)
    store_titles(TitlesRequest(keep, (str(titles),), settings, site.name, wait=app.wait))
    figures = read_counters(demo.request())
    click.echo("\n" + box.text_box(figures, box.DEFAULT_LANG))
    articles = runner.run_report(statements.load("reports/articles"), demo.request(values={"limit": 10}))
    app.print(articles.only("title", "views", "readings", "visitors"), "table")
    demo.say(0, f"\nMore: logstats --db {keep} --config {samples / config.CONFIG_NAME} visits")


def _require_demo(keep: Path, sample: str, wait: float) -> None:
    sites = own.run_sql("SELECT site FROM sites", ReportRequest(keep, wait=wait)).rows
    if any(site != sample for (site,) in sites):
        raise UsageError("a store of other sites; choose another file for the demo with --keep", path=keep)
