"""The figures of a page: reports by day, as cubes that the page cuts into any period.

All reports of a page run in one session, so that they show the same lines. Nothing else knows which report
a panel is made of, and how its rows become a cube.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from logstats.clock import local_time
from logstats.config import Settings
from logstats.config.page_options import DEFAULT_PERIOD, MOST_NOTES
from logstats.dashboard.periods import COMPARES, Calendar, Range, bin_of, bins, default_of
from logstats.model import DOMINANT_FROM, Counters, Result
from logstats.reports import counters, runner
from logstats.reports.countries import PseudonymsError
from logstats.rules.drift import rules_notes
from logstats.store import Session, statements
from logstats.store.as_of import WITHOUT_SUSPECTS, ReportRequest, Value, resolve

ALL_LINES = "1971-01-01"  # the start of a period with all lines
LONGEST = 4_018  # days of a page; a line with a wrong year makes it no longer
WHOLE_DAYS = 400  # up to so many days each row has its figures by day
RECENT_DAYS = 92  # of a longer page; older ones are weeks
HOURS_DAYS = 400
ONLINE_DAYS = 31
STEPS = 144  # of ten minutes, in a day
DEPTH = 50  # rows that a table shows
DEPTH_OF_DAYS = 20  # rows that are kept for each of the last days and months
LESS = 40  # rows of the cubes whose rows are long
ARTICLES = 150
GAPS_SHOWN = 3
WARNED_DAYS = timedelta(days=7)
UNREAD_FILES, DOMINANT_CLIENT = "dashboard/unread_files", "dashboard/dominant_client"
MANY_SUSPECTS = 5.0  # per cent of the page views

Record = Mapping[str, Any]
Measure = str | Callable[[Record], Any]  # a column, or a function of a row


class Panel(NamedTuple):
    """A report whose rows become a cube.

    `keys` are the columns that name a row of the cube, `texts` describe it. `measures` are the figures that
    add up: a column, or a function of a row. `clock` is the column of the first measure until the time of day
    of the report. Of more than `limit` rows the most frequent ones are kept. With `days`, the report is run
    for so many days only: it reads hits, or joins each visit with its page views.
    """

    report: str
    keys: tuple[str, ...]
    measures: Mapping[str, Measure]
    texts: Mapping[str, Measure] = {}
    clock: str = ""
    limit: int = 0
    days: int = 0


def _is_bot(row: Record) -> int:
    return int(row["hits"]) if row["counts_as"] == "bot" else 0


def _is_person(row: Record) -> int:
    return int(row["hits"]) - _is_bot(row)


def _linked_from(row: Record) -> str:
    return f"{row['from_host'] or ''}{row['from_page'] or ''}"


def _people(row: Record) -> int:
    return int(row["hits"]) - int(row["bot_hits"])


def _kilobytes(row: Record) -> int:
    return (int(row["bytes"]) + 500) // 1000


PANELS: Mapping[str, Panel] = {
    "articles": Panel(
        "article_days",
        ("article",),
        {"views": "views"},
        {"title": "title", "section": "section"},
        "views_by_clock",
        ARTICLES,
    ),
    "sections": Panel("article_days", ("section",), {"views": "views"}, limit=DEPTH),
    "origins": Panel("origins", ("name", "channel"), {"visits": "visits"}, limit=DEPTH, days=RECENT_DAYS),
    "entries": Panel(
        "entries", ("article",), {"visits": "visits"}, {"title": "title"}, limit=LESS, days=RECENT_DAYS
    ),
    "exits": Panel(
        "exits", ("article",), {"visits": "visits"}, {"title": "title"}, limit=LESS, days=RECENT_DAYS
    ),
    "searches": Panel("searches", ("words",), {"searches": "searches"}, limit=DEPTH, days=RECENT_DAYS),
    "browsers": Panel("browsers", ("browser",), {"visits": "visits"}),
    "systems": Panel("systems", ("system",), {"visits": "visits"}),
    "devices": Panel("devices", ("device",), {"visits": "visits"}),
    "notfound": Panel(
        "notfound", ("page",), {"people": _people, "bots": "bot_hits"}, {"from": _linked_from}, limit=LESS
    ),
    "answers": Panel("answers", ("status",), {"people": _is_person, "bots": _is_bot}),
    "bots": Panel("bot_days", ("class", "name"), {"hits": "hits"}, limit=90, days=RECENT_DAYS),
    "left": Panel("answers", ("counts_as",), {"hits": "hits"}),
    "methods": Panel("methods", ("method",), {"hits": "hits"}, limit=LESS),
}


class Ready(NamedTuple):
    """A report whose rows are those of the period that a page opens with: they are not known by day.

    `label` is the column that names a row, `measures` are as in a `Panel`, `values` the report's parameters.
    Rows without a label or without the first measure are left out.
    """

    report: str
    label: str
    measures: Mapping[str, Measure]
    values: Mapping[str, Any] = {}


READY: Mapping[str, Ready] = {
    "slow": Ready("slow", "article", {"p95": "p95_ms", "median": "median_ms", "hits": "hits"}),
    "sizes": Ready("sizes", "class", {"kilobytes": _kilobytes, "hits": "hits"}, {"by": "class"}),
    "countries": Ready("countries", "country", {"visits": "visits"}),
    "networks": Ready("hosts", "network", {"visits": "visits", "hits": "hits"}),
}
OF_PAGE = ("visits", "hours", "online_history", "suspects", "gaps")  # the other reports of a page


class Row(NamedTuple):
    """A row of a cube: what names it, and each figure by bin; `clock` has those of 7, 14, … days ago."""

    labels: tuple[Any, ...]
    figures: Sequence[Sequence[int]]
    clock: Sequence[int] = ()


class Cube(NamedTuple):
    """The rows of a panel.

    `left` is the number of rows that were left out; `totals` are the sums of the first measure by bin, with
    theirs. `since` is the first day that the cube has. A cube with a `period` has one bin: these days.
    """

    columns: tuple[str, ...]
    measures: tuple[str, ...]
    rows: Sequence[Row]
    left: int = 0
    totals: Sequence[int] = ()
    since: int = 0
    period: Range | None = None


class Visitors(NamedTuple):
    """The distinct visitors of a ready period, and of the periods before it (None: not known)."""

    now: int
    before: Mapping[str, int | None]


class Figures(NamedTuple):
    """All that a page shows of one site.

    `baseline` is the old counter's part of the all-time figure; visits from `counted_from` on are added.
    `days` are figures of each day, `hours` and `online` those of its hours and of its steps of ten minutes,
    from the days `hours_from` and `online_from` on. `notes` are texts on days.
    Warnings are names of texts, with what they name.
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
    warnings: Sequence[tuple[str, Mapping[str, Any]]]


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
        as_of = resolve(session, self._report_request())
        self._at = local_time(as_of.at, as_of.clock).replace(tzinfo=None, microsecond=0)
        self._is_known_by_day: dict[str, Result] = {}
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
        query = statements.load(f"reports/{name}")
        request = self._report_request(
            since=str(since),
            until=until and str(until),
            at=at,
            values={WITHOUT_SUSPECTS: False, **values},
            settings=self._request.settings,
        )
        return runner.rows_in_session(self._session, query, request)

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
            cubes=self._cubes(calendar, starts) | self._ready_cubes(calendar),
            visitors=self._visitors(calendar),
            visit_gap_s=self._site()["visit_gap_s"],
            rejects=sum(found["lines"] for found in self._rejects()),
            notes=self._notes(calendar),
            warnings=[*self._warnings(row)],
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

    def _warnings(self, row: Counters) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the name of each warning, with what its text names."""
        if row.stale:
            yield "stale", {"at": f"{row.logged_until:%H:%M %d/%m/%Y}" if row.logged_until else ""}
        request = self._report_request(settings=self._request.settings)
        if rules_notes(self._session, request):
            yield "rules", {}
        for gap in self._report("gaps", "7d").records()[-GAPS_SHOWN:]:
            yield "gap", {"from": f"{gap['from_at']:%H:%M %d/%m}", "to": f"{gap['to_at']:%H:%M %d/%m}"}
        if files := self._session.run(UNREAD_FILES, {"site": self._request.site}).value():
            yield "unread", {"n": files}
        yield from self._dominant_client()
        share = sum(found["share"] for found in self._report("suspects", "7d").records())
        if share > MANY_SUSPECTS:
            yield "suspects", {"share": round(share)}

    def _dominant_client(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
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
        found, results = {}, dict[str, Result]()
        for name in panels_of(self._request):
            panel = PANELS[name]
            since = max(0, calendar.last - panel.days + 1) if panel.days else 0
            if panel.report not in results:
                results[panel.report] = self._report(panel.report, calendar.day(since), by="day")
            if panel.limit == ARTICLES:
                panel = panel._replace(limit=self._request.articles)
            found[name] = cube(panel, results[panel.report], calendar, starts)._replace(since=since)
        return found

    def _ready_cubes(self, calendar: Calendar) -> dict[str, Cube]:
        """Return the cubes of the period that the page opens with; a site of pseudonyms has no countries."""
        presets = calendar.presets()
        period = presets[default_of(presets, self._request.period)]
        until = None if period.last == calendar.last else calendar.day(period.last)
        found = {}
        for name in ready_of(self._request):
            ready = READY[name]
            try:
                rows = self._report(ready.report, calendar.day(period.first), until, **ready.values)
            except PseudonymsError:
                continue
            found[name] = ready_cube(ready, rows.records(), period)
        return found

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
        until = None if at else calendar.day(period.last)
        rows = self._report("visits", calendar.day(period.first), until, at, by="all").records()
        return sum(row["visitors"] for row in rows)


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


def every_week(figures: Sequence[int]) -> list[int]:
    """Return the figures of 7, 14, … days before the last one, without the zeros at the end."""
    found = list(figures[-8::-7])
    while found and not found[-1]:
        found.pop()
    return found


def _hours(hours: Sequence[Record], calendar: Calendar, first: int) -> dict[str, list[list[int]]]:
    count = calendar.last - first + 1
    found = {name: [[0] * 24 for _ in range(count)] for name in ("visits", "page_views")}
    for row in hours:
        number = calendar.number(row["day"]) - first
        if 0 <= number < count:
            for name, figures in found.items():
                figures[number][row["hour"]] += row[name]
    return found


class _Collected(NamedTuple):
    """The figures of a row by day, while its rows are read."""

    figures: list[list[int]]
    clock: list[int]
    texts: list[Counter[Any]]


def cube(panel: Panel, result: Result, calendar: Calendar, starts: Sequence[int]) -> Cube:
    """Return the cube of a panel from the rows of its report by day."""
    in_bin = bin_of(starts, calendar.last + 1)
    collected: dict[tuple[Any, ...], _Collected] = {}
    for row in result.records():
        number = calendar.number(row["day"])
        if not 0 <= number <= calendar.last:
            continue
        key = tuple("" if row[name] is None else row[name] for name in panel.keys)
        if key not in collected:
            collected[key] = _Collected(
                [[0] * len(starts) for _ in panel.measures],
                [0] * (calendar.last + 1) if panel.clock else [],
                [Counter() for _ in panel.texts],
            )
        _add(collected[key], panel, row, number, in_bin[number])
    rows = [
        Row((*key, *map(_usual, one.texts)), one.figures, every_week(one.clock))
        for key, one in collected.items()
        if any(map(any, one.figures))
    ]
    kept = _most(rows, calendar, in_bin, panel.limit)
    firsts = [one.figures[0] for one in collected.values()]
    return Cube(
        columns=(*panel.keys, *panel.texts),
        measures=tuple(panel.measures),
        rows=kept,
        left=len(rows) - len(kept),
        totals=[sum(column) for column in zip(*firsts, strict=True)],
    )


def ready_cube(ready: Ready, records: Iterable[Record], period: Range) -> Cube:
    """Return the cube of the rows of a report for one period."""
    rows = [
        Row((row[ready.label],), [[int(_of_row(row, measure))] for measure in ready.measures.values()])
        for row in records
        if row[ready.label] is not None
    ]
    rows = [row for row in rows if row.figures[0][0]]
    return Cube(
        columns=(ready.label,),
        measures=tuple(ready.measures),
        rows=rows[:DEPTH],
        left=len(rows[DEPTH:]),
        totals=[sum(row.figures[0][0] for row in rows)],
        period=period,
    )


def _add(one: _Collected, panel: Panel, row: Record, number: int, index: int) -> None:
    total = 0
    for figures, measure in zip(one.figures, panel.measures.values(), strict=True):
        count = _of_row(row, measure)
        figures[index] += count
        total += count
    if panel.clock:
        one.clock[number] = row[panel.clock] or 0
    for texts, measure in zip(one.texts, panel.texts.values(), strict=True):
        if text := _of_row(row, measure):
            texts[text] += total


def _of_row(row: Record, measure: Measure) -> Any:
    return row[measure] if isinstance(measure, str) else measure(row)


def _usual(texts: Counter[Any]) -> Any:
    """Return the most frequent text, the first of several by alphabet; None without one."""
    return min(texts, key=lambda text: (-texts[text], text), default=None)


def _most(rows: Sequence[Row], calendar: Calendar, in_bin: Sequence[int], limit: int) -> list[Row]:
    """Return the rows that are most frequent in a ready period, then in one of the last days or months."""
    if not limit or len(rows) <= limit:
        return sorted(rows, key=lambda row: (_order([*map(sum, row.figures)]), str(row.labels)))
    until = {row.labels: [[0, *accumulate(figures)] for figures in row.figures] for row in rows}

    def top(period: Range) -> list[tuple[Any, ...]]:
        first, last = in_bin[period.first], in_bin[period.last] + 1
        found = {labels: [each[last] - each[first] for each in of_row] for labels, of_row in until.items()}
        return sorted(
            (one for one in found if any(found[one])), key=lambda one: (_order(found[one]), str(one))
        )

    recent = [Range(day, day) for day in range(calendar.last, max(-1, calendar.last - ONLINE_DAYS), -1)]
    presets = [top(period) for period in calendar.presets().values()]
    others = [top(period) for period in (*recent, *calendar.months().values())]
    names = dict.fromkeys([*_ranks(presets, DEPTH), *_ranks(others, DEPTH_OF_DAYS)])
    kept = set([*names][:limit])
    return [row for row in rows if row.labels in kept]


def _order(figures: Sequence[int]) -> tuple[int, ...]:
    """Return the key that puts the largest first figure first, then the largest second one."""
    return tuple(-count for count in figures)


def _ranks(tops: Sequence[Sequence[tuple[Any, ...]]], depth: int) -> Iterator[tuple[Any, ...]]:
    """Yield the first of each list, then the second of each, and so on until the one at `depth`."""
    for rank in range(depth):
        yield from (names[rank] for names in tops if rank < len(names))


def instant(at: datetime) -> str:
    """Return a local time as the page holds it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}"
