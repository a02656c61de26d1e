"""The command that tells what logstats itself knows of log formats, of a log's, and of a server's."""

import json
from pathlib import Path
from typing import Any

import click

from logstats import formats, options, sources
from logstats.app import App
from logstats.errors import LogError, UsageError, together
from logstats.formats import known
from logstats.model import Result
from logstats.reading import SAMPLE_BYTES
from logstats.sources import LogFile


@click.command("formats", short_help="The log formats that are known, a log's, or a server's")
@click.argument("names", nargs=-1, metavar="[NAME|LOG]...")
@click.option(
    "--from",
    "config_file",
    type=options.PATH,
    metavar="CONF",
    help="An httpd.conf or nginx.conf: the formats it defines, and which logs use them.",
)
@options.format_option()
@click.pass_obj
def formats_command(
    app: App, /, names: tuple[str, ...], config_file: Path | None, format_name: str | None
) -> None:
    """List the log formats that are known by name; explain one by its NAME; or tell which one a LOG is in.

    What a row says of a format is what --log-format takes.
    """
    if config_file:
        if names:
            raise UsageError("--from reads a server's configuration; leave out the names beside it")
        app.print(_of_server(app, config_file), format_name)
    elif not names:
        app.print(_all(), format_name)
    elif len(names) == 1 and names[0] in formats.FORMATS:
        app.print(_one(names[0]), format_name)
    else:
        app.print(_of_logs(names), format_name)


def _all() -> Result:
    rows = [(name, known.load(name).about) for name in formats.FORMATS]
    return Result(("format", "about"), rows)


def _one(name: str) -> Result:
    told = known.load(name)
    rows = [("format", name), ("about", told.about), ("written", told.written)]
    for sample in told.samples:
        read = {key: value for key, value in sample.items() if key not in ("line", "header")}
        rows += [("header", line) for line in sample.get("header", "").splitlines()]
        rows += [("line", sample["line"]), ("read", json.dumps(read, ensure_ascii=False, default=str))]
    return Result(("what", "told"), rows)


def _of_logs(names: tuple[str, ...]) -> Result:
    """Return each log's format; raise an error that tells of all that can't be told."""
    rows: list[tuple[str, str]] = []
    errors: list[LogError] = []
    for path in sources.expand(names):
        try:
            rows.append((path, formats.detect(_beginning(path), path).definition))
        except LogError as error:
            errors.append(error)
    if errors:
        raise together(errors)
    return Result(("log", "format"), rows)


def _beginning(path: str) -> bytes:
    log = LogFile(path, path)
    try:
        return log.sample(SAMPLE_BYTES)
    finally:
        log.close()


def _of_server(app: App, path: Path) -> Result:
    from logstats.formats import configs  # noqa: PLC0415 - 30 ms, only where a configuration is read

    found = configs.logged_formats(path)
    for told in found.unread:
        app.say(0, told)
    columns = ("log", "site", "format", "written", "where", "note")
    rows: list[tuple[Any, ...]] = [
        (row.log, row.site, row.format_name, row.definition, row.where, row.note) for row in found.formats
    ]
    return Result(columns, rows)
