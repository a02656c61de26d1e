"""The formats with a name: one file each in named_formats/, the most specific first.

A file has a description, `about`, and the way in which lines are parsed: a `log_format`, a `pattern` in
pieces with a group for each field (`{user}`, `{referrer}` and `{agent}` are pieces that formats share) and
the format of its `time`, the keys of `json`, the labels of `ltsv`, or `w3c`. `fast_split`
gives the positions of the fields in a usual line; it is faster than the pattern and must give the same
fields. The `[[sample]]` lines, each with the fields that must be found in it, are test and documentation.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from logstats.formats import apache, lazy, times
from logstats.formats.log_format import LogFormat
from logstats.formats.text import NO_FAST_SPLIT, PIECES, FastSplit, TextFormat, compile_text

FOLDER = Path(__file__).parent / "named_formats"


class NamedFormat(NamedTuple):
    """A format with a name: a description, its specification, sample lines with the fields in them.

    `spec` is the text that --log-format accepts, or the pattern. Where lines of other formats match as well,
    most lines must also match the pattern `also_matches`.
    """

    name: str
    about: str
    spec: str
    log_format: LogFormat
    samples: tuple[dict[str, Any], ...] = ()
    also_matches: str = ""


@cache
def files() -> dict[str, Path]:
    """Return the file of each format by its name, the most specific first."""
    return {path.stem.partition("_")[2]: path for path in sorted(FOLDER.glob("*.toml"))}


@cache
def load(name: str) -> NamedFormat:
    """Return the format of a name; raise KeyError for an unknown name."""
    table = tomllib.loads(files()[name].read_text("utf-8"))
    log_format, spec = _compiled(name, table)
    return NamedFormat(
        name=name,
        about=table["about"],
        spec=spec,
        log_format=log_format,
        samples=tuple(table.get("sample", ())),
        also_matches=table.get("also_matches", ""),
    )


def _compiled(name: str, table: dict[str, Any]) -> tuple[LogFormat, str]:
    if "log_format" in table:
        return apache.compile_format(table["log_format"], name, name), table["log_format"]
    if "json" in table:
        keys = lazy.jsonlines.keys_of(table["json"])
        return lazy.jsonlines.compile_keys(keys, name), f"json {table['json']}"
    if "ltsv" in table:
        labels = dict(word.split("=", 1) for word in table["ltsv"].split())
        return lazy.ltsv.compile_labels(labels, name), f"ltsv {table['ltsv']}"
    if "w3c" in table:
        return lazy.w3c.compile_fields(table["w3c"], name), f"w3c {table['w3c']}".strip()
    pattern = tuple(re.sub(r"\{([a-z]+)\}", _piece, piece) for piece in table["pattern"])
    return _of_pattern(name, table, pattern), "".join(pattern)


def _piece(match: re.Match[str]) -> str:
    return PIECES[match[1]]


def _of_pattern(name: str, table: dict[str, Any], pattern: tuple[str, ...]) -> LogFormat:
    pieces = tuple(re.sub(r"\(\?P<[a-z]+>", "(", piece) for piece in pattern)
    groups = tuple(re.findall(r"\(\?P<([a-z]+)>", "".join(pattern)))
    known = {"": times.clf, "any": times.any_time}.get(table.get("time", ""))
    time = known() if known else times.strftime(table["time"])
    split = FastSplit(**table["fast_split"]) if "fast_split" in table else NO_FAST_SPLIT
    return compile_text(name, name, TextFormat(pieces, groups, time, split))
