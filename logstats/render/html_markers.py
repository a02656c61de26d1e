"""The figures in somebody else's page: found by their marks and replaced; every other byte stays.

An element marked `data-logstats="today"`, or with the box's own class `logstats-today`, holds a
figure and nothing else. It is of the site that it, or the nearest element around it, names in
`data-site`.
"""

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import NamedTuple

from logstats.errors import UsageError
from logstats.model import Counters
from logstats.render import box

VOID = frozenset(
    # elements that hold nothing and have no end tag
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
CLASSES = {f"logstats-{name.replace('_', '-')}": name for name in box.SHAPES}


class Mark(NamedTuple):
    """One marked element: the figure it is for, its site, and where its text begins and ends."""

    name: str
    site: str
    start: int
    end: int


def replaced(page: bytes, counters: Sequence[Counters]) -> bytes:
    """Return the page with the figures in its marked elements.

    Elements of other sites stay as they are. Raise UsageError where nothing is marked for these
    sites, or where a mark can't be followed.
    """
    rows = {row.site: row for row in counters}
    if len(counters) == 1:
        rows[box.UNNAMED] = counters[0]
    marks = _marks(page)
    ours = [mark for mark in marks if mark.site in rows]
    if not ours:
        raise _no_mark(marks, counters)
    parts, done = [], 0
    for mark in ours:
        old = page[mark.start : mark.end]
        left = len(old) - len(old.lstrip())
        right = max(left, len(old.rstrip()))
        figure = box.shown(rows[mark.site], mark.name).encode()
        parts += [page[done : mark.start + left], figure, old[right:]]
        done = mark.end
    return b"".join([*parts, page[done:]])


def all_time_told(page: bytes) -> dict[str, int]:
    """Return what the page says of each site's all time, as box.all_time_told does of a text."""
    told: dict[str, int] = {}
    for mark in _marks(page):
        number = box.number(page[mark.start : mark.end].decode("latin-1").strip())
        if mark.name == "all_time" and number is not None:
            told[mark.site] = max(number, told.get(mark.site, 0))
    return told


def _no_mark(marks: Sequence[Mark], counters: Sequence[Counters]) -> UsageError:
    if len(counters) > 1 and any(mark.site == box.UNNAMED for mark in marks):
        told = f'data-site="{counters[0].site}"'
        return UsageError(f"there are several sites; name its own in each marked element, {told}")
    sites = " or ".join(row.site for row in counters)
    return UsageError(
        f"no element is marked for {sites}; write "
        + ", ".join(f'<span data-logstats="{name}"></span>' for name in box.FIGURES)
    )


def _marks(page: bytes) -> list[Mark]:
    finder = _Finder(page.decode("latin-1"))  # a byte is a character, so places are those of the bytes
    finder.close()
    return finder.marks


class _Finder(HTMLParser):
    """Walks through a page and gathers its marks."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.marks: list[Mark] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", page))]
        self._around: list[tuple[str, str]] = []  # the elements that are open, and the site of each
        self._marked: tuple[str, str, int] | None = None  # the innermost of them, if it is marked
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._refuse_more(f"<{tag}>")
        told = dict(attrs)
        around = self._around[-1][1] if self._around else box.UNNAMED
        site = _as_utf8(told.get("data-site") or "") or around
        name = self._name(told)
        if tag in VOID and name:
            raise UsageError(f"{self._place()}: <{tag}> is marked, but can hold no figure; mark a <span>")
        if tag not in VOID:
            self._around.append((tag, site))
        if name:
            self._marked = (name, site, self._at() + len(self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # in HTML the slash says nothing

    def handle_endtag(self, tag: str) -> None:
        tags = [around for around, _ in self._around]
        if self._marked and tags[-1] == tag:
            name, site, start = self._marked
            self.marks.append(Mark(name, site, start, self._at()))
            self._marked = None
        self._refuse_more(f"</{tag}>")
        if tag in tags:
            del self._around[len(tags) - 1 - tags[::-1].index(tag) :]

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 - HTMLParser's own shape
        self._refuse_more("<!--")

    def close(self) -> None:
        super().close()
        self._refuse_more("no end tag")

    def _name(self, attrs: Mapping[str, str | None]) -> str | None:
        """Return the figure that an element is marked for; refuse a mark that names none."""
        if "data-logstats" not in attrs:
            words = (attrs.get("class") or "").split()
            return next((CLASSES[word] for word in words if word in CLASSES), None)
        name = (attrs["data-logstats"] or "").replace("-", "_")
        if name not in box.SHAPES:
            raise UsageError(
                f"{self._place()}: no figure is called «{name}»; there are {', '.join(box.SHAPES)}"
            )
        return name

    def _refuse_more(self, what: str) -> None:
        if self._marked:
            raise UsageError(
                f"{self._place()}: what is marked {self._marked[0]} holds more than a figure: {what}; "
                "mark the element that holds the figure alone"
            )

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _place(self) -> str:
        return f"line {self.getpos()[0]}"


def _as_utf8(text: str) -> str:
    """Return what the characters, a byte each, mean; one that was written as &#8217; means itself."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
