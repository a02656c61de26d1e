"""Parse a chunk with the store closed, then commit it in one transaction.

The transaction inserts new sites, agents, referrers, pages and articles, then the hits; it merges the visits,
adds to the totals of days and articles, and moves the source's position. It is rolled back if the figures
contradict each other.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType, ModuleType
from typing import Any

from logstats import formats, store
from logstats.errors import LogstatsError
from logstats.ingest import dimensions, hosts, parse
from logstats.ingest.job import Job, ParsedChunk
from logstats.model import DOMINANT_FROM, Chunk, IngestSummary, LeftOut, SourceId
from logstats.rules.client_ips import HitRules
from logstats.store import Params, Session, invariants
from logstats.store.session import Needless

REJECT_LENGTH = 1000  # characters of a rejected line that are kept
ENOUGH_LINES = 20  # of which most are rejected, before a log is refused
OVERLAPPING = 32  # lines of a log that goes on, from which they are compared with those of other logs
KNOWN_ROWS = 300_000  # texts that a run remembers with their ids, some 40 MB

OF_ONE_LOG = MappingProxyType({"ingest": "$ingest_id", "of_log": ""})  # slots of hits of one ingest

# The stages, each in the order of its statements.
HITS = ("ingest/hits/hit_insert", "ingest/hits/counted_hit", "ingest/visits/minute", "ingest/visits/interval")
VISITS = (
    "ingest/visits/touched",
    "ingest/visits/merged",
    "ingest/visits/visit_delete",
    "ingest/visits/visit_insert",
)
DAYS = (
    "ingest/days/day_change",
    "ingest/days/day_update",
    "ingest/days/day_insert",
    "ingest/days/article_change",
    "ingest/days/article_update",
    "ingest/days/article_insert",
    "ingest/days/site_update",
)

NEEDLESS: Mapping[str, Needless] = {
    # a statement: whether it would change nothing, by the rows that those before it have written
    "ingest/visits/visit_delete": lambda rows: not rows["ingest/visits/touched"],
    "ingest/days/day_insert": lambda rows: rows["ingest/days/day_update"] == rows["ingest/days/day_change"],
    "ingest/days/article_update": lambda rows: not rows["ingest/days/article_change"],
    "ingest/days/article_insert": lambda rows: (
        rows.get("ingest/days/article_update", 0) == rows["ingest/days/article_change"]
    ),
}


def parse_chunk(job: Job, session: Session, chunk: Chunk) -> ParsedChunk:
    """Parse a chunk's lines and collect the texts that are new to the run, with the store closed."""
    try:
        counts = parse.type_chunk(session, job.plan, chunk, job.texts)
    finally:
        if job.texts is not None:
            job.texts.passed(chunk)
    parsed = ParsedChunk(session, chunk, counts)
    dimensions.collect(job, parsed)
    if counts.is_encoded and job.last_rules.value:
        from logstats.ingest import ahead  # noqa: PLC0415 - only in a long run

        return ahead.find_urls(job, parsed)
    return parsed


def restore_texts(job: Job, parsed: ParsedChunk) -> ParsedChunk:
    """Add the texts that the log's reader knows and that have no id; the chunks before are committed."""
    if job.texts is None or not parsed.counts.is_encoded:
        return parsed
    if not _log_texts().restore(job.texts, parsed.session):
        return parsed
    dimensions.collect(job, parsed)
    return parsed._replace(has_restored=True)


def reject_hosts(job: Job, parsed: ParsedChunk) -> ParsedChunk:
    """Reject the lines of hosts that are no site, with the store closed; the chunks before are committed."""
    session = parsed.session
    if job.plan.site is not None or not parsed.counts.hits:
        return parsed
    slots = {**job.rules.site_of(), **dimensions.texts_of(parsed.counts)}
    lines = hosts.refused(session, job.sites, slots)
    if not lines:
        return parsed
    parse.make_changeable(session, parsed.counts)
    refused = hosts.reject_lines(session, lines, job.sites.reason, slots, parsed.chunk)
    dimensions.collect(job, parsed)  # those of the rejected lines are not stored
    counts, _ = parse.counted_again(session, parsed.counts)
    return parsed._replace(counts=counts, refused=refused)


