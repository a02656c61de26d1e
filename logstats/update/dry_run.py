"""What an update would do: it is run on a copy of the store, and its counter files are not written."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from logstats.config import CounterFile
from logstats.errors import CounterDecreaseError, StoreError
from logstats.model import Counters, Result
from logstats.store import Session, copies
from logstats.update import counter_files, list_files, run
from logstats.update.run import Outcome, UpdateRequest

COLUMNS = ("what", "path", "site", "lines", "bytes", "hits", "rejects", "before", "after")
READ, WRITE = "read", "write"
LONGEST_SHOWN = 300  # characters of a counter file's changed lines


class Change(NamedTuple):
    """A counter file that would change: its lines that differ, before ('': there is no file) and after."""

    path: Path
    before: str
    after: str


class Trial(NamedTuple):
    """The outcome of an update on the copy (None: it did nothing), and the rows that say what it would do."""

    outcome: Outcome | None
    result: Result


def dry_run(request: UpdateRequest) -> Trial:
    """Return what an update would read and write; nothing is changed."""
    changes: list[Change] = []

    def preview(file: CounterFile, counters: Sequence[Counters]) -> bool:
        change = change_of(file, counters, allow_decrease=request.allow_decrease)
        changes.extend([change] if change else [])
        return change is not None

    def preview_text(path: Path, content: bytes) -> bool:
        change = change_of_text(path, content)
        changes.extend([change] if change else [])
        return change is not None

    with copies.copied(request.store, request.wait) as copy:
        before = _last_ingest(copy, request.wait)
        outcome = run.update(request._replace(store=copy, publish=preview, publish_text=preview_text))
        rows = _rows_of_logs(copy, request.wait, before)
    rows += [
        (WRITE, str(each.path), None, None, None, None, None, each.before, each.after) for each in changes
    ]
    return Trial(outcome, Result(COLUMNS, rows))


def change_of(file: CounterFile, counters: Sequence[Counters], *, allow_decrease: bool) -> Change | None:
    """Return the change of a counter file, None where it would stay; raise the errors of `publish`."""
    counter_files.require_replaceable(file.path)
    new = counter_files.render(counters, file)
    old = file.path.read_bytes() if file.path.exists() else b""
    if file.path.exists() and old == new:
        return None
    if not allow_decrease and (decreases := counter_files.decreases_of(file, counters)):
        raise CounterDecreaseError(file.path, decreases)
    before, after = _differing(old.decode("utf-8", "replace"), new.decode("utf-8", "replace"))
    return Change(file.path, before, after)


def change_of_text(path: Path, content: bytes) -> Change | None:
    """Return the change of a file with a list or with views of articles, None where it would stay."""
    counter_files.require_replaceable(path)
    old = path.read_bytes() if path.exists() else b""
    if path.exists() and list_files.shown(old) == list_files.shown(content):
        return None
    return Change(path, *_differing(old.decode("utf-8", "replace"), content.decode("utf-8", "replace")))


def _differing(old: str, new: str) -> tuple[str, str]:
    """Return the lines of two texts without the equal ones at the beginning and the end."""
    lines = (old.splitlines(), new.splitlines())
    shorter = min(map(len, lines))
    first = next((n for n in range(shorter) if lines[0][n] != lines[1][n]), shorter)
    last = next((n for n in range(shorter - first) if lines[0][-1 - n] != lines[1][-1 - n]), shorter - first)
    shown = ["\n".join(line.strip() for line in each[first : len(each) - last]) for each in lines]
    return shown[0][:LONGEST_SHOWN], shown[1][:LONGEST_SHOWN]


def _last_ingest(store: Path, wait: float) -> int:
    if not store.exists():
        return 0
    with Session() as session, session.reading(store, wait, views=(), migrate=True):
        return int(session.execute("SELECT coalesce(max(ingest_id), 0) FROM store.ingest").value())


def _rows_of_logs(store: Path, wait: float, before: int) -> list[tuple[Any, ...]]:
    """Return a row for each log of which the update has read lines, on the copy."""
    if not store.exists():
        return []
    try:
        with Session() as session, session.reading(store, wait, views=()):
            found = session.run("store/new_ingests", {"before": before}).rows
    except StoreError:
        return []
    return [(READ, *row, "", "") for row in found]
