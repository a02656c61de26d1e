"""Find the lines of a chunk that were read before, in another log or in another run, and leave them out.

A log may have lost its tail or its head, have been edited, or be a concatenation of others: its lines are
not where they were. A line was read before if a stored hit (or reject) is equal in all that is stored of it,
and if enough lines around it were too: a few equal lines are chance (see `repetitions`).
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

from logstats.ingest import parse, repetitions
from logstats.ingest.commit import REJECT_LENGTH
from logstats.ingest.job import Job, ParsedChunk
from logstats.ingest.repetitions import Stretch
from logstats.model import SourceId
from logstats.rules.client_ips import HitRules
from logstats.store import Session
from logstats.store.session import written_rows

PRUNED = (
    "{path}: {count:,} lines are of days whose hits have been pruned, and could not be compared; the lines "
    "after them were read before, so they are taken as read too"
)

Stretches = dict[int, list[Stretch]]  # by pass: a log may be in a chunk twice


def leave_out(
    job: Job, parsed: ParsedChunk, source: SourceId, start: dict[str, Any], hit_rules: HitRules
) -> ParsedChunk:
    """Delete the lines that were read before from `chunk_line`; return the chunk with what is left."""
    runs = _find(job, parsed, source, hit_rules)
    if not runs:
        return parsed
    session = parsed.session
    evidence = max(start["repeated_at_end"], _evidence(job, session, source) if source.position == 0 else 0)
    accepted, at_end = _accepted(runs, parsed, evidence)
    parsed = parsed._replace(repeated_at_end=at_end)
    return _deleted(job, parsed, source, accepted) if accepted else parsed


def is_cut_line(job: Job, parsed: ParsedChunk, hit_rules: HitRules) -> bool:
    """Whether the only line of a chunk, which has no newline, is a line that was read, or its beginning."""
    known = job.log.origin.alike
    params = {
        "alike": known.source_id if known else None,
        "length": REJECT_LENGTH,
        "line": Path(parsed.chunk.path).read_text(errors="replace").rstrip("\n"),
    }
    return bool(parsed.session.run("ingest/repeated/cut_line", params, hit_rules.slots).value())


def find_stored(job: Job, parsed: ParsedChunk, hit_rules: HitRules, ingest_id: int | None) -> int | None:
    """Put the hits of other ingests that equal one of the chunk into `chunk_stored`; return their number.

    Return None where no log that may share lines with this one has a hit of these times.
    """
    session, slots = parsed.session, hit_rules.slots
    session.run("ingest/repeated/hit", {"site": job.plan.site}, slots)
    span = session.execute(
        "SELECT min(logged_at) AS since, max(logged_at) AS until FROM chunk_hit"
    ).records()[0]
    run = {"ingest_id": ingest_id, "machine": job.request.machine}
    near = session.run("ingest/repeated/near", {**run, **span})
    if not (written_rows(near) or job.log.origin.alike):
        return None
    return written_rows(session.run("ingest/repeated/stored", span, slots))


def _find(job: Job, parsed: ParsedChunk, source: SourceId, hit_rules: HitRules) -> Stretches:
    """Return the runs of lines that equal stored ones; `chunk_matched` has the lines."""
    session, slots = parsed.session, hit_rules.slots
    run, known = {"ingest_id": source.ingest_id}, job.log.origin.alike
    alike = {"alike": known.source_id if known else None}
    stored = find_stored(job, parsed, hit_rules, source.ingest_id)
    if stored is None or not (stored or parsed.counts.rejects or known):  # no line can be matched
        return {}
    session.run("ingest/repeated/matched")
    if parsed.counts.rejects:
        session.run("ingest/repeated/reject", {**alike, **run, "length": REJECT_LENGTH}, slots)
    session.run("ingest/repeated/pruned_line", alike)
    runs: Stretches = defaultdict(list)
    for number, *columns in session.run("ingest/repeated/run").rows:
        runs[number].append(Stretch(*columns))
    return runs


def _evidence(job: Job, session: Session, source: SourceId) -> int:
    """Return the evidence for a new log: it begins like another one, or replaces the one at its path."""
    if job.log.origin.is_known:
        return repetitions.ENOUGH
    params = {"path": job.plan.path, "source_id": source.source_id, "machine": job.request.machine}
    rows = session.run("ingest/repeated/replaced", params).rows
    is_replaced = any(is_matched and known not in job.log.origin.elsewhere() for known, is_matched in rows)
    return repetitions.ENOUGH - repetitions.FEW if is_replaced else 0


def _accepted(runs: Stretches, parsed: ParsedChunk, evidence: int) -> tuple[list[tuple[int, int, int]], int]:
    """Return the repetitions, each with its pass and first and last row, and the evidence at the end."""
    accepted: list[tuple[int, int, int]] = []
    at_end = 0
    for number, own in runs.items():
        # a second copy of the same lines in one chunk needs evidence of its own
        found, end = repetitions.repetitions(
            own, parsed.chunk.lines, 0 if number else evidence, is_open=not parsed.chunk.complete
        )
        accepted += [(number, run.first, run.last) for run in found]
        at_end = max(at_end, end)
    return accepted, at_end


def _deleted(
    job: Job, parsed: ParsedChunk, source: SourceId, accepted: list[tuple[int, int, int]]
) -> ParsedChunk:
    session = parsed.session
    passes, firsts, lasts = map(list, zip(*accepted, strict=True))
    runs = {"passes": passes, "firsts": firsts, "lasts": lasts}
    session.run("ingest/repeated/repeated", runs)
    parse.make_changeable(session, parsed.counts)
    read_in = session.run("ingest/repeated/line_delete").rows
    session.run("ingest/repeated/repetition_insert", {"ingest_id": source.ingest_id})
    pruned = session.execute("SELECT count(*) FROM chunk_repeated WHERE ingest_id IS NULL").value()
    counts, lines = parse.counted_again(session, parsed.counts)
    return parsed._replace(
        counts=counts,
        repeated=parsed.chunk.lines - lines,
        read_in=tuple((job.plan.path, path, lines) for path, lines in read_in),
        warnings=(PRUNED.format(path=job.plan.path, count=pruned),) if pruned else (),
    )
