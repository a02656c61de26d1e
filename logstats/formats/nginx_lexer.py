"""Split nginx's configuration language into words, as nginx does, each with its offset.

A word is bare or in single or double quotes; `;`, `{` and `}` are signs; # begins a comment where a word
could begin. The library for this, crossplane, has had no release since 2022 and gives no position within a
line.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from logstats.errors import SyntaxFaultError
from logstats.formats.caret import line_numbers, with_caret

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
_ESCAPES = {"t": "\t", "r": "\r", "n": "\n"}  # an escaped quote or backslash is that character
_ESCAPED = re.compile(r"""\\(["'\\trn])""")


class Word(NamedTuple):
    """One word, without its quotes and escapes; text[start:end] is the word with them."""

    text: str
    start: int
    end: int
    kind: str  # quoted, bare or sign

    def is_sign(self, signs: str) -> bool:
        """Whether the word is one of `signs` (of `;`, `{` and `}`), outside of quotes."""
        return self.kind == "sign" and self.text in signs


def words(text: str, path: str = "") -> Iterator[Word]:
    """Split a text, of the file `path`, into words; raise SyntaxFaultError at a faulty quote."""
    for token in _TOKEN.finditer(text):
        kind, word = token.lastgroup, token[0]
        if kind == "space":
            continue
        if kind == "open":
            raise error_at("this quote is not closed", text, token.start(), path)
        if kind == "stuck":
            raise error_at("after a closing quote comes a space or a ;", text, token.start("stuck"), path)
        if kind == "quoted":
            word = word[1:-1]
        word = word if kind == "sign" else _ESCAPED.sub(lambda sign: _ESCAPES.get(sign[1], sign[1]), word)
        yield Word(word, token.start(), token.end(), str(kind))


def quoted(text: str) -> str:
    """Return the text as one word in quotes, on one line."""
    for sign, escape in (
        ("\\", "\\\\"),
        ("'", "\\'"),
        *((sign, f"\\{way}") for way, sign in _ESCAPES.items()),
    ):
        text = text.replace(sign, escape)
    return f"'{text}'"


def error_at(reason: str, text: str, offset: int, path: str = "") -> SyntaxFaultError:
    """Return the error of a fault in a text, with its line and a caret under it."""
    line = line_numbers(text)(offset)
    return SyntaxFaultError(reason, excerpt=with_caret(text, offset), offset=offset, line=line, path=path)
