"""`status`: what it finds, its limits and exit codes, and the metrics for Prometheus."""

import fcntl
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from support.surface import Ran, run

from logstats.render.prometheus import Metric, text
from logstats.store import runs
from logstats.store.runs import Finished

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SETTINGS = """
database = "store.duckdb"
[[site]]
name = "portal.example"
timezone = "UTC"
logs = ["logs"]
[[site.counter]]
file = "box.json"
"""
STORE = Path("store.duckdb")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal with three lines of two hours ago, which were read, in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("logs").mkdir()
    Path("logstats.toml").write_text(SETTINGS, encoding="utf-8")
    append(3)
    assert run("update") == Ran(0, b"", "")
    return tmp_path


def append(count: int, text: str = "") -> None:
    at = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(time.time() - 7200))
    line = f'203.0.113.9 - - [{at}] "GET /a HTTP/1.1" 200 100 "-" "{AGENT}"\n'
    with Path("logs/access.log").open("a", encoding="utf-8") as log:
        log.write((text or line) * count)


def status(*options: str) -> tuple[Ran, dict[tuple[str, str], Any]]:
    """Return the run, and the value of each fact by what it is and of what."""
    ran = run("status", "-f", "json", *options)
    return ran, {(row["what"], row["of"]): row["value"] for row in json.loads(ran.out)}


def last_run(**changes: Any) -> None:
    """Change the note of the last update."""
    run_ = runs.last(STORE)
    assert run_
    runs.note(STORE, run_._replace(**changes))


def test_all_is_well_after_an_update() -> None:
    ran, values = status()
    assert (ran.code, ran.err) == (0, "")
    assert values["last_update_exit_code", ""] == 0
    assert values["last_update_lines", ""] == 3
    assert 0 <= values["last_update_age", ""] < 60
    assert 7200 <= values["newest_line_age", "portal.example"] < 7300
    assert (values["waiting", ""], values["stale_counter_files", ""], values["store_readable", ""]) == (
        0,
        0,
        1,
    )
    assert values["store_size", ""] == STORE.stat().st_size


def test_an_update_with_nothing_new_is_a_finished_one() -> None:
    last_run(finished=time.time() - 3600)
    assert status()[0].code == 1
    assert run("update") == Ran(0, b"", "")
    ran, values = status()
    assert (ran.code, values["last_update_lines", ""]) == (0, 0)


WRONG = [
    # what is done (a line of Python), options, the fact with a problem (None: none), words of it
    ("last_run(finished=time.time() - 1000)", "", "last_update_age", "ended 16.7 min ago, over 15 min"),
    ("last_run(finished=time.time() - 1000)", "--max-age 1h", None, ""),
    ("last_run(finished=time.time() - 9e9)", "--max-age none", None, ""),
    ("Path('store.duckdb.update').write_text('')", "", "last_update_age", "no update has finished here yet"),
    ("Path('store.duckdb.update').write_text('{\"a\": 1}')", "", "last_update_age", "no update has finished"),
    ("last_run(exit_code=3)", "", "last_update_exit_code", "exit code 3"),
    ("last_run(kept=('box.json',))", "", "stale_counter_files", "box.json"),
    ("", "--max-silence 3h", None, ""),
    ("", "--max-silence 1h", "newest_line_age of portal.example", "over 1 h"),
    ("append(5)", "", None, ""),
    ("append(5)", "--max-waiting 100", "waiting", "over 100: "),
    ("append(5)", "--max-waiting 9999", None, ""),
    ("last_run(lines=100, rejects=11)", "--max-rejects 10", "last_update_rejects", "11.0 %"),
    ("last_run(lines=100, rejects=10)", "--max-rejects 10", None, ""),
    ("last_run(lines=19, rejects=19)", "--max-rejects 10", None, ""),
    ("last_run(lines=100, rejects=99)", "", None, ""),
    ("append(30, 'no line\\n'); run('update')", "", "refused of portal.example", "most of the last lines"),
    ("Path('store.duckdb').write_bytes(b'x' * 9999)", "", "store_readable", "is not a store, or is damaged"),
    ("Path('store.duckdb').unlink()", "", "store_readable", "no such store"),
]


@pytest.mark.parametrize(("change", "options", "fact", "words"), WRONG)
def test_the_exit_code_is_1_where_something_is_wrong(
    change: str, options: str, fact: str | None, words: str
) -> None:
    exec(change)
    ran, values = status(*options.split())
    assert ran.code == (0 if fact is None else 1), ran.err
    if fact is None:
        assert ran.err == ""
    else:
        assert any(line.startswith(f"logstats: {fact}: ") and words in line for line in ran.err.splitlines())
    metrics = run("status", "-f", "prom", *options.split())
    assert metrics.code == ran.code
    assert f"\nlogstats_problems {ran.err.count('logstats: ')}\n" in metrics.out
    assert values


