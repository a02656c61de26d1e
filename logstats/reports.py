"""Runs a report: binds what was asked for to the parameters of its statement.

A statement may name the parameters of its header, and what follows from them (DERIVED).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from logstats import when
from logstats.catalog import Query
from logstats.errors import UsageError
from logstats.model import Result
from logstats.store import Session, utc_now

DERIVED = {
    # parameter that a statement may name: what it is
    "at": "the instant of the report, UTC; what was logged later is left out",
    "at_reach": "the longest online window before it",
    "at_day_reach": "some time before the local day of it began, in any zone",
    "site": "the site asked for, or NULL for all",
    "since_day": "the local day of since",
    "until_day": "the last local day before until",
}
AT_LAST = "last"
AT_NOW = "now"


@dataclass(frozen=True)
class Question:
    """What a user asked a report for: texts as typed, None where nothing was."""

    store: Path
    at: str | None = None
    site: str | None = None
    timezone: str | None = None
    since: str | None = None
    until: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    wait: float = 10.0


@dataclass(frozen=True)
class Answer:
    """A report's rows, and the zone in which its times are to be shown."""

    result: Result
    zone: ZoneInfo


def run(query: Query, question: Question) -> Answer:
    """Run a report over the store."""
    with Session() as session, session.reading(question.store, question.wait):
        zone, at = moment(session, question)
        params = bind(query, question, zone, at) | {"at_reach": online_reach(session, at)}
        result = session.ask(query.sql, params)
    return Answer(_shown(result, query, question, zone), zone)


def ask(sql: str, question: Question) -> Answer:
    """Run any read-only statement of the user's over the views."""
    with Session() as session, session.reading(question.store, question.wait):
        zone, at = moment(session, question)
        return Answer(session.ask(sql, {"at": at, "site": question.site}), zone)


def moment(session: Session, question: Question) -> tuple[ZoneInfo, datetime]:
    """Return the zone that times are read and shown in, and the instant the report is for."""
    sites = session.execute("SELECT site, timezone, logged_until FROM sites").rows
    named = [row for row in sites if question.site in (None, row[0])]
    if question.site and not named:
        known = ", ".join(sorted(row[0] for row in sites)) or "none yet"
        raise UsageError(f"no site «{question.site}» in the store; there are: {known}")
    zones = {question.timezone} if question.timezone else {timezone for _, timezone, _ in named}
    written = any((question.since, question.until, question.at not in (None, AT_LAST, AT_NOW)))
    if len(zones) > 1 and written:
        raise UsageError("the sites are in several time zones; say which one with --timezone or --site")
    zone = when.zone(min(zones) if len(zones) == 1 else "UTC")
    if question.at == AT_LAST:
        return zone, max((until for *_, until in named if until), default=utc_now())
    if question.at in (None, AT_NOW):
        return zone, utc_now()
    return zone, when.instant(str(question.at), zone, utc_now())


def online_reach(session: Session, at: datetime) -> datetime:
    """Return the instant before which no page view can make anybody online at `at`."""
    longest = session.execute("SELECT coalesce(max(online_window_s), 0) FROM sites").value()
    return at - timedelta(seconds=longest)


def day_reach(at: datetime) -> datetime:
    """Return an instant before the local day of `at` began, in any zone and on any clock change."""
    return at - timedelta(days=2)


def bind(query: Query, question: Question, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """Return the parameters of a report's statement, by the names in its header and DERIVED."""
    defaults = {param.name: param.default for param in query.params}
    params: dict[str, Any] = {param.name: _value(param.type, param.default) for param in query.params}
    params |= {name: value for name, value in question.values.items() if value is not None}
    since = question.since or defaults.get("since")
    until = question.until or defaults.get("until")
    since_at = when.instant(since, zone, at) if since else datetime.min
    until_at = when.instant(until, zone, at, end_of_day=True) if until else at + timedelta(seconds=1)
    return params | {
        "at": at,
        "at_day_reach": day_reach(at),
        "site": question.site,
        "since": since_at,
        "until": until_at,
        "since_day": when.local(since_at, zone).date() if since else since_at.date(),
        "until_day": when.local(until_at - timedelta(microseconds=1), zone).date(),
    }


def _value(kind: str, default: str | None) -> Any:
    return int(default) if default is not None and kind == "integer" else default


def _shown(result: Result, query: Query, question: Question, zone: ZoneInfo) -> Result:
    """Name the columns as the header does, and show instants on the zone's clock.

    A column `{param}` takes the parameter's value for its name, and goes where that is «all».
    """
    values = {param.name: param.default for param in query.params} | {
        name: value for name, value in question.values.items() if value is not None
    }
    names = [name.format(**values) if "{" in name else name for name in query.columns]
    if len(names) != len(result.columns):
        raise UsageError(
            f"{query.name}: its header names {len(names)} columns, it gives {len(result.columns)}"
        )
    kept = [place for place, name in enumerate(names) if name != "all" or "{" not in query.columns[place]]
    return Result(
        tuple(names[place] for place in kept),
        [tuple(_local(row[place], zone) for place in kept) for row in result.rows],
    )


def _local(value: Any, zone: ZoneInfo) -> Any:
    return when.local(value, zone) if isinstance(value, datetime) else value
