"""Countries are refused without a database that can be read, and for sites that store pseudonyms."""

from pathlib import Path
from random import Random

import pytest
from support.surface import AGENTS, assert_in_words, geo_settings, run

from logstats.reports import countries
from logstats.reports.countries import CountriesError

LINE = f'203.113.129.1 - - [20/Nov/2026:10:00:00 +0700] "GET / HTTP/1.1" 200 5 "-" "{AGENTS["phone"]}"\n'
AT = ("--at", "2026-11-20T12:00:00+07:00")


def refused(store: Path, settings: Path, *options: str) -> str:
    ran = run("--db", store, "--config", settings, "countries", *AT, *options)
    assert ran.code != 0
    assert ran.out == ""
    assert_in_words(ran.err)
    return ran.err


@pytest.fixture
def store(tmp_path: Path) -> Path:
    settings = tmp_path / "logstats.toml"
    settings.write_text(
        '[[site]]\nname = "open"\n[[site]]\nname = "secret"\nprivacy = "hash"\n', encoding="utf-8"
    )
    for site in ("open", "secret"):
        log = tmp_path / f"{site}.log"
        log.write_text(
            LINE.replace("10:00:00", "10:00:01" if site == "open" else "10:00:02"), encoding="utf-8"
        )
        ran = run("--db", tmp_path / "store.duckdb", "--config", settings, "ingest", "--site", site, log)
        assert ran.code == 0, ran.err
    return tmp_path / "store.duckdb"


def test_without_a_database_it_says_which_setting_is_missing(store: Path, tmp_path: Path) -> None:
    settings = tmp_path / "empty.toml"
    settings.write_text("", encoding="utf-8")
    assert "[geo]" in refused(store, settings, "--site", "open")


def test_a_database_that_is_not_there_is_named(store: Path, tmp_path: Path) -> None:
    settings = geo_settings(tmp_path)
    (tmp_path / "countries.mmdb").unlink()
    assert "countries.mmdb" in refused(store, settings, "--site", "open")


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "tree"])
def test_a_damaged_database_is_refused(store: Path, tmp_path: Path, damage: str) -> None:
    settings = geo_settings(tmp_path)
    path = tmp_path / "countries.mmdb"
    data = path.read_bytes()
    damaged = {
        "empty": b"",
        "text": b"not a database\n",
        "cut": data[: len(data) // 2],
        "tree": b"\xff" * 200 + data[200:],
    }
    path.write_bytes(damaged[damage])
    assert "damaged, or of another format" in refused(store, settings, "--site", "open")


def test_no_damage_of_a_database_is_a_fault_of_the_program(tmp_path: Path) -> None:
    geo_settings(tmp_path)
    path = tmp_path / "countries.mmdb"
    data, chance = path.read_bytes(), Random(1)
    ends = set()
    for _ in range(400):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 3, 20))):
            damaged[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(damaged[: chance.randrange(len(data))] if chance.random() < 0.2 else damaged)
        try:
            (country,) = countries.countries_of(["203.113.129.7"], path)
            ends.add(country)
        except CountriesError:
            ends.add("refused")
    assert {"VN", "refused"} <= ends


def test_pseudonyms_have_no_country(store: Path, tmp_path: Path) -> None:
    settings = geo_settings(tmp_path)
    assert "site 'secret' stores pseudonyms" in refused(store, settings)
    ran = run("--db", store, "--config", settings, "countries", *AT, "--site", "open", "-f", "tsv")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[1:] == ["open\tVN\t1\t100.0"]
