"""The cases of what can become of log files, by their numbers, each with a folder of logs and no store.

`Memory` keeps what a store would keep. The cases that need a store are in tests/stories.
"""

import gzip
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from support.folder import PACKERS, Memory, small_sizes
from support.lines import numbered
from support.logs import FOUR, append, beside, happening, log, of, rest

from logstats.errors import IncompleteArchiveError, TruncatedArchiveError
from logstats.sources import files
from logstats.sources.compression import MAGIC_BYTES, packing_of, unpacked

__all__ = ["log"]  # a fixture

MORE = [b"%d of more\n" % number for number in range(3)]
OTHER = [b"%d of another\n" % number for number in range(30)]
LONG_AGO = 1_000_000_000
HOUR = 3600


@pytest.fixture
def memory() -> Iterator[Memory]:
    """Give a store that is none; a few lines are a long log for it."""
    with small_sizes():
        yield Memory()


def test_case_01_what_is_appended_is_read_and_a_second_run_reads_nothing(memory: Memory, log: Path) -> None:
    for _ in range(2):
        memory.read(log)
        assert memory.lines == of(*FOUR)
    append(log, MORE)
    for _ in range(2):
        memory.read(log)
        assert memory.lines == of(*FOUR, *MORE)


def test_case_02_an_incomplete_line_waits_for_its_newline(memory: Memory, log: Path) -> None:
    for part in (MORE[0][:1], MORE[0][1:-1]):
        append(log, [part])
        memory.read(log, fits=lambda *_: True)
        assert memory.lines == of(*FOUR)
    append(log, [MORE[0][-1:], MORE[1]])
    memory.read(log)
    assert memory.lines == of(*FOUR, *MORE[:2])


@pytest.mark.parametrize(
    "case",
    [
        # age in seconds, whether there is a newer log, whether it parses, whether it is read
        (11 * 60, True, True, True),
        (9 * 60, True, True, False),
        (11 * 60, False, True, False),
        (25 * HOUR, False, True, True),
        (25 * HOUR, True, False, False),
    ],
)
def test_case_02_an_incomplete_last_line_is_read_once_if_it_parses_and_its_log_is_old(
    memory: Memory, log: Path, case: tuple[float, bool, bool, bool]
) -> None:
    age, is_rotated, parses, is_read = case
    append(log, [MORE[0][:-1]])
    rest(log, seconds=age)
    logs = [log, *([beside(log, ".new", OTHER)] if is_rotated else [])]
    expected = of(*FOUR, *(OTHER if is_rotated else []), *([MORE[0]] if is_read else []))
    for _ in range(2):
        memory.read(*logs, fits=lambda *_: parses)
        assert memory.lines == expected
    append(log, [b"\n", MORE[1]])
    memory.read(*logs, fits=lambda *_: parses)
    assert memory.lines == expected + of(MORE[1], *([] if is_read else [MORE[0]]))


@pytest.mark.parametrize("ending", PACKERS)
def test_case_02_the_last_line_of_an_archive_needs_no_newline(memory: Memory, log: Path, ending: str) -> None:
    archive = log.with_name(f"old{ending}")
    archive.write_bytes(PACKERS[ending](b"".join(FOUR)[:-1]))
    memory.read(archive, fits=lambda *_: True)
    memory.read(archive, log, fits=lambda *_: True)
    assert memory.lines == of(*FOUR)


def test_case_03_late_lines_in_a_renamed_log_are_read(memory: Memory, log: Path) -> None:
    memory.read(log)
    rotated = log.rename(log.with_name("access.log.1"))
    log.write_bytes(b"".join(OTHER))
    memory.read(log, rotated)
    append(rotated, MORE)
    memory.read(log, rotated)
    assert memory.lines == of(*FOUR, *OTHER, *MORE)


