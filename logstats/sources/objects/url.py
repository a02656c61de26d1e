"""The URL of an object, with what its listing says of it."""

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from logstats.errors import UsageError
from logstats.object_urls import REFUSAL, has_secret
from logstats.sources.files import Stat
from logstats.sources.fingerprint import hasher

if TYPE_CHECKING:
    from logstats.sources.objects.bucket import Bucket

DEVICE = 1 << 63  # of the stat of an object: no device of a file system has that number

_URL = re.compile(r"(?P<bucket>[a-z0-9]+://[^/]+)(?:/(?P<key>.*))?", re.DOTALL)


class Location(NamedTuple):
    """A URL in its parts: that of the bucket, and the key below it."""

    bucket: str
    key: str


class Found(NamedTuple):
    """What a bucket says of an object: its key, size, time, and e_tag ('': it has none)."""

    key: str
    size: int
    mtime_ns: int
    e_tag: str


class Listing(NamedTuple):
    """The names of all objects below a URL; `is_deep`: also of those that are further below."""

    url: str
    names: frozenset[str]
    is_deep: bool = True

    def lacks(self, name: str) -> bool:
        """Whether an object, or the archive that it is a member of, is known not to exist."""
        below = name.removeprefix(self.url)
        if not name.startswith(self.url) or (not self.is_deep and "/" in below):
            return False
        parts = itertools.accumulate(below.split("/"), "{}/{}".format)
        return self.names.isdisjoint(f"{self.url}{part}" for part in parts)


class ObjectUrl(str):
    """The URL of an object that was found, a string, so that it passes wherever a path does.

    `listing` is None for an object that was named by itself.
    """

    found: Found
    bucket: "Bucket"
    listing: Listing | None

    def __new__(cls, url: str, found: Found, bucket: "Bucket", listing: Listing | None = None) -> "ObjectUrl":
        """Create the URL of an object that was found in a bucket, and in which listing."""
        self = super().__new__(cls, url)
        self.found = found
        self.bucket = bucket
        self.listing = listing
        return self


def parse(url: str) -> Location:
    """Return the parts of a URL; raise UsageError where it has no bucket, or has credentials in it."""
    match = _URL.fullmatch(url)
    scheme = url.partition("://")[0]
    if has_secret(url):
        raise UsageError(f"a URL that begins with {scheme}:// {REFUSAL}")
    if match is None:
        raise UsageError(f"{url}: there is no bucket in this URL; use {scheme}://BUCKET/PREFIX/")
    return Location(match["bucket"], match["key"] or "")


def stat_of(url: ObjectUrl) -> Stat:
    """Return the stat of an object: its e_tag stands for the time of its last change."""
    found = url.found
    return Stat(
        device=DEVICE,
        inode=_number(url),
        size=found.size,
        mtime_ns=found.mtime_ns,
        ctime_ns=_number(found.e_tag) if found.e_tag else found.mtime_ns,
    )


def size_of(url: str) -> int:
    """Return the size of an object in bytes."""
    return url.found.size if isinstance(url, ObjectUrl) else 0


def listings_of(logs: Iterable[str]) -> Iterator[Listing]:
    """Yield the listings in which logs were found, each once."""
    listings = (log.listing for log in logs if isinstance(log, ObjectUrl))
    yield from {id(listing): listing for listing in listings if listing}.values()


def _number(text: str) -> int:
    """Return a positive number of 62 bits for a text."""
    return (hasher(b"")(text.encode("utf-8", "surrogateescape")) & (1 << 62) - 1) | 1
