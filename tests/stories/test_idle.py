"""An update that has nothing to do does not open the store, and every reason to do something is noticed."""

import fcntl
import gzip
import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from support.surface import AGENTS, Ran, log_line, run

from logstats import config
from logstats.sources import recorder
from logstats.store import as_of, runs
from logstats.update import idle
from logstats.update import run as update_run

START = datetime(2026, 11, 20, 3, 1)  # UTC; 10:01 on the site's clock
MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)
TOML = """\
database = "store.duckdb"
{at}[[site]]
name = "portal"
timezone = "Asia/Ho_Chi_Minh"
logs = ["access.log*"]
{more}
[[site.counter]]
file = "box.txt"
lang = "en"

[[site.counter]]
file = "own.txt"
template = "own.tmpl"
"""
LAST = 'at = "last"\n'


class World:
    """A folder with a log, settings and a store, and a clock; `is_noted`: updates heed the note."""

    def __init__(self, folder: Path, at: str = LAST, more: str = "", *, is_noted: bool = True) -> None:
        self.folder = folder
        self.is_noted = is_noted
        self.now = START
        self.idle_runs = 0
        folder.mkdir()
        self.settings = folder / "logstats.toml"
        self.settings.write_text(TOML.format(at=at, more=more))
        self.log = folder / "access.log"
        (folder / "own.tmpl").write_text("{today} {all_time}\n")
        self.add(2)

    def add(
        self, lines: int = 1, agent: str = "phone", name: str = "access.log", ahead: timedelta = timedelta()
    ) -> None:
        """Add page views of new visitors to a log."""
        with (self.folder / name).open("a") as log:
            for number in range(lines):
                time = self.now + timedelta(hours=7, seconds=number) + ahead
                hit = {
                    "time": f"{time:%Y-%m-%d %H:%M}",
                    "client": f"192.0.2.{log.tell() % 250}",
                }
                log.write(log_line({**hit, "request": "/", "agent": AGENTS[agent]}) + "\n")
                log.flush()

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Let the program have the clock of this world; a file's time is trusted at once."""
        with ExitStack() as stack:
            for module in (as_of, update_run):
                stack.enter_context(patch.object(module, "utc_now", lambda: self.now))
            stack.enter_context(patch.object(runs, "now", lambda: self.now.replace(tzinfo=UTC).timestamp()))
            stack.enter_context(patch.object(recorder, "TRUSTED_S", -60.0))
            stack.enter_context(patch.object(idle, "COARSE_S", -1e12))
            yield

    def run(self, *arguments: str) -> Ran:
        with self.clock():
            return run("--config", self.settings, *arguments)

    def update(self) -> tuple[int, str]:
        """Run an update; return its exit code and its output, which is the same in each folder."""
        is_idle = idle.is_idle

        def counted(*of: object) -> bool:
            found = self.is_noted and is_idle(*of)  # type: ignore[arg-type]
            self.idle_runs += found
            return found

        with patch.object(idle, "is_idle", counted):
            ran = self.run("-v", "update")
        return ran.code, re.sub(r"[\d.]+ s\b", "", ran.err.replace(str(self.folder), "."))

    def settled(self) -> "World":
        """Update until the note says that the next one has nothing to do."""
        for _ in range(4):
            self.now += MINUTE
            self.update()
        return self

    def is_idle(self) -> bool:
        with self.clock(), patch.dict(os.environ, {"TZ": "UTC"}):  # as in `run`
            return idle.is_idle(self.folder / "store.duckdb", config.load(self.settings))


def rewrite(path: Path, before: str, after: str) -> None:
    path.write_text(path.read_text().replace(before, after))


def locked(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)  # open until the process ends
    fcntl.flock(file, fcntl.LOCK_EX)


def replaced_by_link(path: Path) -> None:
    path.rename(f"{path}.real")
    path.symlink_to(f"{path}.real")


def later(world: World, by: timedelta) -> None:
    world.now += by


