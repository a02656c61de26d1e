"""The store's file: its copies, its room, its damages, its schema."""

import os
import random
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest
from support.lines import contents, numbered, read_in
from support.surface import assert_in_words, copied, month_store, run

from logstats import atomic
from logstats.errors import ExitCode, LogstatsError, StoreBusyError, StoreError, UsageError
from logstats.store import Session, checksums, locks, maintenance, session, statements
from logstats.store.schema import newest_version
from stories.kills import check_counted, ended, make_store, started


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_bytes(b"".join(numbered(120)))
    return path


@pytest.fixture
def store(tmp_path: Path, log: Path) -> Path:
    path = tmp_path / "store.duckdb"
    make_store(path, log)
    return path


def grow(log: Path, count: int, first: int = 120) -> None:
    with log.open("ab") as file:
        file.write(b"".join(numbered(count, first)))


def hidden(folder: Path) -> list[Path]:
    return list(folder.glob(".*"))


# --- Copies ------------------------------------------------------------------------------------------


def test_a_snapshot_is_the_store_as_it_was_and_goes_on_as_one(store: Path, log: Path) -> None:
    target = store.with_name("backup.duckdb")
    store.chmod(0o640)
    was = contents(store)
    assert run("--db", store, "snapshot", target).code == 0
    grow(log, 10)
    read_in(store, log)
    assert contents(target) == was
    assert target.stat().st_mode & 0o777 == 0o640
    assert read_in(target, log).hits == 10
    check_counted(target, range(130))
    maintenance.snapshot(store, target, 10)
    assert contents(target) == contents(store)
    assert hidden(store.parent) == []


def test_a_snapshot_takes_in_what_is_in_the_log_only(store: Path, log: Path) -> None:
    leave_in_log(store, log)
    target = store.with_name("backup.duckdb")
    maintenance.snapshot(store, target, 10)
    assert contents(target) == contents(store)


