"""JSON lines: fields by their keys and values, lines that lack one, and lines that are not quite JSON."""

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support.lines import Hit, read_bytes

from logstats import formats
from logstats.config import Settings, Site
from logstats.errors import FormatError
from logstats.formats import json_keys, json_messages, jsonlines, named

Row = dict[str, Any]
LOGS = {
    log["server"]: log
    for log in tomllib.loads(Path(__file__).with_name("json_logs.toml").read_text("utf-8"))["log"]
}
AT = datetime(2026, 11, 23, 1)
LINE = {
    "time_iso8601": "2026-11-23T08:00:00+07:00",
    "remote_addr": "192.0.2.10",
    "host": "portal.example",
    "request_method": "GET",
    "request_uri": "/a?b=c",
    "status": 200,
    "body_bytes_sent": 512,
    "http_referer": "",
    "http_user_agent": "Agent/1",
}


def hit_of(log: Row) -> Hit:
    """Return the hit that a row of the table describes."""
    return Hit(
        site=log.get("site", "portal.example"),
        client="192.0.2.10",
        at=AT,
        method="GET",
        target=log.get("target", "/a?b=c"),
        status=200,
        size=log.get("size", 512),
        referrer=log.get("referrer", ""),
        agent=log.get("agent", "Agent/1"),
    )


@pytest.mark.parametrize("server", LOGS)
def test_the_fields_of_a_servers_lines_are_found(server: str) -> None:
    log = LOGS[server]
    settings = Settings(unlisted=Site(timezone=log.get("zone", "UTC")))
    reading = read_bytes(f"{log['line']}\n".encode() * 2, "auto", settings)
    assert reading.rejects == ()
    assert reading.hits == (hit_of(log), hit_of(log))


@pytest.mark.parametrize("server", LOGS)
def test_the_format_of_a_servers_lines_has_its_name(server: str) -> None:
    found = formats.detect(f"{LOGS[server]['line']}\n".encode() * 3, "access.log")
    assert found.name == LOGS[server].get("format", "json")
    assert formats.format_of(found.definition) == found, "the definition that is stored is the format"


# --- Lines that lack a field --------------------------------------------------------------------------

BY_KEYS = "json time=t client=c vhost=h method=m path=p query=q status=s bytes=b referrer=r agent=a"
GOOD = {
    "t": "2026-11-23T01:00:00Z",
    "c": "192.0.2.10",
    "h": "portal.example",
    "m": "GET",
    "p": "/a",
    "q": "b=c",
    "s": 200,
    "b": 512,
    "r": "",
    "a": "Agent/1",
}
NO_FIT = "does not fit the format: "
ABSENT = object()
EMPTY = {
    "absent": ABSENT,
    "null": None,
    "empty": "",
    "a dash": "-",
    "an object": {"x": "/a"},
    "a list": ["/a"],
}
VALUES: dict[str, tuple[str, object, Row | str]] = {
    # a key and another value under it: what differs in the hit, or the reason for refusing the line
    **{
        f"no {name}: {what}": (key, value, f"{NO_FIT}no {name} ({key})")
        for name, key in (("path", "p"), ("method", "m"))
        for what, value in EMPTY.items()
    },
    **{
        f"no {name}: {what}": (key, value, f"{NO_FIT}no {name} ({key})")
        for name, key in (("time", "t"), ("client", "c"), ("status", "s"))
        for what, value in EMPTY.items()
        if what in ("absent", "null", "empty")
    },
    **{
        f"no {name}: an object": (key, {"x": 1}, f"{NO_FIT}no {name} ({key})")
        for name, key in (("client", "c"), ("status", "s"))
    },
    **{
        f"a path: {value!r}": ("p", value, f"{NO_FIT}no path (p)")
        for value in (True, 5, 0.5, "a", "?x=1", " ")
    },
    "a path of a whole server": ("p", "*", {"target": "*?b=c"}),
    "a URL as a path": ("p", "https://portal.example:8443/a", {}),
    "a URL without a path": ("p", "https://portal.example", {"target": "/?b=c"}),
    "a URL with a query and no path": ("p", "https://portal.example?x=1", {"target": "/?x=1"}),
    "a path with its query": ("p", "/a?b=c", {}),
    "a query with its mark": ("q", "?b=c", {}),
    "no query: null": ("q", None, {"target": "/a"}),
    "no query: a dash": ("q", "-", {"target": "/a"}),
    "a method in small letters": ("m", "get", {}),
    "a method that is none": ("m", "G T", f"{NO_FIT}no method (m)"),
    "a status as a text": ("s", "200", {}),
    "a status as a float": ("s", 200.0, {}),
    "a status with its words": ("s", "200 OK", {}),
    "a status that is true": ("s", True, "no such status"),
    "a status of four digits": ("s", 2000, "no such status"),
    "a size as a text": ("b", "512", {}),
    "a size as a float": ("b", 512.0, {}),
    "no size: null": ("b", None, {"size": 0}),
    "no size: empty": ("b", "", {"size": 0}),
    "no size: absent": ("b", ABSENT, {"size": 0}),
    "a size that is true": ("b", True, "no such size"),
    "a size with a fraction": ("b", 512.5, "no such size"),
    "no host: null": ("h", None, {"site": "default"}),
    "no host: empty": ("h", "", {"site": "default"}),
    "no host: nginx's _": ("h", "_", {"site": "default"}),
    "a URL as a host": ("h", "https://Portal.example:8443/a", {}),
    "no referrer: null": ("r", None, {}),
    "no agent: null": ("a", None, {"agent": ""}),
    "an agent in quotes": ("a", '"Agent/1"', {}),
    "an agent that is encoded": ("a", "Agent/1%20(X)", {"agent": "Agent/1 (X)"}),
    "an agent that is encoded twice": ("a", "Agent/1%2520(X)", {"agent": "Agent/1 (X)"}),
    "a line break in an agent": ("a", "Agent\n1", {"agent": "Agent 1"}),
    "a NUL in an agent": ("a", "Agent\0001", {"agent": "Agent 1"}),
    "a time of another year": ("t", "9999-12-31T23:59:59.9999999Z", "no such time"),
    "a time of 5,000 digits": ("t", int("9" * 4000), "no such time"),
    "a time that is true": ("t", True, "no such time"),
    "a duration as a time": ("t", 0.012, "no such time"),
}


