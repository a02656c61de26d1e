"""The pipeline: chunk → typed lines → hits → page views → visits and totals, one transaction each.

A chunk is typed with the store closed. Then, in one transaction, its hits go in, its visits merge
into the stored ones, totals move by the difference, and the source's position moves on.
"""

import itertools
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple

from logstats import store
from logstats.config import Settings
from logstats.errors import LogError, LogstatsError, together
from logstats.ingest import log_registry, parse, worker_pool
from logstats.ingest.parse import AUTO, SAMPLE_BYTES, ParseCounts, ParsePlan
from logstats.model import Chunk, IngestSummary, SourceId
from logstats.rules import client_ips, ruleset
from logstats.rules.client_ips import Internal
from logstats.rules.ruleset import Rules
from logstats.sources import LogReader, Scan, Spool
from logstats.store import Session, invariants, locks

KEPT_OF_REJECT = 1000  # characters of a refused line that are kept to look at

WORKERS = 2  # each takes a chunk at a time from the log into the store, in a session of its own
ENOUGH = 500  # page views of a chunk in which one address that makes half of them is worth a word
MET_ROWS = 300_000  # texts that a run remembers, some 40 MB

UNMET = ("ingest/dimensions/request", "ingest/dimensions/agent", "ingest/dimensions/referrer")
JUDGED = ("rules/agent_class", "ingest/dimensions/agent_insert")
MET = ("ingest/dimensions/referrer_insert", "ingest/dimensions/page_known", "ingest/dimensions/method_insert")
NEW_ARTICLES = ("rules/canonical_url", "rules/article_insert")
NEW_PAGES = ("ingest/dimensions/page_new", "ingest/dimensions/page_insert")
COUNTED = (
    "ingest/hits/hit_insert",
    "ingest/hits/counted_hit",
    "ingest/visits/minute",
    "ingest/visits/interval",
)
MERGED = (
    "ingest/visits/touched",
    "ingest/visits/merged",
    "ingest/visits/visit_delete",
    "ingest/visits/visit_insert",
)
TOTALLED = (
    "ingest/days/day_change",
    "ingest/days/day_update",
    "ingest/days/day_insert",
    "ingest/days/article_change",
    "ingest/days/article_update",
    "ingest/days/article_insert",
    "ingest/days/site_update",
)

Progress = Callable[[int], None]


class IngestRequest(NamedTuple):
    """What to ingest into which store: logs of one site, or of the hosts that their lines name.

    `host` is the machine that wrote the logs, where there are several; `stream` names what standard
    input is a log of. `asked` are the logs that somebody named one by one.
    """

    store: Path
    logs: tuple[str, ...]
    settings: Settings
    site: str | None = None
    log_format: str = AUTO
    wait: float = 10.0
    host: str = ""
    stream: str | None = None
    asked: frozenset[str] = frozenset()


class _Run(NamedTuple):
    """One log being read, and the rules that its hits are judged by. `key` is the hashes of addresses'."""

    order: IngestRequest
    reading: ParsePlan
    rules: Rules
    key: str

    @property
    def path(self) -> str:
        """What the store calls the log."""
        return self.reading.path


class _Batch(NamedTuple):
    """A chunk that is typed: its tables are in the session, and what they hold is counted."""

    session: Session
    chunk: Chunk
    typed: ParseCounts
    clients_v6: tuple[str, ...]


def ingest(order: IngestRequest, progress: Progress = lambda _: None) -> IngestSummary | None:
    """Read what is new in the order's logs into its store; None where another ingest is running.

    A log that can't be read does not stop the others: the summary's `unread` tells of it.
    """
    with Session() as session:
        return ingest_in(session, order, progress)


def ingest_in(
    session: Session, order: IngestRequest, progress: Progress = lambda _: None
) -> IngestSummary | None:
    """Do the same in a session that is there already."""
    started = time.monotonic()
    total = IngestSummary()
    with locks.ingest_lock(order.store) as is_ours:
        if not is_ours:
            return None
        ruleset.require(order.settings, session.complaint)
        store.ensure(order.store)
        with session.for_ingest(WORKERS) as sessions:
            past = log_registry.past(session, order.store, order.wait)
            with Scan(order.logs, past, order.host, order.stream, order.asked) as logs:
                for log in logs.readers():
                    told, error = _read(sessions, order, log, past.key.hex(), progress)
                    total += told
                    if error:
                        logs.drop(log, error)
            log_registry.keep(session, order.store, order.wait, logs.findings)
            if order.settings.keeps_pseudonyms():
                _pseudonyms().forget(session, order.store, order.wait)
    found = logs.findings
    return replace(
        total,
        seconds=time.monotonic() - started,
        dominant_clients=tuple(dict.fromkeys(total.dominant_clients)),
        copies=tuple(found.copies),
        waiting=tuple(found.waiting),
        warnings=tuple(found.warnings),
        unread=tuple(found.unread),
    )


