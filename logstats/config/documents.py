"""The texts about settings that are generated from their rows: README's example, docs/settings.md, `init`.

    python -m logstats.config.documents docs/settings.md

replaces the text between `<!-- settings: example -->` (or `reference`) and `<!-- end -->` in that file.
"""

import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from logstats.config.article_presets import ArticleRule
from logstats.config.converters import Row, Setting, settings_of
from logstats.config.settings import Bots, Geo, Settings, Site, Suspects
from logstats.config.written_files import (
    COUNTER_WAYS,
    CounterTable,
    CounterWay,
    DayNote,
    ListFile,
    PageFile,
    ViewsFile,
)

WIDTH = 100
COMMENT_COLUMN = 38
WEB_FOLDER = Path("/var/www/html")
_MARKED = re.compile(r"(?<=^<!-- settings: )(\w+)( -->\n).*?(?=^<!-- end -->$)", re.MULTILINE | re.DOTALL)


class Table(NamedTuple):
    """A table of logstats.toml: its header ('' for keys above all tables), its keys and its description."""

    header: str
    fields: type
    doc: str

    def rows(self) -> dict[str, Row]:
        """Return the table's settings by key."""
        return settings_of(self.fields)


TABLES = (
    Table("", Settings, "These keys stand above all tables."),
    Table("[bots]", Bots, "User agents that the bot list misses, or lists by mistake."),
    Table("[suspects]", Suspects, "Visitors that `logstats suspects` lists."),
    Table("[geo]", Geo, "The countries of IP addresses."),
    Table("[[site]]", Site, "One for each portal."),
    Table("[[site.article]]", ArticleRule, "An article rule of your own; the first that matches is used."),
    Table("[[site.counter]]", CounterTable, "A file with the figures of the site."),
    Table("[[site.list]]", ListFile, "A file with the most read articles of the site."),
    Table("[[site.article_views]]", ViewsFile, "A file with the views of each article of the site."),
    Table("[[site.dashboard]]", PageFile, "The figures of the site as a page, an HTML file."),
    Table("[[site.note]]", DayNote, "What happened on a day, as a flag in the charts of the page."),
    Table("[[counter]]", CounterTable, "A file with the figures of all sites."),
)
WHOLE = (
    ArticleRule,
    ListFile,
    ViewsFile,
    PageFile,
    DayNote,
)  # tables that `init` writes commented out, in one piece


class Start(NamedTuple):
    """The findings of `logstats init`, as TOML: values by table and key, and lines on the logs."""

    values: Mapping[tuple[str, str], str]
    active: frozenset[tuple[str, str]]
    about_logs: tuple[str, ...]
    web_folder: Path


def to_toml(value: Any) -> str:
    """Return a value as TOML. Strings are written as in JSON, with DEL escaped as well."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(to_toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def default_of(row: Row) -> str:
    """Return the default of a setting as TOML, '' where TOML can't express it."""
    if row.setting.default or row.default is None:
        return ""
    write = row.setting.converter.to_toml or to_toml
    return write(row.default)


def example_of(row: Row) -> str:
    """Return an example of the value as TOML."""
    return row.setting.example or default_of(row)


# --- The example of the README ---------------------------------------------------------------------------


def example() -> str:
    """Return a logstats.toml that has each key, with the first sentence of its documentation."""
    return "\n".join("\n".join(_example_table(table)) + "\n" for table in TABLES)


def _example_table(table: Table) -> Iterator[str]:
    if table.header == "[[site.counter]]":
        for index, way in enumerate(COUNTER_WAYS):
            yield from [""] * bool(index) + [_commented(table.header, way.doc)]
            yield from _counter_lines(table, way, WEB_FOLDER / way.example, _example_line)
    elif table.header == "[[counter]]":
        yield _commented(table.header, table.doc)
        yield 'file = "counters.json"'
    else:
        yield from [_commented(table.header, table.doc)] * bool(table.header)
        for key, row in table.rows().items():
            yield from _example_lines(table, key, row)


def _example_lines(table: Table, key: str, row: Row) -> Iterator[str]:
    if example_of(row).startswith("{"):
        yield from ("", _commented(_subtable(table, key), _summary(row.setting)), *_pairs(row))
    else:
        yield _example_line("# " * row.setting.rare + key, row, example_of(row))
        if row.setting.alternative:
            yield f"# {row.setting.alternative.splitlines()[0]}"


def _example_line(key: str, row: Row, value: str) -> str:
    return _commented(f"{key} = {value}", _summary(row.setting))


def _commented(line: str, comment: str) -> str:
    """Return a line with a comment after it."""
    return f"{line:<{COMMENT_COLUMN - 2}}  # {comment.removesuffix('.').replace('`', '')}"


def _summary(setting: Setting) -> str:
    """Return the first sentence of the documentation."""
    return re.split(r"(?<=\.) ", setting.doc, maxsplit=1)[0]


def _counter_lines(
    table: Table, way: CounterWay, target: Path, write: Callable[[str, Row, str], str]
) -> Iterator[str]:
    """Yield the lines of a [[site.counter]] with the keys of a way; the first is the file to write."""
    rows = table.rows()
    for key in way.keys:
        value = to_toml(str(target)) if key in ("file", "into") else example_of(rows[key])
        yield write(key, rows[key], value)


