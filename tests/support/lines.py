"""Log lines to test with, ingest in one word, and what a store then holds in plain values."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest.mock import patch

from hypothesis import strategies as st

from logstats.config import Settings, Site
from logstats.ingest import dimensions, parse, parse_plan, pipeline
from logstats.ingest.request import IngestRequest
from logstats.model import IngestSummary
from logstats.sources import Known, LogReader, Scan, Spool, chunks, files, fingerprint
from logstats.store import Session
from logstats.totals import recompute

EXAMPLES = float(os.environ.get("LOGSTATS_EXAMPLES", "1"))  # LOGSTATS_EXAMPLES=20 searches 20 times longer

IN_UTC = Settings(unlisted=Site(timezone="UTC"))
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


SPLINTERS = [
    *(bytes([byte]) for byte in b"\"\\[] -\t\x00\x01\x02\x0b\x0c\x1b\x7f\r\xff\xc3':+/0%,x"),
    *(b'\\"', b"\\\\", b'" "', b"  ", b'""', b"[[", b"] [", b"\xe1\xba\xa1", b"\xc2\xa0", b"\xef\xbb\xbf"),
    *(b"+0530", b"-1", b"1e2", b" - - [", b'"-"', b"\\x16", b"\r\r", b"GET / HTTP/1.1", b"192.0.2.1"),
]


@st.composite
def broken(draw: st.DrawFn, lines: Sequence[bytes]) -> bytes:
    """Take one of the lines, and put in, take out or replace some of its bytes."""
    line = draw(st.sampled_from(lines))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(line)))
        end = start + draw(st.sampled_from([0, 0, 0, 1, 1, 2, 7]))
        line = line[:start] + draw(st.sampled_from([b"", *SPLINTERS])) + line[end:]
    return line


def numbered(count: int, first: int = 0) -> list[bytes]:
    """Return so many combined lines, no two the same, a minute apart."""
    start = Line()
    return [
        replace(start, at=START + timedelta(minutes=number), size=str(1000 + number)).combined()
        for number in range(first, first + count)
    ]


STORES: set[Path] = set()  # those that `read_in` wrote to since a test began


def read_in(
    store: Path, *logs: Path | str, settings: Settings | None = None, verify: bool = False, **fields: Any
) -> IngestSummary:
    """Ingest logs into a store, as combined unless `log_format` names another format.

    `fields` are further fields of the IngestRequest. `verify`: every check of `logstats verify` must pass
    afterwards. In tests/stories and tests/properties each store in STORES is verified when the test ends.
    """
    fields = {"log_format": "combined", **fields}
    names = tuple(log if isinstance(log, str) else str(log) for log in logs)
    request = IngestRequest(store, names, settings or Settings(), **fields)
    summary = pipeline.ingest(request)
    assert summary is not None, "another ingest is running"
    pipeline.require_read(summary, [str(log) for log in logs])
    STORES.add(store)
    if verify:
        require_verified(store)
    return summary


def require_verified(store: Path) -> None:
    """Every check of `logstats verify` must pass."""
    assert [check.claim for check in recompute.verify(store, 10) if check.differences.rows] == []


@contextmanager
def chunks_of(size: int, buffer: int | None = None, head: int = 4096, tail: int = 1024) -> Iterator[None]:
    """Read logs in chunks and buffers of so few bytes that a short log has many of them."""
    with (
        patch.multiple(chunks, FIRST_BYTES=size, CHUNK_BYTES=size, EARLY_CHUNK_BYTES=size),
        patch.object(files, "BUFFER_BYTES", min(size, files.BUFFER_BYTES) if buffer is None else buffer),
        patch.multiple(fingerprint, HEAD_BYTES=head, TAIL_BYTES=tail),
    ):
        yield


CONTENTS = {
    # the rows of a store without its ids: equal for two stores with the same contents
    "hits": """
        SELECT site.name, hit.logged_at, hit.client, agent.agent, agent.bot_reason, page.target,
            page.is_asset, article.identity, referrer.referrer, nullif(method.method, ''), hit.status,
            hit.bytes, hit.hit_class
        FROM store.hit AS hit
        LEFT JOIN store.site AS site USING (site_id)
        LEFT JOIN store.agent AS agent USING (agent_id)
        LEFT JOIN store.page AS page USING (page_id)
        LEFT JOIN store.article AS article USING (article_id)
        LEFT JOIN store.referrer AS referrer USING (referrer_id)
        LEFT JOIN store.method AS method USING (method_id)""",
    "agents": """
        SELECT DISTINCT agent.agent, agent.bot_reason, agent.bot_class, agent.bot_name
        FROM store.agent AS agent
        JOIN store.hit AS hit USING (agent_id)""",
    "visits": """
        SELECT site.name, visit.client, agent.agent, visit.first_at, visit.last_at, visit.day,
            visit.page_views
        FROM store.visit AS visit
        LEFT JOIN store.site AS site USING (site_id)
        LEFT JOIN store.agent AS agent USING (agent_id)""",
    "day_totals": """
        SELECT site.name, total.day, total.hits, total.bot_hits, total.page_views, total.visits
        FROM store.day_total AS total
        LEFT JOIN store.site AS site USING (site_id)""",
    "article_days": """
        SELECT site.name, article.identity, total.day, total.views
        FROM store.article_day AS total
        LEFT JOIN store.site AS site USING (site_id)
        LEFT JOIN store.article AS article USING (article_id)""",
    "articles": """
        SELECT DISTINCT site.name, article.identity, article.url, article.section, article.is_article
        FROM store.article AS article
        JOIN store.page AS page USING (article_id)
        JOIN store.hit AS hit USING (page_id)
        JOIN store.site AS site ON site.site_id = article.site_id""",
    "site_rules": "SELECT name, article_rules FROM store.site",
    "sites": """
        SELECT name, timezone, week_start, visit_gap_s, online_window_s, logged_until FROM store.site""",
    "sources": """
        SELECT position, lines, hits, rejects, complete FROM store.source""",
    "rejects": """
        SELECT source_id, line_number, reason, line FROM store.reject""",
}
FIGURES = ("hits", "agents", "articles", "visits", "day_totals", "article_days", "site_rules", "sites")
Contents = dict[str, list[tuple[Any, ...]]]


def contents(store: Path, *names: str) -> Contents:
    """Return what a store holds (keys of CONTENTS; all where none is named), sorted."""
    with Session() as session, session.reading(store, wait=10):
        return {
            name: sorted(session.execute(CONTENTS[name]).rows, key=repr) for name in names or tuple(CONTENTS)
        }


class Hit(NamedTuple):
    """A parsed line, as it is stored."""

    site: str
    client: str
    at: datetime
    method: str | None
    target: str
    status: int
    size: int
    referrer: str
    agent: str


@dataclass(frozen=True)
class ParsedLog:
    """The hits and the rejects of one log; a reject is its line number, the reason, and its text."""

    hits: tuple[Hit, ...]
    rejects: tuple[tuple[int, str, str], ...]


def reading_of(store: Path, log: Path) -> ParsedLog:
    """Return what a store holds of a log."""
    with Session() as session, session.reading(store, wait=10):
        hits = session.execute(HITS_OF_LOG, {"path": str(log)}).rows
        rejects = session.execute(REJECTS_OF_LOG, {"path": str(log)}).rows
    return ParsedLog(tuple(map(_hit, hits)), tuple(rejects))


def _hit(row: tuple[Any, ...]) -> Hit:
    """Return a row as a hit; an unknown agent is '', as in the samples of a format without an agent."""
    hit = Hit(*row)
    return hit._replace(agent=hit.agent or "")


def read_bytes(data: bytes, log_format: str, settings: Settings = IN_UTC) -> ParsedLog:
    """Return the outcome of a log's bytes, parsed as a run would parse them, without a store.

    Sites, trusted proxies and privacy are applied after parsing; `read_in` covers them.
    """
    with TemporaryDirectory() as name:
        log = Path(name) / "access.log"
        log.write_bytes(data)
        with Scan([str(log)], Known(b"", lambda _: (), [], [])) as scan:
            readings = [_parsed(reader, log_format, settings) for reader in scan.readers()]
    assert [*scan.findings.unread, *scan.findings.waiting] == []
    return readings[0] if readings else ParsedLog((), ())


@cache
def parse_session() -> Session:
    """Return a session without a store, set up as ingest sets up a worker's."""
    (session,) = Session().side_by_side(1)
    return session


