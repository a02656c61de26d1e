"""Runs of `cluster ingest` on the local engine: processes, a worker that is killed, refusals.

The figures are in a folder, or in a bucket on loopback.
"""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import figures
from support.folder import tar_of
from support.lines import numbered
from support.object_store import ObjectStore
from support.surface import Ran, assert_in_words, run

from logstats.engines import local
from logstats.errors import LogstatsError
from logstats.shards import manifest, pieces, work
from logstats.shards.folders import objects

SITE = "portal.example"


class Portal:
    """Logs of a minute's step, a store, and a folder of figures, which is `into` where it is in no bucket."""

    def __init__(self, folder: Path, bucket: ObjectStore | None = None) -> None:
        self.folder = folder
        self.into = folder / "into"
        self.kept = figures.below(self.into, bucket)
        self.logs = folder / "logs"
        self.logs.mkdir()
        for number in range(4):
            lines = numbered(40, first=40 * number)
            (self.logs / f"access.log.{number}").write_bytes(b"".join(lines))

    def run(self, *arguments: str | Path) -> Ran:
        return run("--db", self.folder / "store.duckdb", *arguments)

    def ran(self, *arguments: str | Path) -> Ran:
        ran = self.run(*arguments)
        assert ran.code == 0, (arguments, ran)
        return ran

    def cluster(self, *more: str | Path) -> Ran:
        return self.run("cluster", "ingest", self.logs, "--into", self.kept.name, "--site", SITE, *more)

    def figures(self) -> dict[str, int]:
        (row,) = json.loads(self.ran("visits", "--since", "2026-01-01", "--by", "all", "-f", "json").out)
        return {name: row[name] for name in ("visits", "visitors", "page_views")}


@pytest.fixture(scope="module")
def bucket() -> Iterator[ObjectStore]:
    with figures.serving() as objects:
        yield objects


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    monkeypatch.setattr(work, "SHARD_BYTES", 8000)
    return Portal(tmp_path)


@pytest.fixture(params=figures.KINDS)
def anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Portal:
    """Give the portal with its figures in a folder, and in a bucket."""
    monkeypatch.setattr(work, "SHARD_BYTES", 8000)
    is_bucket = request.param == "bucket"
    return Portal(tmp_path, request.getfixturevalue("bucket") if is_bucket else None)


def refused(ran: Ran, code: int, why: str) -> None:
    assert ran.code == code, ran
    assert_in_words(ran.err)
    assert why in ran.err, ran.err


def test_processes_of_this_machine_give_the_figures_of_one_ingest(anywhere: Portal) -> None:
    ran = anywhere.cluster("--key", "2026-11-23", "--keep-hits", "900d")
    assert ran.code == 0, ran
    assert "2026-11-23: 160 lines, 160 hits of 4 logs, " in ran.err
    known = anywhere.kept.manifest()
    assert known is not None
    assert len(known.keys["2026-11-23"].files["day"]) > 1  # shards
    anywhere.ran("import", anywhere.kept.name)
    anywhere.ran("verify")
    assert anywhere.figures() == {"visits": 1, "visitors": 1, "page_views": 160}
    assert "nothing new" in anywhere.ran("-v", "ingest", anywhere.logs, "--site", SITE).err
    rows = json.loads(anywhere.ran("cluster", "keys", anywhere.kept.name, "-f", "json").out)
    assert [(row["key"], row["logs"], row["lines"], row["left_out"]) for row in rows] == [
        ("2026-11-23", 4, 160, 0)
    ]
    assert not [name for name in anywhere.kept.names() if not name.endswith((".parquet", ".json"))]


