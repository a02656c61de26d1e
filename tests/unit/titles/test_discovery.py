"""Files of titles that `init` finds: in the folders of pages of a configuration, and near the logs."""

import gzip
from pathlib import Path

import pytest

from logstats import config
from logstats.config import starter
from logstats.titles.discovery import title_files

FEED = "<rss><channel><item><link>https://a.example/1</link><title>One</title></item></channel></rss>"
NEWS = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    "<url><loc>https://a.example/1</loc><news:news><news:title>One</news:title></news:news></url></urlset>"
)
PLAIN = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/1</loc></url></urlset>'
INDEX = "<sitemapindex><sitemap><loc>https://a.example/sitemap1.xml</loc></sitemap></sitemapindex>"
NGINX = "http {{ server {{ server_name a.example; root {folder}; access_log /var/log/a.log; }} }}"
APACHE = '<VirtualHost *:80>\nServerName a.example\nDocumentRoot "{folder}"\n</VirtualHost>\n'
FILES = [
    # the files of a folder of pages, and those that have titles
    ({}, []),
    ({"rss.xml": FEED}, ["rss.xml"]),
    ({"feed.xml": FEED, "rss.xml": FEED, "atom.xml": "<feed>"}, ["rss.xml", "feed.xml"]),
    ({"sitemap.xml": PLAIN, "sitemap_index.xml": INDEX}, []),
    ({"sitemap_index.xml": INDEX, "sitemap1.xml": NEWS}, ["sitemap1.xml"]),
    ({"sitemap-news.xml.gz": NEWS, "index.html": "<html>"}, ["sitemap-news.xml.gz"]),
    ({"sitemap.xml": '<!DOCTYPE a [<!ENTITY b "c">]><urlset/>', "rss.xml": "\0\0"}, []),
    ({"other.xml": FEED}, []),
]


def fill(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())


@pytest.mark.parametrize(("files", "found"), FILES)
def test_the_files_with_titles(files: dict[str, str], found: list[str], tmp_path: Path) -> None:
    fill(tmp_path / "html", files)
    assert [Path(path).name for path in title_files([tmp_path / "html"], [], tmp_path)] == found


PLACES = [
    # the configuration that names the folder of pages, or the log near it
    ("etc/nginx/nginx.conf", NGINX, ""),
    ("etc/apache2/apache2.conf", APACHE, ""),
    ("", "", "vhosts/a.example/logs/access.log*"),
    ("", "", "vhosts/a.example/httpdocs/access.log"),
]


@pytest.mark.parametrize(("name", "text", "log"), PLACES)
def test_the_folders_of_pages(name: str, text: str, log: str, tmp_path: Path) -> None:
    fill(tmp_path / "vhosts/a.example/httpdocs", {"rss.xml": FEED})
    if name:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text.format(folder=tmp_path / "vhosts/a.example/httpdocs"))
    logs = [str(tmp_path / log)] if log else []
    found = title_files([], logs, tmp_path)
    assert found == (str(tmp_path / "vhosts/a.example/httpdocs/rss.xml"),)


def test_only_the_first_folder_with_titles_is_used(tmp_path: Path) -> None:
    """Others are most likely of other portals."""
    for name in ("empty", "one", "two"):
        fill(tmp_path / name, {"rss.xml": FEED} if name != "empty" else {"sitemap.xml": PLAIN})
    folders = [tmp_path / name for name in ("gone", "empty", "one", "two")]
    assert title_files(folders, [], tmp_path) == (str(tmp_path / "one/rss.xml"),)


@pytest.mark.parametrize("text", ["", "server {", "\0", "root /var/www;"])
def test_a_configuration_that_can_not_be_read_is_passed_over(text: str, tmp_path: Path) -> None:
    (tmp_path / "etc/nginx").mkdir(parents=True)
    (tmp_path / "etc/nginx/nginx.conf").write_text(text)
    fill(tmp_path / "html", {"rss.xml": FEED})
    assert title_files([tmp_path / "html"], [], tmp_path) == (str(tmp_path / "html/rss.xml"),)


def test_what_was_found_is_in_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "logstats.toml"
    starter.write(path, tmp_path / "store.duckdb", tmp_path, ["/srv/rss.xml"])
    assert config.load(path).sites[0].titles == ("/srv/rss.xml",)
    path.unlink()
    starter.write(path, tmp_path / "store.duckdb", tmp_path)
    assert config.load(path).sites[0].titles == ()
