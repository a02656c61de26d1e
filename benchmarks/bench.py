"""The same work side by side with peers, on one machine, in one run.

    python benchmarks/bench.py [--lines N] [--runs 5] [--json FILE] [--keep] [--work DIR] [--big]
                               [--engine ENGINE]

Prints one table per task, with its targets below. A missed target is printed and has no other effect;
if a contestant fails, the exit code is 1. --keep writes RESULTS.md and its picture.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import contestants as who
import cron
import results
import several_machines
import targets
from measure import Contestant, Measured, side_by_side
from tabulate import tabulate

STORED, STORED_BIG = 1_000_000, 20_000_000
HEADERS = ("", "median s", "min", "max", "cpu s", "lines/s", "× logstats", "peak MB", "counted")


@dataclass(frozen=True)
class Plan:
    """The options of the command line."""

    logs: who.Logs
    lines: int
    runs: int
    big: bool
    goaccess: str | None = None
    engines: tuple[str, ...] = ("local",)


@dataclass(frozen=True)
class Task:
    """One table: its contestants and its targets."""

    name: str
    title: str
    rows: Callable[[Plan], list[Contestant]]
    verdicts: Callable[[Sequence[Measured]], list[str]]
    note: str = ""
    only_big: bool = False


# --- the tasks -----------------------------------------------------------------------------


def ingest(plan: Plan) -> list[Contestant]:
    """Return the contestants that process a plain log, from its lines to committed figures."""
    log, lines = plan.logs.plain(plan.lines), plan.lines
    first = min(lines, who.AWSTATS_LINES)
    return [
        who.logstats_ingest(log, lines),
        who.goaccess(log, lines, jobs=2, path=plan.goaccess),
        who.goaccess(log, lines, jobs=2, kept=True, path=plan.goaccess),
        who.goaccess(log, lines, jobs=1, path=plan.goaccess),
        who.webalizer(log, lines),
        who.awstats(plan.logs.head(lines, first), first),
        who.duckdb_script(log, lines),
        who.clickhouse_script(log, lines),
        who.typing_floor(log, lines),
    ]


def packed(plan: Plan) -> list[Contestant]:
    """Return the contestants that process a gzipped log."""
    log, lines = plan.logs.gzipped(plan.lines), plan.lines
    return [
        who.logstats_ingest(log, lines, "logstats, gzip"),
        who.logstats_ingest(plan.logs.plain(lines), lines, "logstats, plain"),
        who.zcat(log, lines),
    ]


def growth(plan: Plan) -> list[Contestant]:
    """Return the contestants that process a log and shorter ones, and one ten times as long if it is big."""
    sizes = (plan.lines // 100, plan.lines // 10, plan.lines, *([plan.lines * 10] if plan.big else []))
    found = []
    for lines in sizes:
        log, runs = plan.logs.plain(lines), None if lines < plan.lines else 1
        jobs = 2 if who.has_jobs(plan.goaccess) else 1
        peers = (
            who.logstats_ingest(log, lines),
            who.goaccess(log, lines, jobs=jobs, path=plan.goaccess),
            who.webalizer(log, lines),
            who.duckdb_script(log, lines),
        )
        found += [replace(peer, name=f"{peer.name}, {lines:,} lines", runs=runs) for peer in peers]
    return found


def unseen(plan: Plan) -> list[Contestant]:
    """Return the contestants that process a log in which nothing occurs twice."""
    log, lines, jobs = plan.logs.unseen(plan.lines), plan.lines, 2 if who.has_jobs(plan.goaccess) else 1
    fewer = plan.logs.unseen(lines // 2)
    contestants = (
        who.logstats_ingest(log, lines),
        who.logstats_ingest(fewer, lines // 2, "logstats, fewer lines"),
        who.goaccess(log, lines, jobs=jobs, path=plan.goaccess),
    )
    return [replace(one, runs=1) for one in contestants]


def small(plan: Plan) -> list[Contestant]:
    """Return a first read of many small archives."""
    lines = cron.ARCHIVES * cron.ARCHIVED_LINES
    folder = plan.logs.small_archives(cron.ARCHIVES, cron.ARCHIVED_LINES)
    name = f"logstats, {cron.ARCHIVES} archives of {cron.ARCHIVED_LINES} lines"
    return [replace(who.logstats_ingest(folder, lines, name), runs=1)]


def reports(plan: Plan) -> list[Contestant]:
    """Return each report over all stored hits."""
    tick = ticks(plan)[-1]
    return [tick.report(name) for name in cron.REPORTS]


def ticks(plan: Plan) -> list[cron.Tick]:
    """Return the cron runs to measure, one for each size of the store."""
    sizes = (STORED, STORED_BIG) if plan.big else (STORED,)
    return [cron.Tick(plan.logs, stored) for stored in sizes]


TASKS = (
    Task(
        "ingest",
        "Ingest: from a log to committed figures",
        ingest,
        targets.of_ingest,
        "GoAccess, Webalizer and AWStats keep totals, not hits; GoAccess counts crawlers too "
        "(no --ignore-crawlers), in memory, and writes one JSON report. AWStats has a shorter "
        "log of its own; ratios are by the line.",
    ),
    Task(
        "classification",
        "Ingest: who is a person, and what is one article",
        lambda plan: [who.classification(plan.logs.plain(plan.lines), plan.lines)],
        targets.of_classification,
    ),
    Task("gzip", "Ingest, gzipped", packed, targets.of_gzip),
    Task(
        "growth",
        "Ingest: time and memory against lines",
        growth,
        targets.of_growth,
    ),
    Task(
        "unseen",
        "Ingest of a log in which each client, URL, referrer and agent is new",
        unseen,
        targets.of_unseen,
    ),
    Task("small", "Ingest: a first read of many small archives", small, targets.of_small),
    Task(
        "servers",
        "Ingest: the logs of four servers, 16 files, by the workers of a cluster",
        lambda plan: several_machines.contestants(plan.logs, plan.lines, *plan.engines),
        targets.of_servers,
        "Half of the logs are gzipped. Skewed: half of the lines have one client.",
    ),
    Task(
        "tick",
        f"Cron tick: update with {cron.NEW_LINES:,} new lines and {cron.ARCHIVES} old archives beside them",
        lambda plan: [*(tick.contestant() for tick in ticks(plan)), who.importing()],
        targets.of_tick,
    ),
    Task(
        "archives",
        "A minute without a visitor: ingest of a folder in which nothing changed",
        lambda plan: [cron.Archives(plan.logs, count).contestant() for count in (0, 400)],
        targets.of_archives,
    ),
    Task(
        "counters",
        "The four figures alone, whole process",
        lambda plan: [*(tick.counters() for tick in ticks(plan)), who.importing()],
        targets.of_counters,
    ),
    Task(
        "reports",
        "Reports over all stored hits, whole process",
        reports,
        targets.of_reports,
        "The store has the hits of the tick above.",
    ),
)


# --- output --------------------------------------------------------------------------------


def machine() -> dict[str, str]:
    """Return the processor, its cores, the memory and the system, by name."""
    cpu = _first_line("/proc/cpuinfo", "model name")
    memory = _first_line("/proc/meminfo", "MemTotal").split()
    release = platform.freedesktop_os_release()
    return {
        "cpu": cpu or platform.processor(),
        "cores": f"{len(os.sched_getaffinity(0))} cores",
        "memory": f"{int(memory[0]) / 1024**2:.1f} GiB" if memory else "?",
        "system": f"{release.get('PRETTY_NAME', '?')}, Linux {platform.release()}",
    }


def _first_line(path: str, start: str) -> str:
    """Return the text after the colon in the first line that begins with `start`."""
    for line in Path(path).read_text().splitlines():
        if line.startswith(start):
            return line.partition(":")[2].strip()
    return ""


def load() -> str:
    """Return the machine's load average of the last minute, as text."""
    return f"{os.getloadavg()[0]:.2f}"


