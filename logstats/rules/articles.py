"""What is one article: tables of what an address carries that is no part of it, and a site's rules as SQL.

The steps themselves are queries/rules/canonical_url.sql.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from logstats.config import Site
from logstats.config.article_presets import ArticleRule
from logstats.store.statements import sql_text

TRACKING = (
    # query parameters that say where a reader came from or what a portal's page looked like, not
    # what is read; sid, id, tabid and ItemID are identities on real portals and stay
    r"utm_[^=]*",  # campaigns
    r"fbclid",  # Facebook
    r"gclid|gclsrc|gbraid|wbraid|dclid|_ga|_gl",  # Google
    r"msclkid",  # Microsoft
    r"ttclid",  # TikTok
    r"twclid|igshid|igsh|yclid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok",  # X, Instagram, Yandex, mails
    r"zarsrc|gidzl|zalo_[^=]*",  # Zalo
    r"p_p_[^=]*|p_l_back_url|p_auth",  # Liferay: a portlet's state
    r"redirect",  # where a portal's form goes back to
    r"jsessionid|phpsessid|aspsessionid[^=]*",  # sessions
)
INDEX_FILES = r"index\.(?:html?|php|jsp|aspx?)|default\.(?:aspx?|html?)|home\.aspx"
SESSION = r"(?i);jsessionid=[^/;]*"
OWN_ORIGIN = r"^https?://([^/?#:]*)"
_PLACE = re.compile(r"\{(\w+)\}")


class Articles(NamedTuple):
    """How addresses become articles on some sites: expressions that the statement puts in, and parameters."""

    slots: dict[str, str]
    params: dict[str, Any]
    are_ruled: bool


def articles(sites: Mapping[int, Site], aliases: Sequence[tuple[int, str, str]] = ()) -> Articles:
    """Return the rules of the sites by their ids.

    `aliases` are an article, and the one that it is another name of, of a site.
    """
    rules = [(site_id, rule) for site_id, site in sites.items() for rule in site.all_rules()]
    of_rule = dict(enumerate(rules, 1))
    slots = {
        "own_hosts": _of_site(
            {site_id: _list([site.name, *site.hosts]) for site_id, site in sites.items()}, "[]"
        ),
        "fold": _any(site_id for site_id, site in sites.items() if site.folds_case()),
        "rule_index": _place(of_rule),
        "identity": _case(
            {at: _expanded(rule.pattern, rule.key) for at, (_, rule) in of_rule.items() if rule.key}
        ),
        "section": _case(
            {at: _expanded(rule.pattern, rule.section) for at, (_, rule) in of_rule.items() if rule.section},
            "NULL",
        ),
        "steps": "",
    }
    params = {
        "tracking": f"^(?i:{'|'.join(TRACKING)})(?:=|$)",
        "session": SESSION,
        "index_file": f"(?i)/(?:{INDEX_FILES})?$",
        "own_origin": OWN_ORIGIN,
        "articles": [at for at, (_, rule) in of_rule.items() if rule.key],
        "alias_from": [f"{site_id} {address}" for site_id, address, _ in aliases],
        "alias_to": [address for _, _, address in aliases],
    }
    return Articles(slots, params, bool(rules or aliases))


def _place(of_rule: Mapping[int, tuple[int, ArticleRule]]) -> str:
    """Return the expression for the number of the first rule of the page's site that fits."""
    tried = [
        f"WHEN site_id = {site_id} AND regexp_matches(url, {sql_text(rule.pattern)}) THEN {at}"
        for at, (site_id, rule) in of_rule.items()
    ]
    return f"CASE {' '.join(tried)} END" if tried else "CAST(NULL AS INTEGER)"


def _expanded(pattern: str, template: str) -> str:
    """Return the expression for a template with what the pattern's groups have found."""
    groups = re.compile(pattern).groupindex
    quoted = template.replace("\\", "\\\\")
    rewrite = _PLACE.sub(lambda place: f"\\{groups.get(place[1], place[1])}", quoted)
    return f"regexp_replace(url, {sql_text(f'(?s)^.*?(?:{pattern}).*$')}, {sql_text(rewrite)})"


def _case(of_place: Mapping[int, str], otherwise: str = "url") -> str:
    if not of_place:
        return otherwise
    whens = " ".join(f"WHEN {at} THEN {value}" for at, value in of_place.items())
    return f"CASE rule_index {whens} ELSE {otherwise} END"


def _of_site(of_site: Mapping[int, str], otherwise: str) -> str:
    whens = " ".join(f"WHEN {site_id} THEN {value}" for site_id, value in of_site.items())
    return f"CASE site_id {whens} ELSE {otherwise} END" if of_site else otherwise


def _any(site_ids: Any) -> str:
    listed = ", ".join(map(str, site_ids))
    return f"site_id IN ({listed})" if listed else "false"


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(sql_text(value.lower()) for value in values) + "]"
