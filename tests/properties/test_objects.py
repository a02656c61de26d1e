"""A history of objects gives the store that the same history of files in a folder gives."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lines import FIGURES, chunks_of, contents, examples, numbered, read_in
from support.object_store import ObjectStore, Server

from logstats import sources
from logstats.sources.objects import ranges

NAMES = ("access.log", "access.log.1", "error.log", "other.log")
MOST = 400  # lines of a log
LOGS = [numbered(MOST, first=MOST * number) for number in range(3)]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Give the server, which takes a second to start."""
    started = Server()
    yield started
    started.close()


class Event(NamedTuple):
    """What happens to the log of a name; `number` says how many lines, of which log, or to which name."""

    kind: str
    name: str
    number: int


class History:
    """The same logs in a folder and in a bucket, each with a store."""

    def __init__(self, folder: Path, objects: ObjectStore) -> None:
        self.folder, self.objects = folder / "logs", objects
        self.stores = (folder / "files.duckdb", folder / "objects.duckdb")
        self.folder.mkdir()
        self.logs: dict[str, bytes] = {}
        self.unseen = 0

    def live(self, event: Event) -> None:
        event_of: dict[str, Callable[[str, int], None]] = {
            "new": self.new, "grow": self.grow, "cut": self.cut, "pack": self.pack, "move": self.move,
            "delete": self.delete, "same": self.same, "swap": self.swap, "read": self.read,
        }  # fmt: skip
        event_of[event.kind](event.name, event.number)

    def new(self, name: str, number: int) -> None:
        """A log is written, or replaced by another one."""
        self.put(name, b"".join(LOGS[number % 3][: 1 + number]))

    def grow(self, name: str, number: int) -> None:
        """A log is replaced by a longer version."""
        log = self.logs.get(name, b"")
        lines = next((each for each in LOGS if log and b"".join(each).startswith(log)), LOGS[0])
        self.put(name, b"".join(lines[: log.count(b"\n") + number]) or lines[0])

    def cut(self, name: str, number: int) -> None:
        """A log is replaced by its beginning."""
        if lines := self.logs.get(name, b"").splitlines(keepends=True)[:number]:
            self.put(name, b"".join(lines))

    def pack(self, name: str, number: int) -> None:
        """A log is packed under another name, and stays or not."""
        if (log := self.logs.get(name)) and not name.endswith(".gz"):
            self.put(f"{name}.{number % 2}.gz", gzip.compress(log, mtime=0))
            if number % 3:
                self.delete(name, 0)

    def move(self, name: str, number: int) -> None:
        """A log is copied to another name, and stays or not."""
        if log := self.logs.get(name):
            target = NAMES[number % len(NAMES)]
            if number % 2:
                self.delete(name, 0)
            self.put(target, log)

    def same(self, name: str, number: int) -> None:
        """A log is uploaded again."""
        if log := self.logs.get(name):
            self.put(name, log)

    def swap(self, name: str, number: int) -> None:
        """A log is read, and replaced by another one of the same size."""
        if count := self.logs.get(name, b"").count(b"\n"):
            self.read()
            self.put(name, b"".join(LOGS[number % 3][:count]))

    def delete(self, name: str, number: int) -> None:
        """A log is deleted."""
        if self.logs.pop(name, None) is not None:
            (self.folder / name).unlink()
            self.objects.delete(f"logs/{name}")

    def put(self, name: str, data: bytes) -> None:
        self.logs[name] = data
        (self.folder / name).write_bytes(data)
        self.objects.put(f"logs/{name}", data)

    def read(self, *_: object) -> None:
        """Both are read; a second run of the objects requests a listing only."""
        if not self.logs:
            return
        files, objects = self.stores
        read_in(files, *sources.expand((str(self.folder),)))
        read_in(objects, *sources.expand((f"{self.objects.url}/logs/",)))
        if self.unseen < 2:
            self.unseen += 1
            self.objects.requests()
            read_in(objects, *sources.expand((f"{self.objects.url}/logs/",)))
            assert self.objects.kinds() == ["LIST"]


KINDS = ("new", "grow", "grow", "cut", "pack", "move", "delete", "same", "swap", "read", "read")
EVENTS = st.builds(Event, st.sampled_from(KINDS), st.sampled_from(NAMES), st.integers(0, MOST - 1))


@settings(max_examples=examples(12))
@given(events=st.lists(EVENTS, min_size=4, max_size=14), size=st.sampled_from([3000, 1 << 20]))
def test_history(server: Server, events: list[Event], size: int) -> None:
    """Whatever happens to logs, the figures are those of files in a folder."""
    objects = server.bucket()
    with (
        TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as environment,
        chunks_of(size),
        patch.multiple(ranges, FIRST_BYTES=2000, LARGEST_BYTES=9000, KEPT_BYTES=12_000),
        patch("logstats.sources.objects.log.KEPT_BYTES", 1000),
    ):
        for name, value in objects.env.items():
            environment.setenv(name, value)
        history = History(Path(folder), objects)
        for event in [Event("new", NAMES[0], 30), *events, Event("read", NAMES[0], 0)]:
            history.live(event)
        if history.logs:
            files, others = (contents(store, *FIGURES) for store in history.stores)
            assert others == files
