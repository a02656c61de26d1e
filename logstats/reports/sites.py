"""The sites of a store and of logstats.toml, with their first and newest lines and their all-time figures."""

from pathlib import Path

from logstats.clock import local_time
from logstats.config import Settings
from logstats.model import Result
from logstats.reports.counters import counters_in_session, views
from logstats.store import Session, statements
from logstats.store.as_of import ReportRequest

SITES = "counters/site_list"
COLUMNS = (
    "site", "timezone", "first_day", "logged_until", "hits", "visits", "all_time", "settings", "listed",
)  # fmt: skip


def listed(store: Path, settings: Settings, wait: float) -> Result:
    """Return a row for each site; those of logstats.toml that have no line yet follow.

    `settings` is the file that its settings are from, `listed` whether this logstats.toml lists it. The
    column names are part of the JSON contract.
    """
    rows: list[tuple[object, ...]] = []
    if store.exists():
        read = {*statements.load(SITES).tables, *views()}
        with Session() as session, session.reading(store, wait, views=read):
            figures = {row.site: row for row in counters_in_session(session, ReportRequest(store))}
            for row in session.run(SITES).records():
                newest = row["logged_until"]
                clock = session.clock(row["timezone"])
                rows.append(
                    (
                        row["site"],
                        row["timezone"],
                        row["first_day"],
                        local_time(newest, clock) if newest else None,
                        row["hits"],
                        row["visits"],
                        figures[row["site"]].all_time,
                        row["rules_from"] or None,
                        settings.is_listed(row["site"]),
                    )
                )
    known = {row[0] for row in rows}
    rows += [
        (site.name, site.timezone, None, None, 0, 0, site.baseline or 0, str(settings.path), True)
        for site in settings.sites
        if site.name not in known
    ]
    return Result(COLUMNS, rows)
