"""A log is known by what is in it: each whole line is read once, whatever becomes of the file."""

import gzip
import io
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.folder import Memory
from support.lines import FIGURES, chunks_of, contents, examples, numbered, read_in, reading_of

from logstats import sources
from logstats.errors import LogstatsError, UsageError
from logstats.sources import Scan, Spool, chunks, files, fingerprint

KEY = b"k" * 32
LONG_AGO = 1_000_000_000


def sizes(store: Path) -> list[int]:
    """Return the sizes, which differ in all lines of `numbered`, of all hits in a store."""
    return sorted(row[11] for row in contents(store, "hits")["hits"])


def of(lines: list[bytes]) -> list[int]:
    """Return the same of lines."""
    return sorted(int(line.split(b'" 200 ')[1].split(b" ")[0]) for line in lines)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Give the name of a store that is not there yet."""
    return tmp_path / "store.duckdb"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give a log of four lines."""
    path = tmp_path / "access.log"
    path.write_bytes(b"".join(FOUR))
    return path


FOUR = numbered(4)
MORE = numbered(3, first=4)
OTHER = numbered(5, first=100)


def append(log: Path, data: bytes) -> None:
    """Write on at the end of a log."""
    with log.open("ab") as file:
        file.write(data)


# --- One log, and what becomes of it ------------------------------------------------------------------


def test_a_log_is_read_once(store: Path, log: Path) -> None:
    assert read_in(store, log).lines == 4
    assert read_in(store, log).lines == 0
    assert sizes(store) == of(FOUR)


def test_of_a_log_that_grew_only_the_new_lines_are_read(store: Path, log: Path) -> None:
    read_in(store, log)
    append(log, b"".join(MORE))
    assert read_in(store, log).lines == 3
    assert sizes(store) == of(FOUR + MORE)


@pytest.mark.parametrize("count", [0, len(MORE)])
def test_a_long_log_is_known_again_by_as_few_reads_as_a_short_one(tmp_path: Path, count: int) -> None:
    reads: list[int] = []

    def read_at(descriptor: int, size: int, offset: int) -> bytes:
        reads[-1] += 1
        return os.pread(descriptor, size, offset)

    with patch.object(fingerprint, "BLOCK_BYTES", 4096):
        for length in (50, 2000):
            log, store = tmp_path / f"{length}.log", tmp_path / f"{length}.duckdb"
            log.write_bytes(b"".join(numbered(length)))
            read_in(store, log)
            append(log, b"".join(numbered(count, first=length)))
            reads.append(0)
            with patch.object(files, "read_at", read_at):
                assert read_in(store, log).lines == count
    assert reads[0] == reads[1] > 0


@pytest.mark.parametrize("log_format", ["combined", "auto"])
@pytest.mark.parametrize("cut", [1, 30, -1])
def test_an_incomplete_last_line_waits_for_its_newline(
    store: Path, log: Path, cut: int, log_format: str
) -> None:
    append(log, MORE[0][:cut])
    assert read_in(store, log, log_format=log_format).lines == 4
    assert read_in(store, log, log_format=log_format).lines == 0
    append(log, MORE[0][cut:] + MORE[1])
    assert read_in(store, log, log_format=log_format).lines == 2
    assert sizes(store) == of(FOUR + MORE[:2])


@pytest.mark.parametrize("log_format", ["combined", "auto"])
def test_an_incomplete_first_line_waits_too(store: Path, log: Path, log_format: str) -> None:
    log.write_bytes(FOUR[0][:25])
    assert read_in(store, log, log_format=log_format).lines == 0
    append(log, FOUR[0][25:])
    assert read_in(store, log, log_format=log_format).lines == 1


def test_a_last_line_without_newline_is_read_when_nobody_has_written_for_long(store: Path, log: Path) -> None:
    log.write_bytes(b"".join(FOUR)[:-1])
    os.utime(log, (LONG_AGO, LONG_AGO))
    assert read_in(store, log).hits == 4
    assert read_in(store, log).lines == 0


