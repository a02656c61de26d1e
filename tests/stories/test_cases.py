"""Cases of what can become of log files, by their numbers: those about the store or the command line.

The others are in tests/unit/sources/test_scan.py; the cases 20 to 29 (locks, kills, disks) in test_faults and
test_disk.
"""

import gzip
import json
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.lines import START, Line, chunks_of, contents, numbered, read_in
from support.logs import beside, happening, log, rest
from support.surface import Ran, process, run

from logstats.errors import LogError
from logstats.sources import files

__all__ = ["log"]  # a fixture


def test_case_19_odd_bytes_are_lines_like_others(tmp_path: Path) -> None:
    good = numbered(6)
    odd = [
        b"\xff\xfe\n",
        b"\0\0" + good[0],
        good[1][:-1] + b"\r\n",
        b"x" * 10_000_000 + b"\n",
        b"\n",
        good[2],
    ]
    store, log = tmp_path / "store.duckdb", tmp_path / "access.log"
    log.write_bytes(b"".join(odd + good[3:]))
    summary = read_in(store, log)
    assert (summary.lines, summary.hits, summary.rejects) == (9, 6, 3)
    assert read_in(store, log).lines == 0


def stdin(store: Path, data: bytes, *options: str) -> Ran:
    """Pipe a log into the program."""
    return process("--db", store, "ingest", "-", *options, stdin=data)


def test_case_30_the_same_content_piped_twice_counts_once(tmp_path: Path) -> None:
    store, lines = tmp_path / "store.duckdb", numbered(5)
    whole = b"".join(lines)
    for data in (b"".join(lines[:3]), whole, whole, gzip.compress(whole)):
        ran = stdin(store, data, "--stream", "web1")
        assert ran.code == 0, ran.err
    log = tmp_path / "access.log"
    log.write_bytes(whole)
    assert read_in(store, log).lines == 0
    (source,) = json.loads(run("--db", store, "sources", "-f", "json").out)
    assert (source["path"], source["lines"]) == ("-:web1", 5)


def test_case_30_a_stream_is_what_is_piped_in(log: Path) -> None:
    ran = run("--db", log.with_name("store.duckdb"), "ingest", log, "--stream", "web1")
    assert (ran.code, "give - as LOG" in ran.err) == (2, True)


def test_case_30_a_line_is_accepted_whatever_its_time(tmp_path: Path) -> None:
    store, log = tmp_path / "store.duckdb", tmp_path / "access.log"
    times = [datetime(1970, 1, 1), START, START + timedelta(days=9999), START - timedelta(days=400)]
    india = Line(at=START, offset=timedelta(hours=5, minutes=30), request="GET /india HTTP/1.1")
    log.write_bytes(b"".join([*(Line(at=at).combined() for at in times), india.combined()]))
    read_in(store, log)
    hits = contents(store, "hits")["hits"]
    assert sorted(hit[1] for hit in hits) == sorted([*times, START])


def sources_of(store: Path) -> list[dict[str, Any]]:
    """Return the rows of the report on sources."""
    rows: list[dict[str, Any]] = json.loads(run("--db", store, "sources", "-f", "json").out)
    return rows


def test_case_13_an_archive_that_waits_is_shown_and_named_it_is_an_error(tmp_path: Path) -> None:
    store, logs = tmp_path / "store.duckdb", tmp_path / "logs"
    logs.mkdir()
    archive = logs / "access.log.1.gz"
    (logs / "access.log").write_bytes(b"".join(numbered(3)))
    archive.write_bytes(gzip.compress(b"".join(numbered(9, first=10)))[:-3])
    ran = run("--db", store, "ingest", logs)
    assert ran.code == 0
    assert "access.log.1.gz" not in ran.err
    assert [(row["id"], row["state"]) for row in sources_of(store)] == [(1, "read"), (None, "waiting")]
    archive.write_bytes(gzip.compress(b"".join(numbered(9, first=10)))[:-8] + bytes(8))
    ran = run("--db", store, "ingest", archive)
    assert (ran.code, "damaged" in ran.err) == (1, True)
    rest(archive)
    assert "damaged" in run("--db", store, "ingest", logs).err
    assert "damaged" not in run("--db", store, "ingest", logs).err
    assert [(row["id"], row["state"]) for row in sources_of(store)] == [(1, "read"), (None, "broken")]
    archive.write_bytes(gzip.compress(b"".join(numbered(9, first=10))))
    run("--db", store, "ingest", logs)
    assert [(row["id"], row["state"]) for row in sources_of(store)] == [(1, "read"), (2, "read")]


def test_case_13_of_a_truncated_archive_that_is_named_the_whole_lines_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    whole = gzip.compress(b"".join(numbered(90)))
    archive = Path("access.log.1.gz")
    archive.write_bytes(whole[: int(0.9 * len(whole))])
    first = run("--db", "store", "ingest", "./access.log.1.gz")
    again = run("--db", "store", "ingest", "access.log.1.gz")
    assert (first.code, again.code) == (0, 0)
    assert ["ends in the middle" in ran.err for ran in (first, again)] == [True, True]
    source, cut = sources_of(Path("store"))
    assert (0 < source["lines"] < 90, source["state"], cut["state"]) == (True, "read", "cut")
    assert run("--db", "store", "undo", "1").code == 0
    assert "ends in the middle" in run("--db", "store", "ingest", "access.log.1.gz").err
    assert sources_of(Path("store"))[0]["lines"] == source["lines"]
    archive.write_bytes(whole)
    assert run("--db", "store", "ingest", "access.log.1.gz").err.startswith(f"{90 - source['lines']} lines")
    assert [(row["lines"], row["state"]) for row in sources_of(Path("store"))] == [(90, "read")]


def test_case_16_a_copy_is_reported_when_it_is_named_and_shown_with_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, log = tmp_path / "store.duckdb", tmp_path / "access.log"
    log.write_bytes(b"".join(numbered(3)))
    copy = beside(log, ".copy", [log.read_bytes()])
    run("--db", store, "ingest", log)
    for clock in (time.time(), time.time() + 10):
        monkeypatch.setattr(files, "now", lambda clock=clock: clock)
        assert f"{copy}: was read as {log}; nothing new" in run("--db", store, "ingest", copy).err
    (row,) = sources_of(store)
    assert (row["path"], row["note"]) == (str(log), f"also {copy}")


def test_case_30_a_gap_is_reported_once_and_shown(tmp_path: Path) -> None:
    store, log = tmp_path / "store.duckdb", tmp_path / "access.log"
    lines = numbered(2000)
    log.write_bytes(b"".join(lines))
    with (
        chunks_of(50_000),
        happening(12, lambda: log.write_bytes(b"")),
        pytest.raises(LogError, match="while it was being read"),
    ):
        read_in(store, log)
    read = len(contents(store, "hits")["hits"])
    assert 0 < read < 2000
    errors = [run("--db", store, "ingest", log).err for _ in range(2)]
    assert ["is gone before it was read to its end" in err for err in errors] == [True, False]
    (row,) = sources_of(store)
    assert (row["state"], row["unread"]) == ("gone", len(b"".join(lines[read:])))
    run("--db", store, "ingest", beside(log, ".1", lines))
    assert [(row["state"], row["lines"]) for row in sources_of(store)] == [("read", 2000)]
    assert read_in(store, log).lines == 0
