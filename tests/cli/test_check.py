"""`check` and `update --dry-run`: what would go wrong and what would be done; nothing is written."""

import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from support.surface import Ran, run, unprivileged

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SETTINGS = """
database = "store.duckdb"
at = "2026-11-23T08:06"
[[site]]
name = "portal.example"
timezone = "Asia/Ho_Chi_Minh"
logs = ["logs"]
[[site.counter]]
file = "www/box.json"
[[site.counter]]
into = "www/index.html"
"""
PAGE = '<p>Hôm nay: <b data-logstats="today">0 lượt</b></p>\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal with a log and a page, in the current folder; nothing is read yet."""
    monkeypatch.chdir(tmp_path)
    Path("logs").mkdir()
    Path("www").mkdir()
    Path("www/index.html").write_text(PAGE, encoding="utf-8")
    configure(SETTINGS)
    append(0, 3)
    return tmp_path


def configure(text: str) -> None:
    Path("logstats.toml").write_text(text, encoding="utf-8")


def append(first: int, count: int, name: str = "access.log", agent: str = AGENT) -> None:
    with Path("logs", name).open("a", encoding="utf-8") as log:
        for number in range(first, first + count):
            log.write(
                f"203.0.113.{number % 250} - - [23/Nov/2026:08:{number // 60 % 6:02}:{number % 60:02} +0700] "
                f'"GET /a{number} HTTP/1.1" 200 100 "-" "{agent}"\n'
            )


def tree() -> dict[str, tuple[int, int, int]]:
    """Return the mode, size and time of each file and folder."""
    found = [Path(), *sorted(Path().rglob("*"))]
    return {str(path): ((it := path.lstat()).st_mode, it.st_size, it.st_mtime_ns) for path in found}


def check() -> tuple[Ran, list[dict[str, Any]]]:
    """Check, and require that nothing was written and that the exit code fits the rows."""
    before = tree()
    ran = run("check", "-f", "json")
    assert tree() == before
    rows: list[dict[str, Any]] = json.loads(ran.out)
    problems = [row for row in rows if row["state"] == "problem"]
    assert ran.code == (1 if problems else 0)
    assert ran.err.count("\n") == len(problems)
    return ran, rows


def row_of(rows: list[dict[str, Any]], what: str, name: str = "") -> dict[str, Any]:
    (row,) = [row for row in rows if row["what"] == what and row["name"].endswith(name)]
    return row


def test_all_is_well_before_the_first_update() -> None:
    append(3, 2, agent="curl/8.5.0")
    ran, rows = check()
    assert (ran.code, ran.err) == (0, "")
    assert {row["what"] for row in rows} == {
        "settings", "log", "counter file", "store", "disk", "last update", "program",
    }  # fmt: skip
    found = "combined, for portal.example: of 5 lines 5 hits, 2 of them by bots, and 0 rejects"
    assert row_of(rows, "log", "access.log")["found"] == found
    assert row_of(rows, "counter file", "index.html")["found"] == "markers found; it is there"
    assert row_of(rows, "store")["found"].startswith("there is none yet")
    assert {row["name"] for row in rows if row["what"] == "program"} >= {"python", "duckdb", "click"}


def test_all_is_well_after_an_update() -> None:
    assert run("update").code == 0
    ran, rows = check()
    assert (ran.code, ran.err) == (0, "")
    assert "sites: portal.example" in row_of(rows, "store")["found"]
    assert row_of(rows, "last update")["found"].endswith("exit code 0")


COUNTS = [
    # hits, rejects, and how they are counted
    (1, 0, "of 1 line 1 hit, 0 of them by bots, and 0 rejects"),
    (2, 1, "of 3 lines 2 hits, 0 of them by bots, and 1 reject"),
    (4, 2, "of 6 lines 4 hits, 0 of them by bots, and 2 rejects"),
]


@pytest.mark.parametrize(("hits", "rejects", "words"), COUNTS)
def test_a_count_of_one_is_in_the_singular(hits: int, rejects: int, words: str) -> None:
    Path("logs/access.log").unlink()
    append(0, hits)
    with Path("logs/access.log").open("a") as log:
        log.write("no line\n" * rejects)
    assert row_of(check()[1], "log", "access.log")["found"].endswith(words)


