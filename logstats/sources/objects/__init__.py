"""Logs in object storage: S3, Google Cloud Storage and Azure. Imported only where such a log is named.

url      the URL of an object, with what its listing says of it
listing  the objects that a URL, a prefix or a pattern names
bucket   the requests to one bucket; the only module that imports obstore
faults   the errors of these requests, in words
ranges   the content of an object, read by ranges with one read ahead
log      a log that is an object
"""

from logstats.sources.objects.listing import listed
from logstats.sources.objects.log import open_object
from logstats.sources.objects.url import Listing, listings_of, size_of, stat_of

__all__ = ["Listing", "listed", "listings_of", "open_object", "size_of", "stat_of"]
