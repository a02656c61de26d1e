"""The store: the only room that knows DuckDB.

A `Session` is an in-memory DuckDB in which a run does its work; the store is attached to it for as
short as possible: `reading` for a report, `writing` for one transaction. DuckDB lets one process
write or many read, so whoever comes too early waits a little, and then says who holds the store.

The store's file is never opened by its path while it is attached: closing that second handle would
drop DuckDB's lock on it.
"""

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from logstats import atomic, signals
from logstats.clock import Clock, utc_now
from logstats.errors import StoreBusyError, StoreError, UnknownZoneError, UsageError
from logstats.model import Result
from logstats.store import duckdb_errors, locks, statements

if TYPE_CHECKING:
    import duckdb
else:
    try:  # duckdb itself; what its package puts around it in Python would be a sixth of a cron run
        import _duckdb as duckdb
    except ImportError:
        import duckdb

MEMORY_LIMIT = "400MB"
BLOCK_MEMORY = "256MB"  # used again and again where a run is long; all of it is cleared before its first use
NOT_OPTIMISED = (
    # what DuckDB is not to look for in the statements of a run: a tick spends more on plans than on rows
    "build_side_probe_side",  # it guesses which side is smaller, and knows nothing of a log's length
    "join_order",  # it guesses by the same statistics; joins are written in a good order
    # these find nothing to do
    "aggregate_function_rewriter",
    "common_subplan",
    "deliminator",
    "duplicate_groups",
    "grouping_sets",
    "join_elimination",
    "partial_aggregate_pushdown",
    "projection_placement",
)
INGEST_SETTINGS = ("threads", "disabled_optimizers")  # that `side_by_side` changes
CHECKPOINT_AT = "1KB"  # a commit goes into the file at once: by way of its log it is written twice
_PARAM = re.compile(r"\$([a-z_][a-z_0-9]*)")
_HOLDER = re.compile(
    r"Could not set lock on file .*?: (?P<told>.*?(?:PID (?P<pid>\d+).*?)?)(?:\. See also|$)", re.DOTALL
)
_UNKNOWN_ZONE = re.compile(r"Unknown TimeZone '(?P<zone>.*?)'!")

ASKING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)

Params = Mapping[str, object]


