"""Files made under another name beside their place and put there in one step: whole, or not there."""

import contextlib
import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def fresh(target: Path) -> Iterator[Path]:
    """Give the name of a new file in the target's folder; what is left of it in the end is removed.

    So is what a killed process left: its folder is locked by nobody.
    """
    prefix = f".{target.name}-"
    for left_over in target.parent.glob(f"{glob.escape(prefix)}*"):
        with contextlib.suppress(OSError), _locked(left_over):
            shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=prefix) as folder, _locked(Path(folder)):
        yield Path(folder) / "fresh"


def put(file: Path, target: Path, like: Path) -> None:
    """Put a file in the target's place, for good, with the mode of another and its owner if we may."""
    old = like.stat()
    with file.open("rb") as opened:
        os.fchmod(opened.fileno(), old.st_mode & 0o777)
        with contextlib.suppress(PermissionError):
            os.fchown(opened.fileno(), old.st_uid, old.st_gid)
        os.fsync(opened.fileno())
    file.replace(target)
    keep_names(target.parent)


def keep_names(folder: Path) -> None:
    """Have the names in a folder outlive a power cut."""
    with _opened(folder) as number:
        os.fsync(number)


@contextlib.contextmanager
def made_for_those_of(file: Path) -> Iterator[None]:
    """Let what is made meanwhile be for those whom a file is for, as what DuckDB writes beside a store."""
    before = os.umask(~file.stat().st_mode & 0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with _opened(folder) as number:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    number = os.open(folder, os.O_RDONLY)
    try:
        yield number
    finally:
        os.close(number)
