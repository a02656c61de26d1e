"""Logs of which most lines are rejected: what is printed, the exit code, and the counter files."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.surface import Ran, run

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
UNKNOWN = "2026-11-23 08:00:00 a line of another format"
SETTINGS = """
database = "store.duckdb"
at = "2026-11-23T08:06"
[[site]]
name = "portal.example"
timezone = "Asia/Ho_Chi_Minh"
logs = ["logs/access.log*"]
[[site.counter]]
file = "box.json"
format = "json"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal without logs yet, in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("logs").mkdir()
    Path("logstats.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def hits(first: int, count: int) -> str:
    """Return lines of one visitor each."""
    return "".join(
        f"203.0.113.{number % 250} - - [23/Nov/2026:08:{number // 60 % 60:02}:{number % 60:02} +0700] "
        f'"GET /a{number} HTTP/1.1" 200 100 "-" "{AGENT}"\n'
        for number in range(first, first + count)
    )


def junk(count: int) -> str:
    """Return lines of an unknown format, each different."""
    return "".join(f"{UNKNOWN} {number}\n" for number in range(count))


def append(lines: str, name: str = "access.log") -> None:
    with Path("logs", name).open("a", encoding="utf-8") as log:
        log.write(lines)


def update(*options: str) -> Ran:
    return run(*options, "update")


def all_time() -> int:
    (row,) = json.loads(Path("box.json").read_text(encoding="utf-8"))
    return int(row["all_time"])


def records(*command: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run(*command, "-f", "json").out)
    return rows


class Batch(NamedTuple):
    """New lines of a run: `known` hits and `unknown` lines, and whether the log is refused after them."""

    known: int
    unknown: int
    is_refused: bool


HISTORIES = {
    "a changed format": [Batch(100, 0, False), Batch(0, 300, True)],
    "changed back": [Batch(100, 0, False), Batch(0, 300, True), Batch(100, 0, False)],
    "half of twenty": [Batch(100, 0, False), Batch(10, 10, True)],
    "less than half of twenty": [Batch(100, 0, False), Batch(11, 9, False)],
    "nineteen are too few": [Batch(100, 0, False), Batch(0, 19, False)],
    "few lines a run": [Batch(100, 0, False), Batch(0, 7, False), Batch(0, 7, False), Batch(0, 7, True)],
    "from the start": [Batch(30, 60, True)],
    "a third is still refused": [Batch(0, 0, False), Batch(20, 40, True), Batch(40, 20, True)],
    "a fifth is not": [Batch(0, 0, False), Batch(20, 40, True), Batch(80, 20, False)],
    "nothing new": [Batch(100, 0, False), Batch(0, 300, True), Batch(0, 0, True)],
    "one more": [Batch(100, 0, False), Batch(0, 300, True), Batch(1, 0, True)],
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_a_log_is_refused_while_most_of_its_new_lines_are_rejected(history: list[Batch]) -> None:
    shown, known, was_refused = 0, 0, False
    for batch in history:
        if not (batch.known or batch.unknown or known):
            continue
        append(hits(known, batch.known) + junk(batch.unknown))
        known += batch.known
        ran = update()
        assert ran.code == (3 if batch.is_refused else 0), ran.err
        if batch.is_refused:
            assert ("new lines were rejected" in ran.err) == (not was_refused), "it is reported once"
            assert (ran.err == "") == was_refused
            assert not Path("box.json").exists() or all_time() == shown
        else:
            shown = known
            assert all_time() == known
            assert ran.err == ""
        (source,) = records("sources")
        assert (source["state"] == "refused") == batch.is_refused
        assert records("counters")[0]["stale"] == batch.is_refused
        was_refused = batch.is_refused


def test_the_message_names_the_counts_the_line_the_mark_and_what_to_do() -> None:
    append(hits(0, 40))
    update()
    append(junk(25))
    lines = update().err.splitlines()
    assert "counter files left unchanged" in lines[0]
    assert "25 of 25 new lines were rejected (does not fit the format: 25), and line 65 stops" in lines[1]
    assert lines[2].endswith(f"{UNKNOWN} 24")
    assert lines[3].index("^") >= lines[2].index(UNKNOWN)
    assert "`logstats undo 2`" in lines[4]
    assert "--log-format" in lines[4]
    (newest,) = records("rejects")
    assert (newest["lines"], newest["text"]) == (25, f"{UNKNOWN} 24")


def test_the_rejected_lines_are_read_again_with_their_format() -> None:
    append(hits(0, 40))
    update()
    rows = "".join(
        f"203.0.113.9|23/Nov/2026:08:30:00 +0700|GET /b{number} HTTP/1.1|200\n" for number in range(30)
    )
    append(rows)
    assert update().code == 3
    assert records("counters")[0]["stale"]
    assert run("undo", "2").code == 0
    assert not records("counters")[0]["stale"]
    ran = run(
        "ingest", "--site", "portal.example", "--log-format", "%h|%{%d/%b/%Y:%H:%M:%S %z}t|%r|%>s", "logs"
    )
    assert (ran.code, "30 lines, 30 hits, 0 rejects" in ran.err) == (0, True), ran.err
    assert records("sources")[0]["state"] == "read"


def test_a_later_log_that_is_read_ends_the_refusal_of_the_earlier_one() -> None:
    append(hits(0, 40) + junk(60))
    assert update().code == 3
    Path("logs/access.log").rename("logs/access.log.1")
    append(hits(40, 40))
    assert update().code == 0
    assert all_time() == 80
    assert update().code == 0


def test_an_unknown_format_is_reported_once() -> None:
    append(hits(0, 40))
    update()
    append(junk(40), "access.log.other")
    assert ["unknown log format" in update().err for _ in range(3)] == [True, False, False]
    ran = update()
    assert (ran.code, ran.err) == (0, ""), "it never was a log, so the counter files do not wait for it"
    assert "unknown log format" in update("-v").err
    assert {row["path"].rpartition("/")[2]: row["state"] for row in records("sources")} == {
        "access.log": "read",
        "access.log.other": "refused",
    }
    Path("logs/access.log.other").unlink()
    assert update().code == 0
    assert len(records("sources")) == 1


def test_a_log_without_any_hit_is_refused_when_it_is_named_however_short() -> None:
    line = '203.0.113.9 - - [31/Feb/2026:08:00:00 +0700] "GET /a HTTP/1.1" 200 100 "-" "-"\n'
    Path("short.log").write_text(line * 3, encoding="utf-8")
    ran = run("ingest", "--site", "portal.example", "short.log")
    assert (ran.code, "3 of 3 new lines were rejected (no such time: 3)" in ran.err) == (3, True), ran.err
    assert records("sources")[0]["state"] == "refused"


def test_lines_that_were_read_before_are_understood() -> None:
    append(hits(0, 100))
    update()
    Path("part.log").write_text(hits(20, 80) + junk(1), encoding="utf-8")
    ran = run("ingest", "--site", "portal.example", "part.log")
    assert (ran.code, "80 lines read before" in ran.err) == (0, True), ran.err
    assert [row["state"] for row in records("sources")] == ["read", "read"]


def test_blank_lines_are_no_fault() -> None:
    append(hits(0, 20).replace("\n", "\n\n"))
    ran = update()
    assert (ran.code, ran.err) == (0, "")
    assert records("sources")[0]["state"] == "read"


def test_what_was_left_out_is_listed_for_each_log_with_v() -> None:
    append(hits(0, 40) + "\n" + junk(2))
    command = ("ingest", "--site", "portal.example", "logs")
    assert "left out" not in run("--db", "a.duckdb", *command).err
    ran = run("-v", "--db", "b.duckdb", *command)
    assert (
        "logs/access.log: left out 2 lines (does not fit the format; the last one is line 43), "
        "1 line (blank line; the last one is line 41)\n"
    ) in ran.err