class Session:
    """One in-memory DuckDB and the statements run in it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection | None = None) -> None:
        self._connection = connection or duckdb.connect(
            config={
                "memory_limit": MEMORY_LIMIT,
                "async_threads": 0,  # a local file is read faster where it is used than by eight threads
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "temp_directory": "",
            }
        )
        if connection is None:
            self._connection.execute("SET GLOBAL TimeZone = 'UTC'")
            self._spill()
        self._attached_to: Path | None = None

    def _spill(self) -> None:
        """Let what does not fit into memory go where this user may write, and leave half of that free.

        The limit holds only where it is set by a statement.
        """
        with contextlib.suppress(OSError):
            folder = tempfile.gettempdir()
            room = shutil.disk_usage(folder).free // 2 >> 20
            place = statements.sql_text(f"{folder}/logstats-{os.urandom(8).hex()}")
            self._connection.execute(f"SET temp_directory = {place}")
            self._connection.execute(f"SET max_temp_directory_size = '{room}MiB'")

    def side_by_side(self, count: int) -> list["Session"]:
        """Return `count` sessions in one DuckDB, each with temporary tables of its own.

        They are for as many threads of ours, so DuckDB gets none of its own; and it builds each join
        on its right side, as it is written: what it makes of statistics would make a tick's cost depend
        on the history.
        """
        self.execute("SET threads = 1")
        self._leave_unoptimised(NOT_OPTIMISED)
        return [self, *(Session(self._connection.cursor()) for _ in range(count - 1))]

    @contextlib.contextmanager
    def for_ingest(self, count: int) -> Iterator[list["Session"]]:
        """Give the sessions of `side_by_side`; at the end DuckDB has its default settings again."""
        try:
            yield self.side_by_side(count)
        finally:
            with contextlib.suppress(duckdb.Error):
                for name in INGEST_SETTINGS:
                    self._connection.execute(f"RESET {name}")

    def _leave_unoptimised(self, names: Sequence[str]) -> None:
        """Have DuckDB not look for what is named, as far as its release knows of it."""
        try:
            self._connection.execute(f"SET disabled_optimizers = '{','.join(names)}'")
        except duckdb.ParserException:
            known = {name for (name,) in self.execute("SELECT name FROM duckdb_optimizers()").rows}
            self._leave_unoptimised([name for name in names if name in known])

    def keep_memory(self) -> None:
        """Use memory again and again from here on: what is given back to the system is cleared anew.

        It is for a long run; a short one uses little of each block, and would have all of it cleared.
        """
        self.execute(f"SET GLOBAL block_allocator_memory = '{BLOCK_MEMORY}'")

    @contextlib.contextmanager
    def committed(self) -> Iterator["Session"]:
        """Give a session that sees the attached store without what is not committed yet."""
        with Session(self._connection.cursor()) as before:
            yield before

    def close(self) -> None:
        """Let go of everything; a second call does nothing."""
        self._connection.close()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, name: str, params: Params | None = None, slots: Mapping[str, str] | None = None) -> Result:
        """Run `queries/{name}.sql` with the parameters that it names, and return its rows."""
        return self.execute(statements.load(name).fill(**(slots or {})), params or {})

    def execute(self, sql: str, params: Params | None = None) -> Result:
        """Run one statement with those of the parameters that it names, and return its rows."""
        named = set(_PARAM.findall(sql))
        wanted = {name: value for name, value in (params or {}).items() if name in named}
        signals.check()
        return self._fetch(sql, wanted)

    def clock(self, zone: str) -> Clock:
        """Return a zone's clock, to be asked while the session is open.

        It raises UsageError when it is asked and DuckDB has no such zone.
        """

        def ahead(instants: Sequence[datetime]) -> list[timedelta]:
            seconds = self.run("store/utc_offset", {"zone": zone, "instants": list(instants)}).value()
            return [timedelta(seconds=count) for count in seconds]

        return Clock(zone, ahead)

    def complaint(self, pattern: str) -> str | None:
        """Return what is wrong with a pattern (RE2), None where nothing is."""
        try:
            self._connection.execute("SELECT regexp_matches('', $pattern)", {"pattern": pattern}).fetchall()
        except duckdb.Error as error:
            return duckdb_errors.cause(error)
        return None

    def _fetch(self, statement: str | duckdb.Statement, params: Params) -> Result:
        try:
            cursor = self._connection.execute(statement, params or None)
            columns = tuple(column[0] for column in cursor.description or ())
            return Result(columns, tuple(cursor.fetchall()) if columns else ())
        except duckdb.Error as error:
            _refuse_zone(error)
            if told := duckdb_errors.in_words(self._attached_to, str(error)):
                raise told from error
            raise

    def ask(self, sql: str, params: Params) -> Result:
        """Run a user's own query; raise UsageError with DuckDB's word on it where it is wrong."""
        try:
            statements = self._connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in ASKING:
                raise UsageError("give one query that reads: SELECT …, FROM …, SHOW …, DESCRIBE …, EXPLAIN …")
            named = {name: params[name] for name in statements[0].named_parameters if name in params}
            return self._fetch(statements[0], named)
        except duckdb.Error as error:
            told = "cast an instant with a zone: … AT TIME ZONE 'UTC'" if "pytz" in str(error) else error
            raise UsageError(f"the query was not understood: {told}") from error

    @contextlib.contextmanager
    def reading(
        self, path: Path, wait: float, *, views: Collection[str] | None = None, migrate: bool = False
    ) -> Iterator[None]:
        """Attach an existing store read-only, with the views that reports read: all, or those that are named.

        An older store is refused, unless the run is one that writes: `migrate`.
        """
        with self._attached(path, wait, alone=False):
            version = self._version(path)
            if version == newest_version():
                for file in statements.names("views"):
                    if views is None or _name(file) in views:
                        self.run(file)
                yield
                return
        if not migrate:
            raise StoreError(
                f"{path}: was written by an older logstats (schema {version}, this one needs "
                f"{newest_version()}); the next `logstats update` or `ingest` brings it up"
            )
        with self.writing(path, wait):
            pass
        with self.reading(path, wait, views=views):
            yield

    @contextlib.contextmanager
    def writing(self, path: Path, wait: float, *, keep: bool = True) -> Iterator[None]:
        """Attach an existing store for one transaction; an exception rolls it back, or `keep` being False.

        An older store is brought up to this program's schema in the same transaction.
        """
        signals.check()
        with self._attached(path, wait, alone=True), self._transaction(path, keep=keep):
            if self._version(path) < newest_version():
                self.migrate()
            yield

    @contextlib.contextmanager
    def _transaction(self, path: Path, *, keep: bool) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
            signals.check()
        except BaseException:
            with contextlib.suppress(duckdb.Error):
                self._connection.execute("ROLLBACK")
            raise
        if keep:
            self._commit(path)
        else:
            self._connection.execute("ROLLBACK")

    def _commit(self, path: Path) -> None:
        """Commit; after an error nobody here knows whether it is saved, and nothing is tried again."""
        self._connection.execute(f"SET checkpoint_threshold = '{CHECKPOINT_AT}'")
        try:
            self._connection.execute("COMMIT")
            self._connection.execute("RESET checkpoint_threshold")
        except duckdb.Error as error:
            told = (
                duckdb_errors.in_words(path, str(error))
                or f"{path}: could not be saved: {duckdb_errors.cause(error)}"
            )
            raise StoreError(f"{told}; the next run goes on from what the store holds then") from error

    @contextlib.contextmanager
    def _attached(self, path: Path, wait: float, *, alone: bool) -> Iterator[None]:
        """Have the store attached, under its lock; what goes wrong with it meanwhile is told in words."""
        require(path)
        until = time.monotonic() + wait
        beside = atomic.umask_like(path) if alone else contextlib.nullcontext()
        with locks.held(path, until, alone=alone), beside:
            self._attach(path, until, "" if alone else "(READ_ONLY)")
            try:
                yield
            except BaseException:
                with contextlib.suppress(StoreError, duckdb.Error):
                    self._detach()
                raise
            self._detach()

    def _detach(self) -> None:
        try:
            self._fetch("DETACH store", {})
        finally:
            self._attached_to = None

    def _attach(self, path: Path, until: float, options: str) -> None:
        """Attach; wait for programs that know nothing of our lock. Raise StoreError."""
        while True:
            try:
                self._connection.execute(
                    f"ATTACH {statements.sql_text(str(path.resolve()))} AS store {options}"
                )
                self._attached_to = path
                return
            except duckdb.Error as error:
                held = _HOLDER.search(str(error))
                if held is None:
                    told = f"{path}: can't be opened: {duckdb_errors.cause(error)}"
                    raise duckdb_errors.in_words(path, str(error)) or StoreError(told) from error
                if time.monotonic() >= until:
                    holder = locks.process(int(held["pid"])) if held["pid"] else held["told"].strip()
                    raise locks.busy(path, holder) from error
            signals.check()
            time.sleep(locks.RETRY_S)

    def make(self, path: Path) -> None:
        """Write an empty store into a new file."""
        self.execute(f"ATTACH {statements.sql_text(str(path))} AS store (STORAGE_VERSION 'latest')")
        self.execute("BEGIN")
        self.migrate()
        key = {"value": os.urandom(32).hex()}
        self.execute("INSERT INTO store.setting VALUES ('identity_key', $value)", key)
        self.execute("COMMIT")
        self.execute("DETACH store")

    def look(self, path: Path, wait: float) -> None:
        """See whether a store can be opened, by one who has its lock; bring its log into its file."""
        self._attach(path, time.monotonic() + wait, "")
        try:
            self._version(path)
        finally:
            self._detach()

    def migrate(self) -> None:
        """Apply, in the transaction that is open, the schema files that the store has not."""
        files = statements.names("schema")
        self.run(files[0])
        done = {version for (version,) in self.execute("SELECT version FROM store.migration").rows}
        for name in files[1:]:
            version = _version(name)
            if version not in done:
                self.run(name)
                row = {"version": version, "name": name, "at": utc_now()}
                self.execute("INSERT INTO store.migration VALUES ($version, $name, $at)", row)

    def _version(self, path: Path) -> int:
        """Return the schema of the attached store; raise StoreError for one of a newer program."""
        try:
            version = self.execute("SELECT max(version) FROM store.migration").value()
        except duckdb.CatalogException:
            version = None
        if version is None:
            raise StoreError(f"{path}: is a DuckDB file, but no logstats store")
        if version > newest_version():
            raise StoreError(
                f"{path}: was written by a newer logstats (schema {version}, this one knows "
                f"{newest_version()}); upgrade logstats"
            )
        return int(version)


def newest_version() -> int:
    """Return the schema that this program writes."""
    return _version(statements.names("schema")[-1])


def _refuse_zone(error: duckdb.Error) -> None:
    """Raise UsageError where what went wrong is that DuckDB has no such zone."""
    if unknown := _UNKNOWN_ZONE.search(str(error)):
        raise UnknownZoneError(unknown["zone"]) from error


def ensure(path: Path) -> None:
    """Make an empty store where there is none."""
    if not path.exists():
        _create(path)


def require(path: Path) -> None:
    """Raise StoreError where no store can be."""
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise StoreError(f"{path}: no store there yet; `logstats ingest LOG` makes it") from error
    except OSError as error:
        raise StoreError(f"{path}: can't be opened: {error.strerror}") from error
    if size == 0:
        raise StoreError(f"{path}: is empty, no store; remove it, and `logstats ingest LOG` makes one")


@contextlib.contextmanager
def no_ingest(path: Path) -> Iterator[None]:
    """Keep ingests out of an existing store meanwhile; raise StoreBusyError where one is running."""
    require(path)
    with locks.ingest_lock(path) as is_ours:
        if not is_ours:
            raise StoreBusyError(f"{path}: an ingest is running; try again when it is done")
        yield


def _version(file: str) -> int:
    """Return the number that the name of a file of statements begins with."""
    return int(Path(file).name.partition("_")[0])


def _name(file: str) -> str:
    """Return what follows that number."""
    return Path(file).name.partition("_")[2]


def _create(path: Path) -> None:
    """Make an empty store under another name and link it into place: there whole, or not there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic.fresh(path) as fresh, Session() as session:
            session.make(fresh)
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
        atomic.sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"{path}: can't be made: {error.strerror}") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def parquet(result: Result) -> bytes:
    """Return a result's rows as a Parquet file."""
    rows = list(result.rows) or [(None,) * len(result.columns)]
    place = "(" + ", ".join("?" * len(result.columns)) + ")"
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as connection:
        statement = statements.load("store/parquet").fill(
            rows=", ".join([place] * len(rows)),
            columns=", ".join(_quoted(name) for name in result.columns),
            condition="true" if result.rows else "false",
            path=file.name,
        )
        connection.execute(statement, [value for row in rows for value in row])
        return Path(file.name).read_bytes()
