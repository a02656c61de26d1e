"""Find queries/ and read a .sql file, header and statement, into a `Query`.

A header is the comment lines that a file begins with. Each key may repeat:

    -- title: one line, without a full stop
    -- about: whole sentences
    -- reads: the tables, views, `$parameters` and `{slots}` that the statement reads
    -- makes: the tables and views that it creates, inserts into, updates or deletes from
    -- params: options of a report, separated by commas: `name type = default`
    -- param name type = default: the help text of this option
    -- columns: the columns of a report; `x if flag`, `x if by=day` and `x if by!=day` are shown only then,
        and `x if by!=day and compare!=none` if both conditions hold
    -- bar: the column that a report is sorted by, beside which a terminal shows bars: the first whose
        condition holds
    -- total: the columns whose values may be added up over the rows
    -- of: people, where a report that reads `hits` counts people
    -- args: the arguments of a fragment

A statement is text with three kinds of gaps. `$name` is a parameter, which DuckDB binds. `{name}` is a
slot, which `Query.fill` fills in. `{folder/name}` is a fragment: the text of that file, put in when the
statement is read; `{folder/name(x, y)}` is one with arguments, which fill its slots named by `-- args:`.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from logstats import similar
from logstats.errors import LogstatsError, UsageError
from logstats.printable import escaped

_PACKAGE = Path(__file__).resolve().parent.parent
NOT_REPLACED: Mapping[str, str] = MappingProxyType({})
_KEYS = frozenset(("title", "about", "reads", "makes", "params", "columns", "bar", "total", "of", "args"))
OF_USERS = {
    # a fragment: that which replaces it in a user's own report, where instants have a zone
    "fragments/local_day": "fragments/user_queries/local_day",
}
_FRAGMENT = re.compile(r"\{(?P<name>[a-z]+(?:/[a-z0-9_]+)+)(?:\((?P<arguments>[^{}]*)\))?\}")
_CONDITION = re.compile(r"(?P<param>[a-z_]+)(?:\s*(?P<sign>!?=)\s*(?P<value>[a-z0-9_]+))?")
_NAMED_PARAM = re.compile(r"\$([a-z_][a-z_0-9]*)")
_PARAM = re.compile(
    r"^(?P<name>[a-z_]+)"
    r"(?:\s+(?P<type>date|integer|text|flag|choice\((?P<choices>[a-z0-9_| ]+)\)))?"
    r"(?:\s*=\s*(?P<default>.+))?$"
)


class Param(NamedTuple):
    """One parameter of a report: `name type = default`; the default type is text."""

    name: str
    type: str
    default: str | None
    choices: tuple[str, ...] = ()
    help: str = ""


class Condition(NamedTuple):
    """When a column is shown: with a flag (`value` is ''), or where a parameter has a value, or another.

    `also` are further conditions, all of which must hold.
    """

    param: str
    value: str = ""
    is_other: bool = False
    also: tuple["Condition", ...] = ()

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Return whether it holds with these values of the parameters."""
        found = values.get(self.param)
        holds = bool(found) if not self.value else (found == self.value) is not self.is_other
        return holds and all(condition.holds(values) for condition in self.also)


