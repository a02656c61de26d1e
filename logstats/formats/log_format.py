"""A log format as the rest of the program sees it: data with which a statement parses its lines."""

from collections.abc import Mapping
from typing import NamedTuple

ENDS = {
    # how the pattern of a line that may go on ends: the part of it that is enough to match
    "(?: .*)?": r"(?: |\s*$)",
    " .*": " ",
}
REQUIRED = ("client", "time", "request", "status")


class LogFormat(NamedTuple):
    """How to parse a line of one format.

    `definition` is stored, and `format_of` makes the same format of it again. `fragment` is the file of
    queries/formats that parses the lines, with `slots` filled in; `prepared` are statements that run before
    it. `fields` are those that a line has. `pieces`, joined, are a pattern (valid in RE2 and in `re`) of
    the whole line, and `groups` the names of its groups; both are empty where lines are not matched by a
    pattern. `needed` are the keys that a JSON line must have. `header` is in force where a log has none.
    """

    name: str
    definition: str
    fragment: str
    slots: Mapping[str, str]
    fields: frozenset[str]
    pieces: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    prepared: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    header: str = ""

    @property
    def pattern(self) -> str:
        """The pattern of a line from its beginning; a carriage return or a space may follow it.

        Where anything may follow, the pattern ends there: matching the rest would take most of the time.
        """
        pattern = "^" + "".join(self.pieces)
        for end, enough in ENDS.items():
            if pattern.endswith(end):
                return pattern.removesuffix(end) + enough
        return pattern + r"\s*$"

    @property
    def is_one(self) -> str:
        """SQL: whether a line is of this format, by $pattern or its keys; '' where that can't be known."""
        return "regexp_matches(line, $pattern)" if self.pieces else self.slots.get("is_one", "")

    def has(self, field: str) -> bool:
        """Whether a line of this format has the field."""
        return field in self.fields
