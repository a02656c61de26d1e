"""Statements of users, of `sql` and in a report's file: they read the views, and nothing else (case 44)."""

import os
import re
import resource
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import duckdb
import pytest
from support.surface import AT, CONFIG, PROGRAM, SITE, Ran, assert_in_words, month_store, process_env, run

from logstats.store import user_query

SECRET = "the-secret-of-a-file"


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month_store(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files that a statement could read."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "secret.csv").write_text(f"name,n\n{SECRET},1\n", encoding="utf-8")
    (folder / "secret.json").write_text(f'[{{"name": "{SECRET}"}}]\n', encoding="utf-8")
    (folder / "page_views").write_text(f"name\n{SECRET}\n", encoding="utf-8")
    with duckdb.connect(folder / "other.duckdb") as other:
        other.execute(f"CREATE TABLE t AS SELECT '{SECRET}' AS name")
        other.execute(f"COPY t TO '{folder}/secret.parquet' (FORMAT parquet)")
    return folder


@pytest.fixture(autouse=True)
def _in_a_folder_with_files(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)


ATTACKS = (
    # tables of the store
    "SELECT value FROM store.setting",
    "SELECT * FROM store.pseudonym_key",
    "FROM store.main.setting",
    'FROM "STORE"."Setting"',
    'SELECT * FROM "store"."main"."setting"',
    "TABLE store.setting",
    "DESCRIBE store.setting",
    "SHOW store.setting",
    "SUMMARIZE store.setting",
    "SHOW TABLES FROM store",
    "SHOW ALL TABLES",
    "DESCRIBE",
    "SHOW DATABASES",
    "SHOW VARIABLES",
    "SELECT * FROM query('SELECT value FROM store.setting')",
    "SELECT * FROM query_table('store.setting')",
    "FROM query_table(['hits', 'store.setting'])",
    "FROM histogram('store.setting', value)",
    "FROM histogram_values('store.setting', value)",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM store.setting'))",
    "SELECT json_serialize_plan('SELECT * FROM store.setting')",
    "SELECT (SELECT value FROM store.setting LIMIT 1)",
    "SELECT [(SELECT max(value) FROM store.setting)] AS a",
    "SELECT {'a': (SELECT max(value) FROM store.setting)} AS a",
    "SELECT list_transform([1], lambda x: (SELECT max(value) FROM store.setting)) AS a",
    "SELECT [(SELECT max(value) FROM store.setting) FOR x IN [1, 2]] AS a",
    "SELECT CASE WHEN EXISTS (FROM store.setting) THEN 1 END",
    "SELECT 1 WHERE 'a' IN (SELECT value FROM store.setting)",
    "SELECT 1 ORDER BY (SELECT max(value) FROM store.setting)",
    "SELECT 1 LIMIT (SELECT count(*) FROM store.setting)",
    "SELECT count(*) FILTER (WHERE (SELECT true FROM store.setting)) FROM sites",
    "SELECT count(*) FROM sites GROUP BY ROLLUP((SELECT max(value) FROM store.setting))",
    "SELECT count(*) FROM sites HAVING (SELECT true FROM store.setting)",
    "SELECT site FROM sites QUALIFY (SELECT true FROM store.setting)",
    "SELECT row_number() OVER (ORDER BY (SELECT max(value) FROM store.setting)) FROM sites",
    "SELECT row_number() OVER w FROM sites WINDOW w AS (PARTITION BY (SELECT max(value) FROM store.setting))",
    "SELECT DISTINCT ON ((SELECT max(value) FROM store.setting)) site FROM sites",
    "SELECT * REPLACE ((SELECT max(value) FROM store.setting) AS site) FROM sites",
    "VALUES ((SELECT max(value) FROM store.setting))",
    "SELECT * FROM range((SELECT count(*) FROM store.setting))",
    "SELECT * FROM sites JOIN store.setting ON true",
    "SELECT * FROM sites, LATERAL (SELECT value FROM store.setting)",
    "SELECT * FROM sites POSITIONAL JOIN store.setting",
    "SELECT site FROM sites UNION ALL SELECT value FROM store.setting",
    "SELECT site FROM sites EXCEPT SELECT value FROM store.setting",
    "WITH x AS (SELECT value FROM store.setting) FROM x",
    "WITH x AS MATERIALIZED (FROM store.setting) FROM x",
    "WITH RECURSIVE x AS (SELECT value FROM store.setting UNION ALL SELECT value FROM x WHERE false) FROM x",
    "WITH setting AS (SELECT 1) FROM store.setting",
    "PIVOT store.setting ON key IN ('identity_key') USING max(value)",
    "UNPIVOT store.setting ON value",
    "FROM (PIVOT store.setting ON key IN ('identity_key') USING max(value))",
    "FROM store.setting TABLESAMPLE 10 ROWS",
    "FROM store.setting AT (VERSION => 1)",
    "FROM memory.main.hits",
    "FROM temp.hits",
    "FROM main.hits",
    'SELECT * FROM "hits in UTC"',
    # what DuckDB knows of itself
    "SELECT current_setting('temp_directory')",
    "SELECT 'temp_directory'.current_setting()",
    "SELECT system.main.current_setting('temp_directory')",
    "SELECT list_transform(['temp_directory'], lambda x: current_setting(x))",
    "SELECT getvariable('x')",
    "SELECT getenv('HOME')",
    "FROM duckdb_settings()",
    "FROM duckdb_settings",
    "WITH duckdb_settings AS (FROM duckdb_settings) FROM duckdb_settings",
    "SELECT (WITH duckdb_settings AS (SELECT 1) FROM duckdb_settings), (SELECT 1 FROM duckdb_settings)",
    "FROM duckdb_databases()",
    "FROM duckdb_secrets()",
    "FROM duckdb_temporary_files()",
    "FROM duckdb_logs",
    "FROM pragma_storage_info('store.setting')",
    "FROM pragma_table_info('store.setting')",
    "FROM pragma_database_size()",
    "SELECT pg_catalog.pg_get_viewdef(1)",
    "FROM information_schema.tables",
    "FROM pg_catalog.pg_tables",
    "FROM sqlite_master",
    "FROM which_secret('x', 's3')",
    "SELECT write_log('x')",
    # files and the network
    "FROM 'secret.csv'",
    'FROM "secret.csv"',
    "FROM 'secret.parquet'",
    "FROM 'secret.json'",
    "FROM 'secret.*'",
    "FROM '/etc/passwd'",
    'WITH "secret.csv" AS (FROM \'secret.csv\') FROM "secret.csv"',
    "FROM read_csv('secret.csv')",
    "FROM READ_CSV_AUTO('secret.csv')",
    "SELECT content FROM read_text('secret.csv')",
    "SELECT content FROM read_blob('secret.csv')",
    "SELECT content FROM read_blob('/proc/self/environ')",
    "FROM read_json('secret.json')",
    "FROM read_ndjson_objects('secret.json')",
    "FROM read_parquet('secret.parquet')",
    "FROM parquet_metadata('secret.parquet')",
    "FROM parquet_schema('secret.parquet')",
    "FROM parquet_kv_metadata('secret.parquet')",
    "FROM read_duckdb('other.duckdb')",
    "FROM sniff_csv('secret.csv')",
    "FROM glob('*')",
    "SELECT * FROM sites, read_csv('secret.csv')",
    "SELECT (SELECT max(name) FROM read_csv('secret.csv'))",
    "DESCRIBE FROM read_csv('secret.csv')",
    "SUMMARIZE 'secret.csv'",
    "FROM read_csv('http://127.0.0.1:9/x.csv')",
    "FROM 's3://bucket/x.parquet'",
    # variables of Python
    "FROM connection",
    "FROM session",
    "FROM os",
    "FROM python_map_function(1)",
    # what writes, or changes the session
    "COPY (SELECT '#!/bin/sh') TO 'script.sh' (FORMAT csv, HEADER false)",
    "WITH x AS (COPY (SELECT 1) TO 'script.sh') FROM x",
    "WITH x AS (INSERT INTO store.setting VALUES ('a', 'b') RETURNING *) FROM x",
    "WITH x AS (DELETE FROM store.hit RETURNING *) FROM x",
    "WITH x AS (UPDATE store.setting SET value = 'x' RETURNING *) FROM x",
    "COPY hits TO 'hits.parquet'",
    "COPY FROM DATABASE store TO memory",
    "EXPORT DATABASE 'exported'",
    "IMPORT DATABASE 'exported'",
    "CREATE TABLE x AS SELECT 1",
    "CREATE TEMP TABLE x AS FROM hits",
    "CREATE MACRO f(x) AS x",
    "CREATE SECRET s (TYPE s3)",
    "INSERT INTO store.setting VALUES ('a', 'b')",
    "UPDATE store.setting SET value = 'x'",
    "DELETE FROM store.hit",
    "MERGE INTO store.setting USING sites ON true WHEN MATCHED THEN DELETE",
    "DROP TABLE store.hit",
    "TRUNCATE store.hit",
    "ALTER TABLE store.hit RENAME TO x",
    "ATTACH 'mine.duckdb'",
    "ATTACH 'other.duckdb' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH store",
    "USE store",
    "SET threads = 1",
    "RESET ALL",
    "SET VARIABLE x = 1",
    "PRAGMA database_list",
    "PRAGMA enable_profiling = 'json'",
    "CALL pragma_version()",
    "CALL enable_logging()",
    "INSTALL httpfs",
    "FORCE INSTALL httpfs FROM 'http://127.0.0.1:9'",
    "LOAD httpfs",
    "UPDATE EXTENSIONS",
    "CHECKPOINT store",
    "VACUUM",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "SELECT nextval('x')",
    "SELECT 1 INTO x",
    "SELECT 1; SELECT value FROM store.setting",
    "SELECT 1; COPY (SELECT 1) TO 'script.sh'",
    "EXPLAIN ANALYZE EXPLAIN ANALYZE COPY (SELECT 1) TO 'script.sh'",
    "EXPLAIN ANALYZE (FORMAT json) COPY (SELECT 1) TO 'script.sh'",
    "PIVOT sites ON site",
)
READS_FILES = re.compile(r"secret\.|glob\(")
WAYS = ("{}", "EXPLAIN {}", "EXPLAIN ANALYZE {}", "EXPLAIN (ANALYZE) {}", "/* */ explain -- x\n analyze\n {}")


def assert_refused(ran: Ran, attack: str) -> None:
    assert ran.code == 2, f"{attack}\n{ran}"
    assert ran.out == ""
    assert SECRET not in ran.err
    assert_in_words(ran.err)


@pytest.mark.parametrize("attack", ATTACKS)
def test_case_44_a_statement_reads_the_views_and_nothing_else(attack: str, month: Path) -> None:
    Path("mine.sql").write_text(f"-- title: Mine\n-- columns: a\n{attack}\n", encoding="utf-8")
    files = sorted(Path().iterdir())
    stored = month.read_bytes()
    assert_refused(run("--db", month, "report", "mine.sql"), attack)
    for way in WAYS:
        assert_refused(run("--db", month, "sql", way.format(attack)), way.format(attack))
    assert sorted(Path().iterdir()) == files
    assert month.read_bytes() == stored


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if not READS_FILES.search(attack)])
def test_case_44_files_are_no_way_to_the_store(attack: str, month: Path) -> None:
    files = sorted(Path().iterdir())
    for way in WAYS[::2]:
        assert_refused(run("--db", month, "sql", "--allow-files", way.format(attack)), way.format(attack))
    assert sorted(Path().iterdir()) == files


