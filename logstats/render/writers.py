"""Writes a result: WRITERS are the formats, by the name that --format takes."""

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from logstats.errors import UsageError
from logstats.model import Result

DEFAULT_ON_TERMINAL = "table"
DEFAULT_IN_PIPE = "tsv"
TABLE_STYLE = "simple"
MARKDOWN_STYLES = ("github", "pipe")
PAGE_STYLES = ("html", "unsafehtml")  # where a cell may be of any length
CLIPPED = {"title": 40}  # the length to which a column's texts are cut in tables, so that a row fits a line

Writer = Callable[[Result], str]


def _records(result: Result) -> Iterator[str]:
    twice = [name for name, times in Counter(result.columns).items() if times > 1]
    if twice:
        raise UsageError(f"several columns are called «{twice[0]}»; name each otherwise, with AS")
    for row in result.rows:
        record = dict(zip(result.columns, (_finite(value) for value in row), strict=True))
        yield json.dumps(record, ensure_ascii=False, default=_plain, allow_nan=False)


def _json(result: Result) -> str:
    rows = _records(result)
    return "[" + ",\n ".join(rows) + "]\n"


def _jsonl(result: Result) -> str:
    return "".join(row + "\n" for row in _records(result))


def _csv(result: Result) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows([_cell(value) for value in row] for row in result.rows)
    return text.getvalue()


def _tsv(result: Result) -> str:
    rows = ("\t".join(_tsv_cell(value) for value in row) for row in (result.columns, *result.rows))
    return "".join(row + "\n" for row in rows)


def _table(style: str) -> Writer:
    def write(result: Result) -> str:
        from tabulate import tabulate  # noqa: PLC0415 - 20 ms that a pipe need not pay

        escape = _markdown if style in MARKDOWN_STYLES else _printable
        shown = result.rows if style in PAGE_STYLES else _clipped(result)
        rows = [[None if value is None else escape(_cell(value)) for value in row] for row in shown]
        columns = [escape(column) for column in result.columns]
        texts = _texts(result)
        table = tabulate(rows, columns, tablefmt=style, intfmt=",", missingval="", disable_numparse=texts)
        return str(table) + "\n"

    return write


def _clipped(result: Result) -> list[list[Any]]:
    limits = [CLIPPED.get(column) for column in result.columns]
    return [[_short(value, limit) for value, limit in zip(row, limits, strict=True)] for row in result.rows]


def _short(value: Any, limit: int | None) -> Any:
    is_long = limit and isinstance(value, str) and len(value) > limit
    return f"{value[: limit - 1].rstrip()}…" if limit and is_long else value


def _texts(result: Result) -> list[int]:
    """Return the columns that hold texts: a number in one of them is no number."""
    return [
        place
        for place in range(len(result.columns))
        if not all(row[place] is None or _is_number(row[place]) for row in result.rows)
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _printable(value: Any) -> Any:
    r"""Return a text with what a terminal would obey, or break a row at, as `\n` or `\x1b`."""
    if not isinstance(value, str) or value.isprintable():
        return value
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in value)


def _markdown(value: Any) -> Any:
    return _printable(value).replace("|", "\\|") if isinstance(value, str) else value


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S%z")
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _tsv_cell(value: Any) -> str:
    return (
        str(_cell(value)).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    )


TABLE_STYLES = (
    # every format of tabulate's that is not one of ours
    "asciidoc", "colon_grid", "double_grid", "double_outline", "fancy_grid", "fancy_outline", "github",
    "grid", "heavy_grid", "heavy_outline", "jira", "latex", "latex_booktabs", "latex_longtable",
    "latex_raw", "mediawiki", "mixed_grid", "mixed_outline", "moinmoin", "orgtbl", "outline", "pipe",
    "plain", "presto", "pretty", "psql", "rounded_grid", "rounded_outline", "rst", "simple",
    "simple_grid", "simple_outline", "textile", "unsafehtml", "youtrack",
)  # fmt: skip
WRITERS: Mapping[str, Writer] = {
    "table": _table(TABLE_STYLE),
    "markdown": _table("github"),
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "jsonl": _jsonl,
    "html": _table("html"),
    **{style: _table(style) for style in TABLE_STYLES},
}
BINARY = ("parquet",)
FORMATS = (*WRITERS, *BINARY)
