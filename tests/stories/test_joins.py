"""Joins of an ingest: none pairs many rows with many others, whatever the log repeats or does not repeat.

A run leaves out DuckDB's search for an order of joins, so tables that a statement names side by side are
paired.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from support.lines import FIREFOX, read_in

from logstats import native
from logstats.config import Settings, Site
from logstats.errors import LogError
from logstats.model import Result
from logstats.store import Params, Session

LINES = 3_000
MOST = 20 * LINES  # rows of a step of a statement; pairs would be millions
SETTINGS = Settings(unlisted=Site(timezone="UTC"))


def line(client: str = "192.0.2.1", path: str = "/", agent: str = FIREFOX, referrer: str = "-") -> str:
    """Return a line in Apache's combined format."""
    return f'{client} - - [23/Nov/2026:01:00:00 +0000] "GET {path} HTTP/1.1" 200 5 "{referrer}" "{agent}"'


LOGS: dict[str, Callable[[int], str]] = {
    # what differs from line to line: the line of a number
    "good clients": lambda n: line(f"10.0.{n >> 8}.{n & 255}"),
    "clients that are none": lambda n: line(f"x_{n}!" if n % 2 else "192.0.2.1"),
    "addresses that are none": lambda n: line(f"192.0.2.{300 + n}" if n % 2 else "192.0.2.1"),
    "names of hosts": lambda n: line(f"host{n}.example.net"),
    "spellings of IPv6 clients": lambda n: line(f"2001:0DB8::{n:x}"),
    "clients in IPv6 addresses": lambda n: line(f"::ffff:10.0.{n >> 8}.{n & 255}"),
    "pages": lambda n: line(path=f"/bai-{n}.html?utm_source={n}"),
    "referrers": lambda n: line(referrer=f"https://r{n}.example/"),
    "agents": lambda n: line(agent=f"bot-{n}/1.0"),
    "lines of no format": lambda n: line() if n % 2 else f"junk {n}",
    "lines of other formats": lambda n: line() if n % 2 else line().rpartition(' "-"')[0],
    "empty lines": lambda n: line() if n % 2 else "",
    "nothing": lambda n: line(),
    "hosts that are no site": lambda n: (
        f"h{n}.example:80 {line()}" if n % 2 else f"portal.example:80 {line()}"
    ),
}


@pytest.fixture
def largest(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Give the most rows of a step of each statement that was run."""
    found: dict[str, int] = {}
    fetch = Session._fetch

    def profiled(session: Session, statement: Any, params: Params) -> Result:
        session.connection.execute("SET enable_profiling = 'no_output'")
        result = fetch(session, statement, params)
        rows = most_rows(json.loads(session.connection.get_profiling_information()))
        found[str(statement)] = max(rows, found.get(str(statement), 0))
        return result

    monkeypatch.setattr(Session, "_fetch", profiled)
    yield found


def most_rows(node: Mapping[str, Any]) -> int:
    """Return the most rows of an operator and of those below it."""
    below = [*node.get("operator", ()), *node.get("children", ())]
    return max([int(node.get("intermediate_rows", 0)), *map(most_rows, below)])


@pytest.mark.parametrize("is_native", ["0", "1"])
@pytest.mark.parametrize("kind", LOGS)
def test_no_statement_pairs_rows(
    kind: str, is_native: str, tmp_path: Path, largest: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_native == "1" and not native.is_built():
        pytest.skip("the native reader is not built")
    monkeypatch.setenv(native.VARIABLE, is_native)
    log, store = tmp_path / "access.log", tmp_path / "s.db"
    names_hosts = kind == "hosts that are no site"
    fields: dict[str, Any] = {"log_format": "vhost_combined" if names_hosts else "auto"}
    for first in (0, LINES):  # the second part of the log meets what the store has
        with log.open("a") as file:
            file.writelines(f"{LOGS[kind](number)}\n" for number in range(first, first + LINES))
        with patch("logstats.ingest.native_layout.FEW", 0):  # however many lines are odd
            try:
                read_in(store, log, settings=SETTINGS, **fields)
            except LogError as error:
                assert "rejected" in str(error)
    assert max(largest.values()) >= LINES
    assert {sql: rows for sql, rows in largest.items() if rows > MOST} == {}
