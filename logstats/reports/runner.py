"""Run a report: create the views that it reads, bind its parameters, and add its notes."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from logstats.clock import Clock, local_times, parse_instant
from logstats.errors import LogstatsError, UsageError
from logstats.model import Display, Result
from logstats.reports import period
from logstats.reports.compared import COMPARE, NONE, PREVIOUS, compared
from logstats.rules import kept
from logstats.rules.drift import rules_notes
from logstats.store import Session, statements
from logstats.store.as_of import WITHOUT_SUSPECTS, AsOf, ReportRequest, resolve
from logstats.store.statements import Param, Query

ALL = "all"
MONTH = "month"  # a column
WITH_BOTS = "with_bots"  # the flag of a report that can count bots
LIMIT = "limit"  # the parameter of a report that is the number of its rows
RISING = "rising"  # the flag of a report that shows only rows that gained over the period before
OF_REQUEST = ("sites",)  # the view that is needed to resolve a request
OF_PEOPLE = {"page_views", "visits", "day_totals"}  # views without bots
OF_HITS = {
    "hits",
    "classified_hits",
    "hit_agents",
    "page_views",
    "viewers",
    "bot_views",
}  # views without the hits of pruned days
WITH_PRUNED_VIEWS = "pruned_article_days"  # the view of reports that have the stored views of pruned days
WITH_PRUNED = {"pruned_hours", "pruned_online"}  # views of what is kept of pruned hits
CLIENT_COUNTRY = "client_country"  # the table of a report of countries, which is made for it
UTC_OFFSETS = "utc_offsets"  # the table of each site's offsets, by which instants become local times
REPORT_ROW = "dashboard/report_row"
ORDER = "\nORDER BY "  # begins the end of a report's statement, which sorts its rows and limits their number
BOTS_LEFT_OUT = "counters/bots_left_out"
SUSPECTS_LEFT_OUT = "counters/suspects_left_out"
UNKNOWN_BEFORE = "counters/unknown_before"


class Derived(NamedTuple):
    """The parameters that a report may read in addition to those of its header; instants are UTC.

    `at` is the time of the report; lines logged later are left out. `since` and `until` bound the period,
    `since_day` and `until_day` are its first and last local day. `before` and `before_until` bound the period
    that it is compared with, which is `before_days` local days earlier (`compared`). `online_since` and
    `day_since` are lower bounds for scans: hits before `online_since` do not affect *online*, and hits before
    `day_since` do not affect the local day of the report. `site` is the requested site, None for all.
    `own_hosts` are the hosts of the sites of logstats.toml, or as the store keeps them, each after its site's
    name and a space.
    """

    at: datetime
    site: str | None
    since: datetime
    until: datetime
    since_day: date
    until_day: date
    before: datetime
    before_until: datetime
    before_days: int
    online_since: datetime
    day_since: datetime
    own_hosts: list[str]


def run_report(query: Query, request: ReportRequest) -> Result:
    """Run a report over the store and return its rows, with instants on the zone's clock."""
    with Session() as session:
        with session.reading(request.store, request.wait, views=views_of(query, request)):
            as_of, params = prepare(session, query, request)
            result, found = _rows(session, query, request, params)
            notes = notes_on(session, query, request, as_of, params)
            if not result.rows and not pruned_note(query.reads, params, as_of):
                notes += _empty(session, query, request, as_of, params)
        local = _localised(named(query, request, result), as_of.clock)
        when = period.in_words(query, params, as_of)
        return local._replace(notes=notes, display=display(query, request, local, when, found))


def rows_in_session(session: Session, query: Query, request: ReportRequest) -> Result:
    """Return a report's rows over the attached store, in which `views_of` were created, without notes."""
    as_of, params = prepare(session, query, request)
    result, _ = _rows(session, query, request, params)
    return _localised(named(query, request, result), as_of.clock)


