"""Mistakes on the command line in the words of our own errors: what is wrong, and what was likely meant."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import click

from logstats import similar
from logstats.cli.main import logstats

OTHER_WORDS = {
    # a word of other programs: the command, or the option of the program, that does the same here
    "help": "--help",
    "version": "--version",
    "backup": "snapshot",
    "cron": "update",
    "load": "ingest",
    "read": "ingest",
    "parse": "ingest",
    "stats": "counters",
    "top": "articles",
    "posts": "articles",
    "urls": "pages",
    "clients": "suspects",
    "errors": "rejects",
    "logs": "sources",
    "files": "sources",
    "fsck": "verify",
    "vacuum": "compact",
    "query": "sql",
    "config": "init",
}
_WRONG_VALUE = re.compile(r"'(?P<value>.*)' (?:is not|does not match)", re.DOTALL)


def in_words(error: click.ClickException) -> str:
    """Return the message on a mistake, without a full stop: WHAT: WHY; WHAT TO DO."""
    context = getattr(error, "ctx", None)
    if isinstance(error, click.NoSuchOption) and context is not None:
        return _option(error.option_name, context)
    if isinstance(error, click.BadParameter) and not isinstance(error, click.MissingParameter):
        return _value(error)
    if found := re.match(r"No such command '(?P<name>.*)'", error.format_message(), re.DOTALL):
        return _command(found["name"])
    message = error.format_message().rstrip(".")
    return f"{message[:1].lower()}{message[1:]}{_see(context)}"


def _see(context: click.Context | None) -> str:
    return f"; see `{context.command_path} --help`" if context is not None else ""


def _command(name: str) -> str:
    if option := OTHER_WORDS.get(name.lower()):
        return f"no such command '{name}'; did you mean `logstats {option}`?"
    found = similar.closest(name, _commands())
    suggested = f"did you mean `logstats {found}`? `logstats --help`" if found else "`logstats --help`"
    return f"no such command '{name}'; {suggested} lists the commands"


def _option(name: str, context: click.Context) -> str:
    """Return the message on an unknown option, which may be one of another place in the command line."""
    is_of_program = context.command is logstats
    path = context.command_path.partition(" ")[2]
    if not is_of_program and name in _names(logstats):
        return f"no such option '{name}' here; put it before the command: logstats {name} … {path} …"
    owners = [command for command, options in _command_options() if name in options]
    if is_of_program and owners:
        return f"no such option '{name}' here; put it after the command: logstats {owners[0]} {name} …"
    see = f"`{context.command_path} --help` lists the options"
    if owners:
        return (
            f"no such option '{name}'; {' and '.join(owners[:2])} {'have' if owners[1:] else 'has'} it; {see}"
        )
    found = similar.closest(name, (each for each in _names(context.command) if each.startswith("--")))
    return f"no such option '{name}'; {f'did you mean {found}? ' if found else ''}{see}"


def _value(error: click.BadParameter) -> str:
    """Return the message on a wrong value of an option or an argument."""
    param, message = error.param, error.message.rstrip(".")
    if param is None:
        return f"{message}{_see(error.ctx)}"
    name = max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name
    match = _WRONG_VALUE.match(message)
    explain = next((words for kind, words in KINDS.items() if isinstance(param.type, kind)), None)
    why = explain(param.type, match["value"] if match else None, message) if explain else message
    return f"{name}: {why}{_limit_hint(param)}"


def _limit_hint(param: click.Parameter) -> str:
    return "; 0 shows all rows" if param.name == "limit" else ""


def _of_choice(kind: Any, value: str | None, message: str) -> str:
    choices = [str(choice) for choice in kind.choices]
    if value is None:
        return message
    suggested = similar.suggestion(value, choices)
    return f"'{value}' is not one of {similar.listed(choices)}" + (
        f"; {suggested.strip()}" if suggested else ""
    )


def _of_range(kind: Any, value: str | None, message: str) -> str:
    what = "a whole number" if isinstance(kind, click.IntRange) else "a number"
    span = {
        (True, True): f"from {_shown(kind.min)} to {_shown(kind.max)}",
        (True, False): f"from {_shown(kind.min)} on",
        (False, True): f"up to {_shown(kind.max)}",
        (False, False): "",
    }[kind.min is not None, kind.max is not None]
    number = message.partition(" ")[0] if value is None else f"'{value}'"
    return f"{number} is not {what} {span}".strip()


def _shown(number: float | None) -> str:
    return "" if number is None else f"{number:,}"


def _of_date(kind: Any, value: str | None, message: str) -> str:
    if value is None:
        return message
    what = "a date" if "%d" in kind.formats[0] else "a month"
    return f"'{value}' is not {what}; write it as {EXAMPLE.strftime(kind.formats[0])}"


EXAMPLE = date(2026, 11, 23)  # of a value, as it is to be written
KINDS: Mapping[type[Any], Callable[[Any, str | None, str], str]] = {
    # a kind of values: the function that returns the reason why a value is wrong
    click.Choice: _of_choice,
    click.IntRange: _of_range,
    click.FloatRange: _of_range,
    click.DateTime: _of_date,
}


def _commands() -> list[str]:
    return logstats.list_commands(click.Context(logstats))


def _command_options() -> Iterator[tuple[str, set[str]]]:
    context = click.Context(logstats)
    for name in _commands():
        if command := logstats.get_command(context, name):
            yield name, _names(command)


def _names(command: click.Command) -> set[str]:
    return {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
