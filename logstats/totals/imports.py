"""Import the figures of another store, or of a cluster's run, in one transaction; take an import back.

Hits that are not imported themselves count as hits that are pruned: their figures are merged into the store
by the statements of ingest, and kept so that everything can be recomputed. A key that was imported before is
taken back first, as an undo does it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from logstats.config import Settings
from logstats.errors import LogstatsError, UsageError
from logstats.rules import kept, ruleset
from logstats.store import Session, invariants, no_ingest, utc_now
from logstats.store.invariants import Changes
from logstats.store.statements import sql_text

VIEWS = {
    # a part of an export: the name under which statements read it
    "site": "import_site",
    "agent": "import_agent",
    "article": "import_article",
    "visit": "import_visit",
    "day": "import_day_part",
    "hour": "import_hour_part",
    "article_day": "import_article_day",
    "source": "import_source",
    "reject": "import_reject",
    "repetition": "import_repetition",
    "hit": "import_hit",
}
# The stages, each in the order of its statements.
TEXTS = (
    "totals/import/agent_insert",
    "totals/import/url",
    "rules/article_insert",
    "rules/article_url_update",
)
ROWS = (
    "totals/import/method_insert",
    "totals/import/referrer_insert",
    "totals/import/page",
    "totals/import/page_insert",
    "totals/import/source_insert",
    "totals/import/ingest_insert",
    "totals/import/reject_insert",
    "totals/import/repetition_insert",
    "totals/import/hit_insert",
)
COUNTED = (
    "ingest/hits/counted_hit",
    "ingest/visits/minute",
    "ingest/visits/interval",
    "ingest/days/article_change",
)
FORGOTTEN = ("totals/import/forgotten", "totals/import/forgotten_add")
MERGED = (
    "ingest/visits/touched",
    "ingest/visits/merged",
    "ingest/visits/visit_delete",
    "ingest/visits/visit_insert",
    "ingest/days/day_change",
    "ingest/days/day_update",
    "ingest/days/day_insert",
    "ingest/days/article_update",
    "ingest/days/article_insert",
    "ingest/days/site_update",
)
KEPT = ("totals/import/pruned_insert", "totals/import/import_insert")

BACK_COUNTED = (
    "totals/import_back/counted_hit",
    "ingest/visits/minute",
    "ingest/visits/interval",
    "ingest/days/article_change",
)
BACK_DELETED = ("totals/import_back/forgotten", "totals/import_back/hit_delete")
BACK_VISITS = ("totals/undo/visit_touched", "ingest/visits/visit_delete")
BACK_AROUND = (
    "totals/undo/hit_around",
    "totals/undo/counted_around",
    "ingest/visits/interval",
    "totals/undo/interval_around",
)
BACK_MERGED = ("ingest/visits/touched", "ingest/visits/merged", "ingest/visits/visit_insert")
BACK_TOTALS = (
    "totals/undo/day_change",
    "ingest/days/day_update",
    "totals/undo/article_change",
    "ingest/days/article_update",
    "totals/undo/day_delete",
    "totals/undo/article_day_delete",
)
NO_REACH = {"reach_from": None, "reach_until": None}  # no stored visit is merged with the remaining ones
NO_INGEST = {"ingest_id": 0}  # the hits of the import are deleted already
PROBLEMS = {
    # why a log that both stores have can't be left out: what to do
    "longer": "the export has read more of it; read it here to its end, or undo its ingests here",
    "merged": "the export has its visits together with those of others; undo its ingests here, or run the "
    "key again for this store, which leaves it out",
    "pruned": "hits of it are pruned there, so it can't be told from the other logs; undo its ingests here",
    "repeated": "another log of the export has lines of it; undo its ingests here",
}


class ImportRequest(NamedTuple):
    """One key of an export, to be imported into a store.

    `origin` is the store, or the run, that the key is from. `files` are those of each part. `is_same_key`:
    logs are identified by the same key there and here. `is_merged`: the visits are those of all logs
    together, so that no log can be left out.
    """

    store: Path
    settings: Settings
    wait: float
    key: str
    version: str
    origin: str
    files: Mapping[str, Sequence[Path]]
    is_same_key: bool = True
    is_merged: bool = False


class Imported(NamedTuple):
    """The counts of an import: `kept_hits` came as hits. `known` logs were left out: the store has them.

    `was_there`: so was this version. `is_replaced`: another version was. `stale` are keys of imports that
    have left out logs which the other version had: they are to be imported again.
    """

    logs: int = 0
    lines: int = 0
    hits: int = 0
    rejects: int = 0
    kept_hits: int = 0
    known: int = 0
    was_there: bool = False
    is_replaced: bool = False
    stale: tuple[str, ...] = ()


def bring_in(request: ImportRequest) -> Imported:
    """Import a key, in place of the version that was imported before, if that is another one."""
    with (
        no_ingest(request.store),
        Session.over_all(request.store) as session,
        session.writing(request.store, request.wait),
    ):
        session.side_by_side(1)
        earlier = _version(session, request.key)
        if earlier and earlier["origin"] != request.origin:
            raise LogstatsError(
                f"{request.key}: was imported from another store or folder; export with another --key, or "
                f"take it back first with `logstats import --undo {request.key}`"
            )
        if earlier and earlier["version"] == request.version:
            return Imported(was_there=True)
        stale, changes = _take_back(session, earlier) if earlier else ((), {})
        counts = _bring_in(session, request)
        _require(session, request.key, changes)
        if earlier:
            _delete_sites(session)
        return counts._replace(is_replaced=earlier is not None, stale=stale)


def take_back(store: Path, key: str, wait: float) -> tuple[str, ...]:
    """Take an import back; return the keys of imports that are to be imported again."""
    with no_ingest(store), Session.over_all(store) as session, session.writing(store, wait):
        session.side_by_side(1)
        earlier = _version(session, key)
        if earlier is None:
            rows = session.execute("SELECT key FROM store.import ORDER BY key").rows
            raise UsageError(f"no import '{key}'; there are: {', '.join(key for (key,) in rows) or 'none'}")
        stale, changes = _take_back(session, earlier)
        invariants.require(key, invariants.moved(session, changes))
        _delete_sites(session)
        return stale


def identity_key(session: Session) -> str:
    """Return the key by which the attached store identifies logs and URLs."""
    return str(session.run("store/identity_key").value())


def _version(session: Session, key: str) -> dict[str, Any] | None:
    """Return the import of a key; raise LogstatsError where it can't be taken back."""
    found = session.run("totals/import/version", {"key": key}).records()
    if not found:
        return None
    (earlier,) = found
    if earlier["read_on_by"]:
        raise LogstatsError(
            f"{key}: ingest {earlier['read_on_by']} has read on in one of its logs; undo it first"
        )
    if earlier["left_out_by"]:
        raise LogstatsError(
            f"{key}: ingest {earlier['left_out_by']} has left out lines that the import has; undo it first"
        )
    return earlier


