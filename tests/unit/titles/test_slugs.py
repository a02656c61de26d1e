"""The words of a slug stand for a title; no article is called by a bare number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logstats.titles.slugs import LONGEST, words_of

URLS = [
    # a canonical URL, most of a real portal, and the words that are shown ('': the URL itself)
    ("/giao-duc/le-hoi-xuong-dong-2026-104732.html", "le hoi xuong dong 2026"),
    ("/tin-tuc-su-kien/le-hoi-xuong-dong-xa-y-ty-nam-2026-104732", "le hoi xuong dong xa y ty nam 2026"),
    (
        "/phan-luong-giao-thong-le-hoi-den-thuong-nam-2025-post397110.html",
        "phan luong giao thong le hoi den thuong nam 2025",
    ),
    ("/vi/news/thong-bao/cau-truc-de-thi-tot-nghiep-nam-2025-74.html", "cau truc de thi tot nghiep nam 2025"),
    (
        "/tin-tuc/bo-cong-thuong-hop-bao-thuong-ky-quy-ii-2026.html",
        "bo cong thuong hop bao thuong ky quy ii 2026",
    ),
    (
        "/chi-tiet-moc-thoi-gian-tu-11-so-xuong-10-so-197118208.htm",
        "chi tiet moc thoi gian tu 11 so xuong 10 so",
    ),
    ("/tin-tuc/khao-sat-quy-hoach-tam-nhin-100-nam", "khao sat quy hoach tam nhin 100 nam"),
    ("/xã-hội/xây-dựng-đô-thị-văn-minh", "xây dựng đô thị văn minh"),
    ("/tim-kiem/người+dân+sa+pa.htm", "người dân sa pa"),
    (
        "/tin/news/-/details/188850/nghe-thuat-hat-dan-ca-quan-ho-2025-81095830",
        "nghe thuat hat dan ca quan ho 2025",
    ),
    (
        "/tin-tuc-kinh-doanh/-/view_content/content/2965950/google-da-ra-gia-mua-fitbit",
        "google da ra gia mua fitbit",
    ),
    (
        "/tin-tuc/dung-5-truc-thang-phun-khu-khuan-la-sai-su-that/2695",
        "dung 5 truc thang phun khu khuan la sai su that",
    ),
    (
        "/-/asset_publisher/Enp27vgshTez/content/trien-khai-cac-hoat-dong-phong-dich/20181",
        "trien khai cac hoat dong phong dich",
    ),
    (
        "/Pages/chi-tiet.aspx?url=/lang-son-danh-thuc-khu-du-lich-mau-son-20241003083820222.htm",
        "lang son danh thuc khu du lich mau son",
    ),
    (
        "/chi-tiet-tin-tuc?param=ocop-tao-dong-luc-xay-dung-nong-thon-a3809f02-ed6d-4f20-b9cd-a058993d5a0c",
        "ocop tao dong luc xay dung nong thon",
    ),
    ("/gioi-thieu", "gioi thieu"),
    ("/lien-he.html", "lien he"),
    ("/en/bai-viet/23443", ""),
    ("/chi-tiet-tin-tuc?d=1045&c=7", ""),
    ("/chi-tiet-tin/-/asset_publisher/1o2MmGSc2AhD/content/id/11456789", ""),
    ("/vi/chi-tiet-tin/-/view-article/1/1651212986853/1772526953007", ""),
    ("/tin-tuc-kinh-doanh/view/2965950/907893219797", ""),
    ("/ct/cms/tintuc/Lists/ThoiSuChinhTri/View_Detail.aspx?ItemID=13820", ""),
    ("/Default.aspx?sname=ubndnamdinh&sid=4&pageid=468", ""),
    ("/default.aspx?page=news-detail&do=detail&id=9d8c469f-ed6d-4f20-b9cd-a058993d5a0c", ""),
    ("/chi-tiet-van-ban/VB_ID=16778", ""),
    ("/?id=123", ""),
    ("/123.html", ""),
    ("/2026", ""),
    ("/tin/2026-11-21", ""),
    ("/", ""),
]


@pytest.mark.parametrize(("url", "words"), URLS)
def test_the_words_of_a_url(url: str, words: str) -> None:
    assert words_of(url) == (words or url)


PARTS = st.text(st.sampled_from("aé19-_+./?=&% \u202e<"), max_size=12)


@given(st.lists(PARTS, max_size=4).map(lambda parts: "/" + "/".join(parts)))
def test_no_url_is_shown_as_a_bare_number(url: str) -> None:
    words = words_of(url)
    assert words
    assert len(words) <= LONGEST
    assert not words.replace(" ", "").isdecimal()
