"""What must hold before anything is saved: that the figures move by what the lines say.

It is asked inside the transaction, of the store as it was and as it would be, and costs what is new.
`books` asks more, and of everything.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from logstats.errors import LogstatsError
from logstats.store import Session

FIGURES = ("hits", "bots", "page_views", "visits")
NOTHING = (0,) * len(FIGURES)
OF_VISITS = (None, None)

Place = tuple[int | None, date | None]  # a site's day; OF_VISITS: the visits that began on any of the days
Moves = dict[Place, tuple[int, ...]]  # by FIGURES
Claim = tuple[str, int, int]  # a figure, as it is, as it must be


def check(session: Session, path: str, params: Mapping[str, Any]) -> int:
    """Raise LogstatsError, so that nothing is saved, where a chunk's figures do not fit each other.

    `params` are those of the chunk's statements, and the `bots` and `page_views` that it counted.
    Return how many of its hits are late: of days whose hits are pruned.
    """
    change = changes(session)
    counted = zip(FIGURES, _sum(change), strict=True)
    of_days = [(f"{name} of its days", found, params[name]) for name, found in counted if name in params]
    require(path, [*_of_log(session, params), *of_days, *moved(session, change)])
    kept_from = dict(session.run("store/invariants/kept_from").rows)
    return sum(
        hits
        for (site_id, day), (hits, *_) in change.items()
        if site_id in kept_from and day and day < kept_from[site_id]
    )


def require(what: str, claims: Iterable[Claim]) -> None:
    """Raise LogstatsError that names each figure that is not as it must be, if there is one."""
    broken = [f"{figure}: {found}, not {expected}" for figure, found, expected in claims if found != expected]
    if broken:
        raise LogstatsError(
            f"{what}: the books do not balance, so nothing was changed ({'; '.join(broken)}). "
            "`logstats verify` says if the store is at fault; if it is not, logstats is: report it"
        )


def changes(session: Session) -> Moves:
    """Return by what the totals of each day are to move."""
    return _moves(session, "store/invariants/change", {})


def moved(session: Session, change: Moves) -> list[Claim]:
    """Return where totals and visits stand after a change, and where they should.

    Another session sees them as they were before the transaction.
    """
    _, _, page_views, visits = _sum(change)
    expected = change | {OF_VISITS: (0, 0, page_views, visits)}
    days = {"days": sorted({day for _, day in change if day})}
    with session.committed() as committed:
        before = _moves(committed, "store/invariants/stored", days)
    after = _moves(session, "store/invariants/stored", days)
    return [
        (f"{figure} of {place[1] or 'the visits'}", found, was + by)
        for place in {**before, **after, **expected}
        for figure, found, was, by in zip(
            FIGURES, *(moves.get(place, NOTHING) for moves in (after, before, expected)), strict=True
        )
    ]


def _of_log(session: Session, params: Mapping[str, Any]) -> list[Claim]:
    (log,) = session.run("store/invariants/source", params).records()
    return [
        ("lines of the log", log["lines"], params["lines_before"] + params["lines"]),
        ("hits and rejects of the log", log["hits"] + log["rejects"], log["lines"]),
        ("byte the log was read to", log["position"], max(params["from_position"], params["to_position"])),
    ]


def _moves(session: Session, name: str, params: Mapping[str, object]) -> Moves:
    moves: Moves = {}
    for site_id, day, *figures in session.run(name, params).rows:
        moves[site_id, day] = tuple(map(sum, zip(moves.get((site_id, day), NOTHING), figures, strict=True)))
    return moves


def _sum(moves: Moves) -> tuple[int, ...]:
    return tuple(map(sum, zip(NOTHING, *moves.values(), strict=True)))
