"""Rename a site, or give all that a site has to another one.

Afterwards the store is as if the logs of the old site had been ingested for the new one from the start: its
rows move, its pages, titles and hits are classified by the rules of the new site, and all figures are
recomputed from the hits and the rows that pruning has kept. Agents stay classified as they are.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from logstats.config import Settings
from logstats.errors import LogstatsError, UnknownSiteError, UsageError
from logstats.rules import kept, ruleset
from logstats.store import Session, no_ingest, utc_now
from logstats.totals import recompute

# The stages, each in the order of its statements.
MERGED = ("totals/rename/article_moved", "totals/rename/page_moved", "totals/rename/rows_moved")
CUT_BY = ("timezone", "visit_gap_s")  # columns by which visits and days are cut
SITE_KEYS = (*ruleset.SITE_KEYS, "assets")  # keys of `classified_by` that are applied to stored hits

Row = Mapping[str, Any]  # of totals/rename/site


class Renamed(NamedTuple):
    """The hits and logs that have another site now, and the number of logs whose lines name the old site.

    `is_merged`: the store had the new site before.
    """

    hits: int
    logs: int
    naming: int
    is_merged: bool


def rename(  # noqa: PLR0913 - the last one is an option
    store: Path, old: str, new: str, settings: Settings, wait: float, *, is_final: bool = True
) -> Renamed:
    """Rename a site, in one transaction; raise LogstatsError where the result would not be exact.

    Unless it `is_final`, also where it could not be taken back.
    """
    if old == new:
        raise UsageError(f"'{old}' is its name already")
    with no_ingest(store), Session.over_all(store) as session, session.writing(store, wait):
        sites = {row["name"]: row for row in session.run("totals/rename/site").records()}
        settings = _in_force(session, store, settings, old, new)
        ruleset.require(settings, session.complaint)
        logs = session.run("totals/rename/log", {"old": old}).records()[0]
        if old not in sites and not logs["logs"]:
            raise UnknownSiteError(old, sorted(sites))
        reasons = [
            *_reasons(settings, sites, old, new),
            *_reasons_of_hosts(session, settings, sites.get(old), new),
        ]
        if reasons:
            raise LogstatsError(f"{old} can't become {new}: {reasons[0]}; nothing was changed")
        if not is_final and (why := _why_final(session, sites, old, new)):
            raise LogstatsError(
                f"{old} can't be parted from {new} again: {why}; nothing was changed. Take a snapshot, "
                "and give --merge"
            )
        names = {"old": old, "new": new}
        former = {"at": utc_now(), "is_whole": new not in sites}
        session.run("totals/rename/former_insert", names | former)
        session.run("totals/rename/source_update", names)
        if old in sites:
            _move(session, sites, names)
            _recompute(session, settings, sites, names)
    hits = sites[old]["hits"] if old in sites else 0
    return Renamed(hits=hits, logs=logs["logs"], naming=logs["naming"], is_merged=new in sites)


def _why_final(session: Session, sites: Mapping[str, Row], old: str, new: str) -> str | None:
    """Return why a merger could not be taken back, None where it can."""
    if old not in sites or new not in sites:
        return None
    if before := sites[old]["pruned_before"]:
        return f"its hits before {before} are pruned, and what is kept of them is joined"
    ids = {"old_id": sites[old]["site_id"], "new_id": sites[new]["site_id"]}
    if session.run("totals/rename/shared_run", ids).value():
        return "logs whose lines name their hosts have lines of both"
    return None


def _in_force(session: Session, store: Path, settings: Settings, old: str, new: str) -> Settings:
    """Return the settings in force; a name that logstats.toml does not list gets the rules of the old one."""
    stored = kept.read(session)
    settings = kept.in_force(settings, stored, new, store)
    kept.store(session, kept.keep(settings, stored))
    if settings.is_listed(new) or any(site.name == new for site in stored):
        return settings
    return settings._replace(kept=(*settings.kept, settings.site(old)._replace(name=new)))


def _reasons(settings: Settings, sites: Mapping[str, Row], old: str, new: str) -> Iterator[str]:
    """Yield the reasons why the result would not be exact."""
    if old not in sites:
        return
    site, other = sites[old], sites.get(new)
    rules = _rules(settings, sites, old, new)
    if other and (differing := list(changed(other, rules))):
        yield (
            f"the figures of {new} were computed with a different {', '.join(differing)}; give the "
            "logstats.toml that has it with --config, or run `logstats rebuild` to apply the current one"
        )
    for each in (each for each in (site, other) if each and each["pruned_before"]):
        if cut := [*(key for key in CUT_BY if each[key] != rules[key]), *changed(each, rules)]:
            yield (
                f"hits of {each['name']} before {each['pruned_before']} are pruned, so a different "
                f"{', '.join(cut)} can't be applied to them"
            )
    yield from reasons_of_clients(settings, site, other, new)


def reasons_of_clients(settings: Settings, site: Row, other: Row | None, new: str) -> Iterator[str]:
    """Yield the reasons why the clients of a site can't be those of another one."""
    privacy = settings.site(new).privacy if settings.is_listed(new) else (other or site)["privacy"]
    if site["privacy"] is None:
        return
    if "hash" in (site["privacy"], privacy) and other and other["privacy"]:
        yield 'with privacy = "hash" the pseudonyms of the two sites are made with different keys'
    elif privacy and site["privacy"] != privacy:
        yield (
            f'its clients are stored as with privacy = "{site["privacy"]}", those of {new} with '
            f'"{privacy}"; undo its ingests and read its logs again'
        )
    elif site["privacy"] != "full" and "`internal`" in changed(site, _of_new(settings, new)):
        yield "it has a different `internal`, and whole client IPs are not stored"


