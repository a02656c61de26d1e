"""How each kind of value in logstats.toml is read: a reader takes what TOML gives and returns what is meant.

It raises ValueError or TypeError with what to write instead.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from ipaddress import ip_network
from typing import Any

from logstats.clock import UTC_CLOCK, parse_instant, valid_zone

LONGEST_SPAN_S = 7 * 86400
LARGEST_COUNT = 10**15  # adds up to no more than 64 bits hold
LONGEST_KEPT = 36_500  # days
_SPAN = re.compile(r"^(\d+)\s*([smhd])$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

Converter = Callable[[Any], Any]


def text(value: Any) -> str:
    """Read a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError("write a text in quotes")
    return value


def instant(value: Any) -> str:
    """Read an instant, or a word for one."""
    written = value.isoformat() if isinstance(value, date) else text(value)
    if written not in ("now", "last"):
        parse_instant(written, UTC_CLOCK, datetime(2000, 1, 1))
    return written


def texts(value: Any) -> tuple[str, ...]:
    """Read a list of texts."""
    if not isinstance(value, list):
        raise TypeError("write a list of texts in brackets")
    return tuple(text(item) for item in value)


def networks(value: Any) -> tuple[str, ...]:
    """Read a list of networks, as CIDR."""
    return tuple(str(ip_network(item, strict=False)) for item in texts(value))


def pattern(value: Any) -> str:
    """Read a regular expression; whether RE2 has it too, the store says."""
    try:
        re.compile(text(value))
    except re.error as error:
        raise ValueError(f"«{value}» is no regular expression: {error}") from error
    return str(value)


def patterns(value: Any) -> tuple[str, ...]:
    """Read a list of regular expressions."""
    return tuple(pattern(item) for item in texts(value))


def span(value: Any) -> int:
    """Read a span of time, as seconds."""
    match = _SPAN.match(text(value))
    if match is None:
        raise ValueError('write a span like "30m", "45s" or "2h"')
    seconds = int(match[1]) * _SECONDS[match[2]]
    if not 0 < seconds <= LONGEST_SPAN_S:
        raise ValueError("write a span between 1s and 7d")
    return seconds


def count(value: Any) -> int:
    """Read a whole number, 0 or more."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_COUNT:
        raise ValueError(f"write a whole number, 0 or more, at most {LARGEST_COUNT}")
    return value


def days(value: Any) -> int:
    """Read a number of days."""
    if not 0 < count(value) <= LONGEST_KEPT:
        raise ValueError(f"write a number of days from 1 to {LONGEST_KEPT}")
    return int(value)


def day(value: Any) -> date:
    """Read a date."""
    if type(value) is not date:
        raise ValueError("write a date like 2026-11-01, without quotes")
    return value


def zone(value: Any) -> str:
    """Read the name of a time zone."""
    return valid_zone(text(value))


def choice(*choices: str) -> Converter:
    """Return a reader of one of a few texts."""

    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"write one of {', '.join(choices)}")
        return str(value)

    return read


def flag(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise TypeError("write true or false")
    return value


def pairs(value: Any) -> tuple[tuple[str, str], ...]:
    """Read a table of texts, as pairs."""
    if not isinstance(value, dict):
        raise TypeError('write a table of texts: "/one" = "/other"')
    return tuple((text(key), text(item)) for key, item in value.items())


def one_or_more(*choices: str) -> Converter:
    """Return a reader of one of a few texts, or of a list of them."""
    read = choice(*choices)

    def read_all(value: Any) -> tuple[str, ...]:
        return tuple(read(item) for item in (value if isinstance(value, list) else [value]))

    return read_all
