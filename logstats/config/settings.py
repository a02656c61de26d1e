"""The settings: each key of logstats.toml is one row, a field of a NamedTuple annotated with its `Setting`.

A row has the field's name, type and default, and the key's converter, documentation and example. The parser
(loader.py), docs/settings.md, README's example and the file of `logstats init` (documents.py) are derived
from the rows. Fields without a `Setting` hold other tables of the file.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

from logstats.clock import valid_zone
from logstats.config import converters
from logstats.config.article_presets import PORTALS, ArticleRule
from logstats.config.converters import (
    IMMEDIATE,
    NEW_LINES,
    NEXT_UPDATE,
    REBUILD,
    REBUILD_ALL,
    Converter,
    Setting,
)
from logstats.config.hosts import spelled, spellings
from logstats.config.written_files import CounterFile, DayNote, ListFile, PageFile, ViewsFile
from logstats.errors import ConfigError
from logstats.model import OBJECT_SCHEMES

# Of a key: the names of the tables around it, the number of each [[table]], itself.
Where = tuple[str | int, ...]
DEFAULT_SITE = "default"
LOOPBACK = ("127.0.0.0/8", "::1/128")


class MachineLogs(NamedTuple):
    """The logs of one machine: files, folders and patterns; without a name where there is only one."""

    paths: tuple[str, ...]
    machine: str = ""


def _machine_logs(value: Any) -> tuple[MachineLogs, ...]:
    if not isinstance(value, dict):
        return (MachineLogs(_names(value)),)
    if any(isinstance(logs, dict) for logs in value.values()):
        raise ValueError('the name of a machine has dots; put it in quotes: logs."web1.example" = […]')
    return tuple(MachineLogs(_names(logs), machine) for machine, logs in value.items())


def _names(value: Any) -> tuple[str, ...]:
    """Return the names of logs; a URL with a credential in it is refused without being shown."""
    names: tuple[str, ...] = converters.TEXTS.convert(value)
    if urls := [name for name in names if name.startswith(OBJECT_SCHEMES)]:
        from logstats.object_urls import REFUSAL, has_secret  # noqa: PLC0415 - only where there is a URL

        if any(map(has_secret, urls)):
            raise ValueError(f"a URL {REFUSAL}")
    return names


def _absolute(logs: tuple[MachineLogs, ...], folder: Path) -> tuple[MachineLogs, ...]:
    """Make paths absolute, so that runs in other working directories read the same logs."""
    base = folder.absolute()
    return tuple(MachineLogs(tuple(_located(path, base) for path in one.paths), one.machine) for one in logs)


def _located(path: str, base: Path) -> str:
    return path if path.startswith(OBJECT_SCHEMES) else str(converters.in_folder(path, base))


LOGS = Converter("a list of strings in brackets", _machine_logs, locate=_absolute)


class Site(NamedTuple):
    """The settings of one site. Those of `stored_columns` are stored with it in the store."""

    name: Annotated[
        str,
        Setting(
            converters.TEXT,
            "The site's name in reports. Use the name of its virtual host.",
            "Run `logstats rename OLD NEW`. Until then logs of the old site are not read for the new one.",
            example='"batxat.laocai.gov.vn"',
            default="none; the key is required",
        ),
    ] = DEFAULT_SITE
    timezone: Annotated[
        str,
        Setting(
            converters.ZONE,
            "The time zone in which its days begin.",
            REBUILD_ALL,
            example='"Asia/Ho_Chi_Minh"',
            default="the time zone of the system",
        ),
    ] = "UTC"
    logs: Annotated[
        tuple[MachineLogs, ...],
        Setting(
            LOGS,
            "Its logs: files, folders and patterns. Include the rotated logs and archives in the "
            "pattern; content that was read once is recognised under any name. Where several machines serve "
            "the site, list the logs of each under its name. A URL such as s3://bucket/logs/ names logs in "
            "[object storage](logs.md#object-storage).",
            NEXT_UPDATE,
            example='["access.log*"]',
            alternative='logs.web1 = ["/srv/logs/web1/access.log*"]\n'
            'logs.web2 = ["/srv/logs/web2/access.log*"]',
            default="none",
        ),
    ] = ()
    log_format: Annotated[
        str,
        Setting(
            converters.TEXT,
            'The log format: a name, or the server\'s LogFormat. With "auto" the format is detected from the '
            "lines; `logstats formats` lists the names.",
            NEW_LINES,
            key="format",
            example='"combined"',
        ),
    ] = "auto"
    hosts: Annotated[
        tuple[str, ...],
        Setting(
            converters.TEXTS,
            "More names of its virtual host, for logs whose lines contain the host.",
            NEW_LINES,
            example='["www.batxat.laocai.gov.vn"]',
        ),
    ] = ()
    url: Annotated[
        str,
        Setting(
            converters.ORIGIN,
            "Where its pages are: the scheme and the host that links to articles begin with.",
            NEXT_UPDATE,
            example='"https://batxat.laocai.gov.vn"',
            default="`https://` and the name of the site",
        ),
    ] = ""
    titles: Annotated[
        tuple[str, ...],
        Setting(
            converters.PATHS,
            "Files with the titles of its articles: news sitemaps, feeds, CSV. `logstats update` reads each "
            "that has changed.",
            NEXT_UPDATE,
            example='["/var/www/html/rss.xml"]',
        ),
    ] = ()
    internal: Annotated[
        tuple[str, ...],
        Setting(
            converters.NETWORKS,
            "Networks that are not visitors: this machine, the office. Add the network in which the pages "
            'are edited, such as "203.0.113.16/28". A list replaces the default, so keep this machine in it.',
            REBUILD,
            example='["127.0.0.0/8", "::1/128", "203.0.113.16/28"]',
        ),
    ] = LOOPBACK
    trusted_proxies: Annotated[
        tuple[str, ...],
        Setting(
            converters.NETWORKS,
            "Proxies whose X-Forwarded-For names the client.",
            NEW_LINES,
            example='["10.0.0.0/8"]',
            default="the `trusted_proxies` above the sites",
            rare=True,
        ),
    ] = ()
    privacy: Annotated[
        str,
        Setting(
            converters.choice("full", "truncate", "hash"),
            "How much of a client's IP is stored. full: all of it. truncate: only its network "
            "(192.0.2.0, 2001:db8:1::). hash: a pseudonym, whose key is rotated and then deleted; "
            "`visit_gap` is then 12h at most.",
            NEW_LINES,
        ),
    ] = "full"
    hash_key: Annotated[
        str,
        Setting(
            converters.choice("daily", "monthly"),
            'How often the key of the pseudonyms is rotated. It has a meaning only with `privacy = "hash"`.',
            NEW_LINES,
        ),
    ] = "daily"
    baseline: Annotated[
        int | None,
        Setting(
            converters.COUNT,
            "What the old counter said. The all-time figure continues from there.",
            NEXT_UPDATE,
            example="1594322",
            default="none",
        ),
    ] = None
    baseline_on: Annotated[
        date,
        Setting(
            converters.DAY,
            "The day before which the old counter counted. Visits from this day on are added to `baseline`.",
            NEXT_UPDATE,
            example="2026-11-01",
            default="none; all visits in the store are added to `baseline`",
        ),
    ] = date.min
    week_start: Annotated[
        str,
        Setting(
            converters.choice("monday", "sunday"), "The first day of the week: monday or sunday.", REBUILD
        ),
    ] = "monday"
    visit_gap_s: Annotated[
        int,
        Setting(
            converters.SPAN, "A visit ends after this long without a page view.", REBUILD_ALL, key="visit_gap"
        ),
    ] = 1800
    online_window_s: Annotated[
        int,
        Setting(
            converters.SPAN,
            "A visitor is online this long after a page view. It is at most `visit_gap`.",
            REBUILD,
            key="online_window",
        ),
    ] = 600
    rules: Annotated[
        tuple[str, ...],
        Setting(
            converters.one_or_more(*PORTALS),
            "Ready rules for articles, by portal software. One or several of "
            f"{', '.join(PORTALS)}. `logstats explain URL` shows the article of a URL.",
            REBUILD,
            example='"laocai"',
        ),
    ] = ()
    fold_case: Annotated[
        bool,
        Setting(
            converters.FLAG,
            "Whether URLs that differ only in case are the same page. Servers like IIS ignore case.",
            REBUILD,
        ),
    ] = False
    aliases: Annotated[
        tuple[tuple[str, str], ...],
        Setting(
            converters.PAIRS,
            "URLs that are other names of a URL.",
            REBUILD,
            example='{"/trang-chu" = "/"}',
            default="none",
        ),
    ] = ()
    articles: tuple[ArticleRule, ...] = ()
    counters: tuple[CounterFile, ...] = ()
    lists: tuple[ListFile, ...] = ()
    pages: tuple[PageFile, ...] = ()
    article_views: tuple[ViewsFile, ...] = ()
    notes: tuple[DayNote, ...] = ()

    @property
    def is_hashed(self) -> bool:
        """Whether the store has only pseudonyms of client IPs."""
        return self.privacy == "hash"

    def stored_columns(self) -> dict[str, Any]:
        """Return the settings that are stored with a site, by the names of the store's columns."""
        columns = ("name", "timezone", "week_start", "visit_gap_s", "online_window_s")
        return {name: getattr(self, name) for name in columns} | {"article_rules": self.article_rules()}

    def own_hosts(self) -> tuple[str, ...]:
        """Return the spellings of the site's name and of its hosts."""
        return tuple(spelling for host in (self.name, *self.hosts) for spelling in spellings(host))

    def origin(self) -> str:
        """Return the scheme and the host that links to its pages begin with."""
        return self.url or f"https://{self.name}"

    def all_rules(self) -> tuple[ArticleRule, ...]:
        """Return the article rules in the order in which they are tried: the site's own, then the presets."""
        return (*self.articles, *(rule for name in self.rules for rule in PORTALS[name].rules))

    def folds_case(self) -> bool:
        """Whether URLs that differ only in case are the same."""
        return self.fold_case or any(PORTALS[name].fold_case for name in self.rules)

    def article_rules(self) -> str:
        """Return the article rules as JSON, to detect changes; '' without rules."""
        rules = [[rule.pattern, rule.key, rule.section] for rule in self.all_rules()]
        return json.dumps([rules, self.aliases, self.folds_case()], ensure_ascii=False) if rules else ""


