"""The most read articles of a site in a calendar period, and the views of each article.

The periods are those of the four figures: the local day, the week that begins on the site's `week_start`, the
month, and all days. Everybody is counted, as in counter files.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from logstats.clock import local_time, local_times, parse_instant
from logstats.errors import LogstatsError, UsageError
from logstats.lists.request import ListRequest, ViewsRequest
from logstats.render.most_read import ListedArticle, MostRead
from logstats.reports import runner
from logstats.rules.drift import rules_notes
from logstats.store import Session, statements
from logstats.store.as_of import AsOf, ReportRequest, resolve
from logstats.titles.slugs import words_of

MOST_READ, READINGS, ARTICLE_VIEWS = "lists/most_read", "lists/readings", "lists/article_views"
ALL = "all"


class ArticleViews(NamedTuple):
    """The views of articles of a site up to an instant, by canonical URL, the most viewed first."""

    site: str
    at: datetime
    views: Mapping[str, int]


def views() -> tuple[str, ...]:
    """Return the views of the store that lists are read from."""
    names = (MOST_READ, READINGS, ARTICLE_VIEWS)
    return tuple({view for name in names for view in statements.load(name).tables} | {*runner.OF_REQUEST})


def read_most_read(request: ReportRequest, wanted: ListRequest) -> tuple[MostRead, tuple[str, ...]]:
    """Return a list of the requested site, or of the only one, and the notes on it."""
    with Session() as session, session.reading(request.store, request.wait, views=views()):
        request = request._replace(site=request.site or _only_site(session))
        notes = (*resolve(session, request).notes, *rules_notes(session, request))
        return most_read(session, request, wanted), notes


def _only_site(session: Session) -> str:
    sites = [site for (site,) in session.execute("SELECT site FROM sites ORDER BY site").rows]
    if not sites:
        raise LogstatsError("there is no site yet; run `logstats ingest LOG` first", path=session.attached_to)
    if len(sites) > 1:
        raise UsageError(f"a list is of one site; choose it with --site. There are: {', '.join(sites)}")
    return str(sites[0])


def most_read(session: Session, request: ReportRequest, wanted: ListRequest) -> MostRead:
    """Return a list from the attached store, in which `views()` were created; the request has a site."""
    as_of = resolve(session, request)
    first_day = _first_day(session, request, as_of, wanted.period)
    params = _params(request, as_of, first_day) | {
        "untitled": wanted.untitled,
        "limit": wanted.top,
        "published_since": _published_since(wanted, as_of),
    }
    rows = session.run(MOST_READ, params).records()
    more = _readings(session, request, as_of, first_day, rows) if wanted.with_readings and rows else {}
    local = local_times({as_of.at, *(row["published"] for row in rows if row["published"])}, as_of.clock)
    articles = [
        _listed(row, local.get(row["published"]), *more.get(row["article_id"], (None, None))) for row in rows
    ]
    return MostRead(str(request.site), wanted.origin, wanted.period, local[as_of.at], articles)


def article_views(session: Session, request: ReportRequest, wanted: ViewsRequest) -> ArticleViews:
    """Return the views of articles from the attached store, in which `views()` were created."""
    as_of = resolve(session, request)
    first_day = _first_day(session, request, as_of, wanted.period)
    params = _params(request, as_of, first_day) | {"min_views": wanted.min_views, "limit": wanted.top}
    rows = session.run(ARTICLE_VIEWS, params).rows
    return ArticleViews(str(request.site), local_time(as_of.at, as_of.clock), dict(rows))


def _published_since(wanted: ListRequest, as_of: AsOf) -> datetime | None:
    return parse_instant(wanted.published_since, as_of.clock, as_of.at) if wanted.published_since else None


def _listed(
    row: Mapping[str, Any], published: datetime | None, readings: int | None, change: int | None
) -> ListedArticle:
    title = row["title"] or words_of(row["article"])
    return ListedArticle(title, row["article"], row["views"], readings, change, published)


def _params(request: ReportRequest, as_of: AsOf, first_day: date) -> dict[str, Any]:
    return {"at": as_of.at, "day_since": as_of.day_since, "first_day": first_day, "site": request.site}


def _first_day(session: Session, request: ReportRequest, as_of: AsOf, period: str) -> date:
    params = {"at": as_of.at, "period": period, "site": request.site}
    first: date = session.run("lists/first_day", params).value()
    return first


def _readings(
    session: Session,
    request: ReportRequest,
    as_of: AsOf,
    first_day: date,
    rows: list[dict[str, Any]],
) -> dict[int, tuple[int | None, int | None]]:
    """Return the readings and the change of articles by id; {} for all time, whose hits are not kept."""
    if first_day == date.min:
        return {}
    query = statements.load(READINGS)
    of_period = request._replace(since=first_day.isoformat(), until=None, values={})
    params = runner.bind(query, of_period, as_of) | {"article_ids": [row["article_id"] for row in rows]}
    found = session.run(READINGS, query.bound(params)).rows
    return {article_id: (readings, change) for article_id, readings, change in found}
