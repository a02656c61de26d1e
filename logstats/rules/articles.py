"""The parts of a URL that do not identify a page, and a site's article rules as SQL.

queries/rules/canonical_url.sql has the steps from a URL to its article.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from logstats.config import Site, patterns
from logstats.config.article_presets import ArticleRule
from logstats.rules import trackers
from logstats.store.statements import sql_text

INDEX_FILES = r"index\.(?:html?|php|jsp|aspx?)|default\.(?:aspx?|html?)|home\.aspx"
SESSION = r"(?i);jsessionid=[^/;]*"
# a fragment whose # is encoded, at the end of a path or parameter; `c%23` and `=%23tag` have none
PATH_FRAGMENT = r"^([^?]*[^?/])%23[\w!:~][^/?]*"
QUERY_FRAGMENT = r"([?&][^&]*[^&=])%23[\w!:~][^&]*"
OWN_ORIGIN = r"^https?://(?:[^/?#@]*@)?([^/?#]*)"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Articles(NamedTuple):
    """The expressions and parameters of canonical_url, which returns the article of a URL.

    `are_ruled`: at least one site has rules or aliases, so an article may have several URLs.
    """

    slots: dict[str, str]
    params: dict[str, Any]
    are_ruled: bool


def articles(sites: Mapping[int, Site], aliases: Sequence[tuple[int, str, str]] = ()) -> Articles:
    """Return the article rules of sites (by id); `aliases` are (site id, alias, article), as identities."""
    rules = [(site_id, rule) for site_id, site in sites.items() for rule in site.all_rules()]
    indexed = dict(enumerate(rules, 1))
    slots = {
        "own_hosts": _of_site({site_id: _list(site.own_hosts()) for site_id, site in sites.items()}, "[]"),
        "fold": _any(site_id for site_id, site in sites.items() if site.folds_case()),
        "rule_index": _rule_index(indexed),
        "identity": _case(
            {index: _expanded(rule.pattern, rule.key) for index, (_, rule) in indexed.items() if rule.key}
        ),
        "section": _case(
            {
                index: _expanded(rule.pattern, rule.section)
                for index, (_, rule) in indexed.items()
                if rule.section
            },
            "NULL",
        ),
        "steps": "",
    }
    params = {
        "tracking": trackers.pattern(),
        "path_fragment": PATH_FRAGMENT,
        "query_fragment": QUERY_FRAGMENT,
        "session": SESSION,
        "index_file": f"(?i)/(?:{INDEX_FILES})?$",
        "own_origin": OWN_ORIGIN,
        "articles": [index for index, (_, rule) in indexed.items() if rule.key],
        "alias_from": [f"{site_id} {alias}" for site_id, alias, _ in aliases],
        "alias_to": [article for _, _, article in aliases],
    }
    return Articles(slots, params, bool(rules or aliases))


def _rule_index(indexed: Mapping[int, tuple[int, ArticleRule]]) -> str:
    """Return the expression for the index of the first rule of the page's site that matches."""
    whens = [
        f"WHEN site_id = {site_id} AND regexp_matches(url, {sql_text(rule.pattern)}) THEN {index}"
        for index, (site_id, rule) in indexed.items()
    ]
    return f"CASE {' '.join(whens)} END" if whens else "CAST(NULL AS INTEGER)"


def _expanded(pattern: str, template: str) -> str:
    """Return the expression for a template, its placeholders replaced by the pattern's groups."""
    groups = patterns.groups(pattern)
    quoted = template.replace("\\", "\\\\")
    rewrite = _PLACEHOLDER.sub(lambda match: f"\\{groups.get(match[1], 0)}", quoted)
    return f"regexp_replace(url, {sql_text(f'(?s)^.*?(?:{pattern}).*$')}, {sql_text(rewrite)})"


def _case(values: Mapping[int, str], otherwise: str = "url") -> str:
    """Return the expression for a value by the index of the rule."""
    if not values:
        return otherwise
    whens = " ".join(f"WHEN {index} THEN {value}" for index, value in values.items())
    return f"CASE rule_index {whens} ELSE {otherwise} END"


def _of_site(values: Mapping[int, str], otherwise: str) -> str:
    """Return the expression for a value by the site."""
    whens = " ".join(f"WHEN {site_id} THEN {value}" for site_id, value in values.items())
    return f"CASE site_id {whens} ELSE {otherwise} END" if values else otherwise


def _any(site_ids: Any) -> str:
    listed = ", ".join(map(str, site_ids))
    return f"site_id IN ({listed})" if listed else "false"


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(sql_text(value) for value in values) + "]"