def _bring_in(session: Session, request: ImportRequest) -> Imported:
    for part, view in VIEWS.items():
        paths = ", ".join(sql_text(str(path)) for path in request.files[part])
        session.run("totals/import/part", slots={"part": view, "files": f"[{paths}]"})
    _insert_sites(session, request)
    _find_known_logs(session, request)
    session.run("totals/import/log")
    at: dict[str, object] = {"at": utc_now()}
    key: dict[str, object] = {"identity_key": identity_key(session)}
    session.run_all(TEXTS, key)
    first_row = session.execute("SELECT coalesce(max(rowid) + 1, 0) FROM store.hit").value()
    session.run_all(ROWS, at | key)
    session.run_all(COUNTED, slots={"first_row": str(first_row)})
    session.run_all(FORGOTTEN, key)
    session.run_all(MERGED, session.run("ingest/visits/reach").records()[0])
    last_id = session.execute("SELECT coalesce(max(import_id), 0) FROM store.import").value()
    row = {"key": request.key, "version": request.version, "origin": request.origin, "import_id": last_id + 1}
    session.run_all(KEPT, at | row, {"import_id": str(last_id + 1)})
    return Imported(**session.run("totals/import/count").records()[0])


def _require(session: Session, what: str, earlier: Changes) -> None:
    """Raise LogstatsError where the totals did not change by what was taken back and what was imported."""
    change = invariants.changes(session)
    hits = sum(figures[0] for figures in change.values())
    logs = session.execute("SELECT coalesce(sum(hits), 0) FROM import_log").value()
    claims = [("hits of its days", hits, int(logs)), *invariants.moved(session, _both(earlier, change))]
    invariants.require(what, claims)


def _both(one: Changes, other: Changes) -> Changes:
    """Return the sum of two changes, one after the other."""
    nothing = invariants.NOTHING
    pairs = {day: zip(one.get(day, nothing), other.get(day, nothing), strict=True) for day in one | other}
    return {day: tuple(map(sum, pair)) for day, pair in pairs.items()}


