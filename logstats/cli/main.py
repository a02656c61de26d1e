"""The command line: the options before a command, and the module of each command."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from logstats.cli import options
from logstats.cli.context import WAIT_ON_TERMINAL_S, WAIT_S, GlobalOptions, app_of
from logstats.errors import ExitCode
from logstats.store import statements

MODULES = {
    # module of this folder: its commands
    "init": ("init", "demo"),
    "ingest": ("ingest", "update"),
    "counters": ("counters",),
    "dashboard": ("dashboard",),
    "articles": ("articles",),
    "baseline": ("baseline",),
    "sites": ("sites", "rename", "move"),
    "reports": ("sql", "report"),
    "maintenance": (
        "verify",
        "rebuild",
        "undo",
        "prune",
        "snapshot",
        "compact",
        "repair",
        "titles",
    ),
    "explain": ("formats", "explain"),
    "status": ("status",),
    "check": ("check",),
    "cluster": ("export", "import", "cluster"),
}
GROUPS = {
    # heading in the help: its commands; other reports are shown under the first heading
    "Look": (
        "counters", "dashboard", "online", "online-history", "visits", "compare", "hours", "weekdays",
        "explain", "sql", "report", "demo",
    ),
    "What is read": ("articles", "article-days", "sections", "pages", "entries", "exits", "searches"),
    "Readers": ("origins", "referrers", "browsers", "systems", "devices", "countries", "suspects"),
    "Server": (
        "statuses", "answers", "notfound", "methods", "hosts", "slow", "sizes", "gaps", "bots", "bot-days",
    ),
    "Feed": ("init", "update", "ingest", "titles", "baseline", "formats"),
    "Keep": (
        "check", "status", "sites", "sources", "ingests", "rejects", "rename", "move", "verify", "rebuild",
        "undo", "prune", "snapshot", "compact", "repair", "export", "import",
        "cluster",
    ),
}  # fmt: skip


class LazyGroup(click.Group):
    """A group whose commands are imported when they are run, because cron runs one of them each minute.

    The pattern is that of click's documentation (Lazily Loading Subcommands). NAME is `NAME_command` of its
    module in MODULES, or else the report queries/reports/NAME.sql.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands, in the order of GROUPS."""
        listed = [name for names in GROUPS.values() for name in names]
        return [*listed, *(name for name in _reports() if name not in listed)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command, None if no command has that name."""
        for module, names in MODULES.items():
            if cmd_name in names:
                command = getattr(import_module(f"logstats.cli.{module}"), f"{cmd_name}_command")
                return options.with_texts(command) if isinstance(command, click.Command) else None
        if cmd_name in _reports():
            from logstats.cli import reports  # noqa: PLC0415 - imported when it is run, as above

            return options.with_texts(reports.of_report(cmd_name))
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands of the help, each with its short help, under the headings of GROUPS."""
        first, *_ = GROUPS
        listed = [name for names in GROUPS.values() for name in names]
        more = tuple(name for name in self.list_commands(ctx) if name not in listed)
        for heading, names in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl(self._rows(ctx, (*names, *more) if heading == first else names))

    def _rows(self, ctx: click.Context, names: Sequence[str]) -> list[tuple[str, str]]:
        commands = ((name, self.get_command(ctx, name)) for name in names)
        return [(name, command.get_short_help_str(100)) for name, command in commands if command]


def _reports() -> list[str]:
    return [statements.command_of(name) for name in statements.names("reports")]


def _epilog() -> str:
    codes = "\n".join(f"  {code.value}  {code.about}" for code in ExitCode)
    return f"\b\nExit codes:\n{codes}\n"


CONTEXT: dict[str, Any] = {  # click takes settings of any type
    **options.HELP,
    "max_content_width": 100,
    "auto_envvar_prefix": "LOGSTATS",
}


@click.group(cls=LazyGroup, epilog=_epilog(), context_settings=CONTEXT)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, value: _print_version(context) if value else None,
    help="Show the version and which reader of lines there is, and exit.",
)
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
    type=options.Decimal(min=0),
    metavar="SECONDS",
    help="Wait up to SECONDS for a store that another process is using  "
    f"[default: {WAIT_S:.0f}, on a terminal {WAIT_ON_TERMINAL_S:.0f}].",
)
@click.option("--verbose", "-v", is_flag=True, help="Print more on stderr.")
@click.option("--quiet", "-q", is_flag=True, help="Print only errors on stderr.")
@click.pass_context
def logstats(  # noqa: PLR0913 - one parameter an option
    context: click.Context,
    *,
    db: Path | None,
    config_path: Path | None,
    wait: float | None,
    verbose: bool,
    quiet: bool,
) -> None:
    """Who is online, today's visits and the all-time counter of a portal, from its own access logs."""
    given = GlobalOptions(db=db, config_path=config_path, wait=wait, verbose=verbose, quiet=quiet)
    context.obj = app_of(given, context.invoked_subcommand)


def _print_version(context: click.Context) -> None:
    from importlib.metadata import version  # noqa: PLC0415 - few runs print it

    from logstats import native  # noqa: PLC0415 - as above

    click.echo(f"logstats, version {version('logstats')}")
    click.echo(f"lines are read {'natively' if native.is_built() else 'by SQL alone'}")
    context.exit()
