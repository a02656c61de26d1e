"""What the store knows of logs: read before a run, written after it."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from logstats import store
from logstats.model import Result
from logstats.sources import Findings, Identity, Past, Seen, Stat
from logstats.store import Session

STAT = ("device", "inode", "size", "mtime_ns", "ctime_ns")


def past(session: Session, path: Path, wait: float) -> Past:
    """Return what a store knows of logs; its `find` opens the store once more."""
    with session.reading(path, wait, views=(), migrate=True):
        key = bytes.fromhex(session.run("ingest/00_key").value())
        seen = session.run("ingest/00_seen").records()
        unfinished = session.run("ingest/00_unfinished")

    def find(heads: Collection[int]) -> Sequence[Identity]:
        with session.reading(path, wait, views=()):
            return _identities(session.run("ingest/00_known", {"heads": list(heads)}))

    return Past(key, find, [_seen(row) for row in seen], _identities(unfinished))


def keep(session: Session, path: Path, wait: float, found: Findings) -> None:
    """Write what a run found beside new lines; where it found nothing, leave the store closed."""
    if not (found.seen or found.ends or found.gaps or found.vanished):
        return
    at = {"at": store.utc_now()}
    ends = [
        {"source_id": source_id, "size": size, "complete": complete}
        for source_id, size, complete in found.ends
    ]
    gaps = [
        {"source_id": gap.source_id, "path": gap.path, "position": gap.position, "size": gap.size}
        for gap in found.gaps
    ]
    with session.writing(path, wait):
        session.run("ingest/91_seen_drop", {"paths": [*found.seen, *found.vanished]})
        for name, rows in (
            ("92_seen_insert", [_row(seen) for seen in found.seen.values()]),
            ("93_source_end", ends),
            ("94_gap_insert", gaps),
        ):
            if rows:
                session.run(f"ingest/{name}", {"rows": rows, **at})


def _identities(rows: Result) -> list[Identity]:
    return [
        Identity(**{**row, "heads": frozenset(row["heads"]), "blocks": tuple(row["blocks"])})
        for row in rows.records()
    ]


def _seen(row: dict[str, Any]) -> Seen:
    stat = Stat(*(row.pop(name) for name in STAT))
    return Seen(stat=stat, **row)


def _row(seen: Seen) -> dict[str, Any]:
    row = seen._asdict()
    stat: Stat = row.pop("stat")
    return row | stat._asdict()
