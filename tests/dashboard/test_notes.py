"""Notes on days: flags below the chart, which mouse, finger and keys reach, and texts in the table."""

from pathlib import Path

import pytest
from support.browser import Browser

from dashboard.test_long import made_up
from logstats.dashboard import page
from logstats.dashboard.page import Look

HOSTILE = '</script><img src=x onerror="window.hacked=1">\u202e'
NOTES = [(33, "Lễ hội"), (33, "Chợ phiên"), (38, HOSTILE)]
FESTIVAL = "Chủ Nhật, 15/11\nLễ hội; Chợ phiên"
TIP = "document.getElementById('tip').hidden ? '' : document.getElementById('tip').innerText"


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """Give the page of 40 days, until 21/11, with notes on two of the last seven."""
    file = tmp_path / "page.html"
    file.write_bytes(page.render(made_up(40)._replace(notes=NOTES), Look("https://portal.example")))
    return file


def names(chromium: Browser) -> list[str]:
    """Return the names of the flags."""
    found: list[str] = chromium.evaluate(
        "[...document.querySelectorAll('#flags button')].map((node) => node.getAttribute('aria-label'))"
    )
    return found


@pytest.mark.parametrize("width", [320, 1280])
def test_a_flag_is_below_the_bar_of_its_day(chromium: Browser, noted: Path, width: int) -> None:
    chromium.open(noted, width=width)
    assert names(chromium)[0] == "Chủ Nhật, 15/11: Lễ hội; Chợ phiên"
    distances = chromium.evaluate(
        "(() => { const middle = (node) => { const box = node.getBoundingClientRect();"
        "return box.left + box.width / 2; };"
        "const bars = [...document.querySelectorAll('#days .target')];"
        "const flags = [...document.querySelectorAll('#flags button')];"
        "return [[0, 7], [1, 2]].map(([flag, back]) => middle(flags[flag]) - middle(bars.at(-back))); })()"
    )
    assert distances == pytest.approx([0, 0], abs=1.5)
    assert chromium.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_note_is_reached_by_keys_by_a_finger_and_by_the_cursor_of_the_chart(
    chromium: Browser, noted: Path
) -> None:
    chromium.open(noted)
    chromium.evaluate("document.getElementById('days').focus()")
    chromium.press("Tab")
    assert chromium.evaluate(TIP) == FESTIVAL
    assert chromium.evaluate("document.getElementById('tip').getAttribute('aria-live')") == "polite"
    chromium.press("Escape")
    assert chromium.evaluate(TIP) == ""
    chromium.evaluate(
        "(() => { const flag = document.querySelector('#flags button');"
        "for (const type of ['pointerenter', 'pointerleave'])"
        "flag.dispatchEvent(new PointerEvent(type, { pointerType: 'touch' })); flag.click(); })()"
    )
    assert chromium.evaluate(TIP) == FESTIVAL
    chromium.evaluate("document.getElementById('days').focus()")
    for _ in range(7):
        chromium.press("ArrowLeft")
    assert chromium.evaluate(TIP).startswith("Chủ Nhật, 15/11\n")
    assert chromium.evaluate(TIP).endswith("\nLễ hội; Chợ phiên")


def test_a_note_is_in_the_row_of_its_day_with_and_without_javascript(chromium: Browser, noted: Path) -> None:
    rows = "[...document.querySelectorAll('#days tbody tr')].map((row) => row.innerText)"
    chromium.open(noted, script=False)
    without_script = chromium.evaluate(rows)
    chromium.open(noted)
    chromium.click(".as-table[data-for=days]")
    assert chromium.evaluate(rows) == without_script
    assert without_script[0].startswith("Chủ Nhật, 15/11 Lễ hội; Chợ phiên")
    assert "onerror" in without_script[5]
    assert names(chromium) == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_hostile_note_stays_text(chromium: Browser, noted: Path, script: bool) -> None:
    chromium.open(noted, script=script)
    if script:
        chromium.evaluate("document.querySelectorAll('#flags button')[1].click()")
        assert chromium.evaluate(TIP).endswith('<img src=x onerror="window.hacked=1">\\u202e')
    found = chromium.evaluate(
        "[window.hacked === undefined, document.images.length, document.scripts.length]"
    )
    assert found == [True, 0, 2]
    assert chromium.heard.console == []


def test_notes_of_one_day_and_of_weeks(chromium: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    notes = [(day + 160, text) for day, text in NOTES]
    file.write_bytes(page.render(made_up(200)._replace(notes=notes), Look("https://portal.example")))
    chromium.open(file, "#2026-11-15..2026-11-15")
    assert names(chromium) == ["Chủ Nhật, 15/11: Lễ hội; Chợ phiên"]
    chromium.open(file, "#2026-07-01..2026-11-16")
    assert names(chromium) == ["Tuần từ 09/11/2026: 15/11: Lễ hội; 15/11: Chợ phiên"]
