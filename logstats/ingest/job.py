"""What is ingested: one log with its rules, and a chunk of it whose lines are parsed."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from logstats.config import Site
from logstats.ingest import hosts
from logstats.ingest.hosts import Sites
from logstats.ingest.parse import ParseCounts
from logstats.ingest.parse_plan import ParsePlan
from logstats.ingest.request import IngestRequest
from logstats.model import Chunk
from logstats.rules.articles import Articles
from logstats.rules.ruleset import Rules
from logstats.sources import LogReader
from logstats.store import Session

if TYPE_CHECKING:
    from logstats.ingest.log_texts import LogTexts


class SiteRules(NamedTuple):
    """The sites of a store by their ids, and the rules that find the articles of their URLs."""

    sites: Mapping[int, Site]
    articles: Articles


class LastRules:
    """The rules by which the last chunk of a log was committed; None where few of its pages were new."""

    value: SiteRules | None = None


class Job(NamedTuple):
    """One log being ingested, and the rules that classify its hits. `key` is that of the store's hashes.

    `sites` are those that its lines may name. `texts` are those of a log of several chunks that may be read
    natively.
    """

    request: IngestRequest
    log: LogReader
    plan: ParsePlan
    rules: Rules
    key: str
    sites: Sites
    last_rules: LastRules
    texts: "LogTexts | None" = None


class ParsedChunk(NamedTuple):
    """A chunk whose lines are in the session's `chunk_line`, with their counts.

    `repeated` lines were read before and are not in `chunk_line` any more; `read_in` is as in IngestSummary.
    `refused` are the lines of hosts that are no site. `url_rules`: the rules by which its URLs were found
    before the transaction, None where they were not; `has_restored` texts, which may be of further ones.
    `repeated_at_end`: how many different ones there are in the run of lines at the end of the chunk.
    """

    session: Session
    chunk: Chunk
    counts: ParseCounts
    repeated: int = 0
    repeated_at_end: int = 0
    read_in: tuple[tuple[str, str, int], ...] = ()
    warnings: tuple[str, ...] = ()
    refused: hosts.Refused | None = None
    url_rules: SiteRules | None = None
    has_restored: bool = False


class ApartError(Exception):
    """Some logs, by their names, must be read by themselves; nothing of their batch was committed."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
