"""Which logs are meant by files, folders and patterns."""

import os
from pathlib import Path

from logstats.errors import UsageError

STDIN = "-"


def printable(path: str) -> str:
    r"""Return a path as text: bytes of it that are not UTF-8 become `\xhh`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def expand(names: tuple[str, ...]) -> list[str]:
    """Return the logs of files, folders, globs and `-`, oldest first, each once."""
    logs: list[str] = []
    for name in names:
        logs += [name] if name == STDIN else [str(path) for path in _files(name)]
    first: dict[str, str] = {}
    for log in logs:
        first.setdefault(log if log == STDIN else os.path.realpath(log), log)
    return list(first.values())


def _files(name: str) -> list[Path]:
    try:
        path = Path(name).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{name}: {error}") from error
    if path.exists() and not path.is_dir():
        return [path]
    start = path if path.is_dir() else Path(path.anchor)
    pattern = "*" if path.is_dir() else str(path.relative_to(path.anchor))
    is_hidden = path.name.startswith(".") and not path.is_dir()
    found = [
        file
        for file in start.glob(pattern)
        if file.is_file() and (is_hidden or not file.name.startswith("."))
    ]
    if not found:
        raise UsageError(f"{name}: no such log; give a file, a folder, a pattern, or - for stdin")
    return sorted(found, key=lambda file: (file.stat().st_mtime_ns, file.name))
