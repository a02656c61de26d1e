"""A folder of figures in object storage: a prefix of a bucket.

An object is there as a whole or not at all. DuckDB opens no URL: figures are written into a temporary folder
and uploaded, and are downloaded to be read.

There are no locks. The files of each attempt have names of their own, so two runs at once do not write the
same objects. The manifest is replaced only if it is as it was read. Only objects that are older than the
longest run are removed, so none of a run that is going on.
"""

import contextlib
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from logstats import atomic, signals
from logstats.errors import FileError, UsageError
from logstats.shards.folders.folder import Change, not_as_written, prefix_of, require_plain
from logstats.sources.objects.bucket import FEW, Bucket, Retries
from logstats.sources.objects.url import parse

LONGEST_RUN_S = 7 * 86400.0  # older objects that no manifest names are of no run that is going on
MANY = Retries(10, 300.0)  # of a request that fails after hours of a run, which would fail with it
ATTEMPTS = 20  # at replacing a file that other runs replace
PAUSE_S = 0.1  # before the second one; before others longer


class ObjectFolder(NamedTuple):
    """A prefix of a bucket; its URL has no slash at the end."""

    url: str

    @classmethod
    def named(cls, name: str) -> "ObjectFolder":
        """Return the folder of a URL; raise UsageError where it has credentials, or can't be a prefix."""
        bucket, key = parse(name)
        require_plain(name)
        prefix = key.rstrip("/")
        if prefix and not {"", ".", ".."}.isdisjoint(prefix.split("/")):
            raise UsageError(f"{name}: a part of this URL is empty, or is . or ..")
        return cls(f"{bucket}/{prefix}" if prefix else bucket)

    def __str__(self) -> str:
        return self.url

    def path_of(self, name: str) -> str:
        """Return the URL of an object."""
        return f"{self.url}/{name}"

    @contextlib.contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Lock nothing; raise LogError where no object can be written or removed, before a run of hours."""
        bucket, mark = self._bucket(FEW), self._key(f".{key}.lock")
        bucket.put(mark, b"", None)
        bucket.delete([mark])
        yield

    def read(self, name: str) -> bytes | None:
        """Return a small object, None where there is none."""
        found = self._bucket(FEW).get(self._key(name))
        return found.data if found else None

    def replace(self, name: str, change: Change) -> None:
        """Replace a small object by what `change` returns for it, if it is still as it was read."""
        bucket, key = self._bucket(), self._key(name)
        for attempt in range(ATTEMPTS):
            found = bucket.get(key)
            new = change(found.data if found else None)
            if bucket.put(key, new, found.version if found else None):
                return
            signals.check()
            time.sleep(PAUSE_S * attempt)
        raise FileError("other runs replace it all the time", path=self.path_of(name), advice="run again")

    @contextlib.contextmanager
    def written(self) -> Iterator[Path]:
        """Yield a temporary folder; at the end its files are uploaded."""
        bucket = self._bucket()
        with _temporary() as folder:
            yield folder
            files = (path for path in folder.rglob("*") if path.is_file())
            bucket.upload({self._key(path.relative_to(folder).as_posix()): path for path in files})

    @contextlib.contextmanager
    def copied(self, sizes: Mapping[str, int]) -> Iterator[Path]:
        """Yield a temporary folder with copies; raise FileError where an object is not of its size."""
        with _temporary() as folder:
            if sizes:
                found = self._bucket().download({self._key(name): folder / name for name in sizes})
                for name, size in sizes.items():
                    if found[self._key(name)] != size:
                        raise not_as_written(self.path_of(name))
            yield folder

    def leftovers(self, key: str) -> list[str]:
        """Return the objects of a key that are older than the longest run."""
        oldest_ns = time.time_ns() - int(LONGEST_RUN_S * 10**9)
        below = self._key("")
        found = self._bucket().list_below(below.rstrip("/"), is_deep=True)
        old = [each.key.removeprefix(below) for each in found if each.mtime_ns < oldest_ns]
        return [name for name in old if name.rpartition("/")[2].startswith(prefix_of(key))]

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects; some may be gone."""
        if keys := [self._key(name) for name in names]:
            self._bucket().delete(keys)

    def _bucket(self, retries: Retries = MANY) -> Bucket:
        return Bucket(parse(self.url).bucket, retries)

    def _key(self, name: str) -> str:
        prefix = parse(self.url).key
        return f"{prefix}/{name}" if prefix else name


@contextlib.contextmanager
def _temporary() -> Iterator[Path]:
    """Yield a temporary folder for this user alone; it is removed at the end, as are those of killed runs."""
    target = Path(require_plain(tempfile.gettempdir()), "logstats-figures")
    with atomic.fresh(target, signals.check) as folder:
        folder.mkdir()
        yield folder
