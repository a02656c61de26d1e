"""The commands that report: one for each file of queries/reports, and `report` and `sql` for users' own."""

import sys
from pathlib import Path
from typing import Any

import click

from logstats import similar, small_file
from logstats.cli import options
from logstats.cli.context import App
from logstats.errors import UsageError
from logstats.model import Result
from logstats.render import writers
from logstats.reports import own, runner
from logstats.store import statements
from logstats.store.as_of import Value
from logstats.store.statements import Query
from logstats.store.user_query import Limits

STDIN = "-"


@click.command("sql", short_help="Run a read-only SQL query")
@click.argument("statement")
@options.all_of(
    [
        *(options.AT, options.SITE, options.TIMEZONE),
        *(options.ALLOW_FILES, options.TIMEOUT, options.format_option()),
    ]
)
@click.pass_obj
def sql_command(  # noqa: PLR0913 - one parameter an option
    app: App,
    *,
    statement: str,
    at: str | None,
    site: str | None,
    timezone: str | None,
    allow_files: bool,
    timeout: float,
    format_name: str | None,
) -> None:
    """Run a read-only SQL query over the views: hits, page_views, visits, articles, day_totals, ….

    `logstats sql "SHOW TABLES"` lists them. The query may contain $at and $site. - reads it from stdin.
    """
    text = _from_stdin() if statement == STDIN else statement
    request = app.request(at=at, site=site, timezone=timezone)
    app.report(own.run_sql(text, request, Limits(allow_files, timeout)), format_name)


def _from_stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"the query on stdin is not UTF-8: {error}") from error


@click.command(
    "report",
    short_help="Run a report by name, or one of your own",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
)
@click.argument("name")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def report_command(context: click.Context, name: str, arguments: tuple[str, ...]) -> None:
    """Run a report by NAME, or one of your own from a .sql file with the same header.

    `logstats report my.sql --help` shows the options of its header.
    """
    if name in options.HELP["help_option_names"]:
        click.echo(context.get_help())
        return
    path = Path(name)
    if path.suffix == ".sql":
        if not path.is_file():
            raise UsageError("no such file", path=path)
        small_file.require(path)
        query = statements.read(path, path.stem, statements.OF_USERS)
        _refuse_reserved(query, path)
        command = _command(query, options.ALLOW_FILES, options.TIMEOUT)
    else:
        command = _command(_report(name))
    command.main(list(arguments), prog_name=f"logstats report {name}", standalone_mode=False, obj=context.obj)


def _refuse_reserved(query: Query, path: Path) -> None:
    """Raise UsageError for a parameter with the name of an option that every report has."""
    every = _command(query._replace(params=()), options.ALLOW_FILES, options.TIMEOUT)
    names = {option.lstrip("-").replace("-", "_") for param in every.params for option in param.opts}
    names |= {"help", *(str(param.name) for param in every.params)}
    if reserved := next((param.name for param in query.params if param.name in names), None):
        raise UsageError(f"every report has the option --{reserved}; name the parameter otherwise", path=path)


def of_report(name: str) -> click.Command:
    """Return the command of a report in queries/reports."""
    return _command(_report(name))


def _report(name: str) -> Query:
    names = {statements.command_of(report): report for report in statements.names("reports")}
    if name not in names:
        raise UsageError(f"no report '{name}'; {similar.offer(name, names)}, or give a .sql file")
    return statements.load(names[name])


def _command(query: Query, *more: options.Option) -> click.Command:
    """Return the command of a report; `more` are the options of a user's own, ALLOW_FILES and TIMEOUT."""

    @click.command(
        statements.command_of(query.name),
        help=query.about,
        short_help=query.title,
        context_settings=options.HELP,
    )
    @options.of_report(query.params, *more)
    @click.pass_obj
    def command(  # noqa: PLR0913 - one parameter an option
        app: App,
        /,
        *,
        format_name: str | None,
        at: str | None,
        site: str | None,
        timezone: str | None,
        since: str | None = None,
        until: str | None = None,
        allow_files: bool = False,
        timeout: float = 0,
        **values: Value,
    ) -> None:
        request = app.request(at=at, site=site, timezone=timezone, since=since, until=until, values=values)
        limits = Limits(allow_files, timeout)
        result = own.run_report(query, request, limits) if more else runner.run_report(query, request)
        app.report(_with_words(result, format_name), format_name)

    return command


def _with_words(result: Result, format_name: str | None) -> Result:
    """Return a report for people with the words of an article's URL where it has no title.

    What programs read has no title there.
    """
    name = format_name or (writers.DEFAULT_ON_TERMINAL if sys.stdout.isatty() else writers.DEFAULT_IN_PIPE)
    if name not in writers.FOR_PEOPLE or not {"article", "title"} <= {*result.columns}:
        return result
    from logstats.titles.slugs import words_of  # noqa: PLC0415 - only for tables of articles

    article, title = result.columns.index("article"), result.columns.index("title")

    def shown(row: tuple[Any, ...]) -> str | None:
        words = words_of(row[article])
        return row[title] or (None if words == row[article] else words)

    rows = [(*row[:title], shown(row), *row[title + 1 :]) for row in result.rows]
    return result._replace(rows=rows)
