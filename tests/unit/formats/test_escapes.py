"""Escapes of bytes are what they stand for, whichever server wrote them and in whichever field."""

from dataclasses import replace

import pytest
from support.lines import Line, read_bytes

from logstats.formats import named
from unit.formats.test_statuses import TEXT, with_field

ESCAPED = {
    # a text as a server writes it: the text
    r"\xE1\xBB\xA9": "ứ",
    r"\xe1\xbb\xa9": "ứ",
    "ứ": "ứ",
    r"a\xC3\xA1\xF0\x9F\x98\x80b": "aá😀b",
    r"\x22": '"',
    r"\"": '"',
    r"a\x5Cb": r"a\b",
    r"a\\b": r"a\b",
    r"\\\"": r"\"",
    r"\\\\": r"\\",
    # a byte that is no letter, and a control character, stay as they are
    r"caf\xE9": r"caf\xe9",
    r"\xC3": r"\xc3",
    r"\xED\xA0\x80": r"\xed\xa0\x80",
    r"\xE1\xBB": r"\xe1\xbb",
    r"\x00\x1B[2J": r"\x00\x1b[2J",
    r"a\tb": r"a\x09b",
    r"a\x09b": r"a\x09b",
    r"a\nb\rc\bd\ve": r"a\x0ab\x0dc\x08d\x0be",
    # a backslash that was in the text is not the beginning of an escape
    r"\\x41": r"\x5cx41",
    r"\x5Cx41": r"\x5cx41",
    r"\\xE1\\xBB\\xA9": r"\x5cxE1\x5cxBB\x5cxA9",
    r"\\t": r"\t",
    r"\x5Ct": r"\t",
    # no escapes
    r"\d": r"\d",
    r"\x4": r"\x4",
    r"\xzz": r"\xzz",
}


def test_each_escape_in_the_target_the_referrer_and_the_agent() -> None:
    lines = [
        replace(
            Line(), request=f"GET /{text} HTTP/1.1", referrer=f"https://a.example/{text}", agent=f"A {text}"
        )
        for text in ESCAPED
    ]
    hits = read_bytes(b"".join(line.combined() for line in lines), "combined").hits
    assert {text: hit.agent[2:] for text, hit in zip(ESCAPED, hits, strict=True)} == ESCAPED
    assert [hit.target for hit in hits] == [f"/{text}" for text in ESCAPED.values()]
    assert [hit.referrer for hit in hits] == [f"https://a.example/{text}" for text in ESCAPED.values()]


def test_bytes_that_are_not_utf_8_are_escaped_as_servers_do() -> None:
    line = replace(Line(), request="GET /caf? HTTP/1.1").combined()
    hits = read_bytes(line.replace(b"?", b"\xe9") + line.replace(b"?", rb"\xE9"), "combined").hits
    assert [hit.target for hit in hits] == [r"/caf\xe9"] * 2


@pytest.mark.parametrize("name", TEXT)
def test_an_escaped_target_in_each_format_of_text(name: str) -> None:
    groups = named.load(name).log_format.groups
    for escaped, text in ((r"/a\x22b", '/a"b'), (r"/\xE1\xBB\xA9", "/ứ"), (r"/\xe1\xbb\xa9", "/ứ")):
        request = f"GET {escaped} HTTP/1.1" if "request" in groups else escaped
        line = with_field(name, "request" if "request" in groups else "path", request)
        (hit,) = read_bytes(f"{line}\n".encode(), name).hits
        assert hit.target.split("?")[0] == text


def test_an_escaped_target_in_json_and_w3c() -> None:
    json = r'{"t": 1795395600, "ip": "192.0.2.1", "r": "GET /\\xE1\\xBB\\xA9 HTTP/1.1", "s": 200}'
    w3c = r"2026-11-23 01:00:00 192.0.2.1 GET /\xE1\xBB\xA9 200"
    for line, log_format in (
        (json, "json time=t client=ip request=r status=s"),
        (w3c, "w3c date time c-ip cs-method cs-uri-stem sc-status"),
    ):
        assert [hit.target for hit in read_bytes(f"{line}\n".encode(), log_format).hits] == ["/ứ"]
