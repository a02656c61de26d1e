"""Read logstats.toml into `Settings`.

An option takes precedence over an environment variable, and a variable over the file.
"""

import contextlib
import os
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from logstats.clock import valid_zone
from logstats.config.article_presets import ArticleRule
from logstats.config.converters import Row, WrongKindError, settings_of
from logstats.config.settings import COUNTER_WAYS, Bots, CounterFile, CounterTable, Settings, Site, Suspects
from logstats.errors import ConfigError, UsageError
from logstats.render import box

CONFIG_NAME = "logstats.toml"
LONGEST_HASHED_GAP_S = 43_200  # so that a visit spans at most one rotation from a page view to the next
TABLES_IN = {
    # a table: the end of the message on an unknown key, which names the tables in it
    Settings: "; or the tables [[site]], [[counter]], [bots], [suspects]",
    Site: "; or the tables [[site.article]], [[site.counter]]",
}


def load(path: Path | None) -> Settings:
    """Return the settings of a file (None: logstats.toml in the working directory, if it exists)."""
    default_path = Path(CONFIG_NAME)
    unlisted = Site(timezone=system_timezone())
    if path is None and not default_path.is_file():
        return Settings(unlisted=unlisted)
    return _settings(_parse(path or default_path), unlisted, path or default_path)


def database_path(settings: Settings) -> Path:
    """Return the path of the store that the settings give, for a command without --db."""
    if settings.database:
        return settings.database
    try:
        data = os.environ.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    except RuntimeError as error:
        raise UsageError("no store is named; use --db FILE, or set database in logstats.toml") from error
    return Path(data) / "logstats" / "logstats.duckdb"


def system_timezone() -> str:
    """Return the time zone of this machine, UTC where it can't be determined."""
    variable = os.environ.get("TZ", "").lstrip(":")
    link, debian = str(Path("/etc/localtime").resolve()), ""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        debian = Path("/etc/timezone").read_text(encoding="utf-8").strip()
    for name in filter(None, (variable, link.partition("zoneinfo/")[2], debian)):
        with contextlib.suppress(UsageError):
            return valid_zone(name)
    return "UTC"


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"can't be read: {error.strerror}", path=path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not valid TOML: {error}", path=path) from error


def _settings(table: dict[str, Any], unlisted: Site, path: Path) -> Settings:
    sites = tuple(_site(entry, unlisted, path) for entry in _tables(table, "site", path))
    _refuse_duplicates(sites, path)
    counters = _counter_files(table, "counter", path)
    _refuse_shared([*counters, *(file for site in sites for file in site.counters)], path)
    return Settings(
        path=path,
        sites=sites,
        counters=counters,
        unlisted=unlisted,
        bots=Bots(**_values(Bots, _one_table(table, "bots", path), path)),
        suspects=Suspects(**_values(Suspects, _one_table(table, "suspects", path), path)),
        **_values(Settings, table, path),
    )


def _refuse_duplicates(sites: Iterable[Site], path: Path) -> None:
    for name, times in Counter(site.name for site in sites).items():
        if times > 1:
            often = "twice" if times == 2 else f"{times} times"  # noqa: PLR2004 - there is a word for 2
            raise ConfigError(f"site '{name}' is defined {often}", path=path, key="name")


def _site(entry: dict[str, Any], unlisted: Site, path: Path) -> Site:
    if "name" not in entry:
        raise ConfigError("[[site]]: name is missing; give each site a name", path=path, key="name")
    counters = _counter_files(entry, "site.counter", path)
    articles = tuple(_article(rule, path) for rule in _tables(entry, "site.article", path))
    site = unlisted._replace(**_values(Site, entry, path), counters=counters, articles=articles)
    _check_spans(site, path)
    return site


def _check_spans(site: Site, path: Path) -> None:
    if site.online_window_s > site.visit_gap_s:  # else a visitor could be online in two visits at once
        raise ConfigError(
            f"online_window of '{site.name}' is longer than its visit_gap; make it at most as long",
            path=path,
            key="online_window",
        )
    if site.is_hashed and site.visit_gap_s > LONGEST_HASHED_GAP_S:
        raise ConfigError(
            f"visit_gap of '{site.name}' is longer than 12h; with privacy = \"hash\" make it 12h at most",
            path=path,
            key="visit_gap",
        )


