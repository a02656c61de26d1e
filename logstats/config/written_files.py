"""The rows of the tables of logstats.toml that name what an update writes: counter files, lists and pages.

They are as those of settings.py.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

from logstats.config import converters, page_options
from logstats.config.converters import NEXT_UPDATE, Setting
from logstats.render import box, embeds


class CounterFile(NamedTuple):
    """A file that shows the four figures.

    The file at `path` is replaced, in a format or by a filled `template`. With `has_markers` it is an HTML
    file in which only the numbers in marked elements are replaced.
    """

    path: Path
    format: str = "text"
    lang: str = box.DEFAULT_LANG
    template: Path | None = None
    has_markers: bool = False


class CounterTable(NamedTuple):
    """The keys of a [[counter]]; only keys of the same one of COUNTER_WAYS can be combined."""

    file: Annotated[
        Path | None,
        Setting(
            converters.PATH,
            "The file to write. It is replaced in one step, and only when a figure has changed.",
            NEXT_UPDATE,
            example='"/var/www/html/counter.html"',
            default="none; `file` or `into` is required",
        ),
    ] = None
    format: Annotated[
        str | None,
        Setting(
            converters.choice(*box.FILE_FORMATS),
            f"The format of the file: {', '.join(box.FILE_FORMATS)}.",
            NEXT_UPDATE,
            example='"html"',
            default="according to the ending of `file`; `text` for a name without an ending",
        ),
    ] = None
    lang: Annotated[
        str,
        Setting(converters.choice(*box.LABELS), f"The language: {' or '.join(box.LABELS)}.", NEXT_UPDATE),
    ] = box.DEFAULT_LANG
    template: Annotated[
        Path | None,
        Setting(
            converters.PATH,
            "A text with {today}, {week}, {all_time} and the like. `file` is the text with the figures.",
            NEXT_UPDATE,
            example='"counter.js.tmpl"',
            default="none",
        ),
    ] = None
    into: Annotated[
        Path | None,
        Setting(
            converters.PATH,
            'An existing HTML file. Only the numbers in `<span data-logstats="today"></span>` and the like '
            "are replaced; words beside a number stay.",
            NEXT_UPDATE,
            example='"/var/www/html/index.html"',
            default="none; `file` or `into` is required",
        ),
    ] = None


class CounterWay(NamedTuple):
    """Keys of a [[counter]] that can be combined, and the name of the file in an example."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    doc: str
    example: str

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, in the order of an example; the first is the key of the file to write."""
        return self.required + self.optional


COUNTER_WAYS = (
    CounterWay(
        ("file",),
        ("format", "lang"),
        "A file with the figures, for `logstats update` to write.",
        "counter.html",
    ),
    CounterWay(("file", "template"), (), "The same by a template of your own.", "counter.js"),
    CounterWay(("into",), (), "Only the numbers in an HTML file of yours.", "index.html"),
)


class ListFile(NamedTuple):
    """A [[site.list]]: a file with the most read articles of the site. `format` is '' until it is chosen."""

    path: Annotated[
        Path,
        Setting(
            converters.PATH,
            "The file to write. It is replaced in one step, and only when the list has changed.",
            NEXT_UPDATE,
            key="file",
            example='"/var/www/html/most-read.html"',
            default="none; the key is required",
        ),
    ]
    format: Annotated[
        str,
        Setting(
            converters.choice(*embeds.LIST_FORMATS),
            f"The format of the file: {', '.join(embeds.LIST_FORMATS)}.",
            NEXT_UPDATE,
            example='"html"',
            default="according to the ending of `file`",
        ),
    ] = ""
    period: Annotated[
        str,
        Setting(
            converters.choice(*embeds.PERIODS),
            f"The views that are counted: {', '.join(embeds.PERIODS)}. A week begins on `week_start`.",
            NEXT_UPDATE,
        ),
    ] = embeds.PERIOD
    top: Annotated[
        int,
        Setting(converters.number(1, embeds.LONGEST_LIST), "The number of articles.", NEXT_UPDATE),
    ] = 10
    untitled: Annotated[
        bool,
        Setting(
            converters.FLAG,
            "List articles without a title, too, with the words of their URL in its place.",
            NEXT_UPDATE,
        ),
    ] = False
    with_counts: Annotated[
        bool, Setting(converters.FLAG, "Show the views of each article in html and js.", NEXT_UPDATE)
    ] = False
    published_since: Annotated[
        str,
        Setting(
            converters.PAST,
            "Leave out articles that were published earlier. Those whose date is not known stay.",
            NEXT_UPDATE,
            example='"30d"',
            default="none; all articles",
        ),
    ] = ""
    feed_url: Annotated[
        str,
        Setting(
            converters.URL,
            "The URL at which an rss file is served, for its link to itself.",
            NEXT_UPDATE,
            example='"https://batxat.laocai.gov.vn/most-read.xml"',
            default="`url` and the name of the file",
        ),
    ] = ""


class ViewsFile(NamedTuple):
    """A [[site.article_views]]: a JSON file with the views of each article of the site."""

    path: Annotated[
        Path,
        Setting(
            converters.PATH,
            "The JSON file to write. It is replaced in one step, and only when a number has changed.",
            NEXT_UPDATE,
            key="file",
            example='"/var/www/html/article-views.json"',
            default="none; the key is required",
        ),
    ]
    period: Annotated[
        str,
        Setting(
            converters.choice(*embeds.PERIODS),
            f"The views that are counted: {', '.join(embeds.PERIODS)}.",
            NEXT_UPDATE,
        ),
    ] = "all"
    min_views: Annotated[
        int,
        Setting(
            converters.number(1, converters.LARGEST_COUNT),
            "Leave out articles with fewer views.",
            NEXT_UPDATE,
        ),
    ] = 1
    top: Annotated[
        int,
        Setting(
            converters.number(1, embeds.MOST_VIEWS),
            "The largest number of articles; the most read are kept. One takes some 60 bytes.",
            NEXT_UPDATE,
        ),
    ] = 10_000


class PageFile(NamedTuple):
    """A [[site.dashboard]]: the page of the site, an HTML file."""

    path: Annotated[
        Path,
        Setting(
            converters.PATH,
            "The HTML file to write. It is replaced in one step, and only when a figure has changed.",
            NEXT_UPDATE,
            key="file",
            example='"/var/www/html/report.html"',
            default="none; the key is required",
        ),
    ]
    every_s: Annotated[
        int,
        Setting(
            converters.SPAN,
            "How often it is written at most. All reports are run for it.",
            NEXT_UPDATE,
            key="every",
        ),
    ] = page_options.EVERY_S
    lang: Annotated[
        str,
        Setting(
            converters.choice(*page_options.LANGS),
            f"The language that it opens with: {' or '.join(page_options.LANGS)}.",
            NEXT_UPDATE,
        ),
    ] = page_options.LANGS[0]
    period: Annotated[
        str,
        Setting(
            converters.choice(*page_options.PERIODS),
            f"The period that it opens with: {', '.join(page_options.PERIODS)}.",
            NEXT_UPDATE,
        ),
    ] = page_options.DEFAULT_PERIOD
    panels: Annotated[
        tuple[str, ...],
        Setting(
            converters.one_or_more(*page_options.PANELS),
            f"Its panels, in their order: {', '.join(page_options.PANELS)}.",
            NEXT_UPDATE,
            example='["read", "heat", "origins"]',
            default="all of them",
        ),
    ] = page_options.PANELS


class DayNote(NamedTuple):
    """A [[site.note]]: what happened on a day, for readers of the page."""

    on: Annotated[
        date,
        Setting(
            converters.DAY,
            "The day, on the calendar of the site.",
            NEXT_UPDATE,
            example="2026-11-15",
            default="none; the key is required",
        ),
    ]
    text: Annotated[
        str,
        Setting(
            converters.short_text(page_options.NOTE_LENGTH),
            f"What happened, in {page_options.NOTE_LENGTH} characters at most. Pages show the last "
            f"{page_options.MOST_NOTES} notes on their days.",
            NEXT_UPDATE,
            example='"Lễ hội"',
            default="none; the key is required",
        ),
    ]
