"""Lines as the native reader and the statements read them, side by side."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from typing import Any, NamedTuple
from unittest.mock import patch

import duckdb

from logstats import clients, native
from logstats.formats import named
from logstats.ingest import parse
from logstats.ingest.parse_plan import ParsePlan
from logstats.model import Chunk
from logstats.native import reader
from logstats.native.reader import Part, Rest, Vhost
from logstats.rules import client_ips
from logstats.sources import Spool
from logstats.sources.spool import sanitize
from support.lines import parse_session

FIELDS = ("logged_at", "client", "vhost", "request", "status", "bytes", "referrer", "agent")


class Read(NamedTuple):
    """A line that was accepted: its values, and the byte at which it starts."""

    values: tuple[Any, ...]
    start: int


class Texts:
    """The texts of a reader's parts by their codes."""

    def __init__(self) -> None:
        self.of: dict[str, dict[int, tuple[str, ...]]] = {"requests": {}, "referrers": {}, "agents": {}}

    def add(self, part: Part) -> None:
        """Add the texts of a part; none of their codes was there before."""
        for kind, known in self.of.items():
            columns = "code, vhost, text" if kind == "requests" else "code, text"
            for code, *texts in rows_of(getattr(part, kind), f"SELECT {columns} FROM texts"):
                assert code not in known
                known[code] = tuple(texts)


def rows_of(table: object, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query of a reader's table, which is `texts` in it."""
    _connection().register("texts", table)
    return _connection().execute(query).fetchall()


def read_natively(name: str, lines: bytes, piece: int = 1 << 20, **limits: int) -> list[Read | bytes]:
    """Return each line as the native reader has it: its values, or the line that it hands back."""
    own = reader.line_reader(reader.LAYOUTS[name], **limits)
    found: list[Read | bytes] = []
    texts = Texts()
    offset = start = 0
    while offset < len(lines):
        end = lines.find(b"\n", min(offset + piece, len(lines)) - 1) + 1
        while offset < end:
            size = own.feed(lines[offset:end])
            offset += size
            if size == 0:
                found += _rows(name, reader.part_of(own, start), texts)
                start = offset
    return [*found, *_rows(name, reader.part_of(own, start), texts)]


def _rows(name: str, part: Part, texts: Texts) -> list[Read | bytes]:
    layout = reader.LAYOUTS[name]
    texts.add(part)
    clients = dict(rows_of(part.clients, "SELECT code, text FROM texts"))
    rows = rows_of(part.rows, ROWS)
    odd_rows = [row for (row,) in rows_of(part.odd_rows, "FROM texts")]
    odd = dict(zip(odd_rows, part.odd_lines.split(b"\n")[:-1], strict=True))
    assert len(rows) == len(part.rows)
    assert [number for number, row in enumerate(rows) if row[0]] == odd_rows
    found: list[Read | bytes] = []
    for number, (is_odd, start, client_number, codes, *values) in enumerate(rows):
        if is_odd:
            found.append(odd[number])
            continue
        logged_at, client, *numbers = values
        assert client_number >= 0 or clients[-1 - client_number] == client
        ((vhost, request), (referrer,), (agent,)) = (
            known[code] for known, code in zip(texts.of.values(), codes, strict=True)
        )
        agent = agent if layout.has_agent else "\n"
        fields = (logged_at, client, vhost, request, *numbers, referrer, agent)
        found.append(Read(fields, part.start + start))
    return found


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


ROWS = """
    SELECT
        is_odd = 1, start, client_number, [request_code, referrer_code, agent_code],
        logged_at, client, status, bytes
    FROM texts
    ORDER BY start"""


class Parsed(NamedTuple):
    """A line as the statements parse it: its values, and the reason where it is a reject."""

    values: tuple[Any, ...]
    reason: str | None


def plan_of(name: str) -> ParsePlan:
    """Return the plan for a log of a format, whose times are in UTC."""
    return ParsePlan(
        path="access.log",
        log_format=named.load(name).log_format,
        site=None,
        default_host="portal.example",
        source_site=None,
        zone="UTC",
    )


@contextmanager
def chunk_of(lines: bytes, start: int = 0) -> Iterator[Chunk]:
    """Yield whole lines as a chunk."""
    with closing(Spool()) as spool:
        spool.empty()
        count = spool.write(sanitize(lines))
        spool.finish()
        yield Chunk(
            file=spool,
            lines=count,
            start=start,
            end=start + len(lines),
            complete=True,
            head_hashes=(),
            tail_hash=0,
            has_backslash=spool.has_backslash,
        )


def read_by_sql(name: str, lines: bytes) -> list[Parsed]:
    """Return each line as the statements parse it."""
    session = parse_session()
    with chunk_of(lines) as chunk, patch.dict(os.environ, {native.VARIABLE: "0"}):
        parse.type_chunk(session, plan_of(name), chunk)
        rows = session.execute(f"SELECT {', '.join(FIELDS)}, reason FROM chunk_line ORDER BY line_row").rows
    return [Parsed(row[:-1], row[-1]) for row in rows]


def compare(name: str, lines: list[bytes], **limits: int) -> list[bool]:
    """Compare both readings of lines without newlines; return for each whether it was read natively."""
    log = b"".join(line + b"\n" for line in lines)
    offset = 0
    found, expected = read_natively(name, log, **limits), read_by_sql(name, log)
    assert len(found) == len(expected) == len(lines)
    for line, read, parsed in zip(lines, found, expected, strict=True):
        if isinstance(read, Read):
            assert read.start == offset
            _assert_equal(line, read, parsed)
        else:
            assert read == line
        offset += len(line) + 1
    return [isinstance(read, Read) for read in found]


def _assert_equal(line: bytes, read: Read, parsed: Parsed) -> None:
    """What was read natively has the same values, once its client has the one spelling that is stored."""
    client = client_ips.client_of(read.values[1], "", None)
    if client is None:
        assert parsed.reason == clients.reason(read.values[1]), line
    else:
        assert (parsed.values, parsed.reason) == ((read.values[0], client, *read.values[2:]), None), line


def usual(name: str, line: bytes) -> bytes:
    """Return a line of combined as one of another format."""
    layout = reader.LAYOUTS[name]
    if not layout.has_agent:
        line = b'"'.join(line.split(b'"')[:3]).rstrip(b" ")
    host = b"" if layout.vhost is Vhost.NONE else b"portal.example:443 "
    rest = b"" if layout.rest is Rest.NONE else b" 0.012 http-nio-8080-exec-1"
    return host + line + rest
