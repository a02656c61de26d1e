"""Explain why a URL is an article, or why a user agent is a bot: each step, by the rules alone.

The statements of ingest are run for the given URL or agent. The store is read only for the rules that it
keeps.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from logstats import similar
from logstats.config import Settings, Site
from logstats.config.article_presets import ArticleRule
from logstats.config.hosts import spelled
from logstats.errors import UnknownSiteError, UsageError
from logstats.model import Result
from logstats.rules import agents, bots, kept, ruleset
from logstats.store import Session

COLUMNS = ("step", "result")
SITE_ID = 1  # of the one site
STEPS = {
    # a column of canonical_url, or of the row that is derived from it: the step with that result
    "whole": "without a fragment",
    "raw_path": "path, without a session",
    "decoded_path": "decoded, composed (NFC)",
    "path": "folders collapsed",
    "short_path": "without index file and last slash",
    "kept": "parameters kept, sorted",
    "url": "canonical URL",
    "is_asset": "an asset",
    "rule": "rule",
    "alias_of": "alias of",
    "identity": "article",
    "section": "section",
}
FORMS = {
    # a reason for which there is no pattern to show: what the agent lacks
    "empty": "no agent in a log that has agents",
    "unknown-name": "'{name}' is no name of a browser or of an app that shows pages",
    "no-engine": "not a platform in brackets and an engine with its version, as browsers have",
}
FIGURES = {
    # a figure's name on the command line: its field in `Counters`
    "online": "online",
    "today": "today",
    "week": "week",
    "month": "month",
    "all": "all_time",
    "all_time": "all_time",
}
_AS_AGENT = "To explain it as a user agent, add --agent"
_URL = re.compile(r"^(?:/|https?://)", re.IGNORECASE)
_PRODUCT = re.compile(r"[^\s/]+/v?\d[\w.+-]*")  # an agent of one word: its name and its version
_NAME = re.compile(
    r"(?=\S*[A-Z])[A-Za-z][A-Za-z0-9_.-]*"
)  # such a name without a version has a capital letter


def is_url(text: str) -> bool:
    """Whether a text is a URL or a path, not a user agent."""
    return _URL.match(text) is not None


def require_agent(text: str) -> None:
    """Raise UsageError for a text that is more likely a misspelt figure, or a URL without its slash."""
    word = text.strip()
    if figure := similar.closest(word, FIGURES, similar.AS_MEANT):
        raise UsageError(f"no figure '{text}'; did you mean '{figure}'? {_AS_AGENT}")
    if " " in word or _PRODUCT.fullmatch(word) or _NAME.fullmatch(word):
        return
    figures = ", ".join(FIGURES)
    start = "https://" if "." in word.partition("/")[0] and "/" in word else "/"  # a host, or a path
    url = f"a URL begins with /{f', such as {start}{word}' if word else ''}"
    raise UsageError(f"'{text}' is no figure ({figures}) and no URL; {url}. {_AS_AGENT}")


def explain_url(settings: Settings, url: str, site_name: str | None) -> Result:
    """Return the steps from a URL, as logged or with its host, to its article."""
    host = (urlsplit(url).hostname or "") if not url.startswith("/") else ""
    site = _site(settings, site_name, host)
    target = re.sub(r"^https?://[^/?#]*", "", url, flags=re.IGNORECASE) if host else url
    row = _canonical_url(settings, site, target)
    row |= {
        "kept": "&".join(row["parameters"] or ()),
        "rule": _rule(site.all_rules(), row["rule_index"]),
        "alias_of": row["identity"] if row["alias"] else "",
    }
    results = [(step, row[column]) for column, step in STEPS.items() if row[column] not in (None, "", False)]
    steps = [(step, "yes" if result is True else result) for step, result in results]
    return Result(COLUMNS, [("site", site.name), ("as logged", target), *steps])


def _canonical_url(settings: Settings, site: Site, target: str) -> dict[str, Any]:
    """Return the row of canonical_url for one target, with the columns of its steps."""
    rules = ruleset.build(settings)
    with Session() as session:
        ruleset.require(settings, session.complaint)
        articles = ruleset.article_rules(session, rules, {SITE_ID: site})
        slots = articles.slots | {
            "steps": ", whole, raw_path, decoded_path, path, short_path, parameters, rule_index, alias"
        }
        session.run("rules/given_page", {"sites": [SITE_ID], "targets": [target]})
        params = rules.page_params() | articles.params | ruleset.UNKEYED
        session.run("rules/canonical_url", params, slots)
        (row,) = session.execute("FROM chunk_url").records()
    return row


def _rule(rules: tuple[ArticleRule, ...], index: int | None) -> str:
    """Return a description of the rule at an index (from 1; None: no rule matches)."""
    if not rules:
        return "the site has no rules: each page is an article"
    if index is None:
        return "no rule matches: a page, not an article"
    rule = rules[index - 1]
    return f"{rule.pattern} → {rule.key or 'a page, not an article'}"


def _site(settings: Settings, name: str | None, host: str) -> Site:
    wanted = name or settings.site_names().get(spelled(host), host)
    every = (*settings.sites, *settings.kept)
    named = [site for site in every if site.name == wanted]
    if named:
        return named[0]
    known = settings.sites or settings.kept
    if name is not None:
        where = "the store or logstats.toml" if settings.kept else "logstats.toml"
        raise UnknownSiteError(name, [site.name for site in every], where)
    if len(known) > 1:
        raise UsageError(
            f"the URL names no site; give --site, one of {', '.join(site.name for site in known)}"
        )
    return known[0] if known else settings.unlisted


def settings_in_force(store: Path, settings: Settings, site: str | None, wait: float) -> Settings:
    """Return the settings with those that a store keeps of sites which they do not list.

    There may be no store. Where it has none of the listed sites, they are left out, unless `site` is one.
    """
    if not store.exists():
        return settings
    with Session() as session, session.reading(store, wait, views=()):
        stored = kept.read(session)
    settings = kept.in_force(settings, stored, site, store)
    is_of_store = any(settings.is_listed(one.name) for one in stored) or not stored
    return settings if is_of_store or (site and settings.is_listed(site)) else settings._replace(sites=())


def explain_agent(settings: Settings, text: str) -> Result:
    """Return the class of a user agent, the reason, and the pattern that matches."""
    with Session() as session:
        ruleset.require(settings, session.complaint)
        session.run("rules/given_agent", {"agent": text})
        agents.classify(session, settings.bots)
        (row,) = session.execute("FROM chunk_agent_classified").records()
        pattern = _pattern(session, settings, row, text)
    steps = {
        "agent": text,
        "a bot": "yes" if row["bot_reason"] else "no",
        "reason": row["bot_reason"],
        "pattern": pattern,
        "class": row["bot_class"],
        "name": row["bot_name"],
        "list": f"{bots.LIST} {row['list_version']}",
    }
    return Result(COLUMNS, [(step, result) for step, result in steps.items() if result is not None])


def _pattern(session: Session, settings: Settings, row: dict[str, Any], text: str) -> str | None:
    """Return the first pattern that gives the reason, None where no pattern does."""
    reason = row["bot_reason"]
    if reason in FORMS:
        return FORMS[reason].format(name=row["bot_name"])
    if reason is None:
        return next((each for each in settings.bots.excepted if _matches(session, each, text)), None)
    if reason == "compatible":
        return bots.COMPATIBLE
    if reason == "not-a-browser":
        return f"not {bots.BROWSER}"
    patterns = (each for group in bots.groups(settings.bots.added) for each in group.each())
    return next((each for each in patterns if _matches(session, each, text)), None)


def _matches(session: Session, pattern: str, text: str) -> bool:
    params = {"agent": text, "pattern": pattern}
    return bool(session.execute("SELECT regexp_matches($agent, $pattern)", params).value())
