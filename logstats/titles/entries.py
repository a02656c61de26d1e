"""Addresses with their titles: text of strangers, kept as one line, and escaped where it is written."""

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

LONGEST_TITLE = 500  # characters, of at most so many that are looked at:
LOOKED_AT = 5000  # to compose them takes longer by the square
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ADDRESS = re.compile(r"https?://|/", re.IGNORECASE)
_NO_TEXT = "\ufffd"  # what stands in a text for bytes that are none of its encoding


class Listing(NamedTuple):
    """Addresses as they were written, each with its title; and how many entries could not be used."""

    titles: tuple[tuple[str, str], ...]
    skipped: int = 0


def listing(entries: Iterable[tuple[str, str]]) -> Listing:
    """Return the entries that have an address and a title, and count those that have not."""
    told, skipped = [], 0
    for written, text in entries:
        address, title = written.strip(), _one_line(text)
        is_address = _ADDRESS.match(address) and address.isprintable()
        if is_address and title and _NO_TEXT not in address + title:
            told.append((address, title))
        else:
            skipped += 1
    return Listing(tuple(told), skipped)


def plain(text: str) -> str:
    """Return a text of HTML without its tags and escapes."""
    return html.unescape(_TAG.sub("", text))


def _one_line(text: str) -> str:
    """Return a title as one line, composed (NFC) and without control characters."""
    composed = unicodedata.normalize("NFC", text.strip()[:LOOKED_AT])
    if not composed.isprintable():
        composed = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in composed)
    return " ".join(composed.split())[:LONGEST_TITLE]
