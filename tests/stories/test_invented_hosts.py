"""Case 43: hosts that nobody has, in logs whose lines name theirs."""

import json
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.lines import STORES, Line, contents, numbered
from support.surface import Ran, run

from logstats.ingest import hosts

OWN = "portal.example"
LISTED = f'[[site]]\nname = "{OWN}"\ntimezone = "UTC"\nhosts = ["www.{OWN}"]\n'
SEVERAL = f'{LISTED}[[site]]\nname = "second.example"\ntimezone = "UTC"\n'
VHOST = "portal.example:443 "
JSON = (
    '{{"time":"{time}","remote_addr":"{client}","request":"GET / HTTP/1.1","status":200,"host":"{host}"}}\n'
)


def vhost(host: str, number: int = 0) -> bytes:
    client = f"192.0.2.{number % 250}"
    return replace(Line(), host=host, client=client).vhost_combined()


def as_json(host: str, number: int = 0) -> bytes:
    client = f"192.0.2.{number % 250}"
    return JSON.format(time=Line().at.isoformat() + "Z", client=client, host=host).encode()


def prefixed(host: str, number: int = 0) -> bytes:
    return b"Nov 23 01:00:00 web1 nginx: " + vhost(host, number)


FORMATS = {"vhost_combined": vhost, "json": as_json, "with a prefix": prefixed}


