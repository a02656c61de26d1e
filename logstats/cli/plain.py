"""The command lines that cron runs, parsed without click, whose import takes a tenth of an update.

Only the options in OPTIONS are parsed, in their usual forms. Any other command line is click's; where this
module accepts one, it must find in it what click finds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from logstats.cli.context import GlobalOptions, app_of

VARIABLES = ("LOGSTATS_", "_LOGSTATS_")  # of the environment: an option is set, or a shell wants completions

Convert = Callable[[str], Any]
Found = dict[str, Any]


class Option(NamedTuple):
    """An option: the parameter that it sets, and how its text becomes a value (None: it is a flag)."""

    name: str
    convert: Convert | None = None


def _text(value: str) -> str | None:
    """Return a text, None where click refuses it."""
    return None if any("\ud800" <= char <= "\udfff" for char in value) else value


def _format(value: str) -> str | None:
    from logstats.render import box, writers  # noqa: PLC0415 - only for this option

    return value if value in box.BOXES or value in writers.FORMATS else None


GLOBAL = {
    "--db": Option("db", Path),
    "--config": Option("config_path", Path),
    "--verbose": Option("verbose"),
    "-v": Option("verbose"),
    "--quiet": Option("quiet"),
    "-q": Option("quiet"),
}
OPTIONS: Mapping[str, Mapping[str, Option]] = {
    # command: its options
    "update": {},
    "counters": {
        "--at": Option("at", _text),
        "--site": Option("site", _text),
        "--format": Option("format_name", _format),
        "-f": Option("format_name", _format),
        "--output": Option("target", Path),
        "-o": Option("target", Path),
    },
}


class CommandLine(NamedTuple):
    """A command line: the options before the command, the command, and those after it."""

    options: GlobalOptions
    command: str
    given: Mapping[str, Any]


def parsed(arguments: Sequence[str], variables: Iterable[str]) -> CommandLine | None:
    """Return the parts of a command line, None where click must parse it.

    `variables` are the names of the environment.
    """
    if any(name.startswith(VARIABLES) for name in variables):
        return None
    before = _options(arguments, GLOBAL)
    if before is None or not before[1]:
        return None
    options, (command, *rest) = before
    after = _options(rest, OPTIONS[command]) if command in OPTIONS else None
    if after is None or after[1]:
        return None
    return CommandLine(GlobalOptions(**options), command, after[0])


def _options(arguments: Sequence[str], known: Mapping[str, Option]) -> tuple[Found, Sequence[str]] | None:
    """Return the values of the options at the beginning, and the other arguments; None if one is not known.

    Each is given once. An empty value, or one that looks like an option, is left to click.
    """
    found: Found = {}
    left = list(arguments)
    while left and left[0].startswith("-"):
        name, equals, text = left.pop(0).partition("=")
        option = known.get(name)
        if option is None or option.name in found or (equals and not name.startswith("--")):
            return None
        if option.convert is None:
            value: Any = None if equals else True
        else:
            text = text if equals else left.pop(0) if left else ""
            value = option.convert(text) if text and not text.startswith("-") else None
        if value is None:
            return None
        found[option.name] = value
    return found, left


def run(line: CommandLine) -> None:
    """Run a command line."""
    app = app_of(line.options, line.command)
    if line.command == "update":
        from logstats.cli.update import run_update  # noqa: PLC0415 - the module of the one command

        run_update(app, allow_decrease=False, dry_run=False, format_name=None)
    else:
        from logstats.cli.figures import run_counters  # noqa: PLC0415 - as above

        run_counters(app, **line.given)