def test_case_04_a_renamed_log_is_read_on_where_the_new_one_is_not_there_yet(
    memory: Memory, log: Path
) -> None:
    memory.read(log)
    rotated = log.rename(log.with_name("access.log.1"))
    append(rotated, MORE)
    memory.read(rotated)
    log.touch()
    memory.read(rotated, log)
    append(log, OTHER)
    memory.read(rotated, log)
    assert memory.lines == of(*FOUR, *MORE, *OTHER)


def test_case_05_the_same_line_on_both_sides_of_a_rotation_is_two_lines(memory: Memory, log: Path) -> None:
    append(log, [MORE[0]])
    memory.read(log)
    rotated = log.rename(log.with_name("access.log.1"))
    log.write_bytes(MORE[0] + MORE[1])
    memory.read(log, rotated)
    assert memory.lines == of(*FOUR, MORE[0], MORE[0], MORE[1])


def test_case_06_two_rotations_between_two_runs_lose_nothing(memory: Memory, log: Path) -> None:
    memory.read(log)
    append(log, MORE)
    older = log.rename(log.with_name("access.log.2"))
    old = beside(log, ".1", OTHER[:10])
    log.write_bytes(b"".join(OTHER[10:]))
    memory.read(log, old, older)
    assert memory.lines == of(*FOUR, *MORE, *OTHER)


@pytest.mark.parametrize("count", [1, 4, 30], ids=["shorter", "as long", "longer"])
@pytest.mark.parametrize("unread", [0, 3])
def test_case_07_copytruncate(memory: Memory, log: Path, count: int, unread: int) -> None:
    memory.read(log)
    append(log, MORE[:unread])
    copy = beside(log, ".1", FOUR + MORE[:unread])
    log.write_bytes(b"".join(OTHER[:count]))
    memory.read(log, copy)
    assert memory.lines == of(*FOUR, *MORE[:unread], *OTHER[:count])


def test_case_08_an_incomplete_copy_adds_nothing_and_costs_nothing(memory: Memory, log: Path) -> None:
    memory.read(log)
    append(log, MORE)
    copy = beside(log, ".1", [b"".join(FOUR + MORE)[:30]])
    memory.read(log, copy)
    assert memory.lines == of(*FOUR, *MORE)
    copy.write_bytes(b"".join(FOUR + MORE))
    log.write_bytes(b"")
    memory.read(log, copy)
    append(log, OTHER)
    memory.read(log, copy)
    assert memory.lines == of(*FOUR, *MORE, *OTHER)


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("count", [0, 1, 30], ids=["emptied", "shorter", "longer"])
@pytest.mark.parametrize("is_known", [True, False])
def test_case_09_what_is_read_of_a_log_while_it_is_emptied_is_never_a_mixture(
    memory: Memory, log: Path, number: int, count: int, is_known: bool
) -> None:
    many = [b"%d of many\n" % number for number in range(20)]
    log.write_bytes(b"".join(many[:12]))
    if is_known:
        memory.read(log)
    append(log, many[12:])
    with happening(number, lambda: log.write_bytes(b"".join(OTHER[:count]))):
        memory.read(log)
    assert set(memory.lines) <= set(of(*many, *OTHER))
    is_emptied = log.read_bytes() != b"".join(many)
    memory.read(log, beside(log, ".1", many))
    assert memory.lines == of(*many, *(OTHER[:count] if is_emptied else []))


def test_case_10_another_log_in_the_same_inode_is_another_log(memory: Memory, log: Path) -> None:
    memory.read(log)
    inode = log.stat().st_ino
    for _ in range(50):
        log.unlink()
        log.write_bytes(b"".join(OTHER[:4]))
        if log.stat().st_ino == inode:
            break
        log.unlink()
        log.write_bytes(b"".join(FOUR))
        inode = log.stat().st_ino
    else:
        log.write_bytes(b"".join(OTHER[:4]))  # tmpfs gives no inode again: this file is rewritten
    memory.read(log)
    assert memory.lines == of(*FOUR, *OTHER[:4])


