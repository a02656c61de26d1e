"""The page's words, numbers and dates in a language; the page's script writes them in the same way."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from logstats.printable import escaped

DASH = "–"
_FINE = 100  # tenths of a per cent, below which a share has one decimal
_SAME = 5  # tenths of a per cent: no change


@cache
def texts() -> Mapping[str, Mapping[str, Any]]:
    """Return the words of each key, by language."""
    return tomllib.loads(Path(__file__).with_name("texts.toml").read_text(encoding="utf-8"))


def of_lang(lang: str) -> dict[str, Any]:
    """Return the words of a language by key."""
    return {key: words[lang] for key, words in texts().items()}


class Words:
    """The words of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._texts = of_lang(lang)

    def text(self, key: str, **values: object) -> str:
        """Return the text of a key, with its values filled in."""
        found = str(self._texts[key])
        for name, value in values.items():
            found = found.replace("{" + name + "}", str(value))
        return found

    def value(self, prefix: str, value: Any) -> str:
        """Return the word for a value of a report, the value itself where there is none."""
        return self.known_value(prefix, value) or (
            escaped(str(value)) if value not in (None, "") else self.text("unknown")
        )

    def known_value(self, prefix: str, value: Any) -> str:
        """Return the word for a value of a report, '' where there is none."""
        return str(self._texts.get(f"{prefix}_{str(value).replace(' ', '_')}", ""))

    def words(self, key: str) -> Sequence[str]:
        """Return the words of a list."""
        return list(self._texts[key])

    # --- Numbers

    @staticmethod
    def number(count: int | None) -> str:
        """Return a count with separators."""
        return DASH if count is None else f"{count:,}"

    @staticmethod
    def share(part: int, whole: int) -> str:
        """Return a share in per cent: whole, with one decimal under 10 %."""
        if not whole:
            return DASH
        tenths = (2000 * part + whole) // (2 * whole)
        return (
            f"{tenths // 10}.{tenths % 10}%" if tenths < _FINE else f"{(200 * part + whole) // (2 * whole)}%"
        )

    @staticmethod
    def ratio(part: int, whole: int) -> str:
        """Return a ratio with two decimals."""
        if not whole:
            return DASH
        hundredths = (200 * part + whole) // (2 * whole)
        return f"{hundredths // 100}.{hundredths % 100:02}"

    def change(self, now: int, before: int | None) -> tuple[str, str, str]:
        """Return a change as a class of the page's style, a sign with its word for the ear, and a text."""
        if before is None:
            return "", "", ""
        if not before:
            return ("neutral", "", self.text("new")) if now else ("", "", "")
        tenths = (2000 * abs(now - before) + before) // (2 * before)
        text = self.share(abs(now - before), before)
        if tenths <= _SAME:
            return "neutral", "=", text
        return ("up", "▲", text) if now > before else ("down", "▼", text)

    # --- Dates

    def day(self, day: date) -> str:
        """Return a day: 16/11, 16 Nov."""
        if self.lang == "vi":
            return f"{day:%d/%m}"
        return f"{day.day} {self.words('months_short')[day.month - 1]}"

    def long_day(self, day: date) -> str:
        """Return a day with its weekday: Thứ Bảy, 21/11; Saturday 21 Nov."""
        between = ", " if self.lang == "vi" else " "
        return f"{self.words('weekdays')[day.weekday()]}{between}{self.day(day)}"

    def full_day(self, day: date) -> str:
        """Return a day with its year: 21/11/2026, 21 Nov 2026."""
        return f"{self.day(day)}{'/' if self.lang == 'vi' else ' '}{day:%Y}"

    def span(self, first: date, last: date) -> str:
        """Return the first and the last day of a period; one day by itself."""
        return self.full_day(first) if first == last else f"{self.full_day(first)} – {self.full_day(last)}"

    def instant(self, at: datetime) -> str:
        """Return a time of a day: 10:00, Thứ Bảy 21/11/2026."""
        return f"{at:%H:%M}, {self.words('weekdays')[at.weekday()]} {self.full_day(at.date())}"
