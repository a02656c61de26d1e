"""The store's sessions: the only module that imports DuckDB.

A `Session` is an in-memory DuckDB in which a run computes. The store is attached to it for as short as
possible: `reading` for a report, `writing` for one transaction. DuckDB lets one process write or many read,
so a session waits for the store; when the time is up, it raises StoreBusyError with the process that has it.

Never open the store's file by its path while it is attached: closing that second handle would drop
DuckDB's lock on it.
"""

import contextlib
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from logstats import atomic, signals
from logstats.clock import Clock, utc_now
from logstats.errors import LogstatsError, StoreError, UnknownZoneError
from logstats.model import Result
from logstats.store import duckdb_errors, locks, schema, statements
from logstats.store.file import require

if TYPE_CHECKING:
    import duckdb

    from logstats.store.arrow_streams import Table
else:
    try:  # DuckDB's own module: the Python package around it would take a sixth of a cron run
        import _duckdb as duckdb
    except ImportError:
        import duckdb

MEMORY_LIMIT = "400MB"
MOST_MEMORY = "50%"  # of the machine's: for statements over years of hits, where MEMORY_LIMIT is too little
MEMORY_STEP = 3  # how many times as much they may take after an error
WORTH_A_STEP = 1.2  # less more is not tried
LONG_RUN_MEMORY = "192MB"  # of an ingest of several chunks, whose texts have memory of their own
BLOCK_MEMORY = "256MB"  # reused in a long run; all of it is cleared before its first use
NOT_OPTIMISED = (
    # DuckDB's optimiser passes that a run does without: a cron run spends more time on plans than on rows
    "build_side_probe_side",  # guesses the smaller side, without knowing the length of a log
    "join_order",  # guesses by the same statistics; joins are written in a good order
    # these find nothing to optimise; not to look for it saves 1 % of the instructions of a cron run
    "aggregate_function_rewriter",
    "common_subplan",
    "deliminator",
    "duplicate_groups",
    "grouping_sets",
    "join_elimination",
    "partial_aggregate_pushdown",
    "projection_placement",
)
CHECKPOINT_AT = "1KB"  # a commit is written into the file at once; through the WAL it is written twice
STORAGE_VERSION = "v2.0.0"  # of DuckDB's files; a newer DuckDB writes it too, so that there is a way back
VIEWS = "views"  # the folder of queries that create them
INGEST_SETTINGS = ("threads", "disabled_optimizers")  # that `side_by_side` changes
# of DuckDB's errors; compiled when one is read
_HOLDER = r"(?s)Could not set lock on file .*?: (?P<holder>.*?(?:PID (?P<pid>\d+).*?)?)(?:\. See also|$)"
_UNKNOWN_ZONE = r"Unknown TimeZone '(?P<zone>.*?)'!"

Params = Mapping[str, object]
Needless = Callable[[Mapping[str, int]], bool]  # by name of a statement, how many rows it has written
NEVER_NEEDLESS: Mapping[str, Needless] = MappingProxyType({})


