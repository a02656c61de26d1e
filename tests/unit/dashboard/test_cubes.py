"""A cube has the sums of its report's rows; of more than its limit it has those most frequent at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from support import report_rows

from logstats.dashboard.cubes import DAYS_BY_DAY, DEPTH, DEPTH_OF_DAYS, Panel, cube
from logstats.dashboard.periods import Calendar, Range, bins
from logstats.store import Session

AT = datetime(2026, 11, 23, 10)
PANEL = Panel("mine", ("page",), {"hits": "hits", "bots": "hits // 2"}, {"from": "came_from"}, "by_clock", 9)
COLUMNS = {"page": "VARCHAR", "day": "DATE", "hits": "BIGINT", "came_from": "VARCHAR", "by_clock": "BIGINT"}


def report(seed: int, calendar: Calendar) -> list[tuple[Any, ...]]:
    """Return rows by day, with many ties, rows without a figure and days that the page does not have."""
    chance = Random(seed)
    days = [calendar.day(chance.randrange(-3, calendar.last + 1)) for _ in range(900)]
    return [
        (f"/{chance.randrange(60)}", day, chance.choice((0, 1, 1, 4)), chance.choice("ab"), 1) for day in days
    ]


def expected(rows: Sequence[tuple[Any, ...]], calendar: Calendar) -> set[str]:
    """Return the pages that are most frequent in a ready period, then in one of the last days or months."""

    def top(period: Range, depth: int) -> list[str]:
        figures_of: dict[str, list[int]] = {}
        for page, day, hits, *_ in rows:
            if period.first <= calendar.number(day) <= period.last and hits:
                one = figures_of.setdefault(page, [0, 0])
                figures_of[page] = [one[0] + hits, one[1] + hits // 2]
        return sorted(figures_of, key=lambda page: (-figures_of[page][0], -figures_of[page][1], page))[:depth]

    recent = [Range(day, day) for day in range(calendar.last, calendar.last - DAYS_BY_DAY, -1)]
    tops = [[top(period, DEPTH) for period in calendar.presets().values()]]
    tops += [[top(period, DEPTH_OF_DAYS) for period in (*recent, *calendar.months().values())]]
    names = [one[rank] for lists in tops for rank in range(DEPTH) for one in lists if rank < len(one)]
    return set([*dict.fromkeys(names)][: PANEL.limit])


@pytest.mark.parametrize("seed", range(4))
def test_a_cube_keeps_the_most_frequent_rows_and_counts_all(session: Session, seed: int) -> None:
    calendar = Calendar((AT - timedelta(days=59 + 400 * (seed % 2))).date(), AT)
    rows, starts = report(seed, calendar), bins(calendar, 400, 92)
    report_rows.make(session, COLUMNS, rows)
    found = cube(session, PANEL, calendar, starts)
    known = [row for row in rows if row[1] >= calendar.first]
    assert {row.labels[0] for row in found.rows} == expected(rows, calendar)
    assert len(found.rows) + found.left == len({row[0] for row in known if row[2]})
    assert sum(found.totals) == sum(row[2] for row in known)
    for row in found.rows:
        hits = [(one[1], one[2]) for one in known if one[0] == row.labels[0]]
        assert [sum(figures) for figures in row.figures] == [
            sum(count for _, count in hits),
            sum(count // 2 for _, count in hits),
        ]
