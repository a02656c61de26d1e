"""The export of a store, and the import of its keys into another one."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from logstats import atomic, clock, store
from logstats.config import Settings
from logstats.errors import LogstatsError, UsageError
from logstats.rules import bots
from logstats.shards import manifest
from logstats.shards.folders import Folder
from logstats.shards.manifest import KeyFigures, Manifest
from logstats.store import Session
from logstats.totals import exports, imports
from logstats.totals.exports import ExportRequest
from logstats.totals.imports import Imported, ImportRequest

NO_MANIFEST = f"{{folder}}: no {manifest.NAME}; `logstats export` and `logstats cluster ingest` write it"
WHOLE = "store"  # the shard of an export that is all of a store
ANOTHER_KEY = (
    "{folder}: its logs are identified by another key than those of {store}, so a log that both have read "
    "would count twice. If they have no log in common, import with --distinct-logs; docs/cluster.md says how "
    "stores get the same key"
)


class ImportOrder(NamedTuple):
    """Keys of a folder (all where none is named), and the store to import them into.

    `distinct_logs`: the store and the folder have no log in common, so another identity key does not matter.
    """

    store: Path
    settings: Settings
    wait: float
    folder: Folder
    keys: tuple[str, ...] = ()
    distinct_logs: bool = False


def export_store(path: Path, folder: Folder, key: str, wait: float, days: int | None = None) -> KeyFigures:
    """Write the figures of a store below a folder, and let them count for a key.

    The hits of the last `days` days are written as hits; None: no hits.
    """
    manifest.require_key(key)
    hits_since = since(days)
    with Session() as session:
        _name(session, path, wait)
    with folder.alone(key), atomic.private():
        initial = manifest.read(folder)
        with folder.written() as into, Session() as session, session.reading(path, wait, views=()):
            own = own_manifest(session)
            require_origin(folder, initial, own)
            manifest.sweep(folder, key)
            attempt = manifest.new_attempt(key, WHOLE)
            files = exports.write(session, ExportRequest(into, attempt, hits_since))
            figures = figures_of(session, into, files)
        manifest.commit(folder, own._replace(keys={key: figures}), initial)
    return figures


def _name(session: Session, path: Path, wait: float) -> None:
    """Give a store a name of its own, if it has none yet."""
    with session.reading(path, wait, views=(), migrate=True):
        if own_manifest(session).origin:
            return
    with session.writing(path, wait):
        session.run("store/store_id_insert", {"store_id": os.urandom(16).hex()})


def since(days: int | None) -> datetime | None:
    """Return the instant from which on hits are exported as hits, None for no hits."""
    return None if days is None else clock.parse_instant(f"{days}d", clock.UTC_CLOCK, clock.utc_now())


def own_manifest(session: Session) -> Manifest:
    """Return a manifest without keys, of the attached store."""
    found = session.execute("SELECT value FROM store.setting WHERE name = 'store_id'").rows
    origin = str(found[0][0]) if found else ""
    return Manifest(origin, fingerprint(imports.identity_key(session)), versions(session), {})


def fingerprint(key: str) -> str:
    """Return a hash by which two identity keys are compared without being shown."""
    return hashlib.blake2b(b"logstats identity", key=bytes.fromhex(key), digest_size=16).hexdigest()


def versions(session: Session) -> dict[str, str]:
    """Return the versions by which figures are computed."""
    return {
        "logstats": metadata.version("logstats"),
        "DuckDB": str(session.execute("SELECT version()").value()),
        "bot list": bots.list_version(),
    }


def figures_of(session: Session, folder: Path, files: Mapping[str, Sequence[str]]) -> KeyFigures:
    """Return what a manifest has of the attached store, whose figures are in `files` below a folder."""
    sites = session.run("totals/export/site_rules").records()
    (counts,) = session.run("totals/export/count").records()
    return KeyFigures(
        version=os.urandom(12).hex(),
        sizes={path: (folder / path).stat().st_size for paths in files.values() for path in paths},
        written_at=now_text(),
        files={part: tuple(paths) for part, paths in files.items()},
        sites={site.pop("name"): _hash(site) for site in sites},
        logs=counts["logs"],
        lines=counts["lines"],
        hits=counts["hits"],
        rejects=counts["rejects"],
    )


def now_text() -> str:
    """Return the current time as a manifest has it."""
    return f"{clock.utc_now():%Y-%m-%dT%H:%M:%SZ}"


def require_origin(folder: Folder, known: Manifest | None, own: Manifest) -> None:
    """Raise LogstatsError where no key can be added to a folder, or replaced."""
    if known is None:
        return
    manifest.require_fit(folder, known, own)
    if known.origin != own.origin:
        raise LogstatsError(manifest.ANOTHER_STORE.format(folder=folder))


def import_keys(order: ImportOrder) -> Iterator[tuple[str, Imported]]:
    """Import keys, each in one transaction; yield each with its counts."""
    known = _require_manifest(order.folder)
    if unknown := sorted({*order.keys} - {*known.keys}):
        there_are = ", ".join(sorted(known.keys))
        raise UsageError(f"no key '{unknown[0]}' in {order.folder}; there are: {there_are}")
    store.ensure(order.store, group_access=order.settings.group_access)
    is_same_key = _require_fit(order, known)
    keys = list(order.keys or sorted(known.keys))
    while keys:
        key = keys.pop(0)
        imported = _import(order, known, key, is_same_key=is_same_key)
        again = [other for other in imported.stale if other in known.keys and other not in keys]
        keys += again
        yield key, imported._replace(stale=tuple(other for other in imported.stale if other not in keys))


def _require_manifest(folder: Folder) -> Manifest:
    known = manifest.read(folder)
    if known is None:
        raise UsageError(NO_MANIFEST.format(folder=folder))
    return known


def _require_fit(order: ImportOrder, known: Manifest) -> bool:
    """Return whether logs are identified by the same key; raise LogstatsError where the figures don't fit."""
    with Session() as session:
        manifest.require_same(order.folder, known.versions, versions(session))
        with session.reading(order.store, order.wait, views=(), migrate=True):
            own = own_manifest(session)
    if own.origin == known.origin:
        raise LogstatsError(f"{order.folder}: has the figures of {order.store} itself")
    is_same_key = own.identity == known.identity
    if not is_same_key and not order.distinct_logs:
        raise LogstatsError(ANOTHER_KEY.format(folder=order.folder, store=order.store))
    return is_same_key