def _reasons_of_hosts(session: Session, settings: Settings, site: Row | None, new: str) -> Iterator[str]:
    """Yield a reason where pruned views are of URLs that name the new site as their host."""
    if site is None or not site["pruned_before"]:
        return
    hosts = [new.lower(), *(host.lower() for host in settings.site(new).hosts)]
    found = session.run("totals/rename/pruned_host", {"site_id": site["site_id"], "hosts": hosts})
    if found.value():
        yield f"views before {site['pruned_before']} are pruned, and some are of URLs with the host {new}"


def _of_new(settings: Settings, new: str) -> dict[str, Any]:
    return ruleset.stored_rules(settings, new)


def _rules(settings: Settings, sites: Mapping[str, Row], old: str, new: str) -> dict[str, Any]:
    """Return the rules of the renamed site, by the columns of store.site.

    A site that logstats.toml does not list keeps the zone, gap and window of the stored one.
    """
    rules = ruleset.stored_rules(settings, new)
    if settings.is_listed(new):
        return rules
    stored = sites.get(new) or sites[old]
    kept = ("timezone", "week_start", "visit_gap_s", "online_window_s")
    return rules | {column: stored[column] for column in kept}


def changed(stored: Row, rules: Row) -> Iterator[str]:
    """Yield the settings by which rows were classified and that differ from the rules."""
    if stored["article_rules"] != rules["article_rules"]:
        yield "`rules`"
    before, after = json.loads(stored["classified_by"]), json.loads(rules["classified_by"])
    yield from (f"`{key}`" for key in SITE_KEYS if before.get(key, after[key]) != after[key])


def _move(session: Session, sites: Mapping[str, Row], names: Mapping[str, str]) -> None:
    """Give all rows of the old site to the new one, or the old site the new name."""
    if names["new"] in sites:
        ids = {f"{which}_id": str(sites[name]["site_id"]) for which, name in names.items()}
        session.run_all(MERGED, slots=ids)
    else:
        session.run("totals/rename/site_update", names)


def _recompute(
    session: Session, settings: Settings, sites: Mapping[str, Row], names: Mapping[str, str]
) -> None:
    """Classify the site's rows by its rules, and recompute all figures."""
    old, new = names["old"], names["new"]
    stored = sites.get(new) or sites[old]
    rules = _rules(settings, sites, old, new)
    classified_by = json.loads(stored["classified_by"])
    current = json.loads(rules["classified_by"])
    classified_by |= {key: current[key] for key in SITE_KEYS}
    recompute.store_rules(
        session, rules | {"classified_by": json.dumps(classified_by, ensure_ascii=False), "name": new}
    )
    if settings.is_listed(new):
        kept.store(session, [kept.StoredSite(new, **kept.columns(settings, new))])
    recompute.classify(
        session,
        ruleset.build(settings),
        ruleset.site_settings(session, settings),
        of_site=f"site_id = {stored['site_id']}",
    )
    session.run("totals/rename/article_delete", {"site_id": stored["site_id"]})
    recompute.replace(session)
