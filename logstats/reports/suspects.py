"""Reports without suspects: visitors with a browser's agent that do not act like people.

Suspects are found in the raw hits of a UTC day, up to the time of the report. Their page views of that day,
and the visits that began on it, are left out. Stored figures include suspects.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from logstats.clock import local_times
from logstats.errors import LogstatsError
from logstats.store import Session, statements
from logstats.store.as_of import AsOf

ONE_DAY = timedelta(days=1)
LONGEST_PERIOD = timedelta(days=32)  # of a figure, except all time
WITHOUT = "views/without_suspects"  # the folder of views that replace those of the same name


def leave_out(
    session: Session, views: Iterable[str], as_of: AsOf, since: datetime, before: datetime | None = None
) -> None:
    """Replace the views that a report reads by views without the suspects of hits since `since`.

    `before` is the start of an earlier period that the report compares with; the report itself notes where
    that period is incomplete. Raise LogstatsError where hits since `since` are pruned.
    """
    needed_from = _day_before(since)
    if as_of.hits_from and needed_from < as_of.hits_from:
        first = _day(as_of.hits_from - timedelta(microseconds=1)) + 2 * ONE_DAY
        day = local_times([first], as_of.clock)[first].date() + ONE_DAY
        raise LogstatsError(
            "suspects are found in raw hits, and older hits have been pruned: without suspects this is known "
            f"from {day} on; use --since {day}, or --with-suspects to count everybody. All time can start on "
            f"that day, too: `logstats baseline SITE N --on {day}`"
        )
    slots = {"since": _literal(_day_before(before or since)), "at": _literal(as_of.at)}
    session.create_views(views, WITHOUT, "views", slots=slots)


def leave_out_of_figures(session: Session, as_of: AsOf, site: str | None, *, has_all_time: bool) -> None:
    """Replace the views that the figures read by views without suspects; see `counters_in_session`."""
    counted_from = as_of.at
    if has_all_time:
        params = {"at": as_of.at, "site": site}
        counted_from = session.run("counters/counted_from", params).value() or datetime.min
    views = {*statements.load("counters/counters").tables, *statements.load("counters/breakdown").tables}
    leave_out(session, views, as_of, min(counted_from, as_of.at - LONGEST_PERIOD))


def _day_before(since: datetime) -> datetime:
    """Return the start of the first UTC day whose hits show the suspects since `since`, in any zone."""
    return since if since < datetime.min + 2 * ONE_DAY else _day(since - ONE_DAY)


def _day(at: datetime) -> datetime:
    return datetime.combine(at.date(), time())


def _literal(at: datetime) -> str:
    return f"TIMESTAMP '{at.isoformat(sep=' ')}'"
