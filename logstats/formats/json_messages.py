"""What is said about JSON lines: which key is which field, and why lines can't be read."""

import re
from typing import NamedTuple

from logstats.formats import json_sample, jsonlines
from logstats.formats.jsonlines import NEEDED, missing_in
from logstats.formats.log_format import LogFormat

WITHOUT = {
    # field that a format has no key for: what follows
    "agent": "visitors are told apart by client alone",
    "vhost": "all lines are of one site",
}
WITHOUT_EFFECT = ("referrer", "bytes", "forwarded")  # fields that the figures do not need
EXCERPT = 640  # characters of a log that an error shows
KEY = "KEY"  # stands for one in a definition to fill in


class Unfit(NamedTuple):
    """Why JSON lines can't be read: the reason, what is shown below it, and what to do."""

    reason: str
    shown: str
    advice: str


def described(log_format: LogFormat) -> list[str]:
    """Return which key is which field in a format of JSON lines, and which fields have none; else nothing."""
    keys = log_format.keys
    if not keys:
        return []
    lacking = [f"no key for {field}: {effect}" for field, effect in WITHOUT.items() if field not in keys]
    if others := [field for field in WITHOUT_EFFECT if field not in keys]:
        lacking.append(f"no key for {', '.join(others)}")
    return [f"the keys are {' '.join(f'{field}={key}' for field, key in keys.items())}", *lacking]


def unfit(lines: list[str]) -> Unfit | None:
    """Return why lines of JSON are no access log that can be read; None where they are no JSON."""
    objects = jsonlines.objects_of(lines)
    if not objects:
        return _unfit_document(lines)
    found = json_sample.of_objects(objects)
    missing = missing_in(found)
    shown = " ".join(objects[0])
    if not missing:
        return None
    if nested := next((key for key, value in objects[0].items() if _is_list_of_objects(value)), None):
        return Unfit(
            f"the lines are JSON objects with a list of records in '{nested}'",
            shown[:EXCERPT],
            f"Write one record a line: jq -c '.[\"{nested}\"][]' LOG | logstats ingest -",
        )
    known = {field: found.get(field, KEY) for field in (*NEEDED[:2], "request", *NEEDED[2:])}
    if "request" in known and {"method", "path"} & found.keys():
        known.pop("request")
        known |= {field: found.get(field, KEY) for field in ("method", "path")}
    *first, last = missing
    fields = f"{', '.join(first)} and {last}" if first else last
    return Unfit(
        f"these are JSON lines without a known key for {fields}; the keys are",
        shown[:EXCERPT],
        f"Give them: --log-format '{jsonlines.define(known)}'.",
    )


def _unfit_document(lines: list[str]) -> Unfit | None:
    """Return why a log is a JSON document, not lines: an array on one line, or objects over several."""
    first = lines[0].lstrip("\ufeff \t")
    if re.match(r'\[\s*\{\s*"', first):
        return Unfit(
            "this is a JSON array on one line",
            first[:EXCERPT],
            "Write one object a line: jq -c '.[]' LOG | logstats ingest -",
        )
    has_keys = any(re.match(r'\s*"[^"]*"\s*:', line) for line in lines[1:])
    if has_keys and re.match(r'[\[{]\s*$|\{\s*"', first):
        each = "'.[]'" if first.startswith("[") else "."
        return Unfit(
            "these are JSON objects over several lines",
            first[:EXCERPT],
            f"Write one object a line: jq -c {each} LOG | logstats ingest -",
        )
    return None


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def lacking(log_format: LogFormat, line: str) -> str:
    """Return the required fields that an object lacks, with their keys; '' where there are none."""
    record = jsonlines.object_of(line)
    if record is None:
        return ""
    fields = {key: field for field, key in log_format.keys.items()}
    lost = [
        key
        for key in log_format.needed
        if not jsonlines.has_needed(log_format._replace(needed=(key,)), record)
    ]
    if not lost and not jsonlines.fits(log_format, line):
        return f"time that is an instant ({log_format.keys['time']})"
    return ", ".join(f"{fields[key]} ({key})" for key in lost)
