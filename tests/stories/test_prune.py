"""Pruning forgets hits and moves no figure, whatever comes later; case 29 of the faults."""

import json
import shlex
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties.test_visits import (
    ANCHORS,
    CUTS,
    PORTALS,
    SETTINGS,
    Log,
    differences,
    expected_contents,
    feed,
    logs,
    request_at,
)
from support.lines import CHROME, FIREFOX, GOOGLEBOT, Line, chunks_of, contents, examples, read_in
from support.surface import Ran, assert_in_words, copied, month_store, run

from logstats import config, store
from logstats.config import Settings
from logstats.errors import LogstatsError, StoreBusyError
from logstats.store import Session, locks
from logstats.totals import prune, recompute

TOTALS = ("visits", "day_totals", "article_days")


def prunings(log: Log) -> st.SearchStrategy[tuple[datetime, int]]:
    """When to prune and how many days to keep: around the days of the log."""
    days = st.integers(1, 3)
    times = st.sampled_from(sorted({entry.hit.at for entry in log} | set(ANCHORS)))
    return st.tuples(st.builds(lambda at, by: at + timedelta(days=by), times, days), days)


def kept_hits(path: Path) -> list[tuple[str, datetime]]:
    """Return site and instant of each hit that a store keeps."""
    return sorted((row[0], row[1]) for row in contents(path, "hits")["hits"])


def is_kept(portal: str, at: datetime, pruned_at: datetime, days: int) -> bool:
    """Whether a hit's local day is one of the last so many, or later."""
    site = PORTALS[portal]
    return site.day(at) >= site.day(pruned_at) - timedelta(days=days)


@settings(max_examples=examples(4))
@given(log=logs(), cut=st.sampled_from(tuple(CUTS)), moments=st.data())
def test_case_29_figures_are_the_oracles_however_often_hits_are_pruned_between(
    log: Log, cut: str, moments: st.DataObject
) -> None:
    with TemporaryDirectory() as name, chunks_of(CUTS[cut].chunk_bytes):
        path = Path(name) / "store.duckdb"
        for log_so_far in feed(Path(name), path, log, CUTS[cut]):
            at, days = moments.draw(prunings(log))
            before = kept_hits(path)
            prune.prune(request_at(path, at), days)
            assert kept_hits(path) == [hit for hit in before if is_kept(*hit, at, days)]
            assert contents(path, *TOTALS) == expected_contents(log_so_far)
            assert differences(path) == []
        recompute.rebuild(path, SETTINGS, 10)
        assert contents(path, *TOTALS) == expected_contents(log)
        assert differences(path) == []


# --- A store to look at ------------------------------------------------------------------------------

PORTAL = config.Site("portal.example", "Asia/Ho_Chi_Minh")
RULES = Settings(sites=(PORTAL,))
NOON = datetime(2026, 11, 23, 5)  # in Ho Chi Minh City
DAY = timedelta(days=1)
HITS = [
    # a visit over midnight from the 21st to the 22nd, and one on either side of it
    Line("192.0.2.1", NOON - 2 * DAY, "GET /cu HTTP/1.1", referrer="https://old.example/"),
    Line("192.0.2.2", NOON - 2 * DAY, "GET /robot HTTP/1.1", agent=GOOGLEBOT),
    Line("192.0.2.3", NOON - 2 * DAY, "GET /mat HTTP/1.1", "404", agent=CHROME),
    Line("192.0.2.1", datetime(2026, 11, 21, 16, 40), "GET /tin HTTP/1.1"),
    Line("192.0.2.1", datetime(2026, 11, 21, 16, 55), "GET /tin HTTP/1.1"),
    Line("192.0.2.1", datetime(2026, 11, 21, 17), "GET /tin HTTP/1.1", referrer="https://new.example/"),
    Line("192.0.2.1", datetime(2026, 11, 21, 17, 30), "GET /moi HTTP/1.1"),
    Line("192.0.2.4", NOON, "GET /moi HTTP/1.1"),
]


