"""Handle Ctrl-C and SIGTERM: a report ends at once, a run that writes ends between two steps.

A report changes nothing, so the signal ends its process at any point; a query could take long to react to a
flag. In a run that writes, an exception from a signal handler could be raised in the middle of a commit,
whose outcome would then be unknown. So while signals are `deferred`, the handler only records the signal, and
the code calls `check` where it is safe to end: between two statements, or while it waits for a lock or input.
"""

import select
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from logstats.errors import StoppedError

SIGNALS = (signal.SIGINT, signal.SIGTERM)
POLL_S = 0.2  # how often a wait for input checks for a signal


class _Recorder:
    """A signal handler that records the number of a signal; it is 0 before the first."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, number: int, _: FrameType | None) -> None:
        self.number = number


@contextmanager
def deferred() -> Iterator[None]:
    """Only record Ctrl-C and SIGTERM in this block; raise StoppedError at its end if one was received.

    Python handles signals in its main thread; in other threads this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    recorder = _Recorder()
    previous = {number: signal.signal(number, recorder) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if recorder.number:
        raise StoppedError(recorder.number)


@contextmanager
def immediate() -> Iterator[None]:
    """In this block, Ctrl-C ends the process at once and without a message, as SIGTERM does."""
    previous = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def requested() -> int:
    """Return the number of the recorded signal, 0 without one. Any thread may call this."""
    handler = signal.getsignal(signal.SIGTERM)
    return handler.number if isinstance(handler, _Recorder) else 0


def check() -> None:
    """Raise StoppedError if a signal was recorded."""
    if number := requested():
        raise StoppedError(number)


def wait_readable(file: int) -> None:
    """Wait until an open file has data or has ended; raise StoppedError if a signal is received first."""
    poll = select.poll()
    poll.register(file, select.POLLIN)
    while not poll.poll(POLL_S * 1000):
        check()
