"""Make the pictures of the README from the sample: `python -m support.pictures FOLDER`."""

import shlex
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from support import browser, pictured
from support.surface import AT, CONFIG, PROGRAM, SAMPLES, run

COMMANDS = (
    "logstats visits --at last --since 7d --compare previous",
    "logstats articles --at last --since 7d --limit 6",
)


class Picture(NamedTuple):
    """A picture of a page, by the page's name: of so many pixels."""

    name: str
    page: str
    width: int
    height: int


PICTURES = (
    Picture("page-desk.png", "report.html", 1024, 1000),
    Picture("page-phone.png", "report.html", 390, 844),
    Picture("terminal.png", "terminal.html", 780, 600),
    Picture("sidebar.png", "sidebar.html", 342, 560),
)


def main(folder: Path) -> None:
    """Write the pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, browser.running() as chromium:
        scratch = Path(name)
        store = scratch / "sample.duckdb"
        for command in (
            ("update",),
            ("titles", SAMPLES / "titles.csv"),
            ("dashboard", "-o", scratch / "report.html", "--at", AT),
        ):
            run("--db", store, "--config", CONFIG, *command)
        program = shlex.join(PROGRAM)
        scratch.joinpath("terminal.html").write_text(pictured.terminal(store, COMMANDS, program), "utf-8")
        scratch.joinpath("sidebar.html").write_text(pictured.sidebar(store, AT), "utf-8")
        for picture in PICTURES:
            chromium.open(scratch / picture.page, width=picture.width)
            chromium.picture(folder / picture.name, picture.width, picture.height)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
