"""One ingest taken back: the figures are then as if it had never been, and its log can be read again.

What it added is taken off the totals. The visits that its page views are in are made anew from the
other page views in them; no other visit can change. Agents, referrers, pages and articles stay.
"""

from pathlib import Path
from typing import Any, NamedTuple

from logstats import balance, sources, store
from logstats.errors import LogstatsError, UsageError
from logstats.model import Result
from logstats.store import Session

ADDED = ("ingest/50_minute", "ingest/60_interval", "ingest/73_article_change")
LEFT = ("books/undo_30_around", "books/undo_31_counted", "ingest/60_interval", "books/undo_40_interval")
MERGED = ("ingest/62_touched", "ingest/63_merged", "ingest/65_visit_insert")
TOTALLED = (
    "books/undo_50_day_change",
    "ingest/71_day_update",
    "books/undo_51_article_change",
    "ingest/74_article_update",
    "books/undo_52_day",
    "books/undo_53_article_day",
)
FORGOTTEN = (
    "books/undo_61_hit",
    "books/undo_62_reject",
    "books/undo_63_source",
    "books/undo_64_source_gone",
    "books/undo_65_ingest",
    "books/undo_66_pruned_ingest",
    "books/undo_67_gap",
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
        days = session.run("books/undo_80_told")
        session.run("books/undo_70_site")
    return Undone(run["path"], run["lines"], run["hits"], run["rejects"], run["from_position"], days)


def _run(session: Session, ingest_id: int) -> dict[str, Any]:
    """Return what is known of an ingest that can be taken back."""
    found = session.run("books/undo_00_ingest", {"ingest_id": ingest_id}).records()
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
    session.run("books/undo_10_counted", slots=is_of)
    for name in ADDED:
        session.run(name)
    span = dict(zip(("reach_from", "reach_until"), session.run("ingest/61_span").rows[0], strict=True))
    session.run("ingest/62_touched", span)
    session.run("books/undo_20_visit")
    session.run("ingest/64_visit_delete")
    for name in LEFT:
        session.run(name, params)
    for name in MERGED:
        session.run(name, NOTHING_TOUCHED)
    session.run("books/undo_10_counted", slots=is_of)
    for name in TOTALLED:
        session.run(name)
    is_newest = session.run("books/undo_60_is_newest").value()
    for name in FORGOTTEN:
        session.run(name, params)
    if is_newest:
        session.run("books/logged_until")
    balance.require(f"ingest {params['ingest_id']}", balance.moved(session, balance.changes(session)))
