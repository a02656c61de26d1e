"""Compare the instructions that cron's commands take with those that are kept in instructions.json.

    python benchmarks/instructions.py [--keep] [--work DIR]

A count of instructions is nearly the same in each run, however busy the machine is. It is counted by perf
where the processor lets it, else by valgrind; without either, nothing is compared. Counts are comparable
with the same counter, Python and DuckDB: of others only a note is printed. The exit code is 1 where a command
takes over 5 % more. --keep writes the counts to the file.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from contestants import STORE, program
from cron import TICK_TOML
from measure import environment
from traffic import HOST

KEPT = Path(__file__).with_name("instructions.json")
HERE = Path(__file__).resolve().parent
MOST = 1.05  # times the kept count
LIVE, ARCHIVES, ARCHIVED, NEW = 40_000, 20, 100, 1_000  # lines, archives, lines in each, new lines
COARSE_S = 2.5  # until a file's time is trusted
QUARTER_S = 900  # an idle update is valid for a quarter of an hour

Count = Callable[[Sequence[str], Path], int]


class Bed:
    """A folder with settings, a log, archives, and a store that has read them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        whole = folder / "whole"
        made = [sys.executable, str(HERE / "make_log.py"), "--out", str(whole), "--seed", "1"]
        subprocess.run([*made, "--lines", str(LIVE + NEW + ARCHIVES * ARCHIVED)], check=True)
        with whole.open("rb") as lines:
            for number in range(ARCHIVES, 0, -1):
                archive = folder / f"access.log.{number + 1}.gz"
                archive.write_bytes(gzip.compress(b"".join(islice(lines, ARCHIVED)), mtime=0))
            self.log = folder / "access.log"
            self.log.write_bytes(b"".join(islice(lines, LIVE)))
            self.new = lines.read()
        (folder / "logstats.toml").write_text(TICK_TOML.format(host=HOST), encoding="utf-8")
        self.size = self.log.stat().st_size
        self.settle()
        self.kept = folder / "kept"
        self.kept.mkdir()
        for file in folder.glob(f"{STORE}*"):
            shutil.copy2(file, self.kept / file.name)

    def command(self, *arguments: str) -> list[str]:
        """Return a command on this store, as cron runs it."""
        return [str(program("logstats")), "--db", STORE, "--config", "logstats.toml", *arguments]

    def settle(self) -> None:
        """Update until there is nothing to do; Python keeps what it compiles."""
        for _ in range(4):
            subprocess.run(self.command("update"), cwd=self.folder, env=environment(), check=True)
            time.sleep(COARSE_S)

    def restore(self) -> None:
        """Restore the store as it was before the new lines, with the new lines in the log."""
        for file in self.kept.iterdir():
            shutil.copy2(file, self.folder / file.name)
        with self.log.open("r+b") as log:
            log.truncate(self.size)
            log.seek(self.size)
            log.write(self.new)


def variables() -> dict[str, str]:
    """Return the environment of a command: nothing that changes from run to run."""
    return {**environment(), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def by_perf(command: Sequence[str], folder: Path) -> int:
    """Return the instructions of a command in user mode, 0 where perf can't count them."""
    counted = ["perf", "stat", "-x,", "-e", "instructions:u", *command]
    ran = subprocess.run(counted, cwd=folder, env=variables(), check=False, capture_output=True, text=True)
    found = re.search(r"^(\d+),.*instructions", ran.stderr, re.MULTILINE)
    return int(found[1]) if found else 0


def by_valgrind(command: Sequence[str], folder: Path) -> int:
    """Return the instructions of a command, 0 where valgrind can't count them."""
    tool = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    counted = [*tool, sys.executable, *command]
    ran = subprocess.run(counted, cwd=folder, env=variables(), check=False, capture_output=True, text=True)
    found = re.search(r"I\s+refs:\s+([\d,]+)", ran.stderr)
    return int(found[1].replace(",", "")) if found and not ran.returncode else 0


COUNTERS: dict[str, Count] = {"perf": by_perf, "valgrind": by_valgrind}


def counter() -> str | None:
    """Return the name of the program that counts here, None where there is none."""
    probe = [sys.executable, "-c", "pass"]
    if shutil.which("perf") and by_perf(probe, Path()) > 0:
        return "perf"
    return "valgrind" if shutil.which("valgrind") else None


def counts(count: Count, folder: Path) -> dict[str, int]:
    """Return the instructions of each command, in millions."""
    bed = Bed(folder)
    found = {}
    while True:  # in one quarter of an hour
        began = time.time() // QUARTER_S
        subprocess.run(bed.command("update"), cwd=folder, env=variables(), check=True)
        found["update, nothing new"] = count(bed.command("update"), folder)
        if began == time.time() // QUARTER_S:
            break
    subprocess.run(bed.command("counters"), cwd=folder, env=environment(), check=True, capture_output=True)
    found["counters"] = count(bed.command("counters", "--format", "json"), folder)
    bed.restore()
    found[f"update, {NEW:,} lines"] = count(bed.command("update"), folder)
    return {name: round(number / 1e6) for name, number in found.items()}


def versions(name: str) -> dict[str, str]:
    """Return what counts must have in common to be compared."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {
        "counter": name,
        "machine": platform.machine(),
        "python": python,
        "duckdb": importlib.metadata.version("duckdb"),
    }


def compare(found: dict[str, int], kept: dict[str, int]) -> bool:
    """Print the counts beside the kept ones; return whether none is too large."""
    for name, number in found.items():
        change = number / kept[name] - 1
        verdict = "" if number <= MOST * kept[name] else "  TOO MANY"
        print(f"{name:24} {number:6,} M, kept {kept[name]:6,} M: {100 * change:+5.1f} %{verdict}")
    return all(number <= MOST * kept[name] for name, number in found.items())


def main() -> int:
    """Count, and compare or keep the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--work", type=Path, default=None)
    options = parser.parse_args()
    name = counter()
    if name is None:
        print("instructions are not counted: there is no perf that may count them, and no valgrind")
        return 0
    with tempfile.TemporaryDirectory(prefix="logstats-", dir=options.work) as folder:
        found = counts(COUNTERS[name], Path(folder))
    if not all(found.values()):
        print(f"instructions are not counted: {name} fails here")
        return 0
    if options.keep:
        text = json.dumps({"versions": versions(name), "millions": found}, indent=2)
        KEPT.write_text(f"{text}\n", encoding="utf-8")
        print(text)
        return 0
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    if kept["versions"] != versions(name):
        print(f"not compared: kept with {kept['versions']}, counted with {versions(name)}: {found}")
        return 0
    return 0 if compare(found, kept["millions"]) else 1


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
