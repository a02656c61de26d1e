"""The books balance: every stored figure recomputed from the kept hits, to compare or to replace.

All kept hits are taken as one chunk, and ingest's own statements make the visits and totals of it:
the merge of everything in one pass is what any cutting of the log must have given. To them comes
what pruning has kept of the hits that it forgot.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from logstats import addresses, catalog, judging, rules
from logstats.config import Settings
from logstats.errors import LogstatsError
from logstats.model import Result
from logstats.store import Session, no_ingest

RECOMPUTED = (
    "ingest/50_minute",
    "ingest/60_interval",
    "books/residue_10_interval",
    "ingest/62_touched",
    "ingest/63_merged",
    "ingest/70_day_change",
    "books/residue_20_day",
    "ingest/73_article_change",
    "books/residue_30_article",
)
REPLACED = (
    "books/rebuild_50_empty_visit",
    "ingest/65_visit_insert",
    "books/rebuild_50_empty_day_total",
    "ingest/72_day_insert",
    "books/rebuild_50_empty_article_day",
    "ingest/75_article_insert",
    "books/logged_until",
)
JUDGED = (
    "books/rebuild_20_agents",
    "ingest/31_agent_judged",
    "books/rebuild_21_agent_update",
    "books/rebuild_30_pages",
    "ingest/35_address",
    "ingest/36_article",
    "books/rebuild_32_article_update",
    "ingest/37_page_new",
    "books/rebuild_31_page_update",
    "books/rebuild_33_titles",
    "ingest/35_address",
    "books/rebuild_34_title_update",
)
REBUILD_STEPS = len(JUDGED) + len(RECOMPUTED) + len(REPLACED) + 1
NOTHING_TOUCHED = {"reach_from": None, "reach_until": None}


Advance = Callable[[int], None]


class Check(NamedTuple):
    """One thing that must hold, and each place where it does not: what, stored, recomputed."""

    claim: str
    differences: Result


def verify(store: Path, wait: float) -> list[Check]:
    """Recompute every figure and compare it with the stored one; write nothing."""
    with Session() as session, session.reading(store, wait):
        _recompute(session)
        checks = [name for name in catalog.names("books") if Path(name).name.startswith("verify_")]
        return [Check(catalog.load(name).title, session.run(name)) for name in checks]


def rebuild(store: Path, settings: Settings, wait: float, advance: Advance = lambda _: None) -> None:
    """Judge all that is kept by the rules as they are now and make all figures anew, in one transaction.

    After each of its REBUILD_STEPS it calls `advance(1)`. A site that logstats.toml does not name keeps its
    zone, gap and window. Of hits that are pruned only what was made of them is left; where that can't be cut
    by a new zone or gap, LogstatsError.
    """
    with no_ingest(store), Session() as session, session.writing(store, wait):
        _refuse_other_cut(session, settings)
        rules.require(settings, session.complaint)
        built = rules.build(settings)
        sites = judging.sites(session, settings)
        articles = judging.of_articles(session, built, sites)
        key = {"identity_key": session.run("ingest/00_key").value()}
        for name in JUDGED:
            session.run(name, built.params() | articles.params | key, built.slots() | articles.slots)
            advance(1)
        for site in sites.values():
            session.run("books/rebuild_11_site_rules", rules.kept(settings, site.name))
            if site in settings.sites:
                session.run("books/rebuild_10_site", site.kept_rules())
        clients = session.run("books/rebuild_40_clients_v6").rows
        networks_of = {site_id: site.internal for site_id, site in sites.items()}
        cut = [site_id for site_id, site in sites.items() if site.privacy != "full"]
        internal = addresses.internal(networks_of, (client for (client,) in clients), cut)
        session.run("books/rebuild_41_hit_update", internal.params, internal.slots)
        advance(1)
        _recompute(session, advance)
        for name in REPLACED:
            session.run(name)
            advance(1)


def _refuse_other_cut(session: Session, settings: Settings) -> None:
    for pruned in session.run("books/rebuild_01_pruned").records():
        name, rules = pruned["name"], settings.site(pruned["name"]).kept_rules()
        changed = [key for key in ("timezone", "visit_gap_s") if rules[key] != pruned[key]]
        if settings.site(name) in settings.sites and changed:
            raise LogstatsError(
                f"{name}: its hits before {pruned['day']} are pruned, and their visits can't be cut anew; "
                f"in logstats.toml leave its timezone {pruned['timezone']} and its visit_gap "
                f"{pruned['visit_gap_s']}s. Nothing was changed"
            )


def _recompute(session: Session, advance: Advance = lambda _: None) -> None:
    session.run("ingest/42_counted", slots={"first_row": "0"})
    for name in RECOMPUTED:
        session.run(name, NOTHING_TOUCHED)
        advance(1)
