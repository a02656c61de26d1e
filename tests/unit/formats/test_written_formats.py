"""Formats as people write them down: nginx's and Apache's, JSON keys, and times in every way."""

import tomllib
from datetime import datetime
from pathlib import Path

import pytest
from support.lines import IN_UTC, Hit, read_bytes

from logstats.config import Settings, Site
from logstats.errors import UsageError

AT = datetime(2026, 11, 23, 1)
PASTED = tomllib.loads(Path(__file__).with_name("pasted_formats.toml").read_text("utf-8"))["pasted"]
NGINX = {entry["format"]: entry["line"] for entry in PASTED}
HIT = Hit("default", "192.0.2.10", AT, "GET", "/a?b=c", 200, 512, "", "Agent/1")


@pytest.mark.parametrize("pasted", NGINX)
def test_a_line_of_a_pasted_format_is_read(pasted: str) -> None:
    reading = read_bytes(f"{NGINX[pasted]}\n".encode() * 2, pasted)
    assert reading.rejects == ()
    assert reading.hits == (HIT, HIT)


LINE = '192.0.2.10 - - {} "GET / HTTP/1.1" 200 5'
HANOI, BERLIN, UTC = "Asia/Ho_Chi_Minh", "Europe/Berlin", "UTC"
TIMES = [
    # the format's time, a time, the site's zone, the instant (UTC)
    ("[%{%Y-%m-%d %H:%M:%S}t]", "[2026-11-23 08:00:00]", HANOI, "2026-11-23T01:00:00"),
    ("[%{%Y-%m-%d %H:%M:%S %z}t]", "[2026-11-23 08:00:00 +0700]", UTC, "2026-11-23T01:00:00"),
    ("[%{%FT%T%z}t]", "[2026-11-23T08:00:00+07:00]", BERLIN, "2026-11-23T01:00:00"),
    ("[%{%FT%T%z}t]", "[2026-11-23T01:00:00Z]", BERLIN, "2026-11-23T01:00:00"),
    (
        "[%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t]",
        "[23/Nov/2026:08:00:00.250 +0700]",
        "UTC",
        "2026-11-23T01:00:00.250000",
    ),
    (
        "[%{%d/%b/%Y %T}t.%{usec_frac}t %{%z}t]",
        "[23/Nov/2026 08:00:00.250001 +0700]",
        "UTC",
        "2026-11-23T01:00:00.250001",
    ),
    ("[%{%B %d, %YT%H:%M:%S %z}t]", "[November 23, 2026T08:00:00 +0700]", UTC, "2026-11-23T01:00:00"),
    ("%{sec}t", "1795395600", HANOI, "2026-11-23T01:00:00"),
    ("%{msec}t", "1795395600250", HANOI, "2026-11-23T01:00:00.250000"),
    ("%{usec}t", "1795395600250001", HANOI, "2026-11-23T01:00:00.250001"),
    ("%{begin:%Y-%m-%d %H:%M:%S}t", "2026-11-23 08:00:00", HANOI, "2026-11-23T01:00:00"),
    ("%t", "[29/Feb/2024:06:30:00 +0530]", BERLIN, "2024-02-29T01:00:00"),
    # the hour that is not there, and the hour that is there twice
    ("%{%F %T}t", "2026-03-29 01:59:59", BERLIN, "2026-03-29T00:59:59"),
    ("%{%F %T}t", "2026-03-29 02:30:00", BERLIN, "2026-03-29T01:30:00"),
    ("%{%F %T}t", "2026-03-29 03:00:00", BERLIN, "2026-03-29T01:00:00"),
    ("%{%F %T}t", "2026-10-25 01:59:59", BERLIN, "2026-10-24T23:59:59"),
    ("%{%F %T}t", "2026-10-25 02:30:00", BERLIN, "2026-10-25T01:30:00"),
    ("%{%F %T}t", "2026-10-25 03:00:00", BERLIN, "2026-10-25T02:00:00"),
]


@pytest.mark.parametrize(("written", "text", "zone", "at"), TIMES)
def test_a_time_is_converted_to_its_instant(written: str, text: str, zone: str, at: str) -> None:
    log_format = f'%h %l %u {written} "%r" %>s %b'
    reading = read_bytes(
        f"{LINE.format(text)}\n".encode(), log_format, Settings(unlisted=Site(timezone=zone))
    )
    assert [hit.at for hit in reading.hits] == [datetime.fromisoformat(at)]


JSON_TIMES = {
    # a time as JSON has it, in a site of Hanoi's zone: the instant
    "1795395600": "2026-11-23T01:00:00",
    "1795395600.25": "2026-11-23T01:00:00.250000",
    "1795395600250": "2026-11-23T01:00:00.250000",
    "1795395600250001": "2026-11-23T01:00:00.250001",
    "1795395600250001000": "2026-11-23T01:00:00.250001",
    '"1795395600.250"': "2026-11-23T01:00:00.250000",
    '"2026-11-23T01:00:00Z"': "2026-11-23T01:00:00",
    '"2026-11-23T01:00:00.123456789Z"': "2026-11-23T01:00:00.123456",
    '"2026-11-23T08:00:00.5+07:00"': "2026-11-23T01:00:00.500000",
    '"2026-11-23 08:00:00,500"': "2026-11-23T01:00:00.500000",
    '"2026-11-23 08:00:00"': "2026-11-23T01:00:00",
    '"23/Nov/2026:08:00:00 +0700"': "2026-11-23T01:00:00",
    '"23/Nov/2026:08:00:00"': "2026-11-23T01:00:00",
}


@pytest.mark.parametrize("text", JSON_TIMES)
def test_a_time_in_json_is_converted_to_its_instant(text: str) -> None:
    line = f'{{"t":{text},"ip":"192.0.2.10","r":"GET / HTTP/1.1","s":200}}\n'.encode()
    settings = Settings(unlisted=Site(timezone=HANOI))
    reading = read_bytes(line, "json time=t client=ip request=r status=s", settings)
    assert [hit.at for hit in reading.hits] == [datetime.fromisoformat(JSON_TIMES[text])]


FAULTY = {
    # a time that no instant comes of: what the refusal says
    "[23/Nov/26:08:00:00 +0700]": "a year of two digits may be in any century",
    "[23/thg11/2026:08:00:00 +0700]": "its month is not in English",
    "[23/Mär/2026:08:00:00 +0100]": "its month is not in English",
}


@pytest.mark.parametrize("text", FAULTY)
@pytest.mark.parametrize("log_format", ["auto", "common"])
def test_a_log_whose_times_are_no_instants_is_refused(text: str, log_format: str) -> None:
    with pytest.raises(Exception, match=FAULTY[text]):
        read_bytes(f"{LINE.format(text)}\n".encode() * 3, log_format)


def test_a_single_line_with_a_year_of_two_digits_is_refused_by_itself() -> None:
    good = LINE.format("[23/Nov/2026:08:00:00 +0700]")
    reading = read_bytes(f"{good}\n{good.replace('2026', '26')}\n{good}\n".encode(), "common", IN_UTC)
    assert [(number, reason) for number, reason, _ in reading.rejects] == [(2, "a year of two digits")]


@pytest.mark.parametrize(
    ("written", "why"), [("%{%d/%b/%y}t", "two digits"), ("%{%c}t", "own language"), ("%{%F}t", "lacks %H")]
)
def test_a_time_format_without_an_instant_is_refused(written: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        read_bytes(b"x\n", f'%h {written} "%r" %>s')
