"""Runs a report: binds what was asked for to the parameters of its statement."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from logstats.clock import Clock, local_times, parse_instant
from logstats.errors import LogstatsError
from logstats.model import Result
from logstats.rules.drift import rules_notes
from logstats.store import Session
from logstats.store.as_of import WITHOUT_SUSPECTS, AsOf, ReportRequest, resolve
from logstats.store.statements import Param, Query

DERIVED = {
    # parameter that any statement may name, beside those of its header: what it is
    "at": "the instant of the report, UTC; what was logged later is left out",
    "online_since": "nothing before it can matter to who is online then",
    "day_since": "nothing before it can matter to the local day of the report",
    "site": "the site asked for, or NULL for all",
    "since_day": "the local day of since",
    "until_day": "the last local day before until",
    "before": "the instant at which the period of the same length before since begins",
}
ALL = "all"
WITH_BOTS = "with_bots"  # the flag of a report that can count bots in
RISING = "rising"  # the flag of a report that tells what gained against the period before
_OF_PEOPLE = re.compile(r"\b(?:FROM|JOIN)\s+(?:page_views|visits|day_totals)\b", re.IGNORECASE)
_OF_HITS = re.compile(r"\b(?:FROM|JOIN)\s+(?:hits|hit_agents|page_views|viewers|bot_views)\b", re.IGNORECASE)


def run_report(query: Query, request: ReportRequest) -> Result:
    """Run a report over the store; instants come out on the zone's clock."""
    with Session() as session:
        with session.reading(request.store, request.wait):
            as_of = resolve(session, request)
            params = bind(query, request, as_of)
            if params.get(WITHOUT_SUSPECTS):
                from logstats.reports import suspects  # noqa: PLC0415 - only who asks for it pays

                before = params["before"] if "$before" in query.sql else None
                suspects.leave_out(session, as_of, _reach(query, params), before)
            result = session.ask(query.sql, params)
            left_out = _left_out(session, query, params) if request.tell_left_out else ()
            unknown = _unknown(session, params)
            by_rules = rules_notes(session, request)
        told = _localised(_named(query, request, result), as_of.clock)
        return told._replace(notes=(*by_rules, *_notes(query.sql, params, as_of), *unknown, *left_out))


def run_sql(sql: str, request: ReportRequest) -> Result:
    """Run any read-only statement of the user's own over the views."""
    with Session() as session:
        with session.reading(request.store, request.wait):
            as_of = resolve(session, request)
            params = {"at": as_of.at, "site": request.site}
            result = session.ask(sql, params)
        return _localised(result, as_of.clock)._replace(notes=_notes(sql, params, as_of))


def report_notes(query: Query, request: ReportRequest) -> tuple[str, ...]:
    """Return what must be said of a statement's rows: that hits it would need are pruned."""
    with Session() as session, session.reading(request.store, request.wait):
        if not session.execute("SELECT count(hits_from) FROM sites").value():
            return ()
        as_of = resolve(session, request)
        return _notes(query.sql, bind(query, request, as_of), as_of)


def _notes(sql: str, params: Mapping[str, Any], as_of: AsOf) -> tuple[str, ...]:
    if not as_of.hits_from or not _OF_HITS.search(sql):
        return ()
    reaches = {
        # a parameter: no statement that names it looks at hits before this instant
        "since": params.get("since", datetime.min),
        "online_since": as_of.online_since,
        "day_since": parse_instant("0d", as_of.clock, as_of.at),
    }
    named = [reach for name, reach in reaches.items() if re.search(rf"\${name}\b", sql)]
    if min(named, default=datetime.min) >= as_of.hits_from:
        return ()
    day = local_times([as_of.hits_from], as_of.clock)[as_of.hits_from].date()
    return (f"hits before {day} are pruned: what is counted from hits and page views begins there",)


