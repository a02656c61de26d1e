"""Pages of logstats.toml: each is written when its time is over and something of it has changed.

A page runs all reports, and its time of day is in it, so that it would change in each run. It has a hash of
what it was made of: the store's file, the four figures, the local day, and its settings. Until one of these
changes the old page stays, with its own time.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from logstats import atomic
from logstats.config import PageFile, Settings, Site
from logstats.dashboard import build
from logstats.dashboard.page import STATE_NAME
from logstats.errors import LogstatsError, of_log
from logstats.model import Counters
from logstats.store import Session
from logstats.update import counter_files

Write = Callable[[Path, bytes], bool]
_STATE = re.compile(rb'<meta name="%b" content="([0-9a-f]*)">' % STATE_NAME.encode())
HEAD_BYTES = 4096  # of a page, in which its state is


class Publication(NamedTuple):
    """Where pages are read from, the settings with their files, and the function that replaces a file."""

    session: Session
    store: Path
    settings: Settings
    wait: float
    write: Write


class Written(NamedTuple):
    """The pages that were replaced, and the errors of others."""

    changed: Sequence[Path]
    errors: Sequence[LogstatsError]


def publish(publication: Publication, figures: Mapping[str, Counters]) -> Written:
    """Write the pages of the sites that have figures, where they are due."""
    changed: list[Path] = []
    errors: list[LogstatsError] = []
    for site in publication.settings.sites:
        for file in site.pages if site.name in figures else ():
            try:
                changed += [file.path] if _publish(publication, site, file, figures[site.name]) else []
            except Exception as error:  # noqa: BLE001 - whatever it is, the other files are written
                errors.append(error if isinstance(error, LogstatsError) else of_log(error, str(file.path)))
    return Written(changed, errors)


def replace(path: Path, content: bytes) -> bool:
    """Replace a page; return whether it was another one."""
    return counter_files.publish_text(path, content, lambda found: found)


def _publish(publication: Publication, site: Site, file: PageFile, figures: Counters) -> bool:
    counter_files.require_replaceable(file.path)
    state = _state(publication, site, file, figures)
    if not _is_due(file) or _state_of(file.path) == state:
        return False
    pages = build.Pages(
        store=publication.store,
        settings=publication.settings,
        site=site.name,
        at=publication.settings.at,
        lang=file.lang,
        period=file.period,
        cards=file.panels,
        wait=publication.wait,
    )
    with publication.session.reading(publication.store, publication.wait, views=build.views(pages)):
        page = build.in_session(publication.session, pages)
    return publication.write(file.path, build.render(pages, page, state=state))


def _is_due(file: PageFile) -> bool:
    """Whether a page is older than its setting says; one from the future is."""
    try:
        age = time.time() - os.stat(file.path).st_mtime  # noqa: PTH116 - as in other modules of the update
    except OSError:
        return True
    return not 0 <= age < file.every_s


def _state(publication: Publication, site: Site, file: PageFile, figures: Counters) -> str:
    """Return a hash of what a page is made of."""
    store = publication.store
    of_store = [_stat(path) for path in (store, store.with_name(f"{store.name}.wal"))]
    day = figures.at.date()
    parts = [version("logstats"), of_store, figures._replace(at=figures.at.min), day, site.origin(), file]
    parts += [site.notes, publication.settings.geo]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _stat(path: Path) -> tuple[int, ...]:
    try:
        found = os.stat(path)  # noqa: PTH116 - as above
    except OSError:
        return ()
    return found.st_size, found.st_mtime_ns


def _state_of(path: Path) -> str:
    """Return the hash that a page has, '' where there is no page or it has none."""
    try:
        found = _STATE.search(atomic.read_regular(path)[:HEAD_BYTES])
    except OSError:
        return ""
    return found[1].decode() if found else ""
