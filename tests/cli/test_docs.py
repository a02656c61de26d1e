"""The documents are right: their blocks do what they show, and together they name all there is."""

import ast
import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import click
import pytest
from support.surface import ALL_KEYS, CONFIG, PORTAL, SAMPLES, on_terminal_shell, run

from logstats import config
from logstats.cli import main
from logstats.render import writers
from logstats.store import statements

ROOT = Path(__file__).parents[2]
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [*ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md"))]
}
README = DOCUMENTS["README.md"]
CONTRIBUTING = DOCUMENTS["CONTRIBUTING.md"]
OPERATIONS = DOCUMENTS["docs/operations.md"]
REPORTS = DOCUMENTS["docs/reports.md"]
SETTINGS = DOCUMENTS["docs/settings.md"]
SQL = DOCUMENTS["docs/sql.md"]
CONTEXT = click.Context(main.logstats)
NAMES = main.logstats.list_commands(CONTEXT)
EVERY = "".join(text for name, text in DOCUMENTS.items() if name not in ("CHANGELOG.md", "docs/decisions.md"))
OPERATORS = ("|", "||", "&&", ";", ">", ">>", "<")


def blocks(language: str, text: str = README) -> list[str]:
    """The code blocks of a document in one language, without the indentation of a list around them."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def section(text: str, heading: str) -> str:
    """What stands below a heading of a document, up to the next of the same level or above."""
    level = heading.partition(" ")[0]
    _, _, rest = f"\n{text}".partition(f"\n{heading}\n")
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def examples(text: str) -> Iterator[tuple[str, str]]:
    """Each command of the console blocks, and the output that is shown below it."""
    for block in blocks("console", text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def as_pattern(output: str) -> str:
    """An output as a pattern: … stands for anything in a line, alone in a line for any lines."""
    lines = [
        "(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n"
        for line in output.splitlines()
    ]
    return "".join(lines)


def as_seen(text: str) -> str:
    """What a terminal shows in the end: a line that was overwritten as it was written last."""
    plain = re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", text)
    return "".join(line.rpartition("\r")[2] for line in plain.splitlines(keepends=True) if line != "\r")


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample as docs/install.md prepares it: the logs, the settings and the store."""
    folder = tmp_path_factory.mktemp("documents")
    program = folder / "bin" / "logstats"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m logstats "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (folder / "sample_logs").symlink_to(SAMPLES)
    shutil.copyfile(CONFIG, folder / config.CONFIG_NAME)
    (setup,) = blocks("sh", section(DOCUMENTS["docs/install.md"], "## The sample"))
    ran = on_terminal_shell(" && ".join(setup.splitlines()), folder, path_of(folder))
    assert ran.code == 0, ran
    return folder


def path_of(folder: Path) -> dict[str, str]:
    return {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}


@pytest.mark.parametrize("name", [name for name, text in DOCUMENTS.items() if blocks("console", text)])
def test_the_blocks_of_a_document_do_what_they_show(name: str, sample_folder: Path, tmp_path: Path) -> None:
    """In one folder and in order, each command on a terminal, as a reader would try them."""
    (tmp_path / "sample_logs").symlink_to(SAMPLES)
    variables = path_of(sample_folder) | {"XDG_DATA_HOME": str(tmp_path / "share")}
    if name == "README.md":
        shutil.copyfile(PORTAL / "access.log", tmp_path / "access.log")
        shutil.copyfile(SAMPLES / "titles.csv", tmp_path / "titles.csv")
    else:
        shutil.copyfile(sample_folder / "sample.duckdb", tmp_path / "sample.duckdb")
        shutil.copyfile(CONFIG, tmp_path / config.CONFIG_NAME)
        variables["LOGSTATS_DB"] = "sample.duckdb"
    for file, text in re.findall(
        r"`(\w+\.sql)`:\n\n```sql\n(.*?)^```$", DOCUMENTS[name], re.MULTILINE | re.DOTALL
    ):
        (tmp_path / file).write_text(text, encoding="utf-8")
    for command, output in examples(DOCUMENTS[name]):
        ran = on_terminal_shell(command, tmp_path, variables)
        assert ran.code == 0, f"$ {command}\n{ran.out}"
        seen = as_seen(ran.out)
        assert re.fullmatch(as_pattern(output), seen) is not None, f"$ {command}\n{seen}"


def code(text: str) -> list[str]:
    """Every piece of code: lines of blocks that are commands, and what stands between backticks."""
    lines = [line for block in blocks("(?:sh|console|crontab|ini)", text) for line in block.splitlines()]
    return lines + re.findall(
        r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    )


def written_commands(text: str) -> list[list[str]]:
    """The words after `logstats` wherever the program is called, as far as its command goes."""
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
    command = group.get_command(context, name)
    assert command is not None
    own = click.Context(command, parent=context, **command.context_settings)
    command.make_parser(own).parse_args(rest)
    return name


@pytest.mark.parametrize("words", written_commands(EVERY), ids=" ".join)
def test_every_command_that_is_written_down_exists(words: list[str]) -> None:
    assert words in (["NAME"], ["--version"], ["COMMAND", "--help"]) or command_of(words)


