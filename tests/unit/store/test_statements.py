"""Every statement's header says what the statement does, both ways; and headers that say nothing."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from support.sql_names import names
from support.surface import AGENTS, assert_in_words, month_store, options_for, run

from logstats.clock import UTC_CLOCK, parse_instant
from logstats.errors import LogstatsError
from logstats.reports import runner
from logstats.store import statements
from logstats.store.statements import Condition, Param, Query

REPORTS = [statements.load(name) for name in statements.names("reports")]
EVERY = sorted(statements.queries_dir().rglob("*.sql"))
FOLDER_OF = {path: path.relative_to(statements.queries_dir()).parts[0] for path in EVERY}
FRAGMENTS = [
    path for path in EVERY if FOLDER_OF[path] in ("formats", "fragments") and path.stem != "w3c_header"
]
STATEMENTS = [path for path in EVERY if path not in FRAGMENTS and FOLDER_OF[path] != "schema"]
LONGEST = 80  # lines; a longer query is two
STYLE = {
    # what a statement does not write: what it writes instead
    r"::": "CAST(x AS TYPE)",
    r"\bif\s*\(": "CASE WHEN … END",
    r"\bFILTER \((?!WHERE)": "FILTER (WHERE …)",
    r"AT TIME ZONE 'UTC' AT TIME ZONE [a-z_.]+ AS DATE": "{fragments/local_day(instant, zone)}",
    r"\b(?:told|met|unmet|judged|judging|asked|is_asked|place|placed|taken|begun|turns?|turned|address)\b": (
        "what the thing is: row, known, new, classified, index, url, client_ip, rotation"
    ),
}
READERS: dict[str, Callable[[str], object]] = {
    "integer": int,
    "text": str,
    "date": lambda text: parse_instant(text, UTC_CLOCK, datetime(2026, 11, 21)),
}
FEEDS = {
    "since": "since_day",
    "until": "until_day",
    "compare": "before_until",
}  # what follows from it, Derived
SHOWN_AS = {
    # a name in ORDER BY: the column that it is, or that is in the same order
    "gain": "change",
    "position": "figure",
    "step_at": "at",
    "people": "hits",
}
SHOWN_BY = {"gaps": ("--at", "2026-11-25")}  # a report: options with which it has rows
MAY_BE_EMPTY = {"gaps", "slow"}  # the sample's lines do not say how long answers took
OF_VIEWS = {"without_suspects"}  # what changes the views that the statement reads
CLOCK = re.compile(
    r"\b(?:current_(?:timestamp|date|time)|localtime(?:stamp)?)\b|\b(?:now|today)\s*\(", re.IGNORECASE
)


def statement(query: Query) -> str:
    """The statement without its comments and texts."""
    return re.sub(r"--[^\n]*|'[^']*'", " ", query.sql)


def name_of(query: Query) -> str:
    return statements.command_of(query.name)


def order_of(query: Query) -> list[str]:
    """The names in the last ORDER BY, without their tables: what the rows are sorted by."""
    last = re.split(r"\bORDER BY\b", statement(query))[-1]
    terms = re.split(r"\bLIMIT\b", last)[0].split(",")
    return [re.sub(r"^\w+\.|\s+(?:ASC|DESC)$", "", term.strip()) for term in terms]


def ask(store: Path, query: Query, *options: str) -> tuple[list[str], list[list[str]]]:
    """A report's columns and rows over a store, all of them."""
    limit = ["--limit", "1000000"] if "limit" in {param.name for param in query.params} else []
    config = options_for(name_of(query), store.parent)
    ran = run("--db", store, *config, name_of(query), "--at", "last", "-f", "tsv", *limit, *options)
    assert (ran.code, ran.err) == (0, "")
    columns, *rows = [line.split("\t") for line in ran.out.removesuffix("\n").split("\n")]
    return columns, rows


def chosen_of(query: Query) -> dict[str, str | bool]:
    """Values with which the conditions of most columns hold: every flag, and values of choices."""
    params = {param.name: param for param in query.params}
    others = {
        condition.param: next(
            choice for choice in params[condition.param].choices if choice != condition.value
        )
        for condition in query.conditions.values()
        if condition.is_other
    }
    named = {
        condition.param: condition.value or True
        for condition in query.conditions.values()
        if not condition.is_other
    }
    return others | named


