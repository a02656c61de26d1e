"""The pages of a request: the figures of each site are read in one session, then rendered."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from logstats.config import Settings
from logstats.config.page_options import DEFAULT_PERIOD, LANGS
from logstats.dashboard import figures as page_figures
from logstats.dashboard import page
from logstats.dashboard.cards import DEFAULT_CARDS, cubes_of
from logstats.dashboard.figures import Figures, PageRequest
from logstats.dashboard.page import Look
from logstats.dashboard.panels import ARTICLES
from logstats.errors import LogstatsError, UnknownSiteError
from logstats.store import Session

INDEX = "index.html"
NO_OTHERS: Mapping[str, str] = MappingProxyType({})
_UNFIT = re.compile(r"[^\w.-]+")
LONGEST_NAME = 120  # characters of a file's name


class Pages(NamedTuple):
    """A request for pages: of one site, or of all of them, each with the same cards."""

    store: Path
    settings: Settings
    site: str | None = None
    at: str | None = None
    since: str | None = None
    lang: str = LANGS[0]
    period: str = DEFAULT_PERIOD
    cards: Sequence[str] = DEFAULT_CARDS
    articles: int = ARTICLES
    with_addresses: bool = False
    wait: float = 10.0


def views(pages: Pages) -> set[str]:
    """Return the views that the reports of pages read."""
    return page_figures.views(_request(pages, ""))


def site_names(session: Session) -> list[str]:
    """Return the names of the sites of the attached store."""
    return [name for (name,) in session.execute("SELECT site FROM sites ORDER BY site").rows]


def one(pages: Pages) -> bytes:
    """Return the page of the requested site, or of the only one."""
    with Session() as session, session.reading(pages.store, pages.wait, views=views(pages)):
        figures = in_session(session, pages)
    return render(pages, figures)


def in_session(session: Session, pages: Pages) -> Figures:
    """Return the figures of one site from the attached store, in which `views` were created."""
    known = _known(pages, session)
    if len(known) > 1:
        raise LogstatsError(
            f"there are {len(known)} sites; choose one with --site, or name a folder: -o FOLDER/"
        )
    return page_figures.read(session, _request(pages, known[0]))


def folder(pages: Pages) -> dict[str, bytes]:
    """Return the page of each site and an index with the figures of all, by the names of their files."""
    with Session() as session, session.reading(pages.store, pages.wait, views=views(pages)):
        known = _known(pages, session)
        figures = {site: page_figures.read(session, _request(pages, site)) for site in known}
    names = file_names(known)
    links = {site: names[site] for site in known} if len(known) > 1 else {}
    found = {names[site]: render(pages, figures[site], links) for site in known}
    rows = [(figures[site].counters, names[site]) for site in known]
    return found | {INDEX: page.index(rows, pages.lang)}


def render(
    pages: Pages, figures: Figures, others: Mapping[str, str] = NO_OTHERS, *, state: str = ""
) -> bytes:
    """Return the page of a site; `others` are the files of all sites, `state` says what it was made of."""
    site = figures.counters.site
    look = Look(
        origin=pages.settings.site(site).origin(),
        lang=pages.lang,
        period=pages.period,
        cards=pages.cards,
        state=state,
        others={name: file for name, file in others.items() if name != site},
    )
    return page.render(figures, look)


def file_names(sites: Sequence[str]) -> dict[str, str]:
    """Return a file's name for each site, without characters that a path gives a meaning."""
    found: dict[str, str] = {}
    for site in sites:
        plain = _UNFIT.sub("_", site).strip(".")[:LONGEST_NAME] or "_"
        name, number = f"{plain}.html", 1
        while name in {INDEX, *found.values()}:
            number += 1
            name = f"{plain}-{number}.html"
        found[site] = name
    return found


def _known(pages: Pages, session: Session) -> list[str]:
    known = site_names(session)
    if not known:
        raise LogstatsError("there is no site yet; run `logstats ingest LOG` first", path=pages.store)
    if pages.site is not None and pages.site not in known:
        raise UnknownSiteError(pages.site, known)
    return known if pages.site is None else [pages.site]


def _request(pages: Pages, site: str) -> PageRequest:
    return PageRequest(
        store=pages.store,
        site=site,
        at=pages.at,
        since=pages.since,
        wait=pages.wait,
        settings=pages.settings,
        panels=cubes_of(pages.cards),
        articles=pages.articles,
        period=pages.period,
        with_addresses=pages.with_addresses,
    )
