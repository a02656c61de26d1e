"""Lists as pages embed them: each format parsed by its own reader has exactly the links and texts."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logstats.printable import escaped
from logstats.render import links
from logstats.render.most_read import (
    FORMATS,
    ListedArticle,
    MostRead,
    Options,
    article_views,
    without_time,
)

ORIGIN = "https://portal.example"
AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
HOSTILE = (
    "</script><script>alert(1)</script>",
    "]]>",
    "<!--",
    "--><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)",
    "`${alert(1)}`",
    "\\u003c\\",
    "&lt;b&gt; &amp; &#60;",
    "\x00\x01\x1b[31m\x7f\x85",
    "\u202egnp.exe\u2066\u200f",
    "\u2028\u2029\ufeff\ufffe\uffff",
    "javascript:alert(1)",
    "<?php echo 1 ?>",
    "__proto__",
    "constructor",
    "Lễ hội xuống đồng",
)
URLS = (
    "/javascript:alert(1)",
    "/\\evil.example/x",
    "/@evil.example/",
    "/a\"b'c<d>e",
    "/a b\tc",
    "/100%",
    "/100%25",
    "/%3Fa%23b",
    "/%FF%e9",
    "/tin?id=1&x=<y>",
    "/tin?q=%26a",
    "/xã-hội/xây-dựng",
    "/\u202e\u2028",
    "/'%2bx",
    "/",
)
TEXTS = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), min_size=1, max_size=3).map("".join)
TARGETS = st.sampled_from(URLS) | st.text(max_size=12).map(
    lambda text: "/" + text.encode("utf-8", "replace").decode()
)
ARTICLES = st.lists(
    st.builds(
        ListedArticle,
        TEXTS.map(lambda text: text.encode("utf-8", "replace").decode()),
        TARGETS,
        st.integers(1, 10**9),
        st.none() | st.integers(1, 10**9),
        st.none() | st.integers(-9, 9),
        st.none() | st.just(AT),
    ),
    max_size=40,
)
OPTIONS = st.builds(Options, st.booleans(), st.none() | st.just(f"{ORIGIN}/l.xml?a=1&b=2"))


def listed(articles: list[ListedArticle]) -> MostRead:
    return MostRead("portal.example", ORIGIN, "week", AT, articles)


def expected(articles: list[ListedArticle]) -> list[tuple[str, str]]:
    return [(links.link(ORIGIN, each.url), escaped(each.title)) for each in articles]


class Links(HTMLParser):
    """Collects links with their texts, and every element and attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._inside = tag
        if tag == "a":
            self.found.append((str(dict(attrs)["href"]), ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside == "a":
            url, text = self.found[-1]
            self.found[-1] = (url, text + data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


@given(ARTICLES, OPTIONS)
def test_html_has_exactly_the_links_and_the_texts(articles: list[ListedArticle], options: Options) -> None:
    parser = Links()
    parser.feed(FORMATS["html"](listed(articles), options))
    parser.close()
    wanted = [
        (url, text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd"))
        for url, text in expected(articles)
    ]
    assert parser.found == wanted
    assert parser.tags <= {"ol", "li", "a", "span"}
    assert parser.attributes <= {"class", "href", "data-period"}
    assert ("span" in parser.tags) == (options.with_counts and bool(articles))


@given(ARTICLES, OPTIONS)
def test_json_has_the_exact_titles_and_no_mark_that_ends_a_script(
    articles: list[ListedArticle], options: Options
) -> None:
    text = FORMATS["json"](listed(articles), options)
    assert not re.search("[<>&']", text)
    rows = json.loads(text)
    assert [(row["url"], row["title"]) for row in rows] == [
        (links.link(ORIGIN, each.url), each.title) for each in articles
    ]
    assert [row["rank"] for row in rows] == [*range(1, len(articles) + 1)]
    assert {key for row in rows for key in row} <= {
        *("rank", "title", "url", "views", "readings", "change", "published", "period", "at")
    }
    dates = [row["published"] for row in rows]
    assert dates == ["2026-11-21T03:00:00+00:00" if each.published else None for each in articles]


@given(ARTICLES, OPTIONS)
def test_rss_has_exactly_the_links_and_the_texts(articles: list[ListedArticle], options: Options) -> None:
    text = FORMATS["rss"](listed(articles), options)
    channel = ET.fromstring(text).find("channel")
    assert channel is not None
    found = [(each.findtext("link"), each.findtext("title")) for each in channel.iter("item")]
    wanted = [
        (url, text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd"))
        for url, text in expected(articles)
    ]
    assert found == wanted
    assert [each.findtext("guid") for each in channel.iter("item")] == [url for url, _ in found]
    assert {each.get("isPermaLink") for each in channel.iter("guid")} <= {"true"}
    dates = [each.findtext("pubDate") for each in channel.iter("item")]
    assert dates == ["Sat, 21 Nov 2026 03:00:00 +0000" if each.published else None for each in articles]
    own = channel.find("{http://www.w3.org/2005/Atom}link")
    assert (own is not None and own.get("href")) == (options.feed_url or False)
    assert channel.findtext("ttl") == "10"


@given(ARTICLES)
def test_xmllint_finds_no_fault_in_rss(articles: list[ListedArticle]) -> None:
    if shutil.which("xmllint") is None:
        pytest.skip("there is no xmllint")
    text = FORMATS["rss"](listed(articles), Options(feed_url=f"{ORIGIN}/l.xml"))
    subprocess.run(["xmllint", "--noout", "-"], input=text.encode(), check=True)


# A page as far as the script uses it; a link or a text that is set is only kept.
STUB = """
const element = name => ({name, children: [], append(...more) { this.children.push(...more) },
  replaceChildren(...more) { this.children = more }});
const list = element("ol"), asked = [];
globalThis.document = {createElement: element, querySelectorAll: text => { asked.push(text); return [list] }};
const before = Object.keys(globalThis).length;
%s
console.log(JSON.stringify({asked, own: Object.keys(globalThis).length - before, items: list.children.map(
  item => item.children.map(each => each.name ? [each.name, each.href, each.textContent] : each))}));
"""


def evaluated(script: str) -> Any:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    ran = subprocess.run([node, "-"], input=(STUB % script).encode(), capture_output=True, check=True)
    return json.loads(ran.stdout)


def test_a_script_sets_exactly_the_links_and_the_texts() -> None:
    articles = [ListedArticle(title, url, 1234) for title in HOSTILE for url in URLS]
    for options in (Options(), Options(with_counts=True)):
        script = FORMATS["js"](listed(articles), options)
        assert "<" not in script.partition(";document")[0]
        found = evaluated(script)
        more = [" ", ["span", None, "1,234"]] if options.with_counts else []
        assert found["items"] == [[["a", url, text], *more] for url, text in expected(articles)]
        assert found["own"] == 0, "the script makes a global"
        assert found["asked"] == ['[data-logstats-most-read="week"],[data-logstats-most-read=""]']


@given(ARTICLES)
def test_the_data_of_a_script_ends_no_script_and_is_one_line(articles: list[ListedArticle]) -> None:
    script = FORMATS["js"](listed(articles), Options())
    assert script.count("\n") == 1
    assert not re.search(
        "[<>&'\u2028\u2029\u202a-\u202e]", script.partition("];document")[0].partition("=[")[2]
    )


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_list_is_one_without_items(name: str) -> None:
    text = FORMATS[name](listed([]), Options())
    assert "<li>" not in text
    assert "<item" not in text
    assert "undefined" not in text


LINKS = [
    # a canonical URL, and its link without the origin
    ("/tin-tuc/le-hoi-104732.html", "/tin-tuc/le-hoi-104732.html"),
    ("/xã-hội", "/x%C3%A3-h%E1%BB%99i"),
    ("/tin?id=1&x=2", "/tin?id=1&x=2"),
    ("/a b", "/a%20b"),
    ('/a"b', "/a%22b"),
    ("/a'b", "/a%27b"),
    ("/a<b>", "/a%3Cb%3E"),
    ("/\\evil.example", "/%5Cevil.example"),
    ("//evil.example/x", "/evil.example/x"),
    ("javascript:alert(1)", "/javascript:alert(1)"),
    ("@evil.example/", "/@evil.example/"),
    ("/100%", "/100%25"),
    ("/100%41", "/100%2541"),  # a canonical URL has what can be decoded decoded
    ("/a%3Fb", "/a%3Fb"),  # its ? would begin a query
    ("/a%23b", "/a%23b"),
    ("/%FF", "/%FF"),  # it is no UTF-8
    ("/%FFé", "/%FF%C3%A9"),
    ("/a#b", "/a%23b"),
    ("/a\nb", "/a%0Ab"),
]


@pytest.mark.parametrize(("url", "target"), LINKS)
def test_a_link(url: str, target: str) -> None:
    assert links.link(ORIGIN, url) == ORIGIN + target


@given(TARGETS)
def test_a_link_is_a_url_of_the_site(url: str) -> None:
    found = links.link(ORIGIN, url)
    assert re.fullmatch(r"https://portal\.example/[A-Za-z0-9/:@!$&()*+,;=~\-._%?]*", found)
    assert urlsplit(found).netloc == "portal.example"
    assert not re.search("%(?![0-9A-Fa-f]{2})", found)


@given(TARGETS.filter(lambda url: "%" not in url and "?" not in url))
def test_a_link_is_the_url_encoded(url: str) -> None:
    assert unquote(links.link(ORIGIN, url)) == f"{ORIGIN}/{url.lstrip('/')}"


@given(st.dictionaries(TARGETS, st.integers(1, 10**9), max_size=30))
def test_views_of_articles_are_json_without_marks(views: dict[str, int]) -> None:
    text = article_views("portal.example", AT, views)
    assert not re.search("[<>&'\u2028\u202e]", text)
    assert json.loads(text) == {"site": "portal.example", "at": "2026-11-21T03:00:00+00:00", "views": views}


@given(ARTICLES, ARTICLES)
def test_only_the_time_may_differ_in_a_list_that_is_the_same(
    one: list[ListedArticle], other: list[ListedArticle]
) -> None:
    later = listed(other)._replace(at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
    texts = [without_time(FORMATS["json"](each, Options())) for each in (listed(one), later)]
    rows = (one, other)
    shown = [[(links.link(ORIGIN, each.url), *each[:1], *each[2:]) for each in articles] for articles in rows]
    assert (texts[0] == texts[1]) == (shown[0] == shown[1])


def test_a_time_in_a_title_is_not_that_of_the_list() -> None:
    title = '","at":"2026-11-21T03:00:00+00:00'
    text = FORMATS["json"](listed([ListedArticle(title, "/a", 1)]), Options())
    assert title.replace('"', '\\"') in without_time(text)
