"""Dates of publication as files write them: ISO 8601 in sitemaps and Atom, RFC 822 in RSS.

A text that is neither is no date, and its title is read without one.
"""

import re
from datetime import UTC, datetime

LONGEST = 64  # characters
EARLIEST = 1990  # the year; portals write 0001-01-01 and 1970-01-01 for a date that they do not know
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?", re.ASCII)
_SPACE_BEFORE_ZONE = re.compile(r"(?<=\d) (?=[+-]\d\d:?\d\d$|Z$)", re.ASCII)
_NO_ZONE_KNOWN = "-0000"  # of RFC 822: a time of UTC


def parse(text: str) -> datetime | None:
    """Return the date in a text, None where it has none: in UTC, or without a zone if the text has none."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    try:
        found = _iso_8601(text) if _ISO.fullmatch(text) else _rfc_822(text)
        at = found.astimezone(UTC) if found.tzinfo else found
    except (ValueError, OverflowError):
        return None
    return at.replace(microsecond=0) if at.year >= EARLIEST else None


def _iso_8601(text: str) -> datetime:
    return datetime.fromisoformat(_SPACE_BEFORE_ZONE.sub("", text))


def _rfc_822(text: str) -> datetime:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - 10 ms, only for feeds with dates

    found = parsedate_to_datetime(text)
    return found.replace(tzinfo=UTC) if text.endswith(_NO_ZONE_KNOWN) else found
