"""The four figures: how they are written, where they begin, and the file that shows them."""

import errno
import json
import os
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support.surface import AT, SITE, Ran, assert_in_words, log_line, month_store, run

from logstats.render.box import FIGURES, LABELS

VI = "Thống kê truy cập\n• Đang online: 23\n• Hôm nay: 274\n• Trong tuần: 3,716\n• Tất cả: 1,605,233\n"
EN = "Visits\n• Online now: 23\n• Today: 274\n• This week: 3,716\n• All time: 1,605,233\n"
HTML = """\
<div class="logstats" lang="vi" data-site="batxat.laocai.gov.vn">
  <h3>Thống kê truy cập</h3>
  <ul>
    <li>Đang online: <span class="logstats-online">23</span></li>
    <li>Hôm nay: <span class="logstats-today">274</span></li>
    <li>Trong tuần: <span class="logstats-week">3,716</span></li>
    <li>Tất cả: <span class="logstats-all-time">1,605,233</span></li>
  </ul>
</div>
"""
RECORD = {
    "site": SITE,
    "at": "2026-11-21T10:00:00+07:00",
    "online": 23,
    "online_window_s": 600,
    "today": 274,
    "week": 3716,
    "month": 10911,
    "all_time": 1605233,
    "logged_until": "2026-11-21T10:00:00+07:00",
    "stale": False,
}
TSV = (
    "site\tat\tonline\tonline_window_s\ttoday\tweek\tmonth\tall_time\tlogged_until\tstale\n"
    "batxat.laocai.gov.vn\t2026-11-21T10:00:00+07:00\t23\t600\t274\t3716\t10911\t1605233"
    "\t2026-11-21T10:00:00+07:00\tfalse\n"
)
WRITTEN = [
    (["--format", "text"], VI),
    (["--format", "text", "--lang", "vi"], VI),
    (["--format", "text", "--lang", "en"], EN),
    (["--format", "html"], HTML),
    (["--format", "tsv"], TSV),
    ([], TSV),  # into a pipe
]


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month_store(tmp_path_factory.getbasetemp())


def counters(store: Path, *options: str | Path) -> Ran:
    return run("--db", store, "counters", "--at", AT, *options)


def well(ran: Ran) -> str:
    """What a run printed that had nothing else to say."""
    assert (ran.code, ran.err) == (0, "")
    return ran.out


@pytest.mark.parametrize(("options", "text"), WRITTEN)
def test_the_box_and_the_row(options: list[str], text: str, month: Path) -> None:
    assert well(counters(month, *options)) == text


@pytest.mark.parametrize("lang", [[], ["--lang", "en"]])
def test_the_records_keys_are_the_contract_in_any_language(lang: list[str], month: Path) -> None:
    text = well(counters(month, "--format", "json", *lang))
    assert json.loads(text) == [RECORD]
    assert list(json.loads(text)[0]) == list(RECORD)


def test_the_html_box_in_english(month: Path) -> None:
    text = well(counters(month, "--format", "html", "--lang", "en"))
    assert text.splitlines()[:4] == [
        f'<div class="logstats" lang="en" data-site="{SITE}">',
        "  <h3>Visits</h3>",
        "  <ul>",
        '    <li>Online now: <span class="logstats-online">23</span></li>',
    ]


def test_every_language_has_every_label() -> None:
    assert {tuple(labels) for labels in LABELS.values()} == {("title", *FIGURES)}


# --- Small stores, whose figures can be counted on the fingers ---------------------------------


def read_in(folder: Path, hits: Sequence[tuple[str, str]], settings: str = "", site: str = "portal") -> Path:
    """Return a store of page views, (time, client) each, and the site's settings."""
    log = "".join(log_line({"time": at, "client": who, "request": "/"}) + "\n" for at, who in hits)
    (folder / f"{site}.log").write_text(log, encoding="utf-8")
    config = folder / "logstats.toml"
    config.write_text(
        f'[[site]]\nname = "portal"\ntimezone = "Asia/Ho_Chi_Minh"\n{settings}', encoding="utf-8"
    )
    store = folder / "store.duckdb"
    options = ("--site", site, "--timezone", "Asia/Ho_Chi_Minh")
    assert run("--db", store, "--config", config, "ingest", *options, folder / f"{site}.log").code == 0
    return store


