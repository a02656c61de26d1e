"""Logs in UTF-16, plain and in an archive, are read as UTF-8; positions are those of the text in UTF-8."""

import gzip
from pathlib import Path

import pytest
from support.lines import Line, contents, read_bytes, read_in, reading_of

from logstats.errors import FormatError
from logstats.sources.encodings import as_utf8

LINES = b"".join(Line(request=f"GET /tức-{number} HTTP/1.1").combined() for number in range(2000))
IN_UTF_16 = {
    "little-endian": b"\xff\xfe" + LINES.decode().encode("utf-16-le"),
    "big-endian": b"\xfe\xff" + LINES.decode().encode("utf-16-be"),
}


@pytest.mark.parametrize("order", IN_UTF_16)
def test_a_log_in_utf_16_is_read_like_one_in_utf_8(order: str) -> None:
    assert read_bytes(IN_UTF_16[order], "auto") == read_bytes(LINES, "auto")
    assert read_bytes(gzip.compress(IN_UTF_16[order]), "auto") == read_bytes(LINES, "auto")


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 1000])
@pytest.mark.parametrize("order", IN_UTF_16)
def test_letters_may_be_cut_anywhere(order: str, size: int) -> None:
    text = IN_UTF_16[order][:5000]
    parts = (text[start : start + size] for start in range(0, len(text), size))
    whole = b"".join(as_utf8(parts))
    assert whole == LINES[: len(whole)]
    assert len(whole) > 2400


def test_a_text_that_is_not_in_utf_16_is_unchanged() -> None:
    for parts in ([], [b""], [b"\xff"], [b"a"], [b"\xef\xbb", b"\xbfa"], [b"", b"ab", b"c"]):
        assert b"".join(as_utf8(iter(parts))) == b"".join(parts)


def test_a_log_in_utf_16_that_grows_is_read_on_and_is_known_again_when_converted(tmp_path: Path) -> None:
    store, log, copy = tmp_path / "store.duckdb", tmp_path / "access.log", tmp_path / "converted.log"
    whole = IN_UTF_16["little-endian"]
    log.write_bytes(whole[: len(whole) // 2 + 1])  # in the middle of a letter
    read_in(store, log)
    log.write_bytes(whole)
    read_in(store, log)
    copy.write_bytes(LINES)
    assert read_in(store, copy).lines == 0
    assert len(reading_of(store, log).hits) == LINES.count(b"\n")
    assert len(contents(store, "sources")["sources"]) == 1


def test_a_log_in_utf_16_without_a_mark_is_refused_with_what_to_do() -> None:
    for log_format in ("auto", "combined"):
        with pytest.raises(FormatError, match=r"UTF-16 text without a byte order mark.*iconv"):
            read_bytes(IN_UTF_16["little-endian"][2:], log_format)


def test_a_byte_order_mark_of_utf_8_is_no_part_of_a_line() -> None:
    mark = b"\xef\xbb\xbf"
    line = Line().combined()
    assert [hit.client for hit in read_bytes(mark + line + mark + line, "combined").hits] == ["192.0.2.1"] * 2
