"""CSV: a URL, a title and perhaps a date on each line, separated by commas, semicolons or tabs.

Each line is parsed by itself, so that an unclosed quote affects only its own line.
"""

import csv
from collections.abc import Iterator

from logstats.errors import TitlesError
from logstats.titles.entries import Entry, Listing, listing

URL_NAMES = ("address", "url", "link", "loc", "page", "path", "article")
TITLE_NAMES = ("title", "headline", "name", "tiêu đề")
PUBLISHED_NAMES = ("published", "publication_date", "published_at", "pubdate", "date", "ngày đăng")
DELIMITERS = ",;\t"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read(data: bytes, name: str) -> Listing:
    """Return the rows of a CSV, with or without a header; raise TitlesError where none is usable."""
    encoding = "utf-16" if data.startswith(UTF_16) else "utf-8"
    lines = [line for line in data.decode(encoding, "replace").splitlines() if line.strip()]
    delimiter = max(DELIMITERS, key=lines[0].count) if lines else ","
    header = [cell.strip().lower() for cell in _cells(lines[0], delimiter)] if lines else []
    url, title = _column(header, URL_NAMES), _column(header, TITLE_NAMES)
    if url is None or title is None:
        found, has_header = listing(_rows(lines, delimiter, (0, 1, 2))), False
    else:
        columns = (url, title, _column(header, PUBLISHED_NAMES))
        found, has_header = listing(_rows(lines[1:], delimiter, columns)), True
    if not found.titles and (found.skipped or not has_header):
        raise TitlesError(
            "is not a sitemap, feed or HTML document, nor a CSV with a URL (/… or https://…) and a title",
            path=name,
        )
    return found


def _column(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((column for column, cell in enumerate(header) if cell in names), None)


def _rows(lines: list[str], delimiter: str, columns: tuple[int, int, int | None]) -> Iterator[Entry]:
    url, title, published = columns
    for line in lines:
        cells = _cells(line, delimiter)
        date = cells[published] if published is not None and len(cells) > published else ""
        yield Entry(cells[url], cells[title], date) if len(cells) > max(url, title) else Entry("", "")


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
