"""The counter box: the four figures as text or HTML, and the all-time count that an existing box shows."""

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from logstats import similar
from logstats.errors import UsageError
from logstats.model import Counters
from logstats.printable import escaped
from logstats.render import writers

FIGURES = ("online", "today", "week", "all_time")
LABELS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "title": "Thống kê truy cập",
        "online": "Đang online",
        "today": "Hôm nay",
        "week": "Trong tuần",
        "all_time": "Tất cả",
    },
    "en": {
        "title": "Visits",
        "online": "Online now",
        "today": "Today",
        "week": "This week",
        "all_time": "All time",
    },
}
DEFAULT_LANG = "vi"
FILE_FORMATS: Mapping[str, tuple[str, ...]] = {
    # format of a counter file: the endings that choose it where no format is given
    "text": (".txt",),
    "html": (".html", ".htm", ".shtml", ".inc"),
    **{each.name: each.endings for each in writers.FORMATS.values() if each.endings},
    "js": (".js",),
    "php": (".php",),
    "env": (".env",),
}
PROGRAMS = {
    # format for programs: the beginning of such a file
    "js": "(()=>{const f=",
    "php": "<?php return [",
    "env": "LOGSTATS_",
}
# like html.escape, whose import takes 1 to 2 ms of a cron run
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
UNKNOWN = "–"  # a figure that can't be counted
UNNAMED = ""  # the site of a figure in a text that does not name its site

_NUMBER = r"\d[\d,]*(?![\d,])"
PATTERNS: Mapping[str, str] = {
    # name of a figure in templates and HTML files: a pattern of its text, to parse an existing file
    "online": _NUMBER,
    "today": _NUMBER,
    "week": _NUMBER,
    "month": _NUMBER,
    "all_time": _NUMBER,
    "online_window_s": _NUMBER,
    "site": r"[^\n]*?",
    "at": r"(?:\d{4}-\d\d-\d\d \d\d:\d\d)?",
    "logged_until": r"(?:\d{4}-\d\d-\d\d \d\d:\d\d)?",
    "stale": r"(?:true|false)",
}
_PLACEHOLDER = re.compile(r"\{([a-z_]+)(:d)?\}")
_MISWRITTEN = re.compile(
    r"\{([A-Za-z][A-Za-z_-]*)(:[^{}\n]*)?\}"
)  # a placeholder that would stay in the text
_IN_TEXT = re.compile(
    rf"^(?:{{titles}})(?: — (?P<site>.*))?$|^• (?:{{labels}}): (?P<all_time>{_NUMBER})$".format(
        titles="|".join(labels["title"] for labels in LABELS.values()),
        labels="|".join(labels["all_time"] for labels in LABELS.values()),
    ),
    re.MULTILINE,
)

_IN_HTML = re.compile(
    r'<div class="logstats"[^>]* data-site="([^"]*)">(?:(?!<div).)*'
    rf'<span class="logstats-all-time">({_NUMBER})<',
    re.DOTALL,
)


def text_box(counters: Sequence[Counters], lang: str) -> str:
    """Return the box as plain text; for several sites one box each, with the site's name."""
    labels = LABELS[lang]
    boxes = []
    for row in counters:
        title = labels["title"] + (f" — {escaped(row.site)}" if len(counters) > 1 else "")
        lines = [f"• {labels[name]}: {_count(row, name)}" for name in FIGURES]
        boxes.append("\n".join([title, *lines]) + "\n")
    return "\n".join(boxes)


def html_box(counters: Sequence[Counters], lang: str) -> str:
    """Return the box as an HTML fragment; each figure has a class of its own."""
    labels = LABELS[lang]
    boxes = []
    for row in counters:
        items = "".join(
            f'    <li>{labels[name]}: <span class="logstats-{name.replace("_", "-")}">'
            f"{_count(row, name)}</span></li>\n"
            for name in FIGURES
        )
        boxes.append(
            f'<div class="logstats" lang="{lang}" data-site="{_escaped(row.site)}">\n'
            f"  <h3>{labels['title']}</h3>\n  <ul>\n{items}  </ul>\n</div>\n"
        )
    return "".join(boxes)


def _count(row: Counters, name: str) -> str:
    value = getattr(row, name)
    return UNKNOWN if value is None else f"{value:,}"


def _program(name: str) -> Callable[[Sequence[Counters], str], str]:
    def write(counters: Sequence[Counters], _lang: str) -> str:
        from logstats.render import programs  # noqa: PLC0415 - only for files in these formats

        return programs.FORMATS[name](counters)

    return write


BOXES: Mapping[str, Callable[[Sequence[Counters], str], str]] = {
    "text": text_box,
    "html": html_box,
    **{name: _program(name) for name in PROGRAMS},
}


def display(row: Counters, name: str, *, plain: bool = False) -> str:
    """Return one value of a site as templates and HTML files show it, HTML-escaped.

    A number is written 1,605,233, or 1605233 with `plain`; a time is on the site's clock.
    """
    value = getattr(row, name)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:d}" if plain else f"{value:,}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return _escaped(value or "")


