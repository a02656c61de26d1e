"""Stores that read some of the logs each, once imported, give what one store gives that read all of them."""

import contextlib
import os
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import figures
from support.lines import IN_UTC, Contents, contents, examples, numbered, read_in

from logstats import store
from logstats.errors import LogstatsError
from logstats.shards import cluster, exchange, folders, pieces, work
from logstats.shards.folders import Folder
from logstats.sources import fingerprint
from logstats.sources.objects.bucket import Bucket
from logstats.store import Session
from logstats.totals import exports, imports, prune
from properties.test_visits import ANCHORS, SETTINGS, Log, differences, line, logs, request_at

LONG_AGO = datetime(1990, 1, 1)
HOURS = """
    SELECT site.name, hour.day, hour.hour, CAST(sum(hour.page_views) AS BIGINT)
    FROM (
        SELECT site_id, day, hour, page_views FROM store.pruned_hour
        UNION ALL
        SELECT hit.site_id, CAST(hit.logged_at AT TIME ZONE 'UTC' AT TIME ZONE site.timezone AS DATE),
            hour(hit.logged_at AT TIME ZONE 'UTC' AT TIME ZONE site.timezone), 1
        FROM store.hit AS hit JOIN store.site AS site USING (site_id)
        WHERE hit.hit_class = 'page view'
    ) AS hour
    JOIN store.site AS site USING (site_id)
    GROUP BY ALL"""
SOURCES = """
    SELECT path, position, head_hashes, tail_hash, block_hashes, lines, hits, rejects, repeated, complete
    FROM store.source"""
REJECTS = """
    SELECT source.path, reject.line_number, reject.reason, reject.line
    FROM store.reject AS reject JOIN store.source AS source USING (source_id)"""
AGENTS = """
    SELECT DISTINCT agent, bot_reason, bot_class, bot_name
    FROM store.agent JOIN store.visit USING (agent_id)"""
ARTICLES = """
    SELECT DISTINCT site.name, identity, url, section, is_article
    FROM store.article JOIN store.article_day USING (article_id)
    JOIN store.site AS site ON site.site_id = article.site_id"""
OTHERS = {"hours": HOURS, "sources": SOURCES, "rejects": REJECTS, "agents": AGENTS, "articles": ARTICLES}
FORGOTTEN = ("visits", "day_totals", "article_days", "site_rules", "sites")


def everything(path: Path, *, with_hits: bool = False) -> Contents:
    """Return what a store holds, whatever its ids, without its hits unless they are to be compared."""
    with Session() as session, session.reading(path, wait=10):
        others = {name: sorted(session.execute(sql).rows, key=repr) for name, sql in OTHERS.items()}
    return contents(path, *FORGOTTEN, *(("hits",) if with_hits else ())) | others


def like(template: Path, path: Path) -> Path:
    """Make a store whose logs are identified by the same key."""
    shutil.copyfile(template, path)
    return path


def files_of(folder: Path, log: Log, count: int = 4) -> list[Path]:
    """Write the parts of a log as files, each with a line that is refused."""
    numbers = iter(range(len(log)))
    files = []
    for part in range(count):
        entries = [entry for entry in log if entry.part == part]
        if entries:
            files.append(folder / f"access.log.{part}")
            lines = [line(entry, next(numbers)) for entry in entries]
            files[-1].write_bytes(b"".join([*lines, b"no line of part %d\n" % part]))
    return files


def read(path: Path, *files: Path) -> Path:
    if files:
        read_in(path, *files, settings=SETTINGS, log_format="vhost_combined")
    return path


def exported(path: Path, folder: Folder, key: str, hits_since: datetime | None = None) -> None:
    """Export a store, with its hits from an instant on."""
    with patch.object(exchange, "since", lambda _: hits_since):
        exchange.export_store(path, folder, key, 10)


def imported(path: Path, folder: Folder, *keys: str) -> list[imports.Imported]:
    order = exchange.ImportOrder(path, SETTINGS, 10, folder, keys)
    return [found for _, found in exchange.import_keys(order)]


Below = Callable[[Path], Folder]


@pytest.fixture(params=figures.KINDS, scope="module")
def below(request: pytest.FixtureRequest) -> Iterator[Below]:
    """Give what returns the folder of figures with a path, or one of that name in a bucket."""
    if request.param == "folder":
        yield folders.at
        return
    with figures.serving() as bucket:
        yield lambda path: figures.below(path, bucket).folder


