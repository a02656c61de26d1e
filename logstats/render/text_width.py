"""The width of texts on a terminal, in columns, and texts cut or continued to a width.

A letter with combining marks is one column wide, an ideograph or an emoji two, a joiner none. Texts are cut
between characters as a reader sees them (grapheme clusters), never within one.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from wcwidth import iter_graphemes, wcswidth

_UNCERTAIN = -1  # of wcswidth, for a text with a control character
_PART = re.compile(r"[^_/,;&?-]*[_/,;&?-]+|[^_/,;&?-]+")  # of a word, after which a line may end


def normalized(text: str) -> str:
    """Return a text with composed letters (NFC), so that one with a mark has one width everywhere."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def width(text: str) -> int:
    """Return the number of columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    columns = wcswidth(text)
    return len(text) if columns == _UNCERTAIN else columns


def padded(text: str, columns: int, *, to_right: bool = False) -> str:
    """Return a text with spaces after it, or before it, so that it is that wide."""
    spaces = " " * (columns - width(text))
    return spaces + text if to_right else text + spaces


def cut_end(text: str, columns: int, mark: str) -> str:
    """Return a text that is at most that wide; `mark` replaces its end where it is wider."""
    if width(text) <= columns:
        return text
    return _first(iter_graphemes(text), columns - width(mark)).rstrip() + mark


def cut_middle(text: str, columns: int, mark: str) -> str:
    """Return a text that is at most that wide; `mark` replaces its middle where it is wider.

    More stays of its end, by which names of rotated logs and URLs of articles differ.
    """
    if width(text) <= columns:
        return text
    signs = list(iter_graphemes(text))
    room = columns - width(mark)
    start = _first(signs, room * 2 // 5)
    backwards = _fitting(reversed(signs), room - width(start))
    return start + mark + "".join(reversed(backwards))


def continued(text: str, columns: int) -> list[str]:
    """Return a text as lines that are at most that wide, broken between words where that is possible."""
    lines = [""]
    for word in re.findall(r"\s+|\S+", text):
        for part in [word] if width(word) <= columns else _parts(word, columns):
            if width(lines[-1]) + width(part.rstrip()) > columns:
                lines.append("")
            if lines[-1] or not part.isspace():
                lines[-1] += part
    return [line.rstrip() for line in lines if line.strip()] or [""]


def _parts(word: str, columns: int) -> Iterator[str]:
    """Yield a long word in parts that are at most that wide, and end after a sign where that is possible."""
    for part in _PART.findall(word):
        signs = list(iter_graphemes(part))
        while signs:
            fitting = _fitting(signs, columns) or signs[:1]
            yield "".join(fitting)
            signs = signs[len(fitting) :]


def _first(signs: Iterable[str], columns: int) -> str:
    return "".join(_fitting(signs, columns))


def _fitting(signs: Iterable[str], columns: int) -> list[str]:
    """Return the first of the characters that are together at most that wide."""
    return list(_within(signs, columns))


def _within(signs: Iterable[str], columns: int) -> Iterator[str]:
    for sign in signs:
        columns -= width(sign)
        if columns < 0:
            return
        yield sign
