"""Case 51: the power is cut, at places of every work; `make soak` goes through all of them."""

from collections.abc import Iterator

import pytest
from support.lines import examples
from support.shim import COMPILER, NO_COMPILER, Call, Disk

from stories.power_cuts import Cut, Recording, check
from stories.works import WORKS, Works, in_turn, portal_works

pytestmark = pytest.mark.skipif(COMPILER is None, reason=NO_COMPILER)
CUTS = 2  # of each work
CUT = ("update", "first creation", "compact", "snapshot over another", "repair of a torn log", "migration")


@pytest.fixture(scope="module")
def works() -> Iterator[Works]:
    with portal_works() as opened:
        yield opened


@pytest.mark.parametrize("work", CUT)
def test_case_51_the_power_is_cut_and_the_store_is_as_before_or_as_after(works: Works, work: str) -> None:
    recording = Recording(works, work)
    cuts = in_turn(recording.cuts(), lambda cut: cut.how, seed=len(work))
    for cut, _ in zip(cuts, range(examples(CUTS)), strict=False):
        check(works, recording, cut)


def test_case_51_a_checkpoint_is_cut_at_each_of_its_writes(works: Works) -> None:
    """Whatever is torn while DuckDB writes its metadata and its header, one sector of each write."""
    recording = Recording(works, "undo")
    torn = {cut.number: cut for cut in recording.cuts() if cut.how == "old" and is_in_place(recording, cut)}
    assert len(torn) >= 2
    for cut in torn.values():
        check(works, recording, cut)


def is_in_place(recording: Recording, cut: Cut) -> bool:
    """Whether a write replaces bytes of the store."""
    call = recording.calls[cut.number]
    return call.offset + len(call.data) <= len(recording.before.files.get(call.inode, b""))


@pytest.mark.parametrize("work", WORKS)
def test_the_recorded_calls_give_the_disk_as_the_run_left_it(works: Works, work: str) -> None:
    recording = Recording(works, work)
    disk = recording.before.copied()
    for call in recording.calls:
        disk.apply(call)
    left = Disk(works.folder)
    assert {name: disk.files[inode] for name, inode in disk.names.items()} == {
        name: left.files[inode] for name, inode in left.names.items()
    }


def test_a_sector_of_a_write_that_did_not_arrive_is_as_before(works: Works) -> None:
    disk = object.__new__(Disk)
    disk.names, disk.files, disk.folders = {"a": 1}, {1: bytearray(b"old!old!")}, set()
    call = Call("w", 1, 2, b"newnewnew", "", "")
    assert disk.changed(call, 4) == [0, 1, 2]
    disk.tear(call, 1, 4, is_zeroed=False)
    assert disk.files[1] == b"olnewn\0\0\0\0w"[:6] + b"d!\0\0" + b"w"
