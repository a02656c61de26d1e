"""A table on a terminal: it is no wider than the terminal, and nothing of it is lost without a word."""

import re
import textwrap
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logstats.model import Display, Result
from logstats.render.screen import Screen
from logstats.render.terminal import NARROWEST, fit
from logstats.render.text_width import width

HANOI = timezone(timedelta(hours=7))
LONG = f"/tin/{'a-' * 1500}104732"
ARTICLES = ("site", "article", "title", "views", "visitors")
ARTICLE = "/tin-tuc-su-kien/le-hoi-xuong-dong-xa-y-ty-nam-2026-104732"
ROWS: list[tuple[Any, ...]] = [
    ("a.example", "/", None, 2206, 1215),
    ("a.example", ARTICLE, "Lễ hội xuống đồng", 399, 322),
    ("a.example", "/tin-tuc-su-kien/hoi-nghi-104733", "漢字かな交じり文の題名", 40, 30),
]
SHOWN = Result(ARTICLES, ROWS, display=Display(period="15 to 21 Nov 2026", bar="views", found=240))


def shown(result: Result, columns: int, **screen: bool) -> str:
    return fit(result, Screen(columns, **screen))


def expected(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def test_what_is_the_same_in_all_rows_is_said_once_and_what_has_no_room_below() -> None:
    assert shown(SHOWN, 60) == expected("""
        a.example, 15 to 21 Nov 2026
        title                   views                visitors
        ----------------------  -----                --------
        /                       2,206  ████████████     1,215
        Lễ hội xuống đồng         399  ██▏                322
        漢字かな交じり文の題名     40  ▎                   30
        3 of 240; --limit 0 for all
        --wide shows article
    """)


def test_articles_of_the_same_title_have_their_urls_and_an_article_of_two_days_its_title() -> None:
    twins = [("/blog/xdotool-" + "a" * 50, "xdotool", 9), ("/blog/xdotool-" + "b" * 50, "xdotool", 8)]
    days = [(ARTICLE, "Lễ hội xuống đồng", 7), (ARTICLE, "Lễ hội xuống đồng", 6)]
    text = shown(Result(("article", "title", "views"), [*twins, *days]), 60)
    cells = [line.split("  ")[0] for line in text.splitlines()[2:6]]
    assert re.fullmatch("/blog/xdotool-a+…a+", cells[0])
    assert re.fullmatch("/blog/xdotool-b+…b+", cells[1])
    assert cells[2:] == ["Lễ hội xuống đồng"] * 2


def test_a_wide_terminal_has_all_columns() -> None:
    text = shown(SHOWN, 130)
    assert "article" in text.splitlines()[1]
    assert f"{ARTICLE}  Lễ hội xuống đồng" in text
    assert "--wide" not in text


def test_a_url_is_cut_in_its_middle_and_a_text_at_its_end() -> None:
    result = Result(("page", "title"), [("/tin/" + "a" * 60 + "-1047", "Một hai ba bốn " * 9), ("/b", "x")])
    first = shown(result, 60).splitlines()[2]
    assert re.fullmatch(r"/tin/a+…a+-1047  Một hai .*…", first)
    assert width(first) <= 60


@pytest.mark.parametrize(
    ("columns", "bar"), [(80, "████████████"), (47, "██████"), (40, None)], ids=["12", "6", "no room"]
)
def test_a_bar_is_shown_where_there_is_room(columns: int, bar: str | None) -> None:
    rows = [("a" * 24, 10, 1), ("b" * 24, 5, 2)]
    text = shown(Result(("name", "hits", "agents"), rows, display=Display(bar="hits")), columns)
    assert (re.findall("█+", text) or [None])[0] == bar


def test_without_utf8_there_is_ascii_only() -> None:
    text = shown(SHOWN, 60, is_utf8=False)
    assert "2,206  ############" in text
    assert shown(Result(("page", "n"), [(LONG, 1), ("/", 2)]), 60, is_utf8=False).isascii()


def test_bars_that_would_all_be_equal_are_left_out() -> None:
    text = shown(Result(("name", "hits"), [("a", 1), ("b", 1)], display=Display(bar="hits")), 80)
    assert "█" not in text
    assert text.count("1") == 2


def test_a_single_row_keeps_its_columns() -> None:
    row = Result(ARTICLES, ROWS[:1])
    assert shown(row, 80).splitlines()[0].split() == list(ARTICLES)
    assert shown(row, 40) == expected("""
        site      a.example
        article   /
        title
        views     2,206
        visitors  1,215
    """)


def test_rows_that_have_everything_in_common_are_shown() -> None:
    assert shown(Result(("a", "b"), [("x", 0), ("x", 0)]), 80).count("x  0") == 2


def test_counts_that_happen_to_be_equal_are_shown_unless_they_are_0() -> None:
    text = shown(Result(("path", "hits", "rejects", "note"), [("a", 3, 0, None), ("b", 3, 0, "")]), 80)
    assert text.splitlines()[:2] == ["rejects 0", "path  hits  note"]


def test_the_main_number_is_shown_even_if_it_is_0_in_all_rows() -> None:
    result = Result(("name", "hits"), [("a", 0), ("b", 0)], display=Display(bar="hits"))
    assert shown(result, 80).splitlines()[0] == "name  hits"


def test_a_bar_is_shown_beside_cut_texts() -> None:
    rows = [("/tin/" + "a" * 60, 10), ("/tin/" + "b" * 60, 5)]
    lines = shown(Result(("page", "views"), rows, display=Display(bar="views")), 60).splitlines()
    assert [re.findall("█+", line) for line in lines[2:]] == [["██████"], ["███"]]
    assert "…" in lines[2]


def test_no_line_is_too_wide_at_any_width_with_bars_and_titles() -> None:
    for columns in range(40, 140):
        assert max(map(width, shown(SHOWN, columns).splitlines())) <= columns
    assert shown(SHOWN, 5) == shown(SHOWN, 40)


def test_a_text_does_not_act_on_the_terminal() -> None:
    rows = [("a\x1b[2J\nb", "x\u202e", 1), ("c", "x\u202e", 2)]
    for screen in (80, 40):
        text = shown(Result(("na\x1bme", "s\n", "n"), rows), screen)
        assert text.replace("\n", "").isprintable()
        assert text.count("\n") == 5
    assert shown(Result(("t", "n"), [("e\u0301", 1), ("b", 2)]), 80).splitlines()[2] == "é  1"


def test_empty_columns_are_named() -> None:
    text = shown(Result(("path", "hits", "note"), [("a", 3, None), ("b", 4, None)]), 80)
    assert text.splitlines()[:2] == ["empty: note", "path  hits"]


def test_a_total_is_below_a_rule_and_has_only_what_adds_up() -> None:
    rows = [(date(2026, 11, 20), 655, 545, 1350), (date(2026, 11, 21), 1274, 255, 598)]
    display = Display(bar="visits", total={"visits": 1929, "page_views": 1948})
    result = Result(("day", "visits", "visitors", "page_views"), rows, display=display)
    assert shown(result, 80) == expected("""
        day         visits                visitors  page_views
        ----------  ------                --------  ----------
        2026-11-20     655  ██████▏            545       1,350
        2026-11-21   1,274  ████████████       255         598
        ----------  ------                --------  ----------
        total        1,929                               1,948
    """)


def test_a_total_is_below_times_that_were_shortened() -> None:
    rows = [("a" * 40 + f"{n}", datetime(2026, 11, 21, n, tzinfo=HANOI), n) for n in (1, 2)]
    result = Result(("path", "at", "hits"), rows, display=Display(total={"hits": 3}))
    assert shown(result, 60).splitlines()[-1].split() == ["total", "3"]
    assert shown(result.only("at", "hits"), 40).splitlines()[-1].split() == ["total", "3"]


def test_numbers_align_and_have_as_many_decimals() -> None:
    rows = [("a", 85.05, 1, Decimal("1.5")), ("b", 7.8, 22, Decimal(3)), ("c", 0.0, -1234, None)]
    assert shown(Result(("status", "share", "n", "d"), rows), 80) == expected("""
        status  share       n    d
        ------  -----  ------  ---
        a       85.05       1  1.5
        b        7.80      22    3
        c        0.00  -1,234
    """)


@pytest.mark.parametrize("number", [2**100, -(2**100), 1e300, 1e-300, float("inf"), 0.1 + 0.2, 123456789.25])
def test_a_number_is_never_cut(number: float) -> None:
    rows = [(LONG, number, n) for n in range(3)]
    text = shown(Result(("url", "number", "n"), rows), 60)
    digits = f"{number:,}" if isinstance(number, int) else {0.1 + 0.2: "0.300000"}.get(number, f"{number:,}")
    assert text.count(digits if "e" not in digits else f"{number:g}") == 3


def test_times_are_short_where_there_is_no_room_for_all() -> None:
    rows = [(n, f"{n}" * 60, datetime(2026, 11, 21, 10, n, tzinfo=HANOI)) for n in range(2)]
    result = Result(("id", "path", "last_read"), rows)
    assert "2026-11-21T10:01:00+07:00" in shown(result, 100)
    assert "2026-11-21 10:01\n" in shown(result, 60)
    two_zones = [*rows, (3, "b", datetime(2026, 11, 21, tzinfo=UTC))]
    assert "2026-11-21 10:01+0700\n" in shown(Result(result.columns, two_zones), 60)


def test_an_explanation_is_continued_in_its_column_or_below_its_row() -> None:
    rows = [
        ("log", "/var/log/access.log", "combined, of 1,000 lines 999 hits and 1 reject"),
        ("disk", "/", "ok"),
    ]
    result = Result(("what", "name", "found"), rows)
    assert shown(result, 68) == expected("""
        what  name                 found
        ----  -------------------  -----------------------------------------
        log   /var/log/access.log  combined, of 1,000 lines 999 hits and 1
                                   reject
        disk  /                    ok
    """)
    assert shown(result, 40) == expected("""
        what  name
            found
        ----  -------------------
        log   /var/log/access.log
            combined, of 1,000 lines 999 hits
            and 1 reject
        disk  /
            ok
    """)


def test_a_trend_is_drawn_and_takes_the_place_of_bars() -> None:
    rows = [("/a", 6, [0, 2, 4]), ("/b", 4, [4, 0, 0]), ("/c", 1, None)]
    result = Result(("article", "views", "trend"), rows, display=Display(bar="views"))
    assert shown(result, 80) == expected("""
        article  views  trend
        -------  -----  -----
        /a           6  ▁▅█
        /b           4  █▁▁
        /c           1
    """)
    month = Result(result.columns, [("/" + "a" * 40, 1, list(range(31))), ("/b", 2, [1] * 31)])
    line = shown(month, 60).splitlines()[2]
    assert width(line) <= 60
    assert line.endswith("█")


def test_without_rows_there_are_the_headings() -> None:
    text = shown(Result(ARTICLES, [], display=Display(period="21 Nov 2026")), 80)
    assert text.splitlines()[:2] == ["21 Nov 2026", "site  article  title  views  visitors"]


def test_what_is_too_wide_for_any_table_is_a_line_a_value() -> None:
    rows = [(10**40, LONG), (2, "b")]
    lines = shown(Result(("number", "url"), rows, display=Display(bar="number")), 40).splitlines()
    first, second = lines[: lines.index("")], lines[lines.index("") + 1 :]
    assert first[0].startswith("number  10,000")
    url = next(index for index, line in enumerate(first) if line.startswith("url     /tin/a-"))
    assert "".join(line[8:] for line in first[:url]) == f"{10**40:,}"
    assert "…" in "".join(first[url:])
    assert first[-1].endswith("104732")
    assert second == ["number  2", "url     b"]
    assert max(map(width, lines)) <= 40


def test_a_long_explanation_has_a_few_lines_at_most() -> None:
    for text in (LONG, "a " * 2000, ("b" * 21 + " ") * 99):
        lines = shown(Result(("step", "result"), [("1", text), ("2", "x")]), 60).splitlines()
        assert 3 + 8 <= len(lines) <= 3 + 12
        assert "…" in "".join(lines)


def test_colour_is_for_what_is_around_the_rows() -> None:
    coloured = shown(SHOWN, 60, has_colour=True)
    assert "\x1b[2ma.example, 15 to 21 Nov 2026\x1b[0m\n" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == shown(SHOWN, 60)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.text(max_size=90),
    st.sampled_from(
        [LONG, "Lễ hội", "漢字かな", "👨\u200d👩\u200d👧", "e\u0301" * 60, "\x1b[2J", "a b " * 99]
    ),
    st.lists(st.integers(0, 99), max_size=40),
)
NAMES = st.one_of(
    st.sampled_from(["site", "article", "title", "views", "note", "trend", "path", "day", "found"]),
    st.text(min_size=1, max_size=30),
)