def write(log: Path, lines: Iterable[Line], more: bytes = b"") -> Path:
    """Write a log and return its path."""
    log.write_bytes(b"".join(replace(line, host=PORTAL.name).vhost_combined() for line in lines) + more)
    return log


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a store of HITS and a reject, and their log."""
    folder = tmp_path_factory.mktemp("original")
    read(folder / "store.duckdb", write(folder / "access.log", HITS, b"bad\n"))
    return folder


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    """Give a copy of that store, its log beside it."""
    shutil.copytree(original, tmp_path, dirs_exist_ok=True)
    return tmp_path / "store.duckdb"


def read(path: Path, log: Path, rules: Settings = RULES) -> None:
    read_in(path, log, settings=rules, log_format="vhost_combined")


def pruned(path: Path, days: int = 1, at: datetime = NOON, *, dry_run: bool = False) -> dict[str, Any]:
    """Prune, and return how much of what is forgotten and kept."""
    result = prune.prune(request_at(path, at), days, dry_run=dry_run)
    return {row["what"]: (row["forgotten"], row["kept"]) for row in result.records()}


def texts(path: Path, table: str, column: str) -> set[str]:
    """Return the texts of a table's column."""
    with Session() as session, session.reading(path, wait=10):
        return {text for (text,) in session.execute(f"SELECT {column} FROM store.{table}").rows}


def test_what_only_pruned_hits_refer_to_is_forgotten_and_nothing_else(path: Path) -> None:
    assert pruned(path) == {
        "hits": (5, 3),
        "rejects": (0, 1),
        "pages": (3, 2),
        "referrers": (1, 2),
        "agents": (2, 1),
        "articles": (2, 3),
    }
    assert texts(path, "page", "target") == {"/tin", "/moi"}
    assert texts(path, "referrer", "referrer") == {"", "https://new.example/"}
    assert texts(path, "agent", "agent") == {FIREFOX}
    assert texts(path, "article", "identity") == {"/cu", "/tin", "/moi"}  # /cu was read, and is counted


def test_pruned_texts_are_stored_again_when_they_return(path: Path, tmp_path: Path) -> None:
    whole = contents(path, *TOTALS)
    pruned(path)
    more = [replace(line, at=line.at + 3 * DAY) for line in HITS]
    read(path, write(tmp_path / "more.log", more))
    read(tmp_path / "other.duckdb", tmp_path / "access.log")
    read(tmp_path / "other.duckdb", tmp_path / "more.log")
    assert contents(path, *TOTALS) == contents(tmp_path / "other.duckdb", *TOTALS) != whole


def test_rejects_go_when_they_were_read_before_what_is_kept(path: Path) -> None:
    later = store.utc_now() + 5 * DAY
    assert pruned(path, 6, later)["rejects"] == (0, 1)
    assert pruned(path, 4, later)["rejects"] == (1, 0)
    assert differences(path) == []


def test_a_dry_run_shows_the_same_and_changes_nothing(path: Path) -> None:
    before = contents(path)
    planned = pruned(path, dry_run=True)
    assert contents(path) == before
    assert planned == pruned(path)
    assert contents(path) != before


def test_pruning_again_forgets_nothing_more_and_a_longer_span_brings_nothing_back(path: Path) -> None:
    pruned(path)
    before = contents(path)
    for days in (1, 2, 400):
        assert {forgotten for forgotten, _ in pruned(path, days).values()} == {0}
    assert contents(path) == before


