"""Who is a person, what is a page, which addresses are ours: tables of knowledge, and no more.

They reach SQL as patterns; queries/ingest applies each to a value the first time it is seen.
"""

import ipaddress
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from logstats import catalog

BOT_LIST_PIECE = 200  # one alternation of all 1,504 patterns is 30 times slower than pieces of 200

BOT_LIST_REPLACED = {
    # pattern of crawler-user-agents: what stands in its place (None: nothing), because …
    r"AP3A\.240617\.008": None,  # an Android build: OPPO, realme and OnePlus phones would vanish
    r"Sogou": r"Sogou[ A-Za-z]*[Ss]pider",  # the Sogou browser is a person's
    r"Sonic": r"RankSonic",  # Sonic is in the names of browsers and phones
    r"Butterfly": r"Butterfly\/1\.0",  # a word in the names of browsers and phones
    r"Fever": r"^Fever\/",  # a word
    r"Expanse": r"^Expanse|paloaltonetworks",  # a word
    r"Fluid": None,  # a browser for macOS
    r"Code\/1\.": None,  # the editor's built-in browser
    r"008\/": r"\b008\/0\.",  # the end of many a version
    r"Viber": r"^Viber$",  # the app's browser is a person's, its preview is not
    r"WhatsApp": r"^WhatsApp(?:/|$)",  # the same
    r"Podimo": None,  # a listener's app
}

BOT_GENERIC = (
    # a word that no browser has in its name; together one case-insensitive pattern
    r"(?:^u?|[^u]|[^c]u)bots?(?:[^a-z]|$)",  # the word's end, but CUBOT makes phones
    r"crawl",
    r"spider",
    r"slurp",
    r"scraper",
    r"headless",
    r"lighthouse",
    r"python",
    r"go-http",
    r"okhttp",
    r"\bcurl\b",
    r"\bwget\b",
    r"libwww",
    r"\bjava/\d",
    r"\b(?:nikto|sqlmap|nmap|masscan|zgrab|nuclei|acunetix|nessus|wpscan|dirbuster|gobuster|feroxbuster)\b",
    r"jndi:",
    r"\+https?://",
)
BOT_COMPATIBLE = r"^Mozilla/[45]\.0 ?\(compatible"
OLD_BROWSER = r"MSIE|Konqueror|Trident"
BROWSER = r"^(?:Mozilla/[45]\.0 |Opera/[89]\.)"

ASSET_EXTENSIONS = {
    "style and script": "css js mjs map wasm",
    "data a script asks for": "json xml txt webmanifest",
    "images": "ico png jpg jpeg jfif gif webp avif svg bmp tif tiff cur",
    "fonts": "woff woff2 ttf otf eot",
    "media": "mp3 mp4 m4a m4v m3u8 mpd ts webm ogg ogv oga wav avi mov flv mkv swf",
    "feeds": "rss atom rdf",
}
ASSET_PATHS = (
    # whole paths that are no pages, without an extension to tell them by
    r"/feed/?",
    r"/rss/?",
    r".*/feed/?",
    r"/\.well-known/.*",
)

TRACKING = (
    # query parameters that say where a reader came from or what a portal's page looked like, not
    # what is read; sid, id, tabid and ItemID are identities on real portals and stay
    r"utm_[^=]*",  # campaigns
    r"fbclid",  # Facebook
    r"gclid|gclsrc|gbraid|wbraid|dclid|_ga|_gl",  # Google
    r"msclkid",  # Microsoft
    r"ttclid",  # TikTok
    r"twclid|igshid|yclid|mc_cid|mc_eid",  # X, Instagram, Yandex, Mailchimp
    r"zarsrc|gidzl|zalo_[^=]*",  # Zalo
    r"p_p_[^=]*|p_l_back_url|p_auth",  # Liferay: a portlet's state
    r"redirect",  # where a portal's form goes back to
)

_NOTHING = r"^\b$"


@dataclass(frozen=True)
class Rules:
    """The patterns (RE2) that classify agents, paths and addresses, as SQL takes them."""

    generic: str
    compatible: str
    old_browser: str
    browser: str
    asset: str
    tracking: str

    def params(self) -> dict[str, Any]:
        """Return the patterns by the names that the statements give them."""
        return {
            "generic": self.generic,
            "compatible": self.compatible,
            "old_browser": self.old_browser,
            "browser": self.browser,
            "asset": self.asset,
            "tracking": self.tracking,
        }

    @staticmethod
    def slots() -> dict[str, str]:
        """Return the expressions that statements put in; only who meets a new agent needs the list."""
        quoted = (piece.replace("'", "''") for piece in _pieces(_bot_list()))
        return {"listed": "(" + " OR ".join(f"regexp_matches(agent, '{piece}')" for piece in quoted) + ")"}


