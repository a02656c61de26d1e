"""The keys of JSON lines that servers and collectors use for a field, and what values a field can have.

A key is compared without its case and its marks: `user_agent`, `userAgent` and `User-Agent` are one key, and
so are `user_agent.original` and an object `user_agent` with a key `original`. A record may be nested in an
object of any name. A key may hold different things: `host` is a virtual host or a machine, `time` an instant
or a duration. So a field is taken from a key only where most values under it are of the field's kind.
"""

import re
from collections.abc import Callable, Mapping

from logstats import clients
from logstats.formats import times
from logstats.formats.fields import FORWARDED_HEADERS

KEYS: Mapping[str, Mapping[str, str]] = {
    # field: its keys, the most likely one first, each with a server or collector that writes it
    "time": {
        "StartUTC": "Traefik",
        "time_iso8601": "nginx",
        "time_local": "nginx",
        "EdgeStartTimestamp": "Cloudflare Logpush",
        "reqTimeSec": "Akamai DataStream 2",
        "requestTimeEpoch": "AWS API Gateway",
        "requestTime": "AWS API Gateway, AWS API Gateway in Firehose's names",
        "start_time": "Envoy, Istio, APISIX, Fastly, Jetty, Java frameworks",
        "started_at": "Kong",
        "time_start": "Fastly",
        "ts": "Caddy",
        "timestamp": "Google Cloud, Fastly, CloudFront, HAProxy, Bunny, Azure Application Gateway",
        "time": "Azure Front Door, Apache, gunicorn, uWSGI, AWS in Athena",
        "accessTimestamp": "Apache, Tomcat",
        "StartLocal": "Traefik",
        "msec": "nginx",
        "datetime": "Apache, lighttpd, Varnish",
        "time_received": "Apache",
        "request_timestamp": "uWSGI, own programs",
        "eventTime": "AWS, NXLog",
        "logged_at": "own programs",
        "@timestamp": "Elastic Common Schema, Logstash, Filebeat",
        "event.start": "Elastic Common Schema",
        "date": "gunicorn, Apache, Fluent Bit",
        "asctime": "Python's json logger",
        "t": "hapi, zerolog",
        "at": "own programs",
        "EdgeEndTimestamp": "Cloudflare Logpush",
    },
    "clock": {"time": "CloudFront, IIS in JSON"},  # with the day of the next fields
    "day": {"date": "CloudFront, IIS in JSON"},
    "client": {
        "request.client_ip": "Caddy",
        "request.remote_ip": "Caddy",
        "request.remote_addr": "Caddy before 2.5",
        "ClientHost": "Traefik",
        "ClientIP": "Cloudflare Logpush, Azure, Kong, Fastly, HAProxy, Logstash, AWS in Athena",
        "remote_addr": "nginx, APISIX, Tomcat, uWSGI",
        "remote_ip": "Apache, gunicorn, Google Cloud, Bunny",
        "httpRequest.remoteIp": "Google Cloud",
        "httpRequest.clientIp": "AWS WAF",
        "c-ip": "CloudFront, IIS in JSON",
        "cliIP": "Akamai DataStream 2",
        "message.cliIP": "Akamai Cloud Monitor",
        "client_address": "HAProxy, Varnish, Java frameworks",
        "client.ip": "Elastic Common Schema",
        "source.ip": "Elastic Common Schema",
        "client.address": "Elastic Common Schema, OpenTelemetry",
        "source.address": "Elastic Common Schema",
        "downstream_remote_address": "Envoy, Istio",
        "downstream_direct_remote_address": "Envoy",
        "realip_remote_addr": "nginx",
        "remote_host": "Apache, Tomcat",
        "remoteAddress": "Node.js frameworks, Apache, Varnish",
        "ClientAddr": "Traefik",
        "client": "Varnish, lighttpd, own programs",
        "remote": "Apache, Go frameworks",
        "sourceIp": "AWS API Gateway, AWS API Gateway in Firehose's names",
        "requestContext.identity.sourceIp": "AWS API Gateway",
        "identity.sourceIp": "AWS API Gateway",
        "http.client_ip": "OpenTelemetry",
        "network.client.ip": "Datadog",
        "network.peer.address": "OpenTelemetry",
        "http.remote_ip": "GitLab",
        "socketIp": "Azure Front Door",
        "addr": "uWSGI",
        "remote_client_ip": "own programs",
        "ip": "AWS API Gateway, own programs",
        "ip_address": "own programs",
        "host_ip": "own programs",
        "src_ip": "HAProxy, firewalls",
        "src": "HAProxy",
        "h": "gunicorn, Apache: the directive's letter",
    },
    "forwarded": {
        **{
            f"{prefix}{header}": server
            for header, server in FORWARDED_HEADERS.items()
            for prefix in ("request.headers.", "request_", "http_", "")
        },
        "proxy_add_x_forwarded_for": "nginx",
        "xff": "HAProxy, own programs",
        "forwarded_for": "own programs",
        "real_ip": "own programs",
    },
    "vhost": {
        "request.host": "Caddy",
        "RequestHost": "Traefik, HAProxy, Fastly, Java frameworks",
        "ClientRequestHost": "Cloudflare Logpush",
        "x-host-header": "CloudFront",
        "http_host": "nginx",
        "request.headers.host": "Kong, APISIX",
        "originalHost": "Azure Application Gateway",
        "hostName": "Azure Front Door",
        "reqHost": "Akamai DataStream 2",
        "message.reqHost": "Akamai Cloud Monitor",
        "cs(Host)": "CloudFront",
        "cs-host": "IIS in JSON",
        "authority": "Envoy, Istio",
        "url.domain": "Elastic Common Schema",
        "domainName": "AWS API Gateway, AWS in Athena",
        "vhost": "Apache, nginx",
        "virtual_host": "Apache, lighttpd",
        "host_header": "HAProxy, Varnish, IIS",
        "server_name": "nginx, Apache, Tomcat",
        "domain": "own programs",
        "host": "nginx, Fastly, Bunny; in Logstash the machine",
        "v": "Apache: the directive's letter",
    },
    "request": {
        "request": "nginx, Apache",
        "request_line": "Apache, Varnish, Tomcat, Jetty, Traefik 1",
        "http_request": "HAProxy",
        "request_first_line": "Apache",
        "first_line": "Apache, Varnish",
        "r": "gunicorn, Apache: the directive's letter",
    },
    "method": {
        "request.method": "Caddy, Kong, APISIX",
        "RequestMethod": "Traefik, Google Cloud, nginx, Fastly, Apache",
        "ClientRequestMethod": "Cloudflare Logpush",
        "httpRequest.requestMethod": "Google Cloud",
        "httpRequest.httpMethod": "AWS WAF",
        "http.request.method": "Elastic Common Schema",
        "http.method": "Datadog, OpenTelemetry",
        "cs-method": "CloudFront, IIS in JSON",
        "reqMethod": "Akamai DataStream 2",
        "message.reqMethod": "Akamai Cloud Monitor",
        "httpMethod": "AWS API Gateway, Azure, HAProxy",
        "httpVerb": "Azure",
        "method": "Envoy, Istio, gunicorn, uWSGI",
        "verb": "Logstash",
        "request_verb": "AWS in Athena",
        "request": "Fastly's VCL, where the request line is in parts",
        "m": "Apache: the directive's letter",
    },
    "path": {
        "request.uri": "Caddy, Kong, APISIX",
        "RequestPath": "Traefik, Envoy, HAProxy, Java frameworks",
        "ClientRequestURI": "Cloudflare Logpush",
        "httpRequest.requestUrl": "Google Cloud",
        "requestUrl": "Google Cloud, AWS in Athena",
        "httpRequest.uri": "AWS WAF",
        "originalRequestUriWithArgs": "Azure Application Gateway",
        "request_uri": "nginx, Azure Front Door",
        "PathAndQuery": "Bunny, .NET",
        "url.original": "Elastic Common Schema",
        "url.path": "Elastic Common Schema, OpenTelemetry",
        "http.url": "Datadog, OpenTelemetry",
        "http.target": "OpenTelemetry",
        "url.full": "Elastic Common Schema",
        "cs-uri-stem": "CloudFront, IIS in JSON",
        "cs-uri": "IIS in JSON",
        "reqPath": "Akamai DataStream 2",
        "message.reqPath": "Akamai Cloud Monitor",
        "http_uri": "HAProxy",
        "uri_path": "Apache, gunicorn",
        "url_path": "Apache",
        "uri": "nginx, uWSGI, Fastly",
        "document_uri": "nginx",
        "url": "Fastly, Bunny, own programs",
        "target": "HAProxy",
        "ClientRequestPath": "Cloudflare Logpush",
        "x-envoy-original-path": "Envoy",
        "path": "Envoy, Istio, gunicorn; in Logstash the log's file",
        "resourcePath": "AWS API Gateway",
        "request": "Logstash",
        "U": "Apache, gunicorn: the directive's letter",
    },
    "query": {
        "args": "nginx, AWS WAF",
        "query_string": "nginx, Apache, AWS API Gateway, Tomcat",
        "httpRequest.args": "AWS WAF",
        "request.querystring": "Apache",
        "url.query": "Elastic Common Schema",
        "cs-uri-query": "CloudFront, IIS in JSON",
        "queryStr": "Akamai DataStream 2",
        "requestQuery": "Azure Application Gateway",
        "uri_query": "Apache",
        "query": "gunicorn, Apache",
        "q": "Apache, gunicorn: the directive's letter",
    },
    "status": {
        "EdgeResponseStatus": "Cloudflare Logpush",
        "DownstreamStatus": "Traefik",
        "httpRequest.status": "Google Cloud",
        "http.response.status_code": "Elastic Common Schema",
        "http.status_code": "Datadog, OpenTelemetry",
        "response.status": "Kong, APISIX",
        "sc-status": "CloudFront, IIS in JSON",
        "httpStatusCode": "Azure Front Door, AWS",
        "httpStatus": "Azure Application Gateway, HAProxy, uWSGI",
        "elb_status_code": "AWS in Athena",
        "message.status": "Akamai Cloud Monitor",
        "status": "nginx, Caddy, gunicorn",
        "response_status": "Fastly, Java frameworks",
        "status_code": "HAProxy, own programs, Akamai DataStream 2, Bunny, Node.js frameworks",
        "response_code": "Envoy, Istio, Java frameworks",
        "responseCodeSent": "AWS WAF",
        "response": "Logstash",
        "code": "own programs",
        "s": "gunicorn, Apache: the directive's letter",
    },
    "bytes": {
        "EdgeResponseBytes": "Cloudflare Logpush",
        "DownstreamContentSize": "Traefik",
        "httpRequest.responseSize": "Google Cloud",
        "response.size": "Kong, APISIX",
        "body_bytes_sent": "nginx",
        "http.response.body.bytes": "Elastic Common Schema",
        "http.response.bytes": "Elastic Common Schema",
        "network.bytes_written": "Datadog",
        "sc-bytes": "CloudFront, IIS in JSON",
        "response_body_size": "Fastly",
        "resp_body_size": "Fastly",
        "responseBytes": "Azure Front Door, Apache",
        "sentBytes": "Azure Application Gateway, AWS in Athena",
        "bytes_sent": "Envoy, Istio, nginx, Bunny",
        "size": "Caddy",
        "response_size": "own programs, Google Cloud",
        "responseLength": "AWS API Gateway, gunicorn",
        "rspContentLen": "Akamai DataStream 2",
        "body_size": "own programs",
        "bytes": "Akamai DataStream 2, Logstash",
        "message.bytes": "Akamai Cloud Monitor",
        "bytes_read": "HAProxy",
        "content_length": "own programs",
        "length": "own programs",
        "B": "Apache, gunicorn: the directive's letter",
    },
    "referrer": {
        "request.headers.Referer": "Caddy, Kong, APISIX",
        "request_Referer": "Traefik, Fastly",
        "ClientRequestReferer": "Cloudflare Logpush",
        "httpRequest.referer": "Google Cloud",
        "http.request.referrer": "Elastic Common Schema",
        "http.referer": "Datadog, OpenTelemetry",
        "http_referer": "nginx",
        "http_referrer": "nginx",
        "cs(Referer)": "CloudFront",
        "cs-referer": "IIS in JSON",
        "RefererUrl": "Bunny",
        "referer": "Envoy, gunicorn, Akamai DataStream 2",
        "referrer": "Logstash, Azure Front Door",
        "http_request_referer": "Apache",
        "refer": "own programs",
        "ref": "own programs",
        "f": "gunicorn: the directive's letter",
    },
    "duration": {
        "request_time": "nginx",
        "EdgeTimeToFirstByteMs": "Cloudflare Logpush",
        "event.duration": "Elastic Common Schema",
        "httpRequest.latency": "Google Cloud",
        "latencies.request": "Kong",
        "responseLatency": "AWS API Gateway",
        "time-taken": "CloudFront, IIS in JSON, Azure Front Door, Azure Application Gateway",
        "duration": "Traefik, Caddy, Envoy, Istio",
        "duration_ms": "own programs",
        "response_time": "Node.js frameworks, own programs",
        "request_duration": "own programs",
        "elapsed": "own programs",
        "D": "gunicorn, Apache: the directive's letter",
    },
    "agent": {
        "request.headers.User-Agent": "Caddy, Kong, APISIX",
        "request_User-Agent": "Traefik, Fastly, HAProxy",
        "ClientRequestUserAgent": "Cloudflare Logpush",
        "httpRequest.userAgent": "Google Cloud",
        "user_agent.original": "Elastic Common Schema, OpenTelemetry",
        "http.useragent": "Datadog, OpenTelemetry",
        "http_user_agent": "nginx",
        "cs(User-Agent)": "CloudFront",
        "cs-user-agent": "IIS in JSON",
        "userAgent": "Azure, Bunny, AWS API Gateway, Envoy, Istio, nginx",
        "identity.userAgent": "AWS API Gateway",
        "requestContext.identity.userAgent": "AWS API Gateway",
        "UA": "Akamai DataStream 2",
        "message.UA": "Akamai Cloud Monitor",
        "http_agent": "own programs",
        "agent": "Logstash; in Filebeat an object of the shipper",
        "browser": "own programs",
        "a": "gunicorn: the directive's letter",
    },
}
UNIT_OF_KEY = {
    # a key of a duration: its unit; else it is seconds where there is a decimal point, and milliseconds
    "request_time": "s",
    "EdgeTimeToFirstByteMs": "ms",
    "event.duration": "ns",
    "latencies.request": "ms",
    "responseLatency": "ms",
    "Duration": "ns",
    "duration_ms": "ms",
    "responseTime": "ms",
    "D": "us",
}
WITHOUT_METHOD = {
    # a key of a log whose server writes no method: that server; its requests are taken for GET
    "pullZoneId": "Bunny",
}
WITHOUT_SLASH = {"reqPath": "Akamai DataStream 2"}  # a key whose paths begin without a slash: the server
IN_UTC = {"c-ip": "CloudFront", "cs-method": "CloudFront"}  # keys of W3C names: a date and a time are UTC
MACHINE_WHERE = {
    # a key beside which `host` is a machine and `path` a file: the collector
    "@version": "Logstash",
    "agent.type": "Filebeat",
    "beat.name": "Filebeat 6",
}
HOST_NAME = "hostname"  # nginx's variable of the machine; Azure's `hostName` is a virtual host
OF_MACHINE = {"vhost": "host", "path": "path"}
REQUIRED = ("time", "client", "status")
OPTIONAL = ("forwarded", "vhost", "query", "bytes", "referrer", "duration", "agent")
CONSTANT = "="  # begins a text that stands for a key, in a definition
METHODS = frozenset(
    ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "PROPFIND", "PURGE")
)

