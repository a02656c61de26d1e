"""Names of files that begin with a home directory, as `~/x` and `~user/x`."""

import os
from pathlib import Path


def expanded(name: str, folder: Path) -> Path:
    """Return the path of a name in a folder; raise RuntimeError where its home directory is unknown.

    Only a name that begins with `~` can have one: `./~/x` is a file in a folder whose name is `~`, and so is
    `~b.log` the file of that name if there is one.
    """
    if not name.startswith("~") or (not name.startswith("~/") and os.path.lexists(folder / name)):
        return folder / name
    return Path(name).expanduser()
