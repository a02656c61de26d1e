"""logstats.toml: the values of each key, and the messages for wrong ones."""

from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest

from logstats import config
from logstats.config import (
    Bots,
    CounterFile,
    DayNote,
    ListFile,
    MachineLogs,
    PageFile,
    Settings,
    Site,
    ViewsFile,
    machine_zone,
)
from logstats.config.converters import settings_of
from logstats.config.settings import LOOPBACK, Geo, Suspects
from logstats.config.written_files import CounterTable
from logstats.errors import ConfigError, UsageError

SITE = '[[site]]\nname = "a"\n'


def load(folder: Path, text: str | bytes) -> Settings:
    path = folder / "logstats.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return config.load(path)


GOOD_SITE = [
    # the line in [[site]], the field, its value
    ('timezone = "Asia/Ho_Chi_Minh"', "timezone", "Asia/Ho_Chi_Minh"),
    ('week_start = "sunday"', "week_start", "sunday"),
    ('hosts = ["www.a.example"]', "hosts", ("www.a.example",)),
    ('url = "https://a.example"', "url", "https://a.example"),
    ('url = "http://a.example:8080/"', "url", "http://a.example:8080"),
    ('url = "https://[2001:db8::1]"', "url", "https://[2001:db8::1]"),
    ('titles = ["/w/rss.xml", "/w/titles.csv"]', "titles", ("/w/rss.xml", "/w/titles.csv")),
    ("fold_case = true", "fold_case", True),
    ('rules = "nukeviet"', "rules", ("nukeviet",)),
    ('rules = ["bao", "liferay"]', "rules", ("bao", "liferay")),
    ('aliases = {"/a" = "/b"}', "aliases", (("/a", "/b"),)),
    ('visit_gap = "45m"', "visit_gap_s", 2700),
    ('visit_gap = "2 h"', "visit_gap_s", 7200),
    ('visit_gap = "1d"', "visit_gap_s", 86400),
    ('online_window = "90s"', "online_window_s", 90),
    ('format = "combined"', "log_format", "combined"),
    ('internal = ["192.0.2.7", "2001:db8::/32"]', "internal", ("192.0.2.7/32", "2001:db8::/32")),
    ('internal = ["192.0.2.7/24"]', "internal", ("192.0.2.0/24",)),  # a client IP stands for its network
    ("internal = []", "internal", ()),
    ('privacy = "truncate"', "privacy", "truncate"),
    ('privacy = "hash"', "privacy", "hash"),
    ('hash_key = "monthly"', "hash_key", "monthly"),
    ("", "hash_key", "daily"),
    ('trusted_proxies = ["10.0.0.0/8", "2001:db8::1"]', "trusted_proxies", ("10.0.0.0/8", "2001:db8::1/128")),
    ("baseline = 0", "baseline", 0),
    ("baseline = 1_594_322", "baseline", 1594322),
    ("baseline_on = 2026-11-01", "baseline_on", date(2026, 11, 1)),
    ("logs = []", "logs", (MachineLogs(()),)),
    ('logs = ["/a", "/b*"]', "logs", (MachineLogs(("/a", "/b*")),)),
    (
        'logs.web1 = ["/a"]\nlogs."web2.example" = ["/b"]',
        "logs",
        (MachineLogs(("/a",), "web1"), MachineLogs(("/b",), "web2.example")),
    ),
    # and where the line is left out
    ("", "name", "a"),
    ("", "week_start", "monday"),
    ("", "visit_gap_s", 1800),
    ("", "online_window_s", 600),
    ("", "log_format", "auto"),
    ("", "internal", LOOPBACK),
    ("", "baseline", None),
    ("", "hosts", ()),
    ("", "fold_case", False),
    ("", "rules", ()),
    ("", "aliases", ()),
    ("", "articles", ()),
    ("", "logs", ()),
    ("", "counters", ()),
    ("", "lists", ()),
    ("", "pages", ()),
    ("", "article_views", ()),
    ("", "url", ""),
    ("", "titles", ()),
]
GOOD = [
    ('at = "2026-11-21T10:00"', "at", "2026-11-21T10:00"),
    ('at = "last"', "at", "last"),
    ("at = 2026-11-21", "at", "2026-11-21"),
    ("at = 2026-11-21T10:00:00+07:00", "at", "2026-11-21T10:00:00+07:00"),
    ('assets = ["/api/.*"]', "assets", ("/api/.*",)),
    ("keep_hits = 90", "keep_hits", 90),
    ("group_access = true", "group_access", True),
    ("new_sites = true", "new_sites", True),
    ('[bots]\nadd = ["a"]', "bots", Bots(added=("a",))),
    ('[bots]\nexcept = ["a", "b"]', "bots", Bots(excepted=("a", "b"))),
    ("[suspects]\nleave_out = true", "suspects", Suspects(leave_out=True)),
    ('logs = ["/a*"]', "logs", (MachineLogs(("/a*",)),)),
    ('logs.web1 = ["/a"]', "logs", (MachineLogs(("/a",), "web1"),)),
    ("", "at", None),
    ("", "assets", ()),
    ("", "keep_hits", 400),
    ("", "bots", Bots()),
    ("", "suspects", Suspects()),
    ("", "geo", Geo()),
    ("", "database", None),
    ("", "sites", ()),
]
BAD_SITE = [
    # the line in [[site]], the key, and the message's text after the file's path
    ("name = 5", "name", "name must be a string in quotes, not 5"),
    ('name = ""', "name", "name: the string is empty; write a value"),
    ('timezone = "mars"', "timezone", "timezone: no time zone 'mars'; use a name like "),
    ("timezone = 7", "timezone", "timezone must be the name of a time zone in quotes, not 7"),
    ('week_start = "saturday"', "week_start", "week_start must be one of monday, sunday, not 'saturday'"),
    ("week_start = []", "week_start", "week_start must be one of monday, sunday, not []"),
    ("visit_gap = 1800", "visit_gap", 'visit_gap must be a duration in quotes, such as "30m", not 1800'),
    ('visit_gap = "30"', "visit_gap", 'visit_gap: \'30\' is not a duration; use one like "30m", "45s" or '),
    ('visit_gap = "-30m"', "visit_gap", "visit_gap: '-30m' is not a duration; "),
    ('visit_gap = "30 minutes"', "visit_gap", "visit_gap: '30 minutes' is not a duration; "),
    ('visit_gap = "99999999999d"', "visit_gap", "visit_gap: '99999999999d' is out of range; use a duration"),
    ('online_window = "40m"', "online_window", "online_window of 'a' is longer than its visit_gap; "),
    ('visit_gap = "13h"\nprivacy = "hash"', "visit_gap", "visit_gap of 'a' is longer than 12h; with privacy"),
    ('hash_key = "weekly"', "hash_key", "hash_key must be one of daily, monthly, not 'weekly'"),
    ('logs = "access.log"', "logs", "logs must be a list of strings in brackets, not 'access.log'"),
    ("logs = [5]", "logs", "logs must be a list of strings in brackets, not [5]"),
    ('logs.web1 = "/a"', "logs", "logs must be a list of strings in brackets, not {'web1': '/a'}"),
    ('logs.web1.example = ["/a"]', "logs", "logs: the name of a machine has dots; put it in quotes: logs."),
    ('logs = ["~nobody-of-that-name/a"]', "logs", "logs: Could not determine home directory"),
    (
        'internal = "127.0.0.1"',
        "internal",
        "internal must be a list of networks in brackets, not '127.0.0.1'",
    ),
    ('internal = ["300.0.0.0/8"]', "internal", "internal: '300.0.0.0/8' is not a network; use 192.0.2.7, "),
    ('internal = ["office"]', "internal", "internal: 'office' is not a network; "),
    ("baseline = -1", "baseline", "baseline must be a whole number from 0 to 1000000000000000, not -1"),
    ("baseline = 1.5", "baseline", "baseline must be a whole number"),
    ("baseline = true", "baseline", "baseline must be a whole number from 0 to 1000000000000000, not true"),
    ('baseline = "1,594,322"', "baseline", "baseline must be a whole number"),
    ("baseline = 99999999999999999999", "baseline", "baseline must be a whole number"),
    (
        'baseline_on = "2026-11-01"',
        "baseline_on",
        "baseline_on must be a date without quotes, such as 2026-11-01",
    ),
    ("baseline_on = 2026-11-01T00:00:00", "baseline_on", "baseline_on must be a date without quotes"),
    ('url = "a.example"', "url", "url: 'a.example' is not the beginning of a URL; use one like "),
    ('url = "https://a.example/tin"', "url", "url: 'https://a.example/tin' is not the beginning of a URL; "),
    ('url = "javascript://a"', "url", "url: 'javascript://a' is not the beginning of a URL; "),
    ('url = "https://a\'b"', "url", "url: 'https://a'b' is not the beginning of a URL; "),
    ('titles = "rss.xml"', "titles", "titles must be a list of strings in brackets, not 'rss.xml'"),
    ('lists = ["b"]', "lists", "lists: unknown setting; did you mean [[site.list]]? "),
    ('tiemzone = "UTC"', "tiemzone", "tiemzone: unknown setting; did you mean timezone? "),
    ('database = "x"', "database", "database: unknown setting here; it belongs above the first [[site]] "),
    ('counters = ["b"]', "counters", "counters: unknown setting; did you mean [[site.counter]]? "),
    ('portal = "b"', "portal", "portal: unknown setting; use one of aliases, baseline, "),
]
BAD = [
    # a file, the key, and the message's text after the file's path
    ("database = 5", "database", "database must be a string in quotes, not 5"),
    ("assets = 5", "assets", "assets must be a list of regular expressions in brackets, not 5"),
    ("keep_hits = 0", "keep_hits", "keep_hits must be a number of days from 1 to 36500, not 0"),
    ('keep_hits = "90d"', "keep_hits", "keep_hits must be a number of days from 1 to 36500, not '90d'"),
    ("keep_hits = 99999", "keep_hits", "keep_hits must be a number of days"),
    ("at = 5", "at", "at must be a date or time, not 5"),
    ("at = [1]", "at", "at must be a date or time, not [1]"),
    ('at = "soon"', "at", "at: 'soon' is not a date or time; use 2026-11-23, 2026-11-23T10:00, "),
    ('timezone = "UTC"', "timezone", "timezone: unknown setting here; it belongs below the [[site]] "),
    ("[geo]\ndatabase = 1", "database", "database must be a string in quotes, not 1"),
    ("[suspects]\nleave_out = 1", "leave_out", "leave_out must be true or false, not 1"),
    ("[suspects]\nleave_out = 2026-11-01", "leave_out", "leave_out must be true or false, not 2026-11-01"),
    ("suspects = true", "suspects", "suspects must be a table; write [suspects], with one bracket"),
    ('[site]\nname = "a"', "site", "site must be a list of tables; write [[site]], with two brackets"),
    ('site = ["a"]', "site", "site must be a list of tables; write [[site]], with two brackets"),
    ('[[site]]\ntimezone = "UTC"', "name", "[[site]]: name is missing; give each site a name"),
    (SITE + SITE, "name", "site 'a' is defined twice"),
    (SITE * 3, "name", "site 'a' is defined 3 times"),
    ("at = ", None, "is not valid TOML: "),
    ('at = "a"\nat = "b"', None, "is not valid TOML: "),
]


