"""`logstats dashboard` and [[site.dashboard]]: the page as a file, without a browser."""

import os
import re
from pathlib import Path

import pytest
from support.surface import AT, CONFIG, SITE, copied, log_line, month_store, run

from logstats.config.page_options import PANELS
from logstats.sources import recorder

TOML = """database = "store.duckdb"
at = "2026-11-20T10:05"
[[site]]
name = "portal"
timezone = "Asia/Ho_Chi_Minh"
logs = ["access.log*"]
[[site.dashboard]]
file = "report.html"
every = "1h"
"""


@pytest.fixture
def store(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(month_store(tmp_path_factory.getbasetemp()), tmp_path / "month.duckdb")


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of one's own, in which logstats.toml is."""
    monkeypatch.chdir(tmp_path)
    # on a busy machine a log gets so old between two runs that its state is stored once more
    monkeypatch.setattr(recorder, "TRUSTED_S", 3600.0)
    Path("logstats.toml").write_text(TOML, encoding="utf-8")
    write_log(3)
    return tmp_path


def write_log(count: int, name: str = "access.log") -> None:
    hits = [
        {"time": "2026-11-20 10:00", "client": f"192.0.2.{number + 1}", "request": f"/{name}/{number}"}
        for number in range(count)
    ]
    Path(name).write_text("".join(log_line(hit) + "\n" for hit in hits), encoding="utf-8")


def figures(page: Path) -> dict[str, str]:
    return dict(re.findall(r'id="figure-(\w+)">([\d,]+)<', page.read_text(encoding="utf-8")))


def test_a_page_is_written_and_not_changed_by_the_same_figures(store: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    command = ("-v", "--db", store, "--config", CONFIG, "dashboard", "-o", page, "--at", AT)
    assert run(*command).err.endswith("report.html: written\n")
    before = page.stat()
    assert "not changed" in run(*command).err
    assert page.stat().st_ino == before.st_ino
    assert figures(page) == {"online": "23", "today": "274", "week": "3,716", "all_time": "1,605,233"}
    ran = run(*command[1:-4], "-o", "-", "--at", AT)
    assert ran.data == page.read_bytes()


def test_a_page_has_the_panels_that_are_named(store: Path) -> None:
    ran = run("--db", store, "dashboard", "-o", "-", "--at", AT, "--panels", "left,read", "--lang", "en")
    assert re.findall(r'id="card-(\w+)"', ran.out) == ["left", "read"]
    assert '<html lang="en">' in ran.out
    wrong = run("--db", store, "dashboard", "-o", "-", "--panels", "reed")
    assert (wrong.code, wrong.out) == (2, "")
    assert "no panel 'reed'; did you mean 'read'? There are: read, heat" in wrong.err


def test_a_page_shows_all_panels(store: Path) -> None:
    ran = run("--db", store, "dashboard", "-o", "-", "--at", AT)
    assert tuple(re.findall(r'id="card-(\w+)"', ran.out)) == PANELS


def test_a_link_is_not_followed(store: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "report.html"
    target.write_text("kept", encoding="utf-8")
    link.symlink_to(target)
    ran = run("--db", store, "dashboard", "-o", link, "--at", AT)
    assert ran.code == 1
    assert "is a symbolic link, which is not followed" in ran.err
    assert target.read_text(encoding="utf-8") == "kept"


def test_a_store_without_a_site(tmp_path: Path) -> None:
    ran = run("--db", tmp_path / "none.duckdb", "dashboard", "-o", tmp_path / "page.html")
    assert ran.code != 0
    assert not (tmp_path / "page.html").exists()


def test_a_site_that_is_unknown(store: Path) -> None:
    ran = run("--db", store, "dashboard", "-o", "-", "--site", "other")
    assert (ran.code, ran.out) == (2, "")
    assert "no site 'other' in the store" in ran.err
    assert SITE in ran.err


def test_several_sites_are_a_folder_with_an_index(scratch: Path) -> None:
    for site in ("portal", "../evil", "index"):
        write_log(2, f"{site.strip('./')}.log")
        assert run("ingest", "--site", site, f"{site.strip('./')}.log").code == 0
    one = run("dashboard", "-o", "one.html")
    assert one.code == 1
    assert "there are 3 sites; choose one with --site, or name a folder: -o FOLDER/" in one.err
    assert run("dashboard", "-o", "pages/").code == 2
    (scratch / "pages").mkdir()
    ran = run("-v", "dashboard", "-o", "pages/")
    assert ran.code == 0, ran
    names = sorted(path.name for path in (scratch / "pages").iterdir())
    assert names == ["_evil.html", "index-2.html", "index.html", "portal.html"]
    index = (scratch / "pages" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'<a href="([^"]*)">([^<]*)<', index) == [
        ("_evil.html", "../evil"),
        ("index-2.html", "index"),
        ("portal.html", "portal"),
    ]
    page = (scratch / "pages" / "portal.html").read_text(encoding="utf-8")
    assert 'href="index-2.html"' in page
    assert run("dashboard", "-o", "one.html", "--site", "portal").code == 0


def test_update_writes_a_page_when_it_is_due(scratch: Path) -> None:
    page = scratch / "report.html"
    assert run("update").code == 0
    assert figures(page)["today"] == "3"
    write_log(5)
    assert "report.html" not in run("-v", "update").err
    assert figures(page)["today"] == "3"
    make_old(page)
    assert "changed: report.html" in run("-v", "update").err.replace(str(scratch) + "/", "")
    assert figures(page)["today"] == "5"


def make_old(page: Path) -> None:
    os.utime(page, (page.stat().st_atime, page.stat().st_mtime - 3601))


def test_update_leaves_a_page_of_the_same_figures(scratch: Path) -> None:
    page = scratch / "report.html"
    for _ in range(2):  # the store's file is written once more when the run that reads lines ends
        assert run("update").code == 0
        make_old(page)
    before = page.read_bytes()
    inode = page.stat().st_ino
    assert run("update").code == 0
    assert (page.stat().st_ino, page.read_bytes()) == (inode, before)
    settings = Path("logstats.toml")
    settings.write_text(settings.read_text(encoding="utf-8") + 'lang = "en"\n', encoding="utf-8")
    assert run("update").code == 0
    assert b'<html lang="en">' in page.read_bytes()


def test_an_update_that_is_tried_writes_no_page(scratch: Path) -> None:
    ran = run("update", "--dry-run", "-f", "csv")
    assert ran.code == 0, ran
    assert "report.html" in ran.out
    assert not (scratch / "report.html").exists()


def test_the_error_of_a_page_stops_nothing_else(scratch: Path) -> None:
    text = TOML.replace("report.html", "missing/report.html") + '[[site.counter]]\nfile = "box.txt"\n'
    Path("logstats.toml").write_text(text, encoding="utf-8")
    ran = run("update")
    assert ran.code == 1
    assert "missing/report.html" in ran.err
    assert (scratch / "box.txt").exists()
