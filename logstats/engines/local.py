"""Processes of this machine, one a core."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from logstats import signals
from logstats.errors import LogstatsError

ATTEMPTS = 3  # at the jobs of a worker that was killed


def each(_name: str, function: Callable[[Any], Any], jobs: Sequence[Any]) -> list[Any]:
    """Apply a function to each job; the jobs of a pool that lost a worker are tried again in another one."""
    results: dict[int, Any] = {}
    for _ in range(ATTEMPTS):
        left = [number for number in range(len(jobs)) if number not in results]
        if not left:
            break
        _run(function, {number: jobs[number] for number in left}, results)
    if len(results) < len(jobs):
        raise LogstatsError(
            f"workers were killed {ATTEMPTS} times, probably for lack of memory; nothing was changed"
        )
    return [results[number] for number in range(len(jobs))]


def _run(function: Callable[[Any], Any], jobs: dict[int, Any], results: dict[int, Any]) -> None:
    """Add the results of jobs; stop where a worker was killed."""
    workers = min(len(jobs), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        numbers: dict[Future[Any], int] = {pool.submit(function, job): number for number, job in jobs.items()}
        try:
            for done in as_completed(numbers):
                signals.check()
                results[numbers[done]] = done.result()
        except BrokenProcessPool:
            return
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
