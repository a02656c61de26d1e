"""The figures for programs: each format read by its language has the figures, whatever a site is called."""

import json
import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logstats.model import Counters
from logstats.printable import escaped
from logstats.render import programs

AT = datetime(2026, 11, 21, 10, tzinfo=timezone(timedelta(hours=7)))
SITES = (
    "portal.example",
    "cổng b",
    "</script><script>alert(1)</script>",
    "'; system('id'); //",
    "\\' . `id` . $(id) \"",
    "?><?php",
    "a\nLOGSTATS_ALL_TIME=1",
    "__proto__",
    "\u202e\u2028",
)


def counters(site: str, all_time: int = 1605233) -> Counters:
    return Counters(site, AT, 23, 600, 274, 3716, 10911, all_time, None, stale=False)


# Elements of a page as far as the script uses them: the name of a figure, the site around it.
STUB = """
const element = (name, site) => ({dataset: {logstats: name}, textContent: "old",
  closest: () => site === null ? null : {dataset: {site}}});
const elements = JSON.parse(%s).map(each => element(...each));
globalThis.document = {querySelectorAll: () => elements};
const before = Object.keys(globalThis).length;
%s
const made = Object.keys(globalThis).length - before;
console.log(JSON.stringify([made, elements.map(each => each.textContent)]));
"""


def filled(script: str, elements: list[tuple[str, str | None]]) -> Any:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    text = STUB % (json.dumps(json.dumps(elements)), script)
    ran = subprocess.run([node, "-"], input=text.encode(), capture_output=True, check=True)
    return json.loads(ran.stdout)


def test_a_script_fills_the_elements_of_its_site() -> None:
    rows = [counters(site, 1000 + number) for number, site in enumerate(SITES)]
    script = programs.FORMATS["js"](rows)
    assert "</script" not in script
    elements: list[tuple[str, str | None]] = [("all-time", escaped(site)) for site in SITES]
    elements += [("all_time", None), ("all_time", "other"), ("constructor", "cổng b"), ("online", "cổng b")]
    made, texts = filled(script, elements)
    assert made == 0, "the script makes a global"
    own = [f"{1000 + number:,}" for number in range(len(SITES))]
    own[SITES.index("__proto__")] = "old"  # such a key is no property of an object
    assert texts == [*own, "old", "old", "old", "23"]


def test_a_script_of_one_site_fills_elements_that_name_none() -> None:
    script = programs.FORMATS["js"]([counters("portal")])
    elements: list[tuple[str, str | None]] = [("today", None), ("all_time", "portal"), ("week", "b")]
    assert filled(script, elements)[1] == ["274", "1,605,233", "old"]


def test_a_php_file() -> None:
    assert programs.FORMATS["php"]([counters("a\\'b")]) == (
        "<?php return ['site' => 'a\\\\\\'b', 'at' => '2026-11-21T10:00:00+07:00', 'online' => 23, "
        "'online_window_s' => 600, 'today' => 274, 'week' => 3716, 'month' => 10911, 'all_time' => 1605233, "
        "'logged_until' => null, 'stale' => false, 'shown' => ['online' => '23', 'today' => '274', "
        "'week' => '3,716', 'month' => '10,911', 'all_time' => '1,605,233', 'online_window_s' => '600', "
        "'at' => '2026-11-21 10:00', 'logged_until' => '', 'stale' => 'false']];\n"
    )


@pytest.mark.parametrize("count", [1, len(SITES)])
def test_php_accepts_the_file(count: int) -> None:
    php = shutil.which("php")
    if php is None:
        pytest.skip("there is no php")
    text = programs.FORMATS["php"]([counters(site) for site in SITES[:count]])
    subprocess.run([php, "-l"], input=text.encode(), check=True)


@pytest.mark.parametrize("site", SITES)
def test_a_shell_reads_the_variables(site: str) -> None:
    text = programs.FORMATS["env"]([counters(site)])
    names = ("SITE", "ONLINE", "ALL_TIME", "LOGGED_UNTIL")
    values = " ".join(f'"$LOGSTATS_{name}"' for name in names)
    shell = f'{text}printf "%s|" {values}'
    ran = subprocess.run(["/bin/sh"], input=shell.encode(), capture_output=True, check=True)
    assert ran.stdout.decode() == f"{escaped(site)}|23|1605233||"


def test_variables_of_several_sites_have_numbers() -> None:
    lines = programs.FORMATS["env"]([counters("a"), counters("b", 5)]).splitlines()
    assert lines[:2] == ["LOGSTATS_SITES=2", "LOGSTATS_1_SITE=a"]
    assert "LOGSTATS_2_ALL_TIME=5" in lines


@given(
    st.lists(st.sampled_from(SITES) | st.text(min_size=1, max_size=6), min_size=1, max_size=4, unique=True)
)
def test_the_all_time_counts_of_each_file_can_be_read(sites: list[str]) -> None:
    rows = [counters(escaped(site), 100 + number) for number, site in enumerate(sites)]
    expected = {row.site: row.all_time for row in rows}
    for name, write in programs.FORMATS.items():
        assert programs.all_time_counts(write(rows)) == expected, name
