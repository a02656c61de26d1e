"""What a terminal can show."""

from typing import NamedTuple

_DIM, _BOLD, _PLAIN = "\x1b[2m", "\x1b[1m", "\x1b[0m"


class Screen(NamedTuple):
    """What a terminal can show; `columns` is its width."""

    columns: int
    is_utf8: bool = True
    has_colour: bool = False

    @property
    def mark(self) -> str:
        """What stands for the part of a text that is left out."""
        return "…" if self.is_utf8 else "..."

    def dim(self, text: str) -> str:
        """Return a text that stands back, where there is colour."""
        return f"{_DIM}{text}{_PLAIN}" if self.has_colour and text else text

    def bold(self, text: str) -> str:
        """Return a text in bold type, where there is colour."""
        return f"{_BOLD}{text}{_PLAIN}" if self.has_colour and text else text
