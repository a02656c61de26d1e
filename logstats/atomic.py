"""Replace a file in one step: write a new one beside it, sync it to disk, rename it over the old one.

`fresh` and `fresh_file` create the new file, `replace` and `create` rename it. A reader sees the old file or
the new one, and a killed run leaves the old one. Others may write to the folder too, so no link and no FIFO
is followed or waited for, and nothing that another program made is removed.
"""

import binascii
import contextlib
import fcntl
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

NEW_MODE = 0o666  # of a new file, less what the umask takes away
RETRY_S = 0.02
WAIT_S = 10.0  # for a folder that another process has locked, which is a matter of milliseconds

Check = Callable[[], None]

_ALL_BITS = 0o7777  # of a file's mode: setuid, setgid and sticky too
_MARK = ".logstats-"  # before the digits of a temporary name
_NONCE_DIGITS, _CHECK_DIGITS = 16, 8
_PLAIN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # never follow a link, never wait for a FIFO


def _go_on() -> None:
    """Check nothing."""


@contextlib.contextmanager
def fresh(target: Path, check: Check = _go_on) -> Iterator[Path]:
    """Yield a path for a new file, in a temporary folder beside the target that is removed at the end.

    For a program that opens its file by path. Folders of killed runs, which no process locks, are removed.
    `check` is called while another run has the folder around it locked, and may raise an error to stop.
    """
    folder = _temporary(target)
    with contextlib.ExitStack() as locks:
        with _locked(target.parent, check):  # so that no other run removes the folder before it is locked
            _remove_unlocked(target)
            folder.mkdir(mode=0o700)
            locks.callback(_remove_folder, folder)
            locks.enter_context(_locked(folder))
        yield folder / "fresh"


def remove_leftovers(target: Path, check: Check = _go_on) -> None:
    """Remove the temporary folders and files of killed runs that wrote this target."""
    with _locked(target.parent, check):
        _remove_unlocked(target)


def create(file: Path, target: Path, check: Check = _go_on) -> None:
    """Give the file of `fresh` the name of the target, unless another run has made the target meanwhile.

    The temporary folder is removed first: a run that is killed leaves nothing beside a target that is there.
    """
    with _locked(target.parent, check):
        beside = _temporary(target)
        file.rename(beside)
        _remove_folder(file.parent)
        if os.path.lexists(target):
            beside.unlink()
        else:
            beside.rename(target)
        sync_folder(target.parent)


@contextlib.contextmanager
def fresh_file(target: Path, check: Check = _go_on) -> Iterator[BinaryIO]:
    """Yield a new file beside the target; one process at a time has one in a folder, and others wait for it.

    The file is removed at the end unless it has become the target; files of killed runs are removed too.
    `check` is called while this process waits, and may raise an error to stop.
    """
    with _locked(target.parent, check):
        for leftover in _leftovers(target):
            with contextlib.suppress(OSError):
                leftover.unlink()
        path = _temporary(target)
        try:
            with open(path, "xb", opener=_create) as file:
                yield file
        finally:
            path.unlink(missing_ok=True)


def replace(file: Path | BinaryIO, target: Path, like: Path) -> None:
    """Rename a file over the target, synced to disk, with the mode, owner and attributes of the file `like`.

    The owner, or at least the group, is copied where this user may do that. The extended attributes include a
    POSIX access list. Where `like` is missing, the mode is that of any new file. Of a file that is open, the
    open file gets them: its name might by now be that of another.
    """
    if isinstance(file, Path):
        with _opened(file) as number:
            _copy_access(like, number)
            os.fsync(number)
    else:
        file.flush()
        _copy_access(like, file.fileno())
        os.fsync(file.fileno())
    (file if isinstance(file, Path) else Path(file.name)).replace(target)
    sync_folder(target.parent)


