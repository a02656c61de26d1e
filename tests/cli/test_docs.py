"""The documents are true: what they show is what happens, and README.md names all there is."""

import os
import re
import shlex
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import click
import pytest
from support.surface import ALL_KEYS, SAMPLES, on_terminal_shell, run

from logstats import config
from logstats.cli import main
from logstats.render import writers
from logstats.store import statements

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
EVERY = README + CONTRIBUTING + OPERATIONS
OPERATORS = ("|", "||", "&&", ";", ">", ">>", "<")
NOW = README.partition("## Not there yet")[0]


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def shown(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a block, and the output that is shown below it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, told = part.partition("\n")
        yield command, told


def as_pattern(told: str) -> str:
    """What is shown, as a pattern: … stands for anything in a line, alone in a line for any lines."""
    lines = [
        "(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n"
        for line in told.splitlines()
    ]
    return "".join(lines)


def as_seen(text: str) -> str:
    """What a terminal shows in the end: a line that was written over as it was written last."""
    plain = re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", text)
    return "".join(line.rpartition("\r")[2] for line in plain.splitlines(keepends=True) if line != "\r")


@pytest.mark.parametrize("text", [README, OPERATIONS], ids=["README", "operations"])
def test_what_a_document_shows_is_what_happens(text: str, tmp_path: Path) -> None:
    """In one folder and in order, each command on a terminal, as a reader would try them."""
    every = [pair for block in blocks("console", text) for pair in shown(block)]
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "logstats"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m logstats "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "sample_logs").symlink_to(SAMPLES)
    path = {"PATH": f"{program.parent}:{os.environ['PATH']}"}
    assert len(every) > 5
    for command, told in every:
        ran = on_terminal_shell(command, folder, path)
        assert ran.code == 0, command
        seen = as_seen(ran.out)
        assert re.fullmatch(as_pattern(told), seen) is not None, f"$ {command}\n{seen}"


def code(text: str) -> list[str]:
    """Every piece of code: lines of blocks that are commands, and what stands between backticks."""
    lines = [line for block in blocks("(?:sh|console|crontab|ini)", text) for line in block.splitlines()]
    return lines + re.findall(
        r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    )


def written_commands(text: str) -> list[list[str]]:
    """The words behind `logstats` wherever the program is called, as far as its command goes."""
    calls = [
        call
        for piece in code(text)
        for call in re.findall(r"(?:(?<![\w/.-])|bin/)logstats (?=[a-z-])(.*)", piece)
    ]
    words = [shlex.shlex(call, posix=True, punctuation_chars=True) for call in calls]
    return [list(takewhile(lambda word: word not in OPERATORS, call)) for call in words]


def command_of(words: list[str]) -> str:
    """The command that is called, which exists, as does each of its options; nothing is run."""
    group = main.logstats
    context = click.Context(group, **group.context_settings)
    _, (name, *rest), _ = group.make_parser(context).parse_args(list(words))
    command = group.commands[name]
    command.make_parser(click.Context(command, parent=context)).parse_args(rest)
    return name


@pytest.mark.parametrize("words", written_commands(EVERY), ids=" ".join)
def test_every_command_that_is_written_down_exists(words: list[str]) -> None:
    assert words == ["NAME"] or command_of(words)


@pytest.mark.parametrize("command", main.logstats.commands)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert command in {command_of(words) for words in written_commands(NOW)}


def test_every_option_in_the_readme_exists() -> None:
    options = {option for piece in code(NOW) for option in re.findall(r"(?<!\S)--[a-z][a-z-]+", piece)}
    every = [main.logstats, *main.logstats.commands.values()]
    assert options <= {name for command in every for param in command.params for name in param.opts} | {
        "--help"
    }


def test_the_example_of_settings_is_whole_and_right(tmp_path: Path) -> None:
    (example,) = blocks("toml")
    (tmp_path / "logstats.toml").write_text(example, encoding="utf-8")
    settings = config.load(tmp_path / "logstats.toml")
    assert len(settings.sites) == 1
    keys = re.findall(r"^(?:(?:# )?([a-z_]+)(?:\.\w+)? = |\[site\.(aliases)\])", example, re.MULTILINE)
    assert {one or other for one, other in keys} == ALL_KEYS


def test_the_exit_codes_are_those_of_the_help() -> None:
    told = {
        number: text.replace("`", "")
        for number, text in re.findall(r"^\| (\d) \| (.*) \|$", README, re.MULTILINE)
    }
    assert told == dict(exit_codes())


def exit_codes() -> list[tuple[str, str]]:
    """The exit codes of the help, and what each says."""
    return re.findall(r"^ +(\d)  (.*)$", run("--help").out, re.MULTILINE)


def test_what_operations_says_of_messages_and_settings_is_so(tmp_path: Path) -> None:
    told = re.findall(r"^\| (\d) \| (?:`(.*?)`|nothing) \|", OPERATIONS, re.MULTILINE)
    assert {code for code, _ in told} == {code for code, _ in exit_codes()}
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "logstats").rglob("*.py"))
    assert [message for _, message in told if message.partition(": ")[0] not in source] == []
    for example in blocks("toml", OPERATIONS):
        (tmp_path / "logstats.toml").write_text(example, encoding="utf-8")
        assert config.load(tmp_path / "logstats.toml").sites


def test_the_formats_that_are_named_exist() -> None:
    (named,) = re.findall(r"chooses another: (.*?), and every table style", README)
    assert set(named.split(", ")) <= set(writers.FORMATS)


def test_every_file_that_a_document_names_is_there() -> None:
    named = re.findall(r"`((?:logstats|queries|tests|sample_logs)/[\w./-]+)`", EVERY)
    named += re.findall(r"\]\((?!https?:)([\w./-]+)\)", README + CONTRIBUTING)
    examples = ("NAME",)
    missing = [
        name for name in named if not (ROOT / name).exists() and not any(word in name for word in examples)
    ]
    assert missing == []


def test_every_room_is_in_the_house() -> None:
    entries = {path.name for path in (ROOT / "logstats").iterdir()} - {"__init__.py", "__pycache__"}
    assert entries == set(re.findall(r"`logstats/([\w.]+)/?`", CONTRIBUTING))
    folders = {path.name for path in (ROOT / "queries").iterdir() if path.is_dir()}
    assert folders <= set(re.findall(r"`queries/(\w+)`", CONTRIBUTING))


def test_the_example_of_a_report_has_a_header_that_is_understood(tmp_path: Path) -> None:
    (example,) = blocks("sql", CONTRIBUTING)
    (tmp_path / "mine.sql").write_text(example, encoding="utf-8")
    query = statements.read(tmp_path / "mine.sql", "mine")
    assert [param.name for param in query.params] == ["since", "until", "limit"]
    assert query.columns == ("site", "article", "views")


@pytest.mark.parametrize("target", ["demo", "test", "check", "wheel", "bench"])
def test_what_is_made_can_be_made(target: str) -> None:
    assert f"make {target}" in README + CONTRIBUTING
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_changelog_tells_of_this_version() -> None:
    version = run("--version").out.split()[-1]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
