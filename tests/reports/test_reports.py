"""Each report over each of its cases: folders of hits, options and the rows that must come out."""

import csv
import io
import shlex
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from support.surface import geo_settings, log_line, run

from logstats import store
from logstats.store import statements

CASES = Path(__file__).parents[1] / "queries"
REPORTS = [statements.command_of(name) for name in statements.names("reports")]
FILES = ["expect.csv", "hits.csv", "params.toml"]
SETTINGS = '[[site]]\nname = "portal"\ntimezone = "Asia/Ho_Chi_Minh"\n'


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def masked(found: list[list[str]], expected: list[list[str]]) -> list[list[str]]:
    """Return rows with an ellipsis wherever one is expected."""
    masks = {(y, x) for y, row in enumerate(expected) for x, cell in enumerate(row) if cell == "…"}
    return [["…" if (y, x) in masks else cell for x, cell in enumerate(row)] for y, row in enumerate(found)]


def write_logs(hits: Path) -> list[str]:
    """Write the case's logs into this folder and return their names, in order."""
    logs = defaultdict[str, list[str]](list)
    with hits.open(encoding="utf-8", newline="") as file:
        for hit in csv.DictReader(file):
            logs[hit.get("log") or "access.log"].append(log_line(hit) + "\n")
    for name, lines in logs.items():
        Path(name).write_text("".join(lines), encoding="utf-8")
    return list(logs)


@pytest.mark.parametrize(
    "case", sorted(CASES.glob("*/*/")), ids=lambda case: f"{case.parent.name}/{case.name}"
)
def test_the_rows_are_the_expected_ones(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    params = tomllib.loads((case / "params.toml").read_text(encoding="utf-8"))
    Path("logstats.toml").write_text(params.get("settings", SETTINGS), encoding="utf-8")
    if "[geo]" in params.get("settings", ""):
        geo_settings(tmp_path)
    logs = write_logs(case / "hits.csv")
    if "now" in params:
        monkeypatch.setattr(store, "utc_now", lambda: params["now"])
    for typed in params.get("ingest", [shlex.join(logs)]):
        ran = run("--db", "store.duckdb", "--quiet", "ingest", *shlex.split(typed))
        assert (ran.code, ran.out, ran.err) == (0, "", "")
    ran = run("--db", "store.duckdb", case.parent.name, "--format", "csv", *shlex.split(params["options"]))
    assert (ran.code, ran.err) == (0, "")
    expected = rows((case / "expect.csv").read_text(encoding="utf-8"))
    assert masked(rows(ran.out), expected) == expected


@pytest.mark.parametrize("report", REPORTS)
def test_each_report_has_cases(report: str) -> None:
    cases = [case for case in (CASES / report).glob("*") if case.is_dir()]
    assert cases, f"write tests/queries/{report}/<case>/ with {', '.join(FILES)}"
    for case in cases:
        assert sorted(file.name for file in case.iterdir()) == FILES, case


def test_each_case_is_of_a_report() -> None:
    assert {folder.name for folder in CASES.iterdir() if folder.is_dir()} <= set(REPORTS)
