"""A folder of figures as tests look at it and damage it: in a file system, or in a bucket."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from logstats.shards import folders, manifest
from logstats.shards.folders import Folder
from logstats.shards.manifest import Manifest
from support.object_store import ObjectStore, Server

KINDS = ("folder", "bucket")


class Figures(NamedTuple):
    """A folder of figures; `name` is what is typed. In a bucket, its keys begin with a prefix."""

    name: str
    path: Path
    bucket: ObjectStore | None = None
    prefix: str = ""

    @property
    def folder(self) -> Folder:
        return folders.at(self.name)

    def manifest(self) -> Manifest | None:
        return manifest.read(self.folder)

    def names(self) -> set[str]:
        """Return the names of all files below it, without those that lock it."""
        if self.bucket:
            return {key.removeprefix(self.prefix) for key in self.bucket.keys(self.prefix)}
        files = (path for path in self.path.rglob("*") if path.is_file() and path.suffix != ".lock")
        return {path.relative_to(self.path).as_posix() for path in files}

    def read(self, name: str) -> bytes:
        return self.bucket.get(f"{self.prefix}{name}") if self.bucket else (self.path / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        if self.bucket:
            self.bucket.put(f"{self.prefix}{name}", data)
        else:
            (self.path / name).write_bytes(data)

    def remove(self, name: str) -> None:
        if self.bucket:
            self.bucket.delete(f"{self.prefix}{name}")
        else:
            (self.path / name).unlink()


@contextmanager
def serving() -> Iterator[ObjectStore]:
    """Give a bucket that this process finds by its environment, and processes that it starts."""
    server = Server()
    try:
        bucket = server.bucket()
        with patch.dict(os.environ, bucket.env):
            yield bucket
    finally:
        server.close()


def below(path: Path, bucket: ObjectStore | None = None) -> Figures:
    """Return a folder of figures with a path, or in a bucket below a random prefix."""
    if bucket is None:
        return Figures(str(path), path)
    prefix = f"{os.urandom(8).hex()}/{path.name}"
    return Figures(f"{bucket.url}/{prefix}", path, bucket, f"{prefix}/")
