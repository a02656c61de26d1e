"""Recompute every stored figure from the kept hits, to compare it (verify) or to replace it (rebuild).

All kept hits are processed as one chunk, from which the statements of ingest compute the visits and totals:
any division of the logs into chunks must give the same result. The rows that pruning has kept are added.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from logstats.config import Settings, Site
from logstats.errors import LogstatsError
from logstats.model import Result
from logstats.rules import agents, client_ips, kept, ruleset
from logstats.rules.kept import StoredSite
from logstats.rules.ruleset import Rules
from logstats.store import Session, maintenance, no_ingest, statements

# The stages, each in the order of its statements.
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
PAGES = (
    "totals/rebuild/page",
    "rules/canonical_url",
    "rules/article_insert",
    "totals/rebuild/article_update",
    "ingest/dimensions/page_new",
    "totals/rebuild/page_update",
)
TITLES = ("totals/rebuild/title", "rules/canonical_url", "totals/rebuild/title_update")
REBUILD_STEPS = len((*PAGES, *TITLES, *RECOMPUTED, *REPLACED)) + len(("agents", "hits"))
NO_REACH = {"reach_from": None, "reach_until": None}  # no stored visit is merged with the recomputed ones

CHANGE_COLUMNS = ("site", "figure", "before", "after", "settings")

Advance = Callable[[int], None]
Figures = dict[tuple[str, str], int]  # by site and name
Measure = Callable[[Session], Figures]


class Rebuilt(NamedTuple):
    """The figures that a rebuild changes, and (site, file) of sites whose kept rules are in force."""

    changes: Result
    kept: tuple[tuple[str, str], ...]


class Check(NamedTuple):
    """A claim about the store, and each row that contradicts it: what, stored, recomputed."""

    claim: str
    differences: Result


def verify_steps() -> int:
    """Return how often `verify` calls `advance`."""
    return 1 + len(RECOMPUTED) + len(_checks())


def _checks() -> tuple[str, ...]:
    return statements.names("totals/verify")


def verify(store: Path, wait: float, advance: Advance = lambda _: None) -> list[Check]:
    """Recompute every figure and compare it with the stored one, without writing to the store.

    Call `advance(1)` after each of `verify_steps`. Raise StoreError if a byte of the store is damaged, also
    of a text that no figure is computed from.
    """
    with Session() as session, session.reading(store, wait):
        maintenance.read_all(session)
        advance(1)
        _recompute(session, advance)
        checks = []
        for name in _checks():
            checks.append(Check(statements.load(name).title, session.run(name)))
            advance(1)
        return checks


def rebuild(  # noqa: PLR0913 - the last two are for --dry-run
    store: Path,
    settings: Settings,
    wait: float,
    advance: Advance = lambda _: None,
    *,
    measure: Measure = lambda _: {},
    dry_run: bool = False,
) -> Rebuilt:
    """Classify all rows by the current rules and recompute all figures, in one transaction.

    Call `advance(1)` after each of REBUILD_STEPS. Where logstats.toml does not name a site, its kept rules
    are in force. `measure` returns further figures to compare. With `dry_run` nothing is committed.
    Raise LogstatsError where a new zone or gap would require hits that are pruned.
    """
    with no_ingest(store), Session.over_all(store) as session, session.writing(store, wait, keep=not dry_run):
        stored_sites = kept.read(session)
        settings = kept.in_force(settings, stored_sites, store=store)
        kept.require_one(settings, stored_sites)
        rules = {row["name"]: row for row in session.run("totals/rebuild/site_rules").records()}
        differ = {name: tuple(ruleset.changed(row, settings, name)) for name, row in rules.items()}
        before = _figures(session, measure)
        _rebuild(session, settings, stored_sites, advance)
        after = _figures(session, measure)
    unnamed = [site for site in stored_sites if site.rules_from and not kept.names(settings, site)]
    return Rebuilt(_changes(before, after, differ), tuple((site.name, site.rules_from) for site in unnamed))


def _figures(session: Session, measure: Measure) -> Figures:
    """Return the figures of each site, by site and name."""
    figures = measure(session)
    for row in session.run("totals/rebuild/figure").records():
        site = row.pop("name")
        figures |= {(site, name): value for name, value in row.items()}
    return figures


def _changes(before: Figures, after: Figures, differ: Mapping[str, Sequence[str]]) -> Result:
    """Return the figures that differ, with the settings; settings may differ where no figure does."""
    rows: list[tuple[object, ...]] = []
    for site, keys in differ.items():
        of_site = [
            (site, name, before[at, name], value, ", ".join(keys))
            for (at, name), value in after.items()
            if at == site and value != before[at, name]
        ]
        rows += of_site or ([(site, None, None, None, ", ".join(keys))] if keys else [])
    return Result(CHANGE_COLUMNS, rows)


def _rebuild(
    session: Session, settings: Settings, stored_sites: Sequence[StoredSite], advance: Advance
) -> None:
    _refuse_to_cut_pruned(session, settings)
    ruleset.require(settings, session.complaint)
    rules, sites = ruleset.build(settings), ruleset.site_settings(session, settings)
    session.run("totals/rebuild/agent")
    agents.classify(session, settings.bots)
    session.run("totals/rebuild/agent_update")
    advance(1)
    kept.store(session, kept.keep(settings, stored_sites))
    for site in sites.values():
        store_rules(session, ruleset.stored_rules(settings, site.name))
    classify(session, rules, sites, advance)
    replace(session, advance)


def store_rules(session: Session, stored: Mapping[str, Any]) -> None:
    """Store the rules by which a site's figures are computed."""
    session.run("totals/rebuild/site_update", stored)


def classify(
    session: Session,
    rules: Rules,
    sites: Mapping[int, Site],
    advance: Advance = lambda _: None,
    *,
    of_site: str = "true",
) -> None:
    """Classify pages, titles and hits by the current rules; `of_site`: SQL, whether a row is one of them."""
    articles = ruleset.article_rules(session, rules, sites)
    of_pages = rules.page_params() | articles.params
    of_pages["identity_key"] = session.run("store/identity_key").value()
    slots = {**articles.slots, "of_site": of_site}
    session.run_all(PAGES, of_pages, slots, advance)
    session.run_all(TITLES, of_pages, slots, advance)
    clients = (client for (client,) in session.run("totals/rebuild/ipv6_client").rows)
    hit_class = client_ips.hit_class(sites, clients, are_stored=True)
    session.run("totals/rebuild/hit_update", hit_class.params, {**hit_class.slots, "of_site": of_site})
    advance(1)


def replace(session: Session, advance: Advance = lambda _: None) -> None:
    """Recompute all figures from the classified hits, and replace the stored ones."""
    _recompute(session, advance)
    session.run_all(REPLACED, advance=advance)


def _refuse_to_cut_pruned(session: Session, settings: Settings) -> None:
    for pruned in session.run("totals/rebuild/pruned_site").records():
        name, columns = pruned["name"], settings.site(pruned["name"]).stored_columns()
        changed = [key for key in ("timezone", "visit_gap_s") if columns[key] != pruned[key]]
        if changed:
            raise LogstatsError(
                f"{name}: its hits before {pruned['day']} are pruned, so their visits can't be cut by a new "
                f'timezone or visit_gap; nothing was changed. Keep timezone = "{pruned["timezone"]}" and '
                f'visit_gap = "{pruned["visit_gap_s"]}s" in logstats.toml'
            )


def _recompute(session: Session, advance: Advance = lambda _: None) -> None:
    session.run("ingest/hits/counted_hit", slots={"first_row": "0"})
    session.run_all(RECOMPUTED, NO_REACH, advance=advance)