_HOST = r"[A-Za-z0-9_.-]*[A-Za-z0-9]\.?"
_VHOST = re.compile(rf"(?:[a-z]+://)?(?:{_HOST}|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?(?:/.*)?")
_REQUEST = re.compile(r"[A-Za-z]{3,20} +\S")
_PATH = re.compile(r"/|\*$|[A-Za-z][A-Za-z0-9+.-]*://")
LOG_FILE = re.compile(r"/var/log/.*|(?:/[^?]*)?\.log(?:\.[0-9]+)?")
_STATUS = re.compile(r"[1-9][0-9]{2}(?:\.0+| .*)?|0+|-")
_BYTES = re.compile(r"[0-9]+(?:\.0+)?|-")
_DURATION = re.compile(r"[0-9]{1,15}(?:\.[0-9]+)?(?:e-?[0-9]+)?|-")
_QUERY = re.compile(r"[^\s/][^\s]*")
_REFERRER = re.compile(r"[/.%]|^-$")
_DAY = re.compile(r"[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}|[0-9]{2}/[A-Za-z]{3}/[0-9]{4}")
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?")
_MARKS = re.compile(r"[-_\s:]")


def normal(key: str) -> str:
    """Return a key without its case and marks, as keys are compared."""
    return _MARKS.sub("", key).lower()


