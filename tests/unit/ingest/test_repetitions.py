"""Which runs of lines that equal stored ones are repetitions, and which are chance."""

import pytest

from logstats.ingest.repetitions import Stretch, repetitions


def test_a_line_that_is_replaced_among_the_first_ones_does_not_hide_them() -> None:
    runs = [Stretch(0, 1, 2), Stretch(3, 399, 397)]
    assert repetitions(runs, 420, 0, is_open=False) == (runs, 0)


CHAINS: dict[str, tuple[list[Stretch], tuple[int, int, bool], tuple[int, int]]] = {
    # the runs; the lines of the chunk, the evidence before it, and whether another chunk follows;
    # how many runs are repetitions, and the evidence at the end
    "one too few": ([Stretch(0, 30, 31)], (100, 0, False), (0, 0)),
    "just enough": ([Stretch(0, 31, 32)], (100, 0, False), (1, 0)),
    "at the end": ([Stretch(60, 99, 40)], (100, 0, False), (1, 32)),
    "it may go on in the next run": ([Stretch(95, 99, 5)], (100, 0, False), (0, 5)),
    "it may go on in the next chunk": ([Stretch(95, 99, 5)], (100, 0, True), (1, 5)),
    "it goes on": ([Stretch(0, 4, 5)], (100, 32, False), (1, 0)),
    "it goes on, and is enough now": ([Stretch(0, 4, 5)], (5, 27, False), (1, 32)),
    "equal lines of one second": ([Stretch(0, 90, 1)], (100, 0, False), (0, 1)),
    "every tenth line is another": (
        [Stretch(n * 10, n * 10 + 8, 9) for n in range(10)],
        (100, 0, False),
        (10, 32),
    ),
    "every fourth line, by chance": ([Stretch(n * 4, n * 4, 1) for n in range(100)], (400, 0, False), (0, 0)),
    "chance after a repetition": ([Stretch(0, 49, 50), Stretch(90, 94, 5)], (100, 0, False), (1, 0)),
}


@pytest.mark.parametrize("case", CHAINS)
def test_runs_are_repetitions_where_enough_lines_are_known(case: str) -> None:
    runs, (lines, evidence, is_open), expected = CHAINS[case]
    found, at_end = repetitions(runs, lines, evidence, is_open=is_open)
    assert (len(found), at_end) == expected
