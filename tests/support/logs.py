"""A short log, and what a writer or an admin does to it."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from logstats.sources import files

FOUR = [b"%d of four\n" % number for number in range(4)]
DAY = 86_400


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give a log of four lines."""
    path = tmp_path / "access.log"
    path.write_bytes(b"".join(FOUR))
    return path


def beside(log: Path, ending: str, lines: list[bytes] = FOUR) -> Path:
    """Write a log of the same name with an ending."""
    path = log.with_name(log.name + ending)
    path.write_bytes(b"".join(lines))
    return path


def append(log: Path, lines: list[bytes]) -> None:
    """Write on at the end of a log."""
    with log.open("ab") as file:
        file.write(b"".join(lines))


def rest(*logs: Path, seconds: float = 7 * DAY) -> None:
    """Let nobody have written to logs for so long."""
    for log in logs:
        at = files.now() - seconds
        os.utime(log, (at, at))


def of(*lines: bytes) -> Counter[bytes]:
    """Return lines as a store counts them."""
    return Counter(line.rstrip(b"\r\n") for line in lines)


@contextmanager
def happening(number: int, event: Callable[[], object]) -> Iterator[None]:
    """Let something happen right before the n-th time that something is read of a log."""
    reads = iter(range(1_000_000))

    def read_at(descriptor: int, size: int, offset: int) -> bytes:
        if next(reads) == number:
            event()
        return os.pread(descriptor, size, offset)

    with patch.object(files, "read_at", read_at):
        yield
