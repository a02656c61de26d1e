"""The native reader of usual lines, which is built only where there is a compiler (`hatch_build.py`).

(here)             whether it is used; a run without it imports no more
reader             lines in, tables out
_lines             the C code, `_lines.c`

What fits a format is defined by the statements in queries/formats: what is read here has the values that
they would find. LOGSTATS_NATIVE=0 switches it off; with LOGSTATS_NATIVE=1 it is used for short logs too, and
it is an error if it was not built.
"""

import os

from logstats.errors import UsageError

VARIABLE = "LOGSTATS_NATIVE"
ENOUGH_BYTES = 2 << 20  # of lines: fewer cost as much either way


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
    return chosen == "1" or (chosen == "" and size >= ENOUGH_BYTES and is_built())