GOOD_COUNTER = [
    # the lines in [[counter]], and the counter file that they mean, in this folder
    ('file = "/w/box.html"', CounterFile(Path("/w/box.html"), format="html")),
    ('file = "/w/box.SHTML"', CounterFile(Path("/w/box.SHTML"), format="html")),
    ('file = "/w/box.json"', CounterFile(Path("/w/box.json"), format="json")),
    ('file = "/w/box"', CounterFile(Path("/w/box"), format="text")),
    ('file = "/w/box"\nformat = "csv"\nlang = "en"', CounterFile(Path("/w/box"), "csv", "en")),
    ('file = "/w/box.js"\ntemplate = "/t"', CounterFile(Path("/w/box.js"), template=Path("/t"))),
    ('into = "/w/index.html"', CounterFile(Path("/w/index.html"), has_markers=True)),
]
BAD_COUNTER = [
    # the lines in [[counter]], the key ('': the table itself), and the message's text after the file's path
    ("", "", "neither file nor into is given; use file and format and lang; or file and template; or into"),
    ('lang = "en"', "", "neither file nor into is given; use file and format and lang; "),
    ('file = "a"\ninto = "b"', "", "file and into can't be combined; use "),
    ('into = "b"\nlang = "en"', "", "into and lang can't be combined; use "),
    (
        'file = "a"\ntemplate = "b"\nformat = "text"',
        "",
        "file and template and format can't be combined; use ",
    ),
    (
        'file = "a"\nformat = "markdown"',
        "format",
        "format must be one of text, html, csv, tsv, json, jsonl, js, php, env, not",
    ),
    ('file = "a"\nlang = "fr"', "lang", "lang must be one of vi, en, not 'fr'"),
    ("file = 5", "file", "file must be a string in quotes, not 5"),
    ('name = "a"', "name", "name: unknown setting here; it belongs below the [[site]] that it is for. "),
]
COUNTER_HEADERS = {"counter": "[[counter]]\n", "site.counter": SITE + "[[site.counter]]\n"}


