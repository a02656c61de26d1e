"""The sample logs give the promised figures, and give them because of their lines."""

import csv
import gzip
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.surface import (
    AT,
    CONFIG,
    LIVE,
    PORTAL,
    SAMPLES,
    SITE,
    archive_store,
    copied,
    ingest,
    month_store,
    run,
)

PROMISED = {"online": 23, "today": 274, "week": 3716, "month": 10911, "all_time": 1605233}
DAMAGED = 8  # lines of the portal's logs that are no hits
FORMATS = sorted((SAMPLES / "formats").glob("*.log"))

ONE = '198.51.100.231 - - [21/Nov/2026:09:50:00 +0700] "GET /index.html HTTP/2.0" 200'  # its only page view
MOVES = {
    # what is done to one line: (the old text, the new text, the change of each figure)
    "out of the window": (ONE, ONE.replace("09:50:00", "09:49:59"), {"online": -1}),
    "to yesterday": (ONE, ONE.replace("21/Nov", "20/Nov"), {"online": -1, "today": -1}),
    "to last week": (ONE, ONE.replace("21/Nov", "13/Nov"), {"online": -1, "today": -1, "week": -1}),
    "to before the baseline": (ONE, ONE.replace("21/Nov", "31/Oct"), dict.fromkeys(PROMISED, -1)),
    "not found": (ONE, ONE.replace(" 200", " 404"), dict.fromkeys(PROMISED, -1)),
    "not read": (ONE, ONE.replace("GET", "HEAD"), dict.fromkeys(PROMISED, -1)),
    "an asset": (ONE, ONE.replace(".html", ".css"), dict.fromkeys(PROMISED, -1)),
    "the office": (ONE, ONE.replace("198.51.100.231", "203.0.113.31"), dict.fromkeys(PROMISED, -1)),
    "not the office": (ONE, ONE.replace("198.51.100.231", "203.0.113.32"), {}),
    "into the window": (
        '198.51.100.232 - - [21/Nov/2026:09:49:59 +0700] "GET /cai-cach',
        '198.51.100.232 - - [21/Nov/2026:09:50:00 +0700] "GET /cai-cach',
        {"online": 1},
    ),
    "from later to now": (
        '198.51.100.234 - - [21/Nov/2026:10:00:01 +0700] "GET /giao-duc',
        '198.51.100.234 - - [21/Nov/2026:10:00:00 +0700] "GET /giao-duc',
        dict.fromkeys(PROMISED, 1),
    ),
    "from yesterday to today": (
        '198.51.100.213 - - [20/Nov/2026:23:59:59 +0700] "GET / ',
        '198.51.100.213 - - [21/Nov/2026:00:00:00 +0700] "GET / ',
        {"today": 1},
    ),
    "a second nearer, so that two visits are one": (
        '198.51.100.204 - - [21/Nov/2026:06:40:09 +0700] "GET / ',
        '198.51.100.204 - - [21/Nov/2026:06:40:10 +0700] "GET / ',
        {"today": -1, "week": -1, "month": -1, "all_time": -1},
    ),
}


def figures(store: Path) -> dict[str, int]:
    """The five figures of the portal at AT."""
    ran = run("--db", store, "counters", "--at", AT, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    (row,) = json.loads(ran.out)
    assert row["site"] == SITE
    return {name: row[name] for name in PROMISED}


def content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp()


def test_the_month_gives_the_promised_figures(base: Path) -> None:
    assert figures(month_store(base)) == PROMISED


def test_the_settings_say_the_instant_too(base: Path) -> None:
    ran = run("--db", month_store(base), "--config", CONFIG, "counters", "--format", "text")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "Thống kê truy cập\n• Đang online: 23\n• Hôm nay: 274\n• Trong tuần: 3,716\n• Tất cả: 1,605,233\n"
    )


