"""A log format as data, with which a statement parses the lines of a log."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

ENDS = {
    # the end of a pattern after which a line may continue: the shorter end that is enough to match
    "(?: .*)?": r"(?: |\s*$)",
    " .*": " ",
}
REQUIRED = ("client", "time", "request", "status")


def pattern_of(pieces: Iterable[str]) -> str:
    """Return the pattern of a line from its beginning; a carriage return or a space may follow it.

    Where the line may continue with any text, the pattern ends: matching the rest would take most of the
    time.
    """
    pattern = "^" + "".join(pieces)
    for end, enough in ENDS.items():
        if pattern.endswith(end):
            return pattern.removesuffix(end) + enough
    return pattern + r"\s*$"


class LogFormat(NamedTuple):
    """How to parse a line of one format.

    `definition` is stored, and `format_of` returns the same format for it. `fragment` is the file of
    queries/formats that parses the lines, with `slots` filled in; `prepared` are statements that run before
    it. `fields` are the fields of a line. `pieces`, joined, are a pattern (valid in RE2 and in `re`) of the
    whole line, and `groups` the names of its groups; both are empty where lines are not matched by a pattern.
    `optional` are fields that single lines may lack. `keys` are those of a JSON line by their fields, and
    `needed` the required ones. `header` is in force until a log has a header line. `has_forwarded_client`:
    the client is what a header says, which a proxy should have written. `prefixes` are the names of what is
    before each line (`formats.prefixes`); all else is of the line without them.
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
    has_forwarded_client: bool = False
    keys: Mapping[str, str] = MappingProxyType({})
    prefixes: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()

    @property
    def pattern(self) -> str:
        """The pattern of a line, see `pattern_of`."""
        return pattern_of(self.pieces)

    @property
    def is_one(self) -> str:
        """SQL: whether a line matches this format, by $pattern or its keys; '' where no line shows that."""
        return "regexp_matches(line, $pattern)" if self.pieces else self.slots.get("is_one", "")

    @property
    def has_header(self) -> bool:
        """Whether header lines name the fields of the lines below them, as in W3C logs."""
        return bool(self.prepared)

    def has(self, field: str) -> bool:
        """Whether a line of this format has the field."""
        return field in self.fields
