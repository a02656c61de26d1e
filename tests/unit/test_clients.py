"""What is a client, and in which spelling."""

import ipaddress
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import examples
from support.written_clients import spellings

from logstats import clients

CLIENTS = {
    # the client: how logs write it
    "192.0.2.1": (
        "192.0.2.1",
        "192.0.2.1:51234",
        "::ffff:192.0.2.1",
        "::FFFF:192.0.2.1",
        "::ffff:c000:201",
        "::FFFF:c000:201",
        "0:0:0:0:0:ffff:192.0.2.1",
        "0000:0000:0000:0000:0000:ffff:c000:0201",
        "::ffff:192.0.2.1:51234",
        "[::ffff:192.0.2.1]",
        "[::ffff:192.0.2.1]:51234",
        "[192.0.2.1]",
        "[192.0.2.1]:80",
    ),
    "2001:db8::1": (
        "2001:db8::1",
        "2001:DB8::1",
        "2001:db8:0:0:0:0:0:1",
        "2001:0db8:0000:0000:0000:0000:0000:0001",
        "2001:db8:0::1",
        "2001:db8::0.0.0.1",
        "[2001:db8::1]",
        "[2001:DB8::1]:4433",
        "[2001:db8::1]:_hidden",
        "2001:db8::1%eth0",
        "[2001:db8::1%25eth0]:80",
        "2001:db8:0:0:0:0:0:1:51234",
    ),
    "fe80::10": ("fe80::10%11", "fe80::10%20", "FE80::10%en0.1"),
    "1:0:0:2::3": ("1::2:0:0:0:3", "1:0:0:2:0:0:0:3"),  # the longest run of zeros is left out
    "1::2:0:0:3:4": ("1:0:0:2:0:0:3:4",),  # of two, the first
    "1:0:2:3:4:5:6:7": ("1::2:3:4:5:6:7",),  # a single one is not
    "::1": ("::1", "0:0:0:0:0:0:0:1"),
    "::": ("::",),
    "::c000:201": ("::192.0.2.1",),  # not mapped
    "64:ff9b::c000:201": ("64:ff9b::192.0.2.1",),
    "may-12.example.net": (
        "may-12.example.net",
        "May-12.Example.NET",
        "may-12.example.net.",
        "may-12.example.net:51234",
        "MAY-12.EXAMPLE.NET.:51234",
    ),
    "pm4_23.example.net": ("pm4_23.example.net",),
    "1.2.0.192.in-addr.arpa": ("1.2.0.192.in-addr.arpa",),
    "3com.example": ("3com.example",),
    "xn--bt-xt-8ya2t.example": ("xn--bt-xt-8ya2t.example",),
    "localhost": ("localhost", "LOCALHOST", "localhost:51234"),
    "localhost.localdomain": ("localhost.localdomain",),
    "ip6-localhost": ("ip6-localhost",),
}
NO_CLIENTS = {
    # a text: the reason of the reject
    "": "no client",
    "-": "no client",
    "unix:": "the client is a unix socket",
    "unix:/run/nginx.sock": "the client is a unix socket",
    "unix:1": "the client is a unix socket",
    "unknown": "the client is hidden",
    "Unknown": "the client is hidden",
    "_hidden": "the client is hidden",
    "_x.example.net": "the client is hidden",
    "300.1.1.1": "no such IP",
    "256.0.2.1": "no such IP",
    "192.0.2.01": "no such IP",
    "192.0.2.001": "no such IP",
    "1.2.3": "no such IP",
    "192.0.2.1.5": "no such IP",
    "192.0.2.": "no such IP",
    "3221225985": "no such IP",
    "23": "no such IP",
    "192.0.2.1:": "no such IP",
    "08:00:01": "no such IP",
    "2001:db8:::1": "no such IP",
    "2001:db8::1::2": "no such IP",
    "1:2:3:4:5:6:7": "no such IP",
    "::ffff:192.0.2.01": "no such IP",
    "[2001:db8::1": "no such IP",
    "[portal.example]:80": "no such IP",
    "192.0.2.1:512345": "no such IP",
    "0x7f.1": "no such client",
    "08:00": "no such IP",
    "2026-11-23": "no such client",
    "2026-11-23T08:00:01.123Z": "no such client",
    "23/Nov/2026:08:00:01": "no such client",
    "<190>1": "no such client",
    "web1": "no such client",
    "stdout": "no such client",
    "access.log:192.0.2.1": "no such client",
    "192.0.2.1/24": "no such client",
    "https://portal.example": "no such client",
    "lan@example.vn": "no such client",
    '"': "no such client",
    '""': "no such client",
    '2001:db8::1"': "no such client",
    "(null)": "no such client",
    ".example": "no such client",
    "a..example": "no such client",
    "-a.example": "no such client",
    "bát-xát.example": "no such client",
    "192.0.2.1\0": "no such client",
    "１９２.0.2.1": "no such client",
    "0123456789abcdef0123456789abcdef": "no such client",
    "abcdef0123456789abcdef0123456789": "no such client",
    f"{'a' * 64}.example": "no such client",
    f"{'a.' * 124}example": "no such client",
}
LISTS = {
    # a list, of which each proxy writes a part: its clients
    "203.0.113.1, 10.0.0.1": ["203.0.113.1", "10.0.0.1"],
    "203.0.113.1,10.0.0.2,10.0.0.1": ["203.0.113.1", "10.0.0.2", "10.0.0.1"],
    "203.0.113.1; 10.0.0.1": ["203.0.113.1", "10.0.0.1"],
    "203.0.113.1 , 10.0.0.1": ["203.0.113.1", "10.0.0.1"],
    "203.0.113.1,": ["203.0.113.1"],
    ", 203.0.113.1": ["203.0.113.1"],
    "203.0.113.5:33453,+172.16.0.1:49770": ["203.0.113.5", "172.16.0.1"],
    "203.0.113.5,%20172.16.0.1": ["203.0.113.5", "172.16.0.1"],
    "203.0.113.5,%2520[2001:DB8::1]:80": ["203.0.113.5", "2001:db8::1"],
    "fe80::10%20, 10.0.0.1": ["fe80::10", "10.0.0.1"],
    "unknown, 203.0.113.5, -": ["203.0.113.5"],
    "<script>, 203.0.113.5": ["203.0.113.5"],
    "for=203.0.113.5;proto=https": ["203.0.113.5"],
    'For="[2001:db8::1]:4433";by=10.0.0.1,for=_x, for=unknown, FOR=10.0.0.2': ["2001:db8::1", "10.0.0.2"],
    r"for=\"[2001:db8::1]\"": ["2001:db8::1"],
    r"for=\x22[2001:db8::1]:_port\x22;host=portal.example": ["2001:db8::1"],
    "host=portal.example;by=203.0.113.43": [],
    "\ufeff192.0.2.1": ["192.0.2.1"],  # the first line of a log that an editor saved
    "unknown": [],
    "": [],
}


