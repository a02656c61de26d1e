"""Whether a log is refused after it was read, because most of its lines were rejected."""

from collections import Counter

from logstats import formats
from logstats.errors import RefusedLinesError
from logstats.ingest import hosts
from logstats.ingest.commit import ENOUGH_LINES
from logstats.ingest.job import Job
from logstats.model import IngestSummary, SourceId

BLANK = "blank line"
NO_FAULTS = {BLANK, *hosts.REASONS}
UNFIT = "does not fit the format"


def refusal(job: Job, source: SourceId, summary: IngestSummary, *, is_new: bool) -> RefusedLinesError | None:
    """Return the error for a log of which most new lines were rejected; None where enough are hits.

    A log that is `is_new` and was named explicitly is refused where it has no hit, however short it is.
    """
    faults = [left for left in summary.left_out if left.reason not in NO_FAULTS]
    rejected = sum(left.lines for left in faults)
    records = summary.hits + rejected
    is_most = records >= ENOUGH_LINES and 2 * rejected >= records
    is_all = is_new and not (summary.hits or summary.repeated)
    is_all = is_all and job.plan.path in job.request.named_explicitly
    if not faults:
        return RefusedLinesError.of_earlier_run(job.plan.path) if source.is_refused else None
    if not (source.is_refused or is_most or is_all):
        return None
    last = max(faults, key=lambda left: left.line_number)
    reasons: Counter[str] = Counter()
    for left in faults:
        reasons[left.reason] += left.lines
    counts = "; ".join(f"{reason}: {count:,}" for reason, count in reasons.most_common())
    log_format = job.plan.log_format
    error = RefusedLinesError(
        f"{rejected:,} of {records:,} new lines were rejected ({counts}), and line {last.line_number:,} "
        + (
            "stops matching at the mark"
            if last.reason.startswith(UNFIT) and log_format.pieces
            else f"is the last one ({last.reason})"
        ),
        path=job.plan.path,
        advice=(
            f"The lines were read as `{log_format.name}`. If the server's log format was changed, undo the "
            f"run (`logstats undo {source.ingest_id}`) and give the new format with --log-format, or as "
            "`format` in logstats.toml."
        ),
        excerpt=formats.excerpt(log_format, last.line, is_marked=last.reason.startswith(UNFIT)),
        closest=log_format.name,
    )
    error.was_reported = bool(source.was_refused)
    return error
