"""A list of the most read articles in each of its formats, and the views of each article as JSON."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from logstats.printable import escaped
from logstats.render.embeds import PERIODS
from logstats.render.links import link, markup, script

TTL_MIN = 10  # how long a reader of the feed may keep it
HEADINGS: Mapping[str, str] = dict(
    zip(PERIODS, ("hôm nay", "trong tuần", "trong tháng", "tất cả"), strict=True)
)
_AT = re.compile(r'"at":"[0-9T:+-]*"')


class ListedArticle(NamedTuple):
    """One article: its title, canonical URL and views.

    Its readings and the change over the earlier period are None where they are not known. `published` is None
    where the titles do not say it.
    """

    title: str
    url: str
    views: int
    readings: int | None = None
    change: int | None = None
    published: datetime | None = None


class MostRead(NamedTuple):
    """The most read articles of a site in a period up to an instant; `origin` is where its pages are."""

    site: str
    origin: str
    period: str
    at: datetime
    articles: Sequence[ListedArticle]


class Options(NamedTuple):
    """How a list is shown: with the views of each article, and the URL of a feed (None: it is not known)."""

    with_counts: bool = False
    feed_url: str | None = None


def _json(listed: MostRead, options: Options) -> str:  # noqa: ARG001 - as the other formats
    rows = [
        {
            "rank": rank,
            "title": article.title,
            "url": link(listed.origin, article.url),
            "views": article.views,
            "readings": article.readings,
            "change": article.change,
            "published": article.published.isoformat(timespec="seconds") if article.published else None,
            "period": listed.period,
            "at": listed.at.isoformat(timespec="seconds"),
        }
        for rank, article in enumerate(listed.articles, 1)
    ]
    return "[" + ",\n ".join(map(script, rows)) + "]\n"


def _html(listed: MostRead, options: Options) -> str:
    items = "".join(
        f'  <li><a href="{markup(link(listed.origin, article.url))}">{markup(article.title)}</a>'
        f"{_count(article, options)}</li>\n"
        for article in listed.articles
    )
    return f'<ol class="logstats-most-read" data-period="{listed.period}">\n{items}</ol>\n'


def _count(article: ListedArticle, options: Options) -> str:
    return f' <span class="logstats-views">{article.views:,}</span>' if options.with_counts else ""


def _rss(listed: MostRead, options: Options) -> str:
    title = markup(f"Đọc nhiều {HEADINGS[listed.period]} — {listed.site}")
    feed = f'<atom:link href="{markup(options.feed_url or "")}" rel="self" type="application/rss+xml"/>\n'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        f"<title>{title}</title>\n<link>{markup(listed.origin)}/</link>\n<description>{title}</description>\n"
        f"<ttl>{TTL_MIN}</ttl>\n{feed if options.feed_url else ''}"
        + "".join(_item(listed, article) for article in listed.articles)
        + "</channel>\n</rss>\n"
    )


def _item(listed: MostRead, article: ListedArticle) -> str:
    url = markup(link(listed.origin, article.url))
    return (
        f"<item><title>{markup(article.title)}</title><link>{url}</link>"
        f'<guid isPermaLink="true">{url}</guid>{_published(article)}</item>\n'
    )


def _published(article: ListedArticle) -> str:
    if article.published is None:
        return ""
    from email.utils import format_datetime  # noqa: PLC0415 - 10 ms, only for feeds with dates

    return f"<pubDate>{format_datetime(article.published)}</pubDate>"


# Fills each element whose data-logstats-most-read is the period, or is empty, with the items of the list.
_SCRIPT = (
    "(()=>{const a=%s;"
    'document.querySelectorAll(\'[data-logstats-most-read="%s"],[data-logstats-most-read=""]\').forEach(e=>{'
    'e.replaceChildren(...a.map(([t,u,n])=>{const i=document.createElement("li"),'
    'l=document.createElement("a");l.href=u;l.textContent=t;i.append(l);'
    'if(n){const s=document.createElement("span");s.className="logstats-views";s.textContent=n;'
    'i.append(" ",s)}return i}))})})();\n'
)


def _js(listed: MostRead, options: Options) -> str:
    rows = [
        [escaped(article.title), link(listed.origin, article.url)]
        + [f"{article.views:,}"] * options.with_counts
        for article in listed.articles
    ]
    return _SCRIPT % (script(rows), listed.period)


Writer = Callable[[MostRead, Options], str]
FORMATS: Mapping[str, Writer] = {"html": _html, "json": _json, "rss": _rss, "js": _js}


def article_views(site: str, at: datetime, views: Mapping[str, int]) -> str:
    """Return the views of articles by canonical URL as JSON."""
    return script({"site": site, "at": at.isoformat(timespec="seconds"), "views": dict(views)}) + "\n"


def without_time(text: str) -> str:
    """Return the text of a file without the time for which it was computed, to see whether it has changed."""
    return _AT.sub("", text)
