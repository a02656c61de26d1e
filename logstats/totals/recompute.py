"""The books balance: every stored figure recomputed from the kept hits, to compare or to replace.

All kept hits are taken as one chunk, and ingest's own statements make the visits and totals of it:
the merge of everything in one pass is what any cutting of the log must have given. To them comes
what pruning has kept of the hits that it forgot.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from logstats.config import Settings
from logstats.errors import LogstatsError
from logstats.model import Result
from logstats.rules import client_ips, ruleset
from logstats.store import Session, no_ingest, statements

RECOMPUTED = (
    "ingest/visits/minute",
    "ingest/visits/interval",
    "totals/recompute/pruned_interval",
    "ingest/visits/touched",
    "ingest/visits/merged",
    "ingest/days/day_change",
    "totals/recompute/pruned_day",
    "ingest/days/article_change",
    "totals/recompute/pruned_article",
)
REPLACED = (
    "totals/rebuild/visit_delete",
    "ingest/visits/visit_insert",
    "totals/rebuild/day_total_delete",
    "ingest/days/day_insert",
    "totals/rebuild/article_day_delete",
    "ingest/days/article_insert",
    "totals/logged_until",
)
JUDGED = (
    "totals/rebuild/agent",
    "rules/agent_class",
    "totals/rebuild/agent_update",
    "totals/rebuild/page",
    "rules/canonical_url",
    "rules/article_insert",
    "totals/rebuild/article_update",
    "ingest/dimensions/page_new",
    "totals/rebuild/page_update",
    "totals/rebuild/title",
    "rules/canonical_url",
    "totals/rebuild/title_update",
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
        checks = statements.names("totals/verify")
        return [Check(statements.load(name).title, session.run(name)) for name in checks]


def rebuild(store: Path, settings: Settings, wait: float, advance: Advance = lambda _: None) -> None:
    """Judge all that is kept by the rules as they are now and make all figures anew, in one transaction.

    After each of its REBUILD_STEPS it calls `advance(1)`. A site that logstats.toml does not name keeps its
    zone, gap and window. Of hits that are pruned only what was made of them is left; where that can't be cut
    by a new zone or gap, LogstatsError.
    """
    with no_ingest(store), Session() as session, session.writing(store, wait):
        _refuse_other_cut(session, settings)
        ruleset.require(settings, session.complaint)
        built = ruleset.build(settings)
        sites = ruleset.site_settings(session, settings)
        articles = ruleset.article_rules(session, built, sites)
        key = {"identity_key": session.run("store/identity_key").value()}
        for name in JUDGED:
            session.run(name, built.params() | articles.params | key, built.slots() | articles.slots)
            advance(1)
        for site in sites.values():
            session.run("totals/rebuild/site_rules_update", ruleset.stored_rules(settings, site.name))
            if site in settings.sites:
                session.run("totals/rebuild/site_update", site.stored_columns())
        clients = session.run("totals/rebuild/ipv6_client").rows
        networks_of = {site_id: site.internal for site_id, site in sites.items()}
        cut = [site_id for site_id, site in sites.items() if site.privacy != "full"]
        internal = client_ips.internal(networks_of, (client for (client,) in clients), cut)
        session.run("totals/rebuild/hit_update", internal.params, internal.slots)
        advance(1)
        _recompute(session, advance)
        for name in REPLACED:
            session.run(name)
            advance(1)


def _refuse_other_cut(session: Session, settings: Settings) -> None:
    for pruned in session.run("totals/rebuild/pruned_site").records():
        name, rules = pruned["name"], settings.site(pruned["name"]).stored_columns()
        changed = [key for key in ("timezone", "visit_gap_s") if rules[key] != pruned[key]]
        if settings.site(name) in settings.sites and changed:
            raise LogstatsError(
                f"{name}: its hits before {pruned['day']} are pruned, and their visits can't be cut anew; "
                f"in logstats.toml leave its timezone {pruned['timezone']} and its visit_gap "
                f"{pruned['visit_gap_s']}s. Nothing was changed"
            )


def _recompute(session: Session, advance: Advance = lambda _: None) -> None:
    session.run("ingest/hits/counted_hit", slots={"first_row": "0"})
    for name in RECOMPUTED:
        session.run(name, NOTHING_TOUCHED)
        advance(1)
