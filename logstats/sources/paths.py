"""Which logs are meant by files, folders and patterns."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from logstats.errors import UsageError

STDIN = "-"


def printable(path: str) -> str:
    r"""Return a path as text: bytes of it that are not UTF-8 become `\xhh`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def expand(names: tuple[str, ...]) -> list[str]:
    """Return the logs of files, folders, globs and `-`, oldest first, each file once."""
    first: dict[object, str] = {}
    for name in names:
        if name == STDIN:
            first.setdefault(STDIN, STDIN)
        else:
            for path, found in _files(name):
                first.setdefault((found.st_dev, found.st_ino), path)
    return list(first.values())


def named_explicitly(names: tuple[str, ...]) -> frozenset[str]:
    """Return which of the logs that `expand` gives were named one by one."""
    return frozenset(name if name == STDIN else str(Path(name).expanduser()) for name in names)


def size(logs: Iterable[str]) -> int:
    """Return how many bytes are in the logs that are files."""
    found = (_stat(Path(log)) for log in logs if log != STDIN)
    return sum(told.st_size for told in found if told)


def _files(name: str) -> list[tuple[str, os.stat_result]]:
    """Return the files that a name means, each with its stat: one look at each, there may be many."""
    try:
        path = Path(name).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{name}: {error}") from error
    is_folder = path.is_dir()
    if path.exists() and not is_folder:
        return [(str(path), path.stat())]
    is_hidden = path.name.startswith(".") and not is_folder
    found = []
    for file in (
        path.iterdir() if is_folder else Path(path.anchor).glob(str(path.relative_to(path.anchor)))
    ):
        told = None if file.name.startswith(".") and not is_hidden else _stat(file)
        if told and stat.S_ISREG(told.st_mode):
            found.append((str(file), told))
    if not found:
        raise UsageError(f"{name}: no such log; give a file, a folder, a pattern, or - for stdin")
    return sorted(found, key=lambda file: (file[1].st_mtime_ns, file[0]))


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:  # it has gone meanwhile, or is a link to nowhere
        return None
