"""What can go wrong with processes, signals, disks and the store's file, each case with its number.

The numbers are those of the list of thirty cases that logstats promises to survive.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest
from support.lines import chunks_of, contents, numbered, read_in
from support.surface import process, process_env, run

from logstats import signals
from logstats.cli import context, figures
from logstats.config import Settings
from logstats.errors import StoppedError, StoreError
from logstats.ingest import pipeline
from logstats.ingest.request import IngestRequest
from logstats.store import Session, locks
from stories.kills import DONE, History, check_counted, ended, make_store, started, stopped

KILLS = int(os.environ.get("LOGSTATS_KILLS", "1"))  # so many times as many histories with kills


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_bytes(b"".join(numbered(120)))
    return path


def ingest(store: Path, log: Path) -> tuple[str, ...]:
    return ("--db", str(store), "--wait", "60", "ingest", "--log-format", "combined", str(log))


# --- Kills ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3 * KILLS))
def test_case_20_a_killed_ingest_loses_and_doubles_nothing(tmp_path: Path, seed: int) -> None:
    History(tmp_path, seed).run(kills=5)


CREATION = {
    # where the first creation of a store is cut off by a kill: code that runs before
    "before the file": "creation._write_empty = killed",
    "in the schema": "creation.schema.migrate = killed",
    "before it has its name": "creation.atomic.create = killed",
    "after it has its name": "creation.atomic.sync_folder = killed",
}
KILLED = "import os\ndef killed(*_): os.kill(os.getpid(), 9)\n"


@pytest.mark.parametrize("where", CREATION)
def test_case_21_killed_at_first_creation_the_store_is_there_whole_or_not_at_all(
    store: Path, log: Path, where: str
) -> None:
    assert ended(started(*ingest(store, log), before=KILLED + CREATION[where]))[0] == -signal.SIGKILL
    assert not store.exists() or store.stat().st_size
    assert ended(started(*ingest(store, log)))[0] == DONE
    check_counted(store, range(120))
    assert not list(store.parent.glob(".*"))


def test_case_21_an_empty_file_is_no_store_and_stays_as_it_is(store: Path, log: Path) -> None:
    store.touch()
    for command in (["counters"], ["ingest", str(log)], ["verify"]):
        ran = run("--db", store, *command)
        assert (ran.code, ran.out) == (4, "")
        assert "is an empty file, not a store; remove it" in ran.err
    assert store.stat().st_size == 0


# --- Signals, and the outcome of a commit -----------------------------------------------------------

# While COMMIT runs, and before and after it, the process gets the signal again and again.
SIGNALLED = """
import os, threading
commit = session.Session._commit
def signalled(session, path):
    over = threading.Event()
    def fire():
        while not over.wait(0.0005):
            os.kill(os.getpid(), {signal})
    with __import__("concurrent.futures").futures.ThreadPoolExecutor(1) as pool:
        pool.submit(fire)
        try:
            commit(session, path)
        finally:
            over.set()
session.Session._commit = signalled
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_case_22_a_signal_in_commit_ends_the_run_after_it(
    store: Path, log: Path, number: int, code: int
) -> None:
    ran = ended(started(*ingest(store, log), before=SIGNALLED.format(signal=int(number))))
    assert ran == (code, "")
    committed = len(contents(store, "hits")["hits"])
    assert 0 < committed < 120
    check_counted(store, range(committed))
    assert ended(started(*ingest(store, log)))[0] == DONE
    check_counted(store, range(120))


