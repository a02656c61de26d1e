"""Rules that have changed since the figures of a site were made by them: what a report must say of it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from logstats.config import Settings
from logstats.rules import ruleset
from logstats.store import Session
from logstats.store.as_of import ReportRequest

OF_SITES = {
    # a column of the store's sites, kept for sites that logstats.toml lists: what it is called there
    "timezone": "timezone",
    "week_start": "week_start",
    "visit_gap_s": "visit_gap",
    "online_window_s": "online_window",
}


def rules_notes(session: Session, request: ReportRequest) -> tuple[str, ...]:
    """Return what must be said of rules in the settings that are others than those of the attached store."""
    if request.settings is None:
        return ()
    sites = session.execute("FROM sites ORDER BY site").records()
    asked = [site for site in sites if request.site in (None, site["site"])]
    return notes(asked, request.settings)


def notes(sites: Iterable[Mapping[str, Any]], settings: Settings) -> tuple[str, ...]:
    """Return a line for each site (a row of the view) whose rules in logstats.toml are not the store's.

    Without a logstats.toml nothing is said: `rebuild` would be run with one.
    """
    if settings.path is None:
        return ()
    differing = ((site["site"], list(_differing(site, settings))) for site in sites)
    return tuple(
        f"{name}: the store's figures are by other rules than {settings.path} has now ({', '.join(told)}); "
        "`logstats rebuild` makes them anew"
        for name, told in differing
        if told
    )


def _differing(stored: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    now = ruleset.stored_rules(settings, stored["site"])
    if any(site.name == stored["site"] for site in settings.sites):
        yield from (told for column, told in OF_SITES.items() if stored[column] != now[column])
    if stored["article_rules"] != now["article_rules"]:
        yield "what is one article"
    before, after = json.loads(stored["classified_by"]), json.loads(now["classified_by"])
    yield from (name for name in after if before.get(name) != after[name])
