"""Which lines are read natively: those of some formats, if most of them are written in the usual way."""

from functools import cache

from logstats import formats
from logstats.formats import LogFormat
from logstats.native import reader
from logstats.native.reader import Layout

SAMPLE_BYTES = 256 << 10  # of a chunk: where too many of their lines are odd, the statements parse all of it
FEW = 4  # one line in so many may be odd


def of_format(log_format: LogFormat) -> Layout | None:
    """Return the layout of a format's lines, None where the statements are to parse them."""
    return None if log_format.prefixes else _of_definition(log_format.name, log_format.definition)


@cache
def _of_definition(name: str, definition: str) -> Layout | None:
    """Return the layout of a format, which may be one of the known ones by another definition."""
    own = formats.format_of(definition)._replace(name=name, definition="")
    known = (
        each for each in reader.LAYOUTS if formats.format_of(each)._replace(name=name, definition="") == own
    )
    return reader.LAYOUTS.get(next(known, ""))


def is_usual(layout: Layout, lines: bytes) -> bool:
    """Whether most of a chunk's first lines can be read; the last one may be incomplete."""
    own = reader.line_reader(layout)
    own.feed(lines)
    part = reader.part_of(own)
    return len(part.odd_rows) * FEW <= len(part.rows)


def is_usual_file(layout: Layout, path: str) -> bool:
    """Whether most of the first lines of a chunk's file can be read."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as in reader.parts
        return is_usual(layout, file.read(SAMPLE_BYTES))
