"""Files among the logs that can't be read: reported once, daily, and when it is over; a stray stops none."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from support.surface import Ran, run, unprivileged

from logstats.ingest import commit
from logstats.update.strays import family

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SETTINGS = """
database = "store.duckdb"
at = "2026-11-23T08:06"
[[site]]
name = "portal.example"
timezone = "Asia/Ho_Chi_Minh"
logs = ["logs"]
[[site.counter]]
file = "box.json"
"""
STRAYS = {
    # a file in the folder of logs: its content, and words of the report
    "README": (b"This folder has the logs\nof the portal.\n", "unknown log format"),
    "core": (bytes(range(256)) * 30, "binary"),
    "error.log": (
        b"[Sat Nov 21 10:00:00.1 2026] [core:error] [pid 1] AH00126: Invalid URI\n" * 3,
        "error log",
    ),
    "mail.log": (b"Nov 21 10:00:00 mx postfix/smtpd[1]: connect from x\n" * 3, "mail log"),
    "app.log": (b"2026-11-23 08:00:00 a line of another format\n" * 30, "unknown log format"),
    "old.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(100), "7z archive"),
    "x.sqlite": (b"SQLite format 3\0\x10\0\n" + bytes(8000) + b"\n", "x.sqlite"),
    "access.log.swp": (b"b0VIM 8.2\0\0\n" + bytes(4000) + b"\n", "access.log.swp"),
    "page.html": (b"<html>\n<p>no log</p>\n</html>\n", "XML or HTML"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal whose log was read, in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("logs").mkdir()
    configure(SETTINGS)
    append(0, 3)
    return tmp_path


def configure(text: str) -> None:
    Path("logstats.toml").write_text(text, encoding="utf-8")


def append(first: int, count: int, name: str = "access.log") -> None:
    """Append lines of one visitor each."""
    with Path("logs", name).open("a", encoding="utf-8") as log:
        for number in range(first, first + count):
            log.write(
                f"203.0.113.{number} - - [23/Nov/2026:08:00:{number:02} +0700] "
                f'"GET /a{number} HTTP/1.1" 200 100 "-" "{AGENT}"\n'
            )


def update(*options: str) -> Ran:
    return run(*options, "update")


def all_time() -> int:
    (row,) = json.loads(Path("box.json").read_text(encoding="utf-8"))
    return int(row["all_time"])


def states() -> dict[str, str]:
    rows = json.loads(run("sources", "-f", "json").out)
    return {row["path"].rpartition("/")[2]: row["state"] for row in rows}


def a_day_later() -> None:
    with duckdb.connect("store.duckdb") as store:
        store.execute("UPDATE seen SET seen_at = seen_at - INTERVAL 25 HOUR")


@pytest.mark.parametrize("name", STRAYS)
def test_a_stray_file_is_reported_once_and_stops_nothing(name: str) -> None:
    content, words = STRAYS[name]
    assert update() == Ran(0, b"", "")
    Path("logs", name).write_bytes(content)
    append(3, 1)
    ran = update()
    assert (ran.code, ran.out, all_time()) == (3, "", 4), "it is reported, and the counter goes on"
    assert words in ran.err
    assert "was never read as a log" in ran.err
    append(4, 1)
    assert (update(), all_time()) == (Ran(0, b"", ""), 5)
    assert name in update("-v").err
    assert states()[name] in ("refused", "unreadable")
    a_day_later()
    ran = update()
    assert (ran.code, words in ran.err) == (3, True), "once a day"
    assert update() == Ran(0, b"", "")
    Path("logs", name).unlink()
    ran = update()
    assert (ran.code, ran.err.count("\n"), f"{name}: is gone" in ran.err) == (0, 1, True), ran.err
    assert update() == Ran(0, b"", "")
    assert states() == {"access.log": "read"}


def test_what_is_no_file_is_not_read() -> None:
    """Loops of links, folders and hidden files among the logs."""
    for name, target in {"one": "two", "two": "one", "self": ".", "lost": "/nowhere/x"}.items():
        Path("logs", name).symlink_to(target)
    Path("logs", "old").mkdir()
    Path("logs", ".access.log.swp").write_bytes(b"b0VIM")
    assert (update(), all_time()) == (Ran(0, b"", ""), 3)


def test_a_stray_that_turns_out_to_be_a_log_is_read() -> None:
    assert update().code == 0
    Path("logs", "other.log").write_text("no log\n")
    assert [update().code for _ in range(2)] == [3, 0]
    Path("logs", "other.log").unlink()
    append(3, 2, "other.log")
    ran = update()
    assert (ran.code, all_time(), "other.log: can be read now" in ran.err) == (0, 5, True)


NO_STRAYS = [
    # the names in logstats.toml, and a file that can't be parsed, which is a log all the same
    ('["logs", "logs/second.log"]', "second.log"),  # it is named
    ('["logs"]', "access.log.2"),  # it may be a state of the log
    ('["logs"]', "access-20261123.log"),  # so may this one, after access-20261122.log
]


@pytest.mark.parametrize(("names", "file"), NO_STRAYS)
def test_a_file_that_may_be_a_log_keeps_the_counter_files(names: str, file: str) -> None:
    configure(SETTINGS.replace('["logs"]', names))
    append(40, 1, "access-20261122.log")
    Path("logs", "second.log").touch()
    assert update().code == 0
    Path("logs", file).write_text("no line of an access log\n" * 30)
    append(5, 1)
    ran = update()
    assert (ran.code, "counter files left unchanged" in ran.err, all_time()) == (3, True, 4)
    assert (update(), all_time()) == (Ran(3, b"", ""), 4), "it says so once, its exit code in each run"


def test_where_no_log_was_ever_read_none_is_a_stray() -> None:
    Path("logs", "access.log").write_text("no line of an access log\n" * 30)
    assert update().code == 3
    assert update() == Ran(3, b"", "")


def test_an_unreadable_log_is_reported_once_and_keeps_the_counter_files() -> None:
    log = Path("logs", "access.log")
    assert unprivileged("update") == Ran(0, b"", "")
    append(3, 1)
    log.chmod(0)
    ran = unprivileged("update")
    assert (ran.code, all_time()) == (1, 3)
    assert "access.log: can't be read: Permission denied; " in ran.err
    assert "counter files left unchanged" in ran.err
    assert (unprivileged("update"), all_time()) == (Ran(1, b"", ""), 3)
    a_day_later()
    assert "Permission denied" in unprivileged("update").err
    log.chmod(0o644)
    ran = unprivileged("update")
    assert (ran.code, all_time(), "access.log: can be read now" in ran.err) == (0, 4, True)


def test_an_unreadable_file_that_never_was_a_log_is_a_stray() -> None:
    assert unprivileged("update").code == 0
    Path("logs", "private.txt").touch(0o000)
    append(3, 1)
    assert (unprivileged("update").code, all_time()) == (1, 4)
    assert unprivileged("update") == Ran(0, b"", "")


WRONG_NAMES = ["nowhere.log", "nowhere/*.log", "nowhere"]


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_a_name_without_a_log_is_reported_once(name: str) -> None:
    assert update().code == 0
    configure(SETTINGS.replace('["logs"]', f'["logs", "{name}"]'))
    ran = update()
    assert (ran.code, f"{name}: no such file, and it has never been read" in ran.err) == (1, True)
    assert update() == Ran(1, b"", "")
    a_day_later()
    assert "has never been read" in update().err
    assert update() == Ran(1, b"", "")
    configure(SETTINGS)
    assert [update() for _ in range(2)] == [Ran(0, b"", "")] * 2
    assert states() == {"access.log": "read"}


def test_a_name_that_gets_its_log_is_said_to_be_found() -> None:
    configure(SETTINGS.replace('["logs"]', '["logs", "late/*.log"]'))
    assert [update().code for _ in range(3)] == [1, 1, 1]
    Path("late").mkdir()
    shutil.copy("logs/access.log", "late/access.log")
    append(7, 1, "../late/access.log")
    ran = update()
    assert (ran.code, "late/*.log: is found now" in ran.err, all_time()) == (0, True, 4)
    assert update() == Ran(0, b"", "")


def test_a_folder_that_can_not_be_listed_is_reported_once() -> None:
    assert unprivileged("update").code == 0
    Path("logs").chmod(0)
    ran = unprivileged("update")
    assert (ran.code, "logs: can't list this folder: Permission denied" in ran.err) == (1, True)
    assert unprivileged("update") == Ran(1, b"", "")
    Path("logs").chmod(0o755)
    assert "logs: is found now" in unprivileged("update").err
    assert unprivileged("update") == Ran(0, b"", "")


def test_an_unreadable_log_in_a_folder_that_is_locked_later_is_still_there() -> None:
    Path("second").mkdir()
    shutil.copy("logs/access.log", "second/access.log")
    configure(SETTINGS.replace('["logs"]', '["logs", "second"]'))
    assert unprivileged("update").code == 0
    append(3, 1)
    Path("logs", "access.log").chmod(0)
    assert unprivileged("update").code == 1
    Path("logs").chmod(0)
    ran = unprivileged("update")
    assert (ran.code, "logs: can't list this folder" in ran.err) == (1, True)
    assert "is gone" not in ran.err
    Path("logs").chmod(0o755)
    assert states()["access.log"] in ("read", "unreadable")


WITHOUT_SITE = "its lines name no site; list it under its [[site]]: portal.example, other.example"
OTHER_SITE = "was already counted for portal.example (4 hits), not for other.example"
TWO_SITES = SETTINGS + '[[site]]\nname = "other.example"\n'
OTHER_LOG = "../other/a.log"
REFUSED = [
    # settings that have a log refused, the exit code, and what is said of the log
    (f'logs = ["other"]\n{TWO_SITES}', 2, WITHOUT_SITE),
    (TWO_SITES.replace('["logs"]', "[]") + 'logs = ["logs"]\n', 1, OTHER_SITE),
]


@pytest.mark.parametrize(("settings", "code", "words"), REFUSED, ids=["without a site", "of another site"])
def test_a_log_that_is_refused_for_its_site_is_reported_once(settings: str, code: int, words: str) -> None:
    Path("other").mkdir()
    append(9, 1, OTHER_LOG)
    append(3, 1)
    assert update().code == 0
    configure(settings)
    ran = update()
    assert (ran.code, words in ran.err) == (code, True), ran
    append(10, 1, OTHER_LOG)
    append(4, 1)
    assert update() == Ran(code, b"", "")
    a_day_later()
    assert words in update().err
    assert update() == Ran(code, b"", "")
    configure(TWO_SITES + 'logs = ["other"]\n')
    ran = update()
    assert (ran.code, ran.err.count("\n")) == (0, 1), ran
    assert ran.err.endswith("can be read now\n")
    assert update() == Ran(0, b"", "")


def test_an_exception_of_a_growing_log_is_reported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("of a test")

    assert update().code == 0
    with monkeypatch.context() as patched:
        patched.setattr(commit, "parse_chunk", fail)
        for number, is_said in ((3, True), (4, False), (5, False)):
            append(number, 1)
            ran = update()
            assert (ran.code, "ValueError in lines" in ran.err, all_time()) == (1, is_said, 3), ran
            assert is_said or ran.err == ""
        a_day_later()
        assert "ValueError" in update().err
    ran = update()
    assert (ran.code, all_time(), "access.log: can be read now" in ran.err) == (0, 6, True)


FAMILIES = [
    # names of logs of one family
    ("access.log", "access.log.1", "access.log.2.gz", "access.log-20261123", "access.log-20261123.xz"),
    ("u_ex261122.log", "u_ex261123.log", "u_ex261123.log.zst"),
    ("access-2026-11-22.log", "access-2026-11-23.log"),
    ("error.log", "error.log.1"),
    ("access.log.swp",),
    ("README",),
]


def test_the_states_of_a_log_have_names_of_one_family() -> None:
    families = [{family(f"/var/log/{name}") for name in names} for names in FAMILIES]
    assert [len(each) for each in families] == [1] * len(FAMILIES)
    assert len(set().union(*families)) == len(FAMILIES)