def require_read(summary: IngestSummary, asked: Collection[str] = ()) -> None:
    """Raise an error where logs could not be read, or `asked` ones have to wait until they are whole."""
    waiting = [LogError(told) for path, told in summary.waiting if path in asked]
    unread = [error for error in summary.unread if isinstance(error, LogstatsError)]
    if errors := [*unread, *waiting]:
        raise together(errors)


def _read(
    sessions: Sequence[Session], order: IngestRequest, log: LogReader, key: str, progress: Progress
) -> tuple[IngestSummary, LogError | None]:
    """Read what is new in one log; return what is in the store, and why the log was read no further.

    While one worker's chunk goes into the store, the other's is read and typed. Chunks are stored in
    order and a worker has one at a time, so of as many spools used in turn the next is always free.
    """
    try:
        known = log.identity
        if known is None and not log.sample(SAMPLE_BYTES).strip():
            return IngestSummary(), None
        run = _start(order, log, key)
    except LogError as error:
        return IngestSummary(), error
    begun = _Taken(SourceId(known.source_id, known.position) if known else None, IngestSummary())
    with ExitStack() as stack:
        spools = [stack.enter_context(closing(Spool())) for _ in sessions]
        chunks = log.chunks(itertools.cycle(spools), parse.fits(run.reading))
        hands = [partial(_work, run, log, session) for session in sessions]
        taken, failed = worker_pool.run_in_order(_told(sessions[0], log, chunks, progress), begun, hands)
    total = replace(taken.total, sources=1 if taken.total.lines else 0)
    if failed is None or isinstance(failed, LogError):
        return total, failed
    raise failed


class _Taken(NamedTuple):
    """Where a source stands, and what this run has counted of it, when a chunk is in the store."""

    source: SourceId | None
    total: IngestSummary


def _told(session: Session, log: LogReader, chunks: Iterator[Chunk], progress: Progress) -> Iterator[Chunk]:
    """Give the chunks, and tell of the bytes that were read for each; make ready for a second one."""
    reported = 0
    for number, chunk in enumerate(chunks):
        if number == 0 and not chunk.complete:
            session.keep_memory()
            session.run("ingest/dimensions/known_create")
        progress(log.bytes_read - reported)
        reported = log.bytes_read
        yield chunk


def _work(run: _Run, log: LogReader, session: Session, chunk: Chunk, before: Callable[[], _Taken]) -> _Taken:
    """Type a chunk, and take it into the store when the one before it is there."""
    batch = _type(run, session, chunk)
    source, told = _take(run, batch, before())
    log.committed(source.source_id, chunk)
    return _Taken(source, told)


def _start(order: IngestRequest, log: LogReader, key: str) -> _Run:
    how = parse.begin(log, order.settings, order.site, order.log_format)
    return _Run(order, how, ruleset.build(order.settings), key)


def _type(run: _Run, session: Session, chunk: Chunk) -> _Batch:
    """Type a chunk's lines and take apart what the run has not met, with the store closed."""
    typed = parse.type_chunk(session, run.reading, chunk)
    _run_all(session, UNMET, {"identity_key": run.key})
    clients_v6 = tuple(client for (client,) in session.run("ingest/dimensions/ipv6_client").rows)
    return _Batch(session, chunk, typed, clients_v6)


def _take(run: _Run, batch: _Batch, before: _Taken) -> tuple[SourceId, IngestSummary]:
    """Take a batch into the store behind what was taken before; return where its source stands, and all."""
    session, source, params = batch.session, before.source, _params(run, batch)
    with session.writing(run.order.store, run.order.wait):
        source = source or SourceId(session.run("ingest/hits/source_insert", params).value(), 0)
        params |= {"source_id": source.source_id, "from_position": source.position}
        start = session.run("ingest/hits/chunk_start", params).records()[0]
        params["lines_before"] = start["lines_before"]
        params["ingest_id"] = source.ingest_id or session.run("ingest/hits/ingest_insert", params).value()
        internal, hashed = _meet(run, batch, params)
        slots = internal.slots | {"first_row": str(start["first_row"])}
        _run_all(session, COUNTED, params | internal.params, slots)
        if batch.typed.rejects:
            session.run("ingest/hits/reject_insert", params, slots)
        span = dict(
            zip(("reach_from", "reach_until"), session.run("ingest/visits/reach").rows[0], strict=True)
        )
        if hashed:
            _pseudonyms().join(session, **span)
        params |= span
        _run_all(session, (*MERGED, *TOTALLED), params)
        if not session.run("ingest/hits/source_update", params).rows:
            raise LogstatsError(f"{run.path}: was read by another run meanwhile; nothing was added")
        session.run("ingest/hits/ingest_update", params)
        bots, page_views = session.run("ingest/hits/hit_count").rows[0]
        late = invariants.check(session, run.path, params | {"bots": bots, "page_views": page_views})
        dominant_clients = (
            session.run("ingest/hits/dominant_client", {"enough": ENOUGH}).rows
            if page_views >= ENOUGH
            else ()
        )
    if not batch.chunk.complete:
        _remember(session)
    session.run("ingest/parse/line_drop")
    typed = batch.typed
    read = IngestSummary(batch.chunk.lines, typed.hits, typed.rejects, bots, page_views, late, typed.headers)
    told = replace(read, dominant_clients=tuple(_dominant_client(run, *crowd) for crowd in dominant_clients))
    return SourceId(source.source_id, batch.chunk.end, params["ingest_id"]), before.total + told


