"""The page as one HTML file: the template filled with figures, the style and the script inside.

Texts of strangers are in it: URLs, referrers, search words, titles. The template escapes all of them, the
script makes text nodes of them, and no link leads to another site than the page's own.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from logstats.config.page_options import DEFAULT_PERIOD, LANGS
from logstats.dashboard import tables
from logstats.dashboard.cards import DEFAULT_CARDS, Table, cards_of
from logstats.dashboard.cubes import Cube
from logstats.dashboard.figures import Figures, instant
from logstats.dashboard.periods import Range, default_of
from logstats.dashboard.tables import Cutter
from logstats.dashboard.words import DASH, Words, texts
from logstats.model import Counters
from logstats.printable import escaped
from logstats.reports.compared import PREVIOUS

FOLDER = Path(__file__).parent
STATE_NAME = "logstats-state"
FORM = 1  # of the data in the page
_COMMENTS = ("//", "/*", "*/", "* ")  # of the script and the style, each on lines of its own
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
DIGITS_FROM = 4  # numbers of a row, from which on a text of digits is shorter
NOTES_BETWEEN = "; "
BARS_IN_TABLE = 62  # days that the table of days shows without JavaScript


class Look(NamedTuple):
    """How a page is shown: its cards in their order, the language and the period that it opens with.

    `origin` is the scheme and host of the site. `others` are pages of other sites, by name. `state` is kept
    in the page, to compare it with later.
    """

    origin: str
    lang: str = LANGS[0]
    period: str = DEFAULT_PERIOD
    cards: Sequence[str] = DEFAULT_CARDS
    others: Mapping[str, str] = {}
    state: str = ""


class Figure(NamedTuple):
    """A figure of the period: its text key, its value, the change, and a note."""

    key: str
    value: str
    change: tuple[str, str, str] = ("", "", "")
    note: str = ""


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(figures: Figures, look: Look) -> bytes:
    """Return the page of a site."""
    words = Words(look.lang)
    presets = figures.calendar.presets()
    name = default_of(presets, look.period)
    period = presets[name]
    cutter = Cutter(figures, period, PREVIOUS, words, look.origin)
    script, style = _file("report.js"), _style()
    page = _environment().get_template("report.html.j2")
    return page.render(
        figures=figures,
        look=look,
        words=words,
        t=words.text,
        cards=cards_of(look.cards, figures),
        period=period,
        period_name=name,
        four=_four(figures, words),
        kpis=_kpis(figures, period, words),
        days=_days(figures, period),
        cutter=cutter,
        in_tabs=tables.IN_TABS,
        waterfall=waterfall(figures, period),
        warnings=[_warning(words, *warning) for warning in figures.warnings],
        data=in_script(data(figures, look, name)),
        script=script,
        style=style,
        script_hash=_hash(script),
        style_hash=_hash(style),
        version=version("logstats"),
        values=_values(figures),
        state_name=STATE_NAME,
        dash=DASH,
    ).encode("utf-8", "backslashreplace")


def index(pages: Sequence[tuple[Counters, str]], lang: str) -> bytes:
    """Return the page of several sites: the four figures of each, with a link to its own page."""
    words, style = Words(lang), _style()
    page = _environment().get_template("index.html.j2")
    return page.render(
        pages=[(row._asdict(), link) for row, link in pages],
        words=words,
        t=words.text,
        style=style,
        style_hash=_hash(style),
        version=version("logstats"),
    ).encode("utf-8", "backslashreplace")


@cache
def _file(name: str) -> str:
    """Return the script or the style, without its indentation, comments and empty lines."""
    lines = (line.strip() for line in (FOLDER / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(_COMMENTS)) + "\n"


@cache
def _style() -> str:
    """Return the style of a page, with a class for each width or shade in per cent.

    The policy of the page allows no style in an attribute.
    """
    style = re.sub(r"([:;,{]) | (?={)", r"\1", _file("report.css"))
    scale = "".join(f".w{n}{{--w:{n}%}}" for n in range(101))
    return f"{style}{scale}\n"


def _hash(text: str) -> str:
    """Return the hash by which a Content-Security-Policy allows a script or a style."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def in_script(value: Any) -> str:
    """Return JSON that can stand in a <script>: no text of it ends the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _values(figures: Figures) -> dict[str, Any]:
    """Return what the texts of definitions name."""
    return {
        "gap": figures.visit_gap_s // 60,
        "n": figures.counters.online_window_s // 60,
        "version": version("logstats"),
    }


# --- What the page shows without JavaScript


def _four(figures: Figures, words: Words) -> dict[str, Any]:
    """Return the changes and the notes of the four figures."""
    row, calendar = figures.counters, figures.calendar
    today = figures.online[-1] if figures.online else [0]
    peak = max(range(len(today)), key=lambda step: (today[step], -step))
    weekday = words.words("weekdays")[calendar.at.weekday()]
    before_today, before_week = figures.before["today"], figures.before["week"]
    old, counted = figures.baseline, row.all_time - figures.baseline
    since = words.full_day(figures.counted_from)
    return {
        "online": words.text("peak", n=words.number(today[peak]), at=f"{peak // 6:02}:{peak % 6 * 10:02}")
        if today[peak]
        else words.text("online_note", n=row.online_window_s // 60),
        "today": words.text("no_before")
        if before_today is None
        else words.text("today_note", n=words.number(before_today), day=weekday),
        "today_change": words.change(row.today, before_today),
        "week": words.text("no_before")
        if before_week is None
        else words.text("week_note", n=words.number(before_week)),
        "week_change": words.change(row.week, before_week),
        "all_time": words.text("all_note", n=words.number(old), m=words.number(counted), day=since)
        if old > 0
        else words.text("all_since", day=since),
    }


def total(values: Sequence[int], period: Range) -> int:
    """Return the sum of the figures of a period's days."""
    return sum(values[period.first : period.last + 1])


