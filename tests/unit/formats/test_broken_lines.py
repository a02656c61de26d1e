"""Broken lines of every format: none is lost, none makes a run fail, none changes its neighbours."""

from collections import Counter
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.formats import FORMATS, SEEDS, assert_is_whole, broken_lines, by_pattern, log_of
from support.lines import ParsedLog, examples, read_bytes

from logstats import formats
from logstats.errors import FormatError
from logstats.formats import named

SPLIT_FORMATS = [
    name for name in FORMATS if "NOT contains" in named.load(name).log_format.slots.get("is_clean", "")
]


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=examples(1))
@given(seed=SEEDS)
def test_a_broken_line_of_a_format_that_was_given(name: str, seed: int) -> None:
    lines = broken_lines(name, seed)
    assert_is_whole(name, read_bytes(log_of(name, lines), name), lines)


@settings(max_examples=examples(5))
@given(lines=st.lists(st.binary(max_size=80).filter(lambda line: b"\n" not in line), min_size=1, max_size=60))
def test_any_bytes_are_refused_or_all_lines_are_there(lines: list[bytes]) -> None:
    for log in (b"".join(line + b"\n" for line in lines), log_of("combined", lines)):
        try:
            reading = read_bytes(log, "auto")
        except FormatError:
            continue
        if reading != ParsedLog((), ()):  # a log of blank lines and NULs has no record
            assert len(reading.hits) + len(reading.rejects) == log.count(b"\n")


@pytest.mark.parametrize("name", SPLIT_FORMATS)
@settings(max_examples=examples(1))
@given(seed=SEEDS)
def test_cut_or_by_its_pattern_a_line_is_read_the_same(name: str, seed: int) -> None:
    log = log_of(name, broken_lines(name, seed))
    cut = read_bytes(log, name)
    with patch.object(formats, "format_of", by_pattern):
        matched = read_bytes(log, name)
    assert cut.rejects == matched.rejects
    assert Counter(cut.hits) == Counter(matched.hits)
