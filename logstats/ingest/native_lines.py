"""A chunk's lines by the native reader, as rows of `chunk_line` with codes in place of their texts.

They stay in the reader's memory, and `chunk_line` is a view of them. The lines that the reader hands back, or
that have no client, are a chunk of their own, which the statements parse. Then each of their texts gets a
code too.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from logstats import sources
from logstats.ingest import native_layout
from logstats.ingest.log_texts import LogTexts
from logstats.ingest.native_spool import NativeSpool
from logstats.ingest.parse_plan import ParsePlan
from logstats.model import Chunk
from logstats.native import reader
from logstats.native.reader import Layout, Part
from logstats.rules import client_ips
from logstats.rules.client_ips import IsProxy
from logstats.sources import Spool
from logstats.store import Session, statements

if TYPE_CHECKING:
    from logstats.native._lines import LineReader, Table

BLANK = b"\n\n"
NO_CODES = (0, 0, 0)
TEXTS = (  # the statements that add the new texts of a part
    "ingest/native/agent",
    "ingest/native/referrer",
    "ingest/native/request",
)

ODD = (  # the statements that give the lines that were parsed their rows and codes
    "ingest/native/odd_agent",
    "ingest/native/odd_referrer",
    "ingest/native/odd_request",
    "ingest/native/odd_line",
)


class NativeLines(NamedTuple):
    """What was read natively: the number of lines, those of them that the statements are to parse.

    `rows` is a query of the others, of which `ipv6_clients` are clients; `has_no_clients`: that of some rows
    is none. Later chunks have codes from `first_codes` on.
    """

    lines: int
    odd_lines: bytes
    rows: str
    first_codes: tuple[int, int, int]
    ipv6_clients: Collection[str]
    has_no_clients: bool


def add(session: Session, plan: ParsePlan, chunk: Chunk, texts: LogTexts | None) -> NativeLines | None:
    """Let statements read the rows of a chunk; create the tables of its new texts by their codes.

    Lines that were not read while they were added to the chunk's spool are read from its file. Return None
    where the statements are to parse them. All texts are new where there are no `texts` of the log.
    """
    layout = native_layout.of_format(plan.log_format)
    if layout is None:
        return None
    is_proxy = client_ips.proxy_test(plan.proxies)
    spool = chunk.file
    if isinstance(spool, NativeSpool) and spool.is_read:
        added = _all_added(session, chunk, layout, spool.parts(), is_proxy)
        return added._replace(first_codes=spool.first_codes)
    if isinstance(spool, NativeSpool) and spool.is_unusual:
        return None
    if not native_layout.is_usual_file(layout, chunk.path):
        return None
    with _reader(layout, chunk, texts) as lines:
        added = _all_added(session, chunk, layout, reader.parts(chunk.path, lines), is_proxy)
        return added._replace(first_codes=lines.first_codes())


def _reader(layout: Layout, chunk: Chunk, texts: LogTexts | None) -> AbstractContextManager["LineReader"]:
    if texts is not None:
        return texts.lines(layout, chunk)
    return nullcontext(reader.line_reader(layout, reader.MOST_TEXTS, reader.MOST_BYTES))


class _Added:
    """The parts of a chunk that statements can read, up to now."""

    def __init__(self, clients: "_Clients", *, has_agent: bool) -> None:
        self.clients, self.has_agent = clients, has_agent
        self.lines = 0
        self.rows: list[str] = []
        self.odd_lines: list[bytes] = []
        self.has_no_clients = False


def _all_added(
    session: Session, chunk: Chunk, layout: Layout, parts: Iterator[Part], is_proxy: IsProxy | None
) -> NativeLines:
    drop(session)
    session.run("ingest/native/create")
    added = _Added(_Clients(is_proxy), has_agent=layout.has_agent)
    for number in count():
        if not _add_next(session, chunk, added, parts, f"native_row_{number}"):
            break
    return NativeLines(
        lines=added.lines,
        odd_lines=b"".join(added.odd_lines),
        rows="\nUNION ALL\n".join(added.rows),
        first_codes=NO_CODES,
        ipv6_clients=added.clients.ipv6,
        has_no_clients=added.has_no_clients,
    )


def _add_next(session: Session, chunk: Chunk, added: _Added, parts: Iterator[Part], name: str) -> bool:
    """Add the next part; return whether there was one. Its texts take no memory when the next one is read."""
    part = next(parts, None)
    if part is None:
        return False
    with session.tables(_texts(part)):
        no_clients = added.clients.add(session, part)
        session.run_all(TEXTS, {"has_agent": added.has_agent})
    session.lend(name, part.rows)
    if part.odd_lines or no_clients:
        params = {"first_line": added.lines, "start": part.start, "no_clients": no_clients}
        session.run("ingest/native/odd", params, {"part": name})
    added.odd_lines.append(_odd_lines(session, chunk, part) if no_clients else part.odd_lines)
    added.has_no_clients = added.has_no_clients or bool(no_clients)
    added.rows.append(statements.load("fragments/native/row").fill(part=name, first_line=str(added.lines)))
    added.lines += len(part.rows)
    return True


@contextmanager
def odd_chunk(chunk: Chunk, odd_lines: bytes) -> Iterator[Chunk]:
    """Yield lines of a chunk as a chunk of their own, in which empty ones are marked."""
    if odd_lines.startswith(b"\n") or BLANK in odd_lines:
        chunk.file.mark_blank()  # later statements find lines by their numbers in it
    with closing(Spool()) as spool:
        spool.empty()
        lines = spool.write(odd_lines)
        spool.finish()
        spool.mark_blank()
        yield chunk._replace(file=spool, lines=lines, has_backslash=spool.has_backslash)


def join(session: Session, lines: NativeLines) -> None:
    """Create `chunk_line` with the lines of the odd chunk that is there in their rows."""
    if lines.odd_lines:
        session.run_all(ODD)
    odd_lines = "UNION ALL FROM chunk_odd_line" if lines.odd_lines else ""
    slots = {"rows": lines.rows, "odd_lines": odd_lines}
    session.run(
        "ingest/native/line_table" if lines.has_no_clients else "ingest/native/line_view", slots=slots
    )


def make_changeable(session: Session) -> None:
    """Let `chunk_line` be a table, whose lines statements can change, in order."""
    session.run("ingest/native/line_copy", slots={"kind": _leftovers(session)["chunk_line"]})


def drop(session: Session) -> None:
    """Drop what is left of a chunk, and free the memory of its rows.

    Tables that no statement reads any more would be spilled to the disk when the memory is full.
    """
    for name, kind in _leftovers(session).items():
        session.execute(f"DROP {kind} {name}")
    session.take_back()


def _leftovers(session: Session) -> dict[str, str]:
    """Return the tables and views of a chunk, each with its kind."""
    return {row["name"]: row["kind"] for row in session.run("ingest/native/leftover").records()}


class _Clients:
    """The clients of a chunk that are no IPv4 addresses, in one spelling."""

    def __init__(self, is_proxy: IsProxy | None) -> None:
        self._is_proxy = is_proxy
        self.ipv6: set[str] = set()

    def add(self, session: Session, part: Part) -> list[int]:
        """Add those of a part, and replace them in its rows; return the numbers of those that are none."""
        written = [text for (text,) in session.execute("SELECT text FROM native_client ORDER BY code").rows]
        clients = [client_ips.client_of(text, "", self._is_proxy) for text in written]
        named = [client or "" for client in clients]
        if named != written:
            part.rows.set_clients(named)
        self.ipv6.update(client for client in named if ":" in client)
        return [-1 - code for code, client in enumerate(clients) if client is None]


def _texts(part: Part) -> dict[str, "Table"]:
    return {
        "native_agent": part.agents,
        "native_referrer": part.referrers,
        "native_request": part.requests,
        "native_client": part.clients,
    }


def _odd_lines(session: Session, chunk: Chunk, part: Part) -> bytes:
    """Return the lines of a part that were handed back and those without a client, in order."""
    handed_back = iter(part.odd_lines.split(b"\n"))
    lines = []
    with open(chunk.path, "rb", buffering=0) as file:  # noqa: PTH123 - as in reader.parts
        for start, is_handed_back in session.run("ingest/native/odd_start", {"start": part.start}).rows:
            if is_handed_back:
                lines.append(next(handed_back))
            else:
                line = os.pread(file.fileno(), sources.LONGEST_LINE, start)
                lines.append(line.partition(b"\n")[0])
    return b"".join(line + b"\n" for line in lines)
