"""The store's records of logs, read before a run and written after it."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from logstats import store
from logstats.errors import LogError
from logstats.ingest.request import IngestRequest
from logstats.model import Result
from logstats.rules import kept
from logstats.rules.kept import StoredSite
from logstats.sources import FileState, Findings, Identity, Known, Stat
from logstats.sources.files import NO_STAT
from logstats.sources.outcome import MISSING
from logstats.sources.recorder import is_reported
from logstats.store import Session

STAT_COLUMNS = ("device", "inode", "size", "mtime_ns", "ctime_ns")


class StoreState(NamedTuple):
    """The store's records of logs, its sites, and former sites, if the settings may not list the site."""

    known: Known
    sites: tuple[StoredSite, ...]
    former: tuple[StoredSite, ...]


def read(session: Session, request: IngestRequest) -> StoreState:
    """Return what the store knows before a run; the function `find` attaches the store again."""
    path, wait = request.store, request.wait
    with session.reading(path, wait, views=(), migrate=True):
        key = bytes.fromhex(session.run("store/identity_key").value())
        file_states = session.run("ingest/registry/seen_file").records()
        unfinished = session.run("ingest/registry/unfinished_source")
        sites = kept.read(session)
        is_listed = request.settings.is_listed(request.expected_site or "")
        former = () if is_listed else kept.read_former(session)

    def find(head_hashes: Collection[int]) -> Sequence[Identity]:
        with session.reading(path, wait, views=()):
            rows = session.run("ingest/registry/known_source", {"head_hashes": list(head_hashes)})
        return _identities(rows)

    known = Known(key, find, [_file_state(row) for row in file_states], _identities(unfinished))
    return StoreState(known, sites, former)


def of_other_sites(session: Session, request: IngestRequest, others: Mapping[str, int]) -> list[LogError]:
    """Return an error for each other site of which logs (`others`: path and source) were read."""
    with session.reading(request.store, request.wait, views=()):
        rows = session.run("ingest/registry/site_of_source", {"source_ids": list(others.values())})
        files = {site.name: site.rules_from for site in kept.read(session)}
    sources = {row["source_id"]: row for row in rows.records()}
    errors = []
    for site in dict.fromkeys(row["site"] for row in sources.values()):
        paths = [path for path, source_id in others.items() if sources[source_id]["site"] == site]
        hits = sum(row["hits"] for row in sources.values() if row["site"] == site)
        errors.append(_of_other_site(request, site, paths, hits, files.get(site or "", "")))
    return errors


def _of_other_site(
    request: IngestRequest, site: str | None, paths: Sequence[str], hits: int, rules_from: str
) -> LogError:
    """Return the error for logs that were read for `site`, None where their lines name their hosts.

    `rules_from` is the logstats.toml of that site, '' where it had none.
    """
    import shlex  # noqa: PLC0415 - only where there is such a log

    new = request.expected_site or ""
    others = len(paths) - 1
    too = f" (and so {'was' if others == 1 else 'were'} {others:,} more)" if others else ""
    counted = f"({hits:,} {'hit' if hits == 1 else 'hits'}), not for {new}, so nothing was read{too}"
    if site is None:
        reason = f"was already counted for the hosts that its lines name {counted}"
        advice = "read it without --site, and list it in `logs` above the [[site]] of logstats.toml"
    else:
        reason = f"was already counted for {site} {counted}"
        command = shlex.join(("logstats", "rename", site, new))
        advice = f"`{command}` moves all of {site} to {new}; to keep it, read it for {site}"
        file = request.settings.path
        if rules_from and (file is None or str(file.absolute()) != rules_from):
            advice = f"the settings of {site} are those of {rules_from}; name it with --config, or {advice}"
    return LogError(reason, path=paths[0], advice=advice)


def report_names(session: Session, path: Path, wait: float, errors: Mapping[str, LogError]) -> None:
    """Mark the errors of names in logstats.toml that were reported within a day, and store the others."""
    with session.reading(path, wait, views=(), migrate=True):
        rows = session.run("ingest/registry/seen_file").records()
    known = {row["path"]: _file_state(row) for row in rows if row["state"] == MISSING}
    new = {}
    for name, error in errors.items():
        state = FileState(name, NO_STAT, MISSING, note=error.reason)
        error.was_reported = is_reported(known.get(name), state)
        if not error.was_reported:
            new[name] = state
    write(session, path, wait, Findings(file_states=new))


def write(session: Session, path: Path, wait: float, findings: Findings) -> None:
    """Store the findings of a scan other than new lines; without any, leave the store closed."""
    if not (findings.file_states or findings.ends or findings.gaps or findings.vanished):
        return
    noticed_at = {"at": store.utc_now()}
    ends = [end._asdict() for end in findings.ends]
    gaps = [
        {"source_id": gap.source_id, "path": gap.path, "position": gap.position, "size": gap.size}
        for gap in findings.gaps
    ]
    states = [_row(state) for state in findings.file_states.values()]
    with session.writing(path, wait):
        paths = [*findings.file_states, *findings.vanished]
        session.run("ingest/registry/seen_file_delete", {"paths": paths})
        if states:
            session.run("ingest/registry/seen_file_insert", {"rows": states, **noticed_at})
        if ends:
            session.run("ingest/registry/source_end_update", {"rows": ends})
        if gaps:
            session.run("ingest/registry/gap_insert", {"rows": gaps, **noticed_at})


def _identities(rows: Result) -> list[Identity]:
    return [
        Identity(
            **row
            | {
                "head_hashes": frozenset(row["head_hashes"]),
                "block_hashes": tuple(row["block_hashes"]),
            }
        )
        for row in rows.records()
    ]


def _file_state(row: dict[str, Any]) -> FileState:
    stat = Stat(*(row.pop(name) for name in STAT_COLUMNS))
    return FileState(stat=stat, **row)


def _row(state: FileState) -> dict[str, Any]:
    row = state._asdict()
    stat: Stat = row.pop("stat")
    return row | stat._asdict()