def test_an_update_that_fails_is_noted_as_one() -> None:
    Path("logs/access.log").rename("logs/second.log")
    Path("logs/access.log.1").write_text("no line of a log\n" * 30)
    append(1)
    code = run("update").code
    ran, values = status()
    assert (ran.code, values["last_update_exit_code", ""]) == (1, code)
    assert code == 3
    assert values["stale_counter_files", ""] == 1
    assert values["files_not_read", "refused"] == 1


def test_an_update_that_hangs_is_noticed() -> None:
    """Its lock is held, so cron's next runs end at once with exit code 0, and note nothing."""
    with Path("store.duckdb.update").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last_run(finished=time.time() - 1000)
        append(1)
        assert run("update").code == 0
        ran, values = status()
        assert (ran.code, ("running", "update") in values) == (1, True)
        assert "last_update_age: the last update ended" in ran.err
        assert values["waiting", ""] > 0


def test_where_there_are_no_settings_no_update_is_expected() -> None:
    assert run("--db", "other.duckdb", "ingest", "--site", "a", "logs").code == 0
    Path("logstats.toml").unlink()
    ran = run("--db", "other.duckdb", "status")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("span", ["15", "soon", "", "15 minutes", "0m"])
def test_a_span_that_is_none_is_refused(span: str) -> None:
    ran = run("status", "--max-age", span)
    assert (ran.code, ran.out) == (2, "")
    assert "--max-age: " in ran.err


def test_nothing_is_written() -> None:
    before = {path: path.stat().st_mtime_ns for path in [Path(), *Path().rglob("*")]}
    run("status")
    assert {path: path.stat().st_mtime_ns for path in [Path(), *Path().rglob("*")]} == before


SAMPLE = re.compile(
    r"logstats_[a-z_]+(?:\{[a-z_]+=\"(?:[^\"\\\n]|\\\\|\\\"|\\n)*\"\})? "
    r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?"
)


def test_the_metrics_are_in_the_format_of_prometheus() -> None:
    name = 'a "b" \\ c'
    assert run("--config", "/dev/null", "--db", STORE, "ingest", "--site", name, "logs").code in (0, 1)
    metrics = run("status", "-f", "prom").out
    assert metrics.endswith("\n")
    shown: list[str] = []
    for line in metrics.splitlines():
        if line.startswith("# HELP "):
            shown.append(line.split()[2])
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {shown[-1]} gauge", "HELP, TYPE and samples of a metric stand together"
        else:
            assert SAMPLE.fullmatch(line), line
            assert re.split(r"[{ ]", line)[0] == shown[-1]
    assert len(shown) == len(set(shown))
    assert all(re.search("(_seconds|_bytes)$", name) for name in shown if re.search("time|size|free", name))
    instant = re.search(r"^logstats_last_update_timestamp_seconds (\S+)$", metrics, re.MULTILINE)
    assert instant
    assert abs(float(instant[1]) - time.time()) < 60


def test_a_label_is_escaped() -> None:
    metric = Metric(
        "size_bytes", "One\nmore \\ line.", (({"site": 'a "b" \\ c\nd'}, 1.5), ({"site": "é"}, 2))
    )
    assert text([metric, Metric("none", "Left out.", ())]) == (
        "# HELP logstats_size_bytes One\\nmore \\\\ line.\n"
        "# TYPE logstats_size_bytes gauge\n"
        'logstats_size_bytes{site="a \\"b\\" \\\\ c\\nd"} 1.5\n'
        'logstats_size_bytes{site="é"} 2\n'
    )


def test_the_note_of_a_run_is_short_and_read_back(tmp_path: Path) -> None:
    kept = tuple(f"/var/www/html/box-{number}.json" for number in range(99))
    runs.note(STORE, Finished(1.5, 2.5, 1, 10, 2, kept))
    noted = runs.last(STORE)
    assert noted == Finished(1.5, 2.5, 1, 10, 2, kept[: runs.MOST_FILES])
    runs.note(STORE, Finished(1.5, 2.5, 1, 10, 2, ("/x" * 1500, "/y" * 1500)))
    noted = runs.last(STORE)
    assert noted
    assert noted.kept == ("/x" * 1500,)
    runs.note(STORE, Finished(3.0, 4.0, 0))
    assert runs.last(STORE) == Finished(3.0, 4.0, 0)


def test_no_link_at_the_name_of_the_note_is_followed(tmp_path: Path) -> None:
    note = Path("store.duckdb.update")
    note.unlink()
    Path("precious").write_text("mine")
    note.symlink_to("precious")
    runs.note(STORE, Finished(1.0, 2.0, 0))
    assert Path("precious").read_text() == "mine"
    assert runs.last(STORE) is None
    assert runs.running(STORE) == []
