"""Read logstats.toml into `Settings`.

An option takes precedence over an environment variable, and a variable over the file.
"""

import os
import re
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from logstats import similar, small_file
from logstats.config import inputs, patterns
from logstats.config.article_presets import ArticleRule
from logstats.config.converters import Row, WrongKindError, settings_of
from logstats.config.machine_zone import system_timezone
from logstats.config.settings import Bots, Geo, Settings, Site, Suspects, Where
from logstats.config.written_files import (
    COUNTER_WAYS,
    CounterFile,
    CounterTable,
    DayNote,
    ListFile,
    PageFile,
    ViewsFile,
)
from logstats.errors import ConfigError, UsageError
from logstats.printable import escaped
from logstats.render import box, embeds

CONFIG_NAME = "logstats.toml"
LONGEST_HASHED_GAP_S = 43_200  # so that a visit spans at most one rotation from a page view to the next


def load(path: Path | None) -> Settings:
    """Return the settings of a file (None: logstats.toml in the working directory, if it exists)."""
    default_path = Path(CONFIG_NAME)
    unlisted = Site(timezone=system_timezone())
    if path is None and not default_path.is_file():
        return Settings(unlisted=unlisted)
    table, position = _parse(path or default_path)
    return _settings(table, unlisted, position)


def database_path(settings: Settings) -> Path:
    """Return the path of the store that the settings give, for a command without --db."""
    if settings.database:
        return settings.database
    try:
        data = os.environ.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    except RuntimeError as error:
        raise UsageError("no store is named; use --db FILE, or set database in logstats.toml") from error
    return Path(data) / "logstats" / "logstats.duckdb"


class _Position(NamedTuple):
    """A table of the file at `path`: its keys from the top of the file on, for messages."""

    path: Path
    text: str
    where: Where = ()

    def at(self, *keys: str | int) -> "_Position":
        """Return the position of a table in this one."""
        return self._replace(where=(*self.where, *keys))

    def error(self, message: str, key: str, *at: str) -> ConfigError:
        """Return the error for a setting, with the line of the first of the keys `at` (none: of `key`)."""
        from logstats.config import positions  # noqa: PLC0415 - only for an error

        line = positions.nearest(self.text, *((*self.where, each) for each in at or (key,)))
        return ConfigError(escaped(message), path=self.path, key=key, line=line)


def _parse(path: Path) -> tuple[dict[str, Any], _Position]:
    content = b""
    try:
        small_file.require(path)
        content = path.read_bytes()
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        return tomllib.loads(text), _Position(path, text)
    except UsageError as error:
        raise ConfigError(error.message, path=path) from error
    except OSError as error:
        raise ConfigError(f"can't be read: {error.strerror}", path=path) from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"is not valid TOML: it is not UTF-8 ({error.reason}); save the file as UTF-8"
        raise ConfigError(problem, path=path, line=line) from error
    except tomllib.TOMLDecodeError as error:
        from logstats.config import positions  # noqa: PLC0415 - only for an error

        problem, line = positions.syntax(text, error)
        raise ConfigError(f"is not valid TOML: {problem}", path=path, line=line) from error
    except ValueError as error:  # Python reads no longer numbers, and knows no place
        raise ConfigError(
            f"is not valid TOML: a number has over {sys.get_int_max_str_digits():,} digits; correct it",
            path=path,
            line=_line_of_longest_number(text),
        ) from error
    except RecursionError as error:
        raise ConfigError("is not valid TOML: its brackets are nested too deep", path=path) from error


def _line_of_longest_number(text: str) -> int:
    numbers = re.finditer(r"[0-9_]+", text)
    longest = max(numbers, key=lambda number: number.end() - number.start())
    return text.count("\n", 0, longest.start()) + 1


def _settings(table: dict[str, Any], unlisted: Site, position: _Position) -> Settings:
    sites = tuple(
        _site(entry, unlisted, position.at("site", number))
        for number, entry in enumerate(_tables(table, "site", position))
    )
    _refuse_duplicates(sites, position)
    counters = _counter_files(table, "counter", position)
    of_all = [
        _Written(file.path, file.has_markers, "counter", position.at("counter", index))
        for index, file in enumerate(counters)
    ]
    of_sites = [
        written
        for number, site in enumerate(sites)
        for written in _written_for(site, position.at("site", number))
    ]
    _refuse_shared([*of_all, *of_sites])
    settings = Settings(
        path=position.path,
        sites=sites,
        counters=counters,
        unlisted=unlisted,
        bots=Bots(**_values(Bots, _one_table(table, "bots", position), position.at("bots"))),
        suspects=Suspects(
            **_values(Suspects, _one_table(table, "suspects", position), position.at("suspects"))
        ),
        geo=Geo(**_values(Geo, _one_table(table, "geo", position), position.at("geo"))),
        **_values(Settings, table, position),
    )
    _refuse_inputs([*of_all, *of_sites], settings)
    return settings


