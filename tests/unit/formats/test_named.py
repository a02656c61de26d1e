"""The named formats: each parses its sample lines as its file says, and is detected from them."""

from datetime import datetime
from typing import Any

import pytest
from support.lines import Hit, read_bytes

from logstats import formats
from logstats.formats import named

Sample = dict[str, Any]
SAMPLES = [
    pytest.param(name, sample, id=f"{name}-{number}")
    for name in formats.FORMATS
    for number, sample in enumerate(named.load(name).samples)
]


def log_of(sample: Sample, times: int = 1) -> bytes:
    """Return a log of a sample line, so many times, under its header."""
    lines = [*sample.get("header", ()), *[sample["line"]] * times]
    return "".join(f"{line}\n" for line in lines).encode()


def hit_of(sample: Sample) -> Hit:
    """Return the hit that a sample's file says it is; the default site where the line has none."""
    at = sample["at"]
    assert isinstance(at, datetime)
    return Hit(
        site=sample.get("site", "default"),
        client=sample["client"],
        at=at,
        method=sample.get("method"),
        target=sample["target"],
        status=sample["status"],
        size=sample["bytes"],
        referrer=sample["referrer"],
        agent=sample["agent"],
    )


@pytest.mark.parametrize("name", formats.FORMATS)
def test_a_format_has_samples_and_says_what_it_is(name: str) -> None:
    assert len(named.load(name).samples) >= 2
    assert named.load(name).about


@pytest.mark.parametrize(("name", "sample"), SAMPLES)
def test_a_sample_line_is_read_as_its_file_says(name: str, sample: Sample) -> None:
    log_format = sample.get("detected", name) if sample.get("detected") == "json" else name
    if log_format == "json":
        log_format = "auto"
    reading = read_bytes(log_of(sample), log_format)
    assert reading.hits == (hit_of(sample),)
    assert [text for _, _, text in reading.rejects] == sample.get("header", [])


@pytest.mark.parametrize(("name", "sample"), SAMPLES)
def test_a_sample_line_is_detected(name: str, sample: Sample) -> None:
    for times in (1, 3):
        log_format = formats.detect(log_of(sample, times), "access.log")
        assert log_format.name == sample.get("detected", name)
