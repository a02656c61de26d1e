"""The figures for programs of a portal: a script that fills marked elements, a PHP array, shell variables.

Each can be parsed again for the all-time count of each site. Texts are escaped for the language.
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from logstats.model import Counters
from logstats.printable import escaped
from logstats.render import box
from logstats.render.links import script

SHOWN = tuple(name for name in box.PATTERNS if name != "site")
PREFIX = "LOGSTATS_"
# Fills each element with data-logstats, by the nearest data-site around it, or else with the only site.
_SCRIPT = (
    "(()=>{const f=%s;const o=Object.keys(f);"
    'document.querySelectorAll("[data-logstats]").forEach(e=>{const s=e.closest("[data-site]"),'
    'k=s?s.dataset.site:o.length===1?o[0]:"",n=e.dataset.logstats.replace(/-/g,"_");'
    "if(Object.hasOwn(f,k)&&Object.hasOwn(f[k],n))e.textContent=f[k][n]})})();\n"
)
_IN_SCRIPT = re.compile(r"const f=(\{.*?\});const o=")
_IN_PHP = re.compile(r"'site' => '((?:[^'\\]|\\.)*)', .*?'all_time' => ([0-9]+),")
_IN_ENV = re.compile(rf"^{PREFIX}([0-9]+_)?(SITE|ALL_TIME)=(.*)$", re.MULTILINE)


def _js(counters: Sequence[Counters]) -> str:
    return _SCRIPT % script(
        {escaped(row.site): {name: box.display(row, name) for name in SHOWN} for row in counters}
    )


def _php(counters: Sequence[Counters]) -> str:
    arrays = [_php_array(row) for row in counters]
    if len(arrays) == 1:
        return f"<?php return {arrays[0]};\n"
    rows = [f"    {_php_text(row.site)} => {array},\n" for row, array in zip(counters, arrays, strict=True)]
    return f"<?php return [\n{''.join(rows)}];\n"


def _php_array(row: Counters) -> str:
    values = [f"'{name}' => {_php_value(getattr(row, name))}" for name in Counters._fields]
    shown = ", ".join(f"'{name}' => {_php_text(box.display(row, name))}" for name in SHOWN)
    return f"[{', '.join(values)}, 'shown' => [{shown}]]"


def _php_value(value: Any) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, int) else _php_text(_text(value))


def _php_text(text: str) -> str:
    quoted = escaped(text).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{quoted}'"


def _env(counters: Sequence[Counters]) -> str:
    """Return a line for each figure; for several sites the names have numbers."""
    numbers = [""] if len(counters) == 1 else [f"{number}_" for number in range(1, len(counters) + 1)]
    lines = [
        f"{PREFIX}{number}{name.upper()}={shlex.quote(escaped(_text(getattr(row, name))))}\n"
        for number, row in zip(numbers, counters, strict=True)
        for name in Counters._fields
    ]
    return "".join(lines if len(counters) == 1 else [f"{PREFIX}SITES={len(counters)}\n", *lines])


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return "" if value is None else str(value)


FORMATS: Mapping[str, Callable[[Sequence[Counters]], str]] = {"js": _js, "php": _php, "env": _env}


def all_time_counts(text: str) -> dict[str, int]:
    """Return the all-time count that such a file shows for each site, {} for another text."""
    if found := _IN_SCRIPT.search(text):
        rows = json.loads(found[1])
        return {site: box.number(row["all_time"]) or 0 for site, row in rows.items()}
    if text.startswith("<?php"):
        return {re.sub(r"\\(.)", r"\1", site): int(count) for site, count in _IN_PHP.findall(text)}
    values = {(number, name): value for number, name, value in _IN_ENV.findall(text)}
    return {
        "".join(shlex.split(values.get((number, "SITE"), ""))): int(value)
        for (number, name), value in values.items()
        if name == "ALL_TIME" and value.isdecimal()
    }
