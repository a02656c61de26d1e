"""DuckDB's errors about a store, a disk or memory, as errors that the user can act on.

DuckDB raises the same class for many causes, so they are distinguished by their text.
"""

import re
from collections.abc import Callable
from pathlib import Path

from logstats.errors import DamagedStoreError, StoreError, TornLogError

# Patterns are compiled when an error is handled: cron runs rarely have one, and need not spend the time.
_BLOCK = r"in block at location (?P<offset>\d+)"
# A statement that is at fault may hold any of the words of a damage.
_DAMAGED = (
    r"(?s)\A(?!(?:Parser|Binder|Catalog|Conversion) Error).*"
    r"(?:(?i:corrupt)|Could not read enough bytes|Metadata block index|Serialization Error|deserialize"
    r"|Perfect hash aggregate)"
)
_OFFSET = r"entry at byte position (?P<offset>\d+)"


def _torn(path: Path | None, text: str) -> StoreError:
    match = re.search(_OFFSET, text)
    return TornLogError(
        f"its write-ahead log, which holds the last commits, is damaged ({_cause(text)}); "
        "run `logstats repair`, and the next ingest reads the lost lines again",
        path=path,
        offset=int(match["offset"]) if match else None,
    )


def _damaged(path: Path | None, text: str) -> StoreError:
    match = re.search(_BLOCK, text)
    return DamagedStoreError(
        f"is damaged ({_cause(text)}); run `logstats repair`, and if that does not help, replace it with the "
        "newest `logstats snapshot` and ingest again: lines logged since then are read again",
        path=path,
        offset=int(match["offset"]) if match else None,
    )


def _no_store(path: Path | None, text: str) -> StoreError:
    return StoreError(
        f"is not a store, or is damaged ({_cause(text)}); name the store with --db, or replace it with the "
        "newest `logstats snapshot`",
        path=path,
    )


def _disk_full(path: Path | None, text: str) -> StoreError:
    return StoreError(
        f"the disk is full ({_cause(text)}); free some space and run again: unsaved lines are read again",
        path=path,
    )


def _disk_failed(path: Path | None, text: str) -> StoreError:
    return StoreError(
        f"the disk failed ({_cause(text)}); see the system's log and run again: unsaved lines are read again",
        path=path,
    )


def _too_many_files(path: Path | None, text: str) -> StoreError:
    return StoreError(
        f"too many open files ({_cause(text)}); raise the limit (ulimit -n) and run again", path=path
    )


def _no_locks(path: Path | None, _text: str) -> StoreError:
    return StoreError("the file system can't lock files; keep the store on a disk of this machine", path=path)


def _not_saved(path: Path | None, text: str) -> StoreError:
    return StoreError(
        f"could not be saved ({_cause(text)}); run again: unsaved lines are read again", path=path
    )


def _out_of_memory(path: Path | None, text: str) -> StoreError:
    return StoreError(
        f"not enough memory ({_cause(text)}); free some, ask for less (a shorter period), or use a machine "
        "with more",
        path=path,
    )


def _nothing_to_spill_to(path: Path | None, text: str) -> StoreError:
    return StoreError(
        "not enough memory, and not enough space in the folder for temporary files "
        f"({_cause(text)}); set TMPDIR to another folder",
        path=path,
    )


_CAUSES: tuple[tuple[str, Callable[[Path | None, str], StoreError]], ...] = (
    # a pattern of DuckDB's text, and the error to raise; the first match counts
    (r"No space left on device|Disk quota exceeded|File too large", _disk_full),
    (r"temp_directory", _nothing_to_spill_to),
    (r"Out of Memory|could not allocate", _out_of_memory),
    (r"Input/output error|fsync failed", _disk_failed),
    (r"Too many open files", _too_many_files),
    (r"Could not set lock on file", _no_locks),  # a store that another program has open is known by then
    (r"replaying WAL|Corrupt WAL|This WAL was created", _torn),
    (_DAMAGED, _damaged),
    (r"not a valid DuckDB database file", _no_store),
    (r"Failed to commit|during DETACH failed", _not_saved),
)
_SAVED = "COMMIT succeeded and is durable"
_OF_BROKEN_FILE = r"^(INTERNAL|FATAL) Error|^IO Error: (?!Could not write)"


def in_words(store: Path | None, text: str) -> StoreError | None:
    """Return the error for DuckDB's text, None for a text of another kind."""
    return next((make(store, text) for pattern, make in _CAUSES if re.search(pattern, text)), None)


def only_checkpoint_failed(store: Path, text: str) -> str | None:
    """Return a warning if DuckDB's text is of a commit that is saved, but not in the store's file yet."""
    if _SAVED not in text:
        return None
    return (
        f"{store}: the new lines are saved in the write-ahead log, but could not be written into the file "
        f"({_cause(text)}); free some space, and the next run does that"
    )


def of_attached(store: Path, text: str) -> StoreError | None:
    """Return the error for DuckDB's text while a store is attached, None where the statement is at fault.

    Statements work on a store that is whole, so DuckDB's own failures are those of its file.
    """
    if known := in_words(store, text):
        return known
    return _damaged(store, text) if re.search(_OF_BROKEN_FILE, text) else None


def cause(error: Exception) -> str:
    """Return the first line of DuckDB's original error, without the operation that it interrupted."""
    return _cause(str(error))


def _cause(text: str) -> str:
    return text.rpartition("Original error: ")[2].strip().partition("\n")[0].rstrip(".")
