"""The contestants that read the logs of several servers: one ingest, a cluster's engines, an import."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from contestants import HERE, Logs, logstats_command, logstats_ingest, program
from measure import Contestant, environment

FIGURES = "figures"


def split_logs(logs: Logs, lines: int, *, is_skewed: bool = False) -> Path:
    """Return a folder with the logs of four servers; with `is_skewed` one client has half of the lines."""
    source = logs.plain(lines)
    folder = source.with_suffix(f".servers{'-skewed' if is_skewed else ''}")
    if not folder.exists():
        part = folder.with_suffix(".part")
        made = [sys.executable, str(HERE / "split_log.py"), "--log", str(source), "--lines", str(lines)]
        subprocess.run([*made, "--out", str(part), *(["--skewed"] if is_skewed else [])], check=True)
        part.replace(folder)
    return folder


def contestants(logs: Logs, lines: int, *engines: str) -> list[Contestant]:
    """Return one ingest, the same logs by engines and their import, and both again with a dominant client."""
    even, skewed = split_logs(logs, lines), split_logs(logs, lines, is_skewed=True)
    return [
        logstats_ingest(even, lines),
        *(_by_engine(even, lines, engine) for engine in engines),
        _import(even, lines),
        logstats_ingest(skewed, lines, "logstats, skewed"),
        *(_by_engine(skewed, lines, engine, ", skewed") for engine in engines),
    ]


def _by_engine(logs: Path, lines: int, engine: str, what: str = "") -> Contestant:
    return Contestant(
        f"logstats cluster ingest, {engine}{what}",
        lambda folder: [_cluster_ingest(folder, logs, engine)],
        lines,
        facts=_workers,
        present=program("logstats") is not None,
    )


def _import(logs: Path, lines: int) -> Contestant:
    def prepare(folder: Path) -> None:
        command = _cluster_ingest(folder, logs, "local")
        subprocess.run(command, check=True, capture_output=True, text=True, env=environment())

    return Contestant(
        "logstats import",
        lambda folder: [logstats_command(folder, "import", str(folder / FIGURES))],
        lines,
        prepare=prepare,
        facts=_workers,
        present=program("logstats") is not None,
    )


def _cluster_ingest(folder: Path, logs: Path, engine: str) -> list[str]:
    return logstats_command(
        folder, "cluster", "ingest", str(logs), "--into", str(folder / FIGURES), "--engine", engine
    )


def _workers(folder: Path) -> Mapping[str, float]:
    """Return the lines that a run has read, and what it says of its workers."""
    said = (folder / "stdout").read_text() + (folder / "stderr").read_text()
    names = {"lines": r"([\d,]+) lines", "workers_cpu": r"([\d.]+) s CPU", "worker_mb": r"(\d+) MB a worker"}
    found = {name: re.search(pattern, said) for name, pattern in names.items()}
    return {name: float(match[1].replace(",", "")) for name, match in found.items() if match}
