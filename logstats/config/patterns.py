r"""Regular expressions of logstats.toml, which are RE2's: their groups, and whether DuckDB must check them.

Python's `re` never decides that a pattern is wrong: it has neither `\p{L}` nor `\Q…\E` nor `\z`.
"""

import re
from functools import cache

LAST_IN_TEMPLATE = 9  # RE2 puts in the groups 1 to 9
# `re` compiles these when they are first used: few files have patterns
_PLACEHOLDER = r"\{(?P<name>\w+)\}|\{[^{}]*\}|[{}]"
_PIECE = (
    r"(?s)(?P<quoted>\\Q(?:(?!\\E).)*(?P<end>\\E)?)"
    r"|\\."
    r"|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"
    r"|(?P<group>\((?:(?!\?)|\?P?<(?P<name>\w+)>))"
)


@cache
def groups(pattern: str) -> dict[str, int]:
    """Return the numbers of a pattern's groups by how a template names them: {0} is all that matches."""
    found = [piece["name"] for piece in re.finditer(_PIECE, pattern) if piece["group"]]
    named = {name: number for number, name in enumerate(found, 1) if name}
    return {str(number): number for number in range(len(found) + 1)} | named


def closed(pattern: str) -> str:
    r"""Return a pattern that may be followed by another: the last `\Q` has its `\E`."""
    is_open = any(piece["quoted"] and not piece["end"] for piece in re.finditer(_PIECE, pattern))
    return rf"{pattern}\E" if is_open else pattern


def problem(template: str, pattern: str) -> str | None:
    """Return what is wrong with the placeholders of a template, None if the pattern has all of them."""
    known = groups(pattern)
    for piece in re.finditer(_PLACEHOLDER, template):
        name = piece["name"]
        if name is None:
            return f"'{piece[0]}' is not a placeholder; write {{id}} for the group `id`, {{1}} for the first"
        if name not in known:
            return f"the pattern has no group '{name}'; add it or leave out {{{name}}}"
        if known[name] > LAST_IN_TEMPLATE:
            most = f"RE2 fills in only the first {LAST_IN_TEMPLATE}; write the others as (?:…)"
            return f"{{{name}}} is group {known[name]} of the pattern, and {most}"
    return None


@cache
def is_in_doubt(pattern: str) -> bool:
    """Whether Python's `re` refuses a pattern, so that only RE2 knows if it is one."""
    import warnings  # noqa: PLC0415 - few files have patterns

    with warnings.catch_warnings(action="ignore"):  # of sets that may mean something else one day
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError):
            return True
    return False
