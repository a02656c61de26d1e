"""What DuckDB says when a store, a disk or the memory fails it, and what the user is told instead.

DuckDB raises one class for many reasons, so that its words are all there is to go by.
"""

import re
from collections.abc import Callable
from pathlib import Path

from logstats.errors import StoreError, TornLogError

_BYTE = re.compile(r"entry at byte position (?P<byte>\d+)")


def _torn(place: str, text: str) -> StoreError:
    at = _BYTE.search(text)
    return TornLogError(
        f"{place}what was written last is damaged in the log beside it ({_cause(text)}); "
        "`logstats repair` sets that aside, and the next ingest reads it again",
        byte=int(at["byte"]) if at else None,
    )


def _damaged(place: str, text: str) -> StoreError:
    return StoreError(
        f"{place}is damaged ({_cause(text)}); put the newest `logstats snapshot` in its place "
        "and ingest again: what was logged since is read again"
    )


def _full(place: str, text: str) -> StoreError:
    return StoreError(
        f"{place}the disk is full ({_cause(text)}); make room and run again: what was not saved is read again"
    )


def _short_of_memory(place: str, text: str) -> StoreError:
    return StoreError(
        f"{place}the work needs more room than there is in memory and in the folder for temporary files "
        f"({_cause(text)}); TMPDIR names another folder"
    )


_TOLD: tuple[tuple[re.Pattern[str], Callable[[str, str], StoreError]], ...] = (
    # DuckDB's words, and what they mean; the first that fits
    (re.compile(r"No space left on device|Disk quota exceeded|File too large"), _full),
    (re.compile(r"max_temp_directory_size|Out of Memory|could not allocate"), _short_of_memory),
    (re.compile(r"replaying WAL|Corrupt WAL|This WAL was created"), _torn),
    (re.compile(r"Corrupt database file"), _damaged),
)


def in_words(store: Path | None, text: str) -> StoreError | None:
    """Return the error that a user can act on, None where DuckDB's words tell of no such trouble."""
    place = f"{store}: " if store else ""
    return next((make(place, text) for words, make in _TOLD if words.search(text)), None)


def cause(error: Exception) -> str:
    """Return what DuckDB says in the end, without what it was doing."""
    return _cause(str(error))


def _cause(text: str) -> str:
    return text.rpartition("Original error: ")[2].strip().partition("\n")[0].rstrip(".")
