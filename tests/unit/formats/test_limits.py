"""Case 31: values at their limits, in each family of formats: a line is a hit or a reject."""

import json
from collections.abc import Callable

import pytest
from support.lines import ParsedLog, read_bytes

from logstats.config import Settings, Site

GOOD = "2026-11-28T01:00:00"
ZONES = ("UTC", "Pacific/Kiritimati", "Etc/GMT+12")
CLIENT = "192.0.2.1"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _clf(time: str) -> str:
    day, _, clock = time.partition("T")
    year, month, number = day.split("-")
    return f"{number}/{MONTHS[int(month) - 1]}/{year}:{clock} +0000"


def combined(time: str, size: str = "5") -> str:
    return f'{CLIENT} - - [{_clf(time)}] "GET / HTTP/1.1" 200 {size} "-" "{AGENT}"'


def vhost(time: str, size: str = "5") -> str:
    return f"portal.example:443 {combined(time, size)}"


def prefixed(time: str, size: str = "5") -> str:
    return f"Nov 28 01:00:00 web1 nginx: {combined(time, size)}"


def as_json(time: str, size: str = "5") -> str:
    return (
        f'{{"time":"{time}Z","remote_addr":"{CLIENT}","request":"GET / HTTP/1.1","status":200,'
        f'"bytes":{size},"agent":"{AGENT}"}}'
    )


def in_array(time: str, size: str = "5") -> str:
    return f"{as_json(time, size)},"


def ltsv(time: str, size: str = "5") -> str:
    return f"time:{_clf(time)}\thost:{CLIENT}\treq:GET / HTTP/1.1\tstatus:200\tsize:{size}\tua:{AGENT}"


def w3c(time: str, size: str = "5") -> str:
    return f"{time.replace('T', ' ')} GET / - {CLIENT} {AGENT.replace(' ', '+')} 200 {size}"


W3C_HEADER = "#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status sc-bytes\n"
FAMILIES: dict[str, tuple[str, Callable[..., str]]] = {
    # the header lines of a log, and its lines by time and size
    "combined": ("", combined),
    "vhost": ("", vhost),
    "prefixed": ("", prefixed),
    "json": ("", as_json),
    "json array": ("[\n", in_array),
    "ltsv": ("", ltsv),
    "w3c": (W3C_HEADER, w3c),
}
NO_HITS = ("9999-12-31T23:59:59", "9998-12-31T12:00:00", "0001-01-01T00:00:00", "0999-12-31T23:59:59")
HITS = {"9998-12-30T23:59:59": 9998, "1000-01-02T00:00:00": 1000, "1970-01-01T00:00:00": 1970}
SIZES = ("9" * 5000, "-1", str(2**63), "9" * 19, "1e400")


def read(family: str, lines: list[str], zone: str = "UTC") -> ParsedLog:
    header, line_of = FAMILIES[family]
    log = "\n".join([*lines, *[line_of(GOOD)] * 9]) + "\n"
    return read_bytes((header + log).encode(), "auto", Settings(unlisted=Site(timezone=zone)))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("family", FAMILIES)
def test_case_31_a_time_that_is_none_is_a_reject_also_in_the_first_lines(family: str, zone: str) -> None:
    _, line_of = FAMILIES[family]
    parsed = read(family, [line_of(time) for time in NO_HITS], zone)
    assert len(parsed.hits) == 9
    assert len([reason for _, reason, _ in parsed.rejects if reason != "a header line"]) == len(NO_HITS)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("family", FAMILIES)
def test_case_31_a_time_at_the_limits_is_a_hit(family: str, zone: str) -> None:
    _, line_of = FAMILIES[family]
    years = sorted(hit.at.year for hit in read(family, [line_of(time) for time in HITS], zone).hits)
    assert years == sorted([*HITS.values(), *[2026] * 9])


@pytest.mark.parametrize("family", FAMILIES)
def test_case_31_a_number_of_thousands_of_digits_is_a_reject(family: str) -> None:
    _, line_of = FAMILIES[family]
    parsed = read(family, [line_of(GOOD, size) for size in SIZES])
    assert len(parsed.hits) == 9
    assert len([reason for _, reason, _ in parsed.rejects if reason != "a header line"]) == len(SIZES)


@pytest.mark.parametrize("family", FAMILIES)
def test_case_31_a_leap_second_is_the_second_before(family: str) -> None:
    _, line_of = FAMILIES[family]
    parsed = read(family, [line_of("2016-12-31T23:59:60")])
    assert [hit.at.isoformat() for hit in parsed.hits if hit.at.year == 2016] == ["2016-12-31T23:59:59"]


@pytest.mark.parametrize("depth", [10, 990, 1000, 5000, 50_000])
@pytest.mark.parametrize(("before", "after"), [("[", "]"), ('{"a":', "}")])
def test_case_31_deeply_nested_json_loses_no_other_line(depth: int, before: str, after: str) -> None:
    inner = before * depth + "1" + after * depth
    deep = f'{as_json(GOOD)[:-1]},"x":{inner}}}'
    parsed = read("json", [deep, inner, deep])
    assert len(parsed.hits) + len(parsed.rejects) == 12
    assert len(parsed.hits) >= 9


@pytest.mark.parametrize("text", ["\\ud800", "\\udfff\\ud800", "\\u0000", "\\ud83d x"])
def test_case_31_a_lone_surrogate_loses_no_other_line(text: str) -> None:
    line = as_json(GOOD).replace("GET /", f"GET /{text}")
    assert json.loads(line)
    parsed = read("json", [line] * 3)
    assert len(parsed.hits) + len(parsed.rejects) == 12
    assert len(parsed.hits) >= 9
