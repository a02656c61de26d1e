"""Process items in parallel and commit them in order, for logs of more than one chunk."""

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Thread, current_thread
from typing import TypeVar

EXIT_POLL_S = 0.0001
Item = TypeVar("Item")
State = TypeVar("State")
Worker = Callable[[Item, Callable[[], State]], State]


def run_in_order(
    items: Iterator[Item], initial: State, workers: Sequence[Worker[Item, State]]
) -> tuple[State, BaseException | None]:
    """Process items on one thread per worker; return the last committed state and the first error.

    A worker is called with an item and `previous`, a function that waits for the previous item and returns
    its state. Items are assigned to the workers in rotation, and the next item is read when its worker is
    free, so at most one item per worker is in progress. After an error no later item is committed.
    """
    threads: list[Thread] = []
    with ThreadPoolExecutor(len(workers), initializer=lambda: threads.append(current_thread())) as pool:
        outcome = _run(pool, items, initial, workers)
    for thread in threads:
        _wait_for_exit(thread)
    return outcome


def _run(
    pool: ThreadPoolExecutor, items: Iterator[Item], state: State, workers: Sequence[Worker[Item, State]]
) -> tuple[State, BaseException | None]:
    running: deque[Future[State]] = deque()
    latest: Future[State] = Future()
    latest.set_result(state)
    read_error: BaseException | None = None
    try:
        for item, worker in zip(items, itertools.cycle(workers), strict=False):
            latest = pool.submit(worker, item, latest.result)
            running.append(latest)
            if len(running) == len(workers):
                state = running[0].result()
                running.popleft()
    except BaseException as error:  # noqa: BLE001 - returned when the items in progress are done
        read_error = error
    for future in running:
        if failure := future.exception():
            return state, failure
        state = future.result()
    return state, read_error


def _wait_for_exit(thread: Thread) -> None:
    """Wait until the thread of the operating system has ended, which is shortly after Python's.

    DuckDB frees thread-local memory at its end, and crashes if it is closed before. Python 3.13 waits itself.
    """
    while Path(f"/proc/self/task/{thread.native_id}").exists():
        time.sleep(EXIT_POLL_S)