@pytest.mark.parametrize("table", COUNTER_HEADERS)
@pytest.mark.parametrize(("lines", "file"), GOOD_COUNTER)
def test_a_counter_file(lines: str, file: CounterFile, table: str, tmp_path: Path) -> None:
    settings = load(tmp_path, COUNTER_HEADERS[table] + lines)
    owner = settings.sites[0] if settings.sites else settings
    assert owner.counters == (file,)


@pytest.mark.parametrize("table", COUNTER_HEADERS)
@pytest.mark.parametrize(("lines", "key", "problem"), BAD_COUNTER)
def test_a_counter_file_that_is_wrong(lines: str, key: str, problem: str, table: str, tmp_path: Path) -> None:
    expected = problem if key else f"[[{table}]]: {problem}"
    assert_refused(tmp_path, COUNTER_HEADERS[table] + lines, key or table, expected)


GOOD_LIST = [
    # the lines in [[site.list]], and the list that they mean
    ('file = "/w/list.html"', ListFile(Path("/w/list.html"), "html", "week", 10)),
    ('file = "/w/list.INC"', ListFile(Path("/w/list.INC"), "html")),
    ('file = "/w/list.json"', ListFile(Path("/w/list.json"), "json")),
    ('file = "/w/list.xml"\nperiod = "all"', ListFile(Path("/w/list.xml"), "rss", "all")),
    ('file = "/w/list.js"\ntop = 5', ListFile(Path("/w/list.js"), "js", top=5)),
    ('file = "/w/list"\nformat = "rss"', ListFile(Path("/w/list"), "rss")),
    (
        'file = "/w/list.html"\nuntitled = true\nwith_counts = true',
        ListFile(Path("/w/list.html"), "html", untitled=True, with_counts=True),
    ),
    (
        'file = "/w/l.xml"\nfeed_url = "https://a.example/l.xml"',
        ListFile(Path("/w/l.xml"), "rss", feed_url="https://a.example/l.xml"),
    ),
    ('file = "/w/l.js"\npublished_since = "30d"', ListFile(Path("/w/l.js"), "js", published_since="30d")),
    (
        'file = "/w/l.js"\npublished_since = 2026-11-01',
        ListFile(Path("/w/l.js"), "js", published_since="2026-11-01"),
    ),
]
BAD_LIST = [
    # the lines in [[site.list]], the key, and the message's text after the file's path
    ("", "file", "[[site.list]]: file is missing; name the file to write"),
    ("top = 5", "file", "[[site.list]]: file is missing; "),
    (
        'file = "a.csv"',
        "list",
        "[[site.list]]: file: no format of lists has the ending '.csv'; use one of .html, ",
    ),
    (
        'file = "a.jsn"',
        "list",
        "[[site.list]]: file: no format of lists has the ending '.jsn'; did you mean ",
    ),
    ('file = "a"', "list", "[[site.list]]: file: no format of lists has the ending ''; use one of .html, "),
    ('file = "a.js"\nformat = "csv"', "format", "format must be one of html, json, rss, js, not 'csv'"),
    ('file = "a.js"\nperiod = "year"', "period", "period must be one of today, week, month, all, not 'year'"),
    (
        'file = "a.js"\npublished_since = "last"',
        "published_since",
        "published_since: 'last' is not a date or time; use a span back (30d, 12h), ",
    ),
    (
        'file = "a.js"\npublished_since = 30',
        "published_since",
        "published_since must be a date, a time or a span back, not 30",
    ),
    ('file = "a.js"\ntop = 0', "top", "top must be a whole number from 1 to 1000, not 0"),
    ('file = "a.js"\ntop = 1001', "top", "top must be a whole number from 1 to 1000, not 1001"),
    ('file = "a.js"\ntop = true', "top", "top must be a whole number from 1 to 1000, not true"),
    ('file = "a.xml"\nfeed_url = "/l.xml"', "feed_url", "feed_url: '/l.xml' is not a URL; use one like "),
    ('file = "a.js"\nuntiteld = true', "untiteld", "untiteld: unknown setting; did you mean untitled? "),
    (
        'file = "a.js"\nmin_views = 5',
        "min_views",
        "min_views: unknown setting here; it belongs below a [[site.",
    ),
]
GOOD_VIEWS = [
    # the lines in [[site.article_views]], and the file that they mean
    ('file = "/w/views.json"', ViewsFile(Path("/w/views.json"), "all", 1, 10_000)),
    (
        'file = "/w/v"\nperiod = "month"\nmin_views = 10\ntop = 100000',
        ViewsFile(Path("/w/v"), "month", 10, 100_000),
    ),
]
BAD_VIEWS = [
    # the lines in [[site.article_views]], the key, and the message's text after the file's path
    ("", "file", "[[site.article_views]]: file is missing; name the file to write"),
    ('file = "a"\ntop = 100001', "top", "top must be a whole number from 1 to 100000, not 100001"),
    (
        'file = "a"\nmin_views = 0',
        "min_views",
        "min_views must be a whole number from 1 to 1000000000000000, not",
    ),
]
GOOD_PAGE = [
    # the lines in [[site.dashboard]], and the page that they mean
    ('file = "/w/r.html"', PageFile(Path("/w/r.html"), 600, "vi", "7d")),
    (
        'file = "/w/r.html"\nevery = "1h"\nlang = "en"\nperiod = "month"\npanels = ["read", "heat"]',
        PageFile(Path("/w/r.html"), 3600, "en", "month", ("read", "heat")),
    ),
]
GOOD_NOTE = [
    # the lines in [[site.note]], and the note that they mean
    ('on = 2026-11-15\ntext = "Lễ hội"', DayNote(date(2026, 11, 15), "Lễ hội")),
    ('on = 2026-11-15\ntext = "<b>"', DayNote(date(2026, 11, 15), "<b>")),
]
BAD_NOTE = [
    # the lines in [[site.note]], the key, and the message's text after the file's path
    ('text = "a"', "on", "[[site.note]]: on is missing; write on = 2026-11-15"),
    ("on = 2026-11-15", "text", "[[site.note]]: text is missing; write text = "),
    ('on = "15/11"\ntext = "a"', "on", "on must be a date without quotes, such as 2026-11-01, not "),
    (
        f'on = 2026-11-15\ntext = "{"a" * 201}"',
        "text",
        "text: the string has 201 characters; use 200 at most",
    ),
    ('on = 2026-11-15\ntext = ""', "text", "text: the string is empty; "),
]
BAD_PAGE = [
    # the lines in [[site.dashboard]], the key, and the message's text after the file's path
    ("", "file", "[[site.dashboard]]: file is missing; name the file to write"),
    ('file = "a"\npanels = ["reed"]', "panels", "panels must be one of read, heat, "),
    ('file = "a"\nperiod = "year"', "period", "period must be one of today, week, 7d, "),
    ('file = "a"\nlang = "de"', "lang", "lang must be one of vi, en, not 'de'"),
    ('file = "a"\nevery = 10', "every", "every must be a duration in quotes, such as "),
]


