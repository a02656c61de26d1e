"""Small new logs are read together, but those of which not all is certain are read alone."""

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from support.lines import START, Line, contents, numbered, read_in, require_verified

from logstats.config import Settings, Site
from logstats.errors import LogstatsError
from logstats.ingest import batch, commit
from logstats.model import IngestSummary
from logstats.store import Session
from logstats.totals import undo

HOST_LINES = [
    replace(Line(), host="b.example", at=START + timedelta(minutes=n)).vhost_combined() for n in range(25)
]
REJECT = b"not a line\n"
CASES: dict[str, tuple[dict[str, list[bytes]], list[list[str]]]] = {
    # what the logs are: their lines, and the names of those that are committed together
    "they follow each other": (
        {"1": numbered(5), "2": numbered(5, 10), "3": numbered(5, 20)},
        [["1", "2", "3"]],
    ),
    "the newest first": (
        {"1": numbered(5, 20), "2": numbered(5, 10), "3": numbered(5)},
        [["1", "2", "3"]],
    ),
    "with rejects": (
        {"1": [*numbered(5), REJECT], "2": [REJECT, *numbered(5, 10)], "3": [b"\n", b"\n", *numbered(5, 20)]},
        [["1", "2", "3"]],
    ),
    "two share a line": (
        {
            "1": numbered(5),
            "2": numbered(5, 10),
            "3": [*numbered(2, 3)[1:], *numbered(5, 20)],
            "4": numbered(5, 30),
        },
        [["2"], ["4"]],
    ),
    "most lines of one are rejects": (
        {"1": numbered(5), "2": [*numbered(2, 10), REJECT, REJECT, REJECT], "3": numbered(5, 20)},
        [["1"], ["3"]],
    ),
    "one has header lines": (
        {"1": numbered(5), "2": [*numbered(5, 10), b"#Date: 2026-11-23\n"], "3": numbered(5, 20)},
        [["1"], ["3"]],
    ),
    "one is of another format": (
        {"1": numbered(5), "2": [Line(client="192.0.2.3").common()] * 3, "3": numbered(5, 20)},
        [["1"], ["2"], ["3"]],
    ),
    "one is a copy": (
        {"1": numbered(5), "2": numbered(5), "3": numbered(5, 20)},
        [["1", "3"]],
    ),
    "one begins like another": (
        {"1": numbered(30), "2": [*numbered(10), *numbered(5, 50)], "3": numbered(5, 70)},
        [["1"], ["3"]],
    ),
    "one has many lines of hosts that are no site": (
        {"1": [Line(host="a.example").vhost_combined()], "2": HOST_LINES, "3": HOST_LINES[1:2]},
        [["1"], ["3"]],
    ),
}


@contextmanager
def noted() -> Iterator[list[list[str]]]:
    """Give the names of the logs that are committed together."""
    flush, committed = batch.flush, []

    def flush_and_note(session: Session, joined: batch.Batch, advance: Any) -> IngestSummary:
        names = [Path(name).name for name in joined.names()]
        summary = flush(session, joined, advance)
        committed.extend([names] if names else [])
        return summary

    with patch.object(batch, "flush", flush_and_note):
        yield committed


def write(folder: Path, logs: dict[str, list[bytes]]) -> list[Path]:
    """Write logs, and return their paths."""
    paths = [folder / name for name in logs]
    for path in paths:
        path.write_bytes(b"".join(logs[path.name]))
    return paths


@pytest.mark.parametrize("case", CASES)
def test_which_logs_are_read_together(tmp_path: Path, case: str) -> None:
    logs, expected = CASES[case]
    settings = Settings(sites=(Site("a.example"),))
    request: dict[str, Any] = {"site": None if "hosts" in case else "a.example", "log_format": "auto"}
    with noted() as committed:
        try:
            read_in(tmp_path / "store.duckdb", *write(tmp_path, logs), settings=settings, **request)
        except LogstatsError:
            assert case in ("most lines of one are rejects",)
    assert committed == expected
    require_verified(tmp_path / "store.duckdb")


def test_no_more_logs_or_bytes_are_read_together_than_a_run_has_room_for(tmp_path: Path) -> None:
    paths = write(tmp_path, {str(number): numbered(5, 10 * number) for number in range(7)})
    store = tmp_path / "store.duckdb"
    with patch.object(batch, "BATCH_LOGS", 3), noted() as committed:
        read_in(store, *paths[:5])
    assert committed == [["0", "1", "2"], ["3", "4"]]
    with patch.object(batch, "BATCH_BYTES", 1000), noted() as committed:
        read_in(store, *paths[5:])
    assert committed == [["5"], ["6"]]


def test_one_of_many_logs_is_undone_exactly(tmp_path: Path) -> None:
    logs = {str(number): numbered(5, 3 * number) if number != 1 else numbered(5, 100) for number in range(3)}
    logs["2"] = [*numbered(4, 200), REJECT]
    paths = write(tmp_path, logs)
    whole, without = tmp_path / "whole.duckdb", tmp_path / "without.duckdb"
    read_in(whole, *paths)
    read_in(without, *paths[:2])
    with Session() as session, session.reading(whole, 10):
        (ingest,) = session.execute(
            "SELECT ingest_id FROM store.ingest WHERE path = $path", {"path": str(paths[2])}
        ).rows[0]
    undo.undo(whole, ingest, 10)
    tables = ("hits", "visits", "day_totals", "article_days", "rejects")
    assert contents(whole, *tables) == contents(without, *tables)
    require_verified(whole)


def test_an_error_of_a_commit_leaves_each_log_to_itself(tmp_path: Path) -> None:
    paths = write(tmp_path, {str(number): numbered(5, 10 * number) for number in range(3)})
    store = tmp_path / "store.duckdb"

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("as it happens")

    with patch.object(batch, "_claims", fail), noted() as committed:
        summary = read_in(store, *paths)
    assert (summary.lines, summary.sources, committed) == (15, 3, [])
    require_verified(store)


def test_archives_are_read_together_and_none_alone(tmp_path: Path) -> None:
    for number in range(4):
        path = tmp_path / f"{number}.gz"
        path.write_bytes(gzip.compress(b"".join(numbered(5, 10 * number))))
        os.utime(path, (START.timestamp(),) * 2)
    with noted() as committed, patch.object(commit, "commit_chunk", lambda *_: pytest.fail("one by one")):
        summary = read_in(tmp_path / "store.duckdb", *sorted(tmp_path.glob("*.gz")))
    assert (committed, summary.lines) == ([["0.gz", "1.gz", "2.gz", "3.gz"]], 20)
