"""The native reader of usual lines, which is built only where there is a compiler (`hatch_build.py`).

(here)             whether it is used; a run without it imports no more
reader             lines in, tables out
_lines             the C code, `_lines.c`

What fits a format is defined by the statements in queries/formats: what is read here has the values that
they would find. LOGSTATS_NATIVE=0 switches it off; with LOGSTATS_NATIVE=1 it is used for short logs too, and
it is an error if it was not built.
"""

import os
import sys
from contextlib import suppress
from importlib import import_module

from logstats.errors import UsageError

VARIABLE = "LOGSTATS_NATIVE"
PACKAGE = "duckdb"  # hands tables over; its import takes 80 ms
ENOUGH_BYTES = 16 << 20  # of lines: fewer save less time than that import takes
ENOUGH_LATER = 2 << 20  # of lines, where it was imported: fewer cost as much either way


def is_built() -> bool:
    """Whether the reader can be imported."""
    try:
        import logstats.native._lines  # noqa: F401, PLC0415 - only where it is used
    except ImportError:
        return False
    return True


def is_used(size: int) -> bool:
    """Whether lines of so many bytes are to be read natively; raise UsageError where that is impossible."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen not in ("", "0", "1"):
        raise UsageError(f"{VARIABLE} is '{chosen}'; it is 0, 1 or not set")
    if chosen == "1" and not is_built():
        raise UsageError(f"{VARIABLE} is 1, but logstats was installed without its native reader of lines")
    enough = ENOUGH_LATER if PACKAGE in sys.modules else ENOUGH_BYTES
    return chosen == "1" or (chosen == "" and size >= enough and is_built())


def prepare() -> None:
    """Import the package that hands tables over in a thread of its own, where it is not imported yet."""
    if PACKAGE in sys.modules:
        return
    from threading import Thread  # noqa: PLC0415 - only in a long run

    Thread(target=_import, daemon=True).start()


def _import() -> None:
    with suppress(Exception):  # the import where it is used raises the error
        import_module(PACKAGE)
