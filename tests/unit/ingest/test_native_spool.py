"""A spool whose lines are read while they are added has the same lines in its file as any other."""

import gzip
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import Line, chunks_of, examples

from logstats import native, sources
from logstats.errors import LogChangedError
from logstats.ingest.log_texts import LogLines
from logstats.ingest.native_spool import NativeSpool
from logstats.native import reader
from logstats.native.reader import LAYOUTS
from logstats.sources import LogReader, Scan, Spool

pytestmark = pytest.mark.skipif(not native.is_built(), reason="the native reader was not built")

LAYOUT = LAYOUTS["combined"]
USUAL = Line(request="GET /a HTTP/1.1").combined()
LINES = (
    USUAL,
    USUAL.replace(b"/a", b"/new"),
    USUAL.replace(b"\n", b"\r\n"),
    b"junk\n",
    b"\n",
    b"\0\0" + USUAL,
    b"\xef\xbb\xbf" + USUAL,
    b"\xff\\x\n",
    b"x" * 300_000 + b"\n",  # longer than a buffer
    USUAL * 3_000,
)


@contextmanager
def readers_of(log: Path) -> Iterator[Iterator[LogReader]]:
    known = sources.Known(bytes(8), lambda _: [], [], [])
    with Scan([str(log)], known, named_explicitly=[str(log)]) as scan:
        yield scan.readers()


def by_chunk(log: Path) -> list[Any]:
    """Return the lines of each chunk of a log with their number, as a spool's file has them."""
    with readers_of(log) as readers, closing(Spool()) as spool:
        return [
            (Path(chunk.path).read_bytes(), chunk.lines)
            for reader_ in readers
            for chunk in reader_.chunks(repeat(spool), lambda *_: True)
        ]


@settings(max_examples=examples(10))
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=12),
    st.sampled_from([700, 300_000]),
    st.sampled_from([b"", b"\0", USUAL[:-1]]),
    st.booleans(),
    st.booleans(),
)
def test_the_lines_of_a_chunk_can_be_read_again(
    lines: list[bytes], size: int, end: bytes, is_packed: bool, is_each_read_again: bool
) -> None:
    content = b"".join([USUAL, *lines, end])
    with TemporaryDirectory() as folder, chunks_of(size), patch.dict("os.environ", {native.VARIABLE: "1"}):
        log = Path(folder) / "access.log"
        log.write_bytes(gzip.compress(content) if is_packed else content)
        expected = by_chunk(log)
        found = []
        with readers_of(log) as readers:
            own, log_lines = next(readers), LogLines()
            with closing(NativeSpool(own, LAYOUT, log_lines)) as spool:
                for chunk in own.chunks(repeat(spool), lambda *_: True):
                    log_lines.are_written = not is_each_read_again
                    assert not spool.is_read or sum(len(part.rows) for part in spool.parts()) == chunk.lines
                    found.append((Path(chunk.path).read_bytes(), chunk.lines))
        assert found == expected


@pytest.mark.parametrize("needed", [0, 1, 3, 9])
@pytest.mark.parametrize("is_packed", [False, True])
def test_lines_are_written_to_the_file_once_those_of_a_chunk_were_needed(
    needed: int, is_packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(native.VARIABLE, "1")
    log = tmp_path / "access.log"
    log.write_bytes(gzip.compress(USUAL * 60) if is_packed else USUAL * 60)
    read_again = []
    with chunks_of(len(USUAL) * 10), readers_of(log) as readers:
        own = next(readers)
        with (
            closing(NativeSpool(own, LAYOUT, LogLines())) as spool,
            patch.object(own, "lines_again", wraps=own.lines_again) as again,
        ):
            for number, _ in enumerate(own.chunks(repeat(spool), lambda *_: True)):
                if number >= needed:
                    assert Path(spool.path).read_bytes() == USUAL * 10
                read_again.append(again.call_count)
    assert read_again == [int(number >= needed) for number in range(6)]


@pytest.mark.parametrize(
    ("most_texts", "most_early", "are_read"),
    [(reader.MOST_TEXTS, 2, [True] * 6), (48, 2, [True, True] + [False] * 4), (48, 9, [True] * 6)],
)
def test_lines_whose_texts_are_new_are_not_read_while_they_are_added(
    most_texts: int, most_early: int, are_read: list[bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(native.VARIABLE, "1")
    lines = [USUAL.replace(b"/a", b"/%05d" % number) for number in range(600)]
    log = tmp_path / "access.log"
    log.write_bytes(b"".join(lines))
    found = []
    with (
        chunks_of(len(USUAL) * 100, len(USUAL) * 100 + 450),
        patch.object(reader, "MOST_TEXTS", most_texts),
        patch("logstats.ingest.log_texts.MOST_EARLY", most_early),
        readers_of(log) as readers,
    ):
        own = next(readers)
        with closing(NativeSpool(own, LAYOUT, LogLines())) as spool:
            found += [chunk.file.is_read for chunk in own.chunks(repeat(spool), lambda *_: True)]
    assert found == are_read


def test_a_chunk_whose_texts_are_new_is_shorter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(native.VARIABLE, "1")
    log = tmp_path / "access.log"
    log.write_bytes(b"".join(USUAL.replace(b"/a", b"/%05d" % number) for number in range(600)))
    with (
        chunks_of(100_000, 450),
        patch.object(reader, "MOST_TEXTS", 48),
        patch("logstats.ingest.native_spool.NEW_BYTES", 9_000),
        readers_of(log) as readers,
    ):
        own = next(readers)
        with closing(NativeSpool(own, LAYOUT, LogLines())) as spool:
            sizes = [chunk.end - chunk.start for chunk in own.chunks(repeat(spool), lambda *_: True)]
    assert all(size < 9_000 for size in sizes[:2])
    assert all(9_000 <= size < 9_450 for size in sizes[2:-1])
    assert len(sizes) > 5


@pytest.mark.parametrize(
    "changed", [USUAL * 9, USUAL.replace(b"/a", b"/b") * 10, b"junk\n" * 300, USUAL * 5 + b"\n" + USUAL * 5]
)
def test_a_log_that_was_changed_meanwhile_is_not_read_again(
    changed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(native.VARIABLE, "1")
    log = tmp_path / "access.log"
    log.write_bytes(USUAL * 10)
    with readers_of(log) as readers:
        own = next(readers)
        with closing(NativeSpool(own, LAYOUT, LogLines())) as spool:
            for chunk in own.chunks(repeat(spool), lambda *_: True):
                assert chunk.file.is_read
                log.write_bytes(changed)
                with pytest.raises(LogChangedError, match="while it was being read"):
                    assert chunk.path


def test_empty_lines_are_marked_in_a_file_that_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(native.VARIABLE, "1")
    log = tmp_path / "access.log"
    log.write_bytes(USUAL * 9 + b"\n\n" + USUAL)
    with readers_of(log) as readers:
        own = next(readers)
        with closing(NativeSpool(own, LAYOUT, LogLines())) as spool:
            for chunk in own.chunks(repeat(spool), lambda *_: True):
                chunk.file.mark_blank()
                assert Path(chunk.path).read_bytes() == USUAL * 9 + b"\x02\n\x02\n" + USUAL
