"""One HTML document: the title, the URL and the date in its head.

Only a few elements of a head are needed. Each is found in one pass, in time linear in the length of any
document; Python's own parser does not guarantee that.
"""

import html
import re
from collections.abc import Iterator

from logstats.errors import TitlesError
from logstats.titles.entries import Entry, Listing, listing

HEAD_BYTES = 1 << 20  # the head is at the beginning
_CHARSET = re.compile(rb"<meta\b[^<>]*?\bcharset\s*+=\s*+[\"']?([\w:.-]+)", re.IGNORECASE)
_NO_MARKUP = re.compile(
    r"<!--(?:.*?-->|.*)|<(script|style|svg)\b(?:.*?</\1\b|.*)|<body\b.*", re.IGNORECASE | re.DOTALL
)
_ELEMENT = re.compile(r"""<(meta|link)\b((?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![^\s"'/])([^\s"'<>/=]++)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>]++)""")
_TITLE = re.compile(r"<title\b[^<>]*+>([^<]*+)", re.IGNORECASE)


def read(data: bytes, name: str, url: str | None) -> Listing:
    """Return the document's title with the given URL or its own; raise TitlesError where one is missing."""
    head = _NO_MARKUP.sub(" ", _text(data[:HEAD_BYTES]))
    values: dict[str, str] = {}
    for key, value in _metadata(head):
        values.setdefault(key, value.strip())
    url = url or values.get("canonical") or values.get("og:url")
    if not url:
        raise TitlesError(
            "an HTML document without its URL",
            path=name,
            advice="if it is not an error page in place of another file, give its URL with --address",
        )
    title = _TITLE.search(head)
    text = values.get("og:title") or html.unescape(title[1] if title else "")
    found = listing([Entry(url, text, values.get("article:published_time", ""))])
    if not found.titles:
        raise TitlesError("an HTML document without a title or a whole URL (/… or https://…)", path=name)
    return found


def _text(data: bytes) -> str:
    """Return the beginning of a document in the encoding that it declares, or in UTF-8."""
    charset = _CHARSET.search(data)
    try:
        return data.decode(charset[1].decode() if charset else "utf-8", "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _metadata(head: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each element of metadata in a head."""
    for element in _ELEMENT.finditer(head):
        attributes = {name.lower(): _value(text) for name, text in _ATTRIBUTE.findall(element[2])}
        if element[1].lower() == "meta":
            yield (
                (attributes.get("property") or attributes.get("name", "")).lower(),
                attributes.get("content", ""),
            )
        elif "canonical" in attributes.get("rel", "").lower().split():
            yield "canonical", attributes.get("href", "")


def _value(text: str) -> str:
    return html.unescape(text[1:-1] if text[0] in "\"'" else text)
