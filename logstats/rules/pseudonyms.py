"""Addresses kept as keyed hashes: a site's key turns with its local day or month, and is then forgotten.

A visitor who reads on over a turn goes by his earlier pseudonym for the period that has begun, so that his
visit is one. Whether he does is told while both keys are there, whichever of the lines comes first.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from logstats import store
from logstats.store import Session

KEPT = timedelta(days=2)  # for lines that come late: since the end of its period, and since it was made
BYTES = 32
RENAMED = (
    "rules/pseudonyms/hit_update",
    "rules/pseudonyms/visit_update",
    "rules/pseudonyms/pruned_visit_update",
    "rules/pseudonyms/interval_update",
    "rules/pseudonyms/alias_update",
    "rules/pseudonyms/alias_insert",
)
FORGOTTEN = ("rules/pseudonyms/alias_delete", "rules/pseudonyms/key_delete")
RENAMED_FROM = timedelta(days=2)  # no hit of the later side of a turn is so long before the chunk's


def give(session: Session, rotates: Mapping[int, str]) -> None:
    """Make `chunk_pseudonym` of a chunk whose sites are known; `rotates` says how often each site's key does.

    A period that has no key, for it is new or its key is forgotten, gets one.
    """
    session.run("rules/pseudonyms/client", {"site_ids": list(rotates), "rotates": list(rotates.values())})
    made_at = store.utc_now()
    for period in session.run("rules/pseudonyms/period_new").records():
        session.run(
            "rules/pseudonyms/key_insert", {**period, "key": secrets.token_hex(BYTES), "made_at": made_at}
        )
    session.run("rules/pseudonyms/pseudonym")


def join(session: Session, reach_from: datetime | None, reach_until: datetime | None) -> None:
    """Let those who read on over a turn go by one pseudonym, in the store and in the chunk's intervals.

    One who reads on over several turns of a chunk is renamed turn by turn.
    """
    if reach_from is None:
        return
    params = {"reach_from": reach_from, "reach_until": reach_until, "since": reach_from - RENAMED_FROM}
    while True:
        session.run("rules/pseudonyms/rotation")
        if not session.execute("SELECT count(*) FROM chunk_rotation").value():
            return
        session.run("rules/pseudonyms/rotated", params)
        if not session.execute("SELECT count(*) FROM chunk_rotated").value():
            return
        for name in RENAMED:
            session.run(name, params)


def forget(session: Session, path: Path, wait: float) -> None:
    """Forget the keys that have served; where there are none, leave the store as it is."""
    before = expired_before()
    with session.reading(path, wait, views=()):
        expired = session.run("rules/pseudonyms/expired_key_count", before).value()
    if expired:
        with session.writing(path, wait):
            for name in FORGOTTEN:
                session.run(name, before)


def expired_before() -> dict[str, datetime]:
    """Return the instant before which a key must have served, as a parameter."""
    return {"before": store.utc_now() - KEPT}
