"""Make the pictures of the README from the sample: `python -m support.pictures FOLDER`."""

import sys
import tempfile
from pathlib import Path

from support import browser
from support.surface import AT, CONFIG, run

HEIGHTS = {1024: 1000, 390: 844}  # pixels of each width that a picture shows
NAMES = {1024: "page-desk.png", 390: "page-phone.png"}
TITLES = Path(__file__).resolve().parents[2] / "sample_logs" / "titles.csv"


def main(folder: Path) -> None:
    """Write the pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, browser.running() as chromium:
        store, page = Path(scratch, "sample.duckdb"), Path(scratch, "page.html")
        commands = [("update",), ("dashboard", "-o", page, "--at", AT)]
        if TITLES.exists():
            commands.insert(1, ("titles", TITLES))
        for command in commands:
            run("--db", store, "--config", CONFIG, *command)
        for width, name in NAMES.items():
            chromium.open(page, width=width)
            chromium.picture(folder / name, width, HEIGHTS[width])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
