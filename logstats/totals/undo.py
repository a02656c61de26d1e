"""Undo one ingest: the figures are as if it had never run, and its log can be read again.

The figures of its hits are subtracted from the totals. Visits that contain its page views are merged again
from their other page views; no other visit can change. Agents, referrers, pages and articles stay.
"""

from pathlib import Path
from typing import Any, NamedTuple

from logstats import sources, store
from logstats.errors import LogstatsError, UsageError
from logstats.model import Result
from logstats.store import Session, invariants

# The stages, each in the order of its statements.
ADDED = ("ingest/visits/minute", "ingest/visits/interval", "ingest/days/article_change")
REMAINING = (
    "totals/undo/hit_around",
    "totals/undo/counted_around",
    "ingest/visits/interval",
    "totals/undo/interval_around",
)
MERGED = ("ingest/visits/touched", "ingest/visits/merged", "ingest/visits/visit_insert")
TOTALS = (
    "totals/undo/day_change",
    "ingest/days/day_update",
    "totals/undo/article_change",
    "ingest/days/article_update",
    "totals/undo/day_delete",
    "totals/undo/article_day_delete",
)
DELETED = (
    "totals/undo/hit_delete",
    "totals/undo/reject_delete",
    "totals/undo/source_update",
    "totals/undo/site_update",
    "totals/undo/source_delete",
    "totals/undo/ingest_delete",
    "totals/undo/pruned_ingest_delete",
    "totals/undo/repetition_delete",
    "totals/undo/gap_delete",
)
NO_REACH = {"reach_from": None, "reach_until": None}  # no stored visit is merged with the remaining ones


class UndoneIngest(NamedTuple):
    """The counts of an undone ingest, the byte at which its log is read again, and the change of each day."""

    path: str
    lines: int
    hits: int
    rejects: int
    position: int
    days: Result


def undo(path: Path, ingest_id: int, wait: float, *, dry_run: bool = False) -> UndoneIngest:
    """Undo an ingest; raise LogstatsError where the result would not be exact.

    With `dry_run` nothing is committed.
    """
    with (
        store.no_ingest(path),
        Session.over_all(path) as session,
        session.writing(path, wait, keep=not dry_run),
    ):
        ingest = _ingest(session, ingest_id)
        _take_back(session, ingest_id, ingest["earlier"])
        days = session.run("totals/undo/changed_day")
        session.run("totals/undo/former_insert", {"at": store.utc_now()})
        session.run("totals/undo/site_delete")
    return UndoneIngest(
        path=ingest["path"],
        lines=ingest["lines"],
        hits=ingest["hits"],
        rejects=ingest["rejects"],
        position=ingest["from_position"],
        days=days,
    )


def _ingest(session: Session, ingest_id: int) -> dict[str, Any]:
    """Return the row of an ingest; raise LogstatsError where it can't be undone."""
    found = session.run("totals/undo/ingest", {"ingest_id": ingest_id}).records()
    if not found:
        raise UsageError(f"no ingest {ingest_id}; `logstats ingests` lists them")
    (ingest,) = found
    for key in filter(None, (ingest["import_key"], ingest["left_out_of"])):
        how = "came with" if ingest["import_key"] else "has read a log that was left out of"
        raise LogstatsError(
            f"ingest {ingest_id}: {how} the import '{key}'; `logstats import --undo {key}` takes that back"
        )
    if ingest["later"]:
        raise LogstatsError(
            f"ingest {ingest_id}: a later one, {ingest['later']}, has read on in {ingest['path']}; "
            f"undo {ingest['later']} first"
        )
    if ingest["repeated_by"]:
        raise LogstatsError(
            f"ingest {ingest_id}: ingest {ingest['repeated_by']} has left out lines that this one has stored "
            f"({ingest['lines_repeated']:,} in all later runs), so they would be lost; "
            f"undo {ingest['repeated_by']} first"
        )
    if ingest["pruned"]:
        raise LogstatsError(
            f"ingest {ingest_id}: {ingest['pruned']:,} of its {ingest['hits']:,} hits are pruned, "
            "so its effect on the figures can't be computed; nothing was changed"
        )
    return ingest


def _take_back(session: Session, ingest_id: int, earlier: int | None) -> None:
    this_ingest = {"ingest_id": str(ingest_id)}
    session.run("totals/undo/counted_hit", slots=this_ingest)
    session.run_all(ADDED)
    session.run("ingest/visits/touched", session.run("ingest/visits/reach").records()[0])
    session.run("totals/undo/visit_touched")
    session.run("ingest/visits/visit_delete")
    session.run_all(REMAINING, {"ingest_id": ingest_id})
    session.run_all(MERGED, NO_REACH)
    session.run("totals/undo/counted_hit", slots=this_ingest)
    session.run_all(TOTALS)
    is_newest = session.run("totals/undo/is_newest").value()
    params = {"ingest_id": ingest_id, "earlier": earlier, "block_bytes": sources.BLOCK_BYTES}
    session.run_all(DELETED, params)
    if is_newest:
        session.run("totals/logged_until")
    moved = invariants.moved(session, invariants.changes(session))
    invariants.require(f"ingest {ingest_id}", moved)
