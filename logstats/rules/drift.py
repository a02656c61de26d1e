"""Rules that have changed since the stored figures were computed, for the notes on a report."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from logstats.config import Settings
from logstats.rules import ruleset
from logstats.store import Session
from logstats.store.as_of import ReportRequest

SETTING_OF_COLUMN = {
    # column of the view `sites`: its setting, compared for the sites that logstats.toml lists
    "timezone": "timezone",
    "week_start": "week_start",
    "visit_gap_s": "visit_gap",
    "online_window_s": "online_window",
}


def rules_notes(session: Session, request: ReportRequest) -> tuple[str, ...]:
    """Return a note for each requested site of the attached store whose rules differ from the settings."""
    if request.settings is None:
        return ()
    sites = session.execute("FROM sites ORDER BY site").records()
    return notes((site for site in sites if request.site in (None, site["site"])), request.settings)


def notes(sites: Iterable[Mapping[str, Any]], settings: Settings) -> tuple[str, ...]:
    """Return a note for each site (a row of the view `sites`) whose rules differ from the settings.

    Without a logstats.toml there are no notes: `rebuild` needs one too.
    """
    if settings.path is None:
        return ()
    changed = ((site["site"], list(_changed(site, settings))) for site in sites)
    return tuple(
        f"{name}: these figures were computed with a different {_listed(keys)}; "
        f"run `logstats --config {settings.path} rebuild` to apply the current one"
        for name, keys in changed
        if keys
    )


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys)


def _changed(stored: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    """Yield the names of the settings of a site that differ from those of its stored figures.

    Of a site that logstats.toml does not list, only settings of all sites are compared.
    """
    now = ruleset.stored_rules(settings, stored["site"])
    is_listed = any(site.name == stored["site"] for site in settings.sites)
    if is_listed:
        yield from (key for column, key in SETTING_OF_COLUMN.items() if stored[column] != now[column])
        if stored["article_rules"] != now["article_rules"]:
            yield "rules"
    before, after = json.loads(stored["classified_by"]), json.loads(now["classified_by"])
    changed = (key for key in after if before.get(key) != after[key])
    yield from (key for key in changed if is_listed or key not in ruleset.SITE_KEYS)
