"""Which lines of a chunk that equal stored ones are repetitions, and which are equal by chance."""

from collections.abc import Sequence
from typing import NamedTuple

ENOUGH = 32  # different lines, one after the other, that are no chance
FEW = 2  # these are enough in a log that replaces the one that had them
GAP_COST = 3  # so many known lines must be there for each unknown one between them


class Stretch(NamedTuple):
    """Neighbouring lines of a chunk that equal stored ones: first and last row, and different lines."""

    first: int
    last: int
    different: int


def repetitions(
    runs: Sequence[Stretch], lines: int, evidence: int, *, is_open: bool
) -> tuple[list[Stretch], int]:
    """Return the runs that are repetitions, and the evidence for the lines after the chunk.

    Stretches near each other are added up: a few lines between them that were replaced or added do not
    matter. They are added up in both directions, so that both edges of a repetition are found.
    """
    forward, at_end = _chained(runs, lines, evidence, is_open=is_open)
    mirrored = [Stretch(lines - 1 - run.last, lines - 1 - run.first, run.different) for run in reversed(runs)]
    backward, _ = _chained(mirrored, lines, 0, is_open=False)
    count = len(runs)
    numbers = sorted({*forward, *(count - 1 - number for number in backward)})
    return [runs[number] for number in numbers], at_end


def _chained(runs: Sequence[Stretch], lines: int, evidence: int, *, is_open: bool) -> tuple[list[int], int]:
    """Return the numbers of the runs in chains with enough evidence, and the evidence at the end."""
    accepted: list[int] = []
    chain: list[int] = []
    strength, end = min(evidence, ENOUGH), 0
    for number, run in enumerate(runs):
        strength -= GAP_COST * (run.first - end)
        if strength < 0:
            accepted += chain if evidence >= ENOUGH else []
            chain, evidence, strength = [], 0, 0
        chain.append(number)
        evidence += run.different
        strength = min(ENOUGH, strength + run.last + 1 - run.first)
        end = run.last + 1
    at_edge = is_open and end == lines
    accepted += chain if evidence >= ENOUGH or at_edge else []
    strength -= GAP_COST * (lines - end)
    return accepted, min(evidence, ENOUGH) if chain and strength >= 0 else 0
