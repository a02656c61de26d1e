"""Client IPs: which are internal to a site, which are trusted proxies, and how they are stored.

An IPv4 network is matched by a pattern over the text of an IP. In the text of an IPv6 address zeros are left
out, so each one that occurs is parsed, and those that match are listed.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from logstats import clients
from logstats.config import Site
from logstats.store import statements

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NOTHING = r"^\b$"


class HitRules(NamedTuple):
    """The expressions that classify a chunk's hits and store their clients, and their parameters."""

    slots: dict[str, str]
    params: dict[str, Any]
    has_pseudonyms: bool = False


def hit_rules(
    sites: Mapping[int, Site], ipv6_clients: Iterable[str], privacy_of_rejects: str = "full"
) -> HitRules:
    """Return the rules for new hits of sites (by id); `ipv6_clients` are all IPv6 clients of these hits."""
    classified = hit_class(sites, ipv6_clients)
    return HitRules(
        slots={**classified.slots, **_stored(sites), "kept_line": KEPT_LINES[privacy_of_rejects]()},
        params=classified.params,
        has_pseudonyms=any(site.is_hashed for site in sites.values()),
    )


def hit_class(
    sites: Mapping[int, Site], ipv6_clients: Iterable[str], *, are_stored: bool = False
) -> HitRules:
    """Return the expression for the class of a hit, with the networks that are internal to each site.

    `are_stored`: stored hits are classified again. Where a site does not store whole client IPs, hits stay
    internal or not.
    """
    fixed = [site_id for site_id, site in sites.items() if are_stored and site.privacy != "full"]
    sites_of: dict[tuple[str, ...], list[int]] = {}
    for site_id, site in sites.items():
        if site_id not in fixed:
            sites_of.setdefault(tuple(site.internal), []).append(site_id)
    ipv6, conditions = list(ipv6_clients), []
    params: dict[str, Any] = {}
    for number, (networks, site_ids) in enumerate(sites_of.items()):
        params[f"internal_{number}"], params[f"internal_v6_{number}"] = _matchers(networks, ipv6)
        is_internal = (
            f"regexp_matches(client, $internal_{number}) OR list_contains($internal_v6_{number}, client)"
        )
        of_sites = "" if len(site_ids) == len(sites) else f"site_id IN ({_listed(site_ids)}) AND "
        conditions.append(f"{of_sites}({is_internal})")
    if fixed:
        conditions.append(f"site_id IN ({_listed(fixed)}) AND hit.hit_class = 'internal'")
    condition = "(" + " OR ".join(conditions) + ")"
    return HitRules({"hit_class": statements.load("fragments/hit_class").fill(internal=condition)}, params)


def strictest(privacies: Iterable[str]) -> str:
    """Return which of several values of `privacy` keeps least of a client."""
    return max(privacies, key=[*KEPT_LINES].index, default="full")


def _stored(sites: Mapping[int, Site]) -> dict[str, str]:
    """Return the expressions for the stored form of a client, and to compare clients."""
    truncated = [site_id for site_id, site in sites.items() if site.privacy == "truncate"]
    hashed = [site_id for site_id, site in sites.items() if site.privacy == "hash"]
    if not (truncated or hashed):
        return {"kept_client": "client", "compared_client": "client", "pseudonyms": ""}
    cases = compared = ""
    if truncated:
        cases += f"WHEN site_id IN ({_listed(truncated)}) THEN {_fragment('truncated_ip')} "
        compared = cases
    if hashed:
        compared += f"WHEN site_id IN ({_listed(hashed)}) THEN '' "  # a line's pseudonym depends on the key
        cases += f"WHEN site_id IN ({_listed(hashed)}) THEN pseudonym "
    return {
        "kept_client": f"CASE {cases} ELSE client END",
        "compared_client": f"CASE {compared} ELSE client END",
        "pseudonyms": _fragment("pseudonym_join") if hashed else "",
    }


def _fragment(name: str) -> str:
    return statements.load(f"fragments/{name}").sql


KEPT_LINES: Mapping[str, Callable[[], str]] = {
    # a value of `privacy`, the strictest last: the expression of a reject
    "full": lambda: "line",
    "truncate": lambda: _fragment("truncated_line"),
    "hash": lambda: _fragment("masked_line"),
}


def _listed(site_ids: Iterable[int]) -> str:
    return ", ".join(map(str, site_ids))


IsProxy = Callable[[str], bool]


def client_of(written: str, forwarded: str, is_proxy: IsProxy | None) -> str | None:
    """Return the client of a line from the texts of its client and of what is forwarded; None for no client.

    Each text may be a list. What is forwarded is believed if the client is a trusted proxy, or if the line
    has no client of its own: nothing (-) or a unix socket, to which only programs on the machine connect.
    """
    hops = clients.hops(written)
    client = _visitor(hops, is_proxy) if hops else None
    is_believed = is_proxy(client) if client and is_proxy else client is None and clients.names_none(written)
    forwarded_hops = clients.hops(forwarded) if forwarded and is_believed else []
    return _visitor(forwarded_hops, is_proxy) if forwarded_hops else client


def _visitor(hops: Sequence[str], is_proxy: IsProxy | None) -> str:
    """Return the last hop that is no trusted proxy, else the first; without trusted proxies the first."""
    if is_proxy is None:
        return hops[0]
    return next((hop for hop in reversed(hops) if not is_proxy(hop)), hops[0])


def proxy_test(networks: Sequence[str]) -> IsProxy | None:
    """Return a function that tests whether a client is a trusted proxy; None where none is trusted."""
    if not networks:
        return None
    pattern, ipv6_networks = re.compile(proxy_pattern(networks)), _of_ipv6(_parsed(networks))

    def is_proxy(client: str) -> bool:
        return _is_in(client, ipv6_networks) if ":" in client else pattern.match(client) is not None

    return is_proxy


def proxy_pattern(networks: Sequence[str]) -> str:
    """Return a pattern that matches the trusted proxies with an IPv4 address."""
    return _prefix_pattern(_parsed(networks))


def _matchers(networks: Sequence[str], ipv6: Sequence[str]) -> tuple[str, list[str]]:
    """Return a pattern of the IPv4 networks, and the IPv6 addresses of `ipv6` that are in IPv6 networks."""
    parsed = _parsed(networks)
    ipv6_networks = _of_ipv6(parsed)
    return _prefix_pattern(parsed), [client_ip for client_ip in ipv6 if _is_in(client_ip, ipv6_networks)]


def _parsed(networks: Sequence[str]) -> list[Network]:
    return [clients.network(network) for network in networks]


class _IPv6Networks(NamedTuple):
    """Networks of IPv6: those of one IP by its text, which is faster, and the others."""

    client_ips: frozenset[str]
    networks: tuple[ipaddress.IPv6Network, ...]


def _of_ipv6(networks: Sequence[Network]) -> _IPv6Networks:
    of_ipv6 = [network for network in networks if isinstance(network, ipaddress.IPv6Network)]
    return _IPv6Networks(
        frozenset(str(network.network_address) for network in of_ipv6 if network.num_addresses == 1),
        tuple(network for network in of_ipv6 if network.num_addresses > 1),
    )


def _prefix_pattern(networks: Sequence[Network]) -> str:
    """Return a pattern of the IPv4 networks: prefixes that end at a dot, or whole IPs."""
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


def _is_in(client: str, networks: _IPv6Networks) -> bool:
    if client in networks.client_ips:
        return True
    if not networks.networks:
        return False
    try:
        client_ip = ipaddress.IPv6Address(client)
    except ValueError:  # stored by an early version, which stored any text
        return False
    return any(client_ip in network for network in networks.networks)