CHANGES: dict[str, Callable[[World], object]] = {
    "a line": lambda w: w.add(),
    "half a line": lambda w: w.log.open("a").write("192.0.2.1 - -"),
    "a log of the same size": lambda w: rewrite(w.log, "192", "193"),
    "a truncated log": lambda w: os.truncate(w.log, 10),
    "a rotated log": lambda w: w.log.rename(f"{w.log}.1"),
    "a copied log": lambda w: Path(f"{w.log}.1").write_bytes(w.log.read_bytes()),
    "a touched log": lambda w: os.utime(w.log, (0, 0)),
    "a log that may not be read": lambda w: w.log.chmod(0),
    "no log": lambda w: w.log.unlink(),
    "a setting": lambda w: rewrite(w.settings, 'lang = "en"', 'lang = "vi"'),
    "a comment in the settings": lambda w: w.settings.open("a").write("# \n"),
    "no counter file": lambda w: (w.folder / "box.txt").unlink(),
    "an edited counter file": lambda w: (w.folder / "box.txt").write_text("0"),
    "a counter file for others": lambda w: (w.folder / "box.txt").chmod(0o600),
    "a counter file that is a link": lambda w: replaced_by_link(w.folder / "box.txt"),
    "a template": lambda w: (w.folder / "own.tmpl").write_text("{month}"),
    "a baseline": lambda w: w.run("baseline", "portal", "1000"),
    "a rebuild": lambda w: w.run("rebuild"),
    "a touched store": lambda w: os.utime(w.folder / "store.duckdb"),
    "a write-ahead log": lambda w: (w.folder / "store.duckdb.wal").write_bytes(b"x"),
    "another store": lambda w: replaced_by_link(w.folder / "store.duckdb"),
    "a lock file that is a link": lambda w: replaced_by_link(w.folder / "store.duckdb.gate"),
    "a note that others may write": lambda w: (w.folder / "store.duckdb.update").chmod(0o666),
    "a note that is a link": lambda w: replaced_by_link(w.folder / "store.duckdb.update"),
    "a note with two names": lambda w: os.link(w.folder / "store.duckdb.update", w.folder / "other"),
    "a broken note": lambda w: (w.folder / "store.duckdb.update").write_text("{"),
    "a note of other types": lambda w: rewrite(
        w.folder / "store.duckdb.update", '"idle_until": ', '"idle_until": "x" + '
    ),
    "an ingest that runs": lambda w: locked(w.folder / "store.duckdb.ingest"),
    "an update that runs": lambda w: locked(w.folder / "store.duckdb.update"),
    "the next quarter of an hour": lambda w: later(w, QUARTER),
    "a clock that was set back": lambda w: later(w, -QUARTER),
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "world").settled()


@pytest.mark.parametrize("name", CHANGES)
def test_an_update_is_done_in_full_after(world: World, name: str) -> None:
    assert world.is_idle()
    CHANGES[name](world)
    assert not world.is_idle()


def test_an_idle_update_says_what_a_full_one_says_and_is_noted_as_a_run(world: World) -> None:
    before, world.idle_runs = runs.last(world.folder / "store.duckdb"), 0
    world.now += MINUTE
    assert world.update() == (0, "nothing new\n")
    after = runs.last(world.folder / "store.duckdb")
    assert world.idle_runs == 1
    assert before and after
    assert after.started == before.started + 60


UNNOTED: dict[str, tuple[str, str]] = {
    # what else a run depends on: `at`, and more settings of the site
    "a time that is relative to now": ('at = "yesterday"\n', ""),
    "pseudonyms": (LAST, 'privacy = "hash"'),
    "a list": (LAST, '[[site.list]]\nfile = "list.json"\n'),
    "views of articles": (LAST, '[[site.article_views]]\nfile = "views.json"\n'),
    "titles": (LAST, 'titles = ["titles.csv"]'),
    "a page": (LAST, '[[site.dashboard]]\nfile = "page.html"\n'),
    "a pattern without a log": (LAST, ""),
    "somebody online": ("", ""),
}


@pytest.mark.parametrize("name", UNNOTED)
def test_no_update_is_idle_with(tmp_path: Path, name: str) -> None:
    at, more = UNNOTED[name]
    world = World(tmp_path / "world", at, more)
    if name == "a pattern without a log":
        rewrite(world.settings, '["access.log*"]', '["access.log*", "other.log*"]')
    assert not world.settled().is_idle()


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=3)])
def test_no_update_is_idle_while_lines_of_the_future_wait_for_their_time(
    tmp_path: Path, ahead: timedelta
) -> None:
    world = World(tmp_path / "world")
    world.add(ahead=ahead)
    assert not world.settled().is_idle()


