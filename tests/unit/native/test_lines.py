"""What the native reader accepts at the edges, and that it has the values which the statements find."""

import threading
from mmap import ALLOCATIONGRANULARITY
from pathlib import Path
from typing import Any

import pytest
from duckdb import CatalogException
from support.lines import FIREFOX, Line, parse_session
from support.native_lines import Read, compare, read_by_sql, read_natively, rows_of, usual

from logstats import native
from logstats.errors import UsageError
from logstats.native import reader
from logstats.native.reader import LAYOUTS, Part, Rest

pytestmark = pytest.mark.skipif(not native.is_built(), reason="the native reader was not built")

LINE = Line().combined().decode().rstrip()
TIME = f"[{Line().time}]"
EDGES = {
    # a text of the usual line: what it is replaced by, and whether that is accepted
    TIME: {
        "[29/Feb/2024:00:00:00 +0000]": True,
        "[29/Feb/2000:00:00:00 +0000]": True,
        "[29/Feb/1900:00:00:00 +0000]": False,
        "[29/Feb/2023:00:00:00 +0000]": False,
        "[31/Dec/1969:23:59:59 +0000]": True,
        "[01/Jan/1100:00:00:00 +1400]": True,
        "[31/Dec/9899:23:59:59 -1459]": True,
        "[01/Jan/0999:00:00:00 +0000]": False,
        "[30/Dec/9998:12:00:00 +0000]": False,
        "[31/Apr/2026:00:00:00 +0000]": False,
        "[30/Apr/2026:00:00:00 +0000]": True,
        "[00/Apr/2026:00:00:00 +0000]": False,
        "[01/apr/2026:00:00:00 +0000]": False,
        "[01/Mai/2026:00:00:00 +0000]": False,
        "[01/Mar/2026:23:59:59 -0000]": True,
        "[01/Mar/2026:24:00:00 +0000]": False,
        "[01/Mar/2026:00:60:00 +0000]": False,
        "[01/Mar/2026:00:00:60 +0000]": False,
        "[01/Mar/2026:00:00:00 +1500]": False,
        "[01/Mar/2026:00:00:00 +0060]": False,
        "[01/Mar/2026:00:00:00 0000]": False,
        "[01/Mar/2026:00:00:00  0000]": False,
        "(01/Mar/2026:00:00:00 +0000)": False,
    },
    '" 200 100': {
        '" 000 0': True,
        '" 999 999999999999999999': True,
        '" 200 1000000000000000000': False,
        '" 200 -': True,
        '" 200 --': False,
        '" 200 -1': False,
        '" 200 ': False,
        '" 99 1': False,
        '" 1000 1': False,
        '" - -': False,
        '" 200 1.5': False,
    },
    "GET / HTTP/1.1": {
        "": True,
        "-": True,
        "GET /lễ-hội HTTP/1.1": True,
        "GET /\x7f\x85\u2028 HTTP/1.1": True,
        "GET /\\x22 HTTP/1.1": False,
        'GET /\\" HTTP/1.1': False,
        "GET /\t HTTP/1.1": False,
        "GET /\0 HTTP/1.1": False,
        "GET /\r HTTP/1.1": False,
        "GET /\x1b HTTP/1.1": False,
        'GET /" HTTP/1.1': False,
    },
    "192.0.2.1 - -": {
        "0.0.0.0 - -": True,
        "255.255.255.255 - -": True,
        "256.0.2.1 - -": True,  # as a text
        "192.0.02.1 - -": True,
        "2001:db8::1 - -": True,
        "client.example - -": True,
        "x" * 255 + " - -": True,
        "x" * 256 + " - -": False,
        "[2001:db8::1] - -": False,
        "192.0.2.1, 192.0.2.2 - -": False,
        "192.0.2.1 - lan": True,
        "192.0.2.1 - lan@portal.example": True,
        "192.0.2.1 - le thi sen": False,
        '192.0.2.1 - ""': False,
        "192.0.2.1 x -": False,
        "192.0.2.1  - -": False,
        "\ufeff192.0.2.1 - -": False,
        "- - -": True,
        "": False,
    },
    "- - [23": {
        "- -[23": False,
        "- -/[23": False,
        "- lan/[23": False,
        "- -  [23": False,
        "- - a [23": False,
    },
    f'"-" "{FIREFOX}"': {
        '"" ""': True,
        '"-" "-"': True,
        '"-"': False,
        '- "a"': False,
        '"-" -': False,
        '"-"  "a"': False,
        '"-"x"a"': False,
        '"-" "a" ': False,
        '"-" "a" "b"': False,
        '"-" "a"\r': False,
        '"-" "a': False,
    },
}