def commit_chunk(job: Job, parsed: ParsedChunk, source: SourceId | None) -> tuple[SourceId, IngestSummary]:
    """Commit a chunk that starts at the position of its log's source (None for a new log).

    Return the source with its new position, and the chunk's counts. Raise LogstatsError, and commit nothing,
    where another run has read the log meanwhile or the figures contradict each other.
    """
    session, chunk = parsed.session, parsed.chunk
    read_at, is_long = store.utc_now(), job.texts is not None and parsed.counts.is_encoded
    with (
        session.helped(is_long=is_long and chunk.complete),  # the other worker has nothing left to parse
        session.writing(job.request.store, job.request.wait, is_long=is_long),
    ):
        source = _started(job, session, source, read_at)
        start = chunk_start(job, session, source.source_id)
        hit_rules = dimensions.insert(job, parsed)
        if _may_repeat(source, start):
            parsed = _repeated().leave_out(job, parsed, source, start, hit_rules)
        with session.helped(is_long=is_long):
            _insert_hits(parsed, source, start, hit_rules)
        if parsed.refused:
            of_hosts = hosts.warning(session, parsed.refused, job.plan.path, source.source_id)
            parsed = parsed._replace(warnings=(*parsed.warnings, *of_hosts))
        merge(session, has_pseudonyms=hit_rules.has_pseudonyms)
        is_refused = _move_source(job, parsed, source, read_at)
        if is_refused != start["is_site_refused"]:
            refused = {"is_refused": is_refused, "source_site": job.plan.source_site}
            session.run("ingest/hits/site_refused_update", refused)
        bots, page_views = session.run("ingest/hits/hit_count").rows[0]
        counted = {"bots": bots, "page_views": page_views, "lines_before": start["lines_before"]}
        late = _check(job, parsed, source, counted)
        dominant = dominant_clients(job, session) if page_views >= DOMINANT_FROM else ()
    left_out = _left_out(job, parsed, start["lines_before"])
    remember(job, parsed)
    was_refused = start["is_refused"] if source.was_refused is None else source.was_refused
    source = source._replace(position=chunk.end, is_refused=is_refused, was_refused=was_refused)
    return source, IngestSummary(
        lines=chunk.lines,
        hits=parsed.counts.hits,
        rejects=parsed.counts.rejects,
        repeated=parsed.repeated,
        bots=bots,
        page_views=page_views,
        late=late,
        headers=parsed.counts.headers,
        dominant_clients=dominant,
        left_out=left_out,
        without_agent=without_agent(job, session, chunk),
        read_in=parsed.read_in,
        warnings=parsed.warnings,
    )


def _left_out(job: Job, parsed: ParsedChunk, lines_before: int) -> tuple[LeftOut, ...]:
    if parsed.counts.rejects == parsed.counts.headers:
        return ()
    rows = parsed.session.run("ingest/parse/left_out", {"length": REJECT_LENGTH}).records()
    return tuple(
        LeftOut(
            path=job.plan.path,
            reason=row["reason"],
            lines=row["lines"],
            line_number=lines_before + row["line_row"] + 1,
            line=row["line"],
        )
        for row in rows
    )


def without_agent(job: Job, session: Session, chunk: Chunk) -> tuple[tuple[str, str], ...]:
    """Return the log with its format if lines of the chunk have no user agent."""
    log_format = job.plan.log_format
    if log_format.keys:  # a note on the keys says so
        return ()
    if "agent" in log_format.optional:
        has_agents = not session.run("ingest/dimensions/unknown_agent").rows
    else:
        headers = (chunk.header, chunk.header_after or log_format.header)
        has_agents = formats.has_agent(log_format, "\n".join(headers).splitlines())
    if has_agents:
        return ()
    return ((job.plan.path, log_format.name),)


def holds_only_known(job: Job, parsed: ParsedChunk) -> bool:
    """Whether each line of a chunk was read before; nothing is committed.

    Of a line without its newline, which is a chunk by itself, the beginning may be all that there is.
    """
    session = parsed.session
    with session.writing(job.request.store, job.request.wait, keep=False):
        source = _started(job, session, None, store.utc_now())
        start = chunk_start(job, session, source.source_id)
        hit_rules = dimensions.insert(job, parsed)
        is_known: bool
        if parsed.chunk.ends_mid_line:
            is_known = _repeated().is_cut_line(job, parsed, hit_rules)
        else:
            parsed = _repeated().leave_out(job, parsed, source, start, hit_rules)
            is_known = parsed.repeated == parsed.chunk.lines
    parse.drop(session, parsed.counts)
    return is_known


def chunk_start(job: Job, session: Session, source_id: int) -> dict[str, Any]:
    """Return where a chunk starts: the row of statement hits/chunk_start."""
    params = {
        "source_id": source_id,
        "site": job.plan.site,
        "source_site": job.plan.source_site,
    }
    return session.run("ingest/hits/chunk_start", params).records()[0]


def _may_repeat(source: SourceId, start: dict[str, Any]) -> bool:
    """Whether so many lines of the chunk are no newer than the site's newest hit that they are compared."""
    is_new_or_repeats = source.position == 0 or start["repeated_at_end"]
    return bool(start["known_times"] >= (1 if is_new_or_repeats else OVERLAPPING))


def _repeated() -> ModuleType:
    from logstats.ingest import repeated  # noqa: PLC0415 - few chunks have lines of that time

    return repeated


def _started(job: Job, session: Session, source: SourceId | None, read_at: datetime) -> SourceId:
    """Return the source with this run's ingest; insert their rows where they do not exist yet."""
    if source is None:
        row = {
            "path": job.plan.path,
            "machine": job.request.machine,
            "site": job.plan.source_site,
            "format": job.plan.log_format.definition,
            "read_at": read_at,
        }
        source = SourceId(session.run("ingest/hits/source_insert", row).value(), 0)
    if source.ingest_id is not None:
        return source
    run = {
        "source_id": source.source_id,
        "from_position": source.position,
        "path": job.plan.path,
        "read_at": read_at,
    }
    return source._replace(ingest_id=session.run("ingest/hits/ingest_insert", run).value())


