"""Case 32: an unexpected exception while one log is read is that log's error, and no other's.

The exceptions are raised at places that every log passes, for the log that has a marked line.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest
from support.lines import STORES, Line, chunks_of, contents, numbered
from support.surface import Ran, run

from logstats.errors import StoreError
from logstats.ingest import commit, parse, parse_plan
from logstats.sources import files, pending, scan
from logstats.store import Session, invariants

LINES = 40  # of each log
AT = 25  # the marked line of the log that has one, from 1
MARK = "/marked"
MARKED = replace(Line(), request=f"GET {MARK} HTTP/1.1").combined()
CONFIG = """
[[site]]
name = "a.example"
timezone = "UTC"
logs = ["a/*.log"]
[[site.counter]]
file = "a.txt"

[[site]]
name = "b.example"
timezone = "UTC"
logs = ["b/*.log"]
[[site.counter]]
file = "b.txt"
"""
OLD = "an old counter file"

EXCEPTIONS = (
    TypeError("'<' not supported between instances of 'datetime.date' and 'str'"),
    RecursionError("maximum recursion depth exceeded"),
    OverflowError("date value out of range"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    MemoryError(),
    AssertionError(),
    duckdb.InternalException("INTERNAL Error: Attempted to access index 3 within vector of size 3"),
    OSError(5, "Input/output error"),
)
FAULT = EXCEPTIONS[0]

Patched = Callable[[BaseException], Any]


def _raising(module: Any, name: str, is_one: Callable[..., bool]) -> Patched:
    """Return a patch of a function, which then raises an exception where `is_one` of its arguments."""
    real = getattr(module, name)

    def patched(error: BaseException) -> Any:
        def function(*args: Any, **kwargs: Any) -> Any:
            if is_one(*args, **kwargs):
                raise error
            return real(*args, **kwargs)

        return patch.object(module, name, function)

    return patched


def _is_marked(path: str) -> bool:
    return MARK.encode() in Path(path).read_bytes()


def _has_marked(session: Session) -> bool:
    """Whether the chunk in a session has the marked line."""
    sql = "SELECT count(*) FROM chunk_line WHERE contains(request, $mark)"
    return bool(session.execute(sql, {"mark": MARK}).value())


BEFORE: dict[str, Patched] = {
    # where an exception is raised before a line is parsed
    "it is opened": _raising(files, "open_log", lambda path, *_, **__: _is_marked(path)),
    "it is compared": _raising(pending.PendingLogs, "compare", lambda _, log: _is_marked(log.path)),
    "it is read": _raising(scan, "LogReader", lambda log, *_, **__: _is_marked(log.path)),
    "its format is detected": _raising(parse_plan, "of_log", lambda log, *_: _is_marked(log.path)),
}
OF_LINES: dict[str, Patched] = {
    # where an exception is raised because of a line
    "its lines are parsed": _raising(parse, "type_chunk", lambda _, __, chunk, *___: _is_marked(chunk.path)),
    "its hits are inserted": _raising(commit, "insert_hits", lambda session, *_: _has_marked(session)),
    "its figures are checked": _raising(invariants, "changes", _has_marked),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two sites: a has three logs, of which the second has a marked line, b has one."""
    for number, name in enumerate(("a/1", "a/2", "a/3", "b/1")):
        lines = numbered(LINES, first=LINES * number)
        if name == "a/2":
            lines[AT - 1] = MARKED
        log = tmp_path / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        log.write_bytes(b"".join(lines))
    (tmp_path / "logstats.toml").write_text(CONFIG)
    (tmp_path / "a.txt").write_text(OLD)
    return tmp_path


def update(folder: Path) -> Ran:
    STORES.add(folder / "s.duckdb")
    return run("--db", folder / "s.duckdb", "--config", folder / "logstats.toml", "update")


def assert_only_one_failed(folder: Path, ran: Ran, hits: int = 3 * LINES) -> None:
    """All other logs were read, and the counter file of the log's site was kept."""
    assert (ran.code, ran.out) == (1, ""), ran
    assert str(folder / "a" / "2.log") in ran.err
    assert "Traceback" not in ran.err
    assert len(contents(folder / "s.duckdb", "hits")["hits"]) == hits
    assert (folder / "a.txt").read_text() == OLD
    assert (folder / "b.txt").is_file()
    assert "counter files left unchanged because a log could not be read" in ran.err


def assert_is_whole(folder: Path) -> None:
    """The next run, without the fault, reads what is left."""
    assert update(folder).code == 0
    assert len(contents(folder / "s.duckdb", "hits")["hits"]) == 4 * LINES
    assert (folder / "a.txt").read_text() != OLD


