"""The figures of the pieces of a log as those of one log."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from logstats import atomic
from logstats.ingest import hosts
from logstats.shards import manifest
from logstats.shards.manifest import KeyFigures
from logstats.shards.work import Shard
from logstats.shards.worker import RunSettings, ShardJob, ShardResult
from logstats.store import Session
from logstats.store.statements import load, sql_text
from logstats.totals import exports

CUT = "cut"  # the shard that a log in pieces has in the names of files


class ShardRead(NamedTuple):
    """A job, and what its worker has done."""

    job: ShardJob
    result: ShardResult


def jobs(common: RunSettings, shards: Sequence[Shard]) -> list[ShardJob]:
    """Return the jobs of shards; the pieces of a log have the same name for it."""
    cut = dict.fromkeys(shard.logs for shard in shards if shard.piece)
    names = {logs: manifest.new_attempt(common.key, CUT) for logs in cut}
    return [ShardJob(common, shard, names[shard.logs] if shard.piece else "") for shard in shards]


def doubtful(read: Sequence[ShardRead]) -> dict[str, Shard]:
    """Return the logs that are to be read whole, each by the name that its pieces have for it.

    A piece is doubtful, or the pieces may together have more new sites than one ingest adds.
    """
    found: dict[str, Shard] = {}
    for logs, own in _pieces(read).items():
        sites = {site for each in own if each.result.figures for site in each.result.figures.sites}
        if len(sites) >= hosts.MOST_NEW or any(_is_doubtful(each.result) for each in own):
            found[logs] = own[0].job.shard._replace(piece=None)
    return found


def figures(common: RunSettings, read: Sequence[ShardRead]) -> list[KeyFigures]:
    """Return the figures of each shard that is no piece, and those of the pieces of each log together."""
    found = [each.result.figures for each in read if not each.job.logs and each.result.figures]
    cut = _pieces(read)
    if cut:
        with atomic.private(), Session() as session:
            session.side_by_side(1)
            found += [_joined(session, common, [*_of(own)]) for own in cut.values()]
    return found


def _is_doubtful(result: ShardResult) -> bool:
    return not (result.figures or result.error)


def _pieces(read: Sequence[ShardRead]) -> Mapping[str, list[ShardRead]]:
    """Return the pieces of each log, in order."""
    found = defaultdict(list)
    for each in read:
        if each.job.logs:
            found[each.job.logs].append(each)
    return found


def _of(read: Iterable[ShardRead]) -> Iterator[KeyFigures]:
    return (each.result.figures for each in read if each.result.figures)


def _joined(session: Session, common: RunSettings, pieces: Sequence[KeyFigures]) -> KeyFigures:
    """Return the figures of a log, with its source and its rejects in files of their own."""
    parts = {part: tuple(path for piece in pieces for path in piece.files[part]) for part in pieces[0].files}
    parts |= {
        "source": (_source(session, common, parts["source"]),),
        "reject": tuple(_rejects(session, common, pieces)),
    }
    sizes = {path: size for piece in pieces for path, size in piece.sizes.items()}
    new = [path for part in ("source", "reject") for path in parts[part] if path not in sizes]
    return pieces[0]._replace(
        files=parts,
        sizes=sizes | {path: (common.into / path).stat().st_size for path in new},
        sites={site: rules for piece in pieces for site, rules in piece.sites.items()},
        lines=sum(piece.lines for piece in pieces),
        hits=sum(piece.hits for piece in pieces),
        rejects=sum(piece.rejects for piece in pieces),
    )


def _source(session: Session, common: RunSettings, files: Iterable[str]) -> str:
    """Write the source of a log; return its file."""
    paths = ", ".join(sql_text(str(common.into / path)) for path in files)
    statement = load("shards/source_joined").fill(files=f"[{paths}]")
    return _copied(session, common, "source", statement)


def _rejects(session: Session, common: RunSettings, pieces: Sequence[KeyFigures]) -> Iterator[str]:
    """Write the rejects of the pieces by their numbers in the log; yield the files."""
    for piece, lines_before in zip(
        pieces, accumulate((piece.lines for piece in pieces), initial=0), strict=False
    ):
        (path,) = piece.files["reject"]
        if piece.rejects and lines_before:
            file = sql_text(str(common.into / path))
            statement = load("shards/reject_joined").fill(file=file, lines_before=str(lines_before))
            yield _copied(session, common, "reject", statement)
        else:
            yield path


def _copied(session: Session, common: RunSettings, part: str, statement: str) -> str:
    path = exports.part_path(part, 0, manifest.new_attempt(common.key, CUT))
    exports.copy(session, statement, common.into / path)
    return path
