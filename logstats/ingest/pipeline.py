"""The steps of an ingest: scan the logs, read new lines of each, store the findings about the logs."""

import time
from collections.abc import Collection, Sequence
from types import ModuleType

from logstats import store
from logstats.errors import LogError, LogstatsError, together
from logstats.ingest import hosts, log_registry
from logstats.ingest.log_registry import StoreState
from logstats.ingest.logs import Progress, read_all, unread
from logstats.ingest.request import Advance, IngestRequest
from logstats.model import IngestSummary
from logstats.rules import kept, ruleset
from logstats.sources import Known, Scan
from logstats.store import Session, locks

WORKERS = 2  # chunks in progress at a time, each in its own session


def ingest(request: IngestRequest, advance: Advance = lambda _: None) -> IngestSummary | None:
    """Read new lines of the requested logs into the store; return None where another ingest is running.

    A log that can't be read does not stop the others; its error is in the summary's `unread`.
    """
    with Session() as session:
        return ingest_in(session, request, advance)


def ingest_in(
    session: Session, request: IngestRequest, advance: Advance = lambda _: None
) -> IngestSummary | None:
    """Ingest in an open session."""
    started = time.monotonic()
    with locks.ingest_lock(request.store) as is_ours:
        if not is_ours:
            return None
        ruleset.require(request.settings, session.complaint)
        store.ensure(request.store, group_access=request.settings.group_access)
        with session.for_ingest(WORKERS) as sessions:
            summary = _read_logs(sessions, request, advance)
    return summary._replace(seconds=time.monotonic() - started)


def _read_logs(sessions: list[Session], request: IngestRequest, advance: Advance) -> IngestSummary:
    """Read new lines of each log, and store the findings about the logs."""
    state = log_registry.read(sessions[0], request)
    request = _with_kept_rules(sessions[0], request, state)
    sites = hosts.Sites(request.settings, request.stored_sites)
    progress = Progress(request, sessions, state.known.key.hex(), sites, advance)
    while True:
        with _scan(request, state.known) as scan:
            if read_all(progress, scan):
                return _finished(progress, scan)
        state = log_registry.read(sessions[0], request)


def _scan(request: IngestRequest, known: Known) -> Scan:
    return Scan(
        request.logs,
        known._replace(is_other_site=request.is_other_site, names=request.names, until=request.until),
        machine=request.machine,
        stream=request.stream,
        named_explicitly=request.named_explicitly,
    )


def _finished(progress: Progress, scan: Scan) -> IngestSummary:
    """Store the findings of a scan; return the counts of the run with them."""
    session, request, summary = progress.sessions[0], progress.request, progress.summary
    other_sites: list[LogError] = []
    if scan.findings.others:
        other_sites = log_registry.of_other_sites(session, request, scan.findings.others)
    for refused in other_sites:
        scan.refuse(refused)
    log_registry.write(session, request.store, request.wait, scan.findings)
    if request.settings.keeps_pseudonyms():
        _pseudonyms().delete_expired(session, request.store, request.wait)
    errors = unread(progress, scan)
    new_errors = len(errors) - len(scan.findings.unread)
    hosts_full = [hosts.FULL] if progress.sites.is_full else []
    return summary._replace(
        dominant_clients=tuple(dict.fromkeys(summary.dominant_clients)),
        without_agent=tuple(dict.fromkeys(summary.without_agent)),
        copies=tuple(scan.findings.copies),
        waiting=tuple(scan.findings.waiting),
        warnings=(*summary.warnings, *scan.findings.warnings, *hosts_full, *_warnings(progress.sessions)),
        unread=(*errors, *other_sites),
        unsettled=scan.unsettled + new_errors + request.settings.keeps_pseudonyms(),
    )


def _warnings(sessions: Sequence[Session]) -> list[str]:
    """Return the warnings of the sessions' commits, each once, and clear them."""
    warnings = dict.fromkeys(warning for session in sessions for warning in session.warnings)
    for session in sessions:
        session.warnings.clear()
    return list(warnings)


def _with_kept_rules(session: Session, request: IngestRequest, state: StoreState) -> IngestRequest:
    """Return the request with the rules in force; store those of the sites that its settings name."""
    every = (*state.former, *state.sites)
    settings = kept.in_force(request.settings, every, request.expected_site, request.store)
    if new := list(kept.keep(settings, state.sites)):
        with session.writing(request.store, request.wait):
            kept.store(session, new)
    return request._replace(
        settings=settings,
        site=None if request.site is None else settings.listed_name(request.site),
        stored_sites=tuple(sorted(site.name for site in state.sites)),
    )


def require_read(summary: IngestSummary, named_explicitly: Collection[str] = ()) -> None:
    """Raise an error where a log could not be read, or where one that was named explicitly is incomplete."""
    waiting = [LogError(message) for path, message in summary.waiting if path in named_explicitly]
    unread = [error for error in summary.unread if isinstance(error, LogstatsError)]
    if errors := [*unread, *waiting]:
        raise together(errors)


def _pseudonyms() -> ModuleType:
    from logstats.rules import pseudonyms  # noqa: PLC0415 - only sites that keep pseudonyms pay for it

    return pseudonyms
