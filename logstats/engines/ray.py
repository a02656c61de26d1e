"""Ray: `ray://HOST:PORT` is a cluster, `ray` one of processes on this machine."""

from collections.abc import Callable, Sequence
from typing import Any

import ray

from logstats.engines import calls

RETRIES = 3  # of a job whose worker is gone


def each(name: str, function: Callable[[Any], Any], jobs: Sequence[Any]) -> list[Any]:
    """Apply a function to each job; Ray gives the jobs of a worker that is gone to others."""
    cluster = name if "://" in name else None
    with ray.init(cluster, include_dashboard=False, log_to_driver=False):
        remote = ray.remote(max_retries=RETRIES)(calls.call)
        return calls.unpack(ray.get([remote.remote(packed) for packed in calls.pack(function, jobs)]))
