"""The state of a store and of its updates, for people and for monitoring: values, and what is the matter."""

import shutil
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, NamedTuple

from logstats.clock import utc_now
from logstats.errors import StoreError
from logstats.model import Result
from logstats.store import Session, inspection, runs
from logstats.store.as_of import newest_lines
from logstats.store.runs import Finished

ENOUGH_LINES = 20  # of a run, before the share of its rejects says anything
COLUMNS = ("what", "of", "value", "unit", "state", "note")
PACKED = (".gz", ".bz2", ".xz", ".zst", ".tar", ".tgz", ".zip")  # whose size is not that of their content


class Limits(NamedTuple):
    """The limits beyond which something is the matter; None: no limit.

    `update_age_s` is the age of the last finished update, `silence_s` that of the newest line of a site,
    `waiting_bytes` the unread bytes of logs, `reject_percent` the share of rejects in the last update.
    """

    update_age_s: float | None = None
    silence_s: float | None = None
    waiting_bytes: int | None = None
    reject_percent: float | None = None


class Fact(NamedTuple):
    """One value, of a site or of the whole store (`of` is ''); `problem` is '' where nothing is wrong.

    `at` is the instant of which the value is the age, in seconds since 1970.
    """

    what: str
    of: str
    value: int | None
    unit: str = ""
    note: str = ""
    problem: str = ""
    at: float | None = None


def facts(store: Path, wait: float, limits: Limits) -> list[Fact]:
    """Return the facts on a store and its updates; what can't be found out is a problem, not an error."""
    found = [*_updates(runs.last(store), limits), *_running(store, limits)]
    try:
        found += _of_store(store, wait, limits)
    except StoreError as error:
        found.append(Fact("store_readable", "", 0, problem=str(error)))
    return [*found, *_sizes(store)]


def as_result(found: Sequence[Fact]) -> Result:
    """Return facts as rows, those with a problem marked."""
    rows = [
        (
            fact.what,
            fact.of,
            fact.value,
            fact.unit,
            "problem" if fact.problem else "ok",
            fact.problem or fact.note,
        )
        for fact in found
    ]
    return Result(COLUMNS, rows)


def _updates(run: Finished | None, limits: Limits) -> Iterator[Fact]:
    if run is None:
        expected = limits.update_age_s is not None
        why = "no update has finished here yet; is `logstats update` in the crontab?" if expected else ""
        yield Fact("last_update_age", "", None, "s", problem=why)
        return
    age = max(runs.now() - run.finished, 0.0)
    late = limits.update_age_s is not None and age > limits.update_age_s
    why = f"the last update ended {_span(age)} ago, over {_span(limits.update_age_s or 0)}" if late else ""
    yield Fact(
        "last_update_age",
        "",
        round(age),
        "s",
        f"it took {run.finished - run.started:.1f} s",
        why,
        run.finished,
    )
    failed = f"the last update ended with exit code {run.exit_code}; `logstats -v update` says why"
    yield Fact("last_update_exit_code", "", run.exit_code, problem=failed if run.exit_code else "")
    yield Fact("last_update_lines", "", run.lines, "lines")
    percent = 100 * run.rejects / run.lines if run.lines else 0.0
    is_much = run.lines >= ENOUGH_LINES and percent > (
        100 if limits.reject_percent is None else limits.reject_percent
    )
    why = (
        f"{percent:.1f} % of the last update's lines were rejected; see `logstats rejects`" if is_much else ""
    )
    yield Fact("last_update_rejects", "", run.rejects, "lines", f"{percent:.1f} %", why)
    kept = f"not written, because a log could not be read: {', '.join(run.kept)}" if run.kept else ""
    yield Fact("stale_counter_files", "", len(run.kept), "files", problem=kept)


def _running(store: Path, limits: Limits) -> Iterator[Fact]:
    for one in runs.running(store):
        is_long = limits.update_age_s is not None and one.seconds > limits.update_age_s
        who = f"{one.process} has been running for {_span(one.seconds)}"
        yield Fact(
            "running", one.work, round(one.seconds), "s", who, f"{who}; does it hang?" if is_long else ""
        )


def _of_store(store: Path, wait: float, limits: Limits) -> list[Fact]:
    with Session() as session, inspection.reading(session, store, wait, ("sites", "sources", "waiting")):
        sites = session.execute(
            "SELECT site_id, site, logged_until, is_refused FROM sites ORDER BY site"
        ).records()
        earlier = newest_lines(session, sites, utc_now())
        logs = session.run("store/newest_sources").records()
        files = session.execute(
            "SELECT state, count(*) AS files FROM waiting GROUP BY state ORDER BY state"
        ).records()
    found = [Fact("store_readable", "", 1)]
    newest = [site | {"logged_until": earlier.get(site["site"], site["logged_until"])} for site in sites]
    found += [_newest(site, limits) for site in newest]
    found += [_refused(site) for site in sites]
    found.append(_waiting(logs, limits))
    found += [
        Fact("files_not_read", row["state"], row["files"], "files", "see `logstats sources`") for row in files
    ]
    return found


def _newest(site: dict[str, Any], limits: Limits) -> Fact:
    if site["logged_until"] is None:
        return Fact("newest_line_age", site["site"], None, "s", "there is no line yet")
    age = (utc_now() - site["logged_until"]).total_seconds()
    at = site["logged_until"].replace(tzinfo=UTC)
    is_silent = limits.silence_s is not None and age > limits.silence_s
    why = f"the newest line is {_span(age)} old, over {_span(limits.silence_s or 0)}" if is_silent else ""
    return Fact(
        "newest_line_age",
        site["site"],
        round(age),
        "s",
        at.isoformat(timespec="seconds"),
        why,
        at.timestamp(),
    )


def _refused(site: dict[str, Any]) -> Fact:
    why = "most of the last lines were rejected; see `logstats rejects`" if site["is_refused"] else ""
    return Fact("refused", site["site"], int(site["is_refused"]), problem=why)


def _waiting(logs: Sequence[dict[str, Any]], limits: Limits) -> Fact:
    """Return the fact on the bytes at the end of logs that were not read, by the sizes of the files."""
    sizes = {row["path"]: _unread(row["path"], row["position"]) for row in logs}
    total = sum(sizes.values())
    largest = max(sizes, key=lambda path: sizes[path], default="")
    where = f"{sizes[largest]:,} of {largest}" if total else ""
    is_much = limits.waiting_bytes is not None and total > limits.waiting_bytes
    why = f"{total:,} bytes of logs are not read, over {limits.waiting_bytes:,}: {where}" if is_much else ""
    return Fact("waiting", "", total, "bytes", where, why)


def _unread(path: str, position: int) -> int:
    """Return how many bytes of a log come after a position; a file that is shorter was replaced."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return 0
    if not stat.S_ISREG(found.st_mode) or path.endswith(PACKED):
        return 0
    return found.st_size - position if found.st_size >= position else found.st_size


def _sizes(store: Path) -> Iterator[Fact]:
    try:
        yield Fact("store_size", "", store.stat().st_size, "bytes", str(store))
        yield Fact("disk_free", "", shutil.disk_usage(store.parent).free, "bytes", str(store.parent))
    except OSError:
        return


def _span(seconds: float) -> str:
    """Return a time span with its largest unit: 45 s, 12 min, 3.5 h, 2.1 d."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.3g} s"
