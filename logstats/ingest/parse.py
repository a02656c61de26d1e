"""A chunk's lines as rows of `chunk_line`, with the store closed.

Each line is parsed with the format detected at the beginning of its log, or else with the first other format
that it matches. A line does not depend on other lines, so a log may change its format, and its division into
chunks has no effect.
"""

from collections.abc import Callable
from mmap import ACCESS_READ, mmap
from typing import NamedTuple

from logstats import formats, sources
from logstats.config import Settings
from logstats.errors import LogstatsError, UsageError
from logstats.formats import LogFormat
from logstats.ingest.request import AUTO
from logstats.model import Chunk
from logstats.rules import client_ips
from logstats.sources import LogReader
from logstats.store import Params, Session, statements

SAMPLE_BYTES = 64 << 10  # of a log's beginning, from which its format is detected


class ParsePlan(NamedTuple):
    """How the lines of a log are parsed.

    `site` is the site of all lines, None where a line may name its virtual host; `default_host` is the host
    of a line that names none. `source_site` is the site that the log counts for, None where its lines name
    hosts. `zone` is the zone of times without an offset. `may_change`: the format was
    detected, and single lines may be in another one. `proxies` are networks whose X-Forwarded-For is trusted.
    `start` is the position at which this run began; at that position the run knows no texts yet.
    """

    path: str
    log_format: LogFormat
    site: str | None
    default_host: str
    source_site: str | None
    zone: str
    may_change: bool = False
    proxies: tuple[str, ...] = ()
    start: int = 0


class ParseCounts(NamedTuple):
    """The numbers of hits and rejects in a chunk; `headers` are the rejects that are header lines."""

    hits: int
    rejects: int
    headers: int


class _LineCount(NamedTuple):
    """The row of parse/line_count; `unfit` are the rejects that do not fit the log's format."""

    lines: int
    hits: int
    rejects: int
    unfit: int
    headers: int


def plan(log: LogReader, settings: Settings, site: str | None, log_format: str) -> ParsePlan:
    """Return the plan for a log; raise FormatError where its format is unknown."""
    parsed_as = _log_format(log, log_format)
    may_name_hosts = log_format == AUTO or parsed_as.has_header
    own_site = _site(settings, site, names_hosts=_names_hosts(log, parsed_as))
    host = own_site or (settings.sites[0].name if len(settings.sites) == 1 else settings.unlisted.name)
    site_settings = settings.site(host)
    return ParsePlan(
        path=log.name,
        log_format=parsed_as,
        site=site if may_name_hosts else own_site,
        default_host=host,
        source_site=own_site,
        zone=site_settings.timezone,
        may_change=log_format == AUTO,
        proxies=site_settings.trusted_proxies or settings.trusted_proxies,
        start=log.identity.position if log.identity else 0,
    )


def fits(plan: ParsePlan) -> Callable[[bytes], bool]:
    """Return a function that tests whether a line (UTF-8), as a whole, matches the log's format."""
    return lambda line: formats.fits(plan.log_format, line.decode())


def type_chunk(session: Session, plan: ParsePlan, chunk: Chunk) -> ParseCounts:
    """Create `chunk_line` from a chunk; raise LogstatsError where a line is missing from it.

    DuckDB's CSV reader skips empty lines. Few logs have any, so they are marked, and the chunk is parsed
    again, only where the table has too few rows.
    """
    count = _parse(session, plan, chunk)
    if count.lines < chunk.lines:
        sources.mark_blank(chunk.path)
        count = _parse(session, plan, chunk)
    refitted = _refit(session, plan, chunk) if count.unfit and plan.may_change else 0
    hits, rejects = count.hits + refitted, count.rejects - refitted
    if plan.proxies:
        _replace_proxies(session, plan)
    if count.lines != chunk.lines or hits + rejects != count.lines:
        raise LogstatsError(
            f"{plan.path}: {chunk.lines} lines after byte {chunk.start} were parsed as {count.lines} lines, "
            f"{hits} hits and {rejects} rejects, and nothing of them was added; "
            "this is a bug in logstats, please report it"
        )
    return ParseCounts(hits=hits, rejects=rejects, headers=count.headers)


def _log_format(log: LogReader, log_format: str) -> LogFormat:
    known_format = log.identity.log_format if log.identity else None
    if known_format and log_format == AUTO:
        return formats.format_of(known_format)
    if log_format == AUTO:
        return formats.detect(log.sample(SAMPLE_BYTES), log.path)
    given_format = formats.format_of(log_format)
    if not known_format:
        formats.require_fit(given_format, log.sample(SAMPLE_BYTES), log.path)
    return given_format


