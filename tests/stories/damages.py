"""A damaged store never lies: bytes of its file are changed, and every command is run.

    cd tests && python -m stories.damages SECONDS [SEED]

A command prints what it prints of the undamaged store, or ends with exit code 4 and says that the store is
damaged and what to do. A command that writes does its work or ends so, too.
"""

import itertools
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from support.forked import Trial

from stories.works import LOGGED, STORE, FaultyRunError, State, Works, portal_works

HEADERS = (0, 4096, 8192)  # of a DuckDB file: the first says what file it is, the others take turns
HEADER, BLOCK, SECTOR = 4096, 262_144, 512
FIRST_BLOCK = 12_288
WHOLE = "compact"  # the work before which the portal is as it was made


def _bits(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 5))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _bytes(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    data[at : at + 16] = chance.randbytes(len(data[at : at + 16]))


def _sectors(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data)) // SECTOR * SECTOR
    end = min(len(data), at + chance.choice((SECTOR, 8 * SECTOR)))
    data[at:end] = bytes(end - at)


def _noise(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data)) // HEADER * HEADER
    end = min(len(data), at + BLOCK)
    data[at:end] = chance.randbytes(end - at)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _cut_in_headers(data: bytearray, chance: random.Random) -> None:
    del data[1 + chance.randrange(FIRST_BLOCK) :]


def _headers_exchanged(data: bytearray, _: random.Random) -> None:
    data[4096:8192], data[8192:12288] = data[8192:12288], data[4096:8192]


def _header(data: bytearray, chance: random.Random) -> None:
    at = chance.choice(HEADERS) + chance.randrange(chance.choice((100, HEADER)))
    data[at] ^= 1 << chance.randrange(8)


def _header_sector(data: bytearray, chance: random.Random) -> None:
    at = chance.choice(HEADERS) + chance.randrange(8) * SECTOR
    data[at : at + SECTOR] = bytes(SECTOR)