def unit_of(key: str) -> str:
    """Return the unit of the durations under a key, also of a nested record; "" where it is not fixed."""
    return next((unit for name, unit in UNIT_OF_KEY.items() if f".{key}".endswith(f".{name}")), "")


KINDS: Mapping[str, Callable[[str], bool]] = {
    # field: whether a text (never empty) can be one
    "time": times.is_instant,
    "clock": lambda text: _CLOCK.fullmatch(text) is not None,
    "day": lambda text: _DAY.fullmatch(text) is not None,
    "client": lambda text: bool(clients.hops(text)),
    "forwarded": lambda text: text == "-" or bool(clients.hops(text)),
    "vhost": lambda text: _VHOST.fullmatch(text) is not None,
    "request": lambda text: _REQUEST.match(text) is not None,
    "method": lambda text: text.upper() in METHODS,
    "path": lambda text: _PATH.match(text) is not None,
    "query": lambda text: _QUERY.fullmatch(text) is not None,
    "status": lambda text: _STATUS.fullmatch(text) is not None,
    "bytes": lambda text: _BYTES.fullmatch(text) is not None,
    "duration": lambda text: _DURATION.fullmatch(text) is not None,
    "referrer": lambda text: _REFERRER.search(text) is not None,
    "agent": lambda text: not text.isdecimal(),
}


def missing(found: Mapping[str, str]) -> list[str]:
    """Return the required fields that have no key; `request` stands for a method and a path."""
    lacking = [name for name in REQUIRED if name not in found]
    if "request" in found or {"method", "path"} <= found.keys():
        return lacking
    return lacking + [name for name in ("method", "path") if name not in found]


def as_text(value: object) -> str:
    """Return a plain value as DuckDB extracts it; '' for null, an object, a list, and true or false."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
