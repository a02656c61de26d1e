"""An update waits for no file but a log: cron's next runs would wait too, in silence."""

import os
import subprocess
from pathlib import Path

import pytest
from support.lines import Line
from support.surface import PROGRAM

TOML = 'database = "s.duckdb"\n{top}\n[[site]]\nname = "s"\ntimezone = "UTC"\nlogs = ["a.log"]\n{rest}\n'
FIFOS = {
    # what is a FIFO: the settings that name it, and the exit codes of an update
    "a file of titles": ({"rest": 'titles = ["fifo"]'}, 1),
    "a counter file": ({"rest": '[[site.counter]]\nfile = "fifo"\nformat = "text"'}, 1),
    "a template": ({"rest": '[[site.counter]]\nfile = "c.txt"\ntemplate = "fifo"'}, 1),
    "a page with markers": ({"rest": '[[site.counter]]\ninto = "fifo"'}, 1),
    "the database of countries": (
        {"top": '[geo]\ndatabase = "fifo"', "rest": '[[site.dashboard]]\nfile = "d.html"'},
        0,
    ),
}


@pytest.mark.parametrize("what", FIFOS)
def test_no_command_waits_for_a_fifo_of_the_settings(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("fifo")
    Path("a.log").write_bytes(Line().combined() * 3)
    settings, code = FIFOS[what]
    Path("logstats.toml").write_text(TOML.format_map({"top": "", "rest": "", **settings}))
    for command, codes in (("update", {code}), ("update", {0, code}), ("check", {1})):
        ended = subprocess.run([*PROGRAM, command], capture_output=True, timeout=60, check=False)
        output = (ended.stdout + ended.stderr).decode()
        assert ended.returncode in codes, (command, output)
        assert "FIFO" in output or "regular file" in output or 0 in codes, (command, output)
