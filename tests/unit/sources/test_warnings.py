"""Each warning of a scan shows the name of its log as text, on one line (case 45)."""

import gzip
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.folder import Memory
from support.lines import numbered

from logstats.errors import LogError
from logstats.sources import Scan, files

NAME = "a\x1b[31m\nb\x9b\u202e\u2028\x7f"
SHOWN = "a\\x1b[31m\\nb\\x9b\\u202e\\u2028\\x7f"
A_WEEK = 7 * 86_400
LINES = b"".join(numbered(30))


def tar(count: int, kind: bytes, data: bytes = LINES) -> bytes:
    """Return an archive of members of one kind, whose names end in their numbers."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for number in range(count):
            member = tarfile.TarInfo(f"{NAME}{number}")
            member.type, member.size = kind, len(data) if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def read(log: Path, data: bytes, memory: Memory, machine: str = "") -> list[str]:
    """Read a log of a week ago, and return the warnings."""
    log.write_bytes(data)
    os.utime(log, (files.now() - A_WEEK,) * 2)
    return memory.read(log, machine=machine).warnings


def foreign(log: Path) -> list[str]:
    memory = Memory()
    read(log.with_name(f"other {NAME}"), LINES, memory, "one")
    return read(log, LINES, memory, "two")


def gone(log: Path) -> list[str]:
    memory = Memory()
    log.write_bytes(LINES + b"half a line")
    memory.read(log)
    memory.known = {
        number: one._replace(size=one.position + 9, complete=False) for number, one in memory.known.items()
    }
    log.unlink()
    return memory.read().warnings


def refused(log: Path) -> Memory:
    """Return what is kept of a log that could not be read."""
    memory = Memory()
    log.write_bytes(LINES)
    with Scan([str(log)], memory.known_logs()) as scan:
        for reader in scan.readers():
            scan.drop(reader, LogError("of a test", path=str(log)))
        memory._keep(scan.findings)
    return memory


def again(log: Path) -> list[str]:
    return refused(log).read(log).warnings


def vanished(log: Path) -> list[str]:
    memory = refused(log)
    log.unlink()
    return memory.read().warnings


WARNINGS: dict[str, Callable[[Path], list[str]]] = {
    # words of a warning: what gives it
    "begins like": foreign,
    "the archive is damaged": lambda log: read(log, gzip.compress(LINES)[:-3] + b"\0\0\0", Memory()),
    "ends in the middle": lambda log: read(log, gzip.compress(LINES)[:-20], Memory()),
    "ends before the file does": lambda log: read(log, gzip.compress(LINES) + b"garbage", Memory()),
    "has no file that could be a log": lambda log: read(log, tar(1, tarfile.DIRTYPE), Memory()),
    "is gone before it was read": gone,
    "can be read now": again,
    "is gone, so it is not reported": vanished,
}


@pytest.mark.parametrize("words", WARNINGS)
def test_case_45_a_warning_shows_a_name_as_text(words: str, tmp_path: Path) -> None:
    warnings = WARNINGS[words](tmp_path / NAME)
    assert [words in warning for warning in warnings] == [True], warnings
    assert SHOWN in warnings[0]
    assert warnings[0].isprintable()


def test_case_45_names_of_members_that_are_not_read_are_text(tmp_path: Path) -> None:
    data = tar(30, tarfile.GNUTYPE_SPARSE)
    (tmp_path / NAME).write_bytes(data[:-10240] + tar(1, tarfile.REGTYPE))
    warnings = Memory().read(tmp_path / NAME).warnings
    assert any("is not read" in warning for warning in warnings), warnings
    assert any("more of its members are not read" in warning for warning in warnings), warnings
    assert all(warning.isprintable() and SHOWN in warning for warning in warnings)