def options_of(query: Query) -> list[str]:
    """The options of these values."""
    return [
        f"--{name.replace('_', '-')}" + ("" if value is True else f"={value}")
        for name, value in chosen_of(query).items()
    ]


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month_store(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of two sites where all is equal, so that only a tie-break orders them."""
    folder = tmp_path_factory.mktemp("twins")
    lines = ["not a line of any log\n"]
    for site in ("b.example", "a.example"):
        for path in ("/.env", "/.git/", "/pma/"):
            request_line = f'"GET {path} HTTP/1.1" 404 5 "-" "{AGENTS["phone"]}"'
            lines.append(f"{site}:443 192.0.2.1 - - [20/Nov/2026:10:00:03 +0700] {request_line}\n")
        for path in ("/b", "/a", "/find?q=b", "/find?q=a"):
            for agent, second in (("phone", 1), ("phone", 2), ("library", 1), ("reader", 1), ("crawler", 1)):
                request_line = f'"GET {path} HTTP/1.1" 200 5 "https://away.example/" "{AGENTS[agent]}"'
                lines.append(
                    f"{site}:443 192.0.2.{second} - - [20/Nov/2026:10:00:0{second} +0700] {request_line}\n"
                )
    for name in ("access.log", "other.log"):
        (folder / name).write_text("".join(lines), encoding="utf-8")
        lines[1:] = [line.replace("20/Nov", "21/Nov") for line in lines[1:]]
    ran = run("--db", folder / "twins.duckdb", "-q", "ingest", folder)
    assert (ran.code, ran.err) == (0, "")
    return folder / "twins.duckdb"


@pytest.mark.parametrize("path", EVERY, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_file_says_what_it_is(path: Path) -> None:
    query = statements.read(path, path.stem)
    assert query.title
    assert query.about.endswith((".", ":")), "an about is whole sentences"


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_header_names_what_its_statement_reads_and_makes(path: Path) -> None:
    query = statements.read(path, path.stem)
    found = names(query.sql)
    assert set(query.reads) == found.read
    assert set(query.makes) == found.made
    assert len(query.reads) + len(query.makes) == len({*query.reads, *query.makes}) + len(
        {*query.reads} & {*query.makes}
    )


@pytest.mark.parametrize("name", ["ingest/native/odd", "ingest/parse/client_reject"])
def test_a_list_as_long_as_the_chunk_is_joined_and_not_searched_for_each_line(name: str) -> None:
    assert "list_contains" not in statements.load(name).sql


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_fragment_names_what_it_reads_except_its_arguments(path: Path) -> None:
    query = statements.read(path, path.stem)
    assert set(query.reads) == names(query.sql).read - {f"{{{name}}}" for name in query.args}
    assert query.makes == ()


@pytest.mark.parametrize(
    ("text", "read", "made"),
    [
        (
            "WITH a AS (SELECT 1), b AS (FROM a) SELECT * FROM b, store.hit AS h JOIN c USING (x)",
            "c store.hit",
            "",
        ),
        ("SELECT * FROM read_csv($chunk), (SELECT 1 FROM d) WHERE x IS DISTINCT FROM y", "$chunk d", ""),
        ("SELECT '$a {b} FROM c' || {d} -- FROM e $f", "{b} {d}", ""),
        ("CREATE TEMP TABLE t AS FROM u; INSERT INTO v SELECT * FROM t", "u", "t v"),
        ("CREATE OR REPLACE TEMP TABLE t AS FROM t", "t", "t"),
        ("UPDATE store.a AS x SET y = $y FROM b AS z", "$y b", "store.a"),
        ("DELETE FROM a USING b WHERE c IN (SELECT d FROM a)", "a b", "a"),
    ],
)
def test_the_names_of_a_statement_are_found(text: str, read: str, made: str) -> None:
    found = names(text)
    assert found.read == set(read.split())
    assert found.made == set(made.split())


@pytest.mark.parametrize("path", EVERY, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_statement_looks_at_the_clock(path: Path) -> None:
    assert CLOCK.search(statement(statements.read(path, path.stem))) is None, "pass $at instead"


@pytest.mark.parametrize(
    "path", [*STATEMENTS, *FRAGMENTS], ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_a_statement_keeps_to_the_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert max(map(len, text.splitlines())) <= 130
    written = re.sub(r"--[^\n]*", " ", text)
    plain = re.sub(r"'[^']*'", "''", written)
    for pattern, instead in STYLE.items():
        where = written if "UTC" in pattern else plain
        found = re.search(pattern, where, re.IGNORECASE)
        assert found is None or path.stem == "local_day", f"{found[0]}: write {instead}"


@pytest.mark.parametrize("query", REPORTS, ids=name_of)
def test_a_report_has_columns_and_a_line_in_the_help(query: Query) -> None:
    assert query.columns
    listed = re.search(rf"^  {name_of(query)} +(.*)$", run("--help").out, re.MULTILINE)
    assert listed is not None
    assert listed[1] == query.title


@pytest.mark.parametrize("query", REPORTS, ids=name_of)
def test_each_parameter_of_the_statement_is_in_the_header_or_derived(query: Query) -> None:
    used = set(re.findall(r"\$(\w+)", statement(query)))
    assert used <= {param.name for param in query.params} | set(runner.Derived._fields)


@pytest.mark.parametrize("query", REPORTS, ids=name_of)
def test_each_parameter_of_the_header_is_used(query: Query) -> None:
    used = set(re.findall(r"\$(\w+)", statement(query)))
    for param in query.params:
        assert param.name in OF_VIEWS or used & {param.name, FEEDS.get(param.name)}, (
            f"--{param.name} changes nothing"
        )


@pytest.mark.parametrize("query", REPORTS, ids=name_of)
def test_each_default_can_be_what_it_says(query: Query) -> None:
    for param in query.params:
        if param.type == "choice":
            assert param.default in param.choices
        elif param.default is not None:
            READERS[param.type](param.default)


@pytest.mark.parametrize("query", REPORTS, ids=name_of)
def test_the_columns_of_the_header_are_those_of_the_statement(query: Query, month: Path) -> None:
    """In number, in order and, where the header leaves the name to the statement, by name."""
    named = [column for column in query.columns if "{" not in column]
    selected = re.split(r"\bSELECT\b", statement(query))[-1]
    items = re.split(r",(?![^()]*\))", re.split(r"\bFROM\b(?![^()]*\))", selected)[0])
    selects = [re.split(r"\bAS\b|\.", item)[-1].strip() for item in items]
    assert len(selects) == len(query.columns)
    assert [name for name, column in zip(selects, query.columns, strict=True) if "{" not in column] == named
    shown = ask(month, query)[0]
    defaults: dict[str, str | bool | None] = {param.name: param.default for param in query.params}
    assert {column for column in query.conditions if column in shown} == {
        column for column in query.conditions if query.shows(column, defaults)
    }
    columns, rows = ask(month, query, *options_of(query))
    values = defaults | chosen_of(query)
    assert [name for name in columns if name in named] == [
        name for name in named if query.shows(name, values)
    ]
    assert {len(row) for row in rows} <= {len(columns)}


@pytest.mark.parametrize("store", ["month", "twins"])
@pytest.mark.parametrize("query", REPORTS, ids=name_of)
def test_the_order_of_a_report_is_complete(query: Query, store: str, request: pytest.FixtureRequest) -> None:
    """The sort key is unique, so the order of rows never changes by itself."""
    columns, rows = ask(request.getfixturevalue(store), query, *SHOWN_BY.get(name_of(query), ()))
    defaults = {param.name: param.default for param in query.params}
    shown_as = SHOWN_AS | dict.fromkeys(("period", "label"), str(defaults.get("by")))
    hidden = {column for column in query.conditions if not query.shows(column, defaults)}
    sorted_by = [shown_as.get(name, name) for name in order_of(query) if name not in hidden]
    assert set(sorted_by) <= set(columns)
    keys = [tuple(row[columns.index(name)] for name in sorted_by) for row in rows]
    assert keys or name_of(query) in MAY_BE_EMPTY
    assert len(set(keys)) == len(keys)


def test_a_column_may_have_two_conditions(tmp_path: Path) -> None:
    text = (
        "-- title: Mine\n-- params: by choice(section|day) = section, compare choice(year|none) = year\n"
        "-- columns: a, b if by!=day and compare!=none\nSELECT 1, 2\n"
    )
    query = statements.read(write(tmp_path, text), "mine")
    assert query.conditions == {"b": Condition("by", "day", True, (Condition("compare", "none", True),))}
    assert query.shows("b", {"by": "section", "compare": "year"})
    assert not query.shows("b", {"by": "day", "compare": "year"})
    assert not query.shows("b", {"by": "section", "compare": "none"})


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.sql"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_header_is_read_to_its_last_line(tmp_path: Path) -> None:
    text = (
        "-- title: Mine\n-- about: One\n-- about: and two.\n"
        "-- params: since date = 30d, by choice(day|week) = day,\n"
        "-- params: limit integer, name\n-- param whole flag: The rest: too.\n"
        "-- columns: site, {by}\n-- columns: visits, rest if whole\n"
        "-- a remark, which ends the header\n-- title: not of the header\nSELECT 1\n"
    )
    query = statements.read(write(tmp_path, text), "mine")
    assert (query.name, query.title, query.about) == ("mine", "Mine", "One and two.")
    assert query.columns == ("site", "{by}", "visits", "rest")
    assert query.conditions == {"rest": Condition("whole")}
    assert query.params == (
        Param("since", "date", "30d"),
        Param("by", "choice", "day", ("day", "week")),
        Param("limit", "integer", None),
        Param("name", "text", None),
        Param("whole", "flag", None, help="The rest: too."),
    )
    assert query.sql.endswith("SELECT 1\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1\n", "begin the file with '-- title: …'"),
        ("", "begin the file with '-- title: …'"),
        ("-- about: No title.\nSELECT 1\n", "begin the file with '-- title: …'"),
        ("\n-- title: Too late\nSELECT 1\n", "begin the file with '-- title: …'"),
        (
            "-- title: A\n-- params: Since date\n",
            "'Since date' is not a parameter; write 'name type = default'",
        ),
        ("-- title: A\n-- params: n float = 1\n", "'n float = 1' is not a parameter"),
        ("-- title: A\n-- params: by choice()\n", "'by choice()' is not a parameter"),
        ("-- title: A\n-- params: since date =\n", "'since date =' is not a parameter"),
        ("-- title: A\n-- params: a b c\n", "'a b c' is not a parameter"),
    ],
)
def test_a_header_that_says_nothing_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(LogstatsError) as refused:
        statements.read(path, "mine")
    assert str(path) in str(refused.value)
    assert message in str(refused.value)


def test_a_fragment_is_put_in_with_its_arguments(tmp_path: Path) -> None:
    text = (
        "-- title: Mine\n-- reads: hits\nSELECT {fragments/local_day(max(hits.logged_at), zone)} FROM hits\n"
    )
    query = statements.read(write(tmp_path, text), "mine")
    day = "CAST(max(hits.logged_at) AT TIME ZONE 'UTC' AT TIME ZONE zone AS DATE)"
    assert query.sql.strip() == f"SELECT {day} FROM hits"
    assert query.sql.splitlines()[2].startswith("SELECT"), "a line keeps its number"
    assert query.tables == ("hits",)


def test_a_report_of_ones_own_has_the_options_of_its_header(month: Path, tmp_path: Path) -> None:
    text = (
        "-- title: Mine\n-- about: Days with so many visits.\n"
        "-- params: since date = 7d, least integer = 1\n-- columns: day, n\n"
        "SELECT day, visits FROM day_totals WHERE day >= $since_day AND visits >= $least ORDER BY day\n"
    )
    mine = write(tmp_path, text)
    shown = run("--db", month, "report", mine, "--help")
    assert shown.code == 0
    assert "Days with so many visits." in shown.out
    assert re.search(r"--least .*\[default: 1\]", shown.out)
    ran = run("--db", month, "report", mine, "--least", "700", "--at", "last", "-f", "tsv")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "day\tn\n2026-11-16\t708\n2026-11-19\t701\n"


@pytest.mark.parametrize(
    "number", ["9223372036854775807", "4611686018427387905", "1_0", "\u0661", " 1", "-1"]
)
def test_a_number_is_used_as_it_is_or_refused(number: str, month: Path, tmp_path: Path) -> None:
    mine = write(tmp_path, "-- title: Mine\n-- params: n integer\n-- columns: n\nSELECT $n AS n\n")
    ran = run("--db", month, "report", mine, "--n", number)
    message = f"logstats: --n: {number} is not a whole number from 0 to 4,611,686,018,427,387,904\n"
    assert (ran.code, ran.out, ran.err.replace("'", "")) == (2, "", message)
    assert run("--db", month, "report", mine, "--n", str(2**62), "-f", "tsv").out == f"n\n{2**62}\n"


WRONG = {
    "columns": ("-- columns: a, b\nSELECT 1 AS a\n", "its header names 2 columns, its statement gives 1"),
    "syntax": ("-- columns: a\nSELEC 1 AS a\n", "SELEC"),
    "unknown parameter": ("-- columns: a\nSELECT $nowhere AS a\n", "nowhere"),
    "column of no parameter": ("-- columns: a, {b}\nSELECT 1, 2\n", "by 'b', which is not a parameter"),
    "column of no flag": ("-- columns: a, b if c\nSELECT 1, 2\n", "by 'c', which is not a parameter"),
    "no statement": ("-- columns: a\n", "mine"),
    "key": ("-- colums: a\nSELECT 1\n", "line 2: 'colums' is no key of a header; did you mean 'columns'?"),
    "key of no word": ("-- note: mine\nSELECT 1\n", "line 2: 'note' is no key of a header; there are: about"),
    "choice": (
        "-- params: by choice(day|week) = year\nSELECT 1\n",
        "'by choice(day|week) = year': the default is no",
    ),
    "twice": ("-- params: n integer, n text\nSELECT $n\n", "the parameter 'n' is in the header twice"),
    "twice in two lines": (
        "-- params: n integer\n-- param n text: N.\nSELECT $n\n",
        "'n' is in the header twice",
    ),
    "long default": (
        "-- params: n integer = 9223372036854775807\nSELECT $n\n",
        "the default is not a whole number",
    ),
    "default in other digits": (
        "-- params: n integer = \u0661\nSELECT $n\n",
        "the default is not a whole number",
    ),
    "reserved": (
        "-- params: format text\nSELECT $format\n",
        "mine.sql: every report has the option --format; name",
    ),
    "reserved too": (
        "-- params: allow_files flag\nSELECT $allow_files\n",
        "every report has the option --allow_files",
    ),
    "reserved by printing": ("-- params: bom flag\nSELECT $bom\n", "every report has the option --bom"),
    "reserved by the site": ("-- params: site\nSELECT $site\n", "every report has the option --site"),
    "arguments": (
        "-- columns: a\nSELECT {fragments/local_day(x)}\n",
        "line 3: the fragment is written {frag",
    ),
    "no arguments": (
        "SELECT\n{fragments/local_day}\n",
        "line 3: the fragment is written {fragments/local_day(in",
    ),
    "more arguments": (
        "SELECT {fragments/hit_class(x)}\n",
        "line 2: the fragment is written {fragments/hit_class},",
    ),
    "fragment": (
        "SELECT {fragments/nope(x)}\n",
        "line 2: no fragment 'fragments/nope'; did you mean 'fragments/",
    ),
    "misspelt fragment": ("SELECT {fragments/localday(x, y)}\n", "did you mean 'fragments/local_day'?"),
    "default": ("-- params: limit integer = many\n-- columns: a\nSELECT 1\n", "many"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_report_of_ones_own_is_refused(text: str, message: str, month: Path, tmp_path: Path) -> None:
    ran = run("--db", month, "report", write(tmp_path, "-- title: Mine\n" + text))
    assert_in_words(ran.err)
    assert message in ran.err
    assert (ran.code in (1, 2), ran.out) == (True, "")


def test_the_statements_ship_with_the_program() -> None:
    """What pyproject forces into the wheel is what the catalog looks for there."""
    project = (Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    assert 'queries = "logstats/queries"' in project
    assert 'sample_logs = "logstats/sample_logs"' in project