@pytest.mark.parametrize(
    ("written", "client"), [(written, client) for client, ways in CLIENTS.items() for written in ways]
)
def test_a_client_has_one_spelling(written: str, client: str) -> None:
    assert clients.canonical(written) == client
    assert clients.hops(written) == [client]
    assert clients.may_be(written)


@pytest.mark.parametrize("text", NO_CLIENTS)
def test_nothing_else_is_a_client(text: str) -> None:
    assert clients.canonical(text) is None
    assert clients.hops(text) == []
    assert clients.reason(text) == NO_CLIENTS[text]
    assert clients.may_be(text) == (not NO_CLIENTS[text].startswith("no such"))


@pytest.mark.parametrize("text", LISTS)
def test_a_list_has_these_clients(text: str) -> None:
    assert clients.hops(text) == LISTS[text]


@settings(max_examples=examples(300))
@given(client_ip=st.ip_addresses(), data=st.data())
def test_any_spelling_of_an_ip_is_what_python_says(
    client_ip: ipaddress.IPv4Address | ipaddress.IPv6Address, data: st.DataObject
) -> None:
    mapped = client_ip.ipv4_mapped if isinstance(client_ip, ipaddress.IPv6Address) else None
    assert clients.canonical(data.draw(spellings(client_ip))) == str(mapped or client_ip)


@settings(max_examples=examples(500))
@given(text=st.text(st.sampled_from("0123456789abcdefF.:%[]x- ,"), max_size=24))
def test_what_is_a_client_is_one_in_the_spelling_that_it_is_given(text: str) -> None:
    client = clients.canonical(text)
    if client is not None:
        assert clients.canonical(client) == client
        assert re.search(r"[][%, ]|\.$|[A-F]", client) is None


NETWORKS = {
    # a network as it may be written in logstats.toml: the network
    "192.0.2.7": "192.0.2.7/32",
    "192.0.2.7/24": "192.0.2.0/24",
    "::ffff:192.0.2.0/120": "192.0.2.0/24",
    "::FFFF:c000:207": "192.0.2.7/32",
    "::ffff:0:0/96": "0.0.0.0/0",
    "::ffff:0:0/95": "::fffe:0:0/95",
    "2001:DB8::1/32": "2001:db8::/32",
    "::/0": "::/0",
}


@pytest.mark.parametrize("text", NETWORKS)
def test_a_network_of_ipv4_is_one_however_it_is_written(text: str) -> None:
    assert str(clients.network(text)) == NETWORKS[text]
