"""Why an address is this article, and why an agent is a bot: each step, from the rules alone.

No store is needed: the statements are those of ingest, over what was asked about.
"""

import re
from urllib.parse import urlsplit

from logstats.config import Settings, Site
from logstats.config.article_presets import ArticleRule
from logstats.errors import UnknownSiteError, UsageError
from logstats.model import Result
from logstats.rules import bots, ruleset
from logstats.store import Session

COLUMNS = ("step", "result")
ONLY = 1  # the id of the one site that is asked about
STEPS = {
    # a step as the statement 35_address names it: what it does
    "whole": "without a fragment",
    "raw_path": "path, without a session",
    "decoded_path": "decoded, composed (NFC)",
    "path": "folders collapsed",
    "short_path": "without index file and last slash",
    "kept": "parameters kept, sorted",
    "url": "canonical address",
    "is_asset": "an asset",
    "rule": "rule",
    "alias_of": "alias of",
    "identity": "article",
    "section": "section",
}
FIGURES = {
    # what a figure is called when it is asked about: its name in `Counters`
    "online": "online",
    "today": "today",
    "week": "week",
    "month": "month",
    "all": "all_time",
    "all_time": "all_time",
}
_URL = re.compile(r"^(?:/|https?://)", re.IGNORECASE)


def is_url(text: str) -> bool:
    """Whether a text is asked about as an address, not as an agent."""
    return _URL.match(text) is not None


def explain_url(settings: Settings, url: str, site_name: str | None) -> Result:
    """Return each step from an address, as logged or with its host, to its article."""
    host = (urlsplit(url).hostname or "") if not url.startswith("/") else ""
    site = _site(settings, site_name, host)
    target = re.sub(r"^https?://[^/?#]*", "", url, flags=re.IGNORECASE) if host else url
    built = ruleset.build(settings)
    with Session() as session:
        ruleset.require(settings, session.complaint)
        by = ruleset.article_rules(session, built, {ONLY: site})
        slots = by.slots | {
            "steps": ", whole, raw_path, decoded_path, path, short_path, parameters, rule_index, alias"
        }
        session.run("rules/given_page", {"sites": [ONLY], "targets": [target]})
        session.run("rules/canonical_url", built.page_params() | by.params | ruleset.UNKEYED, slots)
        (told,) = session.execute("FROM chunk_url").records()
    told |= {
        "kept": "&".join(told["parameters"] or ()),
        "rule": _rule(site.all_rules(), told["rule_index"]),
        "alias_of": told["identity"] if told["alias"] else "",
    }
    steps = [(words, told[name]) for name, words in STEPS.items()]
    steps = [
        (words, "yes" if value is True else value) for words, value in steps if value not in (None, "", False)
    ]
    return Result(COLUMNS, [("site", site.name), ("as logged", target), *steps])


def _rule(tried: tuple[ArticleRule, ...], place: int | None) -> str:
    if not tried:
        return "the site has none: each page is an article"
    if place is None:
        return "none fits: a page, no article"
    rule = tried[place - 1]
    return f"{rule.pattern} → {rule.key or 'a page, no article'}"


def _site(settings: Settings, name: str | None, host: str) -> Site:
    wanted = name or settings.site_names().get(host, host)
    named = [site for site in settings.sites if site.name == wanted]
    if named:
        return named[0]
    if name is not None:
        raise UnknownSiteError(name, [site.name for site in settings.sites], "logstats.toml")
    if len(settings.sites) > 1:
        raise UsageError(
            f"of which site? say --site, one of {', '.join(site.name for site in settings.sites)}"
        )
    return settings.sites[0] if settings.sites else settings.unlisted


def explain_agent(settings: Settings, text: str) -> Result:
    """Return why an agent is a bot, or none: the rule, and the pattern that was found in it."""
    built = ruleset.build(settings)
    with Session() as session:
        ruleset.require(settings, session.complaint)
        session.run("rules/given_agent", {"agent": text})
        session.run("rules/agent_class", built.agent_params(), built.agent_slots())
        (told,) = session.execute("FROM chunk_agent_classified").records()
        pattern = _pattern(session, settings, told["bot_reason"], text)
    steps = {
        "agent": text,
        "a bot": "yes" if told["bot_reason"] else "no",
        "reason": told["bot_reason"],
        "pattern": pattern,
        "class": told["bot_class"],
        "name": told["bot_name"],
        "list": f"{bots.LIST} {told['list_version']}",
    }
    return Result(COLUMNS, [(step, result) for step, result in steps.items() if result is not None])


def _pattern(session: Session, settings: Settings, reason: str | None, text: str) -> str | None:
    """Return the pattern that decides, if it is one; of a group the first that is found."""
    if reason is None:
        return next((one for one in settings.bots.excepted if _finds(session, one, text)), None)
    if reason == "compatible":
        return bots.COMPATIBLE
    if reason == "not-a-browser":
        return f"not {bots.BROWSER}"
    patterns = (one for group in bots.groups(settings.bots.added) for one in group.each())
    return next((one for one in patterns if _finds(session, one, text)), None)


def _finds(session: Session, pattern: str, text: str) -> bool:
    asked = {"agent": text, "pattern": pattern}
    return bool(session.execute("SELECT regexp_matches($agent, $pattern)", asked).value())
