"""A small file that is read as a whole: settings, or a report."""

import os
import stat
from pathlib import Path

from logstats.errors import UsageError

MOST_BYTES = 1_000_000


def require(path: Path) -> None:
    """Raise UsageError for what is no file, or is too large to be right. /dev/null is an empty file."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) and str(path) != os.devnull:
        raise UsageError("can't be read: it is not a regular file; name another", path=path)
    if status.st_size > MOST_BYTES:
        raise UsageError("can't be read: it is larger than 1 MB; name another file", path=path)
