"""Work on items in order by several hands: each readies one, and finishes it when its turn comes.

It is written on bare threads: concurrent.futures would bring logging along, 2 % of a cron run.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

SHORT_S = 0.0001
Item = TypeVar("Item")
State = TypeVar("State")
Hand = Callable[[Item, Callable[[], State]], State]


def run_in_order(
    items: Iterator[Item], begun: State, hands: Sequence[Hand[Item, State]]
) -> tuple[State, BaseException | None]:
    """Give the items to the hands as they come free; return what the last finished one left, and an error.

    A hand is called with an item and `before`, which waits for its turn and returns what the item
    before it left behind. The next item is made by one hand at a time, in order. After an error no
    item behind it is finished.
    """
    relay = _Relay(items, begun)
    threads = [Thread(target=relay.work, args=(hand,)) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        _see_out(thread)
    return relay.state, next(iter(relay.errors), None)


def _see_out(thread: Thread) -> None:
    """Wait until the system's thread is gone too, a moment after Python's: meanwhile DuckDB clears up in it.

    A DuckDB that is closed in that moment leaves it with memory which is somebody else's by then. Python
    waits for that itself from 3.13 on.
    """
    thread.join()
    while Path(f"/proc/self/task/{thread.native_id}").exists():
        time.sleep(SHORT_S)


class _Turn(Generic[State]):
    """What one item leaves behind: a state, or the error that kept it from that."""

    def __init__(self) -> None:
        self._is_over = Event()
        self._left: tuple[State] | BaseException

    def end(self, left: tuple[State] | BaseException) -> None:
        self._left = left
        self._is_over.set()

    def state(self) -> State:
        """Wait until it is there."""
        self._is_over.wait()
        if isinstance(self._left, BaseException):
            raise self._left
        return self._left[0]


class _Relay(Generic[Item, State]):
    def __init__(self, items: Iterator[Item], begun: State) -> None:
        self.state = begun
        self.errors: list[BaseException] = []
        self._items = items
        self._lock = Lock()
        self._last = _Turn[State]()
        self._last.end((begun,))

    def work(self, hand: Hand[Item, State]) -> None:
        try:
            while handed := self._next():
                self._work_on(*handed, hand)
        except BaseException as error:  # noqa: BLE001 - handed to whoever has started the thread
            self.errors.append(error)

    def _work_on(
        self, item: Item, before: _Turn[State], after: _Turn[State], hand: Hand[Item, State]
    ) -> None:
        try:
            self.state = hand(item, before.state)
            after.end((self.state,))
        except BaseException as error:
            after.end(error)
            raise

    def _next(self) -> tuple[Item, _Turn[State], _Turn[State]] | None:
        with self._lock:
            for item in self._items:
                before, self._last = self._last, _Turn()
                return item, before, self._last
        return None