def test_a_log_goes_on_under_another_name(store: Path, log: Path) -> None:
    read_in(store, log)
    rotated = log.rename(log.with_name("access.log.1"))
    append(rotated, MORE[0])
    log.write_bytes(b"".join(OTHER))
    assert read_in(store, rotated, log).lines == 1 + len(OTHER)
    assert sizes(store) == of(FOUR + MORE[:1] + OTHER)


@pytest.mark.parametrize("read_before", [0, 2, 4])
def test_of_an_archive_only_the_rest_is_read(store: Path, log: Path, read_before: int) -> None:
    log.write_bytes(b"".join(FOUR[:read_before]))
    read_in(store, log)
    packed = log.with_name("access.log.2.gz")
    packed.write_bytes(gzip.compress(b"".join(FOUR)))
    assert read_in(store, packed).lines == 4 - read_before
    assert sizes(store) == of(FOUR)


@pytest.mark.parametrize("how", ["copy", "hard link", "symbolic link", "archive", "archive of two parts"])
def test_the_same_lines_under_another_name_add_nothing(store: Path, log: Path, how: str) -> None:
    read_in(store, log)
    other = log.with_name("other.log")
    data = log.read_bytes()
    ways: dict[str, Callable[[], object]] = {
        "copy": lambda: shutil.copy(log, other),
        "hard link": lambda: other.hardlink_to(log),
        "symbolic link": lambda: other.symlink_to(log),
        "archive": lambda: other.write_bytes(gzip.compress(data)),
        "archive of two parts": lambda: other.write_bytes(
            gzip.compress(data[:70]) + gzip.compress(data[70:])
        ),
    }
    ways[how]()
    assert read_in(store, other).lines == 0
    assert sizes(store) == of(FOUR)


def test_a_copy_that_holds_more_is_read_on_from_where_the_log_was_read(store: Path, log: Path) -> None:
    read_in(store, log)
    copy = log.with_name("copy.log")
    copy.write_bytes(b"".join(FOUR + MORE))
    assert read_in(store, copy).lines == 3
    append(log, b"".join(MORE))
    assert read_in(store, log).lines == 0


@pytest.mark.parametrize("others", [1, 4, 5])
def test_a_log_that_was_emptied_and_rewritten_is_another_log(store: Path, log: Path, others: int) -> None:
    read_in(store, log)
    log.write_bytes(b"".join(OTHER[:others]))
    assert read_in(store, log).lines == others
    assert sizes(store) == of(FOUR + OTHER[:others])


@pytest.mark.parametrize("count", [40, 200])
@pytest.mark.parametrize("restored", [1, 20, 39])
def test_a_log_that_is_being_restored_is_left_alone_until_it_goes_on(
    store: Path, log: Path, count: int, restored: int
) -> None:
    lines = numbered(count)
    log.write_bytes(b"".join(lines))
    read_in(store, log)
    for content in (b"".join(lines[:restored]), b"".join(lines[:restored])[:-20], b"".join(lines)):
        log.write_bytes(content)
        assert read_in(store, log).lines == 0
    append(log, OTHER[0])
    assert read_in(store, log).lines == 1
    assert sizes(store) == of([*lines, OTHER[0]])


def test_two_logs_that_begin_with_the_same_line_are_two_logs(store: Path, log: Path) -> None:
    short = FOUR[1].replace(b"Firefox", b"F")
    other = log.with_name("other.log")
    other.write_bytes(FOUR[0] + short)  # shorter than what was read of the first, and not its beginning
    read_in(store, log)
    assert read_in(store, other).lines == 2
    append(log, MORE[0])
    append(other, MORE[1])
    assert read_in(store, log, other).lines == 2


def test_two_long_logs_with_the_same_beginning_are_two_logs(store: Path, log: Path) -> None:
    lines = numbered(60)  # more than what a log is known by at first sight
    other = log.with_name("other.log")
    log.write_bytes(b"".join(lines))
    other.write_bytes(b"".join(lines[:50] + numbered(20, first=100)))
    read_in(store, log)
    assert read_in(store, other).lines == 70
    append(log, b"one more\n")
    append(other, b"another\n")
    assert read_in(store, log, other).lines == 2


