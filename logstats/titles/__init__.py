"""Article titles in files, whose kind is recognised by their content.

entries    URLs with their titles, each title on one line; unusable entries are counted
dates      dates of publication
feeds      XML: sitemaps, RSS and Atom
csv_table  CSV: url,title,published
html_page  one HTML document
store      stores the titles, each with its article
discovery  finds such files in the folders of pages of this machine
slugs      the words of a URL, for an article without a title
"""

import re

from logstats.errors import TitlesError, UsageError
from logstats.titles import csv_table, feeds, html_page
from logstats.titles.entries import Listing

__all__ = ["LARGEST", "Listing", "read"]

LARGEST = 64 << 20  # bytes; a sitemap may have 50 MB
_BOM = b"\xef\xbb\xbf"
_XML = re.compile(rb"<|\xff\xfe<\0|\xfe\xff\0<")  # the last two are of UTF-16
_HTML = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head)\b",
    re.IGNORECASE | re.DOTALL,
)


def read(data: bytes, name: str, url: str | None = None) -> Listing:
    """Return the titles in the content of a file; raise TitlesError with the reason where there are none.

    `url` is the URL of an HTML document, None where the document itself has it.
    """
    if len(data) > LARGEST:
        raise TitlesError(f"is larger than {LARGEST >> 20} MB", path=name, advice="give it in parts")
    if not data.strip():
        raise TitlesError("the file is empty", path=name)
    content = data.removeprefix(_BOM).lstrip(b" \t\r\n")  # not allowed before an XML declaration
    if _HTML.match(content):
        return html_page.read(content, name, url)
    if url is not None:
        raise UsageError(f"--address is the URL of an HTML document, and {name} is not one")
    return feeds.read(content, name) if _XML.match(content) else csv_table.read(content, name)
