"""Clients as keyed hashes. A site has a new key each local day or month; old keys are deleted.

A visit that spans a key rotation keeps the old pseudonym, as an alias, until the next rotation, so that it
remains one visit. Such visits are found while both keys exist, in any order of the lines.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from logstats import store
from logstats.store import Session

KEPT = timedelta(days=2)  # for late lines: after the end of a key's period, and after its creation
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
LATER_SIDE = timedelta(days=2)  # a hit after a rotation is at most this long before the chunk's first


def assign(session: Session, rotations: Mapping[int, str], chunk_hit: str) -> None:
    """Create `chunk_pseudonym`; `rotations` has for each site id the period of its keys.

    `chunk_hit` is the query of the chunk's hits. A period without a key, because it is new or its key was
    deleted, gets a key.
    """
    sites = {"site_ids": list(rotations), "rotates": list(rotations.values())}
    session.run("rules/pseudonyms/client", sites, {"chunk_hit": chunk_hit})
    made_at = store.utc_now()
    for period in session.run("rules/pseudonyms/period_new").records():
        key = {"key": secrets.token_hex(KEY_BYTES), "made_at": made_at}
        session.run("rules/pseudonyms/key_insert", period | key)
    session.run("rules/pseudonyms/pseudonym")


def join_rotations(session: Session, reach_from: datetime | None, reach_until: datetime | None) -> None:
    """Give a visitor whose visit spans a rotation one pseudonym, in the store and in the chunk's intervals.

    A visit that spans several rotations is joined one rotation at a time.
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
    """Delete expired keys; where no key has expired, do not write to the store."""
    before = expired_before()
    with session.reading(path, wait, views=()):
        expired = session.run("rules/pseudonyms/expired_key_count", before).value()
    if expired:
        with session.writing(path, wait):
            session.run_all(DELETED, before)


def expired_before() -> dict[str, datetime]:
    """Return the parameter of DELETED: keys whose period ended before that time are deleted."""
    return {"before": store.utc_now() - KEPT}
