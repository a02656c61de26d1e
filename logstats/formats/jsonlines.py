"""JSON lines (Caddy, Traefik, nginx with escape=json, and anything like them): fields are found by keys.

A definition says which: `json time=ts client=request.remote_ip …`. A key with dots is one in objects, a
number in it a place in a list; a part that has a dot itself stands in double quotes. Of several keys with |
between them the first one that a line has is meant.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from logstats.errors import UsageError
from logstats.formats import times
from logstats.formats.log_format import LogFormat

NAME = "json"
KEYS_OF = {
    # field: what programs call it, the likeliest first: Caddy, Traefik, nginx's variables, ECS, others
    "time": (
        "StartUTC time ts @timestamp timestamp time_iso8601 time_local msec datetime date "
        "start_time startTime eventTime"
    ),
    "client": (
        "request.client_ip request.remote_ip ClientHost remote_addr client_ip remote_ip "
        "clientip client ip source.ip client.ip remoteAddr http.client_ip realip_remote_addr "
        "host_ip"
    ),
    "forwarded": (
        "request.headers.X-Forwarded-For.0 request_X-Forwarded-For http_x_forwarded_for "
        "x_forwarded_for xff forwarded_for http_cf_connecting_ip"
    ),
    "vhost": (
        "request.host RequestHost host http_host server_name vhost domain url.domain authority virtual_host"
    ),
    "request": "request request_line requestLine http_request",
    "method": (
        "request.method RequestMethod request_method method http.request.method verb "
        "requestMethod http_method"
    ),
    "path": (
        "request.uri RequestPath request_uri uri url url.original path target requestUrl url.path http_uri"
    ),
    "query": "args query_string query url.query",
    "status": (
        "status DownstreamStatus http.response.status_code status_code response "
        "response_status statusCode response_code code"
    ),
    "bytes": (
        "size DownstreamContentSize body_bytes_sent bytes_sent bytes http.response.body.bytes "
        "response_size body_size responseSize length"
    ),
    "referrer": (
        "request.headers.Referer.0 request_Referer http_referer http_referrer referer "
        "referrer http.request.referrer refer"
    ),
    "agent": (
        "request.headers.User-Agent.0 request_User-Agent http_user_agent user_agent userAgent "
        "agent user_agent.original useragent ua"
    ),
}
NEEDED = ("time", "client", "status")
ABSENT = {"bytes": "'-'", "vhost": "$vhost"}
VARIABLES = {
    # nginx's variable, where no key above is called so: the field that it gives
    "args": "query",
    "query_string": "query",
    "uri": "path",
    "host": "vhost",
    "realip_remote_addr": "client",
}
_STEP = re.compile(r'"([^"]*)"|([^.]+)')


def shape(keys: Mapping[str, str], name: str = "") -> LogFormat:
    """Return the shape of lines whose fields have these keys; raise UsageError where one has none."""
    if unknown := [field for field in keys if field not in KEYS_OF]:
        raise UsageError(f"no field is called {', '.join(unknown)}; there are {', '.join(KEYS_OF)}")
    has_request = "request" in keys or {"method", "path"} <= keys.keys()
    missing = [field for field in NEEDED if field not in keys] + ([] if has_request else ["request"])
    if missing:
        raise UsageError(f"JSON lines need a key for {', '.join(missing)}: write «json {missing[0]}=KEY …»")
    paths: list[str] = []
    told = {field: _told(field, keys[field], paths) for field in KEYS_OF if field in keys}
    texts = {field: told.get(field, ABSENT.get(field, "''")) for field in KEYS_OF}
    if "request" not in keys:
        query = (
            f"CASE WHEN {told['query']} <> '' THEN concat('?', {told['query']}) ELSE '' END"
            if "query" in told
            else "''"
        )
        path = f"regexp_replace({told['path']}, '^https?://[^/]*', '')"
        texts["request"] = f"concat({told['method']}, ' ', {path}, {query}, ' HTTP/1.1')"
    return LogFormat(
        name=name or NAME,
        definition=name or written(keys),
        reading="formats/json",
        slots={
            "paths": str(paths),
            "keys": ", ".join(f"{texts[field]} AS {field}" for field in KEYS_OF),
            "logged_at": times.any_time_of("time"),
            "is_one": _is_one(tuple(keys[field] for field in NEEDED)),
        },
        fields=frozenset(keys) | {"request"},
        needed=tuple(keys[field] for field in NEEDED),
    )


def _told(field: str, key: str, paths: list[str]) -> str:
    """Return the text of a field's key; add the paths of what it may be called to those that are taken."""
    places = []
    for name in key.split("|"):
        paths.append(path_of(name))
        places.append(f"v[{len(paths)}]")
    first = [f"nullif({place}, '')" for place in places[:-1]]
    text = f"coalesce({', '.join([*first, places[-1]])}, {ABSENT.get(field, repr(''))})"
    # a text in JSON may hold a line break or another sign that no line of a log holds
    return f"CASE WHEN is_escaped THEN regexp_replace({text}, '[[:cntrl:]]', ' ', 'g') ELSE {text} END"


