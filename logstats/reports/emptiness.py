"""Notes on a report without rows: that its period has no line, and which lines there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from logstats.clock import UTC_CLOCK, Clock, local_time, parse_instant
from logstats.model import Counters
from logstats.store import Session, statements
from logstats.store.as_of import AT_LAST, AT_NOW, AsOf, ReportRequest, resolve
from logstats.store.session import VIEWS

LOGGED = "counters/logged"
NOTHING_STORED = "nothing is stored yet; `logstats ingest LOG` reads a log"
REPORTS_THEN = "`--at last` reports for then"
WEEK = "7d"  # back from now, so that a week which has just begun is no gap


class _Logged(NamedTuple):
    """The times of the first line and of the newest one up to a report's time; whether later ones exist."""

    first: datetime | None
    newest: datetime | None
    has_later: bool


def notes(
    session: Session, request: ReportRequest, as_of: AsOf, since: datetime, until: datetime
) -> tuple[str, ...]:
    """Return a note on a report without rows, () where there are lines in its period (UTC)."""
    note = _note(_logged(session, as_of.at, request.site), (since, until), request, as_of)
    return (note,) if note else ()


def of_figures(session: Session, request: ReportRequest, figures: Sequence[Counters]) -> tuple[str, ...]:
    """Return a note for each site without a visit this week whose newest line is older."""
    zones = dict(session.execute("SELECT site, timezone FROM sites").rows)
    found = []
    for row in figures:
        if row.online or row.today or row.week or request.at == AT_LAST:
            continue
        clock = session.clock(request.timezone or zones[row.site])
        as_of = resolve(session, request._replace(site=row.site))._replace(clock=clock)
        period = (parse_instant(WEEK, clock, as_of.at), as_of.at)
        if note := _note(_logged(session, as_of.at, row.site), period, request, as_of):
            found.append(f"{row.site}: {note}" if len(figures) > 1 else note)
    return tuple(found)


def _logged(session: Session, at: datetime, site: str | None) -> _Logged:
    session.create_views(statements.load(LOGGED).tables, VIEWS)
    (row,) = session.run(LOGGED, {"at": at, "site": site}).rows
    return _Logged(*row)


def _note(
    logged: _Logged, period: tuple[datetime, datetime], request: ReportRequest, as_of: AsOf
) -> str | None:
    """Return the note that a period has no line, where all lines are before or after it.

    A time in the past may be one between two lines. After now there are only lines of a wrong clock.
    """
    since, until = period
    if logged.first is None:
        return NOTHING_STORED
    if logged.newest is None or logged.first >= until:
        end = _shown(min(until, as_of.at), as_of.clock)
        return f"nothing until {end}; the first line is of {_shown(logged.first, as_of.clock)}"
    is_past = request.at not in (None, AT_NOW)
    if logged.newest >= since or (is_past and logged.has_later):
        return None
    line = _shown(logged.newest, as_of.clock)
    advice = "" if request.at == AT_LAST else f"; {REPORTS_THEN}"
    return f"nothing since {_shown(since, as_of.clock)}; the newest line is of {line}{advice}"


def _shown(at: datetime, clock: Clock) -> str:
    zone = " UTC" if clock.zone == UTC_CLOCK.zone else ""
    return f"{local_time(at, clock):%4Y-%m-%d %H:%M}{zone}"
