"""Reports without suspects: visitors with a browser's agent who behave like none.

Who is one is told by the kept hits of a UTC day, up to the instant of the report. Left out are the page
views of such days, and the visits that began on them. Stored figures count everybody.
"""

from datetime import datetime, time, timedelta

from logstats.clock import local_times
from logstats.errors import LogstatsError
from logstats.store import Session, statements
from logstats.store.as_of import AsOf

ONE_DAY = timedelta(days=1)
LONGEST_PERIOD = timedelta(days=32)  # that the figures look back on, but for all time


def leave_out(session: Session, as_of: AsOf, since: datetime, before: datetime | None = None) -> None:
    """Take suspects out of the views of people, for a report of what is since `since`.

    One that compares it with what was since `before` tells by itself where that is not known.

    Raise LogstatsError where hits that tell of suspects are pruned.
    """
    reach = _reach(since)
    if as_of.hits_from and reach < as_of.hits_from:
        first = _day(as_of.hits_from - timedelta(microseconds=1)) + 2 * ONE_DAY
        day = local_times([first], as_of.clock)[first].date() + ONE_DAY
        raise LogstatsError(
            "who was a suspect is told by hits, and those of then are pruned; without suspects this is known "
            f"from {day} on: ask for less, --since {day}, or for all with --with-suspects. All time can be "
            f"counted from then on, too: `logstats baseline SITE N --on {day}`"
        )
    slots = {"since": _literal(_reach(before or since)), "at": _literal(as_of.at)}
    for name in statements.names("views/without_suspects"):
        if not name.endswith(("05_counted_from", "90_left_out")):
            session.run(name, {}, slots)


def leave_out_of_figures(session: Session, as_of: AsOf, site: str | None) -> None:
    """Do so for the four figures."""
    asked = {"at": as_of.at, "site": site}
    counted_from = session.run("views/without_suspects/05_counted_from", asked).value() or datetime.min
    leave_out(session, as_of, min(counted_from, as_of.at - LONGEST_PERIOD))


def _reach(since: datetime) -> datetime:
    """Return the beginning of a UTC day by whose hits suspects of `since`, in any zone, are told."""
    return since if since < datetime.min + 2 * ONE_DAY else _day(since - ONE_DAY)


def _day(at: datetime) -> datetime:
    return datetime.combine(at.date(), time())


def _literal(at: datetime) -> str:
    return f"TIMESTAMP '{at.isoformat(sep=' ')}'"