@pytest.mark.parametrize("log_format", ["combined", "auto"])
@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "a.log"), (b"\n\n\n", "b.log"), (gzip.compress(b""), "c.gz"), (gzip.compress(b"\n"), "d.gz")],
    ids=["empty", "blank lines", "empty archive", "archive of a blank line"],
)
def test_a_log_without_a_line_in_it_is_no_error(
    tmp_path: Path, store: Path, data: bytes, name: str, log_format: str
) -> None:
    log = tmp_path / name
    log.write_bytes(data)
    assert read_in(store, log, log_format=log_format).hits == 0
    log.write_bytes(data + (gzip.compress(b"".join(FOUR)) if name.endswith("gz") else b"".join(FOUR)))
    assert read_in(store, log, log_format=log_format).hits == 4
    assert sizes(store) == of(FOUR)


def test_a_log_that_is_not_there_is_an_error_that_names_it(store: Path, log: Path) -> None:
    with pytest.raises(LogstatsError, match=re.escape("gone.log")):
        read_in(store, log, log.with_name("gone.log"))
    assert sizes(store) == of(FOUR)


# --- Standard input -----------------------------------------------------------------------------------


@contextmanager
def stdin(data: bytes, folder: Path, way: str) -> Iterator[None]:
    """Let standard input be a pipe or a file that holds the data."""
    if way == "pipe":
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as file:
            file.write(data)  # short enough for the pipe to hold
        opened = os.fdopen(reading, "rb")
    else:
        path = folder / "stdin"
        path.write_bytes(data)
        opened = path.open("rb")
    with io.TextIOWrapper(opened) as text, patch("sys.stdin", text):
        yield


