"""Cases 36 and 48: what can make a run wait or read for very long, stopped; more logs than may be opened."""

import bz2
import gzip
import io
import lzma
import os
import resource
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.lines import STORES, contents, numbered
from support.surface import PROGRAM, assert_in_words, process_env, run

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LONGEST_S = 2.0  # from a signal to the end of a run
SLOW = 3.0  # times as slow as an idle machine the one of the tests may be
PART = b"a" * (32 << 20)
TIMES = 400  # parts of an archive: 12 GB
PACKERS: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    # what packs a part, and how many parts unpack for much longer than a run is waited for
    "gz": (gzip.compress, TIMES),
    "bz2": (bz2.compress, TIMES),
    "xz": (lambda data: lzma.compress(data, preset=0), TIMES),
    "zst": (zstd.compress, 20 * TIMES),  # 10 GB a second
}


def bomb(packer: str, part: bytes) -> Callable[[Path], None]:
    """Return what makes an archive of many parts, which is small and unpacks for minutes."""
    pack, times = PACKERS[packer]

    def write(path: Path) -> None:
        path.write_bytes(pack(part) * times)

    return write


def tar_bomb(path: Path) -> None:
    header = tarfile.TarInfo("access.log")
    header.size = len(PART) * TIMES
    path.write_bytes(gzip.compress(header.tobuf()) + gzip.compress(PART) * TIMES)


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(40):
            archive.writestr(f"{number}.log", PART)


def lines_after_a_hole(path: Path) -> None:
    path.write_bytes(b"".join(numbered(20)))
    os.truncate(path, 1 << 40)


@contextmanager
def writer(path: Path, *, data: bytes = b"") -> Iterator[None]:
    """Hold a FIFO open for writing, and write something to it at first."""
    over = threading.Event()

    def write() -> None:
        with path.open("wb", buffering=0) as fifo:
            fifo.write(data)
            over.wait(60)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # the writer may still wait for one
        thread.join()
        os.close(reader)


ENDLESS: dict[str, Callable[[Path], None]] = {
    "a FIFO without a writer": os.mkfifo,
    "a FIFO with a silent writer": os.mkfifo,
    "a FIFO whose writer pauses": os.mkfifo,
    **{f"a bomb in {name}": bomb(name, PART) for name in PACKERS},
    "NULs in gz": bomb("gz", bytes(32 << 20)),
    "a bomb in tar.gz": tar_bomb,
    "a bomb in zip": zip_bomb,
    "lines before a hole of a terabyte": lines_after_a_hole,
}
WRITERS = {"a FIFO with a silent writer": b"", "a FIFO whose writer pauses": b"".join(numbered(9))}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize("what", ENDLESS)
@pytest.mark.parametrize("command", ["ingest", "update"])
def test_case_36_a_signal_ends_a_run_within_two_seconds(
    tmp_path: Path, what: str, command: str, number: int, code: int
) -> None:
    if command == "update" and number == signal.SIGINT:
        pytest.skip("cron sends no Ctrl-C")
    store, log, config = tmp_path / "s.duckdb", tmp_path / "logs" / "access.log", tmp_path / "logstats.toml"
    STORES.add(store)
    log.parent.mkdir()
    other = tmp_path / "other.log"
    other.write_bytes(b"".join(numbered(5, first=100)))
    config.write_text(f'[[site]]\nname = "s"\ntimezone = "UTC"\nlogs = ["{log}"]\n')
    ENDLESS[what](log)
    base = (*PROGRAM, "--db", str(store), "--config", str(config))
    assert subprocess.run([*base, "ingest", str(other)], env=process_env(), check=False).returncode == 0
    arguments = [*base, "ingest", str(log)] if command == "ingest" else [*base, "update"]
    with subprocess.Popen(arguments, env=process_env(), stderr=subprocess.PIPE) as running:
        if what in WRITERS:
            with writer(log, data=WRITERS[what]):
                found = stopped_after(running, number)
        else:
            found = stopped_after(running, number)
        assert running.stderr is not None
        assert (found[0], running.stderr.read()) == (code, b"")
    assert found[1] < LONGEST_S * SLOW
    assert len(contents(store, "hits")["hits"]) == 5
    assert not list(tmp_path.glob(".*"))


def stopped_after(running: "subprocess.Popen[bytes]", number: int) -> tuple[int, float]:
    """Send a signal to a run that is busy; return its exit code, and how long it took to end."""
    until = time.monotonic() + 3 * SLOW
    while time.monotonic() < until and running.poll() is None and _cpu_s(running.pid) < 1:
        time.sleep(0.1)
    assert running.poll() is None, "the run ended by itself"
    running.send_signal(number)
    sent = time.monotonic()
    return running.wait(60), time.monotonic() - sent


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_case_36_a_fifo_that_is_named_is_read_to_its_end(tmp_path: Path) -> None:
    store, fifo = tmp_path / "s.duckdb", tmp_path / "access.log"
    STORES.add(store)
    os.mkfifo(fifo)

    def write() -> None:
        with fifo.open("wb", buffering=0) as file:
            for line in numbered(30):
                time.sleep(0.01)
                file.write(line)

    thread = threading.Thread(target=write)
    thread.start()
    ran = run("--db", store, "ingest", "--site", "s", "--timezone", "UTC", fifo)
    thread.join()
    assert ran.code == 0, ran
    assert len(contents(store, "hits")["hits"]) == 30


def test_case_36_what_is_no_file_is_skipped_in_a_folder_and_refused_by_name(tmp_path: Path) -> None:
    store, logs = tmp_path / "s.duckdb", tmp_path / "logs"
    STORES.add(store)
    logs.mkdir()
    (logs / "access.log").write_bytes(b"".join(numbered(3)))
    os.mkfifo(logs / "access.log.1")
    (logs / "access.log.2").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(logs / "access.log.3"))
        for several in (logs, logs / "access.log*"):
            assert run("--db", store, "ingest", "--site", "s", several).code == 0
        for name in ("access.log.2", "access.log.3"):
            ran = run("--db", store, "ingest", "--site", "s", logs / name)
            assert (ran.code, ran.out) == (1, "")
            assert f"{logs / name}: " in ran.err
            assert_in_words(ran.err)
    assert len(contents(store, "hits")["hits"]) == 3


@pytest.mark.parametrize("kind", ["plain", "gz", "tar"])
def test_case_48_more_logs_than_may_be_opened_are_read(tmp_path: Path, kind: str) -> None:
    store, logs = tmp_path / "s.duckdb", tmp_path / "logs"
    STORES.add(store)
    logs.mkdir()
    count = 60
    members = {f"access.log.{number}": b"".join(numbered(2, first=2 * number)) for number in range(count)}
    if kind == "tar":
        with tarfile.open(logs / "all.tar", "w") as archive:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    for name, data in members.items() if kind != "tar" else ():
        (logs / name).write_bytes(gzip.compress(data) if kind == "gz" else data)
    command = [*PROGRAM, "--db", str(store), "ingest", "--site", "s", "--timezone", "UTC", str(logs)]
    for _ in range(2):
        ran = subprocess.run(
            command,
            env=process_env(),
            check=False,
            capture_output=True,
            preexec_fn=_few_files,
        )
        assert ran.returncode == 0, ran
        assert len(contents(store, "hits")["hits"]) == 2 * count


def _few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
