"""Stores are the same in whatever order DuckDB stores the lines of a chunk: a join need not keep one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from support.lines import chunks_of, contents, examples, read_in

from logstats import native
from logstats.errors import LogstatsError
from logstats.store import statements
from logstats.store.statements import Query
from properties.test_log_texts import PORTALS, Log, logs

OF_LINES = (
    "formats/all_texts",
    "formats/known_texts",
)  # the queries that end the statement of a chunk's lines


@contextmanager
def shuffled_rows() -> Iterator[None]:
    load = statements.load

    def shuffled(name: str) -> Query:
        query = load(name)
        if name not in OF_LINES:
            return query
        return query._replace(sql=f"{query.sql}\nORDER BY hash(checked.line_row)")

    with patch.object(statements, "load", shuffled):
        yield


def stored(log: Log, folder: Path, store: Path) -> Any:
    """Return what a store holds after reading a log, then two short ones together, and one with old lines."""
    lines, third = log.lines, len(log.lines) // 3
    parts = {"access.log": lines, "b.log": lines[:third], "c.log": lines[third : 2 * third]}
    for name, part in parts.items():
        folder.joinpath(name).write_bytes(b"".join(part))
    folder.joinpath("d.log").write_bytes(b"".join((*lines[third:], *lines[:2])))
    errors = []
    with chunks_of(log.chunk), patch.dict(os.environ, {native.VARIABLE: "0"}):
        for names in (["b.log", "c.log"], ["access.log"], ["d.log"]):
            try:
                read_in(
                    store,
                    *(folder / name for name in names),
                    log_format="auto",
                    settings=PORTALS[log.portal],
                    site="a.example" if log.name == "combined" else None,
                )
            except LogstatsError as error:
                errors.append(error.message)
    return errors, contents(store) if store.exists() else None


@settings(max_examples=examples(10))
@given(log=logs())
def test_the_order_of_rows_changes_nothing(log: Log) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        in_order = stored(log, folder, folder / "in_order")
        with shuffled_rows():
            assert stored(log, folder, folder / "shuffled") == in_order
