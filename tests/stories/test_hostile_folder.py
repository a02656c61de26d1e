"""A folder that others write to: what they put at our names is not followed, waited for or removed."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.lines import contents, numbered, read_in
from support.surface import PROGRAM, Ran, assert_in_words, process_env, run

from logstats import atomic
from logstats.errors import ExitCode
from logstats.store import locks
from stories.kills import make_store

TIMEOUT_S = 60  # of a run that would wait for ever


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_bytes(b"".join(numbered(20)))
    return path


@pytest.fixture
def store(tmp_path: Path, log: Path) -> Path:
    folder = tmp_path / "stores"
    folder.mkdir()
    path = folder / "store.duckdb"
    make_store(path, log)
    for file in folder.glob("store.duckdb.*"):
        file.unlink()
    return path


def process(*arguments: str | Path) -> Ran:
    """Run the program as a process of its own that must end by itself."""
    ran = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=process_env(),
        check=False,
        timeout=TIMEOUT_S,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr.decode())


def to_existing(path: Path) -> None:
    path.with_name("precious").write_text("precious")
    path.symlink_to("precious")


def to_nothing(path: Path) -> None:
    path.symlink_to("made-through-a-link")


def bound(path: Path) -> None:
    """Make a socket: under a short name, as the system wants it, and rename that."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as ours:
        short = Path(folder) / "s"
        ours.bind(str(short))
        short.rename(path)


PLANTED: dict[str, Callable[[Path], None]] = {
    "a FIFO": os.mkfifo,
    "a link to a file": to_existing,
    "a link to nothing": to_nothing,
    "a folder": Path.mkdir,
    "a socket": bound,
}
planted = pytest.mark.parametrize("what", PLANTED)


def left_alone(path: Path) -> None:
    """What was planted is there as it was, and nothing was written through it."""
    assert not path.is_file() or path.is_symlink()
    precious, made = path.with_name("precious"), path.with_name("made-through-a-link")
    assert not precious.exists() or precious.read_text() == "precious"
    assert not made.exists()


@planted
@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("gate", ["counters"]),
        ("gate", ["ingest", "access.log"]),
        ("lock", ["counters"]),
        ("lock", ["ingest", "access.log"]),
        ("ingest", ["ingest", "access.log"]),
        ("ingest", ["compact"]),
        ("update", ["update"]),
        ("wal", ["counters"]),
        ("wal", ["ingest", "access.log"]),
        ("wal", ["repair"]),
        ("wal.checkpoint", ["ingest", "access.log"]),
        ("wal.recovery", ["ingest", "access.log"]),
    ],
)
def test_case_35_at_the_name_of_a_file_beside_the_store(
    store: Path, log: Path, what: str, name: str, command: list[str]
) -> None:
    path = store.with_name(f"{store.name}.{name}")
    PLANTED[what](path)
    config = store.with_name("logstats.toml")
    config.write_text(f'database = "store.duckdb"\n[[site]]\nname = "default"\nlogs = ["{log}"]\n')
    ran = process("--config", config, *(str(log) if word == log.name else word for word in command))
    assert ran.code == ExitCode.STORE, ran
    assert_in_words(ran.err)
    assert f"{path}: is not a regular file" in ran.err
    assert "remove it" in ran.err
    left_alone(path)


@planted
def test_case_35_at_the_name_of_the_store(tmp_path: Path, log: Path, what: str) -> None:
    path = tmp_path / "store.duckdb"
    PLANTED[what](path)
    if what == "a link to nothing":  # the store is created where the link points to, as its owner wants it
        return
    for command in (["counters"], ["ingest", str(log)], ["verify"]):
        ran = process("--db", path, *command)
        assert ran.code == ExitCode.STORE, ran
        assert_in_words(ran.err)
    left_alone(path)


@planted
def test_case_35_at_the_name_of_a_counter_file(store: Path, what: str) -> None:
    path = store.with_name("box.html")
    PLANTED[what](path)
    ran = process("--db", store, "counters", "-o", path)
    assert ran.code == ExitCode.FAILED, ran
    assert_in_words(ran.err)
    assert str(path) in ran.err
    left_alone(path)


