"""Titles of articles, given in files, kept with the address that each was given for.

Which article an address is, the rules say, as they do of a page that was asked for; so a title may come
before its article is read first, and `rebuild` judges it anew.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from logstats import titles
from logstats.config import Settings
from logstats.errors import LogError, LogstatsError, TitlesError, UsageError
from logstats.rules import ruleset
from logstats.sources import LogFile
from logstats.store import Session
from logstats.titles import Listing

AT_ONCE = 50_000  # titles that are judged together: memory for no more
_ORIGIN = re.compile(r"(?:https?:)?//(?:[^/?#@]*@)?(?P<host>\[[^\]]*\]|[^/?#:]*)[^/?#]*", re.IGNORECASE)


class TitlesRequest(NamedTuple):
    """Files of titles to read into a store, `-` being stdin.

    `site` is that of all addresses, whatever their host; None where their hosts tell it. `address` is that
    of a saved page that does not say its own.
    """

    store: Path
    files: tuple[str, ...]
    settings: Settings
    site: str | None = None
    address: str | None = None
    wait: float = 10.0


class TitlesSummary(NamedTuple):
    """What became of titles: how many were read, and of which addresses.

    `elsewhere` are of no site in the store, `no_pages` of what is no page, `skipped` are entries that lack an
    address or a title, or can't be read. `unread` are the files' errors.
    """

    read: int
    new: int = 0
    changed: int = 0
    elsewhere: int = 0
    no_pages: int = 0
    skipped: int = 0
    unread: tuple[LogstatsError, ...] = ()


def store_titles(order: TitlesRequest) -> TitlesSummary:
    """Read the files and keep their titles in one step; raise UsageError for a site that is not there."""
    if order.address is not None and len(order.files) > 1:
        raise UsageError("--address is that of one saved page: give one FILE with it")
    found, unread = _read(order)
    titles = [title for listing in found for title in listing.titles]
    skipped = sum(listing.skipped for listing in found)
    if not titles:
        return TitlesSummary(0, skipped=skipped, unread=unread)
    with Session() as session, session.writing(order.store, order.wait):
        ruleset.require(order.settings, session.complaint)
        sites = _Sites(session, order)
        placed, elsewhere = _placed(sites, titles)
        if not placed:
            unread = (*unread, sites.unknown(titles[0][0]))
        told = _keep(session, order.settings, placed)
    return TitlesSummary(len(titles), **told, elsewhere=elsewhere, skipped=skipped, unread=unread)


def _read(order: TitlesRequest) -> tuple[list[Listing], tuple[LogstatsError, ...]]:
    found: list[Listing] = []
    unread: list[LogstatsError] = []
    for name in order.files:
        try:
            found.append(titles.read(_content(name), name, order.address))
        except (LogError, TitlesError) as error:
            unread.append(error)
    return found, tuple(unread)


def _content(name: str) -> bytes:
    """Return what a file holds, unpacked, but no more than shows that it is too large."""
    file = LogFile(name, name)
    try:
        return file.sample(titles.LARGEST + 1)
    finally:
        file.close()


class _Sites:
    """The sites of a store, by the hosts that addresses are of."""

    def __init__(self, session: Session, order: TitlesRequest) -> None:
        rows = session.execute("SELECT name, site_id FROM store.site").rows
        self._ids: dict[str, int] = dict(rows)
        self._told = f"there are: {', '.join(sorted(self._ids)) or 'none yet'}"
        if order.site is not None and order.site not in self._ids:
            raise UsageError(f"no site «{order.site}» in the store; {self._told}")
        self._asked = order.site
        self._names = {f"www.{name}".lower(): name for name in self._ids}
        self._names |= {name.lower(): name for name in self._ids} | order.settings.site_names()

    def of(self, address: str) -> tuple[int | None, str]:
        """Return the id of an address's site, None where it is of none, and the address without its host."""
        origin = _ORIGIN.match(address)
        target = address[origin.end() :] if origin else address
        only = next(iter(self._ids)) if len(self._ids) == 1 else ""
        name = self._asked or (self._names.get(origin["host"].lower(), "") if origin else only)
        return self._ids.get(name), target if target.startswith("/") else f"/{target}"

    def unknown(self, address: str) -> LogstatsError:
        """Return the error where no address is of any of the sites."""
        return TitlesError(
            f"no address is of a site in the store, such as {address}; {self._told}. "
            "Say --site, or name the host in hosts = […] of its site"
        )


def _placed(sites: _Sites, titles: Sequence[tuple[str, str]]) -> tuple[dict[tuple[int, str], str], int]:
    """Return the last title of each address by its site, and how many are of none."""
    placed: dict[tuple[int, str], str] = {}
    elsewhere = 0
    for written, title in titles:
        site_id, target = sites.of(written)
        if site_id is None:
            elsewhere += 1
        else:
            placed.pop((site_id, target), None)  # it goes behind those that were given before
            placed[site_id, target] = title
    return placed, elsewhere


def _keep(session: Session, settings: Settings, placed: Mapping[tuple[int, str], str]) -> dict[str, int]:
    """Put titles into the store; return how many are new, have changed, and are of no pages."""
    built = ruleset.build(settings)
    by = ruleset.article_rules(session, built, ruleset.site_settings(session, settings))
    key = {"identity_key": session.run("store/identity_key").value()}
    told: Counter[str] = Counter()
    rows = iter(placed.items())
    while batch := list(islice(rows, AT_ONCE)):
        given = {
            "sites": [site_id for (site_id, _), _ in batch],
            "targets": [target for (_, target), _ in batch],
            "titles": [title for _, title in batch],
        }
        session.run("titles/given", given)
        session.run("titles/given_page")
        session.run("rules/canonical_url", built.page_params() | by.params | key, by.slots)
        session.run("titles/classified")
        told.update(session.run("titles/change_count").records()[0])
        session.run("titles/title_replace")
    return dict(told)