def of_good(key: str, value: object) -> str:
    """Return the good line with another value under a key."""
    record = {name: value if name == key else other for name, other in GOOD.items()}
    return json.dumps({name: value for name, value in record.items() if value is not ABSENT})


@pytest.mark.parametrize("case", VALUES)
def test_a_value_is_read_or_the_line_is_refused_with_the_field(case: str) -> None:
    key, value, expected = VALUES[case]
    lines = [json.dumps(GOOD), of_good(key, value), json.dumps(GOOD)]
    reading = read_bytes("".join(f"{line}\n" for line in lines).encode(), BY_KEYS)
    good = hit_of({})
    if isinstance(expected, str):
        assert [(number, reason) for number, reason, _ in reading.rejects] == [(2, expected)]
        assert reading.hits == (good, good)
    else:
        assert reading.rejects == ()
        assert reading.hits == (good, good._replace(**expected), good)


NAMED = [
    (name, field, key)
    for name in formats.FORMATS
    if (keys := named.load(name).log_format.keys)
    for field, key in keys.items()
    if field in ("time", "client", "method", "path", "status")
]


def without(record: Any, key: str) -> None:
    """Set what is under a key, of several all, to null."""
    for name in key.split("|"):
        value, steps = record, jsonlines._steps(name)
        for step in steps[:-1]:
            value = value.get(step, {}) if isinstance(value, dict) else {}
        if isinstance(value, dict) and steps[-1] in value:
            value[steps[-1]] = None


@pytest.mark.parametrize(("name", "field", "key"), NAMED)
def test_a_line_of_a_named_format_without_a_required_field_is_refused_with_it(
    name: str, field: str, key: str
) -> None:
    good = named.load(name).samples[0]["line"]
    record = json.loads(good)
    without(record, key)
    reading = read_bytes(f"{good}\n{json.dumps(record)}\n".encode(), name)
    assert [(number, reason) for number, reason, _ in reading.rejects] == [(2, f"{NO_FIT}no {field} ({key})")]
    assert len(reading.hits) == 1


@pytest.mark.parametrize(("name", "field", "key"), NAMED)
def test_a_log_of_a_named_format_without_a_required_key_is_refused_with_it(
    name: str, field: str, key: str
) -> None:
    record = json.loads(named.load(name).samples[0]["line"])
    without(record, key)
    log = f"{json.dumps(record)}\n".encode() * 3
    with pytest.raises(FormatError, match=rf"the first one has no {field} \("):
        formats.require_fit(formats.format_of(name), log, "access.log")


