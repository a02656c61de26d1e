"""Titles: kept by the article that an address is, whatever came first, and shown in reports."""

import gzip
import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from support.lines import Line, read_in
from support.surface import Ran, assert_in_words, process, run

from logstats import config
from logstats.config import Settings
from logstats.config.article_presets import ArticleRule
from logstats.errors import UsageError
from logstats.store import Session
from logstats.titles.store import TitlesRequest, TitlesSummary, store_titles
from logstats.totals import recompute, undo

RULES = (ArticleRule(r"-(?P<id>\d+)\.html$", "{id}"),)
PLAIN = config.Site("a.example", hosts=("tin.example",))
PORTAL = PLAIN._replace(articles=RULES)
MUSEUM = config.Site("b.example")
SETTINGS = Settings(sites=(PORTAL, MUSEUM))
UNRULED = Settings(sites=(PLAIN, MUSEUM))
READ = (
    ("a.example", "/tin/mot-1.html"),
    ("a.example", "/in/mot-1.html"),
    ("a.example", "/khac/hai-2.html"),
    ("a.example", "/lien-he"),
    ("b.example", "/tin/mot-1.html"),
)


def lines(targets: tuple[tuple[str, str], ...]) -> bytes:
    return b"".join(
        Line(request=f"GET {target} HTTP/1.1", host=host).vhost_combined() for host, target in targets
    )


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("titles")
    (folder / "access.log").write_bytes(lines(READ))
    read_in(folder / "store.duckdb", folder / "access.log", settings=SETTINGS, log_format="vhost_combined")
    return folder / "store.duckdb"


@pytest.fixture
def store(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(original, tmp_path / "store.duckdb"))


def give(store: Path, text: str, settings: Settings = SETTINGS, site: str | None = None) -> TitlesSummary:
    file = store.with_name("titles.csv")
    file.write_text(text, encoding="utf-8")
    return store_titles(TitlesRequest(store, (str(file),), settings, site))


def titles_in(store: Path) -> dict[tuple[str, str], str]:
    """Return the titles that reports show, by site and article."""
    query = "SELECT site, article, title FROM articles JOIN sites USING (site_id) WHERE title IS NOT NULL"
    with Session() as session, session.reading(store, 10):
        return {(site, article): title for site, article, title in session.execute(query).rows}


URLS = {
    # a URL of a file of titles: the site and article of its title
    "https://a.example/tin/mot-1.html": ("a.example", "/in/mot-1.html"),
    "http://www.a.example:8080/khac/mot-1.html?utm_source=zalo#x": ("a.example", "/in/mot-1.html"),
    "//TIN.example/t%E1%BA%BFt/../hai-2.html": ("a.example", "/khac/hai-2.html"),
    "https://admin@B.example/tin//mot-1.html": ("b.example", "/tin/mot-1.html"),
    "https://a.example/lien-he/": ("a.example", "/lien-he"),
}


@pytest.mark.parametrize("url", URLS)
def test_a_url_names_the_same_article_as_in_a_log(url: str, store: Path) -> None:
    assert give(store, f"{url},Một\n") == TitlesSummary(read=1, new=1)
    assert titles_in(store) == {URLS[url]: "Một"}


def test_what_is_new_what_has_changed_and_what_is_left_out_is_counted(store: Path) -> None:
    first = (
        "https://a.example/tin/mot-1.html,Cũ\nhttps://a.example/tin/mot-1.html,Một\nhttps://b.example/x,X\n"
        "https://elsewhere.example/,Nơi khác\n/khong-cua-ai,Hai cổng\nhttps://a.example/a.css,Kiểu\nhttps://a.example/y,\n"
    )
    assert give(store, first) == TitlesSummary(6, new=2, changed=0, elsewhere=2, no_pages=1, skipped=1)
    assert give(store, first) == TitlesSummary(6, new=0, changed=0, elsewhere=2, no_pages=1, skipped=1)
    assert give(store, first.replace("Một", "Mới")) == TitlesSummary(
        6, 0, 1, elsewhere=2, no_pages=1, skipped=1
    )
    assert titles_in(store) == {("a.example", "/in/mot-1.html"): "Mới"}


def test_of_an_articles_titles_the_one_that_was_given_last_is_shown(store: Path) -> None:
    give(store, "https://a.example/tin/mot-1.html,Một\nhttps://a.example/in/mot-1.html,In\n")
    assert titles_in(store) == {("a.example", "/in/mot-1.html"): "In"}
    give(store, "https://a.example/tin/mot-1.html,Mới\n")
    assert titles_in(store) == {("a.example", "/in/mot-1.html"): "Mới"}


