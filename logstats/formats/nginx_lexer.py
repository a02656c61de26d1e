"""nginx's configuration language as words, cut the way nginx cuts it, each with its place.

A word is bare or in quotes of either kind; `;`, `{` and `}` stand for themselves; # begins a comment
where a word could begin. A library for it, crossplane, has had no release since 2022 and gives no
place within a line.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from logstats.errors import UsageError
from logstats.formats.caret import line_numbers, pointed

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|\#[^\n]*)
    | (?P<sign>[;{}])
    | (?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?P<stuck>[^\s;{)])?
    | (?P<open>['"])
    | (?P<bare>(?:\$\{|\\.|[^\s;{])+)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"t": "\t", "r": "\r", "n": "\n"}  # a quote and a backslash stand for themselves
_ESCAPED = re.compile(r"""\\(["'\\trn])""")


class Word(NamedTuple):
    """One word, without its quotes and escapes; it stood at text[start:end], quotes included."""

    text: str
    start: int
    end: int
    kind: str  # quoted, bare or sign

    def is_sign(self, signs: str) -> bool:
        """Whether it is one of these of `;`, `{`, `}`, as nginx means them."""
        return self.kind == "sign" and self.text in signs


def words(text: str, path: str = "") -> Iterator[Word]:
    """Cut a text, of the file `path`; raise UsageError at a quote that is open or stuck to a word."""
    for token in _TOKEN.finditer(text):
        kind, said = token.lastgroup, token[0]
        if kind == "space":
            continue
        if kind == "open":
            raise at_fault("a quote has no partner; close it", text, token.start(), path)
        if kind == "stuck":
            raise at_fault("after a closing quote comes a space or a ;", text, token.start("stuck"), path)
        if kind == "quoted":
            said = said[1:-1]
        said = said if kind == "sign" else _ESCAPED.sub(lambda sign: _ESCAPES.get(sign[1], sign[1]), said)
        yield Word(said, token.start(), token.end(), str(kind))


def quoted(text: str) -> str:
    """Return the text as one word in quotes, on one line."""
    for sign, escape in (
        ("\\", "\\\\"),
        ("'", "\\'"),
        *((sign, f"\\{way}") for way, sign in _ESCAPES.items()),
    ):
        text = text.replace(sign, escape)
    return f"'{text}'"


def at_fault(message: str, text: str, at: int, path: str = "") -> UsageError:
    """Return the error that says what is wrong with a text, and where."""
    where = f"{path}:{line_numbers(text)(at)}: " if path else ""
    return UsageError(f"{where}{message}\n{pointed(text, at)}")
