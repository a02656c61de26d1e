"""Case 40: a damaged store never lies; `make soak` damages it more often."""

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from support.lines import examples

from stories.damages import DAMAGES, MAY_LIE, OF_A_LOG, READERS, WRITERS, Damaged
from stories.works import portal_works

RUNS = 4  # of commands after each kind of damage


@pytest.fixture(scope="module")
def damaged() -> Iterator[Damaged]:
    with portal_works(preload=False) as works:
        yield Damaged(works)


@pytest.mark.parametrize("how", [how for how in DAMAGES if how not in MAY_LIE])
def test_case_40_a_damaged_store_gives_the_same_figures_or_is_said_to_be_damaged(
    damaged: Damaged, how: str
) -> None:
    chance = random.Random(how)
    for seed in range(examples(RUNS)):
        damaged.damage(how, seed)
        damaged.read(chance.choice(READERS))
    damaged.damage(how, examples(RUNS))
    damaged.write(chance.choice(WRITERS))


@pytest.mark.parametrize("command", READERS, ids=" ".join)
def test_case_40_every_command_says_that_a_store_cut_short_is_damaged(
    damaged: Damaged, command: tuple[str, ...]
) -> None:
    ends: Counter[str] = Counter()
    for seed in range(examples(2)):
        damaged.damage("cut short", seed)
        ends[damaged.read(command)] += 1
    assert ends.keys() <= {"same", "refused"}


@pytest.mark.parametrize("how", OF_A_LOG)
def test_case_40_a_damaged_log_of_the_store_is_repaired_or_changes_nothing(
    damaged: Damaged, how: str
) -> None:
    damaged.damage_log(how, 1)
