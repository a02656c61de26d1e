"""Reports without suspects: as if their page views of the day had not been logged, or a reason why not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.lines import CHROME, Line, read_in
from support.surface import assert_in_words, copied, run

from logstats.config import Settings, Site

NOON = datetime(2026, 11, 20, 5)  # in Ho Chi Minh City
AT = "2026-11-20T13:00:00+07:00"
PORTAL = Settings(unlisted=Site(timezone="Asia/Ho_Chi_Minh"))
REPORTS = (
    ["visits"],
    ["visits", "--by", "all"],
    ["articles"],
    ["articles", "--by", "section"],
    ["articles", "--since", "2026-11-18"],  # and the change against the days before
    ["pages"],
    ["referrers"],
    ["online"],
    ["counters"],
)


def views(client: str, begin: datetime, gaps: list[int]) -> Iterator[Line]:
    """Page after page, so many seconds from each to the next."""
    for index, seconds in enumerate([0, *gaps]):
        begin += timedelta(seconds=seconds)
        options = f"GET /tin/{index % 7} HTTP/1.1"
        yield Line(client, begin, options, referrer="https://away.example/", agent=CHROME, size=str(index))


def people() -> list[Line]:
    """Readers of two days, one of them with a suspect's browser and network."""
    yesterday = NOON - timedelta(days=1)
    return [
        *views("192.0.2.1", NOON, [40, 700, 3000]),
        *views("192.0.2.2", yesterday, [90, 5, 2000]),
        *views("192.0.2.4", NOON - timedelta(days=6), [86_400]),
        *views("192.0.2.66", yesterday, [60, 61]),  # on another day a reader like any
        *views("192.0.2.3", NOON + timedelta(minutes=55), [1, 2]),
    ]


def suspects() -> list[Line]:
    """Page views of somebody who reads by the clock, until a moment ago, and of a scanner."""
    return [
        *views("192.0.2.66", NOON + timedelta(minutes=20), [100] * 24),
        *views("192.0.2.67", NOON - timedelta(hours=3), [1900]),
        *views("192.0.2.68", NOON - timedelta(days=5), [100] * 24),
    ]


def scans() -> list[Line]:
    """What a scanner looks for and what is not there: no page views, and not left out."""
    return [
        replace(Line("192.0.2.67", NOON, agent=CHROME), request=f"GET /{path} HTTP/1.1", status="404")
        for path in (".env", ".git/config", "wp-login.php")
    ]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A store of all, and one without the suspects' page views."""
    folder = tmp_path_factory.mktemp("suspects")
    for name, lines in (("all", suspects()), ("people", [])):
        log = folder / f"{name}.log"
        log.write_bytes(b"".join(line.combined() for line in [*people(), *scans(), *lines]))
        read_in(folder / f"{name}.duckdb", log, settings=PORTAL)
    return folder / "all.duckdb", folder / "people.duckdb"


def figures_in(report: str, output: str) -> list[str]:
    """Return the rows of a csv without the newest line, which is a fact about the log."""
    return [row.rsplit(",", 2)[0] if report == "counters" else row for row in output.splitlines()]


@pytest.mark.parametrize("report", REPORTS, ids=" ".join)
def test_a_report_without_suspects_is_as_if_their_page_views_were_not_logged(
    report: list[str], stores: tuple[Path, Path]
) -> None:
    everybody, readers = stores
    options = [*report, "--at", AT, "-f", "csv"]
    without = run("--db", everybody, *options, "--without-suspects")
    assert (without.code, without.err) == (0, "")
    expected = run("--db", readers, *options).out
    assert figures_in(report[0], without.out) == figures_in(report[0], expected)
    assert without.out != run("--db", everybody, *options).out


@pytest.mark.parametrize("figure", ["online", "today", "week", "all"])
def test_a_figure_without_suspects_is_explained(figure: str, stores: tuple[Path, Path]) -> None:
    ran = run("--db", stores[0], "explain", figure, "--at", AT, "--without-suspects", "-f", "tsv")
    assert (ran.code, ran.err) == (0, "")
    shares = {row.split("\t")[1]: row.split("\t")[2] for row in ran.out.splitlines()}
    assert shares["suspects"] == {"online": "-7", "all": "-52"}.get(figure, "-27")


def test_suspects_are_found_in_what_was_logged_until_the_time_of_the_report(
    stores: tuple[Path, Path],
) -> None:
    early = [*("counters", "-f", "csv"), "--at", "2026-11-20T12:30:00+07:00"]
    plain = run("--db", stores[0], *early).out.splitlines()[1].split(",")
    without = run("--db", stores[0], *early, "--without-suspects").out.splitlines()[1].split(",")
    online, today = 2, 4
    assert (plain[online], without[online]) == ("1", "1")  # seven pages by the clock are not enough as yet
    assert (plain[today], without[today]) == ("4", "2")  # the scanner's two visits are known to be


