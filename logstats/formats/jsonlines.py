"""JSON lines (Caddy, Traefik, nginx with escape=json and others): fields are found by their keys.

A definition names the keys: `json time=ts client=request.remote_ip …`. A dot in a key descends into an
object, and a number is an index in a list; a part that contains a dot is written in double quotes. With
several keys, separated by |, the first that a line has is used.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from logstats.errors import UsageError
from logstats.formats import times
from logstats.formats.fields import ABSENT, FIELDS, KEYS_OF, UNLOGGED
from logstats.formats.log_format import LogFormat

NAME = "json"
NEEDED = ("time", "client", "status")
VARIABLES = {
    # nginx's variable, where it is not a key of the table of fields: its field
    "args": "query",
    "query_string": "query",
    "uri": "path",
    "host": "vhost",
    "realip_remote_addr": "client",
    "proxy_protocol_addr": "client",
    "the_real_ip": "client",
    **dict.fromkeys(
        KEYS_OF["forwarded"].split(), "forwarded"
    ),  # the client only where a log has no other one
}
_STEP = re.compile(r'"([^"]*)"|([^.]+)')


def compile_keys(keys: Mapping[str, str], name: str = "") -> LogFormat:
    """Return the format of lines with these keys (by field); raise UsageError if a required one is absent."""
    if unknown := [field for field in keys if field not in KEYS_OF]:
        raise UsageError(f"no field is called {', '.join(unknown)}; there are: {', '.join(KEYS_OF)}")
    missing = [field for field in NEEDED if field not in keys] + ([] if _has_request(keys) else ["request"])
    if missing:
        raise UsageError(f"JSON lines need a key for {', '.join(missing)}: write 'json {missing[0]}=KEY …'")
    paths: list[str] = []
    texts = {field: _text(field, keys[field], paths) for field in KEYS_OF if field in keys}
    columns = {field: texts.get(field, UNLOGGED.get(field, "''")) for field in (*KEYS_OF, *FIELDS)}
    if "request" not in keys:
        columns["request"] = _request(texts)
    return LogFormat(
        name=name or NAME,
        definition=name or define(keys),
        fragment="formats/json",
        slots={
            "paths": str(paths),
            "keys": ", ".join(f"{text} AS {field}" for field, text in columns.items()),
            "fields": ", ".join(FIELDS),
            "logged_at": times.any_time_of("time"),
            "is_one": _is_one(tuple(keys[field] for field in NEEDED)),
        },
        fields=frozenset(keys) | {"request"},
        needed=tuple(keys[field] for field in NEEDED),
        has_forwarded_client=keys["client"] == keys.get("forwarded"),
    )


def _has_request(keys: Mapping[str, str]) -> bool:
    return "request" in keys or {"method", "path"} <= keys.keys()


def _request(texts: Mapping[str, str]) -> str:
    """Return the SQL expression of a request that is logged in parts."""
    query = "''"
    if "query" in texts:
        query = f"CASE WHEN {texts['query']} <> '' THEN concat('?', {texts['query']}) ELSE '' END"
    path = f"regexp_replace({texts['path']}, '^https?://[^/]*', '')"
    return f"concat({texts['method']}, ' ', {path}, {query}, ' HTTP/1.1')"


def _text(field: str, key: str, paths: list[str]) -> str:
    """Return the expression of a field's text; append the paths of its keys to those that are extracted."""
    values = []
    for name in key.split("|"):
        paths.append(path_of(name))
        values.append(f"v[{len(paths)}]")
    first = [f"nullif({value}, '')" for value in values[:-1]]
    text = f"coalesce({', '.join([*first, values[-1]])}, {ABSENT.get(field, repr(''))})"
    # a text in JSON may contain a line break or another control character, which a line of text can't
    return f"CASE WHEN is_escaped THEN regexp_replace({text}, '[[:cntrl:]]', ' ', 'g') ELSE {text} END"


def _is_one(needed: Sequence[str]) -> str:
    texts = [
        ", ".join(f"json_extract_string(line, '{path_of(name)}')" for name in key.split("|"))
        for key in needed
    ]
    has_all = " AND ".join(f"coalesce({text}) <> ''" for text in texts)
    return f"CASE WHEN starts_with(line, '{{') AND json_valid(line) THEN {has_all} ELSE false END"


def define(keys: Mapping[str, str]) -> str:
    """Return the definition of lines with these keys (by field)."""
    return " ".join([NAME, *(f"{field}={key}" for field, key in keys.items())])


def parse(definition: str) -> LogFormat:
    """Return the format of a definition; raise UsageError where it is malformed."""
    pairs = [word.partition("=") for word in definition.split()[1:]]
    if wrong := next((field for field, sign, key in pairs if not (sign and key)), None):
        raise UsageError(f"'{definition}': '{wrong}' has no key; write 'json time=KEY client=KEY …'")
    return compile_keys({field: key for field, _, key in pairs})


def of_sample(lines: list[str]) -> LogFormat | None:
    """Return the format of a log's first lines, None unless most of them are objects with known keys."""
    objects = [parsed for line in lines if (parsed := _object(line)) is not None]
    if not objects or 2 * len(objects) <= len(lines):
        return None
    keys = _keys(objects)
    return compile_keys(keys) if _has_request(keys) and {*NEEDED} <= keys.keys() else None


def fits(log_format: LogFormat, line: str) -> bool:
    """Whether a line is an object with the keys that are required for a hit."""
    parsed = _object(line)
    return parsed is not None and all(
        any(_value(parsed, name) not in (None, "") for name in key.split("|")) for key in log_format.needed
    )


def of_variables(keys: Mapping[str, str]) -> LogFormat:
    """Return the format of an nginx log_format with escape=json, given as the variable of each key."""
    fields = {name: field for field, names in reversed(KEYS_OF.items()) for name in names.split()} | VARIABLES
    key_of_field: dict[str, str] = {}
    for key, template in keys.items():
        variable = template.rpartition("$")[2]  # the last one, as in $scheme://$host$request_uri
        if variable in fields:
            key_of_field.setdefault(fields[variable], key)
    if "forwarded" in key_of_field:
        key_of_field.setdefault("client", key_of_field["forwarded"])
    return compile_keys(key_of_field)


def keys_of(lines: list[str]) -> str:
    """Return the keys of the first object among the lines; '' where there is none."""
    first = next((parsed for line in lines if (parsed := _object(line)) is not None), {})
    return " ".join(first)


def path_of(key: str) -> str:
    """Return a key as DuckDB's JSON path: `request.headers.Referer.0` as $."request"."headers"[…][0]."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in _steps(key))


def _keys(objects: list[dict[str, Any]]) -> dict[str, str]:
    """Return for each field the first of its keys under which an object has a plain value."""
    return {
        field: key
        for field, names in KEYS_OF.items()
        if (
            key := next(
                (name for name in names.split() if any(_is_plain(_value(o, name)) for o in objects)), ""
            )
        )
    }


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float) and value != ""


def _value(value: object, key: str) -> object:
    for step in _steps(key):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _steps(key: str) -> list[str | int]:
    """Split a key at its dots; a part in double quotes may hold dots, and a number is an index in a list."""
    steps = _STEP.findall(key)
    return [int(bare) if bare.isdecimal() else bare or quoted for quoted, bare in steps]


def _object(line: str) -> dict[str, Any] | None:
    try:
        parsed = json.loads(line) if line.startswith("{") else None
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None
