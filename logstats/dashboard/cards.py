"""The cards of a page, each with its tables: what they show, in which order, under which names.

A `Table` says how rows of a cube are shown. The page's script has the same descriptions, and cuts the same
rows for any other period.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from logstats.config.page_options import PANELS
from logstats.dashboard.figures import Figures


class Table(NamedTuple):
    """A table of a cube: a row for each value of the column `label`, the largest first number first.

    `numbers` are figures of the cube, `titles` the texts above the label and above each number. `kind` is how
    a label is shown: text, link (to an article of the site), path, section, or word:PREFIX. `note` is a
    column that is shown small beside it, in the way of `note_kind`: section, from, names or word:PREFIX.
    `about` is the text above the table, in which {days} are its days. A table that `may_lack` rows is left
    out where it has none.
    """

    name: str
    cube: str
    label: str
    numbers: tuple[str, ...]
    titles: tuple[str, ...]
    kind: str = "text"
    note: str = ""
    note_kind: str = ""
    share: bool = False
    trend: bool = False
    change: bool = False
    first: int = 8
    about: str = ""
    may_lack: bool = False


class Card(NamedTuple):
    """A card of the page with one table, or several in tabs; `sub` is the text below its title."""

    name: str
    title: str
    tables: tuple[Table, ...] = ()
    sub: str = ""
    wide: bool = False


CARDS: Mapping[str, Card] = {
    card.name: card
    for card in (
        Card(
            "read",
            "read",
            (
                Table(
                    "most_read",
                    "articles",
                    "article",
                    ("views",),
                    ("article", "views"),
                    kind="link",
                    note="section",
                    note_kind="section",
                    trend=True,
                    change=True,
                    first=10,
                ),
            ),
            wide=True,
        ),
        Card("heat", "rhythm"),
        Card("online", "online_day"),
        Card(
            "sections",
            "sections",
            (
                Table(
                    "sections",
                    "sections",
                    "section",
                    ("views",),
                    ("sections", "views"),
                    "section",
                    share=True,
                ),
            ),
        ),
        Card(
            "origins",
            "where_from",
            (
                Table(
                    "origins",
                    "origins",
                    "name",
                    ("visits",),
                    ("origins", "visits"),
                    "word:origin",
                    share=True,
                ),
                Table(
                    "channels",
                    "origins",
                    "channel",
                    ("visits",),
                    ("channels", "visits"),
                    "word:channel",
                    share=True,
                ),
            ),
            sub="where_from_sub",
        ),
        Card(
            "way",
            "way",
            (
                Table(
                    "entries", "entries", "article", ("visits",), ("article", "visits"), "link", share=True
                ),
                Table("exits", "exits", "article", ("visits",), ("article", "visits"), "link", share=True),
                Table(
                    "searches",
                    "searches",
                    "words",
                    ("searches",),
                    ("words", "times"),
                    "word:rare",
                    share=True,
                ),
            ),
        ),
        Card(
            "tech",
            "tech",
            (
                Table(
                    "browsers",
                    "browsers",
                    "browser",
                    ("visits",),
                    ("browsers", "visits"),
                    "word:software",
                    share=True,
                ),
                Table(
                    "systems",
                    "systems",
                    "system",
                    ("visits",),
                    ("systems", "visits"),
                    "word:software",
                    share=True,
                ),
                Table(
                    "devices",
                    "devices",
                    "device",
                    ("visits",),
                    ("devices", "visits"),
                    "word:device",
                    share=True,
                ),
                Table(
                    "countries",
                    "countries",
                    "country",
                    ("visits",),
                    ("country", "visits"),
                    "word:country",
                    share=True,
                    about="countries_about",
                    may_lack=True,
                ),
            ),
        ),
        Card(
            "notfound",
            "notfound",
            (
                Table(
                    "notfound",
                    "notfound",
                    "page",
                    ("people", "bots"),
                    ("url", "people", "bots"),
                    kind="path",
                    note="from",
                    note_kind="from",
                ),
            ),
            sub="notfound_sub",
        ),
        Card(
            "answers",
            "answers",
            (
                Table(
                    "answers",
                    "answers",
                    "status",
                    ("people", "bots"),
                    ("status", "people", "bots"),
                    note="status",
                    note_kind="word:status",
                ),
            ),
            sub="answers_sub",
        ),
        Card(
            "bots",
            "bots",
            (
                Table(
                    "bots",
                    "bots",
                    "class",
                    ("hits",),
                    ("class", "hits"),
                    kind="word:class",
                    note="name",
                    note_kind="names",
                    trend=True,
                ),
            ),
            sub="bots_sub",
        ),
        Card("left", "left_out", sub="left_out_sub"),
        Card(
            "server",
            "server",
            (
                Table(
                    "slow",
                    "slow",
                    "article",
                    ("p95", "median", "hits"),
                    ("page", "p95", "median", "hits"),
                    "path",
                    about="slow_about",
                    may_lack=True,
                ),
                Table(
                    "sizes",
                    "sizes",
                    "class",
                    ("kilobytes", "hits"),
                    ("class", "kilobytes", "hits"),
                    "word:counts",
                    share=True,
                    about="sizes_about",
                    may_lack=True,
                ),
                Table(
                    "methods",
                    "methods",
                    "method",
                    ("hits",),
                    ("method", "hits"),
                    share=True,
                    about="methods_about",
                    may_lack=True,
                ),
                Table(
                    "networks",
                    "networks",
                    "network",
                    ("visits", "hits"),
                    ("network", "visits", "hits"),
                    about="networks_about",
                    may_lack=True,
                ),
            ),
            wide=True,
        ),
    )
}
DEFAULT_CARDS = PANELS
CUBES_OF = {"left": ("left",)}  # cards without a table, and the cubes that they need
ALWAYS = ("left",)  # cubes of the figures above the cards


def cubes_of(cards: Sequence[str]) -> frozenset[str]:
    """Return the cubes that cards need."""
    of_tables = [table.cube for name in cards for table in CARDS[name].tables]
    return frozenset((*ALWAYS, *of_tables, *(cube for name in cards for cube in CUBES_OF.get(name, ()))))


def cards_of(names: Sequence[str], figures: Figures) -> list[Card]:
    """Return the cards of a page, without tables that lack rows, and without cards that have no other."""
    found = []
    for card in (CARDS[name] for name in names):
        kept = tuple(table for table in card.tables if _has_rows(table, figures))
        if kept or not card.tables:
            found.append(card._replace(tables=kept))
    return found


def _has_rows(table: Table, figures: Figures) -> bool:
    cube = figures.cubes.get(table.cube)
    return not table.may_lack or bool(cube and any(row.labels[0] for row in cube.rows))
