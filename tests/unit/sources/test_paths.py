"""Which logs a file, a folder or a pattern means; and what is said of one that this user may not read."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from logstats import sources
from logstats.config import converters
from logstats.errors import LogError, UsageError
from logstats.sources import LogFile

NOBODY = 65534
ADVICE = "run as a user who may read it (on Debian: group adm)"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder of one log that any user may reach: pytest's own are closed to other users."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        logs = Path(name) / "logs"
        logs.mkdir()
        (logs / "access.log").write_bytes(b"")
        yield logs
        logs.chmod(0o755)


@contextmanager
def as_another_user() -> Iterator[None]:
    """Give up root's right to read everything."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


NAMES: dict[str, Callable[[Path], Path]] = {
    "the folder": lambda logs: logs,
    "a pattern in it": lambda logs: logs / "access*",
    "a log in it": lambda logs: logs / "access.log",
    "a pattern of folders": lambda logs: logs / "*" / "access.log",
}


@pytest.mark.parametrize("mode", [0, 0o311, 0o644], ids=["closed", "not to be listed", "not to be entered"])
@pytest.mark.parametrize("name", NAMES)
def test_what_this_user_may_not_read_is_named_with_what_to_do(folder: Path, name: str, mode: int) -> None:
    folder.chmod(mode)
    path = NAMES[name](folder)
    with as_another_user():
        try:
            found = sources.expand((str(path),))
        except LogError as error:
            refused = error
        else:
            # only a log in a folder that can be entered but not listed
            assert (found, mode, name) == ([str(path)], 0o311, "a log in it")
            return
    assert refused.path in {str(folder), str(path), str(folder / "access.log")}
    assert refused.advice == ADVICE
    assert str(refused) == f"{refused.path}: {refused.reason}; {ADVICE}"
    assert refused.reason in {
        "can't list this folder: Permission denied",
        "can't be read: Permission denied",
    }
    assert refused.exit_code == 1


def test_a_log_that_this_user_may_not_read_is_named_with_what_to_do(folder: Path) -> None:
    log = folder / "access.log"
    log.chmod(0)
    with as_another_user(), pytest.raises(LogError) as refused:
        LogFile(str(log), str(log))
    assert str(refused.value) == f"{log}: can't be read: Permission denied; {ADVICE}"


def test_of_a_pattern_that_finds_logs_those_that_can_t_be_reached_are_left_out(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0)
    (folder / "link.log").symlink_to(folder / "closed" / "access.log")
    with as_another_user():
        assert sources.expand((str(folder),)) == [str(folder / "access.log")]


@pytest.mark.parametrize("name", ["x" * 300, "y" * 5000], ids=["a long name", "a long path"])
def test_a_name_that_is_too_long_is_named(name: str) -> None:
    with pytest.raises(LogError) as refused:
        sources.expand((name,))
    assert str(refused.value) == f"{name}: can't be read: File name too long"


@pytest.mark.parametrize("pattern", ["**", "./**", "**/*", "**/*.log", "log[s]/**", "*/**"])
def test_two_asterisks_are_the_folders_below_too(
    pattern: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "old").mkdir()
    (folder / "old" / "b.log").write_bytes(b"")
    monkeypatch.chdir(folder.parent)
    assert sorted(sources.expand((pattern,))) == ["logs/access.log", "logs/old/b.log"]


def test_a_name_that_finds_nothing_is_a_wrong_name(folder: Path) -> None:
    for name in (folder / "none", folder / "none*", folder / "access.log" / "x", folder / "none" / "*.log"):
        with pytest.raises(UsageError, match="no such log; give a file, a folder, a pattern"):
            sources.expand((str(name),))


# --- Home directories


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("./~/x.log", "in a folder called ~"),
        ("~/x.log", "at home"),
        ("./~b.log", "with a name that begins with ~"),
        ("~b.log", "with a name that begins with ~"),
        ("./~b*", "with a name that begins with ~"),
        ("./~/*", "in a folder called ~"),
    ],
)
def test_only_a_name_that_begins_with_a_tilde_has_a_home(
    name: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file, content in {
        "~/x.log": "in a folder called ~",
        "home/x.log": "at home",
        "~b.log": "with a name that begins with ~",
    }.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (path,) = sources.expand((name,))
    assert Path(path).read_text() == found
    if not name.endswith("*"):
        assert sources.named_explicitly((name,)) == {path}
        assert converters.in_folder(name, tmp_path).read_text() == found


def test_a_home_that_is_unknown_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="~nobody-of-that-name/x: "):
        sources.expand(("~nobody-of-that-name/x",))