@pytest.mark.parametrize(("lines", "file"), GOOD_PAGE)
def test_a_page(lines: str, file: PageFile, tmp_path: Path) -> None:
    assert load(tmp_path, f"{SITE}[[site.dashboard]]\n{lines}").sites[0].pages == (file,)


@pytest.mark.parametrize(("lines", "key", "problem"), BAD_PAGE)
def test_a_page_that_is_wrong(lines: str, key: str, problem: str, tmp_path: Path) -> None:
    assert_refused(tmp_path, f"{SITE}[[site.dashboard]]\n{lines}", key, problem)


@pytest.mark.parametrize(("lines", "note"), GOOD_NOTE)
def test_a_note(lines: str, note: DayNote, tmp_path: Path) -> None:
    assert load(tmp_path, f"{SITE}[[site.note]]\n{lines}").sites[0].notes == (note,)


@pytest.mark.parametrize(("lines", "key", "problem"), BAD_NOTE)
def test_a_note_that_is_wrong(lines: str, key: str, problem: str, tmp_path: Path) -> None:
    assert_refused(tmp_path, f"{SITE}[[site.note]]\n{lines}", key, problem)


@pytest.mark.parametrize(("lines", "file"), GOOD_LIST)
def test_a_list(lines: str, file: ListFile, tmp_path: Path) -> None:
    assert load(tmp_path, f"{SITE}[[site.list]]\n{lines}").sites[0].lists == (file,)