class BrokenCommit:
    """A connection whose COMMIT fails, after it has done its work or without."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, is_in: bool) -> None:
        self.connection, self.is_in = connection, is_in

    def __getattr__(self, name: str) -> object:
        return getattr(self.connection, name)

    def cursor(self) -> "BrokenCommit":
        return BrokenCommit(self.connection.cursor(), self.is_in)

    def execute(self, sql: str, params: object = None) -> duckdb.DuckDBPyConnection:
        if sql != "COMMIT":
            return self.connection.execute(sql, params)
        if self.is_in:
            self.connection.execute(sql)
        raise duckdb.IOException("IO Error: the line went dead")


@pytest.mark.parametrize("is_in", [True, False])
def test_case_22_after_an_error_around_commit_the_next_run_sees_what_is_in(
    store: Path, log: Path, is_in: bool
) -> None:
    log.write_bytes(b"".join(numbered(40)))
    make_store(store, log)
    with log.open("ab") as file:
        file.write(b"".join(numbered(40, 40)))
    begin = Session.__init__

    def broken(session: Session, connection: duckdb.DuckDBPyConnection | None = None) -> None:
        begin(session, connection)
        if connection is None:
            session._connection = BrokenCommit(session._connection, is_in)  # type: ignore[assignment]

    with (
        patch.object(Session, "__init__", broken),
        pytest.raises(StoreError, match="continues from the position"),
    ):
        read_in(store, log)
    assert len(contents(store, "hits")["hits"]) == (80 if is_in else 40)
    assert read_in(store, log).hits == (0 if is_in else 40)
    check_counted(store, range(80))


def test_case_22_a_signal_while_standard_input_is_awaited_ends_the_run(store: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "logstats", "-v", "--db", store, "ingest", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=process_env(),
    )
    while not store.exists():
        pass
    running.send_signal(signal.SIGTERM)
    assert ended(running) == (143, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_case_22_a_signal_at_any_moment_ends_the_run_in_silence(store: Path, log: Path, number: int) -> None:
    log.write_bytes(b"".join(numbered(400)))
    for moment in (0.0, 0.05, 0.15):
        running = started(*ingest(store, log))
        time.sleep(moment)
        running.send_signal(number)
        code, err = ended(running)
        assert code in (0, 128 + number, -number)
        assert code == 0 or err == ""
    assert ended(started(*ingest(store, log)))[0] == DONE
    check_counted(store, range(400))


def test_no_thread_of_a_run_is_a_daemon_or_outlives_it(store: Path, log: Path) -> None:
    before = set(threading.enumerate())
    seen: set[threading.Thread] = set()

    def look(_: int) -> None:
        seen.update(threading.enumerate())

    order = IngestRequest(store, (str(log),), Settings(), log_format="combined")
    with chunks_of(4000):
        pipeline.ingest(order, look)
    assert seen - before
    assert not [thread for thread in seen - before if thread.daemon]
    assert set(threading.enumerate()) <= before


def test_what_is_heeded_ends_between_two_statements_and_nothing_of_it_is_kept(store: Path, log: Path) -> None:
    make_store(store, log)
    before = contents(store)
    with (
        pytest.raises(StoppedError) as stopped_by,
        signals.deferred(),
        Session() as session,
        session.writing(store, 10),
    ):
        session.execute("DELETE FROM store.hit")
        os.kill(os.getpid(), signal.SIGTERM)
        session.execute("DELETE FROM store.visit")
        pytest.fail("it went on")
    assert stopped_by.value.exit_code == 143
    assert contents(store) == before


# --- Many at once -----------------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [2, 3])
def test_case_23_ingests_at_once_and_killed_count_each_line_once(tmp_path: Path, at_once: int) -> None:
    for number in range(KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        History(folder, number, at_once).run(kills=2)


def test_case_23_the_second_ingest_exits_at_once_and_says_so_with_verbose(store: Path, log: Path) -> None:
    running = started(*ingest(store, log))
    lock = store.with_name(f"{store.name}.ingest")
    while not (lock.exists() and f":{lock.stat().st_ino} " in Path("/proc/locks").read_text()):
        assert running.poll() is None
    with stopped(running):
        ran = process("-v", *ingest(store, log))
    assert (ran.code, ran.out) == (0, "")
    assert "another run is using this store" in ran.err
    assert ended(running)[0] == DONE
    check_counted(store, range(120))


WRITER = """
import sys
from pathlib import Path
from logstats.store import Session
store, done = Path(sys.argv[1]), 0
print(flush=True)
with Session() as session:
    while not store.with_name("over").exists():
        with session.writing(store, 60):
            session.execute("UPDATE store.source SET lines = lines + 1, hits = hits + 1")
            session.execute("INSERT INTO store.hit SELECT * FROM store.hit LIMIT 1")
        done += 1