def table_in_session(
    session: Session, query: Query, request: ReportRequest, columns: Collection[str]
) -> None:
    """Make report_row, all rows of a report with these columns, over the attached store; instants are in UTC.

    The rows are in no order: sorting them would take a third of the time.
    """
    _, params = prepare(session, query, request)
    rows, _, _ = query.sql.rpartition(ORDER)
    named = statements.params_in(rows)
    values = {name: value for name, value in {**params, LIMIT: None}.items() if name in named}
    session.run(REPORT_ROW, values, slots={"statement": rows, "columns": ", ".join(columns)})


def prepare(session: Session, query: Query, request: ReportRequest) -> tuple[AsOf, dict[str, Any]]:
    """Resolve a report's request and bind its parameters; replace the views that leave out suspects."""
    as_of = resolve(session, request)
    params = bind(query, _with_kept_hosts(session, query, request), as_of)
    if params.get(WITHOUT_SUSPECTS):
        _leave_out_suspects(session, query, request, as_of, params)
    if UTC_OFFSETS in query.reads:
        session.run(f"store/{UTC_OFFSETS}")
    if CLIENT_COUNTRY in query.reads:
        from logstats.reports import countries  # noqa: PLC0415 - only for this report

        countries.look_up(session, request.settings, params)
    return as_of, params


def _rows(
    session: Session, query: Query, request: ReportRequest, params: Mapping[str, Any]
) -> tuple[Result, int | None]:
    """Return a report's rows, and the number of all rows where these are only the first.

    A limit that nobody has typed is for a terminal; a file or another program gets all rows.
    """
    values = _named_in(query, params)
    limit = values.get(LIMIT)
    if limit is None or request.values.get(LIMIT) is not None:
        return session.execute(query.sql, values), None
    values[LIMIT] = None  # all
    if not request.on_terminal:
        return session.execute(query.sql, values), None
    statement = statements.load("store/first_rows").fill(statement=query.sql)
    result = session.execute(statement, values | {"first_rows": limit})
    found = result.rows[0][-1] if result.rows else 0
    rows = [row[:-1] for row in result.rows]
    return Result(result.columns[:-1], rows), (found if found > len(rows) else None)


def display(query: Query, request: ReportRequest, result: Result, when: str, found: int | None) -> Display:
    """Return what a terminal shows with a report's rows, of the period `when`.

    There are totals where the result has all rows, and more than one.
    """
    has_all = found is None and request.values.get(LIMIT) is None and len(result.rows) > 1
    added = [name for name in query.total if name in result.columns and has_all]
    total = {name: sum(row[result.columns.index(name)] or 0 for row in result.rows) for name in added}
    return Display(when, query.bar(_values(query, request)), total, found)


def _named_in(query: Query, params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if f"${name}" in query.reads}


