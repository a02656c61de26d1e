"""A line is read right or refused with its reason; it is never lost and never runs into another."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

import apache_log_parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.formats import by_pattern
from support.lines import (
    CHROME,
    FIREFOX,
    START,
    Hit,
    Line,
    broken,
    examples,
    read_bytes,
)

from logstats import formats, sources
from logstats.formats import directives, named
from logstats.store import statements

Row = dict[str, Any]
WRITE: dict[str, Callable[[Line], bytes]] = {
    "vhost_combined": Line.vhost_combined,
    "combined": Line.combined,
    "common": Line.common,
}
NAMED = {name: named.load(name).spec for name in WRITE}
XFF = f'{NAMED["combined"]} "%{{X-Forwarded-For}}i"'
OWN = {
    # LogFormats of people's own, and a line of each
    XFF: replace(Line(), request="GET /a HTTP/1.1").combined()[:-1] + b' "203.0.113.9, 10.0.0.1"\n',
    '%h %t "%r" %>s %b "%{Referer}i"': b'192.0.2.1 [23/Nov/2026:08:00:00 +0700] "GET /a HTTP/1.1" 200 5 ""\n',
    '%t %h "%{User-Agent}i" %>s "%r"': b'[23/Nov/2026:08:00:00 +0700] 192.0.2.1 "Mozilla/5.0" 200 "GET /a"\n',
    '%h %t "%r %>s" [%b]': b'192.0.2.1 [23/Nov/2026:08:00:00 +0700] "GET /a HTTP/1.1 200" [5]\n',
    '%h %l %u %t "%r" %>s %b %D "%{Referer}i" "%{User-Agent}i"': (
        b'192.0.2.1 - - [23/Nov/2026:08:00:00 +0700] "GET /a HTTP/1.1" 200 - 3551 "-" "Mozilla/5.0 (X)"\n'
    ),
}


@cache
def samples(name: str) -> list[bytes]:
    """Return lines of a format, without newlines: the project's odd samples, or one's own line."""
    if name in OWN:
        return [OWN[name].rstrip(b"\n")]
    log = statements.samples_dir() / "formats" / f"{name}.log"
    return [line for line in log.read_bytes().split(b"\n") if line]


# --- Two ways to read a line --------------------------------------------------------------------------


def interleaved(name: str, lines: list[bytes]) -> tuple[bytes, list[Line]]:
    """Return a log in which each line is between two good ones, and the good ones."""
    good = [
        replace(Line(), client=f"198.51.100.{number}", request="GET /good HTTP/1.1", size=str(number))
        for number in range(len(lines) + 1)
    ]
    between = (line + b"\n" + WRITE[name](after) for line, after in zip(lines, good[1:], strict=True))
    return WRITE[name](good[0]) + b"".join(between), good


@pytest.mark.parametrize("name", [*WRITE, *OWN])
@settings(max_examples=examples(4))
@given(data=st.data())
def test_split_or_matched_a_line_is_read_the_same(name: str, data: st.DataObject) -> None:
    lines = data.draw(st.lists(broken(samples(name)), min_size=50, max_size=80))
    log = b"".join(line + b"\n" for line in lines)
    split = read_bytes(log, name)
    with patch.object(formats, "format_of", by_pattern):
        matched = read_bytes(log, name)
    assert set(split.rejects) - set(matched.rejects) == set()
    assert set(matched.rejects) - set(split.rejects) == set()
    assert Counter(split.hits) == Counter(matched.hits)


@pytest.mark.parametrize("name", WRITE)
@settings(max_examples=examples(7))
@given(data=st.data())
def test_a_broken_line_is_not_lost_and_changes_no_other(name: str, data: st.DataObject) -> None:
    lines = data.draw(st.lists(broken(samples(name)), min_size=30, max_size=60))
    log, good = interleaved(name, lines)
    reading = read_bytes(log, name)
    assert len(reading.hits) + len(reading.rejects) == len(lines) + len(good)
    assert {2 * (number // 2) for number, _, _ in reading.rejects} <= {
        number for number, _, _ in reading.rejects
    }
    neighbours = sorted((hit.size, hit.client) for hit in reading.hits if hit.target == "/good")
    assert neighbours == [(int(line.size), line.client) for line in good]


@pytest.mark.parametrize(("name", "end"), [("combined", b'"'), ("common", b"0")])
@settings(max_examples=examples(7))
@given(data=st.data())
def test_a_line_that_is_the_format_to_the_letter_is_a_hit_with_these_fields(
    name: str, end: bytes, data: st.DataObject
) -> None:
    lines = data.draw(st.lists(broken(samples(name)), min_size=30, max_size=60))
    reading = read_bytes(b"".join(line + b"\n" for line in lines), name)
    plain = (line.decode() for line in lines if line.isascii() and line.endswith(end))
    parsed = (oracle.parse(line) for line in plain if line.isprintable())
    expected = Counter((line.client, line.at, *line[3:]) for line in parsed if line is not None)
    found = ((hit.client, hit.at, hit.status, hit.size, hit.referrer, hit.agent) for hit in reading.hits)
    assert expected - Counter(found) == Counter()


# --- apache-log-parser --------------------------------------------------------------------------------

WORD = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='"\\'), min_size=1
)
TEXT = st.lists(WORD, min_size=1, max_size=4).map(" ".join)


@st.composite
def good_lines(draw: st.DrawFn) -> Line:
    """A line that apache-log-parser reads right: no quotes or backslashes in it, offsets of whole hours."""
    return Line(
        client=draw(
            st.one_of(
                st.ip_addresses(v=4).map(str),
                st.ip_addresses(v=6, network="2001:db8::/32").map(str),
                st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}\.[a-z][a-z0-9-]{0,9}", fullmatch=True),
            )
        ),
        at=draw(st.datetimes(datetime(1971, 1, 1), datetime(2105, 1, 1))).replace(microsecond=0),
        offset=timedelta(hours=draw(st.integers(-11, 14))),
        request=f"{draw(st.sampled_from(['GET', 'POST', 'HEAD']))} /{draw(WORD)} HTTP/1.1",
        status=str(draw(st.integers(100, 599))),
        size=draw(st.one_of(st.just("-"), st.integers(0, 10**12).map(str))),
        referrer=draw(st.one_of(st.just("-"), TEXT)),
        agent=draw(st.one_of(st.sampled_from([FIREFOX, CHROME, "-"]), TEXT)),
        user=draw(st.sampled_from(["-", "lan", "lan@example.vn"])),
    )


@pytest.mark.parametrize("name", WRITE)
@settings(max_examples=examples(4))
@given(data=st.data())
def test_what_apache_log_parser_reads_right_is_read_the_same(name: str, data: st.DataObject) -> None:
    lines = data.draw(st.lists(good_lines(), min_size=30, max_size=50))
    reading = read_bytes(b"".join(WRITE[name](line) for line in lines), name)
    parser = apache_log_parser.make_parser(NAMED[name])
    expected = (from_parser(parser(WRITE[name](line).decode().rstrip("\n"))) for line in lines)
    assert reading.rejects == ()
    assert Counter(reading.hits) == Counter(expected)


def from_parser(parsed: dict[str, Any]) -> Hit:
    """Return the expected hit of a line, from apache-log-parser's fields."""
    size = str(parsed.get("response_bytes_clf", parsed.get("bytes_tx")))
    return Hit(
        site=parsed.get("server_name", "default"),
        client=parsed["remote_host"],
        at=parsed["time_received_tz_datetimeobj"].astimezone(UTC).replace(tzinfo=None),
        method=parsed["request_method"],
        target=parsed["request_url"],
        status=int(parsed["status"]),
        size=0 if size == "-" else int(size),
        referrer=header(parsed, "request_header_referer"),
        agent=header(parsed, "request_header_user_agent"),
    )


