"""Write a small database of countries in MaxMind's format, version 2: a tree of bits, and its data."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path

MARKER = b"\xab\xcd\xefMaxMind.com"
BITS = 128
RECORD_BYTES = 3  # records of 24 bits
SEPARATOR = bytes(16)
TEXT, UINT16, UINT32, MAP, UINT64, ARRAY = 2, 5, 6, 7, 9, 11
NUMBERS = {"node_count": UINT32, "build_epoch": UINT64}  # the types of numbers, where they are not UINT16
NONE = -1

Value = str | int | list[str] | Mapping[str, "Value"]
"""A value of the data section: a text, a number, a list or a map."""


def write(path: Path, countries: Mapping[str, str]) -> Path:
    """Write a database of networks with the codes of their countries."""
    data = b""
    offsets = dict[str, int]()
    for code in sorted({*countries.values()}):
        offsets[code] = len(data)
        data += encoded({"country": {"iso_code": code}})
    nodes: list[list[int | str]] = [[NONE, NONE]]
    for network, code in countries.items():
        insert(nodes, network, code)
    records = (record(child, offsets, len(nodes)) for node in nodes for child in node)
    tree = b"".join(number.to_bytes(RECORD_BYTES) for number in records)
    about: dict[str, Value] = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1,
        "database_type": "Test-Country",
        "description": {"en": "Made by a test"},
        "ip_version": 6,
        "languages": ["en"],
        "node_count": len(nodes),
        "record_size": 8 * RECORD_BYTES,
    }
    path.write_bytes(tree + SEPARATOR + data + MARKER + encoded(about))
    return path


def insert(nodes: list[list[int | str]], network: str, code: str) -> None:
    """Put a network into the tree; that of an IPv4 address is below ::/96."""
    parsed = ipaddress.ip_network(network)
    length = parsed.prefixlen + BITS - parsed.max_prefixlen
    bits = f"{int(parsed.network_address):0{BITS}b}"[:length]
    at = 0
    for bit in bits[:-1]:
        child = nodes[at][int(bit)]
        if child == NONE:
            nodes.append([NONE, NONE])
            child = nodes[at][int(bit)] = len(nodes) - 1
        assert isinstance(child, int), "a network within another one"
        at = child
    nodes[at][int(bits[-1])] = code


def record(child: int | str, offsets: Mapping[str, int], count: int) -> int:
    """Return the number that stands for a child: a node, nothing, or a place in the data."""
    if isinstance(child, str):
        return count + len(SEPARATOR) + offsets[child]
    return count if child == NONE else child


def encoded(value: Value, key: str = "") -> bytes:
    """Return a value of the data section, that of a key of a map."""
    if isinstance(value, str):
        text = value.encode()
        return control(TEXT, len(text)) + text
    if isinstance(value, int):
        number = value.to_bytes((value.bit_length() + 7) // 8)
        return control(NUMBERS.get(key, UINT16), len(number)) + number
    if isinstance(value, list):
        return control(ARRAY, len(value)) + b"".join(encoded(item) for item in value)
    return control(MAP, len(value)) + b"".join(encoded(key) + encoded(of, key) for key, of in value.items())


def control(kind: int, size: int) -> bytes:
    """Return the byte before a value, with its type and size; of a later type, the byte after it, too."""
    longest = 28
    assert size <= longest
    return bytes([kind << 5 | size]) if kind <= MAP else bytes([size, kind - MAP])
