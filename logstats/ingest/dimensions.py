"""The texts of a chunk as rows of the store: sites, agents, referrers, methods, pages and articles."""

from collections.abc import Mapping
from types import ModuleType

from logstats.config import Site
from logstats.ingest.job import Job, ParsedChunk, SiteRules
from logstats.ingest.parse import ParseCounts
from logstats.rules import client_ips, kept, ruleset
from logstats.rules.client_ips import HitRules
from logstats.store import Session, statements
from logstats.store.session import written_rows

# The stages, each in the order of its statements.
NEW_TEXTS = ("ingest/dimensions/request", "ingest/dimensions/agent", "ingest/dimensions/referrer")
REQUESTS = (
    "ingest/dimensions/referrer_insert",
    "ingest/dimensions/page_known",
    "ingest/dimensions/method_insert",
)
NEW_PAGES = ("ingest/dimensions/page_new", "ingest/dimensions/page_insert")


def collect(job: Job, parsed: ParsedChunk) -> None:
    """Collect the texts of the parsed lines that are new to the run, with the store closed."""
    texts = {"identity_key": job.key, "default_host": job.plan.default_host}
    parsed.session.run_all(NEW_TEXTS, texts, texts_of(parsed.counts))


def texts_of(counts: ParseCounts) -> dict[str, str]:
    """Return the queries of the texts of a chunk's lines, and whether one names a host, for slots."""
    folder = "native" if counts.is_encoded else "written"
    kinds = ("agents", "referrers", "requests", "is_of_host")
    return {kind: statements.load(f"fragments/{folder}/{kind}").sql for kind in kinds}


def insert(job: Job, parsed: ParsedChunk) -> HitRules:
    """Insert each site, agent, referrer, method, page and article that the store does not have.

    Return the rules that classify the chunk's hits and store their clients.
    """
    session = parsed.session
    sites = _insert_sites(job, session)
    if written_rows(session.run("ingest/dimensions/agent_known")):
        _agents().classify(session, job.rules.bots)
        session.run("ingest/dimensions/agent_insert")
    articles = ruleset.article_rules(session, job.rules, sites)
    session.run_all(REQUESTS, {"site": job.plan.site}, job.rules.site_of())
    new = session.execute("SELECT count(*) FROM chunk_page WHERE page_id IS NULL").value()
    if new:
        _find_urls(job, parsed, SiteRules(sites, articles), new)
        session.run("rules/article_insert")
        if articles.are_ruled:
            session.run("rules/article_url_update")
        session.run_all(NEW_PAGES)
    session.run("ingest/dimensions/request_known")
    if parsed.counts.is_encoded:
        session.run("ingest/dimensions/code_known")
    chunk_hit = statements.load(f"fragments/{_fragment_of_hits(job, parsed.counts)}").sql
    rotations = {site_id: site.hash_key for site_id, site in sites.items() if site.is_hashed}
    if rotations:
        _pseudonyms().assign(session, rotations, chunk_hit)
    rules = client_ips.hit_rules(sites, parsed.counts.ipv6_clients, _privacy_of_rejects(job, sites))
    return rules._replace(slots={**rules.slots, "chunk_hit": chunk_hit})


def _fragment_of_hits(job: Job, counts: ParseCounts) -> str:
    if not counts.is_encoded:
        return "chunk_hit"
    return "native/hit" if job.texts is None else "native/hit_of_log"


def _find_urls(job: Job, parsed: ParsedChunk, rules: SiteRules, new: int) -> None:
    """Create `chunk_url` of the new pages, which are so many."""
    session = parsed.session
    is_worth_it = job.last_rules.value is not None
    if parsed.url_rules == rules:
        found = written_rows(session.run("ingest/dimensions/ahead_url"))
        is_worth_it = 2 * found > session.execute("SELECT count(*) FROM chunk_url_ahead").value()
        if parsed.has_restored and session.run("ingest/dimensions/url_missing").value():
            canonical_urls(job, session, rules)
    else:
        canonical_urls(job, session, rules)
    if parsed.chunk.start == job.plan.start:
        is_worth_it = 2 * new > session.execute("SELECT count(*) FROM chunk_page").value()
    job.last_rules.value = rules if is_worth_it else None


def canonical_urls(job: Job, session: Session, rules: SiteRules) -> None:
    """Create `chunk_url` of the new pages in `chunk_page`."""
    params = job.rules.page_params() | rules.articles.params | {"identity_key": job.key}
    session.run("rules/canonical_url", params, rules.articles.slots)


def _privacy_of_rejects(job: Job, sites: Mapping[int, Site]) -> str:
    """Return the privacy of rejected lines: the strictest of all sites where lines name their hosts.

    A reject's host is not known, and its site may be one that the store does not have yet.
    """
    settings = job.request.settings
    if job.plan.source_site is not None:
        return settings.site(job.plan.source_site).privacy
    every = (*settings.sites, settings.unlisted, *sites.values())
    return client_ips.strictest(site.privacy for site in every)


def _insert_sites(job: Job, session: Session) -> dict[int, Site]:
    site = job.plan.site
    sites = ruleset.site_settings(session, job.request.settings)
    if site in {site.name for site in sites.values()}:
        return sites
    new = session.run("ingest/dimensions/site_new", {"site": site}, job.rules.site_of()).rows
    if not new:
        return sites
    settings = job.request.settings
    rows = [ruleset.stored_rules(settings, name) | kept.columns_of_new(settings, name) for (name,) in new]
    for zone in {row["timezone"] for row in rows}:
        session.require_zone(zone)
    session.run("ingest/dimensions/site_insert", {"rows": rows})
    return ruleset.site_settings(session, job.request.settings)


def _agents() -> ModuleType:
    from logstats.rules import agents  # noqa: PLC0415 - only for new agents

    return agents


def _pseudonyms() -> ModuleType:
    from logstats.rules import pseudonyms  # noqa: PLC0415 - only for sites that store pseudonyms

    return pseudonyms