def notes_on(
    session: Session, query: Query, request: ReportRequest, as_of: AsOf, params: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the notes on a report: on changed rules, pruned hits, and what is unknown or left out."""
    left_out = _left_out(session, query, params) if request.tell_left_out else ()
    unknown = _unknown(session, params)
    pruned = pruned_note(query.reads, params, as_of)
    return (*as_of.notes, *rules_notes(session, request), *pruned, *unknown, *left_out)


def report_notes(query: Query, request: ReportRequest) -> tuple[str, ...]:
    """Return the note on a report whose period includes pruned hits, () otherwise."""
    with Session() as session, session.reading(request.store, request.wait, views=OF_REQUEST):
        if not session.execute("SELECT count(hits_from) FROM sites").value():
            return ()
        as_of = resolve(session, request)
        return pruned_note(query.reads, bind(query, request, as_of), as_of)


def bind(query: Query, request: ReportRequest, as_of: AsOf) -> dict[str, Any]:
    """Return the values of a report's parameters: those of its header, and the derived ones."""
    values = _values(query, request)
    settings = request.settings if "$own_hosts" in query.reads else None
    sites = (*settings.kept, *settings.sites) if settings else ()
    since = values.get("since") if request.since is None else request.since
    until = values.get("until") if request.until is None else request.until
    since_at = datetime.min if since is None else parse_instant(since, as_of.clock, as_of.at)
    until_at = (
        _just_after(as_of.at)
        if until is None
        else parse_instant(until, as_of.clock, as_of.at, end_of_day=True)
    )
    if since and until and since_at >= until_at:
        source = "" if request.since else " (the default)"
        raise UsageError(f"the period from --since {since}{source} to --until {until} is empty")
    if values.get(RISING) and values.get(COMPARE) == NONE:
        raise UsageError("--rising shows what gained views over an earlier period, so it needs --compare")
    last_at = until_at - timedelta(microseconds=1)
    ended = min(until_at, _just_after(as_of.at))
    earlier = compared(since_at, ended, as_of.clock, str(values.get(COMPARE, PREVIOUS)))
    local = local_times([at for at, text in ((since_at, since), (last_at, until)) if text], as_of.clock)
    derived = Derived(
        at=as_of.at,
        site=request.site,
        since=since_at,
        until=until_at,
        since_day=local[since_at].date() if since else date.min,
        until_day=local[last_at].date() if until else date.max,
        before=earlier.before,
        before_until=earlier.before_until,
        before_days=earlier.before_days,
        online_since=as_of.online_since,
        day_since=as_of.day_since,
        own_hosts=[f"{site.name} {host}" for site in sites for host in site.own_hosts()],
    )
    return values | derived._asdict()


def _with_kept_hosts(session: Session, query: Query, request: ReportRequest) -> ReportRequest:
    """Return the request with the kept hosts of sites that logstats.toml does not list."""
    if request.settings is None or "$own_hosts" not in query.reads:
        return request
    return request._replace(settings=kept.in_force(request.settings, kept.read(session)))


def views_of(query: Query, request: ReportRequest) -> set[str]:
    """Return the views that a report and its notes read."""
    notes = [UNKNOWN_BEFORE] if _values(query, request).get(RISING) else []
    if request.tell_left_out:
        notes += [BOTS_LEFT_OUT, SUSPECTS_LEFT_OUT]
    return {*OF_REQUEST, *query.tables, *(name for note in notes for name in statements.load(note).tables)}


def _leave_out_suspects(
    session: Session, query: Query, request: ReportRequest, as_of: AsOf, params: Mapping[str, Any]
) -> None:
    from logstats.reports import suspects  # noqa: PLC0415 - imported only with this flag

    before = params["before"] if "$before" in query.reads else None
    suspects.leave_out(session, views_of(query, request), as_of, _reads_since(query, params), before)


def _empty(
    session: Session, query: Query, request: ReportRequest, as_of: AsOf, params: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the note on a report without rows, where its period has no line."""
    from logstats.reports import emptiness  # noqa: PLC0415 - only for a report without rows

    return emptiness.notes(session, request, as_of, _reads_since(query, params), params["until"])


def pruned_note(reads: Collection[str], params: Mapping[str, Any], as_of: AsOf) -> tuple[str, ...]:
    """Return the note on a statement that reads hits of a period in which some were pruned, () otherwise."""
    if not as_of.hits_from or OF_HITS.isdisjoint(reads) or not WITH_PRUNED.isdisjoint(reads):
        return ()
    bounds = {
        # a parameter: the instant from which statements with this parameter read hits
        "$since": params.get("since", datetime.min),
        "$online_since": as_of.online_since,
        "$day_since": parse_instant("0d", as_of.clock, as_of.at),
    }
    if min((bounds[name] for name in reads if name in bounds), default=datetime.min) >= as_of.hits_from:
        return ()
    day = local_times([as_of.hits_from], as_of.clock)[as_of.hits_from].date()
    if WITH_PRUNED_VIEWS in reads:
        return (f"hits before {day} have been pruned; of earlier days only the views are known",)
    return (f"hits before {day} have been pruned, so what is counted from hits starts on that day",)


def _left_out(session: Session, query: Query, params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the notes on a report of people: the numbers of bots' hits and suspects' views left out."""
    period = {**params, "since": _reads_since(query, params)}
    notes = []
    is_of_people = query.people or not OF_PEOPLE.isdisjoint(query.reads)
    if is_of_people and not params.get(WITH_BOTS):
        hits = session.run(BOTS_LEFT_OUT, statements.load(BOTS_LEFT_OUT).bound(period)).value()
        option = "; --with-bots shows them" if WITH_BOTS in {param.name for param in query.params} else ""
        notes += [f"{_left_out_by(hits, 'hit', 'bots')}{option}"] if hits else []
    if params.get(WITHOUT_SUSPECTS):
        views = session.run(SUSPECTS_LEFT_OUT, statements.load(SUSPECTS_LEFT_OUT).bound(period)).value()
        left_out = _left_out_by(views, "page view", "suspects")
        notes += [f"{left_out}; --with-suspects counts them"] if views else []
    return tuple(notes)


def _left_out_by(count: int, noun: str, whom: str) -> str:
    return f"1 {noun} by {whom} is left out" if count == 1 else f"{count:,} {noun}s by {whom} are left out"


def _reads_since(query: Query, params: Mapping[str, Any]) -> datetime:
    """Return the earliest instant whose visitors the report reads."""
    is_of_now = "since" not in {param.name for param in query.params} and "$online_since" in query.reads
    since: datetime = params["online_since"] if is_of_now else params["since"]
    return since


def _unknown(session: Session, params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a note for each site whose period before is incomplete, if the report shows rising rows only."""
    if not params.get(RISING):
        return ()
    bound = statements.load(UNKNOWN_BEFORE).bound({WITHOUT_SUSPECTS: False, **params})
    rows = session.run(UNKNOWN_BEFORE, bound).rows
    return tuple(f"{site}: no change is shown: the logs go back only to {day}" for site, day in rows)


def _values(query: Query, request: ReportRequest) -> dict[str, Any]:
    """Return the values of the header's parameters: as given on the command line, else the defaults."""
    defaults = {param.name: _default(param) for param in query.params}
    return defaults | {name: value for name, value in request.values.items() if value is not None}


def _default(param: Param) -> Any:
    if param.type == "flag":
        return False
    return int(param.default) if param.type == "integer" and param.default else param.default


def _just_after(at: datetime) -> datetime:
    return at + timedelta(seconds=1)


def named(query: Query, request: ReportRequest, result: Result) -> Result:
    """Name the columns as the header does.

    A column `{param}` is named by the parameter's value, and is left out where that is `all`.
    """
    values = _values(query, request)
    names = [name.format(**values) for name in query.columns]
    if len(names) != len(result.columns):
        raise LogstatsError(
            f"{query.name}: its header names {len(names)} columns, its statement gives {len(result.columns)}"
        )
    renamed = _with_months(Result(tuple(names), result.rows))
    shown = [
        name
        for name, column in zip(names, query.columns, strict=True)
        if (name == column or name != ALL) and query.shows(column, values)
    ]
    return renamed.only(*shown)


def _with_months(result: Result) -> Result:
    """Return the rows with each month as 2026-11; the statement gives its first day."""
    if MONTH not in result.columns:
        return result
    at = result.columns.index(MONTH)
    rows = [
        (*row[:at], f"{row[at]:%Y-%m}" if isinstance(row[at], date) else row[at], *row[at + 1 :])
        for row in result.rows
    ]
    return result._replace(rows=rows)


def _localised(result: Result, clock: Clock) -> Result:
    """Return the rows of a report with its instants, which are in UTC without a zone, on a clock."""
    local = local_times({at for row in result.rows for at in row if isinstance(at, datetime)}, clock)
    rows = [
        tuple(local[value] if isinstance(value, datetime) else value for value in row) for row in result.rows
    ]
    return Result(result.columns, rows)