def test_case_29_late_lines_of_pruned_days_count_there_and_join_visits_of_those_days(
    path: Path, tmp_path: Path
) -> None:
    pruned(path)
    late = [
        Line("192.0.2.1", datetime(2026, 11, 21, 16, 20), "GET /moi HTTP/1.1"),  # before the visit, and of it
        Line("192.0.2.1", datetime(2026, 11, 21, 15, 49), "GET /moi HTTP/1.1"),  # a second too early for that
        Line("192.0.2.9", datetime(2020, 1, 1), "GET /moi HTTP/1.1"),
    ]
    settings_file = tmp_path / "logstats.toml"
    settings_file.write_text(f'[[site]]\nname = "{PORTAL.name}"\ntimezone = "{PORTAL.timezone}"\n')
    ran = run("--db", path, "--config", settings_file, "ingest", write(tmp_path / "late.log", late))
    assert ran.code == 0
    assert "3 hits logged on days whose hits have been pruned; counted on those days\n" in ran.err
    days = {row[1]: row[2:] for row in contents(path, "day_totals")["day_totals"]}
    assert days[date(2020, 1, 1)] == (1, 0, 1, 1)
    assert days[date(2026, 11, 21)] == (7, 1, 5, 3)
    firsts = [row[3] for row in contents(path, "visits")["visits"]]
    assert datetime(2026, 11, 21, 16, 20) in firsts
    assert datetime(2026, 11, 21, 16, 40) not in firsts
    assert differences(path) == []
    on_time = write(tmp_path / "on_time.log", [replace(HITS[-1], size="3")])
    assert "pruned" not in run("--db", path, "--config", settings_file, "ingest", on_time).err


BY_TIME_OF_DAY = ("hours", "hours --by day", "weekdays", "weekdays --by hour", "online-history --since 30d")


