"""What is a page, what is one article, and which addresses are ours."""

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import FIREFOX, GOOGLEBOT, Line, contents, examples, read_in

from logstats import config
from logstats.config import Settings

# --- What a hit counts as -----------------------------------------------------------------------------

COUNTS_AS = {
    # (client, method, status, target, agent): each reason goes before the ones under it
    ("127.0.0.1", "POST", "404", "/a.css", GOOGLEBOT): "bot",
    ("192.0.2.1", "GET", "200", "/", GOOGLEBOT): "bot",
    ("127.0.0.1", "POST", "404", "/a.css", FIREFOX): "internal",
    ("127.9.8.7", "GET", "200", "/", FIREFOX): "internal",
    ("::1", "GET", "200", "/", FIREFOX): "internal",
    ("192.0.2.1", "POST", "404", "/a.css", FIREFOX): "asset",
    ("192.0.2.1", "POST", "404", "/", FIREFOX): "method",
    ("192.0.2.1", "HEAD", "200", "/", FIREFOX): "method",
    ("192.0.2.1", "get", "200", "/", FIREFOX): "method",
    ("192.0.2.1", "GET", "404", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "301", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "303", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "305", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "199", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "300", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "500", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "200", "/", FIREFOX): "page view",
    ("192.0.2.1", "GET", "206", "/", FIREFOX): "page view",
    ("192.0.2.1", "GET", "299", "/", FIREFOX): "page view",
    ("192.0.2.1", "GET", "304", "/", FIREFOX): "page view",
}


