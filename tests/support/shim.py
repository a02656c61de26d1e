"""The library of shim.c: how it is built, which calls it lets fail, and how a record of calls is replayed."""

import errno
import functools
import shutil
import struct
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

SOURCE = Path(__file__).with_name("shim.c")
COMPILER = shutil.which("gcc") or shutil.which("cc")
NO_COMPILER = "there is no C compiler, so calls of the system can't be made to fail"

# kinds of calls, as in shim.c
CREATE, WRITE, SYNC, NAME, SIZE, MODE, OPEN, READ, LOCK = (1 << number for number in range(9))
CHANGES = CREATE | WRITE | SYNC | NAME | SIZE
# how a call fails
FAIL, SHORT, KILL = 1, 2, 3


class Fault(NamedTuple):
    """Which kinds of calls count, and how one fails: with which error, and whether all after it do so too."""

    kinds: int
    effect: int = FAIL
    error: int = 0
    is_sticky: bool = False

    def count(self, calls: Sequence[int]) -> int:
        """Return how many calls count, of the numbers of calls of each kind."""
        return sum(count for kind, count in enumerate(calls) if self.kinds >> kind & 1)

    def at(self, index: int, folder: Path, record: Path | None = None) -> list[Any]:
        """Return the arguments of `arm` for a fault at the n-th call in a folder; 0 counts only."""
        sticky = int(self.is_sticky)
        return [str(folder), self.kinds, index, self.effect, self.error, sticky, str(record or "")]


FAULTS = {
    "kill": Fault(CHANGES | MODE | LOCK, KILL),
    "EIO": Fault(CHANGES, error=errno.EIO),
    "EIO from then on": Fault(CHANGES, error=errno.EIO, is_sticky=True),
    "ENOSPC": Fault(CREATE | WRITE | NAME | SIZE, error=errno.ENOSPC),
    "ENOSPC from then on": Fault(CREATE | WRITE | NAME | SIZE, error=errno.ENOSPC, is_sticky=True),
    "EMFILE": Fault(CREATE | OPEN, error=errno.EMFILE),
    "EMFILE from then on": Fault(CREATE | OPEN, error=errno.EMFILE, is_sticky=True),
    "short write": Fault(WRITE, SHORT, errno.EIO),
    "EIO when reading": Fault(OPEN | READ, error=errno.EIO),
    "EIO when reading from then on": Fault(OPEN | READ, error=errno.EIO, is_sticky=True),
    "short read": Fault(READ, SHORT, errno.EIO),
    "ENOLCK": Fault(LOCK, error=errno.ENOLCK),
    "ENOLCK from then on": Fault(LOCK, error=errno.ENOLCK, is_sticky=True),
    "EPERM of modes": Fault(MODE, error=errno.EPERM, is_sticky=True),
}


@functools.cache
def built() -> Path:
    """Build the library once a process; return its path."""
    assert COMPILER is not None, NO_COMPILER
    library = Path(mkdtemp(prefix="logstats-shim-")) / "shim.so"
    subprocess.run(
        [COMPILER, "-O1", "-fPIC", "-shared", "-o", library, SOURCE, "-ldl", "-lpthread"], check=True
    )
    return library


# --- A record of calls, and the disk after some of them ------------------------------------------------

_ENTRY = struct.Struct("<cxxxIIxxxxQQ")


class Call(NamedTuple):
    """A call that changed a file or a name: `what` as in shim.c, its paths or its data."""

    what: str
    inode: int
    offset: int
    data: bytes
    path: str
    other: str


def recorded(record: Path) -> list[Call]:
    """Return the calls of a record, in order."""
    content, calls, at = record.read_bytes(), [], 0
    while at < len(content):
        what, first, second, inode, offset = _ENTRY.unpack_from(content, at)
        at += _ENTRY.size
        data, other = content[at : at + first], content[at + first : at + first + second]
        at += first + second
        kind = what.decode()
        is_path = kind in "orludx"
        path = data.decode() if is_path else ""
        calls.append(Call(kind, inode, offset, b"" if is_path else data, path, other.decode()))
    return calls