@settings(max_examples=examples(6))
@given(log=logs(), data=st.data())
def test_stores_that_read_some_of_the_logs_give_the_figures_of_one_that_read_all(
    below: Below, log: Log, data: st.DataObject
) -> None:
    is_pruned = data.draw(st.booleans(), "hits of the store that imports are pruned")
    with TemporaryDirectory() as name:
        folder = Path(name)
        template = folder / "template.duckdb"
        store.ensure(template)
        files = files_of(folder, log)
        one = read(like(template, folder / "one.duckdb"), *files)
        owner = st.sets(st.integers(0, 2), min_size=1)
        owners = data.draw(st.lists(owner, min_size=len(files), max_size=len(files)), "stores of each file")
        instants = (None, LONG_AGO, *ANCHORS, *sorted({entry.hit.at for entry in log}))
        hits_since = data.draw(st.sampled_from(instants), "hits since")
        hub = like(template, folder / "hub.duckdb")
        read(hub, *(file for file, stores in zip(files, owners, strict=True) if 0 in stores))
        order = data.draw(st.permutations((1, 2)), "the order of the imports")
        for number in order:
            files_here = [file for file, stores in zip(files, owners, strict=True) if number in stores]
            branch, into = like(template, folder / f"{number}.duckdb"), below(folder / f"from_{number}")
            if bool(files_here) and data.draw(st.booleans(), f"store {number} is imported twice"):
                read(branch, *files_here[:1])
                exported(branch, into, f"branch-{number}", data.draw(st.sampled_from((None, LONG_AGO))))
                imported(hub, into)
                if is_pruned:
                    _prune(hub, log, data)
                assert differences(hub) == []
            read(branch, *files_here)
            if data.draw(st.booleans(), f"hits of store {number} are pruned"):
                _prune(branch, log, data)
            exported(branch, into, f"branch-{number}", hits_since)
            try:
                imported(hub, into)
            except LogstatsError as error:  # hits of a log that both have are pruned
                assert "pruned there" in str(error)
                assert differences(hub) == []
                return
            assert differences(hub) == []
        with_hits = hits_since == LONG_AGO and not _has_pruned(hub)
        assert everything(hub, with_hits=with_hits) == everything(one, with_hits=with_hits)
        for number in (1, 2):
            imports.take_back(hub, f"branch-{number}", 10)
            assert differences(hub) == []
        alone = read(
            like(template, folder / "alone.duckdb"),
            *(file for file, stores in zip(files, owners, strict=True) if 0 in stores),
        )
        assert everything(hub, with_hits=not is_pruned) == everything(alone, with_hits=not is_pruned)


def _prune(path: Path, log: Log, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(sorted({entry.hit.at for entry in log}))) + timedelta(days=2)
    prune.prune(request_at(path, at), 1)


def _has_pruned(path: Path) -> bool:
    with Session() as session, session.reading(path, wait=10):
        return bool(session.execute("SELECT count(*) FROM store.pruned").value())


# --- Runs of a cluster ---------------------------------------------------------------------------------


