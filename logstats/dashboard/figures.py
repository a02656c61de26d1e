"""The figures of a page: reports by day, as cubes that the page cuts into any period.

All reports of a page run in one session, so that they show the same lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from logstats.clock import local_time
from logstats.config import Settings
from logstats.config.page_options import DEFAULT_PERIOD, MOST_NOTES
from logstats.dashboard.cubes import Cube, Panel, Record, cube, every_week, ready_cube
from logstats.dashboard.panels import ARTICLES, PANELS, READY, RECENT_DAYS
from logstats.dashboard.periods import COMPARES, Calendar, Range, bins, default_of
from logstats.model import DOMINANT_FROM, Counters, Result
from logstats.reports import counters, runner
from logstats.reports.countries import CountriesError, PseudonymsError
from logstats.rules.drift import rules_notes
from logstats.store import Session, statements
from logstats.store.as_of import WITHOUT_SUSPECTS, ReportRequest, Value, resolve
from logstats.store.statements import Query

ALL_LINES = "1971-01-01"  # the start of a period with all lines
LONGEST = 4_018  # days of a page; a line with a wrong year makes it no longer
WHOLE_DAYS = 400  # up to so many days each row has its figures by day, then the last RECENT_DAYS only
HOURS_DAYS = 400
ONLINE_DAYS = 31
STEPS = 144  # of ten minutes, in a day
GAPS_SHOWN = 3
WARNED_DAYS = timedelta(days=7)
UNREAD_FILES, DOMINANT_CLIENT = "dashboard/unread_files", "dashboard/dominant_client"
MANY_SUSPECTS = 5.0  # per cent of the page views
PageWarning = tuple[str, Mapping[str, Any]]  # the name of a text, and what it names

OF_PAGE = ("visits", "hours", "online_history", "suspects", "gaps")  # the other reports of a page


class Visitors(NamedTuple):
    """The distinct visitors of a ready period, and of the periods before it (None: not known)."""

    now: int
    before: Mapping[str, int | None]


class Figures(NamedTuple):
    """All that a page shows of one site.

    `baseline` is the old counter's part of the all-time figure; visits from `counted_from` on are added.
    `days` are figures of each day, `hours` and `online` those of its hours and of its steps of ten minutes,
    from the days `hours_from` and `online_from` on. `notes` are texts on days.
    """

    counters: Counters
    before: Mapping[str, int | None]
    baseline: int
    counted_from: date
    calendar: Calendar
    bins: Sequence[int]
    days: Mapping[str, Sequence[int]]
    hours: Mapping[str, Sequence[Sequence[int]]]
    hours_from: int
    online: Sequence[Sequence[int]]
    online_from: int
    cubes: Mapping[str, Cube]
    visitors: Mapping[Range, Visitors]
    visit_gap_s: int
    rejects: int
    notes: Sequence[tuple[int, str]]
    warnings: Sequence[PageWarning]


class PageRequest(NamedTuple):
    """A request for the page of a site; `panels` are the cubes that it needs (None: all).

    `period` is the ready period that the page opens with. Only `with_addresses` has it networks of clients.
    """

    store: Path
    site: str
    at: str | None = None
    since: str | None = None
    wait: float = 10.0
    settings: Settings | None = None
    panels: frozenset[str] | None = None
    articles: int = ARTICLES
    period: str = DEFAULT_PERIOD
    with_addresses: bool = False


def views(request: PageRequest) -> set[str]:
    """Return the views that the reports of a page read."""
    panels = {PANELS[name].report for name in panels_of(request)}
    reports = panels | {READY[name].report for name in ready_of(request)} | {*OF_PAGE, "rejects"}
    queries = [statements.load(f"reports/{name}") for name in sorted(reports)]
    queries += [statements.load(name) for name in (UNREAD_FILES, DOMINANT_CLIENT)]
    return {*counters.views(), *(view for query in queries for view in query.tables), "sites"}


def panels_of(request: PageRequest) -> list[str]:
    """Return the names of the cubes that a request needs, in the order of PANELS."""
    return [name for name in PANELS if request.panels is None or name in request.panels]


def ready_of(request: PageRequest) -> list[str]:
    """Return the names of the ready cubes that a request needs and allows, in the order of READY."""
    geo = request.settings.geo.database if request.settings else None
    allowed = {"countries": geo is not None, "networks": request.with_addresses}
    wanted = [name for name in READY if request.panels is None or name in request.panels]
    return [name for name in wanted if allowed.get(name, True)]


def read(session: Session, request: PageRequest) -> Figures:
    """Return the figures of a page from the attached store, in which `views` were created."""
    return _Source(session, request).figures()


class _Source:
    """The reports of one page, in a session. All count everybody, as the counter files do."""

    def __init__(self, session: Session, request: PageRequest) -> None:
        self._session = session
        self._request = request
        self._visitors_in: dict[tuple[date, date | None, str | None], int] = {}
        as_of = resolve(session, self._report_request())
        self._at = local_time(as_of.at, as_of.clock).replace(tzinfo=None, microsecond=0)
        self._hits_from = as_of.hits_from and local_time(as_of.hits_from, as_of.clock).date()

    def _report_request(self, **options: Any) -> ReportRequest:
        request = self._request
        at = options.pop("at", None) or (
            request.at if not hasattr(self, "_at") else f"{self._at:%Y-%m-%dT%H:%M:%S}"
        )
        return ReportRequest(request.store, at=at, site=request.site, **options)

    def _report(
        self, name: str, since: date | str, until: date | None = None, at: str | None = None, **values: Value
    ) -> Result:
        return runner.rows_in_session(self._session, *self._query(name, since, until, at, **values))

    def _query(
        self, name: str, since: date | str, until: date | None = None, at: str | None = None, **values: Value
    ) -> tuple[Query, ReportRequest]:
        """Return a report and the request for it."""
        request = self._report_request(
            since=str(since),
            until=until and str(until),
            at=at,
            values={WITHOUT_SUSPECTS: False, **values},
            settings=self._request.settings,
        )
        return statements.load(f"reports/{name}"), request

    def figures(self) -> Figures:
        """Run the reports, and return their figures."""
        (row,) = counters.counters_in_session(self._session, self._report_request())
        by_day = self._report("visits", self._since(), by="day").records()
        calendar = self._calendar(by_day)
        starts = bins(calendar, WHOLE_DAYS, RECENT_DAYS)
        hours_from = max(0, calendar.last - HOURS_DAYS + 1)
        online_from = max(0, calendar.last - ONLINE_DAYS + 1)
        hours = self._report("hours", self._first(calendar, hours_from), by="day").records()
        days = _days(by_day, calendar) | _by_clock(hours, calendar)
        counted_from, counted = self._counted(by_day)
        ready, missing = self._ready_cubes(calendar)
        return Figures(
            counters=row,
            before=self._counters_before(calendar),
            baseline=row.all_time - counted,
            counted_from=counted_from,
            calendar=calendar,
            bins=starts,
            days=days,
            hours=_hours(hours, calendar, hours_from),
            hours_from=hours_from,
            online=self._online(calendar, online_from),
            online_from=online_from,
            cubes=self._cubes(calendar, starts) | ready,
            visitors=self._visitors(calendar),
            visit_gap_s=self._site()["visit_gap_s"],
            rejects=sum(found["lines"] for found in self._rejects()),
            notes=self._notes(calendar),
            warnings=[*self._warnings(row), *missing],
        )

    def _site(self) -> Record:
        """Return the settings of the site, as the store keeps them."""
        found = self._session.execute("FROM sites").records()
        return next(site for site in found if site["site"] == self._request.site)

    def _notes(self, calendar: Calendar) -> list[tuple[int, str]]:
        """Return the last notes on days of the page, in the order of the days."""
        settings = self._request.settings
        notes = settings.site(self._request.site).notes if settings else ()
        found = sorted((calendar.number(note.on), note.text) for note in notes)
        return [note for note in found if 0 <= note[0] <= calendar.last][-MOST_NOTES:]

    def _since(self) -> str:
        return self._request.since or ALL_LINES

    def _first(self, calendar: Calendar, number: int) -> str:
        """Return the start of a period from a day on; before it, where it is the first day of all."""
        return str(calendar.day(number))

    def _calendar(self, by_day: Sequence[Record]) -> Calendar:
        today = self._at.date()
        earliest = today - timedelta(days=LONGEST - 1)
        days = [row["day"] for row in by_day if row["day"] >= earliest]
        first = min(days, default=today)
        calendar = Calendar(first, self._at, self._site()["week_start"])
        kept_from = calendar.number(self._hits_from) if self._hits_from else 0
        return calendar._replace(known=max(0, kept_from))

    def _counters_before(self, calendar: Calendar) -> dict[str, int | None]:
        """Return the figures of the week before, at the same time; None where the page is too short."""
        earlier = f"{self._at - timedelta(days=7):%Y-%m-%dT%H:%M:%S}"
        (row,) = counters.counters_in_session(self._session, self._report_request(at=earlier))
        week = calendar.presets().get("week", Range(calendar.last, calendar.last))
        return {
            "today": row.today if calendar.last >= 7 + calendar.known else None,
            "week": row.week if week.first - 7 >= calendar.known else None,
        }

    def _counted(self, by_day: Sequence[Record]) -> tuple[date, int]:
        """Return the first day whose visits the all-time figure counts, and how many visits it counts."""
        params = {"at": resolve(self._session, self._report_request()).at, "site": self._request.site}
        counted_from = self._session.run("counters/counted_from", params).value().date()
        if self._request.since:
            by_day = self._report("visits", ALL_LINES, by="day").records()
        days = [row for row in by_day if row["day"] >= counted_from]
        first = min((row["day"] for row in days), default=self._at.date())
        return first, sum(row["visits"] for row in days)

    def _online(self, calendar: Calendar, first: int) -> list[list[int]]:
        found = [[0] * STEPS for _ in range(calendar.last - first + 1)]
        for row in self._report("online_history", calendar.day(first)).records():
            number = calendar.number(row["at"].date()) - first
            if 0 <= number < len(found):
                found[number][row["at"].hour * 6 + row["at"].minute // 10] = row["online"]
        return found

    def _rejects(self) -> list[dict[str, Any]]:
        return self._report("rejects", ALL_LINES).records()

    def _warnings(self, row: Counters) -> Iterator[PageWarning]:
        """Yield the name of each warning, with what its text names."""
        if row.stale:
            yield "stale", {"at": f"{row.logged_until:%H:%M %d/%m/%Y}" if row.logged_until else ""}
        request = self._report_request(settings=self._request.settings)
        if rules_notes(self._session, request):
            yield "rules", {}
        for gap in self._report("gaps", "7d").records()[-GAPS_SHOWN:]:
            to_at = gap["to_at"] or self._at  # a gap up to now has no end
            yield "gap", {"from": f"{gap['from_at']:%H:%M %d/%m}", "to": f"{to_at:%H:%M %d/%m}"}
        if files := self._session.run(UNREAD_FILES, {"site": self._request.site}).value():
            yield "unread", {"n": files}
        yield from self._dominant_client()
        share = sum(found["share"] for found in self._report("suspects", "7d").records())
        if share > MANY_SUSPECTS:
            yield "suspects", {"share": round(share)}

    def _dominant_client(self) -> Iterator[PageWarning]:
        """Yield the warning on a client with over half of the page views, with its network if wanted."""
        at = resolve(self._session, self._report_request()).at
        period = {"since": at - WARNED_DAYS, "until": at + timedelta(seconds=1), "at": at}
        params = {**period, "site": self._request.site, "enough": DOMINANT_FROM}
        for (network,) in self._session.run(DOMINANT_CLIENT, params).rows:
            if network and self._request.with_addresses:
                yield "dominant_network", {"network": network}
            else:
                yield "dominant", {}

    # --- Cubes

    def _cubes(self, calendar: Calendar, starts: Sequence[int]) -> dict[str, Cube]:
        """Return the cubes by day; panels of one report are made from one run of it."""
        names = panels_of(self._request)
        of_report: dict[tuple[str, int], dict[str, Panel]] = {}
        for name in names:
            panel = PANELS[name]
            if panel.limit == ARTICLES:
                panel = panel._replace(limit=self._request.articles)
            of_report.setdefault((panel.report, panel.days), {})[name] = panel
        found = dict[str, Cube]()
        for (report, days), panels in of_report.items():
            since = max(0, calendar.last - days + 1) if days else 0
            query, request = self._query(report, calendar.day(since), by="day")
            columns = {column: None for panel in panels.values() for column in panel.columns(query.columns)}
            runner.table_in_session(self._session, query, request, columns)
            for name, panel in panels.items():
                found[name] = cube(self._session, panel, calendar, starts)._replace(since=since)
        return {name: found[name] for name in names}

    def _ready_cubes(self, calendar: Calendar) -> tuple[dict[str, Cube], list[PageWarning]]:
        """Return the cubes of the period that the page opens with, and warnings of those that are missing.

        A site of pseudonyms has no countries, which is no warning.
        """
        presets = calendar.presets()
        period = presets[default_of(presets, self._request.period)]
        until = None if period.last == calendar.last else calendar.day(period.last)
        found, missing = dict[str, Cube](), list[PageWarning]()
        for name in ready_of(self._request):
            ready = READY[name]
            try:
                rows = self._report(ready.report, calendar.day(period.first), until, **ready.values)
            except PseudonymsError:
                continue
            except CountriesError:
                missing.append(("countries", {}))
                continue
            found[name] = ready_cube(ready, rows.records(), period)
        return found, missing

    # --- Visitors

    def _visitors(self, calendar: Calendar) -> dict[Range, Visitors]:
        """Return the distinct visitors of each ready period and month, and of the periods before."""
        found = {period: self._visitors_of(calendar, period) for period in calendar.presets().values()}
        months = {row["month"]: row for row in self._report("visits", calendar.first, by="month").records()}
        for month, period in calendar.months().items():
            if month in months:
                found.setdefault(period, Visitors(months[month]["visitors"], {}))
        return found

    def _visitors_of(self, calendar: Calendar, period: Range) -> Visitors:
        before = {}
        for compare in COMPARES:
            earlier = calendar.before(period, compare)
            back = calendar.days_back(period, compare)
            before[compare] = earlier and self._distinct(calendar, earlier, period, back)
        return Visitors(self._distinct(calendar, period, period, 0), before)

    def _distinct(self, calendar: Calendar, period: Range, of: Range, back: int) -> int:
        """Return the visitors of a period that is `back` days before the ready period `of`."""
        at = f"{self._at - timedelta(days=back):%Y-%m-%dT%H:%M:%S}" if calendar.ends_by_clock(of) else None
        dates = calendar.day(period.first), None if at else calendar.day(period.last), at
        if dates not in self._visitors_in:
            rows = self._report("visits", *dates, by="all").records()
            self._visitors_in[dates] = sum(row["visitors"] for row in rows)
        return self._visitors_in[dates]


def _days(by_day: Sequence[Record], calendar: Calendar) -> dict[str, list[int]]:
    days = {name: [0] * (calendar.last + 1) for name in ("visits", "page_views", "visitors")}
    for row in by_day:
        number = calendar.number(row["day"])
        if 0 <= number <= calendar.last:
            for name, figures in days.items():
                figures[number] = row[name]
    return days


def _by_clock(hours: Sequence[Record], calendar: Calendar) -> dict[str, list[int]]:
    days = {f"{name}_by_clock": [0] * (calendar.last + 1) for name in ("visits", "page_views")}
    for row in hours:
        number = calendar.number(row["day"])
        if 0 <= number <= calendar.last:
            for name, figures in days.items():
                figures[number] += row[name] or 0
    return {name: every_week(figures) for name, figures in days.items()}


def _hours(hours: Sequence[Record], calendar: Calendar, first: int) -> dict[str, list[list[int]]]:
    count = calendar.last - first + 1
    found = {name: [[0] * 24 for _ in range(count)] for name in ("visits", "page_views")}
    for row in hours:
        number = calendar.number(row["day"]) - first
        if 0 <= number < count:
            for name, figures in found.items():
                figures[number][row["hour"]] += row[name]
    return found


def instant(at: datetime) -> str:
    """Return a local time as the page holds it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}"
