"""Disks that are full or read-only, files and folders of somebody else: what can go on, goes on."""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from support.lines import contents, numbered, read_in
from support.surface import assert_in_words, run, unprivileged

from logstats.errors import StoreError
from logstats.store import session as room
from stories.kills import DONE, check_counted, ended, make_store, started
from stories.test_maintenance import UNSAVED, wal

LINES = 3000


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_bytes(b"".join(numbered(100)))
    return path


@pytest.fixture
def store(tmp_path: Path, log: Path) -> Path:
    folder = tmp_path / "stores"
    folder.mkdir()
    path = folder / "store.duckdb"
    make_store(path, log)
    return path


def grow(log: Path) -> None:
    log.write_bytes(b"".join(numbered(LINES)))


def ingest(store: Path, log: Path) -> tuple[str, ...]:
    return ("--db", str(store), "ingest", "--log-format", "combined", str(log))


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """Put a file system of its own in place of a folder."""
    ran = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
    )
    if ran.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


# --- Full disks ----------------------------------------------------------------------------------------


def assert_full(code: int, err: str) -> None:
    assert_in_words(err)
    assert code == 4
    assert "the disk is full" in err


@pytest.mark.parametrize("spare", [0, 300])
def test_case_26_a_store_that_may_not_grow_stays_whole_and_is_caught_up_with(
    store: Path, log: Path, spare: int
) -> None:
    was = contents(store)
    grow(log)
    most = store.stat().st_size + spare * 1024

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    assert_full(*ended(started(*ingest(store, log), chunk=1 << 20, preexec_fn=limited)))
    assert contents(store) == was
    assert ended(started(*ingest(store, log), chunk=1 << 20))[0] == DONE
    check_counted(store, range(LINES))


@pytest.mark.parametrize("command", ["ingest", "update"])
def test_case_26_what_is_saved_but_not_yet_in_the_file_counts_and_is_said(
    store: Path, log: Path, command: str
) -> None:
    """A few lines go through DuckDB's log, where there is space; then the store's file may not grow."""
    box, config = store.with_name("box.txt"), store.with_name("logstats.toml")
    site = f'[[site]]\nname = "default"\nlogs = ["{log}"]\n[[site.counter]]\nfile = "box.txt"\n'
    config.write_text(f'database = "store.duckdb"\nat = "last"\n{site}')
    log.write_bytes(b"".join(numbered(105)))
    most = store.stat().st_size

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    arguments = ["update"] if command == "update" else ["ingest", str(log)]
    code, err = ended(started("--config", config, *arguments, chunk=1 << 20, preexec_fn=limited))
    assert code == DONE, err
    assert_in_words(err)
    assert "saved in the write-ahead log" in err
    assert wal(store).stat().st_size
    assert box.exists() == (command == "update")
    check_counted(store, range(105))


@pytest.mark.parametrize("spare", [0, 40])
def test_case_26_a_disk_that_is_full_in_duckdbs_log_is_caught_up_with(
    store: Path, log: Path, tmp_path: Path, spare: int
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, f"size={(store.stat().st_size >> 10) + 4 + spare}k"):
        there = disk / "store.duckdb"
        shutil.copyfile(store, there)
        was = contents(there)
        grow(log)
        assert_full(*ended(started(*ingest(there, log), before=UNSAVED, chunk=1 << 20)))
        assert contents(there) == was
        subprocess.run(["mount", "-o", "remount,size=16m", disk], check=True)
        read_in(there, log)
        check_counted(there, range(LINES))


