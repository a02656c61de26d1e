"""Write a result as a Parquet file."""

from pathlib import Path

from logstats.model import Result
from logstats.store import statements
from logstats.store.session import Session


def parquet(result: Result) -> bytes:
    """Return a result's rows as a Parquet file."""
    import tempfile  # noqa: PLC0415 - 2 ms, not on cron's way

    rows = list(result.rows) or [(None,) * len(result.columns)]
    placeholders = "(" + ", ".join("?" * len(result.columns)) + ")"
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file, Session() as session:
        statement = statements.load("store/parquet").fill(
            rows=", ".join([placeholders] * len(rows)),
            columns=", ".join(_quoted(name) for name in result.columns),
            condition="true" if result.rows else "false",
            path=file.name,
        )
        session.connection.execute(statement, [value for row in rows for value in row])
        return Path(file.name).read_bytes()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
