"""Notes on a report without rows: that its period has no line, and which lines there are."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from logstats.clock import UTC_CLOCK, Clock, local_time, parse_instant
from logstats.model import Counters
from logstats.store import Session, statements
from logstats.store.as_of import AT_LAST, AsOf, ReportRequest, resolve
from logstats.store.session import VIEWS

LOGGED = "counters/logged"
NOTHING_STORED = "nothing is stored yet; `logstats ingest LOG` reads a log"
REPORTS_THEN = "`--at last` reports for then"
STALE_AFTER = timedelta(days=1)  # a portal may have no visit since midnight


def notes(
    session: Session, request: ReportRequest, as_of: AsOf, since: datetime, until: datetime
) -> tuple[str, ...]:
    """Return a note on a report without rows, () where there are lines in its period (UTC)."""
    first, newest = _logged(session, as_of.at, request.site)
    if first is None:
        return (NOTHING_STORED,)
    note = _outside(first, newest, (since, until), as_of)
    if note and request.at == AT_LAST:
        note = note.removesuffix(f"; {REPORTS_THEN}")
    return (note,) if note else ()


def of_figures(session: Session, request: ReportRequest, figures: Sequence[Counters]) -> tuple[str, ...]:
    """Return a note for each site without a visit today whose newest line is of an earlier day."""
    zones = dict(session.execute("SELECT site, timezone FROM sites").rows)
    found = []
    for row in figures:
        if row.online or row.today or request.at == AT_LAST:
            continue
        clock = session.clock(request.timezone or zones[row.site])
        as_of = resolve(session, request._replace(site=row.site))._replace(clock=clock)
        first, newest = _logged(session, as_of.at, row.site)
        today = parse_instant("0d", clock, as_of.at)
        period = (min(today, as_of.at - STALE_AFTER), as_of.at)
        note = NOTHING_STORED if first is None else _outside(first, newest, period, as_of)
        if note:
            found.append(f"{row.site}: {note}" if len(figures) > 1 else note)
    return tuple(found)


def _logged(session: Session, at: datetime, site: str | None) -> tuple[datetime | None, datetime | None]:
    """Return the times of the first line and of the newest one up to `at`, None where there is none."""
    session.create_views(statements.load(LOGGED).tables, VIEWS)
    ((first, newest),) = session.run(LOGGED, {"at": at, "site": site}).rows
    return first, newest


def _outside(
    first: datetime, newest: datetime | None, period: tuple[datetime, datetime], as_of: AsOf
) -> str | None:
    """Return the note that a period has no line, where all lines are before or after it."""
    since, until = period
    if newest is None or first >= until:
        end = _shown(min(until, as_of.at), as_of.clock)
        return f"nothing until {end}; the first line is of {_shown(first, as_of.clock)}"
    if newest < since:
        line = _shown(newest, as_of.clock)
        return f"nothing since {_shown(since, as_of.clock)}; the newest line is of {line}; {REPORTS_THEN}"
    return None


def _shown(at: datetime, clock: Clock) -> str:
    zone = " UTC" if clock.zone == UTC_CLOCK.zone else ""
    return f"{local_time(at, clock):%4Y-%m-%d %H:%M}{zone}"