READ = {
    # a statement of a usual user: a cell of what comes out
    "SHOW TABLES": "visits",
    "DESCRIBE hits": "TIMESTAMP WITH TIME ZONE",
    "SUMMARIZE sites": "visit_gap_s",
    "SHOW visits": "first_at",
    'SELECT count(*) AS n FROM "HITS" AS x': "97628",
    "FROM hits SELECT count(*);  -- all of them": "97628",
    "WITH hits AS (FROM hits WHERE status = 404) SELECT count(*) FROM hits": "2189",
    "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT max(i) FROM n": "3",
    "SELECT sum(range) FROM range(4)": "6",
    "SELECT unnest([7, 8])": "8",
    "FROM unnest([7, 8])": "8",
    "SELECT * FROM json_each('{\"a\": 5}')": "5",
    "PIVOT sites ON site IN ('a') USING count(*)": "0",
    "SELECT list_transform([1], lambda x: x + 1)[1]": "2",
    "SELECT COLUMNS('site$') FROM sites": SITE,
    "SELECT count(*) FROM sites AS a, sites AS b": "1",
    "SELECT max(v.page_views) FROM visits AS v SEMI JOIN (FROM sites) AS s USING (site_id)": "13",
    "SELECT site FROM sites WHERE site_id IN (SELECT site_id FROM day_totals)": SITE,
    "VALUES (1), ($site)": "1",
    "EXPLAIN SELECT 1": "physical_plan",
    "EXPLAIN ANALYZE SELECT count(*) FROM hits": "analyzed_plan",
    "explain (format json) FROM sites": "physical_plan",
    "EXPLAIN ANALYZE (FORMAT json) FROM sites": "analyzed_plan",
}


