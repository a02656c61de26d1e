"""logstats.toml as a frozen `Settings`; a typed option beats the environment beats the file.

KEYS and SITE_KEYS say which keys the file may have and how each value is read.
"""

import contextlib
import os
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from logstats import when
from logstats.errors import ConfigError, UsageError

DEFAULT_SITE = "default"
LOOPBACK = ("127.0.0.0/8", "::1/128")
LONGEST_SPAN_S = 7 * 86400
LARGEST_COUNT = 10**15  # adds up to no more than 64 bits hold
LONGEST_KEPT = 36_500  # days
CONFIG_NAME = "logstats.toml"
_SPAN = re.compile(r"^(\d+)\s*([smhd])$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Site:
    """One portal's rules, kept with it in the store when it is first seen."""

    name: str = DEFAULT_SITE
    timezone: str = "UTC"
    week_start: str = "monday"
    visit_gap_s: int = 1800
    online_window_s: int = 600
    logs: tuple[str, ...] = ()
    log_format: str = "auto"
    internal: tuple[str, ...] = LOOPBACK
    baseline: int | None = None
    baseline_on: date = date.min

    def kept_rules(self) -> dict[str, Any]:
        """Return what the store keeps with a site, by the names of its columns."""
        kept = ("name", "timezone", "week_start", "visit_gap_s", "online_window_s")
        return {name: getattr(self, name) for name in kept}


@dataclass(frozen=True)
class Settings:
    """The whole file. `unlisted` holds the rules of a site that the file does not name."""

    database: Path | None = None
    at: str | None = None
    assets: tuple[str, ...] = ()
    keep_hits: int = 400
    sites: tuple[Site, ...] = ()
    unlisted: Site = Site()

    def in_zone(self, timezone: str | None) -> "Settings":
        """Return the settings with every site in the zone typed on the command line, if one was."""
        if timezone is None:
            return self
        name = when.zone(timezone)
        sites = tuple(replace(site, timezone=name) for site in self.sites)
        return replace(self, sites=sites, unlisted=replace(self.unlisted, timezone=name))

    def site(self, name: str) -> Site:
        """Return the rules of the site of that name."""
        named = (site for site in self.sites if site.name == name)
        return next(named, replace(self.unlisted, name=name))


def load(path: Path | None) -> Settings:
    """Read logstats.toml (None: the one in this folder, if there is one) into Settings."""
    given = path is not None
    path = path or Path(CONFIG_NAME)
    table: dict[str, Any] = {}
    if given or path.is_file():
        table = _parse(path)
    fallback: dict[str, Any] = {"timezone": system_timezone()}
    sites = table.pop("site", [])
    if not isinstance(sites, list):
        raise ConfigError(f"{path}: write each site under [[site]], with two brackets")
    values = {key: _read(KEYS, key, value, path) for key, value in table.items()}
    listed = tuple(_site(entry, fallback, path) for entry in sites)
    for name, times in Counter(site.name for site in listed).items():
        if times > 1:
            raise ConfigError(f"{path}: the site «{name}» is there {times} times; write each site once")
    if "database" in values:
        values["database"] = path.parent / values["database"]
    return Settings(sites=listed, unlisted=Site(**fallback), **values)


def database_path(settings: Settings) -> Path:
    """Return where the store is when no option and no variable says it."""
    data = os.environ.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    return settings.database or Path(data) / "logstats" / "logstats.duckdb"


def system_timezone() -> str:
    """Return this machine's time zone, UTC where it does not tell."""
    named = os.environ.get("TZ", "").lstrip(":")
    link = str(Path("/etc/localtime").resolve())
    for name in (named, link.partition("zoneinfo/")[2]):
        with contextlib.suppress(UsageError):
            return when.zone(name)
    return "UTC"


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from error


def _site(entry: Any, fallback: Mapping[str, Any], path: Path) -> Site:
    if not isinstance(entry, dict) or "name" not in entry:
        raise ConfigError(f"{path}: each [[site]] needs a name")
    values: dict[str, Any] = {
        SITE_FIELDS.get(str(key), str(key)): _read(SITE_KEYS, key, value, path)
        for key, value in entry.items()
    }
    values["logs"] = tuple(str(path.parent / log) for log in values.get("logs", ()))
    site = Site(**{**fallback, **values})
    if site.online_window_s > site.visit_gap_s:
        raise ConfigError(
            f"{path}: {site.name}: online_window is longer than visit_gap; somebody would be online "
            "in two visits at once"
        )
    return site


def _read(keys: Mapping[str, "Reader"], key: str, value: Any, path: Path) -> Any:
    if key not in keys:
        raise ConfigError(f"{path}: no setting «{key}»; there are {', '.join(sorted(keys))}")
    try:
        return keys[key](value)
    except (ValueError, TypeError, UsageError) as error:
        raise ConfigError(f"{path}: {key} = {value!r}: {error}") from error


Reader = Callable[[Any], Any]


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("write a text in quotes")
    return value


def _instant(value: Any) -> str:
    text = value.isoformat() if isinstance(value, date) else _text(value)
    if text not in ("now", "last"):
        when.instant(text, when.UTC_CLOCK, datetime(2000, 1, 1))
    return text


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("write a list of texts in brackets")
    return tuple(_text(item) for item in value)


def _networks(value: Any) -> tuple[str, ...]:
    return tuple(str(ip_network(item, strict=False)) for item in _texts(value))


def _patterns(value: Any) -> tuple[str, ...]:
    for pattern in (texts := _texts(value)):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"«{pattern}» is no regular expression: {error}") from error
    return texts


def _span(value: Any) -> int:
    match = _SPAN.match(_text(value))
    if match is None:
        raise ValueError('write a span like "30m", "45s" or "2h"')
    seconds = int(match[1]) * _SECONDS[match[2]]
    if not 0 < seconds <= LONGEST_SPAN_S:
        raise ValueError("write a span between 1s and 7d")
    return seconds


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_COUNT:
        raise ValueError(f"write a whole number, 0 or more, at most {LARGEST_COUNT}")
    return value


def _days(value: Any) -> int:
    if not 0 < _count(value) <= LONGEST_KEPT:
        raise ValueError(f"write a number of days from 1 to {LONGEST_KEPT}")
    return int(value)


def _date(value: Any) -> date:
    if type(value) is not date:
        raise ValueError("write a date like 2026-11-01, without quotes")
    return value


def _zone(value: Any) -> str:
    return when.zone(_text(value))


def _choice(*choices: str) -> Reader:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"write one of {', '.join(choices)}")
        return str(value)

    return read


KEYS: dict[str, Reader] = {
    "database": _text,
    "at": _instant,  # the instant reports are for, to replay a log; now where it is left out
    "assets": _patterns,  # whole paths that are no pages, beside the built-in list
    "keep_hits": _days,  # what `prune` leaves of the raw hits
}
SITE_KEYS: dict[str, Reader] = {
    "name": _text,
    "timezone": _zone,
    "week_start": _choice("monday", "sunday"),
    "visit_gap": _span,
    "online_window": _span,
    "logs": _texts,
    "format": _text,
    "internal": _networks,
    "baseline": _count,
    "baseline_on": _date,
}
SITE_FIELDS = {
    # key: the field of Site where it is called otherwise
    "visit_gap": "visit_gap_s",
    "online_window": "online_window_s",
    "format": "log_format",
}
