"""What the commands that cron runs each minute import: a module more is a part of each run."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.surface import process_env

LIST = Path(__file__).with_name("cron_modules.txt")
TOML = """\
[[site]]
name = "portal.example"
timezone = "Asia/Ho_Chi_Minh"
logs = ["access.log"]

[[site.counter]]
file = "counter.html"
"""
LINE = '203.0.113.7 - - [21/Nov/2026:10:0{}:00 +0700] "GET /a.html HTTP/1.1" 200 9 "-" "Mozilla/5.0 (X11)"\n'
ROOTS = (
    *(
        "_duckdb",
        "_blake2",
        "json",
        "tomllib",
        "pathlib",
        "datetime",
        "typing",
        "enum",
        "re",
        "decimal",
        "uuid",
    ),
    *("fnmatch", "resource", "contextlib"),
)
TRUSTING = """\
from logstats.sources import recorder; recorder.TRUSTED_S = -60
from logstats.update import idle; idle.COARSE_S = -1e12
"""
SHOW = "print(*sorted(set(sys.modules) - before))"
RUN = f"""\
import sys; before = set(sys.modules)
from logstats.__main__ import run
code = run()
{SHOW}
sys.exit(code)
"""
COMMANDS = {"update, new lines": ["update"], "counters": ["counters", "--format", "json"]}


def modules(folder: Path, code: str, *arguments: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=process_env(),
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.splitlines()[-1].split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a log that was read, settings and a store."""
    made = tmp_path_factory.mktemp("cron")
    (made / "logstats.toml").write_text(TOML)
    (made / "access.log").write_text("".join(LINE.format(minute) for minute in range(3)))
    modules(made, RUN, "--db", "x.duckdb", "update")
    return made


@pytest.mark.parametrize("name", COMMANDS)
def test_a_run_of_cron_imports_only_the_listed_modules(folder: Path, name: str) -> None:
    roots = modules(folder, f"import sys; before = set(); import {', '.join(ROOTS)}; {SHOW}")
    listed = [line for line in LIST.read_text().splitlines() if not line.startswith("#")]
    with (folder / "access.log").open("a") as log:
        log.write(LINE.format(4))
    imported = modules(folder, RUN, "--db", "x.duckdb", *COMMANDS[name])
    assert sorted({*imported} - {*roots} - {*listed}) == []


def test_an_update_with_nothing_to_do_imports_no_duckdb(folder: Path) -> None:
    settings = folder / "idle.toml"
    settings.write_text(f'at = "last"\n{TOML}')
    update = ("--config", "idle.toml", "--db", "idle.duckdb", "update")
    for _ in range(4):  # also at the end of a quarter of an hour
        modules(folder, TRUSTING + RUN, *update)
    imported = modules(folder, RUN, *update)
    assert {"_duckdb", "logstats.store.session", "logstats.sources.scan", "logstats.update.run"} & {
        *imported
    } == set()