@pytest.mark.parametrize("ending", PACKERS)
@pytest.mark.parametrize("read_before", [0, 2, 4])
def test_case_11_of_an_archive_only_the_rest_is_read(
    memory: Memory, log: Path, ending: str, read_before: int
) -> None:
    log.write_bytes(b"".join(FOUR[:read_before]))
    memory.read(log)
    archive = log.with_name(f"access.log.1{ending}")
    archive.write_bytes(PACKERS[ending](b"".join(FOUR)))
    log.unlink()
    for _ in range(2):
        memory.read(archive)
        assert memory.lines == of(*FOUR)


@pytest.mark.parametrize("ending", PACKERS)
def test_case_12_an_archive_that_is_being_written_beside_its_log_waits(
    memory: Memory, log: Path, ending: str
) -> None:
    data = PACKERS[ending](b"".join(FOUR))
    archive = log.with_name(f"access.log{ending}")
    for end in range(8, len(data)):
        archive.write_bytes(data[:end])
        found = memory.read(log, archive)
        assert memory.lines == of(*FOUR)
        assert [path for path, _ in found.waiting] == [str(archive)]
        assert found.unread == []
    log.unlink()
    archive.write_bytes(data)
    assert memory.read(archive).waiting == []
    assert memory.lines == of(*FOUR)


def test_case_13_a_truncated_archive_waits_for_a_day_and_is_reported_once(memory: Memory, log: Path) -> None:
    archive = log.with_name("access.log.1.gz")
    archive.write_bytes(gzip.compress(b"".join(FOUR))[:-3])
    rest(archive, seconds=23 * HOUR)
    for _ in range(2):
        found = memory.read(archive)
        assert (len(found.waiting), found.warnings) == (1, [])
    with patch.object(files, "now", lambda: archive.stat().st_mtime + 25 * HOUR):
        assert [len(memory.read(archive).warnings) for _ in range(3)] == [1, 0, 0]
    assert memory.lines == of(*FOUR)  # only the checksum was cut
    archive.write_bytes(gzip.compress(b"".join(FOUR)))
    memory.read(archive)
    assert memory.lines == of(*FOUR)


@pytest.mark.parametrize("ending", PACKERS)
@pytest.mark.parametrize("kept", [0.3, 0.8, 0.99])
def test_case_13_of_an_archive_that_was_cut_long_ago_the_whole_lines_are_read_in_whatever_order(
    tmp_path: Path, ending: str, kept: float
) -> None:
    lines = numbered(60)
    whole = PACKERS[ending](b"".join(lines))
    cut = whole[: int(kept * len(whole))]
    logs = {f"cut{ending}": cut, f"whole{ending}": whole, "plain": b"".join(lines)}
    for name, data in logs.items():
        (tmp_path / name).write_bytes(data)
        rest(tmp_path / name)
    for order in itertools.permutations(logs):
        with small_sizes():
            memory, warnings = Memory(), []
            for name in order:
                warnings += memory.read(tmp_path / name, fits=lambda *_: True).warnings  # half lines too
                read = sum(memory.lines.values())
                assert memory.lines == of(*lines[:read])
        assert (read, len(warnings)) == (60, 1)


@pytest.mark.parametrize("ending", PACKERS)
def test_case_13_what_an_archive_unpacks_to_before_it_was_cut_is_its_beginning(ending: str) -> None:
    content = b"".join(numbered(40))
    data = PACKERS[ending](content)
    for end in range(8, len(data)):
        part, error = unpack(data[:end])
        assert content.startswith(part)
        assert type(error) is (TruncatedArchiveError if any(data[end - 4 : end]) else IncompleteArchiveError)


