"""The targets of the benchmarks, and whether a run reached them; a missed target is only reported."""

from __future__ import annotations

import re
from collections.abc import Sequence

from measure import Measured

MB = 1_000_000
LONG = 1_000_000  # lines, from which on memory does not grow


def verdict(target: str, value: float | None, limit: float, show: str = "{:.2f}") -> str:
    """Return one line: the target, the measured value, and whether it is at most the limit."""
    return _line(target, value, show, is_reached=value is not None and value <= limit)


def at_least(target: str, value: float | None, limit: float, show: str = "{:,.0f}") -> str:
    """Return the same line for a value that must be at least the limit."""
    return _line(target, value, show, is_reached=value is not None and value >= limit)


def _line(target: str, value: float | None, show: str, *, is_reached: bool) -> str:
    if value is None:
        return f"target: {target}; not measured"
    return f"target: {target}; measured {show.format(value)}: {'reached' if is_reached else 'NOT reached'}"


def pick(rows: Sequence[Measured], start: str) -> Measured | None:
    """Return the row whose name begins with `start`, None where it has no figures."""
    return next((row for row in rows if row.name.startswith(start) and row.usable), None)


def ratio(above: Measured | None, below: Measured | None) -> float | None:
    """Return the quotient of two costs, None where one is missing."""
    return above.cost / below.cost if above and below else None


def of_ingest(rows: Sequence[Measured]) -> list[str]:
    """Check the speed (absolute, against a peer and against the floor), the memory and the store's size."""
    ours = pick(rows, "logstats")
    speed = 1 / ours.cost if ours else None
    size = None
    if ours and ours.lines and "store_bytes" in ours.facts:
        size = ours.facts["store_bytes"] / ours.lines
    floor = ratio(ours, pick(rows, "floor: DuckDB"))
    jobs = "2 jobs" if pick(rows, "GoAccess, 2 jobs") else "1 job"
    times = ratio(pick(rows, f"GoAccess, {jobs}"), ours)
    return [
        at_least(f"≥ 10 × the speed of GoAccess with {jobs}", times, 10, "{:.1f} ×"),
        at_least("≥ 4 × the speed of Webalizer", ratio(pick(rows, "Webalizer"), ours), 4, "{:.1f} ×"),
        at_least("≥ 1,000,000 lines/s on an idle machine", speed, 1e6, "{:,.0f}"),
        verdict("≤ 2 × DuckDB merely typing the log", floor, 2, "{:.2f} ×"),
        verdict("≤ 600 MB of memory", ours.peak / MB if ours else None, 600, "{:,.0f} MB"),
        verdict("store ≤ 35 bytes a line", size, 35, "{:.1f}"),
    ]


def of_classification(rows: Sequence[Measured]) -> list[str]:
    """Check the time of classification as a share of the other processor time, in the last run."""
    facts = rows[0].facts if rows[0].usable else {}
    share = facts["classification"] / (facts["whole"] - facts["classification"]) if facts else None
    return [verdict("≤ 15 % on top of the rest", None if share is None else 100 * share, 15, "{:.1f} %")]


def of_gzip(rows: Sequence[Measured]) -> list[str]:
    """Allow 1.3 × zcat, plus the time by which the plain log exceeds zcat."""
    packed, plain, floor = (pick(rows, name) for name in ("logstats, gzip", "logstats, plain", "floor: zcat"))
    limit = None
    if plain and floor:
        limit = 1.3 * floor.wall + max(0.0, plain.wall - floor.wall)
    allowed = f", here {limit:.2f} s" if limit is not None else ""
    return [
        verdict(
            f"≤ 1.3 × zcat + the time by which plain exceeds zcat{allowed}",
            packed.wall if packed and limit is not None else None,
            limit or 0,
            "{:.2f} s",
        )
    ]


def of_growth(rows: Sequence[Measured]) -> list[str]:
    """Check that memory is limited, and that ten times the lines take ten times as long."""
    ours = [row for row in rows if row.name.startswith("logstats") and row.usable]
    if len(ours) < 2:
        return [verdict("≤ 600 MB of memory at any size", None, 600)]
    small, large = ours[-2:]
    are_long = small.lines is not None and small.lines >= LONG
    flat = large.peak / small.peak if are_long else None
    return [
        verdict("≤ 600 MB of memory at any size", large.peak / MB, 600, "{:,.0f} MB"),
        verdict("memory flat (within 10 % for ten times the lines)", flat, 1.1, "{:.2f} ×"),
        verdict("≤ 1.1 × the time per line", large.cost / small.cost, 1.1, "{:.2f} ×"),
    ]