@pytest.mark.parametrize("part", EDGES)
def test_an_edge_is_accepted_or_handed_back(part: str) -> None:
    assert part in LINE
    texts = EDGES[part]
    lines = [LINE.replace(part, text).encode() for text in texts]
    assert dict(zip(texts, compare("combined", lines), strict=True)) == texts
    alternating = [line for each in lines for line in (each, LINE.encode())]
    assert compare("combined", alternating)[1::2] == [True] * len(lines)


BYTES = {
    b"\xc3\xa9": True,
    b"\xed\x9f\xbf": True,
    b"\xf4\x8f\xbf\xbf": True,
    b"\xf0\x90\x80\x80": True,
    b"\xe0\xa0\x80": True,
    b"\xc3": False,
    b"\x80": False,
    b"\xc0\x80": False,
    b"\xc1\xbf": False,
    b"\xe0\x9f\xbf": False,
    b"\xed\xa0\x80": False,
    b"\xf0\x8f\xbf\xbf": False,
    b"\xf4\x90\x80\x80": False,
    b"\xf5\x80\x80\x80": False,
    b"\xff": False,
    b"\xf0\x90\x80": False,
    b"\xe1\xba": False,
}


def test_a_text_is_utf_8_or_its_line_is_handed_back() -> None:
    line = Line(agent="a?b").combined().rstrip()
    accepted = compare("combined", [line.replace(b"?", letter) for letter in BYTES])
    assert dict(zip(BYTES, accepted, strict=True)) == BYTES
    ends = [LINE.encode()[:cut] + letter for letter in BYTES for cut in (None, -1)]
    assert compare("combined", ends) == [False] * len(ends)


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_usual_lines_of_a_format_are_accepted(name: str) -> None:
    lines = [
        usual(name, Line(client=client, user=user, size=size).combined().rstrip())
        for client in ("192.0.2.1", "198.51.100.255", "2001:db8::1")
        for user in ("-", "lan")
        for size in ("0", "-", "5120")
    ]
    assert compare(name, lines) == [True] * len(lines)


@pytest.mark.parametrize("strange", ["\\", "\t", "\0", '"', "\xff"])
def test_a_strange_byte_is_noticed_wherever_it_is(strange: str) -> None:
    byte, line = strange.encode("latin-1"), LINE.encode()
    lines = [line[:index] + byte + line[index:] for index in range(len(line) + 1)]
    assert compare("combined", lines) == [False] * len(lines)
    assert [compare("combined", [last]) for last in lines[-20:]] == [[False]] * 20


