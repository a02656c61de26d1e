"""The figures by the plain definitions of the words, to hold the program against.

Nothing of the program is used, and nothing is done its way: a page view is put into the visits one
at a time, in whatever order it comes, and every figure is counted from the hits again.
Instants are naive UTC datetimes.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple
from zoneinfo import ZoneInfo

READING = timedelta(seconds=30)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Site:
    """What a site's figures depend on."""

    timezone: str = "UTC"
    week_start: str = "monday"
    gap: timedelta = timedelta(minutes=30)
    window: timedelta = timedelta(minutes=10)

    def day(self, at: datetime) -> date:
        """Return the date on the site's calendar at an instant."""
        return at.replace(tzinfo=UTC).astimezone(ZoneInfo(self.timezone)).date()

    def week(self, day: date) -> date:
        """Return the first day of a day's week."""
        while f"{day:%A}".lower() != self.week_start:
            day -= ONE_DAY
        return day


class Hit(NamedTuple):
    """One understood line of one site. `article` is None for an asset."""

    client: str
    agent: str
    at: datetime
    article: str | None = "/"
    method: str = "GET"
    status: int = 200
    is_bot: bool = False

    @property
    def is_page_view(self) -> bool:
        """Whether a person looked at a page with it."""
        is_fine = self.status in {200, 206, 304}
        return is_fine and self.method == "GET" and self.article is not None and not self.is_bot


class Visit(NamedTuple):
    """One visitor's page views from the first to the last of a visit."""

    client: str
    agent: str
    first: datetime
    last: datetime
    page_views: int


class Figures(NamedTuple):
    """What the box in the sidebar says, and the month."""

    online: int
    today: int
    week: int
    month: int
    all_time: int


def visits(hits: Iterable[Hit], gap: timedelta) -> list[Visit]:
    """Return the visits, by putting in one page view after another as they come.

    A page view belongs to each visit that it is at most `gap` before, in or after, and joins those visits.
    """
    of_visitor: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for hit in hits:
        if hit.is_page_view:
            known = of_visitor[hit.client, hit.agent]
            of_visitor[hit.client, hit.agent] = _joined(known, hit, gap)
    return [visit for known in of_visitor.values() for visit in known]


def _joined(known: list[Visit], hit: Hit, gap: timedelta) -> list[Visit]:
    near = [visit for visit in known if visit.first - gap <= hit.at <= visit.last + gap]
    far = [visit for visit in known if visit not in near]
    first = min([hit.at, *(visit.first for visit in near)])
    last = max([hit.at, *(visit.last for visit in near)])
    views = 1 + sum(visit.page_views for visit in near)
    return [*far, Visit(hit.client, hit.agent, first, last, views)]


def figures(hits: Iterable[Hit], site: Site, at: datetime) -> Figures:
    """Return the figures at an instant. What was logged after it is as if it were not there."""
    known = [hit for hit in hits if hit.at <= at]
    found = visits(known, site.gap)
    today = site.day(at)
    began = [site.day(visit.first) for visit in found]
    seen = {
        (hit.client, hit.agent)
        for hit in known
        if hit.is_page_view and at - site.window <= hit.at  # the window's first instant is in it
    }
    return Figures(
        online=len(seen),
        today=sum(day == today for day in began),
        week=sum(site.week(day) == site.week(today) for day in began),
        month=sum(f"{day:%Y-%m}" == f"{today:%Y-%m}" for day in began),
        all_time=len(began),
    )


def periods(hits: Iterable[Hit], site: Site, at: datetime, by: str) -> dict[date, tuple[int, int, int]]:
    """Return visits, visitors and page views of each day, week or month, by its first day.

    A visit counts where it began, a page view on its own day.
    """
    first_days: dict[str, Callable[[date], date]] = {
        "day": lambda day: day,
        "week": site.week,
        "month": lambda day: day.replace(day=1),
    }
    first_day = first_days[by]
    known = [hit for hit in hits if hit.at <= at]
    began: dict[date, list[Visit]] = defaultdict(list)
    for visit in visits(known, site.gap):
        began[first_day(site.day(visit.first))].append(visit)
    viewed: dict[date, int] = defaultdict(int)
    for hit in known:
        viewed[first_day(site.day(hit.at))] += hit.is_page_view
    rows = {}
    for day in {*began, *viewed}:
        visitors = {(visit.client, visit.agent) for visit in began[day]}
        rows[day] = (len(began[day]), len(visitors), viewed[day])
    return rows


