"""Calls as bytes, for engines that move nothing else between machines unchanged."""

import pickle
from collections.abc import Callable, Sequence
from typing import Any


def pack(function: Callable[[Any], Any], jobs: Sequence[Any]) -> list[bytes]:
    """Return each call of a function, which a worker finds by its name in logstats."""
    return [pickle.dumps((function, job)) for job in jobs]


def call(packed: bytes) -> bytes:
    """Make a call; return its result as bytes."""
    function, job = pickle.loads(packed)  # noqa: S301 - of our own driver, by way of the engine
    return pickle.dumps(function(job))


def unpack(results: Sequence[bytes]) -> list[Any]:
    """Return the results of calls."""
    return [pickle.loads(result) for result in results]  # noqa: S301 - of our own workers
