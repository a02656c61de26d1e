"""Each stage makes a temporary table before it reads it."""

from pathlib import Path
from unittest.mock import patch

import pytest
from support import stages

from logstats.store import statements
from logstats.totals import undo

EVERY = [
    name
    for folder in sorted({path.parent for path in statements.queries_dir().rglob("*.sql")})
    for name in statements.names(folder.relative_to(statements.queries_dir()).as_posix())
]
OF_REPORTS = (
    "reports/",
    "counters/",
    "dashboard/",
    "lists/",
    "views/",
    "schema/",
    "store/",
    *stages.FRAGMENTS,
)


def swapped(names: tuple[str, ...], first: str, second: str) -> tuple[str, ...]:
    """The same names, these two exchanged."""
    return tuple({first: second, second: first}.get(name, name) for name in names)


@pytest.mark.parametrize("stage", stages.STAGES)
def test_each_table_is_made_before_it_is_read(stage: str) -> None:
    order = stages.steps(stage)
    assert len(order) > 1
    assert stages.missing(order, stages.INPUTS.get(stage, ())) == []


def test_every_statement_that_makes_or_reads_temporary_tables_is_of_a_stage() -> None:
    walked = {step.name for stage in stages.STAGES for step in stages.steps(stage)}
    assert {name for name in EVERY if not name.startswith(OF_REPORTS)} - walked == set()


def test_a_statement_that_is_moved_before_what_it_reads_is_found() -> None:
    tuples = {
        name: names
        for name, names in vars(undo).items()
        if isinstance(names, tuple) and {"ingest/visits/touched", "ingest/visits/merged"} <= set(names)
    }
    ((name, names),) = tuples.items()
    other = swapped(names, "ingest/visits/merged", "ingest/visits/visit_insert")
    with patch.object(undo, name, other):
        assert "ingest/visits/visit_insert needs chunk_merged" in stages.missing(stages.steps("undo"))


@pytest.mark.parametrize("stage", stages.STAGES)
def test_a_statement_that_is_left_out_is_missed_where_another_reads_what_it_makes(stage: str) -> None:
    order = stages.steps(stage)
    inputs = stages.INPUTS.get(stage, ())
    makers: dict[str, list[int]] = {}
    for index, step in enumerate(order):
        for table in step.makes:
            makers.setdefault(table, []).append(index)
    needed = {table for step in order for table in step.needs} - set(inputs)
    for table in needed:
        rest = [step for index, step in enumerate(order) if index not in makers[table]]
        assert any(message.endswith(f" needs {table}") for message in stages.missing(rest, inputs)), table


def test_a_view_is_made_after_those_that_it_reads() -> None:
    views = statements.names("views")
    made: set[str] = set()
    for name in statements.closure([Path(view).name for view in views], "views"):
        query = statements.load(name)
        assert set(query.tables) <= made
        made |= set(query.makes)
    assert len(made) == len(views)