def header(parsed: dict[str, Any], name: str) -> str:
    """Return a header's text; Apache writes - for none."""
    text = str(parsed.get(name, "-"))
    return "" if text == "-" else text


@pytest.mark.parametrize("directive", directives.NAMES)
def test_a_directive_has_the_name_that_the_parser_gives_it(directive: str) -> None:
    assert tuple(apache_log_parser.Parser(directive).names) == (directives.NAMES[directive],)


@pytest.mark.parametrize("letter", directives.PREFIXES)
def test_a_directive_with_an_argument_has_the_name_that_the_parser_gives_it(letter: str) -> None:
    (name,) = apache_log_parser.Parser(f"%{{Some-Thing}}{letter}").names
    _, (directive,) = directives.split(f"%{{Some-Thing}}{letter}")
    assert directive.name == name == f"{directives.PREFIXES[letter]}some_thing"


@pytest.mark.parametrize("name", WRITE)
def test_a_named_format_and_its_log_format_string_are_the_same_format(name: str) -> None:
    compiled = formats.format_of(NAMED[name])
    assert compiled._replace(name=name, definition=name) == formats.format_of(name)


@pytest.mark.parametrize("name", OWN)
def test_a_log_format_of_ones_own_is_read(name: str) -> None:
    reading = read_bytes(OWN[name], name)
    assert [(hit.client, hit.at, hit.target, hit.status) for hit in reading.hits] == [
        ("192.0.2.1", START, "/a", 200)
    ]