def row(one: Measured, ours: Measured | None) -> list[str]:
    """Return the cells of a contestant's row; `ours` is the row of logstats, for the ratio."""
    if not one.present:
        return [one.name, "not installed"]
    if one.failure:
        return [one.name, f"failed ({one.failure.code})"]
    counted = one.facts.get("lines")
    return [
        one.name,
        f"{one.wall:.3f}",
        f"{one.fastest:.3f}",
        f"{one.slowest:.3f}",
        f"{one.cpu:.3f}",
        f"{1 / one.cost:,.0f}" if one.lines else "",
        f"{one.cost / ours.cost:.2f}" if ours else "",
        f"{one.peak / targets.MB:,.0f}",
        f"{counted:,.0f}" if counted is not None else "",
    ]


def table(task: Task, rows: Sequence[Measured], verdicts: Sequence[str]) -> str:
    """Return a task's table as text, with its title above it, and its note and targets below."""
    ours = rows[0] if rows[0].usable else None
    cells = [row(one, ours) for one in rows]
    cells = [line + [""] * (len(HEADERS) - len(line)) for line in cells]
    columns = [column for column in zip(HEADERS, *cells, strict=True) if any(column[1:])]
    lines = list(zip(*columns, strict=True))
    aligned = ("left", *["right"] * (len(columns) - 1))
    drawn = tabulate(lines[1:], lines[0], "github", disable_numparse=True, colalign=aligned)
    below = "\n\n".join(filter(None, (task.note, "\n".join(f"- {one}" for one in verdicts))))
    return f"## {task.title}\n\n{drawn}\n\n{below}"


