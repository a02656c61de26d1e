"""What is a page, which addresses are ours, and with bots.py who is a person: all rules, as SQL takes them.

They reach SQL as patterns; queries/ingest applies each to a value the first time it is seen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from logstats import bots
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

TRACKING = (
    # query parameters that say where a reader came from or what a portal's page looked like, not
    # what is read; sid, id, tabid and ItemID are identities on real portals and stay
    r"utm_[^=]*",  # campaigns
    r"fbclid",  # Facebook
    r"gclid|gclsrc|gbraid|wbraid|dclid|_ga|_gl",  # Google
    r"msclkid",  # Microsoft
    r"ttclid",  # TikTok
    r"twclid|igshid|yclid|mc_cid|mc_eid",  # X, Instagram, Yandex, Mailchimp
    r"zarsrc|gidzl|zalo_[^=]*",  # Zalo
    r"p_p_[^=]*|p_l_back_url|p_auth",  # Liferay: a portlet's state
    r"redirect",  # where a portal's form goes back to
)


@dataclass(frozen=True)
class Rules:
    """What classifies agents, paths and addresses; patterns are RE2."""

    asset: str
    tracking: str
    bots: Bots

    def params(self) -> dict[str, Any]:
        """Return the patterns by the names that the statements give them."""
        return bots.params(self.bots.excepted) | {"asset": self.asset, "tracking": self.tracking}

    def slots(self) -> dict[str, str]:
        """Return the expressions that judge a new agent."""
        return bots.slots(self.bots.added)


def build(settings: Settings) -> Rules:
    """Return the rules of logstats.toml."""
    return Rules(
        asset=_asset_pattern(settings.assets),
        tracking=f"^(?i:{'|'.join(TRACKING)})(?:=|$)",
        bots=settings.bots,
    )


def require(settings: Settings, complaint: Callable[[str], str | None]) -> None:
    """Raise ConfigError where the store has a complaint of a pattern of logstats.toml."""
    for key, pattern in settings.patterns():
        if told := complaint(pattern):
            raise ConfigError(f"{settings.path}: {key}: «{pattern}» is no pattern of RE2: {told}")


def _asset_pattern(additional: Sequence[str]) -> str:
    extensions = "|".join(" ".join(ASSET_EXTENSIONS.values()).split())
    paths = "|".join((*ASSET_PATHS, *additional))
    return rf"(?i)\.(?:{extensions})$|^(?:{paths})$"
