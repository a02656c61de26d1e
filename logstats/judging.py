"""How new texts are judged: the rules of logstats.toml, met with what the sites of a store are called.

Ingest, rebuild and explain run the same statements with what this room gives them.
"""

from collections.abc import Mapping

from logstats import articles
from logstats.articles import Articles
from logstats.config import Settings, Site
from logstats.rules import Rules
from logstats.store import Session

UNKEYED = {"identity_key": ""}  # where nothing is looked for in a store, any key will do


def sites(session: Session, settings: Settings) -> dict[int, Site]:
    """Return the settings of each site in the attached store by its id."""
    rows = session.execute("SELECT site_id, name FROM store.site ORDER BY site_id").rows
    return {site_id: settings.site(name) for site_id, name in rows}


def of_articles(session: Session, rules: Rules, of_site: Mapping[int, Site]) -> Articles:
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
    session.run("ingest/34_page_asked", asked)
    session.run("ingest/35_address", rules.params() | by.params | UNKEYED, by.slots)
    rows = session.execute("SELECT site_id, target, identity FROM chunk_address").rows
    return {(site_id, target): identity for site_id, target, identity in rows}