class Session:
    """One in-memory DuckDB and the statements run in it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection | None = None) -> None:
        self._open(connection)

    def _open(self, connection: duckdb.DuckDBPyConnection | None = None) -> None:
        self._connection = connection or duckdb.connect(
            config={
                "memory_limit": MEMORY_LIMIT,
                "async_threads": 0,  # a local file is read faster by the thread that uses it
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "temp_directory": "",
            }
        )
        if connection is None:
            self._connection.execute("SET GLOBAL TimeZone = 'UTC'")
            self._spill()
        self._attached_to: Path | None = None
        self._is_helped = False
        self._only_reads = False
        self._lent: list[str] = []
        self.warnings: list[str] = []  # of commits: what the user should know although the data is saved

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """DuckDB's connection, for `store.user_query`."""
        return self._connection

    @property
    def attached_to(self) -> Path | None:
        """The path of the attached store."""
        return self._attached_to

    def _spill(self) -> None:
        """Spill to the temporary folder, and leave half of its free space free.

        DuckDB applies the limit only if a statement sets it.
        """
        with contextlib.suppress(OSError, duckdb.Error):  # an error of DuckDB: a name that is no text
            folder = _temporary_folder()
            disk = os.statvfs(folder)
            limit = disk.f_bavail * disk.f_frsize // 2 >> 20
            spill = statements.sql_text(f"{folder}/logstats-{os.urandom(8).hex()}")
            self._connection.execute(f"SET temp_directory = {spill}")
            self._connection.execute(f"SET max_temp_directory_size = '{limit}MiB'")

    def side_by_side(self, count: int) -> list["Session"]:
        """Return `count` sessions in one DuckDB, each with temporary tables of its own.

        Each is for one thread of ours, so DuckDB gets none of its own but for `helped`. Joins run as written:
        plans by statistics would make a cron run slower as the store grows.
        """
        self.execute("SET threads = 1")
        self._leave_unoptimised(NOT_OPTIMISED)
        return [self, *(Session(self._connection.cursor()) for _ in range(count - 1))]

    @contextlib.contextmanager
    def for_ingest(self, count: int) -> Iterator[list["Session"]]:
        """Yield the sessions of `side_by_side`, then restore DuckDB's default settings.

        Meanwhile all new files are for this user alone: what is spilled has client addresses.
        """
        try:
            with atomic.private():
                yield self.side_by_side(count)
        finally:
            with contextlib.suppress(duckdb.Error):
                self._connection.execute(f"SET GLOBAL memory_limit = '{MEMORY_LIMIT}'")
                for name in INGEST_SETTINGS:
                    self._connection.execute(f"RESET {name}")

    @contextlib.contextmanager
    def helped(self, *, is_long: bool) -> Iterator[None]:
        """Let DuckDB use a second thread meanwhile, where so many rows are written that it is worth it.

        It is for one of the sessions of `side_by_side` at a time, and one inside another changes nothing.
        After an error the second thread may stay until the ingest ends.
        """
        if self._is_helped or not is_long:
            yield
            return
        self._connection.execute("SET threads = 2")
        self._is_helped = True
        try:
            yield
        finally:
            self._is_helped = False
            with contextlib.suppress(duckdb.Error):
                self._connection.execute("SET threads = 1")

    def _leave_unoptimised(self, names: Sequence[str]) -> None:
        """Disable optimiser passes, except names that this release of DuckDB does not have."""
        try:
            self._connection.execute(f"SET disabled_optimizers = '{','.join(names)}'")
        except duckdb.ParserException:
            known = {name for (name,) in self.execute("SELECT name FROM duckdb_optimizers()").rows}
            self._leave_unoptimised([name for name in names if name in known])

    def keep_memory(self) -> None:
        """Reuse blocks of memory from here on, instead of returning them to the system; use fewer of them.

        It is for a long run. A short one uses little of a block, and all of it is cleared first.
        """
        self.execute(f"SET GLOBAL memory_limit = '{LONG_RUN_MEMORY}'")
        self.execute(f"SET GLOBAL block_allocator_memory = '{BLOCK_MEMORY}'")

    @classmethod
    def over_all(cls, path: Path) -> "Session":
        """Return a session for statements over all of a store, with as much memory as the store has bytes."""
        session = cls()
        with contextlib.suppress(OSError):  # an error is raised where the store is attached
            session._raise_memory(path.stat().st_size)
        return session

    def take_more_memory(self) -> bool:
        """Let statements take more memory; return False where that is hardly more."""
        before = self._memory_limit()
        return self._raise_memory(MEMORY_STEP * before) > WORTH_A_STEP * before

    def take_most_memory(self) -> None:
        """Let statements take MOST_MEMORY."""
        self._raise_memory(sys.maxsize)

    def _raise_memory(self, limit: int) -> int:
        """Raise the memory limit to so many bytes, MOST_MEMORY at most; return what it is."""
        before = self._memory_limit()
        self._connection.execute(f"SET GLOBAL memory_limit = '{MOST_MEMORY}'")
        limit = max(before, min(limit, self._memory_limit()))
        self._connection.execute(f"SET GLOBAL memory_limit = '{limit}B'")
        return limit

    def _memory_limit(self) -> int:
        """Return DuckDB's limit in bytes, which it shows with three digits."""
        limit = "SELECT parse_formatted_bytes(current_setting('memory_limit'))"
        return int(self._connection.execute(limit).fetchall()[0][0])

    @contextlib.contextmanager
    def committed(self) -> Iterator["Session"]:
        """Yield a session that sees the attached store without the open transaction."""
        with Session(self._connection.cursor()) as session:
            yield session

    def is_usable(self) -> bool:
        """Whether statements can be run: after an error of its own, DuckDB refuses all later ones."""
        try:
            self._connection.execute("SELECT 1").fetchall()
        except duckdb.Error:
            return False
        return True

    def usable(self, sessions: Sequence["Session"]) -> Sequence["Session"]:
        """Return the sessions of `side_by_side`, this one the first: new ones if no statement can be run."""
        if self.is_usable():
            return sessions
        for session in sessions:
            session.close()
        self._open()
        return self.side_by_side(len(sessions))

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
        self._connection.close()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, name: str, params: Params | None = None, slots: Mapping[str, str] | None = None) -> Result:
        """Run `queries/{name}.sql` with its parameters, and return its rows."""
        return self.execute(statements.load(name).fill(**(slots or {})), params or {})

    def run_all(
        self,
        names: Sequence[str],
        params: Params | None = None,
        slots: Mapping[str, str] | None = None,
        advance: Callable[[int], None] = lambda _: None,
        needless: Mapping[str, Needless] = NEVER_NEEDLESS,
    ) -> None:
        """Run the statements of a stage in order, each with those of the parameters that it names.

        `advance(1)` is called after each. A parameter that no statement names is a TypeError. A statement for
        which `needless` holds, given the numbers of rows that those before it have written, is not run.
        """
        written: dict[str, int] = {}
        params = params or {}
        named = [statements.params_in(statements.load(name).fill(**(slots or {}))) for name in names]
        _require_named(params, set[str]().union(*named))
        for name, own in zip(names, named, strict=True):
            if not (name in needless and needless[name](written)):
                result = self.run(name, {key: value for key, value in params.items() if key in own}, slots)
                written[name] = written_rows(result)
            advance(1)

    @contextlib.contextmanager
    def tables(self, tables: Mapping[str, "Table"]) -> Iterator[None]:
        """Let statements read tables by their names meanwhile; each exports Arrow streams of its rows."""
        self._register(tables)
        try:
            yield
        finally:
            self._unregister(tables)

    def lend(self, name: str, table: "Table") -> None:
        """Let statements read such a table until `take_back`."""
        self._register({name: table})
        self._lent.append(name)

    @property
    def has_lent(self) -> bool:
        """Whether statements can read tables that were lent."""
        return bool(self._lent)

    def take_back(self) -> None:
        """End what `lend` allowed; the memory of the tables is free."""
        self._unregister(self._lent)
        self._lent.clear()

    def _register(self, tables: Mapping[str, "Table"]) -> None:
        from logstats.store import arrow_streams  # noqa: PLC0415 - only in a long run

        arrow_streams.prepare(duckdb)
        self.execute("SELECT 1")  # DuckDB refuses tables while a result is not fetched to its end
        for name, table in tables.items():
            self._connection.register(name, table)

    def _unregister(self, names: Iterable[str]) -> None:
        for name in names:
            self._connection.unregister(name)

    def execute(self, sql: str, params: Params | None = None) -> Result:
        """Run one statement with its parameters, and return its rows."""
        _require_named(params or {}, statements.params_in(sql))
        signals.check()
        return self._fetch(sql, params or {})

    def clock(self, zone: str) -> Clock:
        """Return a zone's clock, which works while the session is open.

        The clock raises UsageError if DuckDB does not have the zone.
        """

        def offsets(instants: Sequence[datetime]) -> list[timedelta]:
            seconds = self.run("store/utc_offset", {"zone": zone, "instants": list(instants)}).value()
            return [timedelta(seconds=count) for count in seconds]

        return Clock(zone, offsets)

    def require_zone(self, zone: str) -> None:
        """Raise UnknownZoneError if DuckDB does not have a time zone."""
        self.clock(zone).ahead([utc_now()])

    def complaint(self, pattern: str) -> str | None:
        """Return DuckDB's error for a pattern (RE2), None if it is valid."""
        try:
            self._connection.execute("SELECT regexp_matches('', $pattern)", {"pattern": pattern}).fetchall()
        except duckdb.Error as error:
            return duckdb_errors.cause(error).removeprefix("Invalid Input Error: ")
        return None

    def _fetch(self, statement: str | duckdb.Statement, params: Params) -> Result:
        try:
            cursor = self._connection.execute(statement, params or None)
            columns = tuple(column[0] for column in cursor.description or ())
            return Result(columns, tuple(cursor.fetchall()) if columns else ())
        except duckdb.Error as error:
            is_short = isinstance(error, duckdb.OutOfMemoryException)
            if is_short and self._only_reads and self.take_more_memory():
                return self._fetch(statement, params)
            if known := self.known_error(error):
                raise known from error
            raise

    def known_error(self, error: duckdb.Error) -> LogstatsError | None:
        """Return the error that the user can act on for an error of DuckDB, None for another one."""
        if unknown := re.search(_UNKNOWN_ZONE, str(error)):
            return UnknownZoneError(unknown["zone"])
        store, text = self._attached_to, str(error)
        return duckdb_errors.of_attached(store, text) if store else duckdb_errors.in_words(None, text)

    def create_views(
        self, views: Iterable[str], *folders: str, slots: Mapping[str, str] | None = None
    ) -> None:
        """Create views of the attached store, and first those that they read; see `statements.closure`."""
        for name in statements.closure(views, *folders):
            self.run(name, slots=slots)

    @contextlib.contextmanager
    def reading(
        self, path: Path, wait: float, *, views: Iterable[str] | None = None, migrate: bool = False
    ) -> Iterator[None]:
        """Attach an existing store read-only and create these views and those that they read, or all views.

        An older store is refused; with `migrate`, for a run that writes later, it is brought up first.
        A statement that is short of memory is run again with more.
        """
        with self._attached(path, wait, alone=False):
            version = self._version(path)
            if version == schema.newest_version():
                self.create_views(statements.names_in(VIEWS) if views is None else views, VIEWS)
                self._only_reads = True
                try:
                    yield
                finally:
                    self._only_reads = False
                return
        if not migrate:
            raise StoreError(
                f"{path}: was written by an older logstats (schema {version}, this one needs "
                f"{schema.newest_version()}); the next `logstats update` or `ingest` migrates it"
            )
        with self.writing(path, wait):
            pass
        with self.reading(path, wait, views=views):
            yield

    @contextlib.contextmanager
    def writing(self, path: Path, wait: float, *, keep: bool = True, is_long: bool = False) -> Iterator[None]:
        """Attach an existing store for one transaction; an exception rolls it back, and so does `keep=False`.

        An older store is migrated to this program's schema in the same transaction. `is_long`: so many rows
        are written that the commit is `helped`.
        """
        signals.check()
        with self._attached(path, wait, alone=True), self._transaction(path, keep=keep, is_long=is_long):
            if self._version(path) < schema.newest_version():
                schema.migrate(self)
            yield

    @contextlib.contextmanager
    def _transaction(self, path: Path, *, keep: bool, is_long: bool) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
            signals.check()
        except BaseException:
            with contextlib.suppress(duckdb.Error):
                self._connection.execute("ROLLBACK")
            raise
        if not keep:
            self._connection.execute("ROLLBACK")
        else:
            with self.helped(is_long=is_long):
                self._commit(path)

    def _commit(self, path: Path) -> None:
        """Commit; after an error it is unknown whether the data is saved, so there is no second try.

        Where only the checkpoint failed, the data is saved in the write-ahead log, so that is a warning.
        """
        self._connection.execute(f"SET checkpoint_threshold = '{CHECKPOINT_AT}'")
        try:
            self._connection.execute("COMMIT")
        except duckdb.Error as error:
            if warning := duckdb_errors.only_checkpoint_failed(path, str(error)):
                self.warnings.append(warning)
            else:
                reason = (
                    duckdb_errors.in_words(path, str(error))
                    or f"{path}: could not be saved: {duckdb_errors.cause(error)}"
                )
                raise StoreError(
                    f"{reason}; the next run continues from the position in the store"
                ) from error
        self._connection.execute("RESET checkpoint_threshold")

    @contextlib.contextmanager
    def _attached(self, path: Path, wait: float, *, alone: bool) -> Iterator[None]:
        """Attach the store under its lock; errors of DuckDB become StoreErrors meanwhile."""
        require(path)
        until = time.monotonic() + wait
        permissions = atomic.umask_like(path) if alone else atomic.private()
        with locks.held(path, until, alone=alone), permissions:
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
        """Attach the store; wait for programs that do not use our lock. Raise StoreError where that fails."""
        while True:
            try:
                self._connection.execute(
                    f"ATTACH {statements.sql_text(str(path.resolve()))} AS store {options}"
                )
                self._attached_to = path
                return
            except duckdb.Error as error:
                held = re.search(_HOLDER, str(error))
                if held is None:
                    reason = f"{path}: can't be opened: {duckdb_errors.cause(error)}"
                    raise duckdb_errors.in_words(path, str(error)) or StoreError(reason) from error
                if time.monotonic() >= until:
                    holder = locks.process(int(held["pid"])) if held["pid"] else held["holder"].strip()
                    raise locks.busy(path, holder) from error
            signals.check()
            time.sleep(locks.RETRY_S)

    def attach_new(self, path: Path, name: str) -> None:
        """Attach a new file under a name, for this user alone."""
        version = f"(STORAGE_VERSION '{STORAGE_VERSION}')"
        with atomic.private():
            self.execute(f"ATTACH {statements.sql_text(str(path))} AS {name} {version}")

    @contextlib.contextmanager
    def opened(self, path: Path, wait: float, *, read_only: bool = False) -> Iterator[int]:
        """Attach a store without its lock, and yield its schema version.

        DuckDB writes the WAL to the file unless `read_only`.
        """
        self._attach(path, time.monotonic() + wait, "(READ_ONLY)" if read_only else "")
        try:
            yield self._version(path)
        finally:
            self._detach()

    def _version(self, path: Path) -> int:
        """Return the schema version of the attached store; raise StoreError if it is newer than ours."""
        try:
            migrations = self.run("store/migrations").rows
        except duckdb.CatalogException:
            migrations = ()
        return schema.checked_version(path, migrations)


def written_rows(result: Result) -> int:
    """Return how many rows a statement has written, 0 for one that writes none.

    Where DuckDB's plan shows beforehand that there is nothing to write, there is no count.
    """
    return int(result.value()) if result.columns == ("Count",) and result.rows else 0


def _temporary_folder() -> str:
    """Return the folder of `tempfile`, whose import takes 2 ms of a cron run, if it is the first choice."""
    first = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - as tempfile does
    if "tempfile" not in sys.modules and first.startswith("/") and os.access(first, os.W_OK | os.X_OK):
        return first
    import tempfile  # noqa: PLC0415 - as above

    return tempfile.gettempdir()


def _require_named(params: Params, named: set[str]) -> None:
    """Raise TypeError for a parameter that is passed to statements and that no statement names."""
    if unused := params.keys() - named:
        raise TypeError(f"no statement names the parameters {', '.join(sorted(unused))}")
