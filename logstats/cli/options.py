"""Options that several commands share, and the options that a report's header defines."""

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypedDict, TypeVar

import click

from logstats.cli.context import BOM, SAFE_CSV, WIDE
from logstats.config import converters
from logstats.render import box, writers
from logstats.store.statements import Param

Command = TypeVar("Command", bound=Callable[..., Any] | click.Command)  # what click's decorators take


class Option(Protocol):
    """A decorator that adds options to a command."""

    def __call__(self, command: Command, /) -> Command:
        """Return the command with its options."""


class HelpNames(TypedDict):
    """The context settings that every command has."""

    help_option_names: list[str]


HELP: HelpNames = {"help_option_names": ["-h", "--help"]}
# the code that opens the file reports its errors
PATH = click.Path(path_type=Path, readable=False)
DATE_HELP = {
    "since": "Start of the period: a date, a time, or a span back such as 7d.",
    "until": "End of the period; a date includes that day.",
}
TIMEOUT_S = 60.0  # for a user's own query
SPREADSHEET_HELP = {
    SAFE_CSV: "In csv and tsv, write ' before a text that a spreadsheet would take for a formula.",
    BOM: "Begin csv and tsv with a byte order mark, by which Excel knows UTF-8.",
}
FILE_NAMES = ("logs", "files", "names", "name")  # of parameters: names of files, or also those
ALL_ROWS = 2**62  # the limit that shows all rows

AT: Option = click.option(
    "--at",
    metavar="WHEN",
    help="Report as of this time: a date or time, `now`, or `last` (the newest log line).",
)
SITE: Option = click.option("--site", metavar="NAME", help="Only this site.")
TIMEZONE: Option = click.option(
    "--timezone", metavar="ZONE", help="The zone to read and show times in, e.g. Asia/Ho_Chi_Minh."
)
LANG: Option = click.option(
    "--lang",
    type=click.Choice(tuple(box.LABELS)),
    help=f"The box's language.  [default: {box.DEFAULT_LANG}]",
)
OUTPUT: Option = click.option(
    "--output",
    "-o",
    "target",
    type=PATH,
    metavar="FILE",
    help="Replace FILE in one step, if it would change. Without --format its ending chooses the format.",
)
TEMPLATE: Option = click.option(
    "--template",
    type=PATH,
    metavar="FILE",
    help="Print FILE with the figures in place of {today}, {week} and the like.",
)
INTO: Option = click.option(
    "--into",
    type=PATH,
    metavar="HTML",
    help='Replace only the numbers in the file HTML, in elements marked data-logstats="today" and the like.',
)
ALLOW_DECREASE: Option = click.option(
    "--allow-decrease", is_flag=True, help="Write a counter file even if its all-time count would drop."
)