def of_unseen(rows: Sequence[Measured]) -> list[str]:
    """Check the worst log: its speed beside GoAccess, its memory, and that time grows with the lines."""
    ours, fewer = pick(rows, "logstats"), pick(rows, "logstats, fewer")
    return [
        at_least("≥ 2 × the speed of GoAccess", ratio(pick(rows, "GoAccess"), ours), 2, "{:.2f} ×"),
        verdict("≤ 600 MB of memory", ours.peak / MB if ours else None, 600, "{:,.0f} MB"),
        verdict("≤ 1.2 × the time per line of fewer lines", ratio(ours, fewer), 1.2, "{:.2f} ×"),
    ]


def of_servers(rows: Sequence[Measured]) -> list[str]:
    """Check the processor time and the memory of workers, those of an import, and a dominant client."""
    ours, brought_in = pick(rows, "logstats"), pick(rows, "logstats import")
    engines = [row for row in rows if " cluster ingest, " in row.name and row.usable]
    lines = []
    for even in (row for row in engines if "skewed" not in row.name):
        engine = even.name.rpartition(", ")[2]
        skewed = pick(rows, f"{even.name}, skewed")
        share = even.facts["workers_cpu"] / ours.cpu if ours else None
        lines += [
            verdict(f"{engine}: ≤ 1.2 × the processor time of one ingest", share, 1.2, "{:.2f} ×"),
            verdict(f"{engine}: ≤ 500 MB a worker", even.facts["worker_mb"], 500, "{:,.0f} MB"),
            verdict(f"{engine}: ≤ 1.3 × the time where skewed", ratio(skewed, even), 1.3, "{:.2f} ×"),
        ]
    cpu = brought_in.cpu if brought_in else None
    return [*lines, verdict("import: ≤ 2 s of processor time", cpu, 2, "{:.2f} s")]


def of_small(rows: Sequence[Measured]) -> list[str]:
    """Check a first read of small archives."""
    ours = pick(rows, "logstats")
    return [verdict("≤ 4 s", ours.wall if ours else None, 4, "{:.1f} s")]


def of_reports(rows: Sequence[Measured]) -> list[str]:
    """Check the slowest report; a page is all of them, and `verify` compares every figure."""
    found = [row for row in rows if row.usable and not re.search(" (?:dashboard|verify)", row.name)]
    slowest = max(found, key=lambda row: row.wall, default=None)
    name = f"≤ 5 s for each report; the slowest is `{slowest.name.split(',')[0]}`" if slowest else "≤ 5 s"
    page = pick(rows, "logstats dashboard")
    return [
        verdict(name, slowest.wall if slowest else None, 5, "{:.1f} s"),
        verdict("≤ 20 s for a page", page.wall if page else None, 20, "{:.1f} s"),
    ]


def of_tick(rows: Sequence[Measured]) -> list[str]:
    """Check a cron run with new lines, for stores of each size."""
    ours = [row for row in rows if row.name.startswith("logstats") and row.usable]
    lines = [verdict("≤ 0.5 s", ours[0].wall if ours else None, 0.5, "{:.3f} s")]
    if len(rows) > 2:
        growth = ratio(ours[1], ours[0]) if len(ours) == 2 else None
        work = ours[1].cpu / ours[0].cpu if len(ours) == 2 else None
        lines.append(verdict("≤ 1.2 × the tick with the small store", growth, 1.2, "{:.2f} ×"))
        lines.append(verdict("≤ 1.2 × its processor time, where the machine is busy", work, 1.2, "{:.2f} ×"))
    return lines


def of_archives(rows: Sequence[Measured]) -> list[str]:
    """Check the cost of logs that did not change."""
    ours = [row for row in rows if row.usable]
    more = ours[1].wall - ours[0].wall if len(ours) == 2 else None
    return [verdict("≤ 0.050 s more for the archives", more, 0.05, "{:.3f} s")]


def of_counters(rows: Sequence[Measured]) -> list[str]:
    """Check the four figures alone, for stores of each size."""
    ours = [row.wall for row in rows if row.name.startswith("logstats") and row.usable]
    return [verdict("≤ 0.3 s at any age", max(ours) if ours else None, 0.3, "{:.3f} s")]
