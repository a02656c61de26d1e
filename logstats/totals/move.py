"""Move logs from one site to another, and take a rename back.

Afterwards the store is as if the logs had been ingested for the other site from the start, as after a rename.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from logstats.config import Settings
from logstats.errors import LogstatsError, UsageError
from logstats.rules import kept, ruleset
from logstats.rules.kept import StoredSite
from logstats.store import Session, no_ingest, utc_now
from logstats.totals import recompute
from logstats.totals.rename import SITE_KEYS, Row, changed, reasons_of_clients

ROWS_BACK = ("totals/rename_back/former_title", "totals/rename_back/former_baseline")


class Moved(NamedTuple):
    """What was moved: the number of hits and of logs, and the site that had them.

    `is_new`: the store did not have the other site before. `is_gone`: the old site has no line any more.
    """

    hits: int
    logs: int
    old: str
    is_new: bool
    is_gone: bool


class _Request(NamedTuple):
    """A move in the open transaction: the sites of the store, and the settings that are in force."""

    session: Session
    settings: Settings
    sites: Mapping[str, Row]
    stored: Mapping[str, StoredSite]
    old: str
    new: str


def move(store: Path, source_ids: Sequence[int], new: str, settings: Settings, wait: float) -> Moved:
    """Give logs to a site, in one transaction; raise LogstatsError where the result would not be exact."""
    with no_ingest(store), Session.over_all(store) as session, session.writing(store, wait):
        logs = session.run("totals/move/source", {"source_ids": list(source_ids)}).records()
        old = _site_of(logs, source_ids, new)
        request = _request(session, store, settings, old, new)
        moved_ids = [log["source_id"] for log in logs]
        former = None if new in request.sites else _former(session, new, old)
        if former is None:
            return _move(request, moved_ids, ())
        key = {"old": new, "moved_at": former["moved_at"]}
        moved = _move(request, moved_ids, (), key)
        session.run("totals/rename_back/former_delete", key)
        return moved


def rename_back(store: Path, old: str, new: str, settings: Settings, wait: float) -> Moved:
    """Take back that `old` was renamed to `new`, or became part of it; raise errors as `move` does."""
    with no_ingest(store), Session.over_all(store) as session, session.writing(store, wait):
        former = _former(session, old, new)
        if former is None:
            rows = session.run("totals/rename_back/former").records()
            pairs = dict.fromkeys(f"{row['name']} {row['became']}" for row in rows)
            raise UsageError(f"no rename of {old} to {new}; there are: {', '.join(pairs) or 'none'}")
        request = _request(session, store, settings, old=new, new=old)
        if new not in request.sites:
            raise UsageError(f"no site '{new}' now; take back first that it was renamed")
        key = {"old": old, "moved_at": former["moved_at"]}
        moved = _name_back(request, key) if former["is_whole"] else _part_back(request, former, key)
        session.run("totals/rename_back/former_delete", key)
        return moved


def _former(session: Session, old: str, new: str) -> Row | None:
    """Return the newest record that `old` became `new`, None where there is none."""
    rows = session.run("totals/rename_back/former").records()
    return next((row for row in rows if (row["name"], row["became"]) == (old, new)), None)


def _name_back(request: _Request, key: Mapping[str, object]) -> Moved:
    """Give a whole site its former name and rules back."""
    session, old, new = request.session, request.old, request.new
    if new in request.sites:
        raise LogstatsError(
            f"there is a site {new} again, so {old} can't get that name back; `logstats rename {old} {new}` "
            "makes it part of that one"
        )
    names = {"old": old, "new": new}
    logs = session.run("totals/rename/log", {"old": old}).records()[0]
    session.run("totals/rename/source_update", names)
    session.run("totals/rename/site_update", names)
    session.run("totals/rename_back/site_update", key)
    if request.settings.is_listed(new):
        recompute.store_rules(session, ruleset.stored_rules(request.settings, new))
        kept.store(session, [StoredSite(new, **kept.columns(request.settings, new))])
    _recompute(request, [request.sites[old]["site_id"]])
    hits = request.sites[old]["hits"]
    return Moved(hits=hits, logs=logs["logs"], old=old, is_new=True, is_gone=True)


def _part_back(request: _Request, former: Row, key: Mapping[str, object]) -> Moved:
    """Part a former site from the one that it became part of."""
    session, since = request.session, {"moved_at": former["moved_at"]}
    of_logs = {"new": request.old, "source_ids": former["source_ids"]}
    sources = session.run("totals/rename_back/source", of_logs | since)
    runs = session.run("totals/rename_back/run", {"ingest_ids": former["ingest_ids"]} | since)
    return _move(request, [source_id for (source_id,) in sources.rows], [run for (run,) in runs.rows], key)


def _site_of(logs: Sequence[Row], source_ids: Sequence[int], new: str) -> str:
    """Return the site of logs; raise an error where they can't be moved to another one."""
    found = {log["source_id"] for log in logs}
    if unknown := sorted(set(source_ids) - found):
        raise UsageError(f"no log {unknown[0]}; `logstats sources` lists them")
    sites = sorted({log["site"] for log in logs if log["site"] is not None})
    for log in logs:
        if log["site"] is None:
            raise LogstatsError(
                f"{log['path']}: its lines name their sites; list the host under {new} in logstats.toml, "
                f"as hosts = […], and use `logstats rename HOST {new}`"
            )
        if log["site"] == new:
            raise UsageError(f"log {log['source_id']} is of {new} already")
    if len(sites) > 1:
        raise UsageError(
            f"these logs are of several sites ({', '.join(sites)}); move those of each by themselves"
        )
    return str(sites[0])


