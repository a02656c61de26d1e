"""The panels of a page that only some logs and settings have: the server's work, countries, networks."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from support import mmdb
from support.surface import log_line, run

SITE = "portal"
NOW = "2026-11-20T12:00"
FORMAT = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %D'
TOML = f"""database = "store.duckdb"
at = "{NOW}"
[geo]
database = "countries.mmdb"
[[site]]
name = "{SITE}"
timezone = "Asia/Ho_Chi_Minh"
logs = ["access.log"]
"""
WITH_DURATIONS = f"format = '{FORMAT}'\n"
CLIENTS = ("203.113.129.7", "203.113.130.8", "2001:db8:5:6::9")
NETWORKS = ["2001:db8:5::", "203.113.129.0", "203.113.130.0"]


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of one's own with a log of three clients, whose answers take 1 to 36 milliseconds."""
    monkeypatch.chdir(tmp_path)
    mmdb.write(tmp_path / "countries.mmdb", {"203.113.0.0/16": "VN"})
    Path("logstats.toml").write_text(TOML + WITH_DURATIONS, encoding="utf-8")
    write_log()
    return tmp_path


def write_log(bytes_sent: str = "5000", *, has_durations: bool = True) -> None:
    lines = []
    for number in range(36):
        hit = {
            "time": f"2026-11-{19 + number % 2} 10:{number:02}",
            "client": CLIENTS[number % 3],
            "request": "POST /gui" if number < 4 else "/cham",
            "bytes": bytes_sent,
        }
        lines.append(log_line(hit) + (f" {(number + 1) * 1000}\n" if has_durations else "\n"))
    Path("access.log").write_text("".join(lines), encoding="utf-8")


def page(*options: str) -> dict[str, Any]:
    """Return the data of the page after the log was read."""
    assert run("update").code == 0
    ran = run("dashboard", "-o", "-", *options)
    assert ran.code == 0, ran
    found: dict[str, Any] = json.loads(ran.out.partition('id="data">')[2].partition("</script>")[0])
    found["html"] = ran.out
    return found


def tables(data: dict[str, Any], card: str) -> list[str]:
    return [table["name"] for table in data["cards"].get(card, [])]


def rows(data: dict[str, Any], cube: str) -> list[list[Any]]:
    """Return the label and the figures of each row of a ready cube."""
    return [
        [data["labels"][labels[0]], *(figures[1] for figures in more)]
        for labels, *more in data["cubes"][cube]["rows"]
    ]


def warned(data: dict[str, Any]) -> list[str]:
    """Return the names of the warnings that are no matter of the time, and are shown."""
    assert (
        "logstats countries" in data["html"].partition('<ul id="warnings">')[2].partition("</ul>")[0]
    ) == ("countries" in dict(data["warnings"]))
    return [name for name, _ in data["warnings"] if name not in ("stale", "gap", "dominant", "suspects")]


@pytest.mark.usefixtures("scratch")
def test_the_server_s_work_is_what_the_reports_say() -> None:
    data = page()
    assert tables(data, "server") == ["slow", "sizes", "methods"]
    assert rows(data, "slow") == [["/cham", 34, 21, 32]]
    assert rows(data, "sizes") == [["page view", 160, 32], ["method", 20, 4]]
    assert [data["labels"][row[0][0]] for row in data["cubes"]["methods"]["rows"]] == ["GET", "POST"]
    assert "20/11/2026" in data["html"].partition('id="card-server"')[2].partition("</table>")[0]


@pytest.mark.usefixtures("scratch")
def test_a_table_of_the_opening_period_has_its_rows_only() -> None:
    data = page("--period", "today")
    assert data["cubes"]["sizes"]["period"] == [1, 1]
    assert rows(data, "sizes") == [["page view", 80, 16], ["method", 10, 2]]


@pytest.mark.usefixtures("scratch")
def test_what_the_log_lacks_has_no_table() -> None:
    Path("logstats.toml").write_text(TOML, encoding="utf-8")
    write_log("-", has_durations=False)
    data = page()
    assert tables(data, "server") == ["methods"]
    assert "card-server" in data["html"]


@pytest.mark.usefixtures("scratch")
def test_countries_need_their_database() -> None:
    data = page()
    assert tables(data, "tech") == ["browsers", "systems", "devices", "countries"]
    assert rows(data, "countries") == [["VN", 4], ["unknown", 2]]
    Path("logstats.toml").write_text(
        (TOML + WITH_DURATIONS).replace('[geo]\ndatabase = "countries.mmdb"\n', ""), encoding="utf-8"
    )
    assert tables(page(), "tech") == ["browsers", "systems", "devices"]


@pytest.mark.usefixtures("scratch")
@pytest.mark.parametrize("content", [b"not a database\n", None])
def test_without_a_usable_database_the_rest_of_the_page_is_right(content: bytes | None) -> None:
    right = page()
    database = Path("countries.mmdb")
    if content is None:
        database.unlink()
    else:
        database.write_bytes(content)
    data = page()
    assert tables(data, "tech") == ["browsers", "systems", "devices"]
    assert rows(data, "sizes") == rows(right, "sizes")
    assert (warned(right), warned(data)) == ([], ["countries"])
    checked = {row["what"]: row["state"] for row in json.loads(run("check", "-f", "json").out)}
    assert checked["countries"] == "problem"


