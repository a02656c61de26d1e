"""Log lines to test with, ingest in one word, and what a store then holds in plain values."""

import os
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from logstats import ingest as pipeline
from logstats import sources
from logstats.config import Settings
from logstats.formats import LineShape
from logstats.ingest import Order
from logstats.model import IngestSummary
from logstats.store import Session

EXAMPLES = float(os.environ.get("LOGSTATS_EXAMPLES", "1"))  # LOGSTATS_EXAMPLES=20 searches 20 times longer

START = datetime(2026, 11, 23, 1, 0, 0)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/147.0.0.0 Mobile Safari/537.36"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def examples(count: int) -> int:
    """Return how many examples Hypothesis is to try where `count` are enough for every day."""
    return max(1, round(count * EXAMPLES))


@dataclass(frozen=True)
class Line:
    """The fields of a good log line; `at` is UTC, and written with the offset."""

    client: str = "192.0.2.1"
    at: datetime = START
    request: str = "GET / HTTP/1.1"
    status: str = "200"
    size: str = "100"
    referrer: str = "-"
    agent: str = FIREFOX
    user: str = "-"
    host: str = "portal.example"
    offset: timedelta = timedelta(0)

    @property
    def time(self) -> str:
        """Return the time between its brackets as Apache writes it."""
        return f"{self.at.replace(tzinfo=UTC).astimezone(timezone(self.offset)):%d/%b/%Y:%H:%M:%S %z}"

    def common(self) -> bytes:
        """Return the line in Apache's common format, with its newline."""
        return self._common().encode() + b"\n"

    def combined(self) -> bytes:
        """Return the line in Apache's combined format, with its newline."""
        return self._combined().encode() + b"\n"

    def vhost_combined(self) -> bytes:
        """Return the line with its host, in Apache's vhost_combined format, with its newline."""
        return f"{self.host}:443 {self._combined()}\n".encode()

    def _common(self) -> str:
        return f'{self.client} - {self.user} [{self.time}] "{self.request}" {self.status} {self.size}'

    def _combined(self) -> str:
        return f'{self._common()} "{self.referrer}" "{self.agent}"'


def numbered(count: int, first: int = 0) -> list[bytes]:
    """Return so many combined lines, no two the same, a minute apart."""
    start = Line()
    return [
        replace(start, at=START + timedelta(minutes=number), size=str(1000 + number)).combined()
        for number in range(first, first + count)
    ]


def read_in(store: Path, *logs: Path | str, settings: Settings | None = None, **order: Any) -> IngestSummary:
    """Ingest logs into a store, combined unless the order says otherwise."""
    values = {"log_format": "combined", **order}
    summary = pipeline.ingest(Order(store, tuple(map(str, logs)), settings or Settings(), **values))
    assert summary is not None, "another ingest is running"
    return summary


CONTENTS = {
    # what a store holds, without its ids: two stores that hold the same are told the same
    "hits": """
        SELECT site.name, hit.logged_at, hit.client, agent.agent, agent.bot_reason, page.target,
            page.is_asset, article.address, referrer.referrer, hit.method, hit.status, hit.bytes, hit.counts_as
        FROM store.hit AS hit
        LEFT JOIN store.site AS site USING (site_id)
        LEFT JOIN store.agent AS agent USING (agent_id)
        LEFT JOIN store.page AS page USING (page_id)
        LEFT JOIN store.article AS article USING (article_id)
        LEFT JOIN store.referrer AS referrer USING (referrer_id)""",
    "visits": """
        SELECT site.name, visit.client, agent.agent, visit.first_at, visit.last_at, visit.day, visit.page_views
        FROM store.visit AS visit
        LEFT JOIN store.site AS site USING (site_id)
        LEFT JOIN store.agent AS agent USING (agent_id)""",
    "day_totals": """
        SELECT site.name, total.day, total.hits, total.bot_hits, total.page_views, total.visits
        FROM store.day_total AS total
        LEFT JOIN store.site AS site USING (site_id)""",
    "article_days": """
        SELECT site.name, article.address, total.day, total.views
        FROM store.article_day AS total
        LEFT JOIN store.site AS site USING (site_id)
        LEFT JOIN store.article AS article USING (article_id)""",
    "sites": """
        SELECT name, timezone, week_start, visit_gap_s, online_window_s, logged_until FROM store.site""",
    "sources": """
        SELECT position, lines, hits, rejects, complete FROM store.source""",
    "rejects": """
        SELECT source_id, line_number, reason, line FROM store.reject""",
}
FIGURES = ("hits", "visits", "day_totals", "article_days", "sites")
Contents = dict[str, list[tuple[Any, ...]]]


def contents(store: Path, *names: str) -> Contents:
    """Return what a store holds (keys of CONTENTS; all where none is named), sorted."""
    with Session() as session, session.reading(store, wait=10):
        return {
            name: sorted(session.execute(CONTENTS[name]).rows, key=repr) for name in names or tuple(CONTENTS)
        }


def typed(session: Session, shape: LineShape, data: bytes) -> list[dict[str, Any]]:
    """Return each line of the data as the program types it, in order, a request with its parts."""
    slots = {
        "words": shape.words,
        "is_clean": shape.is_clean,
        "groups": str(list(shape.groups)),
        "fields": shape.fields,
    }
    with closing(sources.Spool()) as spool:
        spool.write(sources.wash(data))
        spool.finish()
        sources.mark_blank(spool.path)
        params = {"chunk": spool.path, "pattern": shape.pattern, "longest": sources.LONGEST_LINE - 4}
        session.run("ingest/10_line", params, slots)
    session.run("ingest/20_request")
    return session.execute("""
        SELECT chunk_line.*, request.method, request.target
        FROM chunk_line
        LEFT JOIN chunk_request AS request
            ON request.vhost = chunk_line.vhost AND request.request = chunk_line.request
        ORDER BY chunk_line.rowid""").records()


def only_hits(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows that were understood."""
    return [row for row in rows if row["reason"] is None]
