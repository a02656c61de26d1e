"""Pages of ten years, of one day and of none: made-up figures, cut by the template and by the script."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest
from support import report_rows
from support.browser import Browser

from logstats.config.page_options import PERIODS
from logstats.dashboard import page
from logstats.dashboard.cubes import Cube, cube
from logstats.dashboard.figures import ONLINE_DAYS, STEPS, WHOLE_DAYS, Figures, Visitors
from logstats.dashboard.panels import PANELS, RECENT_DAYS
from logstats.dashboard.periods import Calendar, bins
from logstats.model import Counters
from logstats.store import Session

AT = datetime(2026, 11, 21, 10)
SIZE_OF_TEN_YEARS = 800_000
DESCRIBED = ("title", "section", "from_host", "from_page", "counts_as")
COUNTED = ("views", "views_by_clock", "visits", "searches", "hits", "bot_hits")
SECTIONS = ("/", "/tin/", "/van-ban/")


@cache
def made_up(days: int, *, is_empty: bool = False) -> Figures:
    """Return figures of so many days, drawn from a seed."""
    rng = Random(days)
    calendar = Calendar(AT.date() - timedelta(days=days - 1), AT)
    starts = bins(calendar, WHOLE_DAYS, RECENT_DAYS)
    most = 0 if is_empty else 50
    count = min(days, 400)
    online = min(days, ONLINE_DAYS)

    def cube_of(session: Session, name: str) -> Cube:
        panel = PANELS[name]._replace(keys=("counts_as",)) if name == "left" else PANELS[name]
        keys = [key for key in panel.keys if key not in DESCRIBED]
        found = []
        for number in range(days):
            for key in range(0 if is_empty else 12):
                if rng.random() < 0.3:
                    views = rng.randint(1, most)
                    texts = (f"Bài {key}", SECTIONS[key % 3], "", "", "bot")
                    figures = (views, views // 2, views, views, views, views // 3)
                    found.append((calendar.day(number), *(f"/{name}/{key}" for _ in keys), *texts, *figures))
        columns = {"day": "DATE"} | dict.fromkeys((*keys, *DESCRIBED), "VARCHAR")
        report_rows.make(session, columns | dict.fromkeys(COUNTED, "BIGINT"), found)
        return cube(session, panel, calendar, starts)

    with Session() as session:
        cubes = {name: cube_of(session, name) for name in PANELS}
    weekly = [rng.randint(0, most // 2 + 1) for _ in range(days // 7)]
    return Figures(
        counters=Counters("portal.example", AT, 1, 600, 2, 3, 4, 5, None, stale=True),
        before={"today": None, "week": None},
        baseline=0,
        counted_from=calendar.first,
        calendar=calendar,
        bins=starts,
        days={
            name: [rng.randint(0, most) for _ in range(days)] for name in ("visits", "page_views", "visitors")
        }
        | {f"{name}_by_clock": weekly for name in ("visits", "page_views")},
        hours={
            name: [[rng.randint(0, most)] * 24 for _ in range(count)] for name in ("visits", "page_views")
        },
        hours_from=days - count,
        online=[[rng.randint(0, most)] * STEPS for _ in range(online)],
        online_from=days - online,
        cubes=cubes,
        visitors={period: Visitors(7, {}) for period in calendar.presets().values()},
        visit_gap_s=1800,
        rejects=0,
        notes=[(days // 2, "Lễ hội"), (days - 1, "Đổi máy chủ")],
        warnings=[("stale", {"at": ""})],
    )


def shown(chromium: Browser) -> list[list[str]]:
    """The texts of all rows of the first table of each card, without sparks."""
    found: list[list[str]] = chromium.evaluate(
        "[...document.querySelectorAll('[data-card], #left')]"
        ".map((card) => card.querySelector('table')).filter(Boolean)"
        ".flatMap((table) => [...table.querySelectorAll('tbody tr')])"
        ".map((row) => [...row.children].filter((cell) => !cell.querySelector('svg'))"
        ".map((cell) => cell.innerText.trim()))"
    )
    return found


@pytest.mark.parametrize("period", ["7d", "last_month", "12mo", "all"])
@pytest.mark.parametrize("days", [3650, 420])
def test_weeks_of_the_past_are_cut_by_both_in_the_same_way(
    chromium: Browser, tmp_path: Path, days: int, period: str
) -> None:
    file = tmp_path / "page.html"
    content = page.render(made_up(days), page.Look("https://portal.example", period=period))
    assert len(content) <= SIZE_OF_TEN_YEARS
    file.write_bytes(content)
    chromium.open(file, script=False)
    without_script = shown(chromium)
    chromium.open(file)
    assert len(without_script) > 40
    assert shown(chromium) == without_script
    assert chromium.heard.console == []


@pytest.mark.parametrize(
    ("days", "is_empty"), [(3650, False), (1, False), (1, True), (40, True), (94, False)]
)
def test_each_period_of_any_page_can_be_chosen(
    chromium: Browser, tmp_path: Path, days: int, is_empty: bool
) -> None:
    file = tmp_path / "page.html"
    figures = made_up(days, is_empty=is_empty)
    file.write_bytes(page.render(figures, page.Look("https://portal.example")))
    for width in (390, 1280):
        chromium.open(file, width=width)
        chromium.evaluate(
            "for (const compare of ['previous', 'year', 'none'])"
            "for (let index = 0; index < 9; index++) {"
            "const node = document.querySelectorAll('#presets button')[index]; if (!node) break;"
            "const select = document.getElementById('compare');"
            "select.value = compare; select.dispatchEvent(new Event('change'));"
            "node.click(); document.querySelectorAll('.as-table').forEach((button) => button.click()); }"
        )
        assert chromium.heard.console == []
        assert chromium.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert set(figures.calendar.presets()) <= set(PERIODS)


def test_a_range_that_is_no_whole_week_says_so(chromium: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(page.render(made_up(1000), page.Look("https://portal.example")))
    chromium.open(file, "#2025-01-07..2025-01-29")
    assert "được làm tròn đến tuần" in chromium.evaluate("document.getElementById('rounded').innerText")
    chromium.open(file, "#2026-11-10..2026-11-12")
    assert chromium.evaluate("document.getElementById('rounded').hidden")


def test_the_trend_of_a_row_is_by_the_day_where_a_step_is_a_week(chromium: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(page.render(made_up(1000), page.Look("https://portal.example", period="all")))
    chromium.open(file)
    points = chromium.evaluate(
        "[...document.querySelectorAll('[data-card] tbody .spark .line-now')]"
        ".map((line) => line.getAttribute('d').slice(1).split('L'))"
        ".map((points) => points.map((point) => point.split(' ').map(Number)))"
    )
    assert len(points) > 5
    for line in points:
        assert [x for x, _ in line] == sorted(x for x, _ in line)
        heights = [22 - y for x, y in line]
        weeks, days = heights[:-RECENT_DAYS], heights[-RECENT_DAYS:]
        assert line[len(weeks)][0] == pytest.approx(2 + 92 * (1 - RECENT_DAYS / 1000), abs=1)
        assert 0.5 < (sum(weeks) / len(weeks)) / (sum(days) / len(days)) < 2  # the same figures each day