@pytest.mark.parametrize(
    ("options", "first", "last"),
    [
        (["--since", "2026-11-01"], "2026-11-01", "2026-11-20"),
        (["--since", "2026-11-15T17:30:00Z", "--until", "2026-11-20T04:00:00Z"], "2026-11-15", "2026-11-20"),
        (["--since", "2026-11-16T00:00:00Z", "--until", "2026-11-20T00:00:00Z"], "2026-11-16", "2026-11-19"),
        (["--since", "2026-11-20T12:00:00Z", "--at", "2026-11-20T05:30:00Z"], "2026-11-20", "2026-11-20"),
        (["--since", "2026-11-01", "--at", "2026-11-19T23:59:59Z"], "2026-11-01", "2026-11-19"),
    ],
    ids=str,
)
def test_the_report_has_the_suspects_of_the_utc_days_that_its_period_touches(
    stores: tuple[Path, Path], options: list[str], first: str, last: str
) -> None:
    at = [] if "--at" in options else ["--at", AT]
    listed = run("--db", stores[0], "suspects", *options, *at, "--timezone", "UTC", "-f", "json")
    found = {row["rule"]: (row["visitors"], row["page_views"]) for row in json.loads(listed.out)}
    where = f"day BETWEEN DATE '{first}' AND DATE '{last}'"
    query = f"SELECT rule, count(*) AS n, sum(page_views) AS views FROM suspects WHERE {where} GROUP BY rule"
    expected = json.loads(run("--db", stores[0], "sql", query, "-f", "json").out)
    assert found == {row["rule"]: (row["n"], row["views"]) for row in expected}


def test_a_setting_leaves_them_out_and_an_option_counts_them_again(
    stores: tuple[Path, Path], tmp_path: Path
) -> None:
    config = tmp_path / "my.toml"
    config.write_text("[suspects]\nleave_out = true\n")
    options = ["--at", AT, "-f", "csv"]
    for report in ("visits", "counters"):
        left_out = run("--db", stores[0], "--config", config, report, *options)
        assert figures_in(report, left_out.out) == figures_in(
            report, run("--db", stores[1], report, *options).out
        )
        again = run("--db", stores[0], "--config", config, report, *options, "--with-suspects")
        assert again.out == run("--db", stores[0], report, *options).out
    assert (
        "52 page views by suspects are left out"
        in run("--db", stores[0], "--config", config, "-v", "visits", *options).err
    )
    assert "counter files count everybody" in run("--db", stores[0], "--config", config, "counters").err
    written = tmp_path / "box.csv"
    assert run("--db", stores[0], "--config", config, "counters", *options[:2], "-o", written).err == ""
    assert written.read_text() == run("--db", stores[0], "counters", *options).out


def test_a_counter_file_without_them_is_refused(stores: tuple[Path, Path], tmp_path: Path) -> None:
    ran = run("--db", stores[0], "counters", "--without-suspects", "-o", tmp_path / "box.txt")
    assert_in_words(ran.err)
    assert (ran.code, ran.out) == (2, "")
    assert "the all-time count would drop" in ran.err


def test_an_instant_whose_hits_are_pruned_is_refused(stores: tuple[Path, Path], tmp_path: Path) -> None:
    store = copied(stores[0], tmp_path / "pruned.duckdb")
    later = ["--at", "2026-11-24T10:00:00+07:00", "-f", "csv"]
    assert run("--db", store, "prune", "--keep", "4d", *later[:2]).code == 0
    for options in (["visits"], ["articles", "--since", "2026-11-21"], ["counters"], ["explain", "all"]):
        ran = run("--db", store, *options, *later, "--without-suspects")
        assert_in_words(ran.err)
        assert (ran.code, ran.out) == (1, "")
        assert "known from 2026-11-22 on" in ran.err
    assert run("--db", store, "visits", "--since", "2026-11-22", *later, "--without-suspects").code == 0
    assert run("--db", store, "online", *later, "--without-suspects").code == 0
    for day, note in (
        ("28", "the logs go back only to 2026-11-22"),
        ("29", ""),
    ):  # compared with a week before
        options = ["articles", "--rising", "--since", f"2026-11-{day}", "--until", f"2026-11-{day}"]
        ran = run("--db", store, *options, "--at", "2026-11-30T10:00:00+07:00", "--without-suspects")
        assert (ran.code, note in ran.err) == (0, True)
        assert ("go back" in ran.err) == bool(note)
