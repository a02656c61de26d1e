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

from logstats.sources.chunks import Reader
from logstats.sources.files import LogFile, MovedError, Stat
from logstats.sources.findings import Findings, Past, Seen
from logstats.sources.identity import BLOCK_BYTES, Identity
from logstats.sources.names import STDIN, asked, expand, printable, size
from logstats.sources.packing import UnwholeError
from logstats.sources.run import Run
from logstats.sources.spool import LONGEST_LINE, Spool, mark_blank, wash

__all__ = [
    "BLOCK_BYTES",
    "LONGEST_LINE",
    "STDIN",
    "Findings",
    "Identity",
    "LogFile",
    "MovedError",
    "Past",
    "Reader",
    "Run",
    "Seen",
    "Spool",
    "Stat",
    "UnwholeError",
    "asked",
    "expand",
    "mark_blank",
    "printable",
    "size",
    "wash",
]
