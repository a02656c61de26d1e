"""The command line: what stands before a command, and in which room each command is."""

from collections import UserDict
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from logstats import config
from logstats.cli import options
from logstats.cli.context import App
from logstats.config import Settings
from logstats.store import statements

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
CONTEXT: dict[str, Any] = {
    **options.HELP,
    "max_content_width": 100,
    "auto_envvar_prefix": "LOGSTATS",
}
MODULES = {
    # module of this folder: its commands
    "init": ("init", "demo"),
    "ingest": ("ingest", "update"),
    "counters": ("counters", "baseline"),
    "reports": ("sql", "report"),
    "maintenance": ("verify", "rebuild", "undo", "prune", "snapshot", "compact", "repair", "titles"),
    "explain": ("formats", "explain"),
}


class _Commands(UserDict[str, Any]):
    """The room of each command by its name. A command is imported when it is asked for.

    Cron asks for one a minute; to import all of them would be 2 % more of its time.
    """

    def __getitem__(self, name: str) -> click.Command:
        return _command(super().__getitem__(name), name)


@cache
def _command(room: str, name: str) -> click.Command:
    found = import_module(f"logstats.cli.{room}")
    command: click.Command = getattr(found, f"{name}_command", None) or found.of_report(name)
    return command


def _commands() -> _Commands:
    reports = {Path(name).name: "reports" for name in statements.names("reports")}
    return _Commands(reports | {name: room for room, names in MODULES.items() for name in names})


@click.group(commands=_commands(), epilog=EPILOG, context_settings=CONTEXT)
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
