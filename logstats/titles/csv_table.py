"""CSV: an address and a title a line, parted by commas, semicolons or tabs.

A line is read by itself, so that a quote that nobody closed spoils one line and not all behind it.
"""

import csv
from collections.abc import Iterator

from logstats.errors import TitlesError
from logstats.titles.entries import Listing, listing

ADDRESS_NAMES = ("address", "url", "link", "loc", "page", "path", "article")
TITLE_NAMES = ("title", "headline", "name", "tiêu đề")
DELIMITERS = ",;\t"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read(data: bytes, name: str) -> Listing:
    """Return the rows of a CSV, with a header or without, or raise TitlesError where there are none."""
    encoding = "utf-16" if data.startswith(UTF_16) else "utf-8"
    lines = [line for line in data.decode(encoding, "replace").splitlines() if line.strip()]
    delimiter = max(DELIMITERS, key=lines[0].count) if lines else ","
    header = [cell.strip().lower() for cell in _cells(lines[0], delimiter)] if lines else []
    columns = _column(header, ADDRESS_NAMES), _column(header, TITLE_NAMES)
    if None in columns:
        told = listing(_rows(lines, delimiter, 0, 1))
    else:
        told = listing(_rows(lines[1:], delimiter, *(place or 0 for place in columns)))
    if not told.titles and (told.skipped or None in columns):
        raise TitlesError(
            f"{name}: is no sitemap, feed or page, and no CSV either: no line has an address (/… or "
            "https://…) and a title"
        )
    return told


def _column(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((place for place, cell in enumerate(header) if cell in names), None)


def _rows(lines: list[str], delimiter: str, address: int, title: int) -> Iterator[tuple[str, str]]:
    for line in lines:
        cells = _cells(line, delimiter)
        yield (cells[address], cells[title]) if len(cells) > max(address, title) else ("", "")


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
