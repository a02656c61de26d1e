"""The four figures of each site, and the baselines that the all-time count starts from."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from logstats.clock import Clock, local_times, utc_now
from logstats.config import Settings
from logstats.errors import UnknownSiteError
from logstats.model import Counters, Result
from logstats.rules.drift import rules_notes
from logstats.store import Session, statements
from logstats.store.as_of import AT_LAST, AT_NOW, WITHOUT_SUSPECTS, AsOf, ReportRequest, resolve

INSTANTS = ("at", "logged_until")  # columns shown on the zone's clock
COUNTERS = "counters/counters"
OF_SETTINGS = "logstats.toml"  # the note of a baseline from there
WITHOUT_IMPORTED = (  # only of an import are hits so new without being kept
    "hits of these minutes were imported as figures, so `online` leaves out their visitors; with "
    "`logstats export --keep-hits` it counts them"
)


def read_counters(request: ReportRequest) -> list[Counters]:
    """Return the figures of the requested site, or of each site, sorted by name."""
    return read_counters_with_notes(request)[0]


def read_counters_with_notes(request: ReportRequest) -> tuple[list[Counters], tuple[str, ...]]:
    """Return the figures and their notes."""
    with Session() as session, session.reading(request.store, request.wait, views=views()):
        as_of = resolve(session, request)
        figures = _figures_as_of(session, request, as_of)
        notes = (*as_of.notes, *rules_notes(session, request))
        if as_of.hits_from and as_of.online_since < as_of.hits_from and not _is_past(request):
            notes += (WITHOUT_IMPORTED,)
        if any(not (row.online or row.today or row.week) for row in figures):
            from logstats.reports import emptiness  # noqa: PLC0415 - only for figures of an old log

            notes += emptiness.of_figures(session, request, figures)
        return figures, notes


def current_counters(session: Session, store: Path, settings: Settings, wait: float) -> dict[str, Counters]:
    """Return the figures of each site at the time of the settings; first store the settings' baselines."""
    while True:
        with session.reading(store, wait, views=views()):
            new = _new_baselines(session, settings)
            if not new:
                return {row.site: row for row in counters_of_sites(session, store, settings.at)}
        set_baselines(store, new, wait)


def counters_of_sites(session: Session, store: Path, at: str | None) -> list[Counters]:
    """Return the figures of each site; a time without a zone is a different instant for each of them."""
    sites = [None] if at is None else _sites(session)
    requests = [ReportRequest(store, site=site, at=at) for site in sites]
    return [row for request in requests for row in counters_in_session(session, request)]


def counters_in_session(
    session: Session, request: ReportRequest, *, has_all_time: bool = True
) -> list[Counters]:
    """Return the figures from the attached store, in which `views()` were created.

    Without `has_all_time`, suspects are left out of the other figures only, which reads fewer hits.
    """
    return _figures_as_of(session, request, resolve(session, request), has_all_time=has_all_time)


def _figures_as_of(
    session: Session, request: ReportRequest, as_of: AsOf, *, has_all_time: bool = True
) -> list[Counters]:
    if request.values.get(WITHOUT_SUSPECTS):
        from logstats.reports import suspects  # noqa: PLC0415 - imported only with this flag

        suspects.leave_out_of_figures(session, as_of, request.site, has_all_time=has_all_time)
    params = {
        "at": as_of.at,
        "online_since": as_of.online_since,
        "day_since": as_of.day_since,
        "site": request.site,
    }
    rows = [
        _without_later_lines(_known(row, is_past=_is_past(request)), as_of)
        for row in session.run(COUNTERS, params).records()
    ]
    zones = {request.timezone} if request.timezone else {row["timezone"] for row in rows}
    shown = {zone: _shown(rows, session.clock(zone)) for zone in sorted(zones)}
    return [_counters(row, shown[request.timezone or row["timezone"]]) for row in rows]


