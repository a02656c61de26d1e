"""Of an address that is cut only the network is kept; what was decided by the whole address stays."""

from pathlib import Path

import pytest
from support.lines import Line, read_in
from support.surface import run

from logstats import config
from logstats.config import Settings
from logstats.store import Session
from logstats.totals import recompute

OFFICE = config.Site(privacy="truncate", internal=("192.0.2.16/28",))
CUT = {
    # an address as it is logged: what is kept of it
    "192.0.2.77": "192.0.2.0",
    "2001:db8:7:9::5": "2001:db8:7::",
    "2001:db8::5": "2001:db8::",
    "::ffff:192.0.2.77": "::ffff:192.0.2.0",
    "fe80::1%eth0": "fe80::",
    "may-12.example.net": "*.example.net",
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
    assert {client for (client,) in stored(store, "SELECT client FROM store.hit")} == set(CUT)


def test_visitors_of_one_network_and_browser_are_one(tmp_path: Path) -> None:
    lines = [Line(client=f"192.0.2.{number}") for number in (1, 2, 3)]
    for site, visits in ((OFFICE, 1), (OFFICE._replace(privacy="full"), 3)):
        assert stored(read(tmp_path, lines, site), "SELECT sum(visits) FROM store.day_total") == [(visits,)]


def test_internal_is_decided_by_the_full_client_ip_and_a_rebuild_keeps_it(tmp_path: Path) -> None:
    store = read(tmp_path, [Line(client="192.0.2.17"), Line(client="192.0.2.77")], OFFICE)
    counted = "SELECT hit_class, client FROM store.hit ORDER BY hit_class"
    expected = [("page view", "192.0.2.0"), ("internal", "192.0.2.0")]
    assert stored(store, counted) == expected
    recompute.rebuild(store, Settings(unlisted=OFFICE), 10)
    assert stored(store, counted) == expected


REFUSED = (
    ("192.0.2.77 - - [20/Nov/2026:10:00:00 +0700", "192.0.2.0 - - [20/Nov/2026:10:00:00 +0700"),
    ("2001:db8:7:9::5 cut [20/Nov/2026:10:00", "2001:db8:7:: cut [20/Nov/2026:10:00"),
    ("2026-11-20 10:00:00 of 192.0.2.77:443", "2026-11-20 10:00:00 of 192.0.2.0:443"),
)


@pytest.mark.parametrize("privacy", ["truncate", "full"])
def test_a_reject_shows_a_full_client_ip_only_with_the_option(
    privacy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "".join(f"{line}\n" for line, _ in REFUSED) + Line().combined().decode() * 5
    Path("access.log").write_text(text, encoding="utf-8")
    store = tmp_path / "store.duckdb"
    settings = Settings(unlisted=OFFICE._replace(privacy=privacy))
    read_in(store, tmp_path / "access.log", settings=settings)
    command = ("--db", store, "rejects", "--by", "line", "--format", "csv")
    cut, whole = ([pair[index] for pair in REFUSED] for index in (1, 0))
    assert texts(run(*command).out) == cut
    assert texts(run(*command, "--show-addresses").out) == (cut if privacy == "truncate" else whole)


def texts(output: str) -> list[str]:
    """Return the last column of a csv of six."""
    return [row.split(",", 5)[5].strip('"') for row in output.splitlines()[1:]]
