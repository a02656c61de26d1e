"""Bytes in: which logs there are, and what is new in them, as chunks of whole lines. Knows no format.

paths        which logs files, folders and patterns name
files        an open log: its content, plain or unpacked
compression  how archives are recognised and unpacked
fingerprint  how a log is recognised: head hashes, tail hash, block hashes
outcome      what a run knows of logs before it begins, and what it finds
scan         the logs of one run: opened together, compared with known sources, given out to be read
chunks       what is new in one log, in chunks, with the hashes that recognise it
spool        lines made safe for a line reader, in a file
"""

from logstats.sources.chunks import LogReader
from logstats.sources.files import LogFile, Stat
from logstats.sources.fingerprint import BLOCK_BYTES, Identity
from logstats.sources.outcome import FileState, Findings, Known, SourceEnd
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
    "Scan",
    "SourceEnd",
    "Spool",
    "Stat",
    "expand",
    "mark_blank",
    "named_explicitly",
    "printable",
    "sanitize",
    "size",
]
