"""The names of what a portal embeds besides its counter: formats and periods of lists, and their limits."""

from collections.abc import Mapping
from pathlib import Path

from logstats import similar
from logstats.errors import UsageError

PERIODS = ("today", "week", "month", "all")
PERIOD = "week"
LONGEST_LIST = 1000
MOST_VIEWS = 100_000  # articles of an article_views file, which is then 6 to 10 MB
LIST_FORMATS: Mapping[str, tuple[str, ...]] = {
    # format of a list: the endings that choose it where no format is given
    "html": (".html", ".htm", ".shtml", ".inc"),
    "json": (".json",),
    "rss": (".xml", ".rss"),
    "js": (".js",),
}


def list_format_of(path: Path) -> str:
    """Return the format that the ending of a list's name chooses; raise UsageError where it chooses none."""
    ending = path.suffix.lower()
    known = {each: name for name, endings in LIST_FORMATS.items() for each in endings}
    if ending in known:
        return known[ending]
    suggested = similar.suggestion(ending, known)
    raise UsageError(
        f"no format of lists has the ending '{path.suffix}'; {suggested}use one of {', '.join(known)}"
    )
