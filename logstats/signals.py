"""How a run is stopped by Ctrl-C and SIGTERM: a reader at once, a writer between two steps.

Nothing is lost with a reader, so the signal ends it wherever it is: a query can take long to notice
anything gentler. In a writer an exception out of a signal handler could strike in the middle of a
commit, whose outcome would then be unknown. So while a run is `heeded` the handler only notes the
signal; whoever does the work asks `check` where it is safe to end: between two statements, while
waiting for a lock or for input.
"""

import select
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from logstats.errors import StoppedError

SIGNALS = (signal.SIGINT, signal.SIGTERM)
LOOK_S = 0.2  # how long a wait for input may go on before somebody looks whether it should


class _Note:
    """A signal handler that remembers which signal came."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, number: int, _: FrameType | None) -> None:
        self.number = number


@contextmanager
def deferred() -> Iterator[None]:
    """Only note Ctrl-C and SIGTERM meanwhile; raise StoppedError at the end where one came.

    Python hears signals in its main thread alone: elsewhere this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    note = _Note()
    before = {number: signal.signal(number, note) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if note.number:
        raise StoppedError(note.number)


@contextmanager
def immediate() -> Iterator[None]:
    """Let Ctrl-C end the process at once and in silence meanwhile, as SIGTERM does."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def requested() -> int:
    """Return the signal that told this run to stop, 0 where none did; any thread may ask."""
    handler = signal.getsignal(signal.SIGTERM)
    return handler.number if isinstance(handler, _Note) else 0


def check() -> None:
    """Raise StoppedError where the run was told to stop."""
    if number := requested():
        raise StoppedError(number)


def wait_readable(file: int) -> None:
    """Wait until an open file has something to read, or has ended; raise StoppedError instead if told to."""
    waiting = select.poll()
    waiting.register(file, select.POLLIN)
    while not waiting.poll(LOOK_S * 1000):
        check()
