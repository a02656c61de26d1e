"""The pipeline: chunk → typed lines → hits → page views → visits and totals, one transaction each.

A chunk is typed with the store closed. Then, in one transaction, its hits go in, its visits merge
into the stored ones, totals move by the difference, and the source's position moves on.
"""

import itertools
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from logstats import formats, locks, rules, sources, store
from logstats.config import Settings
from logstats.errors import LogError, LogstatsError, UsageError
from logstats.formats import LineShape
from logstats.model import Chunk, IngestSummary, SourceId
from logstats.rules import Internal, Rules
from logstats.sources import Identity, Log, Spool
from logstats.store import Session

SAMPLE_BYTES = 64 << 10
AUTO = "auto"
KEPT_OF_REJECT = 1000  # characters of a refused line that are kept to look at

STAGES = 2  # typing and storing: each works on a chunk of its own, in a session of its own
SPOOLS = 2  # one is read into while one is typed from
MET_ROWS = 300_000  # texts that a run remembers, some 40 MB

UNMET = ("20_request", "21_agent", "22_referrer")
JUDGED = ("31_agent_judged", "32_agent_insert")
MET_PAGES = (
    "33_referrer_insert",
    "34_page",
    "35_address",
    "36_article_insert",
    "37_page_new",
    "38_page_insert",
)
COUNTED = ("39_met", "40_hit_insert", "41_reject_insert", "42_counted", "50_local_day", "60_interval")
MERGED = ("62_touched", "63_merged", "64_visit_delete", "65_visit_insert")
TOTALLED = (
    "70_day_change",
    "71_day_update",
    "72_day_insert",
    "73_article_change",
    "74_article_update",
    "75_article_insert",
    "80_site_logged",
)

