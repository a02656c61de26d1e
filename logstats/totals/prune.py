"""Delete old raw hits without changing a figure.

The data from which figures are recomputed is kept in the tables `pruned…`: visits as intervals, which merge
with later page views, and the sums of days.
"""

from datetime import datetime

from logstats import store
from logstats.clock import UTC_CLOCK, Clock, local_times, parse_instant
from logstats.config import Settings
from logstats.model import Result
from logstats.rules import kept
from logstats.store import Params, Session
from logstats.store.as_of import ReportRequest, resolve

# The stages, each in the order of its statements.
KEPT = (
    "ingest/visits/minute",
    "ingest/visits/interval",
    "ingest/days/article_change",
    "totals/prune/pruned_hour_insert",
    "totals/prune/pruned_insert",
    "totals/prune/pruned_visit_insert",
    "totals/prune/pruned_day_insert",
    "totals/prune/pruned_article_day_insert",
)
KEPT_OF_ALL = ("totals/prune/pruned_online_insert", "totals/prune/pruned_ingest_insert")
DELETED = (
    "totals/prune/hit_delete",
    "totals/prune/reject_delete",
    "totals/prune/page_delete",
    "totals/prune/referrer_delete",
    "totals/prune/agent_delete",
    "totals/prune/article_delete",
)
COLUMNS = ("what", "site", "before", "forgotten", "kept")

KeptRows = dict[tuple[object, ...], int]  # (kind, site, first day of the hits that are kept): number of rows


def prune(request: ReportRequest, days: int | None, *, dry_run: bool = False) -> Result:
    """Delete the hits before the last `days` local days, and the rows that no hit refers to any more.

    Without `days` it is the number of the settings, or the kept one where they name no site of the store.
    Return the numbers of deleted and kept rows, by kind. With `dry_run` nothing is committed.
    """
    from logstats.rules import pseudonyms  # noqa: PLC0415 - imported only to prune

    with store.no_ingest(request.store), Session.over_all(request.store) as session:
        with session.reading(request.store, request.wait):
            as_of = resolve(session, request)
            at = as_of.at
            days = days or kept.keep_hits(request.settings or Settings(), kept.read(session))
        with session.writing(request.store, request.wait, keep=not dry_run):
            session.run("totals/prune/border", _borders(session, days, at))
            rejects_from = {"rejects_from": _start(days, UTC_CLOCK, at)}
            before = _kept(session, rejects_from)
            _keep(session, rejects_from)
            session.run_all(DELETED, rejects_from)
            session.run_all(pseudonyms.DELETED, pseudonyms.expired_before())
            after = _kept(session, rejects_from)
    rows = [(*what, before[what] - kept, kept) for what, kept in after.items()]
    return Result(COLUMNS, rows, as_of.notes)


def _keep(session: Session, rejects_from: Params) -> None:
    """Keep what figures are recomputed from, of each import by itself, so that it can be taken back."""
    session.run("totals/prune/counted_hit", slots={"of_import": "true"})
    session.run_all(KEPT_OF_ALL, rejects_from)
    imports = dict(session.execute("SELECT import_id, ingest_ids FROM store.import ORDER BY import_id").rows)
    others = [ingest_id for ids in imports.values() for ingest_id in ids]
    parts = [(None, "NOT ", others), *((import_id, "", ids) for import_id, ids in imports.items())]
    for import_id, sign, ingest_ids in parts:
        of_import = f"hit.ingest_id {sign}IN ({', '.join(map(str, [*ingest_ids, 0]))})"  # no ingest has id 0
        session.run("totals/prune/counted_hit", slots={"of_import": of_import})
        session.run_all(KEPT, {"pruned_at": store.utc_now(), "import_id": import_id})


def _borders(session: Session, days: int, at: datetime) -> Params:
    """Return each site's first local day whose hits are kept, and the instant at which it begins."""
    sites = session.execute("SELECT site_id, timezone FROM store.site ORDER BY site_id").rows
    clocks = [session.clock(timezone) for _, timezone in sites]
    instants = [_start(days, clock, at) for clock in clocks]
    return {
        "site_ids": [site_id for site_id, _ in sites],
        "instants": instants,
        "days": [
            local_times([instant], clock)[instant].date()
            for instant, clock in zip(instants, clocks, strict=True)
        ],
    }


def _start(days: int, clock: Clock, at: datetime) -> datetime:
    return parse_instant(f"{days}d", clock, at)


def _kept(session: Session, params: Params) -> KeptRows:
    return {tuple(what): kept for *what, kept in session.run("totals/prune/kept_count", params).rows}
