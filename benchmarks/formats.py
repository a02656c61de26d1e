"""The speed of each named format, compared with combined: the same traffic, written in each format.

    python benchmarks/formats.py [--lines 300000] [--runs 3] [--only NAME] [--work DIR]

A format's lines are its first sample line (logstats/formats/named_formats), in which the client, time of day,
target, status, size, referrer and agent are replaced by those of the traffic. A run is a whole `logstats
ingest` into a new store. Processor time (user and system) is compared, since the machine may be busy.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import contestants as who
from make_log import Recipe, slices
from measure import Contestant, Measured, side_by_side
from tabulate import tabulate

from logstats.formats import FORMATS, named

REFERENCE = "combined"
SLOWEST = 0.25  # of the lines per second of the reference
_COMBINED = re.compile(
    r'(?P<client>\S+) \S+ \S+ \[\d+/\w+/\d+:(?P<clock>[\d:]{8}) [^]]+\] "\S+ (?P<target>\S+) [^"]*" '
    r'(?P<status>\d+) (?P<size>\S+) "(?P<referrer>[^"]*)" "(?P<agent>[^"]*)"'
)
_CLOCK = re.compile(r"(?<!\d)(\d\d|\d):(\d\d):(\d\d)(?!\d)")
_EPOCH = re.compile(r"(?<!\d)(17\d{8})(?!\d)")
SPACES = ("+", "%20", "%2520")  # encodings of a space in an agent


def template(sample: Mapping[str, Any]) -> str:
    """Return a sample line with a {field} in place of each field of the traffic."""
    line = str(sample["line"]).replace("{", "{{").replace("}", "}}")
    line = _EPOCH.sub("{epoch}", _CLOCK.sub("{clock}", line))
    path, _, query = str(sample["target"]).partition("?")
    is_whole = sample["target"] in line
    for was, now in (
        (sample["agent"], "{agent}"),
        *((sample["agent"].replace(" ", sign), f"{{agent_{sign}}}") for sign in SPACES),
        (sample["referrer"], "{referrer}"),
        (sample["target"] if is_whole else path, "{target}" if is_whole else "{path}"),
        ("" if is_whole else query, "{query}"),
        (sample["client"], "{client}"),
        (f"{sample['bytes']}" if sample["bytes"] else "", "{size}"),
    ):
        if was:
            line = line.replace(was, now)
    return line


def lines_of(sample: Mapping[str, Any], count: int) -> Iterator[str]:
    """Yield `count` lines of traffic, written like the sample line."""
    written = template(sample)
    yield from sample.get("header", ())
    left = count
    for part in slices(Recipe(count)):
        for text in part[:left]:
            if match := _COMBINED.match(text):
                yield written.format_map(_fields(match))
        left -= min(left, len(part))


def _fields(match: re.Match[str]) -> dict[str, str]:
    values: dict[str, str] = match.groupdict()
    path, _, query = values["target"].partition("?")
    hour, minute, second = map(int, values["clock"].split(":"))
    spaced = {f"agent_{sign}": values["agent"].replace(" ", sign) for sign in SPACES}
    size = "0" if values["size"] == "-" else values["size"]
    epoch = str(1_795_392_000 + hour * 3600 + minute * 60 + second)
    return values | spaced | {"path": path, "query": query or "-", "size": size, "epoch": epoch}


def contestant(name: str, folder: Path, count: int) -> Contestant:
    """Return the ingest of a log in this format; the log is generated once."""
    log = folder / f"{name}-{count}.log"
    if not log.exists():
        log.write_text("".join(f"{line}\n" for line in lines_of(named.load(name).samples[0], count)), "utf-8")
    return who.logstats_ingest(log, count, name)


def row(one: Measured, reference: Measured) -> list[str]:
    """Return a format's row: its cost, and its lines per second as a share of the reference's."""
    if one.failure or not one.lines:
        return [one.name, "failed", "", "", one.failure.complaint.splitlines()[-1] if one.failure else ""]
    ratio = reference.cpu / one.cpu
    remark = "" if ratio >= SLOWEST else f"slower than {SLOWEST:.0%}"
    return [one.name, f"{one.cpu:.2f}", f"{one.lines / one.cpu:,.0f}", f"{ratio:.2f}", remark]


def main() -> int:
    """Measure the formats and print the table; return 1 where a format fails, else 0."""
    parser = argparse.ArgumentParser(description="Compare how fast the named formats are read.")
    parser.add_argument("--lines", type=int, default=300_000, help="of each log (300,000)")
    parser.add_argument("--runs", type=int, default=3, help="of each format (3)")
    parser.add_argument("--only", action="append", choices=FORMATS, metavar="NAME", help="beside combined")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here as well")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", default=Path(tempfile.gettempdir()) / "logstats-bench"
    )
    arguments = parser.parse_args()
    folder = arguments.work.resolve() / "formats"
    folder.mkdir(parents=True, exist_ok=True)
    names = dict.fromkeys([REFERENCE, *(arguments.only or FORMATS)])
    measured = side_by_side(
        [contestant(name, folder, arguments.lines) for name in names], arguments.runs, folder / "runs"
    )
    rows = [row(one, measured[0]) for one in measured]
    print(f"{arguments.lines:,} lines of each format; medians of {arguments.runs} runs")
    print(tabulate(rows, ["format", "CPU s", "lines/CPU s", "of combined", ""], disable_numparse=True))
    if arguments.json:
        arguments.json.write_text(
            json.dumps({one.name: one.cpu for one in measured if one.usable}, indent=2) + "\n"
        )
    return 1 if any(one.failure for one in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
