"""Links to pages, and texts of strangers, in the languages of the web.

A URL is requested by anybody and a title is written by others, so both are only ever text: a link begins with
the origin of the site, and each language gets its marks escaped.
"""

import json
import re
from urllib.parse import quote, unquote_to_bytes

from logstats.printable import escaped, json_escaped

_IN_PATH = "/:@!$&()*+,;=~-._"  # characters of a path that are not encoded
_IN_QUERY = f"{_IN_PATH}?"
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_KEPT_BY = re.compile(rb"[?#\x00-\x1f\x7f]")  # what a canonical URL does not have decoded
_NO_XML = re.compile("[\ufffe\uffff]")  # what XML does not have, besides characters that `escaped` replaces
_IN_SCRIPT = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&'"}
_IN_MARKUP = {ord(mark): f"&#{ord(mark)};" for mark in "&<>\"'"}


def link(origin: str, url: str) -> str:
    """Return the link to a page of a site, by its canonical URL; it has only characters of a URL."""
    path, mark, query = url.partition("?")
    return f"{origin}/{_encoded(path.lstrip('/'), _IN_PATH)}{mark}{_encoded(query, _IN_QUERY)}"


def markup(text: str) -> str:
    """Return a text for HTML or XML, in an element or in an attribute in quotes."""
    return _NO_XML.sub("\ufffd", escaped(text)).translate(_IN_MARKUP)


def script(value: object) -> str:
    """Return a value as JSON that is also JavaScript, on one line, and that ends no `<script>` around it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return json_escaped(text).translate(_IN_SCRIPT)


def _encoded(part: str, kept: str) -> str:
    """Return a part of a canonical URL percent-encoded.

    Canonical URLs are decoded, except for a part that can't be or that has a mark of URLs encoded: its
    escapes stay.
    """
    if not _ESCAPE.search(part) or not _is_encoded(part):
        return quote(part, safe=kept)
    return "".join(
        text if _ESCAPE.fullmatch(text) else quote(text, safe=kept)
        for text in re.split(f"({_ESCAPE.pattern})", part)
    )


def _is_encoded(part: str) -> bool:
    decoded = unquote_to_bytes(part)
    if _KEPT_BY.search(decoded):
        return True
    try:
        decoded.decode()
    except UnicodeDecodeError:
        return True
    return False