@st.composite
def tables(draw: st.DrawFn) -> Result:
    names = draw(st.lists(NAMES, min_size=1, max_size=9))
    rows = draw(st.lists(st.tuples(*[VALUES] * len(names)), max_size=5))
    bar = draw(st.sampled_from(["", *names]))
    total = {name: draw(st.integers(0, 2**60)) for name in names if draw(st.booleans())} if rows else {}
    return Result(
        tuple(names), rows, (), Display("15 to 21 Nov 2026", bar, total, draw(st.none() | st.just(99)))
    )


@given(result=tables(), columns=st.integers(1, 200), is_utf8=st.booleans())
def test_no_line_is_wider_than_the_terminal(result: Result, columns: int, is_utf8: bool) -> None:
    lines = fit(result, Screen(columns, is_utf8)).splitlines()
    assert max(map(width, lines)) <= max(columns, NARROWEST)


@given(
    texts=st.lists(st.text(max_size=90) | st.just(LONG), min_size=2, max_size=8),
    columns=st.integers(NARROWEST, 160),
    more=st.lists(st.integers(10**6, 10**12), max_size=7),
)
def test_each_row_is_there_with_its_main_number_uncut(
    texts: list[str], columns: int, more: list[int]
) -> None:
    rows = [(text, "same", 123_450 + index, *more) for index, text in enumerate(texts)]
    names = ("article", "site", "views", *(f"n{index}" for index in range(len(more))))
    text = fit(Result(names, rows, display=Display(bar="views")), Screen(columns))
    assert [text.count(f"{123_450 + index:,}") for index in range(len(rows))] == [1] * len(rows)
