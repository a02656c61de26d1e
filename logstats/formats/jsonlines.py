"""JSON lines (Caddy, Traefik, nginx with escape=json and others): fields are found by their keys.

A definition names the keys: `json time=ts client=request.remote_ip …`. A dot in a key descends into an
object, and a number is an index in a list; a part that contains a dot or a space is written in double
quotes. With several keys, separated by |, the first that a line has is used. `day` and `local_day` are the
date of a `time` that is only a clock, in UTC and in the site's zone. A text after a second = stands for the
field in all lines. `json_sample` finds the keys of a log whose format was not given.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from logstats.errors import UsageError
from logstats.formats import json_keys, json_sample, named, times
from logstats.formats.fields import ABSENT, FIELDS, FORWARDED_HEADERS, UNLOGGED, milliseconds
from logstats.formats.json_keys import CONSTANT
from logstats.formats.log_format import LogFormat
from logstats.store.statements import sql_text

NAME = "json"
NEEDED = json_keys.REQUIRED
KNOWN = (*(name for name in json_keys.KEYS if name != "clock"), "local_day")
VARIABLES = {
    # nginx's variable: its field; where a format has several of a field, the first of this list is used
    "time_iso8601": "time",
    "time_local": "time",
    "msec": "time",
    "remote_addr": "client",
    "proxy_protocol_addr": "client",
    "the_real_ip": "client",
    "realip_remote_addr": "client",
    "http_x_forwarded_for": "forwarded",
    "proxy_add_x_forwarded_for": "forwarded",
    "http_cf_connecting_ip": "forwarded",
    **{f"http_{header.lower().replace('-', '_')}": "forwarded" for header in FORWARDED_HEADERS},
    "host": "vhost",
    "http_host": "vhost",
    "server_name": "vhost",
    "request": "request",
    "request_method": "method",
    "request_uri": "path",
    "uri": "path",
    "document_uri": "path",
    "args": "query",
    "query_string": "query",
    "status": "status",
    "body_bytes_sent": "bytes",
    "bytes_sent": "bytes",
    "http_referer": "referrer",
    "http_user_agent": "agent",
}
REFINED = {
    # field: SQL of its text as a line of text has it, from the text under its keys
    "vhost": r"""CASE
        WHEN contains(vhost, '://') THEN regexp_extract(vhost, '^[A-Za-z]+://(?:[^/@]*@)?([^/?#]*)', 1)
        ELSE vhost
    END""",
    "status": r"""CASE
        WHEN strlen(status) > 3 THEN regexp_replace(status, '^([0-9]{3})(?:\.0+| .*)$', '\1') ELSE status
    END""",
    "bytes": r"""CASE
        WHEN bytes = '' THEN '-' WHEN contains(bytes, '.') THEN regexp_replace(bytes, '\.0+$', '') ELSE bytes
    END""",
    "method": """CASE
        WHEN method IN ('GET', 'POST', 'HEAD') THEN method WHEN method = '-' THEN '' ELSE upper(method)
    END""",
    # CloudFront and Akamai percent-encode; Logstash's pattern of combined lines keeps the quotes
    "referrer": """CASE
        WHEN is_escaped THEN trim(referrer, '"')
        WHEN contains(referrer, '/') OR NOT contains(referrer, '%3A%2F%2F') THEN referrer
        ELSE coalesce(try(url_decode(referrer)), referrer)
    END""",
    "agent": """CASE
        WHEN is_escaped THEN trim(agent, '"')
        WHEN contains(agent, ' ') OR NOT contains(agent, '%') THEN agent
        ELSE coalesce(try(url_decode(url_decode(agent))), agent)
    END""",
}
PATH = r"""CASE
        WHEN starts_with(path, '/') OR starts_with(path, '*') THEN path
        WHEN contains(path, '://')
            THEN regexp_replace(
                regexp_replace(path, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', ''), '^([^/]|$)', '/\1'
            )
        WHEN method = 'CONNECT' THEN path
        ELSE {slashless}
    END"""
WITHOUT_SLASH = "CASE WHEN path IN ('', '-') THEN '' ELSE concat('/', path) END"
QUERY = """CASE
        WHEN query IN ('', '-', '^') OR contains(path, '?') THEN '' ELSE concat('?', ltrim(query, '?'))
    END"""
# Azure's Application Gateway, v1, adds parameters of its own to each query
QUERY_OF_GATEWAY = (
    r"regexp_replace(query, '(?:^|&)(?:X-AzureApplicationGateway-|SERVER-(?:ROUTED|STATUS)=)[^&]*', '', 'g')"
)
FAULTS = {
    # required field: SQL, true where the text is none; an object or a list is no text
    "time": "time IN ('', '-')",
    "client": "client = '' OR starts_with(client, '{') OR starts_with(client, '[\"')",
    "method": "NOT regexp_full_match(method, '[A-Z][A-Z_-]*')",
    "path": "path = ''",
    "request": "request = '' OR starts_with(request, '{') OR starts_with(request, '[')",
    "status": "status = '' OR starts_with(status, '{') OR starts_with(status, '[')",
}
ENOUGH = 20  # lines without a user agent, after which the log is taken to have none
MEND = (
    # in a line that is not valid JSON: a pattern, and its replacement; the same as in formats/json
    (re.compile(r"([^\\](?:\\\\)*)\\([xv])"), r"\1\\\\\2"),
    (re.compile(r'("\s*:\s*)-?\s*([,}])'), r"\1null\2"),
)
_STEP = re.compile(r'"([^"]*)"|([^.]+)')
_WORD = re.compile(r'(?:"[^"]*"|[^\s"])+')
_AROUND = re.compile(r"^[\s,\ufeff]*\[?\s*|\s*\]?[\s,]*$")
ABSENT_VALUE = object()


def compile_keys(keys: Mapping[str, str], name: str = "") -> LogFormat:
    """Return the format of lines with these keys (by field); raise UsageError if a required one is absent."""
    if unknown := [field for field in keys if field not in KNOWN]:
        raise UsageError(f"no field is called {', '.join(unknown)}; there are: {', '.join(KNOWN)}")
    if missing := missing_in(keys):
        raise UsageError(f"JSON lines need a key for {', '.join(missing)}: write 'json {missing[0]}=KEY …'")
    paths: list[str] = []
    texts = {field: _text(field, keys[field], paths) for field in KNOWN if field in keys}
    required = [*NEEDED[:2], *(["request"] if "request" in keys else ["method", "path"]), *NEEDED[2:]]
    return LogFormat(
        name=name or NAME,
        definition=name or define(keys),
        fragment="formats/json",
        slots={
            "paths": f"[{', '.join(map(sql_text, paths))}]",
            "keys": ", ".join(f"{text} AS {field}" for field, text in texts.items()),
            "refined": ", ".join(f"{text} AS {field}" for field, text in _refined(keys).items()),
            "composed": _request(keys),
            "fields": ", ".join(FIELDS),
            "faultless": f"is_object AND NOT ({' OR '.join(FAULTS[field] for field in required)})",
            "faults": _faults(required, keys),
            "fault": "fault",
            "logged_at": times.any_time_of("time"),
            "is_one": _is_one(tuple(keys[field] for field in required)),
        },
        fields=frozenset(keys) | {"request"},
        needed=tuple(keys[field] for field in required),
        keys=keys,
        has_forwarded_client=keys["client"] == keys.get("forwarded"),
    )


def missing_in(keys: Mapping[str, str]) -> list[str]:
    """Return the required fields without a key; only the request where neither it nor its parts have one."""
    missing = json_keys.missing(keys)
    parts = [field for field in missing if field not in ("method", "path")]
    return [*parts, "request"] if {"method", "path"} <= {*missing} else missing


def _text(field: str, key: str, paths: list[str]) -> str:
    """Return the expression of a field's text; append the paths of its keys to those that are extracted."""
    values = []
    for name in key.split("|"):
        if name.startswith(CONSTANT):
            values.append(sql_text(name.removeprefix(CONSTANT)))
        else:
            paths.append(path_of(name))
            values.append(f"v[{len(paths)}]")
    first = [f"nullif({value}, '')" for value in values[:-1]]
    text = f"coalesce({', '.join([*first, values[-1]])}, {ABSENT.get(field, repr(''))})"
    # a text in JSON may contain a line break or another control character, which a line of text can't
    return f"CASE WHEN is_escaped THEN regexp_replace({text}, '[[:cntrl:]]', ' ', 'g') ELSE {text} END"


def _refined(keys: Mapping[str, str]) -> dict[str, str]:
    """Return the SQL of each field, and of the parts of a request and of a time."""
    texts = {field: REFINED.get(field, field) if field in keys else UNLOGGED[field] for field in FIELDS}
    texts |= {field: REFINED.get(field, field) for field in ("method", "path", "query") if field in keys}
    if "duration" in keys:
        texts["duration"] = milliseconds("duration", json_keys.unit_of(keys["duration"]))
    texts["time"] = "time"
    for day, zone in (("local_day", ""), ("day", "Z")):
        if day in keys:
            texts["time"] = f"CASE WHEN time <> '' THEN concat({day}, ' ', time, '{zone}') ELSE '' END"
    if "path" in keys:
        texts["path"] = PATH.replace("{slashless}", WITHOUT_SLASH if _has_no_slash(keys["path"]) else "''")
    if "query" in keys and keys["query"].endswith("requestQuery"):
        texts["query"] = QUERY_OF_GATEWAY
    if "request" not in keys:
        texts.pop("request")
    return texts


def _request(keys: Mapping[str, str]) -> str:
    """Return the SQL of a column: the request that is logged in parts, or true for a whole one."""
    if "request" in keys:
        return "true AS is_whole"
    return f"concat(method, ' ', path, {QUERY if 'query' in keys else repr('')}, ' HTTP/1.1') AS request"


def _has_no_slash(key: str) -> bool:
    last = json_keys.normal(key.rpartition(".")[2])
    return last in map(json_keys.normal, json_keys.WITHOUT_SLASH)


def _faults(required: Sequence[str], keys: Mapping[str, str]) -> str:
    """Return the SQL of the reason why a line is no hit: the first required field that it lacks."""
    cases = " ".join(
        f"WHEN {FAULTS[field]} THEN {sql_text(f'does not fit the format: no {field} ({keys[field]})')}"
        for field in required
    )
    return f"CASE {cases} END"


def _is_one(needed: Sequence[str]) -> str:
    keys = [[name for name in key.split("|") if not name.startswith(CONSTANT)] for key in needed]
    texts = [
        ", ".join(f"json_extract_string(line, {sql_text(path_of(name))})" for name in names)
        for names in keys
        if names
    ]
    has_all = " AND ".join(f"coalesce({text}) <> ''" for text in texts)
    return f"CASE WHEN starts_with(line, '{{') AND json_valid(line) THEN {has_all} ELSE false END"


def define(keys: Mapping[str, str]) -> str:
    """Return the definition of lines with these keys (by field)."""
    return " ".join([NAME, *(f"{field}={key}" for field, key in keys.items())])


def parse(definition: str) -> LogFormat:
    """Return the format of a definition; raise UsageError where it is malformed."""
    return compile_keys(keys_of(definition.strip().removeprefix(NAME)))


def keys_of(text: str) -> dict[str, str]:
    """Return the key of each field in 'time=KEY client=KEY …'; raise UsageError where one has none."""
    pairs = [word.partition("=") for word in _WORD.findall(text)]
    if wrong := next((field for field, sign, key in pairs if not (sign and key)), None):
        raise UsageError(f"'{NAME} {text.strip()}': '{wrong}' has no key; write 'json time=KEY client=KEY …'")
    return {field: key for field, _, key in pairs}


def of_sample(lines: list[str]) -> LogFormat | None:
    """Return the format of a log's first lines, None unless most of them are objects with known keys.

    A format with a name is returned only where it finds every field that the keys of these lines show.
    """
    objects = objects_of(lines)
    if not objects or 2 * len(objects) <= len(lines):
        return None
    found = json_sample.of_objects(objects)
    if json_keys.missing(found):
        return None
    by_keys = compile_keys(found)
    known = (named.load(name) for name in named.files())
    with_names = (one.log_format for one in known if one.spec.startswith(NAME))
    return next((one for one in with_names if _finds_all(one, by_keys, objects)), by_keys)


def _finds_all(log_format: LogFormat, by_keys: LogFormat, objects: list[dict[str, Any]]) -> bool:
    """Whether a format finds all fields that `by_keys` finds, and the required ones in as many objects.

    A user agent that many lines do not have is one that the server does not log.
    """
    counts = [sum(1 for record in objects if has_needed(one, record)) for one in (log_format, by_keys)]
    if not counts[0] or counts[0] < counts[1]:
        return False
    present = {field for field, key in log_format.keys.items() if _is_present(key, objects)}
    found = {field for field, key in by_keys.keys.items() if _is_present(key, objects)}
    found -= {"method", "path", "query", "request", "day", "local_day"}  # required ones, in another form
    lacks_agent = "agent" in log_format.keys and "agent" not in present and len(objects) >= ENOUGH
    return found <= present and not lacks_agent


def _is_present(key: str, objects: list[dict[str, Any]]) -> bool:
    return any(
        name.startswith(CONSTANT) or value_of(record, name) is not ABSENT_VALUE
        for name in key.split("|")
        for record in objects
    )


def fits(log_format: LogFormat, line: str) -> bool:
    """Whether a line is an object with the keys that are required for a hit, and its time an instant."""
    parsed = object_of(line)
    if parsed is None or not has_needed(log_format, parsed):
        return False
    is_whole = not {"day", "local_day"} & log_format.keys.keys()
    texts = [json_keys.as_text(value_of(parsed, name)) for name in log_format.keys["time"].split("|")]
    return not is_whole or any(times.is_instant(text) for text in texts)


def has_needed(log_format: LogFormat, record: Mapping[str, Any]) -> bool:
    """Whether an object has a text or a number under each required key of a format; - is only a status."""
    status = log_format.keys["status"]
    return all(
        any(
            name.startswith(CONSTANT)
            or json_keys.as_text(value_of(record, name)) not in ("", "-" if key != status else "")
            for name in key.split("|")
        )
        for key in log_format.needed
    )


def of_variables(keys: Mapping[str, str]) -> LogFormat:
    """Return the format of an nginx log_format with escape=json, given as the variable of each key."""
    key_of: dict[str, str] = {}
    for key, template in keys.items():
        key_of.setdefault(template.rpartition("$")[2], key)  # the last one, as in $scheme://$host$request_uri
    key_of_field: dict[str, str] = {}
    for variable, field in VARIABLES.items():
        if variable in key_of:
            key_of_field.setdefault(field, key_of[variable])
    if "client" not in key_of_field and "forwarded" in key_of_field:
        key_of_field["client"] = key_of_field["forwarded"]
    return compile_keys({field: key_of_field[field] for field in KNOWN if field in key_of_field})


def path_of(key: str) -> str:
    """Return a key as DuckDB's JSON path: `request.headers.Referer.0` as $."request"."headers"[…][0]."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in _steps(key))


def value_of(value: object, key: str) -> object:
    """Return what is under a key of an object, ABSENT_VALUE where nothing is."""
    for step in _steps(key):
        is_item = isinstance(step, int) and isinstance(value, list) and step < len(value)
        if not is_item and not (isinstance(value, dict) and step in value):
            return ABSENT_VALUE
        value = value[step]  # type: ignore[index]
    return value


def _steps(key: str) -> list[str | int]:
    """Split a key at its dots; a part in double quotes may hold dots, and a number is an index in a list."""
    steps = _STEP.findall(key)
    return [int(bare) if bare.isdecimal() else bare or quoted for quoted, bare in steps]


def objects_of(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Return the objects of the lines that have one."""
    return [parsed for line in lines if (parsed := object_of(line)) is not None]


def object_of(line: str) -> dict[str, Any] | None:
    """Return a line's object, parsed as formats/json parses it; None where it has none."""
    if "{" not in line:
        return None
    text = _AROUND.sub("", line)
    if not text.startswith("{"):
        return None
    parsed = _loaded(text)
    if parsed is None:
        for pattern, replacement in MEND:
            text = pattern.sub(replacement, text)
        parsed = _loaded(text)
    return parsed if isinstance(parsed, dict) else None


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
