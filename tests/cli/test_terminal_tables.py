"""What a person sees: each command on a terminal of 80 and of 60 columns, and no row that it would wrap."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from unittest.mock import patch

import click
import pytest
from support.surface import (
    AT,
    CONFIG,
    PROGRAM,
    SAMPLES,
    SITE,
    copied,
    month_store,
    process_env,
    run,
    run_on_terminal,
    with_terminal,
)

from logstats.cli import main
from logstats.render import terminal
from logstats.render.screen import Screen
from logstats.render.text_width import width
from logstats.shards import folders, manifest
from logstats.shards.manifest import KeyFigures, Manifest

REAL_LOGS = Path(__file__).parents[3] / "shared" / "logs"
REAL_LOG = REAL_LOGS / "elastic-examples__apache_logs.log.gz"
LONG_URL = f"/tin/{'le-hoi-' * 428}104732"
CONF = 'LogFormat "%h %l %u %t \\"%r\\" %>s %b" common\nCustomLog /var/log/apache2/access.log common\n'
FIGURES = KeyFigures(
    version="0123456789abcdef01234567",
    written_at="2026-11-23T01:00:00Z",
    files={},
    sizes={},
    sites={},
    logs=400,
    lines=123_456_789,
    hits=123_456_780,
    rejects=9,
)
COMMANDS = {
    # command: its lines, in which {log}, {conf} and {url} are names
    "answers": ("", "--by day"),
    "article-days": ("--limit 5",),
    "articles": (
        "",
        "--detail",
        "--by section",
        "--trend",
        "--trend --detail",
        "--rising --since 7d",
        "--limit 1",
    ),
    "baseline": ("",),
    "bot-days": ("--limit 5",),
    "browsers": ("",),
    "bots": ("", "--by class"),
    "check": ("",),
    "cluster": ("keys figures",),
    "compare": ("",),
    "devices": ("",),
    "entries": ("",),
    "exits": ("",),
    "counters": ("", "-f table"),
    "explain": ("today", "all", "{url}", "--agent 'curl/8.5 {url}'"),
    "formats": ("", "combined", "squid", "{log}", "--from {conf}"),
    "gaps": ("",),
    "hours": ("", "--by day"),
    "hosts": ("",),
    "methods": ("",),
    "notfound": ("", "--by day"),
    "origins": ("", "--by host", "--by channel"),
    "searches": ("",),
    "sections": ("", "--by day"),
    "slow": ("",),
    "systems": ("",),
    "ingests": ("", "--limit 1"),
    "online": ("", "--with-bots"),
    "online-history": ("",),
    "pages": ("",),
    "prune": ("--keep 1d --dry-run",),
    "rebuild": ("--dry-run",),
    "referrers": ("", "--by address"),
    "rejects": ("", "--by line", "--headers --by line"),
    "repair": ("",),
    "report": ("articles", "visits --by month"),
    "sites": ("",),
    "sizes": ("", "--by class"),
    "sources": ("",),
    "sql": ("'FROM hits LIMIT 5'", "'FROM articles LIMIT 5'", "'SHOW TABLES'", "'SELECT 1 AS a WHERE false'"),
    "status": ("",),
    "statuses": ("", "--by page", "--by page --status 404"),
    "suspects": ("", "--by visitor"),
    "undo": ("1 --dry-run",),
    "update": ("--dry-run",),
    "verify": ("",),
    "weekdays": ("", "--by hour"),
    "visits": ("", "--by month", "--compare previous", "--by all", "--with-bots", "--limit 3"),
}
WITHOUT_TABLES = {
    # a command: why it is not here
    "countries": "needs a database of countries; its table has the columns of `browsers`",
    "compact": "prints messages",
    "dashboard": "writes a page",
    "export": "prints messages",
    "import": "prints messages",
    "demo": "reads the sample; its table has the columns of `articles`",
    "ingest": "prints messages",
    "init": "prints two commands to be copied",
    "move": "prints messages",
    "rename": "prints messages",
    "snapshot": "prints messages",
    "titles": "prints messages",
}
WITH_TIME = ("articles", "bots", "counters", "online", "pages", "referrers", "statuses", "suspects", "visits")
AWKWARD_TITLES = {
    "/": "Trang chủ 🇻🇳",
    LONG_URL: "Lễ hội xuống đồng 👨\u200d👩\u200d👧 " * 9,
    "/kanji": "漢字かな交じり文の題名は、とても長いです。" * 3,
    "/marks": "Le\u0302\u0303 ho\u0323\u0302i xuo\u0302\u0301ng \u0111o\u0302\u0300ng",
}


def test_each_command_is_here_or_has_no_table() -> None:
    names = set(main.logstats.list_commands(click.Context(main.logstats)))
    assert names == {*COMMANDS, *WITHOUT_TABLES}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = copied(
        month_store(tmp_path_factory.getbasetemp()), tmp_path_factory.mktemp("sample") / "s.duckdb"
    )
    assert run("--db", store, "--config", CONFIG, "titles", SAMPLES / "titles.csv").code == 0
    return store


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not REAL_LOG.is_file():
        pytest.skip("the real logs are not here: they would be in shared/logs, beside the project")
    store = tmp_path_factory.mktemp("real") / "r.duckdb"
    assert run("--db", store, "ingest", "--site", "blog.example", REAL_LOG).code == 0
    return store


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of URLs of 3,000 characters, with referrers and agents as long, rejects, and wide titles."""
    folder = tmp_path_factory.mktemp("awkward")
    agent = f"Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/{'1' * 900}"
    lines = [
        f"192.0.2.{number % 9} - - [21/Nov/2026:09:{number % 60:02d}:00 +0700] "
        f'"GET {url}?n={number % 3} HTTP/2" '
        f'{404 if number % 7 == 0 else 200} 5 "https://other.example{url}" "{agent}"'
        for number in range(90)
        for url in AWKWARD_TITLES
    ]
    log = folder / f"{'access-' * 20}.log"
    log.write_text("\n".join([*lines, f'"GET {LONG_URL}" is no line', ""]), encoding="utf-8")
    titles = folder / "titles.csv"
    titles.write_text(
        "".join(f'{url},"{title}"\n' for url, title in AWKWARD_TITLES.items()), encoding="utf-8"
    )
    store = folder / "a.duckdb"
    config = str(CONFIG)
    assert run("--db", store, "--config", config, "ingest", "--site", SITE, log).code == 0
    assert run("--db", store, "--config", config, "titles", "--site", SITE, titles).code == 0
    return store


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the commands name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "httpd.conf").write_text(CONF, encoding="utf-8")
    shutil.copyfile(SAMPLES / "portal" / "access.log", tmp_path / "access.log")
    shutil.copyfile(CONFIG, tmp_path / "logstats.toml")
    (tmp_path / "figures").mkdir()
    new = Manifest("store", "key", {}, {"2026-11-23": FIGURES})
    manifest.commit(folders.at(tmp_path / "figures"), new, None)
    return tmp_path


