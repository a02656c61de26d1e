"""Each report gives the same rows whatever the order in which the logs were read."""

import itertools
import shlex
from pathlib import Path

import pytest
from support.surface import options_for, run

from logstats.store import statements

AT = "2026-11-21T10:00:30+07:00"
TIME = "21/Nov/2026:10:00:00 +0700"
OPTIONS = {
    "articles": "--detail",
    "exits": "--at 2026-11-21T11:00:00+07:00",
    "referrers": "--by address",
    "visits": "--by all --with-bots",
    "weekdays": "--at 2026-11-25",
}
# explain takes a figure's name, suspects needs a visitor of many hits, gaps a day without a gap, and slow
# lines that say how long they took; the others show how the logs were read
LEFT_OUT = {"explain", "gaps", "ingests", "rejects", "slow", "sources", "suspects"}
REPORTS = sorted({statements.command_of(name) for name in statements.names("reports")} - LEFT_OUT)
LOGS = {
    # every hit in one second: only the addresses tell them apart
    "first.log": ["/b/2.html", "/c/3.html", "/find?q=b", "/missing/a-b-c"],
    "second.log": ["/a/1.html", "/d/4.html", "/find?q=a", "/missing/a-b-d"],
}
CLIENTS = ["192.0.2.1", "192.0.2.2"]
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "Googlebot/2.1 (+http://www.google.com/bot.html)"]


def status(url: str) -> int:
    return 404 if "missing" in url else 200


def store_of(folder: Path, logs: tuple[str, ...]) -> Path:
    store = folder / f"{'-'.join(logs)}.duckdb"
    for name in logs:
        hits = itertools.product(LOGS[name], CLIENTS, AGENTS)
        lines = [
            f'{client} - - [{TIME}] "GET {url} HTTP/1.1" {status(url)} 5 "https://{name}/" "{agent}"\n'
            for url, client, agent in hits
        ]
        (folder / name).write_text("".join(lines), encoding="utf-8")
        ran = run(
            "--db", store, "ingest", "--site", "portal", "--timezone", "Asia/Ho_Chi_Minh", folder / name
        )
        assert ran.code == 0, ran.err
    return store


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("order")
    return [store_of(folder, logs) for logs in itertools.permutations(LOGS)]


@pytest.mark.parametrize("report", REPORTS)
def test_the_rows_do_not_depend_on_the_order_of_the_logs(stores: list[Path], report: str) -> None:
    options = shlex.split(OPTIONS.get(report, ""))
    config = options_for(report, stores[0].parent)
    shown = [run("--db", store, *config, report, "--at", AT, *options, "-f", "tsv") for store in stores]
    assert shown[0].code == 0, shown[0].err
    assert shown[0].out.count("\n") > 1, "a report without rows shows nothing"
    assert shown[0].out == shown[1].out