def test_a_snapshot_goes_to_no_file_that_is_something_else(store: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(store)
    (tmp_path / "open.duckdb").touch()
    (tmp_path / "open.duckdb.wal").touch()
    before = store.read_bytes()
    for target in (store, tmp_path / "link", tmp_path, tmp_path / "open.duckdb"):
        with pytest.raises(UsageError):
            maintenance.snapshot(store, target, 10)
    with pytest.raises(StoreError, match="can't be written: No such file"):
        maintenance.snapshot(store, tmp_path / "nowhere" / "backup.duckdb", 10)
    assert store.read_bytes() == before


def test_compacting_gives_room_back_and_changes_nothing_else(store: Path, log: Path) -> None:
    with Session() as session, session.writing(store, 10):
        session.execute("CREATE TABLE store.ballast AS SELECT hash(range) AS n FROM range(500_000)")
    log.write_bytes(b"".join(numbered(20_000)))
    read_in(store, log)
    with Session() as session, session.writing(store, 10):
        session.execute("DROP TABLE store.ballast")
    store.chmod(0o640)
    was, size = contents(store), store.stat().st_size
    ran = run("--db", store, "compact")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"{store}: {size:,} bytes before, {store.stat().st_size:,} now\n"
    assert store.stat().st_size < size - 3_000_000
    assert store.stat().st_mode & 0o777 == 0o640
    assert contents(store) == was
    grow(log, 10, 20_000)
    assert read_in(store, log).hits == 10
    assert run("--db", store, "rebuild").code == 0
    check_counted(store, range(20_010))
    assert hidden(store.parent) == []


@pytest.mark.parametrize("work", ["compact", "snapshot"])
def test_a_copy_of_the_store_keeps_its_attributes(store: Path, work: str) -> None:
    """A POSIX access list is one of them."""
    target = store if work == "compact" else store.with_name("backup.duckdb")
    try:
        os.setxattr(store, "user.team", b"web")
    except OSError:
        pytest.skip("this file system keeps no attributes")
    store.chmod(0o2640)
    mode = store.stat().st_mode
    assert run("--db", store, work, *([target] if target != store else [])).code == 0
    assert os.getxattr(target, "user.team") == b"web"
    assert target.stat().st_mode == mode


def test_compacting_loses_nothing_that_is_in_the_log_only(store: Path, log: Path) -> None:
    leave_in_log(store, log)
    was = contents(store)
    maintenance.compact(store, 10)
    assert contents(store) == was
    assert not wal(store).exists()


def test_compacting_waits_for_no_ingest_and_no_ingest_runs_meanwhile(store: Path, log: Path) -> None:
    with locks.ingest_lock(store), pytest.raises(StoreBusyError, match="an ingest is running"):
        maintenance.compact(store, 10)
    grow(log, 10)
    seen: list[str] = []

    def replace(file: Path, target: Path, like: Path) -> None:
        seen.append(run("-v", "--db", store, "ingest", log).err)
        real(file, target, like)

    real = atomic.replace
    with patch.object(atomic, "replace", replace):
        maintenance.compact(store, 10)
    assert "another run is using this store" in seen[0]
    assert read_in(store, log).hits == 10


def snapshot_to_b(store: Path, wait: float) -> None:
    maintenance.snapshot(store, store.with_name("b"), wait)


@pytest.mark.parametrize("work", [maintenance.compact, snapshot_to_b])
def test_a_copy_that_is_not_whole_is_not_kept(store: Path, work: Callable[[Path, float], object]) -> None:
    was = contents(store)
    real = Session.run

    def loses_a_row(session: Session, name: str, *args: object, **slots: object) -> object:
        if name == "store/maintenance/count_both":
            session.execute("DELETE FROM fresh.hit WHERE rowid = 0")
        return real(session, name, *args, **slots)  # type: ignore[arg-type]

    with patch.object(Session, "run", loses_a_row), pytest.raises(LogstatsError, match="the copy has"):
        work(store, 10)
    assert contents(store) == was
    assert not store.with_name("b").exists()
    assert hidden(store.parent) == []


@pytest.mark.parametrize("where", ["_copy", "atomic.replace"])
def test_a_killed_compact_leaves_the_store_and_the_next_one_cleans_up(store: Path, where: str) -> None:
    was = contents(store)
    kill = "import os\nfrom logstats.store import maintenance\n"
    kill += f"maintenance.{where} = lambda *_, **__: os.kill(os.getpid(), 9)\n"
    assert ended(started("--db", store, "compact", before=kill))[0] == -signal.SIGKILL
    assert contents(store) == was
    assert hidden(store.parent)
    maintenance.compact(store, 10)
    assert contents(store) == was
    assert hidden(store.parent) == []


def test_a_file_that_is_being_written_is_not_removed_as_a_left_over(tmp_path: Path) -> None:
    with atomic.fresh(tmp_path / "a") as first:
        first.touch()
        with atomic.fresh(tmp_path / "a") as second:
            assert second != first
        assert first.exists()


# --- Damage ------------------------------------------------------------------------------------------

# The program is killed when its second transaction is committed, and in DuckDB's log alone.
UNSAVED = """
import os
from collections.abc import Iterator
from contextlib import contextmanager
commit, done = session.Session._commit, []
session.CHECKPOINT_AT = "1TB"
def cut_off(session, path):
    commit(session, path)
    done.append(path)
    if len(done) == 2:
        os.kill(os.getpid(), 9)
session.Session._commit = cut_off
"""


def wal(store: Path) -> Path:
    return store.with_name(f"{store.name}.wal")


def leave_in_log(store: Path, log: Path) -> None:
    """Read 120 lines more, of which the last committed ones are in DuckDB's log only."""
    grow(log, 120)
    arguments = ("--db", store, "ingest", "--log-format", "combined", log)
    assert ended(started(*arguments, before=UNSAVED))[0] == -signal.SIGKILL
    assert wal(store).stat().st_size > 1000


def test_what_is_in_the_log_only_is_read_and_goes_into_the_store(store: Path, log: Path) -> None:
    leave_in_log(store, log)
    committed = len(contents(store, "hits")["hits"])
    assert 120 < committed < 240
    check_counted(store, range(committed))
    read_in(store, log)
    check_counted(store, range(240))


TORN: dict[str, Callable[[bytes], bytes]] = {
    "its tail zeroed": lambda data: data[:-500] + bytes(500),
    "its tail garbled": lambda data: data[:-500] + random.Random(1).randbytes(500),
    "its middle garbled": lambda data: data[: len(data) // 2] + b"torn" * 100 + data[len(data) // 2 + 400 :],
    "all of it garbled but the head": lambda data: data[:200] + random.Random(2).randbytes(len(data) - 200),
}


@pytest.mark.parametrize("how", TORN)
def test_case_28_a_torn_log_is_mended_by_repair_alone_and_the_logs_are_read_again(
    store: Path, log: Path, how: str
) -> None:
    leave_in_log(store, log)
    torn = TORN[how](wal(store).read_bytes())
    wal(store).write_bytes(torn)
    for command in (["counters"], ["verify"], ["ingest", str(log)], ["sql", "SELECT 1"]):
        ran = run("--db", store, *command)
        assert (ran.code, ran.out) == (4, "")
        assert "`logstats repair`" in ran.err
    assert wal(store).read_bytes() == torn

    ran = run("--db", store, "repair", "-f", "tsv")
    assert ran.code == 0, ran
    (kept,) = store.parent.glob("store.duckdb.wal.torn-*")
    assert kept.read_bytes() == torn
    assert kept.name in ran.err
    committed = len(contents(store, "hits")["hits"])
    path, position, _ = ran.out.splitlines()[1].split("\t")
    assert (path, int(position)) == (str(log), len(b"".join(numbered(committed))))
    check_counted(store, range(committed))
    read_in(store, log)
    check_counted(store, range(240))


def test_case_28_the_log_of_an_older_store_is_set_aside(store: Path, log: Path) -> None:
    leave_in_log(store, log)
    old = wal(store).read_bytes()
    read_in(store, log)
    wal(store).write_bytes(old)
    assert "`logstats repair`" in run("--db", store, "counters").err
    assert run("--db", store, "repair").code == 0
    assert not wal(store).exists()
    check_counted(store, range(240))


@pytest.mark.parametrize("left", [None, b"", bytes(4000)])
def test_case_28_a_log_that_is_missing_takes_positions_back_with_it(
    store: Path, log: Path, left: bytes | None
) -> None:
    leave_in_log(store, log)
    wal(store).unlink()
    if left is not None:
        wal(store).write_bytes(left)
    committed = len(contents(store, "hits")["hits"])
    check_counted(store, range(committed))
    read_in(store, log)
    check_counted(store, range(240))


def test_case_28_a_flipped_bit_is_reported_or_changes_nothing(store: Path) -> None:
    whole, was, chance = store.read_bytes(), contents(store), random.Random(28)
    reported = 0
    for _ in range(25):
        offset, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
        store.write_bytes(whole[:offset] + bytes([whole[offset] ^ bit]) + whole[offset + 1 :])
        ran = run("--db", store, "repair")
        if ran.code == 0:
            assert contents(store) == was
        else:
            assert_in_words(ran.err)
            assert (ran.code, ran.out) == (4, "")
            reported += "is damaged" in ran.err
    assert reported > 10


def test_repairing_a_whole_store_does_nothing(store: Path) -> None:
    was = contents(store)
    ran = run("--db", store, "repair")
    assert (ran.code, ran.out) == (0, "")
    assert "nothing to repair" in ran.err
    assert contents(store) == was


def test_repair_reports_figures_that_differ_from_the_hits(store: Path) -> None:
    with Session() as session, session.writing(store, 10):
        session.execute("UPDATE store.day_total SET visits = visits + 1")
    assert run("--db", store, "repair").code == 5


# --- Schemas -----------------------------------------------------------------------------------------

NEWEST = newest_version()
NEXT = NEWEST + 1
SECOND = """-- title: A second schema
-- about: Made up.
ALTER TABLE store.source ADD COLUMN made_up VARCHAR;
CREATE TABLE store.colour (name VARCHAR NOT NULL);
"""


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """Give the statements of a program that knows a second schema."""
    shutil.copytree(statements.queries_dir(), tmp_path / "queries")
    (tmp_path / "queries" / "schema" / f"{NEXT:04}_second.sql").write_text(SECOND, encoding="utf-8")
    return tmp_path / "queries"


def schemas(store: Path) -> list[int]:
    with duckdb.connect(str(store), read_only=True) as connection:
        return [
            version
            for (version,) in connection.execute("SELECT version FROM migration ORDER BY ALL").fetchall()
        ]


@pytest.mark.damages_store  # at the end it is of a newer program
@contextmanager
def queries_of(folder: Path) -> Iterator[None]:
    """Run statements of another folder; the names of files are cached."""
    statements.names.cache_clear()
    with patch.object(statements, "queries_dir", lambda: folder):
        yield
    statements.names.cache_clear()


def test_an_older_store_is_brought_up_by_the_first_run_that_writes(
    store: Path, log: Path, newer: Path
) -> None:
    grow(log, 10)
    with queries_of(newer):
        ran = run("--db", store, "counters")
        assert (ran.code, ran.out) == (4, "")
        assert (
            f"older logstats (schema {NEWEST}, this one needs {NEXT}); the next `logstats update` or"
            in ran.err
        )
        assert schemas(store)[-1] == NEWEST
        assert read_in(store, log).hits == 10
        assert schemas(store)[-2:] == [NEWEST, NEXT]
        assert run("--db", store, "counters").code == 0
        assert read_in(store, log).hits == 0
    ran = run("--db", store, "ingest", log)
    assert (ran.code, ran.out) == (4, "")
    assert f"newer logstats (schema {NEXT}, this one knows {NEWEST}); upgrade" in ran.err


def test_a_migration_that_fails_leaves_the_store_as_it_was(store: Path, log: Path, newer: Path) -> None:
    was = contents(store)
    (newer / "schema" / f"{NEXT:04}_broken.sql").write_text(f"{SECOND}CREATE TABLE store.hit (n INTEGER);\n")
    (newer / "schema" / f"{NEXT:04}_second.sql").unlink()
    with queries_of(newer), pytest.raises(duckdb.Error):
        read_in(store, log)
    assert schemas(store)[-1] == NEWEST
    assert contents(store) == was


def test_no_store_is_made_by_upkeep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["snapshot", "b.duckdb"], ["compact"], ["repair"]):
        ran = run("--db", "nowhere.duckdb", *command)
        assert (ran.code, ran.out) == (4, "")
        assert "no such store" in ran.err
    assert list(tmp_path.iterdir()) == []


# --- A torn header -------------------------------------------------------------------------------------

CLAIMS = 1 << 40  # the number of a checkpoint that no store reaches
TEARS: dict[str, Callable[[bytes], bytes]] = {
    # of the slot that a checkpoint writes, of which a power cut left only some 512-byte sectors
    "its first sector is new": lambda slot: slot[:8] + CLAIMS.to_bytes(8, "little") + slot[16:],
    "its first sector is garbled": lambda slot: random.Random(1).randbytes(512) + slot[512:],
    "its first sector is empty": lambda slot: bytes(512) + slot[512:],
    "its last sector is garbled": lambda slot: slot[:-512] + random.Random(2).randbytes(512),
    "all of it is empty": lambda slot: bytes(len(slot)),
}


def slots(store: Path) -> list[bytes]:
    data = store.read_bytes()
    return [data[offset : offset + checksums.SLOT_BYTES] for offset in checksums.SLOTS]


def put_slot(store: Path, offset: int, slot: bytes) -> None:
    with store.open("r+b") as file:
        file.seek(offset)
        file.write(slot)


@pytest.mark.parametrize("offset", checksums.SLOTS)
@pytest.mark.parametrize("how", TEARS)
@pytest.mark.damages_store
def test_case_39_one_torn_header_is_restored_from_the_other(
    store: Path, log: Path, how: str, offset: int
) -> None:
    assert checksums.torn_slot(store) is None
    torn = TEARS[how](slots(store)[checksums.SLOTS.index(offset)])
    put_slot(store, offset, torn)
    assert checksums.torn_slot(store) == offset
    damaged = store.read_bytes()
    could_be_opened = run("--db", store, "counters").code == 0
    if not could_be_opened:
        ran = run("--db", store, "counters")
        assert (ran.code, ran.out) == (4, "")
        assert "is damaged" in ran.err
        assert "`logstats repair`" in ran.err
        assert store.read_bytes() == damaged
    ran = run("--db", store, "repair", "-f", "tsv")
    assert ran.code == 0, ran
    kept = list(store.parent.glob("store.duckdb.torn-*"))
    assert [path.read_bytes() for path in kept] == ([] if could_be_opened else [damaged])
    assert checksums.torn_slot(store) is None or could_be_opened
    read_in(store, log)
    check_counted(store, range(120))


def test_case_39_the_slots_are_those_that_duckdb_checks(store: Path) -> None:
    for offset in checksums.SLOTS:
        copy = store.with_name(f"{offset}.duckdb")
        shutil.copyfile(store, copy)
        put_slot(copy, offset, TEARS["its first sector is new"](slots(store)[checksums.SLOTS.index(offset)]))
        ran = run("--db", copy, "counters")
        assert ran.code == 4
        assert f"in block at location {offset}" in ran.err


@pytest.mark.damages_store
def test_case_39_where_both_headers_are_torn_nothing_is_changed(store: Path) -> None:
    for offset, slot in zip(checksums.SLOTS, slots(store), strict=True):
        put_slot(store, offset, TEARS["its first sector is garbled"](slot))
    old = store.read_bytes()
    ran = run("--db", store, "repair")
    assert ran.code == 4
    assert "is damaged" in ran.err
    assert "snapshot" in ran.err
    assert store.read_bytes() == old
    assert not list(store.parent.glob("*torn*"))


# --- A torn block of metadata --------------------------------------------------------------------------

BLOCK_AT, BLOCK_BYTES, SECTOR = 12288, 262144, 512


def interrupt_checkpoint(store: Path, log: Path, seed: int) -> bytes:
    """Leave the store as a power cut does while a checkpoint writes a block of metadata; return its bytes.

    Blocks are those of the new state, headers those of the old one, and of the block each sector is one's or
    the other's. The write-ahead log is there.
    """
    leave_in_log(store, log)
    old, saved = store.read_bytes(), wal(store).read_bytes()
    with Session() as session, session.opened(store, 10):
        pass
    assert not wal(store).exists()
    new = store.read_bytes()
    data = bytearray(new + old[len(new) :])
    data[:BLOCK_AT] = old[:BLOCK_AT]
    choose = random.Random(seed)
    for at in range(BLOCK_AT, BLOCK_AT + BLOCK_BYTES, SECTOR):
        data[at : at + SECTOR] = choose.choice((old, new))[at : at + SECTOR]
    store.write_bytes(data)
    wal(store).write_bytes(saved)
    return bytes(data)


@pytest.mark.parametrize("seed", range(4))
def test_case_51_a_block_that_a_power_cut_tore_is_read_again(store: Path, log: Path, seed: int) -> None:
    torn = interrupt_checkpoint(store, log, seed)
    ran = run("--db", store, "counters")
    assert (ran.code, ran.out) == (4, "")
    assert "`logstats repair`" in ran.err
    assert store.read_bytes() == torn
    ran = run("--db", store, "repair", "-f", "tsv")
    assert ran.code == 0, ran
    (kept,) = store.parent.glob("store.duckdb.torn-*")
    assert kept.read_bytes() == torn
    committed = len(contents(store, "hits")["hits"])
    assert 120 < committed < 240  # what was in the log is in the store
    read_in(store, log)
    check_counted(store, range(240))


@pytest.mark.damages_store
def test_case_51_without_a_log_no_checksum_is_computed_anew(store: Path, log: Path) -> None:
    torn = interrupt_checkpoint(store, log, 1)
    wal(store).unlink()
    ran = run("--db", store, "repair")
    assert ran.code == 4
    assert "is damaged" in ran.err
    assert store.read_bytes() == torn


# --- DuckDB's storage version --------------------------------------------------------------------------

VERSION_AT = slice(12, 20)  # in a DuckDB file
OLDER, OLDER_NUMBER = "v1.5.0", 68  # a version that this DuckDB writes too, and its number in a file


def storage_version(path: Path) -> int:
    return int.from_bytes(path.read_bytes()[VERSION_AT], "little")


def test_case_42_the_storage_version_is_one_that_is_named() -> None:
    assert re.fullmatch(r"v\d+\.\d+\.\d+", session.STORAGE_VERSION)


@pytest.mark.parametrize("work", ["a new store", "compact", "snapshot"])
def test_case_42_all_that_writes_a_store_writes_that_version(
    store: Path, log: Path, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert storage_version(store) != OLDER_NUMBER
    monkeypatch.setattr(session, "STORAGE_VERSION", OLDER)
    other = store.with_name("other.duckdb")
    ran = {
        "a new store": lambda: run("--db", other, "ingest", "--site", "s", log),
        "compact": lambda: run("--db", store, "compact"),
        "snapshot": lambda: run("--db", store, "snapshot", other),
    }[work]()
    assert ran.code == 0, ran
    written = store if work == "compact" else other
    assert storage_version(written) == OLDER_NUMBER
    assert run("--db", written, "verify").code == 0


def test_verify_finds_a_damage_wherever_it_is(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Also in texts that no figure is computed from; a block to which nothing refers does not matter.

    A bit of every other block is changed.
    """
    path = copied(month_store(tmp_path_factory.getbasetemp()), tmp_path / "month.duckdb")
    whole = path.read_bytes()
    found = set()
    for start in range(BLOCK_AT, len(whole) - BLOCK_BYTES + 1, 2 * BLOCK_BYTES):
        damaged = bytearray(whole)
        damaged[start + BLOCK_BYTES // 3] ^= 1
        path.write_bytes(damaged)
        is_damaged = not reads_to_its_end(path)
        assert (run("--db", path, "verify").code == ExitCode.STORE) is is_damaged
        found.add(is_damaged)
    assert True in found


def reads_to_its_end(path: Path) -> bool:
    """Whether DuckDB can read every column of every table."""
    try:
        with duckdb.connect(path, read_only=True) as connection:
            tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            for (table,) in tables:
                connection.execute(f"FROM {table}").fetchall()
    except duckdb.Error:
        return False
    return True
