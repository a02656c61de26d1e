"""Find the fields of JSON lines in a sample: by their keys, and by the values under them.

A record may be nested in an object of any name; the object is used in which most fields are found. A key may
hold different things: `host` is a virtual host or a machine, `time` an instant or a duration. So a field is
taken from a key only where most values under it are of the field's kind.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from logstats.formats.json_keys import (
    CONSTANT,
    HOST_NAME,
    IN_UTC,
    KEYS,
    KINDS,
    LOG_FILE,
    MACHINE_WHERE,
    OF_MACHINE,
    OPTIONAL,
    WITHOUT_METHOD,
    WITHOUT_SLASH,
    as_text,
    missing,
    normal,
)

Path = tuple[str | int, ...]

ALTERNATIVES = 3  # keys of a field in one log
DEEPEST, MOST_LEAVES = 6, 500  # levels and values of an object that are looked at
INNER = 2  # steps of a key in an object of headers

_RANK = {
    name: {normal(key): rank for rank, key in reversed([*enumerate(keys)])} for name, keys in KEYS.items()
}


def _is_word(text: str) -> bool:
    return not re.search(r"\s", text)


@dataclass
class _Leaf:
    """The values of one path in the objects of a sample: the texts by the object's index.

    `without` are the indexes of objects in which the value is null, empty or -.
    """

    path: Path
    texts: dict[int, str] = field(default_factory=dict)
    without: set[int] = field(default_factory=set)

    @property
    def key(self) -> str:
        """The path as it is written in a definition."""
        return ".".join(_written(step) for step in self.path)

    @property
    def has_no_slash(self) -> bool:
        """Whether the server writes paths without their first slash under this key."""
        return isinstance(self.path[-1], str) and normal(self.path[-1]) in map(normal, WITHOUT_SLASH)

    def name(self, base: Path) -> str:
        """Return the key below an object at `base`, as keys are compared."""
        steps = [step for step in self.path[len(base) :] if isinstance(step, str)]
        return normal(".".join(steps))

    def is_of(self, name: str) -> bool:
        """Whether most of the values can be the field `name`."""
        kind = KINDS[name]
        if name == "path" and self.has_no_slash:
            kind = _is_word
        return 2 * sum(1 for text in self.texts.values() if kind(text)) > len(self.texts) > 0


def of_objects(objects: list[dict[str, Any]]) -> dict[str, str]:
    """Return the keys of each field that is found in the objects of a sample, as a definition has them."""
    leaves = list(_leaves(objects).values())
    inner = {leaf.path[:length]: None for leaf in leaves for length in range(1, len(leaf.path))}
    bases: list[Path] = [(), *sorted(inner, key=len)]
    found = max((_below(leaves, base, len(objects)) for base in bases), key=_count)
    return _as_defined(found, leaves)


def _count(found: Mapping[str, list[_Leaf]]) -> tuple[int, int]:
    """Return how much of a line is found: minus the required fields that are not, and all."""
    has_time = "time" in found or {"clock", "day"} <= found.keys()
    names = {*found, *(["time"] if has_time else [])}
    return -len(missing(dict.fromkeys(names, ""))), len(names)


def _below(leaves: list[_Leaf], base: Path, count: int) -> dict[str, list[_Leaf]]:
    """Return the leaves of each field, found by their keys below `base`, or else from the top."""
    found = {}
    for name in KEYS:
        chosen = _chosen(name, leaves, base, count) or (_chosen(name, leaves, (), count) if base else [])
        if chosen:
            found[name] = chosen
    return found


def _chosen(name: str, leaves: list[_Leaf], base: Path, count: int) -> list[_Leaf]:
    """Return the leaves of a field: the first of its keys, and those of objects that do not have that one."""
    named = [leaf for leaf in leaves if leaf.path[: len(base)] == base and leaf.name(base) in _RANK[name]]
    named = [leaf for leaf in named if not _is_of_machine(name, leaf, leaves)]
    named.sort(key=lambda leaf: _RANK[name][leaf.name(base)])
    of_kind = [leaf for leaf in named if leaf.is_of(name)]
    if not of_kind:
        return [leaf for leaf in named if name in OPTIONAL and not leaf.texts][:1]
    chosen, covered = of_kind[:1], {*of_kind[0].texts, *of_kind[0].without}
    for leaf in of_kind[1:]:
        if len(covered) < count and len(chosen) < ALTERNATIVES and not leaf.texts.keys() <= covered:
            chosen.append(leaf)
            covered |= {*leaf.texts, *leaf.without}
    return chosen


def _is_of_machine(name: str, leaf: _Leaf, leaves: list[_Leaf]) -> bool:
    """Whether a key's values are a machine or a log's file, as a collector adds them."""
    if name == "vhost" and leaf.path[-1] == HOST_NAME:
        return True
    markers = {*map(normal, MACHINE_WHERE)}
    if OF_MACHINE.get(name) == leaf.name(()) and any(other.name(()) in markers for other in leaves):
        return True
    is_file = name == "path" and len({*leaf.texts.values()}) == 1
    return is_file and all(LOG_FILE.fullmatch(text) for text in leaf.texts.values())


def _as_defined(found: dict[str, list[_Leaf]], leaves: list[_Leaf]) -> dict[str, str]:
    """Return the keys of the fields, with those that follow from others."""
    names = {leaf.name(()) for leaf in leaves}
    paths = [text for leaf in found.get("path", ()) for text in leaf.texts.values()]
    keys = {name: "|".join(dict.fromkeys(leaf.key for leaf in chosen)) for name, chosen in found.items()}
    clock, day = keys.pop("clock", ""), keys.pop("day", "")
    if "time" not in keys and clock and day:
        keys |= {"day" if names & {*map(normal, IN_UTC)} else "local_day": day, "time": clock}
    if "request" in keys:
        keys = {name: key for name, key in keys.items() if name not in ("method", "path", "query")}
    elif any("?" in text for text in paths):
        keys.pop("query", None)
    if "client" not in keys and "forwarded" in keys:
        keys["client"] = keys["forwarded"]
    if "vhost" not in keys and "path" in keys and any("://" in text for text in paths):
        keys["vhost"] = keys["path"]
    if "path" in keys and "method" not in keys and names & {*map(normal, WITHOUT_METHOD)}:
        keys["method"] = f"{CONSTANT}GET"
    return _with_siblings(keys, found)


def _with_siblings(keys: dict[str, str], found: dict[str, list[_Leaf]]) -> dict[str, str]:
    """Add the headers that no line of the sample has, beside the one of the agent in an object of headers."""
    agent = next(iter(found.get("agent", ())), None)
    names = [step for step in agent.path if isinstance(step, str)] if agent else []
    if agent is None or len(names) < INNER or "headers" not in normal(names[-2]):
        return keys
    for name, header in (("referrer", "Referer"), ("forwarded", "X-Forwarded-For")):
        step = header.lower() if names[-1].islower() else header
        path = tuple(step if at == names[-1] else at for at in agent.path)
        keys.setdefault(name, _Leaf(path).key)
    return keys


def _leaves(objects: list[dict[str, Any]]) -> dict[Path, _Leaf]:
    """Return the leaves of all objects, each path once, in their order."""
    leaves: dict[Path, _Leaf] = {}
    for index, record in enumerate(objects):
        for _, (path, value) in zip(range(MOST_LEAVES), _values(record, ()), strict=False):
            leaf = leaves.setdefault(path, _Leaf(path))
            if (text := as_text(value)) in ("", "-"):
                leaf.without.add(index)
            else:
                leaf.texts[index] = text
    return leaves


def _values(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Yield the path and the value of each text, number and null in an object; of a list the first item."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if len(path) < DEEPEST and _is_key(key):
                yield from _values(inner, (*path, key))
    elif isinstance(value, list):
        if value and not isinstance(value[0], dict | list):
            yield (*path, 0), value[0]
    elif not isinstance(value, bool):
        yield path, value


def _is_key(key: str) -> bool:
    """Whether a key can be written in a definition, and in a statement's slot."""
    return key.isprintable() and not set(key) & set('"|=\\{}$')


def _written(step: str | int) -> str:
    is_plain = isinstance(step, int) or not (re.search(r"[.\s]", step) or step.isdecimal())
    return str(step) if is_plain else f'"{step}"'
