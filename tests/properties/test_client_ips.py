"""Which clients are internal: those that Python's ipaddress finds in the networks of the settings."""

import ipaddress
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from reports.test_hit_class import internal
from support.lines import examples

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
WRITTEN: tuple[Callable[[IPAddress], str], ...] = (
    # the ways in which servers write an IP
    lambda client_ip: client_ip.compressed,
    lambda client_ip: client_ip.exploded,
    lambda client_ip: client_ip.compressed.upper(),
    lambda client_ip: ":".join(f"{int(part, 16):x}" for part in client_ip.exploded.split(":")),
)


def one_spelling(client_ip: ipaddress.IPv6Address) -> str:
    """Return the text of an IP that is not mapped from IPv4."""
    assert client_ip.ipv4_mapped is None
    return str(client_ip)


def around(network: Network) -> list[int]:
    """Return the numbers at the borders of a network."""
    first, last = int(network.network_address), int(network.broadcast_address)
    numbers = (first - 1, first, first + 1, (first + last) // 2, last - 1, last, last + 1)
    return [number for number in numbers if 0 <= number < 1 << network.max_prefixlen]


@settings(max_examples=examples(3))
@given(number=st.integers(0, 2**32 - 1), elsewhere=st.lists(st.ip_addresses(v=4), min_size=5, max_size=10))
def test_an_ipv4_network_of_any_length_holds_what_python_says(
    number: int, elsewhere: list[ipaddress.IPv4Address]
) -> None:
    networks = {
        f"p{length}.example": ipaddress.IPv4Network((number, length), strict=False) for length in range(33)
    }
    near = {ipaddress.IPv4Address(border) for network in networks.values() for border in around(network)}
    clients = {str(client_ip): client_ip for client_ip in [*near, *elsewhere]}
    expected = {
        site: {client for client, client_ip in clients.items() if client_ip in network}
        for site, network in networks.items()
    }
    clients_and_others = [*clients, "2001:db8::1", "-"]
    found = internal({site: [str(network)] for site, network in networks.items()}, clients_and_others)
    assert found == expected


@settings(max_examples=examples(3))
@given(number=st.integers(0, 2**128 - 1), elsewhere=st.lists(st.ip_addresses(v=6), min_size=3, max_size=5))
def test_an_ipv6_network_of_any_length_holds_what_python_says_however_it_is_written(
    number: int, elsewhere: list[ipaddress.IPv6Address]
) -> None:
    lengths = [*range(0, 129, 8), 1, 47, 49, 63, 65, 127]
    networks = {
        f"p{length}.example": ipaddress.IPv6Network((number, length), strict=False) for length in lengths
    }
    near = {ipaddress.IPv6Address(border) for network in networks.values() for border in around(network)}
    unmapped = [client_ip for client_ip in [*near, *elsewhere] if client_ip.ipv4_mapped is None]
    clients = {write(client_ip): client_ip for client_ip in unmapped for write in WRITTEN}
    expected = {
        site: {one_spelling(client_ip) for client_ip in clients.values() if client_ip in network}
        for site, network in networks.items()
    }
    clients_and_others = [*clients, "192.0.2.1", "-", "a:b"]
    found = internal({site: [str(network)] for site, network in networks.items()}, clients_and_others)
    assert found == expected