def _dominant_client(run: _Run, site: str, client: str) -> tuple[str, str]:
    """Return a site and its crowd; a pseudonym would tell nobody which address it is."""
    return site, "" if run.order.settings.site(site).is_hashed else client


def _remember(session: Session) -> None:
    """Let the next chunks know what this one has met, once it is in the store for good."""
    session.run("ingest/dimensions/known_insert")
    if session.run("ingest/dimensions/known_count").value() > MET_ROWS:
        session.run("ingest/dimensions/known_create")


def _params(run: _Run, batch: _Batch) -> dict[str, Any]:
    chunk = batch.chunk
    return run.rules.params() | {
        "lines": chunk.lines,
        "hits": batch.typed.hits,
        "rejects": batch.typed.rejects,
        "site": run.reading.site,
        "identity_key": run.key,
        "path": run.path,
        "host": run.order.host,
        "format": run.reading.shape.definition,
        "header": chunk.header_after,
        "tail_hash": chunk.tail_hash,
        "head_hashes": list(chunk.head_hashes),
        "block_hashes": list(chunk.block_hashes),
        "ends_mid_line": chunk.ends_mid_line,
        "size": chunk.size,
        "to_position": chunk.end,
        "complete": chunk.complete,
        "read_at": store.utc_now(),
        "kept": KEPT_OF_REJECT,
    }


def _meet(run: _Run, batch: _Batch, params: dict[str, Any]) -> tuple[Internal, bool]:
    """Give a row to each site, agent, referrer, page and article that the store has not met.

    Return which clients are internal to which site and what is kept of a client; and whether any of them
    are pseudonyms.
    """
    session = batch.session
    site_of = run.rules.site_of()
    sites = ruleset.site_settings(session, run.order.settings)
    if run.reading.site not in {site.name for site in sites.values()}:
        for (name,) in session.run("ingest/dimensions/site_new", params, site_of).rows:
            session.run("ingest/dimensions/site_insert", ruleset.stored_rules(run.order.settings, name))
        sites = ruleset.site_settings(session, run.order.settings)
    session.run("ingest/dimensions/agent_known")
    if session.execute("SELECT 1 FROM chunk_agent_new LIMIT 1").rows:
        _run_all(session, JUDGED, params, run.rules.slots())
    articles = ruleset.article_rules(session, run.rules, sites)
    _run_all(session, MET, params, site_of)
    if session.execute("SELECT 1 FROM chunk_page WHERE page_id IS NULL LIMIT 1").rows:
        _run_all(session, NEW_ARTICLES, params | articles.params, articles.slots)
        if articles.are_ruled:
            session.run("rules/article_url_update")
        _run_all(session, NEW_PAGES, params)
    session.run("ingest/dimensions/request_known")
    networks_of = {site_id: site.internal for site_id, site in sites.items()}
    internal = client_ips.internal(networks_of, batch.clients_v6)
    kept = client_ips.kept({site_id: site.privacy for site_id, site in sites.items()})
    rotates = {site_id: site.hash_key for site_id, site in sites.items() if site.is_hashed}
    if rotates:
        _pseudonyms().give(session, rotates)
    return Internal(internal.slots | kept, internal.params), bool(rotates)


def _pseudonyms() -> ModuleType:
    """Return the room of pseudonyms; only sites that keep them pay for it."""
    from logstats.rules import pseudonyms  # noqa: PLC0415

    return pseudonyms


def _run_all(
    session: Session,
    names: tuple[str, ...],
    params: dict[str, Any],
    slots: Mapping[str, str] = MappingProxyType({}),
) -> None:
    for name in names:
        session.run(name, params, slots)