@pytest.mark.parametrize("query", READ)
def test_what_only_reads_is_as_free_as_before(query: str, month: Path) -> None:
    ran = run("--db", month, "sql", query, "-f", "tsv")
    assert (ran.code, ran.err) == (0, "")
    assert READ[query] in ran.out.replace("\t", "\n").split("\n")


def test_an_unknown_table_is_answered_with_those_there_are(month: Path) -> None:
    for query in ("FROM hit", "FROM store.hit", "FROM a.b.c"):
        ran = run("--db", month, "sql", query)
        assert ran.code == 2
        assert ran.err.startswith(f"logstats: no table '{query[5:]}'; there are: agents, article_days, ")


FILES = (
    "FROM 'secret.csv' SELECT name",
    "SELECT name FROM read_csv('secret.csv')",
    "SELECT name FROM read_csv(['secret.csv'])",
    "SELECT name FROM read_csv('./*.csv')",
    "SELECT name FROM read_json('secret.json')",
    "SELECT name FROM 'secret.parquet'",
    "SELECT name FROM sites JOIN 'secret.csv' ON n = site_id",
    "SELECT max(name) AS name FROM (SELECT name FROM read_parquet('*.parquet'))",
)


@pytest.mark.parametrize("query", FILES)
def test_case_44_with_allow_files_a_statement_reads_them_too(query: str, month: Path) -> None:
    files = sorted(Path().iterdir())
    assert run("--db", month, "sql", "--allow-files", query) == Ran(0, f"name\n{SECRET}\n".encode(), "")
    Path("mine.sql").write_text(f"-- title: Mine\n-- columns: name\n{query}\n", encoding="utf-8")
    ran = run("--db", month, "report", "mine.sql", "--allow-files")
    assert ran == Ran(0, f"name\n{SECRET}\n".encode(), "")
    assert sorted(Path().iterdir()) == sorted([*files, Path("mine.sql")])