def _import(order: ImportOrder, known: Manifest, key: str, *, is_same_key: bool) -> Imported:
    """Import a key; its files are not read where the store has this version of it."""
    figures = known.keys[key]
    if _is_there(order, key, figures.version, known.origin):
        return Imported(was_there=True)
    with order.folder.copied(manifest.sizes([figures])) as path:
        request = ImportRequest(
            store=order.store,
            settings=order.settings,
            wait=order.wait,
            key=key,
            version=figures.version,
            origin=known.origin,
            files=manifest.paths(path, figures),
            is_same_key=is_same_key,
            is_merged=figures.is_merged,
        )
        return imports.bring_in(request)


def _is_there(order: ImportOrder, key: str, version: str, origin: str) -> bool:
    """Whether the store has a version of a key, and nothing of it is to be undone first."""
    with Session() as session, session.reading(order.store, order.wait, views=()):
        found = session.run("totals/import/version", {"key": key}).records()
    named = (version, origin)
    return any(
        (each["version"], each["origin"]) == named and not (each["read_on_by"] or each["left_out_by"])
        for each in found
    )


def keys(folder: Folder) -> Iterable[tuple[str, KeyFigures]]:
    """Return the keys of a folder, each with what its manifest has of it."""
    return sorted(_require_manifest(folder).keys.items())


def _hash(values: Mapping[str, object]) -> str:
    return hashlib.blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=8).hexdigest()
