"""Stores that read some of the logs each, once imported, give what one store gives that read all of them."""

import contextlib
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from support.lines import Contents, contents, examples, read_in

from logstats import store
from logstats.errors import LogstatsError
from logstats.shards import cluster, exchange, folders, work
from logstats.shards.folders import Folder
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
    with TemporaryDirectory() as name, patch.object(work, "SHARD_BYTES", 300):
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
