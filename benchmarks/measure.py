"""Run commands side by side, as whole processes, and keep what each run cost.

The cost comes from `os.wait4`: the wall clock around the process, the processor time and the
peak resident memory of the process itself. This module stays small on purpose: a process
just started is charged, as its peak, with the memory of the one that started it.
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
"""How many bytes of a failed command's stderr are shown."""


def _nothing(_: Path) -> None:
    """Prepare nothing."""


def _no_facts(_: Path) -> Mapping[str, float]:
    """Tell nothing."""
    return {}


@dataclass(frozen=True)
class Contestant:
    """One row of a table. Every run gets an empty folder of its own."""

    name: str
    commands: Callable[[Path], Sequence[Command]]
    """The commands of one run, given its folder: timed together, one after the other."""
    lines: int | None = None
    """Log lines that one run works through, where that is the work."""
    prepare: Callable[[Path], None] = _nothing
    """Puts into the folder what the commands need; not timed."""
    facts: Callable[[Path], Mapping[str, float]] = _no_facts
    """What the last run left in its folder: lines counted, bytes stored."""
    runs: int | None = None
    """Fewer runs for a slow one; with a single run there is no warm-up either."""
    present: bool = True


@dataclass(frozen=True)
class Timing:
    """What one run cost; the code is that of the command that failed, else 0."""

    wall: float
    cpu: float
    peak: int
    code: int = 0
    complaint: str = ""


@dataclass(frozen=True)
class Measured:
    """A contestant's runs."""

    name: str
    lines: int | None
    present: bool
    runs: tuple[Timing, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def failure(self) -> Timing | None:
        """The run that failed, if one did."""
        return next((run for run in self.runs if run.code), None)

    @property
    def usable(self) -> bool:
        """Whether there are figures to show."""
        return bool(self.runs) and self.failure is None

    @property
    def wall(self) -> float:
        """Median seconds."""
        return median(run.wall for run in self.runs)

    @property
    def fastest(self) -> float:
        """Seconds of the best run."""
        return min(run.wall for run in self.runs)

    @property
    def slowest(self) -> float:
        """Seconds of the worst run."""
        return max(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """Median seconds of processor time, user and system."""
        return median(run.cpu for run in self.runs)

    @property
    def peak(self) -> int:
        """The most memory any run held, in bytes."""
        return max(run.peak for run in self.runs)

    @property
    def cost(self) -> float:
        """Median seconds, by the line where lines are the work: what ratios are made of."""
        return self.wall / self.lines if self.lines else self.wall


def environment() -> dict[str, str]:
    """Return the environment without what would steer a contestant."""
    steering = ("LOGSTATS_", "PYTHONDONTWRITEBYTECODE")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(steering)}
    return {**kept, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


def run_command(command: Command, folder: Path) -> Timing:
    """Run one command to its end in the folder; its output goes to files there."""
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
    """One run: an empty folder, the preparation, then the commands until one fails."""
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
    """Warm each up once, then run them in turn, so that a noisy minute hits all of them."""
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
    """Gather the runs and the facts the last one left; its folder is emptied."""
    run_folder = folder / _slug(one.name)
    ok = bool(runs) and not runs[-1].code
    facts = dict(one.facts(run_folder)) if ok else {}
    shutil.rmtree(run_folder, ignore_errors=True)
    return Measured(one.name, one.lines, one.present, runs, facts)


def _slug(name: str) -> str:
    """Make a folder's name from a contestant's."""
    return "".join(letter if letter.isalnum() else "-" for letter in name)


def _progress(text: str) -> None:
    """Say on a terminal what runs now."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