@planted
def test_case_35_at_the_name_of_a_snapshot(store: Path, what: str) -> None:
    path = store.with_name("copy.duckdb")
    PLANTED[what](path)
    ran = process("--db", store, "snapshot", path)
    assert ran.code == ExitCode.USAGE, ran
    assert "choose another name" in ran.err
    left_alone(path)


@planted
def test_case_35_at_a_name_that_temporary_files_once_had(store: Path, what: str) -> None:
    box, copy = store.with_name("box.txt"), store.with_name("copy.duckdb")
    names = [".box.txt.logstats", ".box.txt-0", ".copy.duckdb-0", ".store.duckdb-0", ".store.duckdb-backup"]
    for name in names:
        folder = store.with_name(f"of{name}")
        folder.mkdir()
        PLANTED[what](folder / "it")
        (folder / "it").rename(store.with_name(name))
    assert process("--db", store, "counters", "-o", box).code == 0
    assert process("--db", store, "snapshot", copy).code == 0
    assert process("--db", store, "compact").code == 0
    assert box.is_file()
    assert copy.is_file()
    for name in names:
        assert os.path.lexists(store.with_name(name)), name
        left_alone(store.with_name(name))


def test_case_35_a_hard_link_at_a_counter_file_is_replaced_as_a_name(store: Path) -> None:
    other, box = store.with_name("other.txt"), store.with_name("box.txt")
    other.write_text("keep")
    os.link(other, box)
    assert process("--db", store, "counters", "-o", box).code == 0
    assert other.read_text() == "keep"
    assert "Tất cả: 1" in box.read_text(encoding="utf-8")


def test_case_35_a_temporary_name_is_new_each_time_and_its_file_is_for_its_owner(tmp_path: Path) -> None:
    target, seen = tmp_path / "box", set()
    for _ in range(3):
        with atomic.fresh_file(target) as file:
            seen.add(file.name)
            assert os.fstat(file.fileno()).st_mode & 0o777 == 0o600
        with atomic.fresh(target) as path:
            seen.add(str(path.parent))
            assert path.parent.stat().st_mode & 0o777 == 0o700
    assert len(seen) == 6
    assert list(tmp_path.iterdir()) == []


NOT_OURS = [
    # the names of folders and files beside a store that others may have made
    ".store.duckdb-backup",
    ".store.duckdb-",
    ".store.duckdb.logstats-",
    ".store.duckdb.logstats-backup",
    ".store.duckdb.logstats-0123456789abcdef01234567",
    ".store.duckdb.logstats",
    "store.duckdb.tmp",
    "store.duckdb-old",
]


@pytest.mark.parametrize("name", NOT_OURS)
@pytest.mark.parametrize("is_folder", [True, False], ids=["folder", "file"])
def test_case_37_what_others_made_beside_the_store_stays(
    store: Path, log: Path, name: str, is_folder: bool
) -> None:
    path = store.with_name(name)
    precious = path / "fresh" if is_folder else path
    precious.parent.mkdir(exist_ok=True, mode=0o700)
    precious.write_text("precious")
    copy = store.with_name("copy.duckdb")
    new = store.with_name("new")
    theirs = new / name
    new.mkdir()
    theirs.mkdir()
    for command in (
        ["compact"],
        ["snapshot", str(copy)],
        ["repair"],
        ["counters", "-o", str(store.with_name("box.txt"))],
    ):
        ran = run("--db", store, *command)
        assert ran.code == 0, ran
    assert run("--db", new / store.name, "ingest", "--site", "s", log).code == 0
    assert precious.read_text() == "precious"
    assert theirs.is_dir()


