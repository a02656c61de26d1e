"""Whatever becomes of the files, each whole line is counted once: random histories of a folder of logs.

The histories are those of support/folder.py; `make histories` runs many more of them.
"""

import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from support.edits import EDITS
from support.folder import EVENTS, Memory, Odds, World, live_through, small_sizes
from support.lines import examples

from logstats.errors import IncompleteArchiveError
from logstats.model import Chunk
from logstats.sources import compression, files, fingerprint, log_hashes, recorder
from logstats.sources.chunks import LogReader
from logstats.sources.compression import Packing
from logstats.sources.files import LogFile, Stat
from logstats.sources.fingerprint import Fingerprint, Hash, Identity, Match
from logstats.sources.pending import PendingLogs
from logstats.sources.scan import Scan

QUIET, BUSY = 0.0, 0.25  # how likely something happens before each time that something is read
KILLED = 0.1  # how likely a run is killed
QUIET_ODDS = Odds(events=QUIET, killed=KILLED)
EDITED = Odds(killed=KILLED, edits=0.2)
AT_ONCE = 40  # histories between two looks at the clock
MOST = 600  # histories in which a broken decider must be found


@pytest.mark.parametrize("part", range(4))
def test_no_line_is_lost_or_doubled_in_any_history(part: int) -> None:
    for seed in range(part, examples(80), 4):
        live_through(seed, Odds(events=BUSY if part % 2 else QUIET, killed=KILLED))


@pytest.mark.parametrize("seed", range(examples(6)))
def test_no_line_is_lost_or_doubled_in_a_real_store(seed: int) -> None:
    live_through(seed, Odds(events=BUSY if seed % 2 else QUIET, killed=KILLED), steps=30, is_real=True)


@pytest.mark.parametrize("part", range(4))
def test_no_line_is_lost_or_doubled_where_logs_are_edited(part: int) -> None:
    for seed in range(part, examples(160), 4):
        live_through(seed, EDITED, edits=EDITS)


@pytest.mark.parametrize("seed", range(examples(8)))
def test_no_line_is_lost_or_doubled_in_a_real_store_where_logs_are_edited(seed: int) -> None:
    live_through(seed, EDITED, edits=EDITS, steps=30, is_real=True)


