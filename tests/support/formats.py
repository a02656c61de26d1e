"""Lines of each named format, good and broken, and logs of them."""

from collections import Counter
from random import Random
from typing import Any

from hypothesis import strategies as st

from logstats import formats
from logstats.formats import named
from support.lines import SPLINTERS, ParsedLog

Sample = dict[str, Any]
FORMATS = formats.FORMATS
BROKEN = 60  # lines of each format in an example


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
    """Return a log in which each line is between two good ones, under the format's header."""
    sample = samples_of(name)[0]
    header = "".join(f"{line}\n" for line in sample.get("header", ())).encode()
    good = [good_line(sample, number).encode() + b"\n" for number in range(len(lines) + 1)]
    return header + good[0] + b"".join(b + b"\n" + g for b, g in zip(lines, good[1:], strict=True))


def assert_is_whole(name: str, reading: ParsedLog, lines: list[bytes]) -> None:
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


FORMAT_OF = formats.format_of


def by_pattern(written: str) -> formats.LogFormat:
    """Return a format whose lines are all parsed by its pattern, never cut at quotes and spaces."""
    log_format = FORMAT_OF(written)
    return log_format._replace(slots={**log_format.slots, "is_clean": "false"})