@dataclass(frozen=True)
class Internal:
    """Which clients are internal to which sites, as an expression and what it is bound to."""

    slots: dict[str, str]
    params: dict[str, Any]


def internal(networks_of: Mapping[int, Sequence[str]], clients_v6: Iterable[str]) -> Internal:
    """Return what makes a hit internal: its site's networks (CIDR) by site id.

    IPv4 is told by a prefix of the text; IPv6, which can be written in many ways, by looking at
    each of the IPv6 clients that there are.
    """
    sites_of: dict[tuple[str, ...], list[int]] = {}
    for site_id, networks in networks_of.items():
        sites_of.setdefault(tuple(networks), []).append(site_id)
    clients, conditions = list(clients_v6), []
    params: dict[str, Any] = {}
    for place, (networks, sites) in enumerate(sites_of.items()):
        parsed = [ipaddress.ip_network(network, strict=False) for network in networks]
        v6 = [network for network in parsed if isinstance(network, ipaddress.IPv6Network)]
        params[f"internal_{place}"] = _prefix_pattern(parsed)
        params[f"internal_v6_{place}"] = [client for client in clients if _is_in(client, v6)]
        is_internal = (
            f"regexp_matches(client, $internal_{place}) OR list_contains($internal_v6_{place}, client)"
        )
        is_theirs = "" if len(sites_of) == 1 else f"site_id IN ({', '.join(map(str, sites))}) AND "
        conditions.append(f"{is_theirs}({is_internal})")
    condition = "(" + " OR ".join(conditions) + ")"
    return Internal({"counts_as": catalog.load("rules/counts_as").fill(internal=condition)}, params)


def build(assets: Sequence[str] = ()) -> Rules:
    """Return the rules, with patterns of additional whole paths that are assets."""
    return Rules(
        generic="(?i)" + "|".join(BOT_GENERIC),
        compatible=BOT_COMPATIBLE,
        old_browser=OLD_BROWSER,
        browser=BROWSER,
        asset=_asset_pattern(assets),
        tracking=f"^(?i:{'|'.join(TRACKING)})(?:=|$)",
    )


@cache
def _bot_list() -> list[str]:
    from importlib.resources import files  # noqa: PLC0415 - 5 ms that most runs need not pay

    text = files("crawleruseragents").joinpath("crawler-user-agents.json").read_text("utf-8")
    listed = (entry["pattern"] for entry in json.loads(text))
    replaced = (BOT_LIST_REPLACED.get(pattern, pattern) for pattern in listed)
    return [pattern for pattern in replaced if pattern is not None]


def _pieces(patterns: list[str]) -> list[str]:
    starts = range(0, len(patterns), BOT_LIST_PIECE)
    return ["|".join(patterns[start : start + BOT_LIST_PIECE]) for start in starts]


def _asset_pattern(additional: Sequence[str]) -> str:
    extensions = "|".join(" ".join(ASSET_EXTENSIONS.values()).split())
    paths = "|".join((*ASSET_PATHS, *additional))
    return rf"(?i)\.(?:{extensions})$|^(?:{paths})$"


def _prefix_pattern(networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> str:
    """Return a pattern of the IPv4 networks: prefixes that end at a dot, or whole addresses."""
    alternatives = []
    for network in networks:
        if isinstance(network, ipaddress.IPv4Network):
            alternatives += _v4_prefixes(network)
    return f"^(?:{'|'.join(alternatives)})$" if alternatives else _NOTHING


def _v4_prefixes(network: ipaddress.IPv4Network) -> list[str]:
    whole = max(8, -(-network.prefixlen // 8) * 8)
    prefixes = []
    for subnet in network.subnets(new_prefix=whole):
        octets = str(subnet.network_address).split(".")[: whole // 8]
        prefixes.append(r"\.".join(octets) + (r"\.[0-9.]+" if whole < network.max_prefixlen else ""))
    return prefixes


def _is_in(client: str, networks: Sequence[ipaddress.IPv6Network]) -> bool:
    try:
        address = ipaddress.IPv6Address(client)
    except ValueError:
        return False
    return any(address in network for network in networks)