def _is_past(request: ReportRequest) -> bool:
    return request.at not in (None, AT_NOW, AT_LAST)


def _known(row: dict[str, Any], *, is_past: bool) -> dict[str, Any]:
    """Return a row of figures without who was online at an instant whose hits are pruned."""
    hits_from = row.pop("hits_from")
    since = row["at"] - timedelta(seconds=row["online_window_s"])
    return row | {"online": None} if is_past and hits_from and since < hits_from else row


def _without_later_lines(row: dict[str, Any], as_of: AsOf) -> dict[str, Any]:
    """Return a row of figures that is as if the site had no lines after the time of the figures.

    Where the hits of that time are pruned, the newest line up to it is not known.
    """
    if row["site"] not in as_of.newest or row["online"] is None:
        return row
    newest = as_of.newest[row["site"]]
    is_stale = newest is None or newest < as_of.at - timedelta(seconds=row["online_window_s"])
    return row | {"logged_until": newest, "stale": row["stale"] or is_stale}


def views() -> tuple[str, ...]:
    """Return the views that the figures and the baselines are read from."""
    return statements.load(COUNTERS).tables


def _sites(session: Session) -> list[str]:
    return [site for (site,) in session.execute("SELECT site FROM sites ORDER BY site").rows]


def _shown(rows: Sequence[Mapping[str, Any]], clock: Clock) -> Mapping[datetime, datetime]:
    """Return the instants of rows on the zone's clock, in whole seconds."""
    instants = {row[name] for row in rows for name in INSTANTS if row[name] is not None}
    return {at: local.replace(microsecond=0) for at, local in local_times(instants, clock).items()}


def _counters(row: Mapping[str, Any], shown: Mapping[datetime, datetime]) -> Counters:
    figures = {name: value for name, value in row.items() if name != "timezone"}
    return Counters(**figures | {name: shown.get(figures[name]) for name in INSTANTS})


def as_result(counters: Sequence[Counters]) -> Result:
    """Return the figures as rows; the column names are part of the JSON contract."""
    return Result(Counters._fields, counters)


class Baseline(NamedTuple):
    """The count of an old counter for a site, up to a local day."""

    site: str
    visits: int
    on_day: date = date.min
    note: str | None = None


def set_baselines(store: Path, baselines: Sequence[Baseline], wait: float) -> None:
    """Store the counts of old counters; raise UnknownSiteError for a site that is not in the store."""
    with Session() as session, session.writing(store, wait):
        known = {name for (name,) in session.execute("SELECT name FROM store.site").rows}
        for baseline in baselines:
            if baseline.site not in known:
                raise UnknownSiteError(baseline.site, sorted(known))
            session.run(
                "counters/baseline_insert",
                {
                    "site": baseline.site,
                    "visits": baseline.visits,
                    "on_day": baseline.on_day,
                    "note": baseline.note,
                    "set_at": utc_now(),
                },
            )


def follow_settings(store: Path, settings: Settings, wait: float) -> None:
    """Store the new baselines of logstats.toml for sites that are in the store."""
    if not _written_baselines(settings):
        return
    with Session() as session, session.reading(store, wait, views=views()):
        new = _new_baselines(session, settings)
    if new:
        set_baselines(store, new, wait)


def _written_baselines(settings: Settings) -> list[Baseline]:
    return [
        Baseline(site.name, site.baseline, site.baseline_on, OF_SETTINGS)
        for site in settings.sites
        if site.baseline is not None
    ]


def _new_baselines(session: Session, settings: Settings) -> list[Baseline]:
    """Return the baselines of the settings that the attached store does not have yet."""
    written = _written_baselines(settings)
    if not written:
        return []
    stored = set(session.run("counters/baseline").rows)
    known = {site for site, _, _ in stored}
    return [
        baseline
        for baseline in written
        if baseline.site in known and (baseline.site, baseline.visits, baseline.on_day) not in stored
    ]
