"""The requests to one bucket. The only module that imports obstore.

Each request is made in a thread, so that a signal ends the wait for it.
"""

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from logstats import signals
from logstats.errors import LogError
from logstats.sources.files import changed_error
from logstats.sources.objects import faults
from logstats.sources.objects.url import Found

AT_ONCE = 8  # uploads or downloads
UPLOAD_BYTES = 5 << 20  # of a part of a large object; S3 allows no smaller ones, except the last
DOWNLOAD_BYTES = 1 << 20  # of an object, in memory
KEPT_BYTES = 32 << 20  # of small objects that are in memory from when they are compared until they are read

T = TypeVar("T")

Version = Mapping[str, str]  # what a bucket identifies one version of an object by


class Retries(NamedTuple):
    """How often a request that fails or times out is made again, and for how many seconds."""

    most: int
    seconds: float


FEW = Retries(2, 60.0)  # a run a minute later tries again


class Content(NamedTuple):
    """A small object as a whole, and its version."""

    data: bytes
    version: Version


class Request(Generic[T]):
    """A request that is made in a thread. `result` waits for it."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._results: list[T] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._make)
        self._thread.start()

    def result(self) -> T:
        """Return the result, or raise its error; StoppedError if a signal is received first."""
        while self._thread.is_alive():
            self._thread.join(signals.POLL_S)
            signals.check()
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _make(self) -> None:
        try:
            self._results.append(self._call())
        except Exception as error:  # noqa: BLE001 - it is raised where the result is needed
            self._error = error


class Bucket:
    """A bucket, with the credentials and the endpoint that the environment names."""

    def __init__(self, url: str, retries: Retries = FEW) -> None:
        """Open the bucket of a URL without a key; raise LogError where that is not possible."""
        self.url = url
        self._retries = retries
        self._kept_bytes = 0
        self._obstore = _package(url)
        self._store = _made(lambda: self._opened(url), url)

    def keeps(self, size: int) -> bool:
        """Whether an object of a size stays in memory until it is read."""
        keeps = self._kept_bytes + size <= KEPT_BYTES
        self._kept_bytes += size if keeps else 0
        return keeps

    def look_up(self, key: str) -> Found | None:
        """Return what the bucket says of one object, None where there is none of that name."""
        url = f"{self.url}/{key}"
        try:
            return found_of(Request(lambda: self._obstore.head(self._store, key)).result())
        except FileNotFoundError:
            return None
        except Exception as error:  # noqa: BLE001 - whatever obstore raises, without its text
            raise _of_request(error, url) from None

    def list_below(self, prefix: str, *, is_deep: bool) -> list[Found]:
        """Return the objects below a prefix without its last slash; `is_deep`: also those further below."""
        listed = self._deep if is_deep else self._flat
        return _made(lambda: listed(prefix), f"{self.url}/{prefix}")

    def read(self, found: Found, start: int, end: int) -> bytes:
        """Return a range of an object as it was found; raise LogChangedError where it is another one now."""
        url = f"{self.url}/{found.key}"
        is_strong = found.e_tag.startswith('"')  # a weak one fulfils no condition
        options = {"range": (start, end)} | ({"if_match": found.e_tag} if is_strong else {})
        try:
            result = self._obstore.get(self._store, found.key, options=options)
            now = found_of(result.meta)
            data = bytes(result.bytes())
        except Exception as error:  # noqa: BLE001 - whatever obstore raises, without its text
            raise _of_request(error, url) from None
        is_same = now.e_tag == found.e_tag if found.e_tag else now == found
        if not (is_same and len(data) == end - start):
            raise changed_error(url)
        return data

    def get(self, key: str) -> Content | None:
        """Return a small object as a whole, None where there is none of that name."""
        url = f"{self.url}/{key}"
        try:
            return Request(lambda: self._content(key)).result()
        except Exception as error:  # noqa: BLE001 - whatever obstore raises, without its text
            if faults.is_missing(error):
                return None
            raise _of_request(error, url) from None

    def put(self, key: str, data: bytes, version: Version | None) -> bool:
        """Write a small object in place of a version, None for no object; return whether it was in force."""
        url = f"{self.url}/{key}"
        mode = "create" if version is None else version
        try:
            Request(lambda: self._obstore.put(self._store, key, data, mode=mode)).result()
        except Exception as error:  # noqa: BLE001 - whatever obstore raises, without its text
            if faults.is_conflict(error):
                return False
            raise faults.of_request(error, url, faults.WRITES) from None
        return True

    def upload(self, files: Mapping[str, Path]) -> None:
        """Write files as objects of the given keys; an object is there as a whole or not at all."""
        for key, request in _side_by_side(lambda key: self._upload(key, files[key]), files):
            try:
                request.result()
            except Exception as error:  # noqa: BLE001 - whatever obstore raises, without its text
                raise faults.of_request(error, f"{self.url}/{key}", faults.WRITES) from None

    def download(self, files: Mapping[str, Path]) -> dict[str, int | None]:
        """Copy objects of the given keys to files; return the size of each, None where there is none."""
        sizes: dict[str, int | None] = {}
        for key, request in _side_by_side(lambda key: self._download(key, files[key]), files):
            try:
                sizes[key] = request.result()
            except Exception as error:  # noqa: BLE001 - whatever obstore raises, without its text
                if not faults.is_missing(error):
                    raise _of_request(error, f"{self.url}/{key}") from None
                sizes[key] = None
        return sizes

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects; some may be gone."""
        try:
            Request(lambda: self._obstore.delete(self._store, [*keys])).result()
        except Exception as error:  # noqa: BLE001 - whatever obstore raises, without its text
            if not faults.is_missing(error):
                raise faults.of_request(error, f"{self.url}/{keys[0]}", faults.WRITES) from None

    def _content(self, key: str) -> Content:
        result = self._obstore.get(self._store, key)
        version = {name: result.meta[name] for name in ("e_tag", "version") if result.meta.get(name)}
        return Content(bytes(result.bytes()), version)

    def _upload(self, key: str, path: Path) -> None:
        self._obstore.put(self._store, key, path, chunk_size=UPLOAD_BYTES, max_concurrency=1)

    def _download(self, key: str, path: Path) -> int:
        chunks = self._obstore.get(self._store, key).stream(min_chunk_size=UPLOAD_BYTES)
        with _copying(self.url, key):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                return sum(file.write(chunk) for chunk in chunks)

    def _opened(self, url: str) -> Any:
        retries = {
            "max_retries": self._retries.most,
            "retry_timeout": timedelta(seconds=self._retries.seconds),
        }
        return self._obstore.store.from_url(url, retry_config=retries)

    def _deep(self, prefix: str) -> list[Found]:
        chunks = self._obstore.list(self._store, prefix or None, chunk_size=1000)
        return [found_of(meta) for chunk in chunks for meta in chunk]

    def _flat(self, prefix: str) -> list[Found]:
        result = self._obstore.list_with_delimiter(self._store, prefix or None)
        return [found_of(meta) for meta in result["objects"]]


