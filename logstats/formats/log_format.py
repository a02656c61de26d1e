"""A log format as data, with which a statement parses the lines of a log."""

from collections.abc import Mapping
from typing import NamedTuple

ENDS = {
    # the end of a pattern after which a line may continue: the shorter end that is enough to match
    "(?: .*)?": r"(?: |\s*$)",
    " .*": " ",
}
REQUIRED = ("client", "time", "request", "status")


class LogFormat(NamedTuple):
    """How to parse a line of one format.

    `definition` is stored, and `format_of` returns the same format for it. `fragment` is the file of
    queries/formats that parses the lines, with `slots` filled in; `prepared` are statements that run before
    it. `fields` are the fields of a line. `pieces`, joined, are a pattern (valid in RE2 and in `re`) of the
    whole line, and `groups` the names of its groups; both are empty where lines are not matched by a pattern.
    `optional` are fields that single lines may lack. `needed` are the required keys of a JSON line. `header`
    is in force until a log has a header line.
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
    optional: frozenset[str] = frozenset()

    @property
    def pattern(self) -> str:
        """The pattern of a line from its beginning; a carriage return or a space may follow it.

        Where the line may continue with any text, the pattern ends: matching the rest would take most of the
        time.
        """
        pattern = "^" + "".join(self.pieces)
        for end, enough in ENDS.items():
            if pattern.endswith(end):
                return pattern.removesuffix(end) + enough
        return pattern + r"\s*$"

    @property
    def is_one(self) -> str:
        """SQL: whether a line matches this format, by $pattern or its keys; '' where no line shows that."""
        return "regexp_matches(line, $pattern)" if self.pieces else self.slots.get("is_one", "")

    def has(self, field: str) -> bool:
        """Whether a line of this format has the field."""
        return field in self.fields