def perform(task: Task, plan: Plan) -> dict[str, Any]:
    """Run a task, print its table and its failures, and return it for the JSON file."""
    before = load()
    rows = side_by_side(task.rows(plan), plan.runs, plan.logs.folder / "runs")
    verdicts = task.verdicts(rows)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    text = f"{table(task, rows, verdicts)}\n\nload average {before} before, {load()} after\n"
    print(text)
    sys.stdout.flush()
    for one in rows:
        if one.failure:
            print(f"{one.name} failed ({one.failure.code}):", file=sys.stderr)
            print(one.failure.complaint, file=sys.stderr)
    return {
        "task": task.name,
        "text": text,
        "measured": rows,
        "rows": [asdict(one) | {"median": one.wall if one.usable else None} for one in rows],
        "verdicts": verdicts,
        "failed": any(one.failure for one in rows),
    }


def options() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description="Compare logstats with its peers.")
    parser.add_argument("--lines", type=int, default=2_000_000, help="of the log (2,000,000)")
    parser.add_argument("--runs", type=int, default=5, help="of each contestant (5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every run here as well")
    parser.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        default=Path(tempfile.gettempdir()) / "logstats-bench",
        help="where logs are made and kept, and stores come and go",
    )
    parser.add_argument("--big", action="store_true", help="ten times the log, and 20 M lines stored")
    parser.add_argument("--goaccess", type=Path, metavar="DIR", help="build GoAccess from its source here")
    parser.add_argument(
        "--engine", action="append", metavar="ENGINE", help="of the task `servers` (local; more than once)"
    )
    parser.add_argument("--keep", action="store_true", help="write benchmarks/RESULTS.md and its picture")
    parser.add_argument(
        "--only",
        action="append",
        choices=[task.name for task in TASKS],
        help="this task (may be given more than once)",
    )
    return parser.parse_args()


def main() -> int:
    """Run the requested tasks and return the exit code."""
    arguments = options()
    built = who.built_goaccess(arguments.goaccess, arguments.work) if arguments.goaccess else None
    plan = Plan(
        logs=who.Logs(arguments.work.resolve()),
        lines=arguments.lines,
        runs=arguments.runs,
        big=arguments.big,
        goaccess=built,
        engines=tuple(arguments.engine or ("local",)),
    )
    log = plan.logs.plain(plan.lines)
    facts = {
        "machine": machine(),
        "versions": who.versions(built),
        "log": {"lines": plan.lines, "bytes": log.stat().st_size},
        "runs": plan.runs,
    }
    about = [
        f"machine   {', '.join(machine().values())}",
        f"versions  {'; '.join(f'{k}: {v}' for k, v in who.versions(built).items())}",
        f"log       {plan.lines:,} lines, {log.stat().st_size:,} bytes; {plan.runs} runs each",
    ]
    print(*about, "", sep="\n")
    chosen = [
        task
        for task in TASKS
        if (task.name in arguments.only if arguments.only else plan.big or not task.only_big)
    ]
    try:
        done = [perform(task, plan) for task in chosen]
    finally:
        for folder in (plan.logs.folder / "runs", *(tick.folder for tick in ticks(plan))):
            shutil.rmtree(folder, ignore_errors=True)
    if arguments.keep:
        results.write(_command(), about, [task["text"] for task in done], [task["measured"] for task in done])
    for task in done:
        del task["measured"]
    if arguments.json:
        arguments.json.write_text(json.dumps(facts | {"tasks": done}, indent=2) + "\n")
    return 1 if any(task["failed"] for task in done) else 0


def _command() -> str:
    """Return the command that was run, without the folder for logs."""
    given = " ".join(sys.argv[1:])
    return f"make bench BENCH='{re.sub(r'--(?:work|json|goaccess)[ =][^ ]+ ?', '', given).strip()}'"


if __name__ == "__main__":
    sys.exit(main())
