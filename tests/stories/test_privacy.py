"""Of an address that is cut only the network is kept; what was decided by the whole address stays."""

import ipaddress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import Line, examples, read_in
from support.surface import run

from logstats import clients, config
from logstats.config import Settings
from logstats.store import Session
from logstats.totals import recompute

OFFICE = config.Site(privacy="truncate", internal=("192.0.2.16/28",))
OFFICE_IN_IPV6 = OFFICE._replace(internal=("::ffff:192.0.2.16/124", "2001:db8:7::/48"))
CUT = {
    # an address as it is logged: what is kept of it
    "192.0.2.77": "192.0.2.0",
    "2001:db8:7:9::5": "2001:db8:7::",
    "2001:db8::5": "2001:db8::",
    "2001:db8:0:9::5": "2001:db8::",  # the same network
    "2001:DB8:0:1:2:3:4:5": "2001:db8::",
    "2001:0:0:9::5": "2001::",
    "0:1:2:3:4:5:6:7": "0:1:2::",
    "::5": "::",
    "::ffff:192.0.2.77": "192.0.2.0",
    "::FFFF:c000:24d": "192.0.2.0",
    "192.0.2.77:51234": "192.0.2.0",
    "fe80::1%eth0": "fe80::",
    "may-12.example.net": "*.example.net",
    "May-12.Example.NET.": "*.example.net",
}


def stored(path: Path, statement: str) -> list[tuple[object, ...]]:
    """Return rows of a store's tables."""
    with Session() as session, session.reading(path, wait=10):
        return list(session.execute(statement).rows)


def read(folder: Path, lines: list[Line], site: config.Site) -> Path:
    """Read lines into a store of one site, and return it."""
    log, store = folder / "access.log", folder / f"{site.privacy}.duckdb"
    log.write_bytes(b"".join(line.combined() for line in lines))
    read_in(store, log, settings=Settings(unlisted=site))
    return store


def test_the_stored_part_of_a_client_ip(tmp_path: Path) -> None:
    store = read(tmp_path, [Line(client=client, request=f"GET /{client} HTTP/1.1") for client in CUT], OFFICE)
    rows = stored(store, "SELECT page.target, hit.client FROM store.hit JOIN store.page USING (page_id)")
    assert {str(target)[1:]: client for target, client in rows} == CUT
    assert {client for (client,) in stored(store, "SELECT client FROM store.visit")} == set(CUT.values())


def test_without_that_setting_it_is_kept_whole(tmp_path: Path) -> None:
    store = read(tmp_path, [Line(client=client) for client in CUT], OFFICE._replace(privacy="full"))
    assert {client for (client,) in stored(store, "SELECT client FROM store.hit")} == {
        clients.canonical(client) for client in CUT
    }


@settings(max_examples=examples(5))
@given(client_ips=st.lists(st.ip_addresses(), min_size=100, max_size=200))
def test_the_stored_part_of_any_ip_is_its_network(
    client_ips: list[ipaddress.IPv4Address | ipaddress.IPv6Address],
) -> None:
    wholes = {clients.canonical(str(client_ip)) for client_ip in client_ips}
    expected = {
        str(ipaddress.ip_network((whole, 48 if ":" in whole else 24), strict=False).network_address)
        for whole in wholes
        if whole
    }
    with TemporaryDirectory() as folder:
        store = read(Path(folder), [Line(client=str(client_ip)) for client_ip in client_ips], OFFICE)
        assert {client for (client,) in stored(store, "SELECT client FROM store.hit")} == expected


def test_visitors_of_one_network_and_browser_are_one(tmp_path: Path) -> None:
    lines = [Line(client=f"192.0.2.{number}") for number in (1, 2, 3)]
    for site, visits in ((OFFICE, 1), (OFFICE._replace(privacy="full"), 3)):
        assert stored(read(tmp_path, lines, site), "SELECT sum(visits) FROM store.day_total") == [(visits,)]


INTERNAL = ("192.0.2.17", "192.0.2.17:51234", "::ffff:192.0.2.17", "::FFFF:c000:211", "[::ffff:c000:211]:80")
INTERNAL_IPV6 = ("2001:db8:7::9", "2001:DB8:7:0::9", "[2001:db8:7::9]:80", "2001:db8:7::9%eth0")


@pytest.mark.parametrize(
    ("client", "network", "site"),
    [
        *((client, "192.0.2.0", site) for client in INTERNAL for site in (OFFICE, OFFICE_IN_IPV6)),
        *((client, "2001:db8:7::", OFFICE_IN_IPV6) for client in INTERNAL_IPV6),
    ],
)
def test_internal_is_decided_by_the_full_client_ip_and_a_rebuild_keeps_it(
    client: str, network: str, site: config.Site, tmp_path: Path
) -> None:
    store = read(tmp_path, [Line(client=client), Line(client="192.0.2.77")], site)
    counted = "SELECT hit_class, client FROM store.hit ORDER BY hit_class"
    expected = [("page view", "192.0.2.0"), ("internal", network)]
    assert stored(store, counted) == expected
    recompute.rebuild(store, Settings(unlisted=site), 10)
    assert stored(store, counted) == expected


def test_internal_holds_for_whole_client_ips_after_a_rebuild(tmp_path: Path) -> None:
    whole = OFFICE_IN_IPV6._replace(privacy="full")
    store = read(tmp_path, [Line(client=client) for client in (*INTERNAL, *INTERNAL_IPV6)], whole)
    recompute.rebuild(store, Settings(unlisted=whole), 10)
    assert stored(store, "SELECT DISTINCT hit_class FROM store.hit") == [("internal",)]
    recompute.rebuild(store, Settings(sites=(whole._replace(internal=()),)), 10)
    assert stored(store, "SELECT DISTINCT hit_class FROM store.hit") == [("page view",)]


