"""The page in Chromium: quiet, alone, readable, and with the figures of the reports."""

import csv
import io
import json
import re
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support import browser
from support.browser import Browser
from support.surface import AT, CONFIG, SITE, run

from logstats.dashboard.periods import Calendar, Range

HERE = Path(__file__).parent
CHECKS = (HERE / "checks.js").read_text(encoding="utf-8")
WIDTHS = (320, 390, 768, 1280)
PRESETS = ("today", "week", "7d", "month")
LEAST_CONTRAST = 4.5
PAGES_OF_PAPER = 4


def data(chromium: Browser) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(chromium.evaluate("document.getElementById('data').textContent"))
    return found


def texts(chromium: Browser, selector: str) -> list[str]:
    found: list[str] = chromium.evaluate(
        f"[...document.querySelectorAll({json.dumps(selector)})].map((node) => "
        "[...node.childNodes].filter((one) => !(one.matches && one.matches('.unseen')))"
        ".map((one) => one.textContent).join('').trim())"
    )
    return found


def rows(chromium: Browser, selector: str) -> list[list[str]]:
    """The texts of the cells of a table's body, without those of its sparks."""
    found: list[list[str]] = chromium.evaluate(
        f"[...document.querySelector({json.dumps(selector)}).querySelectorAll('tbody tr')].map((row) => "
        "[...row.children].filter((cell) => !cell.querySelector('svg')).map((cell) => cell.innerText.trim()))"
    )
    return found


def report(store: Path, name: str, *options: str) -> list[dict[str, str]]:
    ran = run("--db", store, "--config", CONFIG, name, "--at", AT, *options, "-f", "csv")
    assert ran.code == 0, ran
    return [*csv.DictReader(io.StringIO(ran.out))]


def quiet(chromium: Browser, page: Path) -> None:
    """Nothing was said on the console, and nothing but the file was asked for."""
    assert chromium.heard.console == []
    requested = {url for url in chromium.heard.requests if not url.startswith("data:")}
    assert requested == {page.resolve().as_uri()}


# --- Silence


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_quiet_and_readable(chromium: Browser, sample: Path, width: int, dark: bool) -> None:
    chromium.open(sample, width=width, dark=dark)
    for language in ("vi", "en"):
        assert chromium.evaluate("document.documentElement.lang") == language
        found = chromium.evaluate(CHECKS)
        assert found["contrast"][0][0] >= LEAST_CONTRAST, found["contrast"]
        assert found["texts"] > 300
        assert (found["unnamed"], found["small"], found["headings"]) == ([], [], 0)
        assert found["sideways"] <= 0
        assert all(link.startswith(("#main", f"https://{SITE}/")) for link in found["links"])
        chromium.evaluate("document.getElementById('lang').click()")
    quiet(chromium, sample)


def test_everything_can_be_pressed(chromium: Browser, sample: Path) -> None:
    chromium.open(sample)
    pressed = chromium.evaluate(
        "(() => { let count = 0;"
        "for (const name of ['metric', 'tab', 'more', 'sort', 'for', 'section', 'first'])"
        "for (let index = 0; ; index++) {"
        "const node = document.querySelectorAll(`button[data-${name}]`)[index];"
        "if (!node) break; node.click(); count++; } "
        "for (const id of ['lang', 'theme']) document.getElementById(id).click(); return count; })()"
    )
    assert pressed > 40
    for month in ("2026-11-03", "2026-11-04"):
        chromium.evaluate(f"location.hash = '#{month}..{month}'")
    for compare in ("year", "none", "previous"):
        chromium.evaluate(
            f"document.getElementById('compare').value = '{compare}';"
            "document.getElementById('compare').dispatchEvent(new Event('change'))"
        )
    quiet(chromium, sample)


def requests_of(page: Path, folder: Path) -> set[str]:
    """Return the URLs that Chromium requests for a page, of the browser's own log of the network.

    Chromium makes requests of its own meanwhile, other ones in each version; these are for no page.
    """
    found = browser.program()
    if found is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    log = folder / "net.json"
    options = [option for option in browser.OPTIONS if "debugging" not in option]
    profile = f"--user-data-dir={folder / 'profile'}"
    subprocess.run(
        [found, *options, profile, f"--log-net-log={log}", "--dump-dom", page.as_uri()],
        check=True,
        capture_output=True,
        timeout=60,
    )
    lines = log.read_text("utf-8").splitlines()
    requests = [json.loads(line.rstrip(",]")) for line in lines if '"initiator"' in line]
    return {
        request["params"]["url"]
        for request in requests
        if request["params"].get("site_for_cookies", "").startswith("SiteForCookies: {site=file:")
    }