@pytest.mark.parametrize("ending", PACKERS)
def test_case_13_a_damaged_archive_is_not_called_truncated(ending: str) -> None:
    content = b"".join(numbered(12))
    data = PACKERS[ending](content)
    for bit in range(64, 8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        part, error = unpack(damaged)
        assert content.startswith(part) or (error and type(error) is not TruncatedArchiveError)
    for end in range(12, len(data)):  # the machine went down, and what was not written yet is NULs
        part, error = unpack(data[:end] + bytes(4096))
        assert content.startswith(part) or (error and type(error) is not TruncatedArchiveError)


def unpack(data: bytes | bytearray) -> tuple[bytes, IncompleteArchiveError | None]:
    """Return what an archive unpacks to, and what is wrong with it."""
    pieces, parts = iter([bytes(data)]), list[bytes]()
    packing = packing_of(bytes(data[:MAGIC_BYTES]))
    assert packing
    try:
        parts.extend(unpacked(packing, lambda: next(pieces, b"")))
    except IncompleteArchiveError as error:
        return b"".join(parts), error
    return b"".join(parts), None


def test_case_13_an_archive_that_waited_is_looked_at_again_when_it_is_old(memory: Memory, log: Path) -> None:
    archive = log.with_name("access.log.1.gz")
    archive.write_bytes(gzip.compress(b"".join(FOUR))[:-3])
    started = files.now()
    for hours, lines in ((1, 0), (23, 0), (25, 4)):  # it is settled: nothing changes but the clock
        with patch.object(files, "now", lambda hours=hours: started + hours * HOUR):
            memory.read(archive)
        assert sum(memory.lines.values()) == lines


@pytest.mark.parametrize(
    "names",
    [
        ("access.log", "access.log.1", "access.log.2", "access.log.3"),
        ("access.log", "access.log-20261123", "access.log-20261122", "access.log-20261121"),
        ("access.log", "old/access.log.1", "old/access.log.2", "old/access.log.3"),
        ("access.log", "access.3.log", "access.2.log", "access.1.log"),
    ],
    ids=["numbers", "dateext", "olddir", "upwards"],
)
def test_case_14_the_names_of_rotated_logs_do_not_matter(
    memory: Memory, tmp_path: Path, names: tuple[str, ...]
) -> None:
    (tmp_path / "old").mkdir()
    paths = [tmp_path / name for name in names]
    for number in range(9):
        for path, older in zip(reversed(paths[:-1]), reversed(paths[1:]), strict=True):
            if path.exists():
                path.rename(older)
        paths[0].write_bytes(OTHER[3 * number])
        memory.read(*(path for path in paths if path.exists()))
        append(paths[0], OTHER[3 * number + 1 : 3 * number + 3])
    memory.read(*paths)
    assert memory.lines == of(*OTHER[:27])


@pytest.mark.parametrize("ending", PACKERS)
def test_case_15_an_archive_may_have_several_members_and_is_known_by_its_content(
    memory: Memory, log: Path, ending: str
) -> None:
    pack, data = PACKERS[ending], b"".join(FOUR)
    archive = log.with_name("an archive")
    archive.write_bytes(
        pack(data[:7]) + pack(b"") + pack(data[7:]) + (b"\0" * 512 if ending == ".gz" else b"")
    )
    for logs in ([archive], [archive, log]):
        memory.read(*logs)
        assert memory.lines == of(*FOUR)


@pytest.mark.parametrize("data", [b"", *(pack(b"") for pack in PACKERS.values())], ids=["file", *PACKERS])
def test_case_15_an_empty_file_and_an_empty_archive_are_nothing(
    memory: Memory, log: Path, data: bytes
) -> None:
    log.write_bytes(data)
    found = memory.read(log)
    assert (found.unread, found.waiting, memory.known) == ([], [], {})
    log.write_bytes(b"".join(FOUR))
    memory.read(log)
    assert memory.lines == of(*FOUR)


LINKS: dict[str, Callable[[Path, Path], object]] = {
    "a copy": shutil.copyfile,
    "a hard link": lambda log, other: other.hardlink_to(log),
    "a symbolic link": lambda log, other: other.symlink_to(log),
}


@pytest.mark.parametrize("how", LINKS)
@pytest.mark.parametrize("together", [True, False])
def test_case_16_a_log_under_two_names_is_read_once(
    memory: Memory, log: Path, how: str, together: bool
) -> None:
    other = log.with_name("other.log")
    LINKS[how](log, other)
    found = memory.read(*((other, log) if together else (log,)))
    for _ in range(2):
        found = memory.read(other)
        assert memory.lines == of(*FOUR)
    if how == "a copy" and not together:
        assert found.copies == [(str(other), str(log))]


@pytest.mark.parametrize("keeps_inode", [True, False])
def test_case_17_a_log_that_is_shorter_for_a_while_waits(
    memory: Memory, log: Path, keeps_inode: bool
) -> None:
    memory.read(log)
    data = b"".join(FOUR + MORE)
    for end in (0, 5, 11, 30, 44, 50, len(data)):
        if keeps_inode:
            log.write_bytes(data[:end])
        else:
            beside(log, ".part", [data[:end]]).rename(log)
        memory.read(log)
    assert memory.lines == of(*FOUR, *MORE)


HEADERS = [b"#Software: x\n", b"#Fields: date time\n"]


def test_case_18_logs_of_nothing_but_headers_are_no_logs_and_not_one_another(
    memory: Memory, log: Path
) -> None:
    logs = [beside(log, f".{number}", HEADERS) for number in range(3)]
    memory.read(*logs)
    assert memory.known == {}
    for number, path in enumerate(logs):
        append(path, [OTHER[number]])
        memory.read(*logs)
    append(logs[0], FOUR)
    memory.read(*logs)
    assert memory.lines == of(*HEADERS * 3, *OTHER[:3], *FOUR)
    assert len(memory.known) == 3


def test_case_18_logs_that_begin_with_the_same_line_are_two_logs(memory: Memory, log: Path) -> None:
    log.write_bytes(FOUR[0] + FOUR[1])
    other = beside(log, ".other", [FOUR[0], *OTHER[:9]])
    memory.read(log)
    memory.read(log, other)
    append(log, MORE)
    memory.read(log, other)
    assert memory.lines == of(FOUR[0], FOUR[1], FOUR[0], *OTHER[:9], *MORE)


def test_case_18_logs_that_differ_only_far_after_their_beginning_are_two_logs(
    memory: Memory, log: Path
) -> None:
    alike = OTHER[:9]  # more than is known as a log's head
    log.write_bytes(b"".join([*alike, *OTHER * 2]))
    shorter = beside(log, ".shorter", [*alike, *FOUR * 20])
    memory.read(log)
    memory.read(log, shorter)
    assert memory.lines == of(*alike * 2, *OTHER * 2, *FOUR * 20)


def test_case_18_one_line_files_wait_until_they_differ(memory: Memory, log: Path) -> None:
    log.write_bytes(FOUR[0])
    other = beside(log, ".other", [FOUR[0]])
    memory.read(log, other)
    assert memory.lines == of(FOUR[0])  # the one may be a copy of the other
    append(log, MORE[:1])
    append(other, MORE[1:2])
    memory.read(log, other)
    assert memory.lines == of(FOUR[0], FOUR[0], *MORE[:2])


@pytest.mark.parametrize("hole", [1, 50, 5000])
@pytest.mark.parametrize("is_written", [True, False], ids=["NULs", "a hole"])
def test_case_19_nuls_before_a_log_are_passed_over(
    memory: Memory, log: Path, hole: int, is_written: bool
) -> None:
    for lines in ([], OTHER[:20], MORE):
        if lines:
            with log.open("wb") as file:
                file.write(b"\0" * hole) if is_written else file.seek(hole)
                file.write(b"".join(lines[:3]))
        memory.read(log)
        append(log, lines[3:])
        memory.read(log, beside(log, ".copy", [log.read_bytes()]))
    assert memory.lines == of(*FOUR, *MORE, *OTHER[:20])


def test_case_19_a_log_without_any_newline_is_one_line(memory: Memory, log: Path) -> None:
    log.write_bytes(FOUR[0][:-1])
    rest(log)
    for _ in range(2):
        memory.read(log, fits=lambda *_: True)
        assert memory.lines == of(FOUR[0])
    append(log, [b"\n", *MORE])
    memory.read(log)
    assert memory.lines == of(FOUR[0], *MORE)


def test_case_30_a_log_that_is_gone_before_it_was_read_to_its_end_is_a_gap(memory: Memory, log: Path) -> None:
    lines = [b"%d of many\n" % number for number in range(100)]
    log.write_bytes(b"".join(lines))
    with happening(18, lambda: log.write_bytes(b"")):
        memory.read(log)
    assert 0 < len(memory.lines) < 100
    copy = beside(log, ".1", lines)
    kept = copy.rename(log.with_name("away"))
    assert [len(memory.read(log).warnings) for _ in range(3)] == [1, 0, 0]
    assert len(memory.gaps) == 1
    memory.read(log, kept)
    assert memory.lines == of(*lines)
    assert memory.known_logs().unfinished == []


def test_case_30_what_a_copy_at_rest_has_not_is_a_gap(memory: Memory, log: Path) -> None:
    lines = [b"%d of many\n" % number for number in range(100)]
    log.write_bytes(b"".join(lines))
    with happening(18, lambda: log.write_bytes(b"")):
        memory.read(log)
    copy = beside(log, ".1", lines[:50])
    assert memory.read(log, copy).warnings == []
    rest(copy)
    assert [len(memory.read(log, copy).warnings) for _ in range(2)] == [1, 0]
    assert memory.lines == of(*lines[:50])


def test_case_30_what_is_only_elsewhere_or_waiting_is_no_gap(memory: Memory, log: Path) -> None:
    lines = [b"%d of many\n" % number for number in range(100)]
    log.write_bytes(b"".join(lines))
    with happening(18, lambda: log.write_bytes(b"")):
        memory.read(log)
    archive = log.with_name("access.log.1.gz")
    archive.write_bytes(gzip.compress(b"".join(lines))[:-5])
    for _ in range(2):
        assert memory.read(log, archive).warnings == []
    elsewhere = beside(log, ".of another portal", OTHER)
    assert memory.read(elsewhere).warnings == []
    archive.write_bytes(gzip.compress(b"".join(lines)))
    assert memory.read(log, archive).warnings == []
    assert memory.lines == of(*lines, *OTHER)


def test_case_30_one_file_mounted_on_two_hosts_is_held_back_with_a_warning(memory: Memory, log: Path) -> None:
    memory.read(log, machine="web1")
    mounted = beside(log, ".mounted")
    warnings = [memory.read(mounted, machine="web2").warnings for _ in range(3)]
    assert [len(of_run) for of_run in warnings] == [1, 0, 0]
    assert "web1" in warnings[0][0]
    assert memory.lines == of(*FOUR)
    mounted.write_bytes(b"".join(OTHER))
    memory.read(mounted, machine="web2")
    append(log, MORE)
    memory.read(log, machine="web1")
    assert memory.lines == of(*FOUR, *OTHER, *MORE)


def test_case_30_a_log_that_gets_its_hosts_name_later_goes_on(memory: Memory, log: Path) -> None:
    memory.read(log)
    append(log, MORE)
    memory.read(log, machine="web1")
    assert memory.lines == of(*FOUR, *MORE)


def test_case_30_a_clock_that_was_set_back_loses_nothing(memory: Memory, log: Path) -> None:
    rest(log)
    for clock in (LONG_AGO, 2 * LONG_AGO, LONG_AGO):
        with patch.object(files, "now", lambda clock=clock: float(clock)):
            memory.read(log)
            append(log, MORE[:1])
            os.utime(log, (clock, clock))
            memory.read(log)
    assert memory.lines == of(*FOUR, *MORE[:1] * 3)
