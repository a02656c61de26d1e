"""Days are cut, and instants read and shown, by one zone database: the store's, whatever Python's says."""

import json
import re
import shlex
import shutil
import struct
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest
from support.lines import Line
from support.surface import Ran, assert_in_words, process, run

from logstats.model import Result
from logstats.store import Session

HAVANA, BERLIN, MADE_UP = "America/Havana", "Europe/Berlin", "Mars/Olympus"
SITES = {"cuba.example": HAVANA, "berlin.example": BERLIN}
SETTINGS = "".join(f'[[site]]\nname = "{site}"\ntimezone = "{zone}"\n' for site, zone in SITES.items())
FIRST = datetime(2024, 10, 31)
VIEWS = {
    # a day in Havana: its page views, one every half an hour; that night clocks went from 1 back to 0
    "2024-11-02": 48,
    "2024-11-03": 50,
    "2024-11-04": 48,
}


def made_up_zones(folder: Path, *names: str) -> Path:
    """Return a zone database for Python, in which the clocks of these zones are nine hours ahead of UTC."""
    header = b"TZif" + bytes(16) + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(header + struct.pack(">lbb", 9 * 3600, 0, 0) + b"LIE\0")
    return folder


@contextmanager
def known_to_python(folder: Path) -> Iterator[None]:
    """Give this process another zone database."""
    zoneinfo.reset_tzpath(to=[folder])
    zoneinfo.ZoneInfo.clear_cache()
    try:
        yield
    finally:
        zoneinfo.reset_tzpath()
        zoneinfo.ZoneInfo.clear_cache()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a store of both sites, each with a page view every half an hour of five days."""
    folder = tmp_path_factory.mktemp("zones")
    (folder / "logstats.toml").write_text(SETTINGS, encoding="utf-8")
    times = [FIRST + timedelta(minutes=30 * number) for number in range(6 * 48)]
    lines = [Line(at=at, host=host).vhost_combined() for at in times for host in SITES]
    (folder / "access.log").write_bytes(b"".join(lines))
    store, settings = folder / "store.duckdb", folder / "logstats.toml"
    ran = run("--db", store, "--config", settings, "ingest", folder / "access.log")
    assert (ran.code, ran.out) == (0, ""), ran
    return folder


@pytest.fixture
def here(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a copy of that folder."""
    monkeypatch.chdir(shutil.copytree(kept, tmp_path / "here"))
    return tmp_path / "here"


def answer(arguments: str) -> str:
    """Return what a command that must succeed writes to stdout."""
    ran = run("--db", "store.duckdb", "--quiet", *shlex.split(arguments))
    assert (ran.code, ran.err) == (0, ""), ran
    return ran.out


COMMANDS = [
    "visits --site cuba.example --since 2024-11-03 --at 2024-11-03T12:00",
    "visits --site cuba.example --since 1d --at 2024-11-03T12:00",
    f"articles --since 2024-10-30T00:00 --until 2024-11-03T00:30 --timezone {BERLIN} --at last",
    "articles --site cuba.example --since 2024-11-03 --at last",
    "articles --site cuba.example --since 2024-10-30 --until 2024-11-02 --at last",
    "articles --site berlin.example --since 2d --at last",
    "counters --site cuba.example --at 2024-11-03",
    "counters --at last --format json",
    f"counters --at last --format json --timezone {BERLIN}",
    "online --site berlin.example --at 2024-10-31T01:05",
    "sql --site cuba.example --at last 'SELECT logged_at FROM hits ORDER BY ALL'",
]


def otherwise(typed: str, folder: Path) -> Ran:
    """Run the program in a process for which Python's zones are made up."""
    zones = made_up_zones(folder / "zones", HAVANA, BERLIN, "UTC")
    return process(*shlex.split(typed), env={"PYTHONTZPATH": str(zones)})


def test_a_zone_that_is_made_up_is_what_python_believes(tmp_path: Path) -> None:
    with known_to_python(made_up_zones(tmp_path, HAVANA)):
        assert datetime(2024, 1, 1, tzinfo=UTC).astimezone(zoneinfo.ZoneInfo(HAVANA)).hour == 9


@pytest.mark.parametrize("arguments", COMMANDS)
def test_no_answer_depends_on_what_python_knows_of_a_zone(arguments: str, here: Path) -> None:
    output = answer(arguments)
    assert otherwise(f"--db store.duckdb {arguments}", here) == Ran(0, output.encode(), "")
    assert output.count("\n") > 1 or output.startswith("[{")


def test_since_a_date_begins_with_the_day_of_that_date_in_visits(here: Path) -> None:
    arguments = "--db store.duckdb {} --site cuba.example --since {} --until {} --at last --format json"
    counted = {}
    for day in VIEWS:
        (visits,), (article,) = (
            json.loads(otherwise(arguments.format(name, day, day), here).out)
            for name in ("visits", "articles")
        )
        counted[day] = (visits["day"], visits["page_views"], article["views"])
    assert counted == {day: (day, views, views) for day, views in VIEWS.items()}


