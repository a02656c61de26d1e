"""What is a page, which addresses are ours, and with bots.py who is a person: all rules, as SQL takes them.

They reach SQL as patterns; queries/ingest applies each to a value the first time it is seen.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from logstats import bots
from logstats.catalog import text
from logstats.config import Bots, Settings
from logstats.errors import ConfigError

ASSET_EXTENSIONS = {
    "style and script": "css js mjs map wasm",
    "data a script asks for": "json xml txt webmanifest",
    "images": "ico png jpg jpeg jfif gif webp avif svg bmp tif tiff cur",
    "fonts": "woff woff2 ttf otf eot",
    "media": "mp3 mp4 m4a m4v m3u8 mpd ts webm ogg ogv oga wav avi mov flv mkv swf",
    "feeds": "rss atom rdf",
}
ASSET_PATHS = (
    # whole paths that are no pages, without an extension to tell them by
    r"/feed/?",
    r"/rss/?",
    r".*/feed/?",
    r"/\.well-known/.*",
)


class Rules(NamedTuple):
    """What classifies agents, paths and addresses; patterns are RE2."""

    asset: str
    bots: Bots
    site_names: Mapping[str, str]

    def params(self) -> dict[str, Any]:
        """Return the patterns by the names that the statements give them."""
        return bots.params(self.bots.excepted) | {"asset": self.asset}

    def slots(self) -> dict[str, str]:
        """Return the expressions that judge a new agent."""
        return bots.slots(self.bots.added)

    def site_of(self) -> dict[str, str]:
        """Return the expression for the site of a line's host."""
        names = {text(host): text(site) for host, site in self.site_names.items()}
        whens = " ".join(f"WHEN {host} THEN {site}" for host, site in names.items())
        return {"site_of": f"CASE vhost {whens} ELSE vhost END" if names else "vhost"}


def build(settings: Settings) -> Rules:
    """Return the rules of logstats.toml."""
    return Rules(
        asset=_asset_pattern(settings.assets),
        bots=settings.bots,
        site_names=settings.site_names(),
    )


def kept(settings: Settings, name: str) -> dict[str, Any]:
    """Return what the store keeps of the rules of a site, by the names of its columns.

    `judged_by` is what hits are judged by, as JSON: what it is called, and a value that tells it from others.
    """
    site = settings.site(name)
    judged_by = {
        "[bots]": [settings.bots.added, settings.bots.excepted],
        bots.LIST: bots.list_version(),
        "assets": settings.assets,
        "internal": site.internal,
    }
    return site.kept_rules() | {"judged_by": json.dumps(judged_by, ensure_ascii=False)}


def require(settings: Settings, complaint: Callable[[str], str | None]) -> None:
    """Raise ConfigError where the store has a complaint of a pattern of logstats.toml."""
    for key, pattern in settings.patterns():
        if told := complaint(pattern):
            raise ConfigError(f"{settings.path}: {key}: «{pattern}» is no pattern of RE2: {told}")


def _asset_pattern(additional: Sequence[str]) -> str:
    extensions = "|".join(" ".join(ASSET_EXTENSIONS.values()).split())
    paths = "|".join((*ASSET_PATHS, *additional))
    return rf"(?i)\.(?:{extensions})$|^(?:{paths})$"