@pytest.mark.parametrize(("lines", "key", "problem"), BAD_LIST)
def test_a_list_that_is_wrong(lines: str, key: str, problem: str, tmp_path: Path) -> None:
    assert_refused(tmp_path, f"{SITE}[[site.list]]\n{lines}", key, problem)


@pytest.mark.parametrize(("lines", "file"), GOOD_VIEWS)
def test_a_file_of_views(lines: str, file: ViewsFile, tmp_path: Path) -> None:
    assert load(tmp_path, f"{SITE}[[site.article_views]]\n{lines}").sites[0].article_views == (file,)


@pytest.mark.parametrize(("lines", "key", "problem"), BAD_VIEWS)
def test_a_file_of_views_that_is_wrong(lines: str, key: str, problem: str, tmp_path: Path) -> None:
    assert_refused(tmp_path, f"{SITE}[[site.article_views]]\n{lines}", key, problem)


def test_the_error_of_a_list_names_its_line(tmp_path: Path) -> None:
    text = f'{SITE}[[site.list]]\nfile = "a.js"\n[[site.list]]\nfile = "b.js"\ntop = 0\n'
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert caught.value.line == 7


@pytest.mark.parametrize("table", ["counter", "list", "article_views", "dashboard"])
def test_no_two_tables_write_one_file(table: str, tmp_path: Path) -> None:
    text = f'{SITE}[[site.list]]\nfile = "a.json"\n[[site.{table}]]\nfile = "a.json"\n'
    with pytest.raises(ConfigError, match=r"a\.json is written by two tables; give each its own file"):
        load(tmp_path, text)