class Article(NamedTuple):
    """The figures of an article in a period. `change` is None where the period before is not known."""

    views: int
    readings: int
    visitors: int
    change: int | None
    visits: int
    entries: int
    exits: int
    views_per_visit: float | None


class Period(NamedTuple):
    """From `since` on, before `until`, reported at `at`; hits are known from a day on."""

    since: datetime
    until: datetime
    at: datetime
    known_from: date


def articles(
    hits: Iterable[Hit], site: Site, period: Period, *, with_bots: bool = False
) -> dict[str, Article]:
    """Return the figures of each article that was looked at in the period.

    A visitor's view at most 30 s after the one before is no new reading. Of page views in one second the
    first by address is the first. Bots' views count where they are to, but make no visits.
    """
    known = [hit for hit in hits if hit.at <= period.at]
    people = [hit for hit in known if hit.is_page_view]
    views = people + [
        hit for hit in known if with_bots and hit.is_bot and hit._replace(is_bot=False).is_page_view
    ]
    here = [hit for hit in views if period.since <= hit.at < period.until]
    length = max(min(period.until, period.at + timedelta(seconds=1)) - period.since, timedelta())
    start = period.since - length
    earlier = [hit.article for hit in views if start <= hit.at < period.since]
    is_known = period.known_from <= site.day(start)
    runs = _pages_of_visits(people, site)
    return {
        article: _article(
            article,
            [hit for hit in here if hit.article == article],
            runs,
            earlier.count(article) if is_known else None,
            (site, period),
        )
        for article in {hit.article for hit in here if hit.article is not None}
    }


def _pages_of_visits(people: list[Hit], site: Site) -> list[list[Hit]]:
    return [
        sorted(
            (
                hit
                for hit in people
                if (hit.client, hit.agent) == visit[:2] and visit.first <= hit.at <= visit.last
            ),
            key=lambda hit: (hit.at, hit.article or ""),
        )
        for visit in visits(people, site.gap)
    ]


def _article(
    article: str, views: list[Hit], runs: list[list[Hit]], before: int | None, of: tuple[Site, Period]
) -> Article:
    site, period = of
    times: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for hit in views:
        times[hit.client, hit.agent].append(hit.at)
    by_people = [[hit for hit in run if hit in views] for run in runs]
    seen = [run for run in by_people if run]
    firsts = [run[0] for run in runs]
    lasts = [run[-1] for run in runs if run[-1].at + site.gap < period.at]
    return Article(
        views=len(views),
        readings=sum(map(_readings, times.values())),
        visitors=len(times),
        change=None if before is None else len(views) - before,
        visits=len(seen),
        entries=sum(hit.article == article and period.since <= hit.at < period.until for hit in firsts),
        exits=sum(hit.article == article and period.since <= hit.at < period.until for hit in lasts),
        views_per_visit=round(sum(map(len, seen)) / len(seen), 2) if seen else None,
    )


def _readings(views: list[datetime]) -> int:
    readings, before = 0, None
    for view in sorted(views):
        if before is None or view - before > READING:
            readings += 1
        before = view
    return readings


def article_days(hits: Iterable[Hit], site: Site) -> dict[tuple[str, date], int]:
    """Return the views of each article on each local day."""
    views: dict[tuple[str, date], int] = defaultdict(int)
    for hit in hits:
        if hit.is_page_view and hit.article is not None:
            views[hit.article, site.day(hit.at)] += 1
    return dict(views)


def day_totals(hits: Iterable[Hit], site: Site) -> dict[date, tuple[int, int, int, int]]:
    """Return hits, bots' hits, page views and visits of each local day that has a hit."""
    known = list(hits)
    began = [site.day(visit.first) for visit in visits(known, site.gap)]
    of_day: dict[date, list[Hit]] = defaultdict(list)
    for hit in known:
        of_day[site.day(hit.at)].append(hit)
    return {
        day: (
            len(here),
            sum(hit.is_bot for hit in here),
            sum(hit.is_page_view for hit in here),
            began.count(day),
        )
        for day, here in of_day.items()
    }