print(done)
"""
READER = """
import sys
from pathlib import Path
from logstats.store import Session
seen = []
with Session() as session:
    for _ in range(int(sys.argv[2])):
        with session.reading(Path(sys.argv[1]), 60):
            rows = session.execute("SELECT (SELECT sum(lines) FROM sources), count(*) FROM hits").rows
        seen.append(rows[0])
assert all(lines == hits for lines, hits in seen), seen
assert seen == sorted(seen), seen
"""


def test_case_24_200_readers_and_a_writer_that_never_pauses_and_none_fails(store: Path, log: Path) -> None:
    make_store(store, log)
    writer, *readers = (
        subprocess.Popen(
            [sys.executable, "-c", code, store, "50"],
            env=process_env(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for code in (WRITER, *[READER] * 4)
    )
    assert [ended(reader) for reader in readers] == [(0, "")] * 4
    store.with_name("over").touch()
    out, err = writer.communicate()
    assert (writer.returncode, err) == (0, b"")
    assert int(out) > 20


def test_case_24_a_reader_whose_pager_hangs_keeps_nobody_out(store: Path, log: Path) -> None:
    make_store(store, log)
    reader = subprocess.Popen(
        [sys.executable, "-m", "logstats", "--db", store, "sql", "SELECT repeat('x', 1000) FROM range(1000)"],
        stdout=subprocess.PIPE,
        env=process_env(),
    )
    assert reader.stdout is not None
    reader.stdout.read(1)  # it prints, and is stuck now: a pipe holds 64 KiB
    with log.open("ab") as file:
        file.write(b"".join(numbered(10, 120)))
    ran = run("--db", store, "--wait", "0", "ingest", log)
    assert (ran.code, reader.poll()) == (0, None), ran
    check_counted(store, range(130))
    assert len(reader.communicate()[0].splitlines()) == 1001
    assert reader.returncode == 0


PRINTING = [
    *(["report", name] for name in ("articles", "online", "visits", "sources", "rejects")),
    ["counters"],
    ["sql", "SELECT 1"],
    ["sql", "SELECT 1", "--format", "parquet"],
    ["verify"],
]


@pytest.mark.parametrize("command", PRINTING, ids=" ".join)
def test_case_24_no_command_prints_while_it_holds_the_store(
    store: Path, log: Path, command: list[str]
) -> None:
    make_store(store, log)
    if command == ["verify"]:
        with Session() as session, session.writing(store, 10):
            session.execute("UPDATE store.day_total SET visits = visits + 1")
    printed: list[bytes] = []

    def put(data: bytes) -> None:
        with locks.held(store, 0, alone=True), duckdb.connect(str(store)):
            printed.append(data)

    with patch.object(figures, "write_stdout", put), patch.object(context, "write_stdout", put):
        ran = run("--db", store, *command)
    assert ran.code == (5 if command == ["verify"] else 0), ran
    assert len(printed) == 1


HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read(1)"


@contextmanager
def held_by_another_program(store: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        yield other
        other.kill()


@pytest.mark.parametrize("command", ["ingest", "counters"])
def test_case_25_another_program_that_holds_the_store_is_named_and_waited_for(
    store: Path, log: Path, command: str
) -> None:
    make_store(store, log)
    with log.open("ab") as file:
        file.write(b"".join(numbered(10, 120)))
    arguments = [command, str(log)] if command == "ingest" else [command]
    with held_by_another_program(store) as other:
        ran = run("--db", store, "--wait", "0.1", *arguments)
        assert (ran.code, ran.out) == (4, "")
        assert f"busy, held by '{sys.executable} -c import duckdb" in ran.err
        assert f"(PID {other.pid}); try again, or wait longer with --wait" in ran.err
        waiting = started("--db", store, "--wait", "60", *arguments)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(0.5)
    assert ended(waiting)[0] == DONE
    check_counted(store, range(130 if command == "ingest" else 120))
