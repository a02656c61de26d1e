"""The settings of a site that the store keeps, for runs whose logstats.toml does not name the site.

A run that reads logs keeps the settings of the sites that its logstats.toml names, with those of all sites.
In a run without that file, or with one of other sites, they are in force, so that the figures are the same.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from logstats.config import Bots, Settings, Site
from logstats.config.article_presets import PORTALS, ArticleRule
from logstats.errors import LogstatsError
from logstats.store import Session

TEXTS = ("timezone", "week_start", "privacy", "hash_key")
NUMBERS = ("visit_gap_s", "online_window_s")
LISTS = ("hosts", "internal", "trusted_proxies")
NOTHING: list[Any] = [[[], []], []]  # # as of a site that was read without a logstats.toml


class StoredSite(NamedTuple):
    """A site of the store: its kept settings as JSON, and the file that they are from, '' for none."""

    name: str
    rules: str
    rules_from: str

    @property
    def values(self) -> dict[str, Any]:
        """The kept settings; those that an early version did not keep are missing."""
        found: dict[str, Any] = json.loads(self.rules)
        return found

    @property
    def of_all(self) -> tuple[Any, Any]:
        """The kept settings of all sites that classify: of bots and of assets."""
        values = self.values
        return values.get("bots", [[], []]), values.get("assets", [])


def read(session: Session) -> tuple[StoredSite, ...]:
    """Return the sites of the attached store, in the order in which they were made."""
    sql = "SELECT name, rules, rules_from FROM store.site ORDER BY site_id"
    return tuple(StoredSite(*row) for row in session.execute(sql).rows)


def read_former(session: Session) -> tuple[StoredSite, ...]:
    """Return the sites that the attached store had, and whose settings it keeps."""
    return tuple(StoredSite(*row) for row in session.run("rules/kept/former").rows)


def names(settings: Settings, site: StoredSite) -> bool:
    """Whether the settings are in force for a site: their file lists it, or gave it those of all sites."""
    if settings.is_listed(site.name):
        return True
    path = _path(settings)
    return path != "" and path == site.rules_from and not site.values.get("is_listed", False)


def in_force(
    settings: Settings, sites: Sequence[StoredSite], name: str | None = None, store: Path | None = None
) -> Settings:
    """Return the settings with the kept ones of sites that their file does not list.

    Settings of all sites are those of the file if it names a site of the store, or the site `name`, or if
    `store` is its database; else they are the kept ones, of the site `name` if it is there.
    """
    if not sites:
        return settings
    if not (
        any(names(settings, site) for site in sites)
        or (name is not None and settings.is_listed(name))
        or (settings.database is not None and store is not None and _is_same(settings.database, store))
    ):
        settings = _of_all(settings, next((site for site in sites if site.name == name), sites[-1]))
    others = [site for site in sites if not settings.is_listed(site.name)]
    listed = [site.name for site in others if site.values.get("is_listed", False)]
    return settings._replace(
        kept=tuple(_site(settings, site) for site in others),
        kept_as={site.name: (site.rules, site.rules_from) for site in others},
        kept_only=listed[0] if len(listed) == 1 else None,
        is_kept_list=any(not site.values.get("new_sites", False) for site in others if site.name in listed),
    )


def columns(settings: Settings, name: str) -> dict[str, str]:
    """Return the columns of `store.site` that keep the settings of a site."""
    site = settings.site(name)
    rules = {
        "is_listed": settings.is_listed(name),
        **{key: getattr(site, key) for key in (*TEXTS, *NUMBERS, *LISTS)},
        "trusted_proxies": settings.proxies(name),
        "rules": site.rules,
        "articles": site.articles,
        "aliases": site.aliases,
        "fold_case": site.fold_case,
        "assets": settings.assets,
        "bots": settings.bots,
        "keep_hits": settings.keep_hits,
        "new_sites": settings.new_sites,
    }
    return {"rules": json.dumps(rules, ensure_ascii=False), "rules_from": _path(settings)}


def columns_of_new(settings: Settings, name: str) -> dict[str, str]:
    """Return the columns of a site that is new; those of a former site are as they were."""
    if settings.is_listed(name) or name not in settings.kept_as:
        return columns(settings, name)
    rules, rules_from = settings.kept_as[name]
    return {"rules": rules, "rules_from": rules_from}


def keep(settings: Settings, sites: Iterable[StoredSite]) -> Iterator[StoredSite]:
    """Yield each site whose settings are to be stored, since logstats.toml names it and has others."""
    for site in sites:
        if not names(settings, site):
            continue
        now = StoredSite(site.name, **columns(settings, site.name))
        if settings.typed_zone is not None:  # a zone of the command line is that of one run
            zone = site.values.get("timezone", settings.typed_zone)
            now = now._replace(rules=json.dumps(now.values | {"timezone": zone}, ensure_ascii=False))
        if now != site:
            yield now


def store(session: Session, sites: Iterable[StoredSite]) -> None:
    """Store the settings of sites in the attached store."""
    for site in sites:
        session.run("rules/kept/site_update", site._asdict())


def require_one(settings: Settings, sites: Sequence[StoredSite]) -> None:
    """Raise LogstatsError where sites have different settings of all sites: agents are classified once."""
    now = json.loads(json.dumps([settings.bots, settings.assets]))
    for site in sites:
        if names(settings, site) or list(site.of_all) in (now, NOTHING if not site.rules_from else now):
            continue
        where = f"{settings.path} has" if settings.path else "another site of the store has"
        of_site = f"{site.rules_from} had for it" if site.rules_from else "it was read with"
        raise LogstatsError(
            f"{site.name}: {where} other [bots] or assets than {of_site}, and they are of all sites; nothing "
            f'was changed. Give one logstats.toml that lists all sites, as [[site]] with name = "{site.name}"'
        )


def keep_hits(settings: Settings, sites: Sequence[StoredSite]) -> int:
    """Return how many days of hits are kept: as the file says, if it names a site, else the kept number."""
    if not sites or any(names(settings, site) for site in sites):
        return settings.keep_hits
    return max(int(site.values.get("keep_hits", Settings().keep_hits)) for site in sites)


def _site(settings: Settings, stored: StoredSite) -> Site:
    """Return the kept settings of a site."""
    values = stored.values
    plain: dict[str, Any] = {key: values[key] for key in (*TEXTS, *NUMBERS) if key in values}
    lists: dict[str, Any] = {key: tuple(values[key]) for key in LISTS if key in values}
    if names(settings, stored):  # the file has no proxies for it but those of all sites
        lists["trusted_proxies"] = settings.trusted_proxies
    if settings.typed_zone is not None:
        plain["timezone"] = settings.typed_zone
    return Site(
        stored.name,
        **plain,
        **lists,
        rules=tuple(name for name in values.get("rules", ()) if name in PORTALS),
        articles=tuple(ArticleRule(*rule) for rule in values.get("articles", ())),
        aliases=tuple((alias, article) for alias, article in values.get("aliases", ())),
        fold_case=values.get("fold_case", False),
    )


def _of_all(settings: Settings, stored: StoredSite) -> Settings:
    """Return the settings with the kept ones of all sites."""
    (added, excepted), assets = stored.of_all
    values = stored.values
    return settings._replace(
        bots=Bots(tuple(added), tuple(excepted)),
        assets=tuple(assets),
        trusted_proxies=() if values.get("is_listed", True) else tuple(values.get("trusted_proxies", ())),
    )


def _path(settings: Settings) -> str:
    return str(settings.path.absolute()) if settings.path else ""


def _is_same(one: Path, other: Path) -> bool:
    return one.absolute() == other.absolute()
