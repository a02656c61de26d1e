"""The cubes of the page: each with its report, its rows' names and its figures."""

from collections.abc import Mapping

from logstats.dashboard.cubes import DEPTH, Panel, Ready, Record

RECENT_DAYS = 92  # days of a cube whose report reads hits, or joins each visit with its page views
LESS = 40  # rows of the cubes whose rows are long
ARTICLES = 150


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
        "notfound",
        ("page",),
        {"people": "hits - bot_hits", "bots": "bot_hits"},
        {"from": "concat(from_host, from_page)"},
        limit=LESS,
    ),
    "answers": Panel(
        "answers",
        ("status",),
        {"people": "if(counts_as = 'bot', 0, hits)", "bots": "if(counts_as = 'bot', hits, 0)"},
    ),
    "bots": Panel("bot_days", ("class", "name"), {"hits": "hits"}, limit=90, days=RECENT_DAYS),
    "left": Panel("answers", ("counts_as",), {"hits": "hits"}),
    "methods": Panel("methods", ("method",), {"hits": "hits"}, limit=LESS),
}


READY: Mapping[str, Ready] = {
    "slow": Ready("slow", "article", {"p95": "p95_ms", "median": "median_ms", "hits": "hits"}),
    "sizes": Ready("sizes", "class", {"kilobytes": _kilobytes, "hits": "hits"}, {"by": "class"}),
    "countries": Ready("countries", "country", {"visits": "visits"}),
    "networks": Ready("hosts", "network", {"visits": "visits", "hits": "hits"}),
}