NO_FILES = {
    # a statement that reads what is no file of a user: what it is answered
    "FROM read_csv('http://127.0.0.1:9/x.csv')": "'http://127.0.0.1:9/x.csv' is not a file of this machine",
    "FROM read_csv('sec' || 'ret.csv')": "write the name of the file, or a list of names, as texts in quotes",
    "FROM read_csv($site)": "write the name of the file, or a list of names, as texts in quotes",
    "FROM read_csv('{store}')": "is the store itself",
    "FROM read_csv('{folder}/month*')": "is the store itself",
    "FROM read_csv('pipe')": "pipe: is not a regular file",
    "FROM 'nothing.csv'": "nothing.csv",
    "SELECT content FROM read_text('secret.csv')": "the table function read_text is not allowed",
}


@pytest.mark.parametrize("query", NO_FILES)
def test_case_44_with_allow_files_what_is_no_file_is_refused(query: str, month: Path) -> None:
    os.mkfifo("pipe")
    given = query.format(store=month, folder=month.parent)
    ran = run("--db", month, "sql", "--allow-files", given)
    assert (ran.code, ran.out) == (2, "")
    assert NO_FILES[query] in ran.err


ENDLESS = "SELECT count(*) FROM range(100000000000)"


def test_case_44_a_statement_ends_when_its_time_is_up(month: Path) -> None:
    Path("mine.sql").write_text(f"-- title: Mine\n-- columns: n\n{ENDLESS}\n", encoding="utf-8")
    message = (
        "logstats: the query was stopped after 0.2 s, because no ingest can run meanwhile; "
        "--timeout SECONDS allows more time, --timeout 0 any\n"
    )
    for command in (("sql", ENDLESS), ("report", "mine.sql")):
        assert run("--db", month, *command, "--timeout", "0.2") == Ran(1, b"", message)
        assert run("--db", month, *command, env={"LOGSTATS_TIMEOUT": "0.2"}) == Ran(1, b"", message)
    rows = "FROM range(100000000)"
    assert run("--db", month, "sql", rows, "--timeout", "0.2") == Ran(1, b"", message)
    assert run("--db", month, "sql", "SELECT 1 AS n", "--timeout", "0") == Ran(0, b"n\n1\n", "")


