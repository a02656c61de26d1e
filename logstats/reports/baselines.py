"""The baselines of a store: a list with the one in force of each site, and the removal of one."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from logstats.clock import local_times, utc_now
from logstats.config import Settings
from logstats.errors import UnknownSiteError, UsageError
from logstats.model import Result
from logstats.reports.counters import OF_SETTINGS
from logstats.store import Session

COLUMNS = ("site", "visits", "on_day", "in_force", "from", "note", "set_at")
VIEWS = ("baselines", "sites")
START = date.min  # the day of a baseline that is older than each visit


class StoredBaseline(NamedTuple):
    """A baseline, and whether it is in force today. `is_stored` is false where only logstats.toml has it.

    `at_day` is the site's local day today.
    """

    site: str
    visits: int
    on_day: date
    in_force: bool
    note: str | None
    set_at: datetime | None
    at_day: date
    is_stored: bool = True

    @property
    def is_of_settings(self) -> bool:
        """Whether it came from a logstats.toml."""
        return self.note == OF_SETTINGS


def stored(store: Path, settings: Settings, site: str | None, wait: float) -> list[StoredBaseline]:
    """Return the baselines of a site (None: of all), by day; raise UnknownSiteError for an unknown one."""
    with Session() as session, session.reading(store, wait, views=VIEWS):
        return _stored(session, settings, site)


def _stored(session: Session, settings: Settings, site: str | None) -> list[StoredBaseline]:
    names = [name for (name,) in session.execute("SELECT site FROM sites ORDER BY site").rows]
    if site is not None and site not in (*names, *(each.name for each in settings.sites)):
        raise UnknownSiteError(site, names)
    rows = session.run("counters/baseline_list", {"at": utc_now(), "site": site}).records()
    found = [StoredBaseline(**row) for row in rows]
    known = {(each.site, each.visits, each.on_day) for each in found}
    for of_file in settings.sites:
        key = (of_file.name, of_file.baseline, of_file.baseline_on)
        if of_file.baseline is not None and site in (None, of_file.name) and key not in known:
            found.append(
                StoredBaseline(
                    site=of_file.name,
                    visits=of_file.baseline,
                    on_day=of_file.baseline_on,
                    in_force=False,
                    note=OF_SETTINGS,
                    set_at=None,
                    at_day=date.max,
                    is_stored=False,
                )
            )
    return sorted(found, key=lambda each: (each.site, each.on_day, not each.is_stored))


def listed(store: Path, settings: Settings, site: str | None, wait: float) -> Result:
    """Return the baselines as rows; the column names are part of the JSON contract."""
    with Session() as session, session.reading(store, wait, views=VIEWS):
        found = _stored(session, settings, site)
        zones = dict(session.execute("SELECT site, timezone FROM sites").rows)
        shown = {
            each: local_times([each.set_at], session.clock(zones[each.site]))[each.set_at]
            for each in found
            if each.set_at
        }
    return Result(
        COLUMNS,
        [
            (
                each.site,
                each.visits,
                None if each.on_day == START else each.on_day,
                each.in_force,
                OF_SETTINGS if each.is_of_settings else "command",
                None if each.is_of_settings else each.note,
                shown.get(each),
            )
            for each in found
        ],
    )


def remove(store: Path, settings: Settings, site: str, on_day: date | None, wait: float) -> StoredBaseline:
    """Remove and return a baseline; without a day it is the only one of the site.

    Raise UsageError where there is none, or where there are several.
    """
    with Session() as session, session.writing(store, wait):
        session.create_views(VIEWS, "views")
        found = [each for each in _stored(session, settings, site) if each.is_stored]
        fitting = [each for each in found if on_day in (None, each.on_day)]
        if len(fitting) != 1:
            raise UsageError(_why_not(site, found, on_day))
        session.run("counters/baseline_delete", {"site": site, "on_day": fitting[0].on_day})
        return fitting[0]


def _why_not(site: str, found: Sequence[StoredBaseline], on_day: date | None) -> str:
    if not found:
        return f"{site} has no baseline in the store"
    listed = ", ".join(f"--on {each.on_day:%4Y-%m-%d} ({each.visits:,})" for each in found)
    if on_day is None:
        return f"{site} has {len(found)} baselines; choose one: {listed}"
    return f"{site} has no baseline of {on_day}; there {'is' if len(found) == 1 else 'are'}: {listed}"
