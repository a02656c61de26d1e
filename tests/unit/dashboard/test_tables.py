"""What a table shows of texts of strangers."""

import pytest

from logstats.dashboard import build, tables

ORIGIN = "https://portal.example"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/b%C3%A0i-vi%E1%BA%BFt", "/bài-viết"),
        ("/a%2Fb%3Fc", "/a%2Fb%3Fc"),
        ("/%C3%A0%2F%C3%A0", "/à%2Fà"),
        ("/%ff%fe", "/%ff%fe"),
        ("/100%", "/100%"),
        ("/%E2%80%AEtxt", "/%E2%80%AEtxt"),
        ("/%0Anext", "/%0Anext"),
        ("/\u202etxt", "/\\u202etxt"),
    ],
)
def test_urls_are_readable_where_that_is_safe(url: str, shown: str) -> None:
    assert tables.readable(url) == shown


@pytest.mark.parametrize(
    ("article", "link"),
    [
        ("/bai-1", f"{ORIGIN}/bai-1"),
        ("/bài 1", f"{ORIGIN}/b%C3%A0i%201"),
        ("/%ff", f"{ORIGIN}/%ff"),
        ("//evil.example/x", f"{ORIGIN}/evil.example/x"),
        ('/"><script>', f"{ORIGIN}/%22%3E%3Cscript%3E"),
        ("@evil.example/", ""),
        (".evil.example/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_links_lead_to_the_own_site_only(article: str, link: str) -> None:
    assert tables.href(ORIGIN, article) == link


def test_names_of_files_of_sites() -> None:
    sites = ["a.example", "../../etc/passwd", "index", "a example", "a_example", "..", "x" * 300, "Bát Xát"]
    names = build.file_names(sites)
    assert names["a.example"] == "a.example.html"
    assert names["../../etc/passwd"] == "_.._etc_passwd.html"
    assert names["index"] == "index-2.html"
    assert (names["a example"], names["a_example"]) == ("a_example.html", "a_example-2.html")
    assert len({*names.values()}) == len(sites)
    assert not any("/" in name or name.startswith(".") or len(name) > 130 for name in names.values())
