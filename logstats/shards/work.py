"""The logs of a run in shards: pieces of work of like size, each for one worker.

Logs that begin alike are in one shard, so that copies and rotations of one log are seen by one ingest. So are
the logs in one archive, which a worker reads as a whole. A very long log that begins like no other one is cut
into pieces. Logs that the store has, or another key of the
folder, are left out: their beginnings are compared here.
"""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from logstats import sources
from logstats.errors import LogError, UsageError, together
from logstats.shards import pieces
from logstats.shards.pieces import CutRequest, Piece
from logstats.sources import Identity, Known, LogReader, Scan, fingerprint
from logstats.store import Session
from logstats.store.statements import sql_text

SHARD_BYTES = 192 << 20  # of text: some 700,000 lines, since a shard costs half a second whatever it holds
PACKED = 8  # how many bytes of text a byte of an archive is taken for


class FoundLog(NamedTuple):
    """A log to read: its file or the archive that it is in, about how much text it has, and its beginning.

    `pieces` are those into which it may be cut; a log in an archive has none.
    """

    path: str
    size: int
    head_hashes: frozenset[int]
    is_member: bool = False
    pieces: tuple[Piece, ...] = ()


class Shard(NamedTuple):
    """A piece of work: a name, and the paths of its logs; or a piece of its only log."""

    name: str
    logs: tuple[str, ...]
    piece: Piece | None = None


class Work(NamedTuple):
    """What a run has to do; `left_out` has the paths of known logs, with the names that they are known by."""

    shards: tuple[Shard, ...]
    left_out: Mapping[str, str]


def plan(logs: Sequence[str], key: str, known: Sequence[Identity], cut: CutRequest) -> Work:
    """Return the shards of a run; `key` is that of the store's hashes, `known` are logs that count."""
    if sources.STDIN in logs:
        raise UsageError("the logs of a cluster are files that each worker can read, not standard input")
    found, left_out = _compare(logs, key, known, cut)
    groups = sorted(_alike(found), key=lambda group: (-_size(group), group[0].path))
    long = [group[0] for group in groups if len(group) == 1 and group[0].pieces]
    shards = [Shard("", (log.path,), piece) for log in long for piece in log.pieces]
    shards += _packed([group for group in groups if group[0] not in long], is_only=not shards)
    return Work(
        tuple(shard._replace(name=f"{number:05}") for number, shard in enumerate(shards)),
        left_out,
    )