@pytest.mark.parametrize("move", MOVES)
def test_moving_one_line_moves_the_figures_it_must_and_no_other(
    move: str, base: Path, tmp_path: Path
) -> None:
    old, new, changes = MOVES[move]
    logs = {name: (PORTAL / name).read_text(encoding="latin-1") for name in LIVE}
    assert sum(log.count(old) for log in logs.values()) == 1
    for name, log in logs.items():
        (tmp_path / name).write_text(log.replace(old, new), encoding="latin-1", newline="")
    store = copied(archive_store(base), tmp_path / "store.duckdb")
    ingest(store, *(tmp_path / name for name in LIVE))
    expected = {name: figure + changes.get(name, 0) for name, figure in PROMISED.items()}
    assert figures(store) == expected


def test_every_line_is_a_hit_or_a_reject(base: Path) -> None:
    ran = run("--db", month_store(base), "sources", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    logs = {str(log): content(log) for log in PORTAL.glob("access.log*")}
    counts = {row["path"]: (int(row["lines"]), int(row["bytes"]), row["complete"]) for row in rows}
    assert counts == {path: (log.count(b"\n"), len(log), "true") for path, log in logs.items()}
    assert sum(int(row["rejects"]) for row in rows) == DAMAGED
    assert all(int(row["hits"]) + int(row["rejects"]) == int(row["lines"]) for row in rows)
    assert {row["format"] for row in rows} == {"combined"}
    listed = run("--db", month_store(base), "rejects", "--by", "line", "--limit", "1000", "-f", "jsonl").out
    assert listed.count("\n") == DAMAGED


def test_the_demo_shows_the_box_and_ten_articles(tmp_path: Path) -> None:
    ran = run("demo", "--keep", tmp_path / "demo.duckdb")
    assert ran.code == 0
    box, _, table = ran.out.strip().partition("\n\n")
    assert box.splitlines()[1:] == [
        "• Đang online: 23", "• Hôm nay: 274", "• Trong tuần: 3,716", "• Tất cả: 1,605,233",
    ]  # fmt: skip
    assert len(table.splitlines()) == 2 + 10
    assert "Lễ hội xuống đồng xã Y Tý năm 2026" in table
    assert str(tmp_path / "demo.duckdb") in ran.err


def test_each_article_has_a_title() -> None:
    with (SAMPLES / "titles.csv").open(encoding="utf-8", newline="") as file:
        titles = dict(csv.reader(file))
    source = (SAMPLES / "generate.py").read_text(encoding="utf-8")
    slugs = set(re.findall(r'^        \(-?\d+, "([a-z0-9-]+-\d{6})"\),$', source, re.MULTILINE))
    articles = {url.rpartition("/")[2] for url in titles if re.search(r"-\d{6}$", url)}
    assert len(slugs) == 120
    assert articles == slugs
    assert all(title.strip() == title != "" for title in titles.values())


@pytest.mark.parametrize("log", FORMATS, ids=lambda log: str(log.stem))
def test_a_format_is_recognized_by_its_lines(log: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    copy = tmp_path / "some.log"  # whose name does not help
    copy.write_bytes(log.read_bytes())
    assert run("--db", store, "ingest", copy).code == 0
    (row,) = json.loads(run("--db", store, "sources", "-f", "json").out)
    assert (row["format"], row["hits"], row["rejects"]) == (log.stem, 26, 1)


def test_a_log_of_several_hosts_is_several_sites(tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    assert run("--db", store, "ingest", SAMPLES / "formats" / "vhost_combined.log").code == 0
    rows = json.loads(run("--db", store, "counters", "--at", "last", "-f", "json").out)
    assert [row["site"] for row in rows] == [SITE, "yty.example"]


def test_the_generator_writes_the_same_files(tmp_path: Path) -> None:
    """Compared as they were before packing, for another zlib packs otherwise."""
    subprocess.run(
        [sys.executable, SAMPLES / "generate.py", "--out", tmp_path], check=True, stdout=subprocess.DEVNULL
    )
    for folder in ("portal", "formats"):
        written = {path.name: content(path) for path in (tmp_path / folder).iterdir()}
        kept = {path.name: content(path) for path in (SAMPLES / folder).iterdir()}
        assert sorted(written) == sorted(kept)
        assert [name for name in kept if kept[name] != written[name]] == []