def filled(template: str, counters: Sequence[Counters]) -> str:
    """Return the template once for each site, with its figures in place of `{today}` and the like."""
    names = [match[1] for match in _PLACEHOLDER.finditer(template)]
    unknown = [name for name in names if name not in PATTERNS]
    known = [f"{{{name}}}" for name in PATTERNS]
    if unknown:
        offer = similar.offer(f"{{{unknown[0]}}}", known)
        raise UsageError(f"no placeholder is called {{{unknown[0]}}}; {offer}")
    for match in _MISWRITTEN.finditer(template):
        name = match[1].lower().replace("-", "_")
        if name in PATTERNS and not _PLACEHOLDER.fullmatch(match[0]):
            line = template.count("\n", 0, match.start()) + 1
            forms = f"write {{{name}}}, or {{{name}:d}} for a number without separators"
            raise UsageError(f"{match[0]} is no placeholder; {forms}", line=line)
    if not names:
        raise UsageError(f"it has no placeholder; there are: {', '.join(known)}")

    def of_site(row: Counters) -> str:
        return _PLACEHOLDER.sub(lambda match: display(row, match[1], plain=bool(match[2])), template)

    return "".join(map(of_site, counters))


def format_of(path: Path) -> str:
    """Return the format that the ending of a counter file's name chooses; text for a name without an ending.

    Raise UsageError for an ending that chooses none.
    """
    ending = path.suffix.lower()
    known = {each: name for name, endings in FILE_FORMATS.items() for each in endings}
    if not ending or ending in known:
        return known.get(ending, "text")
    suggested = similar.suggestion(ending, known)
    raise UsageError(
        f"no format of counter files has the ending '{path.suffix}'; {suggested}use one of {', '.join(known)}"
    )


def all_time_counts(text: str, template: str | None = None) -> dict[str, int]:
    """Return the all-time count that a counter file, in any format, shows for each site.

    The result is empty where the file shows no count. The site is UNNAMED where the text does not name it.
    """
    counts = _in_filled(text, template) if template is not None else {}
    for read in (_in_program, _in_records, _in_html, _in_text, _in_rows):
        counts = counts or read(text)
    return counts


def number(text: str) -> int | None:
    """Return the value of a displayed number, None for any other text."""
    return int(text.replace(",", "")) if re.fullmatch(_NUMBER, text) else None


def _escaped(text: str) -> str:
    return escaped(text).translate(_ESCAPES)


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    import html  # noqa: PLC0415 - see _ESCAPES; few sites' names need it

    return html.unescape(text)


def _in_filled(text: str, template: str) -> dict[str, int]:
    """Return the all-time count of each site in a filled template."""
    named: set[str] = set()

    def part(literal: str, name: str) -> str:
        group = f"?P<{name}>" if name in ("site", "all_time") and name not in named else "?:"
        named.add(name)
        return re.escape(literal) + (f"({group}{PATTERNS[name]})" if name in PATTERNS else "")

    literals, names = _PLACEHOLDER.split(template)[::3], _PLACEHOLDER.split(template)[1::3]
    pattern = "".join(part(*pair) for pair in zip(literals, [*names, ""], strict=True))
    if "all_time" not in named:
        return {}
    found = [match.groupdict() for match in re.finditer(pattern, text)]
    return {_unescaped(one.get("site") or UNNAMED): int(one["all_time"].replace(",", "")) for one in found}


def _in_program(text: str) -> dict[str, int]:
    if not text.startswith(tuple(PROGRAMS.values())):
        return {}
    from logstats.render import programs  # noqa: PLC0415 - as above

    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        return programs.all_time_counts(text)
    return {}


def _in_text(text: str) -> dict[str, int]:
    counts, site = {}, UNNAMED
    for match in _IN_TEXT.finditer(text):
        if match["all_time"]:
            counts[site] = int(match["all_time"].replace(",", ""))
        else:
            site = match["site"] or UNNAMED
    return counts


def _in_html(text: str) -> dict[str, int]:
    return {_unescaped(site): int(figure.replace(",", "")) for site, figure in _IN_HTML.findall(text)}


def _in_records(text: str) -> dict[str, int]:
    if not text.startswith(("[", "{")):
        return {}
    try:
        records = json.loads(text) if text.startswith("[") else map(json.loads, text.splitlines())
        return _of_rows(list(records))
    except (ValueError, RecursionError):
        return {}


def _in_rows(text: str) -> dict[str, int]:
    import csv  # noqa: PLC0415 - only for such a file

    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    return _of_rows(csv.DictReader(text.splitlines(), delimiter=delimiter))


def _of_rows(rows: Iterable[Any]) -> dict[str, int]:
    """Return the all-time count of each row that has one; a file of another program may have any content."""
    counts = {}
    for row in rows:
        if isinstance(row, dict) and str(row.get("all_time")).isdecimal():
            counts[str(row.get("site", UNNAMED))] = int(row["all_time"])
    return counts
