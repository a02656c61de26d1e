"""The files of titles that logstats.toml names: each is read when it has changed.

An error of such a file is reported by the run that finds it; the file is read again when it has changed.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from logstats.config import Settings, Site
from logstats.errors import LogstatsError
from logstats.titles.store import TitlesRequest, store_titles


def read(
    store: Path, settings: Settings, wait: float, sites: Sequence[Site], previous: str
) -> tuple[str, Sequence[LogstatsError]]:
    """Read the titles of sites in the store, unless no file has changed since the state `previous`.

    Return the state of the files, and the errors.
    """
    state = _state(sites)
    errors: list[LogstatsError] = []
    if state != previous:
        for site in sites:
            request = TitlesRequest(store, site.titles, settings, site.name, wait=wait, may_wait=False)
            errors += store_titles(request).unread
    return state, errors


def _state(sites: Sequence[Site]) -> str:
    found = [(site.name, path, _stat(path)) for site in sites for path in site.titles]
    return hashlib.sha256(repr(found).encode()).hexdigest()[:32]


def _stat(path: str) -> tuple[int, ...]:
    try:
        found = os.stat(path)  # noqa: PTH116 - it may be any name
    except OSError as error:
        return (error.errno or 0,)
    return found.st_ino, found.st_size, found.st_mtime_ns