def test_case_26_a_full_disk_keeps_store_and_counter_file_and_is_caught_up_with(
    store: Path, log: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "size=12m"):
        there, box = disk / "store.duckdb", disk / "box.html"
        shutil.copyfile(store, there)
        was = contents(there)
        assert run("--db", there, "counters", "-o", box, "--at", "2026-11-23").code == 0
        old = box.read_bytes()
        with (disk / "ballast").open("wb") as ballast:
            ballast.write(bytes(shutil.disk_usage(disk).free))
        grow(log)
        ran = run("--db", there, "ingest", log)
        assert_full(ran.code, ran.err)
        ran = run("--db", there, "counters", "-o", box, "--at", "2026-11-24")
        assert (ran.code, ran.out) == (1, "")
        assert "No space left on device; the file was not changed" in ran.err
        assert box.read_bytes() == old
        assert contents(there) == was
        (disk / "ballast").unlink()
        assert read_in(there, log).hits == LINES - 100
        assert run("--db", there, "counters", "-o", box, "--at", "2026-11-24").code == 0
        assert box.read_bytes() != old


def test_case_26_no_space_for_a_new_store_is_an_error_and_leaves_nothing(log: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "size=64k"):
        ran = run("--db", disk / "store.duckdb", "ingest", log)
        assert_full(ran.code, ran.err)
        assert [path.name for path in disk.iterdir()] == ["store.duckdb.ingest"]


BIG_SORT = """
    SELECT max(n) FROM (
        SELECT range AS n, hash(range) AS key FROM range(4_000_000) ORDER BY key LIMIT 3_900_000
    )"""


@pytest.mark.parametrize("free", [0, 4 << 20])
def test_case_26_no_space_to_spill_is_an_error_and_harms_nothing(store: Path, free: int) -> None:
    was = contents(store)
    disk = SimpleNamespace(f_bavail=free, f_frsize=1)
    with patch.object(room, "MEMORY_LIMIT", "40MB"), patch.object(room, "MOST_MEMORY", "40MB"):
        with patch.object(os, "statvfs", lambda _: disk):
            ran = run("--db", store, "sql", BIG_SORT)
        assert (ran.code, ran.out) == (4, "")
        assert_in_words(ran.err)
        assert "TMPDIR" in ran.err
        assert run("--db", store, "sql", BIG_SORT).code == 0
    assert contents(store) == was


def test_a_statement_that_reads_takes_more_memory_where_there_is_too_little(store: Path) -> None:
    no_disk = SimpleNamespace(f_bavail=0, f_frsize=1)
    with patch.object(room, "MEMORY_LIMIT", "40MB"), patch.object(os, "statvfs", lambda _: no_disk):
        with room.Session() as session, session.reading(store, 1):
            assert session.execute(BIG_SORT).rows == ((3_999_999,),)
        for most in ("40MB", "41MB"):
            with (
                patch.object(room, "MOST_MEMORY", most),
                room.Session() as session,
                pytest.raises(StoreError, match="not enough memory"),
                session.reading(store, 1),
            ):
                session.execute(BIG_SORT)
        with room.Session() as session, pytest.raises(StoreError), session.writing(store, 1):
            session.execute(BIG_SORT)


@pytest.mark.parametrize(("size", "limit"), [(0, 400e6), (800e6, 800e6), (900e6, 850e6)])
def test_work_over_all_of_a_store_may_take_as_much_memory_as_it_has_bytes(
    tmp_path: Path, size: float, limit: float
) -> None:
    path = tmp_path / "large.duckdb"
    path.touch()
    os.truncate(path, int(size))
    with patch.object(room, "MOST_MEMORY", "850MB"), room.Session.over_all(path) as session:
        found = session.execute("SELECT parse_formatted_bytes(current_setting('memory_limit'))").value()
    assert found == pytest.approx(limit, rel=0.01)
    with room.Session.over_all(tmp_path / "none.duckdb") as session:
        assert session.is_usable()


# --- Others' files, and file systems that are not to be written to --------------------------------------

NOT_WRITABLE: dict[str, Callable[[Path], None]] = {
    "a folder that is not ours": lambda store: store.parent.chmod(0o555),
    "a store that is not ours": lambda store: store.chmod(0o444),
}


