"""What a user asks of the store, and the instant and zone that it means."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from logstats.clock import INSTANT_FORMS, UTC_CLOCK, Clock, parse_instant, valid_zone
from logstats.config import Settings
from logstats.errors import UsageError
from logstats.store import Session, utc_now

AT_LAST = "last"
AT_NOW = "now"
WITHOUT_SUSPECTS = "without_suspects"  # a value of a request: suspects are left out


class ReportRequest(NamedTuple):
    """What a user asked a report for: texts as typed, None where nothing was.

    `tell_left_out`: whether to count what the report leaves out. `settings` are those whose rules it should
    be by (None: whatever they are).
    """

    store: Path
    at: str | None = None
    site: str | None = None
    timezone: str | None = None
    since: str | None = None
    until: str | None = None
    values: Mapping[str, Any] = MappingProxyType({})
    wait: float = 10.0
    tell_left_out: bool = False
    settings: Settings | None = None


class AsOf(NamedTuple):
    """The instant (UTC) that a request is for, and the clock to read and show times by.

    `online_since` and `day_since` are instants before which nothing can matter to who is online
    then, and to the local day of it in any zone: they keep a statement from reading all history.
    Hits before `hits_from` are pruned (None: none are).
    """

    at: datetime
    clock: Clock
    online_since: datetime
    day_since: datetime
    hits_from: datetime | None


def resolve(session: Session, request: ReportRequest) -> AsOf:
    """Return the moment that a request means, by the sites in the attached store."""
    sites = session.execute("FROM sites").records()
    named = [site for site in sites if request.site is None or request.site == site["site"]]
    if request.site is not None and not named:
        known = ", ".join(sorted(site["site"] for site in sites)) or "none yet"
        raise UsageError(f"no site «{request.site}» in the store; there are: {known}")
    clock = session.clock(_zone(request, {site["timezone"] for site in named}))
    at = _at(request, clock, [site["logged_until"] for site in named])
    longest = max((site["online_window_s"] for site in named), default=0)
    hits_from = max((site["hits_from"] for site in named if site["hits_from"]), default=None)
    try:
        return AsOf(at, clock, at - timedelta(seconds=longest), at - timedelta(days=2), hits_from)
    except OverflowError as error:
        raise UsageError(f"«{request.at}» is no time; write {INSTANT_FORMS}") from error


def _zone(request: ReportRequest, zones: set[str]) -> str:
    if request.timezone:
        return valid_zone(request.timezone)
    if len(zones) == 1:
        return min(zones)
    written = [request.since, request.until, request.at]
    if zones and any(text not in (None, AT_LAST, AT_NOW) for text in written):
        raise UsageError("the sites are in several time zones; say which one with --timezone or --site")
    return UTC_CLOCK.zone


def _at(request: ReportRequest, clock: Clock, logged_until: list[datetime | None]) -> datetime:
    now = utc_now()
    if request.at == AT_LAST:
        return max((at for at in logged_until if at), default=now)
    if request.at in (None, AT_NOW):
        return now
    return parse_instant(str(request.at), clock, now)
