"""The one spelling of a host, for the hosts of logstats.toml and of URLs on the command line.

queries/fragments/host.sql is the same for the hosts in logs; a test compares the two.
"""

import contextlib
import re
from functools import cache

LONGEST = 253 + len(":65535")
HOST = r"""
    \[?
    ( [0-9a-z¡-\U0010ffff] (?: [0-9a-z_.¡-\U0010ffff-]* [0-9a-z_¡-\U0010ffff-] )?     # a name or IPv4
    | [0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*                   # IPv6
    )
    (?: %[0-9a-z_.-]+ )? \]? \.* (?: :[0-9]* )?         # the zone of an IPv6 address, and the port
"""


def spelled(host: str) -> str:
    """Return a host in lower case, without spaces around it, port, dots at its end and brackets.

    Return '' for a text that names no host, such as - and _.
    """
    try:
        length = len(host.encode())
    except UnicodeEncodeError:  # bytes of the command line that are not UTF-8
        return ""
    if length > LONGEST:
        return ""
    if _is_usual(host):
        return host
    match = _pattern().fullmatch(host.strip(" ").lower())
    return match[1] if match else ""


def spellings(host: str) -> tuple[str, ...]:
    """Return the spellings of a listed host in logs: as it is, and with a name of other letters, encoded."""
    name = spelled(host)
    if not name or (name.isascii() and "xn--" not in name):
        return (name,) if name else ()
    other = ""
    with contextlib.suppress(UnicodeError):
        other = name.encode("ascii").decode("idna") if "xn--" in name else name.encode("idna").decode()
    return (name, other) if other not in ("", name) else (name,)


def _is_usual(host: str) -> bool:
    is_plain = host.isascii() and host.islower() and host.replace(".", "").replace("-", "").isalnum()
    return is_plain and host[0].isalnum() and host[-1].isalnum()


@cache
def _pattern() -> re.Pattern[str]:
    """Return the compiled pattern; few cron runs need it, and compiling takes a millisecond."""
    return re.compile(HOST, re.VERBOSE)