def test_an_article_that_is_read_later_has_the_title_it_was_given(store: Path) -> None:
    give(store, "/moi-3.html?fbclid=1,Bài mới\n", site="a.example")
    assert titles_in(store) == {}
    log = store.with_name("more.log")
    log.write_bytes(lines((("a.example", "/thoi-su/moi-3.html"),)))
    read_in(store, log, settings=SETTINGS, log_format="vhost_combined")
    assert titles_in(store) == {("a.example", "/thoi-su/moi-3.html"): "Bài mới"}


GIVEN = "/tin/mot-1.html,Một\n/in/mot-1.html,In\n/khac/hai-2.html,Hai\n"


@pytest.mark.parametrize("rules", [(SETTINGS, UNRULED), (UNRULED, SETTINGS)], ids=["without", "with"])
def test_rebuilding_by_other_rules_gives_what_giving_by_them_gives(
    rules: tuple[Settings, Settings], store: Path, original: Path, tmp_path: Path
) -> None:
    before, after = rules
    anew = Path(shutil.copyfile(original, tmp_path / "anew.duckdb"))
    recompute.rebuild(store, before, 10)
    give(store, GIVEN, before, "a.example")
    recompute.rebuild(store, after, 10)
    recompute.rebuild(anew, after, 10)
    give(anew, GIVEN, after, "a.example")
    assert titles_in(store) == titles_in(anew) != {}
    assert len(titles_in(store)) == (3 if after is UNRULED else 2)
    assert [check.claim for check in recompute.verify(store, 10) if check.differences.rows] == []


def test_a_site_that_is_undone_takes_its_titles_along(store: Path) -> None:
    give(store, GIVEN, site="a.example")
    undo.undo(store, 1, 10)
    with Session() as session, session.reading(store, 10):
        assert session.execute("SELECT count(*) FROM store.title").value() == 0


DATES = [
    # what is given one after the other ('|' parts files), and the date of the article in the end (UTC)
    ("/tin/mot-1.html,Một,2026-11-20T10:00+01:00", "2026-11-20 09:00:00"),
    ("/tin/mot-1.html,Một,2026-11-20T10:00", "2026-11-20 03:00:00"),
    ("/tin/mot-1.html,Một,2026-11-20", "2026-11-19 17:00:00"),
    ("/tin/mot-1.html,Một,hôm nay", None),
    ("/tin/mot-1.html,Một", None),
    ("/tin/mot-1.html,Một|/tin/mot-1.html,Một,2026-11-20T10:00", "2026-11-20 03:00:00"),
    ("/tin/mot-1.html,Một,2026-11-20T10:00|/tin/mot-1.html,Một", "2026-11-20 03:00:00"),
    ("/tin/mot-1.html,Một,2026-11-20T10:00|/tin/mot-1.html,Khác", "2026-11-20 03:00:00"),
    ("/tin/mot-1.html,Một,2026-11-20T10:00|/tin/mot-1.html,Một,?", "2026-11-20 03:00:00"),
    ("/tin/mot-1.html,Một,2026-11-20T10:00|/tin/mot-1.html,Một,2026-11-21T10:00", "2026-11-21 03:00:00"),
    ("/tin/mot-1.html,Một,2026-11-20T10:00\n/tin/mot-1.html,Hai", "2026-11-20 03:00:00"),
    ("/tin/mot-1.html,Một,2026-11-20T10:00\n/in/mot-1.html,In", "2026-11-20 03:00:00"),
    ("/tin/mot-1.html,Một,2026-11-20T10:00\n/in/mot-1.html,In,2026-11-19T10:00", "2026-11-19 03:00:00"),
]


@pytest.mark.parametrize(("given", "published"), DATES)
def test_the_date_of_an_article_is_the_last_one_that_was_given(
    given: str, published: str | None, store: Path
) -> None:
    with Session() as session, session.writing(store, 10):
        session.execute("UPDATE store.site SET timezone = 'Asia/Ho_Chi_Minh'")
    for text in given.split("|"):
        give(store, f"{text}\n", site="a.example")
    query = "SELECT published FROM articles WHERE title IS NOT NULL"
    with Session() as session, session.reading(store, 10):
        at = session.execute(query).value()
    assert at == (published and datetime.fromisoformat(published))
    recompute.rebuild(store, UNRULED, 10)
    with Session() as session, session.reading(store, 10):
        assert session.execute("SELECT max(published) FROM articles").value() is not None or at is None


