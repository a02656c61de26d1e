"""A line's client is the same in each family of formats, in one spelling; lines without one are rejects."""

import ipaddress
import json
from collections.abc import Callable
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.formats import by_pattern
from support.lines import FIREFOX, Line, examples, read_bytes
from support.written_clients import spellings

from logstats import formats
from logstats.config import Settings, Site
from logstats.errors import FormatError, UsageError

W3C = "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent) X-Forwarded-For\n"
TRAEFIK = {
    "DownstreamStatus": 200,
    "RequestHost": "portal.example",
    "RequestMethod": "GET",
    "RequestPath": "/",
    "StartUTC": "2026-11-23T01:00:00Z",
}


def text(client: str) -> str:
    return Line(client).combined().decode()


def plain_json(client: str) -> str:
    return (
        json.dumps({"time": "2026-11-23T01:00:00Z", "remote_addr": client, "request": "GET /", "status": 200})
        + "\n"
    )


FAMILIES: dict[str, tuple[str, Callable[[str], str]]] = {
    # a family: the format, and a line of it
    "combined": ("combined", text),
    "common": ("common", lambda client: Line(client).common().decode()),
    "vhost_combined": ("vhost_combined", lambda client: Line(client).vhost_combined().decode()),
    "LogFormat": ('"%h" %t "%r" %>s', lambda client: f'"{client}" [{Line().time}] "GET /" 200\n'),
    "nginx": (
        "$time_local|$remote_addr|$request|$status",
        lambda client: f"{Line().time}|{client}|GET /|200\n",
    ),
    "json": ("json time=time client=remote_addr request=request status=status", plain_json),
    "Traefik's ClientHost": ("auto", lambda client: json.dumps({**TRAEFIK, "ClientHost": client}) + "\n"),
    "Traefik's ClientAddr": ("auto", lambda client: json.dumps({**TRAEFIK, "ClientAddr": client}) + "\n"),
    "w3c": ("auto", lambda client: f"{W3C}2026-11-23 01:00:00 {client} GET / 200 Agent -\n"),
    "w3c with tabs": (
        "auto",
        lambda client: f"{W3C}2026-11-23 01:00:00 {client} GET / 200 Agent -\n".replace(" ", "\t").replace(
            "#Fields:\t", "#Fields: "
        ),
    ),
    "w3c, forwarded": (
        "auto",
        lambda client: f"{W3C}2026-11-23 01:00:00 10.0.0.1 GET / 200 Agent {client}\n",
    ),
    "forwarded": (
        '%h %t "%r" %>s "%{X-Forwarded-For}i"',
        lambda client: f'10.0.0.1 [{Line().time}] "GET /" 200 "{client}"\n',
    ),
}
BEHIND_PROXY = Settings(unlisted=Site(timezone="UTC", trusted_proxies=("10.0.0.0/8",)))


