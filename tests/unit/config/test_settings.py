"""logstats.toml: what each key takes, and what is said of each thing that it does not."""

from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest

from logstats import config
from logstats.config import (
    COUNTER_KEYS,
    KEYS,
    LOOPBACK,
    SITE_KEYS,
    Bots,
    CounterFile,
    HostLogs,
    Settings,
    Site,
)
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
    ('internal = ["192.0.2.7/24"]', "internal", ("192.0.2.0/24",)),  # an address in it names a network
    ("internal = []", "internal", ()),
    ('privacy = "truncate"', "privacy", "truncate"),
    ('privacy = "hash"', "privacy", "hash"),
    ('hash_key = "monthly"', "hash_key", "monthly"),
    ("", "hash_key", "daily"),
    ('trusted_proxies = ["10.0.0.0/8", "2001:db8::1"]', "trusted_proxies", ("10.0.0.0/8", "2001:db8::1/128")),
    ("baseline = 0", "baseline", 0),
    ("baseline = 1_594_322", "baseline", 1594322),
    ("baseline_on = 2026-11-01", "baseline_on", date(2026, 11, 1)),
    ("logs = []", "logs", (HostLogs(()),)),
    ('logs = ["/a", "/b*"]', "logs", (HostLogs(("/a", "/b*")),)),
    (
        'logs.web1 = ["/a"]\nlogs."web2.example" = ["/b"]',
        "logs",
        (HostLogs(("/a",), "web1"), HostLogs(("/b",), "web2.example")),
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
]
GOOD = [
    ('at = "2026-11-21T10:00"', "at", "2026-11-21T10:00"),
    ('at = "last"', "at", "last"),
    ("at = 2026-11-21", "at", "2026-11-21"),
    ("at = 2026-11-21T10:00:00+07:00", "at", "2026-11-21T10:00:00+07:00"),
    ('assets = ["/api/.*"]', "assets", ("/api/.*",)),
    ("keep_hits = 90", "keep_hits", 90),
    ('[bots]\nadd = ["a"]', "bots", Bots(added=("a",))),
    ('[bots]\nexcept = ["a", "b"]', "bots", Bots(excepted=("a", "b"))),
    ("[suspects]\nleave_out = true", "leaves_out_suspects", True),
    ('logs = ["/a*"]', "logs", (HostLogs(("/a*",)),)),
    ('logs.web1 = ["/a"]', "logs", (HostLogs(("/a",), "web1"),)),
    ("", "at", None),
    ("", "assets", ()),
    ("", "keep_hits", 400),
    ("", "bots", Bots()),
    ("", "leaves_out_suspects", False),
    ("", "database", None),
    ("", "sites", ()),
]
BAD_SITE = [
    # the line in [[site]], the key that is named, what is said to write
    ("name = 5", "name = 5", "a text in quotes"),
    ('name = ""', "name = ''", "a text in quotes"),
    ('timezone = "mars"', "timezone", "no time zone 'mars'; use a name like Asia/Ho_Chi_Minh"),
    ("timezone = 7", "timezone", "a text in quotes"),
    ('week_start = "saturday"', "week_start", "write one of monday, sunday"),
    ("week_start = []", "week_start", "write one of monday, sunday"),
    ("visit_gap = 1800", "visit_gap", "a text in quotes"),
    ('visit_gap = "30"', "visit_gap", 'a span like "30m", "45s" or "2h"'),
    ('visit_gap = "-30m"', "visit_gap", 'a span like "30m"'),
    ('visit_gap = "30 minutes"', "visit_gap", 'a span like "30m"'),
    ('visit_gap = "99999999999d"', "visit_gap", "write"),
    ('online_window = "40m"', "online_window", "longer than visit_gap"),
    ('visit_gap = "13h"\nprivacy = "hash"', "visit_gap", "12h at most"),
    ('hash_key = "weekly"', "hash_key", "write one of daily, monthly"),
    ('logs = "access.log"', "logs", "a list of texts in brackets"),
    ("logs = [5]", "logs", "a text in quotes"),
    ('logs.web1 = "/a"', "logs", "a list of texts in brackets"),
    ('logs.web1.example = ["/a"]', "logs", 'logs."web1.example" = […]'),
    ('logs = ["~nobody-of-that-name/a"]', "logs", "home directory"),
    ('internal = "127.0.0.1"', "internal", "a list of texts in brackets"),
    ('internal = ["300.0.0.0/8"]', "internal", "300.0.0.0/8"),
    ('internal = ["office"]', "internal", "office"),
    ("baseline = -1", "baseline", "a whole number"),
    ("baseline = 1.5", "baseline", "a whole number"),
    ("baseline = true", "baseline", "a whole number"),
    ('baseline = "1,594,322"', "baseline", "a whole number"),
    ("baseline = 99999999999999999999", "baseline", "write"),
    ('baseline_on = "2026-11-01"', "baseline_on", "a date like 2026-11-01, without quotes"),
    ("baseline_on = 2026-11-01T00:00:00", "baseline_on", "a date like 2026-11-01, without quotes"),
    ('tiemzone = "UTC"', "no setting «tiemzone»", "timezone"),
    ('database = "x"', "no setting «database»", "baseline, baseline_on, fold_case, format"),
]
BAD = [
    ("database = 5", "database = 5", "a text in quotes"),
    ('assets = ["("]', "assets", "«(» is no regular expression"),
    ("assets = 5", "assets", "a list of texts in brackets"),
    ("keep_hits = 0", "keep_hits", "a number of days from 1"),
    ('keep_hits = "90d"', "keep_hits", "a whole number"),
    ("keep_hits = 99999", "keep_hits", "a number of days from 1"),
    ("at = 5", "at = 5", "write"),
    ("at = [1]", "at = [1]", "write"),
    ('at = "yesterday"', "at", "2026-11-23T10:00"),
    ('timezone = "UTC"', "no setting «timezone»", "assets, at, database"),
    ("[suspects]\nleave_out = 1", "leave_out", "true or false"),
    ("suspects = true", "[suspects]", "one bracket"),
    ('[site]\nname = "a"', "[[site]]", "two brackets"),
    ('site = ["a"]', "[[site]]", "two brackets"),
    ('[[site]]\ntimezone = "UTC"', "[[site]]", "needs a name"),
    (SITE + SITE, "a", "site"),
    ('[[site]]\nname = "a"\ncounters = ["b"]', "no setting «counters»", "and the tables [[counter]]"),
    ("at = ", "is not TOML", "(at "),
    ('at = "a"\nat = "b"', "is not TOML", "(at "),
]


