"""Draws the statements of each stage, in the order in which they are first run, with what they read and make.

The drawing is a part of CONTRIBUTING.md.

`--check` writes nothing and fails where the drawing is out of date.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support import stages  # noqa: E402 - the path comes first

from logstats.store import statements  # noqa: E402
from logstats.store.statements import Query  # noqa: E402

DOCUMENT = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- pipeline: made by `make pipeline` -->", "<!-- /pipeline -->"
FOLDERS = {
    "figures": "counters",
    "lists": "lists",
    "page": "dashboard",
    "reports": "reports",
    "views": "views",
}


def drawing() -> str:
    """Return the drawing of all stages, and of the views and reports, which have no order."""
    parts = []
    for stage in stages.STAGES:
        names = dict.fromkeys(step.name for step in stages.steps(stage) if "/" in step.name)
        parts.append(_block(stage, [statements.load(name) for name in names]))
    for title, folder in FOLDERS.items():
        parts.append(_block(title, [statements.load(name) for name in statements.names(folder)]))
    return "\n".join(parts)


def _block(title: str, queries: list[Query]) -> str:
    width = max(len(query.name) for query in queries)
    lines = (_line(query, width) for query in queries)
    return "\n".join([f"### {title}", "", "```text", *lines, "```", ""])


def _line(query: Query, width: int) -> str:
    makes = [made for name in query.makes for made in stages.SLOTS.get(name, (name,))]
    arrow = f" → {', '.join(makes)}" if makes else ""
    return f"{query.name:{width}}  {', '.join(_tables(query))}{arrow}".rstrip()


def _tables(query: Query) -> Iterator[str]:
    return (name for name in query.reads if name[0] not in "${")


def main() -> int:
    """Write the drawing, or with `--check` compare it; return the exit code."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    drawn = f"{before}{BEGIN}\n\n{drawing()}\n{END}{after}"
    if "--check" not in sys.argv[1:]:
        DOCUMENT.write_text(drawn, encoding="utf-8")
    elif drawn != text:
        sys.stderr.write(
            f"{DOCUMENT.name}: the drawing of the statements is out of date; run `make pipeline`\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
