"""Run commands in rotation, as whole processes, and measure the cost of each run.

The cost is the wall-clock time around the process and, from `os.wait4`, its processor time and its peak
resident memory. This module is small on purpose: the peak of a new process includes the memory of the
process that started it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

Command = Sequence[str]
COMPLAINT = 2000
"""The number of bytes of a failed command's stderr that are shown."""


def _nothing(_: Path) -> None:
    """Prepare nothing."""


def _no_facts(_: Path) -> Mapping[str, float]:
    """Return no facts."""
    return {}


@dataclass(frozen=True)
class Contestant:
    """One row of a table. Each run has an empty folder of its own."""

    name: str
    commands: Callable[[Path], Sequence[Command]]
    """Returns the commands of one run in a folder; they run one after the other and are timed together."""
    lines: int | None = None
    """The number of log lines that one run processes, None where it processes no log."""
    prepare: Callable[[Path], None] = _nothing
    """Prepares the folder for the commands; it is not timed."""
    facts: Callable[[Path], Mapping[str, float]] = _no_facts
    """Returns facts from the folder of the last run: lines counted, bytes stored."""
    runs: int | None = None
    """Fewer runs, for a slow contestant; with a single run there is no warm-up."""
    present: bool = True


@dataclass(frozen=True)
class Timing:
    """The cost of one run; the code is that of the command that failed, else 0."""

    wall: float
    cpu: float
    peak: int
    code: int = 0
    complaint: str = ""


@dataclass(frozen=True)
class Measured:
    """A contestant and its runs."""

    name: str
    lines: int | None
    present: bool
    runs: tuple[Timing, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def failure(self) -> Timing | None:
        """The run that failed, None if all succeeded."""
        return next((run for run in self.runs if run.code), None)

    @property
    def usable(self) -> bool:
        """Whether there are figures."""
        return bool(self.runs) and self.failure is None

    @property
    def wall(self) -> float:
        """The median of the wall-clock times, in seconds."""
        return median(run.wall for run in self.runs)

    @property
    def fastest(self) -> float:
        """The wall-clock time of the fastest run, in seconds."""
        return min(run.wall for run in self.runs)

    @property
    def slowest(self) -> float:
        """The wall-clock time of the slowest run, in seconds."""
        return max(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """The median of the processor times (user and system), in seconds."""
        return median(run.cpu for run in self.runs)

    @property
    def peak(self) -> int:
        """The largest peak memory of any run, in bytes."""
        return max(run.peak for run in self.runs)

    @property
    def cost(self) -> float:
        """The median time in seconds, per line where there are lines; ratios compare it."""
        return self.wall / self.lines if self.lines else self.wall


def environment() -> dict[str, str]:
    """Return the environment without the variables that would affect a contestant."""
    steering = ("LOGSTATS_", "PYTHONDONTWRITEBYTECODE")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(steering)}
    return {**kept, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


def run_command(command: Command, folder: Path) -> Timing:
    """Run one command in the folder and return its cost; its output is written to files there."""
    with (folder / "stdout").open("ab") as out, (folder / "stderr").open("ab") as err:
        started = time.perf_counter()
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        except OSError as problem:
            return Timing(0, 0, 0, 127, str(problem))
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    complaint = ""
    if process.returncode:
        complaint = (folder / "stderr").read_bytes()[-COMPLAINT:].decode(errors="replace")
    peak = used.ru_maxrss * 1024
    return Timing(wall, used.ru_utime + used.ru_stime, peak, process.returncode, complaint)


def run_contestant(contestant: Contestant, folder: Path) -> Timing:
    """Run a contestant once: empty the folder, prepare it, run the commands until one fails."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        contestant.prepare(folder)
    except (OSError, subprocess.CalledProcessError) as problem:
        output = getattr(problem, "stderr", None) or ""
        return Timing(0, 0, 0, 1, f"while preparing: {problem}\n{output[-COMPLAINT:]}")
    parts: list[Timing] = []
    for command in contestant.commands(folder):
        parts.append(run_command(command, folder))
        if parts[-1].code:
            break
    return Timing(
        sum(part.wall for part in parts),
        sum(part.cpu for part in parts),
        max(part.peak for part in parts),
        parts[-1].code,
        parts[-1].complaint,
    )


def side_by_side(contestants: Sequence[Contestant], runs: int, folder: Path) -> list[Measured]:
    """Warm each contestant up once, then run them in rotation, so that other load affects all of them."""
    done: dict[str, list[Timing]] = {one.name: [] for one in contestants}
    failed: set[str] = set()
    for round_number in range(-1, runs):
        for one in contestants:
            wanted = min(one.runs or runs, runs)
            if not one.present or one.name in failed or round_number >= wanted:
                continue
            if round_number < 0 and wanted == 1:
                continue
            which = "warm-up" if round_number < 0 else f"run {round_number + 1} of {wanted}"
            _progress(f"{one.name}: {which}")
            run = run_contestant(one, folder / _slug(one.name))
            if run.code:
                failed.add(one.name)
            if run.code or round_number >= 0:
                done[one.name].append(run)
    return [_measured(one, tuple(done[one.name]), folder) for one in contestants]


def _measured(one: Contestant, runs: tuple[Timing, ...], folder: Path) -> Measured:
    """Return the runs with the facts of the last one; empty its folder."""
    run_folder = folder / _slug(one.name)
    ok = bool(runs) and not runs[-1].code
    facts = dict(one.facts(run_folder)) if ok else {}
    shutil.rmtree(run_folder, ignore_errors=True)
    return Measured(one.name, one.lines, one.present, runs, facts)


def _slug(name: str) -> str:
    """Return a contestant's name as the name of a folder."""
    return "".join(letter if letter.isalnum() else "-" for letter in name)


def _progress(text: str) -> None:
    """Print on a terminal which run is in progress."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
