"""The words of the page: both languages have the same, none is unused; numbers are written as in the box."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from logstats.config.page_options import LANGS, PANELS
from logstats.dashboard import cards, page
from logstats.dashboard.words import Words, texts

VI, EN = Words("vi"), Words("en")
FOLDER = Path(page.__file__).parent
OF_VALUES = (
    "status_",
    "channel_",
    "origin_",
    "rare_",
    "software_",
    "class_",
    "device_",
    "country_",
    "counts_",
    "warn_",
    "p_",
)


def test_each_text_is_there_in_both_languages() -> None:
    for key, words in texts().items():
        assert {*words} == {*LANGS}, key
        gaps = [set(re.findall(r"\{\w+\}", str(words[lang]))) for lang in LANGS]
        assert gaps[0] == gaps[1], key


def test_no_text_is_unused() -> None:
    sources = [*FOLDER.glob("*.py"), *FOLDER.glob("*.j2"), FOLDER / "report.js"]
    used = set(re.findall(r"""["'`](\w+)["'`]""", "\n".join(path.read_text("utf-8") for path in sources)))
    made = {f"per_{unit}" for unit in ("hour", "day", "week", "month")} | {"today_note", "week_note"}
    unused = {key for key in texts() if key not in used | made and not key.startswith(OF_VALUES)}
    assert unused == set()


def test_each_text_that_is_named_is_there() -> None:
    script = (FOLDER / "report.js").read_text("utf-8")
    template = (FOLDER / "report.html.j2").read_text("utf-8") + (FOLDER / "index.html.j2").read_text("utf-8")
    named = set(re.findall(r'\b(?:text|list|t)\("(\w+)"[,)]', script + template))
    named |= set(re.findall(r'data-(?:text|label)="(\w+)"', template))
    described = [name for card in cards.CARDS.values() for table in card.tables for name in table.titles]
    titles = [name for card in cards.CARDS.values() for name in (card.title, card.sub) if name]
    assert named | {*described, *titles} <= {*texts()}


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (1, 3, "33%"),
        (1, 11, "9.1%"),
        (0, 5, "0.0%"),
        (1, 8, "13%"),
        (99, 1000, "9.9%"),
        (999, 10_000, "10%"),
        (1, 0, "–"),
    ],
)
def test_shares(part: int, whole: int, shown: str) -> None:
    assert VI.share(part, whole) == shown


@pytest.mark.parametrize(
    ("now", "before", "shown"),
    [
        (274, 106, ("up", "▲", "158%")),
        (96, 100, ("down", "▼", "4.0%")),
        (1002, 1000, ("neutral", "=", "0.2%")),
        (5, 0, ("neutral", "", "mới")),
        (0, 0, ("", "", "")),
        (5, None, ("", "", "")),
    ],
)
def test_changes(now: int, before: int | None, shown: tuple[str, str, str]) -> None:
    assert VI.change(now, before) == shown


def test_dates() -> None:
    day = date(2026, 11, 16)
    assert (VI.day(day), EN.day(day)) == ("16/11", "16 Nov")
    assert (VI.long_day(day), EN.long_day(day)) == ("Thứ Hai, 16/11", "Monday 16 Nov")
    assert (VI.full_day(day), EN.full_day(day)) == ("16/11/2026", "16 Nov 2026")
    assert VI.instant(datetime(2026, 11, 21, 10)) == "10:00, Thứ Bảy 21/11/2026"


def test_words_for_values() -> None:
    assert VI.value("class", "AI crawler") == "AI thu thập"
    assert VI.value("class", "mới\u202e") == "mới\\u202e"
    assert VI.value("class", None) == "không rõ"
    assert VI.known_value("status", 799) == ""


def test_the_panels_of_the_settings_are_those_of_the_page() -> None:
    assert tuple(cards.CARDS) == PANELS