REFUSED = (
    ("192.0.2.77 - - [20/Nov/2026:10:00:00 +0700", "192.0.2.0 - - [20/Nov/2026:10:00:00 +0700"),
    ("2001:db8:7:9::5 cut [20/Nov/2026:10:00", "2001:db8:7:: cut [20/Nov/2026:10:00"),
    ("2026-11-20 10:00:00 of 192.0.2.77:443", "2026-11-20 10:00:00 of 192.0.2.0:443"),
    ("2001:DB8::5 cut [20/Nov/2026:10:00", "2001:DB8:: cut [20/Nov/2026:10:00"),
    ("[2001:db8:7:9::5]:443 cut", "[2001:db8:7::]:443 cut"),
    ("::ffff:192.0.2.77 cut", ":: cut"),
    ("::FFFF:c000:24d cut", ":: cut"),
    ("for=2001:db8:7:9::5;proto=https cut", "for=2001:db8:7::;proto=https cut"),
    ("may-12.example.net - - [20/Nov/2026", "*.example.net - - [20/Nov/2026"),
    ("www.example.net 192.0.2.77 - - [20/Nov/2026", "www.example.net 192.0.2.0 - - [20/Nov/2026"),
    ("300.0.2.77 - - [20/Nov/2026", "300.0.2.0 - - [20/Nov/2026"),
    ("client192.0.2.77: timed out", "client192.0.2.0: timed out"),
    ("x192.0.2.77y_192.0.2.78_", "x192.0.2.0y_192.0.2.0_"),
    (r"{log:x\n192.0.2.77 - - [28", r"{log:x\n192.0.2.0 - - [28"),
    (r"{log:x\t2001:db8:7:9:1:2:3:4}", r"{log:x\t2001:db8:7::}"),
    ("x2001:db8:7:9::5y 12:33:44", "x2001:db8:7::y 12:33:44"),
    ("3221226061 - - [20/Nov/2026:10:00:00", "(address) - - [20/Nov/2026:10:00:00"),
    ("0xC0000277 - - [20/Nov/2026:10:00:00", "(address) - - [20/Nov/2026:10:00:00"),
    ("0xC0.0x0.0x2.0x4D - - [20/Nov/2026", "(address) - - [20/Nov/2026"),
)


@pytest.mark.parametrize("privacy", ["truncate", "full"])
def test_a_reject_shows_a_full_client_ip_only_with_the_option(
    privacy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "".join(f"{line}\n" for line, _ in REFUSED) + Line().combined().decode() * 2 * len(REFUSED)
    Path("access.log").write_text(text, encoding="utf-8")
    store = tmp_path / "store.duckdb"
    read_in(store, tmp_path / "access.log", settings=Settings(unlisted=OFFICE._replace(privacy=privacy)))
    command = ("--db", store, "rejects", "--by", "line", "--format", "csv")
    cut, whole = ([pair[index] for pair in REFUSED] for index in (1, 0))
    assert texts(run(*command).out) == cut
    assert texts(run(*command, "--show-addresses").out) == (cut if privacy == "truncate" else whole)


AROUND = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), max_size=6)


@settings(max_examples=examples(10))
@given(before=AROUND, after=AROUND)
def test_a_hidden_address_is_in_no_text_around_it(before: str, after: str) -> None:
    lines = [f"!{before}{client}{after} cut" for client in ("192.0.2.77", "2001:db8:7:9:a:b:c:d")]
    with TemporaryDirectory() as folder:
        text = "".join(f"{line}\n" for line in lines) + Line().combined().decode() * 5
        Path(folder, "access.log").write_text(text, encoding="utf-8")
        store = Path(folder, "store.duckdb")
        hashed = Settings(unlisted=OFFICE._replace(privacy="hash"))
        read_in(store, Path(folder, "access.log"), settings=hashed)
        kept = stored(store, "SELECT line FROM store.reject")
    assert len(kept) == len(lines)
    assert not any("192.0.2.7" in str(line) or "9:a:b" in str(line) for (line,) in kept)


def texts(output: str) -> list[str]:
    """Return the last column of a csv of six."""
    return [row.split(",", 5)[5].strip('"') for row in output.splitlines()[1:]]


@pytest.mark.parametrize(("privacy", "hidden"), [("truncate", "192.0.2.0 "), ("hash", "(address) ")])
@pytest.mark.parametrize("order", [("hosts.log", "a.log", "b.log"), ("b.log", "a.log", "hosts.log")])
def test_rejects_are_kept_as_the_settings_say_before_their_site_is_in_the_store(
    tmp_path: Path, privacy: str, hidden: str, order: tuple[str, ...]
) -> None:
    sites = (config.Site("a.example"), config.Site("b.example", privacy=privacy))
    line, store = Line(host="a.example", client="192.0.2.77"), tmp_path / "store.duckdb"
    reject = b"192.0.2.77 is no line\n"
    logs = {
        # a log: its lines, and the site of all of them
        "hosts.log": (line.vhost_combined() + reject, None),
        "a.log": (line.combined() + reject, "a.example"),
        "b.log": (replace(line, size="7").combined() + reject, "b.example"),
    }
    for name in order:
        content, site = logs[name]
        (tmp_path / name).write_bytes(content)
        read_in(store, tmp_path / name, settings=Settings(sites=sites), site=site, log_format="auto")
    kept = stored(store, "SELECT path, line FROM store.reject JOIN store.source USING (source_id)")
    starts = {Path(str(path)).name: str(text).partition("is")[0] for path, text in kept}
    assert starts == {"hosts.log": hidden, "a.log": "192.0.2.77 ", "b.log": hidden}