def test_a_date_that_is_given_later_is_a_change_and_moves_no_title(store: Path) -> None:
    both = "/tin/mot-1.html,Một\n/in/mot-1.html,In\n"
    give(store, both, site="a.example")
    dated = both.replace("Một", "Một,2026-11-20")
    assert give(store, dated, site="a.example") == TitlesSummary(2, new=0, changed=1)
    assert give(store, dated, site="a.example") == TitlesSummary(2, new=0, changed=0)
    assert titles_in(store) == {("a.example", "/in/mot-1.html"): "In"}


def test_one_url_for_several_files_is_refused(store: Path) -> None:
    with pytest.raises(UsageError, match="give one FILE with it"):
        store_titles(TitlesRequest(store, ("a.html", "b.html"), SETTINGS, url="/tin"))


# --- The command --------------------------------------------------------------------------------------

FEED = "<rss><item><title>{title}</title><link>https://a.example/khac/hai-2.html</link></item></rss>"
TOML = f"""[[site]]
name = "a.example"
[[site.article]]
pattern = '{RULES[0].pattern}'
key = "{RULES[0].key}"
"""
LONG = "Liên hệ <script>alert(1)</script> \u202e" + "đ" * 60


@pytest.fixture
def typed(store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the store in the current folder, next to a feed and an HTML document without its URL."""
    monkeypatch.chdir(store.parent)
    escaped = LONG.replace("<", "&amp;lt;")
    Path("feed.xml").write_text(FEED.format(title=escaped), encoding="utf-8")
    Path("page.html").write_text("<html><title>Liên hệ</title></html>", encoding="utf-8")
    Path("logstats.toml").write_text(TOML, encoding="utf-8")
    return store


def ask(store: Path, *words: str) -> Ran:
    return run("--db", store, *words)


def test_a_title_is_whole_for_programs_and_harmless_for_eyes(typed: Path) -> None:
    ran = ask(typed, "titles", "feed.xml")
    assert (ran.code, ran.out, ran.err) == (0, "", "1 title, 1 new, 0 changed\n")
    command = ("articles", "--since", "2026-11-01", "--at", "last", "--site", "a.example", "--format")
    (row,) = (
        row for row in json.loads(ask(typed, *command, "json").out) if row["article"] == "/khac/hai-2.html"
    )
    assert row["title"] == LONG
    table, html = ask(typed, *command, "table").out, ask(typed, *command, "html").out
    assert "Liên hệ <script>alert(1)</script> \\u202e" + "đ" * 60 in table
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \\u202e" + "đ" * 60 in html
    assert "<script" not in html
    assert "\u202e" not in table + html


SAID = {
    # arguments of `titles`: the exit code, and the beginning of stderr
    "page.html --address https://a.example/lien-he": (0, "1 title, 1 new, 0 changed\n"),
    "page.html": (1, "logstats: page.html: an HTML document without its URL"),
    "nosuch.xml": (1, "logstats: nosuch.xml: can't be read: No such file or directory\n"),
    "page.html feed.xml": (1, "1 title, 1 new, 0 changed\nlogstats: page.html: an HTML document without"),
    "feed.xml --address /tin": (
        2,
        "logstats: --address is the URL of an HTML document, and feed.xml is not one\n",
    ),
    "feed.xml --site c.example": (
        2,
        "logstats: no site 'c.example' in the store; there are: a.example, b.example\n",
    ),
    "page.html --address https://c.example/": (
        1,
        "1 title, 0 new, 0 changed, 1 of no site\nlogstats: no URL is of a site in the store, such as https://c",
    ),
    "": (2, ""),
}


@pytest.mark.parametrize("words", SAID)
def test_what_the_command_says_and_its_exit_code(words: str, typed: Path) -> None:
    ran = ask(typed, "titles", *words.split())
    assert_in_words(ran.err)
    assert (ran.code, ran.out) == (SAID[words][0], "")
    assert ran.err.startswith(SAID[words][1])


def test_what_is_piped_in_packed_is_read_and_quiet_is_quiet(typed: Path) -> None:
    ran = process("--db", typed, "--quiet", "titles", "-", stdin=gzip.compress(Path("feed.xml").read_bytes()))
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert list(titles_in(typed)) == [("a.example", "/khac/hai-2.html")]
