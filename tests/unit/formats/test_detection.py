"""Which format a log is in; an error carries the line, the column and the closest format as attributes."""

import pytest

from logstats import formats
from logstats.errors import FormatError

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
