"""The commands that tell what logstats knows of log formats, and why it judges and counts as it does."""

import json
from pathlib import Path
from typing import Any

import click

from logstats import formats, sources
from logstats.cli import options
from logstats.cli.context import App
from logstats.errors import LogError, MismatchError, UsageError, together
from logstats.formats import named
from logstats.ingest.parse import SAMPLE_BYTES
from logstats.model import Result
from logstats.rules import explain
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
    rows = [(name, named.load(name).about) for name in formats.FORMATS]
    return Result(("format", "about"), rows)


def _one(name: str) -> Result:
    known = named.load(name)
    rows = [("format", name), ("about", known.about), ("pattern", known.spec)]
    for sample in known.samples:
        fields = {key: value for key, value in sample.items() if key not in ("line", "header")}
        rows += [("header", line) for line in sample.get("header", "").splitlines()]
        rows += [("line", sample["line"]), ("parsed as", json.dumps(fields, ensure_ascii=False, default=str))]
    return Result(("field", "value"), rows)


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
    from logstats.formats import server_configs  # noqa: PLC0415 - 30 ms, only where a configuration is read

    found = server_configs.logged_formats(path)
    for told in found.unread:
        app.say(0, told)
    columns = ("log", "site", "format", "written", "where", "note")
    rows: list[tuple[Any, ...]] = [
        (row.log, row.site, row.format_name, row.definition, row.where, row.note) for row in found.formats
    ]
    return Result(columns, rows)


@click.command("explain", short_help="Why this article, this bot, this figure")
@click.argument("text", metavar="URL|AGENT|FIGURE")
@click.option(
    "--agent", "is_agent", is_flag=True, help="It is an agent, though it looks like something else."
)
@options.all_of(
    [options.AT, options.SITE, options.TIMEZONE, options.WITHOUT_SUSPECTS, options.format_option()]
)
@click.pass_obj
def explain_command(app: App, /, text: str, format_name: str | None, **values: Any) -> None:
    """Show why an address is which article, why an agent is a bot or a person, or what a figure is made of.

    A figure is online, today, week, month or all: its sum begins with every line that was read and ends with
    what `counters` shows; --at is for it. An address is written as logged, /tin/…, or with its host. The
    rules are those of logstats.toml; what is in the store is judged by them after `logstats rebuild`.
    """
    is_agent = values.pop("is_agent")
    if text in explain.FIGURES and not is_agent:
        _explain_figure(app, text, format_name, values)
    elif explain.is_url(text) and not is_agent:
        app.print(explain.explain_url(app.settings, text, values["site"]), format_name)
    else:
        app.print(explain.explain_agent(app.settings, text), format_name)


def _explain_figure(app: App, figure: str, format_name: str | None, values: dict[str, Any]) -> None:
    from logstats.reports import breakdown  # noqa: PLC0415 - only who asks for it pays

    told, wrong = breakdown.break_down(app.request(values), figure)
    app.report(told, format_name)
    if wrong:
        raise MismatchError("\n".join((*wrong, "`logstats verify` says what does not fit")))