def test_the_browser_asks_for_nothing(sample: Path, tmp_path: Path) -> None:
    """The log of the network; that requests are seen there is shown by a page that makes two."""
    asking = tmp_path / "asking.html"
    asking.write_text('<img src="http://127.0.0.1:9/a"><script>fetch("http://127.0.0.1:9/b")</script>')
    assert requests_of(asking, tmp_path) == {"http://127.0.0.1:9/a", "http://127.0.0.1:9/b"}
    assert requests_of(sample, tmp_path) == set()


# --- The figures


def test_the_four_figures(chromium: Browser, sample: Path) -> None:
    chromium.open(sample)
    shown = {name: texts(chromium, f"#figure-{name}")[0] for name in ("online", "today", "week", "all_time")}
    assert shown == {"online": "23", "today": "274", "week": "3,716", "all_time": "1,605,233"}


def period_of(chromium: Browser, name: str) -> tuple[str, list[str]]:
    """Choose a ready period; return its first day, and the options of a report for it."""
    (preset,) = [one for one in data(chromium)["presets"] if one[0] == name]
    chromium.click(f'[data-first="{preset[1]}"][data-last="{preset[2]}"]')
    first = date.fromisoformat(data(chromium)["first"]) + timedelta(days=preset[1])
    return f"{first}", ["--since", f"{first}"]


def percent(now: int, before: int) -> str:
    change = 100 * (now - before) / before
    size = f"{abs(change):.1f}" if abs(change) < 9.95 else f"{abs(change):.0f}"
    return f"{'▲' if change > 0.55 else '▼' if change < -0.55 else '='} {size}%"


@pytest.mark.parametrize("name", PRESETS)
def test_a_period_has_the_figures_of_the_reports(
    chromium: Browser, sample: Path, store: Path, name: str
) -> None:
    chromium.open(sample)
    first, options = period_of(chromium, name)
    (visits,) = report(store, "visits", "--by", "all", "--with-bots", *options)
    values = texts(chromium, "#kpis .value")
    expected = [f"{int(visits[key]):,}" for key in ("visits", "visitors", "page_views")]
    assert values[:3] == expected
    assert values[3] == f"{int(visits['page_views']) / int(visits['visits']):.2f}"
    statuses = report(store, "statuses", "--limit", "0", *options)
    lines, bots = (sum(int(row[key]) for row in statuses) for key in ("hits", "bot_hits"))
    assert values[4] == f"{100 * bots / lines:.0f}%"
    steps = rows(chromium, "#left")
    assert (steps[0][2], steps[1][2]) == (f"{lines:,}", f"−{bots:,}")
    assert [row[2] for row in steps if not row[0].startswith("−")] == [f"{lines:,}", expected[2], expected[0]]
    numbers = [int(row[2].replace(",", "").replace("−", "-")) for row in steps]
    assert sum(numbers[:6]) == numbers[6]
    assert numbers[6] + numbers[7] == numbers[8]
    assert first


@pytest.mark.parametrize("name", PRESETS)
def test_a_period_has_the_articles_of_the_report(
    chromium: Browser, sample: Path, store: Path, name: str
) -> None:
    chromium.open(sample)
    _, options = period_of(chromium, name)
    chromium.click("#only")
    expected = report(store, "articles", "--limit", "0", *options)
    expected.sort(key=lambda row: (-int(row["views"]), row["article"]))
    shown = rows(chromium, "[data-card=read]")
    assert len(shown) == 10
    for rank, (row, cells) in enumerate(zip(expected, shown, strict=False), start=1):
        assert cells[0].startswith(f"{rank}. {row['title'] or row['article']}"), (row, cells)
        assert cells[1] == f"{int(row['views']):,}"
        change = int(row["change"] or 0)
        if not row["change"]:
            assert cells[2] == "–"
        elif change == int(row["views"]):
            assert cells[2] == f"+{change:,} mới"
        else:
            assert cells[2] == f"{'+' if change > 0 else '−' if change < 0 else ''}{abs(change):,}"