# --- Odd lines, one by one ----------------------------------------------------------------------------

NO_FIT = "does not fit the format"
GOOD = Line().combined().rstrip(b"\n")
WHEN = Line().time


@dataclass(frozen=True)
class Odd:
    """A line, and what is to become of it: fields of a hit, or the reason for refusing it.

    The reason is empty where the line must be refused, and for which of its faults is all the same.
    """

    line: bytes
    expected: Row | str
    name: str = "combined"


def odd(was: str, now: bytes | str, expected: Row | str) -> Odd:
    """Return a good line in which one text was replaced."""
    assert GOOD.count(was.encode()) == 1
    return Odd(GOOD.replace(was.encode(), now if isinstance(now, bytes) else now.encode()), expected)


def request(text: bytes | str, method: str | None, target: str) -> Odd:
    """Return a good line with another request line, and its expected parts."""
    return odd("GET / HTTP/1.1", text, {"method": method, "target": target, "client": "192.0.2.1"})


def agent(text: bytes | str, expected: str) -> Odd:
    """Return a good line with another user agent."""
    return odd(FIREFOX, text, {"agent": expected, "referrer": "", "status": 200})


def time(text: str, expected: str) -> Odd:
    """Return a good line with another time: the instant it is, or the reason for refusing it."""
    is_instant = expected[:1].isdigit()
    return odd(f"[{WHEN}]", text, {"at": datetime.fromisoformat(expected)} if is_instant else expected)


def size(text: str, expected: int | str) -> Odd:
    """Return a good line with another size: the number it is, or the reason for refusing it."""
    return odd(" 100 ", f" {text} ", {"size": expected} if isinstance(expected, int) else expected)


def status(text: str, expected: int | str) -> Odd:
    """Return a good line with another status: the number it is, or the reason for refusing it."""
    return odd(" 200 ", f" {text} ", {"status": expected} if isinstance(expected, int) else expected)


def user(text: str) -> Odd:
    """Return a good line of somebody who is logged in."""
    return odd("- - [", f"- {text} [", {"client": "192.0.2.1", "target": "/"})