def _is_one(needed: Sequence[str]) -> str:
    texts = [
        ", ".join(f"json_extract_string(line, '{path_of(name)}')" for name in key.split("|"))
        for key in needed
    ]
    has_all = " AND ".join(f"coalesce({text}) <> ''" for text in texts)
    return f"CASE WHEN starts_with(line, '{{') AND json_valid(line) THEN {has_all} ELSE false END"


def written(keys: Mapping[str, str]) -> str:
    """Return the definition of lines whose fields have these keys."""
    return " ".join([NAME, *(f"{field}={key}" for field, key in keys.items())])


def parse(definition: str) -> LogFormat:
    """Return the shape of a definition; raise UsageError where it is none."""
    pairs = [word.partition("=") for word in definition.split()[1:]]
    if wrong := next((field for field, sign, key in pairs if not (sign and key)), None):
        raise UsageError(f"«{definition}»: «{wrong}» names no key; write «json time=KEY client=KEY …»")
    return shape({field: key for field, _, key in pairs})


def of_sample(lines: list[str]) -> LogFormat | None:
    """Return the shape of a log that these lines are of, if most of them are objects with known keys."""
    objects = [told for line in lines if (told := _object(line)) is not None]
    if not objects or 2 * len(objects) <= len(lines):
        return None
    keys = _keys(objects)
    has_request = "request" in keys or {"method", "path"} <= keys.keys()
    return shape(keys) if has_request and {*NEEDED} <= keys.keys() else None


def fits(shaped: LogFormat, line: str) -> bool:
    """Whether a line is an object with the keys that a hit needs."""
    told = _object(line)
    return told is not None and all(
        any(_value(told, name) not in (None, "") for name in key.split("|")) for key in shaped.needed
    )


def of_variables(keys: Mapping[str, str]) -> LogFormat:
    """Return the shape of an nginx log_format with escape=json: by key the variable that it holds."""
    fields = {name: field for field, names in reversed(KEYS_OF.items()) for name in names.split()} | VARIABLES
    told: dict[str, str] = {}
    for key, written in keys.items():
        variable = written.rpartition("$")[2]  # of a template, such as $scheme://$host$request_uri, the last
        if variable in fields:
            told.setdefault(fields[variable], key)
    return shape(told)


def keys_of(lines: list[str]) -> str:
    """Return the keys of the first of some lines that is an object; '' where none is."""
    first = next((told for line in lines if (told := _object(line)) is not None), {})
    return " ".join(first)


def path_of(key: str) -> str:
    """Return a key as DuckDB's JSON path: `request.headers.Referer.0` as $."request"."headers"[…][0]."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in _steps(key))


def _keys(objects: list[dict[str, Any]]) -> dict[str, str]:
    """Return for each field the first of its keys under which the objects hold a plain value."""
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


def _value(told: object, key: str) -> object:
    for step in _steps(key):
        if isinstance(told, dict):
            told = told.get(step)
        elif isinstance(told, list) and isinstance(step, int) and step < len(told):
            told = told[step]
        else:
            return None
    return told


def _steps(key: str) -> list[str | int]:
    """Cut a key at its dots; a step in double quotes may hold some, and a number is a place in a list."""
    steps = _STEP.findall(key)
    return [int(bare) if bare.isdecimal() else bare or quoted for quoted, bare in steps]


def _object(line: str) -> dict[str, Any] | None:
    try:
        told = json.loads(line) if line.startswith("{") else None
    except ValueError:
        return None
    return told if isinstance(told, dict) else None
