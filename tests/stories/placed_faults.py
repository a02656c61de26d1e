"""A fault at every call of the system: the n-th call fails, for n = 1, 2, … until a run passes untouched.

    cd tests && python -m stories.placed_faults SECONDS [SEED [FIRST]]

FIRST is the number of places, in the order of that seed, that an earlier run has tried.
Each work of stories.works is run with each fault of support.shim. After each run the program has ended in
words, `verify` finds no difference, counter files are whole, and the next run brings the right figures.
"""

import itertools
import sys
import time
from collections import Counter
from typing import NamedTuple

from support.shim import FAULTS

from stories.works import WORKS, FaultyRunError, Works, in_turn, portal_works


class Disturbance(NamedTuple):
    """A call of a work that fails, and how."""

    work: str
    fault: str
    number: int


def disturbances(works: Works, names: list[str] | None = None) -> list[Disturbance]:
    """Return every call of works (by default all) with every fault that is for such calls."""
    found = []
    for name in names or WORKS:
        works.begin(name)
        calls = works.run(name, FAULTS["kill"]).calls
        for kind, fault in FAULTS.items():
            found += [Disturbance(name, kind, number) for number in range(1, fault.count(calls) + 1)]
    return found


def disturb(works: Works, fault: Disturbance) -> str:
    """Run a work with a fault, and check; return the call that failed, '' if none did."""
    works.begin(fault.work)
    trial = works.run(fault.work, FAULTS[fault.fault], fault.number)
    try:
        works.check(fault.work, trial)
    except FaultyRunError as error:
        raise FaultyRunError(f"{fault}, in {trial.failed_at}: {error}") from error
    return trial.failed_at


def main(seconds: float, seed: float = 0, first: float = 0) -> None:
    """Disturb for so long, or until every call was disturbed; print the counts."""
    done: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    with portal_works() as works:
        found = disturbances(works)
        until = time.monotonic() + seconds
        for fault in itertools.islice(in_turn(found, lambda fault: fault[:2], int(seed)), int(first), None):
            if time.monotonic() > until:
                break
            try:
                disturb(works, fault)
            except FaultyRunError as error:
                wrong.append(str(error))
                sys.stdout.write(f"WRONG {error}\n")
                sys.stdout.flush()
            done[fault.work, fault.fault] += 1
        _print(done, len(found), works.checked, wrong)
    sys.exit(1 if wrong else 0)


def _print(done: Counter[tuple[str, str]], total: int, checked: int, wrong: list[str]) -> None:
    for name in WORKS:
        row = ", ".join(f"{fault} {done[name, fault]}" for fault in FAULTS if done[name, fault])
        sys.stdout.write(f"{name}: {row}\n")
    sys.stdout.write(
        f"{done.total():,} of {total:,} places: a call failed there; {checked:,} states were read on, "
        f"{len(wrong)} wrong\n"
    )


if __name__ == "__main__" and float(sys.argv[1]) > 0:
    main(*map(float, sys.argv[1:]))