def test_updates_are_idle_once_all_visitors_are_offline(tmp_path: Path) -> None:
    world = World(tmp_path / "world", at="").settled()
    found = [world.settled().is_idle() for _ in range(4)]
    assert found == sorted(found)
    assert found[-1]


def test_a_counter_file_that_shows_the_time_is_written_in_each_update(tmp_path: Path) -> None:
    world = World(tmp_path / "world", at="")
    rewrite(world.folder / "own.tmpl", "{today}", "{at}")
    world.now += timedelta(hours=1)
    assert not world.settled().is_idle()


# --- Histories: with the note and without it, the same is written and said


def rotate(world: World, _: random.Random) -> None:
    for path in sorted(world.folder.glob("access.log.[0-9]*"), reverse=True):
        number, *packed = path.name.removeprefix("access.log.").split(".")
        path.rename(world.folder / ".".join(["access.log", str(int(number) + 1), *packed]))
    if world.log.exists():
        world.log.rename(f"{world.log}.1")
    world.add()


def pack(world: World, _: random.Random) -> None:
    for path in [*world.folder.glob("access.log.[0-9]")][:1]:
        Path(f"{path}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        path.unlink()


EVENTS: dict[str, tuple[int, Callable[[World, random.Random], object]]] = {
    # event: how often it happens
    "nothing": (30, lambda w, r: None),
    "views": (6, lambda w, r: w.add(r.randint(1, 3))),
    "bot": (2, lambda w, r: w.add(agent="crawler")),
    "future": (1, lambda w, r: w.add(ahead=timedelta(hours=r.choice([1, 30])))),
    "half a line": (1, lambda w, r: w.log.open("a").write("192.0.2.1 - -")),
    "rotate": (2, rotate),
    "pack": (2, pack),
    "truncate": (1, lambda w, r: os.truncate(w.log, 0)),
    "stray": (1, lambda w, r: (w.folder / "access.log.old").write_text("no log\n" * 9)),
    "no stray": (1, lambda w, r: (w.folder / "access.log.old").unlink(missing_ok=True)),
    "counter": (2, lambda w, r: (w.folder / "box.txt").unlink(missing_ok=True)),
    "template": (
        1,
        lambda w, r: (w.folder / "own.tmpl").write_text(r.choice(["{today}", "{at}", "{stale}"])),
    ),
    "setting": (1, lambda w, r: rewrite(w.settings, *r.choice([("en", "vi"), ('"vi"', '"en"')]))),
    "baseline": (1, lambda w, r: w.run("baseline", "portal", str(r.randint(1, 9)))),
    "undo": (1, lambda w, r: w.run("undo", str(r.randint(1, 4)))),
    "rebuild": (1, lambda w, r: w.run("rebuild")),
    "later": (
        8,
        lambda w, r: later(w, r.choice([MINUTE * 4, QUARTER, timedelta(hours=9), timedelta(days=1)])),
    ),
}


@pytest.mark.parametrize("at", ["", LAST])
def test_histories_are_the_same_with_and_without_the_note(tmp_path: Path, at: str) -> None:
    idle_runs = 0
    for seed in range(int(os.environ.get("LOGSTATS_HISTORIES", "2"))):
        noted = World(tmp_path / f"{seed} a", at)
        full = World(tmp_path / f"{seed} b", at, is_noted=False)
        events = random.Random(f"{seed} {at}").choices(
            [*EVENTS], [often for often, _ in EVENTS.values()], k=40
        )
        for number, event in enumerate(events):
            for world in (noted, full):
                EVENTS[event][1](world, random.Random(f"{seed} {number}"))
                world.now += MINUTE
            assert (seed, events[: number + 1], noted.update()) == (seed, events[: number + 1], full.update())
            assert written(noted) == written(full), (seed, events[: number + 1])
        assert noted.run("counters").out == full.run("counters").out
        idle_runs += noted.idle_runs
    assert idle_runs > 0


def written(world: World) -> list[str | None]:
    """Return the content of the counter files, None for one that is not there."""
    paths = (world.folder / "box.txt", world.folder / "own.txt")
    return [path.read_text() if path.exists() else None for path in paths]
