"""Command lines that are parsed without click: click finds the same in them, and parses all others."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.surface import run

from logstats import __main__ as program
from logstats.cli import counters, ingest, main, plain
from logstats.cli.context import App, GlobalOptions
from logstats.config import Settings

APP = App(Path("store"), Settings(), 0.0, 0)

PLAIN = (
    "update",
    "--config /etc/logstats.toml update",
    "--config=/etc/logstats.toml -v update",
    "--db x.duckdb --config a.toml --quiet update",
    "-q -v update",
    "--verbose --db=a=b update",
    "counters",
    "counters --format json",
    "counters -f text --at last",
    "--db x counters --at=2026-11-21T10:00 --site portal.example",
    "counters -o box.html",
    "counters --output=counter.json --format json",
)
OTHERS = (
    "",
    "-h",
    "--version",
    "update --help",
    "--config",
    "--config a.toml",
    "--db= update",
    "-v -v update",
    "-vq update",
    "-v=1 update",
    "--verbose=1 update",
    "--wait 5 update",
    "--confi a.toml update",
    "--db --config update",
    "-- update",
    "update update",
    "update --dry-run",
    "update --allow-decrease",
    "upd",
    "counters --format xml",
    "counters --format",
    "counters -fjson",
    "counters --wide",
    "counters --at",
    "counters --at=",
    "counters --site -",
    "counters --site x --site y",
    "counters --with-suspects",
    "verify",
)


def by_click(arguments: Sequence[str]) -> tuple[GlobalOptions, str, Mapping[str, Any]] | None:
    """Return what click parses, None where it runs no command of cron."""
    found: list[Any] = []

    def remember(app: App, **values: Any) -> None:
        found.append({name: value for name, value in values.items() if value not in (None, False)})

    def remember_app(*parsed: Any) -> App:
        found.extend(parsed)
        return APP

    with (
        patch.object(main, "app_of", remember_app),
        patch.object(ingest, "run_update", remember),
        patch.object(counters, "run_counters", remember),
        patch.object(sys, "argv", ["logstats", *arguments]),
        patch.object(program, "_report", lambda *_: 2),
    ):
        program._invoke_by_click()
    return tuple(found) if len(found) == 3 else None


def test_click_finds_the_same_in_each_command_line_that_is_parsed_without_it() -> None:
    plainly = {line: plain.parsed(line.split(), ()) for line in PLAIN}
    assert None not in plainly.values()
    assert plainly == {line: by_click(line.split()) for line in PLAIN}


def test_every_other_command_line_is_left_to_click() -> None:
    assert [line for line in OTHERS if plain.parsed(line.split(), ())] == []


BEFORE = (
    "--config x",
    "--config=x",
    "--db y",
    "--db=",
    "-v",
    "-q",
    "--quiet",
    "--wait 5",
    "--db \udce9",
    "x",
    "--",
)
AFTER = (
    *(
        "--format json",
        "--format xml",
        "-f text",
        "-fjson",
        "--at last",
        "--at=now",
        "--at",
        "-o w",
        "--output=w",
    ),
    *("--site -", "--site z", "--site \udce9", "-v", "update", "--"),
)


@given(
    st.lists(st.sampled_from(BEFORE), max_size=2),
    st.sampled_from(["update", "counters"]),
    st.lists(st.sampled_from(AFTER), max_size=3),
)
def test_no_command_line_is_parsed_in_another_way_than_click_parses_it(
    before: list[str], command: str, after: list[str]
) -> None:
    words = " ".join([*before, command, *after]).split()
    line = plain.parsed(words, ())
    assert line is None or line == by_click(words)


@pytest.mark.parametrize("name", ["LOGSTATS_DB", "LOGSTATS_UPDATE_DRY_RUN", "_LOGSTATS_COMPLETE"])
def test_a_variable_that_sets_an_option_leaves_the_command_line_to_click(name: str) -> None:
    assert plain.parsed(["update"], [*os.environ, name]) is None


def test_both_ways_print_the_same_and_have_the_same_exit_code(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("sites = 3")
    (tmp_path / "empty.toml").write_text("")
    lines = [
        *(f"--config {tmp_path}/{name}.toml update" for name in ("broken", "empty", "missing")),
        f"--config {tmp_path}/empty.toml --db {tmp_path}/no.duckdb counters",
        f"--config {tmp_path}/empty.toml --db {tmp_path} counters --at x",
    ]

    def ended(line: str) -> tuple[int, str, str]:
        ran = run(*line.split())
        return ran.code, ran.out, ran.err

    plainly = [ended(line) for line in lines]
    with patch.object(plain, "parsed", lambda *_: None):
        assert plainly == [ended(line) for line in lines]
    assert all(code for code, *_ in plainly)
