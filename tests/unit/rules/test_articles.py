"""What is one article: each step to the canonical address, a site's rules, and ready rules of portals."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from logstats import config
from logstats.config import Settings, Site
from logstats.config.article_presets import PORTALS, ArticleRule
from logstats.errors import ConfigError
from logstats.rules import ruleset, trackers
from logstats.store import Session

URLS = Path(__file__).parents[4] / "shared" / "vn_urls.tsv"


class Classified(NamedTuple):
    """What a target is."""

    identity: str
    is_article: bool


def classified(site: Site, targets: Iterable[str]) -> dict[str, Classified]:
    """Return what each target of a site is."""
    built = ruleset.build(Settings(sites=(site,)))
    pages = [(1, target) for target in dict.fromkeys(targets)]
    with Session() as session:
        by = ruleset.article_rules(session, built, {1: site})
        ruleset.identities(session, built, by, pages)
        rows = session.execute("SELECT target, identity, is_article FROM chunk_url").rows
    return {target: Classified(identity, is_article) for target, identity, is_article in rows}


def identities(site: Site, targets: Iterable[str]) -> dict[str, str]:
    """Return which article each target of a site is."""
    return {target: one.identity for target, one in classified(site, targets).items()}


PORTAL = Site("portal.example", hosts=("www.portal.example",))
STEPS = {
    # target as logged: its canonical address
    "/": "/",
    "/tin": "/tin",
    "/tin#binh-luan": "/tin",
    "/tin?#id=1": "/tin",
    "/tin?id=1#?id=2": "/tin?id=1",
    # hosts, which only a request to a proxy names
    "http://portal.example/tin": "/tin",
    "HTTPS://WWW.Portal.Example:443/Tin": "/Tin",
    "http://portal.example": "/",
    "http://portal.example?id=1": "/?id=1",
    "http://Elsewhere.example/Tin//a": "http://elsewhere.example/Tin/a",
    "http://portal.example.evil/": "http://portal.example.evil/",
    "http://Portal.Example./tin": "/tin",
    "http://lan@portal.example:80/tin": "/tin",
    "http://_/tin": "http://_/tin",
    # sessions
    "/tin;jsessionid=10B16845739259": "/tin",
    "/tin;JSESSIONID=1/a": "/tin/a",
    "/tin;jsessionid=1?id=5&PHPSESSID=2": "/tin?id=5",
    "/tin;a=1": "/tin;a=1",
    # escapes: once, and only where the URL stays distinct from others
    "/x%C3%A3": "/xã",
    "/x%c3%a3": "/xã",
    "/xã": "/xã",
    "/xa%CC%83": "/xã",
    "/%74in": "/tin",
    "/a%2541": "/a%41",
    "/a%zz": "/a%zz",
    "/a%E1%BA": "/a%E1%BA",
    "/a%3Fid=1": "/a%3Fid=1",
    "/a%23b": "/a",  # a fragment
    "/a/%23b": "/a/%23b",
    "/c%23": "/c%23",
    "/c%23/b": "/c%23/b",
    "/c%23-co-ban": "/c%23-co-ban",
    "/a%23:~:text=b": "/a",
    "/a%23b?id=1": "/a?id=1",
    "/a?id=1%23b&x=2%23c": "/a?id=1&x=2",
    "/a?q=%23b": "/a?q=%23b",
    "/a?q=c%23": "/a?q=c%23",
    "/a%0Ab": "/a%0Ab",
    "/a%00": "/a%00",
    # bytes as servers escape them in logs
    r"/x\xc3\xa3": "/xã",
    r"/caf\xe9": "/caf%E9",
    "/caf%e9": "/caf%E9",
    "/caf%E9": "/caf%E9",
    r"/tin?q=\xe9": "/tin?q=%E9",
    "/tin?q=%e9": "/tin?q=%E9",
    r"/a\x09b": "/a%09b",
    r"/a\x5cx41": r"/a\x41",
    "/a%5Cx41": r"/a\x41",
    r"/a\x41": r"/a\x41",
    "/tim-kiem/ng%c6%b0%e1%bb%9di+d%c3%a2n": "/tim-kiem/người+dân",
    # folders
    "//tin///a": "/tin/a",
    "/./tin/./a": "/tin/a",
    "/tin/../a": "/a",
    "/../../a": "/a",
    "/tin/..": "/",
    "/tin/a/.": "/tin/a",
    "/%2e%2e/etc/%2E%2E/a": "/a",
    "/tin/...": "/tin/...",
    "/.a/b..": "/.a/b..",
    # what a folder is called besides, if no query is left
    "/tin/": "/tin",
    "/index.html": "/",
    "/tin/Index.PHP": "/tin",
    "/tin/default.aspx?utm_source=zalo": "/tin",
    "/home.aspx": "/",
    "/tin/index.php?id=5": "/tin/index.php?id=5",
    "/tin/?id=5": "/tin/?id=5",
    "/tin/myindex.html": "/tin/myindex.html",
    # the query: sorted, decoded each by itself
    "/tin?b=2&a=1": "/tin?a=1&b=2",
    "/tin?a=1&&b=2&": "/tin?a=1&b=2",
    "/tin?q=s%C3%A1ch+m%E1%BB%9Bi": "/tin?q=sách mới",
    "/tin?q=s%C3%A1ch%20m%E1%BB%9Bi": "/tin?q=sách mới",
    "/tin?q=a%26b=c": "/tin?q=a%26b=c",
    "/tin?q=%E1%BA": "/tin?q=%E1%BA",
    "/tin?%75tm_source=zalo": "/tin",
    # an ampersand that was written as HTML
    "/tin?b=2&amp;a=1": "/tin?a=1&b=2",
    "/tin?b=2&amp%3Ba=1&amp%3butm_source=x&amp;amp;utm_medium=y": "/tin?a=1&b=2",
    "/tin?amp;utm_source=x": "/tin",
    "/tin?amp=1": "/tin?amp=1",
    "/tin?a=1;amp;b": "/tin?a=1;amp;b",
    # parameters that track, in any case and encoded; some only with certain values
    "/tin?from=singlemessage&isappinstalled=0": "/tin",
    "/tin?from=GroupMessage": "/tin",
    "/tin?from=hanoi": "/tin?from=hanoi",
    "/tin?from=": "/tin?from=",
    "/tin?FBCLID=1&hsCtaTracking=2&HSCTATRACKING=3&%5Fx%5Ftr%5Fsl=vi": "/tin",
    "/tin?utm_source[]=a&utm_medium%5B%5D=b": "/tin",
    "/tin?at=1&sp=2&trkx=3&pk=4": "/tin?at=1&pk=4&sp=2&trkx=3",
    "/Tin?ID=5": "/Tin?ID=5",
    # a target that is not a URL is not changed
    "*": "*",
    "": "",
    "\\x16\\x03": "\\x16\\x03",
}


@pytest.mark.parametrize("target", STEPS)
def test_each_step_to_the_canonical_url(every_step: dict[str, str], target: str) -> None:
    assert every_step[target] == STEPS[target]


@pytest.fixture(scope="module")
def every_step() -> dict[str, str]:
    """Give the canonical URLs of the table."""
    return identities(PORTAL, STEPS)


# Parameters that identify content, on portals of shared/vn_urls.tsv and elsewhere.
IDENTITIES = (
    "ItemID itemid id ID sid tabid pageid idTin idcm url sname param page language d op nv do c p q "
    "s t v cat cid aid news newsid newsId articleId catid View layout option task Itemid mid lang "
    "type keyword tag from ref source date year month alias slug name code pid post_id parent module "
    "action groupId fileId docid UrlListProcess CateID"
)


def test_no_tracker_has_the_name_of_an_identity() -> None:
    targets = {f"/tin?{name}=5": f"/tin?{name}=5" for name in IDENTITIES.split()}
    assert identities(PORTAL, targets) == targets


def test_each_tracker_is_dropped_and_has_a_family_and_a_source() -> None:
    for tracker in trackers.TRACKERS:
        value = tracker.values.partition("|")[0] or "x"
        names = [name.replace("*", "abc") for name in tracker.names.split()]
        targets = {
            f"/tin?{name}={value}&id=5": "/tin?id=5" for each in names for name in (each, each.upper())
        }
        assert identities(PORTAL, targets) == targets
        assert tracker.family
        assert tracker.source


# --- A site's own rules -------------------------------------------------------------------------------

OWN = Site(
    "portal.example",
    articles=(
        ArticleRule(r"^/in/"),
        ArticleRule(r"-(?P<id>\d+)\.html$", "{id}", "/tin/"),
        ArticleRule(r"^/(\w+)/(\d+)\b", r"{1}\{2}"),
        ArticleRule(r"-5\.html", "never"),
    ),
    aliases=(
        ("/gioi-thieu/", "/about.html?utm_source=x"),
        ("http://portal.example/cu-7.html", "/tin/moi-8.html"),
    ),
)
BY_OWN = {
    "/tin/mot-5.html": ("5", True),
    "/khac/hai-5.html?fbclid=1": ("5", True),
    "/in/mot-5.html": ("/in/mot-5.html", False),
    "/bai/12/mot": (r"bai\12", True),
    "/bai": ("/bai", False),
    "/gioi-thieu": ("/about.html", False),
    "/about.html": ("/about.html", False),
    "/tin/khac-7.html": ("8", True),
    "/moi-8.html": ("8", True),
}


def test_the_first_rule_that_fits_says_which_article_it_is_and_aliases_come_after() -> None:
    assert classified(OWN, BY_OWN) == BY_OWN


def test_a_server_that_folds_case_has_one_article_for_both() -> None:
    targets = ["/Tin/A.aspx?ID=5", "/tin/a.ASPX?id=5"]
    assert len(set(identities(Site("a"), targets).values())) == 2
    assert set(identities(Site("a", fold_case=True), targets).values()) == {"/tin/a.aspx?id=5"}
    assert set(identities(Site("a", rules=("dnn",)), targets).values()) == {"/tin/a.aspx?id=5"}


BAD = {
    # settings of [[site]]: the error
    '[[site.article]]\nkey = "a"': "[[site.article]]: pattern is missing",
    '[[site.article]]\npattern = "("': "site.article.pattern: '(' is not a pattern of RE2: missing )",
    "[[site.article]]\npattern = 'a(\\d)'\nkey = '{2}'": "key: the pattern has no group '2'",
    "[[site.article]]\npattern = 'a'\nsection = '{id}'": "section: the pattern has no group 'id'",
    "[[site.article]]\npattern = 'a(\\d)'\nkey = 'b-{ 1 }'": "key: '{ 1 }' is not a placeholder; write {id} ",
    "[[site.article]]\npattern = 'a(\\d)'\nkey = '{1:d}'": "key: '{1:d}' is not a placeholder",
    "[[site.article]]\npattern = 'a(\\d)'\nkey = '{1.real}'": "key: '{1.real}' is not a placeholder",
    "[[site.article]]\npattern = 'a(\\d)'\nkey = '{-1}'": "key: '{-1}' is not a placeholder",
    "[[site.article]]\npattern = 'a(\\d)'\nkey = '{}'": "key: '{}' is not a placeholder",
    "[[site.article]]\npattern = 'a(\\d)'\nkey = '{{1}}'": "key: '{' is not a placeholder",
    "[[site.article]]\npattern = 'a(\\d)'\nkey = 'x{'": "key: '{' is not a placeholder",
    "[[site.article]]\npattern = 'a(\\d)'\nsection = '{1}}'": "section: '}' is not a placeholder",
    "[[site.article]]\npattern = '\\Q(\\E[(]\\((?:b)'\nkey = '{1}'": "key: the pattern has no group '1'",
    f"[[site.article]]\npattern = '{'(a)' * 10}'\nkey = '{{10}}'": "key: {10} is group 10 of the pattern",
    "[[site.article]]\npattern = 'a'\nkeys = ''": "keys: unknown setting; did you mean key? There are: key, ",
    "[site.article]\npattern = 'a'": "site.article must be a list of tables; write [[site.article]]",
    "[[site.article]]\npattern = 'a(?=b)'": "site.article.pattern: 'a(?=b)' is not a pattern of RE2",
    'rules = "joomla"': "rules must be one of laocai, bao, liferay",
    "aliases = 5": "aliases must be a table of strings",
    "[site.aliases]\n'/a' = 5": "aliases must be a table of strings",
    "fold_case = 1": "fold_case must be true or false, not 1",
}


@pytest.mark.parametrize("text", BAD)
def test_a_bad_rule_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "logstats.toml").write_text(f'[[site]]\nname = "a"\n{text}\n')
    with pytest.raises(ConfigError) as caught, Session() as session:
        ruleset.require(config.load(tmp_path / "logstats.toml"), session.complaint)
    assert BAD[text] in str(caught.value)


OF_RE2 = {
    # a pattern that Python's `re` refuses or warns of: the article of /tin-a.b(1)-é, with the key <{1}>
    r"(\p{L})$": "<é>",
    r"(\pL)$": "<é>",
    r"(?U)/(t.+)": "<ti>",
    r"\Qa.b(\E([0-9])": "<1>",
    r"(/)tin-\Qa.b(1)": "</>",
    r"[(]([0-9])[)].*\z": "<1>",
    r"(\x{61})\.": "<a>",
    r"\(([[:digit:]])": "<1>",
    r"([^]a-z/]+)\)": "<(1>",
    r"(a[.&&b])": "<a.>",
    r"b[[]?\((.)": "<1>",
    r"b(?i)\((.)": "<1>",
    "(" * 600 + "1" + ")" * 600: "<1>",
}


@pytest.mark.parametrize("pattern", OF_RE2)
@pytest.mark.filterwarnings("error")
def test_a_pattern_is_one_of_re2(tmp_path: Path, pattern: str) -> None:
    rule = f"[[site.article]]\npattern = '{pattern}'\nkey = '<{{1}}>'"
    (tmp_path / "logstats.toml").write_text(f"[[site]]\nname = 'a'\n{rule}\n", encoding="utf-8")
    settings = config.load(tmp_path / "logstats.toml")
    with Session() as session:
        ruleset.require(settings, session.complaint)
    assert identities(settings.sites[0], ["/tin-a.b(1)-é"]) == {"/tin-a.b(1)-é": OF_RE2[pattern]}


# --- Portals ------------------------------------------------------------------------------------------

PORTAL_OF = {
    # family of the table: ready rules, and for each of its rows the identity and whether it is an article
    "laocai-old": ("laocai", [("old/293909", True)]),
    "laocai-new": ("laocai", [("1105750", True)]),
    "baolaocai": ("bao", [("post/397110", True)]),
    "doingoailaocai": ("bao", [("bai-viet/23443", True)]),
    "liferay-asset": (
        "liferay",
        [("content/chu-ong-trien-khai-cac-hoat-ong-phong-chong-dich-benh/20181", True)],
    ),
    "liferay-asset-slug": ("liferay", [("content/{urlTitle}", True)]),
    "liferay-asset-id": ("liferay", [("asset/11456789", True)]),
    "liferay-details": ("liferay", [("details/81095830", True)]),
    "liferay-viewcontent": ("liferay", [("view/2965950", True)]),
    "liferay-viewcontent-b": ("liferay", [("view/2965950", True)]),
    "liferay-viewcontent-c": ("liferay", [("/tin-tuc-kinh-doanh/google-da-ra-gia-mua-fitbit", False)]),
    "quangtri": ("liferay", [("view-article/1574304721680", True)]),
    "quangtri-commune": ("liferay", [("view-article/1772526953007", True)]),
    "quangbinh": ("liferay", [("view-article/1589692995213", True)]),
    "moit-liferay-params": ("liferay", [("/web/guest/thoi-su", False)]),
    "nukeviet": ("nukeviet", [("news/vi/26895", True), ("news/vi/74", True)]),
    "nukeviet-print": ("nukeviet", [("news/vi/123", True)]),
    "nukeviet-sendmail": ("nukeviet", [("/vi/news/sendmail/tin-tuc/ten-bai-123.html", False)]),
    "nukeviet-raw": ("nukeviet", [("news/vi/123", True)]),
    "sharepoint-list": ("sharepoint", [("ct/cms/tintuc/thoisuchinhtri/13820", True)]),
    "sharepoint-list-lc": ("sharepoint", [("tphochiminh/noidung/thongbao/thongbao/531", True)]),
    "sharepoint-space": ("sharepoint", [("vbpq/vn bn php lut/28618", True)]),
    "sharepoint-page": ("sharepoint", [("tin/2211", True)]),
    "sharepoint-url-param": ("sharepoint", [("url/20241003083820222", True)]),
    "dnn": ("dnn", [("tab/22641/", True)]),
    "dnn-like": ("dnn", [("4/468", True)]),
    "aspx-guid": ("dnn", [("news-detail/9d8c469f-...", True)]),
    "query-id": ("query-id", [("chi-tiet-tin-tuc/1045", True)]),
    "query-slug-guid": ("query-id", [("a3809f02-ed6d-4f20-b9cd-a058993d5a0c", True)]),
    "path-kv": ("path-id", [("nid/4819", True)]),
    "path-eq": ("path-id", [("VB_ID=16778", True)]),
    "path-id": ("path-id", [("chi-tiet/3403", True)]),
    "path-id-slash": ("path-id", [("2695", True)]),
    "mic": ("bao", [("197118208", True)]),
    "slug-only": (
        "bao",
        [
            ("bo-cong-thuong-hop-bao-thuong-ky-quy-ii-2026", True),
            (
                "/tin-tuc/ban-do-thi/ban-do-thi-hdnd-thanh-pho-khao-sat-cong-tac-lap-quy-hoach-tong-thethanh-pho-ho-chi-minh-tam-nhin-100-nam",
                False,
            ),
        ],
    ),
    "utf8-path": (
        "path-id",
        [
            ("/xã-hội/xây-dựng-đô-thị-văn-minh-trách-nhiệm-của-cả-cộng-đồng", False),
            ("/kinh-tế/nhiều-công-trình-gặp-khó-trong-công-tác-giải-phóng-mặt-bằng", False),
        ],
    ),
    "utf8-lowerhex": ("bao", [("/tim-kiem/người+dân+sa+pa.htm", False)]),
    "utf8-raw": ("bao", [("/tags/kinh+phí+tiêm.htm", False)]),
    "tracking-zalo": ("bao", [("/...-phan_", False), ("/", False)]),
    "tracking-chatgpt": ("bao", [("/...", False)]),
    "tracking-zalo-fragment": ("bao", [("/virtual-museum/baotanghcm2020", False)]),
    "jsessionid": ("liferay", [("asset/126552", True)]),
}
NAMED = {"{cat}": "tin-tuc", "{alias}": "ten-bai", "{id}": "123"}


def rows_of_urls() -> list[tuple[str, str]]:
    """Return the family and the address of each row, its names in braces being filled in."""
    if not URLS.exists():
        return []
    rows = [line.split("\t")[:2] for line in URLS.read_text("utf-8").splitlines()[1:]]
    filled = [
        (family, re.sub(r"\{\w+\}", lambda name: NAMED.get(name[0], name[0]), url)) for family, url in rows
    ]
    return [(family, re.sub(r"^https?://[^/]*", "", url)) for family, url in filled]


@pytest.mark.skipif(not URLS.exists(), reason=f"{URLS} is not there")
@pytest.mark.parametrize("family", PORTAL_OF)
def test_each_portal_has_ready_rules(family: str) -> None:
    portal, expected = PORTAL_OF[family]
    targets = [target for name, target in rows_of_urls() if name == family]
    found = classified(Site("portal.example", rules=(portal,)), targets)
    assert [found[target] for target in targets] == expected


@pytest.mark.skipif(not URLS.exists(), reason=f"{URLS} is not there")
def test_every_row_of_the_table_is_a_case() -> None:
    families = [family for family, _ in rows_of_urls()]
    assert {family: families.count(family) for family in families} == {
        family: len(expected) for family, (_, expected) in PORTAL_OF.items()
    }


VARIANTS = {
    # portal: addresses that are one article, each list another
    "laocai": [
        ["/tin-tuc/ten-bai-105940", "/van-hoa/ten-moi-105940?fbclid=1", "/tin-tuc/ten-bai-105940/"],
        ["/1227/27461/54439/293909/tin/ten-bai", "/1227/27461/54439/293909"],
        ["/tin-tuc/tong-ket-nam-2026"],
        ["/tin-tuc/tong-ket-nam-2025"],
    ],
    "nukeviet": [
        [
            "/vi/news/tin-421/ten-bai-26895.html",
            "/vi/news/print/tin-421/ten-bai-26895.html",
            "/index.php?nv=news&op=tin-421/ten-bai-26895&language=vi",
            "/vi/news/khac/ten-khac-26895.html",
        ],
        ["/en/news/tin-421/ten-bai-26895.html"],
        ["/vi/laws/tin-421/ten-bai-26895.html"],
        ["/news/tin-421/ten-bai-26895.html"],
    ],
    "sharepoint": [
        ["/a/Lists/Tin/View_Detail.aspx?ItemID=5", "/A/lists/tin/view_detail.aspx?x=1&itemid=5"],
        ["/b/Lists/Tin/View_Detail.aspx?ItemID=5"],
    ],
    "dnn": [
        ["/Default.aspx?tabid=62&ID=5", "/default.aspx?id=5&TabId=62", "/tin/tabid/62/ID/5/ten-bai.aspx"],
        ["/Default.aspx?tabid=62&ID=6"],
    ],
    "liferay": [
        [
            "/tin/-/view_content/content/2965950/ten-bai",
            "/tin/view/2965950/907893219797",
            "/tin/view/2965950/1",
        ]
    ],
    "bao": [["/ten-bai-post397110.html", "/ten-khac-post397110.amp", "/ten-bai-post397110.html?page=2"]],
}


@pytest.mark.parametrize("portal", VARIANTS)
def test_the_urls_of_one_article_have_one_key_and_those_of_two_have_two(portal: str) -> None:
    site = Site("portal.example", rules=(portal,))
    found = identities(site, [target for one in VARIANTS[portal] for target in one])
    keys = [{found[target] for target in one} for one in VARIANTS[portal]]
    assert [len(one) for one in keys] == [1] * len(keys)
    assert len(set.union(*keys)) == len(keys)


def test_a_key_is_never_a_canonical_url() -> None:
    keys = [rule.key for portal in PORTALS.values() for rule in portal.rules if rule.key]
    assert [key for key in keys if key.startswith(("/", "{section}"))] == []


# --- In the store -------------------------------------------------------------------------------------

TARGETS = [
    "/vi/news/tin-421/ten-bai-5.html",
    "/vi/news/print/tin-421/ten-bai-5.html",
    "/index.php?nv=news&op=tin-421/ten-bai-5&language=vi",
    "/vi/news/khac/ten-bai-5.html",
    "/vi/news/sendmail/tin-421/ten-bai-5.html",
    "/vi/about/",
    "/gioi-thieu",
    "/",
]
NUKEVIET = Settings(unlisted=Site(rules=("nukeviet",), aliases=(("/gioi-thieu", "/vi/about"),)))