LACKING = {
    # keys that a log lacks: the fields that its refusal names
    ("status",): "without a known key for status;",
    ("request_uri",): "without a known key for path;",
    ("request_method",): "without a known key for method;",
    ("request_method", "request_uri"): "without a known key for request;",
    ("time_iso8601",): "without a known key for time;",
    ("remote_addr", "status"): "without a known key for client and status;",
}


@pytest.mark.parametrize("keys", LACKING)
def test_a_log_without_a_required_key_is_refused_with_its_name(keys: tuple[str, ...]) -> None:
    record = {key: value for key, value in LINE.items() if key not in keys}
    with pytest.raises(FormatError, match=LACKING[keys]) as error:
        formats.detect(f"{json.dumps(record)}\n".encode() * 3, "access.log")
    assert "http_user_agent" in str(error.value)
    assert "KEY" in str(error.value)


def test_which_key_is_which_field_is_described() -> None:
    record = {key: value for key, value in LINE.items() if key not in ("http_user_agent", "http_referer")}
    keys, *lacking = json_messages.described(
        formats.detect(f"{json.dumps(record)}\n".encode() * 30, "access.log")
    )
    assert keys == (
        "the keys are time=time_iso8601 client=remote_addr vhost=host method=request_method path=request_uri "
        "status=status bytes=body_bytes_sent"
    )
    assert lacking == [
        "no key for agent: visitors are told apart by client alone",
        "no key for referrer, forwarded",
    ]
    assert json_messages.described(formats.format_of("combined")) == []


# --- Keys ---------------------------------------------------------------------------------------------


def spelled(how: str, key: str) -> str:
    """Return a key in another spelling."""
    words = key.split("_")
    return {
        "snake": key,
        "kebab": "-".join(words),
        "camel": words[0] + "".join(word.title() for word in words[1:]),
        "Pascal": "".join(word.title() for word in words),
        "UPPER": key.upper(),
        "Title-Kebab": "-".join(word.title() for word in words),
    }[how]


@pytest.mark.parametrize("how", ["snake", "kebab", "camel", "Pascal", "UPPER", "Title-Kebab"])
@pytest.mark.parametrize("form", ["plain", "nested", "deep", "lists"])
def test_a_key_is_found_in_any_spelling(how: str, form: str) -> None:
    record: Row = {spelled(how, key): value for key, value in LINE.items()}
    if form == "lists":
        record = {key: [value] for key, value in record.items()}
    if form in ("nested", "deep"):
        record = {"log": record, "time": "2026-11-23T09:00:00Z", "stream": "stdout"}
    if form == "deep":
        record = {"@timestamp": "2026-11-23T09:30:00Z", "a": {"b": record}, "host": "machine"}
    reading = read_bytes(f"{json.dumps(record)}\n".encode() * 2, "auto")
    assert reading.rejects == ()
    assert reading.hits == (hit_of({}), hit_of({}))


def test_each_key_has_a_source_and_is_one_key_of_its_field() -> None:
    for field, keys in json_keys.KEYS.items():
        assert all(keys.values())
        names = [json_keys.normal(key) for key in keys]
        assert len(names) == len(set(names)), f"{field} has a key twice"


def test_a_key_that_only_later_lines_have_is_found() -> None:
    first = {**LINE, "http_user_agent": None}
    other = {key: value for key, value in LINE.items() if key != "remote_addr"} | {"client_ip": "192.0.2.10"}
    log = "".join(f"{json.dumps(record)}\n" for record in (first, LINE, other, LINE))
    reading = read_bytes(log.encode(), "auto")
    assert reading.rejects == ()
    assert [hit.agent for hit in reading.hits] == ["", "Agent/1", "Agent/1", "Agent/1"]
    assert {hit.client for hit in reading.hits} == {"192.0.2.10"}


def test_a_named_format_is_detected_only_where_it_finds_what_is_there() -> None:
    log = "".join(
        f"{json.dumps({**LINE, 'http_user_agent': '', 'user_agent': 'Agent/1'})}\n" for _ in range(3)
    )
    assert formats.detect(log.encode(), "access.log").name == "nginx_json"
    renamed = {("user_agent" if key == "http_user_agent" else key): value for key, value in LINE.items()}
    found = formats.detect(f"{json.dumps(renamed)}\n".encode() * 3, "access.log")
    assert (found.name, found.keys["agent"]) == ("json", "user_agent")


# --- Lines that are not quite JSON lines --------------------------------------------------------------