def _left_out(session: Session, query: Query, params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what must be said of a report of people: how many hits by bots and suspects there are."""
    told = {**params, "since": _reach(query, params)}
    left = []
    if not params.get(WITH_BOTS) and _OF_PEOPLE.search(query.sql):
        hits = session.run("counters/bots_left_out", told).value()
        how = "; --with-bots shows them" if WITH_BOTS in {param.name for param in query.params} else ""
        left += [f"{hits:,} hits by bots are left out{how}"] if hits else []
    if params.get(WITHOUT_SUSPECTS):
        views = session.run("views/without_suspects/90_left_out", told).value()
        left += (
            [f"{views:,} page views by suspects are left out; --with-suspects counts them"] if views else []
        )
    return tuple(left)


def _reach(query: Query, params: Mapping[str, Any]) -> datetime:
    """Return an instant before which a report looks at nothing that visitors do."""
    is_of_now = "since" not in {param.name for param in query.params} and "$online_since" in query.sql
    since: datetime = params["online_since"] if is_of_now else params["since"]
    return since


def _unknown(session: Session, params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what must be said where a rise was asked for and the period before is not known."""
    if not params.get(RISING):
        return ()
    rows = session.run("counters/unknown_before", {WITHOUT_SUSPECTS: False, **params}).rows
    return tuple(
        f"{site}: hits are known from {day} on, and the period before begins earlier: no change is told"
        for site, day in rows
    )


def bind(query: Query, request: ReportRequest, as_of: AsOf) -> dict[str, Any]:
    """Return the parameters of a report's statement, by the names in its header and in DERIVED."""
    values = _values(query, request)
    since, until = request.since or values.get("since"), request.until or values.get("until")
    since_at = parse_instant(since, as_of.clock, as_of.at) if since else datetime.min
    until_at = (
        parse_instant(until, as_of.clock, as_of.at, end_of_day=True) if until else _just_after(as_of.at)
    )
    last_at = until_at - timedelta(microseconds=1)
    length = max(min(until_at, _just_after(as_of.at)) - since_at, timedelta())
    told = local_times([at for at, text in ((since_at, since), (last_at, until)) if text], as_of.clock)
    return values | {
        "at": as_of.at,
        "online_since": as_of.online_since,
        "day_since": as_of.day_since,
        "site": request.site,
        "since": since_at,
        "until": until_at,
        "since_day": told[since_at].date() if since else date.min,
        "until_day": told[last_at].date() if until else date.max,
        "before": since_at - min(length, since_at - datetime.min),
    }


def _values(query: Query, request: ReportRequest) -> dict[str, Any]:
    """Return what was typed for the parameters of the header, their defaults where nothing was."""
    defaults = {param.name: _default(param) for param in query.params}
    return defaults | {name: value for name, value in request.values.items() if value is not None}


def _default(param: Param) -> Any:
    if param.type == "flag":
        return False
    return int(param.default) if param.type == "integer" and param.default else param.default


def _just_after(at: datetime) -> datetime:
    return at + timedelta(seconds=1)


def _named(query: Query, request: ReportRequest, result: Result) -> Result:
    """Name the columns as the header does.

    A column `{param}` is called by the parameter's value, and goes where that is «all».
    """
    names = [name.format(**_values(query, request)) for name in query.columns]
    if len(names) != len(result.columns):
        raise LogstatsError(
            f"{query.name}: its header names {len(names)} columns, its statement gives {len(result.columns)}"
        )
    renamed = Result(tuple(names), result.rows)
    given = _values(query, request)
    kept = [
        name
        for name, told in zip(names, query.columns, strict=True)
        if (name == told or name != ALL) and given.get(query.flags.get(told, ""), True)
    ]
    return renamed.only(*kept)


def _localised(result: Result, clock: Clock) -> Result:
    told = local_times({at for row in result.rows for at in row if isinstance(at, datetime)}, clock)
    rows = [
        tuple(told[value] if isinstance(value, datetime) else value for value in row) for row in result.rows
    ]
    return Result(result.columns, rows)
