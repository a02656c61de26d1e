"""Cells and names of strangers: in no format they act on a terminal (case 45) or on a page (case 46)."""

import csv
import html
import io
import json
import re
from datetime import datetime
from typing import Any

import pytest
import tabulate
from hypothesis import given
from hypothesis import strategies as st

from logstats import printable
from logstats.model import Counters, Result
from logstats.render import box, markup, writers

ACTING = (
    *map(chr, (*range(0x20), *range(0x7F, 0xA0))),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029",
)
KEPT = (
    "Lễ hội Bát Xát",
    "Le\u0302\u0303 ho\u0323\u0302i",  # the same with combining marks
    "👩\u200d🌾👨\u200d👩\u200d👧",  # joined emoji
    "🏴\U000e0067\U000e0062\U000e007f",
    "می\u200cخواهم",  # a zero-width non-joiner
    "a\u00a0b\u3000c\ufeffd",
)
TEXTS = st.text(
    st.one_of(st.sampled_from(ACTING), st.characters(), st.sampled_from("\\xu0123abc|,\"'&<\n\t="))
)


def acting(text: str, *, but: str = "\n") -> set[str]:
    return {char for char in text if char in ACTING and char not in but}


def unescaped(text: str) -> str:
    r"""A cell of csv, as docs/reports.md says: \xhh and \uhhhh are characters."""
    return re.sub(
        r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})", lambda match: chr(int(match[1] or match[2], 16)), text
    )


def unescaped_tsv(text: str) -> str:
    r"""A cell of tsv: \\, \t, \n and \r too."""
    short = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
    return re.sub(
        r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|.)",
        lambda match: short.get(match[0]) or chr(int(match[0][2:], 16)),
        text,
    )


@pytest.mark.parametrize("name", writers.WRITERS)
@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
def test_case_45_no_format_lets_a_character_through_that_acts(name: str, texts: list[str]) -> None:
    result = Result(tuple(f"c{index}{text}" for index, text in enumerate(texts)), [tuple(texts)])
    text = writers.WRITERS[name](result)
    assert acting(text, but="\n\t" if name in ("tsv", "csv") else "\n") == set()
    text.encode()  # nor half a character


@pytest.mark.parametrize("name", writers.WRITERS)
@pytest.mark.parametrize("text", KEPT)
def test_case_45_joiners_marks_and_emoji_are_text(name: str, text: str) -> None:
    assert text in writers.WRITERS[name](Result(("value",), [(text,)]))


@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
def test_case_45_what_programs_read_comes_back_exactly(texts: list[str]) -> None:
    columns = tuple(f"c{index}{text}" for index, text in enumerate(texts))
    result = Result(columns, [tuple(texts)])
    assert json.loads(writers.WRITERS["json"](result)) == [dict(zip(columns, texts, strict=True))]
    assert json.loads(writers.WRITERS["jsonl"](result)) == dict(zip(columns, texts, strict=True))
    rows = csv.reader(io.StringIO(writers.WRITERS["csv"](result), newline=""))
    assert [[unescaped(cell) for cell in row] for row in rows] == [list(columns), texts]
    lines = writers.WRITERS["tsv"](result).split("\n")
    assert [[unescaped_tsv(cell) for cell in line.split("\t")] for line in lines[:-1]] == [
        list(columns),
        texts,
    ]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("/a\\b", "/a\\b"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\\x1b[31m", "\\x5cx1b[31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\tb", "a\tb"),
        ("\\", "\\"),
    ],
)
def test_csv_changes_only_what_it_must(text: str, cell: str) -> None:
    assert writers.WRITERS["csv"](Result(("c",), [(text,)])) == f"c\n{cell}\n"


@given(text=TEXTS)
def test_case_45_messages_and_names_are_text(text: str) -> None:
    assert acting(printable.escaped(text), but="") == set()
    assert acting(printable.escaped_lines(text), but="\n\t") == set()


@pytest.mark.parametrize("text", KEPT)
def test_messages_keep_text(text: str) -> None:
    assert printable.escaped(text) == printable.escaped_lines(text) == text


@given(site=TEXTS)
def test_case_45_boxes_show_the_name_of_a_site_as_text(site: str) -> None:
    figures = Counters(site, datetime(2026, 11, 21), 1, 600, 2, 3, 4, 5, None, False)
    for made in (
        box.text_box([figures, figures], "vi"),
        box.html_box([figures, figures], "vi"),
        box.filled("{site}\n", [figures]),
    ):
        assert acting(made) == set()


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "=")
HARMLESS = ("/a=b", "a-b", "", "'=1", " =1", "1")


@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_case_46_a_spreadsheet_gets_no_formula(name: str) -> None:
    result = Result(("=c", "n"), [*((text, -1) for text in FORMULAS), *((text, None) for text in HARMLESS)])
    safe = writers.without_formulas(result)
    assert safe.columns == ("'=c", "n")
    assert [row[0] for row in safe.rows] == [*(f"'{text}" for text in FORMULAS), *HARMLESS]
    assert {row[1] for row in safe.rows} == {-1, None}
    delimiter = "," if name == "csv" else "\t"
    rows = csv.reader(io.StringIO(writers.WRITERS[name](safe), newline=""), delimiter=delimiter)
    assert not [row for row in rows if row[0].startswith(("=", "+", "-", "@"))]
    exact = writers.WRITERS[name](result)
    assert "\n=1+1" in exact, "what programs read is exact"


