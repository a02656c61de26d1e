"""After undo the store is as if the ingest had never been, and its log can be read again."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties.test_visits import SETTINGS, Log, differences, line, logs, request_at
from support.lines import (
    IN_UTC,
    START,
    Contents,
    Hit,
    Line,
    chunks_of,
    contents,
    examples,
    numbered,
    read_in,
    reading_of,
)
from support.surface import Ran, assert_in_words, run

from logstats import store
from logstats.errors import LogstatsError, StoreBusyError
from logstats.formats import named
from logstats.store import Session, locks
from logstats.totals import prune, undo
from stories.test_prune import prunings

REJECTS = """
    SELECT source.path, reject.line_number, reject.reason, reject.line
    FROM store.reject AS reject
    JOIN store.source AS source USING (source_id)"""


def everything(path: Path) -> Contents:
    """Return what a store holds, without the ids of its logs and the folder they are in."""
    held = contents(path)
    with Session() as session, session.reading(path, wait=10):
        rejects = session.execute(REJECTS).rows
    return held | {"rejects": sorted((Path(log).name, *row) for log, *row in rejects)}


def parts_of(log: Log) -> list[bytes]:
    """Return the parts of a log that are read one after the other, each with a line that is refused."""
    parts = [[entry for entry in log if entry.part == number] for number in range(4)]
    numbers = iter(range(len(log)))
    return [
        b"".join([*(line(entry, next(numbers)) for entry in part), b"no line of part %d\n" % index])
        for index, part in enumerate(part for part in parts if part)
    ]


def read_parts(folder: Path, parts: list[bytes | None], *, growing: bool) -> Path:
    """Ingest parts, each from a file of its own or all from one that grows; None is left out."""
    folder.mkdir()
    for number, part in enumerate(parts):
        if part is not None:
            log = folder / ("access.log" if growing else f"access.log.{number}")
            with log.open("ab") as file:
                file.write(part)
            read(folder / "store.duckdb", log)
    return folder / "store.duckdb"


def read(path: Path, log: Path) -> None:
    read_in(path, log, settings=SETTINGS, log_format="vhost_combined")


def pruned_of(path: Path, ingest_id: int) -> int:
    """Return how many hits of an ingest are pruned."""
    with Session() as session, session.reading(path, wait=10):
        found = "SELECT pruned_hits FROM ingests WHERE ingest_id = $ingest_id"
        return int(session.execute(found, {"ingest_id": ingest_id}).value())


@settings(max_examples=examples(4))
@given(log=logs(), growing=st.booleans(), size=st.sampled_from((1200, 80 << 20)), draw=st.data())
def test_after_undo_the_store_is_as_if_the_ingest_had_never_been(
    log: Log, growing: bool, size: int, draw: st.DataObject
) -> None:
    parts = parts_of(log)
    last = len(parts) - 1
    undone = last if growing else draw.draw(st.integers(0, last), "the part that is undone")
    without: list[bytes | None] = [part if number != undone else None for number, part in enumerate(parts)]
    pruning = draw.draw(st.none() | prunings(log), "when hits are pruned, and how many days are kept")
    with TemporaryDirectory() as name, chunks_of(size):
        path = read_parts(Path(name) / "all", [*parts], growing=growing)
        other = read_parts(Path(name) / "without", without, growing=growing)
        for each in (path, other):
            if pruning and each.exists():
                at, days = pruning
                prune.prune(request_at(each, at), days)
        before = everything(path)
        if pruned_of(path, undone + 1):
            with pytest.raises(LogstatsError, match="are pruned"):
                undo.undo(path, undone + 1, 10)
            assert everything(path) == before
            return
        undo.undo(path, undone + 1, 10)
        assert differences(path) == []
        if other.exists():
            assert everything(path) == everything(other)
        else:
            assert not any(everything(path).values())
        read(path, path.parent / ("access.log" if growing else f"access.log.{undone}"))
        assert everything(path) == before


@pytest.mark.parametrize("undone", [1, 2, 3])
def test_what_an_ingest_had_joined_is_parted_again(tmp_path: Path, undone: int) -> None:
    path = tmp_path / "store.duckdb"
    for number, minutes in enumerate((0, 20, 40), 1):
        (tmp_path / f"{number}.log").write_bytes(
            replace(Line(), at=START + timedelta(minutes=minutes)).combined()
        )
        read_in(path, tmp_path / f"{number}.log")
    undo.undo(path, undone, 10)
    assert len(contents(path, "visits")["visits"]) == {1: 1, 2: 2, 3: 1}[undone]
    assert differences(path) == []


def test_a_late_line_that_joined_two_pruned_visits_can_be_undone(tmp_path: Path) -> None:
    path, log, late = (tmp_path / name for name in ("store.duckdb", "access.log", "late.log"))
    minutes = (0, 40, 10_000)
    log.write_bytes(b"".join(replace(Line(), at=START + timedelta(minutes=at)).combined() for at in minutes))
    late.write_bytes(replace(Line(), at=START + timedelta(minutes=20)).combined())
    read_in(path, log)
    prune.prune(request_at(path, START + timedelta(days=5)), 2)
    before = everything(path)
    assert len(before["hits"]) == 1
    read_in(path, late)
    assert len(before["visits"]) == len(everything(path)["visits"]) + 1
    undo.undo(path, 2, 10)
    assert everything(path) == before
    assert differences(path) == []


# --- The command -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a store that has read a log, its rest from the rotated file, and another log."""
    folder = tmp_path_factory.mktemp("original")
    log = folder / "access.log"
    log.write_bytes(b"".join(numbered(5)) + b"bad\n")
    read_in(folder / "store.duckdb", log)
    log.rename(folder / "access.log.1")
    with (folder / "access.log.1").open("ab") as rotated:
        rotated.writelines(numbered(3, 5))
    (folder / "other.log").write_bytes(b"".join(numbered(2, 100)))
    read_in(folder / "store.duckdb", folder / "access.log.1")
    read_in(folder / "store.duckdb", folder / "other.log")
    return folder