def total_before(figures: Figures, name: str, period: Range, compare: str) -> int | None:
    """Return the sum of a figure over the period before; None where it is not known."""
    calendar = figures.calendar
    before = calendar.before(period, compare)
    if before is None:
        return None
    by_clock = figures.days[f"{name}_by_clock"]
    if not calendar.ends_by_clock(period):
        return total(figures.days[name], before)
    index = (calendar.last - before.last) // 7 - 1
    of_clock = by_clock[index] if index < len(by_clock) else 0
    return total(figures.days[name], before._replace(last=before.last - 1)) + of_clock


def _kpis(figures: Figures, period: Range, words: Words) -> list[Figure]:
    visits, views = (total(figures.days[name], period) for name in ("visits", "page_views"))
    visits_before, views_before = (
        total_before(figures, name, period, PREVIOUS) for name in ("visits", "page_views")
    )
    ready = figures.visitors.get(period)
    visitors = (
        ready.now
        if ready
        else figures.days["visitors"][period.first]
        if period.first == period.last
        else None
    )
    before = ready.before.get(PREVIOUS) if ready else None
    bots, lines = _left(figures, period).get("bot", 0), sum(_left(figures, period).values())
    per_visit = (
        words.change(views * visits_before, views_before * visits)
        if visits_before and views_before
        else ("", "", "")
    )
    return [
        Figure("visits", words.number(visits), words.change(visits, visits_before)),
        Figure(
            "visitors",
            words.number(visitors),
            words.change(visitors, before) if visitors is not None else ("", "", ""),
            "" if visitors is not None else words.text("visitors_unknown"),
        ),
        Figure("page_views", words.number(views), words.change(views, views_before)),
        Figure("per_visit", words.ratio(views, visits), per_visit),
        Figure("bots_share", words.share(bots, lines), note=words.number(bots)),
    ]


class Day(NamedTuple):
    """A row of the table of days: its bar is in per cent of the largest; `before` may be unknown.

    `note` has the notes on the day.
    """

    number: int
    visits: int
    before: int | None
    bar: int
    note: str


def _days(figures: Figures, period: Range) -> list[Day]:
    numbers = range(max(period.first, period.last - BARS_IN_TABLE + 1), period.last + 1)
    visits = figures.days["visits"]
    largest = max((visits[number] for number in numbers), default=0) or 1
    back = figures.calendar.days_back(period, PREVIOUS)
    is_known = figures.calendar.before(period, PREVIOUS) is not None
    return [
        Day(
            number,
            visits[number],
            _day_before(figures, number, back) if is_known else None,
            100 * visits[number] // largest,
            escaped(NOTES_BETWEEN.join(text for day, text in figures.notes if day == number)),
        )
        for number in numbers
    ]


