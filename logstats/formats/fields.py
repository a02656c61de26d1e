"""The fields of a line, and their names in each family of log formats.

The statements that parse lines take their lists of fields from this table. A new field that is stored with a
hit is added here, in the schema, in `ingest/hits/hit_insert` and in the view `hits`.
"""

from functools import cache
from typing import NamedTuple

from logstats.store import statements


class Field(NamedTuple):
    """A field of a line: its names in each family of formats, and the SQL of its value.

    `directives` are apache-log-parser's names of directives. `w3c` are the names in a W3C header, of which
    the first that a header has is used. The keys in JSON lines are in json_keys, each with its source.
    `absent` is SQL for the text of a line without the field, `unlogged` where it differs for lines of a
    format without the field. `typed` is SQL for the value, with {text}, or {unescaped} for the text without
    escapes; '' where `ingest/parse/line` has its own expression, or where the field is only a part of
    another one.
    """

    name: str
    directives: tuple[str, ...] = ()
    w3c: tuple[str, ...] = ()
    absent: str = "''"
    unlogged: str = ""
    typed: str = ""


# The agent of lines whose format has none. No client can send it: that text is typed as ''.
UNKNOWN_AGENT = r"E'\n'"
_DIGITS = "CASE WHEN is_clean OR regexp_full_match({text}, '%s') THEN try_cast({text} AS %s) END"

UNITS_MS = {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}  # of a duration: how many milliseconds it is
WITHOUT_UNIT = ""  # of a duration: seconds where there is a decimal point, else milliseconds

FORWARDED_HEADERS = {
    # a header in which a proxy names the client, the usual one first: who writes it
    "X-Forwarded-For": "most proxies; a list to which each one adds the client that it sees",
    "CF-Connecting-IP": "Cloudflare",
    "X-Real-IP": "nginx, by convention; ingress-nginx, Traefik",
    "True-Client-IP": "Akamai, Cloudflare",
    "Forwarded": "RFC 7239; for= is the client",
    "X-Client-IP": "Apache mod_remoteip's documentation, Azure, Amazon",
    "X-Original-Forwarded-For": "ingress-nginx, which keeps there what it received",
    "X-Cluster-Client-IP": "Rackspace, Riverbed, Zeus",
    "Fastly-Client-IP": "Fastly",
    "Fly-Client-IP": "Fly.io",
    "X-Azure-ClientIP": "Azure Front Door",
    "CF-Connecting-IPv6": "Cloudflare with Pseudo IPv4",
    "DO-Connecting-IP": "DigitalOcean's App Platform",
    "Ali-CDN-Real-IP": "Alibaba Cloud CDN",
    "Cdn-Src-Ip": "Alibaba Cloud CDN, CDNetworks",
    "Incap-Client-IP": "Imperva (Incapsula)",
    "X-Sucuri-ClientIP": "Sucuri",
    "X-NF-Client-Connection-IP": "Netlify",
    "X-Envoy-External-Address": "Envoy, Istio",
    "X-ProxyUser-Ip": "Google services",
}
FORWARDED_W3C = (
    *("x-forwarded-for", "cs(x-forwarded-for)", "x-xff", "s-xff"),
    *(name for header in [*FORWARDED_HEADERS][1:] for name in (header.lower(), f"cs({header.lower()})")),
)

UNIT_OF_DIRECTIVE = {
    # a directive's name: the unit of its duration
    "time_us": "us",
    "time_ms": "ms",
    "time_s": "s",
}
LONGEST_MS = 10**12  # 31 years; what is longer is no duration

