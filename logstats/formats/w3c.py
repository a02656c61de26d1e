"""W3C extended logs (IIS, CloudFront and others): each says in a header which fields its lines have."""

import re

from logstats.errors import UsageError
from logstats.formats import times
from logstats.formats.log_format import LogFormat

NAME = "w3c"
HEADER = "#Fields:"
NAMES_OF = {
    # field: what logs call it, the first one that a header has is meant
    "day": ("date", "date-utc"),
    "time": ("time", "time-utc"),
    "local_day": ("date-local",),  # IIS Advanced Logging's, of the server's zone
    "local_time": ("time-local",),
    "stamp": ("event_time",),  # COUNTER's, a whole instant
    "client": ("c-ip", "client_ip"),
    "forwarded": ("x-forwarded-for", "cs(x-forwarded-for)", "x-xff", "s-xff"),
    "method": ("cs-method",),
    "path": ("cs-uri-stem", "cs-uri", "request_url"),
    "query": ("cs-uri-query",),
    "status": ("sc-status",),
    "bytes": ("sc-bytes", "bytes"),
    "referrer": ("cs(referer)", "cs(referrer)"),
    "agent": ("cs(user-agent)", "user-agent"),
}
NEEDED = {
    # a field without which a header tells of no visits: what tells it instead
    "client": (),
    "time": ("local_time", "stamp"),
    "method": ("stamp",),
    "path": (),
    "status": ("stamp",),
}
DEFAULTS = {
    # how many words a line has: the fields that IIS writes where nobody chose others
    15: (
        "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
        "cs(Referer) sc-status sc-substatus sc-win32-status time-taken"
    ),
    14: (
        "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
        "sc-status sc-substatus sc-win32-status time-taken"
    ),
}
_METHOD = re.compile(r"^[A-Za-z][A-Za-z_-]*$|^-$")
_IIS_LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [0-9A-Fa-f.:%]+ [A-Z]+ /")


def shape(fields: str = "", name: str = "") -> LogFormat:
    """Return the shape of lines under headers, and of `fields` where no header has come yet.

    Raise UsageError where the fields lack what a visit needs.
    """
    if fields and (missing := lacking(fields)):
        raise UsageError(f"the fields «{fields}» have no {' and no '.join(missing)}; a visit needs them")
    return LogFormat(
        name=name or NAME,
        definition=name or f"{NAME} {fields}".strip(),
        reading="formats/w3c",
        slots={
            "places": ", ".join(f"{_place(names)} AS {field}_place" for field, names in NAMES_OF.items()),
            "stamped_at": times.any_time_of("stamp"),
        },
        fields=frozenset(NAMES_OF),
        header=f"{HEADER} {fields}" if fields else "",
        prepared=("formats/w3c_header",),
    )


def of_sample(lines: list[str]) -> LogFormat | None:
    """Return the shape of a log that these lines are of, if it is one in this form."""
    if any(line.startswith(HEADER) for line in lines):
        return shape()
    iis = [line for line in lines if _IIS_LINE.match(line)]
    if 2 * len(iis) > len(lines):
        return shape(DEFAULTS.get(len(iis[0].rstrip().split(" ")), DEFAULTS[15]))
    return None


def lacking(fields: str) -> list[str]:
    """Return what a visit needs and fields do not tell, by the name that logs call it."""
    told = {*fields.lower().split()}
    return [
        NAMES_OF[field][0]
        for field, instead in NEEDED.items()
        if not any(told & {*NAMES_OF[name]} for name in (field, *instead))
    ]


def headers(lines: list[str]) -> list[str]:
    """Return the fields that each header among the lines tells."""
    return [line.removeprefix(HEADER).strip() for line in lines if line.startswith(HEADER)]


def other_protocol(lines: list[str]) -> str:
    """Return a method of most lines that is none of HTTP's, as FTP's are; '' where they are HTTP's."""
    names: list[str] = []
    methods = []
    for line in lines:
        if line.startswith(HEADER):
            names = line.removeprefix(HEADER).lower().split()
        elif not line.startswith("#") and "cs-method" in names:
            words = line.split("\t" if "\t" in line else None)
            methods.append(words[names.index("cs-method")] if len(words) == len(names) else "GET")
    others = [method for method in methods if not _METHOD.match(method.strip('"'))]
    return others[0] if 2 * len(others) > len(methods) else ""


def _place(names: tuple[str, ...]) -> str:
    places = [f"nullif(list_position(names, '{name}'), 0)" for name in names]
    return f"coalesce({', '.join(places)})" if len(places) > 1 else places[0]
