"""Text in UTF-16, as PowerShell and other tools of Windows write it, as UTF-8."""

import codecs
from collections.abc import Iterator

UTF_16 = {
    # the byte order mark with which a text in UTF-16 begins: its encoding
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
NAME = "UTF-16"
SHOWN_BYTES = 4  # the byte order mark, and a letter


def is_text(start: bytes) -> bool:
    """Whether what follows the byte order mark is UTF-16: a log begins with a letter of ASCII or a sign."""
    first = start[2:SHOWN_BYTES].decode(UTF_16[start[:2]], "replace")
    return first == "" or "!" <= first <= "~"


def as_utf8(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a content in UTF-8, unchanged if it does not begin with a byte order mark of UTF-16.

    Half a letter at its end, which is still being written, is left out.
    """
    start = b""
    for part in parts:
        start += part
        if len(start) >= SHOWN_BYTES:
            break
    encoding = UTF_16.get(start[:2])
    if encoding is None or not is_text(start):
        yield start
        yield from parts
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    yield decoder.decode(start[2:]).encode()
    for part in parts:
        yield decoder.decode(part).encode()