class Whole(click.IntRange):
    """A whole number in a range, in the digits 0 to 9: Python's `int` also reads `1_0` and other scripts'."""

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the number of a text."""
        if isinstance(value, str) and not re.fullmatch(r"[+-]?[0-9]+", value):
            self.fail(f"'{value}' is not a whole number", param, context)
        return super().convert(value, param, context)


class Decimal(click.FloatRange):
    """A number in a range, in the digits 0 to 9, and neither infinite nor `nan`."""

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the number of a text."""
        is_number = not isinstance(value, str) or re.fullmatch(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?", value)
        number = super().convert(value, param, context) if is_number else math.nan
        if not math.isfinite(number):
            self.fail(f"'{value}' is not a number", param, context)
        return number


def _days(_context: click.Context, _param: click.Parameter, text: str | None) -> int | None:
    if text is None:
        return None
    digits = text.removesuffix("d")
    if not re.fullmatch("[0-9]{1,9}", digits) or not 0 < int(digits) <= converters.LONGEST_KEPT:
        raise click.BadParameter(f"'{text}' is not a number of days from 1d to {converters.LONGEST_KEPT}d")
    return int(digits)


def text(value: str) -> str:
    """Return a text; raise BadParameter for bytes that are not UTF-8, which a store can't hold."""
    if any("\ud800" <= char <= "\udfff" for char in value):  # so Python keeps such bytes
        raise click.BadParameter(f"'{value}' is not UTF-8 text")
    return value


def with_texts(command: click.Command) -> click.Command:
    """Return a command whose parameters are texts, except names of files, which may be any bytes."""
    for param in command.params:
        if param.type is click.STRING and param.name not in FILE_NAMES:
            param.type = click.types.FuncParamType(text)
    return command


def ingest_id(_context: click.Context, _param: click.Parameter, text: str) -> int:
    """Return the ID of an ingest."""
    return _id(text, "an ingest's ID; `logstats ingests` lists them")


def source_ids(_context: click.Context, _param: click.Parameter, texts: tuple[str, ...]) -> tuple[int, ...]:
    """Return the IDs of logs."""
    return tuple(_id(text, "a log's ID; `logstats sources` lists them") for text in texts)


def _id(text: str, what: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise click.BadParameter(f"'{text}' is not {what}")
    return int(text)


KEEP: Option = click.option(
    "--keep",
    callback=_days,
    metavar="DAYS",
    help="Keep the raw hits of this many days, e.g. 90d.  [default: keep_hits in logstats.toml, else 400]",
)
KEEP_HITS: Option = click.option(
    "--keep-hits",
    callback=_days,
    metavar="DAYS",
    help="Also write the hits of this many days, e.g. 2d, for reports that read hits.  [default: none]",
)
DRY_RUN: Option = click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")


def _flag(name: str, text: str) -> Option:
    """Return the option of a flag; one named without_X also has --with-X, since logstats.toml may set it."""
    on = f"--{name.replace('_', '-')}"
    names = f"{on}/{on.replace('without', 'with')}" if on.startswith("--without-") else on
    return click.option(names, name, is_flag=True, default=None, help=text)


WITHOUT_SUSPECTS: Option = _flag(
    "without_suspects",
    "Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).",
)


TIMEOUT: Option = click.option(
    "--timeout",
    type=Decimal(min=0),
    default=TIMEOUT_S,
    show_default=True,
    envvar="LOGSTATS_TIMEOUT",
    metavar="SECONDS",
    help="Stop the query after SECONDS; 0 is no limit. No ingest can run meanwhile.",
)
ALLOW_FILES: Option = click.option(
    "--allow-files",
    is_flag=True,
    help="Let the query read files too: FROM 'my.csv', read_csv(…), read_parquet(…), read_json(…), glob(…).",
)


def format_option(*names: str, about: str = "the box itself") -> Option:
    """Return the option --format; `names` are the additional formats of this command, and what they are."""
    choice = click.Choice((*names, *writers.FORMATS))
    more = f" Also {', '.join(names[:-1])} and {names[-1]}, {about}." if names else ""
    formats = click.option(
        "--format", "-f", "format_name", type=choice, metavar="FORMAT", help=writers.format_help() + more
    )
    return all_of([formats, WIDE_TABLE, *(_printing_flag(*each) for each in SPREADSHEET_HELP.items())])


def _printing_flag(name: str, text: str) -> Option:
    """Return a flag that whatever prints the result looks up in `click.Context.meta`."""

    def remember(context: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's
        context.meta[name] = value

    return click.option(name, is_flag=True, expose_value=False, callback=remember, help=text)


WIDE_TABLE: Option = _printing_flag(
    WIDE, "On a terminal, show the table with all its columns and whole texts, however wide it is."
)


def all_of(options: Sequence[Option]) -> Option:
    """Return one decorator that adds the options; the help shows them in this order."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def of_report(params: Sequence[Param], *more: Option) -> Option:
    """Return the options that a report's header defines, those that every report has, and `more`."""
    return all_of([*(_of_param(param) for param in params), AT, SITE, TIMEZONE, *more, format_option()])


def _of_param(param: Param) -> Option:
    name = f"--{param.name.replace('_', '-')}"
    text = param.help or DATE_HELP.get(param.name, "")
    text += f"  [default: {param.default}]" if param.default else ""
    if param.type == "flag":
        return _flag(param.name, text)
    if param.type == "date":
        return click.option(name, metavar="WHEN", help=text)
    if param.type == "integer":
        if param.name == "limit":
            return click.option(name, type=Whole(min=0), metavar="N", callback=_limit, help=text)
        return click.option(name, type=Whole(0, ALL_ROWS), metavar="N", help=text)
    if param.choices:
        return click.option(name, type=click.Choice(param.choices), help=text)
    return click.option(name, help=text)


def _limit(_context: click.Context, _param: click.Parameter, limit: int | None) -> int | None:
    return None if limit is None else min(limit or ALL_ROWS, ALL_ROWS)