def _subtable(table: Table, key: str) -> str:
    """Return the header of a key whose value is a table."""
    return f"[{table.header.strip('[]')}.{key}]"


def _pairs(row: Row) -> list[str]:
    """Return the lines of a value that is a table."""
    return example_of(row).strip("{}").split(", ")


# --- The reference ---------------------------------------------------------------------------------------


def reference() -> str:
    """Return the documentation of each key in Markdown."""
    sections = []
    for table in TABLES:
        title = f"`{table.header}`" if table.header else "Above the tables"
        sections.append(f"## {title}\n\n{table.doc}\n")
        if table.header == "[[counter]]":
            sections.append("It takes the keys of `[[site.counter]]`.\n")
            continue
        if table.fields is CounterTable:
            ways = "; or ".join(" and ".join(f"`{key}`" for key in way.keys) for way in COUNTER_WAYS)
            sections.append(f"These keys stand together: {ways}.\n")
        sections += [_reference_entry(table, key, row) for key, row in table.rows().items()]
    return "\n".join(sections)


def _reference_entry(table: Table, key: str, row: Row) -> str:
    setting = row.setting
    default = default_of(row)
    lines = [f"{key} = {example_of(row)}"]
    if example_of(row).startswith("{"):
        lines = [_subtable(table, key), *_pairs(row)]
    alternatives = setting.alternative.splitlines()
    return "\n".join(
        [
            f"### `{key}`\n",
            *textwrap.wrap(setting.doc, WIDTH, break_on_hyphens=False),
            "",
            f"- Type: {setting.converter.kind}",
            f"- Default: {f'`{default}`' if default else setting.default}",
            f"- Example: {', '.join(f'`{line}`' for line in lines)}",
            *[f"- Or: {', '.join(f'`{line}`' for line in alternatives)}"] * bool(alternatives),
            f"- After a change: {setting.after}",
            "",
        ]
    )


# --- What `logstats init` writes -------------------------------------------------------------------------


def start(found: Start) -> str:
    """Return a commented logstats.toml: keys with a default show it, the others an example, commented out."""
    head = _comment(
        "The settings of logstats. A line that begins with # shows the default, or an example where the "
        "comment above says so; remove the # to change it. Paths are relative to this file. docs/settings.md "
        "describes each key."
    )
    return (
        "\n\n".join(["\n".join(head), *("\n\n".join(_start_table(table, found)) for table in TABLES)]) + "\n"
    )


def _start_table(table: Table, found: Start) -> Iterator[str]:
    """Yield paragraphs: the header with its comment, then each key with its comment.

    A header without [[ ]] need not be commented out, since an empty table says nothing. Tables that would be
    incomplete are commented out in one piece, with the comments on their keys above.
    """
    if table.header == "[[counter]]":
        yield "\n".join([*_comment(table.doc), f"# {table.header}", '# file = "counters.json"'])
    elif table.header == "[[site.counter]]":
        yield "\n".join([*_comment(f"{table.doc} It is written after each update."), *_key_docs(table)])
        for way in COUNTER_WAYS:
            lines = _counter_lines(table, way, found.web_folder / way.example, _commented_out)
            yield "\n".join([*_comment(way.doc), f"# {table.header}", *lines])
    elif table.fields in WHOLE:
        lines = (_commented_out(key, row, example_of(row)) for key, row in table.rows().items())
        yield "\n".join([*_comment(table.doc), *_key_docs(table), f"# {table.header}", *lines])
    else:
        yield from ["\n".join([*_comment(table.doc), table.header])] * bool(table.header)
        for key, row in table.rows().items():
            yield "\n".join(_start_lines(table, key, row, found))


def _key_docs(table: Table) -> Iterator[str]:
    for key, row in table.rows().items():
        yield from _comment(f"{key}: {row.setting.doc}")


def _commented_out(key: str, row: Row, value: str) -> str:  # noqa: ARG001 - as _example_line
    return f"# {key} = {value}"


def _start_lines(table: Table, key: str, row: Row, found: Start) -> Iterator[str]:
    yield from _comment(row.setting.doc)
    if example_of(row).startswith("{"):
        yield from (f"# {line}" for line in (_subtable(table, key), *_pairs(row)))
        return
    location = (table.header, key)
    default = default_of(row)
    is_default = default not in ("", "[]")
    value = found.values.get(location) or (default if is_default else row.setting.example)
    if location not in found.active and not is_default:
        yield from _comment(f"An example; the default is {row.setting.default or 'an empty list'}.")
    yield f"{'' if location in found.active else '# '}{key} = {value}"
    if location == ("[[site]]", "logs"):
        yield from (f"# {line}" for line in found.about_logs)
    yield from (f"# {line}" for line in row.setting.alternative.splitlines())


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text.replace("`", ""), WIDTH, break_on_hyphens=False)]


# --- The writer ------------------------------------------------------------------------------------------

SECTIONS = {"example": lambda: f"```toml\n{example()}```\n", "reference": reference}


def updated(text: str) -> str:
    """Return a document with the text of its marked sections replaced."""
    return _MARKED.sub(lambda match: f"{match[1]}{match[2]}{SECTIONS[match[1]]()}", text)


def main(paths: list[str]) -> None:
    """Update the marked sections of documents."""
    for path in map(Path, paths):
        path.write_text(updated(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
