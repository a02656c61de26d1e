"""How long an answer took is stored in milliseconds, whatever the unit of its log."""

import json
from pathlib import Path

import pytest
from support.surface import run

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
COMBINED = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"'
NGINX = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "-" "$http_user_agent"'
LINE = f'192.0.2.1 - - [20/Nov/2026:09:00:00 +0700] "GET /a HTTP/1.1" 200 5 "-" "{AGENT}"'
W3C = "#Fields: date time c-ip cs-method cs-uri-stem sc-status time-taken cs(User-Agent)\n"
ROW = "2026-11-20 02:00:00 192.0.2.1 GET /a 200 {} Firefox"
LABELS = f"time:[20/Nov/2026:09:00:00 +0700]\thost:192.0.2.1\treq:GET /a HTTP/1.1\tstatus:200\tua:{AGENT}\t"
LTSV = "ltsv time=time client=host request=req status=status agent=ua duration="
JSON = {
    "time": "2026-11-20T09:00:00+07:00",
    "remote_addr": "192.0.2.1",
    "request": "GET /a HTTP/1.1",
    "status": 200,
    "http_user_agent": AGENT,
}


def json_line(**more: object) -> str:
    return json.dumps(JSON | {key.replace("__", "."): value for key, value in more.items()})


LOGGED = {
    # a line, its format ('' to detect it), and the milliseconds that are stored
    "microseconds": (f"{LINE} 1500499", f"{COMBINED} %D", 1500),
    "half a millisecond": (f"{LINE} 1500", f"{COMBINED} %D", 2),
    "whole seconds": (f"{LINE} 2", f"{COMBINED} %T", 2000),
    "milliseconds": (f"{LINE} 25", f"{COMBINED} %{{ms}}T", 25),
    "the first of two": (f"{LINE} 25 3", f"{COMBINED} %{{ms}}T %T", 25),
    "nginx": (f"{LINE} 0.025", f"{NGINX} $request_time", 25),
    "in quotes": (f'{LINE} "0.025"', f'{NGINX} "$request_time"', 25),
    "none": (f"{LINE} -", f"{COMBINED} %D", None),
    "a text": (f"{LINE} soon", f"{COMBINED} %D", None),
    "negative": (f"{LINE} -5", f"{COMBINED} %D", None),
    "longer than a life": (f"{LINE} 99999999999999999999", f"{COMBINED} %D", None),
    "no number": (f"{LINE} NaN", f"{COMBINED} %D", None),
    "infinite": (f"{LINE} inf", f"{COMBINED} %D", None),
    "not in the format": (LINE, "", None),
    "IIS": (W3C + ROW.format(125), "", 125),
    "CloudFront": (W3C + ROW.format("0.125"), "", 125),
    "W3C without it": (W3C + ROW.format("-"), "", None),
    "LTSV": (f"{LABELS}reqtime:0.5", f"{LTSV}reqtime", 500),
    "LTSV, microseconds": (f"{LABELS}reqtime_microsec:500", f"{LTSV}reqtime_microsec", 1),
    "LTSV without it": (LABELS, f"{LTSV}reqtime", None),
    "JSON of nginx": (json_line(request_time="0.012"), "", 12),
    "JSON of Traefik": (json_line(Duration=12_400_000), "", 12),
    "JSON of Traefik in a record": (json.dumps({"log": json.loads(json_line(Duration=12_400_000))}), "", 12),
    "JSON of Caddy": (json_line(duration=0.0124), "", 12),
    "JSON of Caddy, quick": (json_line(duration=4.2e-05), "", 0),
    "JSON of Envoy": (json_line(duration=12), "", 12),
    "JSON, null": (json_line(request_time=None), "", None),
}


@pytest.mark.parametrize("name", LOGGED)
def test_a_duration_is_stored_in_milliseconds(name: str, tmp_path: Path) -> None:
    lines, log_format, expected = LOGGED[name]
    log, store = tmp_path / "access.log", tmp_path / "store.duckdb"
    log.write_text(lines + "\n", encoding="utf-8")
    ran = run("--db", store, "-q", "ingest", log, *(["--log-format", log_format] if log_format else []))
    assert (ran.code, ran.out) == (0, ""), ran
    ran = run("--db", store, "sql", "SELECT duration_ms FROM hits", "-f", "json")
    assert json.loads(ran.out) == [{"duration_ms": expected}]


def test_the_slowest_articles_come_first(tmp_path: Path) -> None:
    """Nine answers of /a in 1 to 9 s, one of /b in 20 s, and a bot's answer of a third page."""
    answers = [("/a", f"{second}000000", AGENT) for second in range(1, 10)]
    answers += [("/b", "20000000", AGENT), ("/c", "100", "Googlebot/2.1"), ("/d", "-", AGENT)]
    log, store = tmp_path / "access.log", tmp_path / "store.duckdb"
    log.write_text(
        "".join(
            f"{LINE.replace('/a', page).replace(AGENT, agent)} {micros}\n" for page, micros, agent in answers
        ),
        encoding="utf-8",
    )
    assert run("--db", store, "-q", "ingest", log, "--log-format", f"{COMBINED} %D").code == 0
    ran = run("--db", store, "slow", "--at", "last", "--min-hits", "1", "-f", "csv")
    assert ran.out.splitlines() == [
        "site,article,hits,median_ms,p95_ms,p99_ms,share_over_1s",
        "default,/b,1,20000,20000,20000,100.0",
        "default,/a,9,5000,8600,8920,88.89",
        "default,/c,1,0,0,0,0.0",
    ]
