"""What a file tells of articles' titles. Which kind of file it is, its content tells.

entries    an address and a title, made one line; what can't be used is counted
feeds      XML: sitemaps, RSS and Atom
tables     CSV: address,title
saved      one HTML page
"""

import re

from logstats.errors import TitlesError, UsageError
from logstats.titles import csv_table, feeds, html_page
from logstats.titles.entries import Listing

__all__ = ["LARGEST", "Listing", "read"]

LARGEST = 64 << 20  # bytes; a sitemap may have 50 MB
_BOM = b"\xef\xbb\xbf"
_MARKUP = re.compile(rb"<|\xff\xfe<\0|\xfe\xff\0<")  # the two are of UTF-16
_PAGE = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head)\b",
    re.IGNORECASE | re.DOTALL,
)


def read(data: bytes, name: str, address: str | None = None) -> Listing:
    """Return what the bytes of a file tell; raise TitlesError where that is nothing, and say why.

    `address` is that of a saved page, None where the page says it.
    """
    if len(data) > LARGEST:
        raise TitlesError(f"{name}: is larger than {LARGEST >> 20} MB; give it in parts")
    if not data.strip():
        raise TitlesError(f"{name}: there is nothing in it")
    plain = data.removeprefix(_BOM).lstrip(b" \t\r\n")  # before which XML may have nothing
    if _PAGE.match(plain):
        return html_page.read(plain, name, address)
    if address is not None:
        raise UsageError(f"--address is that of a saved HTML page, and {name} is none")
    return feeds.read(plain, name) if _MARKUP.match(plain) else csv_table.read(plain, name)
