"""Find the logs that files, folders and patterns name."""

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from logstats import home
from logstats.errors import LogError, UsageError
from logstats.model import OBJECT_SCHEMES
from logstats.printable import escaped

STDIN = "-"
MAY_READ = "run as a user who may read it (on Debian: group adm)"

_MAGIC = re.compile(r"[*?\[]")


def printable(path: str) -> str:
    r"""Return a path as text; bytes that are not UTF-8 become `\xhh`, and so do control characters."""
    return escaped(os.fsencode(path).decode("utf-8", "backslashreplace"))


def expand(names: tuple[str, ...]) -> list[str]:
    """Return the logs that files, folders, patterns, URLs and `-` name, oldest first, each file once.

    Raise UsageError for a name without a log, LogError for a file or folder that can't be read.
    """
    first: dict[object, str] = {}
    for name in names:
        if name == STDIN:
            first.setdefault(STDIN, STDIN)
        elif name.startswith(OBJECT_SCHEMES):
            from logstats.sources import objects  # noqa: PLC0415 - only where such a log is named

            for url in objects.listed(name):
                first.setdefault(url, url)
        else:
            for path, found in files(name):
                first.setdefault((found.st_dev, found.st_ino), path)
    return list(first.values())


def named_explicitly(names: tuple[str, ...]) -> frozenset[str]:
    """Return those of the logs of `expand` that were named one by one."""
    return frozenset(
        name if name == STDIN or name.startswith(OBJECT_SCHEMES) else str(home.expanded(name, Path()))
        for name in names
    )


def empty(logs: Iterable[str]) -> list[str]:
    """Return those of the logs that are files without content."""
    found = ((log, _stat(Path(log))) for log in logs if log != STDIN)
    return sorted(log for log, known in found if known and stat.S_ISREG(known.st_mode) and known.st_size == 0)


def size(logs: Iterable[str]) -> int:
    """Return the total size of the logs that are files, in bytes."""
    total = 0
    for log in logs:
        if log.startswith(OBJECT_SCHEMES):
            from logstats.sources import objects  # noqa: PLC0415 - only where such a log is named

            total += objects.size_of(log)
        elif log != STDIN:
            try:
                total += os.stat(log).st_size  # noqa: PTH116 - of each of hundreds of archives, each minute
            except OSError:  # reading it reports the error
                continue
    return total


def unreadable(path: str, error: OSError, reason: str = "can't be read") -> LogError:
    """Return the error for a file or folder that the system refuses to open or list."""
    advice = MAY_READ if isinstance(error, PermissionError) else ""
    return LogError(f"{reason}: {error.strerror}", path=path, advice=advice)


def files(name: str) -> list[tuple[str, os.stat_result]]:
    """Return the files of a name, oldest first, each with its stat, so that no file is looked up twice."""
    try:
        path = home.expanded(name, Path())
    except RuntimeError as error:
        raise UsageError(f"{name}: {error}") from error
    known = _stat(path)
    if known and not stat.S_ISDIR(known.st_mode):
        return [(str(path), known)]
    is_hidden = path.name.startswith(".") and not known
    paths = _listed(path) if known else _matches(path)
    found = list(_regular(path for path in paths if is_hidden or not path.name.startswith(".")))
    if not found:
        reason = (
            _without_logs(path) if known else "no such log; give a file, a folder, a pattern, or - for stdin"
        )
        raise UsageError(f"{name}: {reason}")
    return sorted(found, key=lambda file: (file[1].st_mtime_ns, file[0]))


def _without_logs(folder: Path) -> str:
    """Return why nothing is read in a folder."""
    if not any(True for _ in folder.iterdir()):
        return "this folder is empty"
    return "there is no log in this folder; hidden files and folders in it are not read"


def _regular(paths: Iterable[Path]) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the regular files; raise LogError if there are none and some can't be reached."""
    refused: LogError | None = None
    is_empty = True
    for path in paths:
        try:
            found = _stat(path)
        except LogError as error:
            refused = refused or error
            continue
        if found and stat.S_ISREG(found.st_mode):
            is_empty = False
            yield str(path), found
    if is_empty and refused:
        raise refused


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise _unlistable(folder, error) from error


def _matches(pattern: Path) -> list[Path]:
    """Return the paths that match a pattern; raise LogError where its folder can't be listed.

    Path.glob finds nothing in such a folder, and skips folders below it.
    """
    if not _MAGIC.search(str(pattern)):
        return []
    folder = next(folder for folder in pattern.parents if not _MAGIC.search(str(folder)))
    if not _is_folder(folder):
        return []
    try:
        os.scandir(folder).close()
        below = pattern.relative_to(folder)
        return list(folder.glob(str(below / "*" if below.name == "**" else below)))  # ** alone has no files
    except OSError as error:
        raise _unlistable(folder, error) from error


def _unlistable(folder: Path, error: OSError) -> LogError:
    return unreadable(str(folder), error, "can't list this folder")


def _is_folder(path: Path) -> bool:
    found = _stat(path)
    return found is not None and stat.S_ISDIR(found.st_mode)


def _stat(path: Path) -> os.stat_result | None:
    """Return a file's stat, None where there is no such file; raise LogError where it can't be looked up."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError as error:  # a NUL in the name
        raise UsageError(f"{path}: {error}") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None
        raise unreadable(str(path), error) from error