class Bots(NamedTuple):
    """Patterns that classify user agents before the built-in rules and the bot list do."""

    added: Annotated[
        tuple[str, ...],
        Setting(
            converters.PATTERNS,
            "More user agents that are bots. Regular expressions (RE2), searched in the user agent.",
            REBUILD,
            key="add",
            example='["OurMonitor/"]',
        ),
    ] = ()
    excepted: Annotated[
        tuple[str, ...],
        Setting(
            converters.PATTERNS,
            "User agents of people; they take precedence over the rules. Regular expressions (RE2), searched "
            "in the user agent.",
            REBUILD,
            key="except",
            example='["OurKiosk"]',
        ),
    ] = ()


class Suspects(NamedTuple):
    """How reports treat the visitors that `logstats suspects` lists."""

    leave_out: Annotated[
        bool,
        Setting(
            converters.FLAG,
            "Leave them out of reports; --with-suspects counts them again. Counter files count everybody.",
            IMMEDIATE,
        ),
    ] = False


class Geo(NamedTuple):
    """Where `logstats countries` finds the countries of IP addresses."""

    database: Annotated[
        Path | None,
        Setting(
            converters.PATH,
            "For `countries`: a database of countries in MaxMind's format. It needs "
            "`pip install 'logstats[geo]'`.",
            IMMEDIATE,
            default="none: `countries` says that it needs one",
            example='"GeoLite2-Country.mmdb"',
            rare=True,
        ),
    ] = None


