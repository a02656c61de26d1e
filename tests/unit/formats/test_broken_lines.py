"""Broken lines of every format: none is lost, none makes a run fail, none changes its neighbours."""

from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import (
    IN_UTC,
    SPLINTERS,
    Hit,
    Reading,
    chunks_of,
    contents,
    examples,
    read_bytes,
    read_in,
    reading_of,
)

from logstats import formats
from logstats.errors import FormatError
from logstats.formats import named
from logstats.totals import undo

Sample = dict[str, Any]
FORMATS = formats.FORMATS
BROKEN = 60  # lines of each format in an example
SPLIT_FORMATS = [
    name for name in FORMATS if "NOT contains" in named.load(name).log_format.slots.get("is_clean", "")
]


def samples_of(name: str) -> list[Sample]:
    """Return a format's samples; those of W3C's that share the first one's header."""
    samples = named.load(name).samples
    return [
        sample
        for sample in samples
        if sample.get("header") == samples[0].get("header") and sample.get("detected") != "json"
    ]


def good_line(sample: Sample, number: int) -> str:
    """Return a sample line of another client, by whom it is known again."""
    return str(sample["line"].replace(sample["client"], f"198.51.100.{number}"))


def log_of(name: str, lines: list[bytes]) -> bytes:
    """Return a log in which each line stands between two good ones, under the format's header."""
    sample = samples_of(name)[0]
    header = "".join(f"{line}\n" for line in sample.get("header", ())).encode()
    good = [good_line(sample, number).encode() + b"\n" for number in range(len(lines) + 1)]
    return header + good[0] + b"".join(b + b"\n" + g for b, g in zip(lines, good[1:], strict=True))


def assert_is_whole(name: str, reading: Reading, lines: list[bytes]) -> None:
    """Each line is a hit or a reject, and the good ones are what their file says."""
    sample = samples_of(name)[0]
    header = len(sample.get("header", ()))
    assert len(reading.hits) + len(reading.rejects) == header + 2 * len(lines) + 1
    assert {number for number, _, _ in reading.rejects if number > header} <= {
        header + 2 * index + 2 for index in range(len(lines))
    }
    good = Counter(
        (hit.client, hit.at, hit.target, hit.status, hit.size, hit.referrer, hit.agent)
        for hit in reading.hits
        if hit.client.startswith("198.51.100.")
    )
    fields = (sample["at"], sample["target"], sample["status"], sample["bytes"], sample["referrer"])
    assert good == Counter(
        (f"198.51.100.{number}", *fields, sample["agent"]) for number in range(len(lines) + 1)
    )


def broken_lines(name: str, seed: int) -> list[bytes]:
    """Break lines of a format: put in, take out or replace some of their bytes."""
    rng = Random(seed)
    lines = [str(sample["line"]).encode() for sample in samples_of(name)]
    return [broken_by(rng, rng.choice(lines)) for _ in range(BROKEN)]


def broken_by(rng: Random, line: bytes) -> bytes:
    for _ in range(rng.randint(0, 3)):
        start = rng.randint(0, len(line))
        end = start + rng.choice([0, 0, 0, 1, 1, 2, 7])
        line = line[:start] + rng.choice([b"", *SPLINTERS]) + line[end:]
    return line


SEEDS = st.integers(0, 1 << 32)  # a broken line needs no shrinking, and Hypothesis is slow to draw so many


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=examples(1))
@given(seed=SEEDS)
def test_a_broken_line_of_a_format_that_was_given(name: str, seed: int) -> None:
    lines = broken_lines(name, seed)
    assert_is_whole(name, read_bytes(log_of(name, lines), name), lines)


@settings(max_examples=examples(1))
@given(seed=SEEDS)
def test_broken_lines_of_all_formats_at_once_with_no_option(seed: int) -> None:
    broken_of = {name: broken_lines(name, seed) for name in FORMATS}
    with TemporaryDirectory() as folder:
        store, paths = Path(folder) / "store.duckdb", {name: Path(folder) / f"{name}.log" for name in FORMATS}
        for name, path in paths.items():
            path.write_bytes(log_of(name, broken_of[name]))
        read_in(store, *paths.values(), log_format="auto", settings=IN_UTC)
        for name, path in paths.items():
            assert_is_whole(name, reading_of(store, path), broken_of[name])


