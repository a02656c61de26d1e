"""The names that a statement of queries/ reads and makes, found in its text."""

import re
from typing import NamedTuple

COMMENT = re.compile(r"--[^\n]*")
TEXT = re.compile(r"'(?:[^']|'')*'")
SLOT = re.compile(r"\{[a-z_]+\}")
PARAMETER = re.compile(r"\$[a-z_][a-z_0-9]*")
NAME = r"(?:\{[a-z_]+\}|[a-z_][a-z_0-9]*(?:\.(?:[a-z_][a-z_0-9]*|\{[a-z_]+\}))?)"
CTE = re.compile(rf"(?:\bWITH|,)\s+({NAME})\s+AS\s+(?:(?:NOT\s+)?MATERIALIZED\s+)?\(")
CREATED = re.compile(rf"\bCREATE (?:OR REPLACE )?(?:TEMP )?(?:TABLE|VIEW) ({NAME})")
CHANGED = re.compile(rf"\b(?:INSERT INTO|DELETE FROM|(?<!FOR )UPDATE|DROP TABLE) ({NAME})")
RENAMED = re.compile(rf"\bALTER TABLE ({NAME}) RENAME TO ({NAME})")
_SOURCE = rf"{NAME}(?:\s+AS\s+[a-z_]+)?"
SOURCES = re.compile(
    rf"(?<!DELETE )(?<!DISTINCT )\b(?:FROM|JOIN|USING)\s+({_SOURCE}(?:\s*,\s*{_SOURCE})*)(?!\s*\(|\w)"
)


class Names(NamedTuple):
    """Tables, views, `$parameters` and `{slots}` that a statement reads, and tables that it makes.

    `created` are those of `made` that need not be there before.
    """

    read: frozenset[str]
    made: frozenset[str]
    created: frozenset[str]


def names(sql: str) -> Names:
    """Return the names of a text of one statement, or of several that run one after the other."""
    commented = COMMENT.sub(" ", sql)
    read, made, created = set(SLOT.findall(commented)), set[str](), set[str]()
    text = TEXT.sub("''", commented)
    read |= set(PARAMETER.findall(text))
    for statement in text.split(";"):
        ctes = set(CTE.findall(statement))
        for sources in SOURCES.findall(statement):
            read |= {source.split()[0] for source in sources.split(",")} - ctes - created
        renamed = RENAMED.findall(statement)
        read |= {name for name, _ in renamed} - created
        created |= {*CREATED.findall(statement), *(name for _, name in renamed)} - made
        made |= {*CREATED.findall(statement), *CHANGED.findall(statement), *(name for _, name in renamed)}
    return Names(frozenset(read), frozenset(made), frozenset(created))
