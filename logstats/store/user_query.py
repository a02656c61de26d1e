"""A user's own statement: it reads the documented views, and nothing else.

Two things ensure that, each by itself. `parse` refuses a statement whose syntax tree has anything but views,
subqueries and a few table functions; the tree is DuckDB's own, so nothing is parsed differently when it runs.
`run` then executes it with DuckDB's file system, network, extensions and settings disabled.
"""

import contextlib
import glob
import json
import os
import re
import resource
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from logstats.errors import LogstatsError, StoreError, UsageError
from logstats.model import Result
from logstats.store import duckdb_errors
from logstats.store.session import VIEWS, Params, Session
from logstats.store.statements import load, names_in

if TYPE_CHECKING:
    import duckdb
else:
    try:  # as in session.py
        import _duckdb as duckdb
    except ImportError:
        import duckdb

TIMEOUT_S = 60.0  # while a statement runs, no ingest can write to the store
ROWS_AT_ONCE = 10_000  # fetched between two looks at the clock
INTERRUPT_AGAIN_S = 0.1  # an interrupt between two of DuckDB's steps has no effect

QUERY_NODES = frozenset(("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"))
TABLE_REFS = frozenset(
    ("BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT", "SHOW_REF")
)
OTHER_TYPES = frozenset(
    # of ORDER BY, LIMIT, DISTINCT
    (
        *("ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER"),
        *("ORDER_DEFAULT", "ASCENDING", "DESCENDING"),
    )
)
TYPES = QUERY_NODES | TABLE_REFS | OTHER_TYPES  # of whatever is no expression; anything else is refused
TABLE_FUNCTIONS = frozenset(
    # that read nothing but their arguments
    ("range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree")
)
FILE_FUNCTIONS = frozenset(
    # that may read files with --allow-files; each takes their names as its first argument
    (
        *("read_csv", "read_csv_auto", "read_parquet", "parquet_scan", "read_json", "read_json_auto"),
        *("read_ndjson", "read_ndjson_auto", "glob"),
    )
)
FILE_NAME = re.compile(r"\.(?:csv|tsv|txt|parquet|json|jsonl|ndjson)(?:\.(?:gz|zst))?$", re.IGNORECASE)
REFUSED_FUNCTIONS: Mapping[str, str] = {
    # pattern of a function's name: what it would do
    r"current_setting|getvariable|getenv": "reads settings",
    r"nextval|currval|setval|setseed": "changes the session",
    r"write_log|sleep_ms|pg_sleep": "does not read data",
    r"json_serialize_plan|json_execute_serialized_sql|query|query_table": "runs a text as a statement",
    r"read_.*|.*_scan|glob|sniff_.*|parquet_.*|which_secret": "reads files",
    r"duckdb_.*|pragma_.*|pg_get_.*|get_block_size|in_search_path": "reads what DuckDB knows of itself",
}
INSTANTS = frozenset(
    # columns of views that are instants with a zone in a user's statement, see user_views
    (
        *("logged_at", "first_at", "last_at", "set_at", "logged_until", "hits_from"),
        *("first_read", "last_read", "started_at", "read_at", "seen_at"),
    )
)
INSTANT_TYPE = "TIMESTAMP WITH TIME ZONE"
SHOW_TABLES = '"tables"'  # how DuckDB names it
CONFINED = (
    # settings under which the statement runs; the last one makes them final
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
WRONG = (
    # errors that a statement causes; others are of the store, the disk or memory
    *(duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.ConversionException),
    *(duckdb.InvalidInputException, duckdb.InvalidTypeException, duckdb.NotImplementedException),
    *(duckdb.OutOfRangeException, duckdb.TypeMismatchException, duckdb.SyntaxException),
    *(duckdb.PermissionException, duckdb.ConstraintException, duckdb.SequenceException),
)
TOO_LARGE = "the query needs more than half of this machine's memory; ask for fewer or smaller values"
LEAST_MEMORY = 1 << 30  # that a query may take on any machine
ONLY_ONE = "only one read-only query is allowed: SELECT …, FROM …, SHOW TABLES, DESCRIBE …, EXPLAIN …"

_NOT_ALLOCATED = re.compile("bad.alloc")  # by the system, not by DuckDB's own limit
_SPACE = r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*"
_OPTION = r"(?:ANALYZE|FORMAT\s+\w+)"
_EXPLAIN = re.compile(
    rf"{_SPACE}EXPLAIN\b{_SPACE}(?P<analyze>ANALYZE\b)?{_SPACE}"
    rf"(?:\(\s*(?P<options>{_OPTION}(?:\s*,\s*{_OPTION})*)\s*\))?",
    re.IGNORECASE | re.DOTALL,
)


class Limits(NamedTuple):
    """What a user's statement may do: read files too (`allow_files`), run for `timeout` seconds (0: any)."""

    allow_files: bool = False
    timeout: float = TIMEOUT_S


DEFAULT_LIMITS = Limits()


class UserQuery(NamedTuple):
    """A statement that was found to only read.

    `views` and `params` are the names that it reads; `files` the names of files. `explain` is what stands
    before it where its plan is wanted. `lists_views`: it shows the names of all views.
    """

    sql: str
    views: frozenset[str]
    params: tuple[str, ...]
    files: tuple[str, ...] = ()
    explain: str = ""
    lists_views: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        """The views and `$parameters`, as a header names them."""
        return (*sorted(self.views), *(f"${name}" for name in self.params))


class Answer(NamedTuple):
    """The rows of a statement; the columns whose indexes are `instants` are in UTC, without a zone."""

    result: Result
    instants: frozenset[int]


def parse(session: Session, sql: str, limits: Limits) -> UserQuery:
    """Return a user's statement; raise UsageError if it is wrong, or does anything but read views.

    Nothing is bound or executed: the store need not be attached, and no file is opened.
    """
    explain, sql = _split(session, sql)
    (statement,) = _tree(session, sql)["statements"]
    found = _Found(limits.allow_files)
    for node, ctes in _walk(statement["node"]):
        found.look_at(node, ctes)
    if {"suspects", "examined_hits"} <= found.views:
        raise UsageError("suspects and examined_hits can't be read in one statement")
    return UserQuery(
        sql=sql,
        views=frozenset(found.views),
        params=tuple(sorted(param["key"] for param in statement.get("named_param_map") or ())),
        files=tuple(found.files),
        explain=explain,
        lists_views=found.lists_views,
    )


def run(session: Session, query: UserQuery, params: Params, limits: Limits) -> Answer:
    """Run a user's statement with DuckDB confined to what is attached, and return its rows.

    From then on the session's settings are locked. Raise UsageError with DuckDB's reason if the statement is
    wrong, LogstatsError where its time is up, and StoreError where the store can't be read.
    """
    session.take_most_memory()  # before the settings are locked
    _confine(session, query)
    values = {name: params[name] for name in query.params if name in params}
    connection = session.connection
    with _bounded_memory(), _interrupted_after(connection, limits.timeout) as expired:
        try:
            columns = [] if query.explain else _columns(connection, query, values)
            instants = frozenset(index for index, (_, kind) in enumerate(columns) if kind == INSTANT_TYPE)
            text = _in_utc(query.sql, columns) if instants else f"{query.explain}{query.sql}"
            connection.execute(text, values or None)
            names = [name for name, _ in columns] or [column[0] for column in connection.description or ()]
            rows: list[tuple[Any, ...]] = []
            while some := connection.fetchmany(ROWS_AT_ONCE):
                rows += some
                if expired.is_set():
                    raise _late(limits)
            return Answer(Result(tuple(names), rows), instants)
        except duckdb.InterruptException as error:
            raise _late(limits) from error
        except MemoryError as error:
            raise LogstatsError(TOO_LARGE) from error
        except duckdb.Error as error:
            if _NOT_ALLOCATED.search(str(error)):
                raise LogstatsError(TOO_LARGE) from error
            raise _error(session, error, limits) from error


def _columns(
    connection: "duckdb.DuckDBPyConnection", query: UserQuery, values: Params
) -> list[tuple[str, str]]:
    """Return the names and types of a statement's columns, [] where it can't be described."""
    try:
        connection.execute(f"DESCRIBE {query.sql}", values or None)
        return [(name, kind) for name, kind, *_ in connection.fetchall()]
    except duckdb.InterruptException:
        raise
    except duckdb.Error:  # the statement itself then raises an error that shows its own lines
        return []


def _in_utc(sql: str, columns: Sequence[tuple[str, str]]) -> str:
    """Return a statement for the rows of a SELECT with each instant as TIMESTAMP in UTC."""
    names = [f"column{index}" for index in range(len(columns))]
    shown = [
        f"timezone('UTC', {name})" if kind == INSTANT_TYPE else name
        for name, (_, kind) in zip(names, columns, strict=True)
    ]
    slots = {"columns": ", ".join(shown), "names": ", ".join(names), "statement": _without_end(sql)}
    return load("store/in_utc").fill(**slots)


def _without_end(sql: str) -> str:
    """Return a statement without its semicolon, and comments after it."""
    data = sql.encode()
    end = len(data)
    for start, kind in reversed(duckdb.tokenize(sql)):
        if kind != duckdb.token_type.comment and data[start:end].strip() != b";":
            break
        end = start
    return data[:end].decode()


def _split(session: Session, sql: str) -> tuple[str, str]:
    """Return what stands before a SELECT where it is explained, and the SELECT."""
    if "\0" in sql:
        raise UsageError("the query is wrong: it has a NUL character")
    statement = _only_statement(session, sql)
    if statement == duckdb.StatementType.SELECT:
        return "", sql
    explained = _EXPLAIN.match(sql) if statement == duckdb.StatementType.EXPLAIN else None
    if explained is None:
        raise UsageError(f"{ONLY_ONE}{_advice(sql)}")
    options = ["ANALYZE"] if explained["analyze"] else []
    options += [explained["options"]] if explained["options"] else []
    rest = sql[explained.end() :]
    if _only_statement(session, rest) != duckdb.StatementType.SELECT:
        raise UsageError("only a query can be explained: EXPLAIN SELECT …, EXPLAIN ANALYZE SELECT …")
    return f"EXPLAIN ({', '.join(options)}) " if options else "EXPLAIN ", rest


def _advice(sql: str) -> str:
    is_pivot = re.search(r"\bPIVOT", sql, re.IGNORECASE)
    return "; a PIVOT must list its values: PIVOT … ON x IN (…)" if is_pivot else ""


def _only_statement(session: Session, sql: str) -> "duckdb.StatementType":
    try:
        statements = session.connection.extract_statements(sql)
    except duckdb.Error as error:
        raise UsageError(f"the query is wrong: {error}") from error
    if len(statements) != 1:
        raise UsageError(ONLY_ONE)
    try:
        return statements[0].type
    except ValueError as error:  # a kind of statement that DuckDB's module for Python has no name for
        raise UsageError(ONLY_ONE) from error


def _tree(session: Session, sql: str) -> dict[str, Any]:
    """Return the syntax tree of a SELECT, as DuckDB parses it."""
    try:
        text = session.connection.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()[0][0]
        tree: dict[str, Any] = json.loads(text)
    except duckdb.Error as error:
        raise UsageError(f"the query is wrong: {error}") from error
    except RecursionError as error:
        raise UsageError("the query is wrong: it is nested too deeply") from error
    if tree["error"] or len(tree["statements"]) != 1:
        raise UsageError(f"the query is wrong: {tree.get('error_message', 'it is not one statement')}")
    return tree


def _walk(root: dict[str, Any]) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Yield each object of a syntax tree with the names of the CTEs that it can read."""
    todo: list[tuple[Any, frozenset[str]]] = [(root, frozenset())]
    while todo:
        node, ctes = todo.pop()
        if isinstance(node, list):
            todo += [(item, ctes) for item in node]
        elif isinstance(node, dict):
            for cte in (node.get("cte_map") or {}).get("map", ()):
                name = cte["key"].lower()
                is_recursive = cte["value"]["query_node"]["type"] == "RECURSIVE_CTE_NODE"
                todo.append((cte["value"], ctes | {name} if is_recursive else ctes))
                ctes |= {name}
            yield node, ctes
            todo += [(value, ctes) for key, value in node.items() if key != "cte_map"]


class _Found:
    """The names that are found in a syntax tree; a name that must not be read is refused."""

    def __init__(self, allow_files: bool) -> None:  # noqa: FBT001 - the field of Limits
        self.views: set[str] = set()
        self.files: list[str] = []
        self.lists_views = False
        self._allow_files = allow_files
        self._names = frozenset(names_in(VIEWS))

    def look_at(self, node: Mapping[str, Any], ctes: frozenset[str]) -> None:
        """Add what a node reads; raise UsageError if a user's statement must not have it."""
        kind = node.get("type")
        if "class" in node:
            self._look_at_expression(node)
        elif isinstance(kind, str):
            if kind not in TYPES:
                raise UsageError(f"{ONLY_ONE}; not {kind.removesuffix('_QUERY_NODE').lower()}")
            if kind == "BASE_TABLE":
                self._add_table(node["qualified_name"]["path"], ctes)
            elif kind == "TABLE_FUNCTION":
                self._add_function(node["function"])
            elif kind == "SHOW_REF":
                self._add_shown(node, ctes)

    def _add_table(self, path: list[str], ctes: frozenset[str]) -> None:
        *schemas, name = path
        if (not schemas or schemas == ["recurring"]) and name.lower() in ctes:
            return
        if not schemas and name.lower() in self._names:
            self.views.add(name.lower())
        elif not schemas and FILE_NAME.search(name):
            self._add_files([name])
        else:
            raise UsageError(f"no table '{'.'.join(path)}'; there are: {', '.join(sorted(self._names))}")

    def _add_function(self, function: Mapping[str, Any]) -> None:
        path = function["qualified_name"]["path"]
        name = path[-1].lower()
        if len(path) == 1 and name in FILE_FUNCTIONS:
            self._add_files(_file_names(name, function["arguments"]))
        elif len(path) > 1 or name not in TABLE_FUNCTIONS:
            raise UsageError(
                f"the table function {'.'.join(path)} is not allowed; there are the views "
                f"({', '.join(sorted(self._names))}) and {', '.join(sorted(TABLE_FUNCTIONS))}"
            )

    def _add_files(self, names: list[str]) -> None:
        if not self._allow_files:
            raise UsageError(
                f"a query reads views, not files ('{names[0]}'); --allow-files lets it read files too"
            )
        self.files += names

    def _add_shown(self, node: Mapping[str, Any], ctes: frozenset[str]) -> None:
        path = node["qualified_name"]["path"]
        if node["show_type"] == "SHOW":
            self._add_table(path, ctes)
        elif node["show_type"] == "SHOW_SPECIAL" and path == [SHOW_TABLES]:
            self.lists_views = True
        elif node["show_type"] not in ("DESCRIBE", "SUMMARY"):
            raise UsageError("SHOW TABLES lists the views, and DESCRIBE VIEW the columns of one")

    def _look_at_expression(self, node: Mapping[str, Any]) -> None:
        name = str(node.get("function_name") or "").lower()
        is_table = (
            name in TABLE_FUNCTIONS | FILE_FUNCTIONS
        )  # which `_add_function` has checked, or no function
        for pattern, why in REFUSED_FUNCTIONS.items():
            if not is_table and re.fullmatch(pattern, name):
                raise UsageError(f"the function {name} is not allowed: it {why}")
        if name == "timezone" and _is_utc_of_instant(node["arguments"][-1]["expression"]):
            column = node["arguments"][-1]["expression"]["arguments"][-1]["expression"]["column_names"][-1]
            raise UsageError(
                f"{column} has a zone, so AT TIME ZONE 'UTC' must not stand before the other AT TIME ZONE; "
                f"write {column} AT TIME ZONE timezone, or use the columns local_at, day and hour"
            )


def _is_utc_of_instant(node: Mapping[str, Any]) -> bool:
    """Whether an expression is `COLUMN AT TIME ZONE 'UTC'` with an instant of a view."""
    if node.get("function_name") != "timezone" or len(node["arguments"]) != 2:  # noqa: PLR2004 - zone, instant
        return False
    zone, instant = (argument["expression"] for argument in node["arguments"])
    is_utc = str((zone.get("literal") or {}).get("text")).upper() == "UTC"
    return is_utc and (instant.get("column_names") or [""])[-1].lower() in INSTANTS


def _file_names(function: str, arguments: list[Mapping[str, Any]]) -> list[str]:
    """Return the literal names of files that a function is given, one or a list of them."""
    given = arguments[0]["expression"] if arguments else {}
    several = given.get("arguments", ()) if given.get("function_name") == "list_value" else None
    parts = [given] if several is None else [argument["expression"] for argument in several]
    names = [(part.get("literal") or {}).get("text") for part in parts]
    if not names or not all(isinstance(name, str) for name in names):
        raise UsageError(f"{function}: write the name of the file, or a list of names, as texts in quotes")
    return [str(name) for name in names]


def _confine(session: Session, query: UserQuery) -> None:
    """Allow DuckDB only the folders of the files that the statement names, and lock its settings."""
    folders = [_folder(session, name) for name in query.files]
    if folders:
        listed = ", ".join("'" + folder.replace("'", "''") + "'" for folder in sorted(set(folders)))
        session.connection.execute(f"SET allowed_directories = [{listed}]")
    for setting in CONFINED:
        session.connection.execute(setting)


def _folder(session: Session, name: str) -> str:
    """Return the folder of a file or of a pattern; raise UsageError for the store and what is no file."""
    if "://" in name:
        raise UsageError(f"'{name}' is not a file of this machine")
    own = {_identity(path) for path in _store_files(session)} - {None}
    found = glob.glob(name, recursive=True)  # noqa: PTH207 - the name may be absolute
    if not found:
        raise UsageError("no such file", path=name)
    for path in found:
        if _identity(Path(path)) in own:
            raise UsageError(f"'{name}' is the store itself; a query reads its views", path=path)
        if not Path(path).is_file() and not Path(path).is_dir():
            raise UsageError("is not a regular file; only regular files can be read", path=path)
    before = re.split(r"[*?\[]", name)[0]
    return os.path.abspath(os.path.dirname(before) or ".")  # noqa: PTH100, PTH120 - the text is a prefix of a name


def _store_files(session: Session) -> list[Path]:
    """Return the paths of the attached store and of its write-ahead log."""
    path = session.attached_to
    return [] if path is None else [path, path.with_name(f"{path.name}.wal")]


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextlib.contextmanager
def _bounded_memory() -> Iterator[None]:
    """Let this process have half of the machine's memory more at most.

    DuckDB's own limit is not that of a function that makes one huge value.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):  # another system than Linux
        yield
        return
    most = pages * os.sysconf("SC_PAGE_SIZE") + _most_memory()
    limits = resource.getrlimit(resource.RLIMIT_AS)
    if limits[0] == resource.RLIM_INFINITY or limits[0] > most:
        resource.setrlimit(resource.RLIMIT_AS, (most, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def _most_memory() -> int:
    return max(LEAST_MEMORY, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)


@contextlib.contextmanager
def _interrupted_after(connection: "duckdb.DuckDBPyConnection", seconds: float) -> Iterator[threading.Event]:
    """Interrupt the connection's statements after so many seconds (0: never); yield an event that says so."""
    over, expired = threading.Event(), threading.Event()

    def watch() -> None:
        if not over.wait(min(seconds, threading.TIMEOUT_MAX)):
            expired.set()
            while not over.wait(INTERRUPT_AGAIN_S):
                connection.interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    if seconds:
        watcher.start()
    try:
        yield expired
    finally:
        over.set()
        if seconds:
            watcher.join()


def _late(limits: Limits) -> LogstatsError:
    return LogstatsError(
        f"the query was stopped after {limits.timeout:g} s, because no ingest can run meanwhile; "
        "--timeout SECONDS allows more time, --timeout 0 any"
    )


def _error(session: Session, error: "duckdb.Error", limits: Limits) -> LogstatsError:
    """Return the error to raise for an error of DuckDB: of the statement, of the store or of the system."""
    if known := session.known_error(error):
        return known
    if isinstance(error, WRONG) or (limits.allow_files and isinstance(error, duckdb.IOException)):
        return UsageError(f"the query is wrong: {error}")
    return StoreError(
        f"can't be read ({duckdb_errors.cause(error)}); `logstats verify` checks the store",
        path=session.attached_to,
    )
