"""One saved HTML page: the title and the address in its head.

Only three elements of a head matter. They are looked for in one pass each, in time that grows with the page
and no faster, whatever a stranger has put into it; of Python's own parser that can't be said.
"""

import html
import re
from collections.abc import Iterator

from logstats.errors import TitlesError
from logstats.titles.entries import Listing, listing

HEAD_BYTES = 1 << 20  # a head is at a page's beginning
_CHARSET = re.compile(rb"<meta\b[^<>]*?\bcharset\s*+=\s*+[\"']?([\w:.-]+)", re.IGNORECASE)
_NO_MARKUP = re.compile(
    r"<!--(?:.*?-->|.*)|<(script|style|svg)\b(?:.*?</\1\b|.*)|<body\b.*", re.IGNORECASE | re.DOTALL
)
_ELEMENT = re.compile(r"""<(meta|link)\b((?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![^\s"'/])([^\s"'<>/=]++)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>]++)""")
_TITLE = re.compile(r"<title\b[^<>]*+>([^<]*+)", re.IGNORECASE)


def read(data: bytes, name: str, address: str | None) -> Listing:
    """Return the page's title with its address (or the one that is given), or raise TitlesError."""
    head = _NO_MARKUP.sub(" ", _text(data[:HEAD_BYTES]))
    told: dict[str, str] = {}
    for what, value in _said(head):
        told.setdefault(what, value.strip())
    where = address or told.get("canonical") or told.get("og:url")
    if not where:
        raise TitlesError(
            f"{name}: an HTML page that does not say its address; if it is no error page in the place of "
            "something else, say it with --address"
        )
    title = _TITLE.search(head)
    found = listing([(where, told.get("og:title") or html.unescape(title[1] if title else ""))])
    if not found.titles:
        raise TitlesError(f"{name}: an HTML page without a title and a whole address (/… or https://…)")
    return found


def _text(data: bytes) -> str:
    """Return a page's beginning in the encoding that it tells, in UTF-8 where that is none."""
    told = _CHARSET.search(data)
    try:
        return data.decode(told[1].decode() if told else "utf-8", "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _said(head: str) -> Iterator[tuple[str, str]]:
    """Give what the elements of a head say of the page, each by its name."""
    for element in _ELEMENT.finditer(head):
        has = {name.lower(): _value(written) for name, written in _ATTRIBUTE.findall(element[2])}
        if element[1].lower() == "meta":
            yield (has.get("property") or has.get("name", "")).lower(), has.get("content", "")
        elif "canonical" in has.get("rel", "").lower().split():
            yield "canonical", has.get("href", "")


def _value(written: str) -> str:
    return html.unescape(written[1:-1] if written[0] in "\"'" else written)
