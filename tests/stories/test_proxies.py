"""The visitor is the client that a trusted proxy forwards; an untrusted one cannot forge another."""

import ipaddress
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import Line, examples, read_in, reading_of

from logstats import config
from logstats.config import Settings
from logstats.rules import client_ips

FORWARDED = '%h %t "%r" %>s "%{X-Forwarded-For}i"'
PROXIES = ("10.0.0.0/8", "2001:db8:1::/48")
CASES = {
    # (the client that is logged, X-Forwarded-For): whose visit it is
    ("10.0.0.1", "203.0.113.9"): "203.0.113.9",
    ("10.0.0.1", "203.0.113.9, 10.0.0.2"): "203.0.113.9",
    ("10.0.0.1", "192.0.2.66, 203.0.113.9"): "203.0.113.9",  # the first one is what a visitor wrote
    ("10.0.0.1", "203.0.113.9,10.0.0.2,10.7.7.7"): "203.0.113.9",
    ("10.0.0.1", "10.0.0.9, 10.0.0.2"): "10.0.0.9",  # all are proxies' networks
    ("10.0.0.1", "-"): "10.0.0.1",
    ("10.0.0.1", ""): "10.0.0.1",
    ("198.51.100.7", "203.0.113.9"): "198.51.100.7",  # anybody may write that header
    ("10.0.0.1", "2001:db8:9::5"): "2001:db8:9::5",
    ("2001:db8:1::1", "203.0.113.9, 2001:0DB8:0001::2"): "203.0.113.9",
    ("10.0.0.1", "203.0.113.9:51234"): "203.0.113.9",
    ("10.0.0.1", "[2001:db8:9::5]:443"): "2001:db8:9::5",
    ("10.0.0.1", "[2001:DB8:9:0::5]:443"): "2001:db8:9::5",
    ("10.0.0.1", "::FFFF:cb00:7109"): "203.0.113.9",
    ("::ffff:10.0.0.1", "203.0.113.9"): "203.0.113.9",  # the proxy in other spellings
    ("::FFFF:a00:1", "203.0.113.9"): "203.0.113.9",
    ("10.0.0.1:51234", "203.0.113.9"): "203.0.113.9",
    ("[2001:DB8:1::1]:51234", "203.0.113.9"): "203.0.113.9",
    ("203.0.113.9, 10.0.0.1", "192.0.2.66"): "203.0.113.9",  # a list that ends in no client of its own
    ("10.0.0.1", "unknown"): "10.0.0.1",  # nobody is named
    ("10.0.0.1", "_hidden, -"): "10.0.0.1",
    ("10.0.0.1", "203.0.113.9, unknown"): "203.0.113.9",
    ("10.0.0.1", "unknown, 203.0.113.9, _hidden, 10.0.0.2"): "203.0.113.9",
    ("10.0.0.1", "203.0.113.9; 10.1.1.1"): "203.0.113.9",
    ("10.0.0.1", "203.0.113.9:33453,+10.0.0.2:49770"): "203.0.113.9",  # IIS
    ("10.0.0.1", "203.0.113.9,%2010.0.0.2"): "203.0.113.9",  # CloudFront
    ("10.0.0.1", "203.0.113.9 10.0.0.2"): "203.0.113.9",
    # the header Forwarded
    ("10.0.0.1", "for=203.0.113.9;proto=https"): "203.0.113.9",
    ("10.0.0.1", "proto=https;by=10.0.0.2; For=203.0.113.9:4711"): "203.0.113.9",
    ("10.0.0.1", "for=192.0.2.66, for=203.0.113.9;by=10.0.0.1, for=10.0.0.2"): "203.0.113.9",
    ("10.0.0.1", r"for=\"[2001:db8:9::5]:4433\";host=portal.example, for=unknown"): "2001:db8:9::5",
    ("10.0.0.1", r"for=\x22[2001:DB8:9::5]\x22"): "2001:db8:9::5",
    ("10.0.0.1", "for=_SEVKISEK;by=_x"): "10.0.0.1",
    # a line without a client of its own
    ("unix:", "203.0.113.9, 10.0.0.2"): "203.0.113.9",
    ("-", "192.0.2.66, 203.0.113.9"): "203.0.113.9",
}
WITHOUT_PROXIES = {
    # the same without trusted proxies
    ("10.0.0.1", "203.0.113.9"): "10.0.0.1",
    ("::ffff:10.0.0.1", "203.0.113.9"): "10.0.0.1",
    ("[2001:DB8:1::1]:51234", "203.0.113.9"): "2001:db8:1::1",
    ("198.51.100.7", "203.0.113.9"): "198.51.100.7",
    ("203.0.113.9, 10.0.0.1", "192.0.2.66"): "203.0.113.9",
    ("unix:", "203.0.113.9, 10.0.0.2"): "203.0.113.9",
    ("-", "192.0.2.66, 203.0.113.9"): "192.0.2.66",  # nothing better is known
}


def clients(folder: Path, lines: Sequence[tuple[str, str]], proxies: Sequence[str]) -> list[str]:
    """Read a log of lines, each a client and what was forwarded, and return whose each hit is."""
    log, store = folder / "access.log", folder / "store.duckdb"
    at = "[23/Nov/2026:08:00:00 +0700]"
    rows = (
        f'{client} {at} "GET /{number} HTTP/1.1" 200 "{forwarded}"'
        for number, (client, forwarded) in enumerate(lines)
    )
    log.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    site = config.Site(trusted_proxies=tuple(proxies))
    read_in(store, log, log_format=FORWARDED, settings=Settings(unlisted=site))
    hits = {int(hit.target[1:]): hit.client for hit in reading_of(store, log).hits}
    return [hits[number] for number in range(len(lines))]


def test_whose_visit_it_is(tmp_path: Path) -> None:
    assert clients(tmp_path, list(CASES), PROXIES) == list(CASES.values())


def test_without_a_trusted_proxy_nobody_is_believed(tmp_path: Path) -> None:
    assert clients(tmp_path, list(WITHOUT_PROXIES), ()) == list(WITHOUT_PROXIES.values())


@pytest.mark.parametrize("network", ["192.0.2.0/25", "192.0.2.64/26", "2001:db8::/33", "10.0.0.0/9"])
@settings(max_examples=examples(60))
@given(client_ip=st.ip_addresses().map(str))
def test_a_client_ip_is_a_proxys_if_a_network_contains_it(network: str, client_ip: str) -> None:
    is_proxy = client_ips.proxy_test([network])
    assert is_proxy is not None
    assert is_proxy(client_ip) == (ipaddress.ip_address(client_ip) in ipaddress.ip_network(network))


def test_a_client_with_most_of_the_page_views_is_dominant(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    lines = [
        Line(client="10.0.0.1" if number % 3 else f"192.0.2.{number % 99}", request=f"GET /{number} HTTP/1.1")
        for number in range(900)
    ]
    log.write_bytes(b"".join(line.combined() for line in lines))
    assert read_in(tmp_path / "store.duckdb", log).dominant_clients == (("default", "10.0.0.1"),)


def test_of_several_clients_with_equal_shares_none_is_dominant(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    lines = [Line(client=f"10.0.{number % 3}.1", request=f"GET /{number} HTTP/1.1") for number in range(900)]
    log.write_bytes(b"".join(line.combined() for line in lines))
    assert read_in(tmp_path / "store.duckdb", log).dominant_clients == ()
