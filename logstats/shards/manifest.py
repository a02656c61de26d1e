"""The manifest of a folder of figures: which files count, and by which versions they were written.

Files are written first. Replacing the manifest is the only commit: a file that it does not name, of a run
that was killed or that another one has replaced, counts nothing and is removed by the next run of its key.
"""

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from logstats import atomic, signals
from logstats.errors import FileError, LogstatsError, UsageError

NAME = "manifest.json"
FORMAT = 1
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SEPARATOR = "~"  # between the key and the shard in a file's name; no key has it
GLOB = re.compile(r"[*?\[\]]")


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
    """The manifest of a folder. `identity` is a hash of the key by which logs are identified."""

    origin: str
    identity: str
    versions: Mapping[str, str]
    keys: Mapping[str, KeyFigures]


def require_key(key: str) -> str:
    """Return a key; raise UsageError for one that can't be a part of a file's name."""
    if not KEY.fullmatch(key):
        raise UsageError(f"'{key}' can't be a key: use letters, digits, '.', '_' and '-'")
    return key


def require_folder(folder: Path) -> Path:
    """Return the absolute path of a folder; raise UsageError where DuckDB can't read its files by name."""
    path = str(folder.absolute())
    if GLOB.search(path):
        raise UsageError(f"{folder}: a folder of figures can't have *, ?, [ or ] in its path")
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{folder}: a folder of figures must have a path of UTF-8 text") from error
    return folder.absolute()


def read(folder: Path) -> Manifest | None:
    """Return the manifest of a folder, None where there is none."""
    path = folder / NAME
    try:
        content = json.loads(path.read_bytes())
        if content["format"] != FORMAT:
            raise LogstatsError(
                f"{path}: its form is {content['format']}, and this logstats knows {FORMAT}; use the same "
                "logstats on all machines"
            )
        return Manifest(content["origin"], content["identity"], content["versions"], _keys(content["keys"]))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LogstatsError(f"can't be read: {error.strerror}", path=path) from error
    except (ValueError, KeyError, TypeError) as error:
        raise LogstatsError("is not a manifest of logstats; export again", path=path) from error


def require_same(folder: Path, found: Mapping[str, str], own: Mapping[str, str]) -> None:
    """Raise LogstatsError where figures were written by another version of a program."""
    for name, version in own.items():
        if found.get(name) != version:
            raise LogstatsError(
                f"{folder}: was written with {name} {found.get(name)}, and here is {version}: they may count "
                "differently; use the same on all machines, and export again"
            )


def commit(folder: Path, new: Manifest) -> None:
    """Put the keys of `new` in place of those that the manifest has; other keys stay.

    Raise LogstatsError where they do not fit to the others: of another origin, version or rules of a site.
    """
    path = folder / NAME
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(atomic.fresh_file(path, signals.check))
            known = read(folder)
            if known:
                require_fit(folder, known, new)
            both = new._replace(keys={**known.keys, **new.keys}) if known else new
            file.write(json.dumps(_written(both), indent=1).encode())
            atomic.replace(file, path, like=path)
        except OSError as error:
            raise LogstatsError(f"can't be written: {error.strerror}", path=path) from error


def require_fit(folder: Path, known: Manifest, new: Manifest) -> None:
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


@contextlib.contextmanager
def alone(into: Path, key: str) -> Iterator[None]:
    """Hold the lock of a key; raise LogstatsError while another run has it."""
    with atomic.private():
        try:
            into.mkdir(parents=True, exist_ok=True)
            lock = os.open(
                into / f".{key}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
            )
        except OSError as error:
            raise LogstatsError(f"can't be written: {error.strerror}", path=into) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise LogstatsError(f"another run of '{key}' is going on; wait for it", path=into) from error
    finally:
        os.close(lock)


def sweep(folder: Path, key: str) -> int:
    """Remove the files of a key that the manifest does not name; return their number."""
    known = read(folder)
    named = {path for figures in (known.keys.values() if known else ()) for path in _paths(figures)}
    unnamed = [
        path
        for path in folder.glob(f"*/bucket=*/{key}{SEPARATOR}*")
        if path.relative_to(folder).as_posix() not in named
    ]
    for path in unnamed:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    return len(unnamed)


def new_attempt(key: str, shard: str) -> str:
    """Return a name for the files of an attempt at a shard that no other attempt has."""
    return f"{key}{SEPARATOR}{shard}-{os.urandom(6).hex()}"


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


def _written(manifest: Manifest) -> dict[str, Any]:
    keys = {key: figures._asdict() for key, figures in sorted(manifest.keys.items())}
    return {"format": FORMAT, **manifest._asdict(), "keys": keys}


def paths(folder: Path, figures: KeyFigures) -> dict[str, tuple[Path, ...]]:
    """Return the files of each part; raise FileError where one is not as it was written."""
    for name in _paths(figures):
        path = folder / name
        is_below = path.is_relative_to(folder) and ".." not in path.parts
        if not (is_below and path.is_file() and path.stat().st_size == figures.sizes[name]):
            raise FileError(
                "is not there as the manifest says", path=str(path), advice="export or run its key again"
            )
    return {part: tuple(folder / path for path in names) for part, names in figures.files.items()}
