"""Every power cut: what a disk holds after each write of a run, and with one sector of the last one torn.

    cd tests && python -m stories.power_cuts SECONDS [SEED]

The calls of an undisturbed run are recorded. A cut is a prefix of them, with

- the last write whole,
- one sector of 512 bytes of the last write as before it (or zeros, where it may be),
- some of the writes missing that no fsync had confirmed.

After each the store opens as before or as after the run, or `repair` mends it; then `verify` finds no
difference, counter files are whole, and the next run brings what an undisturbed one would have.
"""

import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from support.shim import Call, Disk, Fault, recorded

from stories.works import WORKS, FaultyRunError, Works, in_turn, portal_works

SECTOR = 512
HEADERS_END = 12_288  # of a DuckDB file
ALL_SECTORS = 8  # a write of so few sectors is torn at each of them, a longer one at as many
TEARS = ("old", "zeros")  # what a torn sector holds
NO_FAULT = Fault(0)


class Cut(NamedTuple):
    """A power cut of a work: at which call, and what became of that call or of those before it."""

    work: str
    number: int
    how: str
    sector: int = 0


class Recording:
    """The disk before a work, and the calls of an undisturbed run."""

    def __init__(self, works: Works, name: str) -> None:
        self.works, self.name = works, name
        works.begin(name)
        self.before = Disk(works.folder)
        record = works.base / "record"
        record.unlink(missing_ok=True)
        trial = works.run(name, NO_FAULT, record=record)
        assert trial.code == 0, trial
        self.calls = recorded(record)

    def _tears(self, number: int, chance: random.Random) -> list[Cut]:
        """Return the cuts within a write.

        A disk writes a sector whole or not at all, so it is as before. It is zeros in a part by which the
        file has grown, and, to be hard, in DuckDB's headers. A sector that the write does not change is not
        torn.
        """
        call = self.calls[number]
        disk = self.disk(Cut(self.name, number, "before"))
        changed = disk.changed(call, SECTOR)
        some = changed if len(changed) <= ALL_SECTORS else sorted(chance.sample(changed, ALL_SECTORS))
        size = len(disk.files.get(call.inode, b""))
        hows = TEARS if call.offset < HEADERS_END or call.offset >= size else TEARS[:1]
        return [Cut(self.name, number, how, sector) for sector in some for how in hows]

    def cuts(self) -> list[Cut]:
        """Return every power cut; of a long write some sectors only."""
        chance = random.Random(self.name)
        found = []
        for number, call in enumerate(self.calls):
            if call.what == "w":
                found += self._tears(number, chance)
            if call.what != "s":
                found += [Cut(self.name, number, how) for how in ("whole", "unconfirmed")]
        return found

    def disk(self, cut: Cut) -> Disk:
        """Return the disk after a power cut."""
        last = self.calls[cut.number]
        if cut.how == "unconfirmed":
            return self._unconfirmed(cut.number, random.Random(cut.number))
        disk = self.before.copied()
        for call in self.calls[: cut.number]:
            disk.apply(call)
        if cut.how == "whole":
            disk.apply(last)
        elif cut.how in TEARS:
            disk.tear(last, cut.sector, SECTOR, is_zeroed=cut.how == "zeros")
        return disk

    def about(self, cut: Cut) -> str:
        """Return a cut as messages name it."""
        call = self.calls[cut.number]
        return f"{cut}, of {len(self.calls)}: {_described(call)}"

    def _unconfirmed(self, last: int, chance: random.Random) -> Disk:
        """Return the disk after the first calls, without some writes that no fsync followed."""
        missing = {number for number in _without_sync(self.calls[: last + 1]) if chance.random() < 0.5}
        disk = self.before.copied()
        for number, call in enumerate(self.calls[: last + 1]):
            if number not in missing:
                disk.apply(call)
            else:  # the file has grown all the same
                file = disk.files[call.inode]
                file.extend(bytes(max(0, call.offset + len(call.data) - len(file))))
        return disk


def _without_sync(calls: Sequence[Call]) -> list[int]:
    """Return the numbers of the writes whose files were not synced afterwards."""
    open_: dict[int, list[int]] = {}
    for number, call in enumerate(calls):
        if call.what == "w":
            open_.setdefault(call.inode, []).append(number)
        elif call.what == "s":
            open_.pop(call.inode, None)
    return [number for numbers in open_.values() for number in numbers]


def _described(call: Call) -> str:
    name = call.path.rpartition("/")[2]
    size = f" {len(call.data)} bytes at {call.offset}" if call.what == "w" else ""
    return f"{call.what}{' ' * bool(name)}{name}{size}"


def check(works: Works, recording: Recording, cut: Cut) -> None:
    """The disk after a power cut must be one to go on with."""
    works.right(cut.work)
    shutil.rmtree(works.folder, ignore_errors=True)
    recording.disk(cut).put(works.folder)
    try:
        works.check_left(cut.work, may_repair=True)
    except FaultyRunError as error:
        raise FaultyRunError(f"{recording.about(cut)}: {error}") from error


def main(seconds: float, seed: float = 0) -> None:
    """Cut the power at places of every work in turn, for so long or at all of them; print the counts."""
    done: Counter[str] = Counter()
    wrong = 0
    with portal_works() as works:
        recordings = {name: Recording(works, name) for name in WORKS}
        cuts = [cut for recording in recordings.values() for cut in recording.cuts()]
        until = time.monotonic() + seconds
        for cut in in_turn(cuts, lambda cut: cut.work, int(seed)):
            if time.monotonic() > until:
                break
            try:
                check(works, recordings[cut.work], cut)
            except FaultyRunError as error:
                wrong += 1
                sys.stdout.write(f"WRONG {error}\n")
                sys.stdout.flush()
            done[cut.work] += 1
        for name, recording in recordings.items():
            sys.stdout.write(f"{name}: {len(recording.calls)} calls, {done[name]:,} cuts\n")
        sys.stdout.write(
            f"{done.total():,} of {len(cuts):,} power cuts, {works.checked:,} states were read on, "
            f"{works.repaired:,} after a repair, {wrong} wrong\n"
        )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__" and float(sys.argv[1]) > 0:
    main(*map(float, sys.argv[1:]))
