"""Counter files: what each is to hold, compared with what it held, and replaced in one step."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from logstats import store
from logstats.config import CounterFile
from logstats.errors import LogstatsError, UsageError
from logstats.model import Counters
from logstats.render import box, writers
from logstats.reports.counters import as_result

Figures = Callable[[], Sequence[Counters]]


def shown(counters: Sequence[Counters], file: CounterFile) -> bytes:
    """Return what the counter file is to hold: of a page all that it holds, with the figures in it."""
    if file.has_markers:
        from logstats.render import html_markers  # noqa: PLC0415 - 3 ms that most counter files need not pay

        with _told(file.path):
            return html_markers.replaced(_read(file.path), counters)
    if file.template:
        with _told(file.template):
            return box.filled(_read(file.template).decode(), counters).encode()
    if file.format in box.BOXES:
        return box.BOXES[file.format](counters, file.lang).encode()
    if file.format in writers.WRITERS:
        return writers.WRITERS[file.format](as_result(counters)).encode()
    return store.parquet(as_result(counters))


def publish(
    file: CounterFile, counters: Sequence[Counters], ask: Figures, *, allow_decrease: bool = False
) -> bool:
    """Write the figures into the counter file, in one step; False where it holds just that.

    Raise LogstatsError, and leave the file, where all time would go down in it. The figures are
    asked for once more before that is said: another run may just have written newer ones.
    """
    try:
        if file.path.exists() and not file.path.is_file():
            raise LogstatsError(f"{file.path}: is no file; only a file can be replaced")
        data = shown(counters, file)
        if file.path.exists() and file.path.read_bytes() == data:
            return False
        with _fresh(file.path.resolve()) as (fresh, replace):
            if not allow_decrease and _decrease(file, counters):
                counters = ask()
                _refuse_decrease(file, counters)
            fresh.write(shown(counters, file))
            replace()
    except OSError as error:
        raise LogstatsError(f"{file.path}: can't be written: {error.strerror}; the old one stays") from error
    return True


def _refuse_decrease(file: CounterFile, counters: Sequence[Counters]) -> None:
    if told := _decrease(file, counters):
        raise LogstatsError(
            f"{file.path}: all time would go down {told}; the old file stays. "
            "If the lower figure is right, let it be written once with --allow-decrease"
        )


def _decrease(file: CounterFile, counters: Sequence[Counters]) -> str:
    """Say which figures of the old file are above these; nothing where none is, or none can be told."""
    if not file.path.is_file():
        return ""
    told = _all_time_told(file, _read(file.path))
    if len(counters) == 1 and counters[0].site not in told:
        # the figure without a name is this site's; so is the only one in a file that holds no other site's
        alone = box.UNNAMED if file.has_markers or len(told) != 1 else next(iter(told))
        told = {counters[0].site: told.get(alone, 0)}
    return ", ".join(
        f"from {told[row.site]:,} to {row.all_time:,}" + (f" ({row.site})" if len(counters) > 1 else "")
        for row in counters
        if row.all_time < told.get(row.site, 0)
    )


def _all_time_told(file: CounterFile, old: bytes) -> dict[str, int]:
    template = _read(file.template).decode() if file.template else None
    told = {} if file.has_markers else box.all_time_told(old.decode("utf-8", "replace"), template)
    if told or b"logstats" not in old:
        return told
    from logstats.render import html_markers  # noqa: PLC0415 - as above

    with contextlib.suppress(UsageError):
        told = html_markers.all_time_told(old)
    return told


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LogstatsError(f"{path}: can't be read: {error.strerror}") from error


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Name the file in what is said to be wrong with it."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8: {error}") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


@contextlib.contextmanager
def _fresh(target: Path) -> Iterator[tuple[BinaryIO, Callable[[], None]]]:
    """Give an empty file that is nobody else's, and what puts it in the target's place.

    It lies beside the target under one name, so that what a killed run left there is written over;
    whoever has it locked while it has that name may write it. Mode, access list and owner are the
    target's.
    """
    path = target.with_name(f".{target.name}.logstats")
    while True:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(number, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not _is_at(path, number):
                continue

            def replace(file: BinaryIO = file) -> None:
                file.flush()
                _keep_mode(target, file.fileno())
                os.fsync(file.fileno())
                path.replace(target)

            try:
                file.truncate(0)
                yield file, replace
            finally:
                if _is_at(path, number):
                    path.unlink()
            return


def _is_at(path: Path, number: int) -> bool:
    try:
        return os.path.samestat(path.lstat(), os.fstat(number))
    except FileNotFoundError:
        return False


def _keep_mode(target: Path, number: int) -> None:
    if not target.exists():
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(number, 0o666 & ~mask)
        return
    old = target.stat()
    for owner in ((old.st_uid, old.st_gid), (-1, old.st_gid)):
        with contextlib.suppress(PermissionError):
            os.fchown(number, *owner)
            break
    os.fchmod(number, old.st_mode & 0o7777)
    for name in os.listxattr(target):
        with contextlib.suppress(OSError):
            os.setxattr(number, name, os.getxattr(target, name))
