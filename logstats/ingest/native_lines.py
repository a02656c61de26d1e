"""A chunk's lines by the native reader, as the rows of `chunk_line` that the statements make of them.

The lines that the reader hands back are a chunk of their own, which the statements parse.
"""

from collections.abc import Callable
from contextlib import closing
from functools import cache

from logstats import formats, sources
from logstats.formats import LogFormat
from logstats.native import reader
from logstats.native.reader import Layout, Part
from logstats.sources import Spool
from logstats.store import Session, statements

ODD = "odd"  # the reason of a handed back line until it is parsed
SAMPLE_BYTES = 256 << 10  # of a chunk: where too many of their lines are odd, the statements parse all of it
FEW = 4  # one line in so many may be odd
BLANK = b"\n\n"

TypeOdd = Callable[[str, bool], None]  # parse the lines of a file into chunk_other; whether they have escapes


def layout(log_format: LogFormat, path: str) -> Layout | None:
    """Return the layout of a chunk's lines, None where the statements are to parse all of them."""
    found = None if log_format.prefixes else _layout_of(log_format.name, log_format.definition)
    return found if found and _is_usual(found, path) else None


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


def type_lines(session: Session, path: str, layout: Layout, type_odd: TypeOdd, *, are_known: bool) -> None:
    """Create `chunk_line`; `are_known`: texts that the run knows are replaced by their ids."""
    prefix = f"fragments/native/{'known' if are_known else 'all'}"
    slots = {kind: statements.load(f"{prefix}_{kind}").sql for kind in ("agents", "referrers", "requests")}
    statement, odd_lines = "ingest/parse/native_line", []
    for part in reader.parts(path, reader.line_reader(layout, reader.MOST_TEXTS)):
        with session.tables(_tables(part)):
            session.run(statement, {"odd": ODD, "has_agent": layout.has_agent}, slots)
        statement = "ingest/parse/native_line_insert"
        odd_lines.append(part.odd_lines)
    if odd := b"".join(odd_lines):
        if odd.startswith(b"\n") or BLANK in odd:
            sources.mark_blank(path)  # later statements find lines by their numbers in it
        _type_odd(session, odd, type_odd)


def _tables(part: Part) -> dict[str, object]:
    return {
        "native_row": part.rows,
        "native_agent": part.agents,
        "native_referrer": part.referrers,
        "native_request": part.requests,
        "native_vhost": part.vhosts,
    }


def _type_odd(session: Session, lines: bytes, type_odd: TypeOdd) -> None:
    """Parse lines that were handed back, and put them into their rows."""
    with closing(Spool()) as spool:
        spool.empty()
        spool.write(lines)
        spool.finish()
        sources.mark_blank(spool.path)
        type_odd(spool.path, spool.has_backslash)
    columns = [column for (column,) in session.run("ingest/parse/refit_column").rows]
    assignments = ", ".join(f"{column} = parsed.{column}" for column in columns)
    session.run("ingest/parse/odd_line_update", {"odd": ODD}, {"assignments": assignments})
