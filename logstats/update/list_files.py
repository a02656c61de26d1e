"""Files with lists and with views of articles: compute those that may have changed, and replace them.

They follow the rules of counter files. A run in which nothing can have changed computes none: the last run
noted the state of the store, of the settings, of the files themselves and the local day of each site. What a
run without new lines and titles writes to the store, such as that a log was looked at, changes no list.
"""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from logstats.clock import is_elapsed_time
from logstats.config import ListFile, Settings, Site, ViewsFile
from logstats.errors import LogstatsError, of_log
from logstats.lists import most_read as lists
from logstats.lists.request import of_list, of_views
from logstats.model import Counters
from logstats.render import most_read
from logstats.store import Session
from logstats.store.as_of import AT_NOW, ReportRequest
from logstats.update import counter_files

Write = Callable[[Path, bytes], bool]
Stat = tuple[int, ...]


class Publication(NamedTuple):
    """Where lists are read from, the settings with their files, and the function that replaces a file.

    `before` is the state of the store's file before the run; None: the run has read lines or titles.
    """

    session: Session
    store: Path
    settings: Settings
    wait: float
    write: Write
    before: Stat | None


class Written(NamedTuple):
    """The files that were replaced, the errors of others, and the state that they were written from."""

    changed: Sequence[Path]
    errors: Sequence[LogstatsError]
    state: str


def publish(publication: Publication, figures: Mapping[str, Counters], previous: str) -> Written:
    """Write the files of the sites that have figures; `previous` is the state noted by the last run."""
    sites = [site for site in publication.settings.sites if site.name in figures and paths_of(site)]
    before = publication.before
    if not sites or (
        before is not None and previous and _state(publication, sites, figures, before) == previous
    ):
        return Written((), (), _state(publication, sites, figures, state_of(publication.store)))
    changed: list[Path] = []
    errors: list[LogstatsError] = []
    with publication.session.reading(publication.store, publication.wait, views=lists.views()):
        contents = [
            (file.path, _content(publication, site, file)) for site in sites for file in _files_of(site)
        ]
    for path, content in contents:
        try:
            changed += [path] if publication.write(path, content) else []
        except Exception as error:  # noqa: BLE001 - whatever it is, the other files are written
            errors.append(error if isinstance(error, LogstatsError) else of_log(error, str(path)))
    return Written(
        changed, errors, "" if errors else _state(publication, sites, figures, state_of(publication.store))
    )


def replace(path: Path, content: bytes) -> bool:
    """Replace a file unless it shows the same at an earlier time; return whether it was replaced."""
    return counter_files.publish_text(path, content, shown)


def shown(content: bytes) -> bytes:
    """Return the content of a file without the time for which it was computed."""
    return most_read.without_time(content.decode("utf-8", "replace")).encode()


def paths_of(site: Site) -> list[Path]:
    """Return the files with lists and with views of articles of a site."""
    return [file.path for file in _files_of(site)]


def _files_of(site: Site) -> list[ListFile | ViewsFile]:
    return [*site.lists, *site.article_views]


def _content(publication: Publication, site: Site, file: ListFile | ViewsFile) -> bytes:
    request = ReportRequest(publication.store, site=site.name, at=publication.settings.at)
    if isinstance(file, ViewsFile):
        found = lists.article_views(publication.session, request, of_views(file))
        return most_read.article_views(found.site, found.at, found.views).encode()
    wanted, options = of_list(site, file)
    listed = lists.most_read(publication.session, request, wanted)
    return most_read.FORMATS[file.format](listed, options).encode()


def state_of(store: Path) -> Stat:
    """Return the state of a store's file, and of its write-ahead log."""
    return (*_stat(store), *_stat(store.with_name(f"{store.name}.wal")))


def _state(
    publication: Publication, sites: Sequence[Site], figures: Mapping[str, Counters], stored: Stat
) -> str:
    """Return a hash of all that the files depend on, '' where they can change by themselves.

    A line of the future counts when its time comes, so that the newest line of a site is one of this instant.
    An article becomes too old at any time where its age is given in hours.
    """
    at = publication.settings.at
    rows = [figures[site.name] for site in sites]
    has_aging = any(is_elapsed_time(file.published_since) for site in sites for file in site.lists)
    if at in (None, AT_NOW) and (has_aging or any(row.logged_until == row.at for row in rows)):
        return ""
    parts = [
        at,
        stored,
        *((site.url, figures[site.name].at.date(), *_files_of(site)) for site in sites),
        *(_stat(path) for site in sites for path in paths_of(site)),
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _stat(path: Path) -> Stat:
    try:
        found = os.stat(path)  # noqa: PTH116 - as in other modules of the update
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_mode
