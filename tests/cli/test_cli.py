"""The command line's contract: exit codes, stdout, stderr, terminals and pipes."""

import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from unittest.mock import patch

import click
import duckdb
import pytest
from support.surface import (
    AGENTS,
    AT,
    CONFIG,
    PORTAL,
    PROGRAM,
    SAMPLES,
    SITE,
    Ran,
    assert_in_words,
    copied,
    log_line,
    month_store,
    on_terminal,
    process,
    process_env,
    run,
)

from logstats import cli, errors, native
from logstats.cli import main

FORMATS = SAMPLES / "formats"
COMMON = FORMATS / "common.log"
NOTE = r"[^\n]*: the format common has no user agent, [^\n]*\n"
SUMMARY = r"27 lines, 26 hits, 1 reject \(see `logstats rejects`\), \d+ bots, \d+ page views, \d+\.\d s\n"
NOTHING = "nothing new\n"
CONTEXT = click.Context(main.logstats)
COMMANDS = {name: main.logstats.get_command(CONTEXT, name) for name in main.logstats.list_commands(CONTEXT)}


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month_store(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def leftovers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with files that are no logs, no stores and no settings."""
    folder = tmp_path_factory.mktemp("leftovers")
    (folder / "junk.log").write_text("not a line\nof any log\n", encoding="utf-8")
    (folder / "empty").mkdir()
    (folder / "text.duckdb").write_text("no database", encoding="utf-8")
    (folder / "zero.duckdb").touch()
    (folder / "binary.sql").write_bytes(b"\xff\xfe")
    (folder / "bad.toml").write_text("at =", encoding="utf-8")
    with duckdb.connect(str(folder / "other.duckdb")) as other:
        other.execute("CREATE TABLE guest (name VARCHAR)")
    return folder


@pytest.fixture(autouse=True)
def scratch(leftovers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of one's own."""
    shutil.copytree(leftovers, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)


def assert_refused(ran: Ran, code: int, message: str) -> None:
    """Nothing on stdout; on stderr what is wrong, in words."""
    assert_in_words(ran.err)
    assert message in ran.err
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(("logstats: ", "Usage: logstats [OPTIONS] COMMAND"))
    assert ran.err.endswith("\n")


# --- What comes out ----------------------------------------------------------------------------

KEYS = [
    # a question, and the keys of its records: the contract for programs
    (
        "counters",
        "site at online online_window_s today week month all_time logged_until stale",
    ),
    ("visits", "site day visits visitors page_views"),
    ("visits --by day", "site day visits visitors page_views"),
    ("visits --by week", "site week visits visitors page_views"),
    ("visits --by month", "site month visits visitors page_views"),
    ("visits --by all", "site visits visitors page_views"),
    ("articles", "site article title views readings visitors change"),
    (
        "articles --detail",
        "site article title views readings visitors change visits entries exits views_per_visit",
    ),
    ("articles --by section --rising --since 1d", "site section title views readings visitors change"),
    ("online", "site article title online"),
    (
        "sources",
        "id path site format lines hits rejects bytes complete host last_read state unread repeated note",
    ),
    ("ingests", "id source path site started lines hits rejects pruned repeated"),
    ("rejects", "reason lines source path line text"),
    ("report articles", "site article title views readings visitors change"),
    ("sql 'SELECT 1 AS one, 2 AS two'", "one two"),
]


@pytest.mark.parametrize(("command", "keys"), KEYS)
def test_json_is_a_list_of_records_with_just_these_keys(command: str, keys: str, month: Path) -> None:
    ran = run("--db", month, *shlex.split(command), "--at", AT, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    records = json.loads(ran.out)
    assert records
    assert {tuple(record) for record in records} == {tuple(keys.split())}


@pytest.mark.parametrize(("command", "keys"), KEYS)
def test_into_a_pipe_it_is_tsv_with_a_header(command: str, keys: str, month: Path) -> None:
    ran = run("--db", month, *shlex.split(command), "--at", AT)
    assert (ran.code, ran.err) == (0, "")
    header, *rows = ran.out.removesuffix("\n").split("\n")
    assert header.split("\t") == keys.split()
    assert rows
    assert {row.count("\t") for row in rows} == {header.count("\t")}


def test_at_now_is_now(month: Path) -> None:
    """The sample's days are not this one: what the test's own clock says must come out."""
    for now in ([], ["--at", "now"]):
        (record,) = json.loads(run("--db", month, "counters", *now, "-f", "json").out)
        assert record["stale"] is True
        assert record["all_time"] == 1605240


def test_a_report_takes_the_instant_from_the_settings(month: Path) -> None:
    command = ("visits", "--by", "all")
    typed = run("--db", month, *command, "--at", AT)
    assert run("--db", month, "--config", CONFIG, *command) == typed
    assert run("--db", month, "--config", CONFIG, *command, "--at", "last") != typed


def test_times_are_read_and_shown_in_the_zone_of_the_option(month: Path) -> None:
    command = ("counters", "--at", "2026-11-21T03:00", "--timezone", "UTC", "-f", "json")
    (record,) = json.loads(run("--db", month, *command).out)
    assert record["today"] == 274
    assert record["at"] == "2026-11-21T03:00:00+00:00"


def test_parquet_into_a_pipe(month: Path) -> None:
    ran = run("--db", month, "visits", "--at", AT, "-f", "parquet")
    assert (ran.code, ran.err, ran.data[:4], ran.data[-4:]) == (0, "", b"PAR1", b"PAR1")


# --- What is refused ---------------------------------------------------------------------------

REFUSED = [
    # a line, the exit code, what is said of it; {db} is the month's store
    ("", 2, "Look:"),
    ("nosuch", 2, "no such command 'nosuch'"),
    ("--nosuch", 2, "no such option"),
    ("--db {db} counters --nosuch", 2, "no such option"),
    ("--db {db} counters extra", 2, "extra"),
    ("--db {db} --wait -1 counters", 2, "--wait"),
    ("--db {db} --wait soon counters", 2, "--wait"),
    ("--db {db} --config nowhere.toml counters", 2, "nowhere.toml: can't be read: No such file or directory"),
    ("--db {db} --config bad.toml counters", 2, "bad.toml: line 1: is not valid TOML"),
    ("--db {db} counters --site nowhere", 2, f"no site 'nowhere' in the store; there are: {SITE}"),
    ("--db {db} counters --site ''", 2, "no site '' in the store"),
    ("--db {db} visits --site nowhere", 2, f"no site 'nowhere' in the store; there are: {SITE}"),
    ("--db {db} counters --at soon", 2, "'soon' is not a date or time; use a date (2026-11-23)"),
    ("--db {db} counters --at 2026-02-30", 2, "'2026-02-30' is not a date or time"),
    ("--db {db} articles --since soon", 2, "'soon' is not a date or time"),
    ("--db {db} articles --until 24:00", 2, "'24:00' is not a date or time"),
    (
        "--db {db} visits --since 2026-11-21 --until 2026-11-20",
        2,
        "from --since 2026-11-21 to --until 2026-11-20 is empty",
    ),
    (
        "--db {db} articles --until 2025-01-31",
        2,
        "--since 30d (the default) to --until 2025-01-31 is empty",
    ),
    ("--db {db} counters --timezone Mars/Olympus", 2, "no time zone 'Mars/Olympus'; use a name like Asia/"),
    ("--db {db} articles --format xml", 2, "'xml' is not one of"),
    ("--db {db} counters --format xml", 2, "'xml' is not one of"),
    ("--db {db} counters --lang fr", 2, "'fr' is not one of"),
    ("--db {db} articles --limit -1", 2, "--limit: -1 is not a whole number from 0 on"),
    ("--db {db} articles --limit many", 2, "'many' is not a whole number from 0 on"),
    ("--db {db} visits --by year", 2, "'year' is not one of day, week, month, all"),
    ("--db {db} report nosuch", 2, "no report 'nosuch'; there are: answers, article-days, "),
    ("--db {db} report nosuch.sql", 2, "nosuch.sql: no such file"),
    ("--db {db} report", 2, "missing argument 'NAME'"),
    ("--db {db} report articles --nosuch", 2, "no such option"),
    ("--db {db} sql 'SELEC 1'", 2, 'syntax error at or near "SELEC"'),
    ("--db {db} sql 'SELECT * FROM nowhere'", 2, "nowhere"),
    ("--db {db} sql 'SELECT $nowhere'", 2, "nowhere"),
    ("--db {db} sql", 2, "missing argument 'STATEMENT'"),
    ("--db {db} baseline nowhere 5", 2, f"no site 'nowhere' in the store; there are: {SITE}"),
    ("--db {db} baseline x many", 2, "'many' is not a whole number from 0 to"),
    ("--db {db} baseline x 5 --on yesterday", 2, "'yesterday' is not a date"),
    ("--db new.duckdb ingest", 2, "missing argument 'LOG...'"),
    ("--db new.duckdb ingest nowhere.log", 2, "nowhere.log: no such log; give a file, a folder, a pattern"),
    ("--db new.duckdb ingest nowhere*.log", 2, "nowhere*.log: no such log"),
    ("--db new.duckdb ingest empty", 2, "empty: this folder is empty"),
    ("--db new.duckdb ingest {common} --timezone Mars/Olympus", 2, "no time zone 'Mars/Olympus'"),
    ("--db new.duckdb ingest {common} --log-format %q", 2, "the log format '%q'"),
    ("--db new.duckdb ingest junk.log", 3, "junk.log: unknown log format"),
    ("--db new.duckdb ingest --log-format combined junk.log", 3, "junk.log"),
    ("--db nowhere.duckdb counters", 4, "nowhere.duckdb: no such store; `logstats ingest LOG` creates it"),
    ("--db nowhere.duckdb visits", 4, "nowhere.duckdb: no such store"),
    ("--db nowhere.duckdb sql 'SELECT 1'", 4, "nowhere.duckdb: no such store"),
    ("--db nowhere.duckdb verify", 4, "nowhere.duckdb: no such store"),
    ("--db nowhere.duckdb rebuild", 4, "nowhere.duckdb: no such store"),
    ("--db nowhere.duckdb baseline x 5", 4, "nowhere.duckdb: no such store"),
    ("--db text.duckdb counters", 4, "text.duckdb: is not a store, or is damaged ("),
    ("--db text.duckdb ingest {common}", 4, "text.duckdb: is not a store, or is damaged ("),
    ("--db zero.duckdb counters", 4, "zero.duckdb: is an empty file, not a store; remove it"),
    ("--db empty counters", 4, "empty: is not a regular file, so it can't be a store"),
    ("--db empty ingest {common}", 4, "empty: is not a regular file, so it can't be a store"),
    ("--db /proc/no/such.duckdb ingest {common}", 4, "/proc/no/such.duckdb: can't be made: "),
    ("--db other.duckdb counters", 4, "other.duckdb: is a DuckDB file, but not a logstats store"),
    ("--db other.duckdb ingest {common}", 4, "other.duckdb: is a DuckDB file, but not a logstats store"),
]


@pytest.mark.parametrize(("line", "code", "message"), REFUSED, ids=[line for line, *_ in REFUSED])
def test_what_is_refused(line: str, code: int, message: str, month: Path) -> None:
    assert_refused(run(*shlex.split(line.format(db=month, common=COMMON))), code, message)


def test_what_is_refused_makes_nothing(month: Path) -> None:
    """No store, and no lock file of one, is created by a command that is refused."""
    before = sorted(Path().iterdir())
    for line in ("counters", "visits", "verify", "baseline x 5", "rebuild"):
        run("--db", "nowhere.duckdb", *shlex.split(line))
    assert sorted(Path().iterdir()) == before


HOSTILE = [
    # nobody writes this on purpose; whatever comes of it, it is a sentence
    "--db {db} sql ' '",
    "--db {db} sql 'SELECT 1;'",
    "--db {db} sql 'SELECT 1; SELECT 2'",
    "--db {db} sql '/* nothing */'",
    "--db {db} sql 'DETACH store'",
    "--db {db} sql 'COMMIT'",
    "--db {db} sql 'ROLLBACK'",
    "--db {db} sql 'USE store'",
    "--db {db} sql \"SELECT '$at'\"",
    "--db {db} sql \"SELECT TIMESTAMPTZ '2026-11-21 00:00:00+00' AS at\"",
    "--db {db} sql 'SELECT logged_at AT TIME ZONE $zone FROM hits'",
    "--db {db} sql 'SELECT 1 AS a, 2 AS a' -f json",
    "--db {db} sql 'SELECT [1, 2] AS a, MAP {{1: 2}} AS b, INTERVAL 1 DAY AS c' -f json",
    "--db {db} sql 'SELECT [1, 2] AS a, MAP {{1: 2}} AS b, INTERVAL 1 DAY AS c' -f parquet",
    '--db {db} sql \'SELECT 1 AS "a""b"\' -f parquet',
    "--db {db} sql 'SELECT repeat(chr(97), 1000000) AS a' -f table",
    "--db {db} articles --since 99999999999d",
    "--db {db} articles --since 99999999999999999999m",
    "--db {db} articles --since 0001-01-01",
    "--db {db} articles --since 0001-01-01 --detail --rising",
    "--db {db} articles --until 9999-12-31",
    "--db {db} articles --limit 99999999999999999999",
    "--db {db} articles --limit 0",
    "--db {db} counters --at 0001-01-01",
    "--db {db} counters --at 9999-12-31T23:59:59",
    "--db {db} counters --at 0001-01-01T00:00Z",
    "--db {db} visits --at 0001-01-01",
    "--db {db} counters --timezone ../../../etc/passwd",
    "--db {db} counters -f parquet --output box",
    "--db {db} counters --output empty",
    "--db {db} report empty",
    "--db {db} report .sql",
    "--db {db} report /dev/null",
    "--db {db} report binary.sql",
    "--db {copy} baseline {site} 99999999999999999999",
    "--db {copy} baseline {site} 5 --on 0001-01-01",
    "--db {copy} baseline {site} 5 --on 9999-12-31",
    "--db {copy} rebuild",
    "--db new.duckdb ingest {common} --log-format ''",
    "--db new.duckdb ingest {common} --log-format bogus",
    "--db new.duckdb ingest {common} --log-format %",
    "--db new.duckdb ingest {common} --log-format %h",
    "--db new.duckdb ingest {common} --log-format '%h %t \"%r %>s'",
    "--db new.duckdb ingest {common} --log-format '%h%t%r%>s'",
    "--db new.duckdb ingest {common} --site ''",
    "--db new.duckdb ingest {common} --timezone ''",
    "--db new.duckdb ingest ''",
    "--db new.duckdb ingest /dev/null",
    "--db new.duckdb ingest zero.duckdb",
    "--db new.duckdb ingest other.duckdb",
    "--db new.duckdb ingest 'a[b'",
    "--db new.duckdb ingest '**/**/*.log'",
    "--db new.duckdb ingest ~nobody-of-that-name/access.log",
    "--db '' counters",
    "--config '' counters",
    "--config empty counters",
    "demo --keep empty",
    "demo --keep /proc/no/such.duckdb",
]


@pytest.mark.parametrize("line", HOSTILE)
def test_there_is_no_traceback_ever(line: str, month: Path) -> None:
    places = {"db": month, "common": COMMON, "site": SITE, "copy": "copy.duckdb"}
    if "{copy}" in line:
        copied(month, Path("copy.duckdb"))
    ran = run(*shlex.split(line.format(**places)))
    assert_in_words(ran.err)
    assert ran.code in (0, 1, 2, 3, 4)
    assert ran.code == 0 or ran.err


def test_a_name_that_is_no_text_is_no_traceback() -> None:
    name = os.fsdecode(b"access-\xff.log")
    shutil.copyfile(COMMON, name)
    ran = process("--db", "new.duckdb", "ingest", name)
    assert_in_words(ran.err)


EXIT_CODES = {
    # one of each kind of error, through the door that the user takes
    0: ("--db", "{db}", "visits", "--at", AT),
    2: ("--db", "{db}", "visits", "--at", "soon"),
    3: ("--db", "new.duckdb", "ingest", "junk.log"),
    4: ("--db", "nowhere.duckdb", "visits"),
}


@pytest.mark.parametrize("code", EXIT_CODES)
def test_a_process_ends_with_the_code(code: int, month: Path) -> None:
    ran = process(*(word.format(db=month) for word in EXIT_CODES[code]))
    assert ran.code == code
    assert (ran.out != "", ran.err != "") == (code == 0, code != 0)


def test_the_help_lists_every_exit_code() -> None:
    codes = {int(code) for code in re.findall(r"^ +(\d+)  ", run("--help").out, re.MULTILINE)}
    assert codes == set(errors.ExitCode)


NO_ACCESS = """
import sys
from pathlib import Path
real = Path.iterdir
def iterdir(folder):
    if folder.name == "locked":
        raise PermissionError(13, "Permission denied", str(folder))
    return real(folder)
Path.iterdir = iterdir
sys.argv[0] = "logstats"
import runpy
runpy.run_module("logstats", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("line", ["ingest locked", "formats locked"])
def test_a_folder_that_cannot_be_listed_is_named(line: str) -> None:
    Path("locked").mkdir()
    command = [sys.executable, "-c", NO_ACCESS, "--db", "new.duckdb", *line.split()]
    ran = subprocess.run(command, capture_output=True, env=process_env(), check=False)
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert ran.stderr.decode().startswith("logstats: locked: can't list this folder: Permission denied; ")


def test_an_error_of_the_system_about_no_file_is_not_blamed_on_the_output(
    month: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("logstats.reports.own.run_sql", refuse)
    ran = run("--db", month, "sql", "SELECT 1")
    assert ran.code == 1
    assert "No space left on device" in ran.err
    assert "write" not in ran.err


def test_each_line_of_an_error_can_be_grepped() -> None:
    ran = run("--db", "new.duckdb", "ingest", "junk.log")
    assert ran.err.count("\n") > 1
    assert all(line.startswith("logstats: ") for line in ran.err.splitlines())


# --- A store that others have, or have spoilt -----------------------------------------------------

HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == 'read'); "
HOLD += "print(flush=True); sys.stdin.read(1)"


@contextmanager
def held(store: Path, how: str) -> Iterator[subprocess.Popen[bytes]]:
    """Have another program hold the store, to read or to write, until a byte is written to it."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, store, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        yield other
        if other.poll() is None:
            other.communicate(b"\n")


@pytest.mark.parametrize(
    ("how", "line"),
    [
        ("write", "counters"),
        ("write", "articles"),
        ("write", "verify"),
        ("read", "rebuild"),
        ("read", "ingest"),
    ],
)
def test_a_store_that_another_program_holds_is_named_with_it(how: str, line: str, month: Path) -> None:
    store = copied(month, Path("copy.duckdb"))
    with held(store, how) as other:
        arguments: list[str | Path] = ["--site", SITE, COMMON] if line == "ingest" else []
        ran = run("--db", store, "--wait", "0.1", line, *arguments)
        assert_refused(ran, 4, "copy.duckdb: busy, held by ")
        assert str(other.pid) in ran.err


def test_readers_do_not_mind_each_other(month: Path) -> None:
    store = copied(month, Path("copy.duckdb"))
    with held(store, "read"):
        assert run("--db", store, "--wait", "0", "counters", "--at", AT).code == 0


def test_a_store_that_comes_free_in_time_is_used(month: Path) -> None:
    store = copied(month, Path("copy.duckdb"))
    with held(store, "write") as other:
        waiting = subprocess.Popen(
            [*PROGRAM, "--db", store, "--wait", "30", "counters", "--at", AT],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=process_env(),
        )
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.communicate(timeout=1)
        other.communicate(b"\n")
        out, err = waiting.communicate(timeout=30)
    assert (waiting.returncode, err) == (0, b"")
    assert SITE.encode() in out


ALTERED = {
    # what was done to the store: how, and the claim that it breaks
    "a day's visits": (
        "UPDATE day_total SET visits = visits + 1 WHERE day = DATE '2026-11-05'",
        "the days' totals are those of the hits and visits",
    ),
    "a visit": (
        "DELETE FROM visit WHERE rowid = (SELECT min(rowid) FROM visit)",
        "the visits are those of the page views",
    ),
    "a visit that never was": (
        "INSERT INTO visit FROM visit ORDER BY rowid LIMIT 1",
        "the visits are those of the page views",
    ),
    "a page view": (
        "DELETE FROM hit WHERE rowid = (SELECT min(rowid) FROM hit WHERE hit_class = 'page view')",
        "an ingest's hits are kept or pruned",
    ),
    "an hour of a pruned day": (
        "INSERT INTO pruned_hour SELECT site_id, DATE '2026-11-05', 9, 1, NULL FROM site",
        "the hours of pruned days have no more page views than the days",
    ),
    "an article's views": (
        "UPDATE article_day SET views = views + 1 WHERE day = DATE '2026-11-05'",
        "the articles' views are those of the page views",
    ),
    "a reject": (
        "DELETE FROM reject WHERE rowid = (SELECT min(rowid) FROM reject)",
        "an ingest's rejects are kept or pruned",
    ),
    "a log's hits": (
        "UPDATE source SET hits = hits + 1 WHERE source_id = 1",
        "every line of a log is a hit, a reject or was read before",
    ),
    "a log's position": (
        "UPDATE source SET position = position - 1 WHERE source_id = 1",
        "each log's position matches its ingests",
    ),
    "a day's hits": (
        "UPDATE day_total SET hits = hits + 1 WHERE day = DATE '2026-11-05'",
        "the logs' hits are the days' hits",
    ),
    "where an ingest began": (
        "UPDATE ingest SET from_position = from_position + 1 WHERE ingest_id = 1",
        "positions never go back",
    ),
    "an ingest's lines": (
        "UPDATE ingest SET lines = lines + 1 WHERE ingest_id = 1",
        "every line of an ingest is a hit, a reject or was read before",
    ),
    "a reject's number": (
        "UPDATE reject SET line_number = 999999 WHERE rowid = (SELECT min(rowid) FROM reject)",
        "a reject is a line of its log",
    ),
    "a site's newest hit": (
        "UPDATE site SET logged_until = logged_until + INTERVAL 1 SECOND",
        "a site is logged until its newest hit",
    ),
    "a page": (
        "DELETE FROM page WHERE page_id = 1",
        "no dangling references",
    ),
}


def test_verify_says_of_a_whole_store_that_it_fits(month: Path) -> None:
    ran = run("--db", month, "verify")
    assert (ran.code, ran.out) == (0, "")
    claims = {line.removeprefix("ok: ") for line in ran.err.splitlines()}
    assert claims == {claim for _, claim in ALTERED.values()}, "and each has what breaks it in ALTERED"
    assert run("--db", month, "--quiet", "verify") == Ran(0, b"", "")


@pytest.mark.parametrize(("statement", "claim"), ALTERED.values(), ids=ALTERED)
def test_verify_finds_what_was_altered(statement: str, claim: str, month: Path) -> None:
    store = copied(month, Path("copy.duckdb"))
    with duckdb.connect(str(store)) as connection:
        connection.execute(statement)
    ran = run("--db", store, "verify", "-f", "json")
    assert ran.code == 5
    records = json.loads(ran.out)
    assert {tuple(row) for row in records} == {("claim", "what", "stored", "recomputed")}
    assert claim in {row["claim"] for row in records}
    assert re.fullmatch(r"logstats: copy\.duckdb: \d+ figures? differs? from the raw hits; .*\n", ran.err)


@pytest.mark.parametrize("what", ["a day's visits", "a visit", "an article's views"])
def test_rebuild_recomputes_altered_figures(what: str, month: Path) -> None:
    store = copied(month, Path("copy.duckdb"))
    before = run("--db", store, "visits", "--at", AT).out
    with duckdb.connect(str(store)) as connection:
        connection.execute(ALTERED[what][0])
    ran = run("--db", store, "--config", CONFIG, "rebuild")
    assert (ran.code, ran.data, ran.err.splitlines()[-1]) == (0, b"", "copy.duckdb: rebuilt")
    assert run("--db", store, "verify").code == 0
    assert run("--db", store, "visits", "--at", AT).out == before


WRITES = [
    "DELETE FROM store.hit",
    "UPDATE store.day_total SET visits = 0",
    "DROP TABLE store.hit",
    "CREATE TABLE store.mine (n INTEGER)",
    "SELECT 1; DELETE FROM store.hit",
    "COPY (SELECT 1) TO 'mine.csv'",
    "ATTACH 'mine.duckdb' AS mine",
    "EXPORT DATABASE 'mine'",
]


@pytest.mark.parametrize("statement", WRITES)
def test_sql_writes_nothing(statement: str, month: Path) -> None:
    store = copied(month, Path("copy.duckdb"))
    assert run("--db", store, "sql", "SELECT 1").code == 0  # its lock files are there then
    before = sorted(Path().iterdir())
    ran = run("--db", store, "sql", statement)
    assert sorted(Path().iterdir()) == before
    assert store.read_bytes() == month.read_bytes()
    assert_refused(ran, 2, "")


READS = [
    # a query, and its rows
    ("SHOW TABLES", "agents"),
    ("FROM sites SELECT site", SITE),
    ("DESCRIBE visits", "first_at"),
    ("WITH one AS (SELECT 1 AS n) SELECT n FROM one;", "1"),
    ("VALUES (7)", "7"),
    ("SELECT count(*) AS n FROM articles WHERE article LIKE '%$at%'", "0"),  # a text is no parameter
    ("SELECT max(day) AS day FROM day_totals -- up to $site", "2026-11-21"),
]


@pytest.mark.parametrize(("query", "cell"), READS, ids=[query for query, _ in READS])
def test_sql_reads(query: str, cell: str, month: Path) -> None:
    ran = run("--db", month, "sql", query)
    assert (ran.code, ran.err) == (0, "")
    assert cell in re.split(r"[\t\n]", ran.out)


@pytest.mark.parametrize("name", ["json", "jsonl", "csv", "tsv"])
def test_two_columns_of_one_name_are_both_there_or_refused(name: str, month: Path) -> None:
    """As of a join: a record has one value a name, and must not lose the other in silence."""
    ran = run("--db", month, "sql", "SELECT 1 AS n, 2 AS n", "-f", name)
    assert ran.code == 2 or ("1" in ran.out and "2" in ran.out)


def test_sql_knows_the_instant_and_the_site(month: Path) -> None:
    command = ("sql", "SELECT $at AS at, $site AS site", "--at", AT, "--site", SITE, "-f", "json")
    ran = run("--db", month, *command)
    assert json.loads(ran.out) == [{"at": "2026-11-21T10:00:00+07:00", "site": SITE}]


# --- Logs --------------------------------------------------------------------------------------


def read_in(*logs: str | Path, options: tuple[str, ...] = ()) -> str:
    """Read logs into new.duckdb and return what was said."""
    ran = run("--db", "new.duckdb", *options, "ingest", *logs)
    assert (ran.code, ran.out) == (0, "")
    return ran.err


def paths() -> list[str]:
    return [row["path"] for row in json.loads(run("--db", "new.duckdb", "sources", "-f", "json").out)]


def test_repeated_header_lines_are_rejects_that_are_hidden_by_default() -> None:
    header = "#Software: IIS\n#Fields: date time cs-method cs-uri-stem c-ip sc-status cs(User-Agent)\n"
    line = f"2026-11-23 01:00:00 GET /a 192.0.2.1 200 {AGENTS['phone'].replace(' ', '+')}\n"
    Path("u_ex.log").write_text(header + line + header + "torn\n" + line, encoding="utf-8")
    assert read_in("u_ex.log").startswith(
        "7 lines, 2 hits, 5 rejects (4 header lines; see `logstats rejects`), 0 bots, "
    )
    for options, lines in ((), [1]), (("--headers",), [4, 1]):
        listed = json.loads(run("--db", "new.duckdb", "rejects", *options, "-f", "json").out)
        assert [row["lines"] for row in listed] == lines
    assert run("--db", "new.duckdb", "verify").code == 0


def test_a_log_is_read_once() -> None:
    assert re.fullmatch(SUMMARY + NOTE, read_in(COMMON))
    assert read_in(COMMON) == NOTHING
    shutil.copyfile(COMMON, "copy.log")
    Path("copy.log.gz").write_bytes(gzip.compress(COMMON.read_bytes()))
    assert read_in("copy.log", "copy.log.gz") == NOTHING + "".join(
        f"{name}: was read as {COMMON}; nothing new in it\n" for name in ("copy.log", "copy.log.gz")
    )
    Path("logs").mkdir()
    shutil.copyfile(COMMON, "logs/copy.log")
    assert read_in("logs") == NOTHING  # copies in a folder are not reported


def test_quiet_says_nothing_and_verbose_no_less() -> None:
    assert read_in(COMMON, options=("--quiet",)) == ""
    assert read_in(COMMON, options=("-q",)) == ""
    assert NOTHING in read_in(COMMON, options=("--verbose",))


def test_quiet_still_shows_errors() -> None:
    assert_refused(run("--db", "new.duckdb", "--quiet", "ingest", "junk.log"), 3, "junk.log")


def two_logs(folder: str) -> None:
    Path(folder).mkdir()
    for name in ("combined", "common"):
        shutil.copyfile(FORMATS / f"{name}.log", Path(folder, f"{name}.log"))
    Path(folder, ".hidden.log").write_text("junk\n", encoding="utf-8")


@pytest.mark.parametrize(
    "names",
    [
        ["logs"],
        ["logs/"],
        ["logs/*.log"],
        ["l*s/com*"],
        ["logs/common.log", "logs/combined.log"],
        ["logs", "logs/*"],
    ],
)
def test_a_folder_and_a_pattern_are_their_files(names: list[str]) -> None:
    two_logs("logs")
    assert re.fullmatch(
        r"54 lines, 52 hits, 2 rejects \(see `logstats rejects`\), .*\n" + NOTE, read_in(*names)
    )
    assert sorted(paths()) == ["logs/combined.log", "logs/common.log"]


@pytest.mark.parametrize(
    "data", [COMMON.read_bytes(), gzip.compress(COMMON.read_bytes())], ids=["plain", "gzip"]
)
def test_a_dash_is_stdin(data: bytes) -> None:
    ran = process("--db", "new.duckdb", "ingest", "-", stdin=data)
    assert (ran.code, ran.out) == (0, "")
    assert re.fullmatch(SUMMARY + NOTE, ran.err)
    assert process("--db", "new.duckdb", "ingest", "-", stdin=data) == Ran(0, b"", NOTHING)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_leads_nowhere(closed: str, tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    shell = [
        "sh",
        "-c",
        f'exec "$@" {closed}',
        "sh",
        *PROGRAM,
        "-v",
        "--db",
        str(store),
        "ingest",
        str(COMMON),
    ]
    ran = subprocess.run(shell, capture_output=True, env=process_env(), check=False)
    assert (ran.returncode, ran.stdout) == (0, b"")
    assert b"Traceback" not in ran.stderr
    assert run("--db", store, "verify").code == 0
    assert run("--db", store, "sql", "SELECT count(*) AS hits FROM hits").out == "hits\n26\n"


def test_stdin_that_is_empty_or_closed_is_no_traceback() -> None:
    assert process("--db", "new.duckdb", "ingest", "-") == Ran(0, b"", NOTHING)
    closed = subprocess.run(
        [*PROGRAM, "--db", "new.duckdb", "ingest", "-"],
        capture_output=True,
        env=process_env(),
        check=False,
        preexec_fn=lambda: os.close(0),  # what `<&-` does
    )
    assert_in_words(closed.stderr.decode())
    assert closed.returncode in (0, 1, 2)


def test_a_log_without_lines_is_nothing_new() -> None:
    """As it is for a while after each rotation."""
    Path("access.log").touch()
    assert read_in("access.log") == f"{NOTHING}access.log: this file is empty\n"


def test_a_format_that_fits_no_line_is_an_error_and_reads_nothing() -> None:
    """Or else the lines are gone: they count as read, and no other format will ever see them."""
    log = FORMATS / "combined.log"
    assert_refused(run("--db", "new.duckdb", "ingest", "--log-format", "common", log), 3, "combined.log")
    assert re.fullmatch(SUMMARY + f"{re.escape(str(log))}: can be read now\n", read_in(log))


def test_a_file_that_is_no_log_does_not_keep_its_neighbours_from_being_read() -> None:
    two_logs("logs")
    Path("logs", "README").write_text("These are logs.\n", encoding="utf-8")
    os.utime("logs/README", (1, 1))  # the oldest is read first
    ran = run("--db", "new.duckdb", "ingest", "logs")
    summary, _, error = ran.err.split("\n", 2)
    assert re.fullmatch(r"54 lines, 52 hits, 2 rejects \(see `logstats rejects`\), .*", summary)
    assert_refused(Ran(ran.code, ran.data, error), 3, "logs/README: unknown log format")
    assert sorted(paths()) == ["logs/README", "logs/combined.log", "logs/common.log"]
    states = {row["path"]: row["state"] for row in rows("--db", "new.duckdb", "sources", "-f", "json")}
    assert states == {"logs/README": "refused", "logs/combined.log": "read", "logs/common.log": "read"}


def test_a_log_that_was_not_understood_is_shown() -> None:
    ran = run("--db", "new.duckdb", "ingest", "junk.log")
    assert "not a line" in ran.err
    assert "--log-format" in ran.err


def test_the_refusal_marks_where_the_closest_format_stops_matching() -> None:
    line = '192.0.2.1 - - [November 23, 2026T01:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"'
    Path("odd.log").write_text(f"{line}\n", encoding="utf-8")
    refused = run("--db", "new.duckdb", "ingest", "odd.log")
    assert refused.code == 3
    lines = refused.err.splitlines()
    index = next(number for number, text in enumerate(lines) if line[:50] in text)
    assert lines[index + 1].index("^") - lines[index].index(line[:50]) == line.index("November")


NGINX_CONF = """\
http {
    log_format timed '$remote_addr [$time_iso8601] "$request" $status $request_time';
    server {
        server_name portal.example;
        access_log /var/log/nginx/portal.log timed;
    }
}
"""


def test_formats_lists_describes_and_detects_formats() -> None:
    listed = rows("formats")
    assert {"combined", "w3c", "caddy"} <= {row["format"] for row in listed}
    assert all(row["about"] for row in listed)
    assert {"field": "pattern", "value": '%h %l %u %t "%r" %>s %b'} in rows("formats", "common")
    log = str(FORMATS / "vhost_combined.log")
    assert rows("formats", log) == [{"log": log, "format": "vhost_combined"}]
    Path("nginx.conf").write_text(NGINX_CONF, encoding="utf-8")
    (row,) = rows("formats", "--from", "nginx.conf")
    assert (row["log"], row["site"]) == ("/var/log/nginx/portal.log", "portal.example")
    Path("portal.log").write_text(
        '192.0.2.7 [2026-11-23T08:00:00+07:00] "GET /tin HTTP/2.0" 200 0.012\n', encoding="utf-8"
    )
    assert run("--db", "new.duckdb", "ingest", "--log-format", row["written"], "portal.log").code == 0
    (hit,) = rows("--db", "new.duckdb", "sql", "SELECT client, target, status, logged_at FROM hits")
    assert hit == {
        "client": "192.0.2.7", "target": "/tin", "status": 200, "logged_at": "2026-11-23T01:00:00+00:00",
    }  # fmt: skip


def rows(*arguments: str) -> list[dict[str, Any]]:
    """Run a command and return its rows."""
    ran = run(*arguments, "--format", "json")
    assert ran.code == 0, ran.err
    records: list[dict[str, Any]] = json.loads(ran.out)
    return records


def test_a_damaged_archive_is_an_error_that_names_it() -> None:
    packed = bytearray((PORTAL / "access.log.5.gz").read_bytes())
    packed[-8] ^= 1  # in its checksum
    Path("bad.gz").write_bytes(packed)
    assert_refused(run("--db", "new.duckdb", "ingest", "bad.gz"), 1, "bad.gz: the archive is damaged")


@pytest.mark.parametrize(
    ("typed", "day"),
    [(["--timezone", "Asia/Tokyo"], "2026-11-21"), ([], "2026-11-20")],
    ids=["typed", "system"],
)
def test_a_new_site_has_the_zone_that_was_typed_or_else_the_systems(typed: list[str], day: str) -> None:
    line = log_line({"time": "2026-11-20 18:00+00:00", "client": "192.0.2.1", "request": "/"})
    Path("access.log").write_text(line + "\n", encoding="utf-8")
    ran = run("--db", "new.duckdb", "ingest", *typed, "access.log", env={"TZ": "UTC"})
    assert ran.code == 0
    (row,) = json.loads(run("--db", "new.duckdb", "visits", "--at", "last", "-f", "json").out)
    assert (row["site"], row["day"], row["visits"]) == ("default", day, 1)


# --- Options, variables, the file --------------------------------------------------------------


def store_meant(*options: str, env: dict[str, str] | None = None) -> str:
    """Which store a command would open, by what it says when there is none."""
    ran = run(*options, "counters", env=env)
    assert ran.code == 4
    return ran.err.removeprefix("logstats: ").partition(": no such store")[0]


def test_an_option_beats_a_variable_beats_the_file_beats_the_house() -> None:
    assert store_meant(env={"XDG_DATA_HOME": "/nowhere"}) == "/nowhere/logstats/logstats.duckdb"
    assert store_meant(env={"XDG_DATA_HOME": "", "HOME": "/nobody"}).startswith(
        "/nobody/.local/share/logstats/"
    )
    Path("logstats.toml").write_text('database = "file.duckdb"\n', encoding="utf-8")
    assert store_meant() == "file.duckdb"
    variable = {"LOGSTATS_DB": "variable.duckdb"}
    assert store_meant(env=variable) == "variable.duckdb"
    assert store_meant("--db", "option.duckdb", env=variable) == "option.duckdb"


def test_the_settings_are_named_by_an_option_or_a_variable_or_lie_here() -> None:
    for name in ("logstats", "variable", "option"):
        Path(f"{name}.toml").write_text(f'database = "{name}.duckdb"\n', encoding="utf-8")
    variable = {"LOGSTATS_CONFIG": "variable.toml"}
    assert store_meant("--config", "option.toml", env=variable) == "option.duckdb"
    assert store_meant() == "logstats.duckdb"
    assert store_meant(env=variable) == "variable.duckdb"


def test_every_global_option_has_a_variable(month: Path) -> None:
    bad = run("--db", month, "counters", env={"LOGSTATS_WAIT": "soon"})
    assert_refused(bad, 2, "--wait: 'soon' is not a number from 0 on")
    quiet = {"LOGSTATS_QUIET": "1", "LOGSTATS_DB": "new.duckdb"}
    assert run("ingest", COMMON, env=quiet) == Ran(0, b"", "")


# --- Help --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", ["--help", "-h"])
@pytest.mark.parametrize("name", ["", *COMMANDS, "report articles"])
def test_every_command_explains_itself(name: str, ask: str) -> None:
    ran = run(*name.split(), ask)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: logstats {name}".rstrip())
    assert re.search(r"\n\n  [A-Z][^\n]+", ran.out)
    assert "--help" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 100


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    command = COMMANDS[name]
    assert command is not None
    assert command.help is not None
    assert command.help.strip().endswith(".")
    options = [param for param in command.params if isinstance(param, click.Option)]
    about = {option.opts[0]: re.sub(r"\[default: .*\]", "", option.help or "").strip() for option in options}
    assert [option for option, text in about.items() if not text.endswith(".")] == []


@pytest.mark.parametrize("module", main.MODULES)
def test_every_command_of_a_module_is_listed(module: str) -> None:
    made = {name for name in vars(import_module(f"logstats.cli.{module}")) if name.endswith("_command")}
    assert made - {"_command"} == {f"{name}_command" for name in main.MODULES[module]}


def test_every_module_of_commands_is_listed() -> None:
    shared = {"context", "figures", "main", "mistakes", "options", "plain", "summary", "update"}
    assert {module.name for module in iter_modules(cli.__path__)} - shared == set(main.MODULES)


def test_the_help_has_each_command_once_in_one_of_its_groups() -> None:
    grouped = [name for names in main.GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(COMMANDS)
    listed = re.findall(r"^  ([a-z][a-z-]*)  +\S", run("--help").out, re.MULTILINE)
    assert listed == grouped


def test_a_command_imports_no_module_of_another() -> None:
    code = "import sys; from logstats.__main__ import run; sys.argv = ['logstats', '-vq', 'update']; run(); "
    code += "print(*(name for name in sys.modules if name.startswith('logstats.cli.')))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, env=process_env(), check=False)
    imported = {name.removeprefix("logstats.cli.") for name in ran.stdout.decode().split()}
    assert imported & set(main.MODULES) == {"ingest"}


COMPLETED = [
    # what is typed before Tab, and some of what the shell is given
    ("art", {"articles", "article-days"}),
    ("re", {"referrers", "rejects", "rename", "rebuild", "repair", "report"}),
    ("articles --ri", {"--rising"}),
    ("articles --by ", {"article", "section"}),
    ("counters --allow", {"--allow-decrease"}),
]


@pytest.mark.parametrize(("typed", "expected"), COMPLETED)
def test_a_shell_completes_commands_and_options(typed: str, expected: set[str]) -> None:
    words = f"logstats {typed}"
    variables = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    ran = process(env={"_LOGSTATS_COMPLETE": "bash_complete", **variables})
    assert (ran.code, ran.err) == (0, "")
    assert {line.partition(",")[2] for line in ran.out.splitlines()} == expected


def test_the_completion_script_is_printed() -> None:
    ran = process(env={"_LOGSTATS_COMPLETE": "bash_source"})
    assert (ran.code, "complete -o nosort -F" in ran.out) == (0, True)


def test_a_limit_of_0_is_none(month: Path) -> None:
    command = ("--db", month, "pages", "--at", AT, "--since", "2026-11-20", "--limit")
    assert len(run(*command, "5").out.splitlines()) == 6
    assert run(*command, "0") == run(*command, "1000000")


def test_the_version_is_that_of_the_package() -> None:
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.*)"$', project, re.MULTILINE)
    assert version is not None
    lines = "natively" if native.is_built() else "by SQL alone"
    assert run("--version").out == f"logstats, version {version[1]}\nlines are read {lines}\n"
    with patch.object(native, "is_built", lambda: False):
        assert "by SQL alone" in run("--version").out


# --- Who reads it: a terminal, a pipe, nobody ---------------------------------------------------


def test_on_a_terminal_the_default_is_a_table(month: Path) -> None:
    words = ("--db", str(month), "visits", "--at", AT, "--limit", "1")
    ran = on_terminal(*words, stream="stdout", env={"NO_COLOR": "1"})
    assert (ran.code, ran.err) == (0, "note: 42,213 hits by bots are left out; --with-bots shows them\n")
    assert ran.out == (
        "22 Oct to 21 Nov 2026\n"
        "site                  day         visits  visitors  page_views\n"
        "--------------------  ----------  ------  --------  ----------\n"
        f"{SITE}  2026-11-01     331       298         699\n"
    )


def test_on_a_terminal_the_counters_are_the_box(month: Path) -> None:
    ran = on_terminal("--db", month, "counters", "--at", AT, stream="stdout")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Thống kê truy cập\n• Đang online: 23\n")
    assert "\x1b" not in ran.out


def test_parquet_is_not_for_a_terminal(month: Path) -> None:
    ran = on_terminal("--db", month, "visits", "-f", "parquet", stream="stdout")
    assert_refused(ran, 2, "parquet is binary")


@pytest.mark.parametrize("no_colour", [{}, {"NO_COLOR": "1"}], ids=["colour", "no colour"])
def test_on_a_terminal_reading_shows_how_far_it_is(no_colour: dict[str, str]) -> None:
    log = PORTAL / "access.log"
    ran = on_terminal("--db", "new.duckdb", "ingest", log, stream="stderr", env=no_colour)
    assert (ran.code, ran.out) == (0, "")
    assert "100%" in ran.err
    assert re.search(r"\d+ lines, .*\n$", ran.err)
    assert re.search(r"\x1b\[[\d;]*m", ran.err) is None
    assert "100%" not in process("--db", "other-new.duckdb", "ingest", log).err


@pytest.mark.parametrize(
    ("command", "last"), [("rebuild", "store.duckdb: rebuilt"), ("verify", "ok: no dangling references")]
)
def test_on_a_terminal_a_long_command_shows_how_far_it_is(month: Path, command: str, last: str) -> None:
    store = copied(month, Path("store.duckdb"))
    ran = on_terminal("--db", store, command, stream="stderr")
    assert (ran.code, ran.out) == (0, "")
    assert re.search(rf"100%.*{re.escape(last)}\n$", ran.err, re.DOTALL)


def test_quiet_shows_no_progress_either() -> None:
    ran = on_terminal("--db", "new.duckdb", "-q", "ingest", COMMON, stream="stderr")
    assert ran == Ran(0, b"", "")


@pytest.mark.parametrize(
    ("report", "since"),
    [
        ("visits --since 2026-11-15", "2026-11-14 17:00:00"),
        ("articles --since 2026-11-15T12:00 --limit 1", "2026-11-15 05:00:00"),
        ("online", "2026-11-21 02:50:00"),
    ],
)
def test_a_report_of_people_says_how_many_hits_by_bots_it_leaves_out(
    month: Path, report: str, since: str
) -> None:
    statement = (
        "SELECT count(*) AS n FROM hits WHERE counts_as = 'bot' "
        f"AND logged_at AT TIME ZONE 'UTC' BETWEEN '{since}' AND '2026-11-21 03:00:00'"
    )
    hits = int(run("--db", month, "sql", statement).out.splitlines()[1])
    note = f"note: {hits:,} hits by bots are left out; --with-bots shows them\n"
    command = ("--db", str(month), *report.split(), "--at", AT)
    assert hits > 0
    assert run("-v", *command).err == note
    assert run("-v", *command, "--with-bots").err == ""
    assert run(*command).err == ""
    assert on_terminal(*command, stream="stdout").err == note
    assert on_terminal("-q", *command, stream="stdout").err == ""


def test_a_report_of_all_hits_leaves_no_bots_out(month: Path) -> None:
    for report in ("bots", "sources", "ingests", "rejects"):
        assert run("--db", month, "-v", report, "--at", AT).err == ""


def closed_pipe(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run the program with a stdout that nobody reads any more."""
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        return subprocess.run(
            [*PROGRAM, *map(str, arguments)],
            stdout=theirs,
            stderr=subprocess.PIPE,
            env=process_env(),
            check=False,
        )
    finally:
        os.close(theirs)


@pytest.mark.parametrize(
    "line", ["articles --at last", "sql 'SELECT * FROM hits'", "counters", "articles -f parquet", "--help"]
)
def test_a_closed_pipe_is_no_error(line: str, month: Path) -> None:
    ended = closed_pipe("--db", month, *shlex.split(line))
    assert ended.returncode in (0, 141)
    assert ended.stderr == b""


def test_head_has_its_line(month: Path) -> None:
    """`logstats sql … | head -1`, where much more than a pipe holds is still to come."""
    with subprocess.Popen(
        [*PROGRAM, "--db", month, "sql", "SELECT client, logged_at FROM hits"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=process_env(),
    ) as writing:
        assert writing.stdout is not None
        assert writing.stderr is not None
        assert writing.stdout.readline() == b"client\tlogged_at\n"
        writing.stdout.close()
        assert writing.stderr.read() == b""
        assert writing.wait() in (0, 141)


@pytest.mark.parametrize("env", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("line", ["articles --at last", "counters --at last -f parquet", "--help"])
def test_stdout_on_a_full_disk_is_an_error_message(line: str, env: dict[str, str], month: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*PROGRAM, "--db", month, *shlex.split(line)],
            stdout=full,
            stderr=subprocess.PIPE,
            env=process_env(env),
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr == b"logstats: can't write to standard output: No space left on device\n"
    assert_in_words(ended.stderr.decode())


def test_a_file_to_replace_is_a_file(month: Path) -> None:
    """Neither a device nor a pipe is replaced by a file of its name; /dev/null must stay what it is."""
    os.mkfifo("pipe")
    with subprocess.Popen(
        [*PROGRAM, "--db", month, "counters", "--at", AT, "--output", "pipe"],
        stderr=subprocess.PIPE,
        env=process_env(),
    ) as writing:
        try:
            _, err = writing.communicate(timeout=3)
        finally:
            writing.kill()
    assert Path("pipe").is_fifo()
    assert_in_words(err.decode())
    assert writing.returncode == 1


def test_the_demo_takes_no_file_of_the_users_away() -> None:
    """The demo overwrites its own store, but no other file."""
    Path("notes.txt").write_text("mine", encoding="utf-8")
    ran = run("demo", "--keep", "notes.txt")
    assert Path("notes.txt").read_bytes() == b"mine"
    assert ran.code != 0
