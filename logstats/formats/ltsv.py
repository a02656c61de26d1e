"""LTSV: values with labels, between tabs, in any order (ltsv.org).

A definition names the labels: `ltsv time=time client=host …`. With several labels, separated by |, the first
that a line has is used.
"""

import re
from collections.abc import Mapping

from logstats.errors import UsageError
from logstats.formats import times
from logstats.formats.fields import ABSENT, FIELDS, UNLOGGED, WITHOUT_UNIT, milliseconds
from logstats.formats.log_format import LogFormat

NAME = "ltsv"
FRAGMENT = "formats/ltsv"
NEEDED = ("time", "client", "status")
PARTS = ("method", "path", "query")
UNIT_OF_LABEL = {
    # a label of a duration, by ltsv.org: its unit
    "reqtime": "s",
    "reqtime_microsec": "us",
    "taken": "s",
}
LABELS = ("time", *PARTS, *FIELDS)


def parse(definition: str) -> LogFormat:
    """Return the format of a definition; raise UsageError where it is malformed."""
    pairs = [word.partition("=") for word in definition.split()[1:]]
    if wrong := next((field for field, sign, label in pairs if not (sign and label)), None):
        raise UsageError(f"'{definition}': '{wrong}' has no label; write 'ltsv time=LABEL client=LABEL …'")
    return compile_labels({field: label for field, _, label in pairs})


def compile_labels(labels: Mapping[str, str], name: str = "") -> LogFormat:
    """Return the format of lines with these labels (by field); raise UsageError if a required one lacks."""
    if unknown := [field for field in labels if field not in LABELS]:
        raise UsageError(f"no field is called {', '.join(unknown)}; there are: {', '.join(LABELS)}")
    has_request = "request" in labels or {"method", "path"} <= labels.keys()
    missing = [field for field in NEEDED if field not in labels] + ([] if has_request else ["request"])
    if missing:
        raise UsageError(
            f"LTSV lines need a label for {', '.join(missing)}: write 'ltsv {missing[0]}=LABEL …'"
        )
    needed = tuple(labels[field] for field in NEEDED)
    return LogFormat(
        name=name or NAME,
        definition=name or " ".join([NAME, *(f"{field}={label}" for field, label in labels.items())]),
        fragment=FRAGMENT,
        slots={
            "values": ", ".join(f"{_value(labels[field])} AS {field}" for field in labels),
            "columns": ", ".join(f"{_column(field, labels)} AS {field}" for field in FIELDS),
            "fields": ", ".join(FIELDS),
            "logged_at": times.any_time_of("time"),
            "is_one": " AND ".join(f"{_value(label, text='line')} <> ''" for label in needed),
        },
        fields=frozenset(labels) | {"request"},
        needed=needed,
    )


def fits(log_format: LogFormat, line: str) -> bool:
    """Whether a line has the labels that are required for a hit."""
    return all(re.search(_pattern(label), f"\t{line}") for label in log_format.needed)


def _pattern(label: str) -> str:
    return rf"\t(?:{'|'.join(map(re.escape, label.split('|')))}):([^\t]+)"


def _value(label: str, text: str = "tabbed") -> str:
    """Return the SQL of the value of the first of some labels that a line has, '' for none."""
    source = "concat(chr(9), line)" if text == "line" else text
    found = [rf"regexp_extract({source}, '\t{re.escape(name)}:([^\t]*)', 1)" for name in label.split("|")]
    if len(found) == 1:
        return found[0]
    return f"coalesce({', '.join(f'nullif({value}, {chr(39) * 2})' for value in found)}, '')"


def _column(field: str, labels: Mapping[str, str]) -> str:
    """Return the SQL of a field's text; a request that is logged in parts is joined, with HTTP/1.1."""
    if field == "request" and {"method", "path"} <= labels.keys():
        query = "query" if "query" in labels else "''"
        mark = f"CASE WHEN {query} IN ('', '-') OR starts_with({query}, '?') THEN '' ELSE '?' END"
        parts = f"concat(method, ' ', path, {mark}, nullif({query}, '-'), ' HTTP/1.1')"
        whole = "nullif(nullif(request, ''), '-')" if "request" in labels else "NULL"
        return f"coalesce({whole}, CASE WHEN method IN ('', '-') THEN path ELSE {parts} END)"
    if field not in labels:
        return UNLOGGED[field]
    if field == "duration":
        return milliseconds(field, UNIT_OF_LABEL.get(labels[field], WITHOUT_UNIT))
    return f"CASE WHEN {field} = '' THEN {ABSENT[field]} ELSE {field} END"
