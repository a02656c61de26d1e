"""How wide a text is on a terminal, and texts cut or continued to a width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logstats.render.text_width import continued, cut_end, cut_middle, normalized, padded, width

FAMILY = "👨\u200d👩\u200d👧"
WIDTHS = {
    # a text: the columns that it takes, and why
    "visits": (6, "ASCII"),
    "Lễ hội xuống đồng": (17, "composed letters"),
    "Le\u0302\u0303 ho\u0323\u0302i": (6, "the same letters with marks after them"),
    "Đ\u0323": (1, "a letter with a mark that has no composed form"),
    "漢字かな": (8, "ideographs and kana"),
    "ｶﾅ": (2, "half-width kana"),
    "한글": (4, "syllables"),
    "ＡＢ": (4, "full-width letters"),
    "😀": (2, "an emoji"),
    FAMILY: (2, "a family: three emoji joined to one"),
    "👍🏽": (2, "an emoji with the colour of a skin"),
    "🇻🇳": (2, "a flag: two letters"),
    "❤\ufe0f": (2, "a sign shown as an emoji"),
    "a\u200bb": (2, "a space without a width"),
    "ก็": (1, "Thai with a vowel above"),
    "…": (1, "the mark of what is left out"),
    "█▏": (2, "blocks of a bar"),
    "": (0, "nothing"),
}
ANY = st.text(
    st.one_of(st.characters(codec="utf-8", exclude_categories=["Cc"]), st.sampled_from("".join(WIDTHS))),
    max_size=60,
)


@pytest.mark.parametrize("text", WIDTHS, ids=[why for _, why in WIDTHS.values()])
def test_a_text_is_as_wide_as_a_terminal_shows_it(text: str) -> None:
    columns, _ = WIDTHS[text]
    assert width(text) == width(normalized(text)) == columns
    assert width(padded(text, 20)) == width(padded(text, 20, to_right=True)) == 20


@pytest.mark.parametrize(
    ("text", "columns", "end", "middle"),
    [
        ("Lễ hội xuống đồng", 17, "Lễ hội xuống đồng", "Lễ hội xuống đồng"),
        ("Lễ hội xuống đồng", 10, "Lễ hội xu…", "Lễ …g đồng"),
        ("Lễ hội xuống", 8, "Lễ hội…", "Lễ…xuống"),
        ("/tin/le-hoi-2026-104732", 16, "/tin/le-hoi-202…", "/tin/l…26-104732"),
        ("漢字かな交じり", 8, "漢字か…", "漢…じり"),
        ("漢字かな交じり", 7, "漢字か…", "漢…じり"),
        (FAMILY * 3, 3, f"{FAMILY}…", f"…{FAMILY}"),
    ],
)
def test_a_text_is_cut_between_the_signs_that_a_reader_sees(
    text: str, columns: int, end: str, middle: str
) -> None:
    assert cut_end(text, columns, "…") == end
    assert cut_middle(text, columns, "…") == middle


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("of a log", ["of a log"]),
        ("combined after the host", ["combined", "after the", "host"]),
        ("/var/log/nginx/access.log", ["/var/log/", "nginx/", "access.log"]),
        ("views_per_visit", ["views_per_", "visit"]),
        ("1234567890123", ["1234567890", "123"]),
        ("漢字かな交じり文", ["漢字かな交", "じり文"]),
        ("a" * 25 + " b", ["a" * 10, "a" * 10, "aaaaa b"]),
    ],
)
def test_a_text_is_continued_on_further_lines(text: str, lines: list[str]) -> None:
    assert continued(text, 10) == lines


@given(text=ANY, columns=st.integers(8, 50))
def test_no_text_is_wider_than_it_is_cut_to_and_none_loses_a_sign_when_it_is_continued(
    text: str, columns: int
) -> None:
    shown = normalized(text)
    assert width(cut_end(shown, columns, "…")) <= columns
    assert width(cut_middle(shown, columns, "…")) <= columns
    lines = continued(shown, columns)
    assert max(map(width, lines)) <= columns
    assert "".join("".join(lines).split()) == "".join(shown.split())