@pytest.mark.parametrize("is_folder", [True, False], ids=["folder", "file"])
def test_case_37_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path, is_folder: bool) -> None:
    made, used = ("fresh", "fresh.touch()") if is_folder else ("fresh_file", "fresh.flush()")
    code = (
        "import os, sys; from pathlib import Path; from logstats import atomic\n"
        f"with atomic.{made}(Path(sys.argv[1])) as fresh:\n    {used}\n    os._exit(9)\n"
    )
    target = tmp_path / "target"
    subprocess.run([sys.executable, "-c", code, target], env=process_env(), check=False)
    (left,) = tmp_path.iterdir()
    assert re.fullmatch(r"\.target\.logstats-[0-9a-f]{24}", left.name)
    with atomic.fresh(tmp_path / "another"):
        assert left.exists()
    with atomic.fresh(target) if is_folder else atomic.fresh_file(target):
        assert not left.exists()


def text_file(path: Path) -> None:
    path.write_text("precious")


def duckdb_file(path: Path) -> None:
    code = f"import duckdb; duckdb.connect({str(path)!r}).execute('CREATE TABLE t (i INT)')"
    subprocess.run([sys.executable, "-c", code], check=True)


def beginning_of_a_store(path: Path) -> None:
    path.write_bytes(path.with_name("store.duckdb").read_bytes()[:9000])


NO_STORES: dict[str, Callable[[Path], None]] = {
    "a text": text_file,
    "an empty file": Path.touch,
    "another DuckDB file": duckdb_file,
    "the beginning of a store": beginning_of_a_store,
}


@pytest.mark.parametrize("what", NO_STORES)
def test_case_38_a_snapshot_replaces_a_store_or_nothing(store: Path, what: str) -> None:
    path = store.with_name("notes")
    NO_STORES[what](path)
    old = path.read_bytes()
    ran = run("--db", store, "snapshot", path)
    assert ran.code == ExitCode.USAGE, ran
    assert f"{path}: is not a store of logstats" in ran.err
    assert path.read_bytes() == old


def test_case_38_a_snapshot_replaces_a_snapshot(store: Path, log: Path) -> None:
    path = store.with_name("copy.duckdb")
    assert run("--db", store, "snapshot", path).code == 0
    log.write_bytes(b"".join(numbered(30)))
    read_in(store, log)
    assert run("--db", store, "snapshot", path).code == 0
    assert contents(path) == contents(store)


def hold(store: Path, work: str) -> subprocess.Popen[bytes]:
    """Start a process that has a lock of the store until it is killed."""
    code = (
        "import sys; from pathlib import Path; from logstats.store import locks\n"
        "with locks.ingest_lock(Path(sys.argv[1]), sys.argv[2]):\n"
        "    print(flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, store, work],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=process_env(),
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    return holder


@pytest.mark.parametrize("work", ["ingest", "update"])
@pytest.mark.parametrize("command", ["ingest", "update", "compact"])
@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="the system does not say who has a lock")
def test_case_47_a_lock_that_is_held_for_an_hour_is_said(
    store: Path, log: Path, work: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = store.with_name("logstats.toml")
    config.write_text(f'database = "store.duckdb"\n[[site]]\nname = "default"\nlogs = ["{log}"]\n')
    arguments = {"ingest": ["ingest", str(log)], "update": ["update"], "compact": ["compact"]}[command]
    log.write_bytes(b"".join(numbered(30)))
    concerns = work == "ingest" or command == "update"
    with hold(store, work) as holder:
        young = run("--config", config, *arguments)
        monkeypatch.setattr(locks, "LONG_RUN_S", 0.0)
        old = run("--config", config, *arguments)
        holder.kill()
    if not concerns:
        assert (young.code, old.code) == (0, 0)
        return
    assert young.code == (ExitCode.STORE if command == "compact" else 0)
    assert old.code == ExitCode.FAILED, old
    assert f"PID {holder.pid}" in old.err
    assert "has been running for" in old.err
    assert run("--config", config, *arguments).code == 0


def test_case_35_a_hard_link_at_the_lock_of_an_update_is_not_written_to(store: Path, log: Path) -> None:
    other = store.with_name("other.txt")
    other.write_text("keep")
    os.link(other, store.with_name(f"{store.name}.update"))
    config = store.with_name("logstats.toml")
    config.write_text(f'database = "store.duckdb"\n[[site]]\nname = "default"\nlogs = ["{log}"]\n')
    assert process("--config", config, "update").code == 0
    assert other.read_text() == "keep"
