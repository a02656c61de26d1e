"""A line that the native reader accepts has the values that the statements find, and they accept it too."""

import os
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import Line, broken, examples, parse_session, written_lines
from support.native_lines import chunk_of, compare, plan_of, usual

from logstats import native
from logstats.formats import named
from logstats.ingest import dimensions, native_lines, parse
from logstats.native import reader

pytestmark = pytest.mark.skipif(not native.is_built(), reason="the native reader was not built")

LAYOUTS = tuple(reader.LAYOUTS)
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


KNOWN = {
    # a table of texts that a run knows: what is known to the second chunk
    "known_agent": "SELECT DISTINCT agent, 7, false FROM written WHERE reason IS NULL AND agent LIKE '%o%'",
    "known_referrer": """
        SELECT DISTINCT hash(referrer), referrer, 8 FROM written
        WHERE reason IS NULL AND referrer <> ''""",
    "known_request": """
        SELECT DISTINCT hash(vhost, request), vhost, request, 1, 2, false, 3 FROM written
        WHERE reason IS NULL AND request LIKE 'GET%'""",
}


COMPARED = (
    "FROM written WHERE reason IS NULL ORDER BY rowid",
    "SELECT rowid, line, client, reason FROM written WHERE reason IS NOT NULL ORDER BY rowid",
    "SELECT column_name, column_type FROM (DESCRIBE FROM written)",
)


def chunk_lines(name: str, chunks: list[bytes]) -> list[Any]:
    """Return the table of lines of each chunk, its columns, and its counts."""
    session, plan = parse_session(), plan_of(name)
    found: list[Any] = []
    session.run("ingest/dimensions/known_create")
    for number, lines in enumerate(chunks):
        with chunk_of(lines, start=number) as chunk:
            counts = parse.type_chunk(session, plan, chunk)
        written = written_lines(counts)
        found.append(counts._replace(is_encoded=False))
        found += (session.execute(f"{written} {query}").rows for query in COMPARED)
        for kind in ("agents", "referrers", "requests"):
            query = dimensions.texts_of(counts)[kind]
            found.append(session.execute(f"FROM ({query}) ORDER BY ALL").rows)
        for table, rows in KNOWN.items():
            session.execute(f"INSERT INTO {table} {written} {rows}")
        session.run("ingest/parse/line_drop")
    return found


@pytest.mark.parametrize("name", LAYOUTS)
@settings(max_examples=examples(4))
@given(data=st.data())
def test_the_table_of_a_chunks_lines_is_the_same(name: str, data: st.DataObject) -> None:
    line = st.one_of(broken(samples(name)), st.sampled_from(samples(name)), st.just(b""))
    drawn = st.lists(line, min_size=1, max_size=100).map(lambda lines: b"\n".join(lines) + b"\n")
    chunks = [data.draw(drawn), data.draw(drawn)]
    texts = data.draw(st.sampled_from([48, reader.MOST_TEXTS]))
    with patch.dict(os.environ, {native.VARIABLE: "0"}):
        expected = chunk_lines(name, chunks)
    with (
        patch.dict(os.environ, {native.VARIABLE: "1"}),
        patch.object(reader, "MOST_TEXTS", texts),
        patch.object(native_lines, "FEW", 0),  # however many lines are odd
        patch.object(native_lines, "read", wraps=native_lines.read) as read,
    ):
        assert chunk_lines(name, chunks) == expected
    assert read.call_count == sum(lines.count(b"\n") > 1 for lines in chunks)