TEXT = json.dumps(LINE)
HIT = hit_of({})
BRACKET = "a header line"
NO_JSON = f"{NO_FIT}not a JSON object"
DEEP = '{"x":' + "[" * 1000 + "]" * 1000 + ", " + TEXT[1:]
VARIANTS: dict[str, tuple[list[str], list[str]]] = {
    # lines, of which those that hold a whole object are hits: the reasons for the others
    "an array": (["[", f"{TEXT},", f"{TEXT},", TEXT, "]"], [BRACKET, BRACKET]),
    "an array from the first line on": ([f"[{TEXT},", f"  {TEXT},", f"{TEXT}]"], []),
    "commas in front": (["[", f" {TEXT}", f",{TEXT}", f", {TEXT}", "]"], [BRACKET, BRACKET]),
    "commas behind": ([f"{TEXT},", f"{TEXT},", f"{TEXT},"], []),
    "an array of one object a line": ([f"[{TEXT}]", f"[{TEXT}]", f"[ {TEXT} ]"], []),
    "CRLF": ([f"{TEXT}\r", f"{TEXT}\r", f"{TEXT}\r"], []),
    "CRLF and commas": (["[\r", f"{TEXT},\r", f"{TEXT},\r", f"{TEXT}\r", "]\r"], [BRACKET, BRACKET]),
    "a byte order mark": ([f"\ufeff{TEXT}", TEXT, f"\ufeff{TEXT}"], []),
    "spaces around": ([f"  {TEXT}", f"\t{TEXT}  ", f" {TEXT}\t"], []),
    "a line cut off": ([TEXT, TEXT, TEXT[:40], TEXT], [NO_JSON]),
    "two objects on a line": ([TEXT, TEXT, TEXT + TEXT, TEXT], [NO_JSON]),
    "a lone surrogate": ([TEXT, TEXT, TEXT.replace("Agent/1", r"\ud800"), TEXT], [NO_JSON]),
    "a text": ([TEXT, TEXT, '"a"', TEXT], [NO_JSON]),
    "an empty object": ([TEXT, TEXT, "{}", TEXT], [f"{NO_FIT}no time (time_iso8601)"]),
    "deeply nested": ([DEEP, TEXT, DEEP], []),
    "5,000 digits": ([TEXT, TEXT[:-1] + ', "n": ' + "9" * 5000 + "}", TEXT], []),
    "keys twice": ([TEXT, TEXT[:-1] + ', "status": 404}', TEXT], []),
}


@pytest.mark.parametrize("log_format", ["auto", "nginx_json"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_lines_that_are_not_quite_json_lines(variant: str, log_format: str) -> None:
    lines, reasons = VARIANTS[variant]
    reading = read_bytes("".join(f"{line}\n" for line in lines).encode(), log_format)
    assert [reason for _, reason, _ in reading.rejects] == reasons
    assert reading.hits == (HIT,) * (len(lines) - len(reasons))


DOCUMENTS = {
    # a log that is JSON, but not lines of it: what its refusal says
    f"[{TEXT},{TEXT}]\n": "a JSON array on one line",
    json.dumps([LINE, LINE], indent=2) + "\n": "JSON objects over several lines",
    json.dumps(LINE, indent=2) + "\n": "JSON objects over several lines",
    json.dumps({"records": [LINE, LINE]}) + "\n": "a list of records in 'records'",
}


@pytest.mark.parametrize("document", DOCUMENTS, ids=DOCUMENTS.values())
def test_a_document_of_json_is_refused_with_what_to_do(document: str) -> None:
    with pytest.raises(FormatError, match=DOCUMENTS[document]) as error:
        formats.detect(document.encode(), "access.json")
    assert "jq -c" in str(error.value)


ESCAPES = {
    # a value as nginx and Apache write it without escape=json: its text
    r"/a\x22b\x5Cc": '/a"b\\c',
    r"/\xE1\xBB\xA9": "/ứ",
    r"/a\"b\\c": '/a"b\\c',
    r"/\\x41\xe1": r"/\x41\xe1",
    r"/a\v": r"/a\v",
    "/\\u00e1": "/á",
}


@pytest.mark.parametrize("written", ESCAPES)
def test_an_escape_that_json_does_not_have_is_that_of_a_line_of_text(written: str) -> None:
    reading = read_bytes(f"{TEXT.replace('/a?b=c', written)}\n".encode() * 2, "auto")
    assert reading.rejects == ()
    assert [hit.target for hit in reading.hits] == [ESCAPES[written]] * 2
