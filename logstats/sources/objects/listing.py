"""The objects that a URL, a prefix or a pattern names: one request for each page of names."""

import fnmatch
import re
from collections.abc import Iterable, Sequence

from logstats.errors import LogChangedError, UsageError
from logstats.sources.objects.bucket import Bucket
from logstats.sources.objects.url import Found, Listing, Location, ObjectUrl, parse
from logstats.sources.paths import printable

_MAGIC = re.compile(r"[*?\[]")
ANY_FOLDERS = "**"


def listed(url: str) -> list[ObjectUrl]:
    """Return the objects that a URL names, oldest first: one object, all below a prefix, or by a pattern.

    Raise UsageError where there is none, LogError where the bucket can't be listed. Objects are not returned
    if a part of their names below the prefix begins with a dot, or if they are empty, as those are that stand
    for a folder.
    """
    location = parse(url)
    bucket = Bucket(location.bucket)
    if _MAGIC.search(location.key):
        objects = _matching(bucket, location)
    else:
        objects = (not location.key.endswith("/") and _one(bucket, location)) or _below(bucket, location)
    if not objects:
        raise UsageError(f"{url}: no such log; give the URL of an object, a prefix or a pattern")
    return sorted(objects, key=lambda each: (each.found.mtime_ns, each))


def found_at(url: str) -> ObjectUrl:
    """Return the URL of one object as it was listed; raise LogChangedError where it is gone."""
    if isinstance(url, ObjectUrl):
        return url
    location = parse(url)
    objects = _one(Bucket(location.bucket), location)
    if not objects:
        raise LogChangedError("is gone", path=url)
    return objects[0]


def _one(bucket: Bucket, location: Location) -> list[ObjectUrl]:
    found = bucket.look_up(location.key) if location.key else None
    if found is None:
        return []
    url = f"{bucket.url}/{location.key}"
    return [ObjectUrl(url, found._replace(key=location.key), bucket)]


def _below(bucket: Bucket, location: Location) -> list[ObjectUrl]:
    prefix = location.key.rstrip("/")
    found = bucket.list_below(prefix, is_deep=True)
    shown = [each for each in found if not _is_hidden(each, prefix)]
    return _urls(bucket, prefix, shown, found, is_deep=True)


def _matching(bucket: Bucket, location: Location) -> list[ObjectUrl]:
    """Return the objects that match a pattern: * and ? are parts of a name, ** is any number of folders."""
    parts = location.key.split("/")
    first = next(number for number, part in enumerate(parts) if _MAGIC.search(part))
    prefix, pattern = "/".join(parts[:first]), parts[first:]
    is_deep = len(pattern) > 1 or pattern == [ANY_FOLDERS]
    found = bucket.list_below(prefix, is_deep=is_deep)
    matching = [each for each in found if _matches(_below_prefix(each, prefix).split("/"), pattern)]
    return _urls(bucket, prefix, matching, found, is_deep=is_deep)


def _urls(
    bucket: Bucket, prefix: str, objects: Iterable[Found], every: Iterable[Found], *, is_deep: bool
) -> list[ObjectUrl]:
    folder = f"{bucket.url}/{prefix}/" if prefix else f"{bucket.url}/"
    names = frozenset(printable(f"{bucket.url}/{each.key}") for each in every if each.size)
    listing = Listing(printable(folder), names, is_deep)
    return [ObjectUrl(f"{bucket.url}/{each.key}", each, bucket, listing) for each in objects if each.size]


def _below_prefix(found: Found, prefix: str) -> str:
    return found.key.removeprefix(f"{prefix}/") if prefix else found.key


def _is_hidden(found: Found, prefix: str) -> bool:
    return any(part.startswith(".") for part in _below_prefix(found, prefix).split("/"))


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether the parts of a name match those of a pattern, as in a folder."""
    if not pattern:
        return not parts
    first, *others = pattern
    if first == ANY_FOLDERS:
        return any(_matches(parts[start:], others or ["*"]) for start in range(len(parts)))
    if not parts or (parts[0].startswith(".") and not first.startswith(".")):
        return False
    return fnmatch.fnmatchcase(parts[0], first) and _matches(parts[1:], others)
