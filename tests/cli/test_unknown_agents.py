"""Logs whose format has no user agent: their hits count, and the unknown agent is told from an empty one."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.lines import CHROME, FIREFOX, Line, contents, read_in
from support.surface import run

from logstats import formats
from logstats.formats import fields
from logstats.store import statements

SAYS = "has no user agent"
COMMON = Line(request="GET /a HTTP/1.1").common().decode()
W3C = "#Fields: date time c-ip cs-method cs-uri-stem sc-status"
AGENT = W3C + " cs(User-Agent)"
JSON = (
    '{"time":"2026-11-23T08:00:00+07:00","remote_addr":"192.0.2.1","method":"GET","uri":"/a","status":200%s}'
)
ELB = (
    "2026-11-23T01:00:00.945958Z portal 192.0.2.10:2817 203.0.113.80:80 0.00007 0.001 0.00005 200 200 0 512 "
    '"GET http://portal.example:80/a HTTP/1.1"'
)
NGINX = '$remote_addr [$time_iso8601] "$request" $status'

# what the lines are in the order of the log: unknown, empty, a person's, or another bot's
UNKNOWN, EMPTY, PERSON, BOT = (None, None), ("", "empty"), (FIREFOX, None), ("curl/8", "list")
CASES: dict[str, tuple[str, list[str], list[tuple[str | None, str | None]], bool]] = {
    # log: its format ('auto': detected), the agents of its hits with the reason, whether a note is printed
    "common": ("auto", [COMMON], [UNKNOWN], True),
    "a pasted LogFormat": (
        '%h %t "%r" %>s',
        ['192.0.2.1 [23/Nov/2026:01:00:00 +0000] "GET /a HTTP/1.1" 200'],
        [UNKNOWN],
        True,
    ),
    "nginx's log_format": (
        NGINX,
        ['192.0.2.1 [2026-11-23T01:00:00+00:00] "GET /a HTTP/1.1" 200'],
        [UNKNOWN],
        True,
    ),
    "common, then combined": (
        "auto",
        [*[COMMON] * 5, *(Line(agent=text).combined().decode() for text in ("-", "", FIREFOX, "curl/8"))],
        [*[UNKNOWN] * 5, EMPTY, EMPTY, PERSON, BOT],
        True,
    ),
    "combined, then common": (
        "auto",
        [*(Line(agent=text).combined().decode() for text in (FIREFOX, "-", "curl/8", FIREFOX)), COMMON],
        [PERSON, EMPTY, BOT, PERSON, UNKNOWN],
        False,
    ),
    "JSON without an agent": ("auto", [JSON % ""], [UNKNOWN], True),
    "JSON with one in some lines": (
        "auto",
        [
            JSON % f',"user_agent":"{FIREFOX}"',
            JSON % "",
            JSON % ',"user_agent":null',
            JSON % ',"user_agent":"-"',
            JSON % ',"user_agent":"curl/8"',
        ],
        [PERSON, EMPTY, EMPTY, EMPTY, BOT],
        False,
    ),
    "a load balancer's lines, of which old ones end before the agent": (
        "elb",
        [f"{ELB}{end}" for end in ("", ' "" - -', ' "-" - -', f' "{FIREFOX}" - -')],
        [UNKNOWN, EMPTY, EMPTY, PERSON],
        True,
    ),
    "W3C without an agent": ("auto", [W3C, "2026-11-23 01:00:00 192.0.2.1 GET /a 200"], [UNKNOWN], True),
    "W3C that gets an agent": (
        "auto",
        [
            AGENT,
            "2026-11-23 01:00:00 192.0.2.1 GET /a 200 -",
            f"2026-11-23 01:00:00 192.0.2.1 GET /a 200 {FIREFOX.replace(' ', '+')}",
            W3C,
            "2026-11-23 01:00:00 192.0.2.1 GET /a 200",
        ],
        [EMPTY, PERSON, UNKNOWN],
        True,
    ),
}


def rows(*arguments: str | Path) -> list[dict[str, Any]]:
    """Return the rows that a command prints."""
    ran = run(*arguments, "--format", "json")
    assert ran.code == 0, ran.err
    listed: list[dict[str, Any]] = json.loads(ran.out)
    return listed


@pytest.mark.parametrize("case", CASES)
def test_an_agent_that_the_format_lacks_is_unknown_and_one_that_is_empty_is_a_bots(
    tmp_path: Path, case: str
) -> None:
    log_format, lines, agents, is_noted = CASES[case]
    log, store = tmp_path / "access.log", tmp_path / "store.duckdb"
    log.write_text("".join(f"{line.rstrip()}\n" for line in lines))
    ran = run("--db", store, "ingest", "--log-format", log_format, log)
    assert (ran.code, SAYS in ran.err or "no key for agent" in ran.err) == (0, is_noted)
    query = "SELECT agent, bot_reason FROM hits JOIN agents USING (agent_id) ORDER BY ALL"
    found = ((row["agent"], row["bot_reason"]) for row in rows("--db", store, "sql", query))
    assert Counter(found) == Counter(agents)
    before = contents(store, "hits", "visits", "day_totals", "agents")
    assert [run("--db", store, command).code for command in ("verify", "rebuild", "verify")] == [0, 0, 0]
    assert contents(store, "hits", "visits", "day_totals", "agents") == before
    assert run("--db", store, "undo", "1").code == 0
    assert contents(store, "hits", "visits")["hits"] == []


def test_visitors_are_clients_and_other_rules_hold(tmp_path: Path) -> None:
    log, store = tmp_path / "access.log", tmp_path / "store.duckdb"
    clients = {"192.0.2.1": "/a", "192.0.2.2": "/a", "127.0.0.1": "/a", "192.0.2.3": "/style.css"}
    log.write_bytes(
        b"".join(Line(client, request=f"GET {path} HTTP/1.1").common() for client, path in clients.items())
    )
    read_in(store, log, log_format="common")
    assert {(row[2], row[12]) for row in contents(store, "hits")["hits"]} == {
        ("192.0.2.1", "page view"),
        ("192.0.2.2", "page view"),
        ("127.0.0.1", "internal"),
        ("192.0.2.3", "asset"),
    }
    assert len(contents(store, "visits")["visits"]) == 2
    assert rows("--db", store, "bots", "--at", "last") == []
    assert rows("--db", store, "suspects", "--at", "last") == []


def test_a_suspect_without_an_agent_is_found_by_its_paths_and_shown(tmp_path: Path) -> None:
    log, store = tmp_path / "access.log", tmp_path / "store.duckdb"
    probed = [
        Line(request=f"GET {path} HTTP/1.1", status="404")
        for path in ("/.env", "/.git/config", "/wp-login.php")
    ]
    people = [Line("192.0.2.2"), Line("192.0.2.1")]
    log.write_bytes(b"".join(line.common() for line in (*probed, *people)))
    read_in(store, log, log_format="common")
    (row,) = rows("--db", store, "suspects", "--by", "visitor", "--at", "last")
    assert (row["rule"], row["agent"], row["visitors"]) == ("scanner paths", None, 1)


@pytest.mark.parametrize("text", ["\\n", "%0A", "%250A", "\\u000a"])
def test_no_client_can_be_of_the_unknown_agent(tmp_path: Path, text: str) -> None:
    in_cloudfront = "\t".join(["2026-11-23", "01:00:00", "192.0.2.1", "GET", "/a", "200", text])
    logs = {
        "combined": Line(agent=text).combined().decode(),
        "w3c": f"{AGENT}\n{in_cloudfront}\n",
        "json": "\n".join(JSON % f',"user_agent":"{agent}"' for agent in (CHROME, text)) + "\n",
    }
    for name, content in logs.items():
        log, store = tmp_path / name, tmp_path / f"{name}.duckdb"
        log.write_text(content)
        read_in(store, log, log_format="auto")
        assert rows("--db", store, "sql", "SELECT 1 FROM agents WHERE agent IS NULL") == []


def test_formats_says_which_have_no_agent(tmp_path: Path) -> None:
    without = {name for name in formats.FORMATS if SAYS in run("formats", name).err}
    assert {"common", "haproxy", "squid", "uwsgi"} <= without
    assert without.isdisjoint({"combined", "alb", "caddy", "s3", "vhost_combined", "cloudfront"})
    log = tmp_path / "access.log"
    log.write_text(COMMON)
    assert SAYS in run("formats", log).err
    log.write_bytes(Line().combined())
    assert run("formats", log).err == ""


def test_the_unknown_agent_is_written_once_in_sql_and_once_in_the_table_of_fields() -> None:
    assert statements.load("fragments/unknown_agent").sql.strip() == fields.UNKNOWN_AGENT