@pytest.mark.parametrize("text", ["counter = 5", "[counter]", SITE + 'counter = ["a"]'])
def test_counter_files_are_tables(text: str, tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError,
        match=r"counter must be a list of tables; write \[\[(site\.)?counter\]\], with two brackets",
    ):
        load(tmp_path, text)


SHARED = [
    # two counter files, and whether both can be
    ('file = "box.html"', 'file = "box.html"', False),
    ('file = "box.html"', 'into = "box.html"', False),
    ('into = "box.html"', 'into = "box.html"', True),
    ('file = "box.html"', 'file = "other.html"', True),
]


@pytest.mark.parametrize(("one", "other", "can_be"), SHARED)
def test_two_sites_may_fill_markers_in_one_file_but_not_replace_it(
    one: str, other: str, can_be: bool, tmp_path: Path
) -> None:
    text = f'{SITE}[[site.counter]]\n{one}\n[[site]]\nname = "b"\n[[site.counter]]\n{other}'
    if can_be:
        assert [len(site.counters) for site in load(tmp_path, text).sites] == [1, 1]
    else:
        with pytest.raises(ConfigError, match=r"box\.html is written by two counters"):
            load(tmp_path, text)


@pytest.mark.parametrize(("line", "field", "value"), GOOD_SITE)
def test_a_sites_setting(line: str, field: str, value: Any, tmp_path: Path) -> None:
    (site,) = load(tmp_path, SITE + line).sites
    assert getattr(site, field) == value


