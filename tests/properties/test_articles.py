"""Canonical URLs are their own canonical URLs; what an article is shown as depends on no order."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import Line, chunks_of, contents, examples, read_in
from unit.rules.test_articles import NUKEVIET, PORTAL, TARGETS, identities


@settings(max_examples=examples(6), deadline=None)
@given(order=st.permutations(TARGETS), chunk=st.sampled_from((150, 400, 10_000)))
def test_how_an_article_is_shown_depends_on_no_order(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], chunk: int
) -> None:
    folder = tmp_path_factory.mktemp("shown")
    lines = [Line(request=f"GET {target} HTTP/1.1").combined() for target in order]
    (folder / "access.log").write_bytes(b"".join(lines))
    with chunks_of(chunk):
        read_in(folder / "s.duckdb", folder / "access.log", settings=NUKEVIET)
    kept: list[Any] = contents(folder / "s.duckdb", "articles")["articles"]
    assert [row[1:] for row in kept] == [
        ("/", None, None, False),
        ("/vi/about", None, None, False),
        ("/vi/news/sendmail/tin-421/ten-bai-5.html", None, None, False),
        ("news/vi/5", "/vi/news/khac/ten-bai-5.html", "/khac/", True),
    ]


@settings(max_examples=examples(30))
@given(st.lists(st.text("/.%2eEaA?&=;#+:á\u0301 ", max_size=12), min_size=20, max_size=60))
def test_a_canonical_url_is_its_own_canonical_url(texts: list[str]) -> None:
    """Except for doubly escaped URLs, which the second pass would unescape again."""
    first = identities(PORTAL, ["/" + text for text in texts])
    plain = [url for url in first.values() if "%" not in url and "+" not in url]
    again = identities(PORTAL, plain)
    assert {one: other for one, other in again.items() if one != other} == {}
