"""Refuses identifiers that are metaphors: `python .ci/words.py` lists each with its place and a better word.

Python identifiers are names, attributes, parameters, keywords, functions and classes; SQL identifiers are all
words of a statement outside comments and strings. A word is compared whole, and as a part between underscores
where it stands with one (`_told`, `is_asked`).
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BETTER = {
    # refused: what to write instead
    "told": "what it is: row, error, message, names",
    "asked": "named_explicitly, requested",
    "met": "known (a lookup in a dimension)",
    "unmet": "new (a lookup in a dimension)",
    "taken": "committed",
    "begun": "initial",
    "hand": "worker",
    "hands": "workers",
    "judge": "classify",
    "judged": "classified",
    "judging": "classify",
    "relay": "worker_pool",
    "ledger": "log_registry",
    "books": "recompute",
    "balance": "invariants",
    "sums": "breakdown",
    "question": "request",
    "trouble": "duckdb_errors",
    "outdated": "drift",
    "heads": "head_hashes",
    "anchor": "tail_hash",
    "half": "ends_mid_line",
    "shape": "log_format",
    "turn": "rotation",
    "turns": "rotates",
    "goes_by": "alias",
    "crowd": "dominant_client",
    "crowds": "dominant_clients",
    "wash": "sanitize",
    "washed": "sanitized",
    "place": "index, offset, position",
    "then": "as_of",
    "address": "client_ip, url",
    "addresses": "client_ips, urls",
    "Order": "IngestRequest, TitlesRequest",
    "Run": "Scan, Job",
    "Reader": "Converter, LogReader",
    "Reading": "ParsePlan",
    "Typed": "ParseCounts",
}
ALLOWED = {
    # file: words that are right there, because …
    "logstats/sources/paths.py": {"anchor"},  # an attribute of pathlib.Path
}
SQL_TEXT = re.compile(r"--[^\n]*|'(?:[^']|'')*'")
SQL_WORD = re.compile(r"[A-Za-z_]\w*")


def python_words(text: str) -> Iterator[tuple[int, str]]:
    """Yield each identifier of a module with its line."""
    for node in ast.walk(ast.parse(text)):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield line, name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield line, name
            case ast.keyword(arg=str(name)):
                yield node.value.lineno, name
            case ast.alias(asname=str(name)):
                yield line, name


def sql_words(text: str) -> Iterator[tuple[int, str]]:
    """Yield each word of a statement with its line, outside comments and strings."""
    for number, line in enumerate(text.splitlines(), 1):
        for word in SQL_WORD.findall(SQL_TEXT.sub(" ", line)):
            if not word.isupper():
                yield number, word


def refused(name: str) -> str | None:
    """Return the word for which an identifier is refused, None where it is fine."""
    parts = {name, name.strip("_"), *name.strip("_").split("_")}
    return next((word for word in BETTER if word in parts), None)


def findings() -> Iterator[str]:
    """Yield a line for each refused identifier of the project."""
    folders = ("logstats", "benchmarks", "tests", ".ci")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    for path in sorted([*files, *(ROOT / "queries").rglob("*.sql")]):
        name = path.relative_to(ROOT).as_posix()
        words = python_words if path.suffix == ".py" else sql_words
        for line, identifier in sorted(set(words(path.read_text(encoding="utf-8")))):
            word = refused(identifier)
            if word and word not in ALLOWED.get(name, ()):
                yield f"{name}:{line}: {identifier}: write {BETTER[word]}"


def main() -> int:
    """Print what is refused; return 1 where something is."""
    lines = list(findings())
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