ODD: dict[str, Odd] = {
    "bytes that are not UTF-8": agent(b"Caf\xe9/1.0 \xff\xfe", r"Caf\xe9/1.0 \xff\xfe"),
    "UTF-8": agent("Điện thoại", "Điện thoại"),
    "half a UTF-8 letter at the end of a field": agent(b"Caf\xc3", r"Caf\xc3"),
    "NULs in a field": agent(b"a\0\0b", r"a\x00\x00b"),
    "the bytes that the line reader takes for separators": agent(b"a\1b\2c", r"a\x01b\x02c"),
    "a terminal's escape": agent(b"\x1b[2Ja", "\x1b[2Ja"),
    "a tab": agent(b"a\tb", "a\tb"),
    "a carriage return in a field": agent(b"a\rb", r"a\x0db"),
    "a comma, as of CSV": agent("a,b;c|d", "a,b;c|d"),
    "a hash, as of a comment": Odd(b"# Software: none", "a header line"),
    "an escaped quote": agent(r"a \"Smart\" TV", 'a "Smart" TV'),
    "an escaped quote at the end": agent(r"a \"", 'a "'),
    "an escaped backslash at the end": agent(r"a \\", "a \\"),
    "a backslash before a quote": agent(r"a \\\"", r"a \""),
    "Apache's escapes": agent(r"\xc3\xa1\n\t", r"á\x0a\x09"),
    "a quote that was not escaped": odd(FIREFOX, 'a "b" c', NO_FIT),
    "no agent": agent("-", ""),
    "an empty agent": agent("", ""),
    "a quote in the referrer": odd('"-"', r'"http://a/?q=\"b c\""', {"referrer": 'http://a/?q="b c"'}),
    "TLS, as Apache writes it": request(r"\x16\x03\x01\x02", None, r"\x16\x03\x01\x02"),
    "TLS, raw": request(b"\x16\x03\x01\x00", None, "\x16\x03\\x01\\x00"),
    "no request in time": Odd(
        b'192.0.2.1 - - [23/Nov/2026:01:00:00 +0000] "-" 408 - "-" "-"',
        {"method": None, "target": "", "status": 408, "size": 0, "agent": ""},
    ),
    "an empty request": request("", None, ""),
    "HTTP/0.9": request("GET /tin", "GET", "/tin"),
    "HTTP/1.0": request("HEAD /tin HTTP/1.0", "HEAD", "/tin"),
    "HTTP/2.0": request("GET /tin HTTP/2.0", "GET", "/tin"),
    "HTTP/3.0": request("GET /tin HTTP/3.0", "GET", "/tin"),
    "HTTP/2, as some write it": request("GET /tin HTTP/2", "GET", "/tin"),
    "a rare method": request("PROPFIND /tin HTTP/1.1", "PROPFIND", "/tin"),
    "spaces in the target": request("GET /tim?q=y ty HTTP/1.1", "GET", "/tim?q=y ty"),
    "a quote in the target": request(r"GET /tim?q=\"y\" HTTP/1.1", "GET", '/tim?q="y"'),
    "two spaces behind the method": request("GET  /tin HTTP/1.1", "GET", "/tin"),
    "OPTIONS *": request("OPTIONS * HTTP/1.0", "OPTIONS", "*"),
    "only a method": request("GET", None, "GET"),
    "IPv6": odd("192.0.2.1", "2001:db8::9:7", {"client": "2001:db8::9:7"}),
    "a host name": odd("192.0.2.1", "may-12.example.net", {"client": "may-12.example.net"}),
    "a tab in the client": odd("192.0.2.1", "a\tb", NO_FIT),
    "no client": odd("192.0.2.1 ", "", NO_FIT),
    "a user": user("lan"),
    "a user with spaces": user("lê thị sen"),
    "a user of a domain": user(r"BATXAT\\lan"),
    "an empty user": odd("- - [", "-  [", {"client": "192.0.2.1"}),
    "a host before the client": Odd(b"www.example.com " + GOOD, NO_FIT),
    "a host before the client of a user": Odd(
        b"www.example.com:443 " + GOOD.replace(b"- -", b"- lan"), NO_FIT
    ),
    "no size": size("-", 0),
    "a file of 5 GiB": size("5368709120", 5368709120),
    "a size below zero": size("-5", "no such size"),
    "a size that is two": size("1-2", "no such size"),
    "a size with a fraction": size("1.5", "no such size"),
    "a size with an exponent": size("1e3", "no such size"),
    "a size that is no number": size("x", "no such size"),
    "a size that no number holds": size("9" * 30, "no such size"),
    "a status of two digits": status("20", "no such status"),
    "a status of four digits": status("2000", "no such status"),
    "a status below zero": status("-20", "no such status"),
    "a status with a fraction": status("2.0", "no such status"),
    "a status that is no number": status("abc", "no such status"),
    "a status nobody sends": status("599", 599),
    "India": time("[23/Nov/2026:06:30:00 +0530]", "2026-11-23T01:00:00"),
    "Newfoundland": time("[22/Nov/2026:22:30:00 -0330]", "2026-11-23T02:00:00"),
    "Chatham": time("[23/Nov/2026:16:45:00 +1345]", "2026-11-23T03:00:00"),
    "a leap day": time("[29/Feb/2024:00:00:00 +0000]", "2024-02-29T00:00:00"),
    "no leap day": time("[29/Feb/2026:00:00:00 +0000]", "no such time"),
    "a month that is none": time("[23/Noc/2026:01:00:00 +0000]", "no such time"),
    "an hour too many": time("[23/Nov/2026:24:00:00 +0000]", "no such time"),
    "1970": time("[01/Jan/1970:00:00:00 +0000]", "1970-01-01T00:00:00"),
    "long ago": time("[01/Jul/1905:12:00:00 +0000]", "1905-07-01T12:00:00"),
    "far ahead": time("[30/Dec/9998:00:00:00 +0000]", "9998-12-30T00:00:00"),
    "after the last day that is stored": time("[31/Dec/9999:00:00:00 +0000]", "no such time"),
    "no zone": time("[23/Nov/2026:01:00:00]", NO_FIT),
    "a time without its bracket": time("23/Nov/2026:01:00:00 +0000]", NO_FIT),
    "cut off in the agent": Odd(GOOD[:-20], NO_FIT),
    "cut off at the last quote": Odd(GOOD[:-1], NO_FIT),
    "cut off behind the size": Odd(GOOD[: GOOD.index(b' "-"')], NO_FIT),
    "cut off behind its first byte": Odd(GOOD[:1], NO_FIT),
    "its beginning is lost": Odd(GOOD[30:], NO_FIT),
    "two lines in one": Odd(GOOD + GOOD, NO_FIT),
    "torn in its time, and the next behind it": Odd(GOOD[:40] + GOOD.replace(b"192.0.2.1", b"192.0.2.7"), ""),
    "torn in its time, with a user, and the next behind it": Odd(
        GOOD[:40].replace(b"- -", b"- lan") + GOOD.replace(b"192.0.2.1", b"192.0.2.7"), ""
    ),
    "torn behind its client, and the next behind it": Odd(GOOD[:14] + GOOD, ""),
    "a space behind it": Odd(GOOD + b" ", {"agent": FIREFOX}),
    "a space before it": Odd(b" " + GOOD, NO_FIT),
    "a word too many": Odd(GOOD + b" 0.12", NO_FIT),
    "CRLF": Odd(GOOD + b"\r", {"agent": FIREFOX}),
    "two carriage returns behind it": Odd(GOOD + b"\r\r", NO_FIT),
    "a byte order mark": Odd(b"\xef\xbb\xbf" + GOOD, {"target": "/", "status": 200}),
    "NULs before it, of a log that was emptied under its writer": Odd(
        b"\0" * 5000 + GOOD, {"client": "192.0.2.1", "target": "/"}
    ),
    "blank": Odd(b"", "blank line"),
    "blank, with CRLF": Odd(b"\r", "blank line"),
    "only spaces": Odd(b"   ", NO_FIT),
    "only a tab": Odd(b"\t", NO_FIT),
    "only quotes": Odd(b'""""""', NO_FIT),
    "a NUL": Odd(b"\0", ""),
    "long, but not too long": agent("a" * 98_000, "a" * 98_000),
    "longer than any log line": odd(FIREFOX, "a" * sources.LONGEST_LINE, "longer than any log line"),
    "longer than any log line, of quotes": Odd(b'"' * 1_500_000, "longer than any log line"),
    "common: as it should be": Odd(
        Line().common()[:-1], {"agent": "", "referrer": "", "size": 100}, "common"
    ),
    "common: combined": Odd(GOOD, NO_FIT, "common"),
    "vhost: as it should be": Odd(
        Line(host="Portal.Example").vhost_combined()[:-1],
        {"site": "portal.example", "client": "192.0.2.1"},
        "vhost_combined",
    ),
    "vhost: no port": Odd(b"portal.example " + GOOD, NO_FIT, "vhost_combined"),
    "vhost: combined": Odd(GOOD, NO_FIT, "vhost_combined"),
}