def _day_before(figures: Figures, number: int, back: int) -> int:
    """Return the visits of the day before, until the time of day where the day itself is not over."""
    calendar, by_clock = figures.calendar, figures.days["visits_by_clock"]
    if calendar.is_partial and number == calendar.last:
        return by_clock[back // 7 - 1] if back // 7 - 1 < len(by_clock) else 0
    return figures.days["visits"][number - back]


def _left(figures: Figures, period: Range) -> dict[str, int]:
    """Return the lines of a period by what they count as."""
    cube = figures.cubes["left"]
    starts = list(figures.bins)
    first = starts.index(period.first)
    last = starts.index(period.last + 1) if period.last + 1 in starts else len(starts)
    return {str(row.labels[0]): sum(row.figures[0][first:last]) for row in cube.rows}


class Step(NamedTuple):
    """A row of the table of what is left out: a sum, or what is taken away; the bar in per cent of all."""

    key: str
    lines: int
    is_sum: bool
    start: int
    width: int


LEFT_OUT = ("bot", "internal", "asset", "method", "status")


def waterfall(figures: Figures, period: Range) -> list[Step]:
    """Return the rows from all lines to the visits of a period."""
    left = _left(figures, period)
    lines, views, visits = (
        sum(left.values()),
        *(total(figures.days[name], period) for name in ("page_views", "visits")),
    )
    rows = [("lines", lines, True), *((f"counts_{name}", -left.get(name, 0), False) for name in LEFT_OUT)]
    rows += [("page_views", views, True), ("further", visits - views, False), ("visits", visits, True)]
    found, level, whole = [], 0, max(lines, views, 1)
    for key, count, is_sum in rows:
        low, high = (0, count) if is_sum else (level + count, level)
        level = high if is_sum else low
        found.append(Step(key, count, is_sum, max(0, 100 * low // whole), 100 * (high - low) // whole))
    return found


def _warning(words: Words, name: str, values: Mapping[str, Any]) -> str:
    if name == "stale" and not values["at"]:
        return words.text("warn_never")
    return words.text(f"warn_{name}", **values)


# --- What the script gets


def data(figures: Figures, look: Look, period_name: str) -> dict[str, Any]:
    """Return the data of the page's script."""
    calendar = figures.calendar
    presets = calendar.presets()
    last = calendar.last
    labels: dict[str, int] = {}  # each text once: many rows have the same
    cubes = {name: _cube(cube, labels) for name, cube in figures.cubes.items()}
    return {
        "form": FORM,
        "site": escaped(figures.counters.site),
        "origin": look.origin,
        "lang": look.lang,
        "at": instant(calendar.at),
        "first": f"{calendar.first}",
        "last": last,
        "known": calendar.known,
        "seconds": calendar.seconds,
        "bins": None if len(figures.bins) == last + 1 else _steps(figures.bins),
        "four": {
            "online": figures.counters.online,
            "window": figures.counters.online_window_s // 60,
            "today": figures.counters.today,
            "week": figures.counters.week,
            "all_time": figures.counters.all_time,
            "old": figures.baseline,
            "since": calendar.number(figures.counted_from),
            "before": figures.before,
        },
        "days": figures.days,
        "hours": {
            "from": figures.hours_from,
            **{name: [_digits(day) for day in days] for name, days in figures.hours.items()},
        },
        "online": {"from": figures.online_from, "days": [_digits(day) for day in figures.online]},
        "cubes": cubes,
        "labels": [*labels],
        "sections": tables.section_names(figures),
        "cards": {
            card.name: [_described(table) for table in card.tables] for card in cards_of(look.cards, figures)
        },
        "presets": [[name, *period] for name, period in presets.items()],
        "preset": period_name,
        "months": [[name, *period] for name, period in calendar.months().items()],
        "visitors": {
            f"{period.first}..{period.last}": [ready.now, ready.before]
            for period, ready in figures.visitors.items()
        },
        "rejects": figures.rejects,
        "notes": figures.notes,
        "warnings": [[name, values] for name, values in figures.warnings],
        "values": _values(figures),
        "texts": {lang: {key: found[lang] for key, found in texts().items()} for lang in LANGS},
        "thousands": ",",
        "decimal": ".",
    }


def _digits(counts: Sequence[int]) -> str | list[int]:
    """Return figures that are all smaller than 36 as digits, which are shorter."""
    is_small = max(counts, default=0) < len(_DIGITS)
    return "".join(_DIGITS[count] for count in counts) if is_small else [*counts]


def _described(table: Table) -> dict[str, Any]:
    """Return what the script needs of a table, without defaults."""
    defaults = Table._field_defaults | {"may_lack": table.may_lack}
    return {name: value for name, value in table._asdict().items() if value != defaults.get(name)}


def _steps(numbers: Sequence[int]) -> list[int]:
    """Return rising numbers as differences, which are shorter."""
    return [number - before for before, number in zip([0, *numbers], numbers, strict=False)]


def _cube(cube: Cube, labels: dict[str, int]) -> dict[str, Any]:
    """Return a cube whose rows have numbers of `labels` in place of labels; new ones are added there."""
    return {
        "columns": cube.columns,
        "measures": cube.measures,
        "left": cube.left,
        "since": cube.since,
        "totals": trimmed(cube.totals),
        "rows": [
            [
                [labels.setdefault("" if label is None else str(label), len(labels)) for label in row.labels],
                *(packed(trimmed(figures)) for figures in row.figures),
                *([row.clock] if row.clock else []),
            ]
            for row in cube.rows
        ],
    } | ({"period": cube.period} if cube.period else {})


def packed(figures: Sequence[int]) -> list[Any]:
    """Return trimmed figures with those after the first number as digits, where that is shorter."""
    digits = _digits(figures[1:])
    return [figures[0], digits] if len(figures) > DIGITS_FROM and isinstance(digits, str) else [*figures]


def trimmed(figures: Sequence[int]) -> list[int]:
    """Return the number of zeros at the start, then the figures without the zeros at both ends."""
    used = [index for index, count in enumerate(figures) if count]
    return [used[0], *figures[used[0] : used[-1] + 1]] if used else []