def test_a_hit_counts_as_a_page_view_or_by_the_first_reason_as_none(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(
        b"".join(
            Line(client, request=f"{method} {target} HTTP/1.1", status=status, agent=agent).combined()
            for client, method, status, target, agent in COUNTS_AS
        )
    )
    read_in(tmp_path / "store.duckdb", log)
    told = {
        (row[2], row[9], str(row[10]), row[5], row[3]): row[12]
        for row in contents(tmp_path / "store.duckdb", "hits")["hits"]
    }
    assert told == COUNTS_AS


# --- Pages and articles -------------------------------------------------------------------------------

ASSETS = (
    *(
        "/a.css",
        "/A.CSS",
        "/js/in.min.js",
        "/a.css?v=1",
        "/a.js#x",
        "/anh/cong.jpg",
        "/anh/cong.JPEG",
        "/b.webp",
    ),
    *(
        "/favicon.ico",
        "/x.woff2",
        "/v.mp4",
        "/live/1.m3u8",
        "/robots.txt",
        "/sitemap.xml",
        "/tin.rss",
        "/data.json",
    ),
    *("/feed", "/feed/", "/tin/feed/", "/rss", "/.well-known/acme-challenge/x", "/api/v1/tin", "/API/v2"),
)
PAGES = (
    *(
        "/",
        "/tin/css",
        "/css/",
        "/feeding",
        "/tin/feeds-me",
        "/a.html",
        "/a.php",
        "/a.aspx",
        "/van-ban.pdf",
        "/a.doc",
    ),
    *("/a.php?f=x.css", "/a.css/", "/acss", "/a.cssx", "/tin.jpg.html", "/robots.txt.html", "/x/api/v1", ""),
)


def settings_with(**site: Any) -> Settings:
    """Return settings of one site, with what one's own portal calls an asset."""
    return Settings(assets=(r"/api/.*",), unlisted=config.Site(**site))


def addresses(folder: Path, targets: Iterable[str]) -> dict[str, str | None]:
    """Return the article that each target is, None for an asset."""
    log = folder / "access.log"
    log.write_bytes(b"".join(Line(request=f"GET {target} HTTP/1.1").combined() for target in targets))
    read_in(folder / "store.duckdb", log, settings=settings_with())
    rows = contents(folder / "store.duckdb", "hits")["hits"]
    assert all((row[6], row[7] is None) in {(True, True), (False, False)} for row in rows)
    return {row[5]: row[7] for row in rows}


def test_assets_are_no_articles_and_pages_are(tmp_path: Path) -> None:
    told = addresses(tmp_path, [*ASSETS, *PAGES])
    assert {target for target, article in told.items() if article is None} == set(ASSETS)


DROPPED = (
    *(
        "utm_source=zalo",
        "utm_campaign=",
        "UTM_Medium=x",
        "utm_x",
        "fbclid=IwAR0",
        "fbclid",
        "gclid=1",
        "gbraid=1",
    ),
    *(
        "wbraid=1",
        "msclkid=1",
        "ttclid=1",
        "zarsrc=30",
        "gidzl=x",
        "p_p_id=1",
        "p_p_lifecycle=0",
        "p_l_back_url=%2F",
    ),
    *("redirect=%2Ftin",),
)
KEPT = (
    *(
        "sid=5",
        "id=1",
        "tabid=62",
        "ItemID=7",
        "SID=5",
        "page=2",
        "q=utm_source",
        "utm=1",
        "xfbclid=1",
        "fbclid2=1",
    ),
    *("redirect_id=1", "p_id=1", "gclids=1", "x"),
)


def test_tracking_parameters_are_dropped_and_identities_are_kept(tmp_path: Path) -> None:
    expected = {f"/tin?{dropped}": "/tin" for dropped in DROPPED}
    for kept in KEPT:
        for dropped in DROPPED[:6]:
            expected[f"/tin?{kept}&{dropped}"] = f"/tin?{kept}"
            expected[f"/tin?{dropped}&{kept}"] = f"/tin?{kept}"
    expected |= {"/tin?": "/tin", "/tin?&": "/tin", "/tin#a?id=1": "/tin", "/tin?id=1#b": "/tin?id=1"}
    expected["/tin?id=1&fbclid=2&sid=3#c"] = "/tin?id=1&sid=3"
    assert addresses(tmp_path, expected) == expected


# --- Addresses of our own -----------------------------------------------------------------------------


def internal(networks: Mapping[str, Iterable[str]], clients: Iterable[str]) -> dict[str, set[str]]:
    """Return which of the clients are internal to each site, each having been to every site."""
    settings = Settings(
        sites=tuple(config.Site(site, internal=tuple(told)) for site, told in networks.items())
    )
    lines = (Line(client, host=site).vhost_combined() for client in clients for site in networks)
    with TemporaryDirectory() as name:
        log, store = Path(name) / "access.log", Path(name) / "store.duckdb"
        log.write_bytes(b"".join(lines))
        read_in(store, log, settings=settings, log_format="vhost_combined")
        rows = contents(store, "hits")["hits"]
    return {site: {row[2] for row in rows if (row[0], row[12]) == (site, "internal")} for site in networks}


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
WRITTEN: tuple[Callable[[Address], str], ...] = (
    # the ways in which servers write an address
    lambda address: address.compressed,
    lambda address: address.exploded,
    lambda address: address.compressed.upper(),
    lambda address: ":".join(f"{int(part, 16):x}" for part in address.exploded.split(":")),
)


def around(network: Network) -> list[int]:
    """Return the numbers at the borders of a network."""
    first, last = int(network.network_address), int(network.broadcast_address)
    numbers = (first - 1, first, first + 1, (first + last) // 2, last - 1, last, last + 1)
    return [number for number in numbers if 0 <= number < 1 << network.max_prefixlen]


@settings(max_examples=examples(3))
@given(number=st.integers(0, 2**32 - 1), elsewhere=st.lists(st.ip_addresses(v=4), min_size=5, max_size=10))
def test_an_ipv4_network_of_any_length_holds_what_python_says(
    number: int, elsewhere: list[ipaddress.IPv4Address]
) -> None:
    networks = {
        f"p{length}.example": ipaddress.IPv4Network((number, length), strict=False) for length in range(33)
    }
    near = {ipaddress.IPv4Address(border) for network in networks.values() for border in around(network)}
    clients = {str(address): address for address in [*near, *elsewhere]}
    expected = {
        site: {client for client, address in clients.items() if address in network}
        for site, network in networks.items()
    }
    asked = [*clients, "2001:db8::1", "-"]
    told = internal({site: [str(network)] for site, network in networks.items()}, asked)
    assert told == expected


@settings(max_examples=examples(3))
@given(number=st.integers(0, 2**128 - 1), elsewhere=st.lists(st.ip_addresses(v=6), min_size=3, max_size=5))
def test_an_ipv6_network_of_any_length_holds_what_python_says_however_it_is_written(
    number: int, elsewhere: list[ipaddress.IPv6Address]
) -> None:
    lengths = [*range(0, 129, 8), 1, 47, 49, 63, 65, 127]
    networks = {
        f"p{length}.example": ipaddress.IPv6Network((number, length), strict=False) for length in lengths
    }
    near = {ipaddress.IPv6Address(border) for network in networks.values() for border in around(network)}
    clients = {write(address): address for address in [*near, *elsewhere] for write in WRITTEN}
    expected = {
        site: {client for client, address in clients.items() if address in network}
        for site, network in networks.items()
    }
    asked = [*clients, "192.0.2.1", "-", "a:b"]
    told = internal({site: [str(network)] for site, network in networks.items()}, asked)
    assert told == expected


def test_several_networks_are_internal_together_and_each_site_has_its_own() -> None:
    clients = ["127.0.0.1", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1", "10.1.2.3", "128.0.0.1", "1::1"]
    # a provider names its customers' lines by their addresses: a name is no address
    names = ["127.example.net", "10.0.0.1.dsl.example.net", "10.1.2.3.example.net"]
    networks = {
        "a.example": config.Site().internal,
        "b.example": ("10.0.0.0/8", "10.1.2.3/32", "1::/16"),
        "c.example": (),
    }
    assert internal(networks, [*clients, *names]) == {
        "a.example": set(clients[:4]),  # Tomcat writes addresses in full
        "b.example": {"10.1.2.3", "1::1"},
        "c.example": set(),
    }
