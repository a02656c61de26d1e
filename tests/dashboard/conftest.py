"""One Chromium for all tests of the page, and the page of the sample month."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import browser
from support.surface import AT, CONFIG, copied, month_store, run


@pytest.fixture(scope="session")
def chromium() -> Iterator[browser.Browser]:
    """Give a page of Chromium."""
    if browser.program() is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with browser.running() as page:
        yield page


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for pages."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="session")
def store(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the store of the sample month, with titles."""
    path = copied(month_store(tmp_path_factory.getbasetemp()), folder / "month.duckdb")
    titles = folder / "titles.csv"
    titles.write_text(
        "/tin-tuc-su-kien/le-hoi-xuong-dong-xa-y-ty-nam-2026-104732,Lễ hội xuống đồng xã Y Tý năm 2026\n"
        "/thong-bao/lich-cat-dien-thang-11-105854,Lịch cắt điện tháng 11\n/thong-bao,Thông báo\n",
        encoding="utf-8",
    )
    ran = run("--db", path, "--config", CONFIG, "titles", titles)
    assert ran.code == 0, ran
    return path


@pytest.fixture(scope="session")
def sample(store: Path, folder: Path) -> Path:
    """Give the page of the sample month."""
    path = folder / "sample.html"
    ran = run("--db", store, "--config", CONFIG, "dashboard", "-o", path, "--at", AT)
    assert (ran.code, ran.out) == (0, ""), ran
    return path