SEPARATORS = {
    # style: what stands between cells
    **dict.fromkeys(("github", "pipe", "markdown", "orgtbl", "jira", "youtrack", "textile", "asciidoc"), "|"),
    **dict.fromkeys(("grid", "outline", "colon_grid", "presto", "pretty", "psql"), "|"),
    **dict.fromkeys(("mediawiki", "moinmoin"), "||"),
    **dict.fromkeys(("latex", "latex_booktabs", "latex_longtable"), "&"),
    **dict.fromkeys(("simple_grid", "rounded_grid", "simple_outline", "rounded_outline"), "│"),
    **dict.fromkeys(("heavy_grid", "heavy_outline"), "┃"),
    **dict.fromkeys(("fancy_grid", "fancy_outline", "mixed_grid", "mixed_outline"), "│"),
    **dict.fromkeys(("double_grid", "double_outline"), "║"),
}
ESCAPED = re.compile(r"\\[|&│┃║]")


def row_of(name: str, cells: tuple[str, ...]) -> str:
    (row,) = [
        line for line in writers.WRITERS[name](Result(("a", "b"), [cells])).splitlines() if "here" in line
    ]
    return row


@pytest.mark.parametrize("name", SEPARATORS)
def test_case_46_a_cell_adds_no_column(name: str) -> None:
    usual = row_of(name, ("here", "x"))
    mean = row_of(name, ("here a|b||c&d│e┃f║g!!h", "\\| x |"))
    separator = SEPARATORS[name]
    assert ESCAPED.sub("", mean).count(separator) == usual.count(separator)


OF_MARKDOWN = {
    "[a](javascript:x)": r"(?<!\\)\[",
    "![a](http://x/y.png)": r"!\[",
    "<script>": r"(?<!\\)<",
    "`x`": r"(?<!\\)`",
    "*x* _y_ ~~z~~": r"(?<!\\)[*_~]",
    "&lt;": r"(?<!\\)&",
}
OF_LATEX = {"\\input{/etc/passwd}": r"\\input", "a&b%c$d#e_f^g{h}i~j": r"(?<!\\)[&%$#_~^]"}
MARKS = {
    # style: cells, each with what must not be left of it
    **dict.fromkeys(("markdown", "github", "pipe"), OF_MARKDOWN),
    **dict.fromkeys(("latex", "latex_booktabs", "latex_longtable"), OF_LATEX),
    "html": {"<script>": "<script", '<img src="x">': "<img"},
    "mediawiki": {"[[a]] {{b}} <b> ''c'' ~~~~ __TOC__": r"\[\[|\{\{|<b|''|~~|__"},
    "moinmoin": {"[[a]] {{b}} <<c>> ''d''": r"\[\[|\{\{|<<|''d"},
    "jira": {"{html} [a] !b!": r"(?<!\\)[{\[!]"},
    "youtrack": {"{html} [a] !b!": r"[{\[!]"},
    "textile": {'!a! "b":c *d* <b>': r"![ab]|\"b|\*d|<b"},
    "asciidoc": {"{a} link:b[c] <<d>> +e+ `f` *g*": r"\{a|b\[|<<|\+e|`|\*"},
    "orgtbl": {"[[a][b]] |": r"\[\["},
    "rst": {
        "`a`_ |b| *c*": r"(?<!\\)[`|*]|(?<!\\)_",
        ".. raw:: html": r"^\.\. raw",
        "==== ====": r"^==== ====$",
        "a::": "a::",
    },
}


@pytest.mark.parametrize(("name", "cell"), [(name, cell) for name, cells in MARKS.items() for cell in cells])
def test_case_46_a_cell_is_a_text_in_each_markup(name: str, cell: str) -> None:
    plain = writers.WRITERS[name](Result(("a",), [("here",)])).splitlines()
    rows = writers.WRITERS[name](Result(("a",), [(cell,)])).splitlines()
    at = next(index for index, row in enumerate(plain) if "here" in row)
    begin = plain[at].index("here")
    assert len(rows) == len(plain)
    assert not re.search(MARKS[name][cell], rows[at][begin:].rstrip("| "))


def test_case_46_each_style_has_its_escape_or_needs_none() -> None:
    by_tabulate = {"html", "latex", "latex_booktabs", "latex_longtable"}
    without_marks = {"simple", "plain", "tsv"}
    assert {*markup.ESCAPES, *by_tabulate, *without_marks} == set(tabulate.tabulate_formats) - set(
        writers.UNSAFE_STYLES
    )
    assert set(writers.UNSAFE_STYLES) & set(writers.FORMATS) == set()


@pytest.mark.parametrize("cell", ["[5cm] x", "[x", "*", "* [x]", "x"])
@pytest.mark.parametrize("style", ["latex", "latex_booktabs", "latex_longtable"])
def test_case_46_a_first_cell_is_no_argument_of_a_latex_command(style: str, cell: str) -> None:
    """After a row's end and a rule, brackets and a star would be arguments, spaces and newlines skipped."""
    text = writers.WRITERS[style](Result((cell, "b"), [(cell, cell), (cell, "[d]")]))
    assert not re.search(r"(\\\\|rule|line|head)\s*[\[*]", text)
    assert text.count(cell) == 4


def test_html_cells_come_back() -> None:
    text = writers.WRITERS["html"](Result(("a",), [("<b>&\"'|",)]))
    (cell,) = re.findall(r"<td>(.*?)</td>", text)
    assert html.unescape(cell) == "<b>&\"'|"


@pytest.mark.parametrize("value", [datetime(2026, 11, 21, 10, 0, 0, 123456)])
def test_tables_show_whole_seconds_and_programs_read_all(value: Any) -> None:
    assert "2026-11-21T10:00:00.123456" in writers.WRITERS["csv"](Result(("at",), [(value,)]))
    assert "2026-11-21T10:00:00\n" in writers.WRITERS["table"](Result(("at",), [(value,)]))
