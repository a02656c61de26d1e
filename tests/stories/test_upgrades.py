"""A store that an earlier program wrote is opened, migrated and gone on with, and no figure moves.

stories/golden has one portal for each schema that a release or a stage had, with the script that made it.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from support.golden import SCHEMAS, figures, unpacked
from support.surface import Ran, run

from logstats.store import Session, newest_version
from stories.golden.make import FIGURES, lines, query_command


@pytest.fixture(params=SCHEMAS)
def schema(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def logstats(config: Path, *arguments: str | Path) -> Ran:
    ran = run("--config", config, *arguments)
    assert ran.code == 0, (arguments, ran)
    return ran


def all_figures(config: Path) -> dict[str, object]:
    return {name: json.loads(logstats(config, *query_command(name)).out) for name in FIGURES}


def test_a_golden_store_is_migrated_by_update_and_keeps_its_figures(schema: str, tmp_path: Path) -> None:
    config = unpacked(schema, tmp_path / "portal")
    ran = logstats(config, "-v", "update")
    assert "0 lines" in ran.err or "nothing new" in ran.err, ran.err
    assert all_figures(config) == figures(schema)
    logstats(config, "verify")


def test_a_golden_store_is_migrated_by_repair_after_a_power_cut_too(schema: str, tmp_path: Path) -> None:
    config = unpacked(schema, tmp_path / "portal")
    logstats(config, "repair")
    assert all_figures(config) == figures(schema)


def sources_of(config: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(logstats(config, *query_command("sources")).out)
    return rows


def test_a_golden_store_goes_on_from_its_positions(schema: str, tmp_path: Path) -> None:
    config = unpacked(schema, tmp_path / "portal")
    with (config.parent / "logs" / "tin.log").open("ab") as log:
        log.write(b"".join(lines(30, 7, "2026-11-22", 1)))
    logstats(config, "update")
    was, now = (
        sum(row["lines"] for row in rows) for rows in (figures(schema)["sources"], sources_of(config))
    )
    assert now == was + 30
    logstats(config, "verify")


UNDONE = (7, 6, 4, 3, 2)  # the newest first; hits of 1 are pruned, and a site of 5 has got another name


def test_the_ingests_of_a_golden_store_can_be_undone_and_read_again(schema: str, tmp_path: Path) -> None:
    config = unpacked(schema, tmp_path / "portal")
    logstats(config, "update")
    for ingest in UNDONE:
        logstats(config, "undo", str(ingest))
    logstats(config, "verify")
    logstats(config, "update")
    logstats(config, "verify")
    kept = ("days", "visits", "hits")
    now = all_figures(config)
    assert {name: now[name] for name in kept} == {name: figures(schema)[name] for name in kept}


def test_a_golden_store_is_rebuilt_to_the_same_figures(schema: str, tmp_path: Path) -> None:
    config = unpacked(schema, tmp_path / "portal")
    logstats(config, "update")
    logstats(config, "rebuild")
    now = all_figures(config)
    assert {name: now[name] for name in ("days", "visits")} == {
        name: figures(schema)[name] for name in ("days", "visits")
    }


def test_the_titles_of_a_former_site_are_migrated(tmp_path: Path) -> None:
    config = unpacked(SCHEMAS[-1], tmp_path / "portal")
    logstats(config, "update")
    expected = {"title": "Lễ hội ở bản", "published": None}
    with Session() as session, session.reading(config.parent / "store.duckdb", 10):
        former = session.execute("SELECT unnest(titles, recursive := true) FROM store.former_site").records()
    assert [{key: title[key] for key in expected} for title in former] == [expected]
    for site, *undone in (("xa.example",), ("la.example", "rename", "--undo", "la.example", "xa.example")):
        if undone:
            logstats(config, *undone)
        query = f"SELECT title, published FROM articles JOIN sites USING (site_id) WHERE site = '{site}'"
        rows = json.loads(logstats(config, "sql", "--timezone", "UTC", "-f", "json", query).out)
        assert [row for row in rows if row["title"]] == [expected]


def test_there_is_a_golden_store_of_the_schema_before() -> None:
    """Who adds a schema keeps a store of the one before: see stories/golden/make.py."""
    kept = {int(name.partition("_")[2]) for name in SCHEMAS}
    assert kept & {newest_version(), newest_version() - 1}
