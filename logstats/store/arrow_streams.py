"""Tables that export Arrow streams, read by DuckDB without its Python package.

DuckDB reads such a table through a Python object. Its package has one for pyarrow, polars and pandas, and
takes 85 ms to import. That of this module is for the tables of the native reader.
"""

import sys
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Protocol

KNOWN = "2.0."  # releases of DuckDB that read through such an object; others get their package
PACKAGE = "duckdb"


class Table(Protocol):
    """A table that exports a stream of its rows as often as it is read."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...

    def __len__(self) -> int: ...


class _Source:
    """A table as DuckDB reads it: `duckdb._sources.arrow.ArrowScanSource` documents the protocol."""

    one_shot = False
    schema_is_stable = True
    pull_under_gil = False

    def __init__(self, table: Table) -> None:
        self.obj = table

    def rows(self) -> int:
        return len(self.obj)

    def accepts(self, predicate: object) -> bool:  # noqa: ARG002 - DuckDB filters the rows itself
        return False

    def stream(self, columns: object, filters: object) -> tuple[object, bool]:  # noqa: ARG002 - all rows
        return self.obj.__arrow_c_stream__(), False


class _Node:
    """A part of a predicate, which DuckDB makes before it offers it to the table."""

    def __init__(self, *parts: object) -> None:
        pass


_NODES = ("Binary", "Col", "In", "Lit", "Postfix", "Unary")
_SOURCES = SimpleNamespace(adapt=_Source, nodes=SimpleNamespace(**dict.fromkeys(_NODES, _Node)))


def prepare(module: ModuleType) -> None:
    """Let the connections of DuckDB's module read such tables; this changes nothing the second time."""
    if PACKAGE in sys.modules:
        return
    if module.__version__.startswith(KNOWN):
        module._set_arrow_sources(_SOURCES)
    else:
        import_module(PACKAGE)
