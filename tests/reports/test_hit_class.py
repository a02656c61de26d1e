"""How a hit is counted, which of its targets are pages and articles, and which clients are internal."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from support.lines import FIREFOX, GOOGLEBOT, Line, contents, read_in

from logstats import config
from logstats.config import Settings
from logstats.errors import ConfigError
from logstats.rules import bots
from logstats.store import Session

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
    counted_as = {
        (row[2], row[9], str(row[10]), row[5], row[3]): row[12]
        for row in contents(tmp_path / "store.duckdb", "hits")["hits"]
    }
    assert counted_as == COUNTS_AS


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


def articles_of(folder: Path, targets: Iterable[str]) -> dict[str, str | None]:
    """Return the article that each target is, None for an asset."""
    log = folder / "access.log"
    log.write_bytes(b"".join(Line(request=f"GET {target} HTTP/1.1").combined() for target in targets))
    read_in(folder / "store.duckdb", log, settings=settings_with())
    rows = contents(folder / "store.duckdb", "hits")["hits"]
    assert all((row[6], row[7] is None) in {(True, True), (False, False)} for row in rows)
    return {row[5]: row[7] for row in rows}


def test_assets_are_no_articles_and_pages_are(tmp_path: Path) -> None:
    article_of = articles_of(tmp_path, [*ASSETS, *PAGES])
    assert {target for target, article in article_of.items() if article is None} == set(ASSETS)


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
    assert articles_of(tmp_path, expected) == expected


# --- Internal clients -----------------------------------------------------------------------------------


def internal(networks: Mapping[str, Iterable[str]], clients: Iterable[str]) -> dict[str, set[str]]:
    """Return which of the clients are internal to each site, each having been to every site."""
    settings = Settings(
        sites=tuple(config.Site(site, internal=tuple(ranges)) for site, ranges in networks.items())
    )
    lines = (Line(client, host=site).vhost_combined() for client in clients for site in networks)
    with TemporaryDirectory() as name:
        log, store = Path(name) / "access.log", Path(name) / "store.duckdb"
        log.write_bytes(b"".join(lines))
        read_in(store, log, settings=settings, log_format="vhost_combined")
        rows = contents(store, "hits")["hits"]
    return {site: {row[2] for row in rows if (row[0], row[12]) == (site, "internal")} for site in networks}


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
        "a.example": set(clients[:3]),  # Tomcat writes addresses in full
        "b.example": {"10.1.2.3", "1::1"},
        "c.example": set(),
    }


HOSTS = '[[site]]\nname = "a.example"\nhosts = ["www.a.example", "B.example"]\n[[site]]\nname = "c.example"\n'


def test_a_site_has_several_hosts(tmp_path: Path) -> None:
    (tmp_path / "logstats.toml").write_text(f"new_sites = true\n{HOSTS}")
    hosts = ("a.example", "WWW.A.example", "b.example", "c.example", "www.c.example")
    lines = [Line(host=host, request="GET /tin HTTP/1.1").vhost_combined() for host in hosts]
    (tmp_path / "access.log").write_bytes(b"".join(lines))
    by = config.load(tmp_path / "logstats.toml")
    read_in(tmp_path / "s.duckdb", tmp_path / "access.log", settings=by, log_format="vhost_combined")
    sites = [row[0] for row in contents(tmp_path / "s.duckdb", "hits")["hits"]]
    assert sorted(sites) == ["a.example"] * 3 + ["c.example", "www.c.example"]


# --- Bots ---------------------------------------------------------------------------------------------


def test_an_agent_keeps_the_version_of_the_list_that_classified_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, log = tmp_path / "store.duckdb", tmp_path / "access.log"
    for version, agent in (("1.0", "curl/8.0"), ("2.0", "curl/8.1")):
        monkeypatch.setattr(bots, "list_version", lambda version=version: version)
        with log.open("ab") as file:
            file.write(Line(agent=agent).combined() + Line(agent="curl/8.0").combined())
        read_in(store, log)
    with Session() as session, session.reading(store, 1):
        kept = session.execute("SELECT agent, list_version FROM agents ORDER BY agent").rows
    assert list(kept) == [("curl/8.0", "1.0"), ("curl/8.1", "2.0")]


@pytest.mark.parametrize(
    "text", ['[bots]\nadd = ["a(?=b)"]', '[[site]]\nname = "a"\narticle = [{pattern = "a(?=b)"}]']
)
def test_a_bad_pattern_in_the_settings_is_an_error_before_anything_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "logstats.toml").write_text(text)
    store, log, settings = tmp_path / "store.duckdb", tmp_path / "a.log", tmp_path / "logstats.toml"
    log.write_bytes(Line().combined())
    with pytest.raises(ConfigError, match="pattern of RE2"):
        read_in(store, log, settings=config.load(settings))
    assert not store.exists()
