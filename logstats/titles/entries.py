"""URLs with their titles and dates: untrusted text, kept on one line, and escaped where it is written."""

import html
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from logstats.titles import dates

LONGEST_TITLE = 500  # characters
NORMALIZED = 5000  # characters of a title that are used: the time of normalizing grows with their square
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_URL = re.compile(r"https?://|/", re.IGNORECASE)
_UNDECODED = "\ufffd"  # replaces bytes that are not valid in the text's encoding


class Entry(NamedTuple):
    """The texts of an entry; `published` is '' where it has no date."""

    url: str
    title: str
    published: str = ""


class Title(NamedTuple):
    """A URL as written, its title, and when the article was published (None: that is not known).

    A date without a zone is in the zone of the site.
    """

    url: str
    title: str
    published: datetime | None = None


class Listing(NamedTuple):
    """The title of each usable entry, and the number of unusable entries."""

    titles: tuple[Title, ...]
    skipped: int = 0


def listing(entries: Iterable[Entry]) -> Listing:
    """Return the entries that have a URL and a title, and the number of the others."""
    titles, skipped = [], 0
    for entry in entries:
        url, title = entry.url.strip(), _one_line(entry.title)
        is_url = _URL.match(url) and url.isprintable()
        if is_url and title and _UNDECODED not in url + title:
            titles.append(Title(url, title, dates.parse(entry.published)))
        else:
            skipped += 1
    return Listing(tuple(titles), skipped)


def plain(text: str) -> str:
    """Return HTML text without its tags, and with its character references resolved."""
    return html.unescape(_TAG.sub("", text))


def _one_line(text: str) -> str:
    """Return a title as one line, normalized (NFC) and without control characters."""
    normalized = unicodedata.normalize("NFC", text.strip()[:NORMALIZED])
    if not normalized.isprintable():
        normalized = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in normalized)
    return " ".join(normalized.split())[:LONGEST_TITLE]
