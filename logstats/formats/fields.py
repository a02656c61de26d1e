"""The fields of a line, and their names in each family of log formats.

The statements that parse lines take their lists of fields from this table. A new field that is stored with a
hit is added here, in the schema, in `ingest/hits/hit_insert` and in the view `hits`.
"""

from typing import NamedTuple


class Field(NamedTuple):
    """A field of a line: its names in each family of formats, and the SQL of its value.

    `directives` are apache-log-parser's names of directives. `keys` are the keys in JSON lines, the most
    likely one first. `w3c` are the names in a W3C header, of which the first that a header has is used.
    `absent` is SQL for the text of a line without the field, `unlogged` where it differs for lines of a
    format without the field. `typed` is SQL, with {text}, for the value; '' where `ingest/parse/line` has its
    own expression, or where the field is only a part of another one.
    """

    name: str
    directives: tuple[str, ...] = ()
    keys: str = ""
    w3c: tuple[str, ...] = ()
    absent: str = "''"
    unlogged: str = ""
    typed: str = ""


# The agent of lines whose format has none. No client can send it: that text is typed as ''.
UNKNOWN_AGENT = r"E'\n'"
_DIGITS = "CASE WHEN is_clean OR regexp_full_match({text}, '%s') THEN try_cast({text} AS %s) END"

LINE_FIELDS = (
    Field(
        name="client",
        directives=("remote_host", "remote_ip"),
        keys=(
            "request.client_ip request.remote_ip ClientHost remote_addr client_ip remote_ip "
            "clientip client ip source.ip client.ip remoteAddr http.client_ip realip_remote_addr "
            "host_ip"
        ),
        w3c=("c-ip", "client_ip"),
        typed="{text}",
    ),
    Field(
        name="forwarded",
        directives=(
            "request_header_x_forwarded_for",
            "request_header_cf_connecting_ip",
            "request_header_x_real_ip",
            "request_header_true_client_ip",
        ),
        keys=(
            "request.headers.X-Forwarded-For.0 request_X-Forwarded-For http_x_forwarded_for "
            "x_forwarded_for xff forwarded_for http_cf_connecting_ip"
        ),
        w3c=("x-forwarded-for", "cs(x-forwarded-for)", "x-xff", "s-xff"),
    ),
    Field(
        name="vhost",
        directives=("server_name", "server_name2", "request_header_host"),
        keys=(
            "request.host RequestHost host http_host server_name vhost domain url.domain authority "
            "virtual_host"
        ),
        absent="$vhost",
        typed="lower(split_part({text}, ':', 1))",
    ),
    Field(
        name="request",
        directives=("request_first_line",),
        keys="request request_line requestLine http_request",
        typed="{text}",
    ),
    Field(
        name="status",
        directives=("status",),
        keys=(
            "status DownstreamStatus http.response.status_code status_code response "
            "response_status statusCode response_code code"
        ),
        w3c=("sc-status",),
        typed=_DIGITS % ("[0-9]{3}", "SMALLINT"),
    ),
    Field(
        name="bytes",
        directives=("response_bytes", "response_bytes_clf", "bytes_tx"),
        keys=(
            "size DownstreamContentSize body_bytes_sent bytes_sent bytes http.response.body.bytes "
            "response_size body_size responseSize length"
        ),
        w3c=("sc-bytes", "bytes"),
        absent="'-'",
        typed=f"CASE WHEN {{text}} = '-' THEN 0 ELSE {_DIGITS % ('[0-9]{1,18}', 'BIGINT')} END",
    ),
    Field(
        name="referrer",
        directives=("request_header_referer",),
        keys=(
            "request.headers.Referer.0 request_Referer http_referer http_referrer referer "
            "referrer http.request.referrer refer"
        ),
        w3c=("cs(referer)", "cs(referrer)"),
        typed="CASE WHEN {text} = '-' THEN '' ELSE {text} END",
    ),
    Field(
        name="agent",
        directives=("request_header_user_agent",),
        keys=(
            "request.headers.User-Agent.0 request_User-Agent http_user_agent user_agent userAgent "
            "agent user_agent.original useragent ua"
        ),
        w3c=("cs(user-agent)", "user-agent"),
        unlogged="CAST(NULL AS VARCHAR)",
        typed=(
            f"CASE WHEN {{text}} IN ('-', {UNKNOWN_AGENT}) THEN '' "
            f"ELSE coalesce({{text}}, {UNKNOWN_AGENT}) END"
        ),
    ),
)
TIME_FIELDS = (
    Field(
        name="time",
        directives=("time_received",),
        keys=(
            "StartUTC time ts @timestamp timestamp time_iso8601 time_local msec datetime date "
            "start_time startTime eventTime"
        ),
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
        keys=(
            "request.method RequestMethod request_method method http.request.method verb "
            "requestMethod http_method"
        ),
        w3c=("cs-method",),
    ),
    Field(
        name="path",
        directives=("url_path",),
        keys=(
            "request.uri RequestPath request_uri uri url url.original path target requestUrl url.path "
            "http_uri"
        ),
        w3c=("cs-uri-stem", "cs-uri", "request_url"),
    ),
    Field(
        name="query",
        directives=("query_string",),
        keys="args query_string query url.query",
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
PARTS = tuple(field.name for field in REQUEST_PARTS)
ABSENT = {field.name: field.absent for field in LINE_FIELDS}
UNLOGGED = {field.name: field.unlogged or field.absent for field in LINE_FIELDS}
FIELD_OF_DIRECTIVE = {name: field.name for field in _ORDERED for name in field.directives}
KEYS_OF = {field.name: field.keys for field in _ORDERED if field.keys}
W3C_NAMES_OF = {field.name: field.w3c for field in _ORDERED if field.w3c}


def typed_columns() -> str:
    """Return the columns of typed values, for `ingest/parse/line`."""
    columns = (
        f"{field.typed.replace('{text}', field.name)} AS {field.name}" for field in LINE_FIELDS if field.typed
    )
    return ", ".join(columns)
