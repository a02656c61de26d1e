"""A request for a report, and the instant and time zone for which it is computed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from logstats.clock import INSTANT_FORMS, UTC_CLOCK, Clock, local_times, parse_instant, utc_now, valid_zone
from logstats.config import Settings
from logstats.errors import UnknownSiteError, UsageError

if TYPE_CHECKING:
    from logstats.store import Session

AT_LAST = "last"
AT_NOW = "now"
RECENT = timedelta(days=1)
AHEAD = timedelta(days=1)  # a line that is later than the clock by more was logged with a wrong time
WITHOUT_SUSPECTS = "without_suspects"  # a parameter of reports: suspects are left out

Value = str | int | bool | None  # of a report's parameter, as typed; None: the default of its header


class ReportRequest(NamedTuple):
    """A request for a report: the texts of options as typed, None where an option was not given.

    `values` are those of the report's own parameters. `tell_left_out`: also count the hits that the report
    leaves out. `on_terminal`: show as many rows as the report's header says. `wait` is in seconds. The rules
    of the stored figures are compared with those of `settings` (None: they are not compared).
    """

    store: Path
    at: str | None = None
    site: str | None = None
    timezone: str | None = None
    since: str | None = None
    until: str | None = None
    values: Mapping[str, Value] = MappingProxyType({})
    wait: float = 10.0
    tell_left_out: bool = False
    on_terminal: bool = False
    settings: Settings | None = None


class AsOf(NamedTuple):
    """The instant (UTC) of a report, and the clock on which times are parsed and shown.

    `online_since` and `day_since` are lower bounds for scans: hits before `online_since` do not affect the
    visitors online, and hits before `day_since` do not affect the figures of the local day, in any zone. Hits
    before `hits_from` are pruned (None: no hit is pruned). `newest` has the time of the newest line up to
    `at` of each site that has later ones (None: it has no others). `notes` say what `last` is where there are
    lines in the future.
    """

    at: datetime
    clock: Clock
    online_since: datetime
    day_since: datetime
    hits_from: datetime | None
    newest: Mapping[str, datetime | None] = MappingProxyType({})
    notes: tuple[str, ...] = ()


def resolve(session: "Session", request: ReportRequest) -> AsOf:
    """Return the instant and the clock of a request, for the sites in the attached store."""
    sites = session.execute("FROM sites").records()
    named = [site for site in sites if request.site is None or request.site == site["site"]]
    if request.site is not None and not named:
        raise UnknownSiteError(request.site, sorted(site["site"] for site in sites))
    clock = session.clock(_zone(request, {site["timezone"] for site in named}))
    now = utc_now()
    newest = newest_lines(session, named, now + AHEAD)
    at = _at(request, clock, now, [newest.get(site["site"], site["logged_until"]) for site in named])
    longest = max((site["online_window_s"] for site in named), default=0)
    hits_from = max((site["hits_from"] for site in named if site["hits_from"]), default=None)
    try:
        return AsOf(
            at=at,
            clock=clock,
            online_since=at - timedelta(seconds=longest),
            day_since=at - timedelta(days=2),
            hits_from=hits_from,
            newest=newest_lines(session, named, at),
            notes=_notes(named, newest, at, clock) if request.at == AT_LAST else (),
        )
    except OverflowError as error:
        raise UsageError(f"'{request.at}' is not a date or time; use {INSTANT_FORMS}") from error


def _zone(request: ReportRequest, zones: set[str]) -> str:
    if request.timezone is not None:
        return valid_zone(request.timezone)
    if len(zones) == 1:
        return min(zones)
    typed = [request.since, request.until, request.at]
    if zones and any(text not in (None, AT_LAST, AT_NOW) for text in typed):
        raise UsageError("the sites are in several time zones; choose one with --timezone or --site")
    return UTC_CLOCK.zone


def _at(request: ReportRequest, clock: Clock, now: datetime, newest: Sequence[datetime | None]) -> datetime:
    if request.at == AT_LAST:
        return max((at for at in newest if at), default=now)
    if request.at in (None, AT_NOW):
        return now
    return parse_instant(str(request.at), clock, now)


def newest_lines(
    session: "Session", sites: Sequence[Mapping[str, Any]], until: datetime
) -> dict[str, datetime | None]:
    """Return the time of the newest line up to `until` of each site (rows of `sites`) that has later ones.

    Most sites have a line of the day before, so only for the others all hits are searched.
    """
    later = {
        site["site_id"]: site["site"]
        for site in sites
        if site["logged_until"] is not None and site["logged_until"] > until
    }
    if not later:
        return {}
    found: dict[int, datetime] = {}
    for since in (until - RECENT if until > datetime.min + RECENT else datetime.min, datetime.min):
        if left := [site_id for site_id in later if site_id not in found]:
            params = {"site_ids": left, "since": since, "until": until}
            found |= dict(session.run("store/newest_line", params).rows)
    return {name: found.get(site_id) for site_id, name in later.items()}


def _notes(
    sites: Sequence[Mapping[str, Any]], newest: Mapping[str, datetime | None], at: datetime, clock: Clock
) -> tuple[str, ...]:
    """Return a note for each site with lines in the future, which `last` leaves out."""
    later = {site["site"]: site["logged_until"] for site in sites if site["site"] in newest}
    shown = {at: f"{local:%Y-%m-%d %H:%M}" for at, local in local_times([at, *later.values()], clock).items()}
    return tuple(
        f"{site}: its newest line is of {shown[logged_until]}, which is in the future; `last` leaves such "
        f"lines out and is {shown[at]}"
        for site, logged_until in later.items()
    )
