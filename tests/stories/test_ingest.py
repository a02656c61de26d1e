"""The pipeline: what a run takes into the store, all of it or nothing."""

import gzip
import re
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from support.lines import (
    CHROME,
    FIREFOX,
    GOOGLEBOT,
    START,
    Line,
    chunks_of,
    contents,
    numbered,
    read_in,
    reading_of,
)

from logstats import config
from logstats.config import Settings
from logstats.errors import FormatError, LogstatsError, UsageError
from logstats.ingest import commit, pipeline
from logstats.ingest.request import IngestRequest
from logstats.store import Session, statements
from logstats.store.locks import ingest_lock

EVERYTHING = b"".join(
    [
        Line().combined(),
        Line(client="2001:db8::1", agent=CHROME, request="GET /tin?fbclid=1 HTTP/2.0").combined(),
        Line(agent=GOOGLEBOT, request="GET /tin HTTP/1.1", referrer="https://example.org/").combined(),
        Line(client="127.0.0.1", request="GET /anh.png HTTP/1.1").combined(),
        Line(request="POST /tin HTTP/1.1", status="404", size="-").combined(),
        b"bad\n",
    ]
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Give the name of a store that is not there yet."""
    return tmp_path / "store.duckdb"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give a log of one line of each kind."""
    path = tmp_path / "access.log"
    path.write_bytes(EVERYTHING)
    return path


# --- Stored lines -------------------------------------------------------------------------------------


def test_a_hit_is_stored_with_all_fields_of_its_line(store: Path, log: Path) -> None:
    read_in(store, log, site="portal")
    tin, at = "/tin", datetime(2026, 11, 23, 1)
    assert contents(store, "hits")["hits"] == sorted(
        [
            ("portal", at, "192.0.2.1", FIREFOX, None, "/", False, "/", "", "GET", 200, 100, "page view"),
            (
                "portal",
                at,
                "2001:db8::1",
                CHROME,
                None,
                "/tin?fbclid=1",
                False,
                tin,
                "",
                "GET",
                200,
                100,
                "page view",
            ),
            (
                "portal",
                at,
                "192.0.2.1",
                GOOGLEBOT,
                "list",
                tin,
                False,
                tin,
                "https://example.org/",
                "GET",
                200,
                100,
                "bot",
            ),
            (
                "portal",
                at,
                "127.0.0.1",
                FIREFOX,
                None,
                "/anh.png",
                True,
                None,
                "",
                "GET",
                200,
                100,
                "internal",
            ),
            ("portal", at, "192.0.2.1", FIREFOX, None, tin, False, tin, "", "POST", 404, 0, "method"),
        ],
        key=repr,
    )


def test_the_summary_of_a_run(store: Path, log: Path) -> None:
    summary = read_in(store, log)
    counts = (summary.lines, summary.hits, summary.rejects, summary.bots, summary.page_views, summary.sources)
    assert counts == (6, 5, 1, 1, 2, 1)
    log.with_name("two.log").write_bytes(EVERYTHING + Line().combined())
    log.with_name("three.log").write_bytes(b"".join(numbered(3)))
    summary = read_in(store, log, log.with_name("two.log"), log.with_name("three.log"))
    counts = (summary.lines, summary.hits, summary.rejects, summary.bots, summary.page_views, summary.sources)
    assert counts == (4, 4, 0, 0, 4, 2)


def test_the_summary_is_the_same_in_small_chunks(tmp_path: Path, log: Path) -> None:
    whole = read_in(tmp_path / "whole.duckdb", log)
    with chunks_of(150):
        cut = read_in(tmp_path / "cut.duckdb", log)
    assert cut._replace(seconds=0) == whole._replace(seconds=0)


def test_each_text_is_kept_once_however_many_chunks_and_runs_have_it(store: Path, log: Path) -> None:
    log.write_bytes(EVERYTHING * 8)
    log.with_name("again.log").write_bytes(Line(size="7").combined() + EVERYTHING)
    with chunks_of(300):
        read_in(store, log)
    read_in(store, log.with_name("again.log"))
    with Session() as session, session.reading(store, wait=10):
        for table, column, count in (
            ("agent", "agent", 3),
            ("page", "target", 4),
            ("article", "identity", 2),
            ("referrer", "referrer", 2),
            ("site", "name", 1),
        ):
            rows = session.execute(
                f"SELECT count(*), count(DISTINCT {column}), count(DISTINCT {table}_id) FROM store.{table}"
            )
            assert (table, rows.rows) == (table, ((count, count, count),))


KEYED = {"page": "target", "article": "identity", "referrer": "referrer"}


def keys(store: Path) -> dict[str, set[int]]:
    """Return by what the addresses of each kind are known."""
    with Session() as session, session.reading(store, wait=10):
        return {
            table: {key for (key,) in session.execute(f"SELECT {column}_key FROM store.{table}").rows}
            for table, column in KEYED.items()
        }


def test_dimensions_are_looked_up_by_key_without_reading_texts(store: Path, log: Path) -> None:
    log.write_bytes(EVERYTHING)
    read_in(store, log)
    known = keys(store)
    with Session() as session, session.writing(store, wait=10):
        for table, column in KEYED.items():
            session.execute(f"UPDATE store.{table} SET {column} = 'not read'")
    log.write_bytes(EVERYTHING * 2)
    read_in(store, log)
    assert keys(store) == known
    assert all(known.values())


def test_keys_differ_between_stores(store: Path, log: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    for each in (store, other):
        read_in(each, log)
    ours, theirs = keys(store), keys(other)
    assert [len(ours[table]) for table in KEYED] == [len(theirs[table]) for table in KEYED]
    assert not any(ours[table] & theirs[table] for table in KEYED)


def test_only_the_beginning_of_a_long_refused_line_is_kept(store: Path, log: Path) -> None:
    log.write_bytes(Line().combined() + "ỷ".encode() * 3000 + b"\n")
    read_in(store, log)
    ((_, _, line),) = reading_of(store, log).rejects
    assert line == "ỷ" * commit.REJECT_LENGTH


# --- Sites --------------------------------------------------------------------------------------------

TWO = Settings(
    sites=(config.Site("portal.example", "Asia/Ho_Chi_Minh", visit_gap_s=60), config.Site("museum.example"))
)


def sites_of(store: Path) -> dict[str, tuple[Any, ...]]:
    """Return the sites of a store with their rules."""
    return {row[0]: row[1:] for row in contents(store, "sites")["sites"]}


def test_lines_belong_to_the_host_that_they_name(store: Path, log: Path) -> None:
    hosts = ["portal.example", "PORTAL.example", "museum.example", "other.example"]
    log.write_bytes(b"".join(Line(host=host).vhost_combined() for host in hosts))
    read_in(store, log, log_format="vhost_combined", settings=TWO)
    assert [row[0] for row in contents(store, "hits")["hits"]] == sorted([hosts[2], *[hosts[0]] * 2])
    assert sites_of(store) == {
        "portal.example": ("Asia/Ho_Chi_Minh", "monday", 60, 600, START),
        "museum.example": ("UTC", "monday", 1800, 600, START),
    }


def test_the_site_option_applies_to_all_lines(store: Path, log: Path) -> None:
    log.write_bytes(
        Line(host="portal.example").vhost_combined() + Line(host="other.example").vhost_combined()
    )
    read_in(store, log, log_format="vhost_combined", site="museum.example", settings=TWO)
    assert list(sites_of(store)) == ["museum.example"]


def test_which_of_several_sites_has_to_be_said_where_the_lines_do_not(store: Path, log: Path) -> None:
    with pytest.raises(UsageError, match=r"portal\.example.*museum\.example"):
        read_in(store, log, settings=TWO)
    read_in(store, log, settings=TWO, site="portal.example")
    assert list(sites_of(store)) == ["portal.example"]


def test_without_settings_there_is_one_site_and_with_one_site_it_is_that(tmp_path: Path, log: Path) -> None:
    read_in(tmp_path / "a.duckdb", log)
    read_in(tmp_path / "b.duckdb", log, settings=Settings(sites=TWO.sites[:1]))
    assert [list(sites_of(tmp_path / name)) for name in ("a.duckdb", "b.duckdb")] == [
        ["default"],
        ["portal.example"],
    ]


def test_a_site_keeps_the_rules_of_its_first_ingest(store: Path, log: Path) -> None:
    read_in(store, log, site="portal.example", settings=TWO)
    log.write_bytes(EVERYTHING + Line(at=START + timedelta(minutes=9)).combined())
    other = Settings(
        sites=(
            config.Site(
                "portal.example", "Europe/Berlin", week_start="sunday", visit_gap_s=7200, online_window_s=300
            ),
        )
    )
    read_in(store, log, site="portal.example", settings=other)
    assert sites_of(store)["portal.example"][:4] == ("Asia/Ho_Chi_Minh", "monday", 60, 600)
    assert len(contents(store, "visits")["visits"]) == 3  # by the gap of 60 s


def test_a_site_is_logged_until_its_newest_line(store: Path, log: Path) -> None:
    for minutes in (0, 90, 30):
        log.write_bytes(Line(at=START + timedelta(minutes=minutes), agent=GOOGLEBOT).combined())
        read_in(store, log)
    assert sites_of(store)["default"][-1] == START + timedelta(minutes=90)


# --- The format of a log ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("write", "log_format"),
    [(Line.common, "common"), (Line.combined, "combined"), (Line.vhost_combined, "vhost_combined")],
)
def test_the_format_of_a_log_is_found(
    store: Path, log: Path, write: Callable[[Line], bytes], log_format: str
) -> None:
    log.write_bytes(b"bad\n" + write(Line()) + write(Line(size="7")))
    assert read_in(store, log, log_format="auto").hits == 2
    with Session() as session, session.reading(store, wait=10):
        assert session.execute("SELECT format FROM sources").rows == ((log_format,),)


def test_a_log_of_no_known_format_is_refused_with_one_of_its_lines(store: Path, log: Path) -> None:
    log.write_bytes(b"2026-11-23 01:00:00 GET /\n" * 3)
    with pytest.raises(FormatError, match=r"access\.log(?s:.*)2026-11-23 01:00:00 GET /"):
        read_in(store, log, log_format="auto")
    assert contents(store, "sources")["sources"] == []


@pytest.mark.parametrize("log_format", ["auto", "combined"])
@pytest.mark.parametrize("more", [b"bad\n", b"\n", b"\0\0\0\n"], ids=["junk", "a blank line", "NULs"])
def test_a_log_goes_on_when_nothing_in_the_new_lines_fits_its_format(
    store: Path, log: Path, log_format: str, more: bytes
) -> None:
    read_in(store, log, log_format=log_format)
    with log.open("ab") as file:
        file.write(more)
    read_in(store, log, log_format=log_format)
    with log.open("ab") as file:
        file.write(Line(size="7").combined())
    read_in(store, log, log_format=log_format)
    ((_, lines, hits, rejects, _),) = contents(store, "sources")["sources"]
    assert (lines, hits, rejects) == (8, 6, 2)


def test_a_log_of_ones_own_format_goes_on_in_it(store: Path, log: Path) -> None:
    own = '%h %t "%r" %>s'
    line = b'192.0.2.%d [23/Nov/2026:01:00:00 +0000] "GET / HTTP/1.1" 200\n'
    log.write_bytes(line % 1)
    read_in(store, log, log_format=own)
    log.write_bytes(line % 1 + line % 2)
    assert read_in(store, log, log_format="auto").hits == 1


# --- All or nothing -----------------------------------------------------------------------------------


def statements_of(store: Path, log: Path) -> list[str]:
    """Return the statements that an ingest runs in the transaction that takes a chunk in, in order."""
    names: list[str] = []
    run = Session.run

    def listed(session: Session, name: str, *args: Any, **slots: Any) -> Any:
        names.append(name)
        return run(session, name, *args, **slots)

    with patch.object(Session, "run", listed):
        read_in(store, log)
    first, last = names.index("ingest/hits/source_insert"), names.index("ingest/hits/hit_count")
    return [name for name in dict.fromkeys(names[first:last]) if name.startswith("ingest/")]


WRITES = re.compile(r"^(?:INSERT INTO|UPDATE|DELETE FROM) store\.", re.MULTILINE)


def test_a_run_that_fails_anywhere_leaves_the_store_as_it_was(tmp_path: Path, store: Path, log: Path) -> None:
    more = log.with_name("more.log")
    more.write_bytes(b"worse\n" + Line(client="192.0.2.9", agent="New/1").combined() + EVERYTHING)
    read_in(store, log)
    before = contents(store)
    names = statements_of(Path(shutil.copy(store, tmp_path / "other.duckdb")), more)
    names = [name for name in names if WRITES.search(statements.load(name).sql)]
    assert len(names) > 12
    run = Session.run
    for failing in names:

        def fails(session: Session, name: str, *args: Any, failing: str = failing, **slots: Any) -> Any:
            result = run(session, name, *args, **slots)
            if name == failing:
                raise LogstatsError(f"pulled the plug in {name}")
            return result

        with patch.object(Session, "run", fails), pytest.raises(LogstatsError, match="pulled the plug"):
            read_in(store, more)
        assert contents(store) == before, failing
    assert read_in(store, more).lines == 8
    assert len(contents(store, "hits")["hits"]) == 5 + 6


@pytest.mark.parametrize("fault", ["gone", "a damaged archive", "of no known format", "a folder"])
def test_a_log_that_cannot_be_read_is_an_error_and_the_logs_after_it_are_read(
    store: Path, log: Path, fault: str
) -> None:
    bad = log.with_name("bad.log")
    if fault == "a folder":
        bad.mkdir()
    elif fault != "gone":
        bad.write_bytes(gzip.compress(EVERYTHING)[:-9] if "archive" in fault else b"2026-11-23 GET /\n")
    with pytest.raises(LogstatsError, match=r"bad\.log"):
        read_in(store, bad, log, log_format="auto")
    assert len(contents(store, "hits")["hits"]) == 5


def test_a_source_that_was_read_on_meanwhile_is_not_read_twice(store: Path, log: Path) -> None:
    read_in(store, log)
    with log.open("ab") as file:
        file.write(b"".join(numbered(2)))
    run = Session.run

    def meanwhile(session: Session, name: str, *args: Any, **named: Any) -> Any:
        if name.startswith("ingest/visits/interval"):
            session.execute("UPDATE store.source SET position = position + 1")
        return run(session, name, *args, **named)

    with patch.object(Session, "run", meanwhile), pytest.raises(LogstatsError, match="another run"):
        read_in(store, log)
    assert len(contents(store, "hits")["hits"]) == 5
    assert read_in(store, log).hits == 2


def test_while_one_ingest_runs_another_does_nothing(store: Path, log: Path) -> None:
    read_in(store, log)
    with log.open("ab") as file:
        file.write(b"".join(numbered(2)))
    with ingest_lock(store) as is_ours:
        assert is_ours
        assert pipeline.ingest(IngestRequest(store, (str(log),), Settings(), log_format="combined")) is None
    assert read_in(store, log).hits == 2


def test_the_store_can_be_read_between_the_chunks_of_a_run(store: Path, log: Path) -> None:
    log.write_bytes(b"".join(numbered(40)))
    seen: list[int] = []
    commit_chunk = commit.commit_chunk

    def commit_and_count(*args: Any) -> Any:
        committed = commit_chunk(*args)
        seen.append(len(contents(store, "hits")["hits"]))
        return committed

    with chunks_of(1500), patch.object(commit, "commit_chunk", commit_and_count):
        pipeline.ingest(IngestRequest(store, (str(log),), Settings(), log_format="combined"))
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] == 40


def test_progress_adds_up_to_the_size_of_the_logs(store: Path, log: Path) -> None:
    log.write_bytes(b"".join(numbered(40)))
    moved: list[int] = []
    with chunks_of(1500):
        pipeline.ingest(IngestRequest(store, (str(log),), Settings(), log_format="combined"), moved.append)
    assert sum(moved) == log.stat().st_size
