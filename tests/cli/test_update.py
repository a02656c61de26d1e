"""`logstats update`, as cron runs it: what is new goes in, the counter files follow, nothing is said."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from support.lines import chunks_of
from support.surface import Ran, assert_in_words, log_line, process_env, run

from logstats.model import Counters
from logstats.render import box
from logstats.reports.counters import current_counters
from logstats.store import Session, locks, statements

SITE = '[[site]]\nname = "portal"\ntimezone = "Asia/Ho_Chi_Minh"\n'
TOML = f'database = "store.duckdb"\nat = "2026-11-20T10:05"\n{SITE}'
LOGS = 'logs = ["access.log*"]\n'
BOX = '[[site.counter]]\nfile = "box.txt"\nlang = "en"\n'
QUIET = Ran(0, b"", "")


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of one's own, in which logstats.toml is."""
    monkeypatch.chdir(tmp_path)


def settings(text: str) -> None:
    Path("logstats.toml").write_text(text, encoding="utf-8")


def page_views(count: int, minute: int = 0) -> str:
    """A log of so many visitors, one page view each."""
    hits = (
        {"time": f"2026-11-20 10:{minute:02}", "client": f"192.0.2.{number + 1}", "request": "/"}
        for number in range(count)
    )
    return "".join(log_line(hit) + "\n" for hit in hits)


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def update(*options: str) -> Ran:
    ran = run(*options, "update")
    assert ran.out == ""
    assert_in_words(ran.err)
    return ran


def all_time(name: str = "box.txt") -> int:
    """What a box in English says of all time."""
    return int(Path(name).read_text(encoding="utf-8").rpartition(": ")[2].replace(",", ""))


def sources(columns: str) -> list[list[object]]:
    query = f"SELECT {columns} FROM sources ORDER BY source_id"
    records = json.loads(run("sql", query, "--timezone", "UTC", "-f", "json").out)
    return [list(row.values()) for row in records]


def test_what_is_new_is_read_and_shown_and_nothing_is_said() -> None:
    settings(TOML + LOGS + BOX)
    write("access.log", page_views(2))
    assert update() == QUIET
    assert (
        Path("box.txt").read_text() == "Visits\n• Online now: 2\n• Today: 2\n• This week: 2\n• All time: 2\n"
    )
    write("access.log", page_views(2) + page_views(3, minute=1))
    assert update() == QUIET
    assert all_time() == 3
    before = Path("box.txt").stat()
    assert update() == QUIET
    assert Path("box.txt").stat() == before


CHANGED = ("threads", "disabled_optimizers", "memory_limit")
KEEP_MEMORY = Session.keep_memory


