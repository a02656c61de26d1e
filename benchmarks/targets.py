"""The numbers to reach, and whether one benchmark reached them: said, never enforced."""

from __future__ import annotations

from collections.abc import Sequence

from measure import Measured

MB = 1_000_000


def verdict(target: str, value: float | None, limit: float, show: str = "{:.2f}") -> str:
    """One line: the target, what was measured, and whether that is at most the limit."""
    return _line(target, value, show, is_reached=value is not None and value <= limit)


def at_least(target: str, value: float | None, limit: float, show: str = "{:,.0f}") -> str:
    """Say the same for a target that is to be exceeded."""
    return _line(target, value, show, is_reached=value is not None and value >= limit)


def _line(target: str, value: float | None, show: str, *, is_reached: bool) -> str:
    if value is None:
        return f"target: {target}; not measured"
    return f"target: {target}; measured {show.format(value)}: {'reached' if is_reached else 'NOT reached'}"


def pick(rows: Sequence[Measured], start: str) -> Measured | None:
    """Return the row of that name, if it has figures."""
    return next((row for row in rows if row.name.startswith(start) and row.usable), None)


def ratio(above: Measured | None, below: Measured | None) -> float | None:
    """How many times the one's cost is the other's."""
    return above.cost / below.cost if above and below else None


def of_ingest(rows: Sequence[Measured]) -> list[str]:
    """Compare speed against a peer, in itself and against the floor; memory; size."""
    ours = pick(rows, "logstats")
    speed = 1 / ours.cost if ours else None
    size = None
    if ours and ours.lines and "store_bytes" in ours.facts:
        size = ours.facts["store_bytes"] / ours.lines
    floor = ratio(ours, pick(rows, "floor: DuckDB"))
    times = ratio(pick(rows, "GoAccess, 2 jobs"), ours)
    return [
        at_least("≥ 10 × the speed of GoAccess with two jobs", times, 10, "{:.1f} ×"),
        at_least("≥ 1,000,000 lines/s on an idle machine", speed, 1e6, "{:,.0f}"),
        verdict("≤ 2 × DuckDB merely typing the log", floor, 2, "{:.2f} ×"),
        verdict("≤ 600 MB of memory", ours.peak / MB if ours else None, 600, "{:,.0f} MB"),
        verdict("store ≤ 35 bytes a line", size, 35, "{:.1f}"),
    ]


def of_classification(rows: Sequence[Measured]) -> list[str]:
    """Compare what classification adds with the processor time of the rest, in the last run."""
    facts = rows[0].facts if rows[0].usable else {}
    share = facts["classification"] / (facts["whole"] - facts["classification"]) if facts else None
    return [verdict("≤ 15 % on top of the rest", None if share is None else 100 * share, 15, "{:.1f} %")]


def of_gzip(rows: Sequence[Measured]) -> list[str]:
    """Allow 1.3 × zcat, plus what the plain log takes beyond zcat."""
    packed, plain, floor = (pick(rows, name) for name in ("logstats, gzip", "logstats, plain", "floor: zcat"))
    limit = None
    if plain and floor:
        limit = 1.3 * floor.wall + max(0.0, plain.wall - floor.wall)
    allowed = f", here {limit:.2f} s" if limit is not None else ""
    return [
        verdict(
            f"≤ 1.3 × zcat + what plain takes beyond zcat{allowed}",
            packed.wall if packed and limit is not None else None,
            limit or 0,
            "{:.2f} s",
        )
    ]


def of_growth(rows: Sequence[Measured]) -> list[str]:
    """Judge whether memory is flat and time in proportion from one size to ten times that."""
    ours = [row for row in rows if row.name.startswith("logstats") and row.usable]
    small, large = ours if len(ours) == 2 else (None, None)
    growth = large.peak / small.peak if small and large else None
    peak = large.peak / MB if large else None
    return [
        verdict("≤ 600 MB of memory at any size", peak, 600, "{:,.0f} MB"),
        verdict("memory flat (within 10 %)", growth, 1.1, "{:.2f} ×"),
    ]


def of_tick(rows: Sequence[Measured]) -> list[str]:
    """Judge a minute's work, at any age."""
    ours = [row for row in rows if row.name.startswith("logstats") and row.usable]
    lines = [verdict("≤ 0.5 s", ours[0].wall if ours else None, 0.5, "{:.3f} s")]
    if len(rows) > 2:
        growth = ratio(ours[1], ours[0]) if len(ours) == 2 else None
        work = ours[1].cpu / ours[0].cpu if len(ours) == 2 else None
        lines.append(verdict("≤ 1.2 × the tick with the small store", growth, 1.2, "{:.2f} ×"))
        lines.append(verdict("≤ 1.2 × its processor time, where the machine is busy", work, 1.2, "{:.2f} ×"))
    return lines


def of_archives(rows: Sequence[Measured]) -> list[str]:
    """Judge what logs cost that did not change."""
    ours = [row for row in rows if row.usable]
    more = ours[1].wall - ours[0].wall if len(ours) == 2 else None
    return [verdict("≤ 0.050 s more for the archives", more, 0.05, "{:.3f} s")]


def of_counters(rows: Sequence[Measured]) -> list[str]:
    """Judge the figures alone, at any age."""
    ours = [row.wall for row in rows if row.name.startswith("logstats") and row.usable]
    return [verdict("≤ 0.3 s at any age", max(ours) if ours else None, 0.3, "{:.3f} s")]