def _insert_hits(parsed: ParsedChunk, source: SourceId, start: dict[str, Any], hit_rules: HitRules) -> None:
    session, ingest_id = parsed.session, {"ingest_id": source.ingest_id}
    insert_hits(session, hit_rules, start["first_row"], ingest_id)
    if parsed.counts.rejects:
        row = {
            "source_id": source.source_id,
            "lines_before": start["lines_before"],
            "length": REJECT_LENGTH,
        }
        session.run("ingest/hits/reject_insert", ingest_id | row, hit_rules.slots)


def insert_hits(
    session: Session,
    hit_rules: HitRules,
    first_row: int,
    ingest_id: Params,
    slots: Mapping[str, str] = OF_ONE_LOG,
) -> None:
    """Insert the hits of the parsed lines, and count them; `slots` say which hit is of which ingest."""
    slots = {**hit_rules.slots, **slots, "first_row": str(first_row)}
    session.run_all(HITS, {**ingest_id, **hit_rules.params}, slots)


def merge(session: Session, *, has_pseudonyms: bool) -> None:
    """Merge the chunk's visits into the stored ones, and add the difference to the totals."""
    reach = session.run("ingest/visits/reach").records()[0]
    if has_pseudonyms:
        _pseudonyms().join_rotations(session, **reach)
    session.run_all(VISITS, reach, needless=NEEDLESS)
    session.run_all(DAYS, needless=NEEDLESS)


def _move_source(job: Job, parsed: ParsedChunk, source: SourceId, read_at: datetime) -> bool:
    """Move the source's position; return whether most of its last lines were rejected.

    Raise LogstatsError where another run has moved the position meanwhile.
    """
    chunk, counts = parsed.chunk, parsed.counts
    state = {
        "to_position": chunk.end,
        "lines": chunk.lines,
        "hits": counts.hits,
        "rejects": counts.rejects,
        "repeated": parsed.repeated,
        "repeated_at_end": parsed.repeated_at_end,
        "head_hashes": list(chunk.head_hashes),
        "tail_hash": chunk.tail_hash,
        "size": chunk.size,
        "ends_mid_line": chunk.ends_mid_line,
        "header": chunk.header_after,
        "complete": chunk.complete,
        "read_at": read_at,
    }
    moved = state | {
        "source_id": source.source_id,
        "from_position": source.position,
        "path": job.plan.path,
        "machine": job.request.machine,
        "block_hashes": list(chunk.block_hashes),
        "records": counts.hits + counts.faults,
        "faults": counts.faults,
        "enough": ENOUGH_LINES,
    }
    refused = parsed.session.run("ingest/hits/source_update", moved).rows
    if not refused:
        raise LogstatsError(f"{job.plan.path}: another run has read this log meanwhile; nothing was added")
    parsed.session.run("ingest/hits/ingest_update", state | {"ingest_id": source.ingest_id})
    return bool(refused[0][0])


def _check(job: Job, parsed: ParsedChunk, source: SourceId, counted: dict[str, int]) -> int:
    """Raise LogstatsError where the figures contradict each other; return the number of late hits."""
    expected = counted | {
        "source_id": source.source_id,
        "from_position": source.position,
        "to_position": parsed.chunk.end,
        "lines": parsed.chunk.lines,
        "hits": parsed.counts.hits,
    }
    return invariants.check(parsed.session, job.plan.path, expected)


def dominant_clients(job: Job, session: Session) -> tuple[tuple[str, str], ...]:
    """Return (site, client) where one client makes most page views of a site; '' for a pseudonym."""
    rows = session.run("ingest/hits/dominant_client", {"enough": DOMINANT_FROM}).rows
    settings = job.request.settings
    return tuple((site, "" if settings.site(site).is_hashed else client) for site, client in rows)


def remember(job: Job, parsed: ParsedChunk) -> None:
    """Keep the committed chunk's texts, or their codes, with their ids for the next chunk."""
    session, counts = parsed.session, parsed.counts
    if not parsed.chunk.complete:
        if job.texts is not None and counts.is_encoded:
            _log_texts().remember(job.texts, session, counts.first_codes)
        else:
            session.run("ingest/dimensions/known_insert")
        session.run("ingest/dimensions/known_page_insert")
        if session.run("ingest/dimensions/known_count").value() > KNOWN_ROWS:
            session.run("ingest/dimensions/known_create")
    parse.drop(session, counts)


def _log_texts() -> ModuleType:
    from logstats.ingest import log_texts  # noqa: PLC0415 - only in a long run

    return log_texts


def _pseudonyms() -> ModuleType:
    from logstats.rules import pseudonyms  # noqa: PLC0415 - only for sites that store pseudonyms

    return pseudonyms
