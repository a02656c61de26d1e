"""The requests to one bucket. The only module that imports obstore.

Each request is made in a thread, so that a signal ends the wait for it.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from logstats import signals
from logstats.errors import LogError
from logstats.sources.files import changed_error
from logstats.sources.objects import faults
from logstats.sources.objects.url import Found

MOST_RETRIES = 2  # of a request that fails or times out; a run a minute later tries again
RETRY_S = 60.0
KEPT_BYTES = 32 << 20  # of small objects that are in memory from when they are compared until they are read

T = TypeVar("T")


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

    def __init__(self, url: str) -> None:
        """Open the bucket of a URL without a key; raise LogError where that is not possible."""
        self.url = url
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

    def _opened(self, url: str) -> Any:
        retries = {"max_retries": MOST_RETRIES, "retry_timeout": timedelta(seconds=RETRY_S)}
        return self._obstore.store.from_url(url, retry_config=retries)

    def _deep(self, prefix: str) -> list[Found]:
        chunks = self._obstore.list(self._store, prefix or None, chunk_size=1000)
        return [found_of(meta) for chunk in chunks for meta in chunk]

    def _flat(self, prefix: str) -> list[Found]:
        result = self._obstore.list_with_delimiter(self._store, prefix or None)
        return [found_of(meta) for meta in result["objects"]]


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