class World:
    """A folder with a log of many hosts, and perhaps settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "hosts.log"
        self.store = folder / "s.duckdb"
        self.config = folder / "logstats.toml"
        STORES.add(self.store)

    def settings(self, sites: str, above: str = "") -> None:
        self.config.write_text(f'logs = ["{self.log}"]\n{above}\n{sites}')

    def run(self, *command: str) -> Ran:
        config = ("--config", str(self.config)) if self.config.exists() else ()
        return run("--db", self.store, *config, *command)

    def sites(self) -> dict[str, int]:
        return dict(Counter(hit[0] for hit in contents(self.store, "hits")["hits"]))

    def rejects(self) -> dict[str, int]:
        rows: list[dict[str, Any]] = json.loads(self.run("rejects", "-f", "json").out)
        return {row["reason"]: row["lines"] for row in rows}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize("sites", [LISTED, SEVERAL], ids=["one site", "two sites"])
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("command", ["update", "ingest"])
def test_case_43_where_sites_are_listed_there_are_no_others(
    world: World, name: str, sites: str, command: str
) -> None:
    line_of = FORMATS[name]
    lines = [line_of(OWN), line_of(f"www.{OWN}", 1), line_of(OWN.upper(), 2)]
    lines += [line_of(f"h{number}.invalid", number) for number in range(100)]
    world.log.write_bytes(b"".join(lines))
    world.settings(sites)
    ran = world.run(*(["ingest", str(world.log)] if command == "ingest" else ["update"]))
    assert ran.code == 0, ran
    assert world.sites() == {OWN: 3}
    assert world.rejects() == {hosts.NO_SITE: 100}
    assert {row[3].encode() + b"\n" for row in contents(world.store, "rejects")["rejects"]} == {*lines[3:]}


def test_case_43_a_log_of_nothing_else_is_not_refused_and_figures_go_on(world: World) -> None:
    world.settings(f'{LISTED}[[site.counter]]\nfile = "{world.folder}/c.json"\n')
    world.log.write_bytes(b"".join(vhost(f"h{number}.invalid", number) for number in range(50)))
    assert world.run("update").code == 0
    with world.log.open("ab") as log:
        log.write(vhost(OWN))
    assert world.run("update").code == 0
    assert json.loads((world.folder / "c.json").read_text())[0]["stale"] is True  # it is of 2026-11-23
    assert world.sites() == {OWN: 1}


def test_case_43_new_sites_lets_every_host_become_one(world: World) -> None:
    world.settings(LISTED, above="new_sites = true")
    world.log.write_bytes(b"".join(vhost(f"h{number}.invalid", number) for number in range(50)) + vhost(OWN))
    assert world.run("update").code == 0
    assert len(world.sites()) == 51
    assert world.rejects() == {}


def test_case_43_the_sites_of_a_store_go_on(world: World) -> None:
    world.log.write_bytes(vhost("old.example"))
    assert world.run("ingest", str(world.log)).code == 0
    world.settings(LISTED)
    with world.log.open("ab") as log:
        log.write(vhost("old.example", 1) + vhost("new.invalid", 2) + vhost(OWN, 3))
    assert world.run("update").code == 0
    assert world.sites() == {"old.example": 2, OWN: 1}
    assert world.rejects() == {hosts.NO_SITE: 1}


@pytest.mark.parametrize("listed", [False, True])
def test_case_43_a_run_adds_so_many_sites_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch, *, listed: bool
) -> None:
    monkeypatch.setattr(hosts, "MOST_NEW", 10)
    if listed:
        world.settings(LISTED, above="new_sites = true")
    lines = [vhost(f"h{number:02}.invalid", number) for number in range(30)]
    busy = [vhost("zz.example", number) for number in range(5)]  # has most lines, so it is added first
    world.log.write_bytes(b"".join([*lines, *busy]))
    ran = world.run("ingest", str(world.log))
    assert ran.code == 0, ran
    assert "hosts became new sites" in ran.err
    assert world.sites() == {"zz.example": 5, **{f"h{number:02}.invalid": 1 for number in range(9)}}
    assert world.rejects() == {hosts.TOO_MANY: 21}
    with world.log.open("ab") as log:
        log.write(vhost("h29.invalid", 3) + vhost("zz.example", 7))
    assert "hosts became new sites" not in world.run("ingest", str(world.log)).err
    assert world.sites()["h29.invalid"] == 1
    assert world.sites()["zz.example"] == 6


def test_case_43_lines_that_were_rejected_are_not_read_again_in_a_copy(world: World) -> None:
    world.settings(LISTED)
    lines = [vhost("h.invalid", number) for number in range(40)] + [
        b"portal.example:443 " + line for line in numbered(60)
    ]
    world.log.write_bytes(b"".join(lines))
    assert world.run("update").code == 0
    copy = world.folder / "copy.log"
    copy.write_bytes(b"".join(lines[:70]))
    assert world.run("ingest", str(copy)).code == 0
    copy.write_bytes(b"".join(lines[20:]))
    assert world.run("ingest", str(copy)).code == 0
    assert world.sites() == {OWN: 60}
    assert world.rejects() == {hosts.NO_SITE: 40}


def test_case_43_20000_hosts_are_read_about_as_fast_as_one(world: World) -> None:
    times = []
    for number, count in enumerate((1, 20_000)):
        world.log.write_bytes(b"".join(vhost(f"h{line % count}.invalid", line) for line in range(20_000)))
        world.store = world.folder / f"{number}.duckdb"
        started = time.process_time()
        assert world.run("ingest", str(world.log)).code == 0
        times.append(time.process_time() - started)
    assert len(world.sites()) == hosts.MOST_NEW
    assert times[1] < 5 * times[0] + 2
    assert contents(world.store, "sites")["sites"]


def test_case_43_a_log_with_many_lines_of_other_hosts_is_said_once(world: World) -> None:
    world.settings(SEVERAL)
    said = []
    for count in (5, 19, 30, 60):
        lines = [vhost(OWN, number) for number in range(10)]
        lines += [vhost("static.portal.example", number) for number in range(count)]
        world.log.write_bytes(b"".join(lines))
        ran = world.run("update")
        assert ran.code == 0, ran
        said.append(ran.err)
    assert [bool(err) for err in said] == [False, False, True, False]
    assert "static.portal.example" in said[2]
    assert "`hosts`" in said[2]


def test_case_43_the_list_of_a_store_holds_by_hand_without_the_file(world: World) -> None:
    world.settings(SEVERAL)
    world.log.write_bytes(vhost(OWN))
    assert world.run("update").code == 0
    world.log.write_bytes(vhost(OWN) + b"".join(vhost(f"h{number}.example", number) for number in range(40)))
    ran = run("--db", world.store, "ingest", world.log)
    assert ran.code == 0, ran
    assert world.sites() == {OWN: 1}
    assert "hosts that are no site" in ran.err
