"""A chunk's lines as rows of `chunk_line`, with the store closed.

Each line is parsed with the format detected at the beginning of its log, or else with the first other format
that it matches. A line does not depend on other lines, so a log may change its format, and its division into
chunks has no effect.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from logstats import formats, native, sources
from logstats.config import Settings
from logstats.errors import LogstatsError, NoSiteError
from logstats.formats import LogFormat
from logstats.ingest import odd_clients
from logstats.ingest.odd_clients import OddClients
from logstats.ingest.request import AUTO
from logstats.model import Chunk
from logstats.rules import client_ips
from logstats.sources import LogReader
from logstats.store import Params, Session, statements

SAMPLE_BYTES = 64 << 10  # of a log's beginning, from which its format is detected
HOSTLESS = "its lines name no site"


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
    """The numbers of hits and rejects in a chunk; `headers` and `blanks` are rejects that are no fault.

    So are those `of_hosts` that are no site. `ipv6_clients` are the IPv6 clients of the hits. `is_encoded`:
    the chunk was read natively, so its lines have codes of their texts.
    """

    hits: int
    rejects: int
    headers: int
    blanks: int
    ipv6_clients: frozenset[str] = frozenset()
    of_hosts: int = 0
    is_encoded: bool = False

    @property
    def faults(self) -> int:
        """The number of rejects that should have been hits."""
        return self.rejects - self.headers - self.blanks - self.of_hosts


class _LineCount(NamedTuple):
    """The row of parse/line_count; `unfit` are the rejects that do not fit the log's format."""

    lines: int
    hits: int
    rejects: int
    unfit: int
    headers: int
    blanks: int
    of_hosts: int


class _Refitted(NamedTuple):
    """The number of lines of other formats that are hits, and their IPv6 clients."""

    hits: int = 0
    ipv6_clients: frozenset[str] = frozenset()


def plan(
    log: LogReader,
    settings: Settings,
    site: str | None,
    log_format: str,
    stored_sites: Sequence[str] = (),
) -> ParsePlan:
    """Return the plan for a log; raise FormatError where its format is unknown."""
    parsed_as = _log_format(log, log_format)
    may_name_hosts = log_format == AUTO or parsed_as.has_header
    own_site = _site(settings, site, log, stored_sites, names_hosts=_names_hosts(log, parsed_as))
    host = own_site or settings.only_site() or settings.unlisted.name
    return ParsePlan(
        path=log.name,
        log_format=parsed_as,
        site=site if may_name_hosts else own_site,
        default_host=host,
        source_site=own_site,
        zone=settings.site(host).timezone,
        may_change=log_format == AUTO,
        proxies=settings.proxies(host),
        start=log.identity.position if log.identity else 0,
    )


def notes(plan: ParsePlan) -> tuple[tuple[str, str], ...]:
    """Return (log, note) for what is said of a log when it is first read."""
    return tuple((plan.path, note) for note in formats.described(plan.log_format))


def fits(plan: ParsePlan) -> Callable[[bytes, str], bool]:
    """Return a function that tests whether a line (UTF-8), below header lines, is a whole one.

    As for lines with a newline, it may be in another format than its log, unless that format was given.
    """

    def is_whole(line: bytes, header: str) -> bool:
        text = line.decode()
        own = plan.log_format
        if formats.fits(own, text, header or own.header):
            return True
        if not plan.may_change:
            return False
        bare, *others = formats.others(own)
        return any(formats.fits(other, text) for other in (*((bare,) if own.prefixes else ()), *others))

    return is_whole


def type_chunk(session: Session, plan: ParsePlan, chunk: Chunk) -> ParseCounts:
    """Create `chunk_line` from a chunk; raise LogstatsError where a line is missing from it."""
    # of a last line that is a chunk by itself, repeated/cut_line reads the texts, which codes would replace
    is_native = chunk.lines > 1 and native.is_used(chunk.end - chunk.start)
    return (_typed_natively(session, plan, chunk) if is_native else None) or _typed(session, plan, chunk)


def _typed(session: Session, plan: ParsePlan, chunk: Chunk) -> ParseCounts:
    """Create `chunk_line` by statements.

    DuckDB's CSV reader skips empty lines. Few logs have any, so they are marked, and the chunk is parsed
    again, only where the table has too few rows.
    """
    count = _parse(session, plan, chunk)
    if count.lines < chunk.lines:
        sources.mark_blank(chunk.path)
        count = _parse(session, plan, chunk)
    if plan.log_format.prefixes and count.rejects:
        _restore_prefixes(session, chunk)
    odd = _replace_clients(session, plan, plan.log_format, _line_table(plan, chunk), _params(plan, chunk))
    hits, ipv6_clients = count.hits - odd.rejects, odd.ipv6_clients
    if count.unfit or odd.rejects:
        refitted = _refit(session, plan, chunk)
        hits, ipv6_clients = hits + refitted.hits, ipv6_clients | refitted.ipv6_clients
    rejects = count.lines - hits
    counts = ParseCounts(
        hits=hits,
        rejects=rejects,
        headers=count.headers,
        blanks=count.blanks,
        ipv6_clients=ipv6_clients,
    )
    if count.hits + count.rejects != count.lines:
        raise _lost(plan, chunk, counts)
    return _all_of(plan, chunk, counts)


