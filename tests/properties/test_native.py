"""A line that the native reader accepts has the values that the statements find, and they accept it too."""

import os
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import Line, broken, examples, parse_session, written_lines
from support.native_lines import chunk_of, compare, plan_of, usual

from logstats import native
from logstats.formats import named
from logstats.ingest import dimensions, native_layout, native_lines, parse
from logstats.ingest.log_texts import LogLines, LogTexts
from logstats.native import reader
from logstats.sources import contents
from logstats.store import Session

pytestmark = pytest.mark.skipif(not native.is_built(), reason="the native reader was not built")

LAYOUTS = tuple(reader.LAYOUTS)
PIECES = (b"\n", b"\r\n", b"\0", b"\1", b"\2", b"\3", b"#", b"\\", "ế".encode(), b"\xff", b"a", b"b" * 20)
PARTS = (
    # the parts of a line: usual texts, which are drawn more often, and others
    (
        ("", "portal.example:443 "),
        ("Portal_1:80 ", "portal.example ", ":443 ", "a:b:80 ", "[::1]:80 ", "a:- "),
    ),
    (
        ("192.0.2.1", "2001:db8::10", "may-12.example.net"),
        (
            "192.0.2.256",
            "192.0.2.01",
            "1.2.3",
            "1.2.3.4.5",
            "-",
            "unknown",
            "1.2.3.4,5.6.7.8",
            "192.0.2.1%3",
            "#",
        ),
    ),
    (
        (" - - ", " - lan "),
        (" - le thi ", "  -  -  ", ' - "" ', " -  ", " x - ", " - - - ", "\t- - ", " - [a "),
    ),
    (
        ("[23/Nov/2026:08:00:00 +0700]", "[23/Nov/2026:08:00:59 +0700]", "[29/Feb/2024:23:59:59 -0330]"),
        (
            *("[29/Feb/2026:08:00:00 +0700]", "[23/nov/2026:08:00:00 +0700]", "[23/Nov/2026:08:00:60 +0700]"),
            *("[23/Nov/26:08:00:00 +0700]", "[01/Jan/0999:08:00:00 +0000]", "[31/Dec/9998:23:00:00 -0100]"),
            *("[23/Nov/2026:24:00:00 +0700]", "[23/Nov/2026:08:00:00 +1559]", "[23/Nov/2026:08:00:00 0700]"),
            *("[00/Nov/2026:08:00:00 +0700]", "[23/Nov/2026:08:00:00 +0060]", "[23/Nov/2026 08:00:00 +0700]"),
            *(
                "[ 3/Nov/2026:08:00:00 +0700]",
                "[23/Nov/2026:08:00:00 +07:00]",
                "[-]",
                "23/Nov/2026:08:00:00 +0700",
            ),
        ),
    ),
    (
        (' "GET / HTTP/1.1"', ' "GET /lễ-hội?a=%20 HTTP/2.0"', ' ""', ' "-"'),
        (
            ' "GET /\\x22 HTTP/1.1"',
            ' "a"b"',
            ' "GET / HTTP/1.1',
            " GET",
            ' "\x7f\x85\u2028"',
            ' "\\"',
            '  "a"',
        ),
    ),
    (
        (" 200 100", " 404 -", " 000 0", " 999 999999999999999999"),
        (
            " 20 1",
            " 2000 1",
            " 200 1000000000000000000",
            " 200 +1",
            " - -",
            " 0 1",
            " 200  1",
            " 200 ",
            " 200",
        ),
    ),
    ((' "-"', ' "https://www.example.com/"', ' ""'), (" -", ' "a"b"', "", '  "-"', ' "a', ' "\xa0"', "\t")),
    ((' "Mozilla/5.0"', ' "-"', ' ""'), (" -", ' "a\\"', "", '  "-"', ' "a', ' "\N{ZERO WIDTH SPACE}"')),
    (("", " 0.012 http-nio"), (" ", "  a", ' "sid=1"', " \\", "\t", "\r", " -", "\0", ' " a', "a")),
)


@st.composite
def composed(draw: st.DrawFn) -> bytes:
    """Draw a line whose parts are mostly usual ones; one or two of them are not."""
    odd = draw(st.lists(st.integers(0, len(PARTS) * 2), max_size=2))
    parts = [draw(st.sampled_from(part[number in odd])) for number, part in enumerate(PARTS)]
    return "".join(parts).encode()


def samples(name: str) -> list[bytes]:
    """Return usual lines of a format, and the samples of it and of its relatives."""
    others = [sample["line"].encode() for other in LAYOUTS for sample in named.load(other).samples]
    return [usual(name, Line(user=user).combined().strip()) for user in ("-", "lan")] * 3 + others


@pytest.mark.parametrize("name", LAYOUTS)
@settings(max_examples=examples(4))
@given(data=st.data())
def test_a_line_is_read_as_the_statements_read_it(name: str, data: st.DataObject) -> None:
    line = st.one_of(broken(samples(name)), composed(), st.binary(max_size=60))
    lines = data.draw(st.lists(line, min_size=40, max_size=200))
    compare(name, [part for line in lines for part in line.split(b"\n")])


@settings(max_examples=examples(20))
@given(data=st.data())
def test_however_lines_are_fed_they_are_the_same(data: st.DataObject) -> None:
    """Short dictionaries begin many parts, and pieces end anywhere."""
    lines = data.draw(st.lists(broken(samples("combined")), max_size=150))
    texts = data.draw(st.integers(48, 60))
    compare("combined", [part for line in lines for part in line.split(b"\n")], most_texts=texts)


