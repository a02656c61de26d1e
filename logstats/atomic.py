"""Replace a file in one step: write a new one beside it, sync it to disk, rename it over the old one.

`fresh` and `fresh_file` create the new file, `replace` renames it. A reader sees the old file or the new one,
and a killed run leaves the old one.
"""

import contextlib
import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_ALL_BITS = 0o7777  # of a file's mode: setuid, setgid and sticky too


@contextlib.contextmanager
def fresh(target: Path) -> Iterator[Path]:
    """Yield a path for a new file, in a temporary folder beside the target that is removed at the end.

    For a program that opens its file by path. Folders of killed runs, which no process locks, are removed.
    """
    prefix = f".{target.name}-"
    for leftover in target.parent.glob(f"{glob.escape(prefix)}*"):
        with contextlib.suppress(OSError), _locked(leftover):
            shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=prefix) as folder, _locked(Path(folder)):
        yield Path(folder) / "fresh"


@contextlib.contextmanager
def fresh_file(target: Path) -> Iterator[BinaryIO]:
    """Yield an empty file beside the target, open in one process at a time; others wait for it.

    Its name is always the same, so that the file of a killed run is overwritten. It is removed at the end
    unless it has become the target.
    """
    path = target.with_name(f".{target.name}.logstats")
    while True:
        with open(path, "wb", opener=_create) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not _is_at(path, file):
                continue  # the process that had it locked has renamed or removed it
            try:
                file.truncate(0)
                yield file
            finally:
                if _is_at(path, file):
                    path.unlink()
            return


def replace(file: Path, target: Path, like: Path) -> None:
    """Rename a file over the target, synced to disk, with the mode, owner and attributes of the file `like`.

    The owner, or at least the group, is copied where this user may do that. The extended attributes include a
    POSIX access list. Where `like` is missing, the mode is that of any new file.
    """
    with _opened(file) as number:
        _copy_access(like, number)
        os.fsync(number)
    file.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to disk, so that they survive a power cut."""
    with _opened(folder) as number:
        os.fsync(number)


@contextlib.contextmanager
def umask_like(file: Path) -> Iterator[None]:
    """Create files that are no more accessible than `file`: DuckDB writes several beside a store."""
    previous = os.umask(~file.stat().st_mode & 0o077)
    try:
        yield
    finally:
        os.umask(previous)


def _copy_access(like: Path, number: int) -> None:
    """Copy the owner, the mode and the attributes; the mode last, because a change of owner clears setgid."""
    try:
        old = like.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(number, 0o666 & ~mask)
        return
    for owner in ((old.st_uid, old.st_gid), (-1, old.st_gid)):
        with contextlib.suppress(PermissionError):
            os.fchown(number, *owner)
            break
    os.fchmod(number, old.st_mode & _ALL_BITS)
    for name in _attributes(like):
        with contextlib.suppress(OSError):
            os.setxattr(number, name, os.getxattr(like, name))


def _attributes(path: Path) -> list[str]:
    """Return the names of a file's extended attributes; [] where the system or file system has none."""
    if not hasattr(os, "listxattr"):
        return []
    try:
        return os.listxattr(path)
    except OSError:
        return []


def _create(path: str, _flags: int) -> int:
    """Open for writing without truncation: another process may be writing to the file."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _is_at(path: Path, file: BinaryIO) -> bool:
    """Whether the path still names the open file."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with _opened(folder) as number:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    number = os.open(path, os.O_RDONLY)
    try:
        yield number
    finally:
        os.close(number)
