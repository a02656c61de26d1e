"""Finds queries/ and reads a .sql file, header and statement, into a `Query`.

A header is the comment lines a file begins with: `-- title:`, `-- about:` (may repeat),
`-- params:`, `-- param …: help` and `-- columns:`. A report's params and columns are its whole interface: its
options, its help and its tests are made from them.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from logstats.errors import LogstatsError

_PACKAGE = Path(__file__).resolve().parent.parent
_HEADER_LINE = re.compile(r"^--\s*(?P<key>title|about|params|columns):\s*(?P<value>.*?)\s*$")
_PARAM_LINE = re.compile(r"^--\s*param\s+(?P<param>[^:]+?)\s*:\s*(?P<help>.*?)\s*$")
_FRAGMENT = re.compile(r"\{([a-z]+/[a-z0-9_]+)\}")
_PARAM = re.compile(
    r"^(?P<name>[a-z_]+)"
    r"(?:\s+(?P<type>date|integer|text|flag|choice\((?P<choices>[a-z_| ]+)\)))?"
    r"(?:\s*=\s*(?P<default>.+))?$"
)


class Param(NamedTuple):
    """One parameter of a report: `name type = default`, the type being text where none is given.

    `help` is what the report's help says of it.
    """

    name: str
    type: str
    default: str | None
    choices: tuple[str, ...] = ()
    help: str = ""


class Query(NamedTuple):
    """One .sql file. `columns` are the output's names in order, where the header tells them.

    `sql` has each `{folder/name}` replaced by the text of that file: what several statements share.
    `asked` are those of them that are there only if a flag is given: column to flag.
    """

    name: str
    title: str
    about: str
    params: tuple[Param, ...]
    columns: tuple[str, ...]
    sql: str
    asked: Mapping[str, str] = MappingProxyType({})

    def fill(self, **slots: str) -> str:
        """Return the statement with each `{slot}` replaced by its text."""
        sql = self.sql
        for slot, value in slots.items():
            sql = sql.replace("{" + slot + "}", value)
        return sql


def sql_text(value: str) -> str:
    """Return a text as SQL writes it, to put it into a statement."""
    return "'" + value.replace("'", "''") + "'"


@cache
def queries_dir() -> Path:
    """Return the folder of statements: inside the installed package, or beside it in a checkout."""
    for folder in (_PACKAGE / "queries", _PACKAGE.parent / "queries"):
        if folder.is_dir():
            return folder
    raise LogstatsError(f"logstats is installed without its queries (looked in {_PACKAGE})")


def samples_dir() -> Path:
    """Return the folder of sample logs, found the same way."""
    for folder in (_PACKAGE / "sample_logs", _PACKAGE.parent / "sample_logs"):
        if folder.is_dir():
            return folder
    raise LogstatsError(f"logstats is installed without its sample logs (looked in {_PACKAGE})")


@cache
def load(name: str) -> Query:
    """Return the query of `queries/{name}.sql`."""
    return read(queries_dir() / f"{name}.sql", name)


def names(folder: str) -> list[str]:
    """Return the names of a folder's queries, in the order in which they run."""
    return [f"{folder}/{path.stem}" for path in sorted((queries_dir() / folder).glob("*.sql"))]


def read(path: Path, name: str) -> Query:
    """Read one .sql file; raise LogstatsError where its header can't be understood."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LogstatsError(f"{path}: can't be read as text: {error}") from error
    header, params = _header(lines, path)
    if not header["title"]:
        raise LogstatsError(f"{path}: begin the file with «-- title: …»")
    told = [column.partition(" if ")[::2] for column in _items(header["columns"])]
    columns, asked = tuple(name for name, _ in told), {name: flag for name, flag in told if flag}
    named = [column.strip("{}") for column in columns if column.startswith("{")]
    for of_param in {*named, *asked.values()} - {param.name for param in params}:
        raise LogstatsError(f"{path}: a column is named by «{of_param}», which is no parameter of the header")
    if all(line.startswith("--") or not line.strip() for line in lines):
        raise LogstatsError(f"{path}: there is no statement below the header")
    return Query(
        name=name,
        title=" ".join(header["title"]),
        about=" ".join(header["about"]),
        params=tuple(params),
        columns=columns,
        sql=_FRAGMENT.sub(lambda match: load(match[1]).sql, "\n".join(lines) + "\n"),
        asked=asked,
    )


def _header(lines: list[str], path: Path) -> tuple[dict[str, list[str]], list[Param]]:
    """Return the texts of a header by their keys, and its parameters in order."""
    header: dict[str, list[str]] = {"title": [], "about": [], "columns": []}
    params: list[Param] = []
    for line in lines:
        match = _PARAM_LINE.match(line) or _HEADER_LINE.match(line)
        if match is None:
            break
        if match.re is _PARAM_LINE:
            params.append(_param(match["param"], path)._replace(help=match["help"]))
        elif match["key"] == "params":
            params += [_param(item, path) for item in _items([match["value"]])]
        else:
            header[match["key"]].append(match["value"])
    return header, params


def _items(lines: list[str]) -> list[str]:
    return [item.strip() for item in ",".join(lines).split(",") if item.strip()]


def _param(item: str, path: Path) -> Param:
    match = _PARAM.match(item)
    if match is None:
        raise LogstatsError(f"{path}: «{item}» is no parameter; write «name type = default»")
    choices = tuple(choice.strip() for choice in (match["choices"] or "").split("|") if choice.strip())
    kind = "choice" if choices else (match["type"] or "text")
    if match["default"] and kind == "integer" and not match["default"].isdecimal():
        raise LogstatsError(f"{path}: «{item}»: the default is no whole number")
    return Param(match["name"], kind, match["default"], choices)
