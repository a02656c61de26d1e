"""Files of titles on this machine: feeds and news sitemaps in the folders of pages. Nothing is fetched."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from logstats.errors import LogstatsError, UsageError
from logstats.formats import server_configs
from logstats.titles.store import read_file

CONFIGURATIONS = (
    # the main files of servers' configurations, relative to the root
    "etc/nginx/nginx.conf",
    "etc/apache2/apache2.conf",
    "etc/apache2/httpd.conf",
    "etc/httpd/conf/httpd.conf",
    "usr/local/nginx/conf/nginx.conf",
    "usr/local/apache2/conf/httpd.conf",
)
NAMES = ("rss.xml", "feed.xml", "atom.xml", "news-sitemap.xml", "*sitemap*.xml", "*sitemap*.xml.gz")
BESIDE_LOGS = ("", "httpdocs", "public_html", "htdocs", "html", "www")  # beside the folder of a site's logs
MOST_FILES = 20  # of a folder that are tried


def title_files(web_folders: Sequence[Path], logs: Sequence[str], root: Path = Path("/")) -> tuple[str, ...]:
    """Return the files with titles in the first folder of pages that has one, () where none has.

    The folders are those that servers' configurations name, then those near the logs, then `web_folders`.
    """
    for folder in dict.fromkeys((*_configured(root), *_near(logs), *web_folders)):
        if found := [str(path) for path in _candidates(folder) if _has_titles(path)]:
            return tuple(found)
    return ()


def _configured(root: Path) -> Iterator[Path]:
    for name in CONFIGURATIONS:
        try:
            if (root / name).is_file():
                yield from (each.folder for each in server_configs.web_roots(root / name))
        except (UsageError, OSError):
            continue


def _near(logs: Sequence[str]) -> Iterator[Path]:
    for log in logs:
        folder = Path(log).parent
        yield folder
        yield from (folder.parent / name for name in BESIDE_LOGS)


def _candidates(folder: Path) -> list[Path]:
    try:
        found = [path for name in NAMES for path in sorted(folder.glob(name)) if path.is_file()]
    except OSError:
        return []
    return list(dict.fromkeys(found))[:MOST_FILES]


def _has_titles(path: Path) -> bool:
    """Whether a file has a title: a plain sitemap has none, and a list of sitemaps neither."""
    try:
        return bool(read_file(str(path)).titles)
    except (LogstatsError, OSError):
        return False