@pytest.mark.parametrize(("line", "field", "value"), GOOD)
def test_a_setting(line: str, field: str, value: Any, tmp_path: Path) -> None:
    assert getattr(load(tmp_path, line), field) == value


@pytest.mark.parametrize(("line", "key", "problem"), BAD_SITE)
def test_a_sites_setting_that_is_wrong(line: str, key: str, problem: str, tmp_path: Path) -> None:
    assert_refused(tmp_path, "[[site]]\n" + line if line.startswith("name") else SITE + line, key, problem)


@pytest.mark.parametrize(("text", "key", "problem"), BAD)
def test_a_setting_that_is_wrong(text: str, key: str | None, problem: str, tmp_path: Path) -> None:
    assert_refused(tmp_path, text, key, problem)


def assert_refused(folder: Path, text: str, key: str | None, problem: str) -> None:
    """A file is refused with a message of its path and the problem; the error has path and key."""
    path = folder / "logstats.toml"
    with pytest.raises(ConfigError) as refused:
        load(folder, text)
    assert str(refused.value).startswith(f"{path}: line {refused.value.line}: {problem}")
    assert (refused.value.path, refused.value.key) == (path, key)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"logstats\.toml: line 2: is not valid TOML: it is not UTF-8"):
        load(tmp_path, b'keep_hits = 90\nat = "\xff"')


@pytest.mark.parametrize("name", ["nowhere.toml", "."])
def test_a_file_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        config.load(tmp_path / name)
    assert str(refused.value).startswith(f"{tmp_path / name}: can't be read: ")


def test_every_key_has_a_good_value_in_these_tables() -> None:
    keys = {line.partition(" =")[0].partition(".")[0] for line, *_ in GOOD_SITE + GOOD}
    assert {*settings_of(Settings), *settings_of(Site)} <= keys | {"name", "database"}
    counter_keys = {line.partition(" =")[0] for lines, _ in GOOD_COUNTER for line in lines.splitlines()}
    assert counter_keys == {*settings_of(CounterTable)}
    for rows, table in (
        (GOOD_LIST, ListFile),
        (GOOD_VIEWS, ViewsFile),
        (GOOD_PAGE, PageFile),
        (GOOD_NOTE, DayNote),
    ):
        keys = {line.partition(" =")[0] for lines, _ in rows for line in lines.splitlines()}
        assert keys == {*settings_of(table)}


def test_paths_of_lists_and_titles_are_relative_to_the_file(tmp_path: Path) -> None:
    tables = '[[site.list]]\nfile = "www/l.js"\n[[site.article_views]]\nfile = "www/v.json"'
    site = load(tmp_path, f'{SITE}titles = ["rss.xml"]\n{tables}').sites[0]
    assert [file.path for file in site.lists] == [tmp_path / "www/l.js"]
    assert [file.path for file in site.article_views] == [tmp_path / "www/v.json"]
    assert site.titles == (str(tmp_path / "rss.xml"),)


@pytest.mark.parametrize(("line", "origin"), [("", "https://a"), ('url = "http://b:81"', "http://b:81")])
def test_the_origin_of_links_is_the_url_or_the_name(line: str, origin: str, tmp_path: Path) -> None:
    assert load(tmp_path, SITE + line).sites[0].origin() == origin


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'database = "store/x.duckdb"\n' + SITE + 'logs = ["logs/access.log*", "/var/log/nginx"]'
    monkeypatch.chdir("/")
    settings = load(tmp_path, text)
    assert settings.database == tmp_path / "store/x.duckdb"
    assert settings.sites[0].logs[0].paths == (str(tmp_path / "logs/access.log*"), "/var/log/nginx")


