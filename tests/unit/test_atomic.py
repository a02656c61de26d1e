"""Files that are put in place whole, and are still there after a power cut."""

import os
import shutil
from pathlib import Path
from unittest.mock import patch

import pytest

from logstats import atomic, store


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Give the list of files and folders whose fsync was called, as they were named then."""
    calls: list[Path] = []

    def fsync(number: int) -> None:
        calls.append(Path(f"/proc/self/fd/{number}").readlink())

    monkeypatch.setattr(os, "fsync", fsync)
    return calls


def test_a_file_is_synced_before_it_replaces_another_and_its_folder_after(
    tmp_path: Path, synced: list[Path]
) -> None:
    fresh, target = tmp_path / "fresh", tmp_path / "target"
    fresh.write_text("new")
    target.write_text("old")
    target.chmod(0o640)
    atomic.replace(fresh, target, like=target)
    assert synced == [fresh, tmp_path]
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640
    assert not fresh.exists()


def test_the_name_of_a_new_store_is_synced(tmp_path: Path, synced: list[Path]) -> None:
    store.ensure(tmp_path / "store.duckdb")
    assert synced == [tmp_path]


def test_an_empty_temporary_folder_is_removed_where_no_more_files_can_be_opened(tmp_path: Path) -> None:
    target = tmp_path / "store.duckdb"
    with atomic.fresh(target) as file, patch.object(shutil, "rmtree", lambda *_, **__: None):
        file.write_bytes(b"new")
        atomic.create(file, target)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
