"""The content of the generated log: agents, pages, assets and client IPs, with their weights.

Each function draws from the random source that it is given, so the same seed gives the same tables. The
shares follow the complete logs of two small news portals, in which 72 % and 80 % of the lines were from bots.
The portal is Vietnamese, and so are its slugs and in-app browsers.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from urllib.parse import quote

HOST = "www.portal.example"
ORIGIN = f"https://{HOST}"


@dataclass(frozen=True)
class Crawler:
    """One family of bots: its share of the bot traffic, and its number of client IPs."""

    agents: tuple[str, ...]
    weight: float
    client_ips: int
    burst: int
    """The average number of requests in a burst."""
    pause: float
    """The average time between two requests of a burst, in seconds."""


@dataclass(frozen=True)
class Page:
    """A target that is served: its path, and the size of the response in bytes."""

    path: str
    size: int


# --- people --------------------------------------------------------------------------------

_WINDOWS = ("Windows NT 10.0; Win64; x64", "Windows NT 6.1; Win64; x64", "Windows NT 10.0; WOW64")
_PHONES = (
    "SM-A155F", "SM-A057F", "SM-A235F", "SM-S918B", "SM-G991B", "SM-J730G", "CPH2461", "CPH2591",
    "CPH1909", "CPH2083", "RMX3201", "RMX3710", "V2043", "V2111", "vivo 1904", "2201117TG",
    "23053RN02A", "M2101K6G", "Redmi Note 8", "Redmi 9A", "Nokia C21", "Pixel 7", "CUBOT P80",
    "K", "K", "K",
)  # fmt: skip
_IOS = ("15_8_3", "16_7_10", "17_4_1", "17_6_1", "18_1_1", "18_3_2", "18_5", "18_6_2", "26_1")
_DEVICES = ("iPhone14,5", "iPhone15,3", "iPhone12,1", "iPhone13,2", "iPhone16,2")
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_IOS_WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


def _desktop(rng: Random) -> str:
    system = rng.choice((*_WINDOWS, "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64"))
    major = rng.randint(96, 142)
    chrome = f"Mozilla/5.0 ({system}) {_WEBKIT} Chrome/{major}.0.0.0 Safari/537.36"
    build = f"{major}.0.{rng.randint(1800, 7500)}.{rng.randint(20, 180)}"
    return rng.choice(
        (
            chrome,
            f"{chrome} Edg/{build}",
            (
                f"Mozilla/5.0 ({system}) {_WEBKIT} "
                f"coc_coc_browser/{major}.0.{rng.randint(100, 199)} "
                f"Chrome/{major - 6}.0.{rng.randint(1800, 7500)}.{rng.randint(20, 180)} "
                "Safari/537.36"
            ),
            f"Mozilla/5.0 ({system}; rv:{major}.0) Gecko/20100101 Firefox/{major}.0",
        )
    )


def _android(rng: Random) -> str:
    model, version = rng.choice(_PHONES), rng.randint(8, 16)
    major = rng.randint(96, 142)
    build = f"{major}.0.{rng.randint(4600, 7500)}.{rng.randint(20, 180)}"
    if model == "K":
        return f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT} Chrome/{major}.0.0.0 Mobile Safari/537.36"
    plain = f"Mozilla/5.0 (Linux; Android {version}; {model}) {_WEBKIT}"
    view = (
        f"Mozilla/5.0 (Linux; Android {version}; {model} Build/AP3A.240617.008; wv) {_WEBKIT} "
        f"Version/4.0 Chrome/{build} Mobile Safari/537.36"
    )
    return rng.choice(
        (
            f"{plain} Chrome/{build} Mobile Safari/537.36",
            f"{plain} SamsungBrowser/{rng.randint(18, 28)}.0 Chrome/{build} Mobile Safari/537.36",
            (
                f"{view} Zalo android/{rng.randint(22, 25)}{rng.randint(100000, 999999)} "
                "ZaloTheme/light ZaloLanguage/vi"
            ),
            (
                f"{view} [FB_IAB/FB4A;FBAV/{rng.randint(380, 520)}.0.0.{rng.randint(20, 90)}."
                f"{rng.randint(40, 120)};IABMV/1;]"
            ),
        )
    )


def _iphone(rng: Random) -> str:
    system = rng.choice(_IOS)
    plain = f"Mozilla/5.0 (iPhone; CPU iPhone OS {system} like Mac OS X) {_IOS_WEBKIT}"
    dotted = system.replace("_", ".")
    return rng.choice(
        (
            f"{plain} Version/{dotted} Mobile/15E148 Safari/604.1",
            (
                f"{plain} CriOS/{rng.randint(110, 142)}.0.{rng.randint(5000, 7500)}.112 "
                "Mobile/15E148 Safari/604.1"
            ),
            (f"{plain} Mobile/15E148 Zalo iOS/{rng.randint(500, 720)} ZaloTheme/light ZaloLanguage/vn"),
            (
                f"{plain} Mobile/22F76 [FBAN/FBIOS;FBAV/{rng.randint(380, 520)}.0.0."
                f"{rng.randint(20, 90)}.104;FBBV/{rng.randint(400000000, 760000000)};"
                f"FBDV/{rng.choice(_DEVICES)};FBMD/iPhone;FBSN/iOS;FBSV/{dotted};FBSS/3;FBID/phone;FBLC/vi_VN;FBOP/5]"
            ),
        )
    )


def people_agents(rng: Random, count: int) -> list[str]:
    """Return different agents of browsers, the most used first."""
    kinds = rng.choices((_android, _desktop, _iphone), weights=(5, 4, 3), k=count * 2)
    return list(dict.fromkeys(kind(rng) for kind in kinds))[:count]


# --- bots ----------------------------------------------------------------------------------


def _googlebot(rng: Random) -> str:
    chrome = f"Chrome/{rng.randint(120, 142)}.0.{rng.randint(6000, 7500)}.{rng.randint(20, 180)}"
    return (
        f"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) {_WEBKIT} {chrome} "
        "Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    )


def _bingbot(rng: Random) -> str:
    return (
        f"Mozilla/5.0 {_WEBKIT[:-1]}; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) "
        f"Chrome/{rng.randint(100, 142)}.0.{rng.randint(0, 9)}.0 Safari/537.36"
    )


def crawlers(rng: Random) -> list[Crawler]:
    """Return the families of bots, from search engines to scanners."""
    wild = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_1) {_WEBKIT} Chrome/119 Safari/537.36 "
    scripts = tuple(
        [f"python-requests/2.{n}.0" for n in range(18, 33)]
        + [f"Go-http-client/{n}" for n in ("1.1", "2.0")]
        + [f"curl/7.{n}.0" for n in range(58, 89)]
        + [f"okhttp/4.{n}.0" for n in range(1, 13)]
        + [f"Java/1.8.0_{n}" for n in range(151, 401, 10)]
        + ["Mozilla/5.0 zgrab/0.x", "Wget/1.21.3", "-", "fasthttp", "Mozilla/5.0"]
    )
    fb = "+http://www.facebook.com/externalhit_uatext.php"
    meta = "+https://developers.facebook.com/docs/sharing/webmasters/crawler"

    def named(text: str) -> tuple[str, ...]:
        return (f"Mozilla/5.0 (compatible; {text})",)

    return [
        Crawler(tuple(_googlebot(rng) for _ in range(60)), 8, 300, 12, 20),
        Crawler(named("Googlebot/2.1; +http://www.google.com/bot.html"), 6, 200, 8, 30),
        Crawler(tuple(_bingbot(rng) for _ in range(50)), 8, 250, 10, 15),
        Crawler(named("AhrefsBot/7.0; +http://ahrefs.com/robot/"), 9, 120, 60, 5),
        Crawler(named("SemrushBot/7~bl; +http://www.semrush.com/bot.html"), 8, 100, 40, 4),
        Crawler((f"{wild}(compatible; Bytespider; spider-feedback@bytedance.com)",), 8, 400, 20, 3),
        Crawler((f"meta-externalagent/1.1 ({meta})",), 9, 150, 80, 1),
        Crawler((f"facebookexternalhit/1.1 ({fb})",), 3, 200, 2, 5),
        Crawler(((f"{wild}(compatible; Amazonbot/0.1; +https://developer.amazon.com/support/"
                 "amazonbot)"),), 6, 350, 6, 25),
        Crawler(named("PetalBot;+https://webmaster.petalsearch.com/site/petalbot"), 4, 90, 20, 8),
        Crawler(named("YandexBot/3.0; +http://yandex.com/bots"), 3, 60, 10, 12),
        Crawler(named("coccocbot-web/1.0; +http://help.coccoc.com/searchengine"), 5, 30, 40, 3),
        Crawler(named("coccocbot-image/1.0; +http://help.coccoc.com/searchengine"), 2, 20, 30, 3),
        Crawler(named("DotBot/1.2; +https://opensiteexplorer.org/dotbot; help@moz.com"),
                3, 40, 25, 6),
        Crawler(named("MJ12bot/v1.4.8; http://mj12bot.com/"), 3, 300, 8, 20),
        Crawler(named("DataForSeoBot/1.0; +https://dataforseo.com/dataforseo-bot"), 2, 40, 30, 3),
        Crawler(named("Barkrowler/0.9; +https://babbar.tech/crawler"), 2, 40, 20, 5),
        Crawler(("CCBot/2.0 (https://commoncrawl.org/faq/)",), 1.5, 60, 100, 2),
        Crawler(("Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",),
                0.7, 40, 1, 60),
        Crawler(scripts, 5, 9000, 4, 2),
    ]  # fmt: skip


# --- pages ---------------------------------------------------------------------------------

_SYLLABLES = (
    "bát xát lào cai xã huyện hội nghị đại biểu nhân dân tổ chức lễ khai mạc tuyên truyền phổ "
    "biến pháp luật thông báo kế hoạch triển nông thôn mới giảm nghèo bền vững phụ nữ thanh "
    "niên học sinh giáo dục y tế phòng chống dịch bệnh cháy rừng mưa lũ đường giao xây dựng "
    "đất đai thủ tục hành chính công văn hóa du lịch ruộng bậc thang y tý mường hum sàng ma "
    "sáo dền thầu chuẩn khen thưởng chuyển đổi số cải cách điều động bổ nhiệm cán bộ chào "
    "mừng ngày thành lập kỷ niệm năm"
)
_MARKS = str.maketrans(
    "áàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđ",
    "aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd",
)
_SECTIONS = (
    "tin-tuc-su-kien", "van-hoa-xa-hoi", "kinh-te", "cai-cach-hanh-chinh", "thong-bao",
    "van-ban-chi-dao", "an-ninh-quoc-phong", "chuyen-doi-so", "xa-phuong", "gioi-thieu",
)  # fmt: skip


def articles(rng: Random, count: int) -> list[Page]:
    """Return pages, the front page and the sections first; one slug in twenty has diacritics."""
    syllables = _SYLLABLES.split()
    pages = [Page("/", 48211)]
    pages += [Page(f"/{section}", 31877 + 613 * i) for i, section in enumerate(_SECTIONS)]
    for number in range(count - len(pages)):
        section = rng.choice(_SECTIONS)
        size = rng.randint(14_000, 72_000)
        if number % 12 == 0:
            pages.append(Page(f"/{section}?page={number // 12 + 2}", size))
            continue
        slug = "-".join(rng.choices(syllables, k=rng.randint(3, 8)))
        slug = quote(slug) if rng.random() < 0.05 else slug.translate(_MARKS)
        pages.append(Page(f"/{section}/{slug}-{100_000 + number}.html", size))
    return pages


def assets(rng: Random, count: int) -> list[Page]:
    """Return the styles, scripts and fonts that every page loads, then the pictures of the articles."""
    common = ("css/style.min.css", "css/bootstrap.css", "js/jquery.min.js", "js/main.js",
              "fonts/roboto-v30-vietnamese-regular.woff2", "images/logo.png")  # fmt: skip
    files = [Page(f"/theme/portal/{name}?v=2.4", 4_000 + 9_731 * i) for i, name in enumerate(common)]
    files.append(Page("/favicon.ico", 1150))
    for number in range(count - len(files)):
        kind = rng.choice(("jpg", "jpg", "jpg", "png", "webp", "pdf"))
        day = f"2026/{rng.randint(1, 11):02}/{rng.randint(1, 28):02}"
        files.append(Page(f"/upload/{day}/anh-bai-viet-{number:05}.{kind}", rng.randint(8_000, 410_000)))
    return files


def falling(count: int, power: float = 1.0) -> list[float]:
    """Return Zipf weights for a table sorted by use: a few large ones and many small ones."""
    return [1 / (rank + 3) ** power for rank in range(count)]


def client_ip(rng: Random) -> str:
    """Return a random client IP; one in nine is IPv6."""
    bits = rng.getrandbits(64)
    if bits % 9 == 0:
        return f"2405:4802:{bits >> 48 & 0xFFF:x}:{bits >> 32 & 0xFFFF:x}::{(bits >> 16 & 0xFFFF) + 1:x}"
    return f"{bits % 200 + 14}.{bits >> 16 & 255}.{bits >> 24 & 255}.{(bits >> 32) % 254 + 1}"
