"""Clients as keyed hashes. A site's key rotates with its local day or month, and is deleted after that.

A visit that spans a key rotation keeps the old pseudonym, as an alias, until the next rotation, so that it
stays one visit. That is decided while both keys exist, in whatever order the lines come.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from logstats import store
from logstats.store import Session

KEPT = timedelta(days=2)  # for late lines: since the end of a key's period, and since the key was made
KEY_BYTES = 32
ALIASED = (
    "rules/pseudonyms/hit_update",
    "rules/pseudonyms/visit_update",
    "rules/pseudonyms/pruned_visit_update",
    "rules/pseudonyms/interval_update",
    "rules/pseudonyms/alias_update",
    "rules/pseudonyms/alias_insert",
)
DELETED = ("rules/pseudonyms/alias_delete", "rules/pseudonyms/key_delete")
LATER_SIDE = timedelta(days=2)  # a hit after a rotation is at most so long before the chunk's first


def assign(session: Session, rotations: Mapping[int, str]) -> None:
    """Make `chunk_pseudonym`; `rotations` says for each site id how often its key rotates.

    A period without a key, because it is new or its key was deleted, gets one.
    """
    sites = {"site_ids": list(rotations), "rotates": list(rotations.values())}
    session.run("rules/pseudonyms/client", sites)
    made_at = store.utc_now()
    for period in session.run("rules/pseudonyms/period_new").records():
        key = {"key": secrets.token_hex(KEY_BYTES), "made_at": made_at}
        session.run("rules/pseudonyms/key_insert", period | key)
    session.run("rules/pseudonyms/pseudonym")


def join_rotations(session: Session, reach_from: datetime | None, reach_until: datetime | None) -> None:
    """Give a visitor whose visit spans a rotation one pseudonym, in the store and in the chunk's intervals.

    A visit that spans several rotations is joined rotation by rotation.
    """
    if reach_from is None:
        return
    since = {"since": reach_from - LATER_SIDE}
    while True:
        session.run("rules/pseudonyms/rotation")
        if not session.execute("SELECT count(*) FROM chunk_rotation").value():
            return
        session.run("rules/pseudonyms/rotated", {"reach_from": reach_from, "reach_until": reach_until})
        if not session.execute("SELECT count(*) FROM chunk_rotated").value():
            return
        session.run_all(ALIASED, since)


def delete_expired(session: Session, path: Path, wait: float) -> None:
    """Delete the keys that are not needed any more; where there is none, leave the store as it is."""
    before = expired_before()
    with session.reading(path, wait, views=()):
        expired = session.run("rules/pseudonyms/expired_key_count", before).value()
    if expired:
        with session.writing(path, wait):
            session.run_all(DELETED, before)


def expired_before() -> dict[str, datetime]:
    """Return the parameter of DELETED: the time before which a key must have ended."""
    return {"before": store.utc_now() - KEPT}