Progress = Callable[[int], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Order:
    """What to ingest into which store: logs of one site, or of the hosts that their lines name."""

    store: Path
    logs: tuple[str, ...]
    settings: Settings
    site: str | None = None
    log_format: str = AUTO
    wait: float = 10.0


@dataclass(frozen=True)
class _Run:
    """One log being read: its lines' shape, and the site they belong to (None: the line says)."""

    order: Order
    path: str
    shape: LineShape
    site: str | None
    rules: Rules


@dataclass(frozen=True)
class _Batch:
    """A chunk that is typed: its tables are in the session, and what they hold is counted."""

    session: Session
    chunk: Chunk
    hits: int
    rejects: int


def ingest(order: Order, progress: Progress = lambda _: None) -> IngestSummary | None:
    """Read what is new in the order's logs into its store; None where another ingest is running."""
    started = time.monotonic()
    total = IngestSummary()
    with locks.ingest_lock(order.store) as is_ours, Session() as session:
        if not is_ours:
            return None
        store.ensure(order.store)
        sessions = session.side_by_side(STAGES)
        unread: list[LogError] = []
        for path in order.logs:
            try:
                total = _sum(total, _read(sessions, order, path, progress))
            except LogError as error:
                unread.append(error)
    if unread:
        raise _all_of(unread)
    return replace(total, seconds=time.monotonic() - started)


def _all_of(errors: list[LogError]) -> LogError:
    kinds = {type(error) for error in errors}
    kind = kinds.pop() if len(kinds) == 1 else LogError
    return kind("\n".join(str(error) for error in errors))


def _read(sessions: Sequence[Session], order: Order, path: str, progress: Progress) -> IngestSummary:
    """Read what is new in one log.

    While one chunk goes into the store, the next one is typed, and the one after that is read.
    """
    total, reported = IngestSummary(), 0
    key, known = _known(sessions[0], order)
    with ExitStack() as stack:
        log, identity = stack.enter_context(sources.opened(path, key, list(known)))
        is_empty = identity is None and not log.sample(SAMPLE_BYTES).strip()
        if log.is_read or is_empty:
            return total
        run = _start(order, log, known[identity] if identity else None)
        spools = [stack.enter_context(closing(Spool())) for _ in range(SPOOLS)]
        chunks = stack.enter_context(_ahead(log.chunks(itertools.cycle(spools))))
        batches = stack.enter_context(_ahead(_typed(run, sessions, chunks)))
        sessions[0].run("ingest/05_met_empty")
        source = SourceId(identity.source_id, identity.position) if identity else None
        for batch in batches:
            source, told = _take(run, batch, source)
            total = _sum(total, told)
            progress(log.bytes_read - reported)
            reported = log.bytes_read
    return replace(total, sources=1 if total.lines else 0)


def _known(session: Session, order: Order) -> tuple[bytes, dict[Identity, str]]:
    """Return the store's key, and the sources it knows with the format of each."""
    with session.reading(order.store, order.wait, migrate=True):
        rows = session.run("ingest/00_known").rows
        key = session.run("ingest/00_key").value()
    return bytes.fromhex(key), {
        Identity(source_id, tuple(map(tuple, json.loads(heads))), anchor, position): log_format
        for source_id, heads, anchor, position, log_format in rows
    }


def _start(order: Order, log: Log, known_format: str | None) -> _Run:
    shape = _shape(order, log, known_format)
    site = _site(order, shape)
    return _Run(order, log.path, shape, site, rules.build(order.settings.assets))


def _shape(order: Order, log: Log, known_format: str | None) -> LineShape:
    if known_format and order.log_format == AUTO:
        return formats.named(known_format)
    sample = log.sample(SAMPLE_BYTES)
    if order.log_format == AUTO:
        return formats.detect(sample, log.path)
    shape = formats.named(order.log_format)
    if not known_format:
        formats.require_fit(shape, sample, log.path)
    return shape


def _site(order: Order, shape: LineShape) -> str | None:
    """Return the site that a log's lines belong to, None where each line names its host."""
    if order.site or shape.has("vhost"):
        return order.site
    sites = order.settings.sites
    if len(sites) > 1:
        names = ", ".join(site.name for site in sites)
        raise UsageError(f"which site are these logs of? give --site, one of {names}")
    return sites[0].name if sites else order.settings.unlisted.name


@contextmanager
def _ahead(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """Give the items, the next one being made in a thread while the caller works on this one."""

    def follow(pool: ThreadPoolExecutor) -> Iterator[T]:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item

    with ThreadPoolExecutor(max_workers=1) as pool:
        yield follow(pool)


def _typed(run: _Run, sessions: Sequence[Session], chunks: Iterator[Chunk]) -> Iterator[_Batch]:
    for session, chunk in zip(itertools.cycle(sessions), chunks, strict=False):
        yield _type(run, session, chunk)


def _type(run: _Run, session: Session, chunk: Chunk) -> _Batch:
    """Type the chunk's lines with the store closed.

    Every line must have come out again. The line reader passes empty lines over, which few logs
    have: only a chunk that comes out short has them marked and is read once more.
    """
    lines, hits, rejects = _type_lines(run, session, chunk)
    if lines < chunk.lines:
        sources.mark_blank(chunk.path)
        lines, hits, rejects = _type_lines(run, session, chunk)
    if lines != chunk.lines or hits + rejects != lines:
        raise LogstatsError(
            f"{run.path}: {chunk.lines} lines were read as {lines}, {hits} hits and {rejects} rejects, "
            f"after byte {chunk.start}; nothing of them was added. This is a fault of logstats: report it"
        )
    _run_all(session, UNMET, {})
    return _Batch(session, chunk, hits, rejects)


def _type_lines(run: _Run, session: Session, chunk: Chunk) -> tuple[int, int, int]:
    shape = run.shape
    slots = {
        "words": shape.words,
        "is_clean": shape.is_clean,
        "groups": str(list(shape.groups)),
        "fields": shape.fields,
    }
    params = {"chunk": chunk.path, "pattern": shape.pattern, "longest": sources.LONGEST_LINE - 4}
    session.run("ingest/10_line", params, slots)
    lines, hits, rejects = session.run("ingest/11_summary").rows[0]
    return lines, hits, rejects


def _take(run: _Run, batch: _Batch, source: SourceId | None) -> tuple[SourceId, IngestSummary]:
    """Take a batch into the store; return where its source stands then, and what it counted."""
    session, params = batch.session, _params(run, batch)
    with session.writing(run.order.store, run.order.wait):
        source = source or SourceId(session.run("ingest/01_source_new", params).value(), 0)
        params |= {"source_id": source.source_id, "from_position": source.position}
        before = session.run("ingest/03_before", params).records()[0]
        params["lines_before"] = before["lines_before"]
        params["ingest_id"] = source.ingest_id or session.run("ingest/02_ingest_new", params).value()
        _meet(run, session, params)
        internal = _internal(run, session)
        slots = internal.slots | {"first_row": str(before["first_row"])}
        _run_all(session, COUNTED, params | internal.params, slots)
        params |= dict(zip(("reach_from", "reach_until"), session.run("ingest/61_span").rows[0], strict=True))
        _run_all(session, (*MERGED, *TOTALLED), params)
        if not session.run("ingest/81_source", params).rows:
            raise LogstatsError(f"{run.path}: was read by another run meanwhile; nothing was added")
        session.run("ingest/82_ingest", params)
        bots, page_views = session.run("ingest/90_told").rows[0]
    if not batch.chunk.complete:
        _remember(session)
    session.run("ingest/87_line_drop")
    told = IngestSummary(batch.chunk.lines, batch.hits, batch.rejects, bots, page_views)
    return SourceId(source.source_id, batch.chunk.end, params["ingest_id"]), told


def _remember(session: Session) -> None:
    """Let the next chunks know what this one has met, once it is in the store for good."""
    session.run("ingest/85_met")
    if session.run("ingest/86_met_size").value() > MET_ROWS:
        session.run("ingest/05_met_empty")


def _params(run: _Run, batch: _Batch) -> dict[str, Any]:
    chunk = batch.chunk
    return run.rules.params() | {
        "lines": chunk.lines,
        "hits": batch.hits,
        "rejects": batch.rejects,
        "site": run.site,
        "path": sources.printable(run.path),
        "format": run.shape.log_format if run.shape.name not in formats.FORMATS else run.shape.name,
        "anchor": chunk.anchor,
        "heads": chunk.heads,
        "to_position": chunk.end,
        "complete": chunk.complete,
        "read_at": store.utc_now(),
        "kept": KEPT_OF_REJECT,
    }


def _meet(run: _Run, session: Session, params: dict[str, Any]) -> None:
    """Give a row to each site, agent, referrer, page and article that the store has not met."""
    for (name,) in session.run("ingest/29_site_unmet", params).rows:
        session.run("ingest/29_site_new", run.order.settings.site(name).kept_rules())
    if session.run("ingest/30_agent_unmet").value():
        _run_all(session, JUDGED, params, run.rules.slots())
    _run_all(session, MET_PAGES, params)


def _internal(run: _Run, session: Session) -> Internal:
    sites = session.execute("SELECT site_id, name FROM store.site ORDER BY site_id").rows
    networks_of = {site_id: run.order.settings.site(name).internal for site_id, name in sites}
    return rules.internal(networks_of, (row[0] for row in session.run("ingest/23_client_v6").rows))


def _run_all(
    session: Session,
    names: tuple[str, ...],
    params: dict[str, Any],
    slots: Mapping[str, str] = MappingProxyType({}),
) -> None:
    for name in names:
        session.run(f"ingest/{name}", params, slots)


def _sum(one: IngestSummary, other: IngestSummary) -> IngestSummary:
    return IngestSummary(
        lines=one.lines + other.lines,
        hits=one.hits + other.hits,
        rejects=one.rejects + other.rejects,
        bots=one.bots + other.bots,
        page_views=one.page_views + other.page_views,
        sources=one.sources + other.sources,
    )