def _parsed(reader: LogReader, log_format: str, settings: Settings) -> ParsedLog:
    if not reader.sample(parse_plan.SAMPLE_BYTES).strip():
        return ParsedLog((), ())
    session, plan = parse_session(), parse_plan.of_log(reader, settings, None, log_format)
    hits: list[Hit] = []
    rejects: list[tuple[int, str, str]] = []
    lines = 0
    with closing(Spool()) as spool:
        for chunk in reader.chunks(cycle([spool]), parse_plan.fits(plan)):
            if lines == 0 and not chunk.complete:
                session.run("ingest/dimensions/known_create")
            counts = parse.type_chunk(session, plan, chunk)
            params = {"identity_key": "", "default_host": plan.default_host}
            session.run("ingest/dimensions/request", params, dimensions.texts_of(counts))
            written = written_lines(counts)
            hits += (
                _hit(row) for row in session.execute(f"{written}{PARSED_HITS}", {"site": plan.site}).rows
            )
            rejects += session.execute(PARSED_REJECTS, {"lines": lines}).rows
            parse.drop(session, counts)
            lines += chunk.lines
            reader.committed(1, chunk)
    return ParsedLog(tuple(hits), tuple(rejects))


def written_lines(counts: parse.ParseCounts, codes: str = "chunk") -> str:
    """Return a common table expression `written`: the rows of chunk_line with their texts.

    The names of the tables of codes begin with `codes`.
    """
    encoded = ENCODED.format(codes=codes)
    return f"WITH written AS ({encoded if counts.is_encoded else 'FROM chunk_line'})"


