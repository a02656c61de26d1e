"""The logs of a run, in the order of its scan: many small new ones together, others alone."""

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from logstats.errors import LogError, RefusedLinesError
from logstats.ingest.hosts import Sites
from logstats.ingest.job import ApartError
from logstats.ingest.request import Advance, IngestRequest
from logstats.model import IngestSummary
from logstats.sources import STDIN, LogReader, Scan
from logstats.store import Session

if TYPE_CHECKING:
    from logstats.ingest.batch import Batch


class Progress:
    """What a run works with, and its counts up to now.

    `key` is that of the store's hashes, `sites` are those that lines may name. `apart` are the names of logs
    that are read alone. `refused` are the errors of refused logs, by their paths: a later scan of the run
    finds nothing new in them.
    """

    def __init__(
        self, request: IngestRequest, sessions: list[Session], key: str, sites: Sites, advance: Advance
    ) -> None:
        self.request, self.sessions, self.key, self.sites = request, sessions, key, sites
        self.advance = advance
        self.summary = IngestSummary()
        self.apart: set[str] = set()
        self.refused: dict[Path | str | None, RefusedLinesError] = {}

    def replace_sessions(self) -> None:
        """Open the sessions again if DuckDB refuses all statements after an error."""
        self.sessions[:] = self.sessions[0].usable(self.sessions)


def read_all(progress: Progress, scan: Scan) -> bool:
    """Read new lines of each log; return False where they must be scanned again."""
    try:
        _read_each(progress, scan)
    except ApartError as error:
        progress.apart |= error.names
        progress.replace_sessions()
        return False
    return True


def unread(progress: Progress, scan: Scan) -> list[LogError]:
    """Return the errors of logs, each refused one once."""
    refused, found = progress.refused, scan.findings.unread
    of_earlier_scans = [error for error in refused.values() if error not in found]
    repeated = {error.path for error in of_earlier_scans}
    others = [
        error for error in found if not (isinstance(error, RefusedLinesError) and error.path in repeated)
    ]
    return [*of_earlier_scans, *others]


def _read_each(progress: Progress, scan: Scan) -> None:
    batch: Batch | None = None
    can_repeat = STDIN not in progress.request.logs
    with ExitStack() as stack:
        for log in scan.readers():
            if can_repeat and log.identity is None and (batch or scan.left > 1):
                batch = batch or stack.enter_context(closing(_new_batch(progress)))
                if _joins(progress, scan, batch, log):
                    continue
            if batch:
                _flush(progress, batch)
            _read_alone(progress, scan, log)
        if batch:
            _flush(progress, batch)


def _read_alone(progress: Progress, scan: Scan, log: LogReader) -> None:
    from logstats.ingest.log import read_log  # noqa: PLC0415 - 3 ms, only where a log has grown

    counted, error = read_log(
        progress.sessions,
        progress.request,
        log,
        key=progress.key,
        sites=progress.sites,
        advance=progress.advance,
    )
    progress.summary = progress.summary.plus(counted)
    if error:
        scan.drop(log, error)
        progress.replace_sessions()
    if isinstance(error, RefusedLinesError):
        progress.refused[error.path] = error


def _new_batch(progress: Progress) -> "Batch":
    from logstats.ingest import batch  # noqa: PLC0415 - only where there are new logs

    return batch.Batch(progress.request, progress.sites, progress.key)


def _joins(progress: Progress, scan: Scan, joined: "Batch", log: LogReader) -> bool:
    """Add a log to a batch, which is committed first where there is no room; return False if it can't be."""
    from logstats.ingest import batch  # noqa: PLC0415 - as above

    plan = batch.plan(log, progress.request) if batch.may_join(log, progress.apart) else None
    if plan is None:
        return False
    if not joined.has_room(log, plan):
        _flush(progress, joined)
    ids = joined.ids if joined.members else batch.next_ids(progress.sessions[0], progress.request)
    if error := joined.add(log, plan, ids):
        scan.drop(log, error)
    return True


def _flush(progress: Progress, joined: "Batch") -> None:
    from logstats.ingest import batch  # noqa: PLC0415 - as above

    progress.summary = progress.summary.plus(batch.flush(progress.sessions[0], joined, progress.advance))