def test_figures_are_computed_with_the_settings_that_counters_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ingest, of several chunks, changes some of the session that `update` computes them in."""
    seen = []

    def noted(session: Session, *arguments: Any) -> dict[str, Counters]:
        seen.append(session.execute(changed).rows)
        return current_counters(session, *arguments)

    changed = f"SELECT name, value FROM duckdb_settings() WHERE name IN {CHANGED}"
    monkeypatch.setattr("logstats.update.run.current_counters", noted)
    settings(TOML + LOGS + BOX)
    write("access.log", page_views(200))
    with chunks_of(1000), patch.object(Session, "keep_memory", autospec=True) as keep_memory:
        keep_memory.side_effect = KEEP_MEMORY
        assert update() == QUIET
    assert keep_memory.called
    with Session() as session:
        assert seen == [session.execute(changed).rows]


def test_verbose_is_one_line() -> None:
    settings(TOML + LOGS + BOX)
    write("access.log", page_views(2))
    first, second = update("-v").err, update("-v").err
    assert first.startswith("2 lines, 2 hits, 0 rejects, 0 bots, 2 page views, ")
    assert first.endswith(" s; changed: box.txt\n")
    assert first.count("\n") == 1
    assert second == "nothing new\n"


def test_without_logs_of_its_own_there_is_nothing_to_update() -> None:
    assert update() == Ran(
        2, b"", "logstats: no logstats.toml here; `logstats init` writes one, --config names another\n"
    )
    settings(TOML)
    message = "logstats: logstats.toml: lists no logs; write logs = […] under each [[site]]\n"
    assert update() == Ran(2, b"", message)
    assert not Path("store.duckdb").exists()


# --- Sites, hosts, folders -------------------------------------------------------------------------


def test_each_site_has_its_logs_and_its_files_and_one_file_shows_them_all() -> None:
    settings(
        TOML
        + 'logs = ["a.log"]\n[[site.counter]]\nfile = "www/a.html"\n'
        + '[[site]]\nname = "b<i>"\nlogs = ["b.log"]\n[[site.counter]]\nfile = "www/b.json"\n'
        + '[[counter]]\nfile = "www/all.txt"\nlang = "en"\n'
    )
    Path("www").mkdir()
    write("a.log", page_views(1))
    write("b.log", page_views(2, minute=1))
    assert update() == QUIET
    assert 'data-site="portal"' in Path("www/a.html").read_text(encoding="utf-8")
    (record,) = json.loads(Path("www/b.json").read_text(encoding="utf-8"))
    assert (record["site"], record["all_time"]) == ("b<i>", 2)
    titles = [line for line in Path("www/all.txt").read_text().splitlines() if line.startswith("Visits")]
    assert titles == ["Visits — b<i>", "Visits — portal"]


def test_several_hosts_write_one_site() -> None:
    settings(TOML + 'logs.web1 = ["web1/access.log"]\nlogs."web2.example" = ["web2/*"]\n' + BOX)
    write("web1/access.log", page_views(2))
    write("web2/access.log", page_views(3, minute=1))
    assert update() == QUIET
    assert all_time() == 3
    assert sources("site, lines") == [["portal", 2], ["portal", 3]]


def test_a_log_whose_lines_name_their_sites_is_listed_above_the_sites() -> None:
    hits = [{"time": "2026-11-20 10:00", "client": "192.0.2.1", "request": "/", "site": s} for s in "ab"]
    settings('at = "last"\ndatabase = "store.duckdb"\nlogs = ["vhosts.log"]\n[[counter]]\nfile = "all.csv"\n')
    write("vhosts.log", "".join(log_line(hit) + "\n" for hit in hits))
    assert update() == QUIET
    assert [line.split(",")[0] for line in Path("all.csv").read_text().splitlines()] == ["site", "a", "b"]


def test_files_folders_and_patterns_are_read_once_each() -> None:
    settings(TOML + 'logs = ["logs", "logs/access.log*", "old/*.gz", "link.log"]\n' + BOX)
    write("logs/access.log", page_views(2))
    write("logs/access.log.1", page_views(3, minute=1))
    Path("old").mkdir()
    Path("old/access.log.2.gz").write_bytes(gzip.compress(page_views(4, minute=2).encode()))
    Path("link.log").symlink_to("logs/access.log")
    assert update() == QUIET
    assert sorted(sources("lines")) == [[2], [3], [4]]


def test_a_baseline_of_the_settings_is_in_the_first_figures() -> None:
    settings(TOML + LOGS + "baseline = 1000\n" + BOX)
    write("access.log", page_views(2))
    assert update() == QUIET
    assert all_time() == 1002


def test_a_site_without_a_line_as_yet_has_no_file_as_yet() -> None:
    settings(TOML + LOGS + BOX + '[[counter]]\nfile = "all.html"\n')
    write("access.log", "")
    assert update() == QUIET
    assert not Path("box.txt").exists()
    assert not Path("all.html").exists()


# --- Names that find nothing -----------------------------------------------------------------------

MISSING = [
    # what is listed beside access.log, which is there, and whether that must be a mistake
    ("acess.log", True),
    ("old/*.gz", True),  # no such folder
    ("empty", True),
    ("empty/*.gz", False),  # nothing was rotated as yet
    ("access.log.[0-9]*", False),
]


@pytest.mark.parametrize(("name", "is_wrong"), MISSING)
def test_a_missing_log_is_an_error_where_the_setting_must_be_wrong(name: str, is_wrong: bool) -> None:
    Path("empty").mkdir()
    settings(TOML + f'logs = ["access.log", "{name}"]\n' + BOX)
    write("access.log", page_views(2))
    ran = update()
    message = f"logstats: {Path.cwd() / name}: no such file, and it has never been read; "
    message += f"check the path in logstats.toml, line {TOML.count(chr(10)) + 1}\n"
    assert ran.err.endswith(message) if is_wrong else ran == QUIET
    assert ran.code == int(is_wrong)
    assert sources("lines") == [[2]]
    assert Path("box.txt").exists() != is_wrong


@pytest.mark.parametrize("name", ["access.log", "access.log*", "*.log"])
def test_a_site_with_no_logs_from_the_start_is_an_error(name: str) -> None:
    settings(TOML + f'logs = ["{name}"]\n' + BOX)
    ran = update()
    assert ran.code == 1
    assert "no such file, and it has never been read" in ran.err


@pytest.mark.parametrize("name", ["access.log", "access.log*", "*.log", "."])
def test_a_log_that_is_just_being_rotated_is_no_news(name: str) -> None:
    """Between its renaming and its new beginning there is none."""
    settings(TOML + f'logs = ["logs/{name}"]\n' + BOX)
    write("logs/access.log", page_views(2))
    assert update() == QUIET
    Path("logs/access.log").rename("away")
    assert update() == QUIET
    assert all_time() == 2


# --- What can go wrong -----------------------------------------------------------------------------

TWO_SITES = (
    TOML
    + 'logs = ["a/*"]\n[[site.counter]]\nfile = "a.txt"\nlang = "en"\n'
    + '[[site]]\nname = "b"\nlogs = ["b/*"]\n[[site.counter]]\nfile = "b.txt"\nlang = "en"\n'
    + '[[counter]]\nfile = "all.json"\n'
)


def test_an_incomplete_archive_waits_and_is_reported_once_when_it_is_a_day_old() -> None:
    settings(TOML + 'logs = ["access.log*"]\n' + BOX)
    write("access.log", page_views(2))
    Path("access.log.2.gz").write_bytes(gzip.compress(page_views(3, minute=1).encode())[:50])
    assert update() == QUIET
    assert all_time() == 2
    os.utime("access.log.2.gz", (1, 1))
    ran = update()
    assert ran.code == 0
    assert "access.log.2.gz: the archive ends in the middle" in ran.err
    assert update() == QUIET


def test_one_log_that_cannot_be_read_leaves_the_rest_and_other_sites_files() -> None:
    settings(TWO_SITES)
    for folder in "ab":
        write(f"{folder}/access.log", page_views(2))
    write("b/access.log", page_views(2, minute=1))
    assert update() == QUIET
    old = {name: Path(name).read_bytes() for name in ("a.txt", "b.txt", "all.json")}
    for folder in "ab":
        write(f"{folder}/access.log", Path(f"{folder}/access.log").read_text() + page_views(3, minute=2))
    Path("a/access.log.1").write_bytes(b"not a line\nof any log\n")
    os.utime("a/access.log.1", (1, 1))  # read before the good one
    ran = update()
    assert ran.code == 3
    assert ran.err.startswith(
        "counter files left unchanged because a log could not be read: a.txt, all.json\nlogstats: "
    )
    assert f"{Path.cwd()}/a/access.log.1: unknown log format" in ran.err
    assert sources("lines") == [[5], [5]]
    changed = [name for name, data in old.items() if Path(name).read_bytes() != data]
    assert changed == ["b.txt"]
    Path("a/access.log.1").unlink()
    assert update().code == 0
    assert update() == QUIET
    assert all_time("a.txt") == 3


def test_a_counter_file_that_cannot_be_written_leaves_the_others() -> None:
    settings(TOML + LOGS + '[[site.counter]]\nfile = "nowhere/box.txt"\n' + BOX)
    write("access.log", page_views(2))
    ran = update()
    assert ran.code == 1
    assert ran.err == (
        "logstats: nowhere/box.txt: can't be written: No such file or directory; the file was not changed\n"
    )
    assert all_time() == 2


def test_an_unexpected_error_of_a_counter_file_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise ZeroDivisionError("of a box")

    monkeypatch.setitem(box.BOXES, "html", fail)
    settings(TOML + LOGS + '[[site.counter]]\nfile = "box.html"\n' + BOX)
    write("access.log", page_views(2))
    ran = run("update")  # this one is a bug, and said to be one
    assert ran.code == 1
    assert "box.html: ZeroDivisionError: of a box" in ran.err
    assert all_time() == 2


def test_what_is_wrong_with_several_is_all_said() -> None:
    settings(TWO_SITES.replace("a.txt", "no/a.txt").replace("b.txt", "no/b.txt"))
    for minute, folder in enumerate("ab"):
        write(f"{folder}/access.log", page_views(2, minute))
    ran = update()
    assert ran.code == 1
    assert [line.partition(": can't")[0] for line in ran.err.splitlines()] == [
        "logstats: no/a.txt",
        "logstats: no/b.txt",
    ]


@pytest.mark.parametrize("text", ["logs", "counter"])
def test_a_store_that_is_spoilt_ends_it(text: str) -> None:
    settings(TWO_SITES)
    for folder in "ab":
        write(f"{folder}/access.log", page_views(2))
    Path("store.duckdb").write_text(text)
    ran = update()
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    assert "store.duckdb: is not a store, or is damaged" in ran.err
    assert not Path("a.txt").exists()


@pytest.mark.parametrize("work", ["ingest", "update"])
def test_a_second_run_leaves_at_once(work: str) -> None:
    settings(TOML + LOGS + BOX)
    write("access.log", page_views(2))
    with locks.ingest_lock(Path("store.duckdb"), work) as is_ours:
        assert is_ours
        assert update() == QUIET
        assert update("-v") == Ran(0, b"", "another run is using this store and reads the new lines\n")
    assert not Path("box.txt").exists()
    assert update() == QUIET
    assert Path("box.txt").exists()


# --- All time never goes down ----------------------------------------------------------------------


def test_a_figure_that_would_go_down_leaves_the_old_file_until_it_is_allowed() -> None:
    settings(TOML + LOGS + "baseline = 1000\n" + BOX + '[[site.counter]]\nfile = "box.json"\n')
    write("access.log", page_views(2))
    assert update() == QUIET
    settings(TOML + LOGS + "baseline = 900\n" + BOX + '[[site.counter]]\nfile = "box.json"\n')
    message = (
        "logstats: {}: the all-time count would drop from 1,002 to 902, so the file was not changed. "
        "If 902 is right, run once with --allow-decrease.\n"
    )
    for _ in range(2):
        assert update() == Ran(1, b"", message.format("box.txt") + message.format("box.json"))
        assert all_time() == 1002
    assert run("update", "--allow-decrease") == QUIET
    assert all_time() == 902
    assert update() == QUIET


def test_an_empty_store_does_not_undo_what_is_published() -> None:
    """As when cron runs with another store than the one before."""
    settings(TOML + LOGS + BOX)
    write("access.log", page_views(5))
    assert update() == QUIET
    write("access.log", page_views(2))
    ran = run("--db", "other.duckdb", "update")
    assert ran.code == 1
    assert "from 5 to 2" in ran.err
    assert all_time() == 5


# --- Cron ------------------------------------------------------------------------------------------


def bare(*arguments: str, folder: str = "/", umask: int = -1) -> Ran:
    """Run the program in another folder, with no variable set that it could lean on."""
    env = {"PYTHONPATH": str(Path(statements.__file__).parents[2])}
    ran = subprocess.run(
        [sys.executable, "-m", "logstats", *arguments],
        cwd=folder,
        env=env,
        umask=umask,
        capture_output=True,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr.decode())


def test_cron_needs_no_variable_and_no_folder() -> None:
    settings(TOML + 'logs = ["nhật ký/*"]\n' + '[[site.counter]]\nfile = "www/hộp.txt"\n')
    write("nhật ký/access.log", page_views(2))
    Path("www").mkdir()
    here = Path.cwd()
    assert bare("--config", str(here / "logstats.toml"), "update") == QUIET
    assert Path("www/hộp.txt").read_text(encoding="utf-8").startswith("Thống kê truy cập\n• Đang online: 2\n")
    relative = os.path.relpath(here / "logstats.toml", "/usr")
    assert bare("--config", relative, "-v", "update", folder="/usr") == Ran(0, b"", "nothing new\n")
    assert sources("lines") == [[2]]


def test_umask_says_who_may_read_what_is_made() -> None:
    settings(TOML + LOGS + BOX)
    write("access.log", page_views(2))
    assert bare("update", folder=str(Path.cwd()), umask=0o077) == QUIET
    assert {path.name: path.stat().st_mode & 0o777 for path in (Path("store.duckdb"), Path("box.txt"))} == {
        "store.duckdb": 0o600,
        "box.txt": 0o600,
    }


def run_at_once(count: int) -> Sequence[tuple[int, bytes]]:
    command = [sys.executable, "-m", "logstats", "update"]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, env=process_env(), stderr=pipe) for _ in range(count)]
    ended = [(one.communicate()[1], one.returncode) for one in running]
    return [(code, err) for err, code in ended]


def test_runs_at_the_same_time_read_each_line_once_and_say_nothing() -> None:
    settings(TOML + LOGS + BOX)
    write("access.log", page_views(200))
    for minute in (1, 2):
        assert run_at_once(4) == [(0, b"")] * 4
        write("access.log", Path("access.log").read_text() + page_views(100, minute))
    assert update() == QUIET
    assert sources("lines") == [[400]]
    assert all_time() == 200