@pytest.mark.parametrize(
    "query", ["SELECT length(repeat('x', 2000000000))", "SELECT list_sort(range(300000000)) AS list"]
)
def test_a_statement_does_not_take_all_memory(
    query: str, month: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_query, "_most_memory", lambda: 600 << 20)
    ran = run("--db", month, "sql", query)
    assert (ran.code, ran.out) == (1, "")
    assert "needs more than half of this machine's memory" in ran.err
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
    assert run("--db", month, "sql", "SELECT count(*) AS n FROM hits").code == 0


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf", "long", ""])
def test_a_time_limit_is_a_number_of_seconds(seconds: str, month: Path) -> None:
    ran = run("--db", month, "sql", "SELECT 1", "--timeout", seconds)
    assert (ran.code, ran.out) == (2, "")
    assert_in_words(ran.err)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_case_44_a_signal_ends_a_statement_at_once(number: int, code: int, month: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "--db", month, "sql", ENDLESS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=process_env(),
    ) as running:
        timer = threading.Timer(1.5, lambda: running.send_signal(number))
        timer.start()
        began = time.monotonic()
        out, err = running.communicate(timeout=30)
    assert time.monotonic() - began < 10
    assert (running.returncode in (code, -number), out, err) == (True, b"", b"")


def test_a_statement_is_read_from_stdin(month: Path) -> None:
    ran = subprocess.run(
        [*PROGRAM, "--db", month, "sql", "-"],
        input="SELECT 'Bát Xát' AS name -- ;\n;\n".encode(),
        capture_output=True,
        env=process_env(),
        check=False,
    )
    assert (ran.returncode, ran.stdout.decode(), ran.stderr) == (0, "name\nBát Xát\n", b"")


def test_sorted_rows_stay_sorted_and_keep_their_names(month: Path) -> None:
    """Rows with instants are read through an outer statement."""
    ran = run(
        "--db", month, "sql", 'SELECT logged_at AS a, 1 AS a, status AS "x y" FROM hits ORDER BY 1 DESC; --'
    )
    head, *rows = ran.out.splitlines()
    assert head == "a\ta\tx y"
    assert rows == sorted(rows, key=lambda row: row.split("\t")[0], reverse=True)
    assert len(rows) == 97_628


DAMAGE = b"\xff" * 4096


@pytest.mark.parametrize(
    "query", ["FROM hits", "SELECT count(DISTINCT client) FROM page_views", "FROM visits"]
)
def test_case_40_a_damaged_store_is_no_wrong_statement(query: str, month: Path) -> None:
    data = bytearray(month.read_bytes())
    for start in range(3 * 4096, len(data), 1 << 16):
        data[start : start + len(DAMAGE)] = DAMAGE
    Path("damaged.duckdb").write_bytes(data[: len(data)])
    Path("mine.sql").write_text(f"-- title: Mine\n-- columns: a\n{query}\n", encoding="utf-8")
    for command in (("sql", query), ("report", "mine.sql")):
        ran = run("--db", "damaged.duckdb", *command)
        assert (ran.code, ran.out) == (4, "")
        assert "damaged" in ran.err


LOCAL = {
    # a statement on times: what it gives in a store of a site in UTC+7
    "SELECT hour(logged_at) AS h FROM page_views ORDER BY logged_at LIMIT 1": "0",
    "SELECT hour FROM page_views ORDER BY logged_at LIMIT 1": "0",
    "SELECT strftime(logged_at, '%H:%M') AS t FROM hits ORDER BY logged_at LIMIT 1": "00:00",
    "SELECT CAST(logged_at AS DATE) AS d FROM page_views ORDER BY logged_at LIMIT 1": "2026-11-01",
    "SELECT CAST(local_at AS DATE) AS d FROM page_views ORDER BY logged_at LIMIT 1": "2026-11-01",
    "SELECT day FROM page_views ORDER BY logged_at LIMIT 1": "2026-11-01",
    "SELECT local_at FROM page_views ORDER BY logged_at LIMIT 1": "2026-11-01T00:50:18",
    "SELECT logged_at FROM page_views ORDER BY logged_at LIMIT 1": "2026-11-01T00:50:18+07:00",
    "SELECT date_trunc('hour', min(logged_at)) AS t FROM page_views": "2026-11-01T00:00:00+07:00",
    "SELECT date_trunc('hour', local_at) AS t FROM page_views ORDER BY 1 LIMIT 1": "2026-11-01T00:00:00",
    "SELECT min(local_at) AS t FROM viewers": "2026-11-01T00:50:18",
    "SELECT min(logged_at) AS t FROM hit_agents": "2026-11-01T00:00:02+07:00",
    "SELECT count(*) AS n FROM page_views WHERE day = '2026-11-16'": "1417",
    "SELECT count(*) FROM page_views WHERE logged_at >= '2026-11-16' AND logged_at < '2026-11-17'": "1417",
    "SELECT first_at FROM visits ORDER BY first_at LIMIT 1": "2026-11-01T00:50:18+07:00",
    "SELECT hour FROM visits ORDER BY first_at LIMIT 1": "0",
    "SELECT logged_until FROM sites": "2026-11-21T10:06:51+07:00",
    "SELECT count(*) AS n FROM visits WHERE CAST(first_at AS DATE) <> day": "0",
    "SELECT count(*) AS n FROM visits WHERE CAST(local_at AS DATE) <> day": "0",
    f"SELECT $at AS t, '{AT}' AS u": "2026-11-21T10:00:00+07:00",
    "SELECT count(*) FROM hits AS h JOIN classified_hits AS c USING (logged_at) WHERE h.hour <> c.hour": "0",
}


