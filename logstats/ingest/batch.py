"""Many small new logs as one chunk: hundreds of archives would cost a transaction each.

The lines of logs that are read in the same way are put into one spool, parsed together, and committed in one
transaction. The store is as if each had been read by itself. A log of which that is not certain, because it
shares lines with another one or most of its lines are rejected, is named by an ApartError: then nothing of
the batch is committed, and the run starts its scan again and reads that log by itself.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

from logstats import store
from logstats.errors import LogError, of_log
from logstats.ingest import commit, dimensions, hosts, parse, parse_plan
from logstats.ingest.commit import ENOUGH_LINES, REJECT_LENGTH
from logstats.ingest.hosts import Sites
from logstats.ingest.job import ApartError, Job, LastRules, ParsedChunk
from logstats.ingest.parse import ParseCounts
from logstats.ingest.parse_plan import ParsePlan
from logstats.ingest.request import Advance, IngestRequest
from logstats.model import DOMINANT_FROM, Chunk, IngestSummary, LeftOut
from logstats.rules import ruleset
from logstats.rules.client_ips import HitRules
from logstats.sources import LogReader, Spool
from logstats.store import Session, invariants

SMALL_BYTES = 16 << 20  # of a log: a longer one is worth a transaction
SMALL_APART = 4 << 20  # after a batch was in vain: logs of several servers often have lines in common
BATCH_BYTES = 80 << 20  # of the logs together: each transaction writes the ends of all tables again
BATCH_LOGS = 500
NO_INGEST = 0  # the id of none: no stored hit is of the batch
OF_BATCH = {  # slots: which hit is of which ingest
    "ingest": "CAST($ingest_id + batch_line.log AS INTEGER)",
    "of_log": "JOIN batch_line ON batch_line.line_row = hit.line",
}


class Member(NamedTuple):
    """A log of a batch, and its content as a chunk."""

    log: LogReader
    chunk: Chunk


class LogCounts(NamedTuple):
    """The counts of a log of a batch: how many lines were parsed, and what they are."""

    lines: int
    of: ParseCounts


class Ids(NamedTuple):
    """The ids of the source and the ingest of a batch's first log; those of the others follow."""

    source_id: int
    ingest_id: int