ENDS = {
    # what is behind the fields: the formats with which it is accepted, where these may have quotes there
    "": {Rest.NONE, Rest.OPTIONAL},
    " 12": {Rest.OPTIONAL, Rest.SOME},
    ' "a"': {Rest.OPTIONAL, Rest.SOME},
    ' "': {Rest.OPTIONAL, Rest.SOME},
    " ": set(),
    "  12": set(),
    " \\": set(),
    "\t1": set(),
    '"': set(),
    "x": set(),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_is_behind_the_fields(name: str) -> None:
    layout = LAYOUTS[name]
    words = usual(name, LINE.encode()).removesuffix(b" 0.012 http-nio-8080-exec-1")
    expected = {
        end: layout.rest in rests and (layout.has_agent or '"' not in end) for end, rests in ENDS.items()
    }
    accepted = compare(name, [words + end.encode() for end in ENDS])
    assert dict(zip(ENDS, accepted, strict=True)) == expected


@pytest.mark.parametrize("length", [131067, 131068])
def test_a_line_of_the_greatest_length(length: int) -> None:
    line = Line(referrer="x" * (length - len(LINE) + 1)).combined().rstrip()
    assert len(line) == length
    assert compare("combined", [line, LINE.encode()]) == [length < 131068, True]


def test_lines_of_every_length_are_cut_at_their_end() -> None:
    lines = [
        Line(referrer="x" * length, agent="y" * (40 - length)).combined().rstrip() for length in range(40)
    ]
    lines += [b"z" * length for length in range(40)]
    assert compare("combined", lines) == [True] * 40 + [False] * 40


@pytest.mark.parametrize("limits", [{}, {"most_texts": 48}, {"most_bytes": 1}, {"most_bytes": 5000}])
def test_parts_that_are_as_long_as_the_dictionaries_allow_have_the_same_lines(limits: dict[str, int]) -> None:
    lines = [
        Line(client=f"host-{number}", referrer=f"/{number % 30}", agent=f"a{number % 3}", size=str(number))
        for number in range(120)
    ]
    log = [line.combined().rstrip() if number % 5 else b"odd" for number, line in enumerate(lines)]
    whole = b"".join(line + b"\n" for line in log)
    assert compare("combined", log, **limits) == [number % 5 > 0 for number in range(120)]
    for piece in (1, 300, 70_000):
        assert read_natively("combined", whole, piece, **limits) == read_natively("combined", whole)


def test_a_line_without_its_newline_is_not_read() -> None:
    own = reader.line_reader(LAYOUTS["combined"])
    line = LINE.encode() + b"\n"
    assert own.feed(b"") == own.feed(LINE.encode()) == 0
    assert own.feed(line + LINE.encode()) == len(line)
    assert len(reader.part_of(own).rows) == 1
    assert len(reader.part_of(own).rows) == 0


@pytest.mark.parametrize("texts", [9, 5000])
def test_a_text_has_one_code_however_many_lines_have_it(texts: int) -> None:
    own = reader.line_reader(LAYOUTS["combined"])
    lines = b"".join(Line(agent=f"agent {number % texts}").combined() for number in range(15_000))
    assert own.feed(lines) == len(lines)
    part = reader.part_of(own)
    assert (len(part.rows), len(part.agents), len(part.requests), len(part.clients)) == (15_000, texts, 1, 0)
    assert own.feed(lines + Line(agent="new").combined()) > 0
    part = reader.part_of(own)
    assert (len(part.rows), len(part.agents), len(part.requests)) == (15_001, 1, 0)
    assert rows_of(part.agents, "FROM texts") == [(texts, "new")]


MANY = 200


def parts_of(limits: dict[str, int], lines: list[Line]) -> tuple[list[Part], list[tuple[int, int, int]]]:
    """Return the parts of lines, of 50 lines or as many as are read, and the first codes after each."""
    own = reader.line_reader(LAYOUTS["vhost_combined"], **limits)
    parts, first_codes = [], []
    for number, line in enumerate(lines):
        is_full = own.feed(line.vhost_combined()) == 0
        if is_full or number % 50 == 49:
            parts.append(reader.part_of(own))
            first_codes.append(own.first_codes())
        assert not is_full or own.feed(line.vhost_combined()) > 0
    return parts, first_codes


def test_a_dictionary_that_is_full_begins_anew_with_other_codes() -> None:
    """Referrers are all new; agents and requests are few. Each kind has a dictionary of its own."""
    lines = [Line(referrer=f"/{number}", agent=f"{number % 3}") for number in range(MANY)]
    parts, first_codes = parts_of({"most_texts": 147}, lines)
    assert [len(part.referrers) for part in parts] == [50] * 4
    assert [len(part.agents) for part in parts] == [3, 0, 0, 0]
    assert [len(part.requests) for part in parts] == [1, 0, 0, 0]
    assert first_codes == [(0, 0, 0), (0, 100, 0), (0, 100, 0), (0, 200, 0)]
    codes = [code for part in parts for (code,) in rows_of(part.rows, "SELECT referrer_code FROM texts")]
    assert codes == [*range(MANY)]


def test_pairs_begin_anew_with_their_hosts_or_requests() -> None:
    lines = [Line(host=f"{number % 100}", request=f"{number // 100}") for number in range(MANY)]
    parts, first_codes = parts_of({"most_texts": 147}, lines)
    assert [len(part.requests) for part in parts] == [50] * 4
    assert first_codes == [(0, 0, 0), (100, 0, 0), (100, 0, 0), (200, 0, 0)]


def test_the_texts_of_all_pairs_are_bounded() -> None:
    """Each pair, which three lines have, is handed over with both of its texts, which are few."""
    texts = [f"{number} {'x' * 95}" for number in range(10)]
    lines = [Line(host=f"{number // 3 % 10}", request=texts[number // 30]) for number in range(MANY)]
    parts, first_codes = parts_of({"most_bytes": 4_000}, lines)
    assert [len(part.requests) for part in parts] == [17, 17, 6, 11, 17]
    assert [first for first, _, _ in first_codes] == [0, 0, 40, 40, 40]
    assert parts_of({"most_bytes": 100_000}, lines)[1] == [(0, 0, 0)] * 4


def test_texts_that_are_never_repeated_are_not_kept() -> None:
    """A part ends and its dictionary begins anew when most lines had a new text, from some bytes on."""
    unseen = [Line(referrer=f"/{number:04}", agent="x" * 100) for number in range(MANY)]
    parts, first_codes = parts_of({"most_bytes": 1000}, unseen)
    assert [len(part.referrers) for part in parts] == [26, 24] * 4
    assert first_codes == [(0, first, 0) for first in (26, 26, 76, 76, 126, 126, 176, 176)]
    repeated = [line for line in unseen[:100] for _ in range(2)]
    assert parts_of({"most_bytes": 1000}, repeated)[1] == [(0, 0, 0)] * 4
    assert parts_of({"most_bytes": 100_000}, unseen)[1] == [(0, 0, 0)] * 4


def test_codes_end_before_they_are_used_again() -> None:
    last = 2**31 - 1
    own = reader.line_reader(LAYOUTS["combined"], most_texts=48, first_code=last - 48)
    line = Line().combined()
    assert own.feed(line) == len(line)
    assert rows_of(reader.part_of(own).agents, "SELECT code FROM texts") == [(last - 48,)]
    with pytest.raises(OverflowError, match="used up"):
        own.feed(line)


@pytest.mark.parametrize(
    "wrong", [{"most_texts": 47}, {"most_bytes": 0}, {"most_texts": 1 << 31}, {"most_bytes": 1 << 31}]
)
def test_limits_that_can_not_be_kept_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="limits"):
        reader.line_reader(LAYOUTS["combined"], **wrong)


def test_a_reader_is_of_one_thread() -> None:
    own = reader.line_reader(LAYOUTS["combined"])
    lines = LINE.encode() + b"\n"
    lines *= 300_000
    found: list[str] = []

    def feed() -> None:
        try:
            found.append(str(own.feed(lines)))
        except RuntimeError as error:
            found.append(str(error))

    threads = [threading.Thread(target=feed) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read = [int(each) for each in found if each.isdigit()]
    assert set(found) <= {str(len(lines)), "another thread uses this reader"}
    assert len(reader.part_of(own).rows) == 300_000 * len(read)


CHOICES = {
    # LOGSTATS_NATIVE: whether short and long logs are read natively where the reader is built, and is not
    "": ([False, True], [False, False]),
    "0": ([False, False], [False, False]),
    "1": ([True, True], None),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_a_variable_selects_the_reader(choice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(native.VARIABLE, choice)
    built, unbuilt = CHOICES[choice]
    sizes = (100, native.ENOUGH_BYTES)
    assert [native.is_used(size) for size in sizes] == built
    monkeypatch.setattr(native, "is_built", lambda: False)
    if unbuilt is None:
        with pytest.raises(UsageError, match="without its native reader"):
            native.is_used(100)
    else:
        assert [native.is_used(size) for size in sizes] == unbuilt


CLIENTS: tuple[tuple[list[Any], list[str] | None], ...] = (
    # texts for two clients that are no IPv4 addresses, and what the rows have then
    (["a", "bb"], ["192.0.2.1", "a", "bb", "a", ""]),
    (["", "é", "not used"], ["192.0.2.1", "", "é", "", ""]),
    (["a"], None),
    ([], None),
    (["a", 1], None),
    (["a", "\ud800"], None),
)


@pytest.mark.parametrize(("texts", "expected"), CLIENTS)
def test_clients_get_other_texts(texts: list[Any], expected: list[str] | None) -> None:
    own = reader.line_reader(LAYOUTS["combined"])
    for client in ("192.0.2.1", "2001:DB8::1", "host.example", "2001:DB8::1"):
        own.feed(Line(client=client).combined())
    own.feed(b"junk\n")
    rows = reader.part_of(own).rows
    if expected is None:
        with pytest.raises((ValueError, TypeError)):
            rows.set_clients(texts)
        expected = ["192.0.2.1", "2001:DB8::1", "host.example", "2001:DB8::1", ""]
    else:
        rows.set_clients(texts)
    assert [client for (client,) in rows_of(rows, "SELECT client FROM texts ORDER BY line")] == expected


def test_only_rows_that_nobody_reads_get_other_clients() -> None:
    own = reader.line_reader(LAYOUTS["combined"])
    own.feed(Line().combined())
    part = reader.part_of(own)
    with pytest.raises(ValueError, match="only the clients of rows"):
        part.agents.set_clients([])
    stream = part.rows.__arrow_c_stream__()
    with pytest.raises(ValueError, match="that nobody reads"):
        part.rows.set_clients([])
    del stream
    part.rows.set_clients([])


def test_any_other_value_of_the_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(native.VARIABLE, "yes")
    with pytest.raises(UsageError, match="0, 1 or not set"):
        native.is_used(100)


def test_both_readings_are_of_the_same_lines() -> None:
    lines = LINE.encode() + b"\n" + b"odd\n"
    natively, parsed = read_natively("combined", lines), read_by_sql("combined", lines)
    assert isinstance(natively[0], Read)
    assert natively[0].values == parsed[0].values
    assert natively[1] == b"odd"
    assert parsed[1].reason == "does not fit the format"


@pytest.mark.parametrize("window", [2 * ALLOCATIONGRANULARITY, reader.WINDOW_BYTES])
@pytest.mark.parametrize("piece", [1 << 10, 1 << 20])
def test_a_file_is_read_in_pieces(
    piece: int, window: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "PIECE_BYTES", piece)
    monkeypatch.setattr(reader, "WINDOW_BYTES", window)
    path = tmp_path / "lines"
    path.write_bytes(b"".join(Line(referrer=f"/{number}").combined() for number in range(500)))
    for most_texts in (reader.MOST_TEXTS, 100):
        found = list(reader.parts(str(path), reader.line_reader(LAYOUTS["combined"], most_texts=most_texts)))
        assert (len(found) == 1, sum(len(part.rows) for part in found)) == (most_texts > 500, 500)
        assert max(len(part.referrers) for part in found) <= most_texts
    path.write_bytes(LINE.encode())
    with pytest.raises(ValueError, match="no end"):
        list(reader.parts(str(path), reader.line_reader(LAYOUTS["combined"])))
    path.write_bytes(b"")
    assert list(reader.parts(str(path), reader.line_reader(LAYOUTS["combined"]))) == []


def test_a_session_reads_a_table_after_a_result_that_was_not_fetched() -> None:
    own = reader.line_reader(LAYOUTS["combined"])
    own.feed(LINE.encode() + b"\n")
    session = parse_session()
    session.connection.execute("SELECT 1")
    with session.tables({"native_row": reader.part_of(own).rows}):
        for _ in range(2):
            assert session.execute("SELECT status, bytes FROM native_row").rows == ((200, 100),)
    with pytest.raises(CatalogException):
        session.execute("FROM native_row")
