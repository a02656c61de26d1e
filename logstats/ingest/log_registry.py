"""The store's records of logs, read before a run and written after it."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from logstats import store
from logstats.errors import LogError
from logstats.ingest.request import IngestRequest
from logstats.model import Result
from logstats.sources import FileState, Findings, Identity, Known, Stat
from logstats.store import Session

STAT_COLUMNS = ("device", "inode", "size", "mtime_ns", "ctime_ns")


def read(session: Session, path: Path, wait: float) -> tuple[Known, tuple[str, ...]]:
    """Return the store's records of logs, and the names of its sites.

    The function `find` of the records attaches the store again.
    """
    with session.reading(path, wait, views=(), migrate=True):
        key = bytes.fromhex(session.run("store/identity_key").value())
        file_states = session.run("ingest/registry/seen_file").records()
        unfinished = session.run("ingest/registry/unfinished_source")
        sites = session.execute("SELECT name FROM store.site ORDER BY name").rows

    def find(head_hashes: Collection[int]) -> Sequence[Identity]:
        with session.reading(path, wait, views=()):
            rows = session.run("ingest/registry/known_source", {"head_hashes": list(head_hashes)})
        return _identities(rows)

    known = Known(key, find, [_file_state(row) for row in file_states], _identities(unfinished))
    return known, tuple(name for (name,) in sites)


def of_other_sites(session: Session, request: IngestRequest, others: Mapping[str, int]) -> list[LogError]:
    """Return an error for each other site of which logs (`others`: path and source) were read."""
    with session.reading(request.store, request.wait, views=()):
        rows = session.run("ingest/registry/site_of_source", {"source_ids": list(others.values())})
    sources = {row["source_id"]: row for row in rows.records()}
    errors = []
    for site in dict.fromkeys(row["site"] for row in sources.values()):
        paths = [path for path, source_id in others.items() if sources[source_id]["site"] == site]
        hits = sum(row["hits"] for row in sources.values() if row["site"] == site)
        errors.append(_of_other_site(request, site, paths, hits))
    return errors


def _of_other_site(request: IngestRequest, site: str | None, paths: Sequence[str], hits: int) -> LogError:
    """Return the error for logs that were read for `site`, None where their lines name their hosts."""
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
    return LogError(reason, path=paths[0], advice=advice)


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