LINE_FIELDS = (
    Field(
        name="client",
        # where a format has both, %h may be the load balancer; %{c}a and %{c}h are it behind mod_remoteip
        directives=(
            "remote_ip",
            "remote_host",
            "peer_ip",
            "peer_host",
            "env_remote_addr",
            "env_remote_host",
        ),
        w3c=("c-ip", "client_ip", "c-dns"),
        typed="{text}",
    ),
    Field(
        name="forwarded",
        directives=tuple(
            f"request_header_{header.lower().replace('-', '_')}" for header in FORWARDED_HEADERS
        ),
        w3c=FORWARDED_W3C,
    ),
    Field(
        name="vhost",
        directives=("server_name", "server_name2", "request_header_host"),
        w3c=("x-host-header", "cs-host", "cs(host)"),
        typed="{text}",  # ingest/dimensions/request has its one spelling
    ),
    Field(
        name="request",
        directives=("request_first_line",),
        typed="{unescaped}",
    ),
    Field(
        name="status",
        directives=("status",),
        w3c=("sc-status",),
        typed=(
            "CASE WHEN is_clean OR regexp_full_match({text}, '[0-9]{3}') THEN try_cast({text} AS SMALLINT) "
            # the client went away before a status was sent; HAProxy writes -1
            "WHEN {text} IN ('-', '0', '-1') THEN CAST(0 AS SMALLINT) "
            "WHEN regexp_full_match({text}, '[0-9]{3} [A-Za-z][A-Za-z -]*') "
            "THEN try_cast(left({text}, 3) AS SMALLINT) END"
        ),
    ),
    Field(
        name="bytes",
        directives=("response_bytes", "response_bytes_clf", "bytes_tx"),
        w3c=("sc-bytes", "bytes"),
        absent="'-'",
        typed=f"CASE WHEN {{text}} = '-' THEN 0 ELSE {_DIGITS % ('[0-9]{1,18}', 'BIGINT')} END",
    ),
    Field(
        name="referrer",
        directives=("request_header_referer",),
        w3c=("cs(referer)", "cs(referrer)"),
        typed="CASE WHEN {text} = '-' THEN '' ELSE {unescaped} END",
    ),
    Field(
        name="duration",
        directives=(*UNIT_OF_DIRECTIVE,),
        w3c=("time-taken",),
        unlogged="CAST(NULL AS BIGINT)",
        typed="{text}",  # by `milliseconds`, so that formats without it cost nothing
    ),
    Field(
        name="agent",
        directives=("request_header_user_agent",),
        w3c=("cs(user-agent)", "user-agent"),
        unlogged="CAST(NULL AS VARCHAR)",
        typed=(
            # a clean line has no line break
            f"CASE WHEN is_clean AND {{text}} <> '-' THEN {{text}} "
            f"WHEN {{text}} IN ('-', {UNKNOWN_AGENT}) THEN '' "
            f"ELSE coalesce({{unescaped}}, {UNKNOWN_AGENT}) END"
        ),
    ),
)
TIME_FIELDS = (
    Field(
        name="time",
        directives=("time_received",),
        w3c=("time", "time-utc"),
    ),
    Field(name="day", w3c=("date", "date-utc")),
    Field(name="local_day", w3c=("date-local",)),  # IIS Advanced Logging, in the server's zone
    Field(name="local_time", w3c=("time-local",)),
    Field(name="stamp", w3c=("event_time",)),  # COUNTER, a complete instant
)
REQUEST_PARTS = (
    Field(
        name="method",
        directives=("method",),
        w3c=("cs-method",),
    ),
    Field(
        name="path",
        directives=("url_path",),
        w3c=("cs-uri-stem", "cs-uri", "request_url"),
    ),
    Field(
        name="query",
        directives=("query_string",),
        w3c=("cs-uri-query",),
    ),
    Field(name="protocol", directives=("protocol",)),
)
OTHERS = (Field(name="user", directives=("remote_user",)),)  # its pattern differs from that of other words

_BY_NAME = {field.name: field for field in (*LINE_FIELDS, *TIME_FIELDS, *REQUEST_PARTS, *OTHERS)}
_FIRST = ("time", "client", "forwarded", "vhost", "request", "method", "path", "query")  # of a definition
_ORDERED = (
    *(_BY_NAME[name] for name in _FIRST),
    *(_BY_NAME[name] for name in _BY_NAME if name not in _FIRST),
)

FIELDS = tuple(field.name for field in LINE_FIELDS)
DIRECTIVES_OF = {field.name: field.directives for field in LINE_FIELDS}
PARTS = tuple(field.name for field in REQUEST_PARTS)
ABSENT = {field.name: field.absent for field in LINE_FIELDS}
UNLOGGED = {field.name: field.unlogged or field.absent for field in LINE_FIELDS}
FIELD_OF_DIRECTIVE = {name: field.name for field in _ORDERED for name in field.directives}
W3C_NAMES_OF = {field.name: field.w3c for field in _ORDERED if field.w3c}
W3C_NAMES_OF["client"] += FORWARDED_W3C


def milliseconds(text: str, unit: str) -> str:
    """Return the SQL of a text's duration in whole milliseconds, NULL where the text is no duration."""
    factor = f"CASE WHEN contains({text}, '.') THEN {UNITS_MS['s']} ELSE {UNITS_MS['ms']} END"
    if unit != WITHOUT_UNIT:
        factor = str(UNITS_MS[unit])
    number = f"try_cast({text} AS DOUBLE) * {factor}"
    return f"CASE WHEN {number} BETWEEN 0 AND {LONGEST_MS} THEN CAST(round({number}) AS BIGINT) END"


@cache
def typed_columns(*, has_escapes: bool) -> str:
    """Return the columns of typed values, for `ingest/parse/line`; `has_escapes`: of bytes, in some texts.

    To plan the expressions of escapes takes as long as the rest of the statement.
    """
    escaped = statements.load("fragments/unescaped").sql.strip()
    unescaped = f"CASE WHEN is_clean THEN {{text}} ELSE {escaped} END" if has_escapes else "{text}"
    typed = {field.name: field.typed.replace("{unescaped}", unescaped) for field in LINE_FIELDS}
    return ", ".join(f"{text.replace('{text}', name)} AS {name}" for name, text in typed.items() if text)