def clients_of(log: str, log_format: str, with_settings: Settings = BEHIND_PROXY) -> list[str]:
    """Return the clients of a log's hits; other lines than headers must be hits."""
    parsed = read_bytes(log.encode(), log_format, with_settings)
    assert [reason for _, reason, _ in parsed.rejects if reason != "a header line"] == []
    return [hit.client for hit in parsed.hits]


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=examples(5))
@given(ips=st.lists(st.ip_addresses(), min_size=5, max_size=20), data=st.data())
def test_an_ip_is_the_same_in_any_spelling_and_family(
    family: str, ips: list[ipaddress.IPv4Address | ipaddress.IPv6Address], data: st.DataObject
) -> None:
    log_format, line = FAMILIES[family]
    outside = [ip for ip in ips if str(ip).split(".")[0] != "10"]
    lines = "".join(line(data.draw(spellings(ip))) for ip in outside)
    expected = [
        str(ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else str(ip) for ip in outside
    ]
    assert clients_of(lines, log_format) == expected
    with patch.object(formats, "format_of", by_pattern):
        assert clients_of(lines, log_format) == expected


@pytest.mark.parametrize("family", FAMILIES)
def test_a_hosts_name_is_the_same_in_any_family(family: str) -> None:
    log_format, line = FAMILIES[family]
    written = ("may-12.example.net", "May-12.Example.NET.", "may-12.example.net:51234")
    assert clients_of("".join(map(line, written)), log_format) == ["may-12.example.net"] * 3


NO_CLIENTS = {
    # what is written instead of a client: the reason of the reject
    "-": "no client",
    "unix:": "the client is a unix socket",
    "unknown": "the client is hidden",
    "_hidden": "the client is hidden",
    "300.1.1.1": "no such IP",
    "192.0.2.01": "no such IP",
    "23": "no such IP",
    "08:00:01": "no such IP",
    "web1": "no such client",
    "<190>1": "no such client",
}


@pytest.mark.parametrize("family", [family for family in FAMILIES if "forwarded" not in family])
@pytest.mark.parametrize("written", NO_CLIENTS)
def test_a_line_whose_client_is_none_is_a_reject_with_its_text(family: str, written: str) -> None:
    log_format, line = FAMILIES[family]
    log = line("192.0.2.1") + line(written) + line("192.0.2.2")
    parsed = read_bytes(log.encode(), log_format, BEHIND_PROXY)
    assert [hit.client for hit in parsed.hits] == ["192.0.2.1", "192.0.2.2"]
    rejects = [(reason, kept) for _, reason, kept in parsed.rejects if reason != "a header line"]
    assert rejects == [(NO_CLIENTS[written], line(written).splitlines()[-1])]


# --- Several clients in front of a line ---------------------------------------------------------------

REST = f'- - [{Line().time}] "GET / HTTP/1.1" 200 100 "-" "{FIREFOX}"\n'
FRONTS = {
    # what is before - - [time]: the site and the client
    "203.0.113.1": ("default", "203.0.113.1"),
    "203.0.113.1, 10.0.0.1": ("default", "203.0.113.1"),
    "203.0.113.1,10.0.0.1": ("default", "203.0.113.1"),
    "203.0.113.1, 10.0.0.2, 10.0.0.1": ("default", "203.0.113.1"),
    "203.0.113.1,10.0.0.2,10.0.0.1": ("default", "203.0.113.1"),
    "203.0.113.1; 10.0.0.1": ("default", "203.0.113.1"),
    "2001:DB8::1, 10.0.0.1": ("default", "2001:db8::1"),
    "unknown, 203.0.113.1, 10.0.0.1": ("default", "203.0.113.1"),
    "203.0.113.1,": ("default", "203.0.113.1"),
    "www.example.com 192.0.2.7": ("www.example.com", "192.0.2.7"),
    "www.example.com 192.0.2.7, 198.51.100.2": ("www.example.com", "192.0.2.7"),
    "www.example.com 192.0.2.7,198.51.100.2": ("www.example.com", "192.0.2.7"),
    "www.example.com 192.0.2.7, 198.51.100.2, 10.0.0.1": ("www.example.com", "192.0.2.7"),
    "www.example.com 2001:DB8::7, 10.0.0.1": ("www.example.com", "2001:db8::7"),
    "www.example.com:443 192.0.2.7": ("www.example.com", "192.0.2.7"),
    "www.example.com:443 192.0.2.7, 198.51.100.2": ("www.example.com", "192.0.2.7"),
    "www.example.com:80 192.0.2.7, 198.51.100.2, 10.0.0.1": ("www.example.com", "192.0.2.7"),
    '"www.example.com" 192.0.2.7, 198.51.100.2': ("www.example.com", "192.0.2.7"),
}


@pytest.mark.parametrize("front", FRONTS)
def test_a_line_with_several_clients_has_the_first_where_no_proxy_is_trusted(front: str) -> None:
    (hit, *_) = read_bytes(f"{front} {REST}".encode() * 3, "auto").hits
    assert (hit.site, hit.client) == FRONTS[front]


def test_a_line_with_several_clients_has_the_last_that_is_no_trusted_proxy() -> None:
    log = f"192.0.2.66, 203.0.113.1, 10.0.0.1 {REST}" + f"10.0.0.2, 10.0.0.1 {REST}"
    assert clients_of(log, "combined") == ["203.0.113.1", "10.0.0.2"]


# --- Formats whose only client is a proxy's header ----------------------------------------------------

ONLY_CLIENT = (
    "%{X-Forwarded-For}i",
    "%{X-Real-IP}i",
    "%{CF-Connecting-IP}i",
    "%{True-Client-IP}i",
    "%{Forwarded}i",
    "%{X-Client-IP}i",
    "%{Fastly-Client-IP}i",
    "%{c}a",
    "%{c}h",
    "%{REMOTE_ADDR}e",
    "$http_x_forwarded_for",
    "$http_x_real_ip",
    "$http_cf_connecting_ip",
    "$http_true_client_ip",
    "$http_forwarded",
    "$proxy_add_x_forwarded_for",
    "$realip_remote_addr",
    "$proxy_protocol_addr",
    "${http_x_forwarded_for}",
)


@pytest.mark.parametrize("variable", ONLY_CLIENT)
def test_a_proxys_header_is_the_client_where_there_is_no_other(variable: str) -> None:
    rest = '%t "%r" %>s' if variable.startswith("%") else '[$time_local] "$request" $status'
    line = f'203.0.113.9, 10.0.0.1 - - [{Line().time}] "GET / HTTP/1.1" 200\n'
    assert clients_of(line, f"{variable} - - {rest}") == ["203.0.113.9"]
    assert clients_of(line, f"{variable} - - {rest}", Settings()) == ["203.0.113.9"]
    quoted = f'[{Line().time}] "GET / HTTP/1.1" 200 "203.0.113.9, 10.0.0.1"\n'
    assert clients_of(quoted, f'{rest} "{variable}"') == ["203.0.113.9"]


@pytest.mark.parametrize("variable", [variable for variable in ONLY_CLIENT if variable.startswith("$")])
def test_a_proxys_header_is_the_client_in_nginxs_json_where_there_is_no_other(variable: str) -> None:
    keys = f'"for":"{variable}","t":"$time_iso8601","r":"$request","s":"$status"'
    log_format = f"log_format j escape=json '{{{keys}}}';"
    line = {"for": "203.0.113.9, 10.0.0.1", "t": "2026-11-23T01:00:00Z", "r": "GET /", "s": "200"}
    assert clients_of(json.dumps(line) + "\n", log_format) == ["203.0.113.9"]


HEADER_KEYS = ("http_x_forwarded_for", "x_forwarded_for", "http_x_real_ip", "http_cf_connecting_ip")


@pytest.mark.parametrize("key", HEADER_KEYS)
def test_a_proxys_header_is_the_client_in_json_where_there_is_no_other(key: str) -> None:
    line = {"time": "2026-11-23T01:00:00Z", key: "203.0.113.9, 10.0.0.1", "request": "GET /", "status": 200}
    assert clients_of(json.dumps(line) + "\n", "auto") == ["203.0.113.9"]
    both = {"http_x_forwarded_for": "203.0.113.9", **line, "remote_addr": "198.51.100.7"}
    assert clients_of(json.dumps(both) + "\n", "auto") == ["198.51.100.7"]


@pytest.mark.parametrize(
    "field", ["X-Forwarded-For", "cs(X-Forwarded-For)", "X-Real-IP", "cs(CF-Connecting-IP)", "c-dns"]
)
def test_a_proxys_header_is_the_client_in_w3c_where_there_is_no_other(field: str) -> None:
    line = "2026-11-23 01:00:00 203.0.113.5:33453,+10.16.0.1:49770 GET / 200\n"
    log = f"#Fields: date time {field} cs-method cs-uri-stem sc-status\n{line}"
    assert clients_of(log, "auto") == ["203.0.113.5"]


ORDER = {
    # a format with several clients: its client in 203.0.113.1 203.0.113.2
    '%h %a %t "%r" %>s': "203.0.113.2",
    '%a %h %t "%r" %>s': "203.0.113.1",
    '%{X-Forwarded-For}i %h %t "%r" %>s': "203.0.113.2",
    '%{c}a %h %t "%r" %>s': "203.0.113.2",
    '%{c}a %a %t "%r" %>s': "203.0.113.2",
    '%{X-Real-IP}i %{X-Forwarded-For}i %t "%r" %>s': "203.0.113.1",
    '%{X-Forwarded-For}i %{c}a %t "%r" %>s': "203.0.113.2",
    '$http_x_real_ip $remote_addr [$time_local] "$request" $status': "203.0.113.2",
    '$realip_remote_addr $remote_addr [$time_local] "$request" $status': "203.0.113.2",
}


@pytest.mark.parametrize("log_format", ORDER)
def test_of_several_clients_of_a_format_one_is_the_client(log_format: str) -> None:
    line = f'203.0.113.1 203.0.113.2 [{Line().time}] "GET / HTTP/1.1" 200\n'
    assert clients_of(line, log_format) == [ORDER[log_format]]


def test_a_format_without_any_client_is_refused() -> None:
    with pytest.raises(UsageError, match="has no client"):
        formats.format_of('%l %u %t "%r" %>s')


# --- Words that are no client -------------------------------------------------------------------------

PREFIXES = ("portal", "portal:", "INFO", "access.log.1:", "[web1]", "2026-11-23T01:00:00Z stdout F", "12:")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_log_whose_first_word_is_no_client_is_never_read_with_it_as_the_client(prefix: str) -> None:
    log = f"{prefix} 203.0.113.1 {REST}".encode() * 30
    try:
        parsed = read_bytes(log, "auto")
    except FormatError as error:
        assert error.excerpt is not None
        return
    assert {hit.client for hit in parsed.hits} == {"203.0.113.1"}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_format_that_is_given_is_refused_where_its_client_is_none(prefix: str) -> None:
    with pytest.raises(FormatError, match="none of the first lines match"):
        read_bytes(f"{prefix} 203.0.113.1 {REST}".encode() * 30, "combined")