@pytest.mark.usefixtures("scratch")
def test_a_site_of_pseudonyms_has_no_countries_and_no_networks() -> None:
    Path("logstats.toml").write_text(TOML + WITH_DURATIONS + 'privacy = "hash"\n', encoding="utf-8")
    data = page("--with-addresses")
    assert tables(data, "tech") == ["browsers", "systems", "devices"]
    assert "networks" not in tables(data, "server")


@pytest.mark.usefixtures("scratch")
def test_networks_are_in_the_file_only_if_they_are_wanted() -> None:
    without, with_addresses = page(), page("--with-addresses")
    assert sorted(row[0] for row in rows(with_addresses, "networks")) == NETWORKS
    for client in CLIENTS:
        assert client not in without["html"] + with_addresses["html"]
    for network in NETWORKS:
        assert network.rstrip("0").rstrip(":") not in without["html"]
        assert network in with_addresses["html"]


@pytest.mark.usefixtures("scratch")
def test_a_page_has_the_last_notes_on_its_days() -> None:
    days = ["2026-11-18", "2026-11-21", *["2026-11-20"] * 25, "2026-11-19"]
    tables_of_notes = "".join(
        f'[[site.note]]\non = {day}\ntext = "{number:02}"\n' for number, day in enumerate(days)
    )
    Path("logstats.toml").write_text(TOML + WITH_DURATIONS + tables_of_notes, encoding="utf-8")
    assert page()["notes"] == [[1, f"{number:02}"] for number in range(7, 27)]


@pytest.mark.usefixtures("scratch")
def test_update_writes_the_page_again_for_a_new_note() -> None:
    settings = TOML + WITH_DURATIONS + '[[site.dashboard]]\nfile = "report.html"\nevery = "1s"\n'
    Path("logstats.toml").write_text(settings, encoding="utf-8")
    for _ in range(3):  # the store's file is written once more when the run that reads lines ends
        assert run("update").code == 0
        os.utime("report.html", (0, 0))
    assert "Lễ hội" not in Path("report.html").read_text(encoding="utf-8")
    note = '[[site.note]]\non = 2026-11-20\ntext = "Lễ hội"\n'
    Path("logstats.toml").write_text(settings + note, encoding="utf-8")
    assert run("update").code == 0
    assert "Lễ hội" in Path("report.html").read_text(encoding="utf-8")


def write_views(of_first: int, of_others: int) -> None:
    """Write a log in which one client has so many page views, and many others have one each."""
    clients = [CLIENTS[0]] * of_first + [f"192.0.2.{number % 250}" for number in range(of_others)]
    hits = [
        {"time": f"2026-11-20 10:{number % 60:02}", "client": client, "request": f"/bai-{number}"}
        for number, client in enumerate(clients)
    ]
    Path("access.log").write_text("".join(log_line(hit) + " 1000\n" for hit in hits), encoding="utf-8")


def warnings(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: values for name, values in data["warnings"] if name not in ("stale", "suspects")}


@pytest.mark.usefixtures("scratch")
def test_a_client_with_over_half_of_the_page_views_is_warned_of_and_not_named() -> None:
    write_views(300, 299)
    data = page()
    assert warnings(data) == {"dominant": {}}
    assert "Quá nửa lượt xem trong 7 ngày qua là của một máy, có lẽ là một proxy" in data["html"]
    assert "203.113." not in data["html"]
    named = page("--with-addresses", "--lang", "en")
    assert warnings(named) == {"dominant_network": {"network": "203.113.129.0"}}
    assert "come from one client in the network 203.113.129.0, most likely" in named["html"]
    assert CLIENTS[0] not in named["html"]


@pytest.mark.usefixtures("scratch")
@pytest.mark.parametrize(("of_first", "of_others"), [(300, 300), (250, 249)])
def test_a_client_with_half_of_the_page_views_or_of_few_is_not_warned_of(
    of_first: int, of_others: int
) -> None:
    write_views(of_first, of_others)
    assert warnings(page()) == {}


@pytest.mark.usefixtures("scratch")
def test_a_dominant_client_of_an_earlier_week_is_not_warned_of() -> None:
    write_views(400, 100)
    Path("logstats.toml").write_text(
        (TOML + WITH_DURATIONS).replace(NOW, "2026-11-28T12:00"), encoding="utf-8"
    )
    assert "dominant" not in warnings(page())


@pytest.mark.usefixtures("scratch")
def test_a_gap_up_to_the_time_of_the_page_ends_there() -> None:
    times = [
        f"2026-11-{day} {hour:02}:{minute:02}"
        for day in (17, 18, 19)
        for hour in range(24)
        for minute in (0, 30)
    ]
    lines = [log_line({"time": time, "client": CLIENTS[0], "request": "/"}) + " 1000\n" for time in times]
    Path("access.log").write_text("".join(lines), encoding="utf-8")
    assert warnings(page())["gap"] == {"from": "23:30 19/11", "to": "12:00 20/11"}


@pytest.mark.usefixtures("scratch")
def test_files_that_are_not_read_are_counted_and_not_named() -> None:
    assert warnings(page()) == {}
    settings = (TOML + WITH_DURATIONS).replace('["access.log"]', '["access.log*"]')
    Path("logstats.toml").write_text(settings, encoding="utf-8")
    whole = gzip.compress(Path("access.log").read_bytes().replace(b"/cham", b"/khac"))
    Path("access.log.2.gz").write_bytes(whole[: len(whole) // 2])
    run("update")
    ran = run("dashboard", "-o", "-")
    assert "Số tệp nhật ký chưa đọc được hoặc chưa đọc hết: 1. Xem logstats sources." in ran.out
    assert "access.log" not in ran.out