def _typed_natively(session: Session, plan: ParsePlan, chunk: Chunk) -> ParseCounts | None:
    """Create `chunk_line` with the native reader; return None where it does not read lines of this format."""
    from logstats.ingest import native_lines  # noqa: PLC0415 - only in a long run

    layout = native_lines.layout(plan.log_format, chunk.path)
    if layout is None:
        return None
    is_proxy, are_known = client_ips.proxy_test(plan.proxies), _knows_texts(plan, chunk)
    lines = native_lines.read(session, chunk.path, layout, is_proxy, are_known=are_known)
    with native_lines.odd_chunk(chunk, lines.odd_lines) as odd:
        counts = _typed(session, plan, odd) if odd.lines else ParseCounts(0, 0, 0, 0)
    native_lines.join(session, lines)
    counts = counts._replace(
        hits=lines.lines - odd.lines + counts.hits,
        ipv6_clients=counts.ipv6_clients.union(lines.ipv6_clients),
        is_encoded=True,
    )
    if counted_again(session, counts)[0] != counts:
        raise _lost(plan, chunk, counts)
    return _all_of(plan, chunk, counts)


def _all_of(plan: ParsePlan, chunk: Chunk, counts: ParseCounts) -> ParseCounts:
    """Return the counts; raise LogstatsError where they are not of all lines of the chunk."""
    if counts.hits + counts.rejects != chunk.lines:
        raise _lost(plan, chunk, counts)
    return counts


def _lost(plan: ParsePlan, chunk: Chunk, counts: ParseCounts) -> LogstatsError:
    return LogstatsError(
        f"{plan.path}: {chunk.lines} lines after byte {chunk.start} were parsed as {counts.hits} hits "
        f"and {counts.rejects} rejects, and nothing of them was added; "
        "this is a bug in logstats, please report it"
    )


def counted_again(session: Session, counts: ParseCounts) -> tuple[ParseCounts, int]:
    """Return the counts of a chunk of which lines were rejected or deleted since, and its lines."""
    left = _LineCount(*session.run("ingest/parse/line_count").rows[0])
    counts = counts._replace(
        hits=left.hits,
        rejects=left.rejects,
        headers=left.headers,
        blanks=left.blanks,
        of_hosts=left.of_hosts,
    )
    return counts, left.lines


def _log_format(log: LogReader, log_format: str) -> LogFormat:
    known = log.identity or (log.origin.alike if log.origin.is_doubtful else None)
    known_format = known.log_format if known else None
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


def _site(
    settings: Settings, site: str | None, log: LogReader, stored_sites: Sequence[str], *, names_hosts: bool
) -> str | None:
    """Return the site of all lines of a log, None where each line names its host.

    A log stays one of the site for which it was read before.
    """
    known_site = log.identity.site if log.identity else None
    if site is None and known_site is not None:
        if len(settings.sites) > 1 and known_site not in {each.name for each in settings.sites}:
            reason = f"was counted for {known_site}, which logstats.toml does not list"
            advice = f"`logstats rename {known_site} NEW` gives that site another name"
            raise NoSiteError(f"{log.path}: {reason}; {advice}", reason=reason, advice=advice)
        return known_site
    if site or names_hosts:
        return site
    if len(settings.sites) > 1:
        names = ", ".join(site.name for site in settings.sites)
        raise NoSiteError(
            f"these logs name no site; give --site, one of {names}",
            reason=HOSTLESS,
            advice=f"list it under its [[site]]: {names}",
        )
    expected = settings.sites[0].name if settings.sites else settings.unlisted.name
    is_sure = expected in stored_sites if settings.sites else {expected} == set(stored_sites)
    if stored_sites and not is_sure:
        new = f"{expected}, which is new" if settings.sites else "the name of a new one"
        names = ", ".join(stored_sites)
        raise NoSiteError(
            f"{log.path}: which site is it of? Give --site: {names}, or {new}",
            reason=HOSTLESS,
            advice=f"list it under its [[site]]: {names}, or {new}",
        )
    return expected


class _LineTable(NamedTuple):
    """A table of lines to create: the query of its lines, the fragment for known texts, and its name."""

    text_line: str
    known_texts: str
    name: str


def _parse(session: Session, plan: ParsePlan, chunk: Chunk) -> _LineCount:
    table = _line_table(plan, chunk)
    _type_lines(session, plan.log_format, _params(plan, chunk), table, has_escapes=chunk.has_backslash)
    return _LineCount(*session.run("ingest/parse/line_count").rows[0])