@pytest.mark.parametrize("way", ["pipe", "file"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("count", [4, 60])
def test_standard_input_is_read_as_a_log_is(
    tmp_path: Path, store: Path, way: str, packed: bool, count: int
) -> None:
    lines = numbered(count)
    data = b"".join(lines)[:-1]
    for _ in range(2):
        with stdin(gzip.compress(data) if packed else data, tmp_path, way):
            read_in(store, "-")
        assert sizes(store) == of(lines)


# --- Archives -----------------------------------------------------------------------------------------


def test_an_archive_of_several_parts_is_one_log(tmp_path: Path, store: Path) -> None:
    log = tmp_path / "access.log.gz"
    log.write_bytes(b"".join(gzip.compress(line[:50]) + gzip.compress(line[50:]) for line in FOUR))
    assert read_in(store, log).hits == 4


@settings(max_examples=examples(5))
@given(share=st.floats(0.02, 0.999))
def test_a_damaged_archive_is_an_error_and_when_it_is_whole_each_line_is_there_once(share: float) -> None:
    lines = numbered(50)
    data = gzip.compress(b"".join(lines))
    with TemporaryDirectory() as name, chunks_of(1500):
        store, log = Path(name) / "store.duckdb", Path(name) / "access.log.gz"
        log.write_bytes(data[: max(3, int(share * len(data)))])
        for _ in range(2):
            with pytest.raises(LogstatsError, match=r"access\.log\.gz.*(?:damaged|written)"):
                read_in(store, log)
            so_far = sizes(store)
            assert so_far == of(lines[: len(so_far)])
        log.write_bytes(data)
        assert read_in(store, log, verify=True).lines == len(lines) - len(so_far)
        assert sizes(store) == of(lines)


def test_nothing_of_a_damaged_archive_is_read_however_long_it_is(tmp_path: Path, store: Path) -> None:
    lines = numbered(1500)
    log = tmp_path / "access.log.gz"
    log.write_bytes(gzip.compress(b"".join(lines))[:-12])
    with chunks_of(70_000), pytest.raises(LogstatsError):
        read_in(store, log)
    assert sizes(store) == []
    log.write_bytes(gzip.compress(b"".join(lines)))
    with chunks_of(70_000):
        assert read_in(store, log).lines == len(lines)


@pytest.mark.parametrize("offset", [40, -6], ids=["in its data", "in its checksum"])
def test_an_archive_with_a_changed_byte_is_an_error(tmp_path: Path, store: Path, offset: int) -> None:
    data = bytearray(gzip.compress(b"".join(numbered(50))))
    data[offset] ^= 0xFF
    log = tmp_path / "access.log.gz"
    log.write_bytes(data)
    with pytest.raises(LogstatsError, match="damaged"):
        read_in(store, log)
    assert sizes(store) == []


# --- Chunks and buffers -------------------------------------------------------------------------------

LINE = st.one_of(
    st.sampled_from([b"", b"\r", b" ", b"bad", "địa chỉ".encode(), b"\xff\xfe", b"\0", b"a\rb", b"x" * 500]),
    st.sampled_from([line[:-1] for line in FOUR + MORE]),
)


@settings(max_examples=examples(7))
@given(
    lines=st.lists(LINE, min_size=1, max_size=9),
    buffer=st.integers(64, 300),
    chunk=st.integers(64, 900),
    is_packed=st.booleans(),
)
def test_in_chunks_of_any_size_a_log_gives_the_same_store(
    lines: list[bytes], buffer: int, chunk: int, is_packed: bool
) -> None:
    data = b"".join(line + b"\n" for line in [FOUR[0][:-1], *lines])
    with TemporaryDirectory() as name:
        log = Path(name) / "access.log"
        log.write_bytes(gzip.compress(data) if is_packed else data)
        whole, cut = Path(name) / "whole.duckdb", Path(name) / "cut.duckdb"
        read_in(whole, log)
        with chunks_of(chunk, buffer):
            read_in(cut, log)
            assert read_in(cut, log, verify=True).lines == 0
        names = (*FIGURES, "rejects")
        assert contents(cut, *names) == contents(whole, *names)
        ((position, *counts, _),) = contents(cut, "sources")["sources"]
        assert [position, *counts] == [len(data), data.count(b"\n"), *counted(whole)]


def counted(store: Path) -> list[int]:
    """Return how many hits and rejects a store holds."""
    return [len(rows) for rows in contents(store, "hits", "rejects").values()]


def test_a_log_whose_end_is_the_end_of_a_chunk_is_complete(store: Path, log: Path) -> None:
    with chunks_of(len(FOUR[0])):
        read_in(store, log)
    assert [row[-1] for row in contents(store, "sources")["sources"]] == [True]


def test_rejects_are_numbered_through_chunks_and_runs(store: Path, log: Path) -> None:
    bad = [3, 6, 7, 12, 15]
    lines = numbered(16)
    for number in bad:
        lines[number - 1] = b"bad %d\n" % number
    log.write_bytes(b"".join(lines[:9]))
    with chunks_of(300):
        read_in(store, log)
        append(log, b"".join(lines[9:]))
        read_in(store, log)
    rejects = [(number, line) for number, _, line in reading_of(store, log).rejects]
    assert rejects == [(number, f"bad {number}") for number in bad]


@settings(max_examples=examples(200))
@given(
    lines=st.lists(LINE, min_size=1, max_size=12),
    cuts=st.lists(st.floats(0, 1), max_size=5),
    sizes=st.tuples(*(st.integers(16, most) for most in (900, 300, 200, 100))),
)
def test_a_growing_log_is_read_line_by_line_wherever_it_stood(
    lines: list[bytes], cuts: list[float], sizes: tuple[int, int, int, int]
) -> None:
    data = b"".join(b"%d %b\n" % (number, line) for number, line in enumerate(lines))
    memory, (chunk, buffer, head, tail) = Memory(), sizes
    with TemporaryDirectory() as name, chunks_of(chunk, buffer, max(head, tail), tail):
        log = Path(name) / "access.log"
        for share in [*sorted(cuts), 1.0]:
            end = int(share * len(data))
            log.write_bytes(data[:end])
            memory.read(log)
            whole = data[: data.rfind(b"\n", 0, end) + 1]
            assert memory.lines == Counter(sources.sanitize(whole).split(b"\n")[:-1])


@pytest.mark.parametrize("width", [60, 100, 150, 250])
def test_the_lines_of_full_chunks_fill_their_groups_so_far_that_no_two_fit_into_one(
    tmp_path: Path, width: int
) -> None:
    log = tmp_path / "access.log"
    frame = b'192.0.2.1 - - [23/Nov/2026:01:00:00 +0000] "GET / HTTP/1.1" 200 '
    log.write_bytes(b"".join(frame + b"%0*d\n" % (width, number) for number in range(20_000)))
    known = sources.Known(KEY, lambda _: [], [], [])
    with (
        chunks_of(70_000, 2_000),
        patch.object(chunks, "GROUP_LINES", 200),
        closing(Spool()) as spool,
        Scan([str(log)], known) as scan,
    ):
        counts = [chunk.lines for reader in scan.readers() for chunk in reader.chunks(repeat(spool))]
    assert sum(counts) == 20_000
    assert [count for count in counts[2:-2] if 0 < count % 200 <= 100] == []


def test_a_chunk_of_short_lines_has_no_more_than_the_most_lines(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    line = b'192.0.2.1 - - [23/Nov/2026:01:00:00 +0000] "GET / HTTP/1.1" 200 5\n'
    log.write_bytes(line * 5_000)
    known = sources.Known(KEY, lambda _: [], [], [])
    with (
        chunks_of(len(line) * 2_000, len(line) * 10),
        patch.multiple(chunks, MOST_LINES=900, GROUP_LINES=200),
        closing(Spool()) as spool,
        Scan([str(log)], known) as scan,
    ):
        counts = [chunk.lines for reader in scan.readers() for chunk in reader.chunks(repeat(spool))]
    assert counts == [790] * 6 + [260]  # each ends before the buffer that would begin another group


@pytest.mark.parametrize(("length", "lines"), [(400, 1_000), (600, 200), (5_000, 100)])
def test_a_chunk_of_long_lines_is_shorter(tmp_path: Path, length: int, lines: int) -> None:
    log = tmp_path / "access.log"
    start, end = b'192.0.2.1 - - [23/Nov/2026:01:00:00 +0000] "GET /', b' HTTP/1.1" 200 5\n'
    log.write_bytes((start + b"0" * (length - len(start + end)) + end) * 1_000)
    known = sources.Known(KEY, lambda _: [], [], [])
    with (
        chunks_of(length * 1_000, length),
        patch.object(chunks, "LONG_LINES", ((4_096, length * 100), (512, length * 200))),
        closing(Spool()) as spool,
        Scan([str(log)], known) as scan,
    ):
        counts = [chunk.lines for reader in scan.readers() for chunk in reader.chunks(repeat(spool))]
    assert counts == [lines] * (1_000 // lines)


# --- Which logs are meant -----------------------------------------------------------------------------


def test_a_folder_or_a_pattern_means_its_logs_oldest_first_and_each_once(tmp_path: Path) -> None:
    names = ["access.log", "access.log.1", "access.log.2.gz"]
    for age, name in enumerate(names):
        path = tmp_path / name
        path.write_bytes(b"")
        os.utime(path, (LONG_AGO - age, LONG_AGO - age))
    (tmp_path / ".hidden").touch()
    (tmp_path / "folder").mkdir()
    oldest_first = [str(tmp_path / name) for name in reversed(names)]
    assert sources.expand((str(tmp_path),)) == oldest_first
    assert sources.expand((f"{tmp_path}/access*", str(tmp_path / "access.log"))) == oldest_first
    assert sources.expand(("-", oldest_first[1])) == ["-", oldest_first[1]]


def test_a_name_that_means_no_log_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\*\.log"):
        sources.expand((str(tmp_path / "nothing*.log"),))
