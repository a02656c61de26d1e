"""The store: the only room that knows DuckDB.

A `Session` is an in-memory DuckDB in which a run does its work; the store is attached to it for as
short as possible: `reading` for a report, `writing` for one transaction. DuckDB lets one process
write or many read, so whoever comes too early waits a little, and then says who holds the store.
"""

import contextlib
import fcntl
import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from logstats import catalog
from logstats.errors import StoreBusyError, StoreError, UsageError
from logstats.model import Result
from logstats.when import Clock

MEMORY_LIMIT = "400MB"
BLOCK_MEMORY = "256MB"  # used again and again: memory given back to the system is cleared before it returns
_PARAM = re.compile(r"\$([a-z_][a-z_0-9]*)")
_HOLDER = re.compile(r"Could not set lock on file .*?: (?P<holder>.*?)(?:\. See also|$)", re.DOTALL)
_UNKNOWN_ZONE = re.compile(r"Unknown TimeZone '(?P<zone>.*?)'!")
_RETRY_S = 0.02

ASKING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)

Params = Mapping[str, object]


class Session:
    """One in-memory DuckDB and the statements run in it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection | None = None) -> None:
        self._connection = connection or duckdb.connect(
            config={
                "memory_limit": MEMORY_LIMIT,
                "block_allocator_memory": BLOCK_MEMORY,
                "async_threads": 0,  # a local file is read faster where it is used than by eight threads
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "temp_directory": tempfile.gettempdir() + f"/logstats-{os.getpid()}",
            }
        )
        if connection is None:
            self._connection.execute("SET GLOBAL TimeZone = 'UTC'")

    def side_by_side(self, count: int) -> list["Session"]:
        """Return `count` sessions in one DuckDB, each with temporary tables of its own.

        They are for as many threads of ours, so DuckDB gets none of its own; and it builds each join
        on its right side, as it is written: its guess at which side is smaller knows nothing of a
        log's length, and would make a tick's cost depend on statistics.
        """
        self.execute("SET threads = 1")
        self.execute("SET disabled_optimizers = 'build_side_probe_side'")
        return [self, *(Session(self._connection.cursor()) for _ in range(count - 1))]

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
        return self.execute(catalog.load(name).fill(**(slots or {})), params or {})

    def execute(self, sql: str, params: Params | None = None) -> Result:
        """Run one statement with those of the parameters that it names, and return its rows."""
        named = set(_PARAM.findall(sql))
        wanted = {name: value for name, value in (params or {}).items() if name in named}
        try:
            return self._fetch(self._connection.execute(sql, wanted or None))
        except duckdb.NotImplementedException as error:
            _refuse_zone(error)
            raise

    def clock(self, zone: str) -> Clock:
        """Return a zone's clock, to be asked while the session is open.

        It raises UsageError when it is asked and DuckDB has no such zone.
        """

        def ahead(instants: Sequence[datetime]) -> list[timedelta]:
            seconds = self.run("clock/ahead", {"zone": zone, "instants": list(instants)}).value()
            return [timedelta(seconds=count) for count in seconds]

        return Clock(zone, ahead)

    @staticmethod
    def _fetch(cursor: duckdb.DuckDBPyConnection) -> Result:
        columns = tuple(column[0] for column in cursor.description or ())
        return Result(columns, tuple(cursor.fetchall()) if columns else ())

    def ask(self, sql: str, params: Params) -> Result:
        """Run a user's own query; raise UsageError with DuckDB's word on it where it is wrong."""
        try:
            statements = self._connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in ASKING:
                raise UsageError("give one query that reads: SELECT …, FROM …, SHOW …, DESCRIBE …, EXPLAIN …")
            named = {name: params[name] for name in statements[0].named_parameters if name in params}
            return self._fetch(self._connection.execute(statements[0], named or None))
        except duckdb.Error as error:
            _refuse_zone(error)
            told = "cast an instant with a zone: … AT TIME ZONE 'UTC'" if "pytz" in str(error) else error
            raise UsageError(f"the query was not understood: {told}") from error

    @contextlib.contextmanager
    def reading(self, path: Path, wait: float) -> Iterator[None]:
        """Attach an existing store read-only, with the views that reports read."""
        _require(path)
        self._attach(path, wait, options="(READ_ONLY)")
        try:
            self._refuse_newer(path)
            for view in catalog.names("views"):
                self.run(view)
            yield
        finally:
            self._connection.execute("DETACH store")

    @contextlib.contextmanager
    def writing(self, path: Path, wait: float, *, keep: bool = True) -> Iterator[None]:
        """Attach an existing store for one transaction; an exception rolls it back, or `keep` being False."""
        _require(path)
        self._attach(path, wait, options="")
        try:
            self._refuse_newer(path)
            self._connection.execute("BEGIN")
            try:
                yield
            except BaseException:
                with contextlib.suppress(duckdb.Error):
                    self._connection.execute("ROLLBACK")
                raise
            if keep:
                self._commit(path)
            else:
                self._connection.execute("ROLLBACK")
        finally:
            self._connection.execute("DETACH store")

    def _commit(self, path: Path) -> None:
        # what is committed goes into the file at once: written to its log first, it is written twice
        self._connection.execute("SET checkpoint_threshold = '1KB'")
        try:
            self._connection.execute("COMMIT")
            self._connection.execute("RESET checkpoint_threshold")
        except duckdb.Error as error:
            raise StoreError(f"{path}: could not be saved: {error}") from error

    def _attach(self, path: Path, wait: float, options: str) -> None:
        until = time.monotonic() + wait
        while True:
            try:
                quoted = str(path).replace("'", "''")
                self._connection.execute(f"ATTACH '{quoted}' AS store {options}")
                return
            except duckdb.IOException as error:
                holder = _HOLDER.search(str(error))
                if holder is None:
                    raise StoreError(f"{path}: can't be opened: {error}") from error
                if time.monotonic() >= until:
                    raise StoreBusyError(
                        f"{path}: busy, held by {holder['holder'].strip()}; try again, or --wait longer"
                    ) from error
                time.sleep(_RETRY_S)
            except duckdb.Error as error:
                raise StoreError(f"{path}: is no logstats store: {error}") from error

    def migrate(self) -> None:
        """Apply, in the transaction that is open, the schema files that the store has not."""
        files = catalog.names("schema")
        self.run(files[0])
        done = {version for (version,) in self.execute("SELECT version FROM store.migration").rows}
        for name in files[1:]:
            version = _version(name)
            if version not in done:
                self.run(name)
                row = {"version": version, "name": name, "at": utc_now()}
                self.execute("INSERT INTO store.migration VALUES ($version, $name, $at)", row)

    def _refuse_newer(self, path: Path) -> None:
        try:
            ((newest,),) = self.execute("SELECT max(version) FROM store.migration").rows
        except duckdb.Error as error:
            raise StoreError(f"{path}: is a DuckDB file, but no logstats store") from error
        known = _version(catalog.names("schema")[-1])
        if newest > known:
            raise StoreError(
                f"{path}: was written by a newer logstats (schema {newest}, this one knows {known}); "
                "upgrade logstats"
            )


def _refuse_zone(error: duckdb.Error) -> None:
    """Raise UsageError where what went wrong is that DuckDB has no such zone."""
    if unknown := _UNKNOWN_ZONE.search(str(error)):
        raise UsageError(
            f"DuckDB {duckdb.__version__} knows no time zone «{unknown['zone']}»; "
            "take another name for it, or a newer duckdb"
        ) from error


def ensure(path: Path) -> None:
    """Make an empty store where there is none."""
    if not path.exists():
        _create(path)


def _require(path: Path) -> None:
    if not path.exists():
        raise StoreError(f"{path}: no store there yet; `logstats ingest LOG` makes it")


def utc_now() -> datetime:
    """Return this instant as the store keeps instants: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


