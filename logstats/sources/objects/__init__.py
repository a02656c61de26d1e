"""Logs in object storage: S3, Google Cloud Storage and Azure. Imported only where a URL is named.

Folders of figures in object storage use `url` and `bucket` too.

url      the URL of an object, with what its listing says of it
listing  the objects that a URL, a prefix or a pattern names
bucket   the requests to one bucket; the only module that imports obstore
faults   the errors of these requests, in words
ranges   the content of an object, read by ranges with one read ahead
log      a log that is an object
"""

from logstats.sources.files import LogFile, Stat
from logstats.sources.objects import url as urls
from logstats.sources.objects.listing import found_at, listed
from logstats.sources.objects.log import ObjectLog
from logstats.sources.objects.url import Listing, listings_of, size_of

__all__ = ["Listing", "listed", "listings_of", "open_object", "size_of", "stat_of"]


def stat_of(url: str) -> Stat:
    """Return the stat of an object; raise LogError where it can't be looked up."""
    return urls.stat_of(found_at(url))


def open_object(url: str, name: str, *, is_named_explicitly: bool) -> LogFile:
    """Open a log that is an object; raise LogError where it can't be read."""
    return ObjectLog(found_at(url), name, is_named_explicitly=is_named_explicitly)