def figure(store: Path, name: str, at: str) -> int:
    (record,) = json.loads(well(run("--db", store, "counters", "--at", at, "-f", "json")))
    return int(record[name])


DAYS = [
    ("2026-10-31 12:00", "192.0.2.1"),
    ("2026-11-15 12:00", "192.0.2.1"),  # a Sunday
    ("2026-11-16 12:00", "192.0.2.1"),
    ("2026-11-20 12:00", "192.0.2.1"),
    ("2026-11-22 11:50", "192.0.2.1"),  # the next Sunday
    ("2026-11-22 11:49:59", "192.0.2.2"),
    ("2026-11-22 12:00", "192.0.2.3"),
    ("2026-11-22 12:00:01", "192.0.2.4"),
]
COUNTED = [
    # the settings, and online, today, week, month and all time at noon on Sunday the 22nd
    ("", (2, 3, 5, 6, 7)),
    ('week_start = "sunday"', (2, 3, 3, 6, 7)),
    ('online_window = "11m"', (3, 3, 5, 6, 7)),
    ("baseline = 100", (2, 3, 5, 6, 107)),
    ("baseline = 100\nbaseline_on = 2026-11-20", (2, 3, 5, 6, 104)),
]


@pytest.mark.parametrize(("settings", "expected"), COUNTED)
def test_the_figures_of_a_site_by_its_settings(
    settings: str, expected: tuple[int, ...], tmp_path: Path
) -> None:
    store = read_in(tmp_path, DAYS, settings)
    (record,) = json.loads(well(run("--db", store, "counters", "--at", "2026-11-22T12:00", "-f", "json")))
    assert tuple(record[name] for name in ("online", "today", "week", "month", "all_time")) == expected


def test_the_day_begins_at_midnight_in_the_sites_zone(tmp_path: Path) -> None:
    """At 3 o'clock in Việt Nam it is still yesterday in UTC."""
    store = read_in(tmp_path, [("2026-11-20 22:00", "192.0.2.1"), ("2026-11-21 02:00", "192.0.2.1")])
    assert figure(store, "today", "2026-11-21T03:00") == 1
    assert figure(store, "all_time", "2026-11-21T03:00") == 2


@pytest.mark.parametrize(
    ("at", "stale", "until"),
    [
        ("2026-11-22T12:00", False, "12:00:00"),
        ("2026-11-22T12:10:01", False, "12:00:01"),
        ("2026-11-22T12:10:02", True, "12:00:01"),
        ("last", False, "12:00:01"),
    ],
)
def test_a_figure_is_stale_when_nothing_was_logged_for_longer_than_the_window(
    at: str, stale: bool, until: str, tmp_path: Path
) -> None:
    store = read_in(tmp_path, DAYS)
    (record,) = json.loads(well(run("--db", store, "counters", "--at", at, "-f", "json")))
    assert (record["stale"], record["logged_until"]) == (stale, f"2026-11-22T{until}+07:00")


@pytest.mark.parametrize(
    "ahead", ["2026-11-22 12:00:01", "2026-11-23 12:00:01", "2026-11-30 12:00", "2038-01-20 00:00"]
)
def test_case_30_a_line_of_the_future_counts_in_its_day_and_nobody_is_online_by_it(
    ahead: str, tmp_path: Path
) -> None:
    """Nothing is dropped for its time; figures are for an instant, and it counts from its own on."""
    store = read_in(tmp_path, [("1970-01-02 00:00", "192.0.2.1"), (ahead, "192.0.2.2")])
    noon = "2026-11-22T12:00"
    assert {name: figure(store, name, noon) for name in ("online", "today", "week", "all_time")} == {
        "online": 0,
        "today": 0,
        "week": 0,
        "all_time": 1,
    }
    days = well(run("--db", store, "sql", "SELECT day, visits FROM day_totals ORDER BY day", "-f", "csv"))
    assert days == f"day,visits\n1970-01-02,1\n{ahead[:10]},1\n"
    assert figure(store, "all_time", f"{ahead[:10]}T23:59:59") == 2
    assert figure(store, "today", f"{ahead[:10]}T23:59:59") == 1