@pytest.mark.parametrize("query", LOCAL)
def test_a_column_of_time_is_what_it_shows(query: str, month: Path) -> None:
    head = query.partition(" FROM ")[0]
    Path("mine.sql").write_text(
        f"-- title: Mine\n-- columns: {'a, b' if ' AS u' in head else 'a'}\n{query}\n", encoding="utf-8"
    )
    for command in (("sql", query), ("report", "mine.sql")):
        ran = run("--db", month, *command, "--at", AT)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.splitlines()[1].split("\t")[0] == LOCAL[query]


def test_the_local_columns_are_of_each_sites_zone() -> None:
    line = '192.0.2.1 - - [21/Nov/2026:03:10:00 +0000] "GET / HTTP/1.1" 200 1 "-" "curl/8"\n'
    for site, zone in (("a.example", "Asia/Ho_Chi_Minh"), ("b.example", "Europe/Berlin")):
        Path(f"{site}.log").write_text(line.replace("/ H", f"/{site} H") * 3, encoding="utf-8")
        assert (
            run("--db", "two.duckdb", "ingest", "--site", site, "--timezone", zone, f"{site}.log").code == 0
        )
    query = (
        "SELECT site, hour, local_at, hour(logged_at) AS h, logged_at FROM hits JOIN sites USING (site_id) "
        "GROUP BY ALL ORDER BY ALL"
    )
    assert run("--db", "two.duckdb", "sql", query).out.splitlines()[1:] == [
        "a.example\t10\t2026-11-21T10:10:00\t3\t2026-11-21T03:10:00+00:00",
        "b.example\t4\t2026-11-21T04:10:00\t3\t2026-11-21T03:10:00+00:00",
    ]
    assert run("--db", "two.duckdb", "sql", query, "--timezone", "Asia/Tokyo").out.splitlines()[1:] == [
        "a.example\t10\t2026-11-21T10:10:00\t12\t2026-11-21T12:10:00+09:00",
        "b.example\t4\t2026-11-21T04:10:00\t12\t2026-11-21T12:10:00+09:00",
    ]


def test_a_report_of_ones_own_leaves_out_suspects_and_has_local_times(month: Path) -> None:
    Path("mine.sql").write_text(
        "-- title: Mine\n-- params: since date = 18d, until date\n-- param without_suspects flag: People.\n"
        "-- columns: day, views\n"
        "SELECT {fragments/local_day(page_views.logged_at, sites.timezone)} AS local_day, count(*)\n"
        "FROM page_views JOIN sites ON sites.site_id = page_views.site_id\n"
        "WHERE {fragments/in_period(page_views.logged_at)} AND page_views.day = local_day\n"
        "GROUP BY local_day ORDER BY local_day\n",
        encoding="utf-8",
    )
    command = ("--db", month, "--config", CONFIG, "report", "mine.sql", "--at", AT)
    everybody, people = run(*command), run(*command, "--without-suspects")
    visits = run("--db", month, "visits", "--since", "18d", "--at", AT).out.splitlines()[1:]
    assert everybody.out.splitlines()[1:] == [f"{row.split()[1]}\t{row.split()[-1]}" for row in visits]
    assert (people.code, people.out, people.err) == (0, everybody.out, ""), "no suspect has a page view there"


def test_the_old_way_to_local_time_is_refused_with_the_new_one(month: Path) -> None:
    query = (
        "SELECT hour(logged_at AT TIME ZONE 'UTC' AT TIME ZONE timezone) FROM hits JOIN sites USING (site_id)"
    )
    ran = run("--db", month, "sql", query)
    assert (ran.code, ran.out) == (2, "")
    assert "use the columns local_at, day and hour" in ran.err