def test_reports_by_time_of_day_include_pruned_days(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """All but the page views until the time of the report, which are unknown on such a day."""
    store_path = copied(month_store(tmp_path_factory.getbasetemp()), tmp_path / "month.duckdb")

    def rows(report: str) -> list[dict[str, Any]]:
        ran = run("--db", store_path, *report.split(), "--at", "last", "--format", "json")
        assert (ran.code, ran.err) == (0, "")
        return [
            {key: cell for key, cell in row.items() if key != "page_views_by_clock"}
            for row in json.loads(ran.out)
        ]

    before = {report: rows(report) for report in BY_TIME_OF_DAY}
    assert {bool(each) for each in before.values()} == {True}
    for days in ("12", "11", "3"):
        assert run("--db", store_path, "prune", "--at", "last", "--keep", days).code == 0
        for report in BY_TIME_OF_DAY:
            assert rows(report) == before[report]
    by_day = json.loads(
        run("--db", store_path, "hours", "--by", "day", "--at", "last", "--format", "json").out
    )
    assert {row["page_views_by_clock"] is None for row in by_day if row["day"] < "2026-11-18"} == {True}


ALTERATIONS = {
    # what was altered in a pruned store, and a word of the claim that fails then
    "a pruned visit has a page view more": (
        "UPDATE store.pruned_visit SET page_views = page_views + 1",
        "visits are those",
    ),
    "a pruned visit is gone": (
        "DELETE FROM store.pruned_visit WHERE rowid = (SELECT min(rowid) FROM store.pruned_visit)",
        "visits are those",
    ),
    "a visit of a pruned day ends later": (
        "UPDATE store.visit SET last_at = last_at + INTERVAL 1 SECOND WHERE day = '2026-11-21'",
        "visits are those",
    ),
    "a visit of a pruned day is gone": (
        "DELETE FROM store.visit WHERE first_at = (SELECT min(first_at) FROM store.visit)",
        "visits are those",
    ),
    "a pruned day has a hit more": ("UPDATE store.day_total SET hits = hits + 1", "days' totals"),
    "a pruned day has a bot less": (
        "UPDATE store.day_total SET bot_hits = bot_hits - 1 WHERE bot_hits > 0",
        "days' totals",
    ),
    "a pruned day has a visit more": (
        "UPDATE store.day_total SET visits = visits + 1 WHERE day = '2026-11-21'",
        "days' totals",
    ),
    "a pruned day is gone": ("DELETE FROM store.day_total WHERE day = '2026-11-21'", "days' totals"),
    "what is remembered of a day is altered": (
        "UPDATE store.pruned_day SET page_views = page_views + 1",
        "days' totals",
    ),
    "an article was read more often on a pruned day": (
        "UPDATE store.article_day SET views = views + 1 WHERE day = '2026-11-21'",
        "articles' views",
    ),
    "an hour of a pruned day has a page view more": (
        "UPDATE store.pruned_hour SET page_views = page_views + 1",
        "the hours of pruned days",
    ),
    "what is remembered of an article is gone": ("DELETE FROM store.pruned_article_day", "articles' views"),
    "what is remembered of an ingest is altered": (
        "UPDATE store.pruned_ingest SET hits = hits + 1",
        "hits are kept or pruned",
    ),
    "how many hits were forgotten is altered": ("UPDATE store.pruned SET hits = hits - 1", "logs' hits"),
    "a page is gone": ("DELETE FROM store.page", "no dangling references"),
    "an agent is gone": ("DELETE FROM store.agent", "no dangling references"),
    "an article of a pruned day is gone": (
        "DELETE FROM store.article WHERE identity = '/cu'",
        "no dangling references",
    ),
    "a site is logged until later": (
        "UPDATE store.site SET logged_until = logged_until + INTERVAL 1 SECOND",
        "newest hit",
    ),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_case_29_verify_reports_what_was_altered_in_a_pruned_store(path: Path, name: str) -> None:
    pruned(path)
    statement, claim = ALTERATIONS[name]
    with Session() as session, session.writing(path, 10):
        assert session.execute(statement).value() > 0
    claims = [check.claim for check in recompute.verify(path, 10) if check.differences.rows]
    assert [words for words in claims if claim in words] != []


# --- Rebuilding --------------------------------------------------------------------------------------

CHANGES = {
    # rules that can be followed from the border on
    "nothing": RULES,
    "more assets": RULES._replace(assets=("/tin", "/moi", "/cu")),
    "our own addresses": Settings(sites=(PORTAL._replace(internal=("192.0.2.0/24",)),)),
    "another first day of the week": Settings(sites=(PORTAL._replace(week_start="sunday"),)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_rebuilding_keeps_pruned_days_and_counts_the_others_by_the_rules_of_now(
    path: Path, tmp_path: Path, change: str
) -> None:
    pruned(path)
    before = contents(path, *TOTALS)
    recompute.rebuild(path, CHANGES[change], 10)
    assert differences(path) == []
    after = contents(path, *TOTALS)
    border = date(2026, 11, 22)
    days = [row for row in after["day_totals"] if row[1] < border]
    assert days == [row for row in before["day_totals"] if row[1] < border] != []
    read(tmp_path / "recounted.duckdb", tmp_path / "access.log", CHANGES[change])
    recounted = contents(tmp_path / "recounted.duckdb", *TOTALS)
    for name in ("day_totals", "article_days"):
        column = {"day_totals": 1, "article_days": 2}[name]
        kept = [row for row in after[name] if row[column] >= border]
        assert kept == [row for row in recounted[name] if row[column] >= border]
    if change == "nothing":
        assert after == before == recounted


@pytest.mark.parametrize("change", [{"timezone": "Europe/Berlin"}, {"visit_gap_s": 3600}])
def test_visits_of_pruned_hits_stay_as_they_are(path: Path, change: dict[str, Any]) -> None:
    rules = Settings(sites=(PORTAL._replace(**change),))
    pruned(path)
    before = contents(path)
    with pytest.raises(LogstatsError, match="hits before 2026-11-22 are pruned"):
        recompute.rebuild(path, rules, 10)
    assert contents(path) == before
    recompute.rebuild(path, Settings(), 10)  # a site that the settings do not name keeps its rules
    assert contents(path) == before


# --- The command -------------------------------------------------------------------------------------


@pytest.fixture
def typed(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a function that runs the program over the store, at noon of the 23rd."""
    monkeypatch.chdir(tmp_path)
    Path("logstats.toml").write_text(
        f'at = "2026-11-23T12:00"\nkeep_hits = 2\n[[site]]\nname = "{PORTAL.name}"\n'
        f'timezone = "{PORTAL.timezone}"\n',
        encoding="utf-8",
    )

    def typed(*arguments: str) -> Ran:
        ran = run("--db", path, *arguments)
        assert_in_words(ran.err)
        return ran

    return typed


def test_prune_shows_what_is_forgotten(typed: Any) -> None:
    ran = typed("prune", "--keep", "1d")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.splitlines()[0] == "5 hits of portal.example before 2026-11-22 deleted, 3 kept"
    assert ran.err.splitlines()[-1].startswith("the file keeps its size")
    assert typed("prune", "--keep", "1").err == "nothing to delete\n"
    assert typed("-q", "prune").err == ""
    assert typed("verify").code == 0


def test_a_dry_run_is_a_report(typed: Any) -> None:
    ran = typed("prune", "--keep", "1d", "--dry-run", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    rows = json.loads(ran.out)
    assert rows[0] == {
        "what": "hits",
        "site": "portal.example",
        "before": "2026-11-22",
        "forgotten": 5,
        "kept": 3,
    }
    assert json.loads(typed("prune", "--dry-run", "--format", "json").out)[0]["forgotten"] == 0  # keep_hits


@pytest.mark.parametrize("span", ["0d", "-1d", "90m", "", "99999d", "1.5d"])
def test_an_invalid_span_is_refused(typed: Any, span: str) -> None:
    ran = typed("prune", f"--keep={span}")
    assert (ran.code, ran.out) == (2, "")
    assert "is not a number of days" in ran.err


def test_nothing_is_pruned_or_rebuilt_while_an_ingest_is_running(path: Path, typed: Any) -> None:
    before = contents(path)
    with locks.ingest_lock(path):
        for command in ("prune", "rebuild"):
            ran = typed(command)
            assert (ran.code, ran.out) == (StoreBusyError.exit_code, "")
            assert "an ingest is running" in ran.err
    assert contents(path) == before


UNKNOWN = "note: portal.example: no change is shown: the logs go back only to 2026-11-22\n"
NOTE = "note: hits before 2026-11-22 have been pruned, so what is counted from hits starts on that day\n"


@pytest.mark.parametrize(
    ("command", "note"),
    [
        ("articles", NOTE),
        ("articles --since 2026-11-21", NOTE),
        ("articles --since 2026-11-22", ""),
        ("articles --since 2026-11-22 --until 2026-11-22 --rising", UNKNOWN),
        ("visits", ""),
        ("visits --since 2026-11-01 --by month", ""),
        ("visits --at 2026-11-21T12:00", NOTE),
        ("online", ""),
        ("online --at 2026-11-21T12:00", NOTE),
        ("counters", ""),
        ("counters --at 2026-11-21T12:00", NOTE),
        ("sources", ""),
        ("sql 'SELECT count(*) FROM hits'", NOTE),
        ("sql 'SELECT count(*) FROM visits'", ""),
        ("-q articles", ""),
    ],
)
def test_a_report_that_would_need_pruned_hits_says_so(typed: Any, command: str, note: str) -> None:
    known_before = UNKNOWN.replace("2026-11-22", "2026-11-21") if note == UNKNOWN else ""
    assert typed(*shlex.split(command)).err == known_before
    assert typed("-q", "prune", "--keep", "1d").code == 0
    ran = typed(*shlex.split(command))
    assert (ran.code, ran.err) == (0, note)


def test_hits_by_bots_are_left_out_of_pruned_days_too(typed: Any) -> None:
    command = ("-v", "visits", "--since", "2026-11-01")
    note = typed(*command).err
    assert note == "note: 1 hit by bots is left out; --with-bots shows them\n"
    beside = typed("visits", "--since", "2026-11-01", "--with-bots").out
    assert typed("-q", "prune", "--keep", "1d").code == 0
    assert typed(*command).err == note
    assert typed("visits", "--since", "2026-11-01", "--with-bots").out == beside