def test_paths_of_counter_files_are_relative_to_the_file(tmp_path: Path) -> None:
    text = '[[counter]]\nfile = "www/box.js"\ntemplate = "box.tmpl"\n[[counter]]\ninto = "www/i.html"'
    one, marked = load(tmp_path, text).counters
    assert (one.path, one.template) == (tmp_path / "www/box.js", tmp_path / "box.tmpl")
    assert marked.path == tmp_path / "www/i.html"


def test_a_log_beside_a_file_in_this_folder_has_an_absolute_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that it is the same log for a run in another folder."""
    (tmp_path / "logstats.toml").write_text(SITE + 'logs = ["access.log"]')
    monkeypatch.chdir(tmp_path)
    (site,) = config.load(None).sites
    assert site.logs[0].paths == (str(tmp_path / "access.log"),)


def test_an_absolute_database_stays(tmp_path: Path) -> None:
    assert load(tmp_path, 'database = "/srv/x.duckdb"').database == Path("/srv/x.duckdb")


def test_a_site_that_is_not_listed_has_the_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, SITE + 'visit_gap = "1h"\ninternal = ["192.0.2.0/24"]')
    assert settings.site("a").visit_gap_s == 3600
    assert settings.site("b") == Site("b", timezone=settings.unlisted.timezone)


def test_a_zone_of_the_command_line_applies_to_every_site(tmp_path: Path) -> None:
    settings = load(tmp_path, SITE + 'timezone = "UTC"').in_zone("Asia/Tokyo")
    assert {settings.site(name).timezone for name in ("a", "b")} == {"Asia/Tokyo"}
    assert settings.in_zone(None) is settings


VARIABLES = [
    # TZ, and the time zone
    ("Asia/Tokyo", "Asia/Tokyo"),
    (":Asia/Tokyo", "Asia/Tokyo"),
    ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
    (":/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
    ("/usr/share/zoneinfo/posix/Asia/Tokyo", "Asia/Tokyo"),
    ("EST5EDT", "EST5EDT"),
    ("GMT0", "GMT0"),
    ("UTC0", "UTC"),
    ("<+07>-7", "TZ=<+07>-7"),
    ("ICT-7", "TZ=ICT-7"),
    ("JST-9", "TZ=JST-9"),
    ("BST", "TZ=BST"),
    ("asia/tokyo", "TZ=asia/tokyo"),
    ("EST5EDT4,M3.2.0,M11.1.0", "TZ=EST5EDT4,M3.2.0,M11.1.0"),
    ("/srv/my.tz", "TZ=/srv/my.tz"),
    ("/usr/share/zoneinfo/../../../etc/passwd", "TZ=/usr/share/zoneinfo/../../../etc/passwd"),
    ("a\nb", r"TZ=a\nb"),
]


@pytest.mark.parametrize(("variable", "zone"), VARIABLES)
def test_the_systems_zone_applies_to_sites_without_one(
    variable: str, zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", variable)
    settings = load(tmp_path, SITE + '[[site]]\nname = "b"\ntimezone = "UTC"')
    assert [settings.site(name).timezone for name in ("a", "b", "c")] == [zone, "UTC", zone]


@pytest.mark.parametrize("variable", ["", ":", "/etc/localtime", ":/etc/localtime", "localtime"])
def test_a_zone_is_found_even_where_tz_has_none(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", variable)
    assert machine_zone.system_timezone() in available_timezones() - {"localtime"}


def test_without_a_home_the_store_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(path: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(Path, "expanduser", homeless)
    with pytest.raises(UsageError, match="--db FILE"):
        config.database_path(Settings())


def test_the_file_in_this_folder_is_read_if_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert config.load(None).sites == ()
    (tmp_path / "logstats.toml").write_text(SITE)
    assert [site.name for site in config.load(None).sites] == ["a"]
