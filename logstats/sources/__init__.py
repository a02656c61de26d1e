"""Find logs and read their new content as chunks of whole lines, independent of the log format.

paths        the logs that files, folders and patterns name
files        an open log: its content, plain or unpacked
compression  the kinds of archives, and their unpackers
fingerprint  the hashes that identify a log: head hashes, tail hash, block hashes
outcome      the records of logs that a run starts with, and its findings
scan         the logs of one run: opened together, compared with known sources, read one by one
pending      the logs of a run that are not read yet, and the sources that they may continue
members      the archives of several logs in a run
recorder     what a run records about its logs, and what it reports
vanished     what the end of a run shows: lost content, states that are over
chunks       the new content of one log in chunks, with the hashes that identify it
log_hashes   these hashes, computed while the log is read
objects      logs in object storage
spool        a file of lines that were made safe for a line reader
"""

from typing import TYPE_CHECKING

from logstats import lazy

_MODULES = {
    # a name of this folder: its module, imported when the name is first used: an idle update needs one
    "BLOCK_BYTES": "fingerprint",
    "FileState": "outcome",
    "Findings": "outcome",
    "Identity": "fingerprint",
    "Known": "outcome",
    "LONGEST_LINE": "contents",
    "LogFile": "files",
    "LogNames": "outcome",
    "LogReader": "chunks",
    "STDIN": "paths",
    "Scan": "scan",
    "SourceEnd": "outcome",
    "Spool": "spool",
    "Stat": "files",
    "empty": "paths",
    "expand": "paths",
    "open_log": "files",
    "stat_of": "files",
    "named_explicitly": "paths",
    "printable": "paths",
    "sanitize": "spool",
    "size": "paths",
    "unreadable": "paths",
}

if TYPE_CHECKING:
    from logstats.sources.chunks import LogReader
    from logstats.sources.contents import LONGEST_LINE
    from logstats.sources.files import LogFile, Stat, open_log, stat_of
    from logstats.sources.fingerprint import BLOCK_BYTES, Identity
    from logstats.sources.outcome import FileState, Findings, Known, LogNames, SourceEnd
    from logstats.sources.paths import STDIN, empty, expand, named_explicitly, printable, size, unreadable
    from logstats.sources.scan import Scan
    from logstats.sources.spool import Spool, sanitize
else:
    __getattr__ = lazy.names(__name__, {name: f"{__name__}.{module}" for name, module in _MODULES.items()})

__all__ = [
    "BLOCK_BYTES",
    "LONGEST_LINE",
    "STDIN",
    "FileState",
    "Findings",
    "Identity",
    "Known",
    "LogFile",
    "LogNames",
    "LogReader",
    "Scan",
    "SourceEnd",
    "Spool",
    "Stat",
    "empty",
    "expand",
    "mark_blank",
    "named_explicitly",
    "open_log",
    "printable",
    "sanitize",
    "size",
    "stat_of",
    "unreadable",
]
