"""Checks before a commit: the totals change by exactly the lines that were read.

They run inside the transaction and compare the store before it with the store after it. Their cost depends
on the new lines alone. `totals.recompute.verify` checks everything.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from logstats.errors import LogstatsError
from logstats.store import Session

FIGURES = ("hits", "bots", "page_views", "visits")
NOTHING = (0,) * len(FIGURES)
OF_VISITS = (None, None)

SiteDay = tuple[int | None, date | None]  # OF_VISITS: the visits that began on any of the days
Changes = dict[SiteDay, tuple[int, ...]]  # by FIGURES
Claim = tuple[str, int, int]  # a figure, its value, and the value that it must have


def check(session: Session, path: str, params: Mapping[str, Any]) -> int:
    """Raise LogstatsError, so that nothing is committed, if the figures of a chunk contradict each other.

    `params` are those of the chunk's statements, with the `bots` and `page_views` that were counted.
    Return how many of its hits are late: of days whose hits are pruned.
    """
    return check_days(session, path, params, _of_log(session, params))


def check_days(session: Session, what: str, counted: Mapping[str, int], claims: Iterable[Claim]) -> int:
    """Do the same where the claims on the logs of the chunk are given."""
    change = changes(session)
    found = zip(FIGURES, _sum(change), strict=True)
    of_days = [(f"{name} of its days", value, counted[name]) for name, value in found if name in counted]
    require(what, [*claims, *of_days, *moved(session, change)])
    kept_from = dict(session.run("store/invariants/kept_from").rows)
    return sum(
        hits
        for (site_id, day), (hits, *_) in change.items()
        if site_id in kept_from and day and day < kept_from[site_id]
    )


def require(what: str, claims: Iterable[Claim]) -> None:
    """Raise LogstatsError with each figure that does not have the value that it must have."""
    broken = [f"{figure}: {found}, not {expected}" for figure, found, expected in claims if found != expected]
    if broken:
        raise LogstatsError(
            f"{what}: the books do not balance, so nothing was changed ({'; '.join(broken)}). "
            "`logstats verify` says if the store is at fault; if it is not, logstats is: report it"
        )


def changes(session: Session) -> Changes:
    """Return the changes of each day's totals."""
    return _figures(session, "store/invariants/change", {})


def moved(session: Session, change: Changes) -> list[Claim]:
    """Return the totals and visits after a change, and the values that they must have.

    A second session sees the values before the transaction.
    """
    _, _, page_views, visits = _sum(change)
    expected = change | {OF_VISITS: (0, 0, page_views, visits)}
    days = {"days": sorted({day for _, day in change if day})}
    with session.committed() as committed:
        before = _figures(committed, "store/invariants/stored", days)
    after = _figures(session, "store/invariants/stored", days)
    return [
        (f"{figure} of {site_day[1] or 'the visits'}", found, was + by)
        for site_day in {**before, **after, **expected}
        for figure, found, was, by in zip(
            FIGURES, *(figures.get(site_day, NOTHING) for figures in (after, before, expected)), strict=True
        )
    ]


def _of_log(session: Session, params: Mapping[str, Any]) -> list[Claim]:
    (log,) = session.run("store/invariants/source", {"source_id": params["source_id"]}).records()
    return [
        ("lines of the log", log["lines"], params["lines_before"] + params["lines"]),
        (
            "hits, rejects and repeated lines of the log",
            log["hits"] + log["rejects"] + log["repeated"],
            log["lines"],
        ),
        ("byte the log was read to", log["position"], max(params["from_position"], params["to_position"])),
    ]


def _figures(session: Session, name: str, params: Mapping[str, object]) -> Changes:
    """Return the rows of a statement by site and day, summed."""
    summed: Changes = {}
    for site_id, day, *figures in session.run(name, params).rows:
        summed[site_id, day] = tuple(map(sum, zip(summed.get((site_id, day), NOTHING), figures, strict=True)))
    return summed


def _sum(change: Changes) -> tuple[int, ...]:
    return tuple(map(sum, zip(NOTHING, *change.values(), strict=True)))
