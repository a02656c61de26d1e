"""Rows of a made-up report, in the table from which the cubes of a page are made."""

from collections.abc import Mapping, Sequence
from typing import Any

from logstats.store import Session


def make(session: Session, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Make report_row with these columns, each a name and its type."""
    values = [f"unnest(CAST(${name} AS {kind}[])) AS {name}" for name, kind in columns.items()]
    params = {name: [row[index] for row in rows] for index, name in enumerate(columns)}
    session.execute(f"CREATE OR REPLACE TEMP TABLE report_row AS SELECT {', '.join(values)}", params)