GOOD_COUNTER = [
    # the lines in [[counter]], and the counter file that they mean, in this folder
    ('file = "/w/box.html"', CounterFile(Path("/w/box.html"), format="html")),
    ('file = "/w/box.SHTML"', CounterFile(Path("/w/box.SHTML"), format="html")),
    ('file = "/w/box.json"', CounterFile(Path("/w/box.json"), format="json")),
    ('file = "/w/box"', CounterFile(Path("/w/box"), format="text")),
    ('file = "/w/box"\nformat = "csv"\nlang = "en"', CounterFile(Path("/w/box"), "csv", "en")),
    ('file = "/w/box.js"\ntemplate = "/t"', CounterFile(Path("/w/box.js"), template=Path("/t"))),
    ('into = "/w/index.html"', CounterFile(Path("/w/index.html"), into_html=True)),
]
BAD_COUNTER = [
    # the lines in [[counter]], the key that is named, what is said to write
    ("", "[[counter]]", "write file or into"),
    ('lang = "en"', "[[counter]]", "write file or into"),
    ('file = "a"\ninto = "b"', "[[counter]]: into and file", "write one or the other"),
    ('into = "b"\nlang = "en"', "[[counter]]: into and lang", "write one or the other"),
    (
        'file = "a"\ntemplate = "b"\nformat = "text"',
        "[[counter]]: template and format",
        "write one or the other",
    ),
    ('file = "a"\nformat = "markdown"', "format = 'markdown'", "one of text, html, csv, tsv, json, jsonl"),
    ('file = "a"\nlang = "fr"', "lang = 'fr'", "one of vi, en"),
    ("file = 5", "file = 5", "a text in quotes"),
    ('name = "a"', "no setting «name»", "file, format, into, lang, template"),
]


@pytest.mark.parametrize("where", ["[[counter]]\n", SITE + "[[site.counter]]\n"], ids=["all sites", "a site"])
@pytest.mark.parametrize(("lines", "file"), GOOD_COUNTER)
def test_a_counter_file(lines: str, file: CounterFile, where: str, tmp_path: Path) -> None:
    settings = load(tmp_path, where + lines)
    owner = settings.sites[0] if settings.sites else settings
    assert owner.counters == (file,)


@pytest.mark.parametrize("where", ["[[counter]]\n", SITE + "[[site.counter]]\n"], ids=["all sites", "a site"])
@pytest.mark.parametrize(("lines", "key", "told"), BAD_COUNTER)
def test_a_counter_file_that_is_wrong(lines: str, key: str, told: str, where: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, where + lines)
    assert_told(str(refused.value), tmp_path, key, told)


@pytest.mark.parametrize("text", ["counter = 5", "[counter]", SITE + 'counter = ["a"]'])
def test_counter_files_are_tables(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"write each counter under \[\[counter\]\], with two brackets"):
        load(tmp_path, text)


SHARED = [
    # two counter files, and whether both can be
    ('file = "box.html"', 'file = "box.html"', False),
    ('file = "box.html"', 'into = "box.html"', False),
    ('into = "box.html"', 'into = "box.html"', True),
    ('file = "box.html"', 'file = "other.html"', True),
]


@pytest.mark.parametrize(("one", "other", "can_be"), SHARED)
def test_two_sites_may_share_a_page_and_no_file(one: str, other: str, can_be: bool, tmp_path: Path) -> None:
    text = f'{SITE}[[site.counter]]\n{one}\n[[site]]\nname = "b"\n[[site.counter]]\n{other}'
    if can_be:
        assert [len(site.counters) for site in load(tmp_path, text).sites] == [1, 1]
    else:
        with pytest.raises(ConfigError, match=r"box\.html is there twice"):
            load(tmp_path, text)