def _request(session: Session, store: Path, settings: Settings, old: str, new: str) -> _Request:
    sites = {row["name"]: row for row in session.run("totals/rename/site").records()}
    stored = {site.name: site for site in kept.read(session)}
    if new not in stored:  # its rules are those that it had, or else those of the other site
        for row in session.run("totals/rename_back/former_rules").records():
            if row["name"] == new:
                stored[new] = StoredSite(**row)
        if new not in stored and old in stored:
            stored[new] = stored[old]._replace(name=new)
    settings = kept.in_force(settings, list(stored.values()), new, store)
    ruleset.require(settings, session.complaint)
    return _Request(session, settings, sites, stored, old, new)


def _move(
    request: _Request,
    source_ids: Sequence[int],
    ingest_ids: Sequence[int],
    former: Mapping[str, object] | None = None,
) -> Moved:
    """Move runs from the old site to the new one; `former`: it is a former site, which gets its rows back."""
    session, old, new = request.session, request.old, request.new
    session.run("totals/move/run", {"source_ids": list(source_ids), "ingest_ids": list(ingest_ids)})
    is_new = new not in request.sites
    if old not in request.sites:  # logs without a hit
        session.run("totals/move/source_update", {"new": new, "source_ids": list(source_ids)})
        return Moved(hits=0, logs=len(source_ids), old=old, is_new=is_new, is_gone=True)
    old_id = request.sites[old]["site_id"]
    new_id = _insert_site(request) if is_new else request.sites[new]["site_id"]
    counts = _require_exact(request, {"old_id": old_id, "new_id": new_id})
    former_row = {"old": old, "new": new, "at": utc_now(), "is_whole": False}
    session.run("totals/rename/former_insert", former_row)
    session.run("totals/move/source_update", {"new": new, "source_ids": list(source_ids)})
    ids = {"old_id": str(old_id), "new_id": str(new_id)}
    session.run("totals/move/hit_moved", slots=ids)
    if former is not None:
        # the site that the rows go back to is the new one here
        back = {"old_id": ids["new_id"], "new_id": ids["old_id"]}
        session.run_all(ROWS_BACK, former, back)
        session.run("totals/rename_back/rows_moved", slots=back)
    _recompute(request, [old_id, new_id])
    is_gone = bool(session.run("totals/move/is_empty", {"site_id": old_id}).value())
    if is_gone:
        session.run("totals/undo/site_delete")
    else:  # a site that is there needs no record
        session.run("totals/rename_back/former_delete", {"old": old, "moved_at": former_row["at"]})
    return Moved(hits=counts["hits"], logs=len(source_ids), old=old, is_new=is_new, is_gone=is_gone)


def _insert_site(request: _Request) -> int:
    """Insert the new site with its rules; return its id."""
    session, settings, new = request.session, request.settings, request.new
    columns = ruleset.stored_rules(settings, new)
    classified_by = json.loads(request.sites[request.old]["classified_by"])
    current = json.loads(columns["classified_by"])
    classified_by |= {key: current[key] for key in SITE_KEYS}
    columns |= {"classified_by": json.dumps(classified_by, ensure_ascii=False)}
    of_file = StoredSite(new, **kept.columns(settings, new))
    own = of_file if settings.is_listed(new) else request.stored[new]
    session.require_zone(columns["timezone"])
    row = columns | {"rules": own.rules, "rules_from": own.rules_from}
    session.run("ingest/dimensions/site_insert", {"rows": [row]})
    return int(session.execute("SELECT max(site_id) FROM store.site").value())


def _require_exact(request: _Request, ids: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of what moves; raise LogstatsError where the result would not be exact."""
    session, settings, old, new = request.session, request.settings, request.old, request.new
    counts: dict[str, int] = session.run("totals/move/obstacle", ids).records()[0]
    site, other = request.sites[old], request.sites.get(new)
    reasons = list(reasons_of_clients(settings, site, other, new))
    if site["privacy"] == "hash":
        reasons.append('with privacy = "hash" its pseudonyms are made with keys of its own')
    if counts["pruned"]:
        reasons.append(f"{counts['pruned']:,} of their hits are pruned")
    if counts["repeated"]:
        reasons.append(
            f"{counts['repeated']:,} lines are stored once for these logs and others; undo one of them"
        )
    if counts["hits_there"]:
        reasons.append(f"{counts['hits_there']:,} of their hits are of {new} already")
    for each in (each for each in (site, other) if each):
        keys = ", ".join(changed(each, ruleset.stored_rules(settings, each["name"])))
        of_each = f"the figures of {each['name']} were computed with a different {keys}"
        reasons += [f"{of_each}; run `logstats rebuild` first"] if keys else []
    if reasons:
        raise LogstatsError(f"logs of {old} can't be moved to {new}: {reasons[0]}; nothing was changed")
    return counts


def _recompute(request: _Request, site_ids: Sequence[int]) -> None:
    """Classify the rows of the sites by their rules, and recompute all figures."""
    session, settings = request.session, request.settings
    of_site = f"site_id IN ({', '.join(map(str, site_ids))})"
    sites = ruleset.site_settings(session, settings)
    recompute.classify(session, ruleset.build(settings), sites, of_site=of_site)
    for site_id in site_ids:
        session.run("totals/rename/article_delete", {"site_id": site_id})
    recompute.replace(session)
