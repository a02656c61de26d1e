"""A report that is by other rules than logstats.toml has says so, until the store is rebuilt."""

from pathlib import Path

import pytest
from support.lines import Line
from support.surface import run

SITE = '[[site]]\nname = "portal"\ntimezone = "Asia/Ho_Chi_Minh"\n'
CHANGES = {
    # logstats.toml as it is now: what is named
    SITE.replace("Ho_Chi_Minh", "Bangkok"): "timezone",
    SITE + 'week_start = "sunday"\n': "week_start",
    SITE + 'visit_gap = "45m"\nonline_window = "5m"\n': "visit_gap`, `online_window",
    SITE + 'rules = "nukeviet"\n': "rules",
    SITE + 'internal = ["192.0.2.0/24"]\n': "internal",
    'assets = ["/api"]\n' + SITE: "assets",
    '[bots]\nadd = ["Quokka"]\n' + SITE: "[bots]",
}
SAME = (SITE, "keep_hits = 90\n" + SITE, SITE + 'hosts = ["p.example"]\nbaseline = 5\n')
COMMANDS = (["visits"], ["articles", "--site", "portal"], ["counters"], ["explain", "all"])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outdated")
    (folder / "access.log").write_bytes(Line().combined())
    (folder / "logstats.toml").write_text(SITE)
    store = folder / "store.duckdb"
    command = ("--db", store, "--config", folder / "logstats.toml", "-q", "ingest", folder / "access.log")
    assert run(*command).code == 0
    return store


def said(store: Path, folder: Path, text: str, *command: str) -> str:
    """Return what a command says on stderr under settings."""
    (folder / "my.toml").write_text(text)
    ran = run("--db", store, "--config", folder / "my.toml", *command)
    assert ran.code == 0
    return ran.err


@pytest.mark.parametrize("text", CHANGES, ids=CHANGES.get)
def test_what_has_changed_is_named_with_what_to_run(text: str, store: Path, tmp_path: Path) -> None:
    for command in COMMANDS:
        notes = said(store, tmp_path, text, *command)
        assert f"note: portal: these figures were computed with a different `{CHANGES[text]}`; " in notes
        assert f"run `logstats --config {tmp_path / 'my.toml'} rebuild` to apply the current one" in notes


@pytest.mark.parametrize("text", SAME)
def test_settings_that_change_no_figure_are_not_reported(text: str, store: Path, tmp_path: Path) -> None:
    assert [said(store, tmp_path, text, *command) for command in COMMANDS] == [""] * len(COMMANDS)


def test_without_settings_nothing_is_reported(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("--db", store, "visits").err == ""


def test_nothing_is_reported_of_a_rebuilt_store(store: Path, tmp_path: Path) -> None:
    changed = '[bots]\nadd = ["Quokka"]\n' + SITE + 'visit_gap = "45m"\nrules = "bao"\n'
    assert said(store, tmp_path, changed, "visits") != ""
    said(store, tmp_path, changed, "rebuild")
    assert said(store, tmp_path, changed, "visits") == ""
    said(store, tmp_path, SITE, "rebuild")


def test_an_update_says_nothing_of_it(store: Path, tmp_path: Path) -> None:
    (tmp_path / "access.log").write_bytes(Line().combined())
    assert said(store, tmp_path, SITE + 'logs = ["access.log"]\nweek_start = "sunday"\n', "update") == ""
