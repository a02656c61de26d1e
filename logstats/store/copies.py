"""A private copy of a store, in which a run can be tried without a change of the store."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from logstats.errors import StoreError
from logstats.store import inspection, locks
from logstats.store.file import require

NAME = "store.duckdb"
SPARE = 64 << 20  # bytes that a trial needs beside the copy
_LOG = ".wal"  # DuckDB's write-ahead log, which a run leaves only after a power cut


@contextlib.contextmanager
def copied(store: Path, wait: float) -> Iterator[Path]:
    """Yield the path of a copy in the temporary folder, or a free path where there is no store.

    The copy is made under the lock of a reader, without opening the store. Raise StoreError where there is no
    room for it.
    """
    with tempfile.TemporaryDirectory(prefix="logstats-") as folder:
        target = Path(folder, NAME)
        if store.exists():
            require(store)
            _require_room(store, Path(folder))
            has_locks = inspection.has_lock_files(store)
            until = time.monotonic() + wait
            with locks.held(store, until, alone=False) if has_locks else contextlib.nullcontext():
                _copy(store, target)
        yield target


def _require_room(store: Path, folder: Path) -> None:
    needed = store.stat().st_size + SPARE
    if (free := shutil.disk_usage(folder).free) < needed:
        why = f"a copy of it needs {needed:,} bytes in {folder.parent}, where {free:,} are free"
        raise StoreError(f"{why}; set TMPDIR to a folder with more room", path=store)


def _copy(store: Path, target: Path) -> None:
    real = store.resolve()
    log = real.with_name(real.name + _LOG)
    try:
        shutil.copyfile(real, target)
        if log.exists():
            shutil.copyfile(log, target.with_name(target.name + _LOG))
    except OSError as error:
        raise StoreError(f"can't be copied: {error.strerror}", path=store) from error
