"""The figures of the pieces of a log as those of one log."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from pathlib import Path
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
PARTS = ("source", "reject")  # of which the whole log has files of its own


class ShardRead(NamedTuple):
    """A job, and what its worker has done."""

    job: ShardJob
    result: ShardResult


class Joining(NamedTuple):
    """What joins the logs of a key: the files of their pieces are below `found`, new ones below `into`."""

    session: Session
    key: str
    found: Path
    into: Path


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
    cut = [[*_of(own)] for own in _pieces(read).values()]
    return [*found, *_all_joined(common, cut)] if cut else found


def _all_joined(common: RunSettings, cut: Sequence[Sequence[KeyFigures]]) -> list[KeyFigures]:
    """Return the figures of each log in pieces; the new files are in the folder at the end."""
    sizes = manifest.sizes(chain.from_iterable(cut), *PARTS)
    with (
        atomic.private(),
        common.into.copied(sizes) as found,
        common.into.written() as into,
        Session() as session,
    ):
        session.side_by_side(1)
        joining = Joining(session, common.key, found, into)
        return [_joined(joining, pieces) for pieces in cut]


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


def _joined(joining: Joining, pieces: Sequence[KeyFigures]) -> KeyFigures:
    """Return the figures of a log, with its source and its rejects in files of their own."""
    parts = {part: tuple(path for piece in pieces for path in piece.files[part]) for part in pieces[0].files}
    parts |= {
        "source": (_source(joining, parts["source"]),),
        "reject": tuple(_rejects(joining, pieces)),
    }
    sizes = {path: size for piece in pieces for path, size in piece.sizes.items()}
    new = [path for part in PARTS for path in parts[part] if path not in sizes]
    return pieces[0]._replace(
        files=parts,
        sizes=sizes | {path: (joining.into / path).stat().st_size for path in new},
        sites={site: rules for piece in pieces for site, rules in piece.sites.items()},
        lines=sum(piece.lines for piece in pieces),
        hits=sum(piece.hits for piece in pieces),
        rejects=sum(piece.rejects for piece in pieces),
    )


def _source(joining: Joining, files: Iterable[str]) -> str:
    """Write the source of a log; return its file."""
    paths = ", ".join(sql_text(str(joining.found / path)) for path in files)
    statement = load("shards/source_joined").fill(files=f"[{paths}]")
    return _copied(joining, "source", statement)


def _rejects(joining: Joining, pieces: Sequence[KeyFigures]) -> Iterator[str]:
    """Write the rejects of the pieces by their numbers in the log; yield the files."""
    for piece, lines_before in zip(
        pieces, accumulate((piece.lines for piece in pieces), initial=0), strict=False
    ):
        (path,) = piece.files["reject"]
        if piece.rejects and lines_before:
            file = sql_text(str(joining.found / path))
            statement = load("shards/reject_joined").fill(file=file, lines_before=str(lines_before))
            yield _copied(joining, "reject", statement)
        else:
            yield path


def _copied(joining: Joining, part: str, statement: str) -> str:
    path = exports.part_path(part, 0, manifest.new_attempt(joining.key, CUT))
    exports.copy(joining.session, statement, joining.into / path)
    return path