def _line_table(plan: ParsePlan, chunk: Chunk) -> _LineTable:
    return _LineTable("formats/text_line", _known_texts(plan, chunk), "chunk_line")


def _params(plan: ParsePlan, chunk: Chunk) -> Params:
    return {
        "chunk": chunk.path,
        "longest": sources.LONGEST_LINE - 4,
        "zone": plan.zone,
        "header": chunk.header,
        "proxies": client_ips.proxy_pattern(plan.proxies) if plan.proxies else None,
    }


def _known_texts(plan: ParsePlan, chunk: Chunk) -> str:
    """Return the fragment that replaces known texts by their ids; in a run's first chunk no text is known."""
    return "formats/known_texts" if _knows_texts(plan, chunk) else "formats/all_texts"


def _knows_texts(plan: ParsePlan, chunk: Chunk) -> bool:
    return chunk.start != plan.start


def _type_lines(
    session: Session, log_format: LogFormat, params: Params, table: _LineTable, *, has_escapes: bool
) -> None:
    """Create a table of lines in one format; `has_escapes`: some may have escapes of bytes."""
    text_line = statements.load(table.text_line).sql
    if log_format.prefixes:
        text_line = formats.bare_lines(text_line, log_format.prefixes)
        params = {**params, **formats.prefix_params(log_format.prefixes)}
    slots = {
        **formats.FIELD_SLOTS,
        **log_format.slots,
        "typed_columns": formats.typed_columns(has_escapes=has_escapes),
        "table": table.name,
        "text_line": text_line,
        "texts": statements.load(table.known_texts).sql,
        "forwarded": _forwarded(log_format, params),
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


def _forwarded(log_format: LogFormat, params: Params) -> str:
    """Return the expression for what is forwarded, where the client may be a trusted proxy or none."""
    if not log_format.has("forwarded"):
        return "CAST(NULL AS VARCHAR)"
    return statements.load(f"fragments/forwarded/{'by_proxy' if params['proxies'] else 'without_client'}").sql


def _replace_clients(
    session: Session, plan: ParsePlan, log_format: LogFormat, table: _LineTable, params: Params
) -> OddClients:
    text_line = statements.load(table.text_line)
    lines = odd_clients.LineTable(
        name=table.name,
        is_forwarded=log_format.has("forwarded"),
        text_line=text_line.sql,
        params=text_line.bound(params),
    )
    return odd_clients.replace(session, lines, client_ips.proxy_test(plan.proxies))


def _restore_prefixes(session: Session, chunk: Chunk) -> None:
    """Give the rejects of a log with prefixes their whole lines."""
    slots = {"text_line": statements.load("formats/text_line").sql}
    session.run("ingest/parse/logged_line", {"chunk": chunk.path}, slots)


def _refit(session: Session, plan: ParsePlan, chunk: Chunk) -> _Refitted:
    """Parse lines of other formats, each with the first one that it matches.

    A line of a log whose format was given is not parsed again. Lines that fit no format get their reason.
    """
    session.run("ingest/parse/unfit_reason", {}, {"reasons": formats.unfit_reasons()})
    if not plan.may_change:
        return _Refitted()
    own, *others = formats.others(plan.log_format)
    patterns = {
        f"other_{number}": other.pattern
        for number, other in enumerate((own, *others))
        if "$pattern" in other.is_one
    }
    cases = [
        f"WHEN {other.is_one.replace('$pattern', f'$other_{number}')} THEN {number}"
        for number, other in enumerate((own, *others))
        if other.is_one
    ]
    slots = {
        "cases": " ".join(cases[bool(own.is_one) :]),
        "bare_cases": " ".join(cases),
        "bare_line": formats.bare_lines(
            "SELECT line_row, line, line AS logged FROM as_logged WHERE other IS NULL"
        ),
    }
    session.run("ingest/parse/unfit_line", {**patterns, **formats.prefix_params()}, slots)
    refitted = _Refitted()
    for (number,) in session.run("ingest/parse/unfit_format").rows:
        other, params = (own, *others)[number], {**_params(plan, chunk), "other": number}
        table = _LineTable("formats/unfit_text_line", _known_texts(plan, chunk), "chunk_other")
        _type_lines(session, other, params, table, has_escapes=chunk.has_backslash)
        ipv6_clients = _replace_clients(session, plan, other, table, params).ipv6_clients
        columns = [column for (column,) in session.run("ingest/parse/refit_column").rows if column != "line"]
        assignments = ", ".join(f"{column} = parsed.{column}" for column in columns)
        session.run("ingest/parse/refit_update", {"other": number}, {"assignments": assignments})
        hits = int(session.run("ingest/parse/refit_count").value())
        refitted = _Refitted(refitted.hits + hits, refitted.ipv6_clients | ipv6_clients)
    return refitted