@pytest.mark.parametrize("name", ["a" * 251 + ".log", "\U0001f4f0" * 62 + ".log"])
def test_a_log_may_have_the_longest_name(name: str) -> None:
    append(100, 2, name)
    assert " 2 hits" in row_of(check()[1], "log", name)["found"]
    ran = run("update", "--dry-run", "-f", "json")
    assert (ran.code, ran.err) == (0, "")
    assert [row["hits"] for row in json.loads(ran.out) if row["path"].endswith(name)] == [2]


def test_of_a_long_log_the_last_lines_are_read() -> None:
    append(0, 1200)
    Path("logs/access.log").write_text("no line\n" * 500 + Path("logs/access.log").read_text())
    _, rows = check()
    assert "of 1,000 lines 1,000 hits" in row_of(rows, "log", "access.log")["found"]


PROBLEMS = [
    # what is made wrong (a line of Python), the row, its state, words of it
    (
        "configure(SETTINGS.replace('name =', 'nmae ='))",
        "settings",
        "problem",
        ["line 5", "did you mean name?"],
    ),
    ("configure('at = [')", "settings", "problem", ["is not valid TOML"]),
    (
        "configure(SETTINGS + '[bots]\\nadd = [\"a(?=b)\"]')",
        "settings",
        "problem",
        ["line 13: bots.add", "RE2"],
    ),
    (
        "configure(SETTINGS.replace('logs =', 'format = \"combind\"\\nlogs ='))",
        "settings",
        "problem",
        ["'combined'?"],
    ),
    (
        "configure(SETTINGS.replace('Asia/Ho_Chi_Minh', 'Asia/Hanoi'))",
        "settings",
        "problem",
        ["Asia/Ho_Chi_Minh"],
    ),
    ("configure('[[site]]\\nname = \"a\"')", "settings", "problem", ["it lists no logs"]),
    (
        "configure(SETTINGS.replace('logs =', 'internal = []\\nlogs ='))",
        "settings",
        "warning",
        ["127.0.0.0/8"],
    ),
    (
        'configure(SETTINGS.replace(\'["logs"]\', \'["logs", "nowhere.log"]\'))',
        "log",
        "problem",
        ["no such log"],
    ),
    (
        "os.mkfifo('f'); configure(SETTINGS.replace('[\"logs\"]', '[\"logs\", \"f\"]'))",
        "log",
        "problem",
        ["FIFO"],
    ),
    ("Path('logs/README').write_text('no log\\n')", "log", "warning", ["a stray file", "unknown log format"]),
    ("Path('logs/access.log.1').write_text('no log\\n')", "log", "problem", ["unknown log format"]),
    ("Path('logs/access.log').write_text('no log\\n')", "log", "problem", ["unknown log format"]),
    (
        "Path('logs/access.log').open('a').write('no line\\n' * 9)",
        "log",
        "problem",
        ["9 rejects", "most lines"],
    ),
    ("Path('logs/core').write_bytes(bytes(range(256)))", "log", "warning", ["binary"]),
    ("shutil.copy('logs/access.log', 'logs/b.log')", "log", "ok", ["has the lines of"]),
    ("Path('logs/e.log').touch()", "log", "ok", ["it is empty"]),
    ("shutil.rmtree('www')", "counter file", "problem", ["there is no folder"]),
    ("Path('www/index.html').write_text('<b>5</b>')", "counter file", "problem", ["no element is marked"]),
    (
        "Path('www/index.html').write_text(PAGE.replace('0', '5 of 6'))",
        "counter file",
        "problem",
        ["line 1: the"],
    ),
    ("Path('www/box.json').symlink_to('index.html')", "counter file", "problem", ["is a symbolic link"]),
    ("Path('www/box.json').mkdir()", "counter file", "problem", ["is not a regular file"]),
    ("Path('store.duckdb').write_text('no store')", "store", "problem", ["is not a store, or is damaged"]),
    ("Path('store.duckdb').touch()", "store", "problem", ["is an empty file"]),
]


