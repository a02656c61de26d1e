"""The files that logstats reads or keeps: nothing that it writes may take their place."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from logstats.config.settings import Settings
from logstats.model import OBJECT_SCHEMES

_MAGIC = re.compile(r"[*?\[]")


def input_at(path: Path, settings: Settings, store: Path | None) -> str:
    """Return what the file at a path is for logstats, '' where it is nothing that is read or kept.

    A log may be named by a pattern. The files beside a store have its name, a dot and more.
    """
    real = os.path.realpath(path)
    if store is not None:
        kept = os.path.realpath(store)
        if real == kept or real.startswith(f"{kept}."):
            return "the store" if real == kept else "a file of the store"
    return next((what for what, names in _inputs(settings) if _is_named(real, names)), "")


def _inputs(settings: Settings) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what the files of settings are, with their names."""
    sites = settings.sites
    counters = (*settings.counters, *(file for site in sites for file in site.counters))
    yield "logstats.toml", [str(settings.path)] if settings.path else []
    yield "a log", [name for logs in settings.all_logs() for name in logs.paths]
    yield "a file with titles", [str(name) for site in sites for name in site.titles]
    yield "a template", [str(file.template) for file in counters if file.template]
    yield "the database of countries", [str(settings.geo.database)] if settings.geo.database else []


def _is_named(real: str, names: Sequence[str]) -> bool:
    return any(
        _matches(real, name) if _MAGIC.search(name) else os.path.realpath(name) == real
        for name in names
        if not name.startswith(OBJECT_SCHEMES)
    )


def _matches(real: str, pattern: str) -> bool:
    """Whether a path matches a pattern; folders above the first wildcard may be symbolic links."""
    path = Path(pattern)
    folder = next(folder for folder in path.parents if not _MAGIC.search(str(folder)))
    whole = Path(os.path.realpath(folder)) / path.relative_to(folder)
    if "**" in whole.parts:
        import fnmatch  # noqa: PLC0415 - only for such patterns

        return fnmatch.fnmatchcase(real, str(whole).replace("**/", "*"))
    return Path(real).match(str(whole))
