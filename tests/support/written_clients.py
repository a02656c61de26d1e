"""The ways in which servers write an IP."""

import ipaddress

from hypothesis import strategies as st

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@st.composite
def spellings(draw: st.DrawFn, client_ip: IPAddress) -> str:
    """Return an IP in one of the ways: mapped or not, in any case, with or without zeros, with a port."""
    is_mapped = client_ip.version == 4 and draw(st.booleans())
    if client_ip.version == 4 and not is_mapped:
        return f"{client_ip}{draw(ports())}"
    ipv6 = ipaddress.IPv6Address(f"::ffff:{client_ip}") if is_mapped else client_ip
    assert isinstance(ipv6, ipaddress.IPv6Address)
    text = draw(groups(ipv6))
    text = draw(st.sampled_from([text, text.upper()])) + draw(st.sampled_from(["", "", "%eth0", "%11"]))
    return f"[{text}]{draw(ports())}" if draw(st.booleans()) else text


@st.composite
def groups(draw: st.DrawFn, ipv6: ipaddress.IPv6Address) -> str:
    """Return the groups of an IPv6 address, each with or without leading zeros, some zeros left out."""
    written = [draw(st.sampled_from([part, f"{int(part, 16):x}"])) for part in ipv6.exploded.split(":")]
    zeros = [index for index, part in enumerate(written) if int(part, 16) == 0]
    if not zeros or draw(st.booleans()):
        low = int(ipv6) & 0xFFFFFFFF
        last = [str(ipaddress.IPv4Address(low))] if draw(st.booleans()) else written[6:]
        return ":".join([*written[:6], *last])
    start = draw(st.sampled_from(zeros))
    end = start
    while end in zeros and (end == start or draw(st.booleans())):
        end += 1
    return f"{':'.join(written[:start])}::{':'.join(written[end:])}"


def ports() -> st.SearchStrategy[str]:
    """Return a port after a colon, or nothing."""
    return st.one_of(st.just(""), st.integers(0, 65535).map(":{}".format))