TABLES = {
    # a tab, and its card: a report, its options, the column of the label, and those of the numbers
    ("sections", "sections"): ("sections", (), "section", ("views",)),
    ("origins", "origins"): ("origins", ("--by", "name"), "name", ("visits",)),
    ("channels", "origins"): ("origins", ("--by", "channel"), "channel", ("visits",)),
    ("entries", "way"): ("entries", (), "article", ("visits", "share")),
    ("exits", "way"): ("exits", (), "article", ("visits", "share")),
    ("browsers", "tech"): ("browsers", (), "browser", ("visits", "share")),
    ("systems", "tech"): ("systems", (), "system", ("visits", "share")),
    ("devices", "tech"): ("devices", (), "device", ("visits", "share")),
    ("notfound", "notfound"): ("notfound", (), "page", ("hits", "bot_hits")),
    ("answers", "answers"): ("statuses", (), "status", ("hits", "bot_hits")),
    ("bots", "bots"): ("bots", ("--by", "class"), "class", ("hits",)),
    ("methods", "server"): ("methods", (), "method", ("hits", "share")),
}


def number_of(text: str) -> float:
    return float(text.replace(",", "").removesuffix("%"))


def numbers_of(row: dict[str, str], names: tuple[str, ...]) -> list[float]:
    """The numbers of a report's row as the page shows them: people are the hits without those of bots."""
    found = [float(row[name]) for name in names]
    if "bot_hits" in names:
        found[0] -= found[1]
    return found


@pytest.mark.parametrize("name", ["7d", "month"])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table[0]))
def test_a_table_has_the_rows_of_its_report(
    chromium: Browser, sample: Path, store: Path, table: tuple[str, str], name: str
) -> None:
    tab, card = table
    chromium.open(sample)
    _, options = period_of(chromium, name)
    if chromium.evaluate(f"!!document.getElementById('tab-{tab}')"):
        chromium.click(f"#tab-{tab}")
    report_name, more, _, names = TABLES[table]
    expected = [numbers_of(row, names) for row in report(store, report_name, "--limit", "0", *more, *options)]
    shown = [[number_of(cell) for cell in row[1:]] for row in rows(chromium, f"[data-card={card}]")]
    expected.sort(reverse=True)
    assert len(shown) == min(8, len(expected))
    for wanted, found in zip(expected, shown, strict=False):
        assert found[0] == wanted[0]
        if len(names) > 1:
            assert found[1] == pytest.approx(wanted[1], abs=0.51)


def test_a_table_of_the_opening_period_stays_and_names_its_days(
    chromium: Browser, sample: Path, store: Path
) -> None:
    chromium.open(sample, "#2026-11-10..2026-11-12")
    expected = report(store, "sizes", "--by", "class", "--since", "2026-11-15")
    shown = rows(chromium, "[data-card=server]")
    assert [number_of(row[2]) for row in shown] == [int(row["hits"]) for row in expected]
    assert [number_of(row[1]) for row in shown] == [round(int(row["bytes"]) / 1000) for row in expected]
    assert "15/11/2026 – 21/11/2026" in texts(chromium, "[data-card=server] .sub")[0]
    chromium.click("#tab-methods")
    assert "10/11/2026 – 12/11/2026" in texts(chromium, "[data-card=server] .sub")[0]


def test_changes_are_those_of_the_same_weekdays_until_the_same_time(
    chromium: Browser, sample: Path, store: Path
) -> None:
    chromium.open(sample)
    period_of(chromium, "7d")
    (now,) = report(store, "visits", "--by", "all", "--since", "2026-11-15")
    ran = run(
        "--db",
        store,
        "--config",
        CONFIG,
        "visits",
        "--at",
        "2026-11-14T10:00",
        "--since",
        "2026-11-08",
        "--by",
        "all",
        "-f",
        "csv",
    )
    (before,) = csv.DictReader(io.StringIO(ran.out))
    shown = texts(chromium, "#kpis .change")
    keys = ("visits", "visitors", "page_views")
    assert shown[:3] == [percent(int(now[key]), int(before[key])) for key in keys]


def test_periods_are_moved_back_as_the_reports_do_it(chromium: Browser, sample: Path) -> None:
    chromium.open(sample)
    last = data(chromium)["last"]
    calendar = Calendar(date(2026, 11, 1), datetime.fromisoformat(AT))
    for compare in ("previous", "year"):
        for length in (1, 2, 6, 7, 8, 14, 15, 30, 364, 365, 366, 800):
            for end in (last, last - 1):
                period = Range(end - length + 1, end)
                expression = f"daysBack({{first: {period.first}, last: {period.last}}}, '{compare}')"
                assert chromium.evaluate(expression) == calendar.days_back(period, compare), period


