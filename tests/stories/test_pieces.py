"""A very long log in pieces: what is cut, what one worker reads whole, and that the figures are the same."""

import gzip
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from properties.test_imports import everything
from support import figures
from support.folder import tar_of
from support.lines import IN_UTC, Line, numbered, read_in
from support.object_store import ObjectStore

from logstats import store
from logstats.errors import LogstatsError
from logstats.ingest import hosts
from logstats.shards import cluster, exchange, pieces
from logstats.shards.worker import ShardJob

SITE = "portal.example"
HITS = b"".join(numbered(120))
GARBAGE = b"".join(b"%d is no line of a log %s\n" % (number, b"x" * 150) for number in range(150))
W3C = b"#Fields: date time c-ip cs-method cs-uri-stem sc-status\n" + b"".join(
    b"2026-11-23 04:%02d:%02d 192.0.2.1 GET / 200\n" % (number // 60, number % 60) for number in range(600)
)
HOSTS = b"".join(Line(host=f"host-{number}.example").vhost_combined() for number in range(120))

Each = Callable[[Callable[[Any], Any], Sequence[Any]], Sequence[Any]]


class Engine:
    """An engine in this process; `read` are its shards. Something is done before the job of that index."""

    def __init__(self, before: Callable[[], object] = lambda: None, index: int = 0) -> None:
        self.before, self.index = before, index
        self.read: list[list[ShardJob]] = []

    def __call__(self, function: Callable[[Any], Any], jobs: Sequence[Any]) -> list[Any]:
        is_first = isinstance(jobs[0], ShardJob) and not self.read
        if isinstance(jobs[0], ShardJob):
            self.read.append(list(jobs))
        results = []
        for index, job in enumerate(jobs):
            if is_first and index == self.index % len(jobs):
                self.before()
            results.append(function(job))
        return results

    @property
    def cut(self) -> int:
        """The number of pieces."""
        return sum(job.shard.piece is not None for job in self.read[0])

    @property
    def is_doubtful(self) -> bool:
        """Whether a log was read whole in place of its pieces."""
        return len(self.read) > 1


class Logs:
    """Logs in a folder, a store that one ingest reads them into, and one that a run of a cluster is for.

    The figures of the run are in a folder, or in a bucket.
    """

    def __init__(self, folder: Path, bucket: ObjectStore | None = None) -> None:
        self.folder = folder
        self.kept = figures.below(folder / "into", bucket)
        self.one, self.hub = folder / "one.duckdb", folder / "hub.duckdb"
        store.ensure(self.one)
        shutil.copyfile(self.one, self.hub)

    def log(self, content: bytes, name: str = "access.log") -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def run(
        self, *logs: Path, before: Callable[[], object] = lambda: None, index: int = 0, **how: Any
    ) -> Engine:
        how = {"site": SITE, **how}
        engine, into = Engine(before, index), self.kept.folder
        paths = tuple(map(str, logs))
        cluster.run(cluster.ClusterRequest(self.hub, IN_UTC, 10, paths, into, "all", **how), engine)
        list(exchange.import_keys(exchange.ImportOrder(self.hub, IN_UTC, 10, into)))
        self.ingest(self.one, *logs, **how)
        return engine

    @staticmethod
    def ingest(path: Path, *logs: Path, **how: Any) -> int:
        how = {"site": SITE, "log_format": "auto", **how}
        return read_in(path, *logs, settings=IN_UTC, verify=True, **how).lines

    def assert_same(self) -> None:
        assert everything(self.hub) == everything(self.one)


@pytest.fixture(scope="module")
def bucket() -> Iterator[ObjectStore]:
    with figures.serving() as objects:
        yield objects


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Logs:
    """Give logs with their figures in a folder, or in another kind that is the parameter."""
    monkeypatch.setattr(pieces, "CUT_BYTES", 6000)
    monkeypatch.setattr(pieces, "PIECE_BYTES", 5000)
    is_bucket = getattr(request, "param", "folder") == "bucket"
    return Logs(tmp_path, request.getfixturevalue("bucket") if is_bucket else None)


anywhere = pytest.mark.parametrize("logs", figures.KINDS, indirect=True)


@anywhere
def test_a_log_in_pieces_is_one_log_that_ingest_reads_on(logs: Logs) -> None:
    rejected = HITS.replace(b"GET / HTTP/1.1", b"-\xff-", 70).replace(b"-\xff-", b"GET / HTTP/1.1", 69)
    log = logs.log(rejected)
    assert logs.run(log).cut > 3
    logs.assert_same()
    known = logs.kept.manifest()
    assert known is not None
    assert (known.keys["all"].read, known.keys["all"].logs) == ((str(log),), 1)
    assert logs.ingest(logs.hub, log) == 0
    with log.open("ab") as file:
        file.write(b"".join(numbered(2, first=500)))
    assert logs.ingest(logs.hub, log) == logs.ingest(logs.one, log) == 2
    logs.assert_same()


NOT_CUT = {
    # a log: its content
    "with header lines": W3C,
    "as gzip": gzip.compress(HITS),
    "in a tar": tar_of([("access.log", HITS)]),
    "in UTF-16": HITS.decode().encode("utf-16"),
    "with lines that are too long": b"".join(line[:-1] + b" " * 3000 + b"\n" for line in numbered(20)),
    "that is short": HITS[:2000],
}


@pytest.mark.parametrize("what", NOT_CUT)
def test_a_log_is_not_cut(logs: Logs, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "LINE_BYTES", 1000)
    assert logs.run(logs.log(NOT_CUT[what])).cut == 0
    logs.assert_same()


def test_logs_that_begin_alike_are_not_cut(logs: Logs) -> None:
    assert logs.run(logs.log(HITS), logs.log(HITS[:8000], "shorter.log")).cut == 0
    logs.assert_same()


def test_logs_beside_a_log_in_pieces(logs: Logs) -> None:
    other = logs.log(b"".join(numbered(10, first=900)), "other.log")
    engine = logs.run(logs.log(HITS), other)
    assert [job.shard.logs for job in engine.read[0] if job.shard.piece is None] == [(str(other),)]
    logs.assert_same()


CHANGED = {
    # what becomes of the log after it was cut: its content
    "replaced": b"".join(numbered(130, first=700)),
    "shortened": HITS[: HITS.index(b"\n", 12_000) + 1],
    "emptied": b"",
    "edited": HITS[:11_000] + b"X" + HITS[11_001:],
    "grown": HITS + b"".join(numbered(40, first=700)),
}


@pytest.mark.parametrize(("what", "index"), [*((what, 0) for what in CHANGED), ("shortened", -1)])
def test_a_log_that_is_changed_after_it_was_cut_is_read_as_it_is(logs: Logs, what: str, index: int) -> None:
    log = logs.log(HITS)
    engine = logs.run(log, before=lambda: log.write_bytes(CHANGED[what]), index=index)
    assert engine.cut > 3
    assert engine.is_doubtful == (what not in ("edited", "grown"))
    logs.assert_same()


DOUBTFUL = {
    # a log of which a piece can't be read by itself: its content
    "most lines of a piece are rejected": HITS + GARBAGE[:9000] + HITS.replace(b"192.0.2.1", b"192.0.2.2"),
    "header lines": HITS[:7000] + b"\n#Date: 2026-11-23 00:00:00\n" + HITS[7000:],
}


@anywhere
@pytest.mark.parametrize("what", DOUBTFUL)
def test_a_log_of_which_a_piece_is_doubtful_is_read_whole(logs: Logs, what: str) -> None:
    engine = logs.run(logs.log(DOUBTFUL[what]))
    assert engine.cut > 3
    assert engine.is_doubtful
    logs.assert_same()


def test_more_new_sites_than_one_ingest_adds(logs: Logs) -> None:
    with patch.object(hosts, "MOST_NEW", 50):
        engine = logs.run(logs.log(HOSTS), site=None)
    assert engine.cut > 3
    assert engine.is_doubtful
    logs.assert_same()


def test_a_log_of_which_most_lines_are_rejected_is_refused(logs: Logs) -> None:
    log = logs.log(HITS + GARBAGE)
    with pytest.raises(LogstatsError, match="new lines were rejected"):
        logs.run(log)


def test_a_last_line_without_its_newline(logs: Logs) -> None:
    log = logs.log(HITS[:-1].replace(b"\n", b"\r\n"))
    os.utime(log, (0, 0))
    assert logs.run(log).cut > 3
    logs.assert_same()
