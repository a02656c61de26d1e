"""The manifest of a folder of figures: which files count, and by which versions they were written.

Files are written first. Replacing the manifest is the only commit: a file that it does not name, of a run
that was killed or that another one has replaced, counts nothing and is removed by the next run of its key.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from logstats.errors import LogstatsError, UsageError
from logstats.shards.folders import Folder
from logstats.shards.folders.folder import not_as_written, prefix_of

NAME = "manifest.json"
FORMAT = 1
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
ANOTHER_STORE = "{folder}: has the figures of another store; export each store into a folder of its own"


class KeyFigures(NamedTuple):
    """What counts for a key: a machine, or a day.

    `files` are the paths of each part's files, and `sizes` their bytes by path. `sites` has a hash of the
    rules of each site. `is_merged`: the visits are those of all logs together. Of a cluster's run, `read` are
    the files of its logs, and `left_out` has those that count elsewhere, with their names there; the logs
    were read for `site`, None where their lines name it, in `log_format`.
    """

    version: str
    written_at: str
    files: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, int]
    sites: Mapping[str, str]
    logs: int
    lines: int
    hits: int
    rejects: int
    is_merged: bool = False
    read: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    site: str | None = None
    log_format: str = "auto"


class Manifest(NamedTuple):
    """The manifest of a folder. `identity` is a hash of the key by which logs are identified.

    `origin` is '' for keys that count with those of a folder whatever its origin is: it has one of its own.
    """

    origin: str
    identity: str
    versions: Mapping[str, str]
    keys: Mapping[str, KeyFigures]


def require_key(key: str) -> str:
    """Return a key; raise UsageError for one that can't be a part of a file's name."""
    if not KEY.fullmatch(key):
        raise UsageError(f"'{key}' can't be a key: use letters, digits, '.', '_' and '-'")
    return key


def read(folder: Folder) -> Manifest | None:
    """Return the manifest of a folder, None where there is none."""
    return _parsed(folder, folder.read(NAME))


def _parsed(folder: Folder, data: bytes | None) -> Manifest | None:
    if data is None:
        return None
    path = folder.path_of(NAME)
    try:
        content = json.loads(data)
        if content["format"] != FORMAT:
            raise LogstatsError(
                f"{path}: its form is {content['format']}, and this logstats knows {FORMAT}; use the same "
                "logstats on all machines"
            )
        return Manifest(content["origin"], content["identity"], content["versions"], _keys(content["keys"]))
    except (ValueError, KeyError, TypeError) as error:
        raise LogstatsError("is not a manifest of logstats; export again", path=path) from error


def require_same(folder: Folder, found: Mapping[str, str], own: Mapping[str, str]) -> None:
    """Raise LogstatsError where figures were written by another version of a program."""
    for name, version in own.items():
        if found.get(name) != version:
            raise LogstatsError(
                f"{folder}: was written with {name} {found.get(name)}, and here is {version}: they may count "
                "differently; use the same on all machines, and export again"
            )


def commit(folder: Folder, new: Manifest, initial: Manifest | None) -> None:
    """Put the keys of `new` in place of those that the manifest has; other keys stay.

    `initial` is the manifest that the run began with. Raise LogstatsError where another run has replaced one
    of the keys since then, or where they do not fit to the others: of another origin, version or rules of a
    site.
    """
    folder.replace(NAME, lambda data: _written(_both(folder, _parsed(folder, data), new, initial)))


def _both(folder: Folder, known: Manifest | None, new: Manifest, initial: Manifest | None) -> Manifest:
    """Return a manifest with the keys of a new one in place of its own."""
    if known is None:
        return new._replace(origin=new.origin or os.urandom(16).hex())
    require_fit(folder, known, new)
    if new.origin not in ("", known.origin):
        raise LogstatsError(ANOTHER_STORE.format(folder=folder))
    for key, figures in new.keys.items():
        if _version(known, key) not in (None, _version(initial, key), figures.version):
            raise LogstatsError(
                f"{folder}: another run of '{key}' has ended meanwhile, and its figures count; run it again"
            )
    return known._replace(keys={**known.keys, **new.keys})


def _version(manifest: Manifest | None, key: str) -> str | None:
    return manifest.keys[key].version if manifest and key in manifest.keys else None


def require_fit(folder: Folder, known: Manifest, new: Manifest) -> None:
    """Raise LogstatsError where new keys can't stand beside those of a manifest."""
    require_same(folder, known.versions, new.versions)
    if known.identity != new.identity:
        raise LogstatsError(
            f"{folder}: its logs are identified by the key of another store; give another folder"
        )
    for key, figures in known.keys.items():
        for other, changed in new.keys.items():
            sites = [site for site, rules in changed.sites.items() if figures.sites.get(site, rules) != rules]
            if key != other and sites:
                raise LogstatsError(
                    f"{folder}: the figures of {sites[0]} in '{key}' are by other settings than those of "
                    f"'{other}'; use the same settings for all keys"
                )


def sweep(folder: Folder, key: str) -> int:
    """Remove the files of a key that the manifest does not name; return their number.

    They are listed before it is read, so that it names what a run has committed in between.
    """
    found = folder.leftovers(key)
    known = read(folder)
    named = {path for figures in (known.keys.values() if known else ()) for path in _paths(figures)}
    unnamed = [name for name in found if name not in named]
    folder.remove(unnamed)
    return len(unnamed)


def new_attempt(key: str, shard: str) -> str:
    """Return a name for the files of an attempt at a shard that no other attempt has."""
    return f"{prefix_of(key)}{shard}-{os.urandom(6).hex()}"


def _paths(figures: KeyFigures) -> Iterator[str]:
    return (path for paths in figures.files.values() for path in paths)


def _keys(content: Mapping[str, Any]) -> dict[str, KeyFigures]:
    return {
        key: KeyFigures(**fields)._replace(
            files={part: tuple(paths) for part, paths in fields["files"].items()},
            read=tuple(fields["read"]),
            left_out=tuple((path, name) for path, name in fields["left_out"]),
        )
        for key, fields in content.items()
    }


def _written(manifest: Manifest) -> bytes:
    keys = {key: figures._asdict() for key, figures in sorted(manifest.keys.items())}
    return json.dumps({"format": FORMAT, **manifest._asdict(), "keys": keys}, indent=1).encode()


def sizes(figures: Iterable[KeyFigures], *parts: str) -> dict[str, int]:
    """Return the sizes of the files of some parts, by default of all; raise FileError for one elsewhere."""
    found: dict[str, int] = {}
    for each in figures:
        for name in (name for part in parts or each.files for name in each.files[part]):
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or name not in each.sizes:
                raise not_as_written(name)
            found[name] = each.sizes[name]
    return found


def paths(folder: Path, figures: KeyFigures) -> dict[str, tuple[Path, ...]]:
    """Return the files of each part below the path at which they can be read."""
    return {part: tuple(folder / name for name in names) for part, names in figures.files.items()}
