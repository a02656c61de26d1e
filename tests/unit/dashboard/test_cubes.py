"""A cube has the sums of its report's rows; of more than its limit it has those most frequent at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from support import report_rows

from logstats.dashboard.cubes import DAYS_BY_DAY, DEPTH, DEPTH_OF_DAYS, Panel, cube, every_week
from logstats.dashboard.periods import Calendar, Range, bins
from logstats.store import Session

AT = datetime(2026, 11, 23, 10)
PANEL = Panel("mine", ("page",), {"hits": "hits", "bots": "bots"}, {"from": "came_from"}, "by_clock")
COLUMNS = {"page": "VARCHAR", "day": "DATE", "hits": "BIGINT", "bots": "BIGINT", "came_from": "VARCHAR"}
COUNTS = ((0, 0), (1, 0), (1, 1), (4, 2))  # hits, and those of bots
COLUMNS |= {"by_clock": "BIGINT"}


def report(seed: int, calendar: Calendar) -> list[tuple[Any, ...]]:
    """Return rows by day, with many ties, rows without a figure and days that the page does not have."""
    chance = Random(seed)
    days = [calendar.day(chance.randrange(-3, calendar.last + 1)) for _ in range(3000)]
    return [
        (
            f"/{chance.randrange(400)}",
            day,
            *chance.choice(((0, 0), (1, 0), (1, 1), (4, 2))),
            chance.choice("ab"),
            1,
        )
        for day in days
    ]


def expected(rows: Sequence[tuple[Any, ...]], calendar: Calendar, limit: int) -> set[str]:
    """Return the pages that are most frequent in a ready period, then in one of the last days or months."""

    def top(period: Range, depth: int) -> list[str]:
        figures_of: dict[str, list[int]] = {}
        for page, day, hits, bots, *_ in rows:
            if period.first <= calendar.number(day) <= period.last and hits:
                one = figures_of.setdefault(page, [0, 0])
                figures_of[page] = [one[0] + hits, one[1] + bots]
        return sorted(figures_of, key=lambda page: (-figures_of[page][0], -figures_of[page][1], page))[:depth]

    recent = [Range(day, day) for day in range(calendar.last, calendar.last - DAYS_BY_DAY, -1)]
    tops = [[top(period, DEPTH) for period in calendar.presets().values()]]
    tops += [[top(period, DEPTH_OF_DAYS) for period in (*recent, *calendar.months().values())]]
    names = [one[rank] for lists in tops for rank in range(DEPTH) for one in lists if rank < len(one)]
    return set([*dict.fromkeys(names)][:limit])


@pytest.mark.parametrize("limit", [9, 300])
@pytest.mark.parametrize("seed", range(3))
def test_a_cube_keeps_the_most_frequent_rows_and_counts_all(session: Session, seed: int, limit: int) -> None:
    calendar = Calendar((AT - timedelta(days=59 + 400 * (seed % 2))).date(), AT)
    rows, starts = report(seed, calendar), bins(calendar, 400, 92)
    report_rows.make(session, COLUMNS, rows)
    found = cube(session, PANEL._replace(limit=limit), calendar, starts)
    known = [row for row in rows if row[1] >= calendar.first]
    assert {row.labels[0] for row in found.rows} == expected(rows, calendar, limit)
    assert len(found.rows) + found.left == len({row[0] for row in known if row[2]})
    assert sum(found.totals) == sum(row[2] for row in known)
    for row in found.rows:
        own = [one for one in known if one[0] == row.labels[0]]
        counts = [one[2:4] for one in own]
        assert [sum(figures) for figures in row.figures] == [*map(sum, zip(*counts, strict=True))]
        breakdown = {text: sum(sum(one[2:4]) for one in own if one[4] == text) for text in "ab"}
        assert row.labels[1] == max("ab", key=lambda text: breakdown[text])  # of equal ones the first
        by_clock = [
            sum(one[5] for one in own if one[1] == calendar.day(day)) for day in range(calendar.last + 1)
        ]
        assert row.clock == every_week(by_clock)


def test_a_cube_without_a_limit_or_with_few_rows_has_all(session: Session) -> None:
    calendar = Calendar((AT - timedelta(days=59)).date(), AT)
    rows = report(1, calendar)
    report_rows.make(session, COLUMNS, rows)
    pages = {row[0] for row in rows if row[2] and row[1] >= calendar.first}
    for limit in (0, len(pages)):
        found = cube(session, PANEL._replace(limit=limit), calendar, bins(calendar, 400, 92))
        assert ({row.labels[0] for row in found.rows}, found.left) == (pages, 0)
