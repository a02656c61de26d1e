"""What is a page, which addresses are ours, and with bots.py who is a person: all rules, as SQL takes them.

They reach SQL as patterns; queries/ingest applies each to a value the first time it is seen.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from logstats.config import Bots, Settings, Site
from logstats.errors import ConfigError
from logstats.rules import articles, bots
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
    # whole paths that are no pages, without an extension to tell them by
    r"/feed/?",
    r"/rss/?",
    r".*/feed/?",
    r"/\.well-known/.*",
)


class Rules(NamedTuple):
    """What classifies agents, paths and addresses; patterns are RE2."""

    asset: str
    bots: Bots
    site_names: Mapping[str, str]

    def params(self) -> dict[str, Any]:
        """Return the patterns by the names that the statements give them."""
        return bots.params(self.bots.excepted) | {"asset": self.asset}

    def slots(self) -> dict[str, str]:
        """Return the expressions that judge a new agent."""
        return bots.slots(self.bots.added)

    def site_of(self) -> dict[str, str]:
        """Return the expression for the site of a line's host."""
        names = {sql_text(host): sql_text(site) for host, site in self.site_names.items()}
        whens = " ".join(f"WHEN {host} THEN {site}" for host, site in names.items())
        return {"site_of": f"CASE vhost {whens} ELSE vhost END" if names else "vhost"}


def build(settings: Settings) -> Rules:
    """Return the rules of logstats.toml."""
    return Rules(
        asset=_asset_pattern(settings.assets),
        bots=settings.bots,
        site_names=settings.site_names(),
    )


def stored_rules(settings: Settings, name: str) -> dict[str, Any]:
    """Return what the store keeps of the rules of a site, by the names of its columns.

    `classified_by` is what hits are judged by, as JSON: what it is called, and a value that tells it from others.
    """
    site = settings.site(name)
    classified_by = {
        "[bots]": [settings.bots.added, settings.bots.excepted],
        bots.LIST: bots.list_version(),
        "assets": settings.assets,
        "internal": site.internal,
    }
    return site.stored_columns() | {"classified_by": json.dumps(classified_by, ensure_ascii=False)}


def require(settings: Settings, complaint: Callable[[str], str | None]) -> None:
    """Raise ConfigError where the store has a complaint of a pattern of logstats.toml."""
    for key, pattern in settings.patterns():
        if told := complaint(pattern):
            raise ConfigError(f"{settings.path}: {key}: «{pattern}» is no pattern of RE2: {told}")


def _asset_pattern(additional: Sequence[str]) -> str:
    extensions = "|".join(" ".join(ASSET_EXTENSIONS.values()).split())
    paths = "|".join((*ASSET_PATHS, *additional))
    return rf"(?i)\.(?:{extensions})$|^(?:{paths})$"


UNKEYED = {"identity_key": ""}  # where nothing is looked for in a store, any key will do


def site_settings(session: Session, settings: Settings) -> dict[int, Site]:
    """Return the settings of each site in the attached store by its id."""
    rows = session.execute("SELECT site_id, name FROM store.site ORDER BY site_id").rows
    return {site_id: settings.site(name) for site_id, name in rows}


def article_rules(session: Session, rules: Rules, of_site: Mapping[int, Site]) -> Articles:
    """Return the sites' rules for what is one article, their aliases among them.

    An alias is written as an address; which articles it is about, the rules say themselves.
    """
    plain = articles.articles(of_site)
    written = [(site_id, *pair) for site_id, site in of_site.items() for pair in site.aliases]
    if not written:
        return plain
    targets = [(site_id, target) for site_id, *pair in written for target in pair]
    told = identities(session, rules, plain, targets)
    aliases = [(site_id, told[site_id, one], told[site_id, other]) for site_id, one, other in written]
    return articles.articles(of_site, aliases)


def identities(
    session: Session, rules: Rules, by: Articles, targets: list[tuple[int, str]]
) -> dict[tuple[int, str], str]:
    """Return which article each target of a site is."""
    asked = {"sites": [site_id for site_id, _ in targets], "targets": [target for _, target in targets]}
    session.run("rules/given_page", asked)
    session.run("rules/canonical_url", rules.params() | by.params | UNKEYED, by.slots)
    rows = session.execute("SELECT site_id, target, identity FROM chunk_url").rows
    return {(site_id, target): identity for site_id, target, identity in rows}