def test_several_sites_have_a_box_each(tmp_path: Path) -> None:
    read_in(tmp_path, [("2026-11-20 10:02", "192.0.2.1")], site='b"<i>')
    store = read_in(tmp_path, [("2026-11-20 10:00", "192.0.2.1"), ("2026-11-20 10:01", "192.0.2.2")])
    options = ("--db", store, "counters", "--at", "2026-11-20T10:05")
    assert well(run(*options, "-f", "text", "--lang", "en")) == (
        'Visits — b"<i>\n• Online now: 1\n• Today: 1\n• This week: 1\n• All time: 1\n'
        "\n"
        "Visits — portal\n• Online now: 2\n• Today: 2\n• This week: 2\n• All time: 2\n"
    )
    assert well(run(*options, "-f", "text", "--site", "portal")).startswith(
        "Thống kê truy cập\n• Đang online: 2\n"
    )
    assert sites_in(well(run(*options, "-f", "html"))) == ['b"<i>', "portal"]
    assert [row["site"] for row in json.loads(well(run(*options, "-f", "json")))] == ['b"<i>', "portal"]


def sites_in(page: str) -> list[str | None]:
    """The sites of the boxes of a page, as a browser reads it; the page must hold no other tags."""
    sites: list[str | None] = []

    class Boxes(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag in ("div", "h3", "ul", "li", "span")
            sites.extend(value for name, value in attrs if name == "data-site")

    Boxes().feed(page)
    return sites


# --- Baselines ---------------------------------------------------------------------------------

THREE_DAYS = [
    ("2026-11-18 10:00", "192.0.2.1"),
    ("2026-11-18 11:00", "192.0.2.2"),
    ("2026-11-19 10:00", "192.0.2.1"),
    ("2026-11-20 10:00", "192.0.2.1"),
    ("2026-11-20 11:00", "192.0.2.2"),
    ("2026-11-20 12:00", "192.0.2.3"),
]
ON_19 = ("baseline", "portal", "1000", "--on", "2026-11-19")
BASELINES = [
    # commands, and all time at the end of the 18th, the 19th and the 20th
    ([], (2, 3, 6)),
    ([("baseline", "portal", "1000")], (1002, 1003, 1006)),
    ([ON_19], (2, 1001, 1004)),
    ([ON_19, ("baseline", "portal", "5000", "--on", "2026-11-20")], (2, 1001, 5003)),
    ([("baseline", "portal", "5000", "--on", "2026-11-20"), ON_19], (2, 1001, 5003)),
    ([ON_19, ("baseline", "portal", "2000", "--on", "2026-11-19")], (2, 2001, 2004)),  # put right
    ([ON_19, ON_19], (2, 1001, 1004)),
    ([("baseline", "portal", "0", "--on", "2026-11-20")], (2, 3, 3)),
    ([("baseline", "portal", "9", "--on", "2027-01-01")], (2, 3, 6)),
]


@pytest.mark.parametrize(("commands", "all_time"), BASELINES)
def test_all_time_is_the_baseline_in_force_and_every_visit_since(
    commands: list[tuple[str, ...]], all_time: tuple[int, int, int], tmp_path: Path
) -> None:
    store = read_in(tmp_path, THREE_DAYS)
    for command in commands:
        ran = run("--db", store, *command)
        assert (ran.code, ran.out, f"{int(command[2]):,}" in ran.err) == (0, "", True)
    days = ("2026-11-18T23:59:59", "2026-11-19T23:59:59", "2026-11-20T23:59:59")
    assert tuple(figure(store, "all_time", day) for day in days) == all_time


def test_a_late_line_from_before_the_baseline_is_in_its_day_and_not_in_all_time(tmp_path: Path) -> None:
    store = read_in(tmp_path, THREE_DAYS)
    assert run("--db", store, *ON_19).code == 0
    late = tmp_path / "late.log"
    hits = [{"time": f"2026-11-{day} 20:00", "client": "192.0.2.9", "request": "/"} for day in (18, 19)]
    late.write_text("".join(log_line(hit) + "\n" for hit in hits), encoding="utf-8")
    assert run("--db", store, "ingest", "--site", "portal", late).code == 0
    assert figure(store, "today", "2026-11-18T23:59:59") == 3
    assert figure(store, "all_time", "2026-11-20T23:59:59") == 1005


def test_a_baseline_has_a_note(tmp_path: Path) -> None:
    store = read_in(tmp_path, THREE_DAYS)
    assert run("--db", store, *ON_19, "--note", "ảnh chụp ngày 18").code == 0
    baselines = json.loads(
        well(run("--db", store, "sql", "SELECT visits, note FROM baselines", "-f", "json"))
    )
    assert baselines == [{"visits": 1000, "note": "ảnh chụp ngày 18"}]


# --- The file ----------------------------------------------------------------------------------


@pytest.fixture
def box(month: Path, tmp_path: Path) -> Path:
    """Give the box's file as a first run has written it, alone in its folder."""
    path = tmp_path / "www" / "box.txt"
    path.parent.mkdir()
    assert well(counters(month, "--output", path)) == ""
    return path


def later(store: Path, path: Path, *options: str) -> Ran:
    """Write the box as it is a second later, when it says something else."""
    return run("--db", store, "counters", "--at", "2026-11-21T10:00:01", "--output", path, *options)


@pytest.mark.parametrize(
    ("options", "text"), [([], VI), (["-f", "html"], HTML), (["-f", "tsv"], TSV), (["--lang", "en"], EN)]
)
def test_a_file_holds_what_would_be_printed(
    options: list[str], text: str, month: Path, tmp_path: Path
) -> None:
    assert well(counters(month, *options, "--output", tmp_path / "box")) == ""
    assert (tmp_path / "box").read_text(encoding="utf-8") == text


def test_a_file_may_be_parquet(month: Path, tmp_path: Path) -> None:
    assert well(counters(month, "-f", "parquet", "--output", tmp_path / "box")) == ""
    assert (tmp_path / "box").read_bytes().startswith(b"PAR1")


def test_a_new_file_has_the_mode_that_umask_leaves(month: Path, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        well(counters(month, "--output", tmp_path / "box"))
    finally:
        os.umask(before)
    assert (tmp_path / "box").stat().st_mode & 0o7777 == 0o640


def test_a_file_that_changes_is_replaced_by_another_with_its_mode(month: Path, box: Path) -> None:
    box.chmod(0o604)
    old = box.stat()
    with box.open(encoding="utf-8") as reader:  # who has the old one open goes on reading that
        assert well(later(month, box)) == ""
        assert reader.read() == VI
    new = box.stat()
    assert box.read_text(encoding="utf-8") != VI
    assert new.st_ino != old.st_ino
    assert (new.st_mode, new.st_uid, new.st_gid) == (old.st_mode, old.st_uid, old.st_gid)
    assert list(box.parent.iterdir()) == [box]


def test_a_file_that_would_not_change_is_left_alone(month: Path, box: Path) -> None:
    os.utime(box, ns=(1, 1))
    old = box.stat()
    assert well(counters(month, "--output", box)) == ""
    assert (box.stat().st_ino, box.stat().st_mtime_ns) == (old.st_ino, 1)


def test_a_link_is_refused_with_the_name_of_its_file(month: Path, box: Path) -> None:
    link = box.parent / "link.txt"
    link.symlink_to(box.name)
    ran = later(month, link)
    assert ran.code == 1
    assert str(box.resolve()) in ran.err
    assert link.is_symlink()
    assert box.read_text(encoding="utf-8") == VI


def test_verbose_says_what_became_of_the_file(month: Path, box: Path) -> None:
    command = ("--verbose", "--db", month, "counters", "--at", AT, "--output", box)
    assert run(*command).err == f"{box}: not changed\n"
    box.unlink()
    assert run(*command).err == f"{box}: written\n"


@pytest.mark.parametrize("call", ["fsync", "fchmod"])
def test_a_disk_that_is_full_leaves_the_old_file(
    call: str, month: Path, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    ran = later(month, box)
    assert (ran.code, ran.out) == (1, "")
    assert (
        ran.err == f"logstats: {box}: can't be written: No space left on device; the file was not changed\n"
    )
    assert box.read_text(encoding="utf-8") == VI
    assert list(box.parent.iterdir()) == [box]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "is not a regular file"),
        ("nowhere/box.txt", "No such file or directory"),
        ("x" * 300, "File name too long"),
    ],
    ids=["folder", "nowhere", "long"],
)
def test_a_file_that_cannot_be_written_is_named(name: str, message: str, month: Path, box: Path) -> None:
    path = box.parent / name
    ran = later(month, path)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"logstats: {path}: ")
    assert message in ran.err
    assert list(box.parent.iterdir()) == [box]