@pytest.mark.parametrize(("line", "field", "value"), GOOD_SITE)
def test_a_sites_setting(line: str, field: str, value: Any, tmp_path: Path) -> None:
    (site,) = load(tmp_path, SITE + line).sites
    assert getattr(site, field) == value


@pytest.mark.parametrize(("line", "field", "value"), GOOD)
def test_a_setting(line: str, field: str, value: Any, tmp_path: Path) -> None:
    assert getattr(load(tmp_path, line), field) == value


@pytest.mark.parametrize(("line", "key", "told"), BAD_SITE)
def test_a_sites_setting_that_is_wrong(line: str, key: str, told: str, tmp_path: Path) -> None:
    text = "[[site]]\n" + line if line.startswith("name") else SITE + line
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, text)
    assert_told(str(refused.value), tmp_path, key, told)


@pytest.mark.parametrize(("line", "key", "told"), BAD)
def test_a_setting_that_is_wrong(line: str, key: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, line)
    assert_told(str(refused.value), tmp_path, key, told)


def assert_told(message: str, folder: Path, key: str, told: str) -> None:
    """A message names the file, the key, and what to write there."""
    assert message.startswith(f"{folder / 'logstats.toml'}: ")
    assert key in message
    assert told in message


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"logstats\.toml: is not TOML"):
        load(tmp_path, b'at = "\xff"')


@pytest.mark.parametrize("name", ["nowhere.toml", "."])
def test_a_file_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        config.load(tmp_path / name)
    assert str(refused.value).startswith(f"{tmp_path / name}: can't be read: ")


def test_every_key_has_a_good_value_in_these_tables() -> None:
    tried = {line.partition(" =")[0] for line, *_ in GOOD_SITE + GOOD}
    assert set(KEYS) | set(SITE_KEYS) <= {key.partition(".")[0] for key in tried} | {"name", "database"}
    counter_keys = {line.partition(" =")[0] for lines, _ in GOOD_COUNTER for line in lines.splitlines()}
    assert counter_keys == set(COUNTER_KEYS)


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'database = "store/x.duckdb"\n' + SITE + 'logs = ["logs/access.log*", "/var/log/nginx"]'
    monkeypatch.chdir("/")
    settings = load(tmp_path, text)
    assert settings.database == tmp_path / "store/x.duckdb"
    assert settings.sites[0].logs[0].names == (str(tmp_path / "logs/access.log*"), "/var/log/nginx")


def test_paths_of_counter_files_are_relative_to_the_file(tmp_path: Path) -> None:
    text = '[[counter]]\nfile = "www/box.js"\ntemplate = "box.tmpl"\n[[counter]]\ninto = "www/i.html"'
    one, page = load(tmp_path, text).counters
    assert (one.path, one.template) == (tmp_path / "www/box.js", tmp_path / "box.tmpl")
    assert page.path == tmp_path / "www/i.html"


def test_a_log_beside_a_file_in_this_folder_has_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that it is the same log for a run in another folder."""
    (tmp_path / "logstats.toml").write_text(SITE + 'logs = ["access.log"]')
    monkeypatch.chdir(tmp_path)
    (site,) = config.load(None).sites
    assert site.logs[0].names == (str(tmp_path / "access.log"),)


def test_an_absolute_database_stays(tmp_path: Path) -> None:
    assert load(tmp_path, 'database = "/srv/x.duckdb"').database == Path("/srv/x.duckdb")


def test_a_site_that_is_not_listed_has_the_rules_of_the_house(tmp_path: Path) -> None:
    settings = load(tmp_path, SITE + 'visit_gap = "1h"\ninternal = ["192.0.2.0/24"]')
    assert settings.site("a").visit_gap_s == 3600
    assert settings.site("b") == Site("b", timezone=settings.unlisted.timezone)


def test_a_zone_that_is_typed_is_every_sites(tmp_path: Path) -> None:
    settings = load(tmp_path, SITE + 'timezone = "UTC"').in_zone("Asia/Tokyo")
    assert {settings.site(name).timezone for name in ("a", "b")} == {"Asia/Tokyo"}
    assert settings.in_zone(None) is settings


@pytest.mark.parametrize(("variable", "zone"), [("Asia/Tokyo", "Asia/Tokyo"), (":Asia/Tokyo", "Asia/Tokyo")])
def test_the_systems_zone_is_every_sites_that_names_none(
    variable: str, zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", variable)
    settings = load(tmp_path, SITE + '[[site]]\nname = "b"\ntimezone = "UTC"')
    assert [settings.site(name).timezone for name in ("a", "b", "c")] == [zone, "UTC", zone]


@pytest.mark.parametrize("variable", ["", "JST-9", "/etc/localtime", "localtime", "BST"])
def test_a_system_that_does_not_tell_its_zone_has_one_all_the_same(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", variable)
    assert config.system_timezone() in available_timezones() - {"localtime"}


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
