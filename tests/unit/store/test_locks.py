"""Who may have the store: readers together, a writer alone, and nobody goes before one who waits."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from support.surface import process_env

from logstats.errors import StoreBusyError
from logstats.store import locks
from logstats.store.locks import held

LONG = 60.0
HOLD = """
import sys, time
from pathlib import Path
from logstats.store import locks
with locks.held(Path(sys.argv[1]), time.monotonic(), alone=sys.argv[2] == "alone"):
    print(flush=True)
    sys.stdin.read(1)
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "store.duckdb"
    path.touch(0o640)
    return path


def until(seconds: float) -> float:
    return time.monotonic() + seconds


@contextmanager
def held_elsewhere(store: Path, how: str) -> Iterator[subprocess.Popen[bytes]]:
    """Have another process of ours hold the store until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, store, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=process_env(),
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        yield other
        other.kill()


@pytest.mark.parametrize(
    ("first", "second", "is_free"),
    [("read", "read", True), ("read", "alone", False), ("alone", "read", False), ("alone", "alone", False)],
)
def test_readers_share_and_a_writer_is_alone(store: Path, first: str, second: str, is_free: bool) -> None:
    with ExitStack() as stack:
        stack.enter_context(held(store, until(0), alone=first == "alone"))
        if not is_free:
            stack.enter_context(pytest.raises(StoreBusyError))
        stack.enter_context(held(store, until(0), alone=second == "alone"))
    with held(store, until(0), alone=True):
        pass


@pytest.mark.parametrize("waits_alone", [True, False])
def test_nobody_goes_before_one_who_waits(store: Path, waits_alone: bool) -> None:
    """While a writer waits for a reader, the next reader waits for the writer."""
    order: list[str] = []

    def wait_for_it() -> None:
        with held(store, until(LONG), alone=waits_alone):
            order.append("who waited")

    with held(store, until(0), alone=not waits_alone):
        waiting = threading.Thread(target=wait_for_it)
        waiting.start()
        soon = until(20)
        while is_open(store) and time.monotonic() < soon:
            time.sleep(0.001)
        with pytest.raises(StoreBusyError), held(store, until(0), alone=False):
            order.append("who came later")
    waiting.join()
    assert order == ["who waited"]


def is_open(store: Path) -> bool:
    """Whether nobody holds the gate."""
    gate = os.open(f"{store}.gate", os.O_RDONLY)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(gate)
    return True


@pytest.mark.parametrize("how", ["read", "alone"])
def test_who_holds_it_is_named_by_command_and_pid(store: Path, how: str) -> None:
    with (
        held_elsewhere(store, how) as other,
        pytest.raises(StoreBusyError) as refused,
        held(store, until(0.1), alone=True),
    ):
        pass
    assert f"(PID {other.pid})" in str(refused.value)
    assert "import sys, time" in str(refused.value)  # its command
    assert "\n" not in str(refused.value)


def test_a_lock_dies_with_its_process(store: Path) -> None:
    with held_elsewhere(store, "alone") as other:
        other.kill()
        with held(store, until(LONG), alone=True):
            pass


def test_a_store_by_another_name_is_the_same_store(store: Path) -> None:
    link = store.with_name("link.duckdb")
    link.symlink_to(store)
    with held(store, until(0), alone=True), pytest.raises(StoreBusyError), held(link, until(0), alone=False):
        pass


def test_lock_files_are_for_those_whom_the_store_is_for(store: Path) -> None:
    before = os.umask(0o077)
    try:
        with held(store, until(0), alone=False):
            pass
    finally:
        os.umask(before)
    assert {(store.parent / f"store.duckdb.{kind}").stat().st_mode & 0o777 for kind in ("gate", "lock")} == {
        0o640
    }


def test_where_no_lock_file_can_be_it_goes_without() -> None:
    store = Path("/proc/self/store.duckdb")
    with held(store, until(0), alone=True), held(store, until(0), alone=True):
        pass


def test_while_one_has_the_right_to_ingest_nobody_else_has(store: Path) -> None:
    with locks.ingest_lock(store) as first, locks.ingest_lock(store) as second:
        assert (first, second) == (True, False)
    with locks.ingest_lock(store) as again:
        assert again


READERS, WRITERS, TURNS = 10, 2, 4
CONTEND = """
import os, sys, time
from pathlib import Path
from logstats.store import locks
store, alone = Path(sys.argv[1]), sys.argv[2] == "alone"
print(flush=True)
sys.stdin.readline()
log = os.open(sys.argv[3], os.O_WRONLY | os.O_APPEND)
ended = Path(sys.argv[3]).with_name("ended")
left = int(sys.argv[4])
while left and not ended.exists():
    os.write(log, f"{os.getpid()} waits\\n".encode())
    with locks.held(store, time.monotonic() + 60, alone=alone):
        os.write(log, f"{os.getpid()} has\\n".encode())
        time.sleep(0.01)
    left -= 1
"""


def test_case_49_a_writer_waits_for_the_readers_before_it_and_for_few_others(store: Path) -> None:
    """Ten readers without a pause and two writers: a turn of a writer comes before each of them had ten."""
    log = store.with_name("order")
    log.touch()
    jobs = [("read", "-1")] * READERS + [("alone", str(TURNS))] * WRITERS
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", CONTEND, store, how, log, times],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=process_env(),
                )
            )
            for how, times in jobs
        ]
        for one in running:
            assert one.stdout is not None
            one.stdout.readline()
        for one in running:
            assert one.stdin is not None
            one.stdin.write(b"\n")
            one.stdin.flush()
        writers = running[READERS:]
        assert [writer.wait() for writer in writers] == [0] * WRITERS
        store.with_name("ended").touch()
        assert {one.wait() for one in running} == {0}
    for writer in writers:
        waited = waits(log, writer.pid)
        assert len(waited) == TURNS
        assert max(waited) <= 10 * len(jobs)


def waits(log: Path, pid: int) -> list[int]:
    """Return for each turn of a process how many turns others had while it waited."""
    counts: list[int] = []
    waiting = None
    for line in log.read_text().splitlines():
        number, _, what = line.partition(" ")
        if int(number) != pid:
            waiting = None if waiting is None else waiting + (what == "has")
        elif what == "waits":
            waiting = 0
        else:
            assert waiting is not None
            counts.append(waiting)
            waiting = None
    return counts
