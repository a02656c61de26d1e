"""The work of a cron run, and the stores, logs and archives that it is measured on."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from contestants import STORE, Logs, logstats_command, program
from measure import Contestant, environment
from traffic import HOST

NEW_LINES = 1_000
ARCHIVED = 50  # lines in each archive
SETTLED_S = 3
ARCHIVES, ARCHIVED_LINES, ARCHIVED_AT = 400, 250, 1_790_000_000

REPORTS = (
    # each report over hits or visits, with the options of its longest form
    ("visits", "--by", "day"),
    ("articles",),
    ("article-days",),
    ("sections",),
    ("pages",),
    ("origins",),
    ("referrers",),
    ("searches",),
    ("entries",),
    ("exits",),
    ("hours",),
    ("online-history",),
    ("browsers",),
    ("bots",),
    ("bot-days",),
    ("notfound",),
    ("statuses",),
    ("answers",),
    ("methods",),
    ("sizes",),
    ("hosts",),
    ("gaps",),
    ("suspects",),
    ("compare",),
    ("explain", "all"),
    ("dashboard", "--output", "page.html"),
    ("verify",),
)
OF_ALL_HITS = ("explain", "dashboard", "verify")  # these have no --since, or begin with the first hit
OF_ALL_TIME = ("--since", "2000-01-01")

TICK_TOML = """\
at = "last"

[[site]]
name = "{host}"
timezone = "Asia/Ho_Chi_Minh"
logs = ["access.log*"]
baseline = 1594322

[[site.counter]]
file = "counter.html"
"""


@dataclass(frozen=True)
class Tick:
    """A cron run with new lines: a store that has read `stored` lines, and a log with a few lines more."""

    logs: Logs
    stored: int

    @property
    def folder(self) -> Path:
        """The folder of the store that every run starts with."""
        return self.logs.folder / f"tick-{self.stored}"

    @property
    def settings(self) -> Path:
        """The path of the settings, which list the growing log and the archives beside it."""
        return self.folder / "logstats.toml"

    def ready(self, folder: Path) -> None:
        """Copy the store to the folder of a run; the first time, ingest the logs into it."""
        first, whole = self._lines()
        if not (self.folder / STORE).exists():
            self._make(first)
        for file in self.folder.glob(f"{STORE}*"):
            shutil.copyfile(file, folder / file.name)
            _settle(folder / file.name)
        (self.folder / "counter.html").unlink(missing_ok=True)
        size = first.stat().st_size
        with whole.open("rb") as source, (self.folder / "access.log").open("r+b") as target:
            source.seek(size)
            target.truncate(size)
            target.seek(size)
            target.write(source.read())
        _settle(self.folder / "access.log")

    def _lines(self) -> tuple[Path, Path]:
        """Return two files: the log as it is in the store, and the same with the new lines."""
        live = self.stored - ARCHIVES * ARCHIVED_LINES
        return self.logs.head(live + NEW_LINES, live), self.logs.plain(live + NEW_LINES)

    def _make(self, first: Path) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        shutil.copyfile(first, self.folder / "access.log")
        old = Logs(self.logs.folder, seed=self.logs.seed + 1).plain(ARCHIVES * ARCHIVED_LINES)
        with old.open("rb") as source:
            for number in range(ARCHIVES, 0, -1):
                packed = gzip.compress(b"".join(islice(source, ARCHIVED_LINES)), mtime=0)
                archive = self.folder / f"access.log.{number + 1}.gz"
                archive.write_bytes(packed)
                os.utime(archive, (0, ARCHIVED_AT - number * 86400))
        self.settings.write_text(TICK_TOML.format(host=HOST), encoding="utf-8")
        part = self.folder / "part"
        part.mkdir()
        made = [*logstats_command(part, "--config", str(self.settings)), "update"]
        for _ in range(2):  # the second run records that no file has changed since the first
            subprocess.run(made, cwd=part, env=environment(), check=True, capture_output=True, text=True)
        for file in part.glob(f"{STORE}*"):
            file.replace(self.folder / file.name)

    def contestant(self) -> Contestant:
        """Return the update: read the new lines and write the counter file."""
        return Contestant(
            f"logstats, {self.stored:,} lines stored",
            lambda folder: [logstats_command(folder, "--config", str(self.settings), "update")],
            prepare=self.ready,
            present=program("logstats") is not None,
        )

    def counters(self) -> Contestant:
        """Return the four figures alone, without reading a log."""
        return Contestant(
            f"logstats, {self.stored:,} lines stored",
            lambda folder: [logstats_command(folder, "counters", "--at", "last", "--format", "json")],
            prepare=self.ready,
            present=program("logstats") is not None,
        )

    def report(self, command: Sequence[str]) -> Contestant:
        """Return a report over all time."""
        period = () if command[0] in OF_ALL_HITS else OF_ALL_TIME
        return Contestant(
            f"logstats {' '.join(command)}, {self.stored:,} lines stored",
            lambda folder: [logstats_command(folder, *command, *period)],
            prepare=self.ready,
            present=program("logstats") is not None,
        )


@dataclass(frozen=True)
class Archives:
    """A cron run without new lines: a folder with a log and `count` archives, all of which were read."""

    logs: Logs
    count: int

    @property
    def folder(self) -> Path:
        """The folder of the log, its archives and the store that every run starts with."""
        return self.logs.folder / f"archives-{self.count}"

    def ready(self, folder: Path) -> None:
        """Copy the store to `folder`, that of a run; the first time, ingest the logs into it."""
        kept = self.folder / STORE
        if not kept.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            read = self.folder / "logs"
            read.mkdir(parents=True)
            self._write(read)
            for _ in range(2):  # a file that has just been written is looked at again
                time.sleep(SETTLED_S)
                subprocess.run(
                    logstats_command(self.folder, "ingest", str(read)),
                    cwd=self.folder,
                    env=environment(),
                    check=True,
                    capture_output=True,
                )
        for file in self.folder.glob(f"{STORE}*"):
            shutil.copyfile(file, folder / file.name)
            _settle(folder / file.name)

    def _write(self, folder: Path) -> None:
        lines = self.logs.plain(ARCHIVED * (self.count + 1)).read_bytes()
        parts = lines.splitlines(keepends=True)
        for number in range(self.count + 1):
            part = b"".join(parts[ARCHIVED * number : ARCHIVED * (number + 1)])
            name = f"access.log.{number}.gz" if number else "access.log"
            (folder / name).write_bytes(gzip.compress(part) if number else part)

    def contestant(self) -> Contestant:
        """Return the ingest that finds nothing new."""
        return Contestant(
            f"logstats, {self.count} archives beside the log",
            lambda folder: [logstats_command(folder, "ingest", str(self.folder / "logs"))],
            prepare=self.ready,
            present=program("logstats") is not None,
        )


def _settle(path: Path) -> None:
    """Sync a file to disk, so that writing this copy is not charged to the run."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