def lines_of(store: Path, words: str, columns: int, **env: str) -> list[str]:
    """Return the lines that the terminal shows of a command, without escapes."""
    names = {"log": "access.log", "conf": "httpd.conf", "url": LONG_URL}
    arguments = [word.format(**names) for word in shlex.split(words)]
    ran = run_on_terminal("--db", store, *arguments, columns=columns, env=env)
    assert "Traceback" not in ran.err
    assert "bug in logstats" not in ran.err, ran.err
    return re.sub(r"\x1b\[\d*m", "", ran.out).splitlines()


@pytest.mark.parametrize("kind", ["sample", "real", "awkward"])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_row_is_wider_than_the_terminal(
    kind: str, command: str, here: Path, request: pytest.FixtureRequest
) -> None:
    """At 80 columns as the command prints it; its tables are then laid out for 60 columns."""
    store = request.getfixturevalue(kind)
    at = " --at last" if kind == "real" and command in WITH_TIME else ""
    for line in COMMANDS[command]:
        with patch.object(terminal, "fit", wraps=terminal.fit) as fit:
            lines = lines_of(store, f"{command}{at} {line}", 80)
        assert [line for line in lines if width(line) > 80] == []
        for result, _ in (call.args for call in fit.call_args_list):
            narrow = terminal.fit(result, Screen(60)).splitlines()
            assert [line for line in narrow if width(line) > 60] == []


def test_the_size_is_that_of_the_terminal(sample: Path) -> None:
    for columns in (60, 80, 120):
        lines = of_size(columns, "--db", sample, "articles", "--at", AT)
        widest = max(width(line) for line in lines)
        assert columns - 24 <= widest <= columns


def of_size(columns: int, *arguments: str | Path) -> list[str]:
    """Return the lines of a process whose terminal is so wide; it has no variable that says so."""
    env = {name: value for name, value in process_env({"NO_COLOR": "1"}).items() if name != "COLUMNS"}

    def program(terminal: int) -> int:
        ran = subprocess.run(
            [*PROGRAM, *arguments], stdout=terminal, stderr=subprocess.DEVNULL, env=env, check=False
        )
        return ran.returncode

    code, text = with_terminal(program, columns)
    assert code == 0
    return text.decode().splitlines()


def test_a_narrow_terminal_is_treated_as_one_of_40_columns(sample: Path) -> None:
    at_5 = lines_of(sample, f"articles --at {AT}", 5)
    assert at_5 == lines_of(sample, f"articles --at {AT}", 40)
    assert max(map(width, at_5)) <= 40


