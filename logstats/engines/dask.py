"""Dask: `dask://HOST:PORT` is a scheduler, `dask` a cluster of processes on this machine."""

from collections.abc import Callable, Sequence
from typing import Any

from distributed import Client, LocalCluster

from logstats.engines import calls

RETRIES = 3  # of a job whose worker is gone


def each(name: str, function: Callable[[Any], Any], jobs: Sequence[Any]) -> list[Any]:
    """Apply a function to each job; Dask gives the jobs of a worker that is gone to others."""
    _, _, scheduler = name.partition("://")
    if scheduler:
        with Client(f"tcp://{scheduler}") as client:
            return _map(client, function, jobs)
    with LocalCluster(threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        return _map(client, function, jobs)


def _map(client: Client, function: Callable[[Any], Any], jobs: Sequence[Any]) -> list[Any]:
    futures = client.map(calls.call, calls.pack(function, jobs), pure=False, retries=RETRIES)
    return calls.unpack(client.gather(futures))