def _refuse_duplicates(sites: Sequence[Site], position: _Position) -> None:
    names = [site.name for site in sites]
    for number, name in enumerate(names):
        times = names.count(name)
        if name in names[:number]:
            often = "twice" if times == 2 else f"{times} times"  # noqa: PLR2004 - there is a word for 2
            problem = f"site '{name}' is defined {often}; give each site a name of its own"
            raise position.at("site", number).error(problem, "name")


def _site(entry: dict[str, Any], unlisted: Site, position: _Position) -> Site:
    counters = _counter_files(entry, "site.counter", position)
    articles = tuple(
        _article(rule, position.at("article", number))
        for number, rule in enumerate(_tables(entry, "site.article", position))
    )
    lists = tuple(
        _list_file(table, position.at("list", number))
        for number, table in enumerate(_tables(entry, "site.list", position))
    )
    article_views = tuple(
        ViewsFile(**_with_file(ViewsFile, table, "site.article_views", position.at("article_views", number)))
        for number, table in enumerate(_tables(entry, "site.article_views", position))
    )
    pages = tuple(
        PageFile(**_with_file(PageFile, table, "site.dashboard", position.at("dashboard", number)))
        for number, table in enumerate(_tables(entry, "site.dashboard", position))
    )
    notes = tuple(
        _note(table, position.at("note", number))
        for number, table in enumerate(_tables(entry, "site.note", position))
    )
    values = _values(Site, entry, position)
    if "name" not in values:
        raise position.error("[[site]]: name is missing; give each site a name", "name")
    site = unlisted._replace(
        **values,
        counters=counters,
        articles=articles,
        lists=lists,
        article_views=article_views,
        pages=pages,
        notes=notes,
    )
    _check_spans(site, position)
    return site


def _check_spans(site: Site, position: _Position) -> None:
    if site.online_window_s > site.visit_gap_s:  # else a visitor could be online in two visits at once
        problem = f"online_window of '{site.name}' is longer than its visit_gap; make it at most as long"
        raise position.error(problem, "online_window", "online_window", "visit_gap")
    if site.is_hashed and site.visit_gap_s > LONGEST_HASHED_GAP_S:
        raise position.error(
            f"visit_gap of '{site.name}' is longer than 12h; with privacy = \"hash\" make it 12h at most",
            "visit_gap",
        )


def _note(entry: dict[str, Any], position: _Position) -> DayNote:
    values = _values(DayNote, entry, position)
    for key, example in (("on", "on = 2026-11-15"), ("text", 'text = "…"')):
        if key not in values:
            raise position.error(f"[[site.note]]: {key} is missing; write {example}", key)
    return DayNote(**values)


def _article(entry: dict[str, Any], position: _Position) -> ArticleRule:
    values = _values(ArticleRule, entry, position)
    if "pattern" not in values:
        raise position.error("[[site.article]]: pattern is missing; give each rule one", "pattern")
    rule = ArticleRule(**values)
    for key, template in (("key", rule.key), ("section", rule.section)):
        if problem := patterns.problem(template or "", rule.pattern):
            raise position.error(f"[[site.article]]: {key}: {problem}", key)
    return rule


def _counter_files(table: dict[str, Any], name: str, position: _Position) -> tuple[CounterFile, ...]:
    return tuple(
        _counter_file(entry, name, position.at("counter", number))
        for number, entry in enumerate(_tables(table, name, position))
    )


def _counter_file(entry: dict[str, Any], name: str, position: _Position) -> CounterFile:
    try:
        return counter_file(_values(CounterTable, entry, position))
    except UsageError as error:
        if isinstance(error, ConfigError):
            raise
        raise position.error(f"[[{name}]]: {error}", name, "file", "into", "lang") from error


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
    if "format" in values or "template" in values:
        return CounterFile(values["file"], **options)
    try:
        return CounterFile(values["file"], format=box.format_of(values["file"]), **options)
    except UsageError as error:
        example = f"{spell('format')}{'' if spell('format').startswith('-') else ' ='}"
        raise UsageError(f"{spell('file')}: {error}, or give the format with {example}") from error


