"""Figures inside an existing HTML file: marked elements are found and their text is replaced.

All other bytes stay. An element with the attribute `data-logstats="today"`, or with the box's class
`logstats-today`, contains one figure and nothing else. The site of the figure is the `data-site` of the
element or of the nearest element around it.
"""

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import NamedTuple

from logstats.errors import UsageError
from logstats.model import Counters
from logstats.render import box

VOID = frozenset(
    # elements without content and end tag
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
CLASSES = {f"logstats-{name.replace('_', '-')}": name for name in box.PATTERNS}


class Mark(NamedTuple):
    """One marked element: the name of its figure, its site, and the offsets of its text."""

    name: str
    site: str
    start: int
    end: int


def replaced(content: bytes, counters: Sequence[Counters]) -> bytes:
    """Return the HTML with the figures in its marked elements; elements of other sites are not changed.

    Raise UsageError where no element is marked for these sites, or where a mark is wrong.
    """
    rows = {row.site: row for row in counters}
    if len(counters) == 1:
        rows[box.UNNAMED] = counters[0]
    marks = _marks(content)
    ours = [mark for mark in marks if mark.site in rows]
    if not ours:
        raise _no_mark(marks, counters)
    parts, done = [], 0
    for mark in ours:
        old = content[mark.start : mark.end]
        left = len(old) - len(old.lstrip())
        right = max(left, len(old.rstrip()))
        figure = box.display(rows[mark.site], mark.name).encode()
        parts += [content[done : mark.start + left], figure, old[right:]]
        done = mark.end
    return b"".join([*parts, content[done:]])


def all_time_counts(content: bytes) -> dict[str, int]:
    """Return the all-time count that the HTML shows for each site, like box.all_time_counts for a text."""
    counts: dict[str, int] = {}
    for mark in _marks(content):
        number = box.number(content[mark.start : mark.end].decode("latin-1").strip())
        if mark.name == "all_time" and number is not None:
            counts[mark.site] = max(number, counts.get(mark.site, 0))
    return counts


def _no_mark(marks: Sequence[Mark], counters: Sequence[Counters]) -> UsageError:
    if len(counters) > 1 and any(mark.site == box.UNNAMED for mark in marks):
        example = f'data-site="{counters[0].site}"'
        return UsageError(f"there are several sites; name the site in each marked element, {example}")
    sites = " or ".join(row.site for row in counters)
    return UsageError(
        f"no element is marked for {sites}; write "
        + ", ".join(f'<span data-logstats="{name}"></span>' for name in box.FIGURES)
    )


def _marks(content: bytes) -> list[Mark]:
    finder = _Finder(content.decode("latin-1"))  # one character for each byte, so that offsets count bytes
    finder.close()
    return finder.marks


class _Finder(HTMLParser):
    """Parses HTML and collects its marks."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=False)
        self.marks: list[Mark] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", content))]
        self._open: list[tuple[str, str]] = []  # the open elements, each with its site
        self._marked: tuple[str, str, int] | None = None  # the innermost open element, if it is marked
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._refuse_more(f"<{tag}>")
        attributes = dict(attrs)
        outer_site = self._open[-1][1] if self._open else box.UNNAMED
        site = _as_utf8(attributes.get("data-site") or "") or outer_site
        name = self._name(attributes)
        if tag in VOID and name:
            raise self._error(f"<{tag}> is marked, but can hold no text; mark a <span>")
        if tag not in VOID:
            self._open.append((tag, site))
        if name:
            self._marked = (name, site, self._offset() + len(self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # the slash has no meaning in HTML

    def handle_endtag(self, tag: str) -> None:
        tags = [opened for opened, _ in self._open]
        if self._marked and tags[-1] == tag:
            name, site, start = self._marked
            self.marks.append(Mark(name, site, start, self._offset()))
            self._marked = None
        self._refuse_more(f"</{tag}>")
        if tag in tags:
            del self._open[len(tags) - 1 - tags[::-1].index(tag) :]

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 - HTMLParser's signature
        self._refuse_more("<!--")

    def parse_marked_section(self, i: int, report: bool = True) -> int:  # noqa: FBT001, FBT002 - its signature
        """Skip a section between `<![` and `>` of a kind that HTML does not have, as browsers do.

        HTMLParser raises AssertionError for it, in releases of Python before 3.14.
        """
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i, report)

    def close(self) -> None:
        super().close()
        self._refuse_more("no end tag")

    def _name(self, attrs: Mapping[str, str | None]) -> str | None:
        """Return the name of an element's figure, None if it has no mark; refuse an unknown name."""
        if "data-logstats" not in attrs:
            words = (attrs.get("class") or "").split()
            return next((CLASSES[word] for word in words if word in CLASSES), None)
        name = (attrs["data-logstats"] or "").replace("-", "_")
        if name not in box.PATTERNS:
            raise self._error(f"no figure is called '{name}'; there are: {', '.join(box.PATTERNS)}")
        return name

    def _refuse_more(self, found: str) -> None:
        if self._marked:
            raise self._error(
                f"the element marked {self._marked[0]} holds more than a figure: {found}; "
                "mark the element that holds the figure alone"
            )

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _error(self, message: str) -> UsageError:
        return UsageError(message, line=self.getpos()[0])


def _as_utf8(text: str) -> str:
    """Decode a text with one character for each byte; return it unchanged if it had references (&#8217;)."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