class Disk:
    """The files of a folder, by name and inode, and what calls do to them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, int] = {}
        self.files: dict[int, bytearray] = {}
        self.folders: set[str] = set()
        for path in sorted(folder.rglob("*")):
            if path.is_dir():
                self.folders.add(str(path))
            else:
                self.names[str(path)] = inode = path.stat().st_ino
                self.files[inode] = bytearray(path.read_bytes())

    def copied(self) -> "Disk":
        """Return a disk of the same content."""
        other = object.__new__(Disk)
        other.folder, other.names, other.folders = self.folder, dict(self.names), set(self.folders)
        other.files = {inode: bytearray(data) for inode, data in self.files.items()}
        return other

    def apply(self, call: Call) -> None:
        """Do what a call did."""
        if call.what in _ON_FILES:
            _ON_FILES[call.what](self, call)
        elif call.what in _ON_NAMES:
            _ON_NAMES[call.what](self, call)

    def _open(self, call: Call) -> None:
        if self.names.get(call.path) != call.inode:
            self.names[call.path] = call.inode
            self.files[call.inode] = bytearray()
        if call.offset:
            self.files[call.inode].clear()

    def _truncate(self, call: Call) -> None:
        file = self.files[call.inode]
        del file[call.offset :]
        file.extend(bytes(call.offset - len(file)))

    def _rename(self, call: Call) -> None:
        if call.path in self.folders:
            self._rename_folder(call.path, call.other)
        else:
            self.names[call.other] = self.names.pop(call.path)

    def _link(self, call: Call) -> None:
        self.names[call.other] = self.names[call.path]

    def _unlink(self, call: Call) -> None:
        self.names.pop(call.path, None)

    def _rename_folder(self, path: str, other: str) -> None:
        def moved(name: str) -> str:
            return other + name[len(path) :] if name == path or name.startswith(path + "/") else name

        self.folders = {moved(name) for name in self.folders}
        self.names = {moved(name): inode for name, inode in self.names.items()}

    def write(self, inode: int, offset: int, data: bytes) -> None:
        """Write data into a file, which grows with zeros where it is shorter."""
        file = self.files.setdefault(inode, bytearray())
        if len(file) < offset:
            file.extend(bytes(offset - len(file)))
        file[offset : offset + len(data)] = data

    def changed(self, call: Call, size: int) -> list[int]:
        """Return the numbers of the sectors that a write changes."""
        file = self.files.get(call.inode, bytearray())
        old = bytes(file[call.offset : call.offset + len(call.data)])
        starts = range(0, len(call.data), size)
        return [
            start // size for start in starts if old[start : start + size] != call.data[start : start + size]
        ]

    def tear(self, call: Call, sector: int, size: int, *, is_zeroed: bool) -> None:
        """Do what a write did, but for one sector of it, which is as before or zeros."""
        start, end = sector * size, min((sector + 1) * size, len(call.data))
        file = self.files.get(call.inode, bytearray())
        old = bytes(file[call.offset + start : call.offset + end]).ljust(end - start, b"\0")
        self.apply(call)
        self.write(call.inode, call.offset + start, bytes(end - start) if is_zeroed else old)

    def put(self, target: Path) -> None:
        """Write the files into a folder, which must be empty or missing."""
        target.mkdir(parents=True, exist_ok=True)
        for name in sorted(self.folders):
            (target / Path(name).relative_to(self.folder)).mkdir(parents=True, exist_ok=True)
        for name, inode in self.names.items():
            (target / Path(name).relative_to(self.folder)).write_bytes(self.files[inode])


_ON_FILES: dict[str, Callable[[Disk, Call], None]] = {
    "o": Disk._open,
    "w": lambda disk, call: disk.write(call.inode, call.offset, call.data),
    "t": Disk._truncate,
}
_ON_NAMES: dict[str, Callable[[Disk, Call], None]] = {
    "r": Disk._rename,
    "l": Disk._link,
    "u": Disk._unlink,
    "d": lambda disk, call: disk.folders.add(call.path),
    "x": lambda disk, call: disk.folders.discard(call.path),
}
