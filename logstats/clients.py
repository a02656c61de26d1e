"""Clients in one spelling: an IPv4 address, an IPv6 address as RFC 5952 writes it, or the name of a host.

A log writes one client in many ways: with a port, in brackets, with a zone, in capitals, IPv4 mapped to IPv6.
Whatever is neither an IP nor a host's name is no client.
"""

import _socket  # without the module around it, whose import takes 3 ms of each cron run
import ipaddress
import re

NAMES_WITHOUT_DOT = {
    # a host's name of one label: where it is written. Any other word need not be a name: it may as well be a
    # word of another format, a piece of a torn line, or what a program wrote before the line
    "localhost": "/etc/hosts of every system, with HostnameLookups",
    "ip6-localhost": "/etc/hosts of Debian and Ubuntu",
    "ip6-loopback": "/etc/hosts of Debian and Ubuntu",
}
REASONS = (
    # a pattern of a text that is no client: the reason of the reject
    (r"-?", "no client"),  # Apache and nginx write - for what is empty
    (r"unix(?::.*)?", "the client is a unix socket"),  # nginx: unix:, HAProxy: unix:1
    (r"unknown|_[a-z0-9._-]*", "the client is hidden"),  # RFC 7239, 6.2 and 6.3; Squid's `forwarded_for off`
    (r"[0-9.]+(?::[0-9]*)?|\[.*|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.%]*", "no such IP"),
)
NO_SUCH_CLIENT = "no such client"
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")  # IPv4 in IPv6
_HOST_LENGTH = 253  # RFC 1035, as text
# Patterns are compiled when they are first used, so that a cron run without new lines compiles none.
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"  # a leading zero might mean octal
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
# the characters that the C library allows (res_hnok) in the names that a DNS server returns; the last label
# begins with a letter, as all top-level domains do, so that no number, time or version is a name
_HOST_NAME = r"(?![-_])(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9_-]{0,62}"
_BRACKETED = r"(?a)\[([^\[\]]*)\](?::(?:[0-9]{1,5}|_[\w.-]*))?"
_PORT = r"(?a):(?:[0-9]{1,5}|_[\w.-]*)$"  # RFC 7239 also has hidden ports
_ZONE = r"(?a)%[\w.~-]+$"  # the interface of a link-local IP: %eth0, %11
_BETWEEN_HOPS = r"(?:[,;+\s]|%(?:25)?20(?=[^,;]))+"  # W3C logs write a space as + or %20
_QUOTED = r'(\\x22|\\?")(.*)\1'  # as Forwarded has it; servers escape quotes in logs
_BYTE_ORDER_MARK = "\ufeff"  # at the beginning of a log that an editor saved


def canonical(text: str) -> str | None:
    """Return a client in its one spelling; None for a text that is no client."""
    if _is_canonical_ipv6(text) or re.fullmatch(_IPV4, text):
        return text
    if bracketed := re.fullmatch(_BRACKETED, text):
        return _ip(bracketed[1])
    without_port = re.sub(_PORT, "", text)
    if "::" in text and "." not in text:  # then :4433 may be a group
        return _ip(text)
    return _ip(text) or _ip(without_port) or _host_name(without_port)


def hops(text: str) -> list[str]:
    """Return the clients of a list: X-Forwarded-For, Forwarded and the like, or one client.

    What hides a client (`unknown`, `_hidden`, `-`) is left out, and so is anything else that is no client.
    """
    client = canonical(text)
    if client is not None:
        return [client]
    return [client for piece in _pieces(text) if (client := canonical(_named(piece))) is not None]


def reason(text: str) -> str:
    """Return why a text is no client."""
    lower = text.lower()
    return next((why for pattern, why in REASONS if re.fullmatch(pattern, lower)), NO_SUCH_CLIENT)


def may_be(text: str) -> bool:
    """Whether a log has this text where its client is: a client, several, or what it writes for none."""
    if canonical(text) is not None or names_none(text):
        return True
    pieces = [piece for piece in _pieces(text) if "=" not in piece]  # Forwarded has proto=https and the like
    return bool(hops(text)) and all(canonical(piece) or names_none(piece) for piece in pieces)


def names_none(text: str) -> bool:
    """Whether a log writes this text where a client is unknown, hidden, or connected by a unix socket."""
    return reason(text) in {why for _, why in REASONS[:3]}


def network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Return a network, that of IPv4 where it is mapped to IPv6; raise ValueError where the text is none."""
    parsed = ipaddress.ip_network(text, strict=False)
    if isinstance(parsed, ipaddress.IPv6Network) and parsed.subnet_of(_MAPPED):
        ipv4 = int(parsed.network_address) - int(_MAPPED.network_address)
        return ipaddress.IPv4Network((ipv4, parsed.prefixlen - _MAPPED.prefixlen))
    return parsed


def _pieces(text: str) -> list[str]:
    return re.split(_BETWEEN_HOPS, text.removeprefix(_BYTE_ORDER_MARK))


def _named(piece: str) -> str:
    """Return the text of a client in a piece of a list, without for= and quotes."""
    text = piece[len("for=") :] if piece[: len("for=")].lower() == "for=" else piece
    quoted = re.fullmatch(_QUOTED, text)
    return quoted[2] if quoted else text


def _ip(text: str) -> str | None:
    if ":" not in text:
        return text if re.fullmatch(_IPV4, text) else None
    without_zone = re.sub(_ZONE, "", text)
    if "%" in without_zone:  # ipaddress takes anything for a zone
        return None
    try:
        parsed = ipaddress.IPv6Address(without_zone)
    except ValueError:
        return None
    return str(parsed.ipv4_mapped or parsed)


def _is_canonical_ipv6(text: str) -> bool:
    """Whether a text is surely an IPv6 address in its one spelling, in a tenth of the time of parsing it."""
    if ":" not in text:
        return False
    try:
        written = _socket.inet_ntop(_socket.AF_INET6, _socket.inet_pton(_socket.AF_INET6, text))
    except (OSError, ValueError):
        return False
    return written == text and "." not in text


def _host_name(text: str) -> str | None:
    name = text.lower().removesuffix(".")
    if name in NAMES_WITHOUT_DOT:
        return name
    is_name = text.isascii() and len(name) <= _HOST_LENGTH and re.fullmatch(_HOST_NAME, name)
    return name if is_name else None
