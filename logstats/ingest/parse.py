"""A chunk's lines as rows of `chunk_line`, with the store closed.

Each line is parsed with the format detected at the beginning of its log, or else with the first other format
that it matches. A line does not depend on other lines, so a log may change its format, and its division into
chunks has no effect.
"""

from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from logstats import formats, native, sources
from logstats.errors import LogstatsError
from logstats.formats import LogFormat
from logstats.ingest import odd_clients
from logstats.ingest.odd_clients import OddClients
from logstats.ingest.parse_plan import ParsePlan
from logstats.model import Chunk
from logstats.rules import client_ips
from logstats.store import Params, Session, statements

if TYPE_CHECKING:
    from logstats.ingest.log_texts import LogTexts


class ParseCounts(NamedTuple):
    """The numbers of hits and rejects in a chunk; `headers` and `blanks` are rejects that are no fault.

    So are those `of_hosts` that are no site. `ipv6_clients` are the IPv6 clients of the hits. `is_encoded`:
    the chunk was read natively, so its lines have codes of their texts; later chunks have codes from
    `first_codes` on, for requests, referrers and agents.
    """

    hits: int
    rejects: int
    headers: int
    blanks: int
    ipv6_clients: frozenset[str] = frozenset()
    of_hosts: int = 0
    is_encoded: bool = False
    first_codes: tuple[int, int, int] = (0, 0, 0)

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


def type_chunk(
    session: Session, plan: ParsePlan, chunk: Chunk, texts: "LogTexts | None" = None
) -> ParseCounts:
    """Create `chunk_line` from a chunk; raise LogstatsError where a line is missing from it.

    `texts` are those of a log of several chunks.
    """
    if session.has_lent:  # of a chunk that was not committed
        _native_lines().drop(session)
    # of a last line that is a chunk by itself, repeated/cut_line reads the texts, which codes would replace
    may_be_read = chunk.lines > 1 and native.is_used(chunk.end - chunk.start)
    is_native = chunk.file.is_read or may_be_read
    counts = _typed_natively(session, plan, chunk, texts) if is_native else None
    return counts or _typed(session, plan, chunk)


def _typed(session: Session, plan: ParsePlan, chunk: Chunk) -> ParseCounts:
    """Create `chunk_line` by statements.

    DuckDB's CSV reader skips empty lines. Few logs have any, so they are marked, and the chunk is parsed
    again, only where the table has too few rows.
    """
    count = _parse(session, plan, chunk)
    if count.lines < chunk.lines:
        chunk.file.mark_blank()
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


def _typed_natively(
    session: Session, plan: ParsePlan, chunk: Chunk, texts: "LogTexts | None"
) -> ParseCounts | None:
    """Create `chunk_line` with the native reader; return None where it does not read lines of this format."""
    from logstats.ingest import native_lines  # noqa: PLC0415 - only in a long run

    lines = native_lines.add(session, plan, chunk, texts)
    if lines is None:
        return None
    as_first = plan._replace(start=chunk.start)  # no text is replaced by an id: each gets a code
    with native_lines.odd_chunk(chunk, lines.odd_lines) as odd:
        counts = _typed(session, as_first, odd) if odd.lines else ParseCounts(0, 0, 0, 0)
    native_lines.join(session, lines)
    counts = counts._replace(
        hits=lines.lines - odd.lines + counts.hits,
        ipv6_clients=counts.ipv6_clients.union(lines.ipv6_clients),
        is_encoded=True,
        first_codes=lines.first_codes,
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


def make_changeable(session: Session, counts: ParseCounts) -> None:
    """Let `chunk_line` be a table, whose lines statements can change."""
    if counts.is_encoded:
        _native_lines().make_changeable(session)


def drop(session: Session, counts: ParseCounts) -> None:
    """Drop the lines of a chunk after its commit; the next chunk uses their memory."""
    if counts.is_encoded:
        _native_lines().drop(session)
    else:
        session.run("ingest/parse/line_drop")


def _native_lines() -> ModuleType:
    from logstats.ingest import native_lines  # noqa: PLC0415 - only in a long run

    return native_lines


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
    return "formats/known_texts" if chunk.start != plan.start else "formats/all_texts"


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
        columns = [column for (column,) in session.run("ingest/parse/refit_column").rows]
        assignments = ", ".join(f"{column} = parsed.{column}" for column in columns)
        session.run("ingest/parse/refit_update", {"other": number}, {"assignments": assignments})
        hits = int(session.run("ingest/parse/refit_count").value())
        refitted = _Refitted(refitted.hits + hits, refitted.ipv6_clients | ipv6_clients)
    return refitted
