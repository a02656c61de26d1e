"""logstats.toml as a frozen `Settings`; a typed option beats the environment beats the file.

KEYS, SITE_KEYS and the other tables of keys say which keys the file may have and how each value is read.
"""

import contextlib
import json
import os
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from logstats.clock import valid_zone
from logstats.config import converters
from logstats.config.article_presets import PORTALS, ArticleRule
from logstats.config.converters import Converter
from logstats.errors import ConfigError, UsageError
from logstats.render import box

DEFAULT_SITE = "default"
LOOPBACK = ("127.0.0.0/8", "::1/128")
CONFIG_NAME = "logstats.toml"
LONGEST_HASHED_GAP_S = 43_200  # so that what a visit may span is one turn from each page view to the next


class HostLogs(NamedTuple):
    """The logs of one machine, as `ingest` takes them; without a name where there is only one."""

    names: tuple[str, ...]
    host: str = ""


class CounterFile(NamedTuple):
    """A file that shows the four figures.

    The file at `path` is written in a format or by a `template`; or only the numbers in the marked elements
    of an existing HTML file are replaced (`into_html`).
    """

    path: Path
    format: str = "text"
    lang: str = box.DEFAULT_LANG
    template: Path | None = None
    into_html: bool = False


class Site(NamedTuple):
    """One portal's rules, kept with it in the store when it is first seen."""

    name: str = DEFAULT_SITE
    timezone: str = "UTC"
    week_start: str = "monday"
    visit_gap_s: int = 1800
    online_window_s: int = 600
    logs: tuple[HostLogs, ...] = ()
    log_format: str = "auto"
    internal: tuple[str, ...] = LOOPBACK
    trusted_proxies: tuple[str, ...] = ()
    privacy: str = "full"
    hash_key: str = "daily"
    baseline: int | None = None
    baseline_on: date = date.min
    counters: tuple[CounterFile, ...] = ()
    hosts: tuple[str, ...] = ()
    fold_case: bool = False
    rules: tuple[str, ...] = ()
    articles: tuple[ArticleRule, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()

    @property
    def is_hashed(self) -> bool:
        """Whether of an address only a pseudonym is kept."""
        return self.privacy == "hash"

    def stored_columns(self) -> dict[str, Any]:
        """Return what the store keeps with a site, by the names of its columns."""
        kept = ("name", "timezone", "week_start", "visit_gap_s", "online_window_s")
        return {name: getattr(self, name) for name in kept} | {"article_rules": self.article_rules()}

    def all_rules(self) -> tuple[ArticleRule, ...]:
        """Return the rules for articles in the order in which they are tried: its own, then ready ones."""
        return (*self.articles, *(rule for name in self.rules for rule in PORTALS[name].rules))

    def folds_case(self) -> bool:
        """Whether addresses that differ in capitals alone are one."""
        return self.fold_case or any(PORTALS[name].fold_case for name in self.rules)

    def article_rules(self) -> str:
        """Return the rules for articles as a text that is another when they are, '' where there are none."""
        told = [[rule.pattern, rule.key, rule.section] for rule in self.all_rules()]
        return json.dumps([told, self.aliases, self.folds_case()], ensure_ascii=False) if told else ""


class Bots(NamedTuple):
    """Patterns of agents that are bots all the same, and of agents that are none whatever the rules say."""

    added: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()


NO_BOTS = Bots()


class Settings(NamedTuple):
    """The whole file at `path`. `unlisted` holds the rules of a site that the file does not name.

    `logs` tell their site in each line, and `counters` show all sites. `leaves_out_suspects`: reports do.
    """

    path: Path | None = None
    database: Path | None = None
    at: str | None = None
    assets: tuple[str, ...] = ()
    keep_hits: int = 400
    logs: tuple[HostLogs, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    counters: tuple[CounterFile, ...] = ()
    sites: tuple[Site, ...] = ()
    unlisted: Site = Site()
    bots: Bots = NO_BOTS
    leaves_out_suspects: bool = False

    def patterns(self) -> Iterator[tuple[str, str]]:
        """Give each pattern (RE2) of the file, with the key it stands under."""
        yield from (("assets", pattern) for pattern in self.assets)
        yield from (("bots.add", pattern) for pattern in self.bots.added)
        yield from (("bots.except", pattern) for pattern in self.bots.excepted)
        for site in self.sites:
            yield from ((f"{site.name}: article.pattern", rule.pattern) for rule in site.articles)

    def keeps_pseudonyms(self) -> bool:
        """Whether there is a site that does."""
        return any(site.is_hashed for site in (*self.sites, self.unlisted))

    def site_names(self) -> dict[str, str]:
        """Return the site of each host that goes by another name than its site's."""
        return {host.lower(): site.name for site in self.sites for host in site.hosts}

    def in_zone(self, timezone: str | None) -> "Settings":
        """Return the settings with every site in the zone typed on the command line, if one was."""
        if timezone is None:
            return self
        name = valid_zone(timezone)
        sites = tuple(site._replace(timezone=name) for site in self.sites)
        return self._replace(sites=sites, unlisted=self.unlisted._replace(timezone=name))

    def site(self, name: str) -> Site:
        """Return the rules of the site of that name."""
        named = (site for site in self.sites if site.name == name)
        return next(named, self.unlisted._replace(name=name))


def load(path: Path | None) -> Settings:
    """Read logstats.toml (None: the one in this folder, if there is one) into Settings."""
    here = Path(CONFIG_NAME)
    fallback: dict[str, Any] = {"timezone": system_timezone()}
    if path is None and not here.is_file():
        return Settings(unlisted=Site(**fallback))
    path = path or here
    table = _parse(path)
    sites = tuple(_site(entry, fallback, path) for entry in _tables(table, "site", path))
    for name, times in Counter(site.name for site in sites).items():
        if times > 1:
            raise ConfigError(f"{path}: the site «{name}» is there {times} times; write each site once")
    counters = _counter_files(table, path)
    _refuse_shared([*counters, *(file for site in sites for file in site.counters)], path)
    bots = Bots(**{BOT_FIELDS[key]: told for key, told in _one_table(BOT_KEYS, table, "bots", path).items()})
    suspects = _one_table(SUSPECT_KEYS, table, "suspects", path)
    values = _values(KEYS, table, path)
    return Settings(
        path=path,
        sites=sites,
        counters=counters,
        unlisted=Site(**fallback),
        bots=bots,
        leaves_out_suspects=suspects.get("leave_out", False),
        **values,
    )


def database_path(settings: Settings) -> Path:
    """Return where the store is when no option and no variable says it."""
    if settings.database:
        return settings.database
    try:
        data = os.environ.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    except RuntimeError as error:
        raise UsageError("which store? say it with --db FILE, or with database in logstats.toml") from error
    return Path(data) / "logstats" / "logstats.duckdb"


def system_timezone() -> str:
    """Return this machine's time zone, UTC where it does not tell."""
    named = os.environ.get("TZ", "").lstrip(":")
    link, written = str(Path("/etc/localtime").resolve()), ""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        written = Path("/etc/timezone").read_text(encoding="utf-8").strip()
    for name in filter(None, (named, link.partition("zoneinfo/")[2], written)):
        with contextlib.suppress(UsageError):
            return valid_zone(name)
    return "UTC"


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from error


def _site(entry: dict[str, Any], fallback: Mapping[str, Any], path: Path) -> Site:
    if "name" not in entry:
        raise ConfigError(f"{path}: each [[site]] needs a name")
    counters = _counter_files(entry, path)
    articles = tuple(_article(rule, path) for rule in _tables(entry, "article", path))
    values = _values(SITE_KEYS, entry, path)
    named = {SITE_FIELDS.get(key, key): value for key, value in values.items()}
    site = Site(**{**fallback, **named}, counters=counters, articles=articles)
    if site.online_window_s > site.visit_gap_s:
        raise ConfigError(
            f"{path}: {site.name}: online_window is longer than visit_gap; somebody would be online "
            "in two visits at once"
        )
    if site.is_hashed and site.visit_gap_s > LONGEST_HASHED_GAP_S:
        raise ConfigError(f'{path}: {site.name}: with privacy = "hash" the visit_gap is 12h at most')
    return site


def _article(entry: dict[str, Any], path: Path) -> ArticleRule:
    told = _values(ARTICLE_KEYS, entry, path)
    if "pattern" not in told:
        raise ConfigError(f"{path}: each [[site.article]] needs a pattern")
    rule = ArticleRule(**told)
    groups = re.compile(rule.pattern)
    known = {*groups.groupindex, *map(str, range(groups.groups + 1))}
    for template in filter(None, (rule.key, rule.section)):
        for name in set(re.findall(r"\{(\w+)\}", template)) - known:
            raise ConfigError(f"{path}: [[site.article]]: «{template}»: the pattern has no group «{name}»")
    return rule


def _one_table(keys: Mapping[str, Converter], table: dict[str, Any], name: str, path: Path) -> dict[str, Any]:
    """Take a table that there is once out of the file, and return its values."""
    entry = table.pop(name, {})
    if not isinstance(entry, dict):
        raise ConfigError(f"{path}: write {name} under [{name}], with one bracket")
    return _values(keys, entry, path)


def _counter_files(table: dict[str, Any], path: Path) -> tuple[CounterFile, ...]:
    return tuple(_counter_file(entry, path) for entry in _tables(table, "counter", path))


def _counter_file(entry: dict[str, Any], path: Path) -> CounterFile:
    values = _values(COUNTER_KEYS, entry, path)
    try:
        return counter_file(values)
    except UsageError as error:
        raise ConfigError(f"{path}: [[counter]]: {error}") from error


def counter_file(given: Mapping[str, Any], spell: Callable[[str], str] = str) -> CounterFile:
    """Return the counter file of the keys that are given, by the names of COUNTER_KEYS.

    Raise UsageError where one excludes another; `spell` is how a key is written where it was given.
    """
    for key, others in EXCLUDED_BY.items():
        for other in others:
            if key in given and other in given:
                raise UsageError(f"{spell(key)} and {spell(other)}: write one or the other")
    if "into" in given:
        return CounterFile(given["into"], into_html=True)
    if "file" not in given:
        raise UsageError(f"write {spell('file')} or {spell('into')}")
    return CounterFile(given["file"], **{"format": box.format_of(given["file"]), **_without(given, "file")})


def _without(table: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != name}


def _refuse_shared(files: Sequence[CounterFile], path: Path) -> None:
    """Refuse a file that two would replace; an HTML file may take the figures of several sites."""
    for place, file in enumerate(files):
        others = [other for other in files[:place] if other.path == file.path]
        if any(not (file.into_html and other.into_html) for other in others):
            raise ConfigError(f"{path}: {file.path} is there twice; give each [[counter]] a file of its own")


def _tables(table: dict[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    """Take the tables of one name out of the table that they stand in."""
    tables = table.pop(key, [])
    if not isinstance(tables, list) or not all(isinstance(entry, dict) for entry in tables):
        raise ConfigError(f"{path}: write each {key} under [[{key}]], with two brackets")
    return tables


def _values(keys: Mapping[str, Converter], table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    return {key: _read(keys, key, value, path) for key, value in table.items()}


def _read(keys: Mapping[str, Converter], key: str, value: Any, path: Path) -> Any:
    if key not in keys:
        tables = TABLES_BESIDE[keys is SITE_KEYS] if keys in (KEYS, SITE_KEYS) else ""
        raise ConfigError(f"{path}: no setting «{key}»; there are {', '.join(sorted(keys))}{tables}")
    try:
        told = keys[key](value)
        return PLACED[key](told, path.parent) if key in PLACED else told
    except (ValueError, TypeError, RuntimeError, UsageError) as error:
        raise ConfigError(f"{path}: {key} = {value!r}: {error}") from error


def _logs(value: Any) -> tuple[HostLogs, ...]:
    if not isinstance(value, dict):
        return (HostLogs(converters.texts(value)),)
    if any(isinstance(logs, dict) for logs in value.values()):
        raise ValueError('write a host\'s name with dots in quotes: logs."web1.example" = […]')
    return tuple(HostLogs(converters.texts(logs), host) for host, logs in value.items())


def _beside(path: str, folder: Path) -> Path:
    """Return where a path of the file leads, from any folder that the program is run in."""
    return folder / Path(path).expanduser()


def _logs_beside(logs: tuple[HostLogs, ...], folder: Path) -> tuple[HostLogs, ...]:
    absolute = folder.absolute()
    return tuple(
        one._replace(names=tuple(str(_beside(name, absolute)) for name in one.names)) for one in logs
    )


KEYS: dict[str, Converter] = {
    "database": converters.text,
    "at": converters.instant,  # the instant reports are for, to replay a log; now where it is left out
    "assets": converters.patterns,  # whole paths that are no pages, beside the built-in list
    "keep_hits": converters.days,  # what `prune` leaves of the raw hits
    "logs": _logs,  # of several sites, where each line names its own
    "trusted_proxies": converters.networks,  # whose word is taken on whom they ask for, for sites that name none
}
SITE_KEYS: dict[str, Converter] = {
    "name": converters.text,
    "timezone": converters.zone,
    "week_start": converters.choice("monday", "sunday"),
    "visit_gap": converters.span,
    "online_window": converters.span,
    "logs": _logs,
    "format": converters.text,
    "internal": converters.networks,
    "trusted_proxies": converters.networks,
    "privacy": converters.choice("full", "truncate", "hash"),  # what is kept of an address
    "hash_key": converters.choice("daily", "monthly"),  # how often the key of its hash turns
    "baseline": converters.count,
    "baseline_on": converters.day,
    "hosts": converters.texts,  # further names of its host
    "fold_case": converters.flag,  # its server takes capitals for small letters, as IIS does
    "rules": converters.one_or_more(*PORTALS),  # ready rules for what is one article
    "aliases": converters.pairs,  # an address, and the one that it is another name of
}
ARTICLE_KEYS: dict[str, Converter] = {
    "pattern": converters.pattern,
    "key": converters.text,
    "section": converters.text,
}
SITE_FIELDS = {
    # key: the field of Site where it is called otherwise
    "visit_gap": "visit_gap_s",
    "online_window": "online_window_s",
    "format": "log_format",
}
BOT_KEYS: dict[str, Converter] = {
    "add": converters.patterns,  # agents that are bots all the same
    "except": converters.patterns,  # agents that are persons all the same
}
SUSPECT_KEYS: dict[str, Converter] = {
    "leave_out": converters.flag,  # of reports and of `counters`; counter files count everybody
}
BOT_FIELDS = {"add": "added", "except": "excepted"}
COUNTER_KEYS: dict[str, Converter] = {
    "file": converters.text,
    "format": converters.choice(*box.FILE_FORMATS),
    "lang": converters.choice(*box.LABELS),
    "template": converters.text,
    "into": converters.text,
}
TABLES_BESIDE = (
    " and the tables [[counter]], [bots], [suspects]",
    " and the tables [[counter]], [[article]]",
)
EXCLUDED_BY: dict[str, tuple[str, ...]] = {
    # key of a counter file: the keys that can't be given beside it
    "into": ("file", "template", "format", "lang"),
    "template": ("format", "lang"),
}
PLACED: dict[str, Callable[[Any, Path], Any]] = {
    # key: how what it says is found from the folder of the file
    "database": _beside,
    "logs": _logs_beside,
    "file": _beside,
    "template": _beside,
    "into": _beside,
}