@contextlib.contextmanager
def ingest_lock(path: Path) -> Iterator[bool]:
    """Hold the one right to ingest into a store; give False at once where another run has it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.with_name(path.name + ".ingest").open("w")
    except OSError as error:
        raise StoreError(f"{path}: can't be made: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextlib.contextmanager
def no_ingest(path: Path) -> Iterator[None]:
    """Keep ingests out of an existing store meanwhile; raise StoreBusyError where one is running."""
    _require(path)
    with ingest_lock(path) as is_ours:
        if not is_ours:
            raise StoreBusyError(f"{path}: an ingest is running; try again when it is done")
        yield


def _version(name: str) -> int:
    return int(Path(name).name.split("_")[0])


def _create(path: Path) -> None:
    """Make an empty store under another name and link it into place: there whole, or not there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".logstats-") as folder:
            fresh = Path(folder) / "store.duckdb"
            with Session() as session:
                session.execute(f"ATTACH '{fresh}' AS store (STORAGE_VERSION 'latest')")
                session.execute("BEGIN")
                session.migrate()
                key = {"value": secrets.token_hex(32)}
                session.execute("INSERT INTO store.setting VALUES ('identity_key', $value)", key)
                session.execute("COMMIT")
                session.execute("DETACH store")
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
    except OSError as error:
        raise StoreError(f"{path}: can't be made: {error.strerror}") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def parquet(result: Result) -> bytes:
    """Return a result's rows as a Parquet file."""
    rows = list(result.rows) or [(None,) * len(result.columns)]
    place = "(" + ", ".join("?" * len(result.columns)) + ")"
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as connection:
        statement = catalog.load("output/parquet").fill(
            rows=", ".join([place] * len(rows)),
            columns=", ".join(_quoted(name) for name in result.columns),
            condition="true" if result.rows else "false",
            path=file.name,
        )
        connection.execute(statement, [value for row in rows for value in row])
        return Path(file.name).read_bytes()
