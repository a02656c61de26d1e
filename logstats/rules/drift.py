"""Rules that have changed since the stored figures were computed, for the notes on a report."""

from collections.abc import Iterable, Mapping
from typing import Any

from logstats.config import Settings
from logstats.rules import kept, ruleset
from logstats.store import Session
from logstats.store.as_of import ReportRequest


def rules_notes(session: Session, request: ReportRequest) -> tuple[str, ...]:
    """Return a note for each requested site of the attached store whose rules differ from the settings."""
    if request.settings is None:
        return ()
    sites = session.execute("FROM sites ORDER BY site").records()
    return notes((site for site in sites if request.site in (None, site["site"])), request.settings)


def notes(sites: Iterable[Mapping[str, Any]], settings: Settings) -> tuple[str, ...]:
    """Return a note for each site (a row of the view `sites`) whose rules differ from the settings.

    There is none of a site that logstats.toml does not name: its rules are those that the store keeps.
    """
    if settings.path is None:
        return ()
    changed = (
        (site["site"], list(ruleset.changed(site, settings, site["site"])))
        for site in sites
        if kept.names(settings, kept.StoredSite(site["site"], site["rules"], site["rules_from"]))
    )
    return tuple(
        f"{name}: these figures were computed with a different {listed(keys)}; "
        f"run `logstats --config {settings.path} rebuild` to apply the current one"
        for name, keys in changed
        if keys
    )


def listed(keys: Iterable[str]) -> str:
    """Return the names of settings, in a message."""
    return ", ".join(f"`{key}`" for key in keys)
