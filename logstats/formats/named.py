"""The formats that are known by name: one file each in known/, the most specific first.

A file says what the format is `about`, and how its lines are read: by a `log_format`, by a `pattern` in
pieces with a group a field and the way its `time` is written, by the keys of `json`, or as `w3c`. `cut`
says where the fields of a usual line stand, which is faster than the pattern, and must read the same. Its
`[[sample]]` lines, each with what is to be read in it, are its test and its documentation.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from logstats.formats import apache, times
from logstats.formats.log_format import LogFormat
from logstats.formats.text import UNCUT, FastSplit, TextFormat, text_shape

FOLDER = Path(__file__).parent / "named_formats"


class NamedFormat(NamedTuple):
    """A named format: what it is, how it is written down, and lines of it, each with what is read in it.

    `tells` is what else most lines match where lines of other formats fit as well.
    """

    name: str
    about: str
    written: str
    shape: LogFormat
    samples: tuple[dict[str, Any], ...] = ()
    tells: str = ""


@cache
def files() -> dict[str, Path]:
    """Return the file of each name, in order."""
    return {path.stem.partition("_")[2]: path for path in sorted(FOLDER.glob("*.toml"))}


@cache
def load(name: str) -> NamedFormat:
    """Return a format of a name that there is."""
    told = tomllib.loads(files()[name].read_text("utf-8"))
    shape, written = _shape(name, told)
    return NamedFormat(
        name, told["about"], written, shape, tuple(told.get("sample", ())), told.get("tells", "")
    )


def _shape(name: str, told: dict[str, Any]) -> tuple[LogFormat, str]:
    if "log_format" in told:
        return apache.compile_shape(told["log_format"], name, name), told["log_format"]
    if "json" in told:
        from logstats.formats import jsonlines  # noqa: PLC0415 - 10 ms, only for such a format

        keys = dict(word.split("=", 1) for word in told["json"].split())
        return jsonlines.shape(keys, name), f"json {told['json']}"
    if "w3c" in told:
        from logstats.formats import w3c  # noqa: PLC0415 - the same

        return w3c.shape(told["w3c"], name), f"w3c {told['w3c']}".strip()
    return _pattern(name, told), "".join(told["pattern"])


def _pattern(name: str, told: dict[str, Any]) -> LogFormat:
    pieces = tuple(re.sub(r"\(\?P<[a-z]+>", "(", piece) for piece in told["pattern"])
    groups = tuple(re.findall(r"\(\?P<([a-z]+)>", "".join(told["pattern"])))
    written = {"": times.clf, "any": times.any_time}.get(told.get("time", ""))
    time = written() if written else times.strftime(told["time"])
    cut = FastSplit(**told["cut"]) if "cut" in told else UNCUT
    return text_shape(name, name, TextFormat(pieces, groups, time, cut))