def _list_file(entry: dict[str, Any], position: _Position) -> ListFile:
    file = ListFile(**_with_file(ListFile, entry, "site.list", position))
    if file.format:
        return file
    try:
        return file._replace(format=embeds.list_format_of(file.path))
    except UsageError as error:
        problem = f"[[site.list]]: file: {error}, or give the format with format ="
        raise position.error(problem, "list", "file") from error


def _with_file(fields: type, entry: dict[str, Any], name: str, position: _Position) -> dict[str, Any]:
    values = _values(fields, entry, position)
    if "path" not in values:
        raise position.error(f"[[{name}]]: file is missing; name the file to write", "file")
    return values


class _Written(NamedTuple):
    """A file that an update writes, the name of its table, and its position in logstats.toml."""

    path: Path
    has_markers: bool
    table: str
    position: _Position


def _written_for(site: Site, position: _Position) -> list[_Written]:
    return [
        *(
            _Written(file.path, file.has_markers, "site.counter", position.at("counter", index))
            for index, file in enumerate(site.counters)
        ),
        *(
            _Written(listed.path, False, "site.list", position.at("list", index))  # noqa: FBT003 - a row
            for index, listed in enumerate(site.lists)
        ),
        *(
            _Written(views.path, False, "site.article_views", position.at("article_views", index))  # noqa: FBT003
            for index, views in enumerate(site.article_views)
        ),
        *(
            _Written(page.path, False, "site.dashboard", position.at("dashboard", index))  # noqa: FBT003 - a row
            for index, page in enumerate(site.pages)
        ),
    ]


def _refuse_shared(files: Sequence[_Written]) -> None:
    """Raise ConfigError where two tables replace one file; several sites may fill markers in one."""
    for index, file in enumerate(files):
        others = [other for other in files[:index] if other.path == file.path]
        if any(not (file.has_markers and other.has_markers) for other in others):
            are_counters = {file.table, others[0].table} <= {"counter", "site.counter"}
            whom = "two counters" if are_counters else "two tables"
            problem = f"{file.path} is written by {whom}; give each its own file"
            raise file.position.error(f"[[{file.table}]]: {problem}", file.table, "into", "file")


def _refuse_inputs(files: Sequence[_Written], settings: Settings) -> None:
    """Raise ConfigError where a table would replace a file that logstats reads or keeps."""
    for file in files:
        if what := inputs.input_at(file.path, settings, settings.database):
            problem = f"{file.path} is {what}, which it would replace; name another file"
            raise file.position.error(f"[[{file.table}]]: {problem}", file.table, "into", "file")


def _one_table(table: dict[str, Any], name: str, position: _Position) -> dict[str, Any]:
    """Remove and return a table that the file has at most once."""
    entry = table.pop(name, {})
    if not isinstance(entry, dict):
        raise position.error(f"{name} must be a table; write [{name}], with one bracket", name)
    return entry


def _tables(table: dict[str, Any], name: str, position: _Position) -> list[dict[str, Any]]:
    """Remove and return the tables of one name (as in the file: site.article) from the table above them."""
    key = name.rpartition(".")[2]
    entries = table.pop(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        problem = f"{name} must be a list of tables; write [[{name}]], with two brackets"
        raise position.error(problem, name, key)
    return entries


def _values(fields: type, table: dict[str, Any], position: _Position) -> dict[str, Any]:
    """Return the converted values of a table by the names of their fields."""
    rows = settings_of(fields)
    values = {}
    for key, value in table.items():
        if key not in rows:
            from logstats.config import unknown_keys  # noqa: PLC0415 - only for an error

            raise position.error(unknown_keys.problem(fields, key), key)
        values[rows[key].field] = _value(rows[key], key, value, position)
    return values


def _value(row: Row, key: str, value: Any, position: _Position) -> Any:
    converter = row.setting.converter
    try:
        converted = converter.convert(value)
        return converter.locate(converted, position.path.parent) if converter.locate else converted
    except WrongKindError:
        problem = f"{key} must be {converter.kind}, not {_in_message(value)}"
        words = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
        wrong = next((word for word in words if word not in converter.choices), "")
        suggested = (
            similar.suggestion(wrong, converter.choices).strip() if converter.choices and wrong else ""
        )
        raise position.error(f"{problem}; {suggested}" if suggested else problem, key) from None
    except (ValueError, RuntimeError, UsageError) as error:  # RuntimeError: the home of ~NAME is unknown
        raise position.error(f"{key}: {error}", key) from error


def _in_message(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return value.isoformat() if isinstance(value, date) else repr(value)
    except ValueError:  # a number in hexadecimal that has too many decimal digits
        return "a number of so many digits"
