"""`baseline` lists, sets and removes the values of old counters, and says which one holds."""

import json
from pathlib import Path

import pytest
from support.lines import IN_UTC, numbered, read_in
from support.surface import Ran, run

SITE = "default"
FIRST, LATER, FUTURE = "0001-01-01", "2026-11-01", "2090-01-01"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "access.log").write_bytes(b"".join(numbered(3)))
    read_in(tmp_path / "store.duckdb", tmp_path / "access.log", settings=IN_UTC)
    return tmp_path / "store.duckdb"


def typed(store: Path, *arguments: str, code: int = 0) -> Ran:
    ran = run("--db", store, "baseline", *arguments)
    assert ran.code == code, ran
    return ran


def rows(store: Path, *arguments: str) -> list[tuple[int, str | None, bool, str]]:
    listed = json.loads(typed(store, *arguments, "-f", "json").out)
    return [(row["visits"], row["on_day"], row["in_force"], row["from"]) for row in listed]


def all_time(store: Path) -> int:
    ran = run("--db", store, "counters", "--at", "2026-11-24", "-f", "json")
    return int(json.loads(ran.out)[0]["all_time"])


def config_of(store: Path, text: str) -> None:
    settings = f'[[site]]\nname = "{SITE}"\ntimezone = "UTC"\nlogs = ["access.log"]\n{text}\n'
    (store.parent / "logstats.toml").write_text(settings)


def test_a_baseline_without_effect_says_which_holds(store: Path) -> None:
    assert "starts from 7" in typed(store, SITE, "7", "--on", LATER).err
    said = typed(store, SITE, "5").err
    assert f"7 on {LATER} (set by command) is in force" in said, said
    assert "no effect now" in said, said
    assert rows(store) == [(5, None, False, "command"), (7, LATER, True, "command")]
    assert rows(store, SITE) == rows(store)
    assert all_time(store) == 7 + 1


def test_a_baseline_of_the_future_says_when_it_holds(store: Path) -> None:
    said = typed(store, SITE, "9", "--on", FUTURE).err
    assert (FUTURE in said, "in the future" in said, "there is none" in said) == (True, True, True), said
    assert rows(store) == [(9, FUTURE, False, "command")]
    assert all_time(store) == 1


def test_a_baseline_of_the_settings_is_named(store: Path) -> None:
    config_of(store, f"baseline = 100\nbaseline_on = {LATER}")
    assert rows(store) == [(100, LATER, False, "logstats.toml")]
    assert run("--db", store, "update").code == 0
    assert rows(store) == [(100, LATER, True, "logstats.toml")]
    assert "100 on 2026-11-01 (of logstats.toml) is in force" in typed(store, SITE, "5").err
    said = typed(store, SITE, "6", "--on", LATER).err
    assert "logstats.toml has 100 for this day" in said, said
    assert run("--db", store, "update").code == 0
    assert rows(store)[1] == (100, LATER, True, "logstats.toml")


def test_a_baseline_is_removed(store: Path) -> None:
    config_of(store, f"baseline = 100\nbaseline_on = {LATER}")
    assert run("--db", store, "update").code == 0
    typed(store, SITE, "5")
    said = typed(store, SITE, "--remove", code=2).err
    assert f"--on {FIRST} (5), --on {LATER} (100)" in said, said
    said = typed(store, SITE, "--remove", "--on", LATER).err
    assert "5 (set by command) is in force" in said, said
    assert "logstats.toml has 100 for this day" in said, said
    assert "remove it there too" in said, said
    assert all_time(store) == 5 + 1
    assert "starts from 0" in typed(store, SITE, "--remove").err
    assert all_time(store) == 1
    config_of(store, "")
    assert rows(store) == []
    typed(store, SITE, "--remove", code=2)


@pytest.mark.parametrize(
    "arguments",
    [
        (SITE, "-5"),
        (SITE, "1e3"),
        (SITE, "9" * 20),
        (SITE, "²"),
        (SITE, "5", "--on", "2026-13-01"),
        (SITE, "--on", LATER),
        (SITE, "5", "--remove"),
        (SITE, "--remove", "--on", LATER),
        ("--remove",),
        ("--romeve",),
        ("nobody",),
        ("nobody", "5"),
        ("nobody", "--remove"),
    ],
)
def test_what_is_wrong_is_refused(store: Path, arguments: tuple[str, ...]) -> None:
    ran = typed(store, *arguments, code=2)
    assert ran.err.startswith("logstats: "), ran
    assert rows(store) == []
