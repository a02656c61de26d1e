"""Ordinary mistakes on the command line: each is refused, and the message names the right word."""

import os
import shlex
from pathlib import Path

import pytest
from support.surface import SITE, assert_in_words, month_store, process, run

TEMPLATES = {
    # a template's file: its text
    "spec.tmpl": "all: {all_time:d}\nnow: {today:x}\n",
    "comma.tmpl": "{today:,d}",
    "case.tmpl": "{today} {All_Time}",
    "dash.tmpl": "{today} {all-time}",
    "name.tmpl": "{tody}",
    "none.tmpl": "<b>nothing</b>",
}
REFUSED = [
    # a line, words of the message; {db} is the month's store
    # - a command
    ("vists", ["no such command 'vists'", "did you mean `logstats visits`?"]),
    ("Visits", ["did you mean `logstats visits`?"]),
    ("artcles", ["did you mean `logstats articles`?"]),
    ("statuss", ["did you mean `logstats status"]),
    ("help", ["did you mean `logstats --help`?"]),
    ("backup", ["did you mean `logstats snapshot`?"]),
    ("nosuch", ["no such command 'nosuch'", "`logstats --help` lists the commands"]),
    ("report artcles", ["no report 'artcles'", "did you mean 'articles'?", "or give a .sql file"]),
    # - an option, or its place
    ("visits --db x", ["put it before the command: logstats --db … visits"]),
    ("visits --config x", ["put it before the command: logstats --config … visits"]),
    ("visits --wait 3", ["put it before the command: logstats --wait … visits"]),
    ("visits -v", ["put it before the command: logstats -v … visits"]),
    ("report articles --db x", ["put it before the command: logstats --db … report articles"]),
    ("--since 7d visits", ["put it after the command", "--since"]),
    ("--format json counters", ["put it after the command", "--format"]),
    ("--dbb x visits", ["no such option '--dbb'", "did you mean --db?"]),
    ("hosts --limit 1_0", ["--limit: '1_0' is not a whole number from 0 on; 0 shows all rows"]),
    ("hosts --limit \u0661", ["--limit: '\u0661' is not a whole number from 0 on"]),
    ("articles --top 1_0", ["--top: '1_0' is not a whole number from 1 to 1,000"]),
    ("status --max-rejects nan", ["--max-rejects: 'nan' is not a number from 0 to 100"]),
    ("sql 'SELECT 1' --timeout nan", ["--timeout: 'nan' is not a number from 0 on"]),
    ("sql 'SELECT 1' --timeout 1e400", ["--timeout: '1e400' is not a number from 0 on"]),
    ("sql 'SELECT 1' --timeout 1_0", ["--timeout: '1_0' is not a number from 0 on"]),
    ("--wait nan visits", ["--wait: 'nan' is not a number from 0 on"]),
    ("--wait inf visits", ["--wait: 'inf' is not a number from 0 on"]),
    ("--db {db} visits --since \u0667d", ["'\u0667d' is not a date or time"]),
    ("prune --keep \u0667d", ["'\u0667d' is not a number of days"]),
    ("visits --limt 3", ["no such option '--limt'", "did you mean --limit?", "`logstats visits --help`"]),
    ("visits --detail", ["no such option '--detail'", "articles has it"]),
    ("counters --templates x", ["did you mean --template?"]),
    # - a choice
    ("--db {db} visits -f jsn", ["'jsn' is not one of table, markdown, csv", "did you mean 'json'?"]),
    ("--db {db} visits -f JSON", ["did you mean 'json'?"]),
    ("--db {db} visits --by mnth", ["'mnth' is not one of day, week, month, all", "did you mean 'month'?"]),
    ("--db {db} counters --lang vn", ["'vn' is not one of vi, en"]),
    ("--db {db} counters -o b.xyz", ["the ending '.xyz'", ".txt, .html", ".json", "--format"]),
    ("--db {db} counters -o box.md", ["the ending '.md'", ".txt, .html", "--format"]),
    ("--db {db} counters -o b.jsn", ["the ending '.jsn'", "did you mean '.json'?"]),
    # - a number
    ("--db {db} visits --limit -1", ["--limit: -1 is not a whole number from 0 on", "0 shows all rows"]),
    ("--db {db} visits --limit all", ["--limit: 'all' is not a whole number", "0 shows all rows"]),
    ("--db {db} visits --limit 1.5", ["--limit: '1.5' is not a whole number"]),
    ("--db {db} undo abc", ["ID: 'abc' is not an ingest's ID", "`logstats ingests` lists them"]),
    ("--db {db} undo 0", ["ID: '0' is not an ingest's ID"]),
    ("--wait soon counters", ["--wait: 'soon' is not a number from 0 on"]),
    ("--wait -1 counters", ["--wait: -1.0 is not a number from 0 on"]),
    ("--db {db} baseline x many", ["VISITS: 'many' is not a whole number from 0 to 1,000,000,000,000,000"]),
    ("--db {db} prune --keep 0d", ["'0d' is not a number of days from 1d"]),
    # - a date
    ("cluster store x 11-2026 --from d -o f", ["'11-2026' is not a month; write it as 2026-11"]),
    ("--db {db} baseline x 5 --on yesterday", ["--on: 'yesterday' is not a date; write it as 2026-11-23"]),
    ("--db {db} visits --since 1m", ["'1m' can be minutes or months", "1min", "1mo"]),
    ("--db {db} visits --until 3m", ["3min", "3mo"]),
    ("--db {db} visits --since soon", ["'soon' is not a date or time", "yesterday", "7d, 12h, 1mo"]),
    ("--db {db} visits --since ''", ["'' is not a date or time"]),
    ("--db {db} visits --until ''", ["'' is not a date or time"]),
    ("--db {db} counters --at ''", ["'' is not a date or time"]),
    ("--db {db} counters --timezone ''", ["no time zone ''"]),
    ("--db {db} visits --since 2026-11-20 --until 2026-11-10", ["--since 2026-11-20", "is empty"]),
    ("--db {db} visits --since today --until yesterday", ["is empty"]),
    # - a zone
    ("--db {db} counters --timezone Asia/Ho_Chi_Mihn", ["did you mean 'Asia/Ho_Chi_Minh'?"]),
    ("--db {db} counters --timezone Hanoi", ["did you mean 'Asia/Ho_Chi_Minh'?"]),
    ("--db {db} counters --timezone +07:00", ["no time zone '+07:00'", "Etc/GMT-7"]),
    # - a site
    (f"--db {{db}} counters --site {SITE[1:]}", ["no site", f"did you mean '{SITE}'?"]),
    (f"--db {{db}} visits --site {SITE.upper()}", ["no site", f"did you mean '{SITE}'?"]),
    ("--db {db} baseline x 5", ["no site 'x'", f"there are: {SITE}"]),
    # - a log format
    ("--db new.duckdb ingest --log-format combind a.log", ["'combind'", "did you mean 'combined'?"]),
    ("--db new.duckdb ingest --log-format Combined a.log", ["did you mean 'combined'?"]),
    ("--db new.duckdb ingest --log-format autoo a.log", ["did you mean 'auto'?"]),
    ("formats combind", ["no format and no log 'combind'", "did you mean 'combined'?"]),
    ("formats syslg", ["did you mean 'syslog'?"]),
    # - what to explain
    ("explain tody", ["no figure 'tody'", "did you mean 'today'?", "--agent"]),
    ("explain Today", ["did you mean 'today'?"]),
    ("explain all-time", ["did you mean 'all_time'?"]),
    ("explain monthly", ["did you mean 'month'?"]),
    ("explain le-hoi-104732", ["is no figure", "/le-hoi-104732", "--agent"]),
    ("explain tin-tuc/le-hoi", ["/tin-tuc/le-hoi"]),
    ("explain portal.example/tin", ["https://portal.example/tin"]),
    ("explain ''", ["a URL begins with /"]),
    # - a template
    ("--db {db} counters --template spec.tmpl", ["spec.tmpl: line 2: {today:x}", "{today:d}"]),
    ("--db {db} counters --template comma.tmpl", ["comma.tmpl: line 1: {today:,d}", "{today:d}"]),
    ("--db {db} counters --template case.tmpl", ["{All_Time} is no placeholder", "{all_time}"]),
    ("--db {db} counters --template dash.tmpl", ["{all-time} is no placeholder", "{all_time}"]),
    ("--db {db} counters --template name.tmpl", ["{tody}", "did you mean '{today}'?"]),
    ("--db {db} counters --template none.tmpl", ["it has no placeholder", "{today}"]),
]
ACCEPTED = [
    # what looks like a mistake, and is none
    "explain curl/8.5.0",
    "explain Googlebot",
    "explain --agent today",
    "explain --agent le-hoi-104732",
    "explain 'a browser of two words'",
    "--db {db} visits --limit 0",
    "--db {db} visits --since yesterday --until today",
    "--db {db} visits --since 1y",
    "--db {db} visits --since 2mo",
    "--db {db} visits --since 90min",
    "--db {db} counters -o box",
    "--db {db} counters -o box.md -f markdown",
    "--db {db} counters -o box.js --template good.tmpl",
]


