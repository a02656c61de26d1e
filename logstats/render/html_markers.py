"""Figures inside an existing HTML file: marked elements are found and the figure in their text is replaced.

All other bytes stay. An element with the attribute `data-logstats="today"`, or with the box's class
`logstats-today`, contains one figure, or nothing yet, and perhaps words around it. Where it is not certain
which part of its text is the figure, the file is refused. The site of the figure is the `data-site` of the
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


PLACEHOLDERS = frozenset(
    # texts that stand for a figure which is not there yet
    ("", "-", "–", "—", "…", "...", "?", "&nbsp;", "&#160;", "&ndash;", "&mdash;", "&hellip;")
)
_NUMBER = re.compile(r"[0-9]+(?:(?:[.,'’\u00a0\u2009\u202f]|&nbsp;|&#160;)[0-9]+)*")
_GROUPED = re.compile(r"[0-9]{1,3}(?:(?P<mark>[^0-9&]|&nbsp;|&#160;)[0-9]{3}(?:(?P=mark)[0-9]{3})*)?|[0-9]+")
_REFERENCE = re.compile(r"&#?[A-Za-z0-9]+;")
LONGEST_SHOWN = 60  # characters of an element's text that a message shows


class Mark(NamedTuple):
    """One marked element: the name of its figure, its site, the offsets of its text, and the line."""

    name: str
    site: str
    start: int
    end: int
    line: int = 0


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
        figure = box.display(rows[mark.site], mark.name)
        start, end = _figure_at(mark, content, figure)
        parts += [content[done:start], figure.encode()]
        done = end
    return b"".join([*parts, content[done:]])


def all_time_counts(content: bytes) -> dict[str, int]:
    """Return the all-time count that the HTML shows for each site, like box.all_time_counts for a text."""
    counts: dict[str, int] = {}
    for mark in _marks(content):
        if mark.name == "all_time":
            start, end = _figure_at(mark, content, "")
            digits = re.sub(rb"&#160;|[^0-9]", b"", content[start:end])
            counts[mark.site] = max(int(digits or b"0"), counts.get(mark.site, 0))
    return counts


def _figure_at(mark: Mark, content: bytes, figure: str) -> tuple[int, int]:
    """Return the offsets of the figure in the text of a marked element, or of its place in an empty one.

    `figure` is the text to be written. Raise UsageError where it is not certain which part is the figure.
    """
    text, encoding = _decoded(content[mark.start : mark.end])
    span = _span(mark, text, figure)
    return (
        mark.start + len(text[: span[0]].encode(encoding)),
        mark.start + len(text[: span[1]].encode(encoding)),
    )


def _span(mark: Mark, text: str, figure: str) -> tuple[int, int]:
    bare = text.strip()
    left = len(text) - len(text.lstrip())
    whole = (left, left + len(bare)) if bare else (left, left)
    if bare in PLACEHOLDERS or bare == figure:
        return whole
    if "<" in bare:
        raise _uncertain(mark, bare, "another program writes that part of the page.")
    found = _numbers(bare) if _is_number(mark.name) else [*re.finditer(_pattern(mark.name), bare)]
    if len(found) != 1:
        has_digits = re.search("[0-9]", bare) is not None
        raise _uncertain(
            mark, bare, "which part of it is the figure?" if has_digits else "no part of it is a figure."
        )
    return left + found[0].start(), left + found[0].end()


def _is_number(name: str) -> bool:
    return box.PATTERNS[name] == box.PATTERNS["today"]


def _pattern(name: str) -> str:
    """Return the pattern of a value that is not a number; a site's name is not known among other words."""
    return r"(?!)" if name == "site" else rf"(?<!\w)(?:{box.PATTERNS[name].removesuffix('?')})(?!\w)"


def _numbers(text: str) -> list[re.Match[str]]:
    """Return the numbers in a text; none of them where one is not certain to be a whole count."""
    masked = _REFERENCE.sub(
        lambda match: match[0] if match[0] in ("&nbsp;", "&#160;") else "·" * len(match[0]), text
    )
    found = [match for match in _NUMBER.finditer(masked) if not _is_in_reference(masked, match)]
    for match in found:
        before, after = masked[: match.start()][-1:], masked[match.end() :][:1]
        is_count = _GROUPED.fullmatch(match[0]) and not (before.isalnum() or after.isalnum())
        if not is_count or before in ("-", "−", ".", ",") or _is_grouped_by_space(masked, match):
            return []
    return found


def _is_in_reference(text: str, number: re.Match[str]) -> bool:
    """Whether a number is that of &#160;."""
    return text[: number.start()].endswith("&#") and text[number.end() :].startswith(";")


def _is_grouped_by_space(text: str, number: re.Match[str]) -> bool:
    """Whether a number may go on after a space, as in 1 234: that may be two numbers."""
    return re.match(r" [0-9]{3}(?![0-9])", text[number.end() :]) is not None


def _uncertain(mark: Mark, text: str, why: str) -> UsageError:
    shown = text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
    return UsageError(
        f"the element marked {mark.name} holds '{' '.join(shown.split())}': {why} Nothing was changed; put "
        f'the figure alone into an element, such as <span data-logstats="{mark.name}"></span>',
        line=mark.line,
    )


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text of an element and its encoding; in an unknown one, each byte is a character."""
    try:
        return content.decode(), "utf-8"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


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
        self._marked: Mark | None = None  # the innermost open element, if it is marked
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
            start = self._offset() + len(self.get_starttag_text() or "")
            self._marked = Mark(name, site, start, start, self.getpos()[0])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # the slash has no meaning in HTML

    def handle_endtag(self, tag: str) -> None:
        tags = [opened for opened, _ in self._open]
        if self._marked and tags[-1] == tag:
            self.marks.append(self._marked._replace(end=self._offset()))
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

    def handle_pi(self, data: str) -> None:  # noqa: ARG002 - as above
        self._refuse_more("<?")

    def handle_decl(self, decl: str) -> None:  # noqa: ARG002 - as above
        self._refuse_more("<!")

    def unknown_decl(self, data: str) -> None:  # noqa: ARG002 - as above
        self._refuse_more("<![")

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
                f"the element marked {self._marked.name} holds more than a figure: {found}; "
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
