"""The shares of a figure are those of the oracle, add up, and end with what `counters` shows."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.lines import examples, read_in

from logstats.model import Result
from logstats.reports import breakdown
from logstats.reports.counters import read_counters
from logstats.rules import explain
from logstats.totals import prune
from properties.test_visits import PORTALS, SETTINGS, Cut, Log, feed, hits_of, instants, logs, request_at

FIGURES = ("online", "today", "week", "month", "all")
KINDS = {
    # a step of the report: the step of `expected` that it is part of
    "pruned hits before": "hits before",
    "pruned bots": "bots",
    "pruned, no page views": "none",
    "assets": "none",
    "other methods": "none",
    "other statuses": "none",
}


def steps_of(result: Result) -> dict[str | None, dict[str, Any]]:
    """Return each site's rows by their step; each must have the sum of the shares up to it."""
    rows: dict[str | None, dict[str, Any]] = {}
    for row in result.records():
        rows.setdefault(row["site"], {})[row["step"]] = row
    for steps in rows.values():
        shares = accumulate(row["count"] or 0 for row in steps.values())
        assert [row["sum"] for row in steps.values()] == list(shares)
    return rows


def first_day(site: oracle.Site, at: datetime, figure: str) -> date:
    """Return the first local day that a figure looks at."""
    today = site.day(at)
    return {"today": today, "week": site.week(today), "month": today.replace(day=1)}.get(figure, date.min)


def expected(hits: list[oracle.Hit], site: oracle.Site, at: datetime, figure: str) -> Counter[str]:
    """Return how many hits each step leaves out, counted hit by hit."""
    shares = Counter[str]()
    for hit in hits:
        is_before = figure == "online" and hit.at < at - site.window
        if hit.at > at:
            shares["hits later"] += 1
        elif is_before or site.day(hit.at) < first_day(site, at, figure):
            shares["hits before"] += 1
        else:
            is_none = "page views" if hit.is_page_view else "none"
            shares["bots" if hit.is_bot else is_none] += 1
    return shares


def found(steps: dict[str, Any]) -> Counter[str]:
    """Return the same from a site's rows of the report."""
    shares = Counter({"page views": steps["page views"]["sum"]})
    for step in list(steps)[2 : list(steps).index("page views")]:
        kind = "bots" if step.startswith("bots: ") else KINDS.get(step, step)
        shares[kind] -= steps[step]["count"]
    return shares


@settings(max_examples=examples(4))
@given(log=logs(), keep=st.sampled_from([0, 1, 3]), moments=st.data())
def test_the_shares_are_those_of_the_oracle_and_end_with_the_figure(
    log: Log, keep: int, moments: st.DataObject
) -> None:
    with TemporaryDirectory() as name:
        store, file = Path(name) / "store.duckdb", Path(name) / "access.log"
        list(feed(Path(name), store, log, Cut(growing=True, at_once=True)))
        file.write_bytes(file.read_bytes() + b"no line\nof any log\n")
        read_in(store, file, settings=SETTINGS, log_format="vhost_combined", verify=True)
        at = moments.draw(instants(log))[0]
        if keep:
            at = max(at, *(entry.hit.at for entry in log)) + timedelta(days=keep)
            prune.prune(request_at(store, at), keep)
        for figure in FIGURES:
            assert_is_the_oracles(store, log, at, figure)


def assert_is_the_oracles(store: Path, log: Log, at: datetime, figure: str) -> None:
    """Compare each site's shares of a figure; the two refused lines are of none."""
    result, wrong = breakdown.break_down(request_at(store, at), figure)
    assert wrong == ()
    of_site = steps_of(result)
    refused = {step: row["count"] for step, row in of_site.pop(None).items()}
    assert refused == {"lines": 2, "rejects": -2}
    rows = {row.site: row for row in read_counters(request_at(store, at))}
    assert set(of_site) == set(rows)
    for portal, hits in hits_of(log).items():
        steps = of_site[portal]
        assert (steps["lines"]["count"], steps["rejects"]["count"]) == (len(hits), 0)
        assert +found(steps) == expected(hits, PORTALS[portal], at, figure)
        assert list(steps)[-1] == figure
        assert steps[figure]["sum"] == getattr(rows[portal], explain.FIGURES[figure])