class Query(NamedTuple):
    """One .sql file.

    `reads`, `makes`, `params`, `columns` and `args` are those of its header; `people` is true where it says
    `-- of: people`. `conditions` maps a column that is not always shown to its condition. `bars` are the
    columns of `-- bar:` with their conditions (None: always). `sql` is the statement with its fragments put
    in.
    """

    name: str
    title: str
    about: str
    params: tuple[Param, ...]
    columns: tuple[str, ...]
    sql: str
    conditions: Mapping[str, Condition] = MappingProxyType({})
    reads: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    people: bool = False
    args: tuple[str, ...] = ()
    bars: tuple[tuple[str, Condition | None], ...] = ()
    total: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """The views and temporary tables that the statement reads."""
        return tuple(name for name in self.reads if name.isidentifier())

    def bound(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return those of the parameters that the header names."""
        return {name[1:]: params[name[1:]] for name in self.reads if name.startswith("$")}

    def shows(self, column: str, values: Mapping[str, Any]) -> bool:
        """Return whether a column of the header is shown with these values of its parameters."""
        return column not in self.conditions or self.conditions[column].holds(values)

    def bar(self, values: Mapping[str, Any]) -> str:
        """Return the column that is shown with bars, with these values of the parameters; '' for none."""
        shown = (column for column, condition in self.bars if condition is None or condition.holds(values))
        return next(shown, "")

    def fill(self, **slots: str) -> str:
        """Return the statement with each `{slot}` replaced by its text."""
        sql = self.sql
        for slot, value in slots.items():
            sql = sql.replace("{" + slot + "}", value)
        return sql


def params_in(sql: str) -> set[str]:
    """Return the names of the parameters of a statement."""
    return set(_NAMED_PARAM.findall(sql))


def sql_text(value: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


@cache
def queries_dir() -> Path:
    """Return the folder of statements: inside the installed package, or beside it in a checkout."""
    for folder in (_PACKAGE / "queries", _PACKAGE.parent / "queries"):
        if folder.is_dir():
            return folder
    raise LogstatsError(f"logstats is installed without its queries (looked in {_PACKAGE})")


def samples_dir() -> Path:
    """Return the folder of sample logs: inside the installed package, or beside it in a checkout."""
    for folder in (_PACKAGE / "sample_logs", _PACKAGE.parent / "sample_logs"):
        if folder.is_dir():
            return folder
    raise LogstatsError(f"logstats is installed without its sample logs (looked in {_PACKAGE})")


@cache
def load(name: str) -> Query:
    """Return the query of `queries/{name}.sql`."""
    return read(queries_dir() / f"{name}.sql", name)


@cache
def names(folder: str) -> tuple[str, ...]:
    """Return the names of a folder's queries, sorted."""
    return tuple(f"{folder}/{path.stem}" for path in sorted((queries_dir() / folder).glob("*.sql")))


def names_in(folder: str) -> list[str]:
    """Return the names of a folder's queries without the folder: of views, those by which they are read."""
    return [Path(name).name for name in names(folder)]


def command_of(name: str) -> str:
    """Return the command that runs a report: `online-history` for reports/online_history."""
    return Path(name).name.replace("_", "-")


def closure(views: Iterable[str], *folders: str) -> list[str]:
    """Return the queries that create these views and all that they read, each after what it reads.

    A view is looked for in each folder, in their order; names that are in none are left out.
    """
    queries: dict[str, None] = {}
    for view in views:
        for folder in folders:
            name = f"{folder}/{view}"
            if name in names(folder):
                queries |= dict.fromkeys([*closure(load(name).tables, *folders), name])
                break
    return list(queries)


def read(path: Path, name: str, replaced: Mapping[str, str] = NOT_REPLACED) -> Query:
    """Read one .sql file; raise LogstatsError if its header is malformed.

    `replaced` are names of fragments with those of the fragments to put in instead.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LogstatsError(f"{path}: can't be read as text: {error}") from error
    header, params, length = _header(lines, path)
    given = [param.name for param in params]
    if "title" not in header:
        raise UsageError("begin the file with '-- title: …'", path=path)
    if twice := next((name for index, name in enumerate(given) if name in given[:index]), None):
        raise UsageError(f"the parameter '{twice}' is in the header twice; leave one out", path=path)
    pairs, bars = _conditional(header, "columns", path), _conditional(header, "bar", path)
    columns, total = tuple(column for column, _ in pairs), _items(header, "total")
    conditions = {column: condition for column, condition in pairs if condition}
    named = [column.strip("{}") for column in columns if column.startswith("{")]
    found = [condition for _, condition in (*pairs, *bars) if condition]
    conditional = {part.param for condition in found for part in (condition, *condition.also)}
    for of_param in {*named, *conditional} - {*given}:
        raise UsageError(
            f"a column is named by '{of_param}', which is not a parameter of the header", path=path
        )
    for shown in {*(column for column, _ in bars), *total} - {*columns}:
        raise UsageError(f"'{shown}' is not one of the columns of the header", path=path)
    if all(line.startswith("--") or not line.strip() for line in lines):
        raise UsageError("there is no statement below the header", path=path)
    # the header names slots and parameters, so it is removed; lines keep their numbers for DuckDB's errors
    statement = "\n" * length + "\n".join(lines[length:]) + "\n"
    return Query(
        name=name,
        title=" ".join(header["title"]),
        about=" ".join(header.get("about", ())),
        params=tuple(params),
        columns=columns,
        sql=_FRAGMENT.sub(lambda match: _fragment(match, replaced, path), statement),
        conditions=conditions,
        reads=_items(header, "reads"),
        makes=_items(header, "makes"),
        people=header.get("of") == ["people"],
        args=_items(header, "args"),
        bars=bars,
        total=total,
    )


def _header(lines: list[str], path: Path) -> tuple[dict[str, list[str]], list[Param], int]:
    """Return the texts of a header by key, its parameters in order, and the number of its lines."""
    header: dict[str, list[str]] = {}
    params: list[Param] = []
    for length, line in enumerate(lines):
        key, _, value = (escaped(part.strip()) for part in line.removeprefix("--").partition(":"))
        is_param = key.startswith("param ")
        if not line.startswith("--") or not (is_param or key in _KEYS):
            if line.startswith("-- ") and _is_key(line):
                raise UsageError(
                    f"'{key}' is no key of a header; {similar.offer(key, sorted(_KEYS))}",
                    path=path,
                    line=length + 1,
                )
            return header, params, length
        if is_param:
            params.append(_param(key.removeprefix("param").strip(), path)._replace(help=value))
        elif key == "params":
            params += [_param(item, path) for item in _listed([value])]
        else:
            header.setdefault(key, []).append(value)
    return header, params, len(lines)


def _is_key(line: str) -> bool:
    return re.match(r"-- [a-z_]+:", line) is not None


def _fragment(match: re.Match[str], replaced: Mapping[str, str], path: Path) -> str:
    """Return the text of the fragment that a gap of a statement names, with its arguments filled in."""
    name, arguments = match["name"], match["arguments"]
    try:
        fragment = load(replaced.get(name, name))
    except LogstatsError as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            raise
        known = [str(each.relative_to(queries_dir()).with_suffix("")) for each in _fragments()]
        raise _wrong_gap(match, f"no fragment '{name}'; {similar.offer(name, known)}", path) from error
    values = [] if arguments is None else [value.strip() for value in arguments.split(",")]
    if len(values) != len(fragment.args):
        form = f"{name}({', '.join(fragment.args)})" if fragment.args else name
        raise _wrong_gap(match, f"the fragment is written {{{form}}}, not {match[0]}", path)
    return fragment.fill(**dict(zip(fragment.args, values, strict=True))).strip()


def _fragments() -> Iterable[Path]:
    return sorted((queries_dir() / "fragments").rglob("*.sql"))


def _wrong_gap(match: re.Match[str], problem: str, path: Path) -> UsageError:
    return UsageError(problem, path=path, line=match.string.count("\n", 0, match.start()) + 1)


def _conditional(
    header: Mapping[str, list[str]], key: str, path: Path
) -> tuple[tuple[str, Condition | None], ...]:
    """Return each column of a key with its condition, None where it has none."""
    parts = (item.partition(" if ") for item in _items(header, key))
    return tuple((column, _condition(text, path) if text else None) for column, _, text in parts)


def _condition(text: str, path: Path) -> Condition:
    first, *also = (_one_condition(part, path) for part in text.split(" and "))
    return first._replace(also=tuple(also))


def _one_condition(text: str, path: Path) -> Condition:
    match = _CONDITION.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f"'if {text}' is not a condition; write 'if flag', 'if by=day' or 'if by!=day'", path=path
        )
    return Condition(match["param"], match["value"] or "", match["sign"] == "!=")


def _items(header: Mapping[str, list[str]], key: str) -> tuple[str, ...]:
    return _listed(header.get(key, ()))


def _listed(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(item.strip() for item in ",".join(lines).split(",") if item.strip())


def _param(item: str, path: Path) -> Param:
    match = _PARAM.match(item)
    if match is None:
        raise UsageError(f"'{item}' is not a parameter; write 'name type = default'", path=path)
    choices = tuple(choice.strip() for choice in (match["choices"] or "").split("|") if choice.strip())
    kind = "choice" if choices else (match["type"] or "text")
    if choices and match["default"] not in (None, *choices):
        raise UsageError(
            f"'{item}': the default is none of the choices; use one of {', '.join(choices)}", path=path
        )
    if match["default"] and kind == "integer" and not re.fullmatch("[0-9]{1,18}", match["default"]):
        raise UsageError(f"'{item}': the default is not a whole number", path=path)
    return Param(match["name"], kind, match["default"], choices)
