"""The days of a page, its ready periods, and the periods before them."""

from datetime import date, datetime, timedelta

import pytest

from logstats.clock import UTC_CLOCK
from logstats.dashboard.periods import Calendar, Range, bin_of, bins, default_of
from logstats.reports.compared import PREVIOUS, YEAR, compared

AT = datetime(2026, 11, 21, 10, 0, 0)  # a Saturday
MONTH = Calendar(date(2026, 11, 1), AT)


def days_before(days: int, at: datetime = AT, **more: object) -> Calendar:
    return Calendar(at.date() - timedelta(days=days - 1), at, **more)  # type: ignore[arg-type]


def test_presets_of_a_month() -> None:
    assert MONTH.last == 20
    assert MONTH.presets() == {
        "today": Range(20, 20),
        "week": Range(15, 20),
        "7d": Range(14, 20),
        "month": Range(0, 20),
    }


def test_presets_of_long_pages() -> None:
    presets = days_before(400).presets()
    assert [*presets] == ["today", "week", "7d", "month", "30d", "last_month", "12mo", "all"]
    assert presets["last_month"] == Range(399 - 51, 399 - 21)
    assert presets["12mo"] == Range(399 - 364, 399)
    assert presets["all"] == Range(0, 399)


def test_a_week_begins_on_the_day_that_the_settings_say() -> None:
    assert Calendar(MONTH.first, AT, "sunday").presets()["week"] == Range(14, 20)
    sunday = datetime(2026, 11, 22, 10)
    assert Calendar(MONTH.first, sunday, "sunday").presets()["today"] == Range(21, 21)


def test_a_page_of_one_day() -> None:
    assert days_before(1).presets() == {"today": Range(0, 0)}
    assert default_of(days_before(1).presets(), "7d") == "today"


def test_months() -> None:
    assert days_before(60).months() == {
        "2026-11": Range(39, 59),
        "2026-10": Range(8, 38),
        "2026-09": Range(0, 7),
    }


@pytest.mark.parametrize("compare", [PREVIOUS, YEAR])
@pytest.mark.parametrize("at", [AT, datetime(2026, 11, 21, 0, 0, 0), datetime(2026, 11, 21, 23, 59, 59)])
@pytest.mark.parametrize("length", [1, 2, 6, 7, 8, 14, 21, 30, 364, 365, 400])
def test_a_period_is_moved_back_as_the_reports_do_it(length: int, at: datetime, compare: str) -> None:
    calendar = days_before(1000, at)
    for last in (calendar.last, calendar.last - 3):
        period = Range(last - length + 1, last)
        since = datetime.combine(calendar.day(period.first), datetime.min.time())
        end = datetime.combine(calendar.day(last + 1), datetime.min.time())
        until = min(end, at + timedelta(seconds=1))
        assert calendar.days_back(period, compare) == compared(since, until, UTC_CLOCK, compare).before_days


def test_what_is_not_known_is_not_compared() -> None:
    assert MONTH.before(Range(14, 20), PREVIOUS) == Range(7, 13)
    assert MONTH.before(Range(0, 20), PREVIOUS) is None
    assert MONTH.before(Range(14, 20), YEAR) is None
    assert MONTH.before(Range(14, 20), "none") is None
    assert MONTH._replace(known=8).before(Range(14, 20), PREVIOUS) is None


def test_bins_of_short_pages_are_days() -> None:
    assert bins(days_before(400), 400, 92) == [*range(400)]


def test_bins_of_long_pages_are_weeks_cut_where_a_period_begins_or_ends() -> None:
    calendar = days_before(3650)
    starts = bins(calendar, 400, 92)
    assert starts[-92:] == [*range(3650 - 92, 3650)]
    assert len(starts) < 92 + 3650 / 7 + 3650 / 30 + 40
    edges = {*starts, 3650}
    for period in (*calendar.presets().values(), *calendar.months().values()):
        assert {period.first, period.last + 1} <= edges
    for period in calendar.presets().values():
        earlier = calendar.before(period, PREVIOUS)
        assert earlier is None or {earlier.first, earlier.last, earlier.last + 1} <= edges
    numbers = bin_of(starts, 3650)
    assert [starts[numbers[day]] <= day for day in range(3650)] == [True] * 3650
    assert numbers[-1] == len(starts) - 1
