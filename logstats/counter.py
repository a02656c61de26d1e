"""The four figures, and the box in the portal's sidebar that shows them."""

import contextlib
import html
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from logstats import when
from logstats.config import Settings
from logstats.errors import LogstatsError, UsageError
from logstats.model import Counters, Result
from logstats.question import Question, moment
from logstats.store import Session, utc_now
from logstats.when import Clock

FIGURES = ("online", "today", "week", "all_time")
INSTANTS = ("at", "logged_until")  # columns that are shown on the zone's clock
LABELS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "title": "Thống kê truy cập",
        "online": "Đang online",
        "today": "Hôm nay",
        "week": "Trong tuần",
        "all_time": "Tất cả",
    },
    "en": {
        "title": "Visits",
        "online": "Online now",
        "today": "Today",
        "week": "This week",
        "all_time": "All time",
    },
}


def figures(question: Question) -> list[Counters]:
    """Return the figures of the site asked for, or of each site, by name."""
    with Session() as session:
        with session.reading(question.store, question.wait):
            then = moment(session, question)
            params = {
                "at": then.at,
                "at_reach": then.online_reach,
                "at_day_reach": then.day_reach,
                "site": question.site,
            }
            rows = session.run("counter/counters", params).records()
        zones = {question.timezone} if question.timezone else {row["timezone"] for row in rows}
        shown = {zone: _shown(rows, session.clock(zone)) for zone in sorted(zones)}
    return [_counters(row, shown[question.timezone or row["timezone"]]) for row in rows]


def _shown(rows: Sequence[Mapping[str, Any]], clock: Clock) -> Mapping[datetime, datetime]:
    instants = {row[name] for row in rows for name in INSTANTS if row[name] is not None}
    return when.shown(instants, clock)


def _counters(row: Mapping[str, Any], shown: Mapping[datetime, datetime]) -> Counters:
    told = {name: value for name, value in row.items() if name != "timezone"}
    return Counters(**told | {name: shown.get(told[name]) for name in INSTANTS})


def as_result(counters: Sequence[Counters]) -> Result:
    """Return the figures as rows, whose names are the JSON contract."""
    return Result(tuple(field.name for field in fields(Counters)), [astuple(row) for row in counters])


def text_box(counters: Sequence[Counters], lang: str) -> str:
    """Return the box as plain text, one for each site, with the site's name where there are several."""
    labels = LABELS[lang]
    boxes = []
    for row in counters:
        title = labels["title"] + (f" — {row.site}" if len(counters) > 1 else "")
        lines = [f"• {labels[name]}: {getattr(row, name):,}" for name in FIGURES]
        boxes.append("\n".join([title, *lines]) + "\n")
    return "\n".join(boxes)


def html_box(counters: Sequence[Counters], lang: str) -> str:
    """Return the box as an HTML fragment; each figure has a class to find it by."""
    labels = LABELS[lang]
    boxes = []
    for row in counters:
        items = "".join(
            f'    <li>{labels[name]}: <span class="logstats-{name.replace("_", "-")}">'
            f"{getattr(row, name):,}</span></li>\n"
            for name in FIGURES
        )
        boxes.append(
            f'<div class="logstats" lang="{lang}" data-site="{html.escape(row.site)}">\n'
            f"  <h3>{labels['title']}</h3>\n  <ul>\n{items}  </ul>\n</div>\n"
        )
    return "".join(boxes)


BOXES: Mapping[str, Callable[[Sequence[Counters], str], str]] = {"text": text_box, "html": html_box}


@dataclass(frozen=True)
class Baseline:
    """What an old counter said of a site before a local day."""

    site: str
    visits: int
    on_day: date = date.min
    note: str | None = None


def set_baselines(store: Path, baselines: Sequence[Baseline], wait: float) -> None:
    """Keep what old counters said; raise UsageError for a site that the store has not met."""
    with Session() as session, session.writing(store, wait):
        known = {name for (name,) in session.execute("SELECT name FROM store.site").rows}
        for baseline in baselines:
            if baseline.site not in known:
                told = ", ".join(sorted(known)) or "none yet"
                raise UsageError(f"no site «{baseline.site}» in the store; there are: {told}")
            session.run(
                "counter/baseline_set",
                {
                    "site": baseline.site,
                    "visits": baseline.visits,
                    "on_day": baseline.on_day,
                    "note": baseline.note,
                    "set_at": utc_now(),
                },
            )


def follow_settings(store: Path, settings: Settings, wait: float) -> None:
    """Keep the baselines that logstats.toml tells of sites the store has met, where they are new."""
    told = {
        site.name: Baseline(site.name, site.baseline, site.baseline_on, "logstats.toml")
        for site in settings.sites
        if site.baseline is not None
    }
    if not told:
        return
    with Session() as session, session.reading(store, wait):
        kept = {(name, visits, on_day) for name, visits, on_day in session.run("counter/baselines_kept").rows}
        known = {name for (name,) in session.execute("SELECT site FROM sites").rows}
    new = [
        baseline
        for baseline in told.values()
        if baseline.site in known and (baseline.site, baseline.visits, baseline.on_day) not in kept
    ]
    if new:
        set_baselines(store, new, wait)


def replace_file(path: Path, data: bytes) -> bool:
    """Make the file hold the data, in one step that no reader can see half done.

    A file that holds it already is left alone (False). Mode and owner of an old file are kept.
    """
    try:
        if path.exists() and not path.is_file():
            raise LogstatsError(f"{path}: is no file; only a file can be replaced")
        if path.exists() and path.read_bytes() == data:
            return False
        target = path.resolve()
        number, fresh = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
                file.flush()
                _keep_mode(target, number)
                os.fsync(number)
            Path(fresh).replace(target)
        except BaseException:
            Path(fresh).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise LogstatsError(f"{path}: can't be written: {error.strerror}; the old one stays") from error
    return True


def _keep_mode(target: Path, number: int) -> None:
    if target.exists():
        old = target.stat()
        os.fchmod(number, old.st_mode & 0o7777)
        with contextlib.suppress(PermissionError):
            os.fchown(number, old.st_uid, old.st_gid)
    else:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(number, 0o666 & ~mask)