@settings(max_examples=examples(5))
@given(lines=st.lists(st.binary(max_size=80).filter(lambda line: b"\n" not in line), min_size=1, max_size=60))
def test_any_bytes_are_refused_or_all_lines_are_there(lines: list[bytes]) -> None:
    for log in (b"".join(line + b"\n" for line in lines), log_of("combined", lines)):
        try:
            reading = read_bytes(log, "auto")
        except FormatError:
            continue
        if reading != Reading((), ()):  # a log of blank lines and NULs has no record
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


FORMAT_OF = formats.format_of


def by_pattern(definition: str) -> formats.LogFormat:
    """Return a format whose lines are never cut."""
    log_format = FORMAT_OF(definition)
    return log_format._replace(slots={**log_format.slots, "is_clean": "false"})


# --- However it is cut --------------------------------------------------------------------------------

BEGINNING = 12  # lines of one format, by which a log is known


@st.composite
def mixed_logs(draw: st.DrawFn) -> bytes:
    """A log that begins in one format and goes on in any, or one of W3C's whose headers change."""
    if draw(st.booleans()):
        groups = [*named.load("w3c").samples, *named.load("cloudfront").samples]
        begin = groups[:1]
        some = [sample for name in FORMATS for sample in named.load(name).samples if "header" not in sample]
    else:
        begin = list(named.load(draw(st.sampled_from(["combined", "caddy", "alb"]))).samples[:1]) * BEGINNING
        groups = [sample for name in FORMATS for sample in named.load(name).samples if "header" not in sample]
        some = groups
    lines = [line for sample in begin for line in [*sample.get("header", ()), sample["line"]]]
    for sample in draw(st.lists(st.sampled_from(groups), min_size=5, max_size=25)):
        lines += sample.get("header", ())
        lines += [sample["line"]] * draw(st.integers(1, 3))
        lines += [draw(st.sampled_from(some))["line"]] * draw(st.integers(0, 1))
    return "".join(f"{line}\n" for line in lines).encode()


@settings(max_examples=examples(4))
@given(data=st.data())
def test_however_a_log_of_several_formats_is_cut_its_hits_are_the_same(data: st.DataObject) -> None:
    log = data.draw(mixed_logs())
    start = len(b"".join(log.splitlines(keepends=True)[:BEGINNING]))
    cuts = data.draw(st.lists(st.integers(start, len(log)), max_size=3).map(sorted))
    with TemporaryDirectory() as folder:
        whole, path = Path(folder) / "whole", Path(folder) / "access.log"
        path.write_bytes(log)
        read_in(whole, path, log_format="auto", settings=IN_UTC)
        expected = contents(whole, "hits", "rejects")
        path.unlink()
        with chunks_of(data.draw(st.sampled_from([300, 1000, 1 << 20]))), path.open("ab") as file:
            for begin, end in zip([0, *cuts], [*cuts, len(log)], strict=True):
                file.write(log[begin:end])
                file.flush()
                read_in(Path(folder) / "parts", path, log_format="auto", settings=IN_UTC)
        found = contents(Path(folder) / "parts", "hits", "rejects")
    for name, rows in expected.items():
        assert Counter(found[name]) - Counter(rows) == Counter()
        assert Counter(rows) - Counter(found[name]) == Counter()


def test_an_ingest_that_is_taken_back_takes_its_header_back(tmp_path: Path) -> None:
    """Rows after a header that came with it are no rows of the header before."""
    first, *_, second = [sample for sample in named.load("w3c").samples if "date" in sample["header"][-1]]
    log, store = tmp_path / "u_ex.log", tmp_path / "store.duckdb"

    def grow(*lines: str) -> None:
        with log.open("a", newline="\n") as file:
            file.write("".join(f"{line}\n" for line in lines))
        read_in(store, log, log_format="auto", settings=IN_UTC)

    def rows() -> list[Hit]:
        return sorted(reading_of(store, log).hits)

    grow(*first["header"], first["line"])
    grow(first["line"])
    before = rows()
    grow(*second["header"], second["line"])
    after = rows()
    assert [len(before), len(after)] == [2, 3]
    undo.undo(store, 3, wait=10)
    assert rows() == before
    grow()
    assert rows() == after
    undo.undo(store, 3, wait=10)
    log.write_text("".join(f"{line}\n" for line in [*first["header"], *[first["line"]] * 3]))
    grow()
    assert rows() == sorted([*before, before[0]])
