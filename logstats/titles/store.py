"""Store the titles and dates of articles, which are read from files, by URL.

The rules give the article of a URL, as for a requested page. So a title may be stored before its article is
first viewed, and `rebuild` updates the article of a title.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from logstats import titles
from logstats.config import Settings
from logstats.config.hosts import spelled
from logstats.errors import LogstatsError, TitlesError, UsageError, of_log
from logstats.rules import kept, ruleset
from logstats.sources import LogFile
from logstats.store import Session
from logstats.titles import Listing
from logstats.titles.entries import Title

AT_ONCE = 50_000  # titles whose articles are found together; this limits the memory
_ORIGIN = re.compile(r"(?:https?:)?//(?:[^/?#@]*@)?(?P<host>\[[^\]]*\]|[^/?#:]*)[^/?#]*", re.IGNORECASE)


class TitlesRequest(NamedTuple):
    """Files of titles to read into a store; `-` is stdin.

    `site` is the site of all URLs, with any host; None: the hosts give the sites. `url` is the URL of an HTML
    document that does not have it. `may_wait`: a FIFO among the files is waited for.
    """

    store: Path
    files: tuple[str, ...]
    settings: Settings
    site: str | None = None
    url: str | None = None
    wait: float = 10.0
    may_wait: bool = True


class TitlesSummary(NamedTuple):
    """The numbers of titles that were read, that are new, that have changed and that were not stored.

    A title has changed, too, if its date of publication has. `elsewhere` counts titles whose URL is not of a
    site in the store, `no_pages` those with the URL of an asset, `skipped` entries without a URL or a title.
    `unread` are the errors of the files.
    """

    read: int
    new: int = 0
    changed: int = 0
    elsewhere: int = 0
    no_pages: int = 0
    skipped: int = 0
    unread: tuple[LogstatsError, ...] = ()


def store_titles(request: TitlesRequest) -> TitlesSummary:
    """Read the files and store their titles in one transaction; raise UsageError for an unknown site."""
    if request.url is not None and len(request.files) > 1:
        raise UsageError("--address is the URL of one HTML document; give one FILE with it")
    found, unread = _read(request)
    titles = [title for listing in found for title in listing.titles]
    skipped = sum(listing.skipped for listing in found)
    if not titles:
        return TitlesSummary(0, skipped=skipped, unread=unread)
    with Session() as session, session.writing(request.store, request.wait):
        kept_sites = kept.read(session)
        settings = kept.in_force(request.settings, kept_sites, request.site, request.store)
        request = request._replace(settings=settings)
        ruleset.require(request.settings, session.complaint)
        sites = _Sites(session, request)
        title_of, elsewhere = _by_site(sites, titles)
        if not title_of:
            unread = (*unread, sites.unknown(titles[0].url))
        counts = _store(session, request.settings, title_of)
    return TitlesSummary(
        read=len(titles),
        new=counts["new"],
        changed=counts["changed"],
        elsewhere=elsewhere,
        no_pages=counts["no_pages"],
        skipped=skipped,
        unread=unread,
    )


def _read(request: TitlesRequest) -> tuple[list[Listing], tuple[LogstatsError, ...]]:
    found: list[Listing] = []
    unread: list[LogstatsError] = []
    for name in request.files:
        try:
            found.append(read_file(name, request.url, may_wait=request.may_wait))
        except TitlesError as error:
            unread.append(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other files are read
            unread.append(of_log(error, name))
    return found, tuple(unread)


def read_file(name: str, url: str | None = None, *, may_wait: bool = False) -> Listing:
    """Return the titles in a file, or on stdin; raise the error of one that has none or can't be read."""
    return titles.read(_content(name, may_wait=may_wait), name, url)


def _content(name: str, *, may_wait: bool) -> bytes:
    """Return the content of a file, unpacked, up to one byte more than is allowed."""
    file = LogFile(name, name, may_wait=may_wait)
    try:
        return file.sample(titles.LARGEST + 1)
    finally:
        file.close()


class _Sites:
    """The sites of a store, by the hosts of URLs."""

    def __init__(self, session: Session, request: TitlesRequest) -> None:
        rows = session.execute("SELECT name, site_id FROM store.site").rows
        self._ids: dict[str, int] = dict(rows)
        self._listed = f"there are: {', '.join(sorted(self._ids)) or 'none yet'}"
        if request.site is not None and request.site not in self._ids:
            raise UsageError(f"no site '{request.site}' in the store; {self._listed}")
        self._site = request.site
        self._names = {spelled(f"www.{name}"): name for name in self._ids}
        self._names |= {spelled(name): name for name in self._ids} | request.settings.site_names()
        self._names.pop("", None)  # of a site that is not named by its host

    def of(self, url: str) -> tuple[int | None, str]:
        """Return the id of a URL's site (None: not in the store), and the URL without its host."""
        origin = _ORIGIN.match(url)
        target = url[origin.end() :] if origin else url
        only = next(iter(self._ids)) if len(self._ids) == 1 else ""
        name = self._site or (self._names.get(spelled(origin["host"]), "") if origin else only)
        return self._ids.get(name), target if target.startswith("/") else f"/{target}"

    def unknown(self, url: str) -> LogstatsError:
        """Return the error for titles of which no URL is of a site in the store."""
        return TitlesError(
            f"no URL is of a site in the store, such as {url}",
            advice=f"{self._listed}. Give --site, or list the host in hosts = […] of its site",
        )


def _by_site(sites: _Sites, titles: Sequence[Title]) -> tuple[dict[tuple[int, str], Title], int]:
    """Return the last title of each URL by (site_id, target), and the number of titles without a site.

    It has the last date of its URL.
    """
    title_of: dict[tuple[int, str], Title] = {}
    elsewhere = 0
    for title in titles:
        site_id, target = sites.of(title.url)
        if site_id is None:
            elsewhere += 1
        else:
            earlier = title_of.pop(
                (site_id, target), title
            )  # so that URLs are in the order of their last titles
            title_of[site_id, target] = title._replace(published=title.published or earlier.published)
    return title_of, elsewhere


def _store(session: Session, settings: Settings, title_of: Mapping[tuple[int, str], Title]) -> Counter[str]:
    """Store titles; return the numbers of `new` and `changed` ones and of `no_pages`."""
    built = ruleset.build(settings)
    article_rules = ruleset.article_rules(session, built, ruleset.site_settings(session, settings))
    key = {"identity_key": session.run("store/identity_key").value()}
    counts: Counter[str] = Counter()
    rows = iter(title_of.items())
    while batch := list(islice(rows, AT_ONCE)):
        session.run("titles/given", _given(batch))
        session.run("titles/given_page")
        session.run(
            "rules/canonical_url", built.page_params() | article_rules.params | key, article_rules.slots
        )
        session.run("titles/classified")
        counts.update(session.run("titles/change_count").records()[0])
        session.run("titles/title_replace")
    return counts


def _given(batch: Sequence[tuple[tuple[int, str], Title]]) -> dict[str, list[Any]]:
    """Return the parameters of `titles/given` for some titles by (site_id, target)."""
    dates = [title.published for _, title in batch]
    return {
        "sites": [site_id for (site_id, _), _ in batch],
        "targets": [target for (_, target), _ in batch],
        "titles": [title.title for _, title in batch],
        "published": [at.replace(tzinfo=None) if at else None for at in dates],
        "is_local": [at is not None and at.tzinfo is None for at in dates],
    }