COMPARED = (
    "FROM written WHERE reason IS NULL ORDER BY line_row",
    "SELECT line_row, line, client, reason FROM written WHERE reason IS NOT NULL ORDER BY line_row",
    "SELECT column_name, column_type FROM (DESCRIBE FROM written)",
)
KINDS = {
    # texts of a chunk: the table of their codes, and its columns without these
    "agents": ("agent_code", "agent"),
    "referrers": ("referrer_code", "referrer"),
    "requests": ("request_code", "vhost, request"),
}
SUMMED = {
    # a query of the texts, each once, where two codes of a chunk may have the same
    "requests": "SELECT vhost, request, sum(times) FROM ({}) GROUP BY vhost, request",
}


class Parsed(NamedTuple):
    """A chunk: its counts, its lines, the texts of its hits, and those that chunks before it had, by kind."""

    counts: parse.ParseCounts
    lines: list[Any]
    texts: dict[str, set[tuple[Any, ...]]]
    earlier: dict[str, set[tuple[Any, ...]]]


def parsed_chunks(name: str, chunks: list[bytes]) -> list[Parsed]:
    """Parse chunks of a log."""
    session, plan, start = parse_session(), plan_of(name), 0
    texts = LogTexts(start, LogLines())
    found = []
    for table, _ in KINDS.values():
        session.execute(f"DROP TABLE IF EXISTS every_{table}")
    for lines in chunks:
        as_first = plan._replace(start=start)  # so that the statements replace no text by its ids
        with chunk_of(lines, start=start) as chunk:
            counts = parse.type_chunk(session, as_first, chunk, texts)
            texts.passed(chunk)
            start = chunk.end
        earlier = _added_codes(session) if counts.is_encoded else {kind: set() for kind in KINDS}
        written = written_lines(counts, "every")
        queries = dimensions.texts_of(counts)
        found.append(
            Parsed(
                counts._replace(is_encoded=False, first_codes=(0, 0, 0)),
                [session.execute(f"{written} {query}").rows for query in COMPARED],
                {
                    kind: {*session.execute(SUMMED.get(kind, "{}").format(queries[kind])).rows}
                    for kind in KINDS
                },
                earlier,
            )
        )
        parse.drop(session, counts)
    return found


def _added_codes(session: Session) -> dict[str, set[tuple[Any, ...]]]:
    """Add the chunk's codes to those of the chunks before; return the texts of these."""
    earlier = {}
    for kind, (table, columns) in KINDS.items():
        session.execute(f"CREATE TEMP TABLE IF NOT EXISTS every_{table} AS FROM chunk_{table} LIMIT 0")
        session.execute(f"DELETE FROM every_{table} WHERE code < 0")  # they are of one chunk
        earlier[kind] = {*session.execute(f"SELECT {columns} FROM every_{table}").rows}
        session.execute(f"INSERT INTO every_{table} FROM chunk_{table}")
        codes, of_all = session.execute(f"SELECT count(DISTINCT code), count(*) FROM every_{table}").rows[0]
        assert codes == of_all
    return earlier


@pytest.mark.parametrize("name", LAYOUTS)
@settings(max_examples=examples(4))
@given(data=st.data())
def test_the_table_of_a_chunks_lines_is_the_same(name: str, data: st.DataObject) -> None:
    line = st.one_of(broken(samples(name)), st.sampled_from(samples(name)), st.just(b""))
    drawn = st.lists(line, min_size=1, max_size=100).map(lambda lines: b"\n".join(lines) + b"\n")
    chunks = [data.draw(drawn), data.draw(drawn), data.draw(drawn)]
    texts = data.draw(st.sampled_from([48, 60, reader.MOST_TEXTS]))
    with patch.dict(os.environ, {native.VARIABLE: "0"}):
        by_statements = parsed_chunks(name, chunks)
    with (
        patch.dict(os.environ, {native.VARIABLE: "1"}),
        patch.object(reader, "MOST_TEXTS", texts),
        patch.object(native_layout, "FEW", 0),  # however many lines are odd
        patch.object(native_lines, "add", wraps=native_lines.add) as read,
    ):
        natively = parsed_chunks(name, chunks)
    assert read.call_count == sum(lines.count(b"\n") > 1 for lines in chunks)
    for found, expected in zip(natively, by_statements, strict=True):
        assert (found.counts, found.lines) == (expected.counts, expected.lines)
        for kind, (_, columns) in KINDS.items():
            width = columns.count(",") + 1
            assert _without(found.earlier[kind], found.texts[kind], width) == _without(
                found.earlier[kind], expected.texts[kind], width
            )
            assert {text[:width] for text in found.texts[kind]} <= {
                text[:width] for text in expected.texts[kind]
            }


def _without(earlier: set[tuple[Any, ...]], texts: set[tuple[Any, ...]], width: int) -> set[tuple[Any, ...]]:
    """Return the texts, with their numbers of lines, that are not among the earlier ones."""
    return {text for text in texts if text[:width] not in earlier}


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.integers(1, 30))
def test_the_contents_of_lines_are_those_that_python_finds(pieces: list[bytes], longest: int) -> None:
    lines = b"".join(pieces)
    with patch.object(contents, "LONGEST_LINE", longest), patch.object(native, "is_used", lambda _: True):
        slow, found = contents.contents_of(lines), contents.finder(len(lines))(lines)
    assert found._replace(is_overlong=False) == slow._replace(is_overlong=False)
    assert found.is_overlong == (max(map(len, lines.split(b"\n"))) >= longest)
    assert found.is_overlong or not slow.is_overlong