class Unreliable:
    """An engine in this process: jobs are done in any order, and workers are killed or doubled."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def __call__(self, function: Callable[[Any], Any], jobs: Sequence[Any]) -> list[Any]:
        results: dict[int, Any] = {}
        for number in self.data.draw(st.permutations(range(len(jobs))), "order"):
            faults = self.data.draw(st.sampled_from(("", "", "doubled", "killed")), "fault")
            if faults == "killed":
                killed: Any = patch.object(exports, "copy", _killed(self.data.draw(st.integers(0, 4))))
                if self.data.draw(st.booleans(), "while it uploads"):
                    killed = patch.object(Bucket, "upload", _killed_upload)
                with killed, contextlib.suppress(KilledError):
                    function(jobs[number])
            elif faults == "doubled":
                function(jobs[number])
            results[number] = pickle.loads(pickle.dumps(function(pickle.loads(pickle.dumps(jobs[number])))))
        return [results[number] for number in range(len(jobs))]


class KilledError(Exception):
    """A worker is gone."""


def _killed(after: int) -> Callable[..., int]:
    """Return what copies so many files, and then none, and leaves a part of the next one."""
    numbers = count()

    def copied(session: Session, statement: str, target: Path) -> int:
        if next(numbers) >= after:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.with_name(f"{target.name}.part").write_bytes(b"PAR1")
            raise KilledError
        return int(copy(session, statement, target))

    return copied


def _killed_upload(bucket: Bucket, files: Mapping[str, Path]) -> None:
    """Upload every other file, and then none."""
    upload(bucket, dict([*files.items()][::2]))
    raise KilledError


copy, upload = exports.copy, Bucket.upload


def cut_into(size: int) -> AbstractContextManager[object]:
    """Cut plain logs into pieces of some bytes."""
    return patch.multiple(pieces, CUT_BYTES=size, PIECE_BYTES=size)


def ran(path: Path, folder: Folder, key: str, files: Sequence[Path], engine: cluster.Each) -> None:
    """Read files for a key."""
    request = cluster.ClusterRequest(
        path, SETTINGS, 10, tuple(map(str, files)), folder, key, log_format="vhost_combined"
    )
    cluster.run(request, engine)


@settings(max_examples=examples(6))
@given(log=logs(), data=st.data())
def test_any_shards_keys_orders_and_faults_give_the_figures_of_one_ingest(
    below: Below, log: Log, data: st.DataObject
) -> None:
    size = data.draw(st.sampled_from((1 << 30, 250, 700)), "bytes of a piece")
    with TemporaryDirectory() as name, patch.object(work, "SHARD_BYTES", 300), cut_into(size):
        folder, engine = Path(name), Unreliable(data)
        template, into = folder / "template.duckdb", below(folder / "into")
        store.ensure(template)
        files = files_of(folder, log)
        one = read(like(template, folder / "one.duckdb"), *files)
        hub = like(template, folder / "hub.duckdb")
        local = data.draw(st.sets(st.sampled_from(files)), "files that the store reads itself")
        read(hub, *sorted(local))
        days = data.draw(st.lists(st.integers(0, 1), min_size=len(files), max_size=len(files)), "keys")
        for key in data.draw(st.permutations((0, 1)), "order of the keys"):
            own = [file for file, day in zip(files, days, strict=True) if day == key]
            if not own:
                continue
            if data.draw(st.booleans(), f"key {key} is run with a file missing first") and own[1:]:
                ran(hub, into, f"day-{key}", own[1:], engine)
                imported(hub, into)
                assert differences(hub) == []
            copies = data.draw(st.sets(st.sampled_from(files)), f"copies of logs in key {key}") - {*own}
            copied = [_copied(file, key) for file in sorted(copies)]
            ran(hub, into, f"day-{key}", [*own, *copied], engine)
            imported(hub, into)
            assert differences(hub) == []
        assert _without_paths(hub) == _without_paths(one)


def _copied(file: Path, key: int) -> Path:
    copy_of = file.with_name(f"copy-{key}-{file.name}")
    shutil.copyfile(file, copy_of)
    return copy_of


def _without_paths(path: Path) -> Contents:
    """Return what a store holds, without the names of its logs: a copy may be read in place of a log."""
    found = everything(path)
    for name in ("sources", "rejects"):
        found[name] = sorted((row[1:] for row in found[name]), key=repr)
    return found


SITE = "portal.example"
LINES = (
    # what a log may have beside usual lines: a border may be before or after each of them
    b"no line of a log\n",
    b"\n",
    b"\0\0\0\r\n",
    b"\xef\xbb\xbf" + numbered(1)[0],
    b"\xff\xfe no text\n",
    b"long " * 200 + b"\n",
)
FIELDS = (
    b"#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2026-11-23 04:00:00 192.0.2.1 GET /w3c 200\n"
)
HEADERS = (b"", b"", b"", b"#Date: 2026-11-23 00:00:00\n", FIELDS)  # in force for the lines after it


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Draw the content of a log: many usual lines, others between them, and sometimes header lines."""
    lines = draw(st.lists(st.one_of(st.none(), st.none(), st.sampled_from(LINES)), max_size=30), "lines")
    texts = [text if line is None else line for text, line in zip(numbered(30), lines, strict=False)]
    texts = [*numbered(10, first=100), *texts]
    texts.insert(draw(st.integers(0, len(texts)), "place of the headers"), draw(st.sampled_from(HEADERS)))
    if draw(st.booleans(), "lines end with CRLF"):
        texts = [text.replace(b"\n", b"\r\n") for text in texts]
    text = draw(st.sampled_from((b"", b"\xef\xbb\xbf", b"\0" * 5000)), "before the log") + b"".join(texts)
    return text[: len(text) - draw(st.sampled_from((0, 1, 60)), "missing at the end")]


@settings(max_examples=examples(12))
@given(text=texts(), size=st.integers(250, 3000), data=st.data())
def test_any_pieces_of_a_log_give_what_one_ingest_gives(
    below: Below, text: bytes, size: int, data: st.DataObject
) -> None:
    hashed = patch.multiple(fingerprint, HEAD_BYTES=512, TAIL_BYTES=128, BLOCK_BYTES=700)
    with TemporaryDirectory() as name, cut_into(size), hashed:
        folder = Path(name)
        template, log, into = folder / "template.duckdb", folder / "access.log", below(folder / "into")
        store.ensure(template)
        log.write_bytes(text)
        os.utime(log, (0, 0) if data.draw(st.booleans(), "no program writes to it any more") else None)
        one, hub = (like(template, folder / f"{name}.duckdb") for name in ("one", "hub"))
        lines = _read_on(one, log)
        request = cluster.ClusterRequest(
            hub, IN_UTC, 10, (str(log),), into, "all", site=SITE, hits_since=LONG_AGO
        )
        cluster.run(request, Unreliable(data))
        ((_, came),) = exchange.import_keys(exchange.ImportOrder(hub, IN_UTC, 10, into))
        assert (came.logs, came.lines) == (1, lines)
        assert differences(hub) == []
        assert everything(hub, with_hits=True) == everything(one, with_hits=True)
        assert _read_on(hub, log) == 0
        with log.open("ab") as file:
            file.write(b"".join(numbered(3, first=500)))
        assert _read_on(hub, log) == _read_on(one, log)
        assert everything(hub, with_hits=True) == everything(one, with_hits=True)


def _read_on(path: Path, log: Path) -> int:
    """Read what is new in a log; return its number of lines."""
    return read_in(path, log, settings=IN_UTC, site=SITE, log_format="auto").lines
