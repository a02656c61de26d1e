"""A chunk's lines, typed: by the format that their log began with; those that do not fit it, by any other.

Each line is looked at by itself, so that a log may change its format, and how it was cut changes nothing.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from logstats import formats, sources
from logstats.config import Settings
from logstats.errors import LogstatsError, UsageError
from logstats.formats import LogFormat
from logstats.model import Chunk
from logstats.rules import client_ips
from logstats.sources import LogReader
from logstats.store import Params, Session, statements

SAMPLE_BYTES = 64 << 10
AUTO = "auto"


class ParsePlan(NamedTuple):
    """How a log's lines are read.

    `site` is whose they are, None where each tells its host; `host` is meant where it does not. `zone` is
    where times without an offset were written. A log that was not given its format `may_change` it.
    `proxies` are networks whose word on whom they ask for is trusted. `start` is the byte that a run reads
    first: it has met nothing before.
    """

    path: str
    shape: LogFormat
    site: str | None
    host: str
    zone: str
    may_change: bool = False
    proxies: tuple[str, ...] = ()
    start: int = 0


class ParseCounts(NamedTuple):
    """How many lines of a chunk are hits, and how many are refused; of these, how many are header lines."""

    hits: int
    rejects: int
    headers: int


def begin(log: LogReader, settings: Settings, site: str | None, log_format: str) -> ParsePlan:
    """Return how to read a log; raise FormatError where its format is not known."""
    shape = _shape(log, log_format)
    named = _site(settings, site, shape)
    host = named or (settings.sites[0].name if len(settings.sites) == 1 else settings.unlisted.name)
    site_of = settings.site(host)
    proxies = site_of.trusted_proxies or settings.trusted_proxies
    start = log.identity.position if log.identity else 0
    return ParsePlan(
        log.name, shape, named, "" if named else host, site_of.timezone, log_format == AUTO, proxies, start
    )


def fits(reading: ParsePlan) -> Callable[[bytes], bool]:
    """Return what says whether a line, as text of UTF-8, is one of the log's format."""
    return lambda line: formats.fits(reading.shape, line.decode())


def type_chunk(session: Session, reading: ParsePlan, chunk: Chunk) -> ParseCounts:
    """Make `chunk_line` of a chunk, with the store closed.

    Every line must have come out again. The line reader passes empty lines over, which few logs
    have: only a chunk that comes out short has them marked and is read once more.
    """
    lines, hits, rejects, unfit, headers = _type(session, reading, chunk)
    if lines < chunk.lines:
        sources.mark_blank(chunk.path)
        lines, hits, rejects, unfit, headers = _type(session, reading, chunk)
    if unfit and reading.may_change and (refitted := _refit(session, reading, chunk)):
        hits, rejects = hits + refitted, rejects - refitted
    if reading.proxies:
        _see_through(session, reading)
    if lines != chunk.lines or hits + rejects != lines:
        raise LogstatsError(
            f"{reading.path}: {chunk.lines} lines were read as {lines}, {hits} hits and {rejects} rejects, "
            f"after byte {chunk.start}; nothing of them was added. This is a fault of logstats: report it"
        )
    return ParseCounts(hits, rejects, headers)


def _shape(log: LogReader, log_format: str) -> LogFormat:
    known_format = log.identity.log_format if log.identity else None
    if known_format and log_format == AUTO:
        return formats.format_of(known_format)
    if log_format == AUTO:
        return formats.detect(log.sample(SAMPLE_BYTES), log.path)
    shape = formats.format_of(log_format)
    if not known_format:
        formats.require_fit(shape, log.sample(SAMPLE_BYTES), log.path)
    return shape


def _site(settings: Settings, site: str | None, shape: LogFormat) -> str | None:
    """Return the site that a log's lines belong to, None where each line names its host."""
    if site or shape.has("vhost"):
        return site
    if len(settings.sites) > 1:
        names = ", ".join(site.name for site in settings.sites)
        raise UsageError(f"which site are these logs of? give --site, one of {names}")
    return settings.sites[0].name if settings.sites else settings.unlisted.name


def _type(session: Session, reading: ParsePlan, chunk: Chunk) -> Sequence[int]:
    way = ("formats/text_line", _met(reading, chunk), "chunk_line")
    _read(session, reading.shape, _params(reading, chunk), way)
    return session.run("ingest/parse/line_count").rows[0]


def _params(reading: ParsePlan, chunk: Chunk) -> Params:
    return {
        "chunk": chunk.path,
        "longest": sources.LONGEST_LINE - 4,
        "vhost": reading.host,
        "zone": reading.zone,
        "header": chunk.header,
        "proxies": reading.proxies,
    }


def _met(reading: ParsePlan, chunk: Chunk) -> str:
    """Return the fragment that puts what a run has met into a chunk's lines."""
    return "formats/all_texts" if chunk.start == reading.start else "formats/known_texts"


def _read(session: Session, shape: LogFormat, params: Params, way: tuple[str, str, str]) -> None:
    """Read lines of a shape; `way` names the fragments that give them and what is met, and the table."""
    text_line, met, typed = way
    slots = {**shape.slots, "table": typed}
    slots |= {"text_line": statements.load(text_line).sql, "texts": statements.load(met).sql}
    slots["forwarded"] = "forwarded" if params["proxies"] else "CAST(NULL AS VARCHAR)"
    bound = {**params, "pattern": shape.pattern, "header": params["header"] or shape.header}
    for name in shape.prepared:
        session.run(name, bound, slots)
    fragment = statements.load(shape.reading).fill(**slots)
    session.run("ingest/parse/line", bound, {"reading": fragment, **slots})


def _see_through(session: Session, reading: ParsePlan) -> None:
    """Make whoever asked a trusted proxy a line's client."""
    v6 = (address for (address,) in session.run("ingest/parse/forwarded_ipv6").rows)
    session.run("ingest/parse/forwarded_client", client_ips.proxies(reading.proxies, v6))


def _refit(session: Session, reading: ParsePlan, chunk: Chunk) -> int:
    """Read lines that do not fit the log's format by the first other one that they fit; return how many."""
    others = formats.others(reading.shape)
    patterns = {f"other_{number}": other.pattern for number, other in enumerate(others)}
    cases = " ".join(
        f"WHEN {other.is_one.replace('$pattern', f'$other_{number}')} THEN {number}"
        for number, other in enumerate(others)
    )
    session.run("ingest/parse/unfit_line", patterns, {"cases": cases})
    refitted = 0
    for (other,) in session.run("ingest/parse/unfit_format").rows:
        params = {**_params(reading, chunk), "other": other}
        way = ("formats/unfit_text_line", _met(reading, chunk), "chunk_other")
        _read(session, others[other], params, way)
        session.run("ingest/parse/refit_update", params)
        refitted += int(session.run("ingest/parse/refit_count").value())
    return refitted
