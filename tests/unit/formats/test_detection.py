"""Which format a log is in; an error carries the line, the column and the closest format as attributes."""

from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logstats import formats
from logstats.errors import FormatError
from logstats.formats import detection

COMBINED = '192.0.2.1 - - [23/Nov/2026:01:00:00 +0000] "GET / HTTP/1.1" 200 100 "-" "Mozilla/5.0"'
ODD_TIME = COMBINED.replace("[23/Nov/2026:01:00:00 +0000]", "[November 23, 2026T01:00:00]")


def refused(*lines: str) -> FormatError:
    """Return the error of a log with these lines."""
    with pytest.raises(FormatError) as error:
        formats.detect("".join(f"{line}\n" for line in lines).encode(), "access.log")
    return error.value


def test_an_unknown_format_is_marked_where_the_closest_one_stops_matching() -> None:
    error = refused(ODD_TIME)
    assert (error.path, error.exit_code) == ("access.log", 3)
    assert error.closest in formats.FORMATS
    assert error.excerpt is not None
    assert (error.excerpt.line, error.excerpt.column) == (ODD_TIME, ODD_TIME.index("November"))
    first, line, caret, advice = str(error).split("\n")
    assert first == (
        f"access.log: unknown log format. The closest one, `{error.closest}`, stops matching at the mark:"
    )
    assert line[caret.index("^") :].startswith("November")
    assert advice.endswith("`logstats formats` lists the known ones.")


def test_a_format_that_was_given_must_match_one_of_the_first_lines() -> None:
    combined = formats.format_of("combined")
    formats.require_fit(combined, f"bad\n{COMBINED}\n".encode(), "access.log")
    with pytest.raises(FormatError, match="none of the first lines match the format `combined`") as error:
        formats.require_fit(combined, f"{ODD_TIME}\nbad\n".encode(), "access.log")
    assert error.value.closest == "combined"
    assert error.value.excerpt is not None
    assert error.value.excerpt.column == ODD_TIME.index("[")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("\x7fELF\x02\x01", "this is a binary file, not an access log"),
        ("<html>", "this is XML or HTML, not an access log"),
        ("Nov 23 01:00:00 web sshd[1]: hello", "this is a system log, not an access log"),
        (
            "#Fields: date time cs-uri-stem",
            "the #Fields line lacks c-ip, cs-method, sc-status; these are required",
        ),
        (
            '{"a": 1}',
            "these are JSON lines without a known key for time, client, status and request; the keys are",
        ),
        ("", "there is no line to detect the format from"),
    ],
)
def test_what_is_not_an_access_log_is_refused_with_the_reason(line: str, reason: str) -> None:
    error = refused(line)
    assert error.reason == reason
    assert str(error).startswith(f"access.log: {reason}")


SYSLOG = "Nov 23 08:00:0{} web1 {}"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["<190>Nov 23 01:00:00 web nginx: hello"], "this is a system log, not an access log"),
        (["<34>1 2026-11-23T01:00:00Z web su - ID47 - failed"], "this is a system log, not an access log"),
        (["2026-11-23T01:00:00.1+07:00 web sshd[1]: hello"], "this is a system log, not an access log"),
        (["hello\r", "there\r"], "unknown log format"),
        (["\x1b[31mhello\x1b[0m"], "unknown log format"),
        (["one\rtwo\rthree"], "this is a text whose lines end in carriage returns, not an access log"),
        (["Nov 23 08:00:01 mail postfix/smtpd[1]: connect from a"], "this is a mail log, not an access log"),
        (
            ["2026-11-23 08:00:01 1abcDE-000abc-AB <= a@example.com H=a"],
            "this is a mail log, not an access log",
        ),
        (["Mon Nov 23 08:00:01 2026 [pid 7] CONNECT: Client"], "this is an FTP log, not an access log"),
        (
            ["Mon Nov 23 08:00:01 2026 1 192.0.2.1 100 /file b _ o a user ftp 0 * c"],
            "this is an FTP log, not an access log",
        ),
        (
            ['192.0.2.1 - lan [23/Nov/2026:08:00:00 +0700] "PASS (hidden)" 230 -'] * 2
            + ['192.0.2.1 - lan [23/Nov/2026:08:00:01 +0700] "RETR /a/file" 226 100'],
            "this is not a web server's log: it has methods such as 'PASS'",
        ),
        (
            ["haproxy[1]: 192.0.2.1:5 [23/Nov/2026:01:00:00.655] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0"],
            "this is HAProxy's TCP log, not an access log",
        ),
        (["[23-Nov-2026 08:00:01 UTC] PHP Warning:  x"], "this is a PHP error log, not an access log"),
        (
            ["2026-11-23 08:00:01: (server.c.1939) server started"],
            "this is a lighttpd error log, not an access log",
        ),
    ],
)
def test_the_reason_of_a_refusal_names_what_the_file_is(lines: list[str], reason: str) -> None:
    assert refused(*lines).reason.startswith(reason)


def test_an_empty_file_is_empty() -> None:
    with pytest.raises(FormatError, match="the file is empty"):
        formats.detect(b"", "access.log")


@pytest.mark.parametrize(
    "lines", [[COMBINED] * 3, [COMBINED, "[Mon Nov 23 08:00:01 2026] [error] [client x] y"] * 3]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_a_byte_order_mark_and_errors_among_its_lines_do_not_hide_a_format(
    lines: list[str], end: str, mark: str
) -> None:
    log = mark + "".join(line + end for line in lines)
    assert formats.detect(log.encode(), "access.log").name == "combined"


@pytest.mark.parametrize("few", [1, 2])
def test_a_system_log_with_some_access_lines_is_read_after_its_prefix(few: int) -> None:
    lines = [SYSLOG.format(number, f"nginx: {COMBINED}") for number in range(few)]
    lines += [SYSLOG.format(number, "sshd[1]: hello") for number in range(few * 9)]
    log = "".join(f"{line}\n" for line in lines).encode()
    assert formats.detect(log, "syslog").definition == "syslog combined"


OTHER = '192.0.2.1 [23/Nov/2026:01:00:00 +0000] "GET / HTTP/1.1" 200 100'  # of the format `short`


@pytest.mark.parametrize(
    "first", ["def walk(special: Special):", "|---|", "a.example 192.0.2.1 -", "{", "x y z", "1"]
)
def test_an_error_shows_no_pattern_of_a_format(first: str) -> None:
    for name in formats.FORMATS:
        assert "(?P<" not in str(refused(f"{first} {name}"))
    for line in map(detection._described, formats.FORMATS):
        assert "(?P<" not in line


def outcome(sample: bytes) -> str:
    """Return the name of the format, or the error."""
    try:
        return formats.detect(sample, "access.log").name
    except FormatError as error:
        return str(error)


@given(
    others=st.lists(st.booleans(), min_size=1, max_size=9),
    count=st.integers(30, 400),
    odd=st.floats(0, 1),
    seed=st.randoms(use_true_random=False),
)
def test_lines_spread_over_a_long_sample_tell_what_all_lines_tell(
    others: list[bool], count: int, odd: float, seed: Random
) -> None:
    pattern = [OTHER if is_other else COMBINED for is_other in others]
    lines = [line if seed.random() > odd / 3 else "torn" for line in (pattern * count)[:count]]
    sample = "".join(f"{line}\n" for line in lines).encode()
    found = outcome(sample)
    with patch.object(detection, "SPREAD", count):
        assert found == outcome(sample)
