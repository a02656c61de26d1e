"""The command of the page: one HTML file a site."""

from pathlib import Path

import click

from logstats.cli import options
from logstats.cli.context import App, write_stdout
from logstats.config import page_options
from logstats.dashboard import build, panels
from logstats.dashboard.cards import CARDS, DEFAULT_CARDS
from logstats.errors import UsageError
from logstats.similar import offer
from logstats.update import counter_files

STDOUT = Path("-")


def _cards(_context: click.Context, _param: click.Parameter, text: str | None) -> tuple[str, ...]:
    if text is None:
        return DEFAULT_CARDS
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in CARDS:
            raise click.BadParameter(f"no panel '{name}'; {offer(name, [*CARDS])}")
    return names


@click.command("dashboard", short_help="Write the figures as a page: one HTML file")
@click.option(
    "--output",
    "-o",
    "target",
    required=True,
    metavar="FILE",
    help="Replace FILE in one step, if it would change. FOLDER/ gets a file for each site and an index; "
    "- is stdout.",
)
@options.all_of([options.SITE, options.AT])
@click.option("--since", metavar="WHEN", help="The first day of the page  [default: that of the first line].")
@click.option(
    "--lang",
    type=click.Choice(page_options.LANGS),
    default=page_options.LANGS[0],
    show_default=True,
    help="Its language; a button changes it.",
)
@click.option(
    "--period",
    type=click.Choice(page_options.PERIODS),
    default=page_options.DEFAULT_PERIOD,
    show_default=True,
    help="The period that it opens with.",
)
@click.option(
    "--panels",
    "cards",
    callback=_cards,
    metavar="A,B,…",
    help=f"Its panels, in their order  [default: {','.join(DEFAULT_CARDS)}].",
)
@click.option(
    "--articles",
    type=options.Whole(1, 1000),
    default=panels.ARTICLES,
    show_default=True,
    metavar="N",
    help="The number of articles in the file.",
)
@click.option(
    "--with-addresses",
    is_flag=True,
    help="Have the networks of clients in the file, truncated as in `logstats suspects`.",
)
@click.pass_obj
def dashboard_command(  # noqa: PLR0913 - one parameter an option
    app: App,
    *,
    target: str,
    site: str | None,
    at: str | None,
    since: str | None,
    lang: str,
    period: str,
    cards: tuple[str, ...],
    articles: int,
    with_addresses: bool,
) -> None:
    """Write the figures of a site as a page: one HTML file with charts and tables, which needs no network.

    Who opens it chooses the period and what it is compared with. It can be mailed, printed, and opened from a
    disk. Everybody is counted, as in counter files.
    """
    request = app.request(at=at, site=site, since=since)
    pages = build.Pages(
        store=app.db,
        settings=app.settings,
        site=site,
        at=request.at,
        since=request.since,
        lang=lang,
        period=period,
        cards=cards,
        articles=articles,
        with_addresses=with_addresses,
        wait=app.wait,
    )
    if target == str(STDOUT):
        write_stdout(build.one(pages))
    elif target.endswith("/") or Path(target).is_dir():
        _write_folder(app, pages, Path(target))
    else:
        _write(app, Path(target), build.one(pages))


def _write_folder(app: App, pages: build.Pages, folder: Path) -> None:
    if not folder.is_dir():
        raise UsageError("there is no such folder; make it", path=folder)
    for name, content in build.folder(pages).items():
        _write(app, folder / name, content)


def _write(app: App, path: Path, content: bytes) -> None:
    app.require_output(path)
    is_changed = counter_files.publish_text(path, content, lambda found: found)
    app.say(1, f"{path}: {'written' if is_changed else 'not changed'}")