class Histories(RuleBasedStateMachine):
    """The same events, chosen by Hypothesis, which shows the shortest history that fails."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes = small_sizes()
        self.sizes.__enter__()
        self.home = TemporaryDirectory()
        self.world = World(Path(self.home.name), Memory(), has_headers=True, appends=False)

    def teardown(self) -> None:
        """Read once more with nothing happening, and put everything away."""
        try:
            self.world.run(random.Random(0))
        finally:
            self.world.close()
            self.home.cleanup()
            self.sizes.__exit__(None, None, None)

    @rule(event=st.sampled_from(EVENTS), chance=st.randoms(use_true_random=False))
    def something_happens(self, event: Callable[[World, random.Random], None], chance: random.Random) -> None:
        """Let one thing happen."""
        event(self.world, chance)

    @rule(events=st.sampled_from([QUIET, BUSY]), chance=st.randoms(use_true_random=False))
    def logs_are_read(self, events: float, chance: random.Random) -> None:
        """Read all logs; if nothing happened meanwhile, look whether every whole line is counted."""
        self.world.run(chance, events, KILLED)


Histories.TestCase.settings = settings(max_examples=examples(40), stateful_step_count=25)
test_no_line_is_lost_or_doubled_in_the_shortest_of_histories = Histories.TestCase


# --- Deciders that are broken on purpose --------------------------------------------------------------
#
# Each of them is wrong in one way, among them the four holes of a first version: the histories must
# show it, or else they would not show such a fault of the real one.

compare_log, chunk_of, compare, hash_heads = (
    PendingLogs.compare,
    LogReader._chunk,
    fingerprint.compare,
    fingerprint.hash_heads,
)
first_packed = LogFile._first_packed


def _second_read(reader: LogReader, *values: Any) -> Chunk:
    chunk = chunk_of(reader, *values)
    start = max(0, chunk.end - fingerprint.TAIL_BYTES)
    head = reader.log.flow(0).read(min(fingerprint.HEAD_BYTES, chunk.end))
    tail_hash = reader.log.flow(start).read(chunk.end - start)
    return chunk._replace(
        head_hashes=(*hash_heads(head, reader._hashed).values(), reader._hashed(head)),
        tail_hash=reader._hashed(tail_hash),
    )


def _others_are_copies(pending: PendingLogs, log: LogFile) -> tuple[Match, Identity | None, int]:
    match, source, size = compare_log(pending, log)
    is_found = source is not None and source.source_id in pending._recorder.found_again
    return Match.HELD if is_found else match, source, size


def _same_inode(pending: PendingLogs) -> LogFile:
    known = {state.stat.file for state in pending._recorder.known.file_states}
    logs = list(pending.logs)
    return next((log for log in logs if log.stat.file in known), logs[0])


def _starts_again(log: Fingerprint, source: Identity) -> tuple[Match, int]:
    return (Match.OTHER, 0) if log.size < source.position else compare(log, source)


def _any_line_end(shown: Fingerprint, source: Identity) -> int:
    return max((end for end, hashed in shown.head_hashes.items() if hashed in source.head_hashes), default=0)


def _first_head(start: bytes, hashed: Hash) -> dict[int, int]:
    return dict(list(hash_heads(start, hashed).items())[:1])


def _beyond(flow: Any, size: int) -> bytes:
    data = files.read_at(flow._read.__self__._opened(), size, flow.offset)
    flow.offset += len(data)
    return data


def _incomplete(packing_: Packing, read: Callable[[], bytes], *trailing: Any) -> Iterator[bytes]:
    try:
        yield from compression.unpacked(packing_, read, *trailing)
    except IncompleteArchiveError:
        return


def _young_head(log: LogFile) -> bytes:
    is_old, log.is_old = log.is_old, False
    head = first_packed(log)
    log.is_old = is_old
    return head


def _nuls(log: LogFile) -> bytes:
    return log._start[: fingerprint.HEAD_BYTES]


BROKEN: dict[str, list[tuple[Any, str, Any]]] = {
    "hole 1: logs of nothing but headers are sources, and take each other's identity": [
        (fingerprint, "_RECORD", re.compile(rb"(?m)^")),
        (fingerprint, "common_beginning", _any_line_end),
    ],
    "hole 2: compared by reading again, whatever happened to the log meanwhile": [
        (LogFile, "is_unchanged", lambda *_: True),
        (log_hashes.LogHashes, "begins_with", lambda *_: True),
    ],
    "hole 3: hashes are taken from a second read": [(LogReader, "_chunk", _second_read)],
    "hole 4: the same inode is preferred to a longer copy": [
        (PendingLogs, "next", _same_inode),
        (PendingLogs, "compare", _others_are_copies),
    ],
    "what was read of a log that was changed meanwhile is kept": [
        (LogReader, "_is_unchanged", lambda _: True)
    ],
    "a shorter log starts again": [(fingerprint, "compare", _starts_again)],
    "only the first line is compared": [(fingerprint, "hash_heads", _first_head)],
    "reading goes beyond the size at opening": [(files._PlainFlow, "read", _beyond)],
    "the rest of a line that was counted is a line": [(LogReader, "_rest_of_line", lambda _: iter(()))],
    "a last line needs its newline in an archive too": [(Scan, "_is_final", lambda *_: False)],
    "an archive need not be whole": [(files, "unpacked", _incomplete)],
    "whether an archive is old changes while it is looked at": [(LogFile, "_first_packed", _young_head)],
    "the NULs before a log are a part of it": [(LogFile, "_first_plain", _nuls)],
    "a young stat is trusted": [(recorder, "TRUSTED_S", -10.0)],
    "a file of the same size is the same": [(Stat, "__eq__", lambda one, other: one.size == other.size)],
}
SHOWN_IN_QUIET = ("a young stat is trusted", "a file of the same size is the same")  # sooner than in others


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_decider_is_found(how: str) -> None:
    with ExitStack() as stack:
        for owner, name, broken in BROKEN[how]:
            stack.enter_context(patch.object(owner, name, broken))
        assert first_failure(QUIET if how in SHOWN_IN_QUIET else BUSY) is not None


def first_failure(events: float) -> int | None:
    """Return the first of the histories that goes wrong."""
    for seed in range(MOST):
        try:
            live_through(seed, Odds(events=events, killed=KILLED))
        except AssertionError:
            return seed
    return None


class Lived(NamedTuple):
    """How many lines a history counted, and what went wrong in it."""

    seed: int
    lines: int
    error: str


def lived(seed: int) -> Lived:
    """Live through a history: half of them have events while logs are read, a fourth edits."""
    odds = Odds(events=BUSY, killed=KILLED) if seed % 2 else EDITED if seed % 4 else QUIET_ODDS
    try:
        world = live_through(seed, odds, edits=EDITS)
    except AssertionError as error:
        return Lived(seed, 0, str(error))
    return Lived(seed, sum(world.memory.lines.values()), "")


def main(count: int, seconds: float = float("inf"), first: int = 0) -> None:
    """Live through so many histories or for so long, a process a core; print the counts."""
    started, done, lines, wrong = time.monotonic(), 0, 0, 0
    with ProcessPoolExecutor() as pool:
        for start in range(first, first + count, AT_ONCE):
            if time.monotonic() - started > seconds:
                break
            seeds = range(start, min(start + AT_ONCE, first + count))
            for history in pool.map(lived, seeds, chunksize=10):
                done, lines = done + 1, lines + history.lines
                if history.error:
                    wrong += 1
                    sys.stdout.write(f"history {history.seed}: {history.error}\n")
    sys.stdout.write(
        f"{done:,} histories from seed {first}, {lines:,} lines, {wrong} wrong, "
        f"{time.monotonic() - started:.0f} s\n"
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    given = sys.argv[1:]
    main(int(given[0]), float(given[1]) if given[1:] else float("inf"), int(given[2]) if given[2:] else 0)
