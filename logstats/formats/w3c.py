"""W3C extended logs (IIS, CloudFront and others): header lines name the fields of the lines below them."""

import re

from logstats.errors import UsageError
from logstats.formats import times
from logstats.formats.fields import ABSENT, FIELDS, W3C_NAMES_OF
from logstats.formats.log_format import LogFormat

NAME = "w3c"
HEADER = "#Fields:"
# fields whose text queries/formats/w3c.sql computes itself
COMPUTED = ("vhost", "client", "request", "status", "agent")
NEEDED = {
    # a required field: the fields that can replace it
    "client": (),
    "time": ("local_time", "stamp"),
    "method": ("stamp",),
    "path": (),
    "status": ("stamp",),
}
DEFAULTS = {
    # the number of words in a line: IIS's default fields of that number
    15: (
        "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
        "cs(Referer) sc-status sc-substatus sc-win32-status time-taken"
    ),
    14: (
        "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
        "sc-status sc-substatus sc-win32-status time-taken"
    ),
}
_WORD = re.compile(r'"(?:[^"]|"")*"|[^ ]+')
_METHOD = re.compile(r"^[A-Za-z][A-Za-z_-]*$|^-$")
_IIS_LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [0-9A-Fa-f.:%]+ [A-Z]+ /")


def compile_fields(fields: str = "", name: str = "") -> LogFormat:
    """Return the format of lines below headers; `fields` are those of lines before the first header.

    Raise UsageError where a required field is missing.
    """
    if fields and (missing := lacking(fields)):
        raise UsageError(f"the fields '{fields}' lack {', '.join(missing)}; these are required")
    plain = [field for field in FIELDS if field not in COMPUTED]
    indexes = (f"{_index(names)} AS {field}_index" for field, names in W3C_NAMES_OF.items())
    return LogFormat(
        name=name or NAME,
        definition=name or f"{NAME} {fields}".strip(),
        fragment="formats/w3c",
        slots={
            "indexes": ", ".join(indexes),
            "columns": ", ".join(f"{_text(field)} AS {field}" for field in plain),
            "names": ", ".join(plain),
            "stamped_at": times.any_time_of("stamp"),
        },
        fields=frozenset(W3C_NAMES_OF),
        header=f"{HEADER} {fields}" if fields else "",
        prepared=("formats/w3c_header",),
    )


def _text(field: str) -> str:
    """Return the SQL expression of a field's text in `w`, the words of a line."""
    return f"coalesce(w[header.{field}_index], {ABSENT[field]})" if field in W3C_NAMES_OF else ABSENT[field]


def of_sample(lines: list[str]) -> LogFormat | None:
    """Return the format of a log's first lines, None if it is not of this family."""
    if any(line.startswith(HEADER) for line in lines):
        return compile_fields()
    iis = [line for line in lines if _IIS_LINE.match(line)]
    if 2 * len(iis) > len(lines):
        return compile_fields(DEFAULTS.get(len(iis[0].rstrip().split(" ")), DEFAULTS[15]))
    return None


def lacking(fields: str) -> list[str]:
    """Return the required fields that `fields` lacks, by their usual names in logs."""
    present = {*fields.lower().split()}
    return [
        W3C_NAMES_OF[field][0]
        for field, instead in NEEDED.items()
        if not any(present & {*W3C_NAMES_OF[name]} for name in (field, *instead))
    ]


def headers(lines: list[str]) -> list[str]:
    """Return the fields of each header among the lines."""
    return [line.removeprefix(HEADER).strip() for line in lines if line.startswith(HEADER)]


def has_all(line: str, header: str) -> bool:
    """Whether a line has a word for each field of the last of the header lines, split as in w3c.sql."""
    *_, names = ["", *headers(header.splitlines())]
    if "\t" in line:
        words = line.split("\t")
    elif '"' in line or "  " in line:
        words = _WORD.findall(line)
    else:
        words = line.rstrip().split(" ")
    return not line.startswith("#") and len(words) == len(names.split()) > 1


def other_protocol(lines: list[str]) -> str:
    """Return a method, not one of HTTP, that most lines have (FTP, for example); '' where they are HTTP."""
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


def _index(names: tuple[str, ...]) -> str:
    indexes = [f"nullif(list_position(names, '{name}'), 0)" for name in names]
    return f"coalesce({', '.join(indexes)})" if len(indexes) > 1 else indexes[0]
