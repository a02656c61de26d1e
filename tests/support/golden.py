"""The portals that earlier programs have read and that are kept in stories/golden, one for each schema."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[1] / "stories" / "golden"
SCHEMAS = tuple(sorted(path.name for path in GOLDEN.glob("schema_*")))


def unpacked(schema: str, folder: Path) -> Path:
    """Write a golden portal, its logs and its store into a new folder; return its settings."""
    shutil.copytree(GOLDEN / schema, folder)
    packed = folder / "store.duckdb.gz"
    (folder / "store.duckdb").write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    (folder / "figures.json").unlink()
    return folder / "logstats.toml"


def figures(schema: str) -> dict[str, list[dict[str, Any]]]:
    """Return what the program that wrote the store answered to `make.FIGURES`."""
    content: dict[str, list[dict[str, Any]]] = json.loads((GOLDEN / schema / "figures.json").read_bytes())
    return content
