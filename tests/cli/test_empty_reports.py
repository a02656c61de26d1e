"""A report whose period has no line says so, and which line is the newest."""

from pathlib import Path

import pytest
from support.lines import numbered
from support.surface import on_terminal, run

REPORTS = ("articles", "visits", "online", "bots", "pages", "referrers", "statuses", "suspects", "counters")
NEWEST = "2026-11-23 01:02"  # of `numbered(3)`
LATER = ("--at", "2027-06-01")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    for site, zone in (("a", "Asia/Ho_Chi_Minh"), ("b", "UTC")):
        name = folder / f"{site}.log"
        name.write_bytes(b"".join(numbered(3)).replace(b"192.0.2.1", f"192.0.2.{ord(site)}".encode()))
        command = ("--db", folder / "store.duckdb", "ingest", "--site", site, "--timezone", zone, name)
        assert run(*command).code == 0
    return folder / "store.duckdb"


@pytest.mark.parametrize("report", REPORTS)
def test_an_old_log_is_named(report: str, store: Path) -> None:
    for site, newest in (("a", "2026-11-23 08:02"), ("b", f"{NEWEST} UTC")):
        ran = run("--db", store, report, "--site", site, *LATER)
        assert ran.code == 0
        assert "note: nothing since 2027-05-" in ran.err, ran
        assert f"the newest line is of {newest}; `--at last` reports for then" in ran.err, ran
        assert ran.err.count("\n") == 1, ran
        assert "nothing" not in ran.out
        assert run("-q", "--db", store, report, "--site", site, *LATER).err == ""
        assert "nothing since" not in run("--db", store, report, "--site", site, "--at", "last").err


@pytest.mark.parametrize("report", REPORTS)
def test_a_time_before_the_first_line_is_named(report: str, store: Path) -> None:
    ran = run("--db", store, report, "--site", "b", "--at", "2020-01-01")
    assert "nothing until 2020-01-01 00:00 UTC; the first line is of 2026-11-23 01:00 UTC" in ran.err, ran


@pytest.mark.parametrize("report", ["articles", "counters"])
def test_without_a_site_and_in_a_zone_the_newest_line_is_named(report: str, store: Path) -> None:
    ran = run("--db", store, report, *LATER, "--timezone", "Asia/Ho_Chi_Minh")
    assert ran.err.count("the newest line is of 2026-11-23 08:02;") == (1 if report == "articles" else 2)
    if report == "counters":
        assert ("note: a: nothing" in ran.err, "note: b: nothing" in ran.err) == (True, True)


@pytest.mark.parametrize("report", ["visits", "counters"])
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_terminal_shows_it_too(report: str, stream: str, store: Path) -> None:
    ran = on_terminal("--db", store, report, "--site", "a", *LATER, stream=stream)
    assert "nothing since" in ran.err or b"nothing since" in ran.data, ran


def test_rows_that_a_filter_leaves_out_are_not_missing(store: Path) -> None:
    ran = run("--db", store, "bots", "--site", "b", "--at", "last")
    assert (ran.out.count("\n"), ran.err) == (1, ""), ran


@pytest.mark.parametrize("report", [*REPORTS[:-1], "sources", "ingests", "rejects"])
def test_an_empty_store_says_what_to_run(report: str, store: Path, tmp_path: Path) -> None:
    empty, log = tmp_path / "empty.duckdb", tmp_path / "a.log"
    log.write_bytes(numbered(1)[0])
    assert run("--db", empty, "ingest", log).code == 0
    assert run("--db", empty, "undo", "1").code == 0
    ran = run("--db", empty, report)
    assert (ran.code, ran.err) == (0, "note: nothing is stored yet; `logstats ingest LOG` reads a log\n"), ran