@pytest.mark.parametrize(("change", "what", "state", "words"), PROBLEMS, ids=[row[0] for row in PROBLEMS])
def test_what_is_wrong_is_found(change: str, what: str, state: str, words: list[str]) -> None:
    exec(change, globals())
    _, rows = check()
    found = [row["found"] for row in rows if row["what"] == what and row["state"] == state]
    assert [text for text in found if all(word in text for word in words)], rows


def test_a_run_that_holds_a_lock_is_named() -> None:
    assert run("update").code == 0
    with Path("store.duckdb.update").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        row = row_of(check()[1], "lock")
    assert (row["name"], row["state"]) == ("update", "warning")
    assert row["found"].startswith("held by ")


@pytest.mark.parametrize("is_updated", [False, True])
@pytest.mark.parametrize("command", ["check", "status", "update --dry-run"])
def test_it_works_in_folders_that_can_not_be_written(is_updated: bool, command: str) -> None:
    if is_updated:
        assert run("update").code == 0
        for kind in ("gate", "lock", "ingest"):  # as in a copy of the folder
            Path(f"store.duckdb.{kind}").unlink()
    append(3, 1)
    for path in (Path("logs"), Path("www"), Path()):
        path.chmod(0o555)
    before = tree()
    ran = unprivileged(*command.split())
    assert tree() == before
    for path in (Path(), Path("logs"), Path("www")):
        path.chmod(0o755)
    assert "Traceback" not in ran.err
    if command == "check":
        assert ran.code == 1
        assert "may not write to" in ran.err
    elif command != "status":
        assert (ran.code, "access.log" in ran.out) == (0, True), ran.err


# --- update --dry-run


def dry_run(*options: str) -> list[dict[str, Any]]:
    before = tree()
    ran = run("update", "--dry-run", "-f", "json", *options)
    assert (ran.code, ran.err) == (0, "")
    assert tree() == before
    rows: list[dict[str, Any]] = json.loads(ran.out)
    return rows


def test_a_dry_run_lists_what_the_update_then_does() -> None:
    first = dry_run()
    assert [(row["what"], Path(row["path"]).name, row["lines"], row["hits"]) for row in first] == [
        ("read", "access.log", 3, 3),
        ("write", "box.json", None, None),
        ("write", "index.html", None, None),
    ]
    assert run("update").code == 0
    assert dry_run() == []
    append(3, 2)
    size = Path("logs/access.log").stat().st_size
    with Path("logs/access.log").open("a") as log:
        log.write("no line\n")
    read, box, page = dry_run()
    assert (read["lines"], read["hits"], read["rejects"]) == (3, 2, 1)
    assert read["bytes"] == 8 + size * 2 // 5
    assert (page["before"], page["after"]) == (PAGE.strip().replace("0", "3"), PAGE.strip().replace("0", "5"))
    assert (json.loads(box["before"])[0]["today"], json.loads(box["after"])[0]["today"]) == (3, 5)
    assert run("update").code == 0
    assert Path("www/index.html").read_text() == page["after"] + "\n"


def test_a_dry_run_says_what_the_update_would_refuse() -> None:
    assert run("update").code == 0
    Path("logs/README").write_text("no log\n")
    Path("www/box.json").write_text('[{"site": "portal.example", "all_time": 900}]')
    before = tree()
    ran = run("update", "--dry-run")
    assert ran.code == 1
    assert "unknown log format" in ran.err
    assert "the all-time count would drop from 900 to 3" in ran.err
    assert tree() == before
    assert [row["path"] for row in dry_run_rows()] == []


def dry_run_rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run("update", "--dry-run", "-f", "json").out)
    return rows


def test_a_dry_run_needs_room_for_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("update").code == 0
    usage = shutil.disk_usage(".")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=1000))
    ran = run("update", "--dry-run")
    assert (ran.code, "set TMPDIR to a folder with more room" in ran.err) == (4, True)


assert os  # of the table's lines