# --- Reading a log -----------------------------------------------------------------------------------

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_QUOTED = r'"((?:\\.|[^\\"])*)"'
_LINE = re.compile(
    rf"(?P<client>\S+) \S+ [^\s\[]+ \[(?P<time>[^\]]*)\] {_QUOTED} (?P<status>\d\d\d) (?P<size>\d+|-)"
    rf"(?: {_QUOTED} {_QUOTED})?",
    re.ASCII,
)
_TIME = re.compile(r"(\d\d)/([A-Z][a-z][a-z])/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)", re.ASCII)


class Line(NamedTuple):
    """A line of a common or combined log, taken apart."""

    client: str
    at: datetime
    request: str
    status: int
    size: int
    referrer: str
    agent: str


def parse(text: str) -> Line | None:
    """Read one line without its newline; None where it is not the format to the letter."""
    match = _LINE.fullmatch(text.rstrip(" "))
    at = _instant(match["time"]) if match else None
    if match is None or at is None:
        return None
    texts = (unescaped(match[group] or "") for group in (1, 3, 6, 7))
    written, request, referrer, agent = texts
    client = client_of(written)
    if client is None:
        return None
    size = 0 if match["size"] == "-" else int(match["size"])
    return Line(client, at, request, int(match["status"]), size, _no_dash(referrer), _no_dash(agent))


_ESCAPED_BYTES = re.compile(
    r"\\x[CDcd][0-9A-Fa-f]\\x[89ABab][0-9A-Fa-f]|\\x[Ee][0-9A-Fa-f](?:\\x[89ABab][0-9A-Fa-f]){2}"
    r"|\\x[Ff][0-4](?:\\x[89ABab][0-9A-Fa-f]){3}|\\x5[Cc]x|\\x[0-9A-Fa-f]{2}"
)
_SIGNS = {"\\\\": r"\x5c", r"\"": '"', r"\t": r"\x09", r"\n": r"\x0a", r"\r": r"\x0d", r"\b": r"\x08"}
_SIGNS |= {r"\v": r"\x0b", r"\f": r"\x0c"}
_BYTES = {r"\x22": '"', r"\x5c": "\\"}


def unescaped(text: str) -> str:
    """Return a text without escapes: letters of UTF-8, quotes and backslashes; other bytes stay."""
    for written, sign in _SIGNS.items():
        text = text.replace(written, sign)
    return _ESCAPED_BYTES.sub(lambda match: _letter(match[0]), text)


def _letter(escapes: str) -> str:
    one_byte = r"\x22"
    if len(escapes) <= len(one_byte) + 1:
        return _BYTES.get(escapes.lower(), escapes.lower())
    try:
        return bytes.fromhex(escapes.replace("\\x", "")).decode()
    except UnicodeDecodeError:
        return escapes.lower()


def client_of(text: str) -> str | None:
    """Return the first client of a list (or a single one) in its one spelling; None where there is none."""
    return next((client for hop in re.split(r"[\s,;+]+", text) if (client := _client(hop))), None)


def _client(hop: str) -> str | None:
    hop = hop[1:-1] if len(hop) > 1 and hop[0] == hop[-1] == '"' else hop
    bare = re.sub(r"(?<=\]):\d{1,5}$", "", hop)
    bare = bare[1:-1] if bare[:1] == "[" and bare[-1:] == "]" else hop
    for text in (bare, re.sub(r":\d{1,5}$", "", hop)):
        try:
            found = ip_address(text.split("%")[0])
        except ValueError:
            continue
        mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
        return str(mapped or found)
    labels = re.sub(r":\d{1,5}$", "", hop).lower().removesuffix(".").split(".")
    is_name = all(re.fullmatch(r"[a-z0-9_-]{1,63}", label, re.ASCII) for label in labels)
    is_name = is_name and len(labels) > 1 and labels[0][0] not in "-_" and labels[-1][0].isalpha()
    return ".".join(labels) if is_name or labels == ["localhost"] else None


def parse_all(text: str) -> Iterator[Line]:
    """Read the lines that can be read."""
    return (line for line in map(parse, text.split("\n")) if line is not None)


def _no_dash(text: str) -> str:
    return "" if text == "-" else text


def _instant(text: str) -> datetime | None:
    match = _TIME.fullmatch(text)
    if match is None or match[2] not in MONTHS:
        return None
    month = MONTHS.index(match[2]) + 1
    offset = timedelta(hours=int(match[8]), minutes=int(match[9]))
    try:
        local = datetime(int(match[3]), month, int(match[1]), int(match[4]), int(match[5]), int(match[6]))
        return local + offset if match[7] == "-" else local - offset
    except (ValueError, OverflowError):
        return None
