r"""A result as text in each output format; FORMATS is the one list of them.

The choices and the help of --format, the formats of counter files and the tests' golden files follow from it.

No format but Parquet, which is binary, lets a character through that acts on a terminal (`printable`). What
programs read comes back exactly: json escapes as JSON does, tsv with `\t`, `\n`, `\r`, `\xhh`, `\uhhhh` and
each backslash doubled, csv with `\xhh` and `\uhhhh`, in which a backslash that would look like one of these
is `\x5c`.
"""

import io
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from logstats.errors import UsageError
from logstats.model import Result
from logstats.printable import escaped, escaped_lines, json_escaped
from logstats.render import markup

DEFAULT_ON_TERMINAL = "table"
DEFAULT_IN_PIPE = "tsv"
TABLE_STYLE = "simple"
WITHOUT_INTFMT = "pretty"  # tabulate's style that ignores the format of numbers
UNSAFE_STYLES = ("latex_raw", "unsafehtml")  # tabulate's, whose cells are obeyed; not ours
FOR_SPREADSHEETS = ("csv", "tsv")
BOM = "\ufeff"  # by which Excel knows UTF-8
# what a spreadsheet takes for a formula where a cell begins with it, also in full width
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LOOKS_ESCAPED = re.compile(r"\\(?=x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})")

Writer = Callable[[Result], str]


class OutputFormat(NamedTuple):
    """One format: the function that writes it (None: it is binary, and the store writes it).

    `about` explains the name in the help. `endings` are those of counter files in this format.
    """

    name: str
    write: Writer | None
    about: str = ""
    endings: tuple[str, ...] = ()


def _records(result: Result) -> Iterator[str]:
    repeated = [name for name, times in Counter(result.columns).items() if times > 1]
    if repeated:
        raise UsageError(f"several columns are called '{repeated[0]}'; rename them with AS")
    for row in result.rows:
        record = dict(zip(result.columns, (_finite(value) for value in row), strict=True))
        yield json_escaped(json.dumps(record, ensure_ascii=False, default=_plain, allow_nan=False))


def _json(result: Result) -> str:
    rows = _records(result)
    return "[" + ",\n ".join(rows) + "]\n"


def _jsonl(result: Result) -> str:
    return "".join(row + "\n" for row in _records(result))


def _csv(result: Result) -> str:
    import csv  # noqa: PLC0415 - only for this format

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_csv_cell(value) for value in row] for row in (result.columns, *result.rows))
    return text.getvalue()


def _tsv(result: Result) -> str:
    # most cells are integers, and texts that need no change: a call for each would take twice the time
    rows = [
        "\t".join(
            [
                value
                if type(value) is str and value.isprintable() and "\\" not in value
                else str(value)
                if type(value) is int
                else _tsv_cell(value)
                for value in row
            ]
        )
        for row in (result.columns, *result.rows)
    ]
    return "\n".join([*rows, ""])


def _table(style: str) -> Writer:
    def write(result: Result) -> str:
        from tabulate import tabulate  # noqa: PLC0415 - 20 ms, only for tables

        def text(value: Any) -> Any:
            cell = _seconds(value) if isinstance(value, datetime) else _cell(value)
            if style == WITHOUT_INTFMT and _is_number(cell):
                return f"{cell:,}" if isinstance(cell, int) else cell
            if _is_number(cell):
                return cell
            return escape(escaped(cell)) if isinstance(value, str) else escaped(str(cell))

        escape = markup.escape_of(style)
        rows = [[None if value is None else text(value) for value in row] for row in result.rows]
        columns = [text(column) for column in result.columns]
        texts = _texts(result)
        table = tabulate(rows, columns, tablefmt=style, intfmt=",", missingval="", disable_numparse=texts)
        return markup.guarded(str(table), style) + "\n"

    return write


def _texts(result: Result) -> list[int]:
    """Return the indexes of the columns with texts, in which tabulate must not look for numbers."""
    return [
        index
        for index in range(len(result.columns))
        if not all(row[index] is None or _is_number(row[index]) for row in result.rows)
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _cell(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(map(_is_number, value)):
        return ";".join(map(str, value))
    return "" if value is None else value


def _seconds(value: datetime) -> str:
    return value.isoformat(timespec="seconds")


def _csv_cell(value: Any) -> Any:
    cell = _cell(value)
    return cell if _is_number(cell) else escaped_lines(_LOOKS_ESCAPED.sub(r"\\x5c", str(cell)))


def _tsv_cell(value: Any) -> str:
    return escaped(str(_cell(value)).replace("\\", "\\\\"))


def without_formulas(result: Result) -> Result:
    """Return the rows with a quote before each text that a spreadsheet would take for a formula."""
    rows = [tuple(_without_formula(value) for value in row) for row in result.rows]
    return result._replace(columns=tuple(map(_without_formula, result.columns)), rows=rows)


def _without_formula(value: Any) -> Any:
    text = _cell(value)
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else value


TABLE_STYLES = (
    # every format of tabulate that has no writer here, except UNSAFE_STYLES
    "asciidoc", "colon_grid", "double_grid", "double_outline", "fancy_grid", "fancy_outline", "github",
    "grid", "heavy_grid", "heavy_outline", "jira", "latex", "latex_booktabs", "latex_longtable", "mediawiki",
    "mixed_grid", "mixed_outline", "moinmoin", "orgtbl", "outline", "pipe",
    "plain", "presto", "pretty", "psql", "rounded_grid", "rounded_outline", "rst", "simple",
    "simple_grid", "simple_outline", "textile", "youtrack",
)  # fmt: skip
FORMATS: Mapping[str, OutputFormat] = {
    each.name: each
    for each in (
        OutputFormat("table", _table(TABLE_STYLE)),
        OutputFormat("markdown", _table("github")),
        OutputFormat("csv", _csv, endings=(".csv",)),
        OutputFormat("tsv", _tsv, "tab-separated", endings=(".tsv",)),
        OutputFormat("json", _json, "a list of records", endings=(".json",)),
        OutputFormat("jsonl", _jsonl, "a record a line", endings=(".jsonl",)),
        OutputFormat("html", _table("html"), "a table"),
        OutputFormat("parquet", None),
        *(OutputFormat(style, _table(style)) for style in TABLE_STYLES),
    )
}
WRITERS: Mapping[str, Writer] = {each.name: each.write for each in FORMATS.values() if each.write}
FOR_PEOPLE = frozenset(("table", "markdown", *TABLE_STYLES))
BINARY = frozenset(FORMATS.keys() - WRITERS.keys())


def format_help() -> str:
    """Return the help of --format."""
    named = [each for name, each in FORMATS.items() if name not in TABLE_STYLES]
    names = ", ".join(f"{each.name} ({each.about})" if each.about else each.name for each in named)
    return (
        f"How to print: {names}, or a table style of tabulate such as grid. "
        f"Default: {DEFAULT_ON_TERMINAL} on a terminal, {DEFAULT_IN_PIPE} into a pipe or file."
    )