class Batch:
    """Logs that are read in the same way, in the order in which they are to be read."""

    def __init__(self, request: IngestRequest, sites: Sites, key: str) -> None:
        """Start without logs. `sites` are those that lines may name, `key` is that of the store's hashes."""
        self.request, self.sites, self.key = request, sites, key
        self.members: list[Member] = []
        self.plan: ParsePlan | None = None
        self.ids = Ids(0, 0)
        self.spool, self._spool_of_log = Spool(), Spool()

    def close(self) -> None:
        """Remove the lines."""
        self.spool.close()
        self._spool_of_log.close()

    def empty(self) -> None:
        """Start again without logs."""
        self.members, self.plan = [], None
        self.spool.empty()

    def has_room(self, log: LogReader, plan: ParsePlan) -> bool:
        """Whether a log can be added to those that are there."""
        is_alike = self.plan is None or self.plan == plan._replace(path=self.plan.path)
        is_small = len(self.members) < BATCH_LOGS and self.spool.size + log.size <= BATCH_BYTES
        return not self.members or (is_alike and is_small)

    def add(self, log: LogReader, plan: ParsePlan, ids: Ids) -> LogError | None:
        """Add the lines of a log as those of the next source; return the error of reading them.

        `ids` are the next ones of the store, without the batch. Raise ApartError where it is no log of one
        chunk.
        """
        if not self.members:
            self.ids, self.plan = ids, plan
        try:
            chunks = list(log.chunks(repeat(self._spool_of_log), parse_plan.fits(plan)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other logs are read
            return of_log(error, log.path)
        if len(chunks) > 1 or any(chunk.header_after or not chunk.complete for chunk in chunks):
            raise ApartError([log.name])
        for chunk in chunks:
            self.spool.write(Path(chunk.path).read_bytes())
            self.members.append(Member(log, chunk))
            log.committed(self.ids.source_id + len(self.members) - 1, chunk)
        return None

    def job(self) -> Job:
        """Return what is ingested, as if it were the first log alone."""
        assert self.plan is not None  # noqa: S101 - for the type checker
        return Job(
            request=self.request,
            log=self.members[0].log,
            plan=self.plan,
            rules=ruleset.build(self.request.settings),
            key=self.key,
            sites=self.sites,
            last_rules=LastRules(),
        )

    def chunk(self) -> Chunk:
        """Return the lines of all logs as one chunk."""
        self.spool.finish()
        return Chunk(
            file=self.spool,
            lines=sum(member.chunk.lines for member in self.members),
            start=0,
            end=self.spool.size,
            complete=True,
            head_hashes=(),
            tail_hash=0,
            has_backslash=self.spool.has_backslash,
        )

    def names(self, numbers: Iterable[int] | None = None) -> list[str]:
        """Return the names of logs by their numbers, or of all."""
        every = [member.log.name for member in self.members]
        return every if numbers is None else [every[number] for number in numbers]


def may_join(log: LogReader, apart: Collection[str]) -> bool:
    """Whether a log is small and new, and begins like no other one."""
    is_new = log.identity is None and log.origin.alike is None
    small = SMALL_APART if apart else SMALL_BYTES
    return is_new and log.size <= small and log.name not in apart


def plan(log: LogReader, request: IngestRequest) -> ParsePlan | None:
    """Return the plan of a log that can be read with others; None where it is to be read by itself."""
    with suppress(Exception):  # the log is read by itself then, and its error reported
        if log.sample(parse_plan.SAMPLE_BYTES).strip():
            found = parse_plan.of_log(
                log, request.settings, request.site, request.log_format, request.stored_sites
            )
            return None if found.log_format.has_header else found
    return None


def next_ids(session: Session, request: IngestRequest) -> Ids:
    """Return the ids that the store gives next."""
    with session.reading(request.store, request.wait, views=()):
        return Ids(*session.run("ingest/batch/next_ids").rows[0])


def flush(session: Session, batch: Batch, advance: Advance) -> IngestSummary:
    """Commit a batch and empty it; return its counts. Raise ApartError where nothing can be committed."""
    if not batch.members:
        return IngestSummary()
    try:
        summary = _commit(session, batch)
    except ApartError:
        raise
    except Exception as error:
        of_log(error, batch.members[0].log.path)  # raises what concerns more than a log
        raise ApartError(batch.names()) from error
    advance(sum(member.log.bytes_read for member in batch.members))
    batch.empty()
    return summary


def _commit(session: Session, batch: Batch) -> IngestSummary:
    job, chunk = batch.job(), batch.chunk()
    parsed = commit.reject_hosts(job, commit.parse_chunk(job, session, chunk))
    session.run("ingest/batch/line", {"lines": [member.chunk.lines for member in batch.members]})
    counts = _counts(session)
    if apart := [number for number, counted in enumerate(counts) if _is_doubtful(counted.of)]:
        raise ApartError(batch.names(apart))
    left_out = _left_out(session, batch) if parsed.counts.rejects else ()
    without_agent = _without_agent(job, session, batch)
    with session.writing(job.request.store, job.request.wait):
        stored = _store(job, parsed, batch, counts)
    parse.drop(session, parsed.counts)
    return stored._replace(
        lines=chunk.lines,
        hits=parsed.counts.hits,
        rejects=parsed.counts.rejects,
        headers=parsed.counts.headers,
        sources=len(batch.members),
        notes=tuple(
            note for name in batch.names() for note in parse_plan.notes(job.plan._replace(path=name))
        ),
        without_agent=without_agent,
        left_out=left_out,
    )


def _store(job: Job, parsed: ParsedChunk, batch: Batch, counts: list[LogCounts]) -> IngestSummary:
    """Store a parsed batch in the open transaction; return the counts that are known only then."""
    session = parsed.session
    ids = Ids(*session.run("ingest/batch/next_ids").rows[0])
    if ids.source_id != batch.ids.source_id:
        raise ApartError(batch.names())
    _insert_sources(job, session, batch, counts, {**ids._asdict(), "read_at": store.utc_now()})
    start = commit.chunk_start(job, session, ids.source_id)
    if start["is_site_refused"]:
        raise ApartError(batch.names())
    hit_rules = dimensions.insert(job, parsed)
    _require_apart(job, parsed, batch, hit_rules, has_known_times=bool(start["known_times"]))
    commit.insert_hits(session, hit_rules, start["first_row"], {"ingest_id": ids.ingest_id}, OF_BATCH)
    if parsed.counts.rejects:
        params = {**ids._asdict(), "length": REJECT_LENGTH}
        session.run("ingest/batch/reject_insert", params, hit_rules.slots)
    commit.merge(session, has_pseudonyms=hit_rules.has_pseudonyms)
    bots, page_views = session.run("ingest/hits/hit_count").rows[0]
    counted = {"hits": parsed.counts.hits, "bots": bots, "page_views": page_views}
    claims = _claims(session, batch, counts, ids, start["first_row"])
    what = f"{len(batch.members)} logs from {batch.names()[0]}"
    return IngestSummary(
        bots=bots,
        page_views=page_views,
        late=invariants.check_days(session, what, counted, claims),
        dominant_clients=commit.dominant_clients(job, session) if page_views >= DOMINANT_FROM else (),
    )


def _counts(session: Session) -> list[LogCounts]:
    """Return the counts of each log, in order."""
    return [
        LogCounts(row.pop("lines"), ParseCounts(**row))
        for row in session.run("ingest/batch/log_count").records()
    ]


def _is_doubtful(counted: ParseCounts) -> bool:
    """Whether a log may have to be refused, or to be warned of."""
    is_refused = bool(counted.faults) and 2 * counted.faults >= counted.hits + counted.faults
    return is_refused or counted.of_hosts >= hosts.WARNED_FROM


def _insert_sources(
    job: Job, session: Session, batch: Batch, counts: list[LogCounts], params: Mapping[str, Any]
) -> None:
    """Insert the sources and ingests of a batch."""
    rows = [
        {
            "log": number,
            "path": member.log.name,
            "head_hashes": list(member.chunk.head_hashes),
            "tail_hash": member.chunk.tail_hash,
            "block_hashes": list(member.chunk.block_hashes),
            "position": member.chunk.end,
            "size": member.chunk.size,
            "ends_mid_line": member.chunk.ends_mid_line,
            "lines": counted.lines,
            "hits": counted.of.hits,
            "rejects": counted.of.rejects,
            "faults": counted.of.faults,
        }
        for number, (member, counted) in enumerate(zip(batch.members, counts, strict=True))
    ]
    of_sources = {
        "machine": job.request.machine,
        "site": job.plan.source_site,
        "format": job.plan.log_format.definition,
        "enough": ENOUGH_LINES,
    }
    of_source = {name: value for name, value in params.items() if name != "ingest_id"}
    session.run("ingest/batch/source_insert", {**of_sources, **of_source, "rows": rows})
    session.run("ingest/batch/ingest_insert", {**params, "rows": rows})


def _require_apart(
    job: Job, parsed: ParsedChunk, batch: Batch, hit_rules: HitRules, *, has_known_times: bool
) -> None:
    """Raise ApartError for logs with a line of another log of the batch, or with one that is stored."""
    session = parsed.session
    numbers = {number for (number,) in session.run("ingest/batch/shared", slots=hit_rules.slots).rows}
    if has_known_times and _equal_stored(job, parsed, hit_rules):
        numbers |= {number for (number,) in session.run("ingest/batch/repeated").rows}
    if numbers:
        raise ApartError(batch.names(sorted(numbers)))


def _equal_stored(job: Job, parsed: ParsedChunk, hit_rules: HitRules) -> bool:
    """Whether a hit equals a stored one."""
    from logstats.ingest import repeated  # noqa: PLC0415 - few batches have lines of that time

    return bool(repeated.find_stored(job, parsed, hit_rules, NO_INGEST))


def _claims(
    session: Session, batch: Batch, counts: list[LogCounts], ids: Ids, first_row: int
) -> list[invariants.Claim]:
    """Return the claims on each log of a batch."""
    stored = dict(session.run("ingest/batch/stored_hit", slots={"first_row": str(first_row)}).rows)
    claims = []
    for number, (member, counted) in enumerate(zip(batch.members, counts, strict=True)):
        claims += [
            (f"lines of {member.log.name}", counted.lines, member.chunk.lines),
            (f"hits of {member.log.name}", stored.get(ids.ingest_id + number, 0), counted.of.hits),
        ]
    return claims


def _left_out(session: Session, batch: Batch) -> tuple[LeftOut, ...]:
    rows = session.run("ingest/batch/left_out", {"length": REJECT_LENGTH}).records()
    return tuple(LeftOut(path=batch.members[row.pop("log")].log.name, **row) for row in rows)


def _without_agent(job: Job, session: Session, batch: Batch) -> tuple[tuple[str, str], ...]:
    """Return the logs with their format that have lines without a user agent."""
    if not commit.without_agent(job, session, batch.members[0].chunk):
        return ()
    names = batch.names()
    if "agent" in job.plan.log_format.optional:
        names = batch.names(number for (number,) in session.run("ingest/batch/without_agent").rows)
    return tuple((name, job.plan.log_format.name) for name in names)
