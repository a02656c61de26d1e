"""Case 52: no parser ends in another exception than LogstatsError; `make fuzz` looks for inputs that do."""

import random

import pytest
from support.lines import SPLINTERS, examples

from fuzz.targets import CRASHES, TARGETS, feed

EDITS = 60  # of each target's seeds, without any guidance
SPLICED = (*SPLINTERS, b"\0", b"\xed\xb0\x80", b"<![x>", b"9" * 5000, b"[" * 1000, b"{" * 1000, b"\xff\xfe")


@pytest.mark.parametrize("target", TARGETS)
def test_case_52_the_seeds_are_parsed(target: str) -> None:
    seeds = TARGETS[target].seeds()
    assert seeds
    for seed in seeds:
        feed(target, seed)


@pytest.mark.parametrize(
    ("target", "data"), [(name, data) for name, rows in CRASHES.items() for data in rows]
)
def test_case_52_an_input_that_once_broke_a_parser(target: str, data: bytes) -> None:
    feed(target, data)


@pytest.mark.parametrize("target", TARGETS)
def test_case_52_edited_seeds_end_in_words(target: str) -> None:
    chance = random.Random(target)
    seeds = TARGETS[target].seeds()
    for _ in range(examples(EDITS)):
        feed(target, edited(chance.choice(seeds), chance))


def edited(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randrange(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = start + chance.choice((0, 0, 1, 1, 4, 40))
        data = data[:start] + chance.choice(SPLICED) + data[end:]
    return data
