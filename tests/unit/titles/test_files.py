"""Titles in files: each kind of file is recognised by its content, and anything else is refused."""

import gzip
import re
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import broken, examples

from logstats import titles
from logstats.errors import LogstatsError, TitlesError, UsageError
from logstats.titles import Listing, dates
from logstats.titles.entries import Title

SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
KINDS = {
    "a news sitemap": (
        f"""<?xml version="1.0" encoding="UTF-8"?>
        <urlset {SITEMAP} {NEWS} {IMAGE}>
        <url><loc> https://a.example/tin?b=1&amp;c=2 </loc>
          <image:image><image:loc>https://a.example/x.jpg</image:loc><image:title>Ảnh</image:title></image:image>
          <news:news><news:publication><news:name>Cổng</news:name></news:publication>
            <news:title><![CDATA[Lễ hội\n  xuống đồng & <b>]]></news:title></news:news></url>
        <url><loc>https://a.example/khong-ten</loc></url></urlset>""",
        [("https://a.example/tin?b=1&c=2", "Lễ hội xuống đồng & <b>")],
        1,
    ),
    "a sitemap of no news today": (f"<urlset {SITEMAP}/>", [], 0),
    "RSS 2.0": (
        """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">
        <channel><title>Cổng</title><link>https://a.example/</link><atom:link href="/rss" rel="self"/>
        <item><title><![CDATA[Tin &quot;mới&quot; <b>nóng</b>]]></title><media:title>no</media:title>
          <link>https://a.example/1</link><guid isPermaLink="false">17</guid></item>
        <item><title>2 &lt; 3</title><guid>https://a.example/2</guid></item>
        <item><title>Không địa chỉ</title><guid isPermaLink="false">18</guid></item>
        <item><link>https://a.example/khong-ten</link></item></channel></rss>""",
        [("https://a.example/1", 'Tin "mới" nóng'), ("https://a.example/2", "2 < 3")],
        2,
    ),
    "RSS 1.0": (
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Cổng</title></channel>
        <item><dc:title>no</dc:title><title>Một</title><link>https://a.example/1</link></item></rdf:RDF>""",
        [("https://a.example/1", "Một")],
        0,
    ),
    "Atom": (
        f"""<feed {ATOM}><title>Cổng</title><link href="/"/>
        <entry><link rel="enclosure" href="/anh.jpg"/><title type="html">A &amp;amp; &lt;i&gt;B</title>
          <link href="/1"/></entry>
        <entry><title>A &amp;amp; B</title><link rel="alternate" href="/2"/></entry>
        <entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Một <i>hai</i></div></title>
          <link href="/3"/></entry></feed>""",
        [("/1", "A & B"), ("/2", "A &amp; B"), ("/3", "Một hai")],
        0,
    ),
    "CSV": (
        '/1,"Một, hai"\r\n\r\nhttps://a.example/2,Hai,thừa\r\n',
        [("/1", "Một, hai"), ("https://a.example/2", "Hai")],
        0,
    ),
    "CSV with a header": ("Title;URL\nMột;/1\n", [("/1", "Một")], 0),
    "CSV of a report": ("site\tarticle\ttitle\tviews\na.example\t/1\tMột\t3\n", [("/1", "Một")], 0),
    "CSV with other rows": ('/1,"Một\n/2,Hai\n/3\n/4,\nx,y\n/5,\ufffd\n/6\x1b[2J,Sáu\n', [("/2", "Hai")], 6),
    "CSV with a header alone": ("address,title\n", [], 0),
    "a page": (
        """<!-- saved --><!DOCTYPE html><html><head><meta charset="utf-8"><TITLE>Một &amp; hai - Cổng</TITLE>
        <!-- <meta property="og:title" content="no"> -->
        <script>"<meta property='og:title' content='no'>"</script>
        <meta property="og:url" content="/khac"><meta content='Một &amp; > "hai"' property="og:title"/>
        <link href=https://a.example/1 rel="shortlink canonical"></head><body><svg><title>no</title></svg>""",
        [("https://a.example/1", 'Một & > "hai"')],
        0,
    ),
    "a page with a title alone": (
        '<html><head><meta name="og:url" content="/1"><title>\nMột &#38; </title><title>Hai</title></head>',
        [("/1", "Một &")],
        0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_recognised_by_its_content(kind: str) -> None:
    text, pairs, skipped = KINDS[kind]
    expected = Listing(tuple(Title(url, title) for url, title in pairs), skipped)
    assert titles.read(text.encode(), "file") == expected
    assert titles.read(b"\xef\xbb\xbf\r\n " + text.encode(), "file") == expected


ENCODED = {
    "UTF-16 XML": '<?xml version="1.0" encoding="utf-16"?>' + KINDS["Atom"][0],
    "windows-1258": '<?xml version="1.0" encoding="windows-1258"?>'
    "<rss><item><title>á</title><link>/1</link></item></rss>",
    "UTF-16 CSV": "/1,Một\n",
    "a page of no text": '<html><meta charset="hex"><meta name="og:url" content="/1"><title>á</title>',
    "a page of latin-1": '<html><meta charset="iso-8859-1"><meta name="og:url" content="/1"><title>á</title>',
}


@pytest.mark.parametrize(
    ("name", "encoding", "title"),
    [
        ("UTF-16 XML", "utf-16", "A & B"),
        ("windows-1258", "windows-1258", "á"),
        ("UTF-16 CSV", "utf-16", "Một"),
        ("a page of latin-1", "iso-8859-1", "á"),
        ("a page of no text", "utf-8", "á"),
    ],
)
def test_a_file_says_its_encoding(name: str, encoding: str, title: str) -> None:
    assert titles.read(ENCODED[name].encode(encoding), "file").titles[0] == Title("/1", title)


BILLION = (
    '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><item><title>&b;</title></item></rss>'
)
OUTSIDE = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><item><title>&a;</title></item></rss>'
REFUSED = {
    "": "the file is empty",
    " \n": "the file is empty",
    BILLION: "defines entities",
    OUTSIDE: "defines entities",
    f"<sitemapindex {SITEMAP}><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>": "give these: /1.xml",
    f"<urlset {SITEMAP}><url><loc>/1</loc></url></urlset>": "a sitemap without titles",
    "<rss><item><link>/1</link></item></rss>": "no entry has a URL and a title",
    "<rss><item><title>Một</title>": "is not valid XML: no element found: line 1, column 29",
    "<rss><item>" + "<b>" * 200: "more than 100 deep",
    "<opml/>": "is XML of 'opml', not a sitemap, an RSS or an Atom feed",
    '<?xml version="1.0" encoding="big5"?><rss/>': "its encoding can't be read",
    "<!DOCTYPE html><html><head><title>404</title></head></html>": "an HTML document without its URL",
    '<html><link rel="canonical" href="/1"></html>': "an HTML document without a title",
    "404 page not found": "is not a sitemap, feed or HTML document, nor a CSV",
    '{"error": 1}': "is not a sitemap, feed or HTML document, nor a CSV",
    "/1,\n": "is not a sitemap, feed or HTML document, nor a CSV",
}


@pytest.mark.parametrize("text", REFUSED, ids=REFUSED.values())
def test_what_has_no_titles_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(TitlesError) as refused:
        titles.read(text.encode(), "file.xml")
    assert refused.value.path == "file.xml"
    assert REFUSED[text] in f"{refused.value.reason}; {refused.value.advice}"
    assert str(refused.value).startswith(f"file.xml: {refused.value.reason}")


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "LARGEST", 6)
    assert titles.read(b"/1,Hai", "file").titles
    with pytest.raises(TitlesError, match="is larger than 0 MB"):
        titles.read(b"/1,Haii", "file")


JUNK = ("<meta ", "<a b='", "<!--", "<!", "</", "&#", "<script>", "<title>", "<meta a=b ", '"', "<?", " ")


@pytest.mark.parametrize("junk", JUNK)
def test_a_document_of_a_strangers_junk_takes_no_longer_than_another(junk: str) -> None:
    """Where time grew by the square of it, the test would not end."""
    page = b"<html>" + junk.encode() * 200_000
    with pytest.raises(TitlesError, match="an HTML document without its URL"):
        titles.read(page, "file")


def test_a_url_is_given_only_for_an_html_document() -> None:
    page = KINDS["a page"][0].encode()
    assert titles.read(page, "file", "/2").titles == (Title("/2", 'Một & > "hai"'),)
    with pytest.raises(UsageError, match="--address is the URL of an HTML document"):
        titles.read(b"/1,Hai", "file", "/2")


def test_a_title_is_one_line_of_text_and_of_bounded_length() -> None:
    ((_, title, _),) = titles.read(f"/1,\x1b]0;a\x07b \x00c\te\u0301{'x' * 1000}\n".encode(), "file").titles
    assert title.startswith("]0;a b c éx")
    assert len(title) == 500


DATED = {
    # a date: the file in which an entry has it
    "a news sitemap": f"""<urlset {SITEMAP} {NEWS}><url><loc>/1</loc><lastmod>2026-11-21</lastmod>
        <news:news><news:publication_date>DATE</news:publication_date><news:title>Một</news:title></news:news>
        </url></urlset>""",
    "RSS 2.0": "<rss><item><title>Một</title><link>/1</link><pubDate> DATE </pubDate></item></rss>",
    "RSS 1.0": """<RDF xmlns:dc="http://purl.org/dc/elements/1.1/"><item><title>Một</title><link>/1</link>
        <dc:date>DATE</dc:date></item></RDF>""",
    "Atom": f"""<feed {ATOM}><entry><link href="/1"/><title>Một</title><published>DATE</published>
        <updated>2026-11-21T00:00:00Z</updated></entry></feed>""",
    "CSV": '/1,Một,"DATE"\n',
    "CSV with a header": 'published,url,title\n"DATE",/1,Một\n',
    "a page": """<html><meta property="og:url" content="/1"><title>Một</title>
        <meta property="article:modified_time" content="2026-11-21"><meta property="article:published_time"
        content="DATE"></html>""",
}
AT = datetime(2026, 11, 20, 3, 30)
DATES = [
    # a text, and the date: in UTC, or without a zone
    ("2026-11-20T10:30:00+07:00", AT.replace(tzinfo=UTC)),
    ("2026-11-20T03:30:00.1234567Z", AT.replace(tzinfo=UTC)),
    ("2026-11-20 10:30 +0700", AT.replace(tzinfo=UTC)),
    ("2026-11-20T10:30:00.5 +07:00", AT.replace(tzinfo=UTC)),
    ("Fri, 20 Nov 2026 10:30:00 +0700", AT.replace(tzinfo=UTC)),
    ("20 Nov 26 03:30 GMT", AT.replace(tzinfo=UTC)),
    ("Fri, 20 Nov 2026 03:30:00 -0000", AT.replace(tzinfo=UTC)),
    ("2026-11-20T03:30", AT),
    ("2026-11-20 03:30:00", AT),
    ("Fri, 20 Nov 2026 03:30:00", AT),
    ("2026-11-20", AT.replace(hour=0, minute=0)),
    *((text, None) for text in ("", " ", "yesterday", "2026", "2026-11", "20261120", "1763600000")),
    *(
        (text, None)
        for text in ("2026-02-30", "2026-11-20T25:00", "20/11/2026", "Fri, 31 Feb 2026 10:00:00 Z")
    ),
    *((text, None) for text in ("0001-01-01T00:00:00+07:00", "1970-01-01", "9999-12-31T23:59-07:00")),
    *(
        (text, None)
        for text in ("Một", "٢٠٢٦-١١-٢٠", "2026-11-20" + " " * 99 + "x", "99999999999 Nov 2026 9:9:9")
    ),
]


@pytest.mark.parametrize("kind", DATED)
@pytest.mark.parametrize(("text", "at"), DATES)
def test_the_date_of_an_article_and_no_fault_of_it_loses_the_title(
    kind: str, text: str, at: datetime | None
) -> None:
    found = titles.read(DATED[kind].replace("DATE", text).encode(), "file")
    assert found == Listing((Title("/1", "Một", at),))
    (title,) = found.titles
    assert (title.published and title.published.tzinfo) == (at and at.tzinfo)


@pytest.mark.parametrize("kind", DATED)
def test_a_date_of_a_change_is_no_date_of_publication(kind: str) -> None:
    text = re.sub(r"<(published|pubDate|dc:date|news:publication_date)>.*?</\1>", "", DATED[kind])
    text = text.replace('"DATE"', '""')
    assert "DATE" not in text
    assert titles.read(text.encode(), "file").titles == (Title("/1", "Một"),)


@given(st.text() | st.text(st.sampled_from("0123456789-:TZ+. ,aNovGMT")))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = dates.parse(text)
    assert found is None or found.year >= dates.EARLIEST


@settings(max_examples=examples(25))
@given(data=st.data())
def test_no_bytes_raise_anything_but_what_is_for_the_user(data: st.DataObject) -> None:
    text = data.draw(
        broken([text.encode() for text in (*(text for text, _, _ in KINDS.values()), *DATED.values())])
    )
    for content in (text, gzip.compress(text)):
        try:
            found = titles.read(content, "file")
        except LogstatsError:
            continue
        for url, title, _ in found.titles:
            assert url.isprintable()
            assert not {sign for sign in title if unicodedata.category(sign) == "Cc"}
