"""URLs with their titles: untrusted text, kept on one line, and escaped where it is written."""

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

LONGEST_TITLE = 500  # characters
NORMALIZED = 5000  # characters of a title that are used: the time of normalizing grows with their square
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_URL = re.compile(r"https?://|/", re.IGNORECASE)
_UNDECODED = "\ufffd"  # replaces bytes that are not valid in the text's encoding


class Listing(NamedTuple):
    """(URL as written, title) of each usable entry, and the number of unusable entries."""

    titles: tuple[tuple[str, str], ...]
    skipped: int = 0


def listing(entries: Iterable[tuple[str, str]]) -> Listing:
    """Return the entries that have a URL and a title, and the number of the others."""
    titles, skipped = [], 0
    for text, title_text in entries:
        url, title = text.strip(), _one_line(title_text)
        is_url = _URL.match(url) and url.isprintable()
        if is_url and title and _UNDECODED not in url + title:
            titles.append((url, title))
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