@dataclass(frozen=True)
class Outcome:
    """What became of an odd line: the hits it gave, or the reasons for refusing it, or a failed run."""

    hits: tuple[dict[str, Any], ...]
    reasons: tuple[str, ...]
    failure: str = ""


def outcomes(name: str, cases: list[str]) -> dict[str, Outcome]:
    """Return what becomes of odd lines in one log, each at an hour of its own and between good ones.

    Where the run fails, the lines at fault are found by reading ever smaller halves.
    """
    hours = {case: START + timedelta(hours=10 + list(ODD).index(case)) for case in cases}
    lines = [ODD[case].line.replace(WHEN.encode(), Line(at=hours[case]).time.encode()) for case in cases]
    log, good = interleaved(name, lines)
    try:
        reading = read_bytes(log, name)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the line's
        if len(cases) == 1:
            return {cases[0]: Outcome((), (), repr(error))}
        middle = len(cases) // 2
        return outcomes(name, cases[:middle]) | outcomes(name, cases[middle:])
    sentinels = sorted((hit.size, hit.client) for hit in reading.hits if hit.target == "/good")
    assert sentinels == [(int(line.size), line.client) for line in good]
    assert len(reading.hits) + len(reading.rejects) == len(cases) + len(good)
    outcome_of = {}
    for index, case in enumerate(cases):
        expected = ODD[case].expected
        at = hours[case] if isinstance(expected, str) else expected.get("at", hours[case])
        hits = (hit._asdict() for hit in reading.hits if hit.at == at and hit.target != "/good")
        outcome_of[case] = Outcome(
            tuple(hits), tuple(reason for number, reason, _ in reading.rejects if number == 2 * index + 2)
        )
    return outcome_of


@pytest.fixture(scope="module")
def table() -> dict[str, Outcome]:
    """Give what became of every line of the table."""
    names = dict.fromkeys(case.name for case in ODD.values())
    outcome_of: dict[str, Outcome] = {}
    for name in names:
        outcome_of |= outcomes(name, [case for case in ODD if ODD[case].name == name])
    return outcome_of


@pytest.mark.parametrize("case", ODD)
def test_an_odd_line_is_read_or_refused_as_the_table_says(table: dict[str, Outcome], case: str) -> None:
    outcome, expected = table[case], ODD[case].expected
    assert outcome.failure == ""
    if isinstance(expected, str):
        assert (outcome.hits, len(outcome.reasons)) == ((), 1)
        assert expected in {"", outcome.reasons[0]}
    else:
        assert [{key: hit[key] for key in expected} for hit in outcome.hits] == [expected]
        assert outcome.reasons == ()
