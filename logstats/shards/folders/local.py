"""A folder of figures in a file system. A run of a key holds a lock; files are there by rename."""

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from logstats import atomic, signals
from logstats.errors import LogstatsError
from logstats.shards.folders.folder import Change, not_as_written, prefix_of, require_plain


class LocalFolder(NamedTuple):
    """A folder with its absolute path; `name` is how it was named."""

    path: Path
    name: str

    @classmethod
    def named(cls, name: str) -> "LocalFolder":
        """Return the folder of a path; raise UsageError where DuckDB can't read its files by name."""
        path = Path(name).absolute()
        require_plain(str(path))
        return cls(path, name)

    def __str__(self) -> str:
        return self.name

    def path_of(self, name: str) -> str:
        """Return the path of a file."""
        return str(self.path / name)

    @contextlib.contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Hold the lock of a key; raise LogstatsError while another run has it."""
        with atomic.private():
            try:
                self.path.mkdir(parents=True, exist_ok=True)
                lock = os.open(
                    self.path / f".{key}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
                )
            except OSError as error:
                raise LogstatsError(f"can't be written: {error.strerror}", path=self.path) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise LogstatsError(f"another run of '{key}' is going on; wait for it", path=self.path) from error
        finally:
            os.close(lock)

    def read(self, name: str) -> bytes | None:
        """Return a small file, None where there is none."""
        path = self.path / name
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LogstatsError(f"can't be read: {error.strerror}", path=path) from error

    def replace(self, name: str, change: Change) -> None:
        """Replace a small file by what `change` returns for it; other runs wait for that."""
        path = self.path / name
        with contextlib.ExitStack() as stack:
            try:
                file = stack.enter_context(atomic.fresh_file(path, signals.check))
                file.write(change(self.read(name)))
                atomic.replace(file, path, like=path)
            except OSError as error:
                raise LogstatsError(f"can't be written: {error.strerror}", path=path) from error

    @contextlib.contextmanager
    def written(self) -> Iterator[Path]:
        """Yield the folder itself: a file that is written there gets its name when it is whole."""
        yield self.path

    @contextlib.contextmanager
    def copied(self, sizes: Mapping[str, int]) -> Iterator[Path]:
        """Yield the folder itself; raise FileError where a file has another size, or is gone."""
        for name, size in sizes.items():
            path = self.path / name
            if not path.is_file() or path.stat().st_size != size:
                raise not_as_written(str(path))
        yield self.path

    def leftovers(self, key: str) -> list[str]:
        """Return the files of a key: who has its lock is the only one that writes them."""
        found = self.path.glob(f"*/bucket=*/{prefix_of(key)}*")
        return [path.relative_to(self.path).as_posix() for path in found]

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; some may be gone."""
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                (self.path / name).unlink()