def read_regular(path: Path, size: int = -1) -> bytes:
    """Return the first bytes of a regular file, by default all; raise OSError for a link or a FIFO."""
    with _opened(path) as number:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(None, "is not a regular file", str(path))
        with open(number, "rb", closefd=False) as file:
            return file.read(size)


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to disk, so that they survive a power cut."""
    with _opened(folder, follow=True) as number:
        os.fsync(number)


@contextlib.contextmanager
def umask_like(file: Path) -> Iterator[None]:
    """Create files that are no more accessible than `file`: DuckDB writes several beside a store."""
    with private(~file.stat().st_mode & 0o077):
        yield


@contextlib.contextmanager
def private(mask: int = 0o077) -> Iterator[None]:
    """Create files with this umask, by default for this user alone."""
    previous = os.umask(mask)
    try:
        yield
    finally:
        os.umask(previous)


def umask() -> int:
    """Return the umask; the system has no call that reads it without setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _temporary(target: Path) -> Path:
    """Return a new name for a temporary file or folder of the target; see `_is_ours`."""
    nonce = os.urandom(_NONCE_DIGITS // 2).hex()
    return target.with_name(f".{target.name}{_MARK}{nonce}{_check(target, nonce)}")


def _check(target: Path, nonce: str) -> str:
    return f"{binascii.crc32(os.fsencode(target.name + _MARK + nonce)):0{_CHECK_DIGITS}x}"


def _remove_unlocked(target: Path) -> None:
    for leftover in _leftovers(target):
        with contextlib.suppress(OSError), _locked(leftover, wait=0):
            if leftover.is_dir():
                _remove_folder(leftover)
            else:
                leftover.unlink()


def _remove_folder(folder: Path) -> None:
    """Remove a temporary folder; an empty one also where no more files can be opened, as to list it."""
    with contextlib.suppress(OSError):
        folder.rmdir()
        return
    import shutil  # noqa: PLC0415 - 3 ms, not on cron's way

    shutil.rmtree(folder, ignore_errors=True)


def _leftovers(target: Path) -> list[Path]:
    """Return what killed runs left for this target.

    The end of a temporary name is computed from the rest of it, so that no other program's file has one.
    """
    prefix = f".{target.name}{_MARK}"
    try:
        with os.scandir(target.parent) as entries:
            return [
                Path(entry.path)
                for entry in entries
                if entry.name.startswith(prefix)
                and _is_ours(target, entry.name.removeprefix(prefix))
                and entry.stat(follow_symlinks=False).st_uid == os.geteuid()
            ]
    except OSError:
        return []


def _is_ours(target: Path, digits: str) -> bool:
    nonce, check = digits[:_NONCE_DIGITS], digits[_NONCE_DIGITS:]
    return len(nonce) == _NONCE_DIGITS and check == _check(target, nonce)


def _copy_access(like: Path, number: int) -> None:
    """Copy the owner, the mode and the attributes; the mode last, because a change of owner clears setgid."""
    try:
        old = like.lstat()
    except FileNotFoundError:
        os.fchmod(number, NEW_MODE & ~umask())
        return
    for owner in ((old.st_uid, old.st_gid), (-1, old.st_gid)):
        with contextlib.suppress(PermissionError):
            os.fchown(number, *owner)
            break
    os.fchmod(number, old.st_mode & _ALL_BITS)
    for name in _attributes(like):
        with contextlib.suppress(OSError):
            os.setxattr(number, name, os.getxattr(like, name, follow_symlinks=False))


def _attributes(path: Path) -> list[str]:
    """Return the names of a file's extended attributes; [] where the system or file system has none."""
    if not hasattr(os, "listxattr"):
        return []
    try:
        return os.listxattr(path, follow_symlinks=False)
    except OSError:
        return []


def _create(path: str, _flags: int) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN, 0o600)


@contextlib.contextmanager
def _locked(folder: Path, check: Check = _go_on, wait: float = WAIT_S) -> Iterator[None]:
    """Lock a folder; raise TimeoutError where another process has had it locked for `wait` seconds."""
    until = time.monotonic() + wait
    with _opened(folder, follow=True) as number:
        while True:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                check()
                if time.monotonic() >= until:
                    raise TimeoutError(None, "another process has this folder locked", str(folder)) from error
                time.sleep(RETRY_S)
            except OSError:  # the file system has no locks
                break
        yield


@contextlib.contextmanager
def _opened(path: Path, *, follow: bool = False) -> Iterator[int]:
    number = os.open(path, os.O_RDONLY | (os.O_CLOEXEC if follow else _PLAIN))
    try:
        yield number
    finally:
        os.close(number)
