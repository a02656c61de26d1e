"""Writes a result: WRITERS are the formats, by the name that --format takes."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from logstats.model import Result

DEFAULT_ON_TERMINAL = "table"
DEFAULT_IN_PIPE = "tsv"
TABLE_STYLE = "simple"


def _json(result: Result) -> str:
    rows = (json.dumps(record, ensure_ascii=False, default=_plain) for record in result.records())
    return "[" + ",\n ".join(rows) + "]\n"


def _jsonl(result: Result) -> str:
    rows = (json.dumps(record, ensure_ascii=False, default=_plain) for record in result.records())
    return "".join(row + "\n" for row in rows)


def _csv(result: Result) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows([_cell(value) for value in row] for row in result.rows)
    return text.getvalue()


def _tsv(result: Result) -> str:
    rows = ("\t".join(_tsv_cell(value) for value in row) for row in (result.columns, *result.rows))
    return "".join(row + "\n" for row in rows)


def _table(style: str) -> Callable[[Result], str]:
    def write(result: Result) -> str:
        from tabulate import tabulate  # noqa: PLC0415 - 20 ms that a pipe need not pay

        rows = [[_cell(value) for value in row] for row in result.rows]
        return (
            str(tabulate(rows, result.columns, tablefmt=style, intfmt=",", disable_numparse=_texts(result)))
            + "\n"
        )

    return write


def _texts(result: Result) -> list[int]:
    """Return the columns that hold texts: a number in one of them is no number."""
    return [
        place
        for place in range(len(result.columns))
        if not all(isinstance(row[place], int | float) for row in result.rows)
    ]


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
WRITERS: Mapping[str, Callable[[Result], str]] = {
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
