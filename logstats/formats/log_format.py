"""What a log format is to the rest of the program: data by which a statement reads its lines."""

from collections.abc import Mapping
from typing import NamedTuple

FIELDS = ("vhost", "client", "forwarded", "request", "status", "bytes", "referrer", "agent")
ENDS = {
    # how a pattern ends whose line may go on: what of that is enough to look at
    "(?: .*)?": r"(?: |\s*$)",
    " .*": " ",
}
REQUIRED = ("client", "time", "request", "status")


class LogFormat(NamedTuple):
    """How to read a line of one format.

    `definition` is what a store keeps, and what `named` makes the same shape of again. `reading` is the
    fragment of queries/formats that reads its lines, with `slots` put in; `prepared` are statements that
    run before it. `fields` are those that a line tells. `pieces`, joined, are a pattern (valid in RE2 and
    in `re`) of the whole line, where there is one, and `groups` the names of its groups; `needed` are the
    keys of a JSON line, and `header` is in force where a log has none.
    """

    name: str
    definition: str
    reading: str
    slots: Mapping[str, str]
    fields: frozenset[str]
    pieces: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    prepared: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    header: str = ""

    @property
    def pattern(self) -> str:
        """The pattern of a line from its beginning; a carriage return or space behind it is no fault.

        Where anything may follow, the pattern ends there: reading on would take most of the time.
        """
        pattern = "^" + "".join(self.pieces)
        for ends, enough in ENDS.items():
            if pattern.endswith(ends):
                return pattern.removesuffix(ends) + enough
        return pattern + r"\s*$"

    @property
    def is_one(self) -> str:
        """SQL that says whether a line by itself, with the format's $pattern, is one; '' where none can."""
        return "regexp_matches(line, $pattern)" if self.pieces else self.slots.get("is_one", "")

    def has(self, name: str) -> bool:
        """Whether a line of this format tells the field."""
        return name in self.fields