def _names_hosts(log: LogReader, log_format: LogFormat) -> bool:
    """Whether lines of the log name hosts; a W3C log's header says that, which may change in the log."""
    if not log_format.has_header:
        return log_format.has("vhost")
    header = log.identity.header if log.identity else log.sample(SAMPLE_BYTES).decode("utf-8-sig", "replace")
    return formats.names_host(log_format, header)


def _site(settings: Settings, site: str | None, *, names_hosts: bool) -> str | None:
    """Return the site of all lines of a log, None where each line names its host."""
    if site or names_hosts:
        return site
    if len(settings.sites) > 1:
        names = ", ".join(site.name for site in settings.sites)
        raise UsageError(f"these logs name no site; give --site, one of {names}")
    return settings.sites[0].name if settings.sites else settings.unlisted.name


class _LineTable(NamedTuple):
    """A table of lines to create: the fragments for their texts and for known texts, and its name."""

    text_line: str
    known_texts: str
    name: str


def _parse(session: Session, plan: ParsePlan, chunk: Chunk) -> _LineCount:
    table = _LineTable("formats/text_line", _known_texts(plan, chunk), "chunk_line")
    _type_lines(session, plan.log_format, _params(plan, chunk), table)
    return _LineCount(*session.run("ingest/parse/line_count").rows[0])


def _params(plan: ParsePlan, chunk: Chunk) -> Params:
    return {
        "chunk": chunk.path,
        "longest": sources.LONGEST_LINE - 4,
        "zone": plan.zone,
        "header": chunk.header,
        "proxies": plan.proxies,
    }


def _known_texts(plan: ParsePlan, chunk: Chunk) -> str:
    """Return the fragment that replaces known texts by their ids; in a run's first chunk no text is known."""
    return "formats/all_texts" if chunk.start == plan.start else "formats/known_texts"


def _type_lines(session: Session, log_format: LogFormat, params: Params, table: _LineTable) -> None:
    """Create a table of lines in one format."""
    slots = {
        **formats.FIELD_SLOTS,
        **log_format.slots,
        "typed_columns": formats.typed_columns(has_escapes=_has_escapes(str(params["chunk"]))),
        "table": table.name,
        "text_line": statements.load(table.text_line).sql,
        "texts": statements.load(table.known_texts).sql,
        "forwarded": "forwarded" if params["proxies"] else "CAST(NULL AS VARCHAR)",
    }
    bound = {
        **params,
        "pattern": log_format.pattern,
        "header": params["header"] or log_format.header,
    }
    slots["reading"] = statements.load(log_format.fragment).fill(**slots)
    names = (*log_format.prepared, "ingest/parse/line")
    texts = "".join(statements.load(name).fill(**slots) for name in names)
    session.run_all(names, {name: value for name, value in bound.items() if f"${name}" in texts}, slots)


def _has_escapes(path: str) -> bool:
    """Whether a chunk has a backslash; most have none, and it is found at the speed of memory."""
    with open(path, "rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as lines:  # noqa: PTH123
        return lines.find(b"\\") >= 0


def _replace_proxies(session: Session, plan: ParsePlan) -> None:
    """Replace the client of a line that is a trusted proxy by the client that the proxy forwards."""
    ipv6 = (client_ip for (client_ip,) in session.run("ingest/parse/forwarded_ipv6").rows)
    session.run("ingest/parse/forwarded_client", client_ips.proxies(plan.proxies, ipv6))


def _refit(session: Session, plan: ParsePlan, chunk: Chunk) -> int:
    """Parse lines of other formats, each with the first one that it matches; return the number of hits."""
    others = formats.others(plan.log_format)
    patterns = {
        f"other_{number}": other.pattern for number, other in enumerate(others) if "$pattern" in other.is_one
    }
    cases = " ".join(
        f"WHEN {other.is_one.replace('$pattern', f'$other_{number}')} THEN {number}"
        for number, other in enumerate(others)
    )
    session.run("ingest/parse/unfit_line", patterns, {"cases": cases})
    refitted = 0
    for (number,) in session.run("ingest/parse/unfit_format").rows:
        params = {**_params(plan, chunk), "other": number}
        table = _LineTable("formats/unfit_text_line", _known_texts(plan, chunk), "chunk_other")
        _type_lines(session, others[number], params, table)
        columns = [column for (column,) in session.run("ingest/parse/refit_column").rows]
        assignments = ", ".join(f"{column} = parsed.{column}" for column in columns)
        session.run("ingest/parse/refit_update", {"other": number}, {"assignments": assignments})
        refitted += int(session.run("ingest/parse/refit_count").value())
    return refitted