def test_every_command_is_in_the_readme() -> None:
    commands = section(README, "## Commands")
    assert set(NAMES) <= set(re.findall(r"`([a-z-]+)`", commands))


def test_every_option_that_is_written_down_exists() -> None:
    options = {option for words in written_commands(EVERY) for option in words if option.startswith("--")}
    options |= {option for piece in code(EVERY) for option in re.findall(r"^--[a-z][a-z-]+", piece)}
    every = [main.logstats, *filter(None, (main.logstats.get_command(CONTEXT, name) for name in NAMES))]
    every += [
        each for group in every[1:] if isinstance(group, click.Group) for each in group.commands.values()
    ]
    assert options <= {name for command in every for param in command.params for name in param.opts} | {
        *(name for command in every for param in command.params for name in param.secondary_opts),
        "--help",
    }


def test_the_settings_are_all_there_and_the_examples_load(tmp_path: Path) -> None:
    assert {key for key in ALL_KEYS if not re.search(rf"\b{key}\b", SETTINGS)} == set()
    for name, text in DOCUMENTS.items():
        for example in blocks("toml", text):
            site = "" if "[[site]]" in example else '[[site]]\nname = "portal.example"\n'
            (tmp_path / "logstats.toml").write_text(site + example, encoding="utf-8")
            assert name == "docs/settings.md" or config.load(tmp_path / "logstats.toml").sites


def test_the_exit_codes_are_those_of_the_help() -> None:
    rows = re.findall(r"^\| (\d) \| (.*) \|$", section(OPERATIONS, "## Exit codes"), re.MULTILINE)
    assert {number: text.replace("`", "") for number, text in rows} == dict(exit_codes())


def exit_codes() -> list[tuple[str, str]]:
    """The exit codes of the help, and what each says."""
    return re.findall(r"^ +(\d)  (.*)$", run("--help").out, re.MULTILINE)


def test_the_messages_that_operations_lists_exist() -> None:
    rows = re.findall(r"^\| (\d) \| (?:`(.*?)`|nothing) \|", OPERATIONS, re.MULTILINE)
    assert {exit_code for exit_code, _ in rows} == {exit_code for exit_code, _ in exit_codes()}
    texts = [text for path in (ROOT / "logstats").rglob("*.py") for text in strings(path)]
    wanted = [message.partition(": ")[0] for _, message in rows]
    assert [message for message in wanted if not any(message in text for text in texts)] == []


def strings(path: Path) -> Iterator[str]:
    """The strings of a module, and what f-strings say between their values; no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def test_the_formats_that_are_named_exist() -> None:
    (named,) = re.findall(r"takes (`table`,.*?) and every table style", REPORTS, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", named)) <= set(writers.FORMATS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(name: str) -> None:
    text = re.sub(r"^ *```.*?^ *```$", "", DOCUMENTS[name], flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`((?:logstats|queries|tests|sample_logs)/[\w./-]+)`", text)
    assert [path for path in named if not (ROOT / path).exists() and "NAME" not in path] == []
    for path, fragment in re.findall(r"\]\((?!https?:)([\w./-]*)(?:#([\w-]+))?\)", text):
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), path
        assert not fragment or fragment in anchors(target.read_text(encoding="utf-8")), f"{path}#{fragment}"


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("report", [statements.command_of(name) for name in statements.names("reports")])
def test_each_report_is_described_with_its_columns(report: str) -> None:
    described = section(REPORTS, f"### {report}")
    query = statements.load(f"reports/{report.replace('-', '_')}")
    naming = {param for param in query.params if f"{{{param.name}}}" in query.columns}
    choices = {choice for param in naming for choice in param.choices}
    columns = {column for column in query.columns if not column.startswith("{")} | choices - {"all"}
    assert {column for column in columns if f"`{column}`" not in described} == set()


def test_each_view_is_described_with_its_columns(sample_folder: Path) -> None:
    def rows_of(statement: str) -> list[dict[str, str]]:
        ran = run("--db", sample_folder / "sample.duckdb", "sql", statement, "-f", "json")
        rows: list[dict[str, str]] = json.loads(ran.out)
        return rows

    columns = {
        view["name"]: [
            (row["column_name"], row["column_type"].replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"))
            for row in rows_of(f"DESCRIBE {view['name']}")
        ]
        for view in rows_of("SHOW TABLES")
    }
    views = re.findall(r"^### (\w+)$", section(SQL, "## Views"), re.MULTILINE)
    shown = {
        view: [(name, kind.partition("(")[0]) for name, kind in of_view] for view, of_view in columns.items()
    }
    assert shown == {
        view: re.findall(r"^\| `(\w+)` \| (\w+)", section(SQL, f"### {view}"), re.MULTILINE) for view in views
    }


def test_every_folder_is_in_the_layout() -> None:
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


def test_the_changelog_has_this_version() -> None:
    version = run("--version").out.splitlines()[0].split()[-1]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