@pytest.mark.parametrize(
    ("options", "code"),
    [(["--site", "nowhere"], 2), (["--timezone", "nowhere"], 2), (["-f", "nowhere"], 2)],
)
def test_a_command_that_fails_leaves_the_old_file(
    options: list[str], code: int, month: Path, box: Path
) -> None:
    ran = later(month, box, *options)
    assert_in_words(ran.err)
    assert (ran.code, ran.out) == (code, "")
    assert box.read_text(encoding="utf-8") == VI


def test_a_store_that_is_not_there_leaves_the_old_file(box: Path) -> None:
    ran = later(box.parent / "nowhere.duckdb", box)
    assert (ran.code, ran.out) == (4, "")
    assert box.read_text(encoding="utf-8") == VI
    assert list(box.parent.iterdir()) == [box]


@pytest.mark.parametrize(
    ("at", "until", "stale"),
    [
        ("2026-11-21T00:05", None, True),
        ("2026-11-21T00:12", "2026-11-21T00:10:00+07:00", False),
        ("2026-11-21T06:00", "2026-11-21T00:10:00+07:00", True),
        ("2026-11-21T12:00", "2026-11-21T12:00:00+07:00", False),
    ],
)
def test_the_newest_line_is_one_that_was_logged_until_then(
    at: str, until: str | None, stale: bool, tmp_path: Path
) -> None:
    store = read_in(tmp_path, [("2026-11-21 00:10", "192.0.2.1"), ("2026-11-21 12:00", "192.0.2.2")])
    (record,) = json.loads(run("--db", store, "counters", "--at", at, "-f", "json").out)
    assert (record["logged_until"], record["stale"]) == (until, stale)


