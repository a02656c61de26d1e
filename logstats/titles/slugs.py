"""The words of a URL's slug, which stand for the title of an article that has none.

A slug is the part of a URL that was made from the title: /giao-duc/le-hoi-xuong-dong-2026-104732.html has the
words «le hoi xuong dong 2026». The number at its end is an id unless it is a year.
"""

import re
from collections.abc import Iterator

LONGEST = 300  # characters
SURE = (
    5  # words of a slug that is one wherever it stands; names of templates, such as chi-tiet-tin, have fewer
)
_ENDING = re.compile(r"\.[A-Za-z]{2,5}$")
_GUID = re.compile(r"(?:^|-)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.IGNORECASE)
_SEPARATOR = re.compile(r"[-_+\s]+")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def words_of(url: str) -> str:
    """Return the words of the slug in a canonical URL; the URL itself where it has none.

    The result is never a bare number.
    """
    path, _, query = url.partition("?")
    *above, last = [""] + [segment for segment in path.split("/") if segment]
    if not query and (words := _words(last)):
        return " ".join(words)[:LONGEST]
    for segment in _candidates(last, above[-1:], query):
        if len(words := _words(segment)) >= SURE:
            return " ".join(words)[:LONGEST]
    return url[:LONGEST]


def _candidates(last: str, above: list[str], query: str) -> Iterator[str]:
    """Yield the parts of a URL that may be a slug, the likeliest one first."""
    for parameter in query.split("&") if query else ():
        yield parameter.partition("=")[2].rstrip("/").rpartition("/")[2]
    yield last
    if last.isdecimal():
        yield from above


def _words(segment: str) -> list[str]:
    """Return the words of a slug without the id at its end, [] where it is none."""
    if "=" in segment or "&" in segment:
        return []
    tokens = [*filter(None, _SEPARATOR.split(_GUID.sub("", _ENDING.sub("", segment))))]
    if tokens and any(char.isdecimal() for char in tokens[-1]) and not _YEAR.fullmatch(tokens[-1]):
        tokens.pop()
    return tokens if any(char.isalpha() for token in tokens for char in token) else []
