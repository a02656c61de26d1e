"""Bytes in: which logs there are, what is new in them, as chunks of whole lines. Knows no format.

names      which logs are meant
files      a log opened: its content, plain or unpacked
packing    how archives are unpacked
identity   by what a log is known again: heads, anchor, blocks
findings   what a run is told of logs, and what it finds
run        the logs of one run: opened together, compared with what is known, given to be read
chunks     what is new in one log, in chunks, with its marks
spool      lines made ready for a line reader
"""

from logstats.sources.chunks import LogReader
from logstats.sources.compression import UnwholeError
from logstats.sources.files import LogFile, MovedError, Stat
from logstats.sources.fingerprint import BLOCK_BYTES, Identity
from logstats.sources.outcome import FileState, Findings, Known
from logstats.sources.paths import STDIN, expand, named_explicitly, printable, size
from logstats.sources.scan import Scan
from logstats.sources.spool import LONGEST_LINE, Spool, mark_blank, sanitize

__all__ = [
    "BLOCK_BYTES",
    "LONGEST_LINE",
    "STDIN",
    "FileState",
    "Findings",
    "Identity",
    "Known",
    "LogFile",
    "LogReader",
    "MovedError",
    "Scan",
    "Spool",
    "Stat",
    "UnwholeError",
    "expand",
    "mark_blank",
    "named_explicitly",
    "printable",
    "sanitize",
    "size",
]
