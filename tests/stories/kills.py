"""A real ingest in a process of its own, killed at random moments, and what must be true afterwards."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from support.lines import contents, numbered, read_in
from support.surface import process_env

from logstats.totals import recompute

CHUNK = 4000  # bytes: a short log has a dozen transactions
DONE = 0
ENDINGS = (DONE, -signal.SIGKILL)

# The program, but with small chunks, which says on stdout that it has begun.
PROGRAM = """
from support.lines import chunks_of
from logstats import signals
from logstats.store import creation, session  # so that the kill does not strike in an import
from logstats.cli import ingest
from logstats.__main__ import main
{before}
with signals.immediate(), chunks_of({chunk}):
    print(flush=True)
    main()
"""


def started(
    *arguments: str | Path, before: str = "", chunk: int = CHUNK, **options: Any
) -> subprocess.Popen[bytes]:
    """Start the program; give it when it has begun to work. `before` is code that it runs first."""
    env = process_env(
        {"PYTHONPATH": os.pathsep.join(map(str, (Path(__file__).parents[1], Path.cwd(), *sys.path)))}
    )
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(before=before, chunk=chunk), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        **options,
    )
    assert running.stdout is not None
    running.stdout.readline()
    return running


def ended(running: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Wait for a process to end; return its exit code and what it said on stderr."""
    _, err = running.communicate()
    return running.returncode, err.decode()


class History:
    """A log that grows and is rotated while ingests of it are killed.

    `at_once` ingests run side by side. Each line of the log has a size of its own, by which it is
    known again among the hits. A kill comes at most `longest_s` seconds after an ingest began to work.
    """

    longest_s = 0.4

    def __init__(self, folder: Path, seed: int, at_once: int = 1) -> None:
        self.folder, self.at_once = folder, at_once
        self.random = Random(seed)
        self.store = folder / "store.duckdb"
        self.live = folder / "access.log"
        self.written = 0
        self.killed = 0

    def run(self, kills: int) -> None:
        """Write, rotate, ingest and kill, so many times; then let one ingest finish, and check."""
        for _ in range(kills):
            self._write()
            running = [self._ingest() for _ in range(self.at_once)]
            for each in running:
                time.sleep(self.random.uniform(0, self.longest_s / self.at_once))
                each.kill()
            endings = [ended(each) for each in running]
            assert all(code in ENDINGS and not err.startswith("Traceback") for code, err in endings), endings
            self.killed += sum(code != DONE for code, _ in endings)
        assert ended(self._ingest())[0] == DONE
        check_counted(self.store, range(self.written))

    def _write(self) -> None:
        count = self.random.randrange(20, 120)
        with self.live.open("ab") as file:
            file.write(b"".join(numbered(count, self.written)))
        self.written += count
        if self.random.random() < 0.3:
            rotated = len(list(self.folder.glob("access.log*")))
            self.live.rename(self.folder / f"access.log.{rotated}")

    def _ingest(self) -> subprocess.Popen[bytes]:
        logs = sorted(self.folder.glob("access.log*"))
        return started("--db", self.store, "--wait", "60", "ingest", "--log-format", "combined", *logs)


def make_store(store: Path, log: Path) -> None:
    """Make the store that reading the log into none makes; of the same content it is read once only."""
    store.write_bytes(_read_into(log.read_bytes()))


@cache
def _read_into(content: bytes) -> bytes:
    with TemporaryDirectory() as name:
        log = Path(name) / "access.log"
        log.write_bytes(content)
        read_in(log.with_suffix(".duckdb"), log)
        return log.with_suffix(".duckdb").read_bytes()


def check_counted(store: Path, sizes: range) -> None:
    """Each line is counted once (its size is its number), and `verify` finds no difference."""
    counted = Counter(row[11] - 1000 for row in contents(store, "hits")["hits"])
    lost, doubled = set(sizes) - set(counted), {size for size, count in counted.items() if count > 1}
    assert (lost, doubled, set(counted) - set(sizes)) == (set(), set(), set())
    assert [check for check in recompute.verify(store, 60) if check.differences.rows] == []


@contextmanager
def stopped(running: subprocess.Popen[bytes]) -> Iterator[None]:
    """Stop a process within the block."""
    running.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        running.send_signal(signal.SIGCONT)


def kill_a_first_run(folder: Path, seed: int) -> bool:
    """Kill an ingest about when it makes its store; say whether a store is there, which is whole then."""
    store, log = folder / "store.duckdb", folder / "access.log"
    log.write_bytes(b"".join(numbered(40)))
    running = started("--db", store, "ingest", "--log-format", "combined", log)
    time.sleep(Random(seed).uniform(0, 0.15))
    running.kill()
    ended(running)
    is_there = store.exists()
    if is_there:
        check_counted(store, range(len(contents(store, "hits")["hits"])))
    read_in(store, log)
    check_counted(store, range(40))
    return is_there


def main(histories: int, kills: int, first_runs: int) -> None:
    """Go through so many histories of so many kills, then through so many first runs; say what came of it."""
    killed, written = 0, 0
    for number in range(histories):
        with TemporaryDirectory() as name:
            history = History(Path(name), number, at_once=1 + number % 3)
            history.run(kills)
        killed, written = killed + history.killed, written + history.written
        progress = f"{number + 1} histories, {killed} ingests killed, {written:,} lines, 0 lost, 0 doubled"
        sys.stdout.write(f"\r{progress}")
        sys.stdout.flush()
    whole = 0
    for number in range(first_runs):
        with TemporaryDirectory() as name:
            whole += kill_a_first_run(Path(name), number)
        sys.stdout.write(f"\r{number + 1} first runs killed, {whole} after the store was made, all whole  ")
        sys.stdout.flush()
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