@pytest.mark.parametrize(
    ("env", "is_coloured", "is_ascii"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"TERM": "dumb"}, False, True),
        ({"LC_ALL": "C"}, True, True),
    ],
    ids=str,
)
def test_a_terminal_gets_no_more_than_it_can_show(
    env: dict[str, str], is_coloured: bool, is_ascii: bool, sample: Path
) -> None:
    text = run_on_terminal("--db", sample, "bots", "--at", AT, columns=80, env=env).out
    assert ("\x1b[" in text) == is_coloured
    assert text.isascii() == is_ascii
    assert ("####" in text) == is_ascii


def test_wide_shows_all_columns_and_whole_texts(sample: Path, awkward: Path) -> None:
    lines = lines_of(sample, f"articles --at {AT} --wide", 60)
    names = ["site", "article", "title", "views", "readings", "visitors", "change"]
    assert lines[0].split() == names
    assert all(line.startswith(SITE) for line in lines[2:])
    assert any(LONG_URL in line for line in lines_of(awkward, f"pages --at {AT} --wide", 60))
    ran = run_on_terminal("--db", sample, "articles", "--at", AT, "--wide", columns=60)
    assert "note: 20 of 191 rows; --limit 0 shows all\n" in ran.err


def test_a_pipe_gets_the_whole_table(awkward: Path) -> None:
    for words in ("pages", "articles"):
        text = run("--db", awkward, words, "--at", AT, "-f", "table", env={"COLUMNS": "60"}).out
        assert LONG_URL in text
        assert "…" not in text
        assert text == run("--db", awkward, words, "--at", AT, "-f", "table", "--wide").out


def test_the_line_below_says_how_many_rows_there_are(sample: Path) -> None:
    words = f"articles --at {AT}"
    assert lines_of(sample, words, 80)[-2:] == ["20 of 191; --limit 0 for all", "--wide shows article"]
    assert not any("--limit" in line for line in lines_of(sample, f"{words} --limit 0", 80))


@pytest.mark.parametrize(
    ("words", "above"),
    [
        ("articles --since 7d", f"{SITE}, 14 to 21 Nov 2026"),
        ("articles --since 2026-11-15 --until 2026-11-18", f"{SITE}, 15 to 18 Nov 2026"),
        ("visits --since 2026-11-21", "21 Nov 2026"),
        ("pages", f"{SITE}, 22 Oct to 21 Nov 2026"),
        ("articles --since 12h", f"{SITE}, 20 Nov 2026 22:00 to 21 Nov 2026 10:00"),
        ("online", f"{SITE}, 21 Nov 2026 10:00"),
        ("visits --since 2025-12-31", f"{SITE}, 31 Dec 2025 to 21 Nov 2026"),
    ],
)
def test_the_line_above_has_the_site_and_the_days_of_the_report(words: str, above: str, sample: Path) -> None:
    assert lines_of(sample, f"{words} --at {AT}", 80)[0].partition(";")[0] == above


def test_visits_add_up_below_the_rows_and_visitors_do_not(sample: Path) -> None:
    lines = lines_of(sample, f"visits --at {AT}", 80)
    assert lines[-1].split() == ["total", "10,911", "23,423"]
    assert lines[-2].startswith("----------")
    limited = lines_of(sample, f"visits --at {AT} --limit 3", 80)
    assert not any(line.startswith("total") for line in limited)
    for form in ("csv", "tsv", "json", "table"):
        assert "total" not in run("--db", sample, "visits", "--at", AT, "-f", form).out


def test_a_report_of_ones_own_has_bars_and_totals_by_its_header(sample: Path, here: Path) -> None:
    header = "-- title: Mine\n-- columns: name, n\n-- bar: n\n-- total: n\n"
    (here / "mine.sql").write_text(
        f"{header}SELECT 'a' || range, 1 + range FROM range(2)\n", encoding="utf-8"
    )
    assert lines_of(sample, "report mine.sql", 80) == [
        "name   n",
        "-----  -",
        "a0     1  ██████",
        "a1     2  ████████████",
        "-----  -",
        "total  3",
    ]  # fmt: skip
    (here / "mine.sql").write_text(header.replace("bar: n", "bar: m") + "SELECT 1, 2\n", encoding="utf-8")
    ran = run("--db", sample, "report", "mine.sql")
    assert ran.code != 0
    assert "'m' is not one of the columns of the header" in ran.err


def test_a_trend_is_a_list_for_programs(sample: Path) -> None:
    words = ("--db", sample, "articles", "--since", "3d", "--at", AT, "--limit", "1", "--trend")
    (row,) = json.loads(run(*words, "-f", "json").out)
    assert sum(row["trend"]) == row["views"]
    assert len(row["trend"]) == 4
    for form in ("csv", "tsv", "markdown"):
        assert ";".join(map(str, row["trend"])) in run(*words, "-f", form).out
    assert "trend" not in run(*words[:-1], "-f", "csv").out
    assert run(*words, "-f", "parquet").data.startswith(b"PAR1")