def _article(entry: dict[str, Any], path: Path) -> ArticleRule:
    values = _values(ArticleRule, entry, path)
    if "pattern" not in values:
        raise ConfigError(
            "[[site.article]]: pattern is missing; give each rule one", path=path, key="pattern"
        )
    rule = ArticleRule(**values)
    groups = re.compile(rule.pattern)
    known = {*groups.groupindex, *map(str, range(groups.groups + 1))}
    for key, template in (("key", rule.key), ("section", rule.section)):
        for name in sorted(set(re.findall(r"\{(\w+)\}", template or "")) - known):
            problem = (
                f"[[site.article]]: {key}: the pattern has no group '{name}'; add it or leave out {{{name}}}"
            )
            raise ConfigError(problem, path=path, key=key)
    return rule


def _counter_files(table: dict[str, Any], name: str, path: Path) -> tuple[CounterFile, ...]:
    return tuple(_counter_file(entry, name, path) for entry in _tables(table, name, path))


def _counter_file(entry: dict[str, Any], name: str, path: Path) -> CounterFile:
    try:
        return counter_file(_values(CounterTable, entry, path))
    except UsageError as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"[[{name}]]: {error}", path=path, key=name) from error


def counter_file(values: Mapping[str, Any], spell: Callable[[str], str] = str) -> CounterFile:
    """Return the counter file of the keys of a [[counter]]; `spell` returns a key as the user wrote it.

    Raise UsageError where the keys are not those of one of COUNTER_WAYS.
    """
    if not any(set(way.required) <= values.keys() <= set(way.keys) for way in COUNTER_WAYS):
        ways = "; or ".join(" and ".join(map(spell, way.keys)) for way in COUNTER_WAYS)
        together = f"{' and '.join(map(spell, values))} can't be combined"
        missing = f"neither {spell('file')} nor {spell('into')} is given"
        raise UsageError(f"{together if {'file', 'into'} & values.keys() else missing}; use {ways}")
    if "into" in values:
        return CounterFile(values["into"], has_markers=True)
    options = {key: value for key, value in values.items() if key != "file"}
    return CounterFile(values["file"], **{"format": box.format_of(values["file"]), **options})


def _refuse_shared(files: Sequence[CounterFile], path: Path) -> None:
    """Raise ConfigError where two counter files replace one file; several sites may fill markers in one."""
    for index, file in enumerate(files):
        others = [other for other in files[:index] if other.path == file.path]
        if any(not (file.has_markers and other.has_markers) for other in others):
            problem = f"{file.path} is written by two counters; give each its own file"
            raise ConfigError(f"[[counter]]: {problem}", path=path, key="counter")


def _one_table(table: dict[str, Any], name: str, path: Path) -> dict[str, Any]:
    """Remove and return a table that the file has at most once."""
    entry = table.pop(name, {})
    if not isinstance(entry, dict):
        raise ConfigError(f"{name} must be a table; write [{name}], with one bracket", path=path, key=name)
    return entry


def _tables(table: dict[str, Any], name: str, path: Path) -> list[dict[str, Any]]:
    """Remove and return the tables of one name (as in the file: site.article) from the table above them."""
    entries = table.pop(name.rpartition(".")[2], [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        problem = f"{name} must be a list of tables; write [[{name}]], with two brackets"
        raise ConfigError(problem, path=path, key=name)
    return entries


def _values(fields: type, table: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the converted values of a table by the names of their fields."""
    rows = settings_of(fields)
    values = {}
    for key, value in table.items():
        if key not in rows:
            keys = f"use one of {', '.join(sorted(rows))}{TABLES_IN.get(fields, '')}"
            raise ConfigError(f"{key}: unknown setting; {keys}", path=path, key=key)
        values[rows[key].field] = _value(rows[key], key, value, path)
    return values


def _value(row: Row, key: str, value: Any, path: Path) -> Any:
    converter = row.setting.converter
    try:
        converted = converter.convert(value)
        return converter.locate(converted, path.parent) if converter.locate else converted
    except WrongKindError:
        problem = f"{key} must be {converter.kind}, not {_in_message(value)}"
        raise ConfigError(problem, path=path, key=key) from None
    except (ValueError, RuntimeError) as error:  # RuntimeError: the home directory of ~NAME is unknown
        raise ConfigError(f"{key}: {error}", path=path, key=key) from error


def _in_message(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else repr(value)
