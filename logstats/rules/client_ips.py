"""Addresses that are known: those that are internal to a site, and proxies that tell whom they ask for.

IPv4 is told by a prefix of the text; IPv6, which can be written in many ways, by looking at each of the
IPv6 addresses that there are.
"""

import ipaddress
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from logstats.store import statements

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NOTHING = r"^\b$"


class Internal(NamedTuple):
    """Which clients are internal to which sites, as an expression and what it is bound to."""

    slots: dict[str, str]
    params: dict[str, Any]


def internal(
    networks_of: Mapping[int, Sequence[str]], clients_v6: Iterable[str], decided: Collection[int] = ()
) -> Internal:
    """Return what makes a hit internal: its site's networks (CIDR) by site id.

    Of sites in `decided` the whole addresses are gone: what was internal stays so.
    """
    sites_of: dict[tuple[str, ...], list[int]] = {}
    for site_id, networks in networks_of.items():
        if site_id in decided:
            continue
        sites_of.setdefault(tuple(networks), []).append(site_id)
    clients, conditions = list(clients_v6), []
    params: dict[str, Any] = {}
    for place, (networks, sites) in enumerate(sites_of.items()):
        params[f"internal_{place}"], params[f"internal_v6_{place}"] = _told(networks, clients)
        is_internal = (
            f"regexp_matches(client, $internal_{place}) OR list_contains($internal_v6_{place}, client)"
        )
        is_theirs = (
            "" if len(networks_of) == len(sites) else f"site_id IN ({', '.join(map(str, sites))}) AND "
        )
        conditions.append(f"{is_theirs}({is_internal})")
    if decided:
        conditions.append(f"site_id IN ({', '.join(map(str, decided))}) AND hit.hit_class = 'internal'")
    condition = "(" + " OR ".join(conditions) + ")"
    return Internal({"hit_class": statements.load("fragments/hit_class").fill(internal=condition)}, params)


def kept(privacy: Mapping[int, str]) -> dict[str, str]:
    """Return what is kept of a client and of a refused line, by the `privacy` of each site."""
    told = {"kept_client": "client", "kept_line": "line", "pseudonyms": ""}
    cut, hashed = (_listed(privacy, way) for way in ("truncate", "hash"))
    if not (cut or hashed):
        return told
    cases = f"WHEN site_id IN ({cut}) THEN {statements.load('fragments/truncated_ip').sql} " if cut else ""
    if hashed:
        cases += f"WHEN site_id IN ({hashed}) THEN pseudonym "
        told["pseudonyms"] = statements.load("fragments/pseudonym_join").sql
    told["kept_client"] = f"CASE {cases} ELSE client END"
    told["kept_line"] = statements.load("fragments/masked_line" if hashed else "fragments/truncated_line").sql
    return told


def _listed(privacy: Mapping[int, str], way: str) -> str:
    return ", ".join(str(site_id) for site_id, told in privacy.items() if told == way)


def proxies(networks: Sequence[str], addresses_v6: Iterable[str]) -> dict[str, Any]:
    """Return by what statements tell that an address is a proxy's, of these networks (CIDR)."""
    pattern, v6 = _told(networks, list(addresses_v6))
    return {"proxies": pattern, "proxies_v6": v6}


def _told(networks: Sequence[str], addresses_v6: Sequence[str]) -> tuple[str, list[str]]:
    """Return a pattern of the IPv4 networks, and those of the addresses that are in the IPv6 ones."""
    parsed = [ipaddress.ip_network(network, strict=False) for network in networks]
    v6 = [network for network in parsed if isinstance(network, ipaddress.IPv6Network)]
    return _prefix_pattern(parsed), [address for address in addresses_v6 if _is_in(address, v6)]


def _prefix_pattern(networks: Sequence[Network]) -> str:
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