def _find_known_logs(session: Session, request: ImportRequest) -> None:
    """Find the logs that the store has; raise LogstatsError where one of them can't be left out."""
    session.run("totals/import/known_log", {"is_same_key": request.is_same_key})
    for problem in session.run("totals/import/known_problem", {"is_merged": request.is_merged}).records():
        raise LogstatsError(
            f"{request.key}: its log {problem['new_path']} was read here as {problem['path']}, and "
            f"{PROBLEMS[problem['reason']]}; nothing was imported"
        )


def _insert_sites(session: Session, request: ImportRequest) -> None:
    """Insert the sites that the store does not have; raise LogstatsError for sites that have other rules."""
    new = []
    became = dict(session.run("totals/import/renamed").rows)
    for row in session.run("totals/import/site_rules").records():
        if reason := next(_reasons(row, request.settings, became), None):
            raise LogstatsError(f"{request.key}: {row['site']}: {reason}; nothing was imported")
        if row["known_timezone"] is None:
            new.append(_site(session, row, request.settings))
    if new:
        session.run("ingest/dimensions/site_insert", {"rows": new})


def _reasons(row: Mapping[str, Any], settings: Settings, became: Mapping[str, str]) -> Iterator[str]:
    """Yield the reasons why a site's figures can't be put together with those that are here.

    `became` has the sites that are other ones here, with their names.
    """
    name, privacy = row["site"], json.loads(row["rules"]).get("privacy", "full")
    is_known = row["known_timezone"] is not None
    if name in became:
        yield (
            f"is {became[name]} here; rename it there too, and export again, or take that back with "
            f"`logstats rename --undo {name} {became[name]}`"
        )
    own = json.loads(row["known_rules"]).get("privacy", "full") if is_known else privacy
    if not is_known and settings.is_listed(name):
        own = settings.site(name).privacy
    if "hash" in (privacy, own):
        yield 'with privacy = "hash" a visitor has another pseudonym in each store'
    if privacy != own:
        yield f'its clients are stored as with privacy = "{privacy}", here as with "{own}"'
    if is_known:
        differing = list(_differing(row))
    else:
        differing = list(ruleset.changed(row, settings, name)) if settings.is_listed(name) else []
    if row["other_by"]:
        of_all = [key for key in _of_all(row["classified_by"], row["other_by"]) if key not in differing]
        differing += of_all
    if differing:
        keys = ", ".join(differing)
        yield f"its figures were computed with a different {keys}; use the same on all machines"


def _differing(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield the settings of a site that differ between the export and the store."""
    yield from (key for column, key in ruleset.CUT_COLUMNS.items() if row[column] != row[f"known_{column}"])
    if row["article_rules"] != row["known_article_rules"]:
        yield "rules"
    one, other = json.loads(row["classified_by"]), json.loads(row["known_classified_by"])
    yield from (key for key in ruleset.SITE_KEYS if one.get(key) != other.get(key))


def _of_all(one: str, other: str) -> Iterator[str]:
    """Yield the settings of all sites that differ."""
    values, others = json.loads(one), json.loads(other)
    yield from (
        key for key, value in values.items() if key not in ruleset.SITE_KEYS and value != others.get(key)
    )


def _site(session: Session, row: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the columns of a new site: by logstats.toml, if it lists the site, else as they were there."""
    name = row["site"]
    session.require_zone(row["timezone"])
    columns = ("timezone", "week_start", "visit_gap_s", "online_window_s", "article_rules", "classified_by")
    as_there = {"rules": row["rules"], "rules_from": ""}
    own = kept.columns(settings, name) if settings.is_listed(name) else as_there
    return {"name": name, **{column: row[column] for column in columns}, **own}


def _take_back(session: Session, earlier: Mapping[str, Any]) -> tuple[tuple[str, ...], Changes]:
    """Take an import back; return the keys of imports that relied on it, and the changes of days."""
    slots = {"import_id": str(earlier["import_id"])}
    session.run_all((*BACK_COUNTED, *BACK_DELETED), slots=slots)
    session.run("ingest/visits/touched", session.run("ingest/visits/reach").records()[0])
    session.run_all(BACK_VISITS)
    session.run_all(BACK_AROUND, NO_INGEST)
    session.run_all(BACK_MERGED, NO_REACH)
    session.run_all(BACK_TOTALS)
    own = {"import_id": earlier["import_id"]}
    stale = tuple(key for (key,) in session.run("totals/import_back/stale_update", own).rows)
    session.run("totals/import_back/log_delete", slots=slots)
    session.run("totals/logged_until")
    return stale, invariants.changes(session)


def _delete_sites(session: Session) -> None:
    """Delete the sites that have no line any more."""
    session.run("totals/undo/former_insert", {"at": utc_now()})
    session.run("totals/undo/site_delete")
