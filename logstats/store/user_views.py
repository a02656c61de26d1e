"""The views as a user's own statement sees them: its instants have a zone, and the local time is a column.

Reports of logstats read instants in UTC, without a zone. In a statement that a user writes, `hour(logged_at)`
of such a column would be the hour in UTC while the column is printed in local time. So the views that such a
statement names are replaced: instants become TIMESTAMPTZ in a session whose time zone is that of the report,
and a view with `logged_at` or `first_at` gets `local_at`, `day` and `hour` of it, on the clock of its site.
"""

from collections.abc import Iterable, Sequence

from logstats.store import statements
from logstats.store.session import Session

STORED = "{} in UTC"  # the name of the replaced view, which no statement of a user can name
LOCAL = {
    # column of a view that has an instant and a site: its expression of that instant on the site's clock
    "local_at": "{at} AT TIME ZONE {zone}",
    "day": "CAST({at} AT TIME ZONE {zone} AS DATE)",
    "hour": "hour({at} AT TIME ZONE {zone})",
}
OF_INSTANT = ("logged_at", "first_at")  # the columns that they are derived from


def localise(session: Session, views: Iterable[str], zone: str) -> None:
    """Replace the views by those with local times, and set the session's time zone to the report's."""
    of_site = _zone_of_site(session)
    for view in sorted(views):
        columns = [(name, kind) for name, kind, *_ in session.execute(f"DESCRIBE {view}").rows]
        if selected := _selected(columns, of_site):
            stored = f'"{STORED.format(view)}"'
            session.execute(f"ALTER VIEW {view} RENAME TO {stored}")
            slots = {"view": view, "stored": stored, "columns": selected}
            session.run("store/user_view", slots=slots)
    session.execute(f"SET TimeZone = {statements.sql_text(zone)}")


def _selected(columns: Sequence[tuple[str, str]], zone: str) -> str:
    """Return the columns of a view with local times, '' where they are those that it has."""
    instant = statements.load("fragments/user_queries/instant")
    names = [name for name, _ in columns]
    zoned = {
        name: instant.fill(instant=name).strip() if kind == "TIMESTAMP" else name
        for name, kind in columns
        if kind.startswith("TIMESTAMP") and name not in LOCAL
    }
    at = next((name for name in OF_INSTANT if name in zoned and "site_id" in names), None)
    local = {} if at is None else {name: LOCAL[name] for name in LOCAL if name not in names}
    if not local and all(text == name for name, text in zoned.items()):
        return ""
    replaced = [f"{zoned[name]} AS {name}" if zoned.get(name, name) != name else name for name in names]
    added = [f"{text.format(at=zoned[at], zone=zone)} AS {name}" for name, text in local.items() if at]
    return ", ".join(replaced + added)


def _zone_of_site(session: Session) -> str:
    """Return an expression of the zone of the site `site_id`."""
    sites: dict[str, list[str]] = {}
    for site_id, zone in session.execute("SELECT site_id, timezone FROM sites ORDER BY site_id").rows:
        sites.setdefault(statements.sql_text(zone), []).append(str(site_id))
    if len(sites) == 1:
        return next(iter(sites))
    cases = " ".join(f"WHEN site_id IN ({', '.join(ids)}) THEN {zone}" for zone, ids in sites.items())
    return f"CASE {cases} END" if cases else "NULL"
