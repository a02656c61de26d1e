"""What is a status: in each format, three digits, or what a server writes where it sent none."""

import re
from typing import Any

import pytest
from support.lines import read_bytes

from logstats import formats
from logstats.errors import FormatError
from logstats.formats import named

STATUSES: dict[str, int | None] = {
    # a status as it is written: the one that is stored, None for a reject
    "200": 200,
    "499": 499,
    "444": 444,
    "460": 460,
    "463": 463,
    "520": 520,
    "530": 530,
    "561": 561,
    "600": 600,
    "999": 999,
    # the client went away before one was sent: nginx, CloudFront; Caddy, Traefik; Apache, AWS
    "000": 0,
    "0": 0,
    "-": 0,
    # none
    "abc": None,
    "20": None,
    "2000": None,
    "-20": None,
    "2.0": None,
}
TEXT = [name for name in formats.FORMATS if "status" in named.load(name).log_format.groups]
W3C = "date time c-ip cs-method cs-uri-stem sc-status"
OTHERS = {
    # a LogFormat, log_format, keys or fields: a line
    '%t %h "%r" %s %b': '[23/Nov/2026:08:00:00 +0700] 192.0.2.1 "GET / HTTP/1.1" STATUS 5',
    '$remote_addr [$time_local] "$request" "$status" $bytes_sent': (
        '192.0.2.1 [23/Nov/2026:08:00:00 +0700] "GET / HTTP/1.1" "STATUS" 5'
    ),
    "json time=t client=ip request=r status=s": (
        '{"t": 1795395600, "ip": "192.0.2.1", "r": "GET / HTTP/1.1", "s": "STATUS"}'
    ),
    f"w3c {W3C}": "2026-11-23 01:00:00 192.0.2.1 GET / STATUS",
}


def with_field(name: str, field: str, text: str) -> str:
    """Return the first sample line of a format of text, with another text of a field."""
    log_format = named.load(name).log_format
    line: str = named.load(name).samples[0]["line"]
    match = re.match(log_format.pattern, line)
    assert match is not None
    start, end = match.span(log_format.groups.index(field) + 1)
    return line[:start] + text + line[end:]


def statuses(line: str, log_format: str) -> list[int]:
    """Return the statuses of the hits of a log of one line."""
    try:
        return [hit.status for hit in read_bytes(f"{line}\n".encode(), log_format).hits]
    except FormatError:
        return []


def expected(text: str) -> list[Any]:
    return [] if STATUSES[text] is None else [STATUSES[text]]


@pytest.mark.parametrize("name", TEXT)
def test_a_status_of_a_named_format(name: str) -> None:
    lines = {text: with_field(name, "status", text) for text in STATUSES}
    assert {text: statuses(line, name) for text, line in lines.items()} == {
        text: expected(text) for text in STATUSES
    }


@pytest.mark.parametrize("log_format", OTHERS)
def test_a_status_of_a_format_of_ones_own(log_format: str) -> None:
    lines = {text: OTHERS[log_format].replace("STATUS", text) for text in STATUSES}
    assert {text: statuses(line, log_format) for text, line in lines.items()} == {
        text: expected(text) for text in STATUSES
    }


@pytest.mark.parametrize(
    ("text", "status"), [("0", 0), ("499", 499), ('"200 OK"', 200), ('"-"', 0), ("20", None)]
)
def test_a_status_in_json(text: str, status: int | None) -> None:
    line = f'{{"t": 1795395600, "ip": "192.0.2.1", "r": "GET / HTTP/1.1", "s": {text}}}'
    found = statuses(line, "json time=t client=ip request=r status=s")
    assert found == ([] if status is None else [status])


def test_a_session_without_an_answer_in_haproxy() -> None:
    assert statuses(with_field("haproxy", "status", "-1"), "haproxy") == [0]