def test_who_was_online_is_not_known_where_hits_are_pruned(tmp_path: Path) -> None:
    days = [(f"2026-11-{day} {hour}:00", "192.0.2.1") for day in (18, 19, 20, 21) for hour in (10, 12)]
    store, file = read_in(tmp_path, days), tmp_path / "box.json"
    command = ("--db", store, "counters", "--at", "2026-11-18T12:00")
    (before,) = json.loads(run(*command, "-f", "json").out)
    assert before["online"] == 1
    assert run("--db", store, "prune", "--keep", "1d", "--at", "last").code == 0
    (pruned,) = json.loads(run(*command, "-f", "json").out)
    assert pruned == before | {"online": None}
    assert "• Online now: –\n" in run(*command, "-f", "text", "--lang", "en").out
    refused = run(*command, "-o", file)
    assert refused.code != 0
    assert "because the hits of that time are pruned; the file was not changed" in refused.err
    assert not file.exists()
    (kept,) = json.loads(run("--db", store, "counters", "--at", "last", "-f", "json").out)
    assert kept["online"] == 1
    rows = run("--db", store, "compare", "--since", "3d", "--at", "last", "-f", "csv").out
    figures = {row.split(",")[1]: row.split(",")[2] for row in rows.splitlines()[1:]}
    assert figures == {"visits": "8", "visitors": "1", "page_views": "", "bot_hits": ""}
