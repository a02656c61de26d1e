"""The rows of a page's tables for one period, for readers without JavaScript."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from logstats.dashboard.cards import Table
from logstats.dashboard.cubes import Cube, Row
from logstats.dashboard.figures import Figures
from logstats.dashboard.periods import Range
from logstats.dashboard.words import Words
from logstats.printable import escaped
from logstats.render.links import link

HOME = "/"
NAMES_SHOWN = 4
IN_TABS = 5  # rows of a table that is in a second tab
BEFORE_UNKNOWN = None
_CODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_KEPT = frozenset(b";/?:@&=+$,#")  # as decodeURI does


class Shown(NamedTuple):
    """A row as it is shown.

    `bar` is in per cent of the largest, `raw` a URL that the label does not show, and `before` the first
    number of the period before.
    """

    label: str
    numbers: tuple[int, ...]
    bar: int
    href: str = ""
    raw: str = ""
    note: str = ""
    share: str = ""
    before: int | None = BEFORE_UNKNOWN


class Cut(NamedTuple):
    """The rows of a table for a period: those that are shown first, and how many more there are."""

    rows: Sequence[Shown]
    more: int = 0


class _Group(NamedTuple):
    """The rows of a cube with the same label, and their numbers in the period."""

    label: Any
    rows: Sequence[Row]
    numbers: tuple[int, ...]


class Cutter:
    """Cuts the tables of a page for one period, compared with the period before, in a language."""

    def __init__(self, figures: Figures, period: Range, compare: str, words: Words, origin: str) -> None:
        self._figures = figures
        self._period = period
        self._before = figures.calendar.before(period, compare)
        self._words = words
        self._origin = origin
        self._names = section_names(figures)
        ends = {start: index for index, start in enumerate(figures.bins)}
        count = len(figures.bins)
        self._bins = Range(ends[period.first], ends.get(period.last + 1, count) - 1)
        self._ends = ends | {figures.calendar.last + 1: count}

    def about(self, table: Table) -> str:
        """Return the text above a table, '' for none."""
        first, last = map(self._figures.calendar.day, self._figures.cubes[table.cube].period or self._period)
        return self._words.text(table.about, days=self._words.span(first, last)) if table.about else ""

    def cut(self, table: Table, rows: int | None = None) -> Cut:
        """Return the first rows of a table, as many as it shows unless `rows` says so."""
        cube = self._figures.cubes[table.cube]
        found = [
            _Group(label, of_label, numbers)
            for label, of_label in self._groups(table, cube).items()
            if any(numbers := self._counted(table, cube, of_label))
        ]
        found.sort(key=lambda group: (*(-number for number in group.numbers), str(group.label)))
        largest = max((group.numbers[0] for group in found), default=0) or 1
        shown = [self._shown(table, cube, group, largest) for group in found[: rows or table.first]]
        return Cut(shown, len(found) - len(shown))

    def _groups(self, table: Table, cube: Cube) -> dict[Any, list[Row]]:
        index = cube.columns.index(table.label)
        groups: dict[Any, list[Row]] = {}
        for row in cube.rows:
            if table.name == "most_read" and not self._is_article(cube, row):
                continue
            groups.setdefault(row.labels[index], []).append(row)
        return groups

    def _is_article(self, cube: Cube, row: Row) -> bool:
        index = cube.columns.index("section")
        return row.labels[index] != HOME or not has_sections(cube)

    def _counted(self, table: Table, cube: Cube, rows: Sequence[Row]) -> tuple[int, ...]:
        indexes = [cube.measures.index(name) for name in table.numbers]
        first, last = self._bins_of(cube)
        return tuple(sum(sum(row.figures[index][first : last + 1]) for row in rows) for index in indexes)

    def _bins_of(self, cube: Cube) -> Range:
        """Return the first and the last bin of the period; a cube of one period has one bin."""
        return Range(0, 0) if cube.period else self._bins

    def _shown(self, table: Table, cube: Cube, group: "_Group", largest: int) -> Shown:
        text, href = self._label(table, cube, group.label, group.rows)
        raw = escaped(str(group.label)) if table.kind in ("link", "path") else ""
        first, last = self._bins_of(cube)
        whole = sum(cube.totals[first : last + 1])
        return Shown(
            label=text,
            numbers=group.numbers,
            bar=100 * group.numbers[0] // largest,
            href=href,
            raw="" if raw == text else raw,
            note=self._note(table, cube, group.rows),
            share=self._words.share(group.numbers[0], whole) if table.share else "",
            before=self._earlier(group.rows[0]) if table.change else None,
        )

    def _label(self, table: Table, cube: Cube, label: Any, rows: Sequence[Row]) -> tuple[str, str]:
        if table.kind == "link":
            title = rows[0].labels[cube.columns.index("title")]
            return escaped(title) if title else readable(label), href(self._origin, label)
        if table.kind == "path":
            return readable(label), ""
        if table.kind == "section":
            return self._section(label), ""
        if table.kind.startswith("word:"):
            return self._words.value(table.kind.removeprefix("word:"), label), ""
        return (escaped(str(label)) if label not in (None, "") else self._words.text("unknown")), ""

    def _section(self, section: str) -> str:
        if section == HOME:
            return self._words.text("single_pages")
        return self._names.get(section) or readable(section)

    def _note(self, table: Table, cube: Cube, rows: Sequence[Row]) -> str:
        if not table.note:
            return ""
        index = cube.columns.index(table.note)
        value = rows[0].labels[index]
        if table.note_kind == "section":
            return self._section(value)
        if table.note_kind == "names":
            first, last = self._bins
            names = Counter({row.labels[index]: sum(row.figures[0][first : last + 1]) for row in rows})
            found = sorted(
                (name for name in names if name and names[name]), key=lambda name: (-names[name], name)
            )
            return escaped(", ".join(found[:NAMES_SHOWN]))
        if table.note_kind == "from":
            return f"← {readable(value)}" if value else ""
        return self._words.known_value(table.note_kind.removeprefix("word:"), value)

    def _earlier(self, row: Row) -> int | None:
        """Return the first figure of a row in the period before, None where it is not known exactly."""
        calendar = self._figures.calendar
        if self._before is None:
            return None
        first, last = self._before
        by_clock = calendar.ends_by_clock(self._period)
        end = last if by_clock else last + 1
        if first not in self._ends or end not in self._ends:
            return None
        index = (calendar.last - last) // 7 - 1
        of_clock = (row.clock[index] if index < len(row.clock) else 0) if by_clock else 0
        return sum(row.figures[0][self._ends[first] : self._ends[end]]) + of_clock


def has_sections(cube: Cube) -> bool:
    """Whether the articles of a cube are in sections."""
    index = cube.columns.index("section")
    return any(row.labels[index] != HOME for row in cube.rows)


def section_names(figures: Figures) -> dict[str, str]:
    """Return the names of sections: the titles of the pages at their URLs."""
    cube = figures.cubes.get("articles")
    if cube is None:
        return {}
    article, title, section = (cube.columns.index(name) for name in ("article", "title", "section"))
    sections = {row.labels[section] for row in cube.rows}
    titles = {row.labels[article].rstrip("/") + "/": row.labels[title] for row in cube.rows}
    return {name: escaped(titles[name]) for name in sorted(sections - {HOME}) if titles.get(name)}


def href(origin: str, article: str) -> str:
    """Return the link to an article of the site, '' for what is no path of it."""
    return link(origin, article) if article.startswith("/") else ""


def readable(url: str) -> str:
    """Return a URL with its letters decoded, as decodeURI does; as it is, where that makes no text."""
    try:
        decoded = _CODED.sub(_decoded, url)
    except UnicodeDecodeError:
        return escaped(url)
    return decoded if escaped(decoded) == decoded else escaped(url)


def _decoded(match: re.Match[str]) -> str:
    parts, text = bytes.fromhex(match[0].replace("%", "")), ""
    run = bytearray()
    for index, byte in enumerate(parts):
        if byte in _KEPT:
            text += run.decode() + match[0][3 * index : 3 * index + 3]
            run = bytearray()
        else:
            run.append(byte)
    return text + run.decode()