@pytest.mark.parametrize("where", NOT_WRITABLE)
@pytest.mark.parametrize("was_locked", [True, False], ids=["lock files are there", "no lock files"])
def test_case_27_what_may_not_be_written_is_read_and_ingest_says_so(
    store: Path, log: Path, where: str, was_locked: bool
) -> None:
    grow(log)
    was = contents(store)
    if not was_locked:
        for kind in ("gate", "lock", "ingest"):
            store.with_name(f"{store.name}.{kind}").unlink(missing_ok=True)
    NOT_WRITABLE[where](store)
    try:
        assert unprivileged("--db", store, "counters").code == 0
        ran = unprivileged("--db", store, "ingest", log)
        assert (ran.code, ran.out) == (4, "")
        assert_in_words(ran.err)
        assert "Permission denied" in ran.err or "may not write" in ran.err
    finally:
        store.parent.chmod(0o755)
        store.chmod(0o644)
    assert contents(store) == was
    assert read_in(store, log).hits == LINES - 100


def test_case_27_a_store_without_read_permission_is_an_error(store: Path) -> None:
    store.chmod(0)
    ran = unprivileged("--db", store, "counters")
    assert (ran.code, ran.out) == (4, "")
    assert "can't be opened: " in ran.err
    assert "Permission denied" in ran.err
    store.chmod(0o600)
    assert unprivileged("--db", store, "counters").code == 0


@pytest.mark.parametrize("is_left", [True, False], ids=["a log is left over", "no log is left over"])
def test_case_27_on_a_read_only_file_system_reports_work(
    store: Path, log: Path, tmp_path: Path, is_left: bool
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "size=16m"):
        there = disk / "store.duckdb"
        shutil.copyfile(store, there)
        if is_left:
            grow(log)
            assert (
                ended(started(*ingest(there, log), before=UNSAVED.replace("== 2", "== 1"), chunk=200_000))[0]
                < 0
            )
            assert wal(there).exists()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        ran = run("--db", there, "sql", "SELECT count(*) FROM hits", "-f", "csv")
        assert ran.code == 0, ran
        assert (int(ran.out.split()[1]) > 100) == is_left
        assert run("--db", there, "verify").code == 0
        ran = run("--db", there, "ingest", log)
        assert (ran.code, ran.out) == (4, "")
        assert_in_words(ran.err)
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        read_in(there, log)
        check_counted(there, range(LINES if is_left else 100))


def test_case_27_where_nothing_may_be_written_at_all_reports_work_without_spilling(store: Path) -> None:
    with patch.object(os, "statvfs", side_effect=FileNotFoundError("no usable folder")):
        assert run("--db", store, "counters").code == 0


@pytest.mark.parametrize(
    ("settings", "mask", "mode"),
    [
        ("", 0o000, 0o600),
        ("", 0o022, 0o600),
        ("group_access = true", 0o077, 0o600),
        ("group_access = true", 0o027, 0o640),
        ("group_access = true", 0o007, 0o660),
        ("group_access = true", 0o000, 0o660),
    ],
)
def test_case_41_a_new_store_is_for_its_owner_and_for_the_group_if_the_settings_say_so(
    log: Path, tmp_path: Path, settings: str, mask: int, mode: int
) -> None:
    new, config = tmp_path / "new.duckdb", tmp_path / "logstats.toml"
    config.write_text(settings)
    arguments = ("--db", new, "--config", config, "ingest", "--site", "s", log)
    assert ended(started(*arguments, umask=mask))[0] == DONE
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("new.duckdb*")}
    assert modes == dict.fromkeys(modes, mode)
    assert len(modes) == 4


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_case_27_what_duckdb_writes_beside_the_store_is_for_those_whom_the_store_is_for(
    store: Path, log: Path, mode: int
) -> None:
    store.chmod(mode)
    grow(log)
    for mask in (0o077, 0o000):
        assert ended(started(*ingest(store, log), before=UNSAVED, umask=mask))[0] < 0
        assert wal(store).stat().st_mode & 0o777 == mode
        with room.Session() as session, session.opened(store, 10):
            pass
        assert not wal(store).exists()
