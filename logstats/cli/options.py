"""Options that several commands share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from logstats.config import converters
from logstats.render import box, writers
from logstats.store.statements import Param

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Command], Command]

HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
PATH = click.Path(path_type=Path, readable=False)  # whoever opens it says what is wrong with it
WHEN_HELP = {
    "since": "From then on: a date, a time, or a span back such as 7d.",
    "until": "Until then; a date includes that day.",
}
FLAG_HELP = {
    "with_bots": "Also what bots did.",
    "show_addresses": "Addresses as they were logged.",
    "headers": "Also header lines.",
    "rising": "What gained most against the period before.",
    "detail": "More columns.",
    "without_suspects": "Not those of `logstats suspects`  [default: as in logstats.toml, else with them].",
}
FLAG_OFF = {"without_suspects": "--with-suspects"}  # where logstats.toml may have it on
NUMBER_HELP = {"limit": "At most so many rows.", "status": "Only this status."}
FORMAT_HELP = (
    "How to print: table, markdown, csv, tsv, json, jsonl, html, parquet, or any table style of tabulate's. "
    "Without it a table on a terminal, tsv into a pipe."
)

AT: Option[Any] = click.option(
    "--at", metavar="WHEN", help="The instant to report for: a time, «now», or «last», the newest logged."
)
SITE: Option[Any] = click.option("--site", metavar="NAME", help="Only this site.")
TIMEZONE: Option[Any] = click.option(
    "--timezone", metavar="ZONE", help="The zone that times are written and shown in, e.g. Asia/Ho_Chi_Minh."
)
LANG: Option[Any] = click.option(
    "--lang",
    type=click.Choice(tuple(box.LABELS)),
    default=box.DEFAULT_LANG,
    show_default=True,
    help="The box's language.",
)
OUTPUT: Option[Any] = click.option(
    "--output",
    "-o",
    "target",
    type=PATH,
    metavar="FILE",
    help="Replace FILE in one step, if it would change; its ending says the format, if nothing else does.",
)
TEMPLATE: Option[Any] = click.option(
    "--template",
    type=PATH,
    metavar="FILE",
    help="Write FILE with the figures in the place of {today}, {week} and the like.",
)
INTO: Option[Any] = click.option(
    "--into",
    type=PATH,
    metavar="PAGE",
    help='Replace only the numbers in PAGE, in its elements marked data-logstats="today" and the like.',
)
ALLOW_DECREASE: Option[Any] = click.option(
    "--allow-decrease", is_flag=True, help="Let all time go down in a counter file."
)


def _days(_context: click.Context, _param: click.Parameter, text: str | None) -> int | None:
    if text is None:
        return None
    digits = text.removesuffix("d")
    if not digits.isdecimal() or not 0 < int(digits) <= converters.LONGEST_KEPT:
        raise click.BadParameter(f"«{text}» is no span of days from 1d to {converters.LONGEST_KEPT}d")
    return int(digits)


KEEP: Option[Any] = click.option(
    "--keep",
    callback=_days,
    metavar="DAYS",
    help="Of how many days the hits stay, e.g. 90d  [default: keep_hits of logstats.toml, else 400].",
)
DRY_RUN: Option[Any] = click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")


def _flag(name: str) -> Option[Any]:
    words = f"--{name.replace('_', '-')}"
    names = f"{words}/{FLAG_OFF[name]}" if name in FLAG_OFF else words
    return click.option(names, name, is_flag=True, default=None, help=FLAG_HELP.get(name, ""))


WITHOUT_SUSPECTS: Option[Any] = _flag("without_suspects")


def format_option(*names: str) -> Option[Any]:
    """Return the option --format; `names` are the formats that only this command has."""
    choice = click.Choice((*names, *writers.FORMATS))
    more = f"Also {' and '.join(names)}, the box itself." if names else ""
    return click.option(
        "--format", "-f", "format_name", type=choice, metavar="FORMAT", help=f"{FORMAT_HELP} {more}"
    )


def all_of(options: Sequence[Option[Any]]) -> Option[Any]:
    """Return one decorator that adds the options, shown in their order."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def of_report(params: Sequence[Param]) -> Option[Any]:
    """Return the options that a report's header asks for, and those that every report has."""
    return all_of([*(_of_param(param) for param in params), AT, SITE, TIMEZONE, format_option()])


def _of_param(param: Param) -> Option[Any]:
    name = f"--{param.name.replace('_', '-')}"
    default = f"[default: {param.default}]" if param.default else ""
    if param.name in WHEN_HELP:
        return click.option(name, metavar="WHEN", help=f"{WHEN_HELP[param.name]}  {default}")
    if param.type == "flag":
        return _flag(param.name)
    if param.type == "integer":
        told = NUMBER_HELP.get(param.name, "")
        return click.option(name, type=click.IntRange(min=0), help=f"{told}  {default}")
    if param.choices:
        told = f"One of {', '.join(param.choices)}."
        return click.option(name, type=click.Choice(param.choices), help=f"{told}  {default}")
    return click.option(name, help=default)
