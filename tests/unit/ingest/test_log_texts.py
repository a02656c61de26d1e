"""The chunks of a log are read in order, whichever thread comes first."""

from concurrent.futures import Future, ThreadPoolExecutor
from unittest.mock import Mock

import pytest

from logstats import native
from logstats.ingest.log_texts import LogLines, LogTexts
from logstats.model import Chunk
from logstats.native.reader import Layout

pytestmark = pytest.mark.skipif(not native.is_built(), reason="the native reader was not built")

SHORT_S, LONG_S = 0.2, 10.0


def chunk(start: int) -> Chunk:
    return Chunk(
        file=Mock(), lines=1, start=start, end=start + 10, complete=False, head_hashes=(), tail_hash=0
    )


def read(texts: LogTexts, start: int) -> int:
    with texts.lines(Layout(), chunk(start)) as lines:
        return lines.feed(b"")


def is_waiting(reading: Future[int]) -> bool:
    try:
        reading.result(SHORT_S)
    except TimeoutError:
        return True
    return False


def test_a_chunk_is_read_when_all_before_it_were_read_or_left_out() -> None:
    texts = LogTexts(0, LogLines())
    with ThreadPoolExecutor(1) as pool:
        third = pool.submit(read, texts, 20)
        assert is_waiting(third)
        texts.passed(chunk(10))  # the statements parse it
        assert is_waiting(third)
        assert read(texts, 0) == 0
        assert third.result(LONG_S) == 0
    texts.passed(chunk(0))
    assert read(texts, 30) == 0


def test_a_chunk_is_read_although_one_before_it_failed() -> None:
    texts = LogTexts(0, LogLines())
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(read, texts, 10)
        with pytest.raises(OSError, match="no such file"), texts.lines(Layout(), chunk(0)):
            assert is_waiting(second)
            raise OSError("no such file")
        assert second.result(LONG_S) == 0
