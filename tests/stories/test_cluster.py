"""Runs of `cluster ingest` on the local engine: processes, a worker that is killed, refusals."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.lines import numbered
from support.surface import Ran, assert_in_words, run

from logstats.engines import local
from logstats.errors import LogstatsError
from logstats.shards import manifest, pieces, work

SITE = "portal.example"


class Portal:
    """Logs in a folder, of a minute's step, and a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.into = folder / "into"
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
        return self.run("cluster", "ingest", self.logs, "--into", self.into, "--site", SITE, *more)

    def figures(self) -> dict[str, int]:
        (row,) = json.loads(self.ran("visits", "--since", "2026-01-01", "--by", "all", "-f", "json").out)
        return {name: row[name] for name in ("visits", "visitors", "page_views")}


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    monkeypatch.setattr(work, "SHARD_BYTES", 8000)
    yield Portal(tmp_path)


def refused(ran: Ran, code: int, why: str) -> None:
    assert ran.code == code, ran
    assert_in_words(ran.err)
    assert why in ran.err, ran.err


def test_processes_of_this_machine_give_the_figures_of_one_ingest(portal: Portal) -> None:
    ran = portal.cluster("--key", "2026-11-23", "--keep-hits", "900d")
    assert ran.code == 0, ran
    assert "2026-11-23: 160 lines, 160 hits of 4 logs, " in ran.err
    known = manifest.read(portal.into)
    assert known is not None
    assert len(known.keys["2026-11-23"].files["day"]) > 1  # shards
    portal.ran("import", portal.into)
    portal.ran("verify")
    assert portal.figures() == {"visits": 1, "visitors": 1, "page_views": 160}
    assert "nothing new" in portal.ran("-v", "ingest", portal.logs, "--site", SITE).err
    rows = json.loads(portal.ran("cluster", "keys", portal.into, "-f", "json").out)
    assert [(row["key"], row["logs"], row["lines"], row["left_out"]) for row in rows] == [
        ("2026-11-23", 4, 160, 0)
    ]
    assert not [path for path in portal.into.rglob("*") if path.suffix == ".part"]


def test_processes_read_the_pieces_of_a_log(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "CUT_BYTES", 8000)
    monkeypatch.setattr(pieces, "PIECE_BYTES", 4000)
    log = portal.logs / "access.log"
    log.write_bytes(b"".join(numbered(200, first=1000)))
    ran = portal.cluster()
    assert ran.code == 0, ran
    assert "all: 360 lines, 360 hits of 5 logs, " in ran.err
    portal.ran("import", portal.into)
    portal.ran("verify")
    with log.open("ab") as file:
        file.write(numbered(1, first=2000)[0])
    assert "1 line, 1 hit" in portal.ran("ingest", log, "--site", SITE).err


def test_a_key_is_run_again_and_its_old_files_are_removed_by_the_run_after(portal: Portal) -> None:
    missing = portal.logs / "access.log.3"
    data = missing.read_bytes()
    missing.unlink()
    assert portal.cluster().code == 0
    portal.ran("import", portal.into)
    assert portal.figures()["page_views"] == 120
    missing.write_bytes(data)
    assert portal.cluster().code == 0
    assert "replaced: 4 logs" in portal.ran("import", portal.into).err
    assert portal.figures()["page_views"] == 160
    portal.ran("verify")
    left = portal.into / "day" / "bucket=0" / "all~00000-killed.parquet.part"
    left.write_bytes(b"PAR1")
    before = manifest.read(portal.into)
    assert portal.cluster().code == 0
    now = manifest.read(portal.into)
    assert before is not None
    assert now is not None
    named = {path for each in (before, now) for path in each.keys["all"].sizes}
    files = {path.relative_to(portal.into).as_posix() for path in portal.into.rglob("*.parquet*")}
    assert {path for path in named if path.startswith("day/")} == {
        path for path in files if path.startswith("day/")
    }


def test_a_copy_under_another_key_counts_once_and_its_loss_is_reported(portal: Portal) -> None:
    assert portal.cluster("--key", "one").code == 0
    copy = portal.folder / "copy.log"
    copy.write_bytes((portal.logs / "access.log.2").read_bytes())
    into = ("--into", portal.into, "--site", SITE)
    ran = portal.ran("-v", "cluster", "ingest", copy, *into, "--key", "two")
    assert "1 log left out" in ran.err
    assert f"{copy}: was read as {portal.logs}/access.log.2; left out" in ran.err
    portal.ran("import", portal.into)
    assert portal.figures()["page_views"] == 160
    ran = portal.ran("cluster", "ingest", portal.logs / "access.log.0", *into, "--key", "one")
    assert "two: has left out logs that one had and has no more; run two again" in ran.err
    portal.ran("cluster", "ingest", copy, *into, "--key", "two")
    portal.ran("import", portal.into)
    assert portal.figures()["page_views"] == 80
    portal.ran("verify")


def test_a_log_that_goes_on_after_what_is_known_is_refused(portal: Portal) -> None:
    log = portal.logs / "access.log.1"
    portal.ran("ingest", log, "--site", SITE)
    with log.open("ab") as file:
        file.write(numbered(1, first=999)[0])
    refused(portal.cluster(), 1, f"{log}: goes on after the first")


def test_names_that_are_no_text(portal: Portal) -> None:
    name = os.fsdecode(b"access.log.\xff")
    (portal.logs / "access.log.3").rename(portal.logs / name)
    assert portal.cluster().code == 0
    portal.ran("import", portal.into)
    assert portal.figures()["page_views"] == 160
    assert portal.cluster("--key", "two").err.count("4 logs left out")
    into = portal.folder / os.fsdecode(b"\xff")
    refused(portal.run("cluster", "ingest", portal.logs, "--into", into), 2, "UTF-8 text")


def test_an_unreadable_log_changes_nothing(portal: Portal) -> None:
    (portal.logs / "access.log.9").write_bytes(b"no log at all\n" * 30)
    refused(portal.cluster(), 1, "access.log.9")
    assert manifest.read(portal.into) is None


def test_two_runs_of_a_key_do_not_go_on_at_a_time(portal: Portal) -> None:
    with manifest.alone(portal.into, "all"):
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


def test_workers_that_differ_are_refused(portal: Portal) -> None:
    assert portal.cluster("--key", "one").code == 0
    path = portal.into / manifest.NAME
    path.write_text(path.read_text().replace('"DuckDB": "v', '"DuckDB": "v0'))
    refused(portal.cluster("--key", "two"), 1, "was written with DuckDB v0")


def _dies(job: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return job


def test_a_job_that_kills_each_worker_is_given_up() -> None:
    with pytest.raises(LogstatsError, match="workers were killed 3 times"):
        local.each("local", _dies, [1])