NO_GEO = Geo()
NO_BOTS = Bots()
NO_SUSPECTS = Suspects()


class Settings(NamedTuple):
    """The settings of the file at `path`. `unlisted` has those of new sites that the file does not list.

    The lines of `logs` name their sites, and `counters` show all sites. `kept` are the settings of sites that
    the file does not list, as the store keeps them, and `kept_only` is the site to which lines without a host
    belong by them; `kept_as` has what the store keeps of each. `is_kept_list`: the kept sites were listed, so
    that hosts of lines do not become sites. `typed_zone` is the time zone of the command
    line.
    """

    path: Path | None = None
    database: Annotated[
        Path | None,
        Setting(
            converters.PATH,
            "The store: one file with all data. Its path is relative to this file.",
            "To keep the figures, move the store to the new path first.",
            example='"portal.duckdb"',
            default="`$XDG_DATA_HOME/logstats/logstats.duckdb` (without it, below `~/.local/share`)",
        ),
    ] = None
    at: Annotated[
        str | None,
        Setting(
            converters.INSTANT,
            'Report as of this time, to try old logs. A date or time, "now", or "last" (the newest log '
            "line).",
            IMMEDIATE,
            example='"2026-11-21T10:00"',
            default="now",
            rare=True,
        ),
    ] = None
    assets: Annotated[
        tuple[str, ...],
        Setting(
            converters.PATTERNS,
            "More paths that are not pages. Regular expressions (RE2) that match whole paths. Images, "
            "styles, scripts, fonts and feeds are assets already.",
            REBUILD,
            example='["/api/.*", "/health"]',
        ),
    ] = ()
    keep_hits: Annotated[
        int,
        Setting(
            converters.DAYS,
            "Days of raw hits that `logstats prune` keeps. Figures stay.",
            "The next `logstats prune` applies it.",
        ),
    ] = 400
    group_access: Annotated[
        bool,
        Setting(
            converters.FLAG,
            "Let the group of a new store read and write it, as far as the umask allows. Without it a new "
            "store and its lock files are for their owner alone: they hold client addresses.",
            "Nothing; it applies to a store that is created afterwards. `chmod` changes an existing one.",
            rare=True,
        ),
    ] = False
    logs: Annotated[
        tuple[MachineLogs, ...],
        Setting(
            LOGS,
            "Logs of several sites, whose lines name the site. Each line begins with its virtual host, as in "
            "Apache's vhost_combined.",
            NEXT_UPDATE,
            example='["/var/log/apache2/other_vhosts_access.log*"]',
            default="none",
            rare=True,
        ),
    ] = ()
    new_sites: Annotated[
        bool,
        Setting(
            converters.FLAG,
            "Whether hosts that logs name, and that no [[site]] has, become sites of their own; otherwise "
            "their lines are rejects. Without any [[site]] each host becomes a site.",
            NEW_LINES,
            rare=True,
        ),
    ] = False
    trusted_proxies: Annotated[
        tuple[str, ...],
        Setting(
            converters.NETWORKS,
            "For sites without `trusted_proxies` of their own. Proxies and load balancers whose "
            "X-Forwarded-For names the client.",
            NEW_LINES,
            example='["10.0.0.0/8"]',
            rare=True,
        ),
    ] = ()
    counters: tuple[CounterFile, ...] = ()
    sites: tuple[Site, ...] = ()
    unlisted: Site = Site()
    bots: Bots = NO_BOTS
    suspects: Suspects = NO_SUSPECTS
    geo: Geo = NO_GEO
    kept: tuple[Site, ...] = ()
    kept_as: Mapping[str, tuple[str, str]] = MappingProxyType({})
    kept_only: str | None = None
    is_kept_list: bool = False
    typed_zone: str | None = None

    @property
    def leaves_out_suspects(self) -> bool:
        """Whether reports leave out suspects unless an option says otherwise."""
        return self.suspects.leave_out

    def patterns(self) -> Iterator[tuple[Where, str]]:
        """Yield the place in the file and the pattern (RE2) of each regular expression."""
        yield from ((("assets",), pattern) for pattern in self.assets)
        yield from ((("bots", "add"), pattern) for pattern in self.bots.added)
        yield from ((("bots", "except"), pattern) for pattern in self.bots.excepted)
        for number, site in enumerate(self.sites):
            for index, rule in enumerate(site.articles):
                yield ("site", number, "article", index, "pattern"), rule.pattern

    def zones(self) -> dict[str, Where]:
        """Return the time zones that the file names, each with the first place that does."""
        places = ((site.timezone, ("site", number, "timezone")) for number, site in enumerate(self.sites))
        return {zone: where for zone, where in reversed([*places]) if zone != self.unlisted.timezone}

    def line_of(self, where: Where) -> int | None:
        """Return the line of a key or table in the file, None where it is not there any more."""
        from logstats.config import positions  # noqa: PLC0415 - only for an error

        return positions.line_of(self.path, where) if self.path else None

    def error(self, message: str, where: Where) -> ConfigError:
        """Return the error for the setting at a place in the file, with its line."""
        key = ".".join(str(name) for name in where if isinstance(name, str))
        line = self.line_of(where)
        return ConfigError(f"{key}: {message}", path=self.path, key=str(where[-1]), line=line)

    def all_logs(self) -> tuple[MachineLogs, ...]:
        """Return the logs of each machine, of all sites."""
        return (*(logs for site in self.sites for logs in site.logs), *self.logs)

    def keeps_pseudonyms(self) -> bool:
        """Whether any site stores pseudonyms instead of client IPs."""
        return any(site.is_hashed for site in (*self.sites, *self.kept, self.unlisted))

    def site_names(self) -> dict[str, str]:
        """Return the names of sites by the spellings of their names and of `hosts`."""
        sites = (*self.kept, *self.sites)
        own = [(site.name, site.name) for site in sites]
        more = [(host, site.name) for site in sites for host in site.hosts]
        return {spelling: name for host, name in (*own, *more) for spelling in spellings(host)}

    def listed_name(self, name: str) -> str:
        """Return the name of the site that is listed by this name or host, else the name itself."""
        if any(site.name == name for site in (*self.sites, *self.kept)):
            return name
        return self.site_names().get(spelled(name), name)

    def is_listed(self, name: str) -> bool:
        """Whether the file lists a site of that name."""
        return any(site.name == name for site in self.sites)

    def only_site(self) -> str | None:
        """Return the site of lines that name no host, if the settings have only one."""
        return self.sites[0].name if len(self.sites) == 1 else None if self.sites else self.kept_only

    def proxies(self, name: str) -> tuple[str, ...]:
        """Return the trusted proxies of a site."""
        of_site = self.site(name).trusted_proxies
        is_kept = not self.is_listed(name) and any(site.name == name for site in self.kept)
        return of_site if is_kept else of_site or self.trusted_proxies

    def in_zone(self, timezone: str | None) -> "Settings":
        """Return the settings with every site in a time zone (None: each in its own)."""
        if timezone is None:
            return self
        name = valid_zone(timezone)
        sites = tuple(site._replace(timezone=name) for site in self.sites)
        unlisted = self.unlisted._replace(timezone=name)
        return self._replace(sites=sites, unlisted=unlisted, typed_zone=name)

    def site(self, name: str) -> Site:
        """Return the settings of the site of that name."""
        named = (site for site in (*self.sites, *self.kept) if site.name == name)
        return next(named, self.unlisted._replace(name=name))
