"""The times of each command are whole seconds in every format that programs read."""

import re
from pathlib import Path

import pytest
from support.lines import numbered
from support.surface import run

COMMANDS = [
    # commands that show when something was done, or a time that was not given
    ["baseline"],
    ["counters"],
    ["ingests"],
    ["sources"],
    ["status"],
]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "access.log").write_bytes(b"".join(numbered(3)))
    path = tmp_path / "store.duckdb"
    assert run("--db", path, "ingest", "--site", "s", tmp_path / "access.log").code == 0
    assert run("--db", path, "baseline", "s", "100", "--on", "2026-01-01").code == 0
    return path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_times_have_whole_seconds(store: Path, command: list[str]) -> None:
    for name in ("csv", "tsv", "json"):
        ran = run("--db", store, *command, "-f", name)
        assert re.search(r"T\d\d:\d\d:\d\d", ran.out) or command == ["status"], ran
        assert not re.search(r":\d\d\.\d", ran.out), ran.out