def test_processes_read_the_pieces_of_a_log(anywhere: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "CUT_BYTES", 8000)
    monkeypatch.setattr(pieces, "PIECE_BYTES", 4000)
    log = anywhere.logs / "access.log"
    log.write_bytes(b"".join(numbered(200, first=1000)))
    ran = anywhere.cluster()
    assert ran.code == 0, ran
    assert "all: 360 lines, 360 hits of 5 logs, " in ran.err
    anywhere.ran("import", anywhere.kept.name)
    anywhere.ran("verify")
    with log.open("ab") as file:
        file.write(numbered(1, first=2000)[0])
    assert "1 line, 1 hit" in anywhere.ran("ingest", log, "--site", SITE).err


def test_a_key_is_run_again_and_its_old_files_are_removed_by_the_run_after(
    anywhere: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = anywhere.logs / "access.log.3"
    data = missing.read_bytes()
    missing.unlink()
    assert anywhere.cluster().code == 0
    anywhere.ran("import", anywhere.kept.name)
    assert anywhere.figures()["page_views"] == 120
    missing.write_bytes(data)
    assert anywhere.cluster().code == 0
    assert "replaced: 4 logs" in anywhere.ran("import", anywhere.kept.name).err
    assert anywhere.figures()["page_views"] == 160
    anywhere.ran("verify")
    anywhere.kept.write("day/bucket=0/all~00000-killed.parquet.part", b"PAR1")
    monkeypatch.setattr(objects, "LONGEST_RUN_S", -1.0)
    before = anywhere.kept.manifest()
    assert anywhere.cluster().code == 0
    now = anywhere.kept.manifest()
    assert before is not None
    assert now is not None
    named = {path for each in (before, now) for path in each.keys["all"].sizes}
    assert {name for name in named if name.startswith("day/")} == {
        name for name in anywhere.kept.names() if name.startswith("day/")
    }


def test_a_copy_under_another_key_counts_once_and_its_loss_is_reported(anywhere: Portal) -> None:
    assert anywhere.cluster("--key", "one").code == 0
    copy = anywhere.folder / "copy.log"
    copy.write_bytes((anywhere.logs / "access.log.2").read_bytes())
    into = ("--into", anywhere.kept.name, "--site", SITE)
    ran = anywhere.ran("-v", "cluster", "ingest", copy, *into, "--key", "two")
    assert "1 log left out" in ran.err
    assert f"{copy}: was read as {anywhere.logs}/access.log.2; left out" in ran.err
    anywhere.ran("import", anywhere.kept.name)
    assert anywhere.figures()["page_views"] == 160
    ran = anywhere.ran("cluster", "ingest", anywhere.logs / "access.log.0", *into, "--key", "one")
    assert "two: has left out logs that one had and has no more; run two again" in ran.err
    anywhere.ran("cluster", "ingest", copy, *into, "--key", "two")
    anywhere.ran("import", anywhere.kept.name)
    assert anywhere.figures()["page_views"] == 80
    anywhere.ran("verify")


def test_a_log_that_goes_on_after_what_is_known_is_refused(portal: Portal) -> None:
    log = portal.logs / "access.log.1"
    portal.ran("ingest", log, "--site", SITE)
    with log.open("ab") as file:
        file.write(numbered(1, first=999)[0])
    refused(portal.cluster(), 1, f"{log}: goes on after the first")


def test_the_logs_of_an_archive_are_read_as_one_piece(portal: Portal) -> None:
    logs = [(path.name, path.read_bytes()) for path in sorted(portal.logs.iterdir())]
    (portal.logs / "access.log.3").unlink()
    archive = portal.logs / "older.tar"
    archive.write_bytes(tar_of([*logs[3:], ("access.log.9", b"".join(numbered(40, first=400)))]))
    assert portal.cluster().code == 0
    portal.ran("import", portal.into)
    assert portal.figures()["page_views"] == 200
    portal.ran("verify")
    assert "nothing new" in portal.ran("-v", "ingest", portal.logs, "--site", SITE).err
    assert "5 logs left out" in portal.cluster("--key", "two").err


@pytest.mark.parametrize("is_copy", [True, False])
def test_an_archive_of_which_some_logs_are_known_is_refused(portal: Portal, is_copy: bool) -> None:
    logs = [(path.name, path.read_bytes()) for path in sorted(portal.logs.iterdir())]
    archive = portal.folder / "older.tar"
    if is_copy:
        portal.ran("ingest", portal.logs / "access.log.0", "--site", SITE)
    else:
        archive.write_bytes(tar_of(logs[:1]))
        portal.ran("ingest", archive, "--site", SITE)
    archive.write_bytes(tar_of(logs[:2]))
    ran = portal.run("cluster", "ingest", archive, "--into", portal.into, "--site", SITE)
    refused(ran, 1, f"{archive}: access.log.0 counts already as ")
    assert "unpack it, and read its logs" in ran.err


def test_an_archive_that_was_replaced_has_other_logs_of_the_same_names(portal: Portal) -> None:
    archive = portal.folder / "week.tar"
    for first in (0, 400):
        archive.write_bytes(tar_of([("access.log", b"".join(numbered(40, first=first)))]))
        if not first:
            portal.ran("ingest", archive, "--site", SITE)
    portal.ran("cluster", "ingest", archive, "--into", portal.into, "--site", SITE)
    portal.ran("import", portal.into)
    assert portal.figures()["page_views"] == 80


def test_names_that_are_no_text(portal: Portal) -> None:
    name = os.fsdecode(b"access.log.\xff")
    (portal.logs / "access.log.3").rename(portal.logs / name)
    assert portal.cluster().code == 0
    portal.ran("import", portal.into)
    assert portal.figures()["page_views"] == 160
    assert portal.cluster("--key", "two").err.count("4 logs left out")
    into = portal.folder / os.fsdecode(b"\xff")
    refused(portal.run("cluster", "ingest", portal.logs, "--into", into), 2, "UTF-8 text")


def test_an_unreadable_log_changes_nothing(anywhere: Portal) -> None:
    (anywhere.logs / "access.log.9").write_bytes(b"no log at all\n" * 30)
    refused(anywhere.cluster(), 1, "access.log.9")
    assert anywhere.kept.manifest() is None


def test_two_runs_of_a_key_do_not_go_on_at_a_time(portal: Portal) -> None:
    with portal.kept.folder.alone("all"):
        refused(portal.cluster(), 1, "another run of 'all' is going on")
        portal.ran("ingest", portal.logs, "--site", SITE)
        refused(portal.run("export", portal.into, "--key", "all"), 1, "another run of 'all' is going on")
    assert portal.cluster().code == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--engine", "abacus"), "no engine 'abacus'; there are: local"),
        (("--key", "a b"), "'a b' can't be a key"),
        (("-",), "not standard input"),
    ],
)
def test_a_mistake_is_explained(portal: Portal, arguments: tuple[str, ...], why: str) -> None:
    refused(portal.cluster(*arguments), 2, why)


def test_pseudonyms_are_refused(portal: Portal) -> None:
    config = portal.folder / "logstats.toml"
    config.write_text(f'[[site]]\nname = "{SITE}"\nprivacy = "hash"\n')
    refused(
        portal.run("--config", config, "cluster", "ingest", portal.logs, "--into", portal.into),
        1,
        "pseudonym",
    )


def test_workers_that_differ_are_refused(anywhere: Portal) -> None:
    assert anywhere.cluster("--key", "one").code == 0
    text = anywhere.kept.read(manifest.NAME)
    anywhere.kept.write(manifest.NAME, text.replace(b'"DuckDB": "v', b'"DuckDB": "v0'))
    refused(anywhere.cluster("--key", "two"), 1, "was written with DuckDB v0")


def _dies(job: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return job


def test_a_job_that_kills_each_worker_is_given_up() -> None:
    with pytest.raises(LogstatsError, match="workers were killed 3 times"):
        local.each("local", _dies, [1])