LINE = '198.51.100.1 - - [28/Nov/2026:00:11:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "-"\n'


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month_store(tmp_path_factory.getbasetemp())


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with the templates and a log."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        **TEMPLATES,
        "good.tmpl": "a { color: red } {today} {name: 1}",
        "a.log": "x\n",
    }.items():
        Path(name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("line", "words"), REFUSED, ids=[line for line, _ in REFUSED])
def test_a_mistake_is_refused_with_the_right_word(line: str, words: list[str], month: Path) -> None:
    before = sorted(Path().iterdir())
    ran = run(*shlex.split(line.replace("{db}", str(month))))
    assert (ran.code, ran.out) == (2, "")
    assert_in_words(ran.err)
    assert [word for word in words if word not in ran.err] == [], ran.err
    made = {path.name for path in Path().iterdir()} - {path.name for path in before}
    assert not {name for name in made if "new.duckdb" not in name}, "a refused command writes nothing"


@pytest.mark.parametrize("line", ACCEPTED)
def test_what_is_no_mistake(line: str, month: Path) -> None:
    ran = run("-q", *shlex.split(line.replace("{db}", str(month))))
    assert ran.code == 0, ran
    assert all(line.startswith("note: nothing since") for line in ran.err.splitlines()), ran


SETTINGS = [
    # lines of logstats.toml, a command, words of the message: what only a run finds out
    (
        'timezone = "Asia/Ho_Chi_Mihn"',
        "sources",
        ["logstats.toml: line 3:", "did you mean 'Asia/Ho_Chi_Minh'?"],
    ),
    (
        'timezone = "Nowhere/City"',
        "update",
        ["logstats.toml: line 3: site.timezone: no time zone 'Nowhere/City'"],
    ),
    ('logs = ["a.log"]\nformat = "combind"', "update", ["logstats.toml: line 4: site.format", "'combined'?"]),
    (
        'logs = ["a.log"]\n[[site.article]]\npattern = "a(?=b)"',
        "update",
        ["line 5: site.article.pattern", "RE2"],
    ),
    ('logs = ["a.log"]\n[bots]\nadd = ["a(?!b)"]', "update", ["line 5: bots.add", "RE2"]),
    ('logs = ["a.log"]\n[bots]\nadd = ["("]', "sources", ["line 5: bots.add: '(' is not a pattern of RE2"]),
    (
        "logs = ['a.log']\n[bots]\nexcept = ['\\p{X}']",
        "articles",
        ["line 5: bots.except: ", "of RE2: invalid"],
    ),
    (f"[[site.article]]\npattern = '{'(' * 1200}a'", "sources", ["line 4: site.article.pattern: "]),
]
PATTERNS = (
    "[[:digit:]]+",
    "[[]",
    "[a&&b]",
    "[a||b]",
    r"\p{L}+",
    r"(?U)a+",
    r"\Qa.b\E",
    r"\z",
    f"{'(' * 1200}a{')' * 1200}",
    r"\x{41}",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_nothing_is_said_of_a_pattern_of_re2(pattern: str) -> None:
    text = f"assets = ['{pattern}']\n[bots]\nadd = ['{pattern}']\nexcept = ['{pattern}']\n"
    Path("logstats.toml").write_text(f"{text}[[site]]\nname = 'a'\nlogs = ['a.log']\n", encoding="utf-8")
    Path("a.log").write_text(LINE, encoding="utf-8")
    ran = process("--db", "new.duckdb", "-q", "update")
    assert (ran.code, ran.err) == (0, ""), ran


@pytest.mark.parametrize(("lines", "command", "words"), SETTINGS)
def test_a_setting_that_a_run_finds_to_be_wrong_is_named_with_its_line(
    lines: str, command: str, words: list[str]
) -> None:
    Path("logstats.toml").write_text(f'[[site]]\nname = "a"\n{lines}\n', encoding="utf-8")
    ran = run("--db", "new.duckdb", command)
    assert (ran.code, ran.out) == (2, "")
    assert [word for word in words if word not in ran.err] == [], ran.err


@pytest.mark.parametrize("command", ["ingest --site s a.log", "--config site.toml update", "init"])
def test_a_tz_that_names_no_zone_is_refused_where_it_is_needed(command: str) -> None:
    Path("a.log").write_text(LINE, encoding="utf-8")
    site = "[[site]]\nname = 's'\nlogs = ['a.log']\n"
    Path("site.toml").write_text(site, encoding="utf-8")
    ran = run("--db", "new.duckdb", *command.split(), env={"TZ": "ICT-7"})
    assert (ran.code, ran.out) == (2, "")
    assert (
        "no time zone 'TZ=ICT-7'; set TZ to a name like Asia/Ho_Chi_Minh, or name the zone with --tim"
        in ran.err
    )
    Path("site.toml").write_text(f"{site}timezone = 'UTC'\n", encoding="utf-8")
    ran = run("--db", "new.duckdb", "--config", "site.toml", "-q", "update", env={"TZ": "ICT-7"})
    assert (ran.code, ran.out) == (0, "")


DIGITS = "9" * 5000
NO_NAMES = [
    # logstats.toml, a command, the code, words of the message: what was an unexpected exception
    (r'database = "\u0000"', "update", ["line 1: database: the string has a NUL"]),
    ('\ndatabase = "/"', "update", ["line 2: database: '/' is a folder; write the name of a file"]),
    ('database = "."', "counters", ["line 1: database: '.' is a folder"]),
    ('[[counter]]\nfile = "c\\u0000.txt"', "update", ["line 2: file: the string has a NUL"]),
    (
        '[[site]]\nname = "a"\ntitles = ["\\u0000"]',
        "update",
        ["line 3: titles: the string has a NUL"],
    ),
    (
        '[[site]]\nname = "a"\naliases = {"/\\u0000" = "/"}',
        "update",
        ["line 3: aliases: the string has"],
    ),
    (r'assets = ["a\u0000"]', "update", ["line 1: assets: the string has a NUL"]),
    (f"\n\nx = {DIGITS}", "update", ["line 3: is not valid TOML: a number has over 4,300 digits"]),
    (
        f"keep_hits = 0x{DIGITS}",
        "update",
        ["line 1: keep_hits must be a number of days", "of so many digits"],
    ),
    (
        f"[[site]]\nname = 'a'\nlogs = ['a.log']\nformat = '{'syslog ' * 2000}combined'",
        "update",
        ["line 4", "2,000"],
    ),
    ("", "--db / update", ["'/' is a folder, so it can't be the store"]),
    ("", "--db {db} snapshot .", ["is a folder, and a snapshot needs a file"]),
    ("", "--db {db} snapshot ''", ["is a folder, and a snapshot needs a file"]),
    ("", "--db {db} snapshot /", ["is a folder, and a snapshot needs a file"]),
    ("", "--config /dev/zero counters", ["/dev/zero: can't be read: it is not a regular file"]),
    ("", "--config . counters", [".: can't be read: it is not a regular file"]),
    ("#" * 1_000_001, "counters", ["logstats.toml: can't be read: it is larger than 1 MB"]),
    ("", "report large.sql", ["large.sql: can't be read: it is larger than 1 MB"]),
    ("[[site]]\nname = 'a'\ntimezone = \"UTC\\n\"", "update", [r"line 3: timezone: no time zone 'UTC\n'; "]),
    ("[[site]]\nname = 'a'\ntimezone = 'Asia'", "update", ["line 3: site.timezone: no time zone 'Asia'"]),
    (
        "[[site]]\nname = 'a'\nvisit_gap = '\u0661\u0662m'",
        "update",
        ["line 3: visit_gap: ", "is not a duration"],
    ),
    (
        '[[site]]\nname = "a"\nvisit_gap = "30m\\n"',
        "update",
        [r"line 3: visit_gap: '30m\n' is not a duration"],
    ),
]


@pytest.mark.parametrize(("settings", "command", "words"), NO_NAMES)
def test_what_no_run_can_use_is_refused_in_words(
    settings: str, command: str, words: list[str], month: Path
) -> None:
    Path("logstats.toml").write_text(settings, encoding="utf-8")
    Path("a.log").write_text(LINE, encoding="utf-8")
    Path("large.sql").write_text("-- title: A\n" + "-" * 1_000_000, encoding="utf-8")
    ran = run(*shlex.split(command.replace("{db}", str(month))))
    assert (ran.code, ran.out) == (2, ""), ran
    assert_in_words(ran.err)
    assert [word for word in words if word not in ran.err] == [], ran.err


def test_a_log_that_is_not_there_is_named_with_the_line_of_the_setting() -> None:
    Path("logstats.toml").write_text('[[site]]\nname = "a"\n\nlogs = ["acess.log"]\n', encoding="utf-8")
    ran = run("--db", "new.duckdb", "update")
    assert (ran.code, ran.out) == (1, "")
    assert "check the path in logstats.toml, line 4" in ran.err


NOT_TEXT = os.fsdecode(b"x\xff")  # bytes that are not UTF-8, as Python passes them on
TEXTS = [
    ("explain", NOT_TEXT),
    ("explain", f"/tin/{NOT_TEXT}"),
    ("sql", f"SELECT '{NOT_TEXT}'"),
    ("rename", SITE, NOT_TEXT),
    ("move", "1", NOT_TEXT),
    ("baseline", SITE, "5", "--note", NOT_TEXT),
    ("baseline", NOT_TEXT),
    ("articles", "--site", NOT_TEXT),
    ("articles", "--by", NOT_TEXT),
    ("articles", "--since", NOT_TEXT),
    ("counters", "--at", NOT_TEXT),
    ("counters", "--timezone", NOT_TEXT),
    ("ingest", "--site", NOT_TEXT, "a.log"),
    ("ingest", "--host", NOT_TEXT, "a.log"),
    ("ingest", "--log-format", NOT_TEXT, "a.log"),
    ("titles", "--site", NOT_TEXT, "a.xml"),
    ("undo", NOT_TEXT),
    (NOT_TEXT,),
]


@pytest.mark.parametrize("words", TEXTS, ids=lambda words: words[0] if len(words[0]) > 2 else "a command")
def test_bytes_that_are_no_text_are_refused(words: tuple[str, ...], month: Path) -> None:
    ran = run("--db", month, *words)
    assert (ran.code, ran.out) == (2, ""), ran
    assert r"x\udcff" in ran.err
    assert_in_words(ran.err)


@pytest.mark.parametrize("command", [("counters",), ("ingest", "a.log"), ("verify",)])
def test_a_store_has_a_name_that_is_text(command: tuple[str, ...]) -> None:
    Path("a.log").write_bytes(b"")
    ran = run("--db", f"{NOT_TEXT}.duckdb", *command)
    assert (ran.code, ran.out) == (4, ""), ran
    assert "is not UTF-8 text" in ran.err
    assert_in_words(ran.err)
