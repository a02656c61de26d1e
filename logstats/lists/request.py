"""What is wanted of a list, on the command line or in logstats.toml."""

from typing import NamedTuple

from logstats.config import ListFile, Site, ViewsFile
from logstats.render import embeds
from logstats.render.links import link
from logstats.render.most_read import Options


class ListRequest(NamedTuple):
    """A list of the `top` most read articles of a period.

    `origin` is the scheme and the host of its links. `untitled`: also articles without a title.
    `with_readings`: with the readings and the change over the earlier period. `published_since`: without the
    articles that are known to have been published before this time, as typed ('': all).
    """

    origin: str
    period: str = embeds.PERIOD
    top: int = 10
    untitled: bool = False
    with_readings: bool = False
    published_since: str = ""


class ViewsRequest(NamedTuple):
    """The views of at most `top` articles in a period, of each that has at least `min_views`."""

    period: str
    min_views: int
    top: int


def of_list(site: Site, file: ListFile) -> tuple[ListRequest, Options]:
    """Return the request for a [[site.list]], and how it is shown."""
    feed_url = file.feed_url or link(site.origin(), file.path.name)
    wanted = ListRequest(
        origin=site.origin(),
        period=file.period,
        top=file.top,
        untitled=file.untitled,
        with_readings=file.format == "json",
        published_since=file.published_since,
    )
    return wanted, Options(file.with_counts, feed_url)


def of_views(file: ViewsFile) -> ViewsRequest:
    """Return the request for a [[site.article_views]]."""
    return ViewsRequest(file.period, file.min_views, file.top)
