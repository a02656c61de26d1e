"""W3C extended logs (IIS, CloudFront and others): header lines name the fields of the lines below them."""

import re
from collections.abc import Sequence

from logstats.errors import Excerpt, FormatError, UsageError
from logstats.formats import iis_columns, other_protocols, times
from logstats.formats.fields import ABSENT, FIELDS, W3C_NAMES_OF, WITHOUT_UNIT, milliseconds
from logstats.formats.log_format import LogFormat
from logstats.store.statements import sql_text

NAME = "w3c"
HEADER = "#Fields:"
# fields whose text queries/formats/w3c.sql computes itself
COMPUTED = ("vhost", "client", "request", "status", "agent")
EXCERPT = 160  # characters of a line that an error shows
WHOLE_URLS = ("cs-uri", "request_url")  # a proxy logs them with the host
NEEDED = {
    # a required field: the fields that can replace it
    "client": (),
    "time": ("local_time", "stamp"),
    "method": ("stamp",),
    "path": (),
    "status": ("stamp",),
}
ADVICE = (
    "Put the #Fields line of the log before them, or give it: --log-format 'w3c date time …'; "
    "IIS writes it at the beginning of each log."
)
_WORD = re.compile(r'"(?:[^"]|"")*"|[^ ]+')


def compile_fields(fields: str = "", name: str = "") -> LogFormat:
    """Return the format of lines below headers; `fields` are those of lines before the first header.

    Raise UsageError where a required field is missing.
    """
    if fields and (missing := lacking(fields)):
        raise UsageError(f"the fields '{fields}' lack {', '.join(missing)}; these are required")
    plain = [field for field in FIELDS if field not in COMPUTED]
    indexes = [
        f"{_index(names)} AS {field}_index" for field, names in W3C_NAMES_OF.items() if field != "vhost"
    ]
    indexes += [
        f"{_index((name,))} AS host_{number}_index" for number, name in enumerate(W3C_NAMES_OF["vhost"])
    ]
    return LogFormat(
        name=name or NAME,
        definition=name or f"{NAME} {fields}".strip(),
        fragment="formats/w3c",
        slots={
            "indexes": ", ".join(indexes),
            "columns": ", ".join(f"{_text(field)} AS {field}" for field in plain),
            "names": ", ".join(plain),
            "fault": "fault",
            "commands": ", ".join(map(sql_text, sorted(other_protocols.NAMES))),
            "hosts": ", ".join(
                f"w[header.host_{number}_index]" for number, _ in enumerate(W3C_NAMES_OF["vhost"])
            ),
            "stamped_at": times.any_time_of("stamp"),
        },
        fields=frozenset(W3C_NAMES_OF) - {"vhost"},  # a header may name it: names_host
        header=f"{HEADER} {fields}" if fields else "",
        prepared=("formats/w3c_header",),
    )


def _text(field: str) -> str:
    """Return the SQL expression of a field's text in `w`, the words of a line."""
    if field == "duration":
        return milliseconds(
            "w[header.duration_index]", WITHOUT_UNIT
        )  # IIS counts milliseconds, others seconds
    return f"coalesce(w[header.{field}_index], {ABSENT[field]})" if field in W3C_NAMES_OF else ABSENT[field]


def of_sample(lines: list[str], path: str) -> LogFormat | None:
    """Return the format of a log's first lines, None if it is not of this family.

    Raise FormatError for rows without a header whose fields are not certain.
    """
    if any(line.startswith(HEADER) for line in lines):
        return compile_fields()
    rows = iis_columns.of_lines(lines)
    if rows is None:
        return None
    if rows.doubt:
        problem = f"these rows have no #Fields line, and {rows.doubt} is not certain without it"
        excerpt = Excerpt(line=lines[0], text=f"  {lines[0][:EXCERPT]}")
        raise FormatError(problem, path=path, advice=ADVICE, excerpt=excerpt)
    return compile_fields(rows.fields)


def lacking(fields: str) -> list[str]:
    """Return the required fields that `fields` lacks, by their usual names in logs."""
    present = {*fields.lower().split()}
    return [
        W3C_NAMES_OF[field][0]
        for field, instead in NEEDED.items()
        if not any(present & {*W3C_NAMES_OF[name]} for name in (field, *instead))
    ]


def names_agent(fields: str) -> bool:
    """Whether a user agent is among the fields of a header."""
    return not {*fields.lower().split()}.isdisjoint(W3C_NAMES_OF["agent"])


def headers(lines: Sequence[str]) -> list[str]:
    """Return the fields of each header among the lines."""
    return [line.removeprefix(HEADER).strip() for line in lines if line.startswith(HEADER)]


def names_host(fields: str) -> bool:
    """Whether lines below a header with these fields may name a host: in a field of its own or in a URL."""
    return not {*fields.lower().split()}.isdisjoint({*W3C_NAMES_OF["vhost"], *WHOLE_URLS})


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
    """Return a command of FTP, SMTP or NNTP, such as most lines have as a method; '' where they are HTTP."""
    names: list[str] = []
    methods = []
    for line in lines:
        if line.startswith(HEADER):
            names = line.removeprefix(HEADER).lower().split()
        elif not line.startswith("#") and "cs-method" in names:
            words = line.split("\t" if "\t" in line else None)
            methods.append(words[names.index("cs-method")] if len(words) == len(names) else "GET")
    others = [method for method in methods if other_protocols.is_command(method.strip('"'))]
    return others[0] if 2 * len(others) > len(methods) else ""


def _index(names: tuple[str, ...]) -> str:
    indexes = [f"nullif(list_position(names, '{name}'), 0)" for name in names]
    return f"coalesce({', '.join(indexes)})" if len(indexes) > 1 else indexes[0]
