"""What the store knows of logs: read before a run, written after it."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from logstats import store
from logstats.model import Result
from logstats.sources import FileState, Findings, Identity, Known, Stat
from logstats.store import Session

STAT = ("device", "inode", "size", "mtime_ns", "ctime_ns")


def past(session: Session, path: Path, wait: float) -> Known:
    """Return what a store knows of logs; its `find` opens the store once more."""
    with session.reading(path, wait, views=(), migrate=True):
        key = bytes.fromhex(session.run("store/identity_key").value())
        seen = session.run("ingest/registry/seen_file").records()
        unfinished = session.run("ingest/registry/unfinished_source")

    def find(head_hashes: Collection[int]) -> Sequence[Identity]:
        with session.reading(path, wait, views=()):
            return _identities(
                session.run("ingest/registry/known_source", {"head_hashes": list(head_hashes)})
            )

    return Known(key, find, [_seen(row) for row in seen], _identities(unfinished))


def keep(session: Session, path: Path, wait: float, found: Findings) -> None:
    """Write what a run found beside new lines; where it found nothing, leave the store closed."""
    if not (found.file_states or found.ends or found.gaps or found.vanished):
        return
    at = {"at": store.utc_now()}
    ends = [end._asdict() for end in found.ends]
    gaps = [
        {"source_id": gap.source_id, "path": gap.path, "position": gap.position, "size": gap.size}
        for gap in found.gaps
    ]
    with session.writing(path, wait):
        session.run("ingest/registry/seen_file_delete", {"paths": [*found.file_states, *found.vanished]})
        for name, rows in (
            ("ingest/registry/seen_file_insert", [_row(seen) for seen in found.file_states.values()]),
            ("ingest/registry/source_end_update", ends),
            ("ingest/registry/gap_insert", gaps),
        ):
            if rows:
                session.run(name, {"rows": rows, **at})


def _identities(rows: Result) -> list[Identity]:
    return [
        Identity(
            **{
                **row,
                "head_hashes": frozenset(row["head_hashes"]),
                "block_hashes": tuple(row["block_hashes"]),
            }
        )
        for row in rows.records()
    ]


def _seen(row: dict[str, Any]) -> FileState:
    stat = Stat(*(row.pop(name) for name in STAT))
    return FileState(stat=stat, **row)


def _row(seen: FileState) -> dict[str, Any]:
    row = seen._asdict()
    stat: Stat = row.pop("stat")
    return row | stat._asdict()