def test_visitors_of_other_periods_are_not_made_up(chromium: Browser, sample: Path) -> None:
    chromium.open(sample, "#2026-11-10..2026-11-12")
    assert texts(chromium, "#kpis .value")[1] == "–"
    assert texts(chromium, "#kpis .small")[0] == "chỉ có cho một ngày và các kỳ có sẵn"
    chromium.open(sample, "#2026-11-10..2026-11-10")
    assert texts(chromium, "#kpis .value")[1] == "509"


# --- Keys and pointers


def test_a_bar_is_picked_by_keys_and_by_clicks(chromium: Browser, sample: Path) -> None:
    chromium.open(sample)
    chromium.evaluate("document.getElementById('days').focus()")
    for key in ("ArrowLeft", "ArrowLeft"):
        chromium.press(key)
    assert texts(chromium, "#tip")[0].startswith("Thứ Sáu, 20/11\n655")
    chromium.press("Enter")
    assert chromium.evaluate("location.hash") == "#2026-11-20..2026-11-20"
    assert texts(chromium, "#h-days") == ["Lượt truy cập theo giờ"]
    chromium.press("Escape")
    chromium.open(sample)
    chromium.click('#days [data-index="15"]')
    assert chromium.evaluate("location.hash") == "#2026-11-16..2026-11-16"


def test_keys_reach_everything(chromium: Browser, sample: Path) -> None:
    chromium.open(sample)
    reached = set()
    for _ in range(150):
        chromium.press("Tab")
        name = chromium.evaluate(
            "(() => { const node = document.activeElement; const style = getComputedStyle(node);"
            "const { more, metric, first } = node.dataset;"
            "return node === document.body ? '' : (node.id || more || metric || first || node.tagName) + "
            "(style.outlineStyle === 'none' ? ' without a ring' : ''); })()"
        )
        reached.add(name)
        if not name:
            break
    assert {"lang", "theme", "print", "from", "to", "compare", "days", "find", "section", "only"} <= reached
    assert {"visits", "page_views", "tab-most_read", "tab-entries", "most_read", "SUMMARY"} <= reached
    assert not [name for name in reached if "without" in name]


def test_tabs_by_arrows(chromium: Browser, sample: Path) -> None:
    chromium.open(sample)
    chromium.evaluate("document.getElementById('tab-entries').focus()")
    chromium.press("ArrowRight")
    chromium.press("ArrowRight")
    assert chromium.evaluate("document.activeElement.id") == "tab-searches"
    assert rows(chromium, "[data-card=way]")[0][0] == "bát xát"


def test_articles_are_found_without_diacritics(chromium: Browser, sample: Path) -> None:
    chromium.open(sample)
    chromium.evaluate(
        "(() => { const node = document.getElementById('find'); node.value = 'le hoi XUONG đong';"
        "node.dispatchEvent(new Event('input')); })()"
    )
    (row,) = rows(chromium, "[data-card=read]")
    assert row[0].startswith("1. Lễ hội xuống đồng xã Y Tý năm 2026")


# --- Without JavaScript, on paper


def test_without_javascript_the_page_shows_the_same(chromium: Browser, sample: Path) -> None:
    chromium.open(sample)
    selectors = [
        "#left",
        *(f"[data-card={name}]" for name in data(chromium)["cards"] if data(chromium)["cards"][name]),
    ]
    with_script = {selector: rows(chromium, selector) for selector in selectors}
    texts_of_both = ("#kpis .name", "#kpis .value", "#kpis .change", ".figure .count", ".figure .note")
    shown = {selector: texts(chromium, selector) for selector in texts_of_both}
    chromium.click(".as-table[data-for=days]")
    days = rows(chromium, "#days")
    chromium.open(sample, script=False)
    found = {selector: rows(chromium, f"{selector} table") for selector in selectors}
    assert found == with_script
    assert {selector: texts(chromium, selector) for selector in texts_of_both} == shown
    assert rows(chromium, "#days") == days
    assert chromium.evaluate("document.querySelector('#period').getClientRects().length") == 0
    quiet(chromium, sample)


def test_paper(chromium: Browser, sample: Path) -> None:
    chromium.open(sample, dark=True)
    printed = chromium.pdf()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= PAGES_OF_PAPER


# --- Speed and size


def test_the_sample_is_small_and_quick(chromium: Browser, sample: Path) -> None:
    assert sample.stat().st_size <= 150_000
    chromium.open(sample)
    times = chromium.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    assert times["loadEventEnd"] <= 5_000  # on a machine that does other work
