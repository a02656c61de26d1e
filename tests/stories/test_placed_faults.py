"""Case 50: a call of the system fails, at places of every work; `make soak` goes through all of them."""

from collections.abc import Iterator

import pytest
from support.lines import examples
from support.shim import COMPILER, NO_COMPILER

from stories.placed_faults import Disturbance, disturb, disturbances
from stories.works import WORKS, Works, in_turn, portal_works

pytestmark = pytest.mark.skipif(COMPILER is None, reason=NO_COMPILER)
DISTURBANCES = 2  # of each work


@pytest.fixture(scope="module")
def works() -> Iterator[Works]:
    with portal_works() as opened:
        yield opened


@pytest.mark.parametrize("work", WORKS)
def test_case_50_a_call_fails_and_nothing_is_lost_or_doubled(works: Works, work: str) -> None:
    found = in_turn(disturbances(works, [work]), lambda fault: fault.fault, seed=len(work))
    for fault, _ in zip(found, range(examples(DISTURBANCES)), strict=False):
        disturb(works, fault)


def test_case_50_a_run_passes_untouched_after_the_last_place(works: Works) -> None:
    last = max(fault.number for fault in disturbances(works, ["undo"]) if fault.fault == "kill")
    assert disturb(works, Disturbance("undo", "kill", last))
    assert disturb(works, Disturbance("undo", "kill", last + 100)) == ""
