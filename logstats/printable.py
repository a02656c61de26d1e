r"""Text without characters that act on a terminal or change the order of what is shown.

Whatever the program prints may hold a text of a stranger: a URL, a referrer, an agent, the name of a file, an
option. `escaped` is for all of it. What it leaves is text: letters, marks, joiners, emoji and spaces.
"""

import re
from collections.abc import Iterable

_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ONE_BYTE = 0xFF
_ACTING = (
    # C0 without tab and newline, DEL and C1; direction, and shape of what follows; line and paragraph
    # separators; halves of a character, which no encoding has
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\u2028\u2029\ud800-\udfff"
)


def escaped(text: str) -> str:
    r"""Return a text with each such character as `\n`, `\x1b` or `\u202e`; it is one line."""
    if text.isprintable():  # most are, and cost no pattern
        return text
    return re.sub(rf"[\t\n{_ACTING}]", lambda match: _SHORT.get(match[0]) or _escape(match), text)


def escaped_lines(text: str) -> str:
    r"""Return a text with such characters as `\x1b` or `\u202e`; tabs and newlines stay."""
    return text if text.isprintable() else re.sub(f"[{_ACTING}]", _escape, text)


def message(text: str, given: Iterable[str]) -> str:
    """Return a message as text. A `given` name of a file or option must not begin a line of its own."""
    for name in given:
        text = text.replace(name, escaped(name)) if "\n" in name else text
    return escaped_lines(text)


def json_escaped(text: str) -> str:
    r"""Return a text of JSON with the same values, with such characters as `\u202e`."""
    return text if text.isprintable() else re.sub(f"[{_ACTING}]", _escape_for_json, text)


def _escape_for_json(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\x{number:02x}" if number <= _ONE_BYTE else f"\\u{number:04x}"
