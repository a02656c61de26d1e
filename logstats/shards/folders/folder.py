"""What a folder of figures is, and what both kinds share."""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from logstats.errors import FileError, UsageError

SEPARATOR = "~"  # between the key and the shard in a file's name; no key has it

Change = Callable[[bytes | None], bytes]  # the content of a file, None where there is none, to a new one

_GLOB = re.compile(r"[*?\[\]]")


class Folder(Protocol):
    """A folder of figures. `str` returns its name in messages.

    It has only data and no open file, so that it can be sent to a worker. A file's name is relative to it,
    with `/` between its parts.
    """

    def path_of(self, name: str) -> str:
        """Return the path or URL of a file, for messages."""

    def alone(self, key: str) -> AbstractContextManager[None]:
        """Hold the lock of a key where there are locks; raise LogstatsError while another run has it."""

    def read(self, name: str) -> bytes | None:
        """Return a small file, None where there is none."""

    def replace(self, name: str, change: Change) -> None:
        """Replace a small file by what `change` returns for it, unless another run does so in between.

        Where another run has replaced it in between, `change` is called again, with the new content.
        """

    def written(self) -> AbstractContextManager[Path]:
        """Yield a path below which files are written; at the end they are in the folder, each as a whole."""

    def copied(self, sizes: Mapping[str, int]) -> AbstractContextManager[Path]:
        """Yield a path below which files can be read; raise FileError where one is not of its size."""

    def leftovers(self, key: str) -> list[str]:
        """Return the files of a key that no run which is going on writes: those that may be removed."""

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; some may be gone."""


def prefix_of(key: str) -> str:
    """Return how the names of a key's files begin, in the folders of their parts and buckets."""
    return f"{key}{SEPARATOR}"


def require_plain(name: str) -> str:
    """Return a name; raise UsageError where DuckDB can't read files of this folder by name."""
    if _GLOB.search(name):
        raise UsageError(f"{name}: a folder of figures can't have *, ?, [ or ] in its path")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{name}: a folder of figures must have a path of UTF-8 text") from error
    return name


def not_as_written(path: str) -> FileError:
    """Return the error for a file that is missing, or has another size than it was written with."""
    return FileError("is not there as the manifest says", path=path, advice="export or run its key again")
