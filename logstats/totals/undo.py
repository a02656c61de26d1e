"""One ingest taken back: the figures are then as if it had never been, and its log can be read again.

What it added is taken off the totals. The visits that its page views are in are made anew from the
other page views in them; no other visit can change. Agents, referrers, pages and articles stay.
"""

from pathlib import Path
from typing import Any, NamedTuple

from logstats import sources, store
from logstats.errors import LogstatsError, UsageError
from logstats.model import Result
from logstats.store import Session, invariants

ADDED = ("ingest/visits/minute", "ingest/visits/interval", "ingest/days/article_change")
LEFT = (
    "totals/undo/hit_around",
    "totals/undo/counted_around",
    "ingest/visits/interval",
    "totals/undo/interval_around",
)
MERGED = ("ingest/visits/touched", "ingest/visits/merged", "ingest/visits/visit_insert")
TOTALLED = (
    "totals/undo/day_change",
    "ingest/days/day_update",
    "totals/undo/article_change",
    "ingest/days/article_update",
    "totals/undo/day_delete",
    "totals/undo/article_day_delete",
)
FORGOTTEN = (
    "totals/undo/hit_delete",
    "totals/undo/reject_delete",
    "totals/undo/source_update",
    "totals/undo/source_delete",
    "totals/undo/ingest_delete",
    "totals/undo/pruned_ingest_delete",
    "totals/undo/gap_delete",
)
NOTHING_TOUCHED = {"reach_from": None, "reach_until": None}


class Undone(NamedTuple):
    """What an ingest had read, the byte its log is read from again, and by what each day changes."""

    path: str
    lines: int
    hits: int
    rejects: int
    position: int
    days: Result


def undo(path: Path, ingest_id: int, wait: float, *, dry_run: bool = False) -> Undone:
    """Take an ingest back, or raise LogstatsError with the reason why that can't be exact.

    With `dry_run` all is done and nothing saved.
    """
    with store.no_ingest(path), Session() as session, session.writing(path, wait, keep=not dry_run):
        run = _run(session, ingest_id)
        params = {"ingest_id": ingest_id, "earlier": run["earlier"], "block_bytes": sources.BLOCK_BYTES}
        _take_back(session, params)
        days = session.run("totals/undo/changed_day")
        session.run("totals/undo/site_delete")
    return Undone(run["path"], run["lines"], run["hits"], run["rejects"], run["from_position"], days)


def _run(session: Session, ingest_id: int) -> dict[str, Any]:
    """Return what is known of an ingest that can be taken back."""
    found = session.run("totals/undo/ingest", {"ingest_id": ingest_id}).records()
    if not found:
        raise UsageError(f"there is no ingest {ingest_id}; `logstats ingests` lists them")
    (run,) = found
    if run["later"]:
        raise LogstatsError(
            f"ingest {ingest_id}: {run['path']} was read on by ingest {run['later']}; undo that one first"
        )
    if run["pruned"]:
        raise LogstatsError(
            f"ingest {ingest_id}: {run['pruned']:,} of its {run['hits']:,} hits are pruned, "
            "so what it has changed is not known any more; nothing was changed"
        )
    return run


def _take_back(session: Session, params: dict[str, Any]) -> None:
    is_of = {"ingest_id": str(params["ingest_id"])}
    session.run("totals/undo/counted_hit", slots=is_of)
    for name in ADDED:
        session.run(name)
    span = dict(zip(("reach_from", "reach_until"), session.run("ingest/visits/reach").rows[0], strict=True))
    session.run("ingest/visits/touched", span)
    session.run("totals/undo/visit_touched")
    session.run("ingest/visits/visit_delete")
    for name in LEFT:
        session.run(name, params)
    for name in MERGED:
        session.run(name, NOTHING_TOUCHED)
    session.run("totals/undo/counted_hit", slots=is_of)
    for name in TOTALLED:
        session.run(name)
    is_newest = session.run("totals/undo/is_newest").value()
    for name in FORGOTTEN:
        session.run(name, params)
    if is_newest:
        session.run("totals/logged_until")
    invariants.require(
        f"ingest {params['ingest_id']}", invariants.moved(session, invariants.changes(session))
    )
