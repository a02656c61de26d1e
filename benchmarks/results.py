"""RESULTS.md: the tables of a run, its machine and date, and a picture of time and memory against lines."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from measure import Measured

FILE = Path(__file__).with_name("RESULTS.md")
PICTURE = Path(__file__).with_name("results.svg")
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 420, 300, 62, 34, 44  # of one chart, in pixels
COLOURS = ("#0f766e", "#b45309", "#475569", "#7c3aed")
OF_LINES = re.compile(r"(?P<name>.*), [\d,]+ lines$")

Points = Mapping[str, Sequence[tuple[float, float]]]


def write(
    command: str, about: Sequence[str], tables: Sequence[str], measured: Sequence[Sequence[Measured]]
) -> None:
    """Write the tables, and the picture where a program was measured at several lengths.

    `command` is the one that has measured them.
    """
    times, memory = _points(measured)
    has_picture = any(len(points) > 1 for points in times.values())
    if has_picture:
        PICTURE.write_text(_picture(times, memory))
    parts = [
        "# Results",
        f"Written by `{command}` on {datetime.now(UTC):%d %B %Y}.",
        "\n".join(f"    {line}" for line in about),
        *(["![time and memory against lines](results.svg)"] if has_picture else []),
        *(table.strip() for table in tables),
    ]
    FILE.write_text("\n\n".join(parts) + "\n")


def _points(measured: Sequence[Sequence[Measured]]) -> tuple[Points, Points]:
    """Return the seconds and the megabytes of each program that was measured at several lengths."""
    times, memory = (
        defaultdict[str, list[tuple[float, float]]](list),
        defaultdict[str, list[tuple[float, float]]](list),
    )
    for rows in measured:
        for row in rows:
            named = OF_LINES.fullmatch(row.name)
            if named and row.usable and row.lines and not row.name.startswith("AWStats"):
                times[named["name"]].append((row.lines, row.wall))
                memory[named["name"]].append((row.lines, row.peak / 1e6))
    return times, memory


def _picture(times: Points, memory: Points) -> str:
    charts = [_chart("seconds", times, 0), _chart("memory, MB", memory, WIDTH)]
    names = [
        f'<text x="{LEFT + 190 * index}" y="{HEIGHT + 18}" fill="{colour}">● {name}</text>'
        for index, (name, colour) in enumerate(zip(times, cycle(COLOURS), strict=False))
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {HEIGHT + 30}" '
        'font-family="sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{"".join(charts)}{"".join(names)}\n</svg>\n'
    )


def _chart(title: str, points: Points, left: int) -> str:
    """Return a chart with logarithmic axes: a cost that grows as the lines do is a straight line."""
    every = [point for line in points.values() for point in line]
    low_x, high_x = (f(x for x, _ in every) for f in (min, max))
    low_y = 10 ** math.floor(math.log10(min(y for _, y in every)))
    high_y = 10 ** math.ceil(math.log10(max(y for _, y in every)))

    def x_of(lines: float) -> float:
        share = math.log(lines / low_x) / math.log(high_x / low_x) if high_x > low_x else 0.5
        return left + LEFT + share * (WIDTH - LEFT - 24)

    def y_of(value: float) -> float:
        return HEIGHT - BOTTOM - math.log(value / low_y) / math.log(high_y / low_y) * (HEIGHT - TOP - BOTTOM)

    drawn = [f'<text x="{left + LEFT}" y="18" font-weight="bold">{title}</text>\n']
    for power in range(round(math.log10(low_y)), round(math.log10(high_y)) + 1):
        y = y_of(10.0**power)
        drawn.append(
            f'<path d="M{left + LEFT} {y:.1f}H{left + WIDTH - 24}" stroke="#e2e8f0"/>'
            f'<text x="{left + LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g}</text>\n'
        )
    drawn += [
        f'<text x="{x_of(x):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x / 1e6:g} M</text>\n'
        for x in sorted({x for x, _ in every})
    ]
    for line, colour in zip(points.values(), cycle(COLOURS), strict=False):
        path = " L".join(f"{x_of(x):.1f} {y_of(y):.1f}" for x, y in sorted(line))
        drawn.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>\n')
        drawn += [f'<circle cx="{x_of(x):.1f}" cy="{y_of(y):.1f}" r="3.5" fill="{colour}"/>' for x, y in line]
    return "".join(drawn)
