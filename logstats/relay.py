"""Work on items in order by several hands: each readies one, and finishes it when its turn comes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
State = TypeVar("State")
Hand = Callable[[Item, Callable[[], State]], State]


def run(
    items: Iterator[Item], begun: State, hands: Sequence[Hand[Item, State]]
) -> tuple[State, BaseException | None]:
    """Give the items to the hands as they come free; return what the last finished one left, and an error.

    A hand is called with an item and `before`, which waits for its turn and returns what the item
    before it left behind. The next item is made by one hand at a time, in order. After an error no
    item behind it is finished.
    """
    relay = _Relay(items, begun)
    with ThreadPoolExecutor(len(hands)) as pool:
        workers = [pool.submit(relay.work, hand) for hand in hands]
    errors = (worker.exception() for worker in workers)
    return relay.state, next((error for error in errors if error), None)


class _Relay(Generic[Item, State]):
    def __init__(self, items: Iterator[Item], begun: State) -> None:
        self.state = begun
        self._items = items
        self._lock = Lock()
        self._last: Future[State] = Future()
        self._last.set_result(begun)

    def work(self, hand: Hand[Item, State]) -> None:
        while handed := self._next():
            item, before, after = handed
            try:
                self.state = hand(item, before.result)
                after.set_result(self.state)
            except BaseException as error:
                after.set_exception(error)
                raise

    def _next(self) -> tuple[Item, Future[State], Future[State]] | None:
        with self._lock:
            for item in self._items:
                before, self._last = self._last, Future()
                return item, before, self._last
        return None