@pytest.fixture
def path(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of that store, in a folder with its logs."""
    shutil.copytree(original, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "store.duckdb"


@pytest.fixture
def typed(path: Path) -> Callable[..., Ran]:
    """Give a function that runs the program over that store."""

    def typed(*arguments: str) -> Ran:
        ran = run("--db", path, *arguments)
        assert_in_words(ran.err)
        return ran

    return typed


def sources(typed: Callable[..., Ran]) -> list[list[Any]]:
    """Return path, lines, rejects and complete of each log."""
    rows = json.loads(typed("sources", "--format", "json").out)
    return [[Path(row["path"]).name, row["lines"], row["rejects"], row["complete"]] for row in rows]


def test_undo_restores_the_position_and_the_path_of_a_log(typed: Callable[..., Ran]) -> None:
    assert sources(typed) == [["access.log.1", 9, 1, True], ["other.log", 2, 0, True]]
    ran = typed("undo", "2")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("ingest 2 is undone: 3 lines, 3 hits, 0 rejects of ")
    assert sources(typed) == [["access.log", 6, 1, True], ["other.log", 2, 0, True]]
    assert typed("ingest", "access.log.1").err.startswith("3 lines, 3 hits")
    assert typed("ingest", "access.log.1").err == "nothing new\n"
    assert typed("verify").code == 0


def test_a_log_goes_with_its_only_ingest(typed: Callable[..., Ran]) -> None:
    assert typed("undo", "3").code == 0
    assert sources(typed) == [["access.log.1", 9, 1, True]]
    assert typed("ingest", "other.log").err.startswith("2 lines, 2 hits")


def test_a_site_goes_with_its_last_log_so_that_its_zone_is_open_again(typed: Callable[..., Ran]) -> None:
    query = "SELECT site, timezone FROM sites ORDER BY ALL"
    assert "was already counted for default" in typed("ingest", "other.log", "--site", "b").err
    typed("undo", "3")
    assert typed("ingest", "other.log", "--site", "b", "--timezone", "Asia/Tokyo").code == 0
    assert typed("sql", query, "-f", "csv").out == "site,timezone\nb,Asia/Tokyo\ndefault,UTC\n"
    typed("undo", "3")
    assert typed("sql", query, "-f", "csv").out == "site,timezone\ndefault,UTC\n"
    assert typed("ingest", "other.log", "--site", "c", "--timezone", "Asia/Baku").code == 0
    assert typed("sql", query, "-f", "csv").out == "site,timezone\nc,Asia/Baku\ndefault,UTC\n"
    assert typed("verify").code == 0


def test_a_site_with_a_baseline_stays(typed: Callable[..., Ran]) -> None:
    typed("baseline", "default", "100")
    for ingest_id in ("3", "2", "1"):
        assert typed("undo", ingest_id).code == 0
    assert json.loads(typed("counters", "-f", "json").out)[0]["all_time"] == 100
    assert sources(typed) == []


def test_a_dry_run_shows_the_changes_of_days(path: Path, typed: Callable[..., Ran]) -> None:
    before = contents(path)
    ran = typed("undo", "3", "--dry-run", "-f", "csv")
    assert ran.code == 0
    assert ran.out == "site,day,hits,bots,page_views,visits\ndefault,2026-11-23,-2,0,-2,-1\n"
    assert ran.err.startswith("ingest 3 would be undone: 2 lines")
    assert contents(path) == before


REFUSED = [
    # what is typed, the exit code, and what is said
    ("1", 1, "a later one, 2, has read on in"),
    ("4", 2, "no ingest 4; `logstats ingests` lists them"),
    ("0", 2, "'0' is not an ingest's ID"),
    ("x", 2, "'x' is not an ingest's ID"),
    ("99999999999999", 2, "'99999999999999' is not an ingest's ID"),
]


@pytest.mark.parametrize(("ingest_id", "code", "message"), REFUSED)
def test_what_cannot_be_undone_is_refused_with_the_reason(
    path: Path, typed: Callable[..., Ran], ingest_id: str, code: int, message: str
) -> None:
    before = contents(path)
    ran = typed("undo", ingest_id)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert contents(path) == before


def test_an_ingest_whose_hits_are_pruned_is_not_undone(path: Path, typed: Callable[..., Ran]) -> None:
    typed("prune", "--keep", "1d", "--at", "2026-12-23", "--timezone", "UTC")
    before = contents(path)
    ran = typed("undo", "2")
    assert (ran.code, ran.out) == (1, "")
    assert "ingest 2: 3 of its 3 hits are pruned" in ran.err
    assert contents(path) == before


def test_pruned_rejects_are_no_reason_not_to_undo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, log = tmp_path / "store.duckdb", tmp_path / "access.log"
    log.write_bytes(b"".join(numbered(5)) + b"bad\n")
    monkeypatch.setattr(store, "utc_now", lambda: START - timedelta(days=20))
    read_in(path, log)
    prune.prune(request_at(path, START), 10)
    held = contents(path)
    assert (len(held["hits"]), held["rejects"]) == (5, [])
    undo.undo(path, 1, 10)
    assert not any(contents(path).values())
    read_in(path, log)
    assert len(contents(path)["rejects"]) == 1


def test_nothing_is_undone_while_an_ingest_is_running(path: Path, typed: Callable[..., Ran]) -> None:
    before = contents(path)
    with locks.ingest_lock(path):
        ran = typed("undo", "3")
    assert (ran.code, ran.out) == (StoreBusyError.exit_code, "")
    assert "an ingest is running" in ran.err
    assert contents(path) == before


def test_undo_restores_the_header_of_a_log(tmp_path: Path) -> None:
    """Rows after a header that came with it are no rows of the header before."""
    first, *_, second = [sample for sample in named.load("w3c").samples if "date" in sample["header"][-1]]
    log, path = tmp_path / "u_ex.log", tmp_path / "store.duckdb"

    def grow(*lines: str) -> None:
        with log.open("a", newline="\n") as file:
            file.write("".join(f"{line}\n" for line in lines))
        read_in(path, log, log_format="auto", settings=IN_UTC)

    def rows() -> list[Hit]:
        return sorted(reading_of(path, log).hits)

    grow(*first["header"], first["line"])
    grow(first["line"])
    before = rows()
    grow(*second["header"], second["line"])
    after = rows()
    assert [len(before), len(after)] == [2, 3]
    undo.undo(path, 3, wait=10)
    assert rows() == before
    grow()
    assert rows() == after
    undo.undo(path, 3, wait=10)
    log.write_text("".join(f"{line}\n" for line in [*first["header"], *[first["line"]] * 3]))
    grow()
    assert rows() == sorted([*before, before[0]])
