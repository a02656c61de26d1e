"""Write the figures of a store as Parquet, under keys that mean the same in any store.

A visitor is site, client and agent, an article is site and identity. Figures are those of one log each, so
that a store that has read one of the logs itself can leave it out.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from logstats.errors import LogstatsError
from logstats.rules import kept
from logstats.rules.kept import StoredSite
from logstats.store import Session
from logstats.store.statements import load, sql_text

# The parts of an export: the files of each have the name of its statement.
PARTS = (
    "totals/export/part/site",
    "totals/export/part/agent",
    "totals/export/part/article",
    "totals/export/part/visit",
    "totals/export/part/day",
    "totals/export/part/hour",
    "totals/export/part/article_day",
    "totals/export/part/source",
    "totals/export/part/reject",
    "totals/export/part/repetition",
    "totals/export/part/hit",
)
PREPARED = (
    "totals/export/border",
    "totals/export/log",
    "totals/export/forgotten",
    "totals/export/minute",
    "totals/export/piece",
)
IN_BUCKETS = "visit"  # the part whose rows are merged, by visitor
BUCKET_OF = "hash(site, client) % {buckets} = {bucket}"
HASHED = (
    '{site}: with privacy = "hash" a visitor has another pseudonym in each store, so its visits can\'t be '
    "put together with those of other stores; nothing was written"
)

Files = Mapping[str, Sequence[str]]  # the paths of each part's files, relative to the folder of the export


class ExportRequest(NamedTuple):
    """An export of the store that a session has attached, into a folder.

    `attempt` is the name of its files. Hits are exported from `hits_since` on, figures of the earlier ones;
    None: no hits. The names of its logs begin with `logs` or, without it, with that of the attempt.
    """

    into: Path
    attempt: str
    hits_since: datetime | None = None
    buckets: int = 1
    logs: str = ""


def write(session: Session, request: ExportRequest) -> Files:
    """Write each part of the attached store's figures; return the files of each."""
    require_plain(kept.read(session))
    params = {"hits_since": request.hits_since, "logs": request.logs or request.attempt}
    session.run_all(PREPARED, params)
    return {name.rpartition("/")[2]: tuple(_write(session, request, name)) for name in PARTS}


def require_plain(sites: Iterable[StoredSite]) -> None:
    """Raise LogstatsError for a site that stores pseudonyms."""
    for site in sites:
        if site.values.get("privacy") == "hash":
            raise LogstatsError(HASHED.format(site=site.name))


def part_path(part: str, bucket: int, attempt: str) -> str:
    """Return the path of a file below the folder of its export."""
    return f"{part}/bucket={bucket}/{attempt}.parquet"


def copy(session: Session, statement: str, target: Path) -> int:
    """Write a statement's rows as a file that is there as a whole or not at all; return their number."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    slots = {"statement": statement, "path": sql_text(str(part))}
    rows = session.run("store/parquet_copy", slots=slots).value()
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.rename(target)
    return int(rows)


def _write(session: Session, request: ExportRequest, name: str) -> Iterable[str]:
    part = name.rpartition("/")[2]
    buckets = request.buckets if part == IN_BUCKETS else 1
    for bucket in range(buckets):
        of_bucket = BUCKET_OF.format(buckets=buckets, bucket=bucket) if buckets > 1 else "true"
        statement = load(name).fill(bucket=of_bucket)
        path = part_path(part, bucket, request.attempt)
        copy(session, statement, request.into / path)
        yield path
