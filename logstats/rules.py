"""What is a page, which addresses are ours, and with bots.py who is a person: all rules, as SQL takes them.

They reach SQL as patterns; queries/ingest applies each to a value the first time it is seen.
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from logstats import bots, catalog
from logstats.bots import NOTHING
from logstats.catalog import text
from logstats.config import Bots, Settings
from logstats.errors import ConfigError

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


@dataclass(frozen=True)
class Rules:
    """What classifies agents, paths and addresses; patterns are RE2."""

    asset: str
    bots: Bots
    site_names: Mapping[str, str]

    def params(self) -> dict[str, Any]:
        """Return the patterns by the names that the statements give them."""
        return bots.params(self.bots.excepted) | {"asset": self.asset}

    def slots(self) -> dict[str, str]:
        """Return the expressions that judge a new agent."""
        return bots.slots(self.bots.added)

    def site_of(self) -> dict[str, str]:
        """Return the expression for the site of a line's host."""
        names = {text(host): text(site) for host, site in self.site_names.items()}
        whens = " ".join(f"WHEN {host} THEN {site}" for host, site in names.items())
        return {"site_of": f"CASE vhost {whens} ELSE vhost END" if names else "vhost"}


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


def build(settings: Settings) -> Rules:
    """Return the rules of logstats.toml."""
    return Rules(
        asset=_asset_pattern(settings.assets),
        bots=settings.bots,
        site_names=settings.site_names(),
    )


def require(settings: Settings, complaint: Callable[[str], str | None]) -> None:
    """Raise ConfigError where the store has a complaint of a pattern of logstats.toml."""
    for key, pattern in settings.patterns():
        if told := complaint(pattern):
            raise ConfigError(f"{settings.path}: {key}: «{pattern}» is no pattern of RE2: {told}")


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
    return f"^(?:{'|'.join(alternatives)})$" if alternatives else NOTHING


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
