"""The rules of logstats.toml as parameters and expressions of statements.

A pattern is applied in SQL, once to each agent, page or host: when it is new to the store.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple

from logstats.config import Bots, Settings, Site
from logstats.rules import articles
from logstats.rules.articles import Articles
from logstats.store import Session
from logstats.store.statements import sql_text

ASSET_EXTENSIONS = {
    "style and script": "css js mjs map wasm",
    "data a script asks for": "json xml txt webmanifest",
    "images": "ico png jpg jpeg jfif gif webp avif svg bmp tif tiff cur",
    "fonts": "woff woff2 ttf otf eot",
    "media": "mp3 mp4 m4a m4v m3u8 mpd ts webm ogg ogv oga wav avi mov flv mkv swf",
    "feeds": "rss atom rdf",
}
ASSET_PATHS = (
    # whole paths that are not pages, although no extension shows it
    r"/feed/?",
    r"/rss/?",
    r".*/feed/?",
    r"/\.well-known/.*",
)


class Rules(NamedTuple):
    """The rules that classify agents and pages and that map hosts to sites; patterns are RE2."""

    asset: str
    bots: Bots
    site_names: Mapping[str, str]

    def page_params(self) -> dict[str, Any]:
        """Return the parameters that classify new pages as assets."""
        return {"asset": self.asset}

    def site_of(self) -> dict[str, str]:
        """Return the expression for the site of a line's host."""
        names = {sql_text(host): sql_text(site) for host, site in self.site_names.items() if host != site}
        whens = " ".join(f"WHEN {host} THEN {site}" for host, site in names.items())
        return {"site_of": f"CASE host {whens} ELSE host END" if names else "host"}


def _bots() -> ModuleType:
    from logstats.rules import bots  # noqa: PLC0415 - only for a new agent or a new site

    return bots


def build(settings: Settings) -> Rules:
    """Return the rules of logstats.toml."""
    return Rules(
        asset=_asset_pattern(settings.assets),
        bots=settings.bots,
        site_names=settings.site_names(),
    )


# keys of `classified_by` that are settings of one site; the others are of all sites
SITE_KEYS = ("internal", "aliases", "fold_case")
CUT_COLUMNS = {
    # a column of `store.site`: its setting, by which days and visits are cut
    "timezone": "timezone",
    "week_start": "week_start",
    "visit_gap_s": "visit_gap",
    "online_window_s": "online_window",
}


def stored_rules(settings: Settings, name: str) -> dict[str, Any]:
    """Return the columns of `store.site` that say by which rules a site's figures were computed.

    `classified_by`: the settings that classify hits, as JSON, to detect changes.
    """
    site = settings.site(name)
    classified_by = {
        "[bots]": [settings.bots.added, settings.bots.excepted],
        _bots().LIST: _bots().list_version(),
        "assets": settings.assets,
        "internal": site.internal,
        "aliases": site.aliases,
        "fold_case": site.folds_case(),
    }
    return site.stored_columns() | {"classified_by": json.dumps(classified_by, ensure_ascii=False)}


def changed(stored: Mapping[str, Any], settings: Settings, name: str) -> Iterator[str]:
    """Yield the settings of a site that differ from those of its stored figures (columns of `store.site`).

    What a store of an early version does not know is not compared.
    """
    now = stored_rules(settings, name)
    yield from (key for column, key in CUT_COLUMNS.items() if stored[column] != now[column])
    before, after = json.loads(stored["classified_by"]), json.loads(now["classified_by"])
    if rules_differ := _article_rules(stored) != _article_rules(now):
        yield "rules"
    keys = (key for key in after if before.get(key, after[key]) != after[key])
    yield from (key for key in keys if not (rules_differ and key == "fold_case"))


def _article_rules(stored: Mapping[str, Any]) -> Any:
    return json.loads(stored["article_rules"])[0] if stored["article_rules"] else []


def require(settings: Settings, complaint: Callable[[str], str | None]) -> None:
    """Raise ConfigError where a pattern of logstats.toml is not valid RE2; `complaint` returns the reason."""
    for where, pattern in settings.patterns():
        if why := complaint(pattern):
            raise settings.error(f"'{pattern}' is not a pattern of RE2: {why}; correct it", where)


def _asset_pattern(additional: Sequence[str]) -> str:
    extensions = "|".join(" ".join(ASSET_EXTENSIONS.values()).split())
    paths = "|".join((*ASSET_PATHS, *additional))
    return rf"(?i)\.(?:{extensions})$|^(?:{paths})$"


UNKEYED = {"identity_key": ""}  # for statements without look-ups in a store


def site_settings(session: Session, settings: Settings) -> dict[int, Site]:
    """Return the settings of each site in the attached store, by its id."""
    rows = session.execute("SELECT site_id, name FROM store.site ORDER BY site_id").rows
    return {site_id: settings.site(name) for site_id, name in rows}


def article_rules(session: Session, rules: Rules, sites: Mapping[int, Site]) -> Articles:
    """Return the sites' article rules, with their aliases.

    An alias is written as two URLs; the rules without aliases give their articles.
    """
    without_aliases = articles.articles(sites)
    written = [(site_id, *pair) for site_id, site in sites.items() for pair in site.aliases]
    if not written:
        return without_aliases
    targets = [(site_id, target) for site_id, *pair in written for target in pair]
    identity_of = identities(session, rules, without_aliases, targets)
    aliases = [
        (site_id, identity_of[site_id, alias], identity_of[site_id, article])
        for site_id, alias, article in written
    ]
    return articles.articles(sites, aliases)


def identities(
    session: Session, rules: Rules, site_rules: Articles, targets: list[tuple[int, str]]
) -> dict[tuple[int, str], str]:
    """Return the identity of the article of each target, by (site id, target)."""
    pages = {"sites": [site_id for site_id, _ in targets], "targets": [target for _, target in targets]}
    session.run("rules/given_page", pages)
    params = rules.page_params() | site_rules.params | UNKEYED
    session.run("rules/canonical_url", params, site_rules.slots)
    rows = session.execute("SELECT site_id, target, identity FROM chunk_url").rows
    return {(site_id, target): identity for site_id, target, identity in rows}
