"""Case 33: a line that is dated far in the future changes no report, and breaks no command."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.lines import STORES, Line, require_verified
from support.surface import assert_in_words, copied, run

NOW = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
LAST = NOW - timedelta(hours=1)  # the newest line that is not in the future
ZONES = ("Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "Etc/GMT+12")  # the portal's, and the outermost two
FUTURE = (
    datetime(9998, 12, 30, 23, 59, 59),
    datetime(2099, 1, 1),
    NOW + timedelta(days=1, hours=2),
)
REPORTS: tuple[tuple[str, ...], ...] = (
    ("counters",),
    ("visits",),
    *(("visits", "--by", by) for by in ("week", "month", "all")),
    ("articles",),
    *(("articles", option) for option in ("--detail", "--rising", "--without-suspects")),
    ("online",),
    ("pages",),
    ("referrers",),
    ("statuses",),
    ("bots",),
    ("suspects",),
    ("suspects", "--by", "visitor"),
    *(("explain", figure) for figure in ("online", "today", "week", "month")),
    ("sql", "SELECT count(*) AS hits FROM hits WHERE logged_at <= $at"),
)


def lines(times: Sequence[datetime]) -> bytes:
    return b"".join(
        replace(
            Line(), at=at, client=f"198.51.100.{number % 7}", request=f"GET /a{number % 5} HTTP/1.1"
        ).combined()
        for number, at in enumerate(times)
    )


def store_of(folder: Path, times: Sequence[datetime], zone: str) -> Path:
    folder.mkdir()
    store, log = folder / "s.duckdb", folder / "access.log"
    log.write_bytes(lines(times))
    assert run("--db", store, "ingest", "--site", "s", "--timezone", zone, log).code == 0
    STORES.add(store)
    return store


@pytest.fixture(scope="module", params=ZONES)
def stores(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> tuple[Path, Path]:
    """Two stores with the same lines of the last days, the second also with lines of the future.

    They are only to be read.
    """
    times = [LAST - timedelta(minutes=13 * number) for number in reversed(range(300))]
    folder = tmp_path_factory.mktemp("stores")
    return (
        store_of(folder / "usual", times, request.param),
        store_of(folder / "future", [*times, *FUTURE], request.param),
    )


def rows(store: Path, *command: str, at: str) -> tuple[Any, str]:
    ran = run("--db", store, *command, "--at", at, "-f", "json")
    assert ran.code == 0, ran
    assert_in_words(ran.err)
    found = json.loads(ran.out)
    if at == "now":
        found = [{key: value for key, value in row.items() if key != "at"} for row in found]
    return found, ran.err


def test_case_33_every_report_is_as_it_is_without_the_lines(stores: tuple[Path, Path]) -> None:
    usual, future = stores
    for at in ("last", "now"):
        for command in REPORTS:
            expected, _ = rows(usual, *command, at=at)
            found, notes = rows(future, *command, at=at)
            if command[0] == "explain":  # its first steps count all lines that were read
                expected, found = expected[-1:], found[-1:]
            assert found == expected, (at, command)
            assert ("which is in the future" in notes) == (at == "last"), (at, command)
    assert expected


def test_case_33_logged_until_and_stale_are_as_without_the_lines(stores: tuple[Path, Path]) -> None:
    (row,), _ = rows(stores[1], "counters", at="now")
    assert datetime.fromisoformat(row["logged_until"]).astimezone(UTC).replace(tzinfo=None) == LAST
    assert row["stale"] is True


@pytest.mark.parametrize("stores", ["Pacific/Kiritimati", "Etc/GMT+12"], indirect=True)
@pytest.mark.parametrize("at", ["9998-12-31T00:00Z", "2099-01-01T12:00Z", "9999-12-31T00:00Z"])
def test_case_33_a_report_of_that_time_is_right_too(stores: tuple[Path, Path], at: str) -> None:
    for command in REPORTS:
        rows(stores[1], *command, at=at)
    (hits,), _ = rows(stores[1], *REPORTS[-1], at=at)
    assert hits["hits"] == 300 + sum(f"{time:%Y-%m-%dT%H:%M}" <= at for time in FUTURE)


def test_case_33_prune_never_forgets_by_such_a_line(stores: tuple[Path, Path]) -> None:
    for store in stores:
        ran = run("--db", store, "prune", "--at", "last", "--keep", "3d", "--dry-run", "-f", "json")
        hits = next(row for row in json.loads(ran.out) if row["what"] == "hits")
        assert (ran.code, hits["forgotten"]) == (0, 0)
    assert "which is in the future" in ran.err


@pytest.mark.parametrize("stores", ["Pacific/Kiritimati"], indirect=True)
@pytest.mark.parametrize(
    "command", [("verify",), ("rebuild",), ("prune", "--keep", "1d"), ("undo", "1"), ("compact",)]
)
def test_case_33_commands_that_change_a_store_do_so(
    tmp_path: Path, stores: tuple[Path, Path], command: Sequence[str]
) -> None:
    store = copied(stores[1], tmp_path / "s.duckdb")
    ran = run("--db", store, *command)
    assert ran.code == 0, ran
    require_verified(store)
    rows(store, "visits", at="last")


def test_case_33_where_all_lines_are_in_the_future_last_is_now(tmp_path: Path) -> None:
    store = store_of(tmp_path / "f", FUTURE, "UTC")
    (row,), notes = rows(store, "counters", at="last")
    assert (row["logged_until"], row["stale"], row["today"]) == (None, True, 0)
    assert "which is in the future" in notes


def test_case_33_the_note_names_the_site_and_both_times(tmp_path: Path) -> None:
    store = store_of(tmp_path / "f", [LAST, FUTURE[0]], "UTC")
    notes = rows(store, "visits", at="last")[1]
    assert notes == (
        "note: s: its newest line is of 9998-12-30 23:59, which is in the future; `last` leaves such lines "
        f"out and is {LAST:%Y-%m-%d %H:%M}\n"
    )
