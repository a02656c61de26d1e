"""A chunk's lines by the native reader, as rows of `chunk_line` with codes in place of their texts.

The lines that the reader hands back, or that have no client, are a chunk of their own, which the statements
parse. Then each of their texts gets a code too.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from logstats import formats, native, sources
from logstats.formats import LogFormat
from logstats.ingest.log_texts import LogTexts
from logstats.model import Chunk
from logstats.native import reader
from logstats.native.reader import Layout, Part
from logstats.rules import client_ips
from logstats.rules.client_ips import IsProxy
from logstats.sources import Spool
from logstats.store import Session

if TYPE_CHECKING:
    from logstats.native._lines import LineReader

ODD = "odd"  # the reason of a handed back line until it is parsed
SAMPLE_BYTES = 256 << 10  # of a chunk: where too many of their lines are odd, the statements parse all of it
FEW = 4  # one line in so many may be odd
BLANK = b"\n\n"
PART = (  # the statements that add a part
    "ingest/native/line",
    "ingest/native/agent",
    "ingest/native/referrer",
    "ingest/native/request",
)

JOINED = (  # the statements that put the odd lines into their rows
    "ingest/native/odd_agent",
    "ingest/native/odd_referrer",
    "ingest/native/odd_request",
    "ingest/native/line_update",
)


class NativeLines(NamedTuple):
    """What was read natively: the number of lines, those of them that the statements are to parse.

    Later chunks have codes from `first_codes` on. `ipv6_clients` are clients of the other lines.
    """

    lines: int
    odd_lines: bytes
    first_codes: tuple[int, int, int]
    ipv6_clients: Collection[str]


def prepare(log_format: LogFormat) -> None:
    """Import meanwhile what hands the lines over, where those of a format are read natively."""
    if _layout(log_format):
        native.prepare()


def layout(log_format: LogFormat, path: str) -> Layout | None:
    """Return the layout of a chunk's lines, None where the statements are to parse all of them."""
    found = _layout(log_format)
    return found if found and _is_usual(found, path) else None


def _layout(log_format: LogFormat) -> Layout | None:
    return None if log_format.prefixes else _layout_of(log_format.name, log_format.definition)


@cache
def _layout_of(name: str, definition: str) -> Layout | None:
    """Return the layout of a format, which may be one of the known ones by another definition."""
    own = formats.format_of(definition)._replace(name=name, definition="")
    known = (
        each for each in reader.LAYOUTS if formats.format_of(each)._replace(name=name, definition="") == own
    )
    return reader.LAYOUTS.get(next(known, ""))


def _is_usual(layout: Layout, path: str) -> bool:
    """Whether most of a chunk's first lines are read natively."""
    own = reader.line_reader(layout)
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as in reader.parts
        own.feed(file.read(SAMPLE_BYTES))
    part = reader.part_of(own)
    return len(part.odd_rows) * FEW <= len(part.rows)


def read(
    session: Session, chunk: Chunk, layout: Layout, is_proxy: IsProxy | None, texts: LogTexts | None
) -> NativeLines:
    """Create `chunk_row`, and the tables of its new texts by their codes.

    All texts are new where there are no `texts` of the log.
    """
    session.run("ingest/native/create")
    added = _Added(session, chunk.path, _Clients(is_proxy), has_agent=layout.has_agent)
    with _reader(layout, chunk, texts) as lines:
        parts = reader.parts(chunk.path, lines)
        while _add_next(added, parts):
            pass
        first_codes = lines.first_codes()
    added.clients.replace(session)
    return NativeLines(added.lines, b"".join(added.odd_lines), first_codes, added.clients.ipv6)


def _reader(layout: Layout, chunk: Chunk, texts: LogTexts | None) -> AbstractContextManager["LineReader"]:
    if texts is not None:
        return texts.lines(layout, chunk)
    return nullcontext(reader.line_reader(layout, reader.MOST_TEXTS, reader.MOST_BYTES))


class _Added:
    """The parts of a chunk that were added to `chunk_row`, up to now."""

    def __init__(self, session: Session, path: str, clients: "_Clients", *, has_agent: bool) -> None:
        self.session, self.path, self.clients = session, path, clients
        self.has_agent = has_agent
        self.lines = 0
        self.odd_lines: list[bytes] = []


def _add_next(added: _Added, parts: Iterator[Part]) -> bool:
    """Add the next part; return whether there was one. Its memory is free before the next one is read."""
    part = next(parts, None)
    if part is None:
        return False
    with added.session.tables(_tables(part)):
        no_clients = added.clients.add(added.session)
        params = {"has_agent": added.has_agent, "odd": ODD, "no_clients": no_clients}
        added.session.run_all(PART, params)
        odd_lines = _odd_lines(added.session, added.path, part, no_clients) if no_clients else part.odd_lines
    added.odd_lines.append(odd_lines)
    added.lines += len(part.rows)
    return True


@contextmanager
def odd_chunk(chunk: Chunk, odd_lines: bytes) -> Iterator[Chunk]:
    """Yield lines of a chunk as a chunk of their own, in which empty ones are marked."""
    if odd_lines.startswith(b"\n") or BLANK in odd_lines:
        sources.mark_blank(chunk.path)  # later statements find lines by their numbers in it
    with closing(Spool()) as spool:
        spool.empty()
        lines = spool.write(odd_lines)
        spool.finish()
        sources.mark_blank(spool.path)
        yield chunk._replace(path=spool.path, lines=lines, has_backslash=spool.has_backslash)


def join(session: Session, lines: NativeLines) -> None:
    """Let `chunk_row` be `chunk_line`, with the lines of the odd chunk that is there in their rows."""
    if lines.odd_lines:
        session.run_all(JOINED, {"odd": ODD})
    session.run("ingest/native/rename")


class _Clients:
    """The clients of a chunk that are no IPv4 addresses, in one spelling."""

    def __init__(self, is_proxy: IsProxy | None) -> None:
        self._is_proxy = is_proxy
        self._changed: dict[str, str] = {}
        self.ipv6: set[str] = set()

    def add(self, session: Session) -> list[int]:
        """Add those of a part; return the numbers of texts that are no clients."""
        none = []
        for code, written in session.execute("SELECT code, text FROM native_client").rows:
            client = client_ips.client_of(written, "", self._is_proxy)
            if client is None:
                none.append(-1 - code)
                continue
            if client != written:
                self._changed[written] = client
            if ":" in client:
                self.ipv6.add(client)
        return none

    def replace(self, session: Session) -> None:
        """Replace them in `chunk_row`."""
        if changed := self._changed:
            params = {
                "written": [*changed],
                "forwarded": [None] * len(changed),
                "clients": [*changed.values()],
            }
            session.run("ingest/parse/client_update", params, {"table": "chunk_row"})


def _tables(part: Part) -> dict[str, object]:
    return {
        "native_row": part.rows,
        "native_agent": part.agents,
        "native_referrer": part.referrers,
        "native_request": part.requests,
        "native_client": part.clients,
    }


def _odd_lines(session: Session, path: str, part: Part, no_clients: list[int]) -> bytes:
    """Return the lines that were handed back and those without a client, in order."""
    handed_back = iter(part.odd_lines.split(b"\n"))
    lines = []
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as in reader.parts
        for start, is_handed_back in session.run("ingest/native/odd_line", {"no_clients": no_clients}).rows:
            if is_handed_back:
                lines.append(next(handed_back))
            else:
                line = os.pread(file.fileno(), sources.LONGEST_LINE, part.start + start)
                lines.append(line.partition(b"\n")[0])
    return b"".join(line + b"\n" for line in lines)