def _packed(groups: Sequence[Sequence[FoundLog]], *, is_only: bool) -> Iterator[Shard]:
    """Yield shards of like size, largest groups first; one without logs where the run has nothing else."""
    if not (groups or is_only):
        return
    count = max(1, min(len(groups), sum(map(_size, groups)) // SHARD_BYTES))
    parts: list[list[FoundLog]] = [[] for _ in range(count)]
    for group in groups:
        min(parts, key=_size).extend(group)
    for part in parts:
        yield Shard("", tuple(sorted({log.path for log in part})))


def stored(session: Session, origin: str) -> list[Identity]:
    """Return the logs of the attached store, without those that were imported from a folder."""
    return _identities(session, "totals/export/known_source", {"origin": origin}, {})


def exported(session: Session, files: Sequence[Path]) -> list[Identity]:
    """Return the logs of other keys, from their files."""
    if not files:
        return []
    paths = ", ".join(sql_text(str(path)) for path in files)
    return _identities(session, "totals/export/known_log", {}, {"files": f"[{paths}]"})


def _identities(
    session: Session, name: str, params: Mapping[str, object], slots: Mapping[str, str]
) -> list[Identity]:
    return [
        Identity(
            **row | {"head_hashes": frozenset(row["head_hashes"]), "block_hashes": tuple(row["block_hashes"])}
        )
        for row in session.run(name, params, slots).records()
    ]


def _compare(
    logs: Sequence[str], key: str, known: Sequence[Identity], cut: CutRequest
) -> tuple[list[FoundLog], dict[str, str]]:
    """Return the logs that are new, and those that are known with their names there."""

    def find(head_hashes: Collection[int]) -> Sequence[Identity]:
        return [source for source in known if source.head_hashes & frozenset(head_hashes)]

    hashed = fingerprint.hasher(bytes.fromhex(key))
    found: list[FoundLog] = []
    left_out: dict[str, str] = {}
    new_names: set[str] = set()
    numbered = [source._replace(source_id=number) for number, source in enumerate(known, start=1)]
    known = numbered
    files = frozenset(map(str, logs))
    with Scan(logs, Known(bytes.fromhex(key), find), machine=cut.machine, named_explicitly=logs) as scan:
        for reader in scan.readers():
            if reader.origin.is_doubtful and reader.origin.alike:
                left_out[reader.path] = reader.origin.alike.path
            else:
                found.append(_found(reader, hashed, files, cut))
                new_names.add(reader.path)
        errors = [*scan.findings.unread, *(LogError(why, path=path) for path, why in scan.findings.waiting)]
        left_out |= dict(scan.findings.copies)
        others = {source.path: source.path for source in known if source.path not in new_names}
        errors += _partly_known(found, {**others, **left_out})
    new = {log.path for log in found} | left_out.keys()
    same = {sources.printable(path) for path in logs if path not in new}  # known under their own names
    left_out |= {source.path: source.path for source in known if file_of(source.path, same)}
    if errors:
        raise together(errors)
    return found, left_out


def _partly_known(found: Sequence[FoundLog], known: Mapping[str, str]) -> Iterator[LogError]:
    """Yield an error for each archive with logs to read that has others which are known."""
    archives = {sources.printable(log.path) for log in found if log.is_member}
    members = {sources.printable(path): name for path, name in known.items()}
    parts = {file_of(path, archives): (path, name) for path, name in members.items() if path not in archives}
    for archive, (path, name) in parts.items():
        if archive is not None:
            yield LogError(
                f"{path[len(archive) + 1 :]} counts already as {name}, and other logs in it do not",
                path=archive,
                advice="unpack it, and read its logs",
            )


def file_of(path: str, files: Collection[str]) -> str | None:
    """Return the file that a log is, or the archive that it is in, if it is one of these files.

    A key of an object may have another key before a slash, and is no log in that.
    """
    if path in files:
        return path
    parents = itertools.accumulate(path.split("/"), "{}/{}".format)
    return next((parent for parent in parents if parent in files), None)


def _found(reader: LogReader, hashed: fingerprint.Hash, files: Collection[str], cut: CutRequest) -> FoundLog:
    """Return a new log; raise LogError for one that goes on after what is known of it."""
    if known := reader.identity:
        raise LogError(
            f"goes on after the first {known.position:,} bytes, which count already as {known.path}",
            path=reader.path,
            advice="run that key again with this log, or read it with `logstats ingest`",
        )
    path, size = str(reader.log.path), reader.log.stat.size
    path = file_of(path, files) or path  # a member of an archive can't be opened by its own path
    head_hashes = fingerprint.hash_heads(reader.log.head, hashed)
    return FoundLog(
        path,
        size * PACKED if reader.log.packing else size,
        frozenset(head_hashes.values()),
        reader.log.is_member,
        pieces.of_log(reader, hashed, cut),
    )


def _alike(logs: Sequence[FoundLog]) -> Iterator[list[FoundLog]]:
    """Yield the logs in groups: those that have the beginning of another one, directly or by others."""
    groups: list[tuple[set[int | str], list[FoundLog]]] = []
    for log in logs:
        names: set[int | str] = {log.path, *log.head_hashes}
        members = [log]
        others = []
        for known, group in groups:
            if known & names:
                names |= known
                members = [*group, *members]
            else:
                others.append((known, group))
        groups = [*others, (names, members)]
    yield from (members for _, members in groups)


def _size(logs: Sequence[FoundLog]) -> int:
    return sum(log.size for log in logs)
