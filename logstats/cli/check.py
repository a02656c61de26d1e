"""The command `check`, before cron runs `update` for the first time and after a change."""

import click

from logstats.cli import options
from logstats.cli.context import App
from logstats.errors import LogstatsError
from logstats.update import check
from logstats.update.check import PROBLEM, Row


@click.command("check", short_help="What would go wrong: settings, logs, counter files, store")
@options.format_option()
@click.pass_obj
def check_command(app: App, *, format_name: str | None) -> None:
    """Try what `update` needs: settings, each log, each counter file, the store, its locks, and programs.

    Of each log the last 1,000 lines are read (of a compressed one the first): their format, hits, bots and
    rejects. Nothing is written. The exit code is 0, or 1 if there is a problem; a warning is none.
    `logstats update --dry-run` shows what the next update would read and write.
    """
    if app.config_error:
        rows = [Row("settings", str(app.config_error.path), PROBLEM, str(app.config_error))]
    else:
        rows = check.check(app.db, app.settings, app.wait)
    app.print(check.as_result(rows), format_name)
    problems = [row for row in rows if row.state == PROBLEM]
    if problems:
        raise LogstatsError("\n".join(f"{row.what} {row.name}: {row.found}" for row in problems))