ENCODED = """
    SELECT line.line_row, line.line, line.logged_at, line.client, request.vhost, request.request, line.status,
        line.bytes, referrer.referrer, line.duration, agent.agent, line.forwarded, line.reason,
        CAST(NULL AS INTEGER) AS agent_id, CAST(NULL AS BOOLEAN) AS is_bot,
        CAST(NULL AS INTEGER) AS referrer_id, CAST(NULL AS INTEGER) AS site_id,
        CAST(NULL AS INTEGER) AS page_id,
        CAST(NULL AS BOOLEAN) AS is_asset, CAST(NULL AS INTEGER) AS method_id
    FROM chunk_line AS line
    LEFT JOIN {codes}_agent_code AS agent ON agent.code = line.agent_code
    LEFT JOIN {codes}_referrer_code AS referrer ON referrer.code = line.referrer_code
    LEFT JOIN {codes}_request_code AS request ON request.code = line.request_code"""
PARSED_HITS = """
    SELECT coalesce($site, request.host), line.client, line.logged_at, nullif(request.method, ''),
        request.target, line.status, line.bytes, line.referrer, nullif(line.agent, chr(10))
    FROM written AS line
    JOIN (SELECT DISTINCT * EXCLUDE (code, times) FROM chunk_request) AS request
        ON request.vhost = line.vhost AND request.request = line.request
    WHERE line.reason IS NULL
    ORDER BY line.line_row"""
PARSED_REJECTS = """
    SELECT $lines + line_row + 1, reason, line
    FROM chunk_line
    WHERE reason IS NOT NULL
    ORDER BY line_row"""
HITS_OF_LOG = """
    SELECT site.name, hit.client, hit.logged_at, nullif(method.method, ''), page.target, hit.status,
        hit.bytes, referrer.referrer, nullif(agent.agent, chr(10))
    FROM store.source AS source
    JOIN store.ingest AS ingest USING (source_id)
    JOIN store.hit AS hit USING (ingest_id)
    JOIN store.site AS site USING (site_id)
    JOIN store.page AS page USING (page_id)
    JOIN store.referrer AS referrer USING (referrer_id)
    JOIN store.agent AS agent USING (agent_id)
    JOIN store.method AS method USING (method_id)
    WHERE source.path = $path"""
REJECTS_OF_LOG = """
    SELECT reject.line_number, reject.reason, reject.line
    FROM store.source AS source
    JOIN store.reject AS reject USING (source_id)
    WHERE source.path = $path
    ORDER BY reject.line_number"""
