"""Run a user's own statement: that of `logstats sql`, or a report of a user's file."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from logstats.clock import Clock, local_times
from logstats.model import Result
from logstats.reports import period, runner
from logstats.store import Session, user_query, user_views
from logstats.store.as_of import AsOf, ReportRequest, resolve
from logstats.store.statements import Query
from logstats.store.user_query import DEFAULT_LIMITS, Answer, Limits, UserQuery


def run_report(query: Query, request: ReportRequest, limits: Limits = DEFAULT_LIMITS) -> Result:
    """Run a report of a user's file, which may read views alone, and return its rows."""
    with Session() as session:
        parsed = user_query.parse(session, query.sql, limits)
        query = query._replace(reads=parsed.reads)
        views = None if parsed.lists_views else runner.views_of(query, request)
        with session.reading(request.store, request.wait, views=views):
            as_of, params = runner.prepare(session, query, request)
            notes = runner.notes_on(session, query, request, as_of, params)
            result = _run(session, parsed, as_of, params, limits)
        shown = runner.named(query, request, result)
        when = period.in_words(query, params, as_of)
        return shown._replace(notes=notes, display=runner.display(query, request, shown, when, None))


def run_sql(sql: str, request: ReportRequest, limits: Limits = DEFAULT_LIMITS) -> Result:
    """Run a statement over the views, with the parameters $at and $site, and return its rows."""
    with Session() as session:
        parsed = user_query.parse(session, sql, limits)
        views = None if parsed.lists_views else (*parsed.views, *runner.OF_REQUEST)
        with session.reading(request.store, request.wait, views=views):
            as_of = resolve(session, request)
            params = {"at": as_of.at, "site": request.site}
            result = _run(session, parsed, as_of, params, limits)
        notes = (*as_of.notes, *runner.pruned_note(parsed.reads, params, as_of))
        return result._replace(notes=notes)


def _run(
    session: Session, parsed: UserQuery, as_of: AsOf, params: Mapping[str, Any], limits: Limits
) -> Result:
    """Run a statement over views with local times; return its rows with instants on the zone's clock.

    In the statement every instant has a zone, also those of parameters.
    """
    user_views.localise(session, parsed.views, as_of.clock.zone)
    zoned = {
        name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
        for name, value in params.items()
    }
    return _on_clock(user_query.run(session, parsed, zoned, limits), as_of.clock)


def _on_clock(answer: Answer, clock: Clock) -> Result:
    """Return the rows with their instants on a clock.

    A time without a zone stays as it is: the statement made it, on whatever clock.
    """
    columns, rows, *_ = answer.result
    instants = {row[index] for row in rows for index in answer.instants if isinstance(row[index], datetime)}
    local = local_times(instants, clock)
    shown = [
        tuple(
            local.get(value, value) if index in answer.instants else value for index, value in enumerate(row)
        )
        for row in rows
    ]
    return Result(columns, shown if answer.instants else rows)