def _side_by_side(call: Callable[[str], T], keys: Iterable[str]) -> Iterator[tuple[str, Request[T]]]:
    """Yield a request for each key, in order; some are made at a time."""
    made: deque[tuple[str, Request[T]]] = deque()
    for key in keys:
        made.append((key, Request(partial(call, key))))
        if len(made) == AT_ONCE:
            yield made.popleft()
    yield from made


@contextlib.contextmanager
def _copying(url: str, key: str) -> Iterator[None]:
    """Raise LogError where the copy of an object can't be written."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = f"can't be copied to the temporary folder: {error.strerror}"
        raise LogError(reason, path=f"{url}/{key}") from error


def _made(call: Callable[[], T], url: str) -> T:
    """Return the result of a request; raise the LogError of a URL."""
    try:
        return Request(call).result()
    except Exception as error:  # noqa: BLE001 - whatever obstore raises, without its text
        raise _of_request(error, url) from None


def _package(url: str) -> Any:
    try:
        import obstore  # noqa: PLC0415 - an extra that object storage alone needs
        import obstore.store  # noqa: PLC0415 - as above
    except ImportError as error:
        raise LogError(faults.MISSING_PACKAGE, path=url, advice=faults.INSTALL) from error
    return obstore


def found_of(meta: Mapping[str, Any]) -> Found:
    """Return what obstore says of an object, its e_tag in quotes: some services list it without."""
    e_tag = meta.get("e_tag") or ""
    return Found(
        key=meta["path"],
        size=meta["size"],
        mtime_ns=_nanoseconds(meta["last_modified"]),
        e_tag=e_tag if not e_tag or e_tag.endswith('"') else f'"{e_tag}"',
    )


def _nanoseconds(at: datetime) -> int:
    """Return a time in whole seconds, since a listing may have a finer one than an answer for one object."""
    return int(at.timestamp()) * 10**9


def _of_request(error: Exception, url: str) -> LogError:
    return error if isinstance(error, LogError) else faults.of_request(error, url)