def _blocks_exchanged(data: bytearray, chance: random.Random) -> None:
    one, other = (
        FIRST_BLOCK + number * BLOCK for number in chance.sample(range((len(data) - FIRST_BLOCK) // BLOCK), 2)
    )
    data[one : one + BLOCK], data[other : other + BLOCK] = (
        data[other : other + BLOCK],
        data[one : one + BLOCK],
    )


Damage = Callable[[bytearray, random.Random], None]
DAMAGES: dict[str, Damage] = {
    "bits": _bits,
    "bytes": _bytes,
    "sectors of zeros": _sectors,
    "noise": _noise,
    "cut short": _cut,
    "cut in the headers": _cut_in_headers,
    "a byte of a header": _header,
    "a sector of a header": _header_sector,
    "headers exchanged": _headers_exchanged,
    "blocks exchanged": _blocks_exchanged,
}
OF_A_LOG = ("bits", "bytes", "sectors of zeros", "noise", "cut short")
# DuckDB's checksum of a block does not include the block's place, so blocks that changed places can't be told
# from their own; figures are wrong then if both hold values of one kind. What `verify` reads it compares.
MAY_LIE = ("blocks exchanged",)

ZONE = ("--timezone", "UTC")
READERS = (
    ("counters", *ZONE),
    ("counters", *ZONE, "-f", "json"),
    *((name, *ZONE) for name in ("online", "visits", "statuses", "bots", "suspects", "ingests", "rejects")),
    *((name, "--limit", "0", *ZONE) for name in ("articles", "pages", "referrers")),
    ("visits", "--by", "all", *ZONE),
    ("sources",),
    ("verify",),
    ("explain", "today", "--site", "tin.example"),
    ("explain", "/tin/1", "--site", "tin.example"),
    ("sql", *ZONE, "FROM hits ORDER BY ALL"),
    ("sql", *ZONE, "FROM visits ORDER BY ALL"),
    ("sql", *ZONE, "SELECT count(*), sum(bytes), max(logged_at) FROM hits"),
    ("prune", "--dry-run", "--keep", "9", *ZONE),
    ("undo", "--dry-run", "7"),
)
WRITERS = (
    ("update",),
    ("prune", "--keep", "9", *ZONE),
    ("undo", "7"),
    ("rebuild",),
    ("compact",),
    ("snapshot", "backup.duckdb"),
)
IS_DAMAGED = re.compile(r"is damaged")
WAY_OUT = re.compile(r"logstats (snapshot|repair)")


class Answer(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: bytes


class Damaged:
    """A portal whose store is damaged again and again."""

    def __init__(self, works: Works) -> None:
        self.works = works
        works.begin(WHOLE)
        self.intact = (works.folder / STORE).read_bytes()
        self.answers = {command: _answer(works.logstats(*command)) for command in READERS}
        self.states: dict[tuple[str, ...], State] = {}

    def damage(self, how: str, seed: int) -> None:
        """Damage the intact store in one way."""
        data = bytearray(self.intact)
        DAMAGES[how](data, random.Random(f"{how} {seed}"))
        for path in self.works.folder.glob("*.duckdb*"):
            path.unlink()
        (self.works.folder / STORE).write_bytes(data)

    def damage_log(self, how: str, seed: int) -> None:
        """Damage DuckDB's log beside a store, and look whether that can be gone on with."""
        self.works.begin(LOGGED)
        log = self.works.folder / f"{STORE}.wal"
        data = bytearray(log.read_bytes())
        DAMAGES[how](data, random.Random(f"{how} {seed}"))
        log.write_bytes(data)
        self.works.check_left(LOGGED, may_repair=True)

    def read(self, command: tuple[str, ...]) -> str:
        """Run a command that reads; return how it ended."""
        trial = self.works.logstats(*command)
        if _answer(trial) == self.answers[command]:
            return "same"
        return _refused(command, trial)

    def write(self, command: tuple[str, ...]) -> str:
        """Run a command that writes; what it made of a store that it did not refuse must be right."""
        right = self._state_after(command)
        trial = self.works.logstats(*command)
        if trial.code:
            return _refused(command, trial)
        verified = self.works.logstats("verify")
        if verified.code == 0 and self.works.state() != right:
            raise FaultyRunError(f"{command} on a damaged store: the figures are others, and verify fits")
        return "same" if verified.code == 0 else _refused(("verify",), verified)

    def _state_after(self, command: tuple[str, ...]) -> State:
        """Return the state of the intact store after a command."""
        if command not in self.states:
            damaged = (self.works.folder / STORE).read_bytes()
            (self.works.folder / STORE).write_bytes(self.intact)
            assert self.works.logstats(*command).code == 0
            self.states[command] = self.works.state()
            (self.works.folder / STORE).write_bytes(damaged)
        return self.states[command]


def _answer(trial: Trial) -> Answer:
    return Answer(trial.code, trial.out)


def _refused(command: tuple[str, ...], trial: Trial) -> str:
    """Return "refused" for a run that said that the store is damaged; raise FaultyRunError otherwise."""
    if trial.code == 4 and IS_DAMAGED.search(trial.err) and WAY_OUT.search(trial.err) and not trial.out:
        return "refused"
    kind = "other figures" if trial.code == 0 else f"exit code {trial.code}"
    if trial.code == -signal.SIGALRM:
        kind = "a hang"
    raise FaultyRunError(f"{command}: {kind}: {trial.err or trial.out[:300]!r}")


def main(seconds: float, seed: float = 0) -> None:
    """Damage for so long, and run some commands after each damage; print the counts."""
    chance = random.Random(seed)
    ends: Counter[tuple[str, str]] = Counter()
    done: Counter[str] = Counter()
    with portal_works(preload=False) as works:
        damaged = Damaged(works)
        until = time.monotonic() + seconds
        for number in itertools.count(int(seed) * 1_000_000):
            if time.monotonic() > until:
                break
            how = list(DAMAGES)[number % len(DAMAGES)]
            runs = [(damaged.read, command) for command in chance.sample(READERS, 6)]
            runs.append((damaged.write, chance.choice(WRITERS)))
            for run, command in runs:
                damaged.damage(how, number)
                ends[how, _ending(f"{how} {number}", run, command)] += 1
            done[how] += 1
            if (of_log := OF_A_LOG[number % len(OF_A_LOG)]) and not number % 4:
                about = f"{LOGGED}, {of_log} {number}"
                ends[LOGGED, _ending(about, damaged.damage_log, of_log, number)] += 1
                done[LOGGED] += 1
    for how, count in done.items():
        counts = ", ".join(f"{end} {ends[how, end]:,}" for end in ("same", "refused", "wrong"))
        sys.stdout.write(f"{how}: {count:,} damages: {counts}\n")
    wrong = sum(count for (how, end), count in ends.items() if end == "wrong" and how not in MAY_LIE)
    sys.stdout.write(f"{done.total():,} damages, {ends.total():,} commands, {wrong:,} wrong\n")
    sys.exit(1 if wrong else 0)


def _ending(about: str, run: Callable[..., str | None], *arguments: Any) -> str:
    try:
        return run(*arguments) or "same"
    except FaultyRunError as error:
        sys.stdout.write(f"WRONG {about}: {error}\n")
        sys.stdout.flush()
        return "wrong"


if __name__ == "__main__" and float(sys.argv[1]) > 0:
    main(*map(float, sys.argv[1:]))
