"""The worker pool: items are prepared in parallel and committed in order, up to the first failure."""

import ctypes
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logstats.ingest import worker_pool

TASKS = Path("/proc/self/task")


class _FailedError(Exception):
    """The failure of an item."""


def _work(fails: frozenset[tuple[str, int]], item: int, previous: Callable[[], list[int]]) -> list[int]:
    _fail_if(("ready", item) in fails)
    done = previous()
    _fail_if(("finish", item) in fails)
    return [*done, item]


def _items(count: int, fails: frozenset[tuple[str, int]]) -> Iterator[int]:
    for item in range(count):
        _fail_if(("make", item) in fails)
        yield item


def _fail_if(wrong: bool) -> None:
    if wrong:
        raise _FailedError


STEPS = st.tuples(st.sampled_from(["make", "ready", "finish"]), st.integers(0, 5))


@given(count=st.integers(0, 6), workers=st.integers(1, 3), fails=st.frozensets(STEPS, max_size=2))
def test_the_items_before_the_first_failure_are_committed(
    count: int, workers: int, fails: frozenset[tuple[str, int]]
) -> None:
    initial: list[int] = []
    done, error = worker_pool.run_in_order(_items(count, fails), initial, [partial(_work, fails)] * workers)
    failed = [item for step, item in fails if item < count]
    assert done == list(range(min(failed, default=count)))
    assert isinstance(error, _FailedError) == bool(failed)


def test_an_item_is_prepared_while_the_one_before_it_is_committed() -> None:
    both = threading.Barrier(2, timeout=10)

    def worker(item: int, previous: Callable[[], int]) -> int:
        if item:
            both.wait()  # prepared, before the other is committed
            return previous()
        previous()
        both.wait()
        return 0

    assert worker_pool.run_in_order(iter(range(2)), 0, [worker, worker]) == (0, None)


@pytest.mark.skipif(not TASKS.is_dir(), reason="this system does not list its threads")
def test_no_thread_is_left_behind() -> None:
    """Not even for the moment in which C++ clears up what it keeps for a thread, here 50 ms long."""
    c = ctypes.CDLL(None)
    kept = ctypes.c_uint()
    assert c.pthread_key_create(ctypes.byref(kept), c.usleep) == 0
    threads: set[int] = set()

    def worker(_: int, previous: Callable[[], int]) -> int:
        c.pthread_setspecific(kept, ctypes.c_void_p(50_000))
        threads.add(threading.get_native_id())
        return previous()

    worker_pool.run_in_order(iter(range(1)), 0, [worker])
    c.pthread_key_delete(kept)
    assert len(threads) == 1
    assert [number for number in threads if (TASKS / str(number)).exists()] == []


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_one_worker_makes_an_item_at_a_time(workers: int) -> None:
    busy = threading.Lock()

    def items() -> Iterator[int]:
        for item in itertools.islice(itertools.count(), 50):
            assert busy.acquire(blocking=False)
            time.sleep(0.0005)
            busy.release()
            yield item

    done, error = worker_pool.run_in_order(items(), 0, [lambda _, previous: previous() + 1] * workers)
    assert (done, error) == (50, None)
