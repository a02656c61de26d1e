"""Folders of figures: a folder of a file system, or a prefix in object storage.

Only this package knows which one it is: `at` returns a Folder for a path or a URL.

folder   what a folder of figures is, and what both kinds share
local    a folder of a file system: files by rename, a lock for each key
objects  a prefix of a bucket: objects by PUT, copied to a temporary folder to be read
"""

import os
from pathlib import Path

from logstats.model import OBJECT_SCHEMES
from logstats.shards.folders.folder import Folder
from logstats.shards.folders.local import LocalFolder

__all__ = ["Folder", "LocalFolder", "at"]


def at(name: str | Path) -> Folder:
    """Return the folder of figures with a name; raise UsageError for a name that can't be one."""
    text = os.fspath(name)
    if not text.startswith(OBJECT_SCHEMES):
        return LocalFolder.named(text)
    from logstats.shards.folders.objects import ObjectFolder  # noqa: PLC0415 - only where a URL is named

    return ObjectFolder.named(text)
