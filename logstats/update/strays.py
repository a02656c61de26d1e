"""Stray files: files in a folder of logs that can't be read and never were logs.

Without them counter files are complete. A file that may be the next state of a log that was read is no stray,
for then lines are missing.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from logstats import sources
from logstats.errors import LogError, LogFaultError, LogSiteError, LogstatsError, RefusedLinesError
from logstats.store import Session

_PACKED = re.compile(r"\.(?:gz|bz2|xz|zst)$")
_ROTATED = re.compile(r"(?:[._-]\d+)+$")


def advice(errors: Sequence[LogstatsError]) -> str:
    """Return what is done about stray files, and how not to have them reported."""
    first, *more = [str(error.path) for error in errors]
    others = f" and {len(more):,} more {'file' if len(more) == 1 else 'files'}" if more else ""
    was, it = ("were", "them") if more else ("was", "it")
    return (
        f"{first}{others}: {was} never read as a log, so counter files are written without {it}; move {it} "
        'away, or name the logs in logstats.toml by a pattern such as "access.log*"'
    )


def logs_read(session: Session, store: Path, wait: float) -> tuple[str, ...]:
    """Return the names of the logs of which the store has a line."""
    if not store.exists():
        return ()
    with session.reading(store, wait, views=()):
        rows = session.execute("SELECT DISTINCT path FROM store.source WHERE hits + repeated > 0").rows
    return tuple(path for (path,) in rows)


def is_stray(error: LogstatsError, names: Sequence[str], logs: Sequence[str], known: Sequence[str]) -> bool:
    """Whether an error is that of a stray file.

    `names` are those in logstats.toml for the `logs` among which the file was found, `known` the logs that
    were read. A file that is named in logstats.toml is none, nor is one where none of the logs was ever read.
    """
    if (
        not isinstance(error, LogError)
        or isinstance(error, RefusedLinesError | LogFaultError | LogSiteError)
        or error.path is None
    ):
        return False
    file = next(
        (log for log in logs if str(error.path) == log or str(error.path).startswith(f"{log}/")), None
    )
    if file is None or file in names:
        return False
    families = {family(path) for path in known}
    return family(sources.printable(file)) not in families and any(
        family(sources.printable(log)) in families for log in logs
    )


def family(path: str) -> str:
    """Return what the names of a log, of its rotated states and of its archives have in common."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{re.sub(r'[0-9]+', '#', _ROTATED.sub('', _PACKED.sub('', name)))}"