def test_an_ingest_cuts_the_same_days_whatever_python_knows(here: Path) -> None:
    assert otherwise("--db other.duckdb ingest access.log", here).code == 0
    arguments = ("visits", "--at", "last", "--format", "csv")
    assert run("--db", "other.duckdb", *arguments) == run("--db", "store.duckdb", *arguments)


QUERIES = [
    # arguments, and the most queries of UTC offsets for them: one small statement each
    ("counters --site cuba.example", 5),  # and the note on a log that is old
    ("counters", 10),  # a clock for each zone, and a note on each site
    ("counters --site cuba.example --at 2024-11-01T12:00", 3),
    ("visits --site cuba.example --at last", 6),  # and the days above the table
    # and both ends of the earlier period
    ("articles --site cuba.example --since 2024-10-31 --until 2024-11-01 --at 2024-11-02T00:00", 10),
    ("sql --site cuba.example 'SELECT logged_at FROM hits'", 1),
]


@pytest.mark.parametrize(("arguments", "times"), QUERIES)
def test_a_command_queries_utc_offsets_a_few_times(arguments: str, times: int, here: Path) -> None:
    ran: list[str] = []
    run_file = Session.run

    def noted(session: Session, name: str, *values: Any, **slots: Any) -> Result:
        ran.append(name)
        return run_file(session, name, *values, **slots)

    with patch.object(Session, "run", noted):
        assert answer(arguments)
    assert 0 < ran.count("store/utc_offset") <= times


UNKNOWN = [
    # what is typed where Python knows a zone and DuckDB does not; what the file logstats.toml says then
    ("--db store.duckdb counters --timezone Mars/Olympus", SETTINGS),
    ("--db store.duckdb visits --timezone Mars/Olympus --at last", SETTINGS),
    ("--db store.duckdb articles --timezone Mars/Olympus --since 2024-11-02", SETTINGS),
    ("--db store.duckdb counters --timezone Mars/Olympus --at 2024-11-02", SETTINGS),
    ("--db store.duckdb sql --timezone Mars/Olympus 'SELECT logged_at FROM hits'", SETTINGS),
    ("--db store.duckdb sql \"SELECT now() AT TIME ZONE 'Mars/Olympus' AS there\"", SETTINGS),
    ("--db new.duckdb ingest --timezone Mars/Olympus access.log", ""),
    ("--db new.duckdb ingest access.log", SETTINGS.replace(BERLIN, MADE_UP)),
    ("--db store.duckdb rebuild", SETTINGS.replace(BERLIN, MADE_UP)),
    ("--db kept.duckdb counters", SETTINGS),
    ("--db kept.duckdb visits", SETTINGS),
    ("--db kept.duckdb visits --site berlin.example", SETTINGS),
    ("--db kept.duckdb sql --site berlin.example 'SELECT logged_at FROM hits'", SETTINGS),
    ("--db kept.duckdb ingest later.log", SETTINGS),
    ("--db kept.duckdb verify", SETTINGS),
]


@pytest.mark.parametrize(("typed", "settings"), UNKNOWN)
def test_a_zone_that_python_knows_and_duckdb_does_not_is_refused_in_words(
    typed: str, settings: str, here: Path
) -> None:
    before = answer("visits --at last")
    Path("later.log").write_bytes(Line(at=FIRST + timedelta(days=9), host="berlin.example").vhost_combined())
    shutil.copyfile("store.duckdb", "kept.duckdb")
    with duckdb.connect("kept.duckdb") as kept:
        kept.execute("UPDATE site SET timezone = 'Mars/Olympus' WHERE name = 'berlin.example'")
    Path("logstats.toml").write_text(settings, encoding="utf-8")
    with known_to_python(made_up_zones(here / "zones", MADE_UP)):
        ran = run(*shlex.split(typed))
    assert (ran.code, ran.out) == (2, ""), ran
    assert_in_words(ran.err)
    assert "no time zone 'Mars/Olympus'; use a name like Asia/Ho_Chi_Minh" in ran.err
    Path("logstats.toml").write_text(SETTINGS, encoding="utf-8")
    assert answer("visits --at last") == before


def test_a_kept_zone_that_duckdb_does_not_know_is_mended_by_another_name(here: Path) -> None:
    with duckdb.connect("store.duckdb") as kept:
        kept.execute("UPDATE site SET timezone = 'Mars/Olympus' WHERE name = 'berlin.example'")
    assert answer("rebuild") == ""
    assert "ok: " in run("--db", "store.duckdb", "verify").err


@pytest.mark.parametrize("typed", ["counters", "visits"])
def test_a_zone_that_duckdb_knows_and_python_does_not_is_refused_in_words(typed: str, here: Path) -> None:
    ran = run("--db", "store.duckdb", typed, "--timezone", "SystemV/PST8")
    assert (ran.code, ran.out) == (2, "")
    assert "no time zone 'SystemV/PST8'; use a name like Asia/Ho_Chi_Minh" in ran.err
    Path("logstats.toml").write_text(SETTINGS.replace(BERLIN, "SystemV/PST8"), encoding="utf-8")
    ran = run("--db", "store.duckdb", typed)
    assert (ran.code, ran.out) == (2, "")
    assert re.search(r"logstats\.toml: line \d+: timezone: no time zone 'SystemV/PST8'", ran.err)