@pytest.mark.parametrize("where", BEFORE)
def test_case_32_an_exception_before_a_line_is_parsed(folder: Path, where: str) -> None:
    with BEFORE[where](FAULT):
        ran = update(folder)
    assert_only_one_failed(folder, ran)
    assert f"2.log: TypeError: {FAULT}; this is a bug in logstats" in ran.err
    assert_is_whole(folder)


@pytest.mark.parametrize("error", EXCEPTIONS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", OF_LINES)
def test_case_32_an_exception_because_of_a_line_names_it(folder: Path, where: str, error: Exception) -> None:
    with OF_LINES[where](error):
        ran = update(folder)
    assert_only_one_failed(folder, ran)
    assert f"2.log: line {AT}: " in ran.err
    assert_is_whole(folder)


@pytest.mark.parametrize("where", OF_LINES)
def test_case_32_in_a_later_run_and_chunk_the_line_is_counted_from_the_beginning(
    folder: Path, where: str
) -> None:
    log = folder / "a" / "2.log"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:10]))
    assert update(folder).code == 0
    (folder / "a.txt").write_text(OLD)
    log.write_bytes(b"".join(lines))
    with OF_LINES[where](FAULT), chunks_of(800):  # some six lines
        ran = update(folder)
    hits = len(contents(folder / "s.duckdb", "hits")["hits"])
    assert 3 * LINES + 10 < hits < 3 * LINES + AT
    assert_only_one_failed(folder, ran, hits)
    assert f"2.log: line {AT}: " in ran.err
    assert_is_whole(folder)


def test_case_32_where_no_line_alone_is_at_fault_the_message_names_those_that_were_read(folder: Path) -> None:
    of_many = _raising(
        parse, "type_chunk", lambda _, __, chunk, *___: chunk.lines > 3 and _is_marked(chunk.path)
    )
    with of_many(FAULT):
        ran = update(folder)
    assert_only_one_failed(folder, ran)
    assert f"2.log: TypeError in lines 1 to {LINES}: " in ran.err


def test_case_32_the_traceback_is_shown_to_who_wants_it(folder: Path) -> None:
    with OF_LINES["its lines are parsed"](FAULT):
        ran = run(
            *("--db", folder / "s.duckdb", "--config", folder / "logstats.toml", "update"),
            env={"LOGSTATS_TRACEBACK": "1"},
        )
    assert "Traceback (most recent call last)" in ran.err
    assert "in type_chunk" in ran.err or "in parse_chunk" in ran.err
    assert ran.code == 1
    assert (folder / "b.txt").is_file()


@pytest.mark.parametrize("where", [*BEFORE, *OF_LINES])
def test_case_32_ingest_goes_on_with_the_other_logs(folder: Path, where: str) -> None:
    logs = sorted((folder / "a").iterdir())
    command = ("--db", folder / "s.duckdb", "ingest", "--site", "a.example", "--timezone", "UTC")
    STORES.add(folder / "s.duckdb")
    with ({**BEFORE, **OF_LINES}[where])(FAULT):
        ran = run(*command, *logs)
    assert (ran.code, ran.out) == (1, "")
    assert f"{logs[1]}: " in ran.err
    assert len(contents(folder / "s.duckdb", "hits")["hits"]) == 2 * LINES
    assert run(*command, *logs).code == 0
    assert len(contents(folder / "s.duckdb", "hits")["hits"]) == 3 * LINES


@pytest.mark.parametrize("where", ["its hits are inserted", "its figures are checked"])
def test_case_32_an_error_of_the_store_stays_one(folder: Path, where: str) -> None:
    with OF_LINES[where](StoreError("the disk is full", path=folder / "s.duckdb")):
        ran = update(folder)
    assert (ran.code, ran.out) == (4, "")
    assert "the disk is full" in ran.err
    assert not (folder / "b.txt").exists()
    assert_is_whole(folder)


def test_case_32_after_a_fault_of_duckdb_the_other_logs_are_read_in_a_new_session(folder: Path) -> None:
    def closes(session: Session, *_: Any) -> bool:
        if is_fatal := _has_marked(session):
            session.close()  # as after DuckDB's own fatal errors, no statement can be run any more
        return is_fatal

    fatal = _raising(commit, "insert_hits", lambda session, *_: closes(session))
    with fatal(duckdb.FatalException("FATAL Error: database has been invalidated")):
        ran = update(folder)
    assert_only_one_failed(folder, ran)
    assert f"2.log: FatalException in lines 1 to {LINES}: " in ran.err
    assert_is_whole(folder)
