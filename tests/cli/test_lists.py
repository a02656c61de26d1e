"""Lists and views of articles: which pages are listed, and the files that `update` writes."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support.surface import Ran, assert_in_words, log_line, run

from logstats.lists import most_read
from logstats.sources import recorder
from logstats.store import runs

DOCUMENT = Path(__file__).parents[2] / "docs" / "embeds.md"
SITE = '[[site]]\nname = "portal.example"\ntimezone = "Asia/Ho_Chi_Minh"\nlogs = ["access.log*"]\n'
TOML = f'database = "store.duckdb"\nat = "2026-11-20T10:05"\n{SITE}'
RULES = "[[site.article]]\npattern = '-(?P<id>\\d+)$'\nkey = '{id}'\n"
LIST = '[[site.list]]\nfile = "list.json"\nuntitled = true\n'
VIEWS = '[[site.article_views]]\nfile = "views.json"\n'
QUIET = Ran(0, b"", "")


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of one's own, in which logstats.toml is."""
    monkeypatch.chdir(tmp_path)
    # on a busy machine a log gets so old between two runs that its state is stored once more
    monkeypatch.setattr(recorder, "TRUSTED_S", 3600.0)


def write(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


def states(*names: str) -> list[tuple[int, int]]:
    """The inode of each file and when it was written."""
    return [(found.st_ino, found.st_mtime_ns) for found in map(os.stat, names)]


def lines(*targets: str, at: str = "2026-11-20 10:00", status: str = "200") -> str:
    """Return a log with a page view of each target."""
    hits = (
        {"time": at, "client": f"192.0.2.{number % 250}", "request": target, "status": status}
        for number, target in enumerate(targets)
    )
    return "".join(f"{log_line(hit)}\n" for hit in hits)


def update(*options: str) -> Ran:
    ran = run("update", *options)
    assert_in_words(ran.err)
    return ran


def urls_in(name: str) -> list[str]:
    rows = json.loads(Path(name).read_text(encoding="utf-8"))
    return [row["url"].removeprefix("https://portal.example") for row in rows]


# --- Which pages are listed


LISTED = [
    # why, requests, titles, more settings, options, the URLs that are listed
    ("the most viewed first", "/b /a /b", "/a /b", "", "", "/b /a"),
    ("then by URL", "/b /a", "/a /b", "", "", "/a /b"),
    ("so many", "/b /a /b", "/a /b", "", "--top 1", "/b"),
    ("not without a title", "/b /a", "/a", "", "", "/a"),
    ("unless it is wished", "/b /a", "/a", "", "--untitled", "/a /b"),
    ("not the home page", "/ /a /index.html", "/ /a", "", "--untitled", "/a"),
    ("no section page", "/tin /tin/a /tin/", "/tin/a", "", "--untitled", "/tin/a"),
    ("nor one with a title", "/tin /tin/a", "/tin/a /tin", "", "", "/tin/a"),
    ("nor a section of a section", "/tin /tin/xa /tin/xa/a", "/tin/xa/a /tin/xa /tin", "", "", "/tin/xa/a"),
    ("nor the first part of a path", "/tin /tin/xa/a", "/tin/xa/a /tin", "", "", "/tin/xa/a"),
    ("nor its second page", "/tin?page=2 /tin/a", "/tin/a", "", "--untitled", "/tin/a"),
    ("an article below which somebody requests a page", "/a /a/x", "/a", "", "", "/a"),
    ("articles of a query", "/?id=1 /a /xem?id=2", "/a /?id=1 /xem?id=2", "", "", "/?id=1 /a /xem?id=2"),
    ("what the rules say", "/a-1 /lien-he /a-1/x-2", "/a-1 /lien-he /a-1/x-2", RULES, "", "/a-1 /a-1/x-2"),
    ("one article of two URLs", "/a-1 /b-1", "/a-1", RULES, "", "/a-1"),
    ("no page that was not found", "404 /a", "/a", "", "--untitled", ""),
    ("no asset", "/a.css /b", "/b", "", "--untitled", "/b"),
]


@pytest.mark.parametrize(
    ("requests", "titles", "settings", "options", "expected"),
    [row[1:] for row in LISTED],
    ids=[row[0] for row in LISTED],
)
def test_the_pages_that_are_listed(
    requests: str, titles: str, settings: str, options: str, expected: str
) -> None:
    status, *targets = requests.split() if requests.startswith("404") else ("200", *requests.split())
    write("logstats.toml", TOML + settings)
    write("access.log", lines(*targets, status=status))
    write("titles.csv", "".join(f'{url},"Title of {url}"\n' for url in titles.split()))
    assert update() == QUIET
    assert run("titles", "titles.csv").code == 0
    write("list.json", run("articles", "--top", "10", *options.split(), "-f", "json").out)
    assert urls_in("list.json") == expected.split()


PUBLISHED = [
    # why, the titles, `published_since` at 10:05 on 20 November, and the URLs that are listed
    ("a date that is not earlier", "/a,A,2026-11-18\n/b,B,2026-11-17T23:59", "2d", "/a"),
    ("an instant", "/a,A,2026-11-18T10:00\n/b,B,2026-11-18T09:59:59", "2026-11-18T10:00", "/a"),
    ("in the zone of the site", "/a,A,2026-11-17T17:00Z\n/b,B,2026-11-17T16:59Z", "2026-11-18", "/a"),
    ("hours", "/a,A,2026-11-20T08:05\n/b,B,2026-11-20T08:04:59", "2h", "/a"),
    ("today", "/a,A,2026-11-20\n/b,B,2026-11-19T23:59", "today", "/a"),
    ("one without a date stays", "/a,A\n/b,B,2026-11-01", "2d", "/a"),
    ("one with a date that is none stays", "/a,A,soon\n/b,B,2026-11-01", "2d", "/a"),
    ("one without a title stays", "/b,B,2026-11-01", "2d", "/a"),
    ("one of the future stays", "/a,A,2026-12-01\n/b,B,2026-11-01", "2d", "/a"),
    ("all without the option", "/a,A,2026-11-18\n/b,B,2001-01-01", "", "/a /b"),
]


@pytest.mark.parametrize(
    ("titles", "since", "expected"), [row[1:] for row in PUBLISHED], ids=[row[0] for row in PUBLISHED]
)
def test_articles_that_were_published_earlier_are_left_out(titles: str, since: str, expected: str) -> None:
    of_file = f'published_since = "{since}"\n' if since else ""
    write("logstats.toml", f'{TOML}titles = ["titles.csv"]\n{LIST}{of_file}')
    write("access.log", lines("/a", "/b"))
    write("titles.csv", titles)
    assert update() == QUIET
    assert urls_in("list.json") == expected.split()
    option = ("--published-since", since) if since else ("--top", "10")
    write("typed.json", run("articles", *option, "--untitled", "-f", "json").out)
    assert urls_in("typed.json") == expected.split()


def test_a_list_says_when_an_article_was_published_in_the_zone_of_the_site() -> None:
    write("logstats.toml", TOML)
    write("access.log", lines("/a", "/b"))
    write("titles.csv", "/a,A,2026-11-18T03:00Z\n/b,B\n")
    assert update() == QUIET
    assert run("titles", "titles.csv").code == 0
    rows = json.loads(run("articles", "--top", "10", "-f", "json").out)
    assert [row["published"] for row in rows] == ["2026-11-18T10:00:00+07:00", None]
    feed = run("articles", "--top", "10", "-f", "rss").out
    assert re.findall("<pubDate>(.*?)</pubDate>", feed) == ["Wed, 18 Nov 2026 10:00:00 +0700"]


PERIODS = [
    # the start of weeks, the time of the report, and the days (of November) of each period that are counted
    ("monday", "2026-11-20T10:05", {"today": [20], "week": [16, 20], "month": [1, 15, 16, 20]}),
    ("sunday", "2026-11-20T10:05", {"today": [20], "week": [15, 16, 20], "month": [1, 15, 16, 20]}),
    ("monday", "2026-11-16T00:00", {"today": [], "week": [], "month": [1, 15]}),
    ("monday", "2026-11-15T23:59", {"today": [15], "week": [15], "month": [1, 15]}),
]


@pytest.mark.parametrize(("week_start", "at", "days"), PERIODS)
def test_the_periods_are_those_of_the_box(week_start: str, at: str, days: dict[str, list[int]]) -> None:
    write("logstats.toml", f'{TOML}week_start = "{week_start}"\n'.replace("2026-11-20T10:05", at))
    everything = (1, 15, 16, 20)
    write("access.log", "".join(lines("/a", at=f"2026-11-{day:02} 10:00") for day in everything))
    assert update() == QUIET
    (box,) = json.loads(run("counters", "-f", "json").out)
    for period, counted in days.items():
        rows = json.loads(run("articles", "--period", period, "--untitled", "-f", "json").out)
        assert sum(row["views"] for row in rows) == len(counted) == box[period], period


REFUSED = [
    # options, and the message
    ("-f rss", "rss is a format of lists; add --top 10"),
    ("-f js", "js is a format of lists; add --top 10"),
    (
        "--top 3 --since 7d",
        "--since is for the report; a list has --top, --period, --untitled, --published-since and --with-",
    ),
    ("--period all --by section", "--by is for the report; "),
    ("--top 3 --rising", "--rising is for the report; "),
    ("--top 3 --limit 5", "--limit is for the report; "),
    ("--top 3 --without-suspects", "--without-suspects is for the report; "),
    ("--top 3 --timezone UTC", "--timezone is for the report; "),
    ("--top 3 -f js --bom", "--bom is for the formats csv and tsv"),
    ("--top 0", "--top: 0 is not a whole number from 1 to 1,000"),
    (
        "--top 3 --period year",
        "--period: 'year' is not one of today, week, month, all",
    ),
    ("--top 3 --site other", "no site 'other' in the store; "),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_options_that_a_list_does_not_have(options: str, message: str) -> None:
    write("logstats.toml", TOML)
    write("access.log", lines("/a"))
    assert update() == QUIET
    ran = run("articles", *options.split())
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_a_list_of_a_store_with_several_sites_needs_the_name_of_one() -> None:
    write("logstats.toml", f'{TOML}[[site]]\nname = "b.example"\nlogs = ["b.log"]\n')
    write("access.log", lines("/a"))
    write("b.log", lines("/b"))
    assert update() == QUIET
    ran = run("articles", "--top", "3")
    assert ran.code == 2
    assert "a list is of one site; choose it with --site. There are: b.example, portal.example" in ran.err
    ran = run("articles", "--top", "3", "--site", "b.example", "--untitled", "-f", "csv")
    assert ran.out.splitlines()[1] == "1,b,https://b.example/b,1,1,"


def test_a_list_without_an_article_says_what_to_do() -> None:
    write("logstats.toml", TOML)
    write("access.log", lines("/a"))
    assert update() == QUIET
    assert run("articles", "--top", "3").err == (
        "note: no article with a title was viewed in the period; `logstats titles` reads titles, "
        "--untitled lists all\n"
    )


def test_a_table_has_the_words_of_a_url_and_what_programs_read_has_no_title() -> None:
    write("logstats.toml", TOML)
    write("access.log", lines("/tin/le-hoi-xuong-dong-104732", "/?id=123"))
    assert update() == QUIET
    table = run("articles", "-f", "table").out
    assert "  le hoi xuong dong  " in table
    assert table.count("/?id=123") == 1
    rows = json.loads(run("articles", "-f", "json").out)
    assert {row["title"] for row in rows} == {None}


# --- The files of an update


def updated(settings: str = LIST + VIEWS) -> None:
    write("logstats.toml", TOML + settings)
    write("access.log", lines("/tin/a", "/tin/a", "/tin/b"))
    assert update() == QUIET


def test_an_update_writes_each_file() -> None:
    formats = "".join(f'[[site.list]]\nfile = "l.{end}"\nuntitled = true\n' for end in ("html", "xml", "js"))
    updated(LIST + formats + VIEWS)
    assert urls_in("list.json") == ["/tin/a", "/tin/b"]
    assert json.loads(Path("views.json").read_text())["views"] == {"/tin/a": 2, "/tin/b": 1}
    assert (
        Path("l.html").read_text().startswith('<ol class="logstats-most-read" data-period="week">\n  <li><a')
    )
    assert 'href="https://portal.example/l.xml" rel="self"' in re.sub(
        "&#\\d+;", "", Path("l.xml").read_text()
    )
    assert Path("l.js").read_text().startswith('(()=>{const a=[["a","https://portal.example/tin/a"],')


def test_the_links_begin_with_the_url_of_the_site() -> None:
    updated('url = "http://www.portal.example:8080"\n' + LIST)
    (first, _) = json.loads(Path("list.json").read_text())
    assert first["url"] == "http://www.portal.example:8080/tin/a"


def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lists that are computed from here on."""
    seen: list[str] = []

    def noted(compute: Callable[..., Any], name: str) -> Callable[..., Any]:
        def run_it(*arguments: Any) -> Any:
            seen.append(name)
            return compute(*arguments)

        return run_it

    for name in ("most_read", "article_views"):
        monkeypatch.setattr(most_read, name, noted(getattr(most_read, name), name))
    return seen


def test_nothing_is_computed_again_while_nothing_can_have_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    updated()
    before = states("list.json", "views.json")
    seen = computed(monkeypatch)
    for _ in range(3):
        assert update() == QUIET
    assert seen == []
    assert states("list.json", "views.json") == before


CHANGES: Sequence[tuple[str, Callable[[], object]]] = [
    # after what a list is computed again
    ("a line", lambda: write("access.log", Path("access.log").read_text() + lines("/tin/b"))),
    (
        "another day",
        lambda: write("logstats.toml", f"{TOML}{LIST}{VIEWS}".replace("2026-11-20", "2026-11-21")),
    ),
    ("another setting", lambda: write("logstats.toml", f"{TOML}{LIST}top = 1\n{VIEWS}")),
    ("another URL of the site", lambda: write("logstats.toml", f'{TOML}url = "http://a"\n{LIST}{VIEWS}')),
    ("the file is gone", lambda: Path("list.json").unlink()),
    ("the file is another one", lambda: write("list.json", "[]")),
    ("a title", lambda: run("titles", "t.csv")),
    ("an undo", lambda: run("undo", "1")),
    ("a rebuild", lambda: run("rebuild")),
]


@pytest.mark.parametrize("change", [change for _, change in CHANGES], ids=[name for name, _ in CHANGES])
def test_a_change_computes_lists_again(change: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    updated()
    write("t.csv", "/tin/a,Title\n")
    seen = computed(monkeypatch)
    change()
    assert update() == QUIET
    assert seen == ["most_read", "article_views"]
    assert update() == QUIET
    assert seen == ["most_read", "article_views"]


def test_a_line_of_the_future_is_counted_when_its_time_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is not read again, and the store does not change meanwhile."""
    write("logstats.toml", TOML.replace('at = "2026-11-20T10:05"\n', "") + LIST)
    write("access.log", lines("/tin/a") + lines("/tin/b", at="2026-11-20 10:30"))
    for minute, expected in ((10, ["/tin/a"]), (20, ["/tin/a"]), (30, ["/tin/a", "/tin/b"])):
        update_at(datetime(2026, 11, 20, 3, minute), monkeypatch)
        assert urls_in("list.json") == expected


def update_at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run an update while the clock shows a time in UTC."""
    for module in ("logstats.store.as_of", "logstats.ingest.pipeline"):
        monkeypatch.setattr(f"{module}.utc_now", lambda: now, raising=False)
    assert update() == QUIET


def test_a_new_local_day_computes_lists_again_without_a_new_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day begins at 17:00 in UTC; the store and the settings do not change."""
    write("logstats.toml", TOML.replace('at = "2026-11-20T10:05"\n', "") + f'{LIST}period = "today"\n')
    write("access.log", lines("/tin/a"))
    seen = computed(monkeypatch)
    update_at(datetime(2026, 11, 20, 16, 40), monkeypatch)
    before = states("store.duckdb")
    for hour, minute, listed, computations in (
        (16, 50, ["/tin/a"], 1),
        (16, 59, ["/tin/a"], 1),
        (17, 0, [], 2),
        (17, 1, [], 2),
        (23, 59, [], 2),
    ):
        update_at(datetime(2026, 11, 20, hour, minute), monkeypatch)
        assert (urls_in("list.json"), len(seen)) == (listed, computations), (hour, minute)
    update_at(datetime(2026, 11, 21, 0, 0), monkeypatch)
    assert len(seen) == 2
    assert states("store.duckdb") == before


@pytest.mark.parametrize(("since", "computations"), [("2h", 3), ("2d", 1), ("2026-11-20", 1)])
def test_a_list_by_an_age_in_hours_is_computed_by_each_run(
    since: str, computations: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = f'titles = ["t.csv"]\n{LIST}published_since = "{since}"\n'
    write("logstats.toml", TOML.replace('at = "2026-11-20T10:05"\n', "") + settings)
    write("access.log", lines("/tin/a"))
    write("t.csv", "/tin/a,A,2026-11-20T08:30\n")
    seen = computed(monkeypatch)
    for hour, minute in ((10, 10), (10, 20), (10, 40)):
        update_at(datetime(2026, 11, 20, hour - 7, minute), monkeypatch)
        assert urls_in("list.json") == ([] if minute == 40 and since == "2h" else ["/tin/a"])
    assert len(seen) == computations


def test_only_another_time_does_not_touch_a_file() -> None:
    updated()
    before = states("list.json", "views.json")
    write("logstats.toml", f"{TOML}{LIST}{VIEWS}".replace("10:05", "10:06"))
    assert update() == QUIET
    assert states("list.json", "views.json") == before


def test_files_are_kept_while_a_log_can_not_be_read() -> None:
    updated()
    before = [Path(name).read_bytes() for name in ("list.json", "views.json")]
    write("logstats.toml", TOML.replace('"access.log*"', '"access.log*", "gone.log"') + LIST + VIEWS)
    write("access.log", Path("access.log").read_text() + lines("/tin/c"))
    ran = update()
    assert ran.code == 1
    assert "counter files left unchanged because a log could not be read: " in ran.err
    assert [Path(name).read_bytes() for name in ("list.json", "views.json")] == before
    last = runs.last(Path("store.duckdb"))
    assert last is not None
    assert [Path(name).name for name in last.kept] == ["list.json", "views.json"]
    write("logstats.toml", TOML + LIST + VIEWS)
    assert update() == QUIET
    assert "/tin/c" in urls_in("list.json")


def test_a_file_that_can_not_be_replaced_stops_no_other() -> None:
    Path("other").write_text("of others")
    Path("list.json").symlink_to("other")
    write("logstats.toml", TOML + LIST + VIEWS)
    write("access.log", lines("/tin/a"))
    for _ in range(2):
        ran = update()
        assert ran.code == 1
        assert "list.json: is a symbolic link, which is not followed; name the file itself: " in ran.err
    assert Path("other").read_text() == "of others"
    assert json.loads(Path("views.json").read_text())["views"] == {"/tin/a": 1}
    Path("list.json").unlink()
    assert update() == QUIET
    assert urls_in("list.json") == ["/tin/a"]


def test_the_mode_of_a_file_is_kept() -> None:
    updated()
    Path("list.json").chmod(0o640)
    write("access.log", Path("access.log").read_text() + lines("/tin/b", "/tin/b"))
    assert update() == QUIET
    assert Path("list.json").stat().st_mode & 0o777 == 0o640
    assert urls_in("list.json") == ["/tin/b", "/tin/a"]


def test_a_dry_run_shows_what_would_change_and_writes_nothing() -> None:
    write("logstats.toml", TOML + LIST + VIEWS)
    write("access.log", lines("/tin/a"))
    rows = json.loads(run("update", "--dry-run", "-f", "json").out)
    assert [Path(row["path"]).name for row in rows] == ["access.log", "list.json", "views.json"]
    assert not Path("list.json").exists()
    assert update() == QUIET
    assert json.loads(run("update", "--dry-run", "-f", "json").out) == []


def test_a_check_tries_the_files() -> None:
    write("t.csv", "/tin/a,Title\n")
    settings = 'titles = ["t.csv", "gone.csv"]\n' + LIST + VIEWS + '[[site.list]]\nfile = "no/l.js"\n'
    write("logstats.toml", TOML + settings)
    write("access.log", lines("/tin/a"))
    Path("views.json").mkdir()
    rows = [
        row
        for row in json.loads(run("check", "-f", "json").out)
        if row["what"] in ("list", "article views", "titles")
    ]
    assert [(row["what"], Path(row["name"]).name, row["state"]) for row in rows] == [
        ("list", "list.json", "ok"),
        ("list", "l.js", "problem"),
        ("article views", "views.json", "problem"),
        ("titles", "t.csv", "ok"),
        ("titles", "gone.csv", "problem"),
    ]
    assert [row["found"] for row in rows[::3]] == ["json, week; it will be made", "titles: 1"]


# --- Files of titles


def test_titles_are_read_when_their_file_has_changed() -> None:
    write("rss.csv", "/tin/a,One\n")
    updated('titles = ["rss.csv"]\n' + LIST.replace("untitled = true\n", ""))
    assert [row["title"] for row in json.loads(Path("list.json").read_text())] == ["One"]
    assert update() == QUIET
    before = states("store.duckdb")
    assert update() == QUIET
    assert states("store.duckdb") == before
    write("rss.csv", "/tin/a,Two\n/tin/b,Three\n")
    assert update() == QUIET
    assert [row["title"] for row in json.loads(Path("list.json").read_text())] == ["Two", "Three"]


@pytest.mark.parametrize("fault", ["", "<rss>", "<urlset><url><loc>/a</loc></url></urlset>", None])
def test_a_fault_of_titles_is_said_once_and_stops_nothing(fault: str | None) -> None:
    write("logstats.toml", f'{TOML}titles = ["rss.xml"]\n{LIST}[[site.counter]]\nfile = "box.json"\n')
    write("access.log", lines("/tin/a"))
    if fault is not None:
        write("rss.xml", fault)
    ran = update()
    assert ran.code != 0
    assert ran.err.startswith(f"logstats: {Path('rss.xml').absolute()}: ")
    assert ran.err.count("\n") == 1
    assert urls_in("list.json") == ["/tin/a"]
    assert Path("box.json").exists()
    assert update() == QUIET
    write("rss.xml", "<rss><channel><item><link>/tin/a</link><title>T</title></item></channel></rss>")
    assert update() == QUIET
    assert [row["title"] for row in json.loads(Path("list.json").read_text())] == ["T"]


def test_titles_wait_for_the_first_line_of_their_site() -> None:
    write("rss.csv", "/tin/a,One\n")
    write("logstats.toml", f'{TOML}titles = ["rss.csv"]\n{LIST}[[site]]\nname = "b"\nlogs = ["b.log"]\n')
    write("access.log", "")
    write("b.log", lines("/"))
    assert update() == QUIET
    assert not Path("list.json").exists()
    write("access.log", lines("/tin/a"))
    assert update() == QUIET
    assert [row["title"] for row in json.loads(Path("list.json").read_text())] == ["One"]


# --- The script of docs/embeds.md

STUB = """
const content = %s;
globalThis.fetch = async () => ({json: async () => JSON.parse(content)});
globalThis.location = {pathname: %s, search: %s};
const element = {dataset: {logstatsViews: %s}, textContent: ""};
globalThis.document = {querySelectorAll: () => [element]};
%s
console.log(JSON.stringify(element.textContent));
"""
LOOKED_UP = [
    # the path and the query of a page, the value of its attribute, and the number that is shown
    ("/tin/a", "", "", "1,234"),
    ("/tin/a/", "", "", "1,234"),
    ("/x%C3%A3", "", "", "5"),
    ("/", "", "", "7"),
    ("/tin", "?id=2", "", "8"),
    ("/x", "", "/tin/a", "1,234"),
    ("/other", "", "", ""),
    ("/__proto__", "", "", ""),
    ("/x", "", "__proto__", ""),
    ("/x", "", "constructor", ""),
    ("/x", "", "toString", ""),
]


@pytest.mark.parametrize(("path", "query", "attribute", "shown"), LOOKED_UP)
def test_the_script_of_the_document_finds_the_views(
    path: str, query: str, attribute: str, shown: str
) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    (script,) = re.findall(
        r'<script type="module">\n(.*?)</script>', DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    )
    views = {"/tin/a": 1234, "/xã": 5, "/": 7, "/tin?id=2": 8}
    page = json.dumps(json.dumps({"site": "a", "at": "", "views": views}))
    text = STUB % (page, json.dumps(path), json.dumps(query), json.dumps(attribute), script)
    ran = subprocess.run(
        [node, "--input-type=module", "-"],
        input=text.encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8"},
    )
    assert json.loads(ran.stdout) == shown
