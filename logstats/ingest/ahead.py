"""The URLs of a chunk's requests, found before its transaction, while another chunk is committed.

They are found by the rules of the log's last commit. If other rules are in force when the chunk is
committed, the URLs are found again.
"""

from logstats.ingest import dimensions
from logstats.ingest.job import Job, ParsedChunk


def find_urls(job: Job, parsed: ParsedChunk) -> ParsedChunk:
    """Create `chunk_url_ahead`, where the rules are known and most pages were new to the store."""
    rules, session = job.last_rules.value, parsed.session
    if rules is None:
        return parsed
    pages = {
        "site": job.plan.site,
        "names": [site.name for site in rules.sites.values()],
        "site_ids": [*rules.sites],
    }
    session.run("ingest/dimensions/ahead_page", pages, job.rules.site_of())
    dimensions.canonical_urls(job, session, rules)
    session.run("ingest/dimensions/ahead_rename")
    return parsed._replace(url_rules=rules)
